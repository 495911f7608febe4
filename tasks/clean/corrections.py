"""Corrections: single values of single records, mended by hand as data that expires loudly.

A source folder may hold a `corrections.yml`: a list of {key, field, expected, value, reason, date} and, where one holds for
a time only, {since, until} (days of observation, both included). `field` is a cleaned field, or `raw.<column of the form>`
for what the rules start from. A correction is made only where the value to mend is still the one expected; where
it is not, the source was mended or a rule now does the work, and the run is told (`correction_mismatch`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import yaml

from tasks.clean.rule import Change, Example, Field, Given, Rule, sections, show
from tasks.clean.values import Pay, Place
from tasks.errors import SourceError, UsageError
from tasks.ingest import ids
from tasks.ingest.form import FORM, LISTS
from tasks.ingest.source import NoTwice

FILE = "corrections.yml"
KEYS = ("key", "field", "expected", "value", "reason", "date")
WINDOW = ("since", "until")
RAW = "raw."
SHOWN = 8  # mismatches named in one message
NOT_A_POSTING = re.compile(r"not_a_posting_[a-z_]{1,40}")


@dataclass(frozen=True)
class Correction:
    """One value to mend. `expected` and `value` are in the type of the field; `since` and `until` are ISO days."""

    source: str
    key: str | tuple[str, ...]
    field: str
    expected: Any
    value: Any
    reason: str
    date: str
    since: str | None = None
    until: str | None = None

    @property
    def posting_id(self) -> str:
        """The posting that a native key of this source names."""
        return ids.posting_id(self.source, ids.join_key((self.key,) if isinstance(self.key, str) else self.key))

    @property
    def name(self) -> str:
        """Which one it is, for people."""
        return f"{self.source} {self.key if isinstance(self.key, str) else ' / '.join(self.key)} {self.field}"

    def holds_on(self, day: str | None) -> bool:
        """Whether it is meant for a record observed on that ISO day."""
        return day is None or (self.since or "") <= day <= (self.until or "9999")


class Target(NamedTuple):
    """A correction and what it was found to mean: a posting, or one content of it where a raw record was named."""

    correction: Correction
    posting_id: str
    content_id: str | None


def correct(value: Any, given: Given) -> Any:
    """Does: puts the value of a hand-written correction in the place of the one that it expects.

    Why: some errors are one record's own, and a rule for one record would be a rule too many.
    Leaves alone: every value that is not exactly the expected one; the source of such a correction fails
    (`correction_mismatch`), so that a correction cannot outlive its cause.
    """
    return given["value"] if value == given["expected"] else value


RULE = Rule(
    "COR01", "corrections.applied", "corrections", correct, *sections(correct, "COR01"),
    examples=(
        Example("Senoir Cook", "Senior Cook", {"expected": "Senoir Cook", "value": "Senior Cook"}),
        Example((), ("remote",), {"expected": (), "value": ("remote",)}),
    ),
    counter_examples=(Example("Senior Cook", "Senior Cook", {"expected": "Senoir Cook", "value": "Head Cook"}),),
)  # fmt: skip


class Corrections:
    """The corrections of one run, by the posting they are for; keeps those that did not fit."""

    def __init__(self, targets: Iterable[Target] = ()) -> None:
        """Index the targets. Without any, a batch costs nothing."""
        self.by_posting: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            self.by_posting[target.posting_id].append(target)
        self.misfits: list[tuple[Correction, Any]] = []

    def due(self, batch: pa.RecordBatch) -> dict[int, list[Correction]]:
        """The corrections of each row of a batch, for rows that have any."""
        if not self.by_posting:
            return {}
        found: dict[int, list[Correction]] = {}
        for row, posting_id in enumerate(batch.column("posting_id").to_pylist()):
            if posting_id in self.by_posting:
                content_id, day = batch.column("content_id")[row].as_py(), batch.column("captured_on")[row].as_py()
                for target in self.by_posting[posting_id]:
                    if target.content_id in (None, content_id) and target.correction.holds_on(day):
                        found.setdefault(row, []).append(target.correction)
        return found

    def apply(self, correction: Correction, found: Any) -> Change | None:
        """The change that a correction makes of the value found, or None (and a misfit) where it expected another."""
        if found != correction.expected:
            self.misfits.append((correction, found))
            return None
        why = f" ({correction.reason}, {correction.date})"
        before = show(found, 200 - min(len(why), 120)) or "(not stated)"
        return Change(correction.field, RULE.code, (before + why)[:200], show(correction.value))

    def failures(self) -> dict[str, SourceError]:
        """An error `correction_mismatch` for each source of which a correction did not fit."""
        by_source: dict[str, list[str]] = defaultdict(list)
        for correction, found in self.misfits:
            expected, there = (show(v, 80) or "(not stated)" for v in (correction.expected, found))
            by_source[correction.source].append(f"{correction.name} expects {expected!r} and finds {there!r}")
        return {
            source: SourceError(
                "correction_mismatch", f"{len(lines)} corrections of {source} do not fit any more",
                where=f"{source}/{FILE}", why="; ".join(lines[:SHOWN]),
                next_step="Where the source was mended or a rule now does it, take the correction out or give it an `until` day",
            )
            for source, lines in by_source.items()
        }  # fmt: skip


def read_corrections(folder: Path, fields: Mapping[str, Field]) -> list[Correction]:
    """The corrections of one source folder, checked; none where there is no file.

    Raises UsageError `corrections` naming the entry at fault.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=NoTwice)  # noqa: S506  NoTwice is a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise wrong(folder, "the file", f"cannot be read: {' '.join(str(problem).split())}") from problem
    if not isinstance(entries or [], list):
        raise wrong(folder, "the file", "is not a list of corrections")
    found = [read_one(folder, number, entry, fields) for number, entry in enumerate(entries or [], 1)]
    seen: set[tuple[Any, ...]] = set()
    for number, each in enumerate(found, 1):
        mark = (each.key, each.field, each.since, each.until)
        if mark in seen:
            raise wrong(folder, f"entry {number}", f"corrects {each.name} a second time")
        seen.add(mark)
    return found


def wrong(folder: Path, where: str, what: str) -> UsageError:
    """What is the matter with a corrections.yml."""
    return UsageError("corrections", f"{where} {what}", where=f"{folder.name}/{FILE}")


def read_one(folder: Path, number: int, entry: Any, fields: Mapping[str, Field]) -> Correction:
    """One entry in the types that it is applied with."""
    where = f"entry {number}"
    if not isinstance(entry, dict):
        raise wrong(folder, where, "is not a mapping")
    missing, unknown = [k for k in KEYS if k not in entry], [k for k in entry if k not in (*KEYS, *WINDOW)]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has an unknown key {unknown[0]!r}"
        raise wrong(folder, where, f"{what}; wanted: {', '.join(KEYS)} (and, if need be, {', '.join(WINDOW)})")
    given = entry["key"]
    key = tuple(given) if isinstance(given, list) else given
    parts = key if isinstance(key, tuple) else (key,)
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise wrong(folder, where, f"has the key {entry['key']!r}, which is not text: quote it")
    field, reason = entry["field"], entry["reason"]
    if field not in fields and not (isinstance(field, str) and field.startswith(RAW) and correctable(field)):
        raise wrong(folder, where, f"names {field!r}: neither a cleaned field nor raw.<column of the form>")
    if not isinstance(reason, str) or not reason.strip():
        raise wrong(folder, where, "gives no reason")
    try:
        told, since, until = (None if entry.get(k) is None else as_day(entry[k]) for k in ("date", *WINDOW))
        expected, value = (as_value(field, entry[k], fields) for k in ("expected", "value"))
    except (TypeError, ValueError) as problem:
        raise wrong(folder, where, f"({field}): {problem}") from problem
    if told is None:
        raise wrong(folder, where, "has no date")
    if expected == value:
        raise wrong(folder, where, "changes nothing: expected and value are the same")
    return Correction(folder.name, key, field, expected, value, " ".join(reason.split()), told, since, until)


def correctable(field: str) -> bool:
    """Whether a raw column can be corrected: `closed` is read where records are split, before any cleaning."""
    return field.removeprefix(RAW) in FORM and field != "raw.closed"


def as_day(given: Any) -> str:
    """A day as ISO text; YAML reads an unquoted one as a date. Raises ValueError."""
    if isinstance(given, date):
        return given.isoformat()[:10]
    return date.fromisoformat(str(given)).isoformat()


def as_value(name: str, given: Any, fields: Mapping[str, Field]) -> Any:
    """A value of corrections.yml in the type in which the engine holds that field. Raises TypeError or ValueError."""
    if name.startswith(RAW):
        many = name.removeprefix(RAW) in LISTS
        return None if given is None else texts(given) if many else text(given)
    field = fields[name]
    if given is None:
        return field.empty
    if name == "kind" and given != "posting" and not NOT_A_POSTING.fullmatch(str(given)):
        raise ValueError(f"{given!r} is neither 'posting' nor a reason not_a_posting_...")
    if field.sql_type == "BOOLEAN":
        if not isinstance(given, bool):
            raise TypeError(f"{given!r} is not true or false")
        return given
    if field.sql_type == "DATE":
        return as_day(given)
    if field.sql_type == "VARCHAR":
        return text(given)
    if field.sql_type == "VARCHAR[]":
        return texts(given)
    shape: type[Place] | type[Pay] = Place if field.sql_type == "PLACE[]" else Pay
    return tuple(struct(shape, each) for each in (given if isinstance(given, list) else [given]))


def text(given: Any) -> str:
    """Text, as YAML gives it. Raises TypeError for a number, which YAML may have rewritten."""
    if not isinstance(given, str):
        raise TypeError(f"{given!r} is not text: quote it")
    return given


def texts(given: Any) -> tuple[str, ...]:
    """A list of text; one text is a list of one."""
    return tuple(text(each) for each in (given if isinstance(given, list) else [given]))


def struct(shape: type[Place] | type[Pay], given: Any) -> Place | Pay:
    """A place or an offer of pay from a mapping; what is left out is not stated."""
    if not isinstance(given, dict) or not set(given) <= set(shape._fields):
        raise TypeError(f"{given!r} is not a mapping of {', '.join(shape._fields)}")
    if shape is Place:
        return Place(*(None if given.get(k) is None else text(given[k]) for k in Place._fields))
    low, high = (None if given.get(k) is None else float(given[k]) for k in ("min", "max"))
    return Pay(low, high, *(None if given.get(k) is None else text(given[k]) for k in ("currency", "period")))
