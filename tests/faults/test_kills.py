"""Runs killed at every step, and the runs after them: the command that does it a thousand times, fifty times here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from flows.kill_points import POINTS, RANDOM
from flows.kill_tally import Reach

PROJECT = Path(__file__).parent.parent.parent


@pytest.mark.xdist_group("kills")
def test_fifty_kills_lose_nothing() -> None:
    command = [sys.executable, "-m", "flows.kills", "--kills", "50", "--each", "1", "--seed", "7"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    kills = {
        point: int(count)
        for count, point in re.findall(r"^ *(\d+) (\w[\w ]*: .+|at a random moment)$", done.stdout, re.M)
    }
    assert set(kills) == {*POINTS, RANDOM}
    assert sum(kills.values()) >= 50
    assert "nothing lost, doubled or half-done" in done.stdout


def test_a_kill_is_not_tried_again_where_it_cannot_hit() -> None:
    """Nor given up for one miss: a later call is tried earlier, and a hit counts for more than the misses before it."""
    reach, dice, place = Reach(), Random(1), ("second", "load: in the transaction", False)
    reach.note(place, 20, killed=False)
    reach.note(place, 7, killed=False)
    assert {reach.draw(place, 24, dice) for _ in range(200)} == set(range(1, 7))
    assert {reach.draw(("first", *place[1:]), 3, dice) for _ in range(50)} == {1, 2, 3}
    for killed, hopeless in ((False, False), (True, False), (False, False), (False, True)):
        reach.note(place, 1, killed=killed)
        assert reach.hopeless(place) == hopeless
