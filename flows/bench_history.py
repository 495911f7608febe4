"""Proves on a folder of daily files that the history in the warehouse is what the files say.

    python -m flows.bench_history PACK_DIR --source simplify [--runs 4 [--scattered]] [--warehouse FILE] [--show 5]

What must be found is worked out by tests/tasks/load/real_feeds.py, which reads the files with json and shares no code with
the project. The days are then loaded by the tasks themselves, without Prefect and without gates, in one run or in several
(scattered: every run brings days between those of the run before), and every table is compared row by row.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import duckdb

if TYPE_CHECKING:
    from types import ModuleType

    from tasks.ingest.capture import Capture
    from tasks.ingest.source import Source
    from tasks.run import Run

TRUTH = Path(__file__).parent.parent / "tests" / "tasks" / "load" / "real_feeds.py"
REPOST_DAYS = 14  # of curated.jobs.repost_count: a later posting of one job is a repost after so many days
COUNTS = ("new", "unchanged", "changed", "merged")

Rows = dict[Any, Any]
Row = tuple[Any, ...]

SET_ASIDE = """
SELECT c.observed_at::DATE, q.ordinal FROM audit.quarantine AS q JOIN raw.captures AS c USING (capture_id)
WHERE c.source = ? AND q.replayed_in IS NULL
"""
# table: how many columns name a row, and its rows by the source's own keys, the day and the place in the day's file
QUERIES = {
    "sightings": (2, """
        SELECT s.seen_at::DATE, i.ordinal, i.source_key, s.outcome, s.listed_closed, s.content_id, coalesce(s.recency, '')
        FROM curated.sightings AS s JOIN raw.record_index AS i USING (raw_id) WHERE s.source = ?
        """),
    "versions": (2, """
        SELECT i.source_key, v.valid_from::DATE, v.valid_to::DATE, v.content_id, s.seen_at::DATE, i.ordinal, v.posted_on
        FROM curated.versions AS v JOIN raw.record_index AS i USING (raw_id)
        JOIN curated.sightings AS s ON s.raw_id = v.raw_id AND s.posting_id = v.posting_id WHERE i.source = ?
        """),
    "spells": (2, """
        SELECT p.source_key, s.spell, s.opened_at::DATE, s.last_seen::DATE, s.closed_at::DATE, s.reopened_from
        FROM curated.spells AS s JOIN curated.postings AS p USING (posting_id) WHERE p.source = ?
        """),
    "postings": (1, """
        SELECT p.source_key, p.first_seen::DATE, p.last_seen::DATE, p.closed_on, p.content_id, s.seen_at::DATE, i.ordinal,
               p.posted_on
        FROM curated.postings AS p JOIN raw.record_index AS i USING (raw_id)
        JOIN curated.sightings AS s ON s.raw_id = p.raw_id AND s.posting_id = p.posting_id WHERE p.source = ?
        """),
    "days": (1, """
        SELECT c.observed_at::DATE, sum(b."new"), sum(b.unchanged), sum(b.changed), sum(b.merged)
        FROM audit.batches AS b JOIN raw.captures AS c USING (capture_id) WHERE c.source = ? GROUP BY ALL
        """),
    "reposts": (1, """
        SELECT job_id, repost_count, first_seen::DATE, last_seen::DATE FROM curated.jobs WHERE sources = [?]
        """),
}  # fmt: skip


class Agreement(NamedTuple):
    """How far one table agrees; `differing` are (row, expected, found), None where there is none."""

    table: str
    expected: int
    found: int
    same: int
    differing: list[tuple[Any, Any, Any]]


def truth() -> ModuleType:
    """The independent reading of the files; it is a script beside the tests, not part of the package."""
    if "real_feeds" not in sys.modules:
        spec = importlib.util.spec_from_file_location("real_feeds", TRUTH)
        if spec is None or spec.loader is None:
            raise click.ClickException(f"{TRUTH} cannot be read")
        module = importlib.util.module_from_spec(spec)
        sys.modules["real_feeds"] = module
        spec.loader.exec_module(module)
    return sys.modules["real_feeds"]


def load_days(folder: Path, source: str, home: Path, runs: int = 1, scattered: bool = False) -> Path:
    """Load every day of a folder into the warehouse of an empty home; returns the published file."""
    from tasks.ingest.step import all_sources, capture_source

    known = all_sources(None)[source]
    captures = capture_source(new_run(home), known, str(folder))
    size = -(-len(captures) // runs)
    parts = [captures[at::runs] if scattered else captures[at * size : (at + 1) * size] for at in range(runs)]
    for part in filter(None, parts):
        warehouse = load_part(new_run(home), [(known, capture) for capture in part])
    return warehouse


def new_run(home: Path) -> Run:
    """A run as flows/running.py opens it."""
    from tasks.run import Run, new_run_id

    now = datetime.now(UTC)
    run = Run(run_id=new_run_id(now), home=home, memory_limit="1500MB", threads=2, started_at=now)
    run.folder.mkdir(parents=True)
    run.warehouse.parent.mkdir(parents=True, exist_ok=True)
    return run


def load_part(run: Run, captures: list[tuple[Source, Capture]]) -> Path:
    """Some captures from the landing area to the published file: the path of flows/pipeline.py without gates and marts."""
    from tasks.arrow_files import dataset
    from tasks.clean.engine import SCHEMA
    from tasks.clean.step import clean_records
    from tasks.dedupe.step import match_jobs
    from tasks.ingest.form import SCHEMA as RECORDS
    from tasks.ingest.step import split_captures
    from tasks.load.step import finish_build, load_batch
    from tasks.validate import apply_mask
    from tasks.validate.step import set_aside, stage
    from warehouse.connection import open_build

    split_captures(run, captures)
    if run.failed:
        raise click.ClickException(run.failed[0]["message"])
    clean_records(run)
    with open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        con.register("records", dataset(run.records, RECORDS))
        con.register("postings", dataset(run.postings, SCHEMA))
        stage(con)
        apply_mask(con)
        set_aside(con, run.rulebook)
    load_batch(run)
    match_jobs(run)
    finish_build(run)
    return run.warehouse


def compare(warehouse: Path, folder: Path, source: str, in_order: bool = True) -> list[Agreement]:
    """Every table of history against the files.

    Where days were not loaded in order, two things are not compared: what became of a record then (its outcome, the
    ledger), which speaks of what was known at that time; and posted_on, which drifts in some feeds without a change and is
    read anew only from records that begin a version when they arrive. All else must be the same in any order.
    """
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        told = truth().history(folder, source, con.execute(SET_ASIDE, [source]).fetchall())
        found = {name: rows(con, width, query, source) for name, (width, query) in QUERIES.items()}
        members = con.execute("SELECT job_id, source_key FROM curated.postings WHERE source = ?", [source])
        jobs = expected_jobs(told, members.fetchall())
    expected: dict[str, Rows] = {
        "sightings": told.sightings, "versions": told.versions, "spells": told.spells, "postings": told.postings,
        "days": {day: tuple(counts.get(name, 0) for name in COUNTS) for day, counts in told.days.items()},
        "reposts": jobs,
    }  # fmt: skip
    if not in_order:
        del expected["days"]
        for tables in (expected, found):
            tables["sightings"] = {at: (key, *rest) for at, (key, _, *rest) in tables["sightings"].items()}
            for name in ("versions", "postings"):
                tables[name] = {at: row[:-1] for at, row in tables[name].items()}
    return [agreement(name, expected[name], found[name]) for name in expected]


def rows(con: duckdb.DuckDBPyConnection, width: int, query: str, source: str) -> Rows:
    """A table by the columns that name a row; a second row of one name stands under (name, "again")."""
    found: Rows = {}
    for row in con.execute(query, [source]).fetchall():
        name = row[:width] if width > 1 else row[0]
        found[(name, "again") if name in found else name] = row[width:]
    return found


def expected_jobs(told: Any, members: list[Row]) -> Rows:
    """(reposts, first seen, last seen) of each job. Which postings are one job is matching's word and taken as given."""
    again = told.reposts()
    jobs: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for job, key in members:
        seen = told.postings[key]
        jobs[job].append((seen.posted or seen.first_seen, key))
    found: Rows = {}
    for job, each in jobs.items():
        began = sorted(at for at, _ in each)
        later = sum((b - a).days > REPOST_DAYS for a, b in pairwise(began))
        postings = [told.postings[key] for _, key in each]
        found[job] = (
            sum(again[key] for _, key in each) + later,
            min(p.first_seen for p in postings), max(p.last_seen for p in postings),
        )  # fmt: skip
    return found


def agreement(table: str, expected: Rows, found: Rows) -> Agreement:
    """What one table shares with what it should hold."""
    differing = []
    for name in sorted(expected.keys() | found.keys(), key=str):
        want, got = flat(expected.get(name)), flat(found.get(name))
        if want != got:
            differing.append((name, want, got))
    return Agreement(table, len(expected), len(found), len(expected.keys() | found.keys()) - len(differing), differing)


def flat(value: Row | None) -> Row | None:
    """A row without rows inside it."""
    if value is None:
        return None
    return tuple(part for each in value for part in (each if isinstance(each, tuple) else (each,)))


def show(results: list[Agreement], first: int) -> list[str]:
    """The agreement by table, and the first rows that differ."""
    lines = [f"{'table':12}{'expected':>10}{'found':>10}{'same':>10}{'differing':>10}"]
    lines += [f"{r.table:12}{r.expected:10,}{r.found:10,}{r.same:10,}{len(r.differing):10,}" for r in results]
    for result in results:
        for name, want, got in result.differing[:first]:
            lines += ["", f"{result.table} {told(name)}", f"  expected {told(want)}", f"  found    {told(got)}"]
    return lines


def told(row: Any) -> str:
    """A row for people."""
    return "nothing" if row is None else " ".join(map(str, row)) if isinstance(row, tuple) else str(row)


@click.command(help=(__doc__ or "").split("\n")[0])
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--source", required=True, type=click.Choice(["simplify", "ambicuity"]))
@click.option("--runs", default=1, show_default=True, help="Load the days in so many runs.")
@click.option("--scattered", is_flag=True, help="Every run brings days from all over the time.")
@click.option("--warehouse", type=click.Path(path_type=Path, exists=True), help="Compare this file; load nothing.")
@click.option("--show", "first", default=5, show_default=True, help="Differing rows to show of each table.")
def main(folder: Path, source: str, runs: int, scattered: bool, warehouse: Path | None, first: int) -> None:
    """Load, compare and print; exit code 1 where a row differs."""
    start = time.process_time()
    with tempfile.TemporaryDirectory(prefix="winnow-history-") as home:
        file = warehouse or load_days(folder, source, Path(home), runs, scattered)
        results = compare(file, folder, source, in_order=not (scattered and runs > 1))
    click.echo("\n".join(show(results, first)))
    click.echo(f"{time.process_time() - start:.0f} CPU s")
    sys.exit(1 if any(result.differing for result in results) else 0)


if __name__ == "__main__":
    main()
