"""Every way of writing a contact detail is found, its neighbours are spared, and what is left is still what it was."""

from __future__ import annotations

import io
import json
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import UsageError
from tasks.ingest.identities import TOKEN
from tasks.remove.bodies import erase_body
from tasks.remove.files import erase_files
from tasks.remove.subject import Subject, read_subject
from tasks.remove.tables import erase_tables

WHO = "Jo.Doe@pier-nine.example"
FOUND = {
    WHO: [
        "jo.doe@pier-nine.example", "JO.DOE@PIER-NINE.EXAMPLE", "jo.doe @ pier-nine.example", "jo.doe＠pier-nine.example",
        "jo dot doe at pier-nine dot example", "jo.doe[at]pier-nine[dot]example", "jo.doe (at) pier-nine (dot) example",
        "jo.doe -at- pier-nine -dot- example", "jo.doe%40pier-nine.example", "jo.doe\\u0040pier-nine.example",
        "jo.doe&#64;pier-nine&#46;example", "&#106;&#111;.doe&commat;pier-nine.example", "jo.doe&#x40;pier-nine.example",
        "jo.doe@pier%2dnine.example", "jo.doe@pier\u2011nine.example", "jo.doe pier-nine example",
    ],
    "+49 (0)30 1234-567": [
        "+49301234567", "+49 30 1234567", "+49 (0)30 1234567", "0049 30 1234567", "030 1234567", "030/12 34 567",
        "(030) 1234567", "030 - 1234 567", "+49.30.1234567", "+49&nbsp;30&nbsp;1234567", "49301234567", "030\u00a01234567",
    ],
    "(415) 555-0100": ["+1 415 555 0100", "415.555.0100", "1-415-555-0100", "4155550100", "(415)555-0100"],
    "030 1234567": ["030 1234567", "+49 30 1234567", "+49 (0) 30 1234567", "0301234567"],
}  # fmt: skip
AROUND = [
    ("", ""), ("mail ", " now"), ("mailto:", "?subject=x"), ("<", ">"), ("\\n", "\\n"), ("\\u003e", "."), ("(", ")"),
    ("tel:", ";"), ('"', '"'), ("%3A", "&x=1"), ("...", ". Call"), ("é ", "\n"),
]  # fmt: skip
SPARED = {
    WHO: [
        "mary-jo.doe@pier-nine.example", "mary.jo.doe@pier-nine.example", "ajo.doe@pier-nine.example",
        "jo.doe@pier-nine.example.org", "jo.doe@pier-nine.examples", "jo.doe@pier-nine.example-site.org",
        "jo doe at the pier", "jo.doe@pier-ten.example",
    ],
    "+49 (0)30 1234-567": ["+49 30 12345678", "1030 1234567", "030 1234568", "2030-12-34", "49 30 123456"],
    "(415) 555-0100": ["415-555-01000", "2415-555-0100", "415-555-0101"],
}  # fmt: skip


@pytest.mark.parametrize(("who", "text"), [(who, text) for who, texts in FOUND.items() for text in texts])
def test_every_way_of_writing_is_found(who: str, text: str) -> None:
    subject = read_subject(who)
    for before, behind in AROUND:
        assert subject.replace(before + text + behind) == (before + TOKEN + behind, 1), (before, behind)
        for encoding in ("utf-8", "utf-16"):
            body, count = subject.replace_bytes(("ü " * 300 + before + text + behind).encode(encoding))
            assert (body.decode(encoding), count) == ("ü " * 300 + before + TOKEN + behind, 1)


@pytest.mark.parametrize(("who", "text"), [(who, text) for who, texts in SPARED.items() for text in texts])
def test_neighbours_are_spared(who: str, text: str) -> None:
    assert read_subject(who).replace(f"a {text} b") == (f"a {text} b", 0)


def test_bytes_that_are_no_text_stay() -> None:
    body = b"\xff\xfe\x00\x81" * 3 + WHO.encode() + b"\xe9\x00\xff"
    assert read_subject(WHO).replace_bytes(b"a" + body) == (b"a" + body.replace(WHO.encode(), TOKEN.encode()), 1)


@pytest.mark.parametrize(
    "value",
    [{"a": 4155550100}, {"a": [1, 4155550100, 2]}, {"a": "4155550100, 2"}, {"a": "x: 4155550100"}, [4155550100]],
)
def test_json_stays_json(value: object) -> None:
    text, count = read_subject("415 555 0100").replace(json.dumps(value))
    assert count == 1
    assert TOKEN in str(json.loads(text))


@pytest.mark.parametrize(
    "text", ["", "jane", "a@b", "12345", "x" * 10_000, "@@@", "+1 (2) 3", "1" * 40, "a b@c.example"]
)
def test_other_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_subject(text)
    assert raised.value.code == "not_contact_details"
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("20 26 11 29", True), ("2026-11-29", True), ("29.11.2026", True), ("11/29/2026", True), ("2026 1129 0600", True),
        ("20261129060000", True), ("20 26 13 29", False), ("+852 2026 1129", False), ("00852 2026 1129", False),
        ("9999 12 31", False), ("030 1234567", False), ("202 611 2906", False),
    ],
)  # fmt: skip
def test_a_number_that_reads_as_a_date_wants_its_country(text: str, refused: bool) -> None:
    if refused:
        with pytest.raises(UsageError, match="country code") as raised:
            read_subject(text)
        assert raised.value.code == "not_contact_details"
        assert text not in str(raised.value)
    else:
        assert read_subject(text).kind == "telephone"


def test_an_apostrophe_is_part_of_a_name() -> None:
    subject = read_subject("Sean.O'Brien@pier-nine.example")
    for text in ("sean.o'brien@pier-nine.example", "sean.o%27brien@pier-nine.example", "sean.o\\u0027brien@pier-nine.example",
                 "sean.o&#39;brien@pier-nine.example", "sean.o\\'brien@pier-nine.example"):  # fmt: skip
        assert subject.replace(f"x {text}'") == (f"x {TOKEN}'", 1)
    assert subject.replace("brien@pier-nine.example")[1] == 0


def test_our_own_times_and_ids_are_no_mention(tmp_path: Path) -> None:
    """A number may have the digits of a moment or an id: the journal stays readable, its text is erased all the same."""
    number = "202-611-2906"
    entry = {
        "run_id": "20260311T202611Z-2026112906", "started_at": "2026-11-29 06:00:00+00:00", "reason": f"call {number}",
        "sources_held": [{"day": "2026-11-29", "captures": [{"capture_id": "a2026112906f", "observed_at": "2026-11-29 06:01"}]}],
    }  # fmt: skip
    told = {"removed_by": number, "removal_id": "2026112906", "removed_at": "2026-11-29 06:00"}
    torn = f'{{"run_id": "x", "reason": "{number}'
    files = {"warehouse/journal.jsonl": f"{json.dumps(entry)}\n{torn}\n", "receipts/r.json": json.dumps(told, indent=1)}
    for one_line in (True, False):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text.split("\n")[0] + "\n" if one_line and "jsonl" in name else text)
        found = erase_files(tmp_path, read_subject(number), "r", apply=True)
        assert found.mentions == {"journal": 2 - one_line, "other files": 1}
        lines = (tmp_path / "warehouse" / "journal.jsonl").read_text().splitlines()
        assert json.loads(lines[0]) == entry | {"reason": f"call {TOKEN}"}
        assert one_line or lines[1] == torn.replace(number, TOKEN)
        assert json.loads((tmp_path / "receipts" / "r.json").read_text()) == told | {"removed_by": TOKEN}


def test_an_id_of_a_table_is_no_mention() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t (run_id VARCHAR, raw_id VARCHAR, source_key VARCHAR)")
        con.execute("CREATE TABLE ids (run_id VARCHAR)")
        con.execute("INSERT INTO t VALUES ('2026112906', 'a2026112906f', '2026112906')")
        con.execute("INSERT INTO ids VALUES ('2026112906')")
        rows, mentions = erase_tables(con, read_subject("202 611 2906"), apply=False)
        assert (dict(rows), dict(mentions)) == ({"main.t": 1}, {"main.t": 1})


def erased(body: bytes, subject: Subject) -> tuple[bytes, int]:
    made, count = erase_body(io.BytesIO(body), subject)
    if made is None:
        return body, count
    made.seek(0)
    return made.read(), count


NUMBERS = {
    "int64": pa.array([493012345678, 5, None], pa.int64()),
    "uint64": pa.array([493012345678, 3012345679, 49301234567], pa.uint64()),
    "float64": pa.array([493012345678.0, float("nan"), float("inf")], pa.float64()),
    "national": pa.array([3012345678, 30123456789, 1], pa.int64()),
    "decimal": pa.array([Decimal("493012345678.00"), Decimal("493012345678.50"), None], pa.decimal128(20, 2)),
    "list": pa.array([[1, 493012345678], [], None], pa.list_(pa.int64())),
    "structure": pa.array([{"a": {"b": 493012345678}}, None, {"a": None}]),
    "dictionary": pa.array([493012345678, 5, 5]).dictionary_encode(),
}


@pytest.mark.parametrize("column", NUMBERS.values(), ids=NUMBERS)
def test_a_column_of_numbers_loses_a_telephone_number(column: pa.Array) -> None:
    packed = io.BytesIO()
    pq.write_table(pa.table({"n": column, "yes": [True, False, None], "place": ["a", "b", "c"]}), packed)
    body, count = erased(packed.getvalue(), read_subject("+49 30 12345678"))
    made = pq.read_table(io.BytesIO(body))
    assert count == 1
    assert "12345678" not in str(made["n"][0])
    assert repr(made["n"].to_pylist()[1:]) == repr(column.to_pylist()[1:])
    assert made["n"].type in (column.type, pa.int64())
    assert made["place"].to_pylist() == ["a", "b", "c"]
    assert erased(body, read_subject("+49 30 12345678")) == (body, 0)
    assert erased(packed.getvalue(), read_subject("jo@pier.example"))[1] == 0


@pytest.mark.parametrize("who", FOUND)
@pytest.mark.parametrize("text", ["jo.", "&#106;", " ", "030 ", "415-", "at ", "[", "\\n", "+49 (0)"])
def test_hostile_text_takes_no_time(who: str, text: str) -> None:
    subject = read_subject(who)
    began = time.process_time()
    subject.replace(text * (200_000 // len(text)) + "&#")
    assert time.process_time() - began < 2
