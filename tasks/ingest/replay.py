"""Finds quarantined records in the landing zone again, so that they can be taken through the newest rulebook."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb
import numpy as np
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

    from numpy.typing import NDArray

    from tasks.ingest.landing import Capture
    from tasks.ingest.source import Source
    from tasks.run import Run

log = logging.getLogger(__name__)
MOVES_LOOKED_FOR = 1000  # texts of good records that are not where they were; one that moved is proof enough


@dataclass(frozen=True)
class Waiting:
    """A capture of the warehouse with records in quarantine that wait for a reason, and how many they are."""

    source: str
    capture_id: str
    records: int


@dataclass(frozen=True)
class Known:
    """The records that the warehouse knows of one capture, ordered by id: 17 bytes each, as there may be millions.

    `ids` are raw ids as numbers; `waits` says which are asked for; `texts` are the ids of the texts of good records, 0
    (no text's id) for those in quarantine.
    """

    ids: NDArray[np.uint64]
    waits: NDArray[np.bool_]
    texts: NDArray[np.uint64]

    def look_up(self, raw_ids: list[str]) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        """Of each record whether it is to be tried, as it waits or was never known; and the id that its text should have."""
        asked = np.fromiter((int(raw_id, 16) for raw_id in raw_ids), np.uint64, len(raw_ids))
        if not len(self.ids):
            return np.ones(len(asked), bool), np.zeros(len(asked), np.uint64)
        place = np.minimum(np.searchsorted(self.ids, asked), len(self.ids) - 1)
        tried = (self.ids[place] != asked) | self.waits[place]
        return tried, np.where(tried, 0, self.texts[place]).astype(np.uint64)


def waiting_captures(run: Run, reason: str | None) -> list[Waiting]:
    """Captures with records that wait for `reason` (any without). Raises UsageError where nothing is published yet."""
    if not run.warehouse.exists():
        raise UsageError("no_warehouse", "nothing has been published yet", next_step="Try: winnow run")
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        kept = still_there(con)
        rows = con.execute(
            f"""SELECT c.source, q.capture_id, count(*) FROM audit.quarantine AS q JOIN raw.captures AS c USING (capture_id)
               WHERE q.replayed_in IS NULL {kept} AND ($1 IS NULL OR q.reason = $1) GROUP BY ALL ORDER BY ALL""",
            [reason],
        ).fetchall()
        if kept:
            run.facts["expired"] = con.execute(
                """SELECT reason, count(*) FROM audit.quarantine
                   WHERE replayed_in IS NULL AND expired_in IS NOT NULL AND ($1 IS NULL OR reason = $1) GROUP BY ALL ORDER BY ALL""",
                [reason],
            ).fetchall()
        return [Waiting(*row) for row in rows]


def still_there(con: duckdb.DuckDBPyConnection) -> str:
    """The condition that a record's bytes have not expired. A file of an older release lacks columns that its next run adds."""
    columns = {row[0] for row in con.execute("DESCRIBE audit.quarantine").fetchall()}
    return "AND q.expired_in IS NULL" if "expired_in" in columns else ""


def known_records(run: Run, capture_id: str, reason: str | None) -> Known:
    """What the warehouse knows of a capture: those that wait for `reason` (any without), and the texts of the good ones."""
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        con.execute(f"SET memory_limit = '{run.memory_limit}'")
        found = con.execute(
            f"""SELECT ('0x' || i.raw_id)::UBIGINT AS id, coalesce(q.asked, false) AS waits,
                      CASE WHEN q.raw_id IS NULL THEN i.payload_id ELSE 0::UBIGINT END AS text
               FROM (SELECT raw_id, payload_id FROM raw.record_index WHERE capture_id = $1) AS i
               LEFT JOIN (
                   SELECT raw_id, ($2 IS NULL OR reason = $2) {still_there(con)} AS asked FROM audit.quarantine AS q
                   WHERE replayed_in IS NULL AND capture_id = $1
               ) AS q USING (raw_id) ORDER BY id""",
            [capture_id, reason],
        ).fetchnumpy()
    return Known(*(np.ma.getdata(found[name]) for name in ("id", "waits", "text")))


def split_waiting(run: Run, reason: str | None) -> int:
    """Split the captures of waiting records anew; keep these records and those that only the newest splitter finds.

    Returns how many there are. What cannot be tried is a warning with its count; a source whose folder fails, fails alone.
    """
    with Reader(run.home, run.folder) as reader:
        return split_all(run, reader, waiting_captures(run, reason), reason)


def split_all(run: Run, reader: Reader, captures_waiting: list[Waiting], reason: str | None) -> int:
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
            report, changed = SplitReport(), set[int]()
            known_here = known_records(run, waiting.capture_id, reason)
            rows = write_batches(
                path, SCHEMA, wanted(reader.split(landed, source, report), known_here, landed, changed)
            )
            if moved(landed, source, reader, changed):
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
    run.warnings.append(f"{waiting.records} records of {waiting.source} cannot be replayed: {why}")


def payload_id(text: str) -> int:
    """What the warehouse calls a text: the lower 64 bits of its MD5, as DuckDB's md5_number_lower gives them."""
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")


def wanted(
    batches: Iterator[pa.RecordBatch], known: Known, landed: Capture, changed: set[int]
) -> Iterator[pa.RecordBatch]:
    """Rows that wait or were never known; notes in `changed` what was the text of good ones whose text is another one now.

    Files in which somebody was forgotten are not compared: their texts did change.
    """
    erased = {file.name for file in landed.files if file.erased_in}
    for batch in batches:
        tried, expected = known.look_up(batch.column("raw_id").to_pylist())
        for place in np.flatnonzero(expected).tolist():
            if len(changed) >= MOVES_LOOKED_FOR:
                break
            if payload_id(batch.column("payload")[place].as_py()) != expected[place] and (
                batch.column("source_file")[place].as_py() not in erased
            ):
                changed.add(int(expected[place]))
        if tried.any():
            yield batch.filter(pa.array(tried))


def moved(landed: Capture, source: Source, reader: Reader, lost: set[int]) -> bool:
    """Whether a lost text of a good record stands at another place now: ids are places, so they would mean something else."""
    if not lost:
        return False
    for batch in reader.split(landed, source, SplitReport()):
        good = batch.filter(pc.is_null(batch.column("reason")))
        if any(payload_id(text) in lost for text in good.column("payload").to_pylist()):
            return True
    return False
