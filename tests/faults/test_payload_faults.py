"""Damaged payloads, each in a file of a source of its own, from the command to the published file.

One home: every source was published once in peace; then all of them meet their fault in one run, beside one that is well.
"""

from __future__ import annotations

import io
import json
import os
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.xdist_group("payload faults")  # what is made for all of them is made once

HEAD = "id,title,company\n"
LONG = "x" * 1_100_000
GOOD_HEAD, GOOD_TAIL = '{"id": 1, "title": "first"}', '{"id": 9, "title": "last"}'
DEEP = '{"id": 2, "title": ' + "[" * 70 + "]" * 70 + "}"
DEEPER = '{"id": 2, "title": ' + "[" * 100_000 + "]" * 100_000 + "}"

# fault: format, the bad record as it stands between two good ones, its reason
LINES: dict[str, tuple[str | bytes, str]] = {
    "15-bad-line": ('{"id": 2, "title": }', "json"),
    "16-cp1252": (b'{"id": 2, "title": "caf\xe9 \x93cr\xe8me\x94"}', "encoding"),
    "18-nul": (r'{"id": 2, "title": "a\u0000b"}', "nul"),
    "18-surrogate": (r'{"id": 2, "title": "\ud83d"}', "surrogate"),
    "19-nan": ('{"id": 2, "title": "a", "n": NaN}', "nonfinite"),
    "19-infinity": ('{"id": 2, "title": "a", "n": -Infinity}', "nonfinite"),
    "19-1e400": ('{"id": 2, "title": "a", "n": 1e400}', "nonfinite"),
    "20-key-twice": ('{"id": 2, "title": "a", "title": "b"}', "dup_key"),
    "25-depth": (DEEP, "depth"),
    "25-depth-100000": (DEEPER, "depth"),
    "26-record-over-1-mb": (f'{{"id": 2, "title": "{LONG}"}}', "oversize"),
    "27-no-object": ("[1, 2]", "shape"),
    "27-two-on-a-line": ('{"id": 2, "title": "a"} {"id": 3, "title": "b"}', "shape"),
}
ROWS: dict[str, tuple[str | bytes, str]] = {
    "22-short-row": ("2,b", "ragged"),
    "22-long-row": ("2,b,y,?", "ragged"),
    "29-header-again": (HEAD.strip(), "header"),
    "23-unclosed-quote": ('2,"b,y\n9,last,z', "unclosed_quote"),
}
WIDE = "16-utf-16"
SET_ASIDE = {**LINES, **ROWS, WIDE: ("", "encoding")}

# fault: format, the whole file, what the current postings say (key, title), what raw.records holds
KEPT: dict[str, tuple[str, bytes, list[tuple[str, str]], list[str]]] = {
    "17-byte-order-mark": (
        "csv", b"\xef\xbb\xbf" + HEAD.encode() + b"2,\xef\xbb\xbfNurse,x\n", [("2", "Nurse")], ["2,\ufeffNurse,x"],
    ),
    "21-words-and-numbers": (
        "jsonl",
        (b'{"id": 9007199254740993, "title": "007", "company": "NA"}\n{"id": 18446744073709551617, "title": "Null Analyst"}\n'
        b'{"id": "007", "title": "Nan Baker"}\n{"id": 7, "title": "Other"}\n'),
        [("007", "Nan Baker"), ("18446744073709551617", "Null Analyst"), ("7", "Other"), ("9007199254740993", "007")],
        [
            '{"id": 9007199254740993, "title": "007", "company": "NA"}', '{"id": 18446744073709551617, "title": "Null Analyst"}',
            '{"id": "007", "title": "Nan Baker"}', '{"id": 7, "title": "Other"}',
        ],
    ),
    "21-words-and-numbers-csv": (
        "csv", HEAD.encode() + b"007,NA Engineer,None\n7,Null Analyst,nan\n9223372036854775809,Nurse,1.10\n",
        [("007", "NA Engineer"), ("7", "Null Analyst"), ("9223372036854775809", "Nurse")],
        ["007,NA Engineer,None", "7,Null Analyst,nan", "9223372036854775809,Nurse,1.10"],
    ),
    "24-line-ends": (
        "csv", HEAD.encode() + '2,Nurse,"x\r\ny"\r3,"Cook\u2028Chef",z\r\n4,Baker,"a\nb\rc"\n5,Clerk,w'.encode(),
        [("2", "Nurse"), ("3", "Cook Chef"), ("4", "Baker"), ("5", "Clerk")],
        ['2,Nurse,"x\r\ny"', '3,"Cook\u2028Chef",z', '4,Baker,"a\nb\rc"', "5,Clerk,w"],
    ),
}  # fmt: skip


def parquet(rows: int = 50) -> bytes:
    """A Parquet file of good rows."""
    out = io.BytesIO()
    pq.write_table(
        pa.table({"id": range(rows), "title": [f"Nurse {n}" * 20 for n in range(rows)]}), out, compression=None
    )
    return out.getvalue()


def damaged_page() -> bytes:
    """A Parquet file whose footer is well and whose data is not."""
    body = bytearray(parquet())
    body[4:400] = os.urandom(1) * 396
    return bytes(body)


CRASH = """
import os, signal
from tasks.ingest.records import Record

def split(payload, name):
    yield Record("first", {"id": "1", "title": "first"}, key="1")
    HOW
"""
# fault: format, the whole file, the error of its source
FAILS: dict[str, tuple[str, bytes, str]] = {
    "28-empty-file": ("csv", b" \r\n\t", "empty_batch"),
    "28-no-record": ("json", b"[]", "empty_batch"),
    "30-no-parquet": ("parquet", b"PAR1 this is no parquet PAR1", "corrupt_file"),
    "30-damaged-page": ("parquet", damaged_page(), "corrupt_file"),
}
# how a parser ends: its code, the exit of its process as the message tells it
ENDS = {
    "crash_signal": ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
    "crash_exit": ("print('not an answer'); os._exit(7)", "ended with 7"),
    "crash_raise": ("raise LookupError('no such field')", "LookupError: no such field"),
}


def name_of(fault: str) -> str:
    return "f" + fault.replace("-", "_")


def file_of(fault: str) -> bytes:
    """The bad record between two good ones."""
    bad, _ = SET_ASIDE[fault]
    if fault == WIDE:
        return (GOOD_HEAD + "\n" + GOOD_TAIL).encode("utf-16")
    raw = bad if isinstance(bad, bytes) else bad.encode()
    if fault in LINES:
        return GOOD_HEAD.encode() + b"\n" + raw + b"\n" + GOOD_TAIL.encode() + b"\n"
    tail = b"" if fault == "23-unclosed-quote" else b"\n9,last,z"
    return HEAD.encode() + b"1,first,x\n" + raw + tail + b"\n"


@pytest.fixture(scope="module")
def world(make_world: Any, lines: Any) -> Any:
    world = make_world("payload")
    faulty: dict[str, bytes] = {}
    for fault in SET_ASIDE:
        world.source(name_of(fault), "csv" if fault in ROWS else "jsonl")
        faulty[name_of(fault)] = file_of(fault)
    for fault, (kind, body, *_) in {**KEPT, **FAILS}.items():
        world.source(name_of(fault), kind, "coverage: snapshot" if kind == "json" else "")
        faulty[name_of(fault)] = body
    for name in ENDS:
        world.source(name, "python", parse=CRASH.replace("HOW", "yield from ()"))
        faulty[name] = b"anything"
    world.source("calm")
    world.source("calm_parquet", "parquet")

    def well(name: str) -> bytes:
        kind = (world.sources / name / "source.yml").read_text().partition("format: ")[2].split()[0]
        rows = [{"id": key, "title": f"Welder {key}"} for key in ("p1", "p2")]
        made = {
            "json": json.dumps(rows).encode(),
            "csv": (HEAD + "p1,Welder,x\np2,Welder,x\n").encode(),
            "python": b"one",
        }
        return made.get(kind) or (parquet(2) if kind == "parquet" else "\n".join(map(json.dumps, rows)).encode())

    names = [*faulty, "calm", "calm_parquet"]
    first = world.run(*(world.put(name, well(name)) for name in names), as_of="2026-01-10")
    assert first.exit_code == 0, first.message
    world.before = {name: world.of(name) for name in names}
    world.landed_before = {name: world.landed(name) for name in names}
    for name, (how, _) in ENDS.items():
        world.source(name, "python", parse=CRASH.replace("HOW", how))
    targets = [world.put(name, body) for name, body in faulty.items()]
    failing = [t for t in targets if t.partition("=")[0] in (*map(name_of, FAILS), *ENDS)]
    digest = world.digest()
    world.alone = world.run(*failing, as_of="2026-01-11")
    world.unchanged = world.digest() == digest
    world.outcome = world.run(
        *targets, world.put("calm", lines(1, 2)), world.put("calm_parquet", parquet(3)), as_of="2026-01-11"
    )
    world.faulty = faulty
    return world


def test_the_well_are_published(world: Any) -> None:
    assert (world.outcome.exit_code, world.outcome.entry["status"]) == (3, "published")
    assert {"1", "2"} <= set(world.keys("calm"))
    assert world.keys("calm_parquet") == ["0", "1", "2"]


@pytest.mark.parametrize("fault", SET_ASIDE)
def test_set_aside(world: Any, fault: str) -> None:
    name, (bad, reason) = name_of(fault), SET_ASIDE[fault]
    [(found, payload)] = world.quarantine(name)
    assert found == reason
    if isinstance(bad, str) and fault != WIDE:
        assert payload == bad
    good = {"23-unclosed-quote": {"1"}, WIDE: set()}.get(fault, {"1", "9"})
    assert set(world.keys(name)) == good | {"p1", "p2"}
    assert world.faulty[name] in world.landed(name).values()
    asked = (
        "SELECT records, quarantined FROM audit.batches WHERE source = ? ORDER BY loaded_at DESC, records DESC LIMIT 1"
    )
    assert world.rows(asked, name) == [(len(good) + 1, 1)]


def test_16_invalid_bytes_are_kept(world: Any) -> None:
    """Text cannot hold them; the table keeps them beside it, and the landing area all of it."""
    bad, _ = LINES["16-cp1252"]
    assert world.rows("SELECT * FROM audit.quarantine WHERE source = ?", name_of("16-cp1252"))
    [body] = [b for b in world.landed(name_of("16-cp1252")).values() if b"caf" in b]
    assert bad in body


@pytest.mark.parametrize("fault", KEPT)
def test_kept(world: Any, fault: str) -> None:
    name, (_, body, postings, records) = name_of(fault), KEPT[fault]
    assert world.quarantine(name) == []
    asked = "SELECT source_key, title FROM curated.postings WHERE source = ? AND source_key NOT LIKE 'p%' ORDER BY 1"
    assert world.rows(asked, name) == postings
    asked = """SELECT r.payload FROM raw.records AS r JOIN raw.captures AS c USING (capture_id)
               WHERE r.source = ? AND c.observed_at >= '2026-01-11' ORDER BY ordinal"""
    assert [payload for (payload,) in world.rows(asked, name)] == records
    assert body in world.landed(name).values()


@pytest.mark.parametrize("fault", FAILS)
def test_source_fails(world: Any, failures: Any, fault: str) -> None:
    name, (_, _, code) = name_of(fault), FAILS[fault]
    assert failures(world.outcome)[name] == code
    assert world.of(name) == world.before[name]


def test_sources_that_fail_alone_publish_nothing(world: Any, failures: Any) -> None:
    assert (world.alone.exit_code, world.alone.entry["status"]) == (3, "failed")
    assert set(failures(world.alone)) == {*map(name_of, FAILS), *ENDS}
    assert world.unchanged


def test_25_a_parser_that_crashes(world: Any, failures: Any) -> None:
    """Three of them, one after the other: each takes its own process along and no other source."""
    told = {each["source"]: each for each in world.outcome.entry["sources_failed"]}
    for name, (_, how) in ENDS.items():
        assert told[name]["code"] == "parser_crash"
        assert how in told[name]["message"]
        assert world.of(name) == world.before[name]
        assert world.faulty[name] in world.landed(name).values()  # the bytes wait for a mended parser
