"""What has landed and is not loaded is told, with the reason and the command that takes it up; nothing is out of sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import flows.accept
import flows.pipeline
from flows import settings as settings_module
from flows.running import Request, conduct
from flows.waiting import status, waiting
from tasks.errors import UsageError
from tasks.run import Run

SOURCE = """
name: quay
title: A list that is written over each day
format: csv
key: id
columns: {title: title, company: company}
required: [title]
observed_at: '(\\d{4}-\\d{2}-\\d{2})'
"""
HEAD = "id,title,company\n"


@pytest.fixture
def world(plainly: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a day of the source; `stop` is what a gate says, after the step `at`."""
    for name in ("quay", "pier"):
        (tmp_path / "sources" / name).mkdir(parents=True)
        (tmp_path / "sources" / name / "source.yml").write_text(SOURCE.replace("quay", name), encoding="utf-8")
    monkeypatch.setattr(flows.accept, "steps", flows.pipeline.steps)
    home, sources = tmp_path / "home", tmp_path / "sources"

    def run(
        day: str = "", text: str = "", *, stop: str = "", at: str = "judge", again: str = "", source: str = "quay"
    ) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            if stop:
                step = getattr(flows.pipeline.steps, at)
                patch.setattr(flows.pipeline.steps, at, lambda *args: step(*args) or stop)
            if again:
                return conduct(Request([], str(home), str(sources), held_in=again), flows.accept.walk)
            path = tmp_path / source / f"{day}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return plainly(home, f"{source}={path}", sources_dir=sources)

    return run


@pytest.mark.parametrize("at", ["judge", "audit"])
def test_what_a_gate_stopped_is_held_told_and_taken_up_when_asked(
    world: Callable[..., Any], tmp_path: Path, at: str
) -> None:
    settings = settings_module.load(str(tmp_path / "home"))
    assert "no run yet" in status(settings)
    stopped = world("2026-01-10", HEAD + "1,Nurse,Clinic\n2,Cook,Galley\n", stop="the law is broken", at=at)
    name = stopped.entry["run_id"]
    assert (stopped.exit_code, stopped.entry["status"]) == (1, "stopped")
    [held] = stopped.entry["sources_held"]
    assert (held["source"], held["day"], held["records"], held["acceptable"]) == ("quay", "2026-01-10", 2, False)
    assert "the law is broken" in held["reason"]

    # another run does not take it up, the ledger knows it from then on, and it is told
    assert world("2026-01-11", HEAD + "1,Nurse,Clinic\n", source="pier").exit_code == 0
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        assert con.execute("SELECT run_id, source, records, released_in FROM audit.held").fetchall() == [
            (name, "quay", 2, None)
        ]
    told = status(settings)
    assert "not loaded  1 capture\n" in told
    assert f"quay, 2026-01-10: 1 of run {name}" in told
    assert f"    {settings.typed(f'winnow replay --held {name}')}" in told
    (settings.warehouse.parent / "journal.jsonl").unlink()  # the ledger tells it as well
    assert f"replay --held {name}" in status(settings)

    # asked for, it is judged again; stopped again, it is not held twice
    again = world(again=name, stop="still broken")
    assert (again.entry["status"], again.entry["sources_held"]) == ("stopped", [])
    done = world(again=name)
    assert (done.exit_code, done.entry["counts"]["new"]) == (0, 2)
    assert "not loaded  0 captures" in status(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        assert con.execute("SELECT released_in FROM audit.held").fetchall() == [(done.entry["run_id"],)]


def test_the_same_file_is_judged_again_by_the_next_run(world: Callable[..., Any], tmp_path: Path) -> None:
    text = HEAD + "1,Nurse,Clinic\n"
    world("2026-01-10", text, stop="the law is broken")
    done = world("2026-01-10", text)
    assert (done.exit_code, done.entry["counts"]["new"]) == (0, 1)
    assert not waiting(tmp_path / "home", settings_module.load(str(tmp_path / "home")).warehouse)


def test_what_could_not_be_split_is_told_and_taken_up_when_asked(world: Callable[..., Any], tmp_path: Path) -> None:
    settings = settings_module.load(str(tmp_path / "home"))
    world("2026-01-09", HEAD + "1,Nurse,Clinic\n", source="pier")
    failed = world("2026-01-10", "id,name\n1,Nurse\n")
    name = failed.entry["run_id"]
    assert failed.entry["sources_failed"][0]["code"] == "contract"
    assert f"1 of run {name}; contract" in status(settings)
    mended = SOURCE.replace("title: title", "title: name").replace("[title]", "[name]")
    (tmp_path / "sources" / "quay" / "source.yml").write_text(mended, encoding="utf-8")
    assert world(again=name).entry["counts"]["new"] == 1
    assert "not loaded  0 captures" in status(settings)
    later = Run("now", settings.home, "1GB", 1, datetime(2026, 2, 1, tzinfo=UTC), rulebook="r")
    with pytest.raises(UsageError, match="nothing_held"):
        flows.accept.find_waiting(later, Request([], held_in="20260101T000000Z-ffffff"))
