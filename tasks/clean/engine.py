"""Runs the rulebook over batches of raw forms: distinct values once, remembered across batches and runs.

A batch comes in as an Arrow record batch of `tasks.ingest.form.SCHEMA` plus `captured_on`, and leaves as one of
`SCHEMA` below. Fields run in the order of `FIELDS`; a field may look at those before it (`clean.<name>`). Cost follows
what is new: a remembered field runs once for each distinct tuple of its inputs, and text is read once a posting.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.clean.company import FIELD as COMPANY
from tasks.clean.company import IS_AGENCY
from tasks.clean.corrections import FILE as CORRECTIONS_FILE
from tasks.clean.corrections import RAW, Correction, Corrections
from tasks.clean.corrections import RULE as CORRECTION
from tasks.clean.description import FIELD as DESCRIPTION
from tasks.clean.employment_type import FIELD as EMPLOYMENT_TYPE
from tasks.clean.kind import FIELD as KIND
from tasks.clean.language import FIELD as LANGUAGE
from tasks.clean.location import FIELD as LOCATIONS
from tasks.clean.memory import Memory, Remembered
from tasks.clean.mentions import DEEP_LEARNING, MACHINE_LEARNING
from tasks.clean.notice import read_notice
from tasks.clean.pay_year import year_usd
from tasks.clean.posted_on import FIELD as POSTED_ON
from tasks.clean.postings import ARROW_TYPES, column
from tasks.clean.role_family import FIELD as ROLE_FAMILY
from tasks.clean.rule import Change, Cleaned, Field, Rejection, Rule, all_rules
from tasks.clean.salary import FIELD as SALARY
from tasks.clean.seniority import FIELD as SENIORITY
from tasks.clean.technologies import FIELD as TECHNOLOGIES
from tasks.clean.text import plain_text
from tasks.clean.title import FIELD as TITLES
from tasks.clean.trail import Trail, masked
from tasks.clean.workplace import FIELD as WORKPLACE
from tasks.collector import rare_collections
from tasks.dedupe.company_key import company_id
from tasks.dedupe.requisition import named_in
from tasks.ingest.form import FORM, LISTS

FIELDS: tuple[Field, ...] = (
    KIND, DESCRIPTION, LANGUAGE, TITLES, SENIORITY, ROLE_FAMILY, COMPANY, IS_AGENCY, LOCATIONS, WORKPLACE,
    EMPLOYMENT_TYPE, SALARY, TECHNOLOGIES, DEEP_LEARNING, MACHINE_LEARNING, POSTED_ON,
)  # fmt: skip
FIELD_BY_NAME = {field.name: field for field in FIELDS}

KEPT = ("raw_id", "capture_id", "source", "posting_id", "content_id", "url", "requisition", "closed", "title")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in KEPT),
        *((f.name, pa.large_string() if f.name == "description" else ARROW_TYPES[f.sql_type]) for f in FIELDS),
        ("company_listed", pa.string()),
        ("places_listed", pa.string()),
        ("requisition_named", pa.string()),
        ("company_id", pa.string()),
        ("salary_year_usd_min", pa.float64()),
        ("salary_year_usd_max", pa.float64()),
        ("change_ids", pa.list_(pa.uint64())),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("rule", pa.string()),
    ]
)
LISTED_CHARS = 300  # of a title, employer or place as listed; the rest is in the record
SMALL = 50_000  # distinct values of one field kept in reach; beyond it the oldest batch's are let go


def rulebook_files(sources_dir: Path | None = None) -> list[Path]:
    """Everything that decides a cleaned value: rule files, lookups and the sources' corrections.

    `sources_dir` holds source folders from outside, or is one; their corrections come last.
    """
    folder = Path(__file__).parent
    sources = folder.parent / "ingest" / "sources"
    own = sorted([*folder.glob("*.py"), *folder.glob("lookups/*.csv"), *sources.rglob(CORRECTIONS_FILE)])
    return own + (sorted(sources_dir.rglob(CORRECTIONS_FILE)) if sources_dir else [])


@cache
def rulebook_version(sources_dir: Path | None = None) -> str:
    """Digest of all rules, lookups and corrections: 12 hex digits that change when any of them does."""
    digest = hashlib.blake2b(digest_size=6)
    for path in rulebook_files(sources_dir):
        digest.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def every_rule() -> Iterator[Rule]:
    """The rules of all fields in running order, and the one that stands for corrections by hand."""
    yield from all_rules(FIELDS)
    yield CORRECTION


def form_columns(batch: pa.RecordBatch) -> dict[str, list[Any]]:
    """The raw form of a batch, one list a column, lists of text as tuples."""
    rows = batch.num_rows
    columns: dict[str, list[Any]] = {}
    for name in FORM:
        array = batch.column(name)
        if array.null_count == rows:
            columns[name] = [None] * rows
        elif name in LISTS:
            columns[name] = [None if v is None else tuple(v) for v in array.to_pylist()]
        else:
            columns[name] = array.to_pylist()
    columns["captured_on"] = batch.column("captured_on").to_pylist()
    return columns


def read_texts(columns: dict[str, list[Any]]) -> None:
    """Add what is read out of the form: `is_notice`, `sent` (the text as it came), `text` (the same as plain lines) and
    `header`, which any field may name as inputs.
    """
    notices = columns["notice"]
    columns["is_notice"] = [n is not None for n in notices]
    columns["sent"] = [(d if n is None else n) or None for n, d in zip(notices, columns["description"], strict=True)]
    columns["text"] = [plain_text(sent) if sent else "" for sent in columns["sent"]]
    columns["header"] = [read_notice(t) if n is not None else () for n, t in zip(notices, columns["text"], strict=True)]


def siblings(inputs: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The inputs of one field by name, record by record; those that no record of the batch has are left out."""
    rows = len(next(iter(inputs.values())))
    filled = {name: column for name, column in inputs.items() if column.count(None) < rows}
    if not filled:
        return iter([{}] * rows)
    return (dict(zip(filled, values, strict=True)) for values in zip(*filled.values(), strict=True))


def absent(inputs: dict[str, list[Any]]) -> frozenset[str]:
    """Inputs that say nothing in any record of a batch: None, no members, no. An empty text says something."""
    return frozenset([name for name, column in inputs.items() if not any(column) and "" not in column])


class Engine:
    """The rulebook at work. One engine serves one run; `memory` carries what was learned to the next."""

    def __init__(
        self,
        memory: Memory | None = None,
        fields: tuple[Field, ...] = FIELDS,
        corrections: Corrections | None = None,
    ) -> None:
        """Start with what the memory knows of this rulebook version, or with nothing."""
        self.memory = memory
        self.corrections = corrections or Corrections()
        self.fields = fields
        self.seen: dict[str, dict[tuple[Any, ...], Remembered]] = {f.name: {} for f in fields}
        self.trail = Trail()
        self.company_ids: dict[str, str | None] = {}

    def clean(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Clean one batch: as many rows out as in, in the same order; rejected ones carry `reason`, `detail`, `rule`."""
        columns = form_columns(batch)
        rows = batch.num_rows
        change_ids: list[tuple[int, ...]] = [()] * rows
        due = self.corrections.due(batch)
        for row, wanted in due.items():
            change_ids[row] += self.correct_form(columns, row, wanted)
        read_texts(columns)
        rejections: dict[int, Rejection] = {}
        for field in self.fields:
            results = self.results_of(field, columns)
            for row, wanted in due.items():
                results[row] = self.correct_result(field, results[row], wanted)
            columns[f"clean.{field.name}"] = [cleaned.value for cleaned, _ in results]
            for row, (cleaned, ids) in enumerate(results):
                if ids:  # as a rejection has as well
                    change_ids[row] += ids
                    if cleaned.rejection is not None:
                        rejections.setdefault(row, cleaned.rejection)
        return self.assemble(batch, columns, change_ids, rejections)

    def results_of(self, field: Field, columns: dict[str, list[Any]]) -> list[Remembered]:
        """One field over one batch: rules without anything to do in it, and inputs that no record has, are left out."""
        inputs = {name: columns[name] for name in field.inputs}
        if field.remember:
            return self.run_field(field, list(zip(*inputs.values(), strict=True)))
        steps = field.steps_for(absent(inputs), only_notices=all(inputs.get("is_notice", (False,))))
        note, run = self.trail.note, field.run
        firsts = columns[field.inputs[0]]
        return [note(run(first, given, steps)) for first, given in zip(firsts, siblings(inputs), strict=True)]

    def run_field(self, field: Field, inputs: list[tuple[Any, ...]]) -> list[Remembered]:
        """A remembered field over one batch: every distinct tuple of inputs is cleaned once, or not even that."""
        seen = self.seen[field.name]
        unknown = {values for values in inputs if values not in seen}
        if unknown and len(seen) > SMALL:
            wanted = set(inputs)
            seen = self.seen[field.name] = {k: v for k, v in seen.items() if k in wanted}
        if unknown and self.memory is not None:
            seen.update(self.memory.recall(field, unknown))
            unknown = {values for values in unknown if values not in seen}
        if unknown:
            made = {values: self.trail.note(field.clean(values)) for values in unknown}
            seen.update(made)
            if self.memory is not None:
                self.take_changes()  # first: a result without the texts of its changes could never be explained
                self.memory.remember(field, made)
        return [seen[values] for values in inputs]

    def correct_form(self, columns: dict[str, list[Any]], row: int, wanted: list[Correction]) -> tuple[int, ...]:
        """Make the corrections of one row's raw values before any rule sees them; the ids of the changes."""
        met: list[int] = []
        for correction in wanted:
            if correction.field.startswith(RAW):
                name = correction.field.removeprefix(RAW)
                change = self.corrections.apply(correction, columns[name][row])
                if change is not None:
                    columns[name][row] = correction.value
                    met.append(self.trail.meet(change))
        return tuple(met)

    def correct_result(self, field: Field, result: Remembered, wanted: list[Correction]) -> Remembered:
        """Make the corrections of one row's field after its rules; later fields see the corrected value."""
        for correction in wanted:
            if correction.field == field.name:
                cleaned, met = result
                found = cleaned.rejection.reason if cleaned.rejection else cleaned.value
                change = self.corrections.apply(correction, found)
                if change is not None:
                    refused = field.name == "kind" and correction.value != field.empty
                    rejection = Rejection(correction.value, correction.reason, CORRECTION.code) if refused else None
                    value = field.empty if refused else correction.value
                    result = Cleaned(value, cleaned.changes, rejection), (*met, self.trail.meet(change))
        return result

    def take_changes(self) -> dict[int, Change]:
        """The changes met since the last call, by id, handed over to the memory."""
        fresh = self.trail.take()
        if self.memory is not None:
            self.memory.keep_changes(fresh)
        return fresh

    def assemble(
        self,
        batch: pa.RecordBatch,
        columns: dict[str, list[Any]],
        change_ids: list[tuple[int, ...]],
        rejections: dict[int, Rejection],
    ) -> pa.RecordBatch:
        """The cleaned columns as Arrow, in the order of SCHEMA."""
        out: dict[str, pa.Array | list[Any]] = {name: batch.column(name).cast(pa.string()) for name in KEPT}
        out |= {name: columns[name] for name in ("url", "requisition") if self.corrections.by_posting}
        out |= {field.name: columns[f"clean.{field.name}"] for field in self.fields}
        out["title"] = [masked(title[:LISTED_CHARS]) if title else None for title in columns["title"]]
        out["company_listed"] = [masked(name[:LISTED_CHARS]) if name else None for name in columns["company"]]
        out["places_listed"] = [masked("; ".join(p)[:LISTED_CHARS]) if p else None for p in columns["locations"]]
        out["requisition_named"] = [named_in(text) if text else None for text in columns["clean.description"]]
        out["company_id"] = [self.company(name) for name in columns["clean.company"]]
        yearly = [span_usd(pay) for pay in columns["clean.salary"]]
        out["salary_year_usd_min"] = [low for low, _ in yearly]
        out["salary_year_usd_max"] = [high for _, high in yearly]
        out["change_ids"] = change_ids
        for i, name in enumerate(Rejection._fields):
            out[name] = [None] * batch.num_rows
            for row, rejection in rejections.items():
                out[name][row] = rejection[i]
        return pa.record_batch(
            [out[f.name] if isinstance(out[f.name], pa.Array) else column(out[f.name], f.type) for f in SCHEMA],
            schema=SCHEMA,
        )

    def company(self, name: str | None) -> str | None:
        """The company's id, computed once a distinct name."""
        if name is None:
            return None
        if name not in self.company_ids:
            if len(self.company_ids) > SMALL:
                self.company_ids.clear()
            self.company_ids[name] = company_id(name)
        return self.company_ids[name]


def span_usd(offers: tuple[Any, ...]) -> tuple[float | None, float | None]:
    """Lowest and highest pay of all offers in US dollars a year."""
    spans = [year_usd(pay) for pay in offers]
    lows = [low for low, _ in spans if low is not None]
    highs = [high for _, high in spans if high is not None]
    return (min(lows) if lows else None, max(highs) if highs else None)


def clean_batches(batches: Iterable[pa.RecordBatch], engine: Engine) -> Iterator[pa.RecordBatch]:
    """Clean a stream of batches, handing what the rules changed to the memory batch by batch."""
    with rare_collections():
        for batch in batches:
            yield engine.clean(batch)
            engine.take_changes()
            gc.freeze()  # what this batch left in reach stays there: no round of the collector need walk it


def clean_one(inputs: dict[str, Any]) -> dict[str, Cleaned]:
    """One record's fields with their changes: what `winnow explain` shows and what tests call.

    `inputs` holds form values by name (missing ones are None). Returns a result a field, in running order.
    """
    columns: dict[str, Any] = {name: inputs.get(name) for name in FORM}
    notice, body = columns["notice"], columns["description"]
    columns["captured_on"] = inputs.get("captured_on")
    columns["is_notice"] = notice is not None
    columns["sent"] = (body if notice is None else notice) or None
    columns["text"] = plain_text(columns["sent"]) if columns["sent"] else ""
    columns["header"] = read_notice(columns["text"]) if notice is not None else ()
    results: dict[str, Cleaned] = {}
    for field in FIELDS:
        results[field.name] = field.clean(tuple(columns[name] for name in field.inputs))
        columns[f"clean.{field.name}"] = results[field.name].value
    return results
