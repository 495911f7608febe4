"""The history of daily feeds agrees, row by row, with what a second reading of the same files says."""

from __future__ import annotations

import json
import os
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from flows.bench_history import compare, load_days, show, truth

SIMPLIFY = [
    "2023-09-01",
    "2023-11-30",
    "2024-03-27",
    "2024-05-20",
    "2024-06-18",
    "2024-06-19",
    "2024-06-22",
    "2024-06-24",
    "2024-06-28",
    "2024-07-10",
    "2024-08-30",
    "2024-10-25",
]
AMBICUITY = [
    "2026-01-17",
    "2026-01-21",
    "2026-03-02",
    "2026-03-06",
    "2026-05-17",
    "2026-05-20",
    "2026-05-21",
    "2026-05-22",
    "2026-05-23",
]
PACKS = {
    "simplify": ("simplify_newgrad_listings_daily_2023-09_2024-10.tar.zst", SIMPLIFY),
    "ambicuity": ("ambicuity_newgrad_jobs_daily_2026-01_2026-05.tar.zst", AMBICUITY),
}


def unpack(source: str, folder: Path) -> Path:
    """The chosen days of a pack of real files; the test is skipped where there are none."""
    shared = os.environ.get("WINNOW_SHARED")
    if not shared:
        pytest.skip("WINNOW_SHARED is not set: no real feeds to read")
    name, days = PACKS[source]
    folder.mkdir()
    with (
        pa.input_stream(str(Path(shared, "data", "snapshots", name)), compression="zstd") as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        for member in archive:
            file = archive.extractfile(member) if Path(member.name).stem in days else None
            if file is not None:
                (folder / Path(member.name).name).write_bytes(file.read())
    assert len(list(folder.iterdir())) == len(days)
    return folder


def agrees(warehouse: Path, folder: Path, source: str, in_order: bool = True) -> bool:
    """Whether every table of history is what the files say; if not, the first rows that differ are printed."""
    results = compare(warehouse, folder, source, in_order)
    print("\n".join(show(results, 5)))
    assert all(result.expected for result in results)
    return not any(result.differing for result in results)


@pytest.mark.shared
@pytest.mark.parametrize("scattered", [False, True], ids=["in_order", "scattered"])
def test_listings_that_go_close_and_return(tmp_path: Path, scattered: bool) -> None:
    folder = unpack("simplify", tmp_path / "days")
    told = truth().history(folder, "simplify")
    assert told.unproven == [date(2024, 6, 24), date(2024, 6, 28)]  # 34 listings after 731, then 226
    assert sum(told.reposts().values()) > 200
    assert sum(spell.closed == spell.opened for spell in told.spells.values()) > 100  # first met as closed
    warehouse = load_days(folder, "simplify", tmp_path / "home", runs=3, scattered=scattered)
    assert agrees(warehouse, folder, "simplify", in_order=not scattered)


@pytest.mark.shared
def test_postings_that_vanish_drift_and_share_an_id(tmp_path: Path) -> None:
    folder = unpack("ambicuity", tmp_path / "days")
    told = truth().history(folder, "ambicuity")
    assert sum(counts["merged"] for counts in told.days.values()) > 300
    assert sum(told.reposts().values()) > 50
    warehouse = load_days(folder, "ambicuity", tmp_path / "home", runs=3)
    assert agrees(warehouse, folder, "ambicuity")


def listing(key: str, active: bool = True, title: str = "Harbour Pilot", posted: int = 1_700_000_000) -> dict[str, Any]:
    """A made-up record in the shape of the simplify feed."""
    return {
        "id": key, "title": f"{title} {key}", "company_name": "Nordkai", "locations": ["Bergen, Norway"], "active": active,
        "url": f"https://nordkai.example/{key}", "date_posted": posted, "date_updated": posted, "is_visible": True,
        "source": "x", "company_url": "", "sponsorship": "",
    }  # fmt: skip


MADE_UP = [
    [listing(key) for key in "abcdef"] + [listing("s", active=False)],
    [listing(key) for key in "acdef"] + [listing("s", active=False), listing("t", active=False)],  # b is gone
    [listing("a"), listing("a", title="Rope Analyst")],  # one of seven is left, twice: closes nothing
    [listing(key) for key in "abcde"] + [listing("s"), listing("t", active=False)],  # b is back, s opens, f is gone
    [listing(key) for key in "bcde"]
    + [listing("a", title="Tug Master"), listing("a", posted=1_700_100_000), listing("s")],
    [listing(key) for key in "abcdef"] + [listing("s", active=False), listing("t")],
]


def made_up_days(folder: Path) -> Path:
    """Six days on which everything happens."""
    folder.mkdir()
    for number, records in enumerate(MADE_UP, start=1):
        (folder / f"2024-02-0{number}.json").write_text(json.dumps(records), encoding="utf-8")
    return folder


@pytest.mark.parametrize("runs", [1, 3])
def test_made_up_days(tmp_path: Path, runs: int) -> None:
    folder = made_up_days(tmp_path / "days")
    warehouse = load_days(folder, "simplify", tmp_path / "home", runs)
    assert agrees(warehouse, folder, "simplify")
    told = truth().history(folder, "simplify")
    assert told.unproven == [date(2024, 2, 3)]
    assert {key: count for key, count in told.reposts().items() if count} == {"b": 1, "f": 1, "s": 1, "t": 1}


def test_a_falsified_history_is_noticed(tmp_path: Path) -> None:
    folder = made_up_days(tmp_path / "days")
    warehouse = load_days(folder, "simplify", tmp_path / "home")
    with duckdb.connect(str(warehouse)) as con:
        con.execute("UPDATE curated.spells SET closed_at = NULL WHERE spell = 1 AND closed_at IS NOT NULL")
        con.execute("DELETE FROM curated.versions WHERE valid_to IS NOT NULL")
    differing = {result.table for result in compare(warehouse, folder, "simplify") if result.differing}
    assert differing == {"spells", "versions"}
