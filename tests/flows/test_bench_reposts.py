"""The second reading of monthly threads finds reposts by account and words, and tells two roles of a month apart."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.bench_reposts import Pair, next_ones, pairs, rate, wilson

ABOUT = "<p>" + " ".join(f"word{n}" for n in range(40))
THREADS: dict[int, dict[str, tuple[str, str]]] = {
    1: {"11": ("ann", "Marlow Mills | Miller | Austin" + ABOUT), "12": ("bea", "Pepperwood | Baker | Boise" + ABOUT)},
    2: {
        "21": ("ann", "Marlow Mills | Miller | Austin &amp; Waco" + ABOUT),
        "22": ("bea", "Pepperwood | Cooper wanted, part time, in Reno or Elko" + ABOUT),
        "23": ("cid", "Marlow Mills | Miller | Austin" + ABOUT),
    },
    3: {
        "31": ("ann", "Marlow Mills | Miller | Austin" + ABOUT[:-50]),
        "32": ("dot", "Fennel Works | Weaver" + ABOUT),
        "33": ("dot", "Dyers and bleachers at a works" + "<p>" + " ".join(f"other{n}" for n in range(40))),
        "34": ("eve", "Hello there"),
    },
}


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    for number, comments in THREADS.items():
        item: dict[str, Any] = {
            "id": number,
            "children": [{"id": int(key), "author": who, "text": text} for key, (who, text) in comments.items()],
        }
        text = json.dumps(item).encode()
        packed = number == 2
        (tmp_path / f"{number}.json{'.gz' if packed else ''}").write_bytes(gzip.compress(text) if packed else text)
    return tmp_path


def named(found: list[Pair]) -> set[tuple[str, str, str]]:
    return {(pair.kind, pair.one.key, pair.other.key) for pair in found}


def test_only_an_account_s_own_notices_are_reposts_and_two_first_lines_two_roles(threads: Path) -> None:
    found = list(pairs(threads))
    assert named(found) == {("near", "11", "21"), ("like", "11", "31"), ("like", "21", "31"), ("roles", "32", "33")}
    assert named(next_ones([pair for pair in found if pair.kind != "roles"])) == {
        ("near", "11", "21"), ("like", "21", "31"),
    }  # fmt: skip
    assert rate(found, {"11": "a", "21": "a", "31": "b", "32": "c", "33": "d"}) == (1, 4)


@given(st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_ends_of_an_interval_are_the_shares_that_could_just_have_given_what_was_found(
    counts: tuple[int, int],
) -> None:
    """The definition: at either end p, the share found lies z standard errors of p away (Wilson 1927)."""
    found, total = counts
    share, (low, high) = found / total, wilson(found, total)
    assert 0 <= low <= share + 1e-12 <= high + 2e-12 <= 1 + 3e-12
    for end in (low, high):
        assert abs(share - end) == pytest.approx(1.96 * math.sqrt(end * (1 - end) / total), abs=1e-6)
    assert low < high


@pytest.mark.parametrize(
    ("found", "total", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (8, 10, 0.4902, 0.9433), (196, 200, 0.9497, 0.9922)],
)
def test_intervals_known_from_tables(found: int, total: int, low: float, high: float) -> None:
    assert wilson(found, total) == pytest.approx((low, high), abs=1e-4)
