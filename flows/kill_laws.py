"""What must be true of a home after every kill, and after the run that follows the last one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from tasks.load import journal

# What differs between two undisturbed runs of the same input: names of runs and times of day.
PASSING = ("run_id", "batch_id", "loaded_at", "fetched_at", "replayed_in", "released_in", "built_at", "recorded_at")
RUNS = ("audit.runs", "audit.checks")  # compared with the journal instead
Content = dict[str, tuple[int, str]]

LAWS = {
    "records = new + unchanged + changed + merged + quarantined":
        'SELECT count(*) FROM audit.batches WHERE records <> "new" + unchanged + changed + merged + quarantined',
    "every record is in exactly one place": """
        SELECT count(*) FROM (
            SELECT raw_id, count(p.raw_id) AS places FROM raw.record_index LEFT JOIN (
                SELECT raw_id FROM curated.sightings
                UNION ALL SELECT raw_id FROM audit.quarantine WHERE replayed_in IS NULL) AS p USING (raw_id)
            GROUP BY raw_id) WHERE places <> 1""",
    "every change is told": """
        SELECT count(*) FROM (SELECT DISTINCT unnest(change_ids) AS change_id FROM curated.postings)
        ANTI JOIN audit.change_values USING (change_id)""",
    "one row a posting": "SELECT count(*) - count(DISTINCT posting_id) FROM curated.postings",
    "one batch a capture": "SELECT count(*) - count(DISTINCT capture_id) FROM audit.batches WHERE kind = 'capture'",
    "one row a run": "SELECT count(*) - count(DISTINCT run_id) FROM audit.runs",
}  # fmt: skip


def content(warehouse: Path) -> Content:
    """Rows and a digest of each table, whatever the order of its rows, without what passes."""
    found: Content = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        tables = con.execute(
            """SELECT table_schema || '.' || table_name, list(column_name) FROM information_schema.columns
               WHERE table_schema IN ('raw', 'curated', 'audit', 'marts')
                 AND (table_schema, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables())
               GROUP BY 1 ORDER BY 1"""
        ).fetchall()
        for table, columns in tables:
            if table not in RUNS:
                kept = ", ".join(f'"{name}"' for name in sorted(set(columns) - set(PASSING)))
                row = con.execute(
                    f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR FROM (SELECT {kept} FROM {table}) AS t"
                ).fetchall()[0]
                found[table] = (int(row[0]), str(row[1]))
    return found


def digest(warehouse: Path) -> str:
    """The published file's bytes; empty where there is none."""
    return hashlib.sha256(warehouse.read_bytes()).hexdigest() if warehouse.exists() else ""


def broken_after_kill(home: Path, audited: set[str]) -> list[str]:
    """What is wrong right after a kill: the published file, the journal and the pages that people may be reading."""
    warehouse = home / "warehouse" / "winnow.duckdb"
    found = []
    if digest(warehouse) not in audited:
        found.append("the published file is no version that was audited")
    if warehouse.exists():
        try:
            with duckdb.connect(str(warehouse), read_only=True) as con:
                con.execute("SELECT count(*) FROM curated.postings").fetchall()
        except duckdb.Error as error:
            found.append(f"the published file does not open: {error}")
    found += [
        f"half a page: {page.parent.name}"
        for page in (home / "reports").glob("**/index.html")
        if "data_docs" not in page.parts and not page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    ]
    noted = journal.journal_path(warehouse)
    lines = noted.read_bytes().split(b"\n")[:-1] if noted.exists() else []
    whole = sum(is_json(line) for line in lines)
    if whole < len(lines) - 1:  # one line may be torn: the next run closes it off
        found.append(f"{len(lines) - whole} torn lines in the journal")
    return found


def broken_at_end(home: Path, expected: Content, started: set[str]) -> list[str]:
    """What is wrong after a run that ended: content against the undisturbed run, laws, journal, leftovers."""
    warehouse = home / "warehouse" / "winnow.duckdb"
    held = content(warehouse)
    found = [f"{t}: {held.get(t)} instead of {expected.get(t)}" for t in sorted({*held, *expected})
             if held.get(t) != expected.get(t)]  # fmt: skip
    entries = [str(entry["run_id"]) for entry in journal.read(warehouse)]
    published = {str(entry["run_id"]) for entry in journal.read(warehouse) if entry["status"] == "published"}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found += [law for law, query in LAWS.items() if con.execute(query).fetchall() != [(0,)]]
        held_runs = {row[0] for row in con.execute("SELECT run_id FROM audit.runs WHERE published").fetchall()}
    if held_runs != published:
        found.append(f"journal and ledger differ in {sorted(held_runs ^ published)}")
    if len(entries) != len(set(entries)):
        found.append("a run stands twice in the journal")
    if started - set(entries):
        found.append(f"the journal lacks {sorted(started - set(entries))}")
    if not entries or not (home / "reports" / entries[-1] / "index.html").exists():
        found.append("the last run has no report")
    return found + [f"left behind: {path}" for path in leftovers(home)]


def leftovers(home: Path) -> list[str]:
    """What only a run in progress may have there."""
    allowed = {"winnow.duckdb", "journal.jsonl", ".lock"}
    return [
        *(f"warehouse/{path.name}" for path in (home / "warehouse").iterdir() if path.name not in allowed),
        *(f"work/{path.name}" for path in (home / "work").iterdir() if path.name != "memory.duckdb"),
        *(str(path.relative_to(home)) for path in home.glob("landing/**/.receiving-*")),
        *(str(path.relative_to(home)) for path in home.glob("**/*.draft")),
    ]


def is_json(line: bytes) -> bool:
    """Whether a line is whole."""
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
