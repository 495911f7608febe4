"""The cleaning step: streams records that this rulebook has not cleaned yet through the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from tasks.arrow_files import dataset, write_batches
from tasks.clean.corrections import Correction, Corrections, Target, read_corrections
from tasks.clean.engine import FIELD_BY_NAME, SCHEMA, Engine, clean_batches
from tasks.clean.memory import Memory
from tasks.errors import SourceError
from tasks.ingest.form import FORM
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.ingest.source import Source
from tasks.ingest.step import all_sources, fail_source
from tasks.load.plan import find_contents_to_clean, index_records
from tasks.load.publish import begin_build
from tasks.run import Run
from warehouse.connection import open_build
from warehouse.dictionary import create_all

BATCH_ROWS = 1000  # what the text helpers keep in reach: a text is read by several fields in turn

# How a correction names a record: by native key, by posting, or by its place `file#ordinal` where it has no key.
LOCATED = "k.source_file || '#' || k.ordinal = w.key"
MEANT_RAW = f"k.source_key = w.key OR {LOCATED}"
MEANT = f"({MEANT_RAW} OR k.posting_id IN (w.named_id, w.key))"


def clean_records(run: Run) -> int:
    """Clean every content that is new to the warehouse or to this rulebook; returns how many.

    Leaves work.keys and work.to_clean in the scratch database and cleaned postings as Arrow files. A source with a
    correction that does not fit any more fails alone (`correction_mismatch`): its records are left out, and the rest is
    done again without them. Raises that SourceError where no other source is left, and UsageError `corrections`.
    """
    build = begin_build(run.warehouse, run.run_id)
    with open_build(build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        create_all(con)
        while True:
            con.register("records", dataset(run.records, RECORDS))
            register_captures(con, run)
            index_records(con)
            corrections = Corrections(find_targets(con, run))
            wanted = find_contents_to_clean(con, run.rulebook)
            with Memory(run.memory, run.rulebook) as memory:
                cleaned = clean_batches(unclean_batches(con), Engine(memory, corrections=corrections))
                rows = write_batches(run.postings / "postings.arrow", SCHEMA, cleaned) if wanted else 0
            failures = corrections.failures()
            if not failures:
                return rows
            (run.postings / "postings.arrow").unlink()
            leave_out(run, failures)


def leave_out(run: Run, failures: dict[str, SourceError]) -> None:
    """Take failed sources out of the run: the others go on. Raises the first error where there are no others."""
    for source, error in failures.items():
        fail_source(run, source, error)
    for capture in run.facts["captures"]:
        if capture["source"] in failures:
            (run.records / f"{capture['capture_id']}.arrow").unlink()
    run.facts["captures"] = [c for c in run.facts["captures"] if c["source"] not in failures]
    if not run.facts["captures"]:
        raise next(iter(failures.values()))


def all_corrections(run: Run) -> list[Correction]:
    """The corrections of every source in this run."""
    sources = all_sources(run.sources_dir)
    names = sorted({capture["source"] for capture in run.facts["captures"]} & set(sources))
    return [each for name in names for each in read_corrections(sources[name].folder, FIELD_BY_NAME)]


def find_targets(con: duckdb.DuckDBPyConnection, run: Run) -> list[Target]:
    """What the corrections mean among this run's records. One that was never about any record of any load is a warning."""
    corrections = all_corrections(run)
    if not corrections:
        return []
    con.register("wanted", named_keys(corrections))
    rows = con.execute(
        f"""
        SELECT DISTINCT w.number, k.posting_id, CASE WHEN {LOCATED} THEN k.content_id END
        FROM work.keys AS k JOIN work.captures AS c USING (capture_id) JOIN wanted AS w ON w.source = c.source AND {MEANT}
        WHERE k.reason IS NULL
        """
    ).fetchall()
    unmet = find_unmet(con, corrections)
    con.unregister("wanted")
    met = {number for number, _, _ in rows}
    lost = [unmet_line(each) for number, each in enumerate(corrections) if number in unmet and number not in met]
    run.warnings += [line for line in lost if line not in run.warnings]
    return [Target(corrections[number], posting_id, content_id) for number, posting_id, content_id in rows]


def named_keys(corrections: list[Correction]) -> pa.Table:
    """The corrections by number, with every way in which they may name a record."""
    return pa.Table.from_pylist(
        [
            {
                "number": number,
                "source": each.source,
                "key": each.key if isinstance(each.key, str) else None,
                "named_id": each.posting_id,
            }
            for number, each in enumerate(corrections)
        ],
        pa.schema([("number", pa.int64()), *((n, pa.string()) for n in ("source", "key", "named_id"))]),
    )


def unmet_line(correction: Correction) -> str:
    """What is said of a correction without a record."""
    return f"{correction.source}: the correction of {correction.name} matches no record of any load"


def unmet_corrections(con: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> list[str]:
    """A line for each correction of these sources that names no record of the warehouse; `con` may be a reader."""
    corrections = [each for source in sources for each in read_corrections(source.folder, FIELD_BY_NAME)]
    if not corrections:
        return []
    con.register("wanted", named_keys(corrections))
    unmet = find_unmet(con, corrections)
    con.unregister("wanted")
    return [unmet_line(corrections[number]) for number in sorted(unmet)]


def find_unmet(con: duckdb.DuckDBPyConnection, corrections: list[Correction]) -> set[int]:
    """Numbers of the corrections that name no record of the warehouse. Needs the registered table `wanted`."""
    rows = con.execute(
        f"""
        SELECT DISTINCT w.number
        FROM raw.record_index AS k JOIN raw.captures AS c USING (capture_id)
        JOIN wanted AS w ON w.source = c.source AND ({MEANT_RAW})
        UNION
        SELECT w.number FROM curated.postings AS p JOIN wanted AS w ON p.posting_id IN (w.named_id, w.key)
        """
    ).fetchall()
    return set(range(len(corrections))) - {row[0] for row in rows}


def register_captures(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """The run's captures as work.captures."""
    con.register("run_captures", pa.Table.from_pylist(run.facts["captures"]))
    con.execute(
        """
        CREATE OR REPLACE TABLE work.captures AS
        SELECT * REPLACE (fetched_at::TIMESTAMPTZ AS fetched_at, observed_at::TIMESTAMPTZ AS observed_at) FROM run_captures
        """
    )
    con.unregister("run_captures")


def unclean_batches(con: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """The forms to clean, in batches, with the day on which each was observed."""
    names = ", ".join(f"r.{name}" for name in ("raw_id", "capture_id", "source", "posting_id", "content_id", *FORM))
    result = con.sql(
        f"""
        SELECT {names}, strftime(c.observed_at, '%Y-%m-%d') AS captured_on
        FROM records AS r
        SEMI JOIN work.to_clean AS t ON t.raw_id = r.raw_id
        JOIN work.captures AS c ON c.capture_id = r.capture_id
        """
    )
    yield from result.to_arrow_reader(BATCH_ROWS)
