"""A source that a gate holds: the others are published, a person may accept it, and a later day goes its own way."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from prefect import Task

from flows import accept, pipeline, steps
from flows.mutants import DATA, make_history
from flows.mutants_feed import Board, as_csv
from flows.mutants_ways import corrupt
from flows.running import Outcome, Request, conduct
from tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OTHER = """
name: other
title: Another feed
format: csv
key: id
columns: {title: title, company: company}
checks: {rows: [1, 10], null_rate: {title: 0.5}}
"""
OTHER_ROWS = "id,title,company\n1,Nurse,County Hospital\n2,Data Engineer,Acme\n"
TENFOLD = [{"way": "scale", "columns": ["pay_min", "pay_max"], "by": 10}]
UNTITLED = [{"way": "null", "columns": ["title"], "share": 0.33}]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Board]:
    """A home with a week of one source, and the board on its last day."""
    home = tmp_path_factory.mktemp("past") / "home"
    return home, make_history(home)


@pytest.fixture
def home(past: tuple[Path, Board], tmp_path: Path) -> Path:
    """A copy of that home, with the folders of two sources beside it."""
    shutil.copytree(past[0], tmp_path / "home")
    shutil.copytree(DATA / "steady", tmp_path / "sources" / "steady")
    (tmp_path / "sources" / "other").mkdir()
    (tmp_path / "sources" / "other" / "source.yml").write_text(OTHER, encoding="utf-8")
    (tmp_path / "other-2026-03-10.csv").write_text(OTHER_ROWS, encoding="utf-8")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def without_prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The steps as plain functions: the same path, and no server to start."""
    for name, value in list(vars(steps).items()):
        if isinstance(value, Task):
            monkeypatch.setattr(steps, name, value.fn)
    return


def do(home: Path, walk: Callable[..., None], targets: list[str], **more: Any) -> Outcome:
    return conduct(Request(targets, str(home), str(home.parent / "sources"), **more), walk)


def day(home: Path, board: Board, ways: list[dict[str, Any]] | None = None) -> str:
    """A day's file as a target, corrupted in some ways."""
    path = home.parent / f"steady-{board.day}.csv"
    path.write_bytes(corrupt(board, ways) if ways else as_csv(board.rows))
    return f"steady={path}"


def rows(home: Path, query: str) -> list[Any]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


LOADED = "SELECT source, count(*) FROM audit.batches GROUP BY source ORDER BY source"
HELD = "SELECT source, checks, released_in, accepted_by IS NOT NULL, accepted_why FROM audit.held ORDER BY run_id"


def test_a_held_source_lets_the_others_through_and_is_accepted_by_a_person(
    home: Path, past: tuple[Path, Board]
) -> None:
    tomorrow = past[1].tomorrow(5)
    other = f"other={home.parent / 'other-2026-03-10.csv'}"
    first = do(home, pipeline.walk, [day(home, tomorrow, TENFOLD), other])
    assert (first.exit_code, first.entry["status"]) == (3, "published")
    assert rows(home, LOADED) == [("other", 1), ("steady", 8)]
    [held] = first.entry["sources_held"]
    run_id = first.entry["run_id"]
    assert held["source"] == "steady"
    assert "salary: expected" in held["reason"]
    assert held["commands"] == {
        "look": f"winnow report {run_id}",
        "accept": f'winnow accept {run_id} steady --reason "..."',
        "replay": f"winnow replay --held {run_id}",
    }
    assert rows(home, HELD) == [("steady", ["salary", "changed"], None, False, None)]
    assert rows(home, "SELECT count(*) FROM raw.captures WHERE source = 'steady'") == [(8,)]
    [capture] = held["captures"]
    assert (home / "landing" / "steady" / capture["capture_id"] / "manifest.json").is_file()

    again = do(home, accept.walk, [], held_in=run_id)  # judged anew, without anybody's word
    assert (again.exit_code, again.entry["status"]) == (1, "stopped")
    assert rows(home, LOADED) == [("other", 1), ("steady", 8)]

    accepted = do(home, accept.walk, ["steady"], held_in=run_id, reason="the market moved")
    assert (accepted.exit_code, accepted.message.split(":")[0]) == (0, "published 220 records")
    assert rows(home, LOADED) == [("other", 1), ("steady", 9)]
    assert rows(home, HELD)[0] == ("steady", ["salary", "changed"], accepted.entry["run_id"], True, "the market moved")
    told = rows(
        home,
        f"""SELECT expectation, severity, passed FROM audit.checks
            WHERE run_id = '{accepted.entry["run_id"]}' AND expectation IN ('salary', 'changed') ORDER BY ALL""",
    )
    assert told == [("changed", "warning", False), ("salary", "warning", False)]

    nothing = do(home, accept.walk, [], held_in=run_id, reason="twice")
    assert (nothing.exit_code, nothing.entry["status"]) == (0, "unchanged")
    later = do(home, pipeline.walk, [day(home, tomorrow.tomorrow(6), TENFOLD)])  # what was accepted once passes
    assert (later.exit_code, later.entry["sources_held"]) == (0, [])


def test_the_day_after_is_judged_by_the_days_before_and_the_held_one_waits(
    home: Path, past: tuple[Path, Board]
) -> None:
    tomorrow = past[1].tomorrow(5)
    first = do(home, pipeline.walk, [day(home, tomorrow, TENFOLD)])
    assert (first.exit_code, first.entry["status"]) == (1, "stopped")
    assert "steady is held" in first.message
    assert rows(home, LOADED) == [("steady", 8)]
    second = do(home, pipeline.walk, [day(home, tomorrow.tomorrow(6))])
    assert (second.exit_code, second.entry["sources_held"]) == (0, [])
    assert rows(home, LOADED) == [("steady", 9)]
    assert rows(home, HELD) == [("steady", ["salary", "changed"], None, False, None)]


def test_nobody_accepts_a_broken_promise_but_a_mended_one_is_judged_again(home: Path, past: tuple[Path, Board]) -> None:
    first = do(home, pipeline.walk, [day(home, past[1].tomorrow(5), UNTITLED)])
    [held] = first.entry["sources_held"]
    assert set(held["checks"]) == {"contract_null_rate_title", "missing"}
    assert "accept" not in held["commands"]
    refused = do(home, accept.walk, [], held_in=first.entry["run_id"], reason="I say so")
    assert (refused.exit_code, refused.entry["status"]) == (1, "stopped")
    assert refused.entry["sources_held"][0]["checks"] == ["contract_null_rate_title"]
    config = home.parent / "sources" / "steady" / "source.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("title: 0.02", "title: 0.5"), encoding="utf-8")
    mended = do(home, accept.walk, [], held_in=first.entry["run_id"], reason="titles are on the pictures now")
    assert mended.exit_code == 0, mended.message


@pytest.mark.parametrize(("by", "recorded"), [("", "unknown"), (" the keeper ", "the keeper")])
def test_a_person_without_a_login_name_accepts_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, recorded: str
) -> None:
    """A container's user has a number and no name; whoever has one gives it."""

    def nobody() -> str:
        raise OSError("No username set in the environment")

    batch = {"source": "steady", "day": "2026-03-10", "captures": [{"capture_id": "a1"}]}
    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.setattr(accept, "find_waiting", lambda *_: [batch])
    monkeypatch.setattr(accept, "find_captures", lambda *_: [])
    run = Run("r", tmp_path, "1GB", 1, datetime.now(UTC), rulebook="r")
    monkeypatch.setattr(accept, "steps", SimpleNamespace(split=lambda *_: []))
    accept.walk(run, Request([], held_in="earlier", reason="so it is", by=by))
    assert run.facts["accepted"]["by"] == recorded


def test_what_cannot_be_accepted_is_told(home: Path, past: tuple[Path, Board]) -> None:
    first = do(home, pipeline.walk, [day(home, past[1].tomorrow(5), TENFOLD)])
    [capture] = first.entry["sources_held"][0]["captures"]
    shutil.rmtree(home / "landing" / "steady" / capture["capture_id"])
    run_id = first.entry["run_id"]
    for held_in, targets, code in (
        ("nowhere", [], "nothing_held"), (run_id, ["steadfast"], "nothing_held"), (run_id, [], "capture_expired"),
    ):  # fmt: skip
        outcome = do(home, accept.walk, targets, held_in=held_in, reason="why not")
        assert (outcome.exit_code, outcome.message.split(":")[0]) == (2, code)


@pytest.mark.xdist_group("cli")
def test_the_command_line_tells_and_accepts(home: Path, past: tuple[Path, Board], winnow: Callable[..., Any]) -> None:
    sources = ("--sources", str(home.parent / "sources"))
    held = winnow(home, "run", day(home, past[1].tomorrow(5), TENFOLD), *sources)
    assert held.returncode == 1, held.stderr
    journal = (home / "warehouse" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    run_id = json.loads(journal[-1])["run_id"]
    for command in ("winnow report", f"winnow accept {run_id} steady --reason", f"winnow replay --held {run_id}"):
        assert command in held.stderr
    assert winnow(home, "accept", run_id, "--reason", " ", *sources).returncode == 2
    done = winnow(home, "accept", run_id, "steady", "--reason", "it is so", *sources)
    assert done.returncode == 0, done.stderr
    assert "published 220 records" in done.stdout
