"""What a run sets right before it begins: what a dead run left behind, and what only the published file knows.

The caller holds the writer's lock, so whoever left something here is dead: nothing of a living run is touched.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from tasks.dedupe import verdicts
from tasks.errors import GateError, WinnowError, one_line
from tasks.load import journal
from tasks.load.publish import refuse_wal
from tasks.validate.hold import commands
from tasks.validate.sources import acceptable

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.run import Run

LATE = "noted by the next run from the ledger of the published file: this run ended before it could"
DIED = "the run ended without a word (killed, or the machine stopped); nothing was published, its input is landed"
TAKEN_UP = "taken_up.json"  # in a run's scratch: captures of earlier runs that it took up
MEND = (
    "Put a copy of it back. Without one, move it and the journal.jsonl beside it away: winnow status then tells what has "
    "landed, and which command loads it"
)
NO_LEDGER = "no ledger"


def recover(run: Run) -> None:
    """Complete the journal, check it against the published file, and remove what dead runs left.

    Raises WinnowError `stale_wal` or `unreadable_warehouse`, GateError `ledger_mismatch`.
    """
    refuse_wal(run.warehouse)
    refuse_damaged(run.warehouse)
    entries = journal.read(run.warehouse)
    published = published_runs(run.warehouse)
    check_ledger(run.warehouse, entries, published)
    known = {str(entry["run_id"]) for entry in entries}
    for entry in published:
        if entry["run_id"] not in known:
            journal.append(run.warehouse, entry)
            known.add(entry["run_id"])
    clear_leftovers(run, known)


def refuse_damaged(warehouse: Path) -> None:
    """Raises WinnowError `unreadable_warehouse` where the published file is there and is no warehouse that can be read."""
    if not warehouse.exists():
        return
    try:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            con.execute("SELECT count(*) FROM audit.runs").fetchall()
    except duckdb.Error as error:
        raise WinnowError(
            "unreadable_warehouse", "the published file cannot be read", where=str(warehouse), why=one_line(str(error))[:200],
            next_step=MEND,
        ) from error  # fmt: skip


def published_runs(warehouse: Path) -> list[dict[str, Any]]:
    """The runs in the ledger of the published file as journal entries, oldest first."""
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows: list[dict[str, Any]] = con.sql("FROM audit.runs ORDER BY started_at, run_id").to_arrow_table().to_pylist()
        held = held_batches(con)
    return [as_entry(row, held.get(row["run_id"], [])) for row in rows]


def held_in(warehouse: Path, run_id: str) -> list[dict[str, Any]]:
    """What the published file knows to be held by a run, as its journal entry would tell it."""
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return held_batches(con).get(run_id, [])


def held_batches(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """The rows of audit.held as entries have them, one of a source and day, by run. Files of older releases have none."""
    if not con.execute("FROM duckdb_tables() WHERE schema_name = 'audit' AND table_name = 'held'").fetchall():
        return {}
    rows = con.execute(
        """
        SELECT run_id, source, (observed_at AT TIME ZONE 'UTC')::DATE AS day, any_value(reason), any_value(checks),
               list((capture_id, (observed_at AT TIME ZONE 'UTC')::VARCHAR, records) ORDER BY capture_id)
        FROM audit.held GROUP BY run_id, source, day ORDER BY run_id, source, day
        """
    ).fetchall()
    found: dict[str, list[dict[str, Any]]] = {}
    for run_id, source, day, reason, checks, captures in rows:
        found.setdefault(run_id, []).append(
            {
                "source": source,
                "day": str(day),
                "captures": [
                    {"capture_id": name, "observed_at": f"{moment.replace(' ', 'T')}+00:00", "records": count}
                    for name, moment, count in captures
                ],
                "records": sum(count for _, _, count in captures),
                "checks": checks,
                "reason": reason,
                "acceptable": acceptable(checks),
                "commands": commands(run_id, source, acceptable=acceptable(checks)),
            }
        )
    return found


def as_entry(row: dict[str, Any], held: list[dict[str, Any]]) -> dict[str, Any]:
    """A row of audit.runs, and what the run held, as the journal entry that it did not live to write."""
    return {
        "run_id": row["run_id"],
        "started_at": row["started_at"].isoformat(),
        "finished_at": row["finished_at"] and row["finished_at"].isoformat(),
        "status": row["status"],
        "reason": row["reason"] or (LATE if row["published"] else None),
        "command": "",
        "rulebook_version": row["rulebook_version"],
        "counts": {name: row[name] for name in journal.COUNTS},
        "steps": row["steps"] or [],
        "warnings": [],
        "sources_failed": [],
        "sources_held": held,
        "checks": [],
    }


def check_ledger(warehouse: Path, entries: list[dict[str, Any]], published: list[dict[str, Any]]) -> None:
    """The published file holds every run that the journal acknowledged as published, or it is an older one.

    Raises GateError `ledger_mismatch` that names the newest run of each.
    """
    held = {entry["run_id"] for entry in published}
    lost = [entry for entry in entries if entry["status"] == "published" and entry["run_id"] not in held]
    if not lost:
        return
    newest = next((e["run_id"] for e in reversed(published) if e["status"] == "published"), NO_LEDGER)
    raise GateError(
        "ledger_mismatch", f"the published file does not hold run {lost[-1]['run_id']}, which the journal says was published",
        where=str(warehouse),
        why=f"its newest run is {newest}: " + ("the file is older than its journal" if held else "the file is gone"),
        next_step=f"Put the newer file back; or, to go on from this one, move {journal.journal_path(warehouse).name} away,"
                  " keep it, and run again with the captures since",
    )  # fmt: skip


def clear_leftovers(run: Run, known: set[str]) -> None:
    """Note each dead run in the journal, then remove its scratch, its private copy and its half-received captures."""
    for folder in sorted((run.home / "work").glob("*Z-*")):
        if folder.name not in known:
            journal.append(run.warehouse, dead_entry(folder.name) | read_taken_up(folder))
            report = run.home / "reports" / folder.name
            if not (report / "index.html").exists():
                shutil.rmtree(report, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    for leftover in run.warehouse.parent.glob("build-*"):
        leftover.unlink()
    for pattern in ("*/.receiving-*", "refused/*/.receiving-*"):
        for folder in (run.home / "landing").glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    for draft in (run.home / "reports").glob("**/*.draft"):
        draft.unlink()
    verdicts.clear_draft(run.home)


def read_taken_up(folder: Path) -> dict[str, Any]:
    """What a dead run had taken up of earlier ones, for its journal entry: a capture that kills runs must be known."""
    try:
        return {"taken_up": json.loads((folder / TAKEN_UP).read_text(encoding="utf-8"))}
    except (FileNotFoundError, ValueError):  # it took nothing up, or the machine stopped before the file was whole
        return {}


def dead_entry(run_id: str) -> dict[str, Any]:
    """The journal entry of a run that did not live to write its own."""
    return {
        "run_id": run_id,
        "started_at": datetime.strptime(run_id.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).isoformat(),
        "finished_at": None,
        "status": "failed",
        "reason": f"died: {DIED}",
        "command": "",
        "rulebook_version": "",
        "counts": {},
        "steps": [],
        "warnings": [],
        "sources_failed": [],
        "checks": [],
    }
