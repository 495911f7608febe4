"""CSV cut into records that keep their exact text. No byte is lost: payloads and line ends together are the file."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from tasks.errors import GateError
from tasks.ingest.records import Record

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator

NEVER_CLOSED = "unexpected end of data"  # what the csv module says where the file ends inside quotes
LINE_END = "\r\n"
LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
OTHER_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # str.splitlines would cut there; CSV does not


def read_csv(text: str, name: str, delimiter: str = ",", quote: str = '"') -> tuple[list[str], Iterator[Record]]:
    """The columns and the records of one file.

    Lines end in LF, CR LF or CR, mixed as they come; U+2028 and the like are text. Every value stays text. An empty
    line is a separator. Set aside: `ragged` (more or fewer values than columns), `header` (the header once more),
    `unclosed_quote` (a quote that never closes takes everything from its line on; one that is contradicted later takes
    the lines up to the contradiction). `blank` rows are told later, where null values are known.

    Raises GateError `contract` where two columns differ in case only.
    """
    lines = cut_lines(text)
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(iter(lines), delimiter=delimiter, quotechar=quote, strict=True)
    header: list[str] = []
    try:
        while not header:
            header = next(reader)
    except (StopIteration, csv.Error):
        header = []
    columns = column_names(header, name)
    return columns, rows(reader, lines, reader.line_num, header, columns)


def cut_lines(text: str) -> list[str]:
    """The lines of a text with their ends: LF, CR LF or CR, and no other."""
    if any(mark in text for mark in OTHER_LINE_ENDS):
        return LINE.findall(text)
    return text.splitlines(keepends=True)


def column_names(header: list[str], name: str) -> list[str]:
    """The header's names; a name given again gets `_2`, `_3`. Columns that differ in case only are an error."""
    columns: list[str] = []
    for given in header:
        column, n = given.strip(), 1
        while column in columns:
            n += 1
            column = f"{given.strip()}_{n}"
        columns.append(column)
    refuse_collisions(columns, name)
    return columns


def refuse_collisions(columns: list[str], name: str) -> None:
    """Raise GateError `contract` where two names differ in case only: a database takes them for one."""
    by_case: dict[str, str] = {}
    for column in columns:
        other = by_case.setdefault(column.casefold(), column)
        if other != column:
            raise GateError(
                "contract",
                f"columns {other!r} and {column!r} differ in case only",
                where=name,
                next_step="Rename one at the source; nothing of this file was loaded",
            )


def rows(reader: Reader, lines: list[str], at: int, header: list[str], columns: list[str]) -> Iterator[Record]:
    """The records after the header. `at` is the index of the first line not yet read."""
    width = len(columns)
    while True:
        try:
            for row in reader:
                end = reader.line_num
                payload = (lines[at] if end == at + 1 else "".join(lines[at:end])).rstrip(LINE_END)
                at = end
                if len(row) == width:
                    if row == header:
                        yield Record(payload, None, "header", "the header once more")
                    else:
                        yield Record(payload, dict(zip(columns, row, strict=True)))
                elif not any(row) or not payload.strip():
                    if payload:
                        yield Record(payload, None, "blank", "an empty row")
                else:
                    yield Record(payload, None, "ragged", f"{len(row)} values for {width} columns, line {end}")
            break
        except csv.Error as problem:
            end = reader.line_num
            payload = "".join(lines[at:end]).rstrip(LINE_END)
            if str(problem) == NEVER_CLOSED:
                detail = f"a quote opened on line {at + 1} never closes; everything from there on is set aside"
            else:
                detail = f"quotes opened from line {at + 1} on contradict each other on line {end}"
            at = end
            yield Record(payload, None, "unclosed_quote", detail)
