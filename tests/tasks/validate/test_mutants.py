"""A hundred corruptions of a good batch, each caught by the check meant for it; good batches of other seeds pass.

The whole, with the suites of Great Expectations over every batch and what never caught anything: python -m flows.mutants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flows.mutants import every_check, judge_batch, make_history, mutants, silent
from flows.mutants_feed import Board, as_csv
from flows.mutants_ways import corrupt

if TYPE_CHECKING:
    from pathlib import Path

MUTANTS = mutants()
CLEAN = 16  # good batches; every eighth goes through the suites too, which cost most


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Board]:
    """A warehouse with a week of the board, and the board on its last day."""
    home = tmp_path_factory.mktemp("mutants") / "history"
    return home, make_history(home)


def test_there_are_a_hundred_and_each_names_a_check_that_exists() -> None:
    assert len(MUTANTS) >= 100
    assert len({mutant["name"] for mutant in MUTANTS}) == len(MUTANTS)
    checks = set(every_check())
    assert set(silent()) <= checks
    named = {mutant["caught"] for mutant in MUTANTS}
    assert {name for name in named if name.startswith("sources.")} <= checks
    assert not named & set(silent())


def test_each_mutant_is_another_file(history: tuple[Path, Board]) -> None:
    board = history[1].tomorrow(1000)
    files = {corrupt(board, mutant["do"]) for mutant in MUTANTS}
    twins = 1  # one corruption stands twice: its records are set aside, and so many are more than usual
    assert len(files) == len(MUTANTS) - twins
    assert as_csv(board.rows) not in files


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=[mutant["name"] for mutant in MUTANTS])
def test_a_mutant_is_caught_by_the_check_meant_for_it(number: int, history: tuple[Path, Board], tmp_path: Path) -> None:
    mutant: dict[str, Any] = MUTANTS[number]
    home, board = history
    after = board.tomorrow(1000 + number)
    outcome = judge_batch(home, after, corrupt(after, mutant["do"]), tmp_path / "home", suites=False)
    assert mutant["caught"] in outcome.caught
    assert outcome.stopped or mutant["caught"].startswith("quarantine.")


@pytest.mark.parametrize("seed", range(2000, 2000 + CLEAN))
def test_a_good_batch_is_not_stopped(seed: int, history: tuple[Path, Board], tmp_path: Path) -> None:
    home, board = history
    after = board.tomorrow(seed)
    outcome = judge_batch(home, after, as_csv(after.rows), tmp_path / "home", suites=seed % 8 == 0)
    assert not outcome.stopped
    assert outcome.caught == set()
