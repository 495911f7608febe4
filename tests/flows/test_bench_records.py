"""The made records of the matching benchmark: as many as asked for, with a truth that matching can be held against."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import bench_records
from flows.bench_matching_speed import load, measure, score
from flows.bench_records import make, recombined
from tasks.dedupe.shingles import shingle

ROWS = 600


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make(ROWS, tmp_path_factory.mktemp("records"))


def table(files: list[Path]) -> pa.Table:
    return pa.concat_tables([pq.read_table(path) for path in files])


def test_as_many_as_asked_for_and_the_same_again(files: list[Path], tmp_path: Path) -> None:
    made = table(files)
    assert made.num_rows == ROWS
    assert table(make(ROWS, tmp_path)).equals(made)
    ids = set(zip(made["source"].to_pylist(), made["source_key"].to_pylist(), strict=True))
    assert len(ids) == ROWS
    assert len(set(made["job"].to_pylist())) < ROWS  # some jobs are posted more than once
    assert len(set(made["job_group"].to_pylist())) < len(set(made["job"].to_pylist()))  # and some have hard negatives
    lengths = [len(text) for text in made["description"].to_pylist()]
    assert 1_000 < sum(lengths) / ROWS < 3_000


def test_another_market_has_other_employers_and_texts_but_the_same_work(files: list[Path]) -> None:
    made = table(files)
    other = recombined(made, 3)
    assert other["titles"].equals(made["titles"])
    assert other["locations"].equals(made["locations"])
    assert not set(other["company"].to_pylist()) & set(made["company"].to_pylist())
    assert not set(other["job"].to_pylist()) & set(made["job"].to_pylist())
    for here, there in zip(made["description"].to_pylist(), other["description"].to_pylist(), strict=True):
        (head, gap, closing), (moved, _, kept) = here.rpartition("\n\n"), there.rpartition("\n\n")
        assert here != there
        assert not gap or (closing == kept and head != moved)  # a notice ends without a closing
        assert len(here) == len(there)
    announced = [shingle(each["description"].combine_chunks()).requisition for each in (made, other)]
    assert sum(number is not None for number in announced[0]) > 20
    said = [(here is None, there is None) for here, there in zip(*announced, strict=True)]
    assert sum(here != there for here, there in said) < 5  # changed letters may chance to announce something


def test_more_than_a_market_is_made_of_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_records, "MARKET", 40)
    monkeypatch.setattr(bench_records, "SLICE", 40)
    made = table(make(100, tmp_path))
    assert made.num_rows == 120
    assert len(set(made["source_key"].to_pylist())) == 120


def test_matching_is_measured_against_the_truth(files: list[Path], tmp_path: Path) -> None:
    warehouse = tmp_path / "made.duckdb"
    load(warehouse, files, ROWS)
    told = measure(warehouse, "500MB", 1)
    assert told["report"]["touched"] == ROWS
    with duckdb.connect(str(warehouse)) as con:
        found = score(con, "curated.job_members")
        assert found["precision"] > 0.95
        assert found["recall"] > 0.9
        con.execute("CREATE TABLE one AS SELECT posting_id, 'all' AS job_id FROM main.truth")
        con.execute("CREATE TABLE each AS SELECT posting_id, posting_id AS job_id FROM main.truth")
        con.execute("CREATE TABLE right_ones AS SELECT posting_id, job AS job_id FROM main.truth")
        assert score(con, "one")["recall"] == 1.0
        assert score(con, "one")["precision"] < 0.01
        assert score(con, "one")["hard_negatives_merged"] == 1.0
        assert score(con, "each")["recall"] == 0.0
        assert score(con, "right_ones")["f1"] == 1.0
