"""Feeds that are not what they were: columns, types, volumes, pay. One home with a week of history, then one bad day.

A gate holds the day of the source that it is about; everything else is published.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("drift faults")  # what is made for all of them is made once

DAYS = [f"2026-01-0{n}" for n in range(1, 7)]
BAD_DAY = "2026-01-07"
DATED = r"observed_at: '(\d{4}-\d{2}-\d{2})'"
HEAD = "id,title,company\n"

# fault: format, the file of the bad day, the error of its source
FAILS: dict[str, tuple[str, str, str]] = {
    "31-column-missing": ("csv", "id,name,company\n1,Nurse,x\n", "contract"),
    "31-field-missing": ("jsonl", '{"id": 1, "name": "Nurse"}\n{"id": 2, "name": "Cook"}', "contract"),
    "35-columns-that-collide": ("csv", "id,title,company,Title\n1,Nurse,x,y\n", "contract"),
    "35-fields-that-collide": ("jsonl", '{"id": 1, "title": "Nurse", "Title": "Cook"}', "contract"),
}


def feed(count: int, pay: int = 60_000, **more: Any) -> str:
    """A day of a source: so many good records, the same every day."""
    rows = [
        {
            "id": n,
            "title": f"Data Engineer {n}",
            "company": f"Acme {n}",
            "place": "Austin, TX",
            "pay": f"${pay + n * 100} a year",
        }
        for n in range(count)
    ]
    return "\n".join(json.dumps({**row, **more}) for row in rows)


# fault: more of source.yml, the file of the bad day, the check that holds it
HELD: dict[str, tuple[str, str, str]] = {
    "36-null-rate": ("checks: {null_rate: {company: 0.2}}", feed(24, company=None), "contract_null_rate_company"),
    "36-missing-more-than-usual": ("", feed(24, company=None), "missing"),
    "37-too-few": ("", feed(9), "rows"),
    "37-too-many": ("", feed(90), "rows"),
    "39-pay-times-ten": ("", feed(24, pay=600_000), "salary"),
}


def name_of(fault: str) -> str:
    return "f" + fault.replace("-", "_")


@pytest.fixture(scope="module")
def world(make_world: Any, lines: Any) -> Any:
    world = make_world("drift")
    targets: list[str] = []
    for fault, (more, *_) in HELD.items():
        name = world.source(name_of(fault), more=f"{DATED}\n{more}")
        for day in DAYS:
            world.put(name, feed(24), f"{day}.jsonl")
        targets.append(f"{name}={world.inbox / name}")
    csv = HEAD + "1,Nurse,x\n2,Cook,y\n"
    for fault, (kind, *_) in FAILS.items():
        name = world.source(name_of(fault), kind, f"{DATED}\nrequired: [title]")
        targets.append(world.put(name, csv if kind == "csv" else lines(1, 2), f"{DAYS[-1]}.{kind}"))
    for name in ("new_column", "reordered", "ambiguous"):
        world.source(name, "csv", f"{DATED}\nrequired: [title]")
        targets.append(world.put(name, csv, f"{DAYS[-1]}.csv"))
    world.source("late", more=DATED)
    targets.append(world.put("late", lines(1, 2), f"{DAYS[-1]}.jsonl"))
    first = world.run(*targets)
    assert (first.exit_code, first.entry["sources_held"]) == (0, []), first.message
    world.before = {name: world.of(name) for name in map(name_of, (*HELD, *FAILS))}

    late = [json.loads(line) for line in lines(*range(60)).splitlines()]
    late[44]["title"] = {"en": "Data Engineer"}
    late[50]["id"] = {"number": 50}
    world.late = [json.dumps(row) for row in late]
    bad = {
        **{name_of(fault): body for fault, (_, body, _) in {**HELD, **FAILS}.items()},
        "new_column": "id,title,company,benefits\n1,Nurse,x,tea\n2,Cook,y,cake\n",
        "reordered": "company,id,title\nx,1,Nurse\ny,2,Cook\n",
        "ambiguous": "id,title,company,posted\n1,Nurse,x,2025-12-24\n2,Cook,y,03/04/2025\n3,Baker,z,25/12/2025\n",
        "late": "\n".join(world.late),
    }
    targets = [world.put(name, body, f"{BAD_DAY}.txt") for name, body in bad.items()]
    world.outcome = world.run(*targets)
    return world


def test_everything_else_is_published(world: Any) -> None:
    assert (world.outcome.exit_code, world.outcome.entry["status"]) == (3, "published")
    assert world.rows("SELECT max(last_seen)::DATE::VARCHAR FROM curated.postings WHERE source = 'reordered'") == [
        (BAD_DAY,)
    ]


@pytest.mark.parametrize("fault", FAILS)
def test_source_fails(world: Any, failures: Any, fault: str) -> None:
    name = name_of(fault)
    assert failures(world.outcome)[name] == FAILS[fault][2]
    assert world.of(name) == world.before[name]
    assert FAILS[fault][1].encode() in world.landed(name).values()


@pytest.mark.parametrize("fault", HELD)
def test_breaker(world: Any, fault: str) -> None:
    name, (_, body, check) = name_of(fault), HELD[fault]
    [held] = [each for each in world.outcome.entry["sources_held"] if each["source"] == name]
    assert held["day"] == BAD_DAY
    assert check in held["checks"]
    assert world.of(name) == world.before[name]
    assert body.encode() in world.landed(name).values()
    run_id = world.outcome.entry["run_id"]
    told = "SELECT passed, raised, severity FROM audit.checks WHERE run_id = ? AND expectation = ? AND column_name = ?"
    assert world.rows(told, run_id, check, name) == [(False, False, "critical")]


def test_32_a_new_column(world: Any) -> None:
    assert any("new_column" in line and "benefits" in line for line in world.outcome.entry["warnings"])
    assert world.keys("new_column") == ["1", "2"]
    assert [p for (p,) in world.rows("SELECT payload FROM raw.records WHERE source = 'new_column' ORDER BY 1")] == [
        "1,Nurse,x", "1,Nurse,x,tea", "2,Cook,y", "2,Cook,y,cake",
    ]  # fmt: skip
    asked = 'SELECT "new", unchanged, changed FROM audit.batches WHERE source = ? ORDER BY batch_id <> ?, loaded_at DESC LIMIT 1'
    assert world.rows(asked, "new_column", "") == [(0, 2, 0)]


def test_33_a_late_change_of_type(world: Any) -> None:
    assert world.quarantine("late") == [("type", world.late[44]), ("type", world.late[50])]
    assert len(world.keys("late")) == 58


def test_34_columns_in_another_order(world: Any) -> None:
    asked = (
        'SELECT records, "new", unchanged, changed FROM audit.batches WHERE source = ? ORDER BY loaded_at DESC LIMIT 1'
    )
    assert world.rows(asked, "reordered") == [(2, 0, 2, 0)]


def test_38_a_date_that_can_be_read_two_ways(world: Any) -> None:
    assert world.quarantine("ambiguous") == [("ambiguous_date", "2,Cook,y,03/04/2025")]
    asked = "SELECT source_key, posted_on::VARCHAR FROM curated.postings WHERE source = 'ambiguous' ORDER BY 1"
    assert world.rows(asked) == [("1", "2025-12-24"), ("2", None), ("3", "2025-12-25")]
