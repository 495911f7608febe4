"""What is erased may be larger than memory: it is read in pieces, and what comes out is what the whole would give."""

from __future__ import annotations

import gzip
import io
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.ingest import landing
from tasks.ingest.identities import TOKEN
from tasks.remove import bodies, tables
from tasks.remove import subject as subject_module
from tasks.remove.bodies import erase_body
from tasks.remove.files import erase_files
from tasks.remove.subject import read_subject
from tasks.remove.tables import erase_tables
from warehouse.dictionary import create_all

MAIL, CALL = "jo.doe@pier-nine.example", "415 555 0100"
PAYLOAD_BYTES = 24 * 1024**2
MEMORY_BYTES = 6 * 1024**2
LINE = b'{"id": 1, "text": "a long description of some work", "mail": "nobody"}\n'


@pytest.mark.parametrize("who", [MAIL, CALL])
def test_pieces_give_what_the_whole_gives(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the cuts fall: in a mention, in its surroundings, in a line that decides on quotation marks."""
    monkeypatch.setattr(subject_module, "OVERLAP", 300)
    subject, dice = read_subject(who), random.Random(1)
    parts = [
        who,
        f' "{who}"',
        f": {who},",
        ': "x',
        '\\"',
        "\n",
        "é ",
        "x" * 90,
        "jo",
        "&#106;",
        '": 4155550100, "',
        " at ",
    ]
    mentions = 0
    for _ in range(300):
        text = "".join(dice.choice(parts) for _ in range(100))
        cuts = sorted(dice.randrange(len(text)) for _ in range(8))
        pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        told = list(subject.replace_pieces(pieces))
        assert ("".join(piece for piece, _ in told), sum(n for _, n in told)) == subject.replace(text)
        mentions += sum(n for _, n in told)
    assert mentions > 1000


def opened(path: Path, packed: str) -> Any:
    if packed == "zstd":
        return pa.CompressedOutputStream(str(path), "zstd")
    return path.open("wb") if packed == "plain" else gzip.open(path, "wb", 1)


@pytest.mark.parametrize("packed", ["plain", "gzip", "zstd"])
def test_a_payload_larger_than_the_limit_is_erased_within_it(
    tmp_path: Path, packed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SPOOL_BYTES", 1024**2)
    monkeypatch.setattr(bodies, "PIECE_BYTES", 256 * 1024)
    path = tmp_path / "large"
    ends = LINE.replace(b"nobody", MAIL.encode())
    times = PAYLOAD_BYTES // len(LINE)
    with opened(path, packed) as out:
        out.write(ends)
        for _ in range(times // 1000):
            out.write(LINE * 1000)
        out.write(ends)
    tracemalloc.start()
    with path.open("rb") as body:
        made, count = erase_body(body, read_subject(MAIL))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2
    assert peak < MEMORY_BYTES
    assert made is not None
    with {"plain": lambda b: b, "gzip": bodies.gunzipped, "zstd": bodies.unpacked}[packed](made) as content:
        assert content.seek(0, 2) == 2 * len(ends.replace(MAIL.encode(), TOKEN.encode())) + times // 1000 * 1000 * len(
            LINE
        )


def test_rows_larger_together_than_the_limit_are_erased_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "SLICE_BYTES", 1024**2)
    with duckdb.connect(str(tmp_path / "t.duckdb"), config={"memory_limit": "150MB"}) as con:
        create_all(con)
        con.execute("CREATE TABLE first AS SELECT $1 AS text", [MAIL])
        erase_tables(con, read_subject(MAIL), apply=True)  # what is imported on the way is not measured
        con.execute(
            "CREATE TABLE t AS SELECT i AS id, repeat('work ', 10000) || $1 || i AS payload, [$1] AS list FROM range(400) AS r(i)",
            [f"{MAIL} "],
        )
        tracemalloc.start()
        rows, mentions = erase_tables(con, read_subject(MAIL), apply=True)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (rows["main.t"], mentions["main.t"]) == (400, 800)
        assert peak < 8 * 1024**2  # of 20 MB: a slice as Arrow, as text, and as it is put back
        left = "count(*), count(*) FILTER (contains(t::VARCHAR, $1)), count(DISTINCT id), bool_and(payload LIKE '%] ' || id)"
        assert con.execute(f"SELECT {left} FROM t", [MAIL]).fetchall() == [(400, 0, 400, True)]


def test_a_table_of_parquet_keeps_its_rows_over_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BATCH_ROWS", 7)
    table = pa.table({"id": list(range(100)), "text": [MAIL if n in (3, 99) else f"t{n}" for n in range(100)],
                      "kind": pa.array(["a", "b"] * 50).dictionary_encode()})  # fmt: skip
    packed = io.BytesIO()
    pq.write_table(table, packed, row_group_size=30)
    made, count = erase_body(packed, read_subject(MAIL))
    assert count == 2
    assert made is not None
    read = pq.read_table(made)
    assert read["text"].to_pylist() == [TOKEN if n in (3, 99) else f"t{n}" for n in range(100)]
    assert read["id"].to_pylist() == list(range(100))
    assert read["kind"].type == table["kind"].type


def test_a_character_cut_by_a_piece_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PIECE_BYTES", 7)
    text = ("é€\U0001f600 " * 900) + MAIL + " ü" * 900
    for encoding in ("utf-8", "utf-16", "utf-32"):
        made, count = erase_body(io.BytesIO(text.encode(encoding)), read_subject(MAIL))
        assert made is not None
        made.seek(0)
        assert (made.read().decode(encoding), count) == (text.replace(MAIL, TOKEN), 1)


@pytest.mark.parametrize("magic", [landing.GZIP_MAGIC, bodies.ZSTD_MAGIC, bodies.PARQUET_MAGIC])
def test_what_cannot_be_unpacked_is_named(tmp_path: Path, magic: bytes) -> None:
    """It may hold anything. And a damaged payload does not keep the others from being erased."""
    folder = tmp_path / "landing" / "board" / "0123456789abcdef"
    folder.mkdir(parents=True)
    whole, damaged = MAIL.encode(), magic + b"damaged" + magic
    files = [{"name": name, "stored": f"{n:05d}.raw", "bytes": 0, "sha256": ""} for n, name in enumerate(("a", "b"))]
    (folder / "00000.raw").write_bytes(damaged)
    (folder / "00001.raw").write_bytes(whole)
    told = {"capture_id": folder.name, "source": "board", "url": "", "fetched_at": "2026-01-01T00:00:00+00:00", "status": "file",
            "observed_at": "2026-01-01T00:00:00+00:00", "bytes": 0, "sha256": "", "run_id": "r", "coverage": "partial",
            "files": files}  # fmt: skip
    (folder / landing.MANIFEST).write_text(json.dumps(told))
    (tmp_path / "note.bin").write_bytes(damaged)
    found = erase_files(tmp_path, read_subject(MAIL), "removal-abcdef", apply=True)
    assert [left.partition(" (")[0] for left in found.left] == [f"{folder.name}/00000.raw", "note.bin"]
    assert (folder / "00001-abcdef.raw").read_bytes() == TOKEN.encode()
    assert (folder / "00000.raw").read_bytes() == damaged


def test_in_file_sees_a_mention_over_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_module, "PIECE_BYTES", 10)
    (tmp_path / "f").write_bytes(b"x " * 20 + MAIL.encode())
    assert read_subject(MAIL).in_file(tmp_path / "f")
