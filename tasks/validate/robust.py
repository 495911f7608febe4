"""How far from usual is too far: medians and median absolute deviations, which a few bad days do not move.

Rousseeuw and Croux (1993), "Alternatives to the Median Absolute Deviation": 1.4826 times the MAD estimates the standard
deviation of normal data, and half of the days may be wrong before it breaks down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

# A bound lies this many deviations from the median. Chebyshev gives 1 in 36 for any distribution; real feeds are
# calmer: python -m flows.bench_gates counts the days that trip on them.
DEVIATIONS = 6.0
MAD_TO_DEVIATION = 1.4826


class Verdict(NamedTuple):
    """Whether a figure is out of bounds, and what is to be told: the bounds and the figure, as text."""

    out: bool
    expected: str
    came: str


def deviation(values: Sequence[float]) -> float:
    """The robust standard deviation of some values: MAD scaled to a normal distribution's."""
    center = median(values)
    return MAD_TO_DEVIATION * median(abs(value - center) for value in values)


def judge_share(value: float, n: int, past: Sequence[float], rise: float) -> Verdict:
    """A share of `n` rows against the shares of earlier days: at most `rise` above their median.

    More is allowed where the source itself varies more, or where so few rows say little (four binomial errors).
    """
    usual = median(past)
    chance = math.sqrt(max(usual * (1 - usual), 0.25 / n) / n)
    bound = usual + max(rise, DEVIATIONS * deviation(past), 4 * chance)
    return Verdict(value > bound, f"at most {bound:.1%} (usual {usual:.1%})", f"{value:.1%}")


def judge_ratio(value: float, past: Sequence[float], factor: float, most: float) -> Verdict:
    """A positive figure against the median of earlier days: within a `factor`, wider where the source varies, never `most`."""
    logs = [math.log(each) for each in past]
    usual = math.exp(median(logs))
    allowed = min(max(factor, math.exp(min(DEVIATIONS * deviation(logs), 50))), most)
    low, high = usual / allowed, usual * allowed
    return Verdict(not low < value < high, f"{figure(low)} to {figure(high)} (usual {figure(usual)})", figure(value))


def figure(value: float) -> str:
    """A figure for people: whole above a hundred, three digits below."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def judge_mix(mix: dict[str, int], past: Sequence[dict[str, int]], shift: float) -> Verdict:
    """A mix of categories against the pooled mix of earlier days, by total variation: the share that would have to move.

    At most `shift` above what it usually is, wider where the source varies, and by what so few rows move by chance
    (a multinomial sample of n rows over k categories lies about sqrt(k / (2 pi n)) from its parent).
    """
    pooled: dict[str, float] = {}
    for each in past:
        total = sum(each.values())
        for name, count in each.items():
            pooled[name] = pooled.get(name, 0) + count / total / len(past)
    distances = [total_variation(shares(each), pooled) for each in past]
    usual, n = median(distances), sum(mix.values())
    chance = math.sqrt(len(pooled) / (2 * math.pi * n))
    bound = usual + max(shift, DEVIATIONS * deviation(distances)) + chance
    now = shares(mix)
    moved = total_variation(now, pooled)
    names = sorted({*now, *pooled}, key=lambda name: -abs(now.get(name, 0) - pooled.get(name, 0)))[:3]
    told = ", ".join(f"{name} {pooled.get(name, 0):.0%} to {now.get(name, 0):.0%}" for name in names)
    return Verdict(moved > bound, f"at most {min(bound, 1):.0%} of rows in other categories", f"{moved:.0%} ({told})")


def shares(mix: dict[str, int]) -> dict[str, float]:
    """Counts as shares."""
    total = sum(mix.values())
    return {name: count / total for name, count in mix.items()}


def total_variation(one: dict[str, float], other: dict[str, float]) -> float:
    """Half the sum of absolute differences of two mixes of shares: 0 alike, 1 nothing in common."""
    return sum(abs(one.get(name, 0) - other.get(name, 0)) for name in {*one, *other}) / 2
