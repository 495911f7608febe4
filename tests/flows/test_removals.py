"""What is removed on purpose is gone from every byte below the home, recorded, and nothing else is disturbed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import settings as settings_module
from flows.explain import explain
from flows.forgetting import forget
from flows.quarantine import quarantine
from flows.retention import retain
from tasks.errors import UsageError
from tasks.ingest import landing
from tasks.ingest.source import python_beside

pytestmark = pytest.mark.xdist_group("removals")
Plainly = Callable[..., Any]

WHO = "Jane.Doe+jobs@pier-nine.example"
CALL = "+49 (0)30 9182-736"
# Every way of writing them that is promised; none may be left, whatever case and punctuation.
MENTIONS = [
    "jane.doe+jobs@pier-nine.example", "JANE.DOE+JOBS@PIER-NINE.EXAMPLE", "jane.doe+jobs [at] pier-nine [dot] example",
    "jane dot doe+jobs at pier-nine dot example", "mailto:jane.doe%2Bjobs%40pier-nine.example",
    "jane.doe+jobs&#64;pier-nine.example", "&#106;ane.doe&#43;jobs&#x40;pier-nine&#46;example",
    "+49 30 9182736", "0049309182736", "030/9182736", "(030) 91 82 736", "tel:+49-30-918-2736",
]  # fmt: skip
TRACES = ["pier-nine", "pier_nine", "9182736", "9182-736", "91 82 736", "918-2736"]
HEAD = "id,title,company,place,text\n"
SOURCES = {
    "board": ("csv", "title: title, company: company, locations: place, description: text"),
    "lines": ("jsonl", "title: title, company: company, locations: place, description: text, requisition: phone"),
    "table": ("parquet", "title: title, company: company, locations: place, description: text"),
}


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def make_sources(root: Path) -> Path:
    python_beside.cache_clear()
    for name, (form, columns) in SOURCES.items():
        (root / name).mkdir(parents=True)
        text = f"name: {name}\ntitle: made up\nformat: {form}\nkey: id\ncolumns: {{{columns}}}\nrequired: [title]\n"
        (root / name / "source.yml").write_text(text, encoding="utf-8")
    return root


def make_feeds(root: Path) -> list[str]:
    root.mkdir()
    told = "<p>Write to " + " or ".join(MENTIONS) + ".</p>"
    rows = [f"{i},{title},{company},Oslo,{quoted(told)}\n" for i, title, company in (
        (1, "Nurse", "Clinic"), (2, f"Cook ask {MENTIONS[0]}", "Galley"), (3, "Welder", f"Quay {MENTIONS[2]}"),
        (MENTIONS[1], "Diver", "Quay"))]  # fmt: skip
    (root / f"of {MENTIONS[0]}.csv").write_text(HEAD + "".join(rows) + f"9,Ragged {WHO}\n", encoding="utf-8")
    with gzip.open(root / "packed.csv.gz", "wb") as packed:
        packed.write((HEAD + f"20,Rigger,Mole AG,Bergen,{quoted(told)}\n21,Rigger {WHO}").encode() + b"\xff\n")
    lines = [{"id": 30, "title": "Pilot", "company": "Tug", "place": "Kiel", "text": told, "phone": 49309182736}]
    (root / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)) + f'\n{{"id": "{WHO}\n', encoding="utf-8")
    table = {"id": [str(40 + i) for i in range(3)], "title": ["Clerk"] * 3, "company": ["Mole AG"] * 3,
             "place": ["Bonn"] * 3, "text": [told, "plain", None]}  # fmt: skip
    pq.write_table(pa.table(table), root / "rows.parquet")
    return [f"board={root}/*.csv*", f"lines={root / 'lines.jsonl'}", f"table={root / 'rows.parquet'}"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the first test makes and the others copy."""
    root = tmp_path_factory.mktemp("made")
    return {"sources": make_sources(root / "sources"), "feeds": make_feeds(root / "feeds"), "home": root / "home"}


@pytest.fixture
def home(made: dict[str, Any], tmp_path: Path, plainly: Plainly) -> Path:
    """A home that has read the feeds, and holds mentions in every other place where text ends up."""
    if not made["home"].exists():
        done = plainly(made["home"], *made["feeds"], sources_dir=made["sources"], as_of="2026-01-10")
        assert done.exit_code == 0, done.message
        plant(made["home"])
    shutil.copytree(made["home"], tmp_path / "home")
    return tmp_path / "home"


def plant(home: Path) -> None:
    """Mentions in files that a run of its own would write at other times: refused pages, spools, reports, the journal."""
    told = " | ".join(MENTIONS)
    landing.refuse(home, "board", f"page of {WHO}", f"<html><body>{told}</body></html>".encode())
    for path in (
        "landing/lines/.spool-0918273689abcdef/00112233", "landing/lines/00000.raw",
        "reports/20260110T000000Z-aaaaaa/index.html", "reports/20260110T000000Z-aaaaaa/data_docs/index.html",
        "reports/20260110T000000Z-aaaaaa/traceback.txt", "notes/wide.txt",
    ):  # fmt: skip
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(told.encode("utf-16") if "wide" in path else told.encode())
    with gzip.open(home / "notes" / "log.gz", "wb") as packed:
        packed.write(told.encode())
    with (home / "warehouse" / "journal.jsonl").open("a") as journal:
        journal.write(json.dumps({"run_id": "20260109T000000Z-bbbbbb", "started_at": "2026-01-09T00:00:00+00:00",
                                  "status": "failed", "reason": told, "rulebook_version": "r", "steps": []}) + "\n")  # fmt: skip
    (home / "decisions.csv").write_text(
        f"verdict,posting_a,posting_b,decided_by,decided_on,why\ndifferent,{'a' * 16},{'b' * 16},me,2026-01-10,{quoted(told)}\n",
        encoding="utf-8",
    )


def every_byte(home: Path) -> Iterator[tuple[str, str]]:
    """Every file below the home as text, unpacked, its name included; every value of the databases besides."""
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        name = str(path.relative_to(home))
        yield name, name
        body = path.read_bytes()
        for _ in range(2):
            if body.startswith(b"\x1f\x8b"):
                body = gzip.decompress(body)
            if body.startswith(b"\x28\xb5\x2f\xfd"):
                body = pa.input_stream(io.BytesIO(body), compression="zstd").read()
        yield name, body.decode("latin-1")
        if body.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield name, body.decode("utf-16")
        if body.startswith(b"PAR1"):
            yield name, str(pq.read_table(io.BytesIO(body)).to_pylist())
        if body[8:12] == b"DUCK":
            with duckdb.connect(str(path), read_only=True) as con:
                for (table,) in con.execute(
                    "SELECT database_name || '.' || schema_name || '.' || table_name FROM duckdb_tables()"
                ).fetchall():
                    yield f"{name}:{table}", str(con.execute(f"SELECT * FROM {table}").fetchall())


def traces(home: Path) -> set[tuple[str, str]]:
    """Where a mention is still to be found."""
    return {(place, trace) for place, text in every_byte(home) for trace in TRACES if trace in text.lower()}


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


IDS = """SELECT 'posting', posting_id FROM curated.postings UNION ALL SELECT 'sighting', posting_id FROM curated.sightings
    UNION ALL SELECT 'capture', capture_id FROM raw.captures UNION ALL SELECT 'batch', batch_id FROM audit.batches ORDER BY ALL"""


def test_a_person_is_erased_everywhere(home: Path, made: dict[str, Any], plainly: Plainly) -> None:
    places = {place for place, _ in traces(home)}
    assert any(p.endswith(":winnow.raw.payloads") for p in places)  # the search finds what is there
    assert any(p.endswith(":winnow.audit.quarantine") for p in places)
    assert any(p.endswith(":winnow.curated.companies") for p in places)
    ids, counts = query(home, IDS), query(home, "SELECT source, count(*) FROM raw.record_index GROUP BY 1 ORDER BY 1")
    settings = settings_module.load(str(home))

    before = {p: p.read_bytes() for p in home.rglob("*") if p.is_file() and p.name not in ("journal.jsonl", ".lock")}
    looked = forget(settings, WHO, apply=False)
    assert before == {
        p: p.read_bytes() for p in home.rglob("*") if p.is_file() and p.name not in ("journal.jsonl", ".lock")
    }
    receipts = [forget(settings, WHO, "the keeper"), forget(settings, CALL)]
    assert not traces(home)

    # nothing else is gone
    assert query(home, IDS) == ids
    assert query(home, "SELECT source, count(*) FROM raw.record_index GROUP BY 1 ORDER BY 1") == counts
    payloads = " ".join(row[0] for row in query(home, "SELECT payload FROM raw.payloads"))
    assert payloads.count("[forgotten]") > 20
    assert '"phone": "[forgotten]"' in payloads  # it was a bare number, and is still JSON

    # the receipt names places and amounts, and whoever knows the text can recognise it
    told = json.loads((home / "receipts" / f"{receipts[0]['removal_id']}.json").read_text())
    assert told == receipts[0]
    assert (told["kind"], told["removed_by"], told["complete"], told["left"]) == ("e-mail", "the keeper", True, [])
    assert {p["place"] for p in looked["places"]} == {p["place"] for p in told["places"]}
    assert {p["place"] for p in told["places"]} >= {
        "landing", "landing manifests", "refused", "spool", "drafts", "reports", "data docs", "journal", "verdict notes",
        "other files", "rulebook memory", "raw.payloads", "audit.quarantine", "audit.change_values", "curated.companies",
        "curated.postings",
    }  # fmt: skip
    digest = hashlib.scrypt(WHO.lower().encode(), salt=bytes.fromhex(told["salt"]), n=2**14, r=8, p=1, dklen=32).hex()
    assert told["digest"] == digest
    rows = query(
        home,
        "SELECT place, items, mentions FROM audit.removals WHERE kind = 'forgotten' AND why LIKE 'e-mail%' ORDER BY 1",
    )
    assert rows == sorted((p["place"], p["items"], p["mentions"]) for p in told["places"])

    # later runs go on: the same bytes are known, a replay reads the landing area, a new day is loaded
    assert plainly(home, *made["feeds"], sources_dir=made["sources"], as_of="2026-01-10").exit_code == 0
    assert query(home, IDS) == ids
    again = plainly(home, replay=True, sources_dir=made["sources"])
    assert again.exit_code == 0, again.message
    assert "3 still wait" in again.message
    assert query(home, IDS) == ids
    assert forget(settings, WHO)["places"] == []  # and a second call finds nothing


def test_what_is_no_contact_detail_is_refused_and_not_repeated(home: Path) -> None:
    for text in ("Jane Doe", "@pier-nine.example", "98765", "SELECT 1", ""):
        with pytest.raises(UsageError) as raised:
            forget(settings_module.load(str(home)), text)
        assert raised.value.code == "not_contact_details"
        assert not text or text not in str(raised.value)


def test_raw_payloads_expire_by_age(
    home: Path, made: dict[str, Any], plainly: Plainly, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_module.load(str(home))
    with pytest.raises(UsageError, match="no_policy"):
        retain(settings)
    assert retain(settings, 30)["removals"] == []
    # two sources were fetched forty days ago, one of them keeps its payloads for a year
    old = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    for path in home.glob("landing/[bl]*/[0-9a-f]*/manifest.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"fetched_at": old}))
    for page in home.glob("landing/refused/board/*/manifest.json"):
        os.utime(page, (0, datetime.now(UTC).timestamp() - 40 * 86400))
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb")) as con:
        con.execute("UPDATE raw.captures SET fetched_at = ? WHERE source <> 'table'", [old])
    with (made["sources"] / "lines" / "source.yml").open("a") as config:
        config.write("retention_days: 365\n")
    monkeypatch.setenv("WINNOW_RETENTION_DAYS", "30")
    settings = settings_module.load(str(home))
    ids, texts = query(home, IDS), query(home, "SELECT source, count(payload) FROM raw.records GROUP BY 1 ORDER BY 1")

    looked = retain(settings, sources_dir=str(made["sources"]))
    assert len(list(home.glob("landing/board/*/*.raw"))) == 1
    done = retain(settings, sources_dir=str(made["sources"]), by="the keeper", apply=True)
    told = {(r["place"], r["source"]): r["items"] for r in done["removals"]}
    assert told == {(r["place"], r["source"]): r["items"] for r in looked["removals"]}
    assert told == {
        ("landing", "board"): 2, ("refused", "board"): 1, ("raw.payloads", "board"): 7, ("audit.quarantine", "board"): 2,
    }  # fmt: skip

    # ids, digests and the ledger stay; the bytes are gone, also out of the file's freed pages
    assert query(home, IDS) == ids
    assert query(home, "SELECT source, count(payload) FROM raw.records GROUP BY 1 ORDER BY 1") == [
        ("board", 0), *texts[1:],
    ]  # fmt: skip
    kept = [json.loads(path.read_text()) for path in home.glob("landing/board/*/manifest.json")]
    assert [bool(each["expired"] and each["sha256"]) for each in kept] == [True, True]
    assert not [path for path in home.glob("landing/board/*/*") if path.name != "manifest.json"]
    assert b"Ragged" not in (home / "warehouse" / "winnow.duckdb").read_bytes()
    recorded = query(home, "SELECT place, source, items, why, removed_by FROM audit.removals ORDER BY 1, 2")
    assert ("landing", "board", 2, "30 days", "the keeper") in recorded

    # what waits there can no longer be replayed, and everything says so
    text = quarantine(home / "warehouse" / "winnow.duckdb", None, "board", 20, "table")
    assert "(0 waiting, 0 replayed, 2 expired)" in text
    assert "(expired)" in text
    again = plainly(home, replay=True, sources_dir=made["sources"])
    assert again.exit_code == 0
    assert "2 have expired" in again.message or "expired" in again.entry
    [(posting,)] = query(home, "SELECT posting_id FROM curated.postings WHERE source_key = '1'")
    assert "have expired" in explain(home / "warehouse" / "winnow.duckdb", posting, None)
    [(held,)] = query(home, "SELECT min(raw_id) FROM audit.quarantine WHERE source = 'board'")
    assert "have expired" in explain(home / "warehouse" / "winnow.duckdb", held, None)
    # the same bytes are still known
    assert plainly(home, made["feeds"][0], sources_dir=made["sources"], as_of="2026-01-10").exit_code == 0
    assert query(home, IDS) == ids
