"""What goes wrong in the market, how often, and what must become of it: texts/dirt.csv, and the hands that do it.

A kind of dirt happens to a record, a posting or a page of the boards named. Its first case comes early, so that even a
small market has one of each; after that, cases come at the rate stated.
"""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.chance import DIRT, generator
from tasks.ingest.sources.sample.technologies import table
from tasks.ingest.sources.sample.writers.meridian import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

HARBOR, MERIDIAN, FJORD, NOTICES = MEMBERS = ("sample_harbor", "sample_meridian", "sample_fjord", "sample_notices")
JSON = (HARBOR, FJORD, NOTICES)
# share of all records by board, as measured; it only places the first cases
SHARE = {HARBOR: 0.48, MERIDIAN: 0.27, FJORD: 0.22, NOTICES: 0.03}


LEAST_CLEAN = (
    500  # a very small market must not be nothing but dirt: first cases spread over this many records at least
)


class Kind(NamedTuple):
    """One kind of dirt, a row of texts/dirt.csv: it happens to one in `one_in` of what its scope counts.

    Scopes: record (an extra, damaged one), posting (all its records), page, change (an edit that renews the date).
    """

    name: str
    scope: str
    boards: tuple[str, ...]
    one_in: int
    outcome: str  # quarantined, merged or kept
    reason: str | None
    about: str


def kind_of(row: dict[str, str]) -> Kind:
    """A kind from its row."""
    boards = tuple(f"sample_{board}" for board in row["boards"].split())
    fate = row["outcome"], row["reason"] or None, row["about"]
    return Kind(row["name"], row["scope"], boards, int(row["one_in"]), *fate)


KINDS = tuple(kind_of(row) for row in table("dirt"))
# dirt without a case of its own in the truth: every capture has it
EVERYWHERE = {
    "byte order mark": "the first page of a sample_meridian capture",
    "line ends": "every second page of sample_meridian has CR LF",
    "unknown column": "`Sponsored` in the later half of sample_meridian's captures",
    "ids beyond 2^53": "2 % of sample_harbor's ids, some of them neighbours",
    "leading zeros": "sample_meridian's ids and a quarter of all requisition numbers",
    "NA": "Namibia's country code, and the text 'NA' is no null anywhere",
    "e-mail and phone": "in the text of one posting in eight",
}


class Schedule:
    """When which dirt comes, for one board and one scope."""

    def __init__(self, member: str, scope: str, expected: float, seed: int, skip: frozenset[str] = frozenset()) -> None:
        """`expected` is how many records, postings or pages the board will have, roughly."""
        number = MEMBERS.index(member) * 10 + ("record", "posting", "page", "change").index(scope)
        self.draw = generator(seed, DIRT, number).random
        self.waiting: list[tuple[int, int, Kind]] = []
        for n, kind in enumerate(KINDS):
            if kind.scope == scope and member in kind.boards and kind.name not in skip:
                early = min(kind.one_in, max(expected * 0.6, LEAST_CLEAN if scope == "record" else 1))
                if kind.name != "oversize" or expected > 4_000:
                    self.waiting.append((1 + int(self.draw() * early), n, kind))
        self.waiting.sort()
        self.count = 0
        self.next = self.waiting[0][0] if self.waiting else 1 << 62

    def tick(self) -> Kind | None:
        """Count one more; the kind of dirt that is due, if any (one at a time)."""
        self.count += 1
        if self.count < self.next:
            return None
        _, n, kind = self.waiting[0]
        gap = 1 + int(-log(1.0 - self.draw()) * kind.one_in)
        self.waiting[0] = (self.count + gap, n, kind)
        self.waiting.sort()
        self.next = self.waiting[0][0]
        return kind


TITLE = re.compile(rb'"(?:title|text)":"')
DATE = re.compile(rb'"published":"[^"]*"')
EPOCH = re.compile(rb'"created_at":(\d+)')
THREE_YEARS_MS = 3 * 365 * 86_400_000


def _after_brace(data: bytes, more: bytes) -> bytes:
    return b"{" + more + data[1:]


def _in_title(data: bytes, more: bytes) -> bytes:
    return TITLE.sub(lambda m: m[0] + more, data, count=1)


def _odd(draw: Callable[[], float], *choices: bytes) -> bytes:
    return choices[int(draw() * len(choices))]


def damaged_json(kind: str, data: bytes, draw: Callable[[], float]) -> bytes:
    """A JSON record after `kind` has happened to it. `data` begins with its id and holds a title or a text."""
    if kind == "json":
        return _after_brace(data, b'"boost":,')
    if kind == "truncated":
        return data[: len(data) // 2].rstrip(b"\\")
    if kind == "encoding":
        return _in_title(data, b"Caf\xe9 ")
    if kind == "nul":
        return _in_title(data, b"\\u0000")
    if kind == "surrogate":
        return _in_title(data, b"\\ud83d ")
    if kind == "nonfinite":
        return _after_brace(data, b'"boost":' + _odd(draw, b"NaN", b"Infinity", b"-Infinity", b"1e400") + b",")
    if kind == "dup_key":
        return _after_brace(data, b'"title":"Another title",')
    if kind == "depth":
        return _after_brace(data, b'"boost":' + b"[" * 90 + b"]" * 90 + b",")
    if kind == "oversize":
        return _in_title(data, b"long " * 215_000)
    if kind == "shape":
        return _odd(draw, b'"maintenance window"', b"42", b'["no", "object"]', b"null", b"true")
    if kind == "two":
        return data + data
    if kind == "null_key":
        return re.sub(rb'^\{"(id|ref)":("[^"]*"|\d+)', rb'{"\1":null', data)
    if kind == "type":
        return re.sub(rb'"title":"((?:[^"\\]|\\.)*)"', rb'"title":{"main":"\1"}', data, count=1)
    if kind == "future":
        later = EPOCH.sub(lambda m: b'"created_at":%d' % (int(m[1]) + THREE_YEARS_MS), data)
        return DATE.sub(b'"published":"2023-06-15"', later)
    if kind == "date":
        return DATE.sub(_odd(draw, b'"published":"03/04/2020"', b'"published":"05/06/2020"'), data)
    raise KeyError(kind)


def damaged_csv(kind: str, row: bytes, draw: Callable[[], float], columns: int) -> bytes:
    """A CSV row after `kind` has happened to it; `row` begins with its id, a digit string."""
    cells = row.split(b",", 1)
    quote = b'"' if cells[1].startswith(b'"') else b""
    start, rest = cells[0] + b"," + quote, cells[1].removeprefix(quote)
    if kind in ("encoding", "nul", "oversize"):
        return start + {"encoding": b"Caf\xe9 ", "nul": b"\0", "oversize": b"long " * 215_000}[kind] + rest
    if kind == "null_key":
        return b"," + cells[1]
    if kind == "ragged":
        return row + b",surplus" if draw() < 0.5 else row.rsplit(b",", 1)[0]
    if kind == "header":
        return ",".join((*COLUMNS, "Sponsored")[:columns]).encode()
    if kind == "blank":
        return b"," * (columns - 1)
    if kind == "unclosed_quote":
        return cells[0] + b',"This row begins and never'
    raise KeyError(kind)
