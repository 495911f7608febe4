"""What flows.kills counts, and what it learns of where a kill can hit."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str, str, bool]  # a scenario, a point, and whether an earlier kill came before


@dataclass
class Tally:
    """What came of it all: kills and misses by point, chains by scenario, the worst recovery, and what was broken."""

    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    chains: Counter[str] = field(default_factory=Counter)
    in_a_row: Counter[str] = field(default_factory=Counter)
    recoveries: int = 0
    worst_seconds: float = 0.0
    worst_cpu_seconds: float = 0.0
    broken: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another's figures in."""
        for name in ("kills", "missed", "chains", "in_a_row"):
            getattr(self, name).update(getattr(other, name))
        self.recoveries += other.recoveries
        self.worst_seconds = max(self.worst_seconds, other.worst_seconds)
        self.worst_cpu_seconds = max(self.worst_cpu_seconds, other.worst_cpu_seconds)
        self.broken += other.broken


class Reach:
    """How far runs get: a run that ends before its kill costs as much as one that is killed, and proves less."""

    VAIN = 2  # misses of a point's first call, without a hit between, after which it does not come there

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.most: dict[Place, int] = {}
        self.vain: Counter[Place] = Counter()

    def draw(self, place: Place, calls: int, dice: random.Random) -> int:
        """Which of a point's calls to die at: of those that are not known to be too many."""
        return dice.randint(1, min(calls, self.most.get(place, calls)))

    def note(self, place: Place, nth: int, *, killed: bool) -> None:
        """Learn from one run."""
        if killed:
            self.vain[place] = 0
        elif nth > 1:
            self.most[place] = min(nth - 1, self.most.get(place, nth))
        else:
            self.vain[place] += 1

    def hopeless(self, place: Place) -> bool:
        """Whether a point does not come there."""
        return self.vain[place] >= self.VAIN


def tally_of(told: dict[str, Any]) -> Tally:
    """A worker's tally from its JSON."""
    counters = {name: Counter(told[name]) for name in ("kills", "missed", "chains", "in_a_row")}
    return Tally(**{**told, **counters})


def print_tally(tally: Tally, seconds: float) -> None:
    """Counts by point and the verdict."""
    for point, count in sorted(tally.kills.items()):
        print(f"{count:6} {point}")
    print(f"{sum(tally.kills.values()):6} kills in {sum(tally.chains.values())} chains "
          f"({', '.join(f'{n} {name}' for name, n in sorted(tally.chains.items()))}), "
          f"{sum(tally.missed.values())} runs ended before the kill")  # fmt: skip
    print(
        f"{tally.recoveries:6} recoveries, the longest {tally.worst_seconds:.1f} s ({tally.worst_cpu_seconds:.1f} s CPU)"
    )
    print(f"       {seconds:.0f} s in all")
    for what in tally.broken:
        print(f"BROKEN {what}")
    print("nothing lost, doubled or half-done" if not tally.broken else f"{len(tally.broken)} BROKEN")
