"""What happened to every run, beside the warehouse: also those that published nothing and so left no row in it.

One JSON line a run, appended and flushed to the disk. The next run that publishes copies into audit.runs and
audit.checks what is not there yet, so that the ledger is complete without touching a published file.
"""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from tasks.load.publish import sync
from warehouse.dictionary import entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAIL_BYTES = 4 * 1024**2  # an entry has some ten kilobytes
ENDED_WELL = ("published", "unchanged")  # of the statuses of a run
COUNTS = ("records", "new", "unchanged", "changed", "merged", "quarantined")
LEDGER = ("audit.runs", "audit.held", "audit.checks")


def journal_path(warehouse: Path) -> Path:
    """Where the journal of a warehouse lies."""
    return warehouse.parent / "journal.jsonl"


def append(warehouse: Path, entry: dict[str, Any]) -> None:
    """Add one run. A torn last line of a crashed writer is closed off first."""
    path = journal_path(warehouse)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with path.open("ab+") as file:
        torn = file.seek(0, os.SEEK_END) > 0 and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n"
        file.write((("\n" if torn else "") + json.dumps(entry, default=str) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync(path.parent)


def read(warehouse: Path) -> list[dict[str, Any]]:
    """All runs, oldest first; lines that a crash tore are passed over."""
    path = journal_path(warehouse)
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            entry = json.loads(line)
        except ValueError:  # torn, also within a character
            continue
        if isinstance(entry, dict) and "run_id" in entry:
            found.append(entry)
    return found


def newest_moment(warehouse: Path) -> datetime | None:
    """When the newest run ended, by its own account; None before the first. Reads the journal's end alone."""
    path = journal_path(warehouse)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read().decode("utf-8", "replace")
    for line in reversed(tail.splitlines()):
        with contextlib.suppress(ValueError, KeyError, TypeError):  # torn by a crash, or by where the tail begins
            return datetime.fromisoformat(json.loads(line)["finished_at"])
    return None


def fold_in(con: duckdb.DuckDBPyConnection, warehouse: Path) -> list[str]:
    """Copy runs (and their checks) that the warehouse does not hold yet into audit.runs and audit.checks.

    Returns a warning for each line that does not fit there: whatever damaged it, it must not stop every later run. An
    error within a transaction ends it, so each line is tried on empty tables first.
    """
    known = {row[0] for row in con.execute("SELECT run_id FROM audit.runs").fetchall()}
    missing = [entry for entry in read(warehouse) if entry["run_id"] not in known]
    left_out = []
    with empty_ledger() as trial:
        for entry in missing:
            try:
                insert_run(trial, entry)
                insert_checks(trial, entry.get("checks", []))
            except Exception as problem:  # nobody knows what damaged a line
                left_out.append(
                    f"run {entry['run_id']} stays in {journal_path(warehouse).name} alone, its line does not fit into"
                    f" audit.runs: {type(problem).__name__}: {str(problem)[:200]}"
                )
                continue
            insert_run(con, entry)
            insert_checks(con, entry.get("checks", []))
    return left_out


@contextlib.contextmanager
def empty_ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of runs, in memory and empty."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA audit")
        for each in entries():
            if each.full_name in LEDGER:
                con.execute(each.sql)
        yield con


def insert_run(con: duckdb.DuckDBPyConnection, entry: dict[str, Any]) -> None:
    """One row of audit.runs from a journal entry."""
    con.execute(
        f"""
        INSERT INTO audit.runs (run_id, started_at, finished_at, status, published, reason, {', '.join(f'"{c}"' for c in COUNTS)},
                                rulebook_version, steps)
        VALUES ({", ".join("?" * 14)})
        """,
        [
            entry["run_id"], entry["started_at"], entry.get("finished_at"), entry["status"], entry["status"] == "published",
            entry.get("reason"), *(entry.get("counts", {}).get(name, 0) for name in COUNTS),
            entry["rulebook_version"], entry.get("steps", []),
        ],
    )  # fmt: skip
    insert_held(con, entry)


def insert_held(con: duckdb.DuckDBPyConnection, entry: dict[str, Any]) -> None:
    """Rows of audit.held: a batch that this run kept out, one row a capture of it."""
    rows = [
        [entry["run_id"], capture["capture_id"], held["source"], capture["observed_at"], capture["records"],
         held["reason"], held["checks"]]
        for held in entry.get("sources_held", []) for capture in held["captures"]
    ]  # fmt: skip
    if rows:
        con.executemany(
            """
            INSERT INTO audit.held (run_id, capture_id, source, observed_at, records, reason, checks)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            rows,
        )


def release_held(con: duckdb.DuckDBPyConnection, entry: dict[str, Any]) -> None:
    """Note which held batches this run loaded after all, and who accepted them, if a person did."""
    con.execute(
        """
        UPDATE audit.held SET released_in = $1
        WHERE released_in IS NULL AND capture_id IN (SELECT capture_id FROM audit.batches WHERE run_id = $1)
        """,
        [entry["run_id"]],
    )
    accepted = entry.get("accepted")
    if accepted:
        con.execute(
            """
            UPDATE audit.held SET accepted_by = $1, accepted_at = $2::TIMESTAMPTZ, accepted_why = $3
            WHERE released_in = $4 AND list_contains($5, capture_id)
            """,
            [accepted["by"], accepted["at"], accepted["why"], entry["run_id"], accepted["captures"]],
        )


def insert_checks(con: duckdb.DuckDBPyConnection, checks: list[dict[str, Any]]) -> None:
    """Rows of audit.checks from dictionaries with its columns."""
    if checks:
        con.register("new_checks", pa.Table.from_pylist(checks))
        con.execute("INSERT INTO audit.checks BY NAME SELECT * FROM new_checks")
        con.unregister("new_checks")
