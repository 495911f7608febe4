"""The cleaning step: streams records that this rulebook has not cleaned yet through the engine."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from tasks.arrow_files import dataset, write_batches
from tasks.clean.engine import SCHEMA, Engine, clean_batches, rulebook_version
from tasks.clean.memory import Memory
from tasks.ingest.form import FORM
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.load.plan import find_contents_to_clean, index_records
from tasks.load.publish import begin_build
from tasks.run import Run
from warehouse.connection import open_build
from warehouse.dictionary import create_all

BATCH_ROWS = 4096


def clean_records(run: Run) -> int:
    """Clean every content that is new to the warehouse or to this rulebook; returns how many.

    Leaves work.keys and work.to_clean in the scratch database and cleaned postings as Arrow files.
    """
    build = begin_build(run.warehouse, run.run_id)
    with open_build(build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        create_all(con)
        con.register("records", dataset(run.records, RECORDS))
        register_captures(con, run)
        index_records(con)
        wanted = find_contents_to_clean(con, rulebook_version())
        with Memory(run.memory, rulebook_version()) as memory:
            cleaned = clean_batches(unclean_batches(con), Engine(memory))
            return write_batches(run.postings / "postings.arrow", SCHEMA, cleaned) if wanted else 0


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
