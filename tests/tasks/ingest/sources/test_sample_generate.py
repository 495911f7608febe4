"""The market as a whole: size, sameness, history, texts, trend."""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tasks.errors import UsageError
from tasks.ingest.sources.sample.calendar import MONTHS, Window, Year
from tasks.ingest.sources.sample.chance import MARKET, generator
from tasks.ingest.sources.sample.companies import found
from tasks.ingest.sources.sample.dirt import KINDS, MEMBERS, Schedule
from tasks.ingest.sources.sample.generate import generate
from tasks.ingest.sources.sample.jobs import opening

if TYPE_CHECKING:
    from tests.tasks.ingest.sources.conftest import Written
else:
    Written = Any

PROJECT = Path(__file__).parents[4]


def digest(out: Path) -> str:
    """One digest of every file below a folder, names included."""
    total = hashlib.sha256()
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        total.update(path.relative_to(out).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def test_the_market_has_as_many_records_as_asked_for(market: Written) -> None:
    assert market.summary["rows"] == len(market.records) == 9_000
    assert set(market.summary["members"]) == set(MEMBERS)
    assert all(count > 0 for count in market.summary["members"].values())


@pytest.mark.parametrize(("rows", "days"), [(1, 1), (40, 3), (700, 1), (2_500, 30)])
def test_any_size_is_met_to_the_record(tmp_path: Path, rows: int, days: int) -> None:
    summary = generate(rows, 3, days, tmp_path / "out")
    assert summary["rows"] == rows


def test_every_record_has_one_row_of_truth_and_every_file_is_named(market: Written) -> None:
    places = Counter((r["source_file"], r["ordinal"]) for r in market.records)
    assert max(places.values()) == 1
    files = {p.relative_to(market.out).as_posix() for p in market.out.glob("sample_*/*/*")}
    assert files == {r["source_file"] for r in market.records}
    highest: dict[str, int] = defaultdict(int)
    for record in market.records:
        highest[record["source_file"]] = max(highest[record["source_file"]], record["ordinal"])
    assert sum(n + 1 for n in highest.values()) == len(market.records)


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tasks.ingest.sources.sample.generate import generate;"
        "generate(1500, 11, 4, Path(sys.argv[1]))"
    )
    seen = set()
    for n, hash_seed in enumerate(("0", "4242")):
        out = tmp_path / str(n) / "out"
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": ("UTC", "Pacific/Apia")[n]}
        subprocess.run([sys.executable, "-c", code, str(out)], check=True, cwd=PROJECT, env=environment)
        seen.add(digest(out))
    assert len(seen) == 1
    generate(1500, 12, 4, tmp_path / "other")
    assert digest(tmp_path / "other") not in seen


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"rows": 0}, "sample_arguments"),
        ({"days": 0}, "sample_arguments"),
        ({"seed": -1}, "sample_arguments"),
        ({"mishaps": ("earthquake",)}, "sample_arguments"),
    ],
)
def test_senseless_arguments_are_refused(tmp_path: Path, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        generate(**{"rows": 10, "seed": 1, "days": 1, "out": tmp_path / "out", **arguments})
    assert caught.value.code == code
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(UsageError) as caught:
        generate(10, 1, 1, tmp_path)
    assert caught.value.code == "not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["precious.txt"]


def test_every_kind_of_dirt_occurs_but_the_largest(market: Written) -> None:
    seen = {r["trouble"] for r in market.records}
    assert {k.name for k in KINDS} - seen <= {"oversize", "separator", "injection"}


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("scope", ["record", "posting", "page", "change"])
def test_dirt_comes_at_its_rate(member: str, scope: str) -> None:
    ticks = 400_000
    schedule = Schedule(member, scope, ticks, seed=1)
    came = Counter(kind.name for _ in range(ticks) if (kind := schedule.tick()))
    for kind in KINDS:
        if kind.scope == scope and member in kind.boards:
            due = ticks / (kind.one_in + 0.5)
            assert abs(came.pop(kind.name, 0) - due) < 6 * due**0.5 + 2, kind.name
    assert not came


def test_a_posting_is_one_key_and_has_one_speaking_record_a_capture(market: Written) -> None:
    speaking = Counter(
        (r["member"], r["day"], r["posting_key"])
        for r in market.records
        if r["outcome"] not in ("merged", "quarantined")
    )
    assert max(speaking.values()) == 1
    first: dict[tuple[str, str], str] = {}
    version: dict[tuple[str, str], int] = {}
    rows = [r for r in market.records if r["outcome"] not in ("merged", "quarantined")]
    for r in sorted(rows, key=lambda r: r["day"]):
        key = r["member"], r["posting_key"]
        assert r["outcome"] == (
            "new" if key not in first else "unchanged" if version[key] == r["version"] else "changed"
        )
        first.setdefault(key, r["outcome"])
        version[key] = r["version"]
    assert version == {(v["member"], v["posting_key"]): v["version"] for v in market.versions if v["newest"]}


def test_spells_are_the_stretches_of_captures_with_a_good_record(market: Written) -> None:
    days = sorted({r["day"] for r in market.records})
    seen: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for r in market.records:
        if r["outcome"] != "quarantined" and r["member"] != "sample_notices":
            seen[r["member"], r["posting_key"]].add(r["day"])
    for key, listed in seen.items():
        spells = [s for s in market.spells if (s["member"], s["posting_key"]) == key]
        covered = {d for s in spells for d in days if s["opened"] <= d <= s["last_seen"]}
        assert covered == listed
        for s in spells:
            after = days[days.index(s["last_seen"]) + 1 :]
            assert s["closed"] == (after[0] if after else None)
    assert any(s["spell"] == 1 for s in market.spells), "some posting comes back"
    assert any(s["closed"] for s in market.spells), "some posting closes"


def test_jobs_are_posted_again_and_on_other_boards(market: Written) -> None:
    boards: dict[int, list[str]] = defaultdict(list)
    for v in market.versions:
        if v["newest"]:
            boards[v["job"]].append(v["member"])
    assert any(len(set(members)) > 1 for members in boards.values())
    assert any(len(members) > len(set(members)) for members in boards.values())
    assert {j["job"]: j["postings"] for j in market.jobs} == {job: len(members) for job, members in boards.items()}
    groups = Counter(j["job_group"] for j in market.jobs)
    assert max(groups.values()) > 1, "some jobs share a text"


def test_ids_keep_leading_zeros_and_go_beyond_what_a_float_can_tell(market: Written) -> None:
    keys = {v["posting_key"] for v in market.versions}
    assert any(k.startswith("0") for k in keys)
    assert any(k.isdigit() and int(k) > 2**53 for k in keys)


def test_texts_have_the_length_of_real_ones_and_differ(market: Written) -> None:
    lines = [
        line
        for path in market.out.glob("sample_fjord/*/*")
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    assert 1_500 < statistics.median(map(len, lines)) < 2_600
    texts = {line.split('"text":', 1)[-1][:800] for line in lines}
    keys = {v["posting_key"] for v in market.versions if v["member"] == "sample_fjord"}
    jobs = {v["job"] for v in market.versions if v["member"] == "sample_fjord"}
    assert len(texts) > 0.8 * len(jobs)
    assert len(keys) >= len(jobs) * 0.9


def test_deep_learning_loses_a_third_of_its_share_while_all_hiring_halves_and_recovers() -> None:
    year = Year(Window(240, 1))
    share: dict[int, list[bool]] = defaultdict(list)
    for number in range(9_000):
        chance = generator(1, MARKET, number)
        job = opening(number, found(1, number % 50), year, chance)
        share[year.window.date(0).toordinal() + job.opened].append(job.deep_learning)
    by_month: dict[int, list[bool]] = defaultdict(list)
    for day, found_deep in share.items():
        if date.fromordinal(day).year == 2020:
            by_month[date.fromordinal(day).month] += found_deep
    before = statistics.mean(by_month[1] + by_month[2])
    after = statistics.mean(by_month[7] + by_month[8])
    assert 0.04 < before < 0.14
    assert abs(after / before - MONTHS[7][1]) < 0.2
    assert len(by_month[4]) < 0.65 * len(by_month[2])
