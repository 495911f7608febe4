"""Pairs of fingerprints that share keys: sorted integers instead of joins.

An entry is 64 bits, a key above a position, so that the positions under one key stand side by side once entries are
sorted and pairs are found by looking at neighbours. A hash join of the same keys with themselves took three times the CPU
seconds (200,000 texts). What is too much for memory waits in files, cut by range of the upper half.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Entries = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)
HELD = 1 << 25  # entries held in memory (256 MB) before they go to files
PARTS = 64
FEW = 1 << 16  # entries that are one part


def packed(upper: npt.NDArray[np.generic], lower: npt.NDArray[np.generic]) -> Entries:
    """Two numbers of up to 32 bits as one."""
    return (upper.astype(np.uint64) << HALF) | lower.astype(np.uint64)


class Spool:
    """Takes entries in any order and gives them back sorted, in PARTS parts of about one size, or in one where they are FEW."""

    def __init__(self, top: int, work_dir: Path, name: str) -> None:
        """`top` bounds the upper halves, which are taken to be evenly spread; files are `work_dir`/`name`-*."""
        self.bounds = (np.arange(1, PARTS, dtype=np.uint64) * np.uint64(max(top, 1)) // np.uint64(PARTS)) << HALF
        self.paths = [work_dir / f"{name}-{n}" for n in range(PARTS)]
        self.held: list[Entries] = []
        self.count = 0
        self.spilled = False

    def add(self, entries: Entries) -> None:
        """Keep these entries."""
        self.held.append(entries)
        self.count += len(entries)
        if self.count > HELD:
            self.spilled = True
            for path, part in zip(self.paths, self._cut(), strict=True):
                with path.open("ab") as file:
                    part.tofile(file)

    def _cut(self) -> list[Entries]:
        entries = np.concatenate(self.held) if self.held else np.empty(0, np.uint64)
        entries.sort()
        self.held, self.count = [], 0
        return np.split(entries, np.searchsorted(entries, self.bounds))

    def parts(self) -> Iterator[Entries]:
        """Sorted, from the lowest upper halves to the highest; the spool is empty afterwards."""
        few = not self.spilled and self.count <= FEW
        last = self._cut()
        if not self.spilled:
            yield from [np.concatenate(last)] if few else last
            return
        for path, part in zip(self.paths, last, strict=True):
            entries = np.concatenate((np.fromfile(path, np.uint64), part)) if path.exists() else part
            path.unlink(missing_ok=True)
            entries.sort()
            yield entries


class Runs(NamedTuple):
    """Stretches of one value in a sorted array."""

    start: Index
    size: Index


def runs(values: npt.NDArray[np.generic]) -> Runs:
    """The stretches of equal values in a sorted array."""
    if not len(values):
        return Runs(np.empty(0, np.int64), np.empty(0, np.int64))
    start = np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))
    return Runs(start, np.diff(start, append=len(values)))


def members(found: Runs, kept: Flags) -> tuple[Index, Index]:
    """The places in the sorted array of all members of the kept runs, and how many of its run come after each."""
    size = found.size[kept]
    ends = np.cumsum(size)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - size, size)
    return np.repeat(found.start[kept], size) + within, np.repeat(size, size) - within - 1


def pair_up(positions: Index, after: Index, is_new: Flags, into: Spool) -> None:
    """Add the pairs of each run of which at least one position is new.

    `positions` stand run by run, in rising order within a run; `after` says how many of its run come after each.
    """
    at = np.flatnonzero(after > 0)
    step = 1
    while len(at):
        first, second = positions[at], positions[at + step]
        wanted = is_new[first] | is_new[second]
        into.add(packed(first[wanted], second[wanted]))
        step += 1
        at = at[after[at] >= step]


class Shared(NamedTuple):
    """Pairs of positions, a < b, and how many keys each pair shares."""

    a: Index
    b: Index
    keys: Index


def shared(pairs: Spool, least: int, scant: Flags, of_scant: int) -> Iterator[Shared]:
    """The pairs that came up at least `least` times, or `of_scant` times where one of the two positions is `scant`."""
    for part in pairs.parts():
        start, size = runs(part)
        often = size >= min(least, of_scant)
        pair, keys = part[start[often]], size[often]
        a, b = (pair >> HALF).astype(np.int64), (pair & LOW).astype(np.int64)
        enough = (keys >= least) | ((keys >= of_scant) & (scant[a] | scant[b]))
        yield Shared(a[enough], b[enough], keys[enough])
