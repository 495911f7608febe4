"""However a removal ends, its journal and the published file agree; and it begins as a run does."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from flows import removing
from flows import settings as settings_module
from flows.cli import cli
from flows.forgetting import forget
from flows.retention import retain
from tasks.errors import GateError, StoppedError, WinnowError
from tasks.load import journal
from tasks.load.publish import disk_errors
from tasks.load.recovery import check_ledger, published_runs
from tasks.remove import expire
from warehouse.dictionary import create_all

WHO = "jane.doe@pier-nine.example"
MANIFEST = json.dumps({
    "capture_id": "0123456789abcdef", "source": "board", "url": "", "fetched_at": "2020-01-01T00:00:00+00:00", "status": "file",
    "observed_at": "2020-01-01T00:00:00+00:00", "bytes": 0, "sha256": "", "run_id": "r", "coverage": "partial", "files": [],
})  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "winnow.duckdb"
    with duckdb.connect(str(path)) as con:
        create_all(con)
    return path


@pytest.fixture
def home(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an empty warehouse, which passes every check."""
    (tmp_path / "home" / "warehouse").mkdir(parents=True)
    shutil.copy(empty, tmp_path / "home" / "warehouse" / "winnow.duckdb")
    monkeypatch.setattr(removing, "judge", lambda *_: [])
    monkeypatch.setattr(removing, "stop_reason", lambda _: None)
    return tmp_path / "home"


def remove_nothing(home: Path, then: Callable[[], None] = lambda: None) -> None:
    with removing.removal(settings_module.load(str(home)), "winnow retain") as run:
        removing.publish(run, lambda con: [])
        then()


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def fail(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


ENDINGS = {
    "interrupted": (interrupt, StoppedError, "stopped", "stopped by SIGINT"),
    "memory": (fail(duckdb.OutOfMemoryException("no more")), WinnowError, "failed", "out_of_memory"),
    "disk": (fail(OSError(errno.EIO, "Input/output error", "a.zst")), WinnowError, "failed", "file_error: a file cannot"),
    "other": (fail(KeyError(WHO)), WinnowError, "failed", "internal_error: KeyError"),
    "full": (fail(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))), WinnowError, "failed", "disk_full"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("where", "how"),
    [*(("write_fresh", how) for how in ENDINGS), *(("publish_build", how) for how in ENDINGS if how != "interrupted")],
)
def test_a_removal_that_ends_early_has_published_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, where: str, how: str
) -> None:
    """The journal says so, and the next run finds it and the file in agreement."""
    act, error, status, reason = ENDINGS[how]
    warehouse = home / "warehouse" / "winnow.duckdb"
    before = warehouse.read_bytes()

    def stops(*args: Any) -> None:
        if where == "write_fresh":
            shutil.copyfile(args[0], args[1])
        with disk_errors(home):
            act()

    monkeypatch.setattr(removing, where, stops)
    with pytest.raises(error):
        remove_nothing(home)
    assert warehouse.read_bytes() == before
    [told] = journal.read(warehouse)
    assert told["status"] == status
    assert told["reason"].startswith(reason)
    check_ledger(warehouse, journal.read(warehouse), published_runs(warehouse))
    assert {path.name for path in warehouse.parent.iterdir()} == {".lock", "journal.jsonl", "winnow.duckdb"}


@pytest.mark.parametrize("command", ["forget", "retain"])
@pytest.mark.parametrize("how", ["memory", "disk", "other", "full"])
def test_whatever_fails_is_told_in_a_line(home: Path, monkeypatch: pytest.MonkeyPatch, command: str, how: str) -> None:
    """No traceback, and nothing of whom it is about; everything is as whole as it was."""
    act, _, _, reason = ENDINGS[how]
    (home / "note.txt").write_text(f"ask {WHO}")
    (home / "landing" / "board" / "0123456789abcdef").mkdir(parents=True)
    (home / "landing" / "board" / "0123456789abcdef" / "manifest.json").write_text(MANIFEST)
    warehouse = home / "warehouse" / "winnow.duckdb"
    before = warehouse.read_bytes()
    arguments = ["forget", WHO] if command == "forget" else ["retain", "--days", "1", "--apply"]
    holder, name = (removing, "write_fresh") if command == "forget" else (expire, "expire_files")
    monkeypatch.setattr(holder, name, lambda *_: act())
    done = CliRunner().invoke(cli, ["--home", str(home), *arguments])
    assert done.exit_code == 1
    assert done.output.startswith(f"winnow: {reason}")
    assert "Traceback" not in done.output
    assert ("run again" if how == "full" and command == "forget" else "do it again") in done.output
    [told] = journal.read(warehouse)
    if command == "forget":
        assert warehouse.read_bytes() == before
        assert (told["status"], (home / "note.txt").read_text()) == ("failed", "ask [forgotten]")
    said = done.output + json.dumps(told) + "".join(path.read_text() for path in home.glob("reports/*/traceback.txt"))
    assert WHO not in said or command == "retain"  # which is about nobody
    assert not list(home.glob("work/*Z-*")) + list(home.glob("**/*.draft"))
    monkeypatch.undo()
    check_ledger(warehouse, journal.read(warehouse), published_runs(warehouse))


def test_a_signal_during_the_swap_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one behind it ends the removal as published."""
    swap = removing.publish_build

    def swap_interrupted(fresh: Path, warehouse: Path) -> None:
        interrupt()
        swap(fresh, warehouse)

    monkeypatch.setattr(removing, "publish_build", swap_interrupted)
    with pytest.raises(StoppedError):
        remove_nothing(home, then=interrupt)
    warehouse = home / "warehouse" / "winnow.duckdb"
    [told] = journal.read(warehouse)
    [held] = published_runs(warehouse)
    assert (told["status"], told["run_id"]) == (held["status"], held["run_id"]) == ("published", told["run_id"])


def test_a_removal_sets_right_what_a_run_would(home: Path) -> None:
    """It notes the dead run whose scratch it removes, and does not make an older file pass for the newest."""
    settings = settings_module.load(str(home))
    warehouse, dead = home / "warehouse" / "winnow.duckdb", "20260111T000000Z-dddddd"
    (home / "work" / dead).mkdir(parents=True)
    (home / "note.txt").write_text(WHO)
    retain(settings, 30)
    assert not (home / "work" / dead).exists()
    [died] = [entry for entry in journal.read(warehouse) if entry["run_id"] == dead]
    assert died["reason"].startswith("died: ")

    lost = "20260112T000000Z-eeeeee"
    journal.append(warehouse, died | {"run_id": lost, "status": "published"})
    before = warehouse.read_bytes()
    for remove in (lambda: forget(settings, WHO), lambda: retain(settings, 30, apply=True)):
        with pytest.raises(GateError, match=f"ledger_mismatch: the published file does not hold run {lost}"):
            remove()
    assert warehouse.read_bytes() == before
    assert (home / "note.txt").read_text() == WHO
