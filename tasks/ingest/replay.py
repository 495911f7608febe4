"""Finds quarantined records in the landing zone again, so that they can be taken through the newest rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tasks.arrow_files import write_batches
from tasks.errors import UsageError
from tasks.ingest import landing
from tasks.ingest.form import SCHEMA
from tasks.ingest.split import SplitReport, split
from tasks.ingest.step import all_sources, capture_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.run import Run


def waiting_records(run: Run, reason: str | None) -> dict[tuple[str, str], list[str]]:
    """Raw ids that wait in quarantine, by source and capture. Raises UsageError where nothing is published yet."""
    if not run.warehouse.exists():
        raise UsageError("no_warehouse", "nothing has been published yet", next_step="Try: winnow run")
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        rows = con.execute(
            """SELECT c.source, q.capture_id, list(q.raw_id) FROM audit.quarantine AS q JOIN raw.captures AS c USING (capture_id)
               WHERE q.replayed_in IS NULL AND ($1 IS NULL OR q.reason = $1) GROUP BY ALL""",
            [reason],
        ).fetchall()
    return {(source, capture_id): raw_ids for source, capture_id, raw_ids in rows}


def split_waiting(run: Run, reason: str | None) -> int:
    """Split the captures of waiting records anew and keep only these records; returns how many there are."""
    known = all_sources(run.sources_dir)
    captures = []
    total = 0
    for (name, capture_id), raw_ids in sorted(waiting_records(run, reason).items()):
        landed = landing.find(run.home, name, capture_id)
        source = known.get(name)
        if landed is None or source is None:
            missing = "its capture has expired" if landed is None else "its source folder is not given"
            run.warnings.append(f"{len(raw_ids)} records of {name} cannot be replayed: {missing}")
            continue
        wanted = pa.array(raw_ids)
        batches = only(split(landed, source, run.home, SplitReport()), wanted)
        total += write_batches(run.records / f"{capture_id}.arrow", SCHEMA, batches)
        captures.append(capture_row(landed))
    run.facts["captures"] = captures
    return total


def only(batches: Iterator[pa.RecordBatch], raw_ids: pa.Array) -> Iterator[pa.RecordBatch]:
    """The rows with these ids."""
    for batch in batches:
        kept = batch.filter(pc.is_in(batch.column("raw_id"), value_set=raw_ids))
        if kept.num_rows:
            yield kept
