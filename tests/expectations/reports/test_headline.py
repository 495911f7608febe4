"""Sentences of the reports: what happened, what to do next, why a record was set aside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.reports.headline import next_steps, reason_says, reasons, sentence, status_of, why_of
from expectations.reports.page import percent, seconds
from tasks.validate.mask import REASONS

TASKS = Path(__file__).parents[3] / "tasks"
NAMED = re.compile(
    r"""(?:Rejection|Refused|RefusedError)\(\s*"([a-z_]+)"|Record\([^()]{0,60}None,\s*"([a-z_]+)"
    |reason,\sdetail\s=\s"([a-z_]+)"|faults\[place\]\s=\s\("([a-z_]+)"
    |reasons\[place\],\sdetails\[place\]\s=\s"([a-z_]+)"|return\s"([a-z_]+)",\sf?["{a-z]""",
    re.VERBOSE,
)


def reasons_in_code() -> set[str]:
    """Every reason for which splitting or cleaning sets a record aside, as written in the code."""
    found = set(REASONS)
    for folder in ("ingest", "clean"):
        for path in (TASKS / folder).glob("*.py"):
            for groups in NAMED.findall(path.read_text(encoding="utf-8")):
                found |= {name for name in groups if name}
    return found


def test_every_reason_is_explained() -> None:
    named = reasons_in_code()
    assert len(named) > 15
    assert sorted(named - set(reasons())) == []
    assert all(row["meaning"].endswith(".") and row["helps"].endswith(".") for row in reasons().values())
    assert "No explanation" in reason_says("brand_new")["meaning"]


@pytest.mark.parametrize(
    ("counts", "sources", "said"),
    [
        ((0, 0, 0, 0, 0, 0), 3, "No record was loaded."),
        ((1, 1, 0, 0, 0, 0), 1, "1 record came in from 1 source: 1 new."),
        ((1200, 1000, 0, 150, 0, 50), 0, "1,200 records came in: 1,000 new, 150 changed and 50 set aside."),
    ],
)
def test_the_run_in_a_sentence(counts: tuple[int, ...], sources: int, said: str) -> None:
    names = ("records", "new", "unchanged", "changed", "merged", "quarantined")
    assert sentence(dict(zip(names, counts, strict=True)), sources) == said


def test_nothing_to_do_after_a_clean_run() -> None:
    assert next_steps({"status": "published"}, [], [{"passed": True, "severity": "critical"}]) == []


def test_refused_non_postings_are_nothing_to_do() -> None:
    assert next_steps({"status": "published"}, [{"reason": "not_a_posting_reply", "n": 9}], []) == []
    steps = next_steps({"status": "published"}, [{"reason": "json", "n": 1}], [])
    assert [step.command for step in steps] == ["winnow replay --reason json"]
    assert steps[0].text.startswith("1 record that may be")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            {"shape": 1},
            "1 record that may be a posting was set aside, as “shape”. When the cause is mended, take it in:",
        ),
        ({"shape": 5}, "5 records that may be postings were set aside, all as “shape” (5)."),
        ({"shape": 2, "encoding": 1}, "3 records that may be postings were set aside, most often as “shape” (2)."),
    ],
)
def test_what_was_set_aside_is_told_in_a_sentence(rows: dict[str, int], said: str) -> None:
    steps = next_steps({"status": "published"}, [{"reason": r, "n": n} for r, n in rows.items()], [])
    assert [step.text.startswith(said) for step in steps] == [True], steps


def test_a_command_never_carries_a_hostile_reason() -> None:
    steps = next_steps({"status": "published"}, [{"reason": "x; rm -rf /", "n": 2}], [])
    assert [step.command for step in steps] == ["winnow replay"]


def test_why_leaves_out_what_the_page_says_anyway() -> None:
    told = "gate: run 2021-x was stopped: raw.x failed. See /home/reports/2021-x/index.html; the last published version is untouched"
    assert why_of({"reason": told}) == "raw.x failed."
    assert why_of({"reason": "disk_full: no room"}) == "disk_full: no room"
    assert why_of({}) == ""


def test_what_is_told_for_information_is_nothing_to_do() -> None:
    assert next_steps({"status": "published"}, [], [{"passed": False, "severity": "info"}]) == []
    [step] = next_steps({"status": "published"}, [], [{"passed": False, "severity": "warning"}])
    assert step == ("1 check warned.", None, "checks")


def test_a_source_that_failed_or_is_held_is_told() -> None:
    run = {
        "status": "published",
        "sources_failed": [{"source": "muse", "message": "no answer."}],
        "sources_held": [{"source": "board", "reason": "9 records on 2021-01-01; usual 900"}],
    }
    tripped = {
        "suite": "sources",
        "expectation": "rows",
        "column_name": "board",
        "passed": False,
        "severity": "critical",
    }
    assert "held back" in status_of(run).says
    assert [step.text for step in next_steps(run, [], [tripped])] == [
        "The source muse failed: no answer. The next run tries again.",
        "The source board is held: 9 records on 2021-01-01; usual 900.",
    ]


@pytest.mark.parametrize(
    ("command", "again"), [("winnow run a=b", "winnow run a=b"), ("flow", "winnow run"), (None, "winnow run")]
)
def test_a_stopped_run_is_run_again(command: str | None, again: str) -> None:
    steps = next_steps({"status": "stopped", "command": command}, [], [])
    assert [step.command for step in steps] == [again]


def test_an_unknown_status_is_bad() -> None:
    assert status_of({"status": "exploded"}).tone == "bad"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 5, "0%"),
        (5, 5, "100%"),
        (1, 3, "33.3%"),
        (1, 1000, "0.10%"),
        (1, 10**6, "<0.01%"),
        (99999, 10**5, ">99.9%"),
        (1, 0, "–"),
        (None, 1, "–"),
    ],
)
def test_percentages(part: float | None, whole: float, said: str) -> None:
    assert percent(part, whole) == said


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (0.4, "0.40 s"), (12.2, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(value: float | None, said: str) -> None:
    assert seconds(value) == said
