"""The searches of text_search where few fingerprints are new: one pass over the shingles of all, from which only what new
ones ask for is kept, and of that nothing that more than MOST_TEXTS share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.dedupe.overlap import HALF, LOW, Entries, Flags, Index, Runs, members, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

Values = npt.NDArray[np.unsignedinteger[Any]]

ODD = np.uint64(0x9E3779B97F4A7C15)
FREE, CONTESTED = -1, -2
TABLES = 8  # each takes what meets another value in the one before
AT_ONCE, LONG = 2_000, 32  # fingerprints whose 60,000 shingles stay in the processor's cache
TOP = 32  # bits by which values are sifted: shingles and digests of places are spread evenly
OFTEN = 8  # batches after which what is known is forgotten


class Asked:
    """A hash table of integers: numbers the values that are asked for, counts who has them, and keeps who has those that few have."""

    def __init__(self, values: Values, most: int) -> None:
        """`values` are distinct; `most` bounds how many may have one before nothing of it is kept."""
        self.values, self.most = np.sort(values), most
        self.bits = max(int(4 * len(values)).bit_length(), 4)
        self.tables: list[npt.NDArray[np.int32]] = []
        left = np.arange(len(values))
        while not self.tables or (len(left) and len(self.tables) < TABLES):
            table = np.full(1 << self.bits, FREE, np.int32)
            slot = self._slot(self.values[left], len(self.tables))
            table[slot] = left
            lost = table[slot] != left
            table[slot[lost]] = CONTESTED
            self.tables.append(table)
            left = left[table[slot] == CONTESTED]
        self.counts = np.zeros(len(values), np.int64)
        self.forgotten = np.zeros(len(values), np.bool_)
        self.kept: list[Entries] = []
        self._wide = min(self.bits, TOP)
        self._sieve = np.empty(0, np.bool_)
        self.forget(self.forgotten)

    def _slot(self, values: Values, level: int) -> Index:
        wide = 8 * values.itemsize
        factor = values.dtype.type(pow(int(ODD), level + 1, 1 << wide))
        return ((values * factor) >> values.dtype.type(wide - self.bits)).astype(np.int64)

    def sift(self, tops: npt.NDArray[np.uint32]) -> Index:
        """Where the values with these highest TOP bits may be among those asked for: few others are left."""
        return np.flatnonzero(self._sieve.take((tops >> np.uint32(TOP - self._wide)).astype(np.int64), mode="clip"))

    def find(self, values: Values) -> tuple[Index, Index]:
        """Which of these values are asked for: their places here, and their numbers."""
        if not len(self.values):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        number = self.tables[0][self._slot(values, 0)]
        for level, table in enumerate(self.tables[1:], 1):
            unsure = np.flatnonzero(number == CONTESTED)
            number[unsure] = table[self._slot(values[unsure], level)]
        unsure = np.flatnonzero(number == CONTESTED)  # still: next to never
        number[unsure] = np.searchsorted(self.values, values[unsure])
        right = self.values.take(number, mode="clip") == values
        right &= number >= 0
        at = np.flatnonzero(right)
        return at, number[at].astype(np.int64)

    def take(self, number: Index, position: Index) -> None:
        """Positions that have the values of these numbers."""
        np.add.at(self.counts, number, 1)
        few = self.counts[number] <= self.most
        self.kept.append(packed(number[few], position[few]))

    def forget(self, known: Flags) -> None:
        """Sift these values out from now on: nothing of them is kept, and what is to be known of them is known."""
        self.forgotten |= known
        shift = self.values.dtype.type(8 * self.values.itemsize - self._wide)
        self._sieve = np.zeros(1 << self._wide, np.bool_)
        self._sieve[(self.values[~self.forgotten] >> shift).astype(np.int64)] = True

    def runs(self, some: Flags) -> tuple[Entries, Runs]:
        """What was kept, sorted, and the stretches of the values which `some` selects and few enough have."""
        entries = np.concatenate(self.kept) if self.kept else np.empty(0, np.uint64)
        entries.sort()
        start = np.searchsorted(entries, packed(np.arange(len(self.values)), np.zeros(1)))
        few = some & (self.counts <= self.most) & (self.counts > 1)
        return entries, Runs(start[few], self.counts[few])


class Batch(NamedTuple):
    """Some fingerprints: the position of the first, and for each the shingles by which it is searched and its places."""

    base: int
    size: Index  # sampled shingles of each
    held: Index  # of these, by how many it is searched
    shingles: npt.NDArray[np.uint32]  # those, one after another
    placed: Index  # how many places each has
    places: Entries  # one after another


class Some(NamedTuple):
    """Shingles of some rows of a batch, and a place of each row: 0 where it has none, which is no place's digest."""

    row: Index
    held: Index
    shingles: npt.NDArray[np.uint32]
    place: Entries

    def tops(self) -> npt.NDArray[np.uint32]:
        """The upper halves of the values of shingle and place, one for each shingle."""
        return self.shingles ^ np.repeat((self.place >> HALF).astype(np.uint32), self.held)

    def values(self, at: Index, tops: npt.NDArray[np.uint32]) -> tuple[Entries, Index]:
        """The whole values at these shingles, of which the upper halves are given, and their rows of the batch."""
        which = np.repeat(np.arange(len(self.row)), self.held)[at]
        return packed(tops[at], self.place[which] & LOW), self.row[which]


def by_place(batch: Batch) -> Iterator[Some]:
    """All shingles of a batch under the first place of each row, under the second ones and so on; AT_ONCE rows at most."""
    first = np.cumsum(batch.placed) - batch.placed
    start = np.cumsum(batch.held) - batch.held
    for nth in range(max(int(batch.placed.max(initial=0)), 1)):
        rows = np.flatnonzero(batch.placed > nth) if nth else np.arange(len(batch.held))
        place = np.zeros(len(batch.held), np.uint64)
        has = batch.placed > nth
        place[has] = batch.places[first[has] + nth]
        for at in range(0, len(rows), AT_ONCE):
            few = rows[at : at + AT_ONCE]
            if nth:  # few have a second place
                inside, _ = members(Runs(start[few], batch.held[few]), np.ones(len(few), np.bool_))
                shingles = batch.shingles[inside]
            else:
                shingles = batch.shingles[start[few[0]] : start[few[-1]] + batch.held[few[-1]]]
            yield Some(few, batch.held[few], shingles, place[few])


class Lookup:
    """What new fingerprints ask for, and who else has it."""

    def __init__(self, new: list[Batch], most: int) -> None:
        """`new` are the new fingerprints."""
        nothing = np.empty(0, np.uint64)
        placed = [_placed(some) for batch in new for some in by_place(batch)]
        self.placed = Asked(np.unique(np.concatenate((nothing, *placed))), most)
        bare = [batch.shingles for batch in new]
        self.bare = Asked(np.unique(np.concatenate((nothing.astype(np.uint32), *bare))), most)
        self.roaming = np.zeros(len(self.bare.values), np.bool_)  # a fingerprint without a city has it
        self._taken = 0

    def take(self, batch: Batch) -> None:
        """Look through some of all fingerprints, new ones among them."""
        placed = []
        for some in by_place(batch):
            tops = some.tops()
            placed.append(some.values(self.placed.sift(tops), tops))
        wide = AT_ONCE * LONG
        bare = [
            start + self.bare.sift(batch.shingles[start : start + wide])
            for start in range(0, len(batch.shingles), wide)
        ]
        values, row = (np.concatenate(each) for each in zip(*placed, strict=True))
        at, number = self.placed.find(values)
        self.placed.take(number, batch.base + row[at])
        sifted = np.concatenate(bare)
        at, number = self.bare.find(batch.shingles[sifted])
        row = np.repeat(np.arange(len(batch.held)), batch.held)[sifted[at]]
        self.roaming[number[batch.placed[row] == 0]] = True
        self.bare.take(number, batch.base + row)
        self._taken += 1
        if self._taken % OFTEN == 0 or self._taken < OFTEN:
            self.placed.forget(self.placed.counts > self.placed.most)
            self.bare.forget((self.bare.counts > self.bare.most) & self.roaming)


def _placed(some: Some) -> Entries:
    """The values of those that have a place."""
    values, _ = some.values(np.arange(len(some.shingles)), some.tops())
    return values[np.repeat(some.place > 0, some.held)]
