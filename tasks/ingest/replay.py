"""Finds quarantined records in the landing zone again, so that they can be taken through the newest rulebook."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tasks.arrow_files import write_batches
from tasks.errors import UsageError, WinnowError
from tasks.ingest import landing
from tasks.ingest.form import SCHEMA
from tasks.ingest.isolate import Reader
from tasks.ingest.split import SplitReport
from tasks.ingest.step import all_sources, bytes_row, capture_row, fail_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.landing import Capture
    from tasks.ingest.source import Source
    from tasks.run import Run

log = logging.getLogger(__name__)
MOVES_LOOKED_FOR = 1000  # texts of good records that are not where they were; one that moved is proof enough


@dataclass
class Waiting:
    """What the warehouse knows of one capture with records in quarantine: raw ids, and the texts of the good ones."""

    source: str
    capture_id: str
    records: set[str]
    good: dict[str, int] = field(default_factory=dict)  # raw_id: payload_id


def waiting_captures(run: Run, reason: str | None) -> list[Waiting]:
    """Captures with records that wait for `reason` (any without). Raises UsageError where nothing is published yet."""
    if not run.warehouse.exists():
        raise UsageError("no_warehouse", "nothing has been published yet", next_step="Try: winnow run")
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        # A file of an older release lacks columns that its next run adds.
        columns = {row[0] for row in con.execute("DESCRIBE audit.quarantine").fetchall()}
        kept = "AND q.expired_in IS NULL" if "expired_in" in columns else ""
        rows = con.execute(
            f"""SELECT c.source, q.capture_id, list(q.raw_id) FROM audit.quarantine AS q JOIN raw.captures AS c USING (capture_id)
               WHERE q.replayed_in IS NULL {kept} AND ($1 IS NULL OR q.reason = $1) GROUP BY ALL ORDER BY ALL""",
            [reason],
        ).fetchall()
        if kept:
            run.facts["expired"] = con.execute(
                """SELECT reason, count(*) FROM audit.quarantine
                   WHERE replayed_in IS NULL AND expired_in IS NOT NULL AND ($1 IS NULL OR reason = $1) GROUP BY ALL ORDER BY ALL""",
                [reason],
            ).fetchall()
        return [
            Waiting(source, capture_id, set(raw_ids), good_records(con, capture_id))
            for source, capture_id, raw_ids in rows
        ]


def good_records(con: duckdb.DuckDBPyConnection, capture_id: str) -> dict[str, int]:
    """The records of a capture that are no longer, or never were, in quarantine, with the ids of their texts.

    Those still in quarantine for another reason than the one asked for are in it with 0, which is no text's id.
    """
    return dict(
        con.execute(
            """SELECT i.raw_id, CASE WHEN q.raw_id IS NULL THEN i.payload_id ELSE 0 END
               FROM (SELECT raw_id, payload_id FROM raw.record_index WHERE capture_id = $1) AS i
               LEFT JOIN (SELECT raw_id FROM audit.quarantine WHERE replayed_in IS NULL AND capture_id = $1) AS q USING (raw_id)""",
            [capture_id],
        ).fetchall()
    )


def split_waiting(run: Run, reason: str | None) -> int:
    """Split the captures of waiting records anew; keep these records and those that only the newest splitter finds.

    Returns how many there are. What cannot be tried is a warning with its count; a source whose folder fails, fails alone.
    """
    with Reader(run.home, run.folder) as reader:
        return split_all(run, reader, waiting_captures(run, reason))


def split_all(run: Run, reader: Reader, captures_waiting: list[Waiting]) -> int:
    """Split these captures anew: see `split_waiting`."""
    known = all_sources(run.sources_dir)
    captures = []
    total = 0
    for waiting in captures_waiting:
        landed = landing.find(run.home, waiting.source, waiting.capture_id)
        source = known.get(waiting.source)
        path = run.records / f"{waiting.capture_id}.arrow"
        try:
            missing = why_not(landed, source)
            if landed is None or source is None or missing:
                left_out(run, waiting, missing)
                continue
            report = SplitReport()
            rows = write_batches(path, SCHEMA, wanted(reader.split(landed, source, report), waiting, landed))
            if moved(landed, source, reader, waiting):
                path.unlink()
                left_out(
                    run, waiting, "the source folder now cuts records elsewhere; load the file again under a new name"
                )
                continue
        except WinnowError as error:
            path.unlink(missing_ok=True)
            fail_source(run, waiting.source, error)
            continue
        if rows == 0:
            path.unlink()
            left_out(run, waiting, "they are not found in its bytes any more")
            continue
        total += rows
        captures.append(capture_row(replace(landed, coverage="partial") if report.cut else landed) | bytes_row(report))
    run.facts["captures"] = captures
    return total


def why_not(landed: Capture | None, source: Source | None) -> str:
    """Why a capture cannot be read again; empty where it can."""
    if source is None:
        return "its source folder is not given"
    if landed is None:
        return "its capture is not in the landing area"
    return "its bytes have expired" if landed.expired else ""


def left_out(run: Run, waiting: Waiting, why: str) -> None:
    """Say that waiting records were not tried."""
    run.warnings.append(f"{len(waiting.records)} records of {waiting.source} cannot be replayed: {why}")


def payload_id(text: str) -> int:
    """What the warehouse calls a text: the lower 64 bits of its MD5, as DuckDB's md5_number_lower gives them."""
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")


def wanted(batches: Iterator[pa.RecordBatch], waiting: Waiting, landed: Capture) -> Iterator[pa.RecordBatch]:
    """Rows that wait or were never known; notes in `waiting.good` only good ones whose text is another one now.

    Files in which somebody was forgotten are not compared: their texts did change.
    """
    erased = {file.name for file in landed.files if file.erased_in}
    changed: dict[str, int] = {}
    for batch in batches:
        ids = batch.column("raw_id").to_pylist()
        kept = [raw_id in waiting.records or raw_id not in waiting.good for raw_id in ids]
        for place, raw_id in enumerate(ids):
            expected = waiting.good.get(raw_id, 0)
            if kept[place] or not expected or len(changed) >= MOVES_LOOKED_FOR:
                continue
            if payload_id(batch.column("payload")[place].as_py()) != expected and (
                batch.column("source_file")[place].as_py() not in erased
            ):
                changed[raw_id] = expected
        if any(kept):
            yield batch.filter(pa.array(kept))
    waiting.good = changed


def moved(landed: Capture, source: Source, reader: Reader, waiting: Waiting) -> bool:
    """Whether a good record's text stands at another place now: ids are places, so they would mean something else."""
    lost = set(waiting.good.values())
    if not lost:
        return False
    for batch in reader.split(landed, source, SplitReport()):
        good = batch.filter(pc.is_null(batch.column("reason")))
        if any(payload_id(text) in lost for text in good.column("payload").to_pylist()):
            return True
    return False
