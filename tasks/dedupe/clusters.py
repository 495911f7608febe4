"""Pairs into jobs: merges in falling order of score, refused where a job would contradict itself.

Plain connected components chain: A like B, B like C, and A and C are two jobs (F1 .933 against .975 on jobs_bench). So a
job carries what its members say about place, level, grade, term and requisition, and a merge that would make it say two
things is refused. So is one of two members of which a veto, or an unrelated employer where no text speaks, would have
kept each from the other, had no third stood between them. Everything here depends on the set of fingerprints and pairs
and not on their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64]
Said = tuple[frozenset[str] | None, ...]

MARGIN = 0.25  # of score: neighbours this much worse than the best do not make a fingerprint ambiguous


class Graph(NamedTuple):
    """Fingerprints by position, in the order of their prints. `said` has one set a fingerprint and kind of statement
    (cities, regions, countries, requisition, level, grade, years, seasons); an empty set says nothing.
    """

    said: list[tuple[frozenset[str], ...]]
    named: list[int]  # the employer as it is written; 0 where a fingerprint names none
    bare: list[bool]  # whether it has no text
    kin: frozenset[tuple[int, int]]  # names, the lower first, that may be two of one employer
    since: Index  # the day on which a fingerprint was first posted, UNKNOWN where nobody says
    listed: list[dict[str, str]]  # of a fingerprint without a text: the sources that list it -> as what
    roles: list[frozenset[str]]  # of a notice: the roles that it offers
    rank: Index  # the fuller a fingerprint, the lower; no two alike. The lowest of a cluster represents it
    a: Index
    b: Index
    score: npt.NDArray[np.float64]
    beside: npt.NDArray[np.bool_]  # of each pair: some source lists both at one time, as two openings
    together: list[tuple[int, int]]  # human verdicts: the same job
    apart: list[tuple[int, int]]  # human verdicts: not the same job


class Clustered(NamedTuple):
    """For each fingerprint the position of its cluster's representative, and how many merges were refused."""

    leader: Index
    refused: int
    contradictions: int


UNKNOWN = -(2**31)
CITIES, COUNTRIES, REQUISITION = 0, 2, 3


def components(n: int, a: Index, b: Index) -> Index:
    """For each of n positions the smallest position it is connected to."""
    label = np.arange(n)
    while True:
        low = np.minimum(label[a], label[b])
        before = label.copy()
        np.minimum.at(label, a, low)
        np.minimum.at(label, b, low)
        label = label[label]
        if np.array_equal(before, label):
            return label


def cluster(graph: Graph) -> Clustered:
    """Work out the jobs of a graph."""
    n = len(graph.said)
    ambiguous, said = _settle(graph)
    keep = ~ambiguous
    a, b, score = graph.a[keep], graph.b[keep], graph.score[keep]
    merger = _Merger(graph, said)
    merger.part(graph.apart)
    for x, y in sorted(graph.together):
        merger.merge(x, y, forced=True)
    merger.part(zip(graph.a[graph.beside].tolist(), graph.b[graph.beside].tolist(), strict=True))
    # A notice of one role comes to those of several last: whichever came first would keep the others' neighbours away.
    alone = np.array([bool(each) for each in merger.alone], dtype=bool)
    several = np.array(merger.several, dtype=bool)
    mixed = (alone[a] & several[b]) | (several[a] & alone[b])
    for at in np.lexsort((b, a, -score, mixed)).tolist():
        merger.merge(int(a[at]), int(b[at]))
    roots = np.array([merger.find(i) for i in range(n)], dtype=np.int64)
    # The fullest represents its cluster. Not so with notices: they change from month to month, and the longest is seldom
    # the one that the others resemble, which is the one with most neighbours.
    notice = np.array([bool(roles) for roles in graph.roles], dtype=bool)
    near = notice[a] & notice[b] & (roots[a] == roots[b])
    kin = np.bincount(np.concatenate((a[near], b[near])), minlength=n)
    of_place = np.lexsort((graph.rank, -kin))
    best = np.full(n, n, dtype=np.int64)
    np.minimum.at(best, roots, np.argsort(of_place))
    return Clustered(of_place[best[roots]], merger.refused, merger.contradictions)


@cache
def _words(role: str) -> frozenset[str]:
    return frozenset(role.split())


class _Merger:
    """Union-find whose sets know what their members say."""

    def __init__(self, graph: Graph, said: list[tuple[frozenset[str], ...]]) -> None:
        """`said` is what the fingerprints say after all, see `_settle`."""
        self.parent = list(range(len(said)))
        self.said = list(said)
        self.listed = list(graph.listed)
        self.tours = [
            frozenset([(own[CITIES], bool(roles))] if len(own[CITIES]) > 1 else ())
            for own, roles in zip(graph.said, graph.roles, strict=True)
        ]
        self.kin = graph.kin
        self.bare, self.told = (
            [
                frozenset([name] if name and bare == without else ())
                for name, bare in zip(graph.named, graph.bare, strict=True)
            ]
            for without in (True, False)
        )
        # of notices: the roles of those that offer one alone, and whether there is one that offers several
        self.alone = [roles if len(roles) == 1 and "" not in roles else frozenset[str]() for roles in graph.roles]
        self.several = [bool(roles) and not alone for roles, alone in zip(graph.roles, self.alone, strict=True)]
        self.foes: dict[int, set[int]] = {}
        self.refused = self.contradictions = 0

    def part(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Keep both of each pair apart from now on, whatever would join them; not those who are together already."""
        for x, y in pairs:
            one, other = self.find(x), self.find(y)
            if one != other:
                self.foes.setdefault(one, set()).add(other)
                self.foes.setdefault(other, set()).add(one)

    def find(self, x: int) -> int:
        parent = self.parent
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    def merge(self, x: int, y: int, *, forced: bool = False) -> None:
        x, y = self.find(x), self.find(y)
        if x == y:
            return
        if self.foes and any(self.find(foe) == y for foe in self.foes.get(x, ())):
            self.contradictions += forced
            self.refused += not forced
            return
        said = self._agreed(self.said[x], self.said[y])
        apart = said is None or any(
            differ(x, y) for differ in (self._listed_apart, self._alone_apart, self._cities_cross, self._names_apart)
        )
        if apart and not forced:
            self.refused += 1
            return
        low, high = min(x, y), max(x, y)
        self.parent[high] = low
        if not apart:  # else a human knows better, and what the first one says goes on speaking for both
            self.tours[low] |= self.tours[high]
            self.bare[low] |= self.bare[high]
            self.told[low] |= self.told[high]
        self.said[low] = said or self.said[low]
        self.listed[low] = {**self.listed[x], **self.listed[y]}
        self.alone[low] = self.alone[x] | self.alone[y]
        self.several[low] = self.several[x] or self.several[y]
        if high in self.foes:
            self.foes.setdefault(low, set()).update(self.foes.pop(high))

    def _listed_apart(self, x: int, y: int) -> bool:
        mine, yours = self.listed[x], self.listed[y]
        return any(source in yours and yours[source] != what for source, what in mine.items())

    def _alone_apart(self, x: int, y: int) -> bool:
        """Whether a notice of several roles would join two that offer one role each, another one."""
        if not (self.several[x] or self.several[y]):
            return False
        return any(
            not (mine <= yours or yours <= mine)
            for mine in map(_words, self.alone[x])
            for yours in map(_words, self.alone[y])
        )

    def _cities_cross(self, x: int, y: int) -> bool:
        """Whether a member of each names a city that the other one's does not: the veto `cities` of evidence.py."""
        return any(
            not (mine <= yours or yours <= mine)
            and not (notice and other and 2 * len(mine & yours) >= max(len(mine), len(yours)))
            for mine, notice in self.tours[x]
            for yours, other in self.tours[y]
        )

    def _names_apart(self, x: int, y: int) -> bool:
        """Whether listings without a text would come together under names that are not one employer's.

        They must be of one name with each other, and with one of those who have texts: these the texts have joined,
        whatever the names.
        """
        mine, yours = self.bare[x], self.bare[y]
        if not mine and not yours:
            return False
        told = self.told[x] | self.told[y]
        return not all(self._one_employer(a, b) for a in mine for b in yours) or (
            bool(told) and not all(any(self._one_employer(a, b) for b in told) for a in mine | yours)
        )

    def _one_employer(self, one: int, other: int) -> bool:
        return one == other or (min(one, other), max(one, other)) in self.kin

    @staticmethod
    def _agreed(x: tuple[frozenset[str], ...], y: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...] | None:
        """What both say together, or None where they contradict each other: known on both sides with nothing common."""
        if x == y:
            return x
        out = []
        for mine, yours in zip(x, y, strict=True):
            both = mine & yours if mine and yours else mine or yours
            if not both and mine:
                return None
            out.append(both)
        return tuple(out)


def _settle(graph: Graph) -> tuple[npt.NDArray[np.bool_], list[tuple[frozenset[str], ...]]]:
    """Pairs of a fingerprint that could belong to several jobs, and what every fingerprint says after all.

    Who names no city (country, requisition), while its closest neighbours name several, stays alone: possible is not the
    same as known. Unless it was posted before all of them but one: nothing is copied before it is there, so that it says
    what that one says. On jobs_bench, 177 of 180 postings that this settles are settled rightly.
    """
    ends = np.concatenate((graph.a, graph.b))
    others = np.concatenate((graph.b, graph.a))
    scores = np.concatenate((graph.score, graph.score))
    best = np.zeros(len(graph.said))
    np.maximum.at(best, ends, scores)
    close = scores >= best[ends] - MARGIN
    doubtful = np.zeros(len(graph.said), dtype=bool)
    placeless = np.array([not said[CITIES] for said in graph.said], dtype=bool)
    settled = list(graph.said)
    for kind in (CITIES, COUNTRIES, REQUISITION):
        silent = np.array([not said[kind] for said in graph.said], dtype=bool)
        at = np.flatnonzero(close & silent[ends] & ~silent[others])
        if kind == REQUISITION:  # who names no city says nothing about the openings of one
            at = at[~placeless[others[at]] | placeless[ends[at]]]
        heard: dict[int, dict[frozenset[str], int]] = {}  # what neighbours of each say, and since when
        for x, y in zip(ends[at].tolist(), others[at].tolist(), strict=True):
            options, said = heard.setdefault(x, {}), graph.said[y][kind]
            options[said] = min(options.get(said, int(graph.since[y])), int(graph.since[y]))
        for x, options in heard.items():
            if frozenset.intersection(*options):
                continue
            there = [said for said, since in options.items() if since <= graph.since[x] or graph.since[x] == UNKNOWN]
            common = frozenset.intersection(*there) if there else frozenset[str]()
            settled[x] = (*settled[x][:kind], common, *settled[x][kind + 1 :])
            doubtful[x] |= not common
    return doubtful[graph.a] | doubtful[graph.b], settled
