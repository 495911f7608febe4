"""The fault catalogue of payloads: how each fault is caused and the exact outcome. Fixtures are made up."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import GateError, SourceError

if TYPE_CHECKING:
    from pathlib import Path


HEAD = b"id,title,company\n"
DEEP = '{"id": 2, "title": ' + "[" * 70 + "]" * 70 + "}"
DEEPER = '{"id": 2, "title": ' + "[" * 100_000 + "]" * 100_000 + "}"
LONG = "x" * 1_100_000


def lines(*records: str) -> bytes:
    return "\n".join(['{"id": 1, "title": "first"}', *records, '{"id": 9, "title": "last"}']).encode()


# (name, format, bytes, reasons in order of the rows with None for a good one)
CASES: list[tuple[str, str, bytes, list[str | None]]] = [
    ("bad line", "jsonl", lines('{"id": 2, "title": }'), [None, "json", None]),
    ("line cut off", "jsonl", lines('{"id": 2, "title": "ab'), [None, "truncated", None]),
    ("bytes that are not UTF-8", "jsonl", lines().replace(b"first", b"caf\xe9"), ["encoding", None]),
    ("encoded surrogate", "jsonl", lines().replace(b"first", b"\xed\xa0\x80"), ["encoding", None]),
    ("UTF-16 nobody declared", "jsonl", lines().decode().encode("utf-16"), ["encoding"]),
    ("UTF-16 without a mark", "jsonl", lines().decode().encode("utf-16-le"), ["encoding"]),
    ("escaped NUL", "jsonl", lines(r'{"id": 2, "title": "a\u0000b"}'), [None, "nul", None]),
    ("escaped text that only looks like NUL", "jsonl", lines(r'{"id": 2, "title": "a\\u0000b"}'), [None, None, None]),
    ("raw NUL", "jsonl", lines('{"id": 2, "title": "a\0b"}'), [None, "json", None]),
    ("half a pair", "jsonl", lines(r'{"id": 2, "title": "\ud83d"}'), [None, "surrogate", None]),
    ("other half", "jsonl", lines(r'{"id": 2, "title": "\ude00x"}'), [None, "surrogate", None]),
    ("half behind a backslash", "jsonl", lines(r'{"id": 2, "title": "\\ud83d\ude00"}'), [None, "surrogate", None]),
    ("half a pair in a key", "jsonl", lines(r'{"id": 2, "title": "a", "\ud83d": 1}'), [None, "surrogate", None]),
    ("whole pair", "jsonl", lines(r'{"id": 2, "title": "\ud83d\ude00"}'), [None, None, None]),
    ("NaN", "jsonl", lines('{"id": 2, "title": "a", "n": NaN}'), [None, "nonfinite", None]),
    ("Infinity", "jsonl", lines('{"id": 2, "title": "a", "n": -Infinity}'), [None, "nonfinite", None]),
    ("1e400", "jsonl", lines('{"id": 2, "title": "a", "n": 1e400}'), [None, "nonfinite", None]),
    ("key twice", "jsonl", lines('{"id": 2, "title": "a", "title": "b"}'), [None, "dup_key", None]),
    ("key twice inside", "jsonl", lines('{"id": 2, "title": "a", "n": [{"b": 1, "b": 2}]}'), [None, "dup_key", None]),
    ("number of 5,000 digits", "jsonl", lines('{"id": ' + "9" * 5000 + ', "title": "a"}'), [None, "oversize", None]),
    ("nested 71 deep", "jsonl", lines(DEEP), [None, "depth", None]),
    ("nested 100,000 deep", "jsonl", lines(DEEPER), [None, "depth", None]),
    ("record over 1 MB", "jsonl", lines(f'{{"id": 2, "title": "{LONG}"}}'), [None, "oversize", None]),
    ("array", "jsonl", lines("[1, 2]"), [None, "shape", None]),
    ("number", "jsonl", lines("17"), [None, "shape", None]),
    ("two values on a line", "jsonl", lines('{"id": 2, "title": "a"} {"id": 3, "title": "b"}'), [None, "shape", None]),
    ("text after the value", "jsonl", lines('{"id": 2, "title": "a"} and more'), [None, "json", None]),
    ("empty line", "jsonl", lines("", "   "), [None, None]),
    ("U+2028 inside a text", "jsonl", lines('{"id": 2, "title": "a\u2028b\x85c"}'), [None, None, None]),
    ("carriage returns", "jsonl", lines('{"id": 2, "title": "a"}\r'), [None, None, None]),
    ("byte order mark", "jsonl", b"\xef\xbb\xbf" + lines(), [None, None]),
    ("no key", "jsonl", lines('{"title": "a"}', '{"id": null, "title": "a"}', '{"id": " ", "title": "a"}'),
     [None, "null_key", "null_key", "null_key", None]),
    ("an object for a text", "jsonl", lines('{"id": 2, "title": {"en": "a"}}'), [None, "type", None]),
    ("nothing that makes a posting", "jsonl", lines('{"id": 2, "title": "  ", "url": "u"}', "{}"),
     [None, "blank", "blank", None]),
    ("array with a comma missing", "json", b'[{"id":1,"title":"a"},{"id":2 "title":"b"},{"id":3,"title":"c"}]',
     [None, "json", None]),
    ("array with a comma too many", "json", b'[{"id":1,"title":"a",},{"id":2,"title":"b"},]', ["json", None]),
    ("array with a comma missing between", "json", b'[{"id":1,"title":"a"} {"id":2,"title":"b"}]', [None, None]),
    ("array with a text never closed", "json",
     b'[{"id":1,"title":"a"},\n{"id":2,"title":"b},\n{"id":3,"title":"c"},\n{"id":4,"title":"d"}]',
     [None, "json", None, None]),
    ("array with rubbish between", "json", b'[{"id":1,"title":"a"}, oops, {"id":2,"title":"b"}]', [None, "json", None]),
    ("array of mixed values", "json", b'[{"id":1,"title":"a"}, 7, "x", null, [], {"id":2,"title":"b"}]',
     [None, "shape", "shape", "shape", "shape", None]),
    ("array cut off inside a record", "json", b'[{"id":1,"title":"a"},{"id":2,"tit', [None, "truncated"]),
    ("array cut off inside a text", "json", b'[{"id":1,"title":"a"},{"id":2,"title":"b and', [None, "truncated"]),
    ("array never closed", "json", b'[{"id":1,"title":"a"},{"id":2,"title":"b"}', [None, None]),
    ("brackets inside texts", "json", b'[{"id":1,"title":"}]{["},{"id":2,"title":"\\"}"}]', [None, None]),
    ("values in a row", "json", b'{"id":1,"title":"a"}\n{"id":2,"title":"b"}\n[{"id":3,"title":"c"}]', [None] * 3),
    ("deep inside an array", "json", b'[{"id":1,"title":"a"},' + DEEPER.encode() + b',{"id":3,"title":"c"}]',
     [None, "depth", None]),
    ("short row", "csv", HEAD + b"1,a,x\n2,b\n3,c,z\n", [None, "ragged", None]),
    ("long row", "csv", HEAD + b"1,a,x\n2,b,y,?\n3,c,z\n", [None, "ragged", None]),
    ("quote never closed", "csv", HEAD + b'1,a,x\n2,"b,y\n3,c,z\n', [None, "unclosed_quote"]),
    ("quote contradicted later", "csv", HEAD + b'1,a,x\n2,"b,y\n3,"c",z\n4,d,w\n', [None, "unclosed_quote", None]),
    ("header again", "csv", HEAD + b"1,a,x\n" + HEAD + b"2,b,y\n", [None, "header", None]),
    ("blank rows", "csv", HEAD + b"1,a,x\n,,\n\n   \n2,b,y\n\n", [None, "blank", "blank", None]),
    ("NUL", "csv", HEAD + b"1,a\0,x\n2,b,y\n", ["nul", None]),
    ("bytes of cp1252", "csv", HEAD + b"1,caf\xe9,x\n2,b,y\n", ["encoding", None]),
    ("byte order mark in CSV", "csv", b"\xef\xbb\xbf" + HEAD + b"1,a,x\n", [None]),
    ("line ends of all kinds", "csv", b"id,title,company\r\n1,a,x\r2,b,y\n3,c,z\r\n", [None, None, None]),
    ("line ends and U+2028 in quotes", "csv", HEAD + '1,"a\r\n\u2028b",x\n2,"c\nd\re",y\n'.encode(), [None, None]),
    ("quotes and commas", "csv", HEAD + b'1,"a ""b"", c",x\n2,in "the" middle,y\n', [None, None]),
    ("record over 1 MB in CSV", "csv", HEAD + f"1,{LONG},x\n2,b,y\n".encode(), ["oversize", None]),
    ("null key in CSV", "csv", HEAD + b",a,x\n2,b,y\n", ["null_key", None]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_fault(make_source: Any, read: Any, kind: str, body: bytes, reasons: list[str | None]) -> None:
    rows, report = read(make_source(kind), body)
    assert [row["reason"] for row in rows] == reasons
    assert [row["ordinal"] for row in rows] == list(range(len(rows)))
    assert report.reasons.total() == sum(reason is not None for reason in reasons)
    for row in rows:
        assert row["payload"]
        assert (row["detail"] is not None) == (row["reason"] is not None)
        if row["reason"] is not None:
            assert row["title"] is None


KEPT: list[tuple[str, str, bytes, list[dict[str, Any]]]] = [
    ("leading zeros and big numbers", "jsonl",
     b'{"id": 9007199254740993, "title": "007", "company": 18446744073709551616, "text": 1.10, "url": "NA"}',
     [{"source_key": "9007199254740993", "title": "007", "company": "18446744073709551616", "description": "1.10",
       "url": "NA"}]),
    ("words that libraries take for nothing", "csv", HEAD + b"007,NA,None\n0008,null,nan\n",
     [{"source_key": "007", "title": "NA", "company": "None"}, {"title": "null", "company": "nan"}]),
    ("white space", "csv", HEAD + b'1," a ",x\n', [{"title": " a "}]),
    ("lists of places", "jsonl", b'{"id": 1, "title": "a", "place": ["X", "", null, ["Y", 7]]}',
     [{"locations": ["X", "Y", "7"]}]),
    ("a list where one text is expected", "jsonl", b'{"id": 1, "title": ["a", null, "b"]}', [{"title": "a, b"}]),
    ("flags", "jsonl", b'{"id": 1, "title": "a", "closed": true}', [{"closed": "true"}]),
    ("mark of the file stays out of the text", "csv", b"\xef\xbb\xbf" + HEAD + b"1,\xef\xbb\xbfa,x\n",
     [{"title": "\ufeffa"}]),
    ("payload of bad bytes", "csv", HEAD + b"1,caf\xe9,x\n", [{"payload": r"1,caf\xe9,x"}]),
    ("payload of a quoted line end", "csv", HEAD + b'1,"a\r\nb",x\r\n',
     [{"payload": '1,"a\r\nb",x', "title": "a\r\nb"}]),
    ("payload of a record", "json", b' [ {"id" : 1,\n "title":"\\u00e9"} , {"id":2,"title":"b"}]',
     [{"payload": '{"id" : 1,\n "title":"\\u00e9"}', "title": "é"}, {"payload": '{"id":2,"title":"b"}'}]),
    ("payload from an unclosed quote on", "csv", HEAD + b'1,"a,x\n2,b,y\n', [{"payload": '1,"a,x\n2,b,y'}]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "expected"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_kept_exactly(make_source: Any, read: Any, kind: str, body: bytes, expected: list[dict[str, Any]]) -> None:
    rows, _ = read(make_source(kind), body)
    assert [{name: row[name] for name in want} for row, want in zip(rows, expected, strict=True)] == expected


ERRORS: list[tuple[str, str, bytes, str]] = [
    ("empty file", "csv", b"", "empty_batch"),
    ("only white space", "json", b" \r\n\t", "empty_batch"),
    ("web page as CSV", "csv", b"\n\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "content_type"),
    ("web page as JSON", "json", b"<html><title>Just a moment</title></html>", "content_type"),
    ("required column missing in CSV", "csv", b"id,name\n1,a\n", "contract"),
    ("required column missing in JSON", "jsonl", b'{"id": 1, "name": "a"}', "contract"),
    ("columns that differ in case", "csv", b"id,title,Title\n1,a,b\n", "contract"),
    ("corrupt Parquet", "parquet", b"PAR1 this is no parquet PAR1", "corrupt_file"),
    ("cut-off gzip", "csv", gzip.compress(HEAD + b"1,a,x\n" * 100)[:-20], "corrupt_file"),
    ("gzip bomb", "csv", gzip.compress(b"0" * (80 * 1024**2)), "oversize"),
]


@pytest.mark.parametrize(("kind", "body", "code"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_error(make_source: Any, read: Any, kind: str, body: bytes, code: str) -> None:
    with pytest.raises((SourceError, GateError)) as error:
        read(make_source(kind), body)
    assert error.value.code == code
    assert error.value.message()


def test_a_snapshot_without_records_is_no_snapshot(make_source: Any, read: Any) -> None:
    with pytest.raises(SourceError) as error:
        read(make_source("json", "coverage: snapshot"), b"[]")
    assert error.value.code == "empty_batch"
    rows, _ = read(make_source("json", "coverage: partial"), b"[]")
    assert rows == []


def test_unknown_columns_are_told(make_source: Any, read: Any) -> None:
    source = make_source("csv", "key: id\nvolatile: [age]\nignored: [note]")
    _, report = read(source, b"id,title,age,note,new one\n1,a,3,n,x\n")
    assert report.unknown_columns == {"new one"}
    assert report.warnings() == ["unknown columns: new one"]
    source = make_source("jsonl", "key: id")
    _, report = read(source, b'{"id": 1, "title": "a", "late": 1}\n{"id": 2, "title": "b", "later": 1}')
    assert report.unknown_columns == {"late", "later"}


def test_columns_go_by_name(make_source: Any, read: Any) -> None:
    first, _ = read(make_source("csv"), b"id,title,company\n1,a,x\n", "one.csv")
    second, _ = read(make_source("csv"), b"company,id,title\nx,1,a\n", "two.csv")
    assert first[0]["content_id"] == second[0]["content_id"]
    assert first[0]["posting_id"] == second[0]["posting_id"]


def test_a_header_given_twice(make_source: Any, read: Any) -> None:
    columns = "columns: {title: title, company: title_2}"
    rows, _ = read(make_source("csv", "key: id", columns), b"id,title,title\n1,a,b\n")
    assert (rows[0]["title"], rows[0]["company"]) == ("a", "b")


def test_volatile_columns_do_not_make_a_version(make_source: Any, read: Any) -> None:
    columns = "columns: {title: title, posted_on: [date, age]}"
    body = b"id,title,date,age\n1,a,,3d\n1,a,,4d\n1,a,2020-01-01,4d\n1,a,2020-01-02,4d\n"
    rows, _ = read(make_source("csv", "key: id\nvolatile: [age]", columns), body)
    assert [row["posted_on"] for row in rows] == ["3d", "4d", "2020-01-01", "2020-01-02"]
    contents = [row["content_id"] for row in rows]
    assert contents[0] == contents[1]
    assert len(set(contents)) == 3


def test_identity(make_source: Any, read: Any) -> None:
    """Without a native id the columns of `identity` tell postings apart, else everything they say does."""
    columns = "columns: {title: title, url: url}"
    body = b"title,url\na,u\nb,u\nc,\nc,\nd,\n"
    rows, _ = read(make_source("csv", "identity: [url]", columns), body)
    ids = [row["posting_id"] for row in rows]
    assert ids[0] == ids[1]
    assert ids[2] == ids[3] != ids[4]
    assert [row["source_key"] for row in rows] == [None] * 5
    rows, _ = read(make_source("csv", "", columns), body)
    assert len({row["posting_id"] for row in rows}) == 4


def test_compound_keys(make_source: Any, read: Any) -> None:
    rows, _ = read(make_source("csv", "key: [id, kind]"), b"id,kind,title\n1,a,x\n1,b,x\n1,a,y\n1,,z\n")
    ids = [row["posting_id"] for row in rows]
    assert ids[0] == ids[2] != ids[1]
    assert rows[3]["reason"] == "null_key"
    assert {row["source_key"] for row in rows} == {None}


def test_null_values_are_the_source_s_own(make_source: Any, read: Any) -> None:
    source = make_source("csv", 'key: id\nnull_values: ["-1", "Not Applicable"]')
    rows, _ = read(source, b"id,title,company\n1,a,-1\n2,-10, Not Applicable \n")
    assert [(row["title"], row["company"]) for row in rows] == [("a", None), ("-10", None)]


def test_joined_columns_and_paths(make_source: Any, read: Any) -> None:
    columns = (
        "columns: {title: [t.en, t.de, title], description: [[intro, body]], company: [[co, dept]],"
        ' locations: "places[].name", "closed": "not open"}'
    )
    body = (
        b'{"id":1,"t":{"de":"Titel"},"intro":"A","body":"B","co":"C","dept":"D","places":[{"name":"X"},{},{"name":"Y"}],'
        b'"open":true}\n{"id":2,"title":"T","t":"odd","body":"B","dept":"D","places":"Z","open":false}\n'
        b'{"id":3,"t.en":"dotted","places":[]}'
    )
    rows, _ = read(make_source("jsonl", "key: id", columns), body)
    got = [(r["title"], r["description"], r["company"], r["locations"], r["closed"]) for r in rows]
    assert got == [
        ("Titel", "A\n\nB", "C; D", ["X", "Y"], "false"),
        ("T", "B", "D", None, "true"),
        ("dotted", None, None, None, None),
    ]


def test_rows_that_name_their_source(make_source: Any, read: Any) -> None:
    source = make_source("jsonl", "key: id\nsource_column: board\nwhere: {lang: en}")
    body = lines_of({"board": "b1"}, {"board": "b2"}, {"board": None}, {"board": "b1", "lang": "de"})
    rows, report = read(source, body)
    assert [(row["source"], row["reason"]) for row in rows] == [("b1", None), ("b2", None), ("feed", "null_key")]
    assert len({row["posting_id"] for row in rows}) == 3
    assert report.left_out == 1


def lines_of(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps({"id": 1, "title": "a", "lang": "en", **record}) for record in records).encode()


def test_hints_stand_in_every_good_row(make_source: Any, read: Any) -> None:
    source = make_source("csv", "key: id\nhints: {country: FR, currency: EUR}")
    rows, _ = read(source, b"id,title\n1,a\n2\n")
    assert [(row["country_hint"], row["currency_hint"]) for row in rows] == [("FR", "EUR"), (None, None)]


def test_declared_encoding(make_source: Any, read: Any) -> None:
    source = make_source("csv", 'key: id\noptions: {encoding: cp1252, delimiter: ";"}')
    rows, _ = read(source, b"id;title\n1;caf\xe9\n2;\x81\n")
    assert [(row["title"], row["reason"]) for row in rows] == [("café", None), (None, "encoding")]
    source = make_source("jsonl", "key: id\noptions: {encoding: utf-16}")
    rows, _ = read(source, '{"id": 1, "title": "é"}'.encode("utf-16"))
    assert rows[0]["title"] == "é"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"meta": {"list": [1]}, "data": {"list": [{"id":1,"title":"a"},{"id":2,"title":"b"}], "n": 2}}',
            [None, None],
        ),
        (b'{"data": {"list": []}}', []),
        (b'{"id": 7, "title": "one alone", "data": null}', [None]),
        (b'{"error": "try later"}', ["shape"]),
        (b'{"data": {"list": [{"id":1,"title":"a"}', [None]),
        (b'{"data": {"list": [{"id":1,"title":"a"}], "broken', [None]),
        (b'{"data": {"list": [{"id":1,"title":"a"}]}}{"data": {"list": [{"id":2,"title":"b"}]}}', [None, None]),
        (b'{"data": {"li', ["truncated"]),
        (b'{"data" 1}', ["json"]),
    ],
)
def test_records_inside_an_object(make_source: Any, read: Any, body: bytes, expected: list[str | None]) -> None:
    source = make_source("json", "key: id\noptions: {records_at: data.list}")
    rows, _ = read(source, body)
    assert [row["reason"] for row in rows] == expected


def test_parquet(make_source: Any, read: Any, tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2, 2**53 + 1, None], pa.int64()),
            "title": ["a", "b", "c", "d"],
            "text": pa.array([1.5, float("nan"), float("inf"), 2.0]),
            "place": [["X"], [], None, ["Y", "Z"]],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    rows, _ = read(make_source("parquet"), sink.getvalue())
    assert [row["reason"] for row in rows] == [None, None, "nonfinite", "null_key"]
    assert rows[0]["description"] == "1.5"
    assert rows[1]["description"] is None
    assert json.loads(rows[0]["payload"]) == {"id": 1, "title": "a", "text": 1.5, "place": ["X"]}
