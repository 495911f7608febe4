"""Seeded chance: every entity draws from a generator of its own, so that one change does not move all the others."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

MARKET, COMPANY, DIRT = 1, 2, 3


def generator(seed: int, kind: int, number: int) -> Random:
    """The generator of one entity. Integers only: text seeds would be slower, hashes would depend on the process."""
    return Random((seed << 72) | (kind << 64) | number)


class Weighted(Generic[T]):
    """A list to draw from by weight."""

    def __init__(self, entries: Sequence[tuple[T, float]]) -> None:
        """Keep the entries with their running sums."""
        self.entries = tuple(entry for entry, _ in entries)
        self.sums = tuple(accumulate(weight for _, weight in entries))

    def pick(self, at: float) -> T:
        """The entry at `at` in [0, 1)."""
        return self.entries[bisect(self.sums, at * self.sums[-1])]
