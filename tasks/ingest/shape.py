"""Raw records into the columns of the form, whole batches at a time: nothing is interpreted, only found and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tasks.ingest import ids
from tasks.ingest.form import FORM, LISTS

if TYPE_CHECKING:
    from tasks.ingest.source import Source

Raw = dict[str, Any]
Column = list[Any]  # one value a record: text, a list of text, or None
Part = tuple[
    Callable[[list[Raw]], Column], bool, bool
]  # how to get the values, volatile or not, said the other way round or not

SAYS_SOMETHING = ("title", "notice", "description", "company", "locations")  # without any of these a record is blank
HINTS = {"country_hint": "country", "currency_hint": "currency"}
CONTENT = tuple(name for name in FORM if name not in HINTS)
NOT = "not "  # `closed: not active`: the column says the opposite
OPPOSITE = {
    "true": "false",
    "false": "true",
    "1": "0",
    "0": "1",
    "yes": "no",
    "no": "yes",
    "True": "false",
    "False": "true",
}


# A time of day without an offset: which day that was elsewhere, only the source's zone can tell. Midnight is a day alone.
NAIVE = re.compile(r"\s*\d{4}-\d{2}-\d{2}[T ](?!00:00(?::00(?:[.,]0+)?)?\s*$)\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*$")


class UnfitError(Exception):
    """A value of a shape that its column cannot take."""


def getter(path: str) -> Callable[[list[Raw]], Column]:
    """A function that follows a dotted path in every record of a batch; `[]` walks a list.

    A key that holds the whole path comes first: `Req. ID` is a column's name, not a path.
    """
    if "." not in path and "[]" not in path:
        return lambda raws: [raw.get(path) for raw in raws]
    steps = path.replace("[]", ".[]").split(".")
    if len(steps) == 2 and steps[1] != "[]":
        outer, inner = steps
        return lambda raws: [
            raw[path] if path in raw else value.get(inner) if isinstance(value := raw.get(outer), dict) else None
            for raw in raws
        ]
    return lambda raws: [raw[path] if path in raw else walk(raw, steps, 0) for raw in raws]


def walk(value: Any, steps: list[str], at: int) -> Any:
    """Follow the steps from `at` on; what is not there is None."""
    for place in range(at, len(steps)):
        if steps[place] == "[]":
            found = [walk(each, steps, place + 1) for each in value] if isinstance(value, list) else []
            return [each for each in found if each is not None]
        if not isinstance(value, dict):
            return None
        value = value.get(steps[place])
    return value


def glue(name: str, values: tuple[Any, ...]) -> Any:
    """Several values as one: paragraphs of a text, else a row with semicolons; None where there is none."""
    there = [value for value in values if value is not None]
    if name in LISTS:
        return [each for value in there for each in value] or None
    return ("\n\n" if name in ("description", "notice") else "; ").join(there) or None


def head(path: str) -> str:
    """The top-level column that a path starts at."""
    return path.split(".", 1)[0].replace("[]", "")


class Shaper:
    """The columns of one source: paths compiled once, applied to batches of records."""

    def __init__(self, source: Source) -> None:
        """Compile the mapping of source.yml and find the folder's own `form` function."""
        self.source = source
        self.nulls = frozenset({"", *source.null_values})
        self.longest_null = max(map(len, self.nulls))
        self.paths = {
            name: [[self.part(name, path) for path in joined] for joined in alternatives]
            for name, alternatives in source.columns.items()
        }
        self.key = [getter(path) for path in source.key]
        self.where = [(getter(path), value) for path, value in source.where.items()]
        self.names = getter(source.source_column) if source.source_column else None
        module = source.parse
        self.form: Callable[[Raw], Raw] | None = getattr(module, "form", None) if module else None
        mapped = [path.removeprefix(NOT) for each in source.columns.values() for joined in each for path in joined]
        own = [source.source_column] if source.source_column else []
        everything = [*mapped, *source.key, *source.where, *own, *source.volatile, *source.ignored, *source.required]
        self.known = frozenset(map(head, everything)) | frozenset(everything)
        self.marks = frozenset(map(head, source.key)) or frozenset(map(head, mapped))

    def part(self, name: str, path: str) -> Part:
        """One path of a column: how to get it, whether it is left out of the content, whether it says the opposite."""
        negated = name == "closed" and path.startswith(NOT)
        path = path.removeprefix(NOT) if negated else path
        return getter(path), path in self.source.volatile or head(path) in self.source.volatile, negated

    def colliding(self, columns: set[str]) -> list[tuple[str, str]]:
        """Pairs of columns that differ in case only and of which one is read: a record with both says two things."""
        folded = {column.casefold(): column for column in self.known}
        return [
            (column, folded[column.casefold()])
            for column in columns
            if column not in self.known and column.casefold() in folded
        ]

    def wanted(self, value: Any) -> bool:
        """Whether an object looks like a record of this source: it has the key columns, else any mapped one."""
        if not isinstance(value, dict):
            return False
        if not self.marks:
            return True
        return self.marks <= value.keys() if self.source.key else not self.marks.isdisjoint(value)

    def selected(self, raw: Raw) -> bool:
        """Whether `where` takes this record."""
        return all(self.text(get([raw])[0]) == value for get, value in self.where)

    def text(self, value: Any) -> str | None:
        """A value as text: whole-value nulls as None, lists of single values joined. Raises UnfitError for objects."""
        if value.__class__ is str:
            return None if value.strip() in self.nulls else value
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list):
            found = [each for each in map(self.text, value) if each is not None]
            return ", ".join(found) or None
        if isinstance(value, dict):
            raise UnfitError("an object where text is expected")
        return self.text(str(value))

    def texts(self, value: Any) -> list[str] | None:
        """A value as a list of text; a single value is a list of one, lists inside lists are laid flat."""
        if isinstance(value, list):
            found = [text for each in value for text in (self.texts(each) or ())]
            return found or None
        single = self.text(value)
        return None if single is None else [single]

    def columns(self, raws: list[Raw]) -> tuple[dict[str, Column], dict[str, Column], dict[int, tuple[str, str]]]:
        """The form's columns, the same without volatile values, and faults (reason, detail) by place in the batch."""
        form: dict[str, Column] = {}
        content: dict[str, Column] = {}
        faults: dict[int, tuple[str, str]] = {}
        for name, alternatives in self.paths.items():
            column: Column | None = None
            for joined in alternatives:
                found, steady = self.joined(name, joined, raws, faults)
                if column is None:
                    column, stable = found, steady
                    continue
                stable = [s if c is not None else f for c, s, f in zip(column, stable, steady, strict=True)]
                column = [f if c is None else c for c, f in zip(column, found, strict=True)]
            if column is not None:
                form[name], content[name] = column, stable
        if self.form is not None:
            self.ask(raws, form, content, faults)
        if self.source.timezone is None:
            for place, value in enumerate(form.get("posted_on", ())):
                if value is not None and NAIVE.match(value):
                    faults[place] = ("timezone", f"{value.strip()} has no offset, and source.yml no timezone")
        return form, content, faults

    def joined(
        self, name: str, parts: list[Part], raws: list[Raw], faults: dict[int, tuple[str, str]]
    ) -> tuple[Column, Column]:
        """One alternative of a column: its parts' values joined, with and without the volatile ones."""
        convert: Callable[[Any], Any] = self.texts if name in LISTS else self.text
        found = [self.one(name, convert, get(raws), negated, faults) for get, _, negated in parts]
        steady = [column for column, (_, volatile, _) in zip(found, parts, strict=True) if not volatile]
        if len(parts) == 1:
            return found[0], steady[0] if steady else [None] * len(raws)
        whole = [glue(name, row) for row in zip(*found, strict=True)]
        if len(steady) == len(found):
            return whole, whole
        return whole, [glue(name, row) for row in zip(*steady, strict=True)] if steady else [None] * len(raws)

    def one(
        self,
        name: str,
        convert: Callable[[Any], Any],
        values: Column,
        negated: bool,
        faults: dict[int, tuple[str, str]],
    ) -> Column:
        """One path's values of a whole batch, converted; the common case, a text longer than any null, is inline."""
        longest = self.longest_null
        try:
            if name in LISTS:
                found = [None if value is None else convert(value) for value in values]
            else:
                found = [
                    value
                    if value.__class__ is str and len(value) > longest and value[0] > " "
                    else None
                    if value is None
                    else convert(value)
                    for value in values
                ]
        except UnfitError:
            found = [self.fit(name, convert, place, value, faults) for place, value in enumerate(values)]
        if negated:
            found = [None if each is None else OPPOSITE.get(each, each) for each in found]
        return found

    def fit(
        self, name: str, convert: Callable[[Any], Any], place: int, value: Any, faults: dict[int, tuple[str, str]]
    ) -> Any:
        """One value converted; where it does not fit, the record gets the fault `type`."""
        try:
            return convert(value)
        except UnfitError as problem:
            faults[place] = ("type", f"{name}: {problem}")
            return None

    def ask(
        self, raws: list[Raw], form: dict[str, Column], content: dict[str, Column], faults: dict[int, tuple[str, str]]
    ) -> None:
        """What the folder's own `form` function says, over what the mapping says.

        A record on which it fails is not of the shape that the function was written for: it gets the fault `type`.
        """
        if self.form is None:
            return
        for place, raw in enumerate(raws):
            if not raw:
                continue
            try:
                said = self.form(raw)
            except Exception as problem:
                faults[place] = ("type", f"parse.py: {type(problem).__name__}: {problem}"[:300])
                continue
            for name, value in said.items():
                found = self.fit(name, self.texts if name in LISTS else self.text, place, value, faults)
                if name not in form:
                    form[name] = [None] * len(raws)
                if name not in content:
                    content[name] = [None] * len(raws)
                elif content[name] is form[name]:
                    content[name] = list(form[name])
                form[name][place] = found
                if name not in self.source.volatile:
                    content[name][place] = found

    def keys(
        self, raws: list[Raw], given: list[str | None], form: dict[str, Column]
    ) -> tuple[list[str | None], list[str | None], set[int]]:
        """Key as recorded (None if it has several parts), key to identify by, and the places without a key.

        `given` are keys that the source's own parse.py found. Without any key, the form columns named as `identity`
        tell records apart, else (None) the digest of the record.
        """
        rows = len(raws)
        if not self.key:
            columns = [form[name] for name in self.source.identity if name in form]
            if not columns:
                return given, given, set()
            told = [
                ids.join_key(str(value or "") for value in row) if any(row) else None
                for row in zip(*columns, strict=True)
            ]
            return given, [g if g is not None else t for g, t in zip(given, told, strict=True)], set()
        columns = [[self.key_text(value) for value in get(raws)] for get in self.key]
        parts = list(zip(*columns, strict=True))
        missing = {place for place, row in enumerate(parts) if None in row}
        joined = [None if place in missing else ids.join_key(row) for place, row in enumerate(parts)]
        return (columns[0] if len(columns) == 1 else [None] * rows), joined, missing

    def why_keyless(self, raw: Raw) -> tuple[str, str]:
        """Reason and detail for a record without a key: there is none, or it is of another type."""
        if any(isinstance(get([raw])[0], dict) for get in self.key):
            return "type", f"{' / '.join(self.source.key)}: an object where a key is expected"
        return "null_key", f"no {' / '.join(self.source.key)}"

    def key_text(self, value: Any) -> str | None:
        """A key as text; an object is no key."""
        try:
            found = self.text(value)
        except UnfitError:
            return None
        return found.strip() if found else None

    def content_ids(self, content: dict[str, Column], rows: int) -> list[str]:
        """The digest of what each record says: every value there is, marked with its column."""
        columns = []
        for name in CONTENT:
            column = content.get(name)
            if column is None:
                continue
            mark = f"\0{name}\0"
            if name in LISTS:
                columns.append(["" if value is None else mark + "\0\0".join(value) for value in column])
            else:
                columns.append(["" if value is None else mark + value for value in column])
        if not columns:
            return [ids.content_id(())] * rows
        return [ids.content_id(row) for row in zip(*columns, strict=True)]
