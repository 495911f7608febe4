"""The breakers: each source against its own past. What each watches, how far it may go, and why that far.

Thresholds were set on real feeds, so that none trips on their ordinary days: `python -m flows.bench_gates` replays daily
feeds and counts. A breaker says nothing before a source has enough past.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from tasks.ingest.contract import FIELDS
from tasks.validate.profile import ONE_VALUE, Day, Measure
from tasks.validate.robust import Verdict, judge_mix, judge_ratio, judge_share

if TYPE_CHECKING:
    from collections.abc import Sequence

# The 14 days that were loaded next to the one judged: two weeks of a daily source, so that weekends are in it twice.
WINDOW = 14
# Fewer than five earlier days say nothing of what is usual: with five, two may be wrong and the median still is right.
HISTORY = 5

Kind = Literal["rows", "share", "ratio", "mix"]


class Breaker(NamedTuple):
    """One breaker: the measures it watches (tasks/validate/profile.py), how it judges, and from how many rows on.

    `bound` is in the unit of its kind: for a share the rise in it, for a ratio the factor, for a mix the share that moves.
    """

    name: str
    severity: Literal["critical", "warning"]
    kind: Kind
    measures: tuple[str, ...]
    bound: float
    least: int
    meaning: str
    why: str


FEWEST, MOST = 0.5, 3.0

BREAKERS = (
    Breaker(
        "rows", "critical", "rows", ("rows",), MOST, 10,
        f"a day's records are {FEWEST:.0%} to {MOST:.0%} of the median of the {WINDOW} days before",
        "half a feed is a broken crawl, three times as much another one; under ten records chance alone halves",
    ),
    Breaker(
        "missing", "critical", "share", tuple(f"missing_{name}" for name in FIELDS), 0.25, 20,
        "no field is missing in many more postings than usual",
        "a quarter of all postings losing a field is a moved column, not a market",
    ),
    Breaker(
        "salary", "critical", "ratio", ("salary",), 3.0, 10,
        "median yearly pay is what it was, within a factor of three",
        "a slipped unit moves pay by 12, 52, 100 or 1000; a market moves it by percents",
    ),
    Breaker(
        "text", "critical", "ratio", ("text",), 4.0, 10,
        "the median length of texts is what it was, within a factor of four",
        "a crawl that keeps teasers, or pages with their menus, changes it more than any editor",
    ),
    Breaker(
        "title_length", "critical", "ratio", ("title_length",), 2.0, 20,
        "the median length of titles is what it was, within a factor of two",
        "titles cut short, or another column in their place",
    ),
    Breaker(
        "age", "critical", "ratio", ("age",), 4.0, 20,
        "the median age of postings is what it was, within a factor of four",
        "dates moved by months, or today's date for everything",
    ),
    Breaker(
        "language", "critical", "mix", ("language",), 0.3, 20,
        "languages are shared out as before",
        "another country's site, or texts that cannot be read any more",
    ),
    Breaker(
        "country", "critical", "mix", ("country",), 0.3, 20,
        "countries are shared out as before",
        "another country's site, or places from a wrong column",
    ),
    Breaker(
        "employment_type", "critical", "mix", ("employment_type",), 0.4, 20,
        "employment types are shared out as before",
        "a column of another meaning, or a code list that changed",
    ),
    Breaker(
        "workplace", "critical", "mix", ("workplace",), 0.4, 20,
        "remote, hybrid and on-site work are shared out as before",
        "a flag that is read the other way round",
    ),
    Breaker(
        "role_family", "critical", "mix", ("role_family",), 0.4, 20,
        "occupations are shared out as before",
        "another search, or titles from a wrong column",
    ),
    Breaker(
        "currency", "critical", "mix", ("currency",), 0.4, 10,
        "currencies are shared out as before",
        "pay in another unit that no median shows",
    ),
    Breaker(
        "pay_period", "critical", "mix", ("pay_period",), 0.4, 10,
        "pay periods are shared out as before",
        "a year's pay called an hour's",
    ),
    Breaker(
        "one_value", "critical", "share", tuple(ONE_VALUE), 0.4, 20,
        "no single title, company, link or text stands for many more postings than usual",
        "a constant column, or a value copied down",
    ),
    Breaker(
        "duplicates", "critical", "share", ("duplicates",), 0.5, 20,
        "postings do not stand twice in a day much more often than usual",
        "keys that collide; a page or two fetched twice only merges",
    ),
    Breaker(
        "refused", "critical", "share", ("refused",), 0.2, 20,
        "no more records than usual are set aside",
        "a fifth of a feed in quarantine is a fault of the feed or of a rule, not of records",
    ),
    Breaker(
        "closures", "critical", "share", ("closures",), 0.3, 20,
        "no more open postings than usual would close",
        "a listing that lost pages closes what is still open",
    ),
    Breaker(
        "arrivals", "critical", "share", ("arrivals",), 0.4, 20,
        "no more postings than usual are new",
        "ids given out anew open everything a second time",
    ),
    Breaker(
        "changed", "critical", "share", ("changed",), 0.5, 20,
        "no more postings than usual have changed",
        "values that stand beside the wrong ids look right one by one; a new layout is worth a look before it is history",
    ),
)  # fmt: skip
# Measures of an event and not of a level: what closed, came, changed or was refused on one day says nothing of the next.
ONCE = frozenset({"closures", "arrivals", "changed", "refused"})
BREAKER = {breaker.name: breaker for breaker in BREAKERS}


class Finding(NamedTuple):
    """What a breaker says of one day: judged or not, and for each measure that is out of bounds what was told."""

    judged: bool
    rows: int
    out: tuple[tuple[str, Verdict], ...]
    told: str


def judge_day(breaker: Breaker, today: Day, past: Sequence[Day]) -> Finding:
    """One breaker over one day. A level that a person accepted once may be so again: the newest accepted day is another
    measure of what is usual, beside the median, where this very measure was out of bounds on it and the source has not
    been back at its old level since. What happens once (`ONCE`) was accepted for that day alone.
    """
    out, told, judged = [], "", False
    for name in breaker.measures:
        measure = today.measures.get(name)
        if measure is None or not fit(breaker, measure):
            continue
        days = [day for day in past if name in day.measures and fit(breaker, day.measures[name])]
        if len(days) < HISTORY or (breaker.kind == "rows" and usual_rows(days) < breaker.least):
            continue
        judged = True
        verdict = compare(breaker, measure, [day.measures[name] for day in days])
        if verdict.out and accepted_before(breaker, name, measure, days):
            continue
        if verdict.out:
            out.append((name, verdict))
        elif not told or len(breaker.measures) == 1:
            told = f"{verdict.came}, expected {verdict.expected}"
    least = max((today.measures[name].n for name in breaker.measures if name in today.measures), default=0)
    return Finding(judged, least, tuple(out), told)


def accepted_before(breaker: Breaker, name: str, measure: Measure, days: Sequence[Day]) -> bool:
    """Whether a measure is like that of the newest accepted day, which a person let in for it, and all days since."""
    at = max((i for i, day in enumerate(days) if day.accepted), default=None)
    if at is None or breaker.name in ONCE:
        return False
    level = days[at].measures[name]
    before = [day.measures[name] for day in days[:at] if not day.accepted]
    if before and not compare(breaker, level, before).out:  # it was not this that was accepted
        return False
    return all(
        not compare(breaker, each, [level]).out for each in [measure, *(d.measures[name] for d in days[at + 1 :])]
    )


def fit(breaker: Breaker, measure: Measure) -> bool:
    """Whether a measure rests on enough rows to be judged, or to be judged by. A count of rows is always fit: few are news."""
    if breaker.kind != "rows" and measure.n < breaker.least:
        return False
    return bool(measure.mix) if breaker.kind == "mix" else measure.value is not None


def compare(breaker: Breaker, measure: Measure, past: Sequence[Measure]) -> Verdict:
    """A measure against the same measure of other days, which are all fit."""
    if breaker.kind == "mix":
        return judge_mix(measure.mix or {}, [each.mix or {} for each in past], breaker.bound)
    value, before = float(measure.value or 0), [float(each.value or 0) for each in past]
    if breaker.kind == "share":
        return judge_share(value, measure.n, before, breaker.bound)
    if breaker.kind == "rows":
        return judge_rows(value, before)
    shifted = 1.0 if breaker.name == "age" else 0.0  # a day old and two days old are nearly the same age
    most = 9.99 if breaker.name == "salary" else 100.0
    return judge_ratio(value + shifted, [each + shifted for each in before], breaker.bound, most)


def usual_rows(days: Sequence[Day]) -> float:
    """The median of the records of some days."""
    return median(float(day.measures["rows"].value or 0) for day in days)


def judge_rows(value: float, past: Sequence[float]) -> Verdict:
    """Records of a day against the median of the days before."""
    usual = median(past)
    low, high = FEWEST * usual, MOST * usual
    return Verdict(not low <= value <= high, f"{low:,.0f} to {high:,.0f} records (usual {usual:,.0f})", f"{value:,.0f}")
