"""The searches of text_search where few fingerprints are new: one pass over the shingles of all, from which only what new
ones ask for is kept, and of that nothing that more than MOST_TEXTS share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.dedupe.overlap import Entries, Flags, Index, Runs, members, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

Values = npt.NDArray[np.unsignedinteger[Any]]

ODD = np.uint64(0x9E3779B97F4A7C15)
FREE, CONTESTED = -1, -2
TABLES = 8  # each takes what meets another value in the one before


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
        self.taken = self.tables[0] != FREE  # small enough for the processor's cache
        self.counts = np.zeros(len(values), np.int64)
        self.forgotten = np.zeros(len(values), np.bool_)
        self.kept: list[Entries] = []

    def _slot(self, values: Values, level: int) -> Index:
        wide = 8 * values.itemsize
        factor = values.dtype.type(pow(int(ODD), level + 1, 1 << wide))
        return ((values * factor) >> values.dtype.type(wide - self.bits)).astype(np.int64)

    def find(self, values: Values) -> tuple[Index, Index]:
        """Which of these values are asked for: their places here, and their numbers."""
        slot = self._slot(values, 0)
        at = np.flatnonzero(self.taken[slot])
        number, values = self.tables[0][slot[at]], values[at]
        for level, table in enumerate(self.tables[1:], 1):
            unsure = np.flatnonzero(number == CONTESTED)
            number[unsure] = table[self._slot(values[unsure], level)]
        unsure = np.flatnonzero(number == CONTESTED)  # still: next to never
        number[unsure] = np.searchsorted(self.values, values[unsure])
        right = self.values.take(number, mode="clip") == values
        right &= number >= 0
        return at[right], number[right].astype(np.int64)

    def take(self, number: Index, position: Index) -> None:
        """Positions that have the values of these numbers."""
        self.counts += np.bincount(number, minlength=len(self.values))
        few = self.counts[number] <= self.most
        self.kept.append(packed(number[few], position[few]))

    def forget(self, known: Flags) -> None:
        """Look for these values no more: nothing of them is kept, and what is to be known of them is known."""
        number = np.flatnonzero(known & ~self.forgotten)
        self.forgotten |= known
        slot = self._slot(self.values[number], 0)
        self.taken[slot[self.tables[0][slot] == number]] = False

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
    shingles: Values  # those, one after another, 32 bits each
    placed: Index  # how many places each has
    places: Entries  # one after another


def under_places(batch: Batch) -> Iterator[tuple[Entries, Index]]:
    """(values of shingle and place, rows of the batch): for first places, for second ones and so on."""
    first = np.cumsum(batch.placed) - batch.placed
    start = np.cumsum(batch.held) - batch.held
    for nth in range(int(batch.placed.max(initial=0))):
        rows = np.flatnonzero(batch.placed > nth)
        held, place = batch.held, np.zeros(len(batch.held), np.uint64)  # no place's digest is 0: nobody asks for that
        place[rows] = batch.places[first[rows] + nth]
        shingles, row = batch.shingles, np.arange(len(held))
        if nth:  # few have a second place
            at, _ = members(Runs(start[rows], held[rows]), np.ones(len(rows), np.bool_))
            shingles, held, place, row = shingles[at], held[rows], place[rows], rows
        values = shingles * ODD
        values ^= np.repeat(place, held)
        yield values, np.repeat(row.astype(np.int32), held)


class Lookup:
    """What new fingerprints ask for, and who else has it."""

    def __init__(self, new: list[Batch], most: int) -> None:
        """`new` are the new fingerprints."""
        nothing = np.empty(0, np.uint64)
        placed = [v[batch.placed[row] > 0] for batch in new for v, row in under_places(batch)]
        self.placed = Asked(np.unique(np.concatenate((nothing, *placed))), most)
        bare = [batch.shingles for batch in new]
        self.bare = Asked(np.unique(np.concatenate((nothing.astype(np.uint32), *bare))), most)
        self.roaming = np.zeros(len(self.bare.values), np.bool_)  # a fingerprint without a city has it

    def take(self, batch: Batch) -> None:
        """Look through some of all fingerprints, new ones among them."""
        for values, row in under_places(batch):
            at, number = self.placed.find(values)
            self.placed.take(number, batch.base + row[at])
        at, number = self.bare.find(batch.shingles)
        row = np.repeat(np.arange(len(batch.held)), batch.held)[at]
        self.roaming[number[batch.placed[row] == 0]] = True
        self.bare.take(number, batch.base + row)
        self.placed.forget(self.placed.counts > self.placed.most)
        self.bare.forget((self.bare.counts > self.bare.most) & self.roaming)
