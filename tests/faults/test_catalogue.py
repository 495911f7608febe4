"""The catalogue of faults is whole, and every test that it names exists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.documents import read_faults

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
KINDS = ("network", "payload", "drift", "clock", "crash", "security")
# Files that are being written: their rows name what will be there.
AWAITED = {f"test_{kind}_faults.py" for kind in KINDS if not (HERE / f"test_{kind}_faults.py").exists()}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """The ids of all tests of this folder, as pytest itself finds them, without the folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", str(HERE)],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    return {line.rsplit("/", 1)[-1] for line in done.stdout.splitlines() if "::" in line}


def test_numbers_are_1_to_72() -> None:
    assert [row["number"] for row in read_faults()] == [str(number) for number in range(1, 73)]


def test_every_fault_says_what_happens() -> None:
    for row in read_faults():
        assert all(row[name].strip() for name in ("kind", "fault", "outcome", "tests")), row


def test_every_named_test_exists(collected: set[str]) -> None:
    named = {test: row["number"] for row in read_faults() for test in row["tests"].split()}
    missing = {t: n for t, n in named.items() if t not in collected and t.split("::")[0] not in AWAITED}
    assert not missing
