"""Replay knows the records of a capture by a few bytes each, one capture at a time."""

from __future__ import annotations

import shutil
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tasks.ingest import replay
from tasks.ingest.form import SCHEMA
from tasks.run import Run
from warehouse.dictionary import create_all

RECORDS = 2_000  # of each capture
CAPTURES = ("0a", "0b", "0c")


def raw_id(capture: str, ordinal: int) -> str:
    """Spread over all of 64 bits, as digests are."""
    return f"{(ordinal * 0x9E3779B97F4A7C15 + int(capture, 16)) % 2**64:016x}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which record 1 of each capture waits for `a`, record 2 for `b`; 3 was replayed, 4 has expired."""
    path = tmp_path_factory.mktemp("made") / "winnow.duckdb"
    with duckdb.connect(str(path)) as con:
        create_all(con)
        for capture in CAPTURES:
            ids = [raw_id(capture, n) for n in range(RECORDS)]
            batch = pa.table({"raw_id": ids, "ordinal": range(RECORDS)})
            con.register("batch", batch)
            fill(con, "raw.captures", "SELECT 1", capture_id=f"'{capture}'", source="'cove'")
            fill(con, "raw.record_index", "FROM batch", capture_id=f"'{capture}'", raw_id="raw_id", ordinal="ordinal",
                 source_file="'f'", payload_id="md5_number_lower('text ' || ordinal)")  # fmt: skip
            fill(con, "audit.quarantine", "FROM batch WHERE ordinal BETWEEN 1 AND 4", raw_id="raw_id", capture_id=f"'{capture}'",
                 reason="CASE ordinal WHEN 2 THEN 'b' ELSE 'a' END", replayed_in="CASE ordinal WHEN 3 THEN 'x' END",
                 expired_in="CASE ordinal WHEN 4 THEN 'x' END")  # fmt: skip
    return path


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Run:
    """A run in a home with that warehouse."""
    begun = Run("r", tmp_path, "1GB", 1, datetime(2026, 3, 4, tzinfo=UTC), rulebook="r")
    begun.warehouse.parent.mkdir()
    shutil.copy(made, begun.warehouse)
    return begun


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: str, **given: str) -> None:
    """Rows of a table, with something in every other column that must have it."""
    kinds = con.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table}) WHERE \"null\" = 'NO'").fetchall()
    plain = {"VARCHAR": "'x'", "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2026-03-04 00:00:00+00'", "BOOLEAN": "false"}
    values = {name: plain.get(kind, "0") for name, kind in kinds} | given
    told = ", ".join(f'{value} AS "{name}"' for name, value in values.items())
    con.execute(f"INSERT INTO {table} BY NAME SELECT {told} {rows if rows.startswith('FROM') else ''}")


class Reader:
    """Splits a capture into the records that the warehouse knows, and one that it does not."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def split(self, landed: Any, *_: Any) -> Iterator[pa.RecordBatch]:
        for begin in range(0, RECORDS + 1, 800):
            rows = []
            for n in range(begin, min(begin + 800, RECORDS + 1)):
                row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
                text = self.texts.get(f"at_{n}", f"text {n}")
                rows.append(row | {"raw_id": raw_id(landed.capture_id, n), "payload": text, "source_file": "f"})
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def split(run: Run, monkeypatch: pytest.MonkeyPatch, reason: str | None, reader: Reader) -> list[list[str]]:
    """The ids of the records that a replay takes, by capture."""
    landed = lambda _home, _source, name: SimpleNamespace(capture_id=name, files=(), expired=None)  # noqa: E731
    monkeypatch.setattr(replay.landing, "find", landed)
    monkeypatch.setattr(replay, "all_sources", lambda _: {"cove": "cove"})
    monkeypatch.setattr(replay, "capture_row", lambda landed: {"capture_id": landed.capture_id})
    monkeypatch.setattr(replay, "bytes_row", lambda _: {})
    total = replay.split_all(run, reader, replay.waiting_captures(run, reason), reason)  # type: ignore[arg-type]
    files = [run.records / f"{name}.arrow" for name in CAPTURES]
    tables = [pa.ipc.open_file(path).read_all() for path in files if path.exists()]
    assert sum(table.num_rows for table in tables) == total
    return [table["raw_id"].to_pylist() for table in tables]


@pytest.mark.parametrize(("reason", "ordinals"), [(None, (1, 2)), ("a", (1,)), ("b", (2,)), ("c", ())])
def test_what_waits_and_what_is_new_is_tried(
    run: Run, monkeypatch: pytest.MonkeyPatch, reason: str | None, ordinals: tuple[int, ...]
) -> None:
    taken = split(run, monkeypatch, reason, Reader())
    assert taken == ([[raw_id(c, n) for n in (*ordinals, RECORDS)] for c in CAPTURES] if ordinals else [])


@pytest.mark.parametrize(
    ("texts", "moves"),
    [
        ({"at_7": "text 8", "at_8": "text 7"}, True),
        ({"at_7": "new"}, False),
        ({"at_4": "new", "at_2": "text 4"}, False),
    ],
)
def test_a_good_text_that_stands_elsewhere_is_seen(
    run: Run, monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], moves: bool
) -> None:
    taken = split(run, monkeypatch, None, Reader(**texts))
    assert bool(taken) is not moves
    assert len([warning for warning in run.warnings if "now cuts records elsewhere" in warning]) == 3 * moves


def test_a_known_record_takes_a_few_bytes(run: Run) -> None:
    tracemalloc.start()
    try:
        waiting = replay.waiting_captures(run, None)
        assert tracemalloc.get_traced_memory()[0] < 100_000
        known = [replay.known_records(run, each.capture_id, None) for each in waiting[:1]]
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(known[0].ids) == RECORDS
    assert now < 30 * RECORDS
    assert peak < 100 * RECORDS
