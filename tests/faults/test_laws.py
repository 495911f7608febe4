"""The laws of a run, on a messy market of a few hundred records: counted in the tables themselves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.xdist_group("laws")  # what is made for all of them is made once

# What a record says and what became of it, without the places it was read from: those move when a file is shuffled.
CONTENTS = {
    "curated.postings": "* EXCLUDE (raw_id, source_file, change_ids)", "curated.versions": "* EXCLUDE (raw_id)",
    "curated.spells": "*", "curated.jobs": "*", "curated.companies": "*",
}  # fmt: skip
EVERYTHING = {
    "curated.postings": "* EXCLUDE (change_ids)", "curated.versions": "*", "curated.spells": "*", "curated.jobs": "*",
    "curated.companies": "*", "curated.sightings": "* EXCLUDE (outcome)", "audit.quarantine": "* EXCLUDE (run_id)",
}  # fmt: skip
KEYS = {
    "raw.captures": "capture_id", "raw.record_index": "raw_id", "curated.postings": "posting_id",
    "curated.versions": "posting_id, valid_from", "curated.sightings": "raw_id", "curated.spells": "posting_id, spell",
    "curated.jobs": "job_id", "curated.companies": "company_id", "audit.batches": "batch_id", "audit.quarantine": "raw_id",
}  # fmt: skip
OUTCOMES = ("new", "unchanged", "changed", "merged", "quarantined")


def digest(world: Any, tables: dict[str, str]) -> dict[str, str]:
    """Each table as one hash, whatever the order of its rows."""
    return {
        name: hashlib.sha256(repr(world.rows(f"SELECT {what} FROM {name} ORDER BY ALL")).encode()).hexdigest()
        for name, what in tables.items()
    }


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tasks.ingest.sources.sample.generate import generate

    folder = tmp_path_factory.mktemp("market") / "market"
    generate(rows=400, seed=5, days=2, out=folder)
    return folder


@pytest.fixture(scope="module")
def world(make_world: Any, market: Path) -> Any:
    world = make_world("laws")
    world.outcome = world.run(f"sample={market}")
    assert world.outcome.exit_code == 0, world.outcome.message
    world.names = sorted(path.name for path in market.glob("sample_*"))
    return world


def test_1_every_record_has_one_outcome(world: Any) -> None:
    sums = ", ".join(f'sum("{name}")::INT' for name in OUTCOMES)
    [(records, *outcomes)] = world.rows(f"SELECT sum(records), {sums} FROM audit.batches")
    assert records == sum(outcomes) > 300
    assert min(outcomes) > 0, "the market has every outcome"
    whole = " + ".join(f'"{name}"' for name in OUTCOMES)
    assert world.rows(f"SELECT batch_id FROM audit.batches WHERE records <> {whole}") == []


def test_1_every_byte_is_of_a_record_or_between_two(world: Any) -> None:
    [(batches, told, landed)] = world.rows("SELECT count(*), count(landed_bytes), sum(landed_bytes) FROM audit.batches")
    assert batches == told > 4
    assert landed == sum(len(body) for name in world.names for body in world.landed(name).values())
    assert world.rows("SELECT batch_id FROM audit.batches WHERE landed_bytes <> record_bytes + between_bytes") == []
    [(texts,)] = world.rows("SELECT sum(record_bytes) FROM audit.batches")
    [(stored,)] = world.rows("SELECT sum(strlen(payload)) FROM raw.records")
    assert texts <= stored <= texts * 1.01  # a text that cannot be stored as it is stands there spelt out


def test_2_every_raw_id_is_in_one_place(world: Any) -> None:
    found = """SELECT raw_id FROM curated.sightings UNION ALL
               SELECT raw_id FROM audit.quarantine WHERE replayed_in IS NULL"""
    assert world.rows(f"SELECT raw_id FROM raw.record_index ANTI JOIN ({found}) USING (raw_id)") == []
    assert world.rows(f"SELECT raw_id FROM ({found}) ANTI JOIN raw.record_index USING (raw_id)") == []
    assert world.rows(f"SELECT raw_id FROM ({found}) GROUP BY raw_id HAVING count(*) <> 1") == []


@pytest.mark.parametrize("table", KEYS)
def test_3_keys_are_unique_by_index_and_by_scan(world: Any, table: str) -> None:
    """Each key is looked up as an index or a zone map would, and counted as a scan does."""
    key = KEYS[table]
    [(rows, distinct)] = world.rows(f"SELECT count(*), count(DISTINCT ({key})) FROM {table}")
    assert rows == distinct > 0
    first = key.split(",")[0]
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        values = con.execute(f"SELECT DISTINCT {first} FROM {table} ORDER BY 1").fetchall()
        for value in values[:: max(1, len(values) // 10)]:
            looked_up = con.execute(f"SELECT count(*) FROM {table} WHERE {first} = ?", value).fetchall()
            scanned = con.execute(f"SELECT count(*) FILTER ({first} || '' = ?) FROM {table}", value).fetchall()
            assert looked_up == scanned
            assert looked_up[0][0] > 0


def test_4_the_ledger_is_as_new_as_what_was_acknowledged(world: Any) -> None:
    """The journal's line is the acknowledgement: what it says was published is in the file, with its batches."""
    lines = (world.warehouse.parent / "journal.jsonl").read_text().splitlines()
    acknowledged = [entry for entry in map(json.loads, lines) if entry["status"] == "published"]
    assert acknowledged
    for entry in acknowledged:
        [(status, records)] = world.rows("SELECT status, records FROM audit.runs WHERE run_id = ?", entry["run_id"])
        assert (status, records) == ("published", entry["counts"]["records"])
        counted = world.rows("SELECT count(*), sum(records) FROM audit.batches WHERE run_id = ?", entry["run_id"])
        assert counted == [(len(entry["batches"]), records)]


def test_5_the_same_again_and_in_another_order(world: Any, market: Path, make_world: Any) -> None:
    before = digest(world, EVERYTHING)
    assert world.run(f"sample={market}").entry["status"] == "unchanged"
    assert digest(world, EVERYTHING) == before
    other = make_world("shuffled")
    pages = [path for path in market.glob("sample_*/*/*") if path.is_file()]
    days = sorted({path.parent.name for path in pages}, reverse=True)
    assert len(days) == 2
    for day in days:  # the newer day first, in each page the last record first
        for path in (path for path in pages if path.parent.name == day):
            copy = other.inbox / day / path.relative_to(market)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(shuffled(path))
        outcome = other.run(f"sample={other.inbox / day}")
        assert outcome.exit_code == 0, outcome.message
    assert digest(other, CONTENTS) == digest(world, CONTENTS)


def shuffled(path: Path) -> bytes:
    """A page with its records in another order, where the format allows to take it apart."""
    body = path.read_bytes()
    if path.suffix == ".jsonl":
        return b"\n".join(reversed(body.rstrip(b"\n").split(b"\n"))) + b"\n"
    return body


def test_6_what_is_published_was_audited(world: Any) -> None:
    """The newest run in the file has its checks beside it, none of them stops, and no other run's half is there."""
    [(run_id,)] = world.rows("SELECT max(run_id) FROM audit.runs WHERE published")
    asked = "SELECT count(*), count(*) FILTER (NOT passed AND (raised OR severity = 'critical')) FROM audit.checks WHERE run_id = ?"
    [(checks, stopping)] = world.rows(asked, run_id)
    assert checks > 50
    assert stopping == 0
    assert world.rows("SELECT DISTINCT run_id FROM audit.batches ANTI JOIN audit.runs USING (run_id)") == []
    assert list(world.warehouse.parent.glob("build-*")) == []


def test_7_every_declared_check_looked_at_something(world: Any) -> None:
    from tasks.validate.gates import SUITES, load_suite

    found = {(suite, name) for suite, name in world.rows("SELECT DISTINCT suite, expectation FROM audit.checks")}
    declared = {(name, entry.name) for name in SUITES for entry in load_suite(name).entries}
    assert len(declared) > 50
    assert declared <= found
    assert world.rows("SELECT suite, expectation FROM audit.checks WHERE raised") == []
    blind = world.rows(
        "SELECT suite, expectation FROM audit.checks WHERE rows = 0 AND severity = 'critical' AND passed"
    )
    assert blind == []


def test_8_replay_from_the_landing_area_reproduces_curated(world: Any, make_world: Any) -> None:
    """Nothing but landed bytes goes in: the files are written anew from them, under their own names."""
    from tasks.ingest.landing import landed, open_capture

    other = make_world("replayed")
    for capture in landed(world.home):
        for name, body in open_capture(world.home, capture):
            path = other.inbox / capture.source / Path(*Path(name).parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    outcome = other.run(f"sample={other.inbox}")
    assert outcome.exit_code == 0, outcome.message
    assert digest(other, EVERYTHING) == digest(world, EVERYTHING)
