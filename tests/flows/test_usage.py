"""Bad usage and broken homes: told at once, in a line that says what to do, and without a run."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from flows import settings as settings_module
from flows.cli import cli
from flows.first_sample import refuse_to_mix
from flows.running import Request, nothing_loaded, open_run, warn_of_the_future
from flows.waiting import Batch, by_cause, span
from tasks.errors import UsageError, WinnowError
from tasks.load.recovery import refuse_damaged
from tasks.run import Run


def said(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def a_run(home: Path) -> Run:
    return open_run(settings_module.load(str(home)), Request([], str(home)))


def warehouse_of(home: Path, *sources: str) -> None:
    (home / "warehouse").mkdir(parents=True)
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb")) as con:
        con.execute("CREATE SCHEMA raw; CREATE TABLE raw.captures (source VARCHAR)")
        con.executemany("INSERT INTO raw.captures VALUES ($1)", [[name] for name in sources])


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("accept", "nope", "hn", "--reason", "x"), 2, "unknown_run"),
        (("replay", "--held", "nope"), 2, "unknown_run"),
        (("replay",), 2, "no_warehouse"),
        (("backfill", "hn", "--from", "2026-02-01", "--to", "2026-01-01"), 2, "bad_window"),
    ],
)
def test_no_run_comes_of_a_typing_error(tmp_path: Path, args: tuple[str, ...], code: int, told: str) -> None:
    done = said("--home", str(tmp_path / "home"), *args)
    assert (done.exit_code, f"winnow: {told}: " in done.output) == (code, True), done.output
    assert not (tmp_path / "home" / "reports").exists()


def test_a_home_that_is_a_file_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match=r"bad_home.*--home or WINNOW_HOME"):
            settings_module.load(str(home)).usable()


def test_commands_are_printed_as_they_have_to_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path / "usual"))
    command = "winnow report 2026"
    assert settings_module.load().typed(command) == command
    other = tmp_path / "an other"
    assert settings_module.load(str(other)).typed(command) == f"winnow --home '{other}' report 2026"


def test_what_is_made_up_does_not_join_what_is_real(tmp_path: Path) -> None:
    refuse_to_mix(a_run(tmp_path / "empty"))
    warehouse_of(tmp_path / "real", "hn")
    with pytest.raises(UsageError, match=r"no_source.*holds hn.*winnow run NAME"):
        refuse_to_mix(a_run(tmp_path / "real"))
    (tmp_path / "real" / "sample").mkdir()  # somebody asked for it by name before
    refuse_to_mix(a_run(tmp_path / "real"))


@pytest.mark.parametrize(
    ("failed", "request_of", "reason"),
    [
        ([], Request([]), "nothing new: every capture was loaded before"),
        (["a", "b"], Request(["a", "b"]), "every source failed"),
        (["a"], Request(["a", "b"]), "nothing new; failed: a"),
        ([], Request(["a"], since="2026-01-01", until="2026-01-02"), "nothing new from 2026-01-01 to 2026-01-02: "),
    ],
)
def test_why_nothing_was_loaded(tmp_path: Path, failed: list[str], request_of: Request, reason: str) -> None:
    run = a_run(tmp_path)
    run.facts["sources_asked"], run.failed = ["a", "b"], [{"source": name} for name in failed]
    assert nothing_loaded(run, request_of).startswith(reason)


def test_a_file_that_is_no_warehouse_is_told_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "warehouse" / "winnow.duckdb"
    refuse_damaged(path)
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(WinnowError, match=r"unreadable_warehouse: .*Put a copy of it back.*winnow status"):
        refuse_damaged(path)
    done = said("--home", str(tmp_path), "status")
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    assert "unreadable_warehouse" in done.output


def test_captures_that_wait_for_one_cause_are_one_line() -> None:
    found = Counter({Batch("hn", f"2026-01-0{day}", "r1", "its source failed", ()): 2 for day in (3, 1, 2)})
    found[Batch("nyc", "2026-01-02", "r1", "its source failed", ())] = 1
    [(first, days), (second, day)] = by_cause(found)
    assert (first[1], sum(days.values()), span(days)) == ("hn", 6, "2026-01-01 to 2026-01-03")
    assert (second[1], sum(day.values()), span(day)) == ("nyc", 1, "2026-01-02")


def test_a_moment_in_the_future_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = a_run(tmp_path)
    for as_of, warned in ((None, 0), (datetime(2020, 1, 1, tzinfo=UTC), 0), (datetime(2199, 1, 1, tzinfo=UTC), 1)):
        run.as_of = as_of
        warn_of_the_future(run)
        assert len(run.warnings) == warned
    assert "2199-01-01 is in the future" in caplog.text
