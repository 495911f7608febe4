"""What must hold for any bytes: none is lost, and every record written is counted once."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.ingest.read_csv import cut_lines, read_csv
from tasks.ingest.read_json import JsonReader, read_lines
from tasks.ingest.text import UndecodableError, decode, printable

MESSY = st.text(alphabet=st.sampled_from('ab,"\r\n \u2028\x0b\x85é;'), max_size=60)
CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LEAF = st.none() | st.booleans() | NUMBER | st.text(max_size=8)
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
LINE = VALUE.map(json.dumps) | st.text(alphabet='{}[]",:ab \\', min_size=1, max_size=20)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=6), VALUE, max_size=5), max_size=8)
SEPARATORS = " \t\r\n,[]"


def gaps(text: str, payloads: list[str]) -> list[str]:
    """What lies between the payloads, which must follow each other in the text."""
    at, found = 0, []
    for payload in payloads:
        place = text.index(payload, at)
        found.append(text[at:place])
        at = place + len(payload)
    return [*found, text[at:]]


def csv_records(text: str) -> list[str]:
    """The payloads below a header."""
    return [record.payload for record in read_csv("h1,h2,h3\n" + text, "f")[1]]


@given(MESSY)
@settings(max_examples=500)
@example('"a\n"b,c\nd,e,f\n')
def test_csv_loses_no_character(text: str) -> None:
    between = gaps(text, csv_records(text))
    assert "".join(between).strip("\r\n") == ""


@given(MESSY)
def test_lines_are_those_of_the_csv_module(text: str) -> None:
    assert cut_lines(text) == list(io.StringIO(text, newline=""))


@given(ROWS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
@settings(max_examples=300)
def test_csv_reads_what_was_written(rows: list[list[str]], end: str, quoting: Any) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # the csv module leaves other line ends than its own unquoted there
        rows = [[cell.replace("\r", "").replace("\n", "") for cell in row] for row in rows]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    header = ["one", "two", "three"]
    writer.writerow(header)
    writer.writerows(rows)
    columns, records = read_csv(out.getvalue(), "f")
    found = list(records)
    kept = [list(record.raw.values()) for record in found if record.raw is not None]
    assert columns == header
    assert kept == [row for row in rows if row != header]
    assert len(found) == len(rows)


@given(OBJECTS, st.sampled_from([None, 1, 3]), st.booleans())
@settings(max_examples=300)
def test_json_reads_what_was_written(objects: list[dict[str, Any]], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(objects, indent=indent, ensure_ascii=ascii_only)
    records = list(JsonReader(text, lambda _: True).read())
    assert len(records) == len(objects)
    assert all(record.payload in text for record in records)
    assert "".join(gaps(text, [record.payload for record in records])).strip(SEPARATORS) == ""
    for record, wanted in zip(records, objects, strict=True):
        if record.reason is None:
            assert json.loads(record.payload) == wanted


@given(st.text(alphabet=st.sampled_from('{}[]",:\\ \nab1ue-.'), max_size=80))
@settings(max_examples=800)
@example('[{"a":1,"b"')
@example('[{"a":"\n},{"a":1}]')
def test_json_never_fails_and_loses_nothing(text: str) -> None:
    records = list(JsonReader(text, lambda value: isinstance(value, dict)).read())
    between = "".join(gaps(text, [record.payload for record in records]))
    assert between.strip(SEPARATORS) == ""
    assert all(record.payload or record.reason for record in records)


@given(st.lists(LINE, max_size=10))
def test_lines_are_counted_once(written: list[str]) -> None:
    text = "\n".join(written)
    records = list(read_lines(text))
    assert len(records) == sum(bool(line.strip(" \t\r")) for line in text.split("\n"))


@given(st.binary(max_size=120))
@settings(max_examples=300)
def test_any_bytes_come_out_as_storable_text(body: bytes) -> None:
    try:
        text, dirty = decode(body)
    except UndecodableError:
        return
    assert text.encode("utf-8", "surrogateescape") == body.removeprefix(b"\xef\xbb\xbf")
    printable(text).encode("utf-8")
    assert dirty == (printable(text) != text)


@pytest.mark.parametrize(
    "text",
    [
        '[{"a":' * 20_000,
        '[{"a":"' * 20_000,
        "[" * 300_000,
        '[{"a" 1},' * 20_000,
        '{"a":1' * 20_000,
        "[" + '{"a": [1, 2}, ' * 20_000,
        "[" + '{"a": {"b" 1, {"a":1}, ' * 20_000,
        "[" + '{"a": "\\" ' * 20_000,
        "," * 200_000 + "{" * 1000,
    ],
)
def test_damage_is_cheap(text: str) -> None:
    """A file made of nothing but damage takes seconds, not the square of its length."""
    started = time.process_time()
    list(JsonReader(text, lambda value: isinstance(value, dict) and "a" in value).read())
    assert time.process_time() - started < 10


def test_stray_quotes_are_cheap() -> None:
    started = time.process_time()
    records = list(read_csv("a,b\n" + '"x"y,1\n' * 50_000, "f")[1])
    assert len(records) == 50_000
    assert time.process_time() - started < 10
