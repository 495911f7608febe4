"""Runs killed at every step, and the runs after them: the command that does it a thousand times, fifty times here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.kill_points import POINTS, RANDOM

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
