"""The second reading of monthly threads finds reposts by account and words, and tells two roles of a month apart."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

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


@pytest.mark.parametrize(("found", "total"), [(0, 0), (0, 10), (10, 10), (196, 200)])
def test_a_share_lies_inside_its_interval(found: int, total: int) -> None:
    low, high = wilson(found, total)
    assert 0 <= low <= (found / total if total else 0.5) <= high <= 1
    assert high - low < (0.07 if total > 100 else 1.01)
