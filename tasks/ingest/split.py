"""Split: the files of a capture cut into records, every one of them accounted for, as Arrow batches of the raw form."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks.collector import rare_collections
from tasks.errors import GateError, SourceError
from tasks.ingest import identities, ids
from tasks.ingest.accounting import Account, countable
from tasks.ingest.form import FORM, SCHEMA
from tasks.ingest.landing import Capture, open_capture
from tasks.ingest.read_csv import read_csv, refuse_collisions
from tasks.ingest.read_json import JsonReader, read_lines
from tasks.ingest.read_parquet import read_parquet
from tasks.ingest.records import Record
from tasks.ingest.shape import HINTS, SAYS_SOMETHING, Shaper
from tasks.ingest.text import SURROGATE, UndecodableError, check_encoding, decode, exact_bytes, printable, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.ingest.source import Source

log = logging.getLogger(__name__)
BATCH_ROWS = 2048  # a scan keeps some sixty batches in flight
SHAPE_ROWS = 512  # records are shaped in slices that fit the processor's cache: a third less time than 8,192 at once
BATCH_CHARS = 4 * 1024**2  # at most 8 MB for most text
MAX_RECORD_BYTES = 1_048_576
MAX_KEPT_CHARS = 8 * 1024**2  # of a record that is set aside; the landing area keeps all of it
EMPTY: dict[str, Any] = {}


@dataclass
class SplitReport:
    """What was found while splitting, for the run report and the gates. `records` = `good` + sum of `reasons`."""

    records: int = 0
    good: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unknown_columns: set[str] = field(default_factory=set)  # drift: neither mapped, ignored nor volatile
    left_out: int = 0  # rows of other sources (`where`)
    files: int = 0
    landed_bytes: int = 0  # of all files, unpacked
    record_bytes: int = 0
    between_bytes: int = 0  # separators, headers, envelopes
    countable: bool = True  # False: records of some file are no part of its text, as in Parquet
    notes: list[str] = field(default_factory=list)  # damage around records: an array that never closes

    @property
    def cut(self) -> bool:
        """Whether records may be missing that nobody can count: what is absent from such a capture proves nothing."""
        return bool(self.notes or self.reasons["truncated"] or self.reasons["unclosed_quote"])

    def warnings(self) -> list[str]:
        """What a person should hear about although it stops nothing."""
        found = list(self.notes)
        if self.unknown_columns:
            found.append(f"unknown columns: {', '.join(sorted(self.unknown_columns)[:20])}")
        return found


def split(capture: Capture, source: Source, home: Path, report: SplitReport | None = None) -> Iterator[pa.RecordBatch]:
    """The records of a capture as batches of `form.SCHEMA`, in file order; `report` is filled while reading.

    A record set aside has `reason` and `detail`, its text as payload, and no posting_id.
    Raises GateError `contract` (a required column is missing, columns collide), SourceError `corrupt_file`,
    `empty_batch` (a snapshot without a single record: taken at its word it would close everything).
    """
    report = report if report is not None else SplitReport()
    maker = Maker(capture, source, report)
    kept = identities.read(home / capture.folder)
    with rare_collections():
        for name, payload in open_capture(home, capture):
            report.files += 1
            yield from identities.restored(maker.file(name, payload), kept)
        yield from identities.restored(maker.flush(), kept)
    if report.unknown_columns:
        log.warning("%s: columns nobody knows: %s", source.name, ", ".join(sorted(report.unknown_columns)))
    if report.records == 0 and source.coverage == "snapshot":
        raise SourceError(
            "empty_batch",
            f"{source.name} holds no record",
            where=capture.url,
            why="a snapshot without records would close every posting",
            next_step="Check the feed; nothing of this capture was loaded",
        )


class Maker:
    """Collects records and makes batches of them."""

    def __init__(self, capture: Capture, source: Source, report: SplitReport) -> None:
        self.capture, self.source, self.report = capture, source, report
        self.shaper = Shaper(source)
        self.erased = {file.name for file in capture.files if file.erased_in}
        self.encoding = check_encoding(source.options.get("encoding", "utf-8"))
        self.slices: list[pa.RecordBatch] = []
        self.rows = 0
        self.size = 0
        self.clear()

    def clear(self) -> None:
        """Start an empty slice."""
        self.files: list[str] = []
        self.ordinals: list[int] = []
        self.records: list[Record] = []
        self.chars = 0

    def file(self, name: str, payload: bytes) -> Iterator[pa.RecordBatch]:
        """The records of one file, batch by batch; the last batch waits for the next file."""
        source, seen = self.source, set[str]()
        columns: list[str] | None = None
        dirty = nul = False
        reader: JsonReader | None = None
        account: Account | None = None
        records: Iterator[Record]
        self.report.landed_bytes += len(payload)
        if source.format == "parquet":
            columns, records = read_parquet(payload, name)
        else:
            try:
                text, dirty = decode(payload, self.encoding)
            except UndecodableError as problem:
                kept = payload[:MAX_KEPT_CHARS].decode("utf-8", "backslashreplace")
                self.files.append(name)
                self.ordinals.append(0)
                self.records.append(Record(kept, None, "encoding", str(problem), exact=payload[:MAX_KEPT_CHARS]))
                self.report.record_bytes += len(payload)
                return
            nul = "\0" in text
            if source.format == "csv":
                columns, records = read_csv(
                    text, name, source.options.get("delimiter", ","), source.options.get("quote", '"')
                )
            elif source.format == "json":
                reader = JsonReader(text, self.shaper.wanted, source.options.get("records_at"))
                records = reader.read()
            elif source.format == "jsonl":
                records = read_lines(text)
            else:
                records = self.python(payload, name)
            if countable(source.format, self.encoding):
                account = Account(text, source.format, self.encoding, "records_at" in source.options)
                account.between += len(payload) - account.size(text)  # a byte order mark
        if columns is not None:
            self.check_contract(name, set(columns))
        good, careful, keyed = 0, dirty or nul, bool(source.where)
        pairs: list[tuple[str, str]] = []  # JSON keys that one record must not have both
        for ordinal, record in enumerate(records):
            if account is not None:
                account.take(record.payload)
            if careful or len(record.payload) * 4 > MAX_RECORD_BYTES:
                record = self.check(record, dirty, nul)
            raw = record.raw
            if raw is not None:
                if keyed and not self.shaper.selected(raw):
                    self.report.left_out += 1
                    continue
                good += 1
                if columns is None:
                    if not raw.keys() <= seen:
                        seen.update(raw)
                        pairs = self.shaper.colliding(seen)
                    if any(one in raw and other in raw for one, other in pairs):
                        refuse_collisions(sorted(raw), name)
            self.files.append(name)
            self.ordinals.append(ordinal)
            self.records.append(record)
            self.chars += len(record.payload)
            if len(self.records) >= SHAPE_ROWS or self.chars >= BATCH_CHARS:
                self.shape()
                if self.rows >= BATCH_ROWS or self.size >= BATCH_CHARS:
                    yield from self.flush()
        self.count_bytes(account)
        if reader is not None:
            self.report.notes.extend(f"{name}: {note}" for note in reader.notes)
        if columns is None and good and source.format != "python":
            self.check_contract(name, seen)

    def count_bytes(self, account: Account | None) -> None:
        """Add a file's bytes to the report."""
        if account is None:
            self.report.countable = False
        else:
            account.close()
            self.report.record_bytes += account.records
            self.report.between_bytes += account.between

    def python(self, payload: bytes, name: str) -> Iterator[Record]:
        """The records that the folder's own parse.py makes."""
        module = self.source.parse
        if module is None or not hasattr(module, "split"):
            raise SourceError("source_config", f"{self.source.name}/parse.py has no split(payload, name)")
        records: Iterator[Record] = module.split(payload, name)
        return records

    def check_contract(self, name: str, columns: set[str]) -> None:
        """Refuse a file without a required column; remember columns that nobody knows."""
        missing = [column for column in self.source.required if column not in columns]
        if missing:
            there = ", ".join(shown_name(column) for column in sorted(columns)[:30])
            raise GateError(
                "contract",
                f"{self.source.name} lacks the column {', '.join(map(repr, missing))}",
                where=name,
                why=f"columns there: {there or 'none'}",
                next_step=f"Compare the file with `required` in {self.source.name}/source.yml",
            )
        self.report.unknown_columns.update(shown_name(column) for column in columns - self.shaper.known)

    def check(self, record: Record, dirty: bool, nul: bool) -> Record:
        """Set aside what holds invalid bytes or NUL, or is too large; and make its text fit to be stored."""
        payload, reason, detail, exact = record.payload, record.reason, record.detail, None
        if dirty and SURROGATE.search(payload):
            exact = exact_bytes(payload[:MAX_KEPT_CHARS], self.encoding)
            payload = printable(payload, self.encoding)
            if reason is None:
                reason, detail = "encoding", f"bytes that are not {self.encoding}"
        if nul and reason is None and "\0" in payload:
            reason, detail = "nul", "a NUL character"
        if len(payload) > MAX_RECORD_BYTES or len(payload.encode()) > MAX_RECORD_BYTES:
            if reason is None:
                reason, detail = "oversize", f"{len(payload):,} characters; a record has at most 1 MB"
            if len(payload) > MAX_KEPT_CHARS:
                detail = f"{detail}; the first {MAX_KEPT_CHARS:,} characters of {len(payload):,} are kept here"
                payload = payload[:MAX_KEPT_CHARS]
        if reason is None:
            return record
        return Record(payload, None, reason, printable(detail or ""), record.key, exact)

    def shape(self) -> None:
        """Put the records so far into columns."""
        if self.records:
            self.slices.append(self.batch())
            self.rows += len(self.records)
            self.size += self.chars
            self.clear()

    def flush(self) -> Iterator[pa.RecordBatch]:
        """The batch so far, if there is anything in it."""
        self.shape()
        if self.slices:
            yield pa.concat_batches(self.slices) if len(self.slices) > 1 else self.slices[0]
        self.slices, self.rows, self.size = [], 0, 0

    def batch(self) -> pa.RecordBatch:
        """All columns of the collected records."""
        records, shaper, source = self.records, self.shaper, self.source
        rows = len(records)
        raws = [record.raw or EMPTY for record in records]
        form, content, faults = shaper.columns(raws)
        source_keys, identity, keyless = shaper.keys(raws, [record.key for record in records], form)
        contents = shaper.content_ids(content, rows)
        names = self.names(raws, faults)
        speaking = [form[name] for name in SAYS_SOMETHING if name in form]
        blank = [not any(row) for row in zip(*speaking, strict=True)] if speaking else [True] * rows
        reasons: list[str | None] = [record.reason for record in records]
        details = [record.detail for record in records]
        for place in range(rows):
            if reasons[place] is not None:
                continue
            if place in faults:
                reasons[place], details[place] = faults[place]
            elif blank[place]:
                reasons[place], details[place] = "blank", "no title, company, place or text"
            elif place in keyless:
                reasons[place], details[place] = shaper.why_keyless(raws[place])
        ok = [reason is None for reason in reasons]
        self.count(reasons)
        raw_ids = [
            ids.raw_id(self.capture.capture_id, file, ordinal)
            for file, ordinal in zip(self.files, self.ordinals, strict=True)
        ]
        if self.erased:  # a key that somebody was forgotten in tells no two records apart
            identity = [
                raw_id if key and identities.TOKEN in key and file in self.erased else key
                for raw_id, key, file in zip(raw_ids, identity, self.files, strict=True)
            ]
        postings = [
            ids.posting_id(name, key or what) if fine else None
            for fine, name, key, what in zip(ok, names, identity, contents, strict=True)
        ]
        base: dict[str, list[Any] | None] = {
            "raw_id": raw_ids,
            "capture_id": [self.capture.capture_id] * rows,
            "source": names,
            "source_file": self.files,
            "source_key": source_keys,
            "ordinal": self.ordinals,
            "posting_id": postings,
            "content_id": [what if fine else None for fine, what in zip(ok, contents, strict=True)],
            "payload": [record.payload for record in records],
            "payload_bytes": [record.exact for record in records] if not all(ok) else None,
            "reason": reasons,
            "detail": details,
        }
        for hint, key in HINTS.items():
            if key in source.hints:
                form[hint] = [source.hints[key]] * rows
        arrays = [to_array(base.get(f.name, form.get(f.name)), f, ok if f.name in FORM else None, rows) for f in SCHEMA]
        return pa.record_batch(arrays, schema=SCHEMA)

    def names(self, raws: list[dict[str, Any]], faults: dict[int, tuple[str, str]]) -> list[str]:
        """The source that each record belongs to; with `source_column` a record names it itself."""
        own = self.source.name
        if self.shaper.names is None:
            return [own] * len(raws)
        named = [self.shaper.key_text(value) for value in self.shaper.names(raws)]
        for place, name in enumerate(named):
            if name is None and raws[place]:
                faults[place] = ("null_key", f"no {self.source.source_column}")
        return [name or own for name in named]

    def count(self, reasons: list[str | None]) -> None:
        """Add a batch to the report."""
        self.report.records += len(reasons)
        counted = Counter(reason for reason in reasons if reason is not None)
        self.report.good += len(reasons) - counted.total()
        self.report.reasons.update(counted)


def to_array(values: list[Any] | None, column: pa.Field, keep: list[bool] | None, rows: int) -> pa.Array:
    """A column as Arrow. Of a record set aside (`keep` false) no form value is kept."""
    if values is None:
        return pa.nulls(rows, column.type)
    if keep is not None and not all(keep):
        values = [value if kept else None for kept, value in zip(keep, values, strict=True)]
    return pa.array(values, column.type)
