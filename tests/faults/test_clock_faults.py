"""Duplicates and clocks: what is said twice, out of order, in no zone, or by a clock that went back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("clock faults")  # what is made for all of them is made once

DATED = r"observed_at: '(\d{4}-\d{2}-\d{2})'"
DAY = "2026-11-10"
OLDER = {"id": 1, "title": "Junior Nurse", "company": "Acme", "posted": "2026-11-02"}
NEWER = {"id": 1, "title": "Senior Nurse", "company": "Acme", "posted": "2026-11-05"}

# posted_on as written: whether only a zone makes a day of it, and the day
TIMES: dict[str, tuple[str, bool, str]] = {
    "1": ("2026-03-29T02:30:00", True, "2026-03-29"),  # skipped in Paris
    "2": ("2026-10-25 02:30", True, "2026-10-25"),  # there twice
    "3": ("2026-05-05T23:59:59.5", True, "2026-05-05"),
    "4": ("2026-10-25T02:30:00+01:00", False, "2026-10-25"),
    "5": ("2026-05-05T23:30:00Z", False, "2026-05-05"),
    "6": ("2026-05-05", False, "2026-05-05"),
    "7": ("2026-05-05T00:00:00.000", False, "2026-05-05"),  # a day, as many exports write it
}


def written(*records: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, records))


@pytest.fixture(scope="module")
def world(make_world: Any, lines: Any, monkeymodule: pytest.MonkeyPatch) -> Any:
    """Two runs: the first by a clock that is an hour ahead, the second by a clock that was set right."""
    from flows import running

    world = make_world("clock")
    for name in (
        "older_first",
        "newer_first",
        "older_came_first",
        "newer_came_first",
        "no_key",
        "two_forms",
        "future",
        "late",
    ):
        world.source(name, more=DATED)
    world.source("twice", more=f"{DATED}\ncapture_by: folder")
    world.source("no_zone", more=DATED)
    world.source("paris", more=f"{DATED}\ntimezone: Europe/Paris")
    world.source("clock")
    times = [
        {"id": key, "title": f"Cook {key}", "company": "Acme", "posted": text} for key, (text, *_) in TIMES.items()
    ]
    world.put("twice", lines(1, 2, 3), f"{DAY}-a.jsonl")
    world.put("twice", lines(1, 2, 3), f"{DAY}-b.jsonl")
    first = {
        "older_first": written(OLDER, NEWER), "newer_first": written(NEWER, OLDER),
        "older_came_first": written(OLDER), "newer_came_first": written(NEWER),
        "no_key": '{"id": null, "title": "Nurse"}\n{"title": "Cook"}\n{"id": "1", "title": "Baker"}',
        "two_forms": '{"id": "caf\\u00e9", "title": "Nurse"}\n{"id": "cafe\\u0301", "title": "Nurse"}\n{"id": "cafe", "title": "Cook"}',
        "future": written({**OLDER, "posted": "2027-05-01"}, {**NEWER, "id": 2, "posted": "2026-11-11"}),
        "late": lines(1, 2), "no_zone": written(*times), "paris": written(*times),
    }  # fmt: skip
    targets = [world.put(name, body, f"{DAY}.jsonl") for name, body in first.items()]
    now = datetime.now(UTC)
    monkeymodule.setattr(running, "wall_clock", lambda: now + timedelta(hours=1))
    world.first = world.run(*targets, f"twice={world.inbox / 'twice'}", world.put("clock", written(OLDER)))
    assert world.first.exit_code == 0, world.first.message
    world.seen_first = world.rows("SELECT last_seen FROM curated.postings WHERE source = 'clock'")[0][0]

    second = {
        "older_came_first": (written(NEWER), f"{DAY}-later.jsonl"), "newer_came_first": (written(OLDER), f"{DAY}-later.jsonl"),
        "late": ('{"id": 1, "title": "Trainee"}\n{"id": 3, "title": "Baker"}', "2026-11-03.jsonl"),
    }  # fmt: skip
    targets = [world.put(name, body, file) for name, (body, file) in second.items()]
    monkeymodule.setattr(running, "wall_clock", lambda: datetime.now(UTC))
    world.second = world.run(*targets, world.put("clock", written(NEWER)))
    assert world.second.exit_code == 0, world.second.message
    return world


def counts(world: Any, name: str) -> tuple[int, ...]:
    sums = ", ".join(
        f'sum("{each}")::INT' for each in ("records", "new", "unchanged", "changed", "merged", "quarantined")
    )
    return world.rows(f"SELECT {sums} FROM audit.batches WHERE source = ?", name)[0]


def test_40_the_same_page_twice(world: Any) -> None:
    assert counts(world, "twice") == (6, 3, 0, 0, 3, 0)
    assert world.keys("twice") == ["1", "2", "3"]


def test_41_the_newest_speaks(world: Any) -> None:
    """In one file or in two captures of one moment, in either order."""
    for name in ("older_first", "newer_first", "older_came_first", "newer_came_first"):
        asked = "SELECT titles[1], posted_on::VARCHAR FROM curated.postings WHERE source = ?"
        assert world.rows(asked, name) == [("Senior Nurse", "2026-11-05")], name
        assert counts(world, name) == (2, 1, 0, 0, 1, 0), name
        asked = "SELECT count(*) FROM curated.versions JOIN curated.postings AS p USING (posting_id) WHERE p.source = ?"
        assert world.rows(asked, name) == [(1,)], name


def test_42_no_key(world: Any) -> None:
    assert world.quarantine("no_key") == [
        ("null_key", '{"id": null, "title": "Nurse"}'), ("null_key", '{"title": "Cook"}'),
    ]  # fmt: skip
    assert world.keys("no_key") == ["1"]


def test_43_one_key_in_two_normal_forms(world: Any) -> None:
    assert counts(world, "two_forms") == (3, 2, 0, 0, 1, 0)
    assert world.rows("SELECT count(*) FROM curated.postings WHERE source = 'two_forms'") == [(2,)]


def test_44_a_date_in_the_future(world: Any) -> None:
    assert world.quarantine("future") == [("future_date", json.dumps({**OLDER, "posted": "2027-05-01"}))]
    assert world.keys("future") == ["2"]


def test_45_a_time_without_a_zone(world: Any) -> None:
    waiting = [json.loads(payload)["id"] for reason, payload in world.quarantine("no_zone") if reason == "timezone"]
    assert waiting == [key for key, (_, unclear, _) in TIMES.items() if unclear]
    assert world.keys("no_zone") == [key for key, (_, unclear, _) in TIMES.items() if not unclear]
    assert world.quarantine("paris") == []
    asked = "SELECT source_key, posted_on::VARCHAR FROM curated.postings WHERE source = ? ORDER BY 1"
    assert world.rows(asked, "paris") == [(key, day) for key, (_, _, day) in TIMES.items()]


def test_46_the_clock_goes_back(world: Any) -> None:
    first, second = world.first.entry, world.second.entry
    assert first["started_at"] < second["started_at"]
    assert first["run_id"] < second["run_id"]
    assert any("clock" in line for line in second["warnings"])
    assert not any("clock says" in line for line in first["warnings"])
    [(title, first_seen, last_seen)] = world.rows(
        "SELECT titles[1], first_seen, last_seen FROM curated.postings WHERE source = 'clock'"
    )
    assert title == "Senior Nurse"  # what was fetched last is the newest, whatever the clock said
    assert first_seen == world.seen_first < last_seen
    assert world.rows("SELECT run_id FROM audit.batches ORDER BY loaded_at DESC LIMIT 1") == [(second["run_id"],)]


def test_47_a_late_record(world: Any) -> None:
    asked = """SELECT source_key, titles[1], first_seen::DATE::VARCHAR, last_seen::DATE::VARCHAR
               FROM curated.postings WHERE source = 'late' ORDER BY 1"""
    assert world.rows(asked) == [
        ("1", "Data Engineer 1", "2026-11-03", DAY), ("2", "Data Engineer 2", DAY, DAY), ("3", "Baker", "2026-11-03", "2026-11-03"),
    ]  # fmt: skip
    asked = """SELECT v.title, v.valid_from::DATE::VARCHAR, v.valid_to::DATE::VARCHAR FROM curated.versions AS v
               JOIN curated.postings AS p USING (posting_id) WHERE p.source = 'late' AND source_key = '1' ORDER BY 2"""
    assert world.rows(asked) == [("Trainee", "2026-11-03", DAY), ("Data Engineer 1", DAY, None)]
