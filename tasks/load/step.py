"""The loading and publishing steps."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import duckdb
import pyarrow as pa

from tasks.arrow_files import dataset
from tasks.clean.engine import SCHEMA, every_rule
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.load import history, journal, merge
from tasks.load.plan import decide_outcomes
from tasks.load.publish import disk_errors, publish_build
from tasks.run import Run
from tasks.validate import judge, stop_reason
from warehouse.connection import one, open_build
from warehouse.marts_build import build_marts


def load_batch(run: Run) -> dict[str, int]:
    """Load the batch into the private copy, data and ledger in one transaction; returns the counts of the run."""
    with (
        disk_errors(run.build),
        open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con,
    ):
        con.register("records", dataset(run.records, RECORDS))
        con.register("postings", dataset(run.postings, SCHEMA))
        con.execute(f"ATTACH '{str(run.memory).replace(chr(39), chr(39) * 2)}' AS rulebook (READ_ONLY)")
        con.execute("SET VARIABLE rulebook_version = $1", [run.rulebook])
        decide_outcomes(con)
        con.execute("BEGIN")
        if run.kind == "replay":
            merge.note_arrived(con)
            merge.load_quarantine(con, run.run_id)
            merge.release(con, run.run_id)
            merge.load_records(con)
        else:
            merge.load_raw(con, run.run_id)
            merge.load_quarantine(con, run.run_id)
        merge.load_sightings(con)
        history.load_versions(con)
        merge.load_postings(con)
        merge.load_requisitions(con)
        history.load_spells(con)
        merge.load_trail(con)
        load_rules(con)
        merge.load_ledger(con, run.run_id, run.rulebook, run.kind, run.now())
        merge.load_profiles(con)
        con.execute("COMMIT")
        merge.note_touched(con)
        run.counts = run_counts(con, run.run_id)
        run.facts["batches"] = rows_of(con, "SELECT * FROM audit.batches WHERE run_id = ?", run.run_id)
        if run.kind == "replay":
            run.facts["replayed"] = replayed(con)
    return run.counts


def load_rules(con: duckdb.DuckDBPyConnection) -> None:
    """The rulebook of this run, whole."""
    rows = [
        {
            "code": r.code, "name": r.name, "field": r.field, "position": i,
            "does": r.does, "why": r.why, "leaves_alone": r.leaves_alone,
        }
        for i, r in enumerate(every_rule())
    ]  # fmt: skip
    con.execute("DELETE FROM audit.rules")
    con.register("rulebook", pa.Table.from_pylist(rows))
    con.execute("INSERT INTO audit.rules BY NAME SELECT * FROM rulebook")
    con.unregister("rulebook")


def run_counts(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """The run's counts, summed over its batches."""
    sums = ", ".join(f'coalesce(sum("{name}"), 0)::BIGINT' for name in journal.COUNTS)
    row = one(con, f"SELECT {sums} FROM audit.batches WHERE run_id = ?", [run_id])
    return dict(zip(journal.COUNTS, row, strict=True))


def replayed(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What became of the records a replay tried: source, the reason they waited for, the reason now (None: loaded)."""
    return rows_of(
        con,
        """
        SELECT k.source, q.reason AS waited_for, coalesce(k.reason, j.reason) AS reason, count(*) AS records
        FROM work.keys AS k
        LEFT JOIN (SELECT raw_id, reason FROM audit.quarantine) AS q USING (raw_id)
        LEFT JOIN (SELECT posting_id, content_id, min(reason) AS reason FROM work.rejected GROUP BY ALL) AS j
          ON j.posting_id = k.posting_id AND j.content_id = k.content_id
        GROUP BY ALL ORDER BY ALL
        """,
    )


def rows_of(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries."""
    rows: list[dict[str, Any]] = con.sql(query, params=list(values)).to_arrow_table().to_pylist()
    return rows


def audit_build(run: Run) -> str | None:
    """Build the marts, judge jobs and marts, write the run into the ledger; the reason to stop, or None."""
    with (
        disk_errors(run.build),
        open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con,
    ):
        build_marts(con)
        results = judge(con, ("jobs", "marts"), run_id=run.run_id, docs_dir=run.report / "data_docs")
        run.checks += [asdict(check) for check in results]
    return stop_reason(results)


def finish_build(run: Run) -> None:
    """Record the run and everything the journal knows, checkpoint, and swap the copy in."""
    run.status = "published"
    with (
        disk_errors(run.build),
        open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con,
    ):
        con.execute("BEGIN")
        run.warnings += journal.fold_in(con, run.warehouse)
        journal.insert_run(con, run.entry())
        journal.insert_checks(con, run.checks)
        journal.release_held(con, run.entry())
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
    run.committing = True
    publish_build(run.build, run.warehouse)
