"""Holding: days of a source that a gate keeps out are taken from the run before it is loaded; their bytes stay landed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.dataset as ds

if TYPE_CHECKING:
    import duckdb

    from tasks.run import Run
    from tasks.validate.sources import HeldDay

CONTENT_TABLES = ("to_clean", "staging", "rejected", "cleaned")


def hold(con: duckdb.DuckDBPyConnection, run: Run, held: list[HeldDay]) -> None:
    """Take held days out of the run: out of its tables, its captures and its files; and tell of them in run.held."""
    gone: list[str] = []
    for each in held:
        rows = con.execute(
            """
            SELECT c.capture_id, c.observed_at, count(k.raw_id)
            FROM work.captures AS c LEFT JOIN work.keys AS k USING (capture_id)
            WHERE c.source = ? AND (c.observed_at AT TIME ZONE 'UTC')::DATE = ? GROUP BY ALL ORDER BY c.capture_id
            """,
            [each.source, each.day],
        ).fetchall()
        captures = [
            {"capture_id": name, "observed_at": moment.isoformat(), "records": count} for name, moment, count in rows
        ]
        gone += [name for name, _, _ in rows]
        run.held.append(
            {
                "source": each.source,
                "day": str(each.day),
                "captures": captures,
                "records": sum(count for _, _, count in rows),
                "checks": [trip.check for trip in each.trips],
                "reason": f"{each.day}, " + "; ".join(trip.told for trip in each.trips),
                "acceptable": each.acceptable,
                "commands": commands(run.run_id, each.source, acceptable=each.acceptable),
            }
        )
    take_out(con, gone)
    run.facts["captures"] = [c for c in run.facts["captures"] if c["capture_id"] not in set(gone)]


def hold_rest(run: Run, known: set[str]) -> None:
    """Hold what is left of a run that a gate stopped as a whole, but for captures that are `known` to be held already.

    What failed is a promise of the pipeline's own, which nobody may accept: it is mended, then the batches are judged again.
    """
    rest = [each for each in run.facts.get("captures", []) if each["capture_id"] not in known]
    days: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in rest:
        days.setdefault((each["source"], str(each["observed_at"].date())), []).append(each)
    stopping = [check["expectation"] for check in run.checks if not check["passed"] and check["severity"] == "critical"]
    for (source, day), batch in sorted(days.items()):
        captures = [
            {
                "capture_id": each["capture_id"],
                "observed_at": each["observed_at"].isoformat(),
                "records": rows_of(run, each),
            }
            for each in batch
        ]
        run.held.append(
            {
                "source": source,
                "day": day,
                "captures": captures,
                "records": sum(each["records"] for each in captures),
                "checks": stopping,
                "reason": f"{day}, its run was stopped: {run.reason}",
                "acceptable": False,
                "commands": commands(run.run_id, source, acceptable=False),
            }
        )


def rows_of(run: Run, capture: dict[str, Any]) -> int:
    """Records that were split from a capture; 0 where its file is gone."""
    path = run.records / f"{capture['capture_id']}.arrow"
    return int(ds.dataset(path, format="arrow").count_rows()) if path.exists() else 0


def commands(run_id: str, source: str, *, acceptable: bool) -> dict[str, str]:
    """What to type next. What may not be accepted is mended first, then judged again."""
    told = {"look": f"winnow report {run_id}"}
    if acceptable:
        told["accept"] = f'winnow accept {run_id} {source} --reason "..."'
    told["replay"] = f"winnow replay --held {run_id}"
    return told


def take_out(con: duckdb.DuckDBPyConnection, capture_ids: list[str]) -> None:
    """Remove captures from the run's tables. A content that another capture also shows goes with that one.

    What was read of it is kept where any other record of the batch has the same content: the reading is the same.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE held_captures AS SELECT unnest($1) AS capture_id", [capture_ids])
    con.execute("DELETE FROM work.keys WHERE capture_id IN (SELECT capture_id FROM temp.held_captures)")
    con.execute("DELETE FROM work.captures WHERE capture_id IN (SELECT capture_id FROM temp.held_captures)")
    con.execute(
        """
        DELETE FROM work.staging WHERE reason IS NOT NULL AND posting_id IS NULL
        AND capture_id IN (SELECT capture_id FROM temp.held_captures)
        """
    )
    for table in CONTENT_TABLES:
        con.execute(
            f"""
            DELETE FROM work.{table} AS t WHERE posting_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM work.keys AS k WHERE k.posting_id = t.posting_id AND k.content_id = t.content_id
            )
            """
        )
    con.execute("DROP TABLE temp.held_captures")


def held_earlier(journal: list[dict[str, Any]], run_id: str) -> list[dict[str, Any]]:
    """What a run of the journal held; empty where there is no such run or nothing was held."""
    return [held for entry in journal if entry["run_id"] == run_id for held in entry.get("sources_held", [])]
