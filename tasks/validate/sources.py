"""Whether each source is still itself: what its source.yml promises, and breakers against its own past.

Suites judge a run as a whole; one source that has halved, or whose pay has grown tenfold, drowns in it. Everything here
is judged a source and a day. A day that fails a critical check is held: it alone is not loaded, the rest of the run is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from expectations.entry import CheckResult
from tasks.ingest.contract import TYPES, Contract
from tasks.validate.breakers import BREAKERS, HISTORY, WINDOW, Breaker, judge_day
from tasks.validate.profile import (
    Day,
    Measure,
    describe_batch,
    keep_profiles,
    nearest_days,
    profile_days,
)
from tasks.validate.turnover import compared_with_neighbours

if TYPE_CHECKING:
    import duckdb

SUITE = "sources"
# Of this many records, not one usable: the source sends something else than postings.
UNUSABLE_ROWS = 20
# Raw values of a declared type may miss it this often: real columns hold a stray "n/a" or "see below".
MISFIT_SHARE = 0.05
OBSERVED_LIMIT = 300
# What a person may let pass: a source that differs from its past, or from the volume that was promised for it. A promise
# of another kind is mended in source.yml, and a law never gives way.
ACCEPTABLE = frozenset({*(breaker.name for breaker in BREAKERS), "contract_rows"})


class Trip(NamedTuple):
    """One check that one day of a source fails."""

    check: str
    severity: str
    expected: str
    came: str
    rows: int

    @property
    def told(self) -> str:
        """What was expected, and what came."""
        return f"{self.check}: expected {self.expected}, came {self.came}"


@dataclass
class Judged:
    """What became of one check of one source over all days of the run."""

    meaning: str
    severity: str
    rows: int = 0
    days: int = 0  # that could be judged
    told: str = ""
    trips: list[tuple[date, Trip]] = field(default_factory=list)


@dataclass
class HeldDay:
    """A source's day that is not to be loaded, and why."""

    source: str
    day: date
    trips: list[Trip]

    @property
    def acceptable(self) -> bool:
        """Whether a person may let it in."""
        return acceptable(trip.check for trip in self.trips)


def acceptable(checks: Iterable[str]) -> bool:
    """Whether a person may let in what these checks hold: breakers and the promised number of rows, nothing else."""
    named = set(checks)
    return bool(named) and named <= ACCEPTABLE


@dataclass
class Judgement:
    """Checks for audit.checks, and the days that are held."""

    checks: list[CheckResult]
    held: list[HeldDay]


def judge_sources(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    run_id: str,
    accepted: frozenset[tuple[str, date]] = frozenset(),
) -> Judgement:
    """Judge every source and day of this run, before it is loaded and after the row mask.

    `accepted` are (source, day) that a person let in: what may be accepted of them is a warning. A source without enough
    past passes its breakers with severity info. Reads work.keys, work.captures, work.staging, curated.postings,
    curated.sightings, raw.captures and audit.batch_profiles; leaves work.shown, work.described, and work.profiles with the days that are not held.
    """
    describe_batch(con)
    by_source: dict[str, list[Day]] = defaultdict(list)
    for day in profile_days(con, run_id):
        by_source[day.source].append(day)
    checks: list[CheckResult] = []
    held: list[HeldDay] = []
    kept: list[Day] = []
    for source, days in by_source.items():
        contract = contracts.get(source, Contract())
        ledger: dict[str, Judged] = {}
        misfits = count_misfits(con, source, contract)
        good: list[Day] = []
        for day in days:
            whole = day.measures["whole"].value == 1.0
            if whole:
                listed = max((each.day for each in good if each.measures["whole"].value == 1.0), default=None)
                day.measures |= compared_with_neighbours(con, source, day.day, listed)
            let_in = (source, day.day) in accepted
            trips = list(promise_trips(day, contract, misfits.get(day.day, {}), ledger))
            trips += breaker_trips(con, day, contract, good, ledger)
            stopping = [t for t in trips if t.severity == "critical" and not (let_in and t.check in ACCEPTABLE)]
            if stopping:
                held.append(HeldDay(source, day.day, stopping))
                continue
            day.accepted = let_in and any(t.severity == "critical" for t in trips)
            good.append(day)
        kept += good
        checks += [as_check(run_id, source, name, judged, accepted) for name, judged in ledger.items()]
    keep_profiles(con, kept)
    return Judgement(checks, held)


def breaker_trips(
    con: duckdb.DuckDBPyConnection, day: Day, contract: Contract, good: Sequence[Day], ledger: dict[str, Judged]
) -> list[Trip]:
    """Every breaker over one day, against the loaded days and those of this run that passed."""
    if not contract.measured:
        return []
    past = nearest([*nearest_days(con, day.source, day.day, WINDOW), *good], day.day)
    trips = []
    for breaker in BREAKERS:
        severity = contract.severity(breaker.name, breaker.severity)
        if severity == "off":
            continue
        finding = judge_day(breaker, day, past)
        judged = ledger.setdefault(breaker.name, Judged(breaker.meaning, severity))
        judged.rows += finding.rows
        judged.days += finding.judged
        judged.told = finding.told or judged.told or short_of(breaker, len(past))
        if finding.out:
            expected = "; ".join(f"{name} {verdict.expected}" for name, verdict in finding.out[:4])
            came = "; ".join(f"{name} {verdict.came}" for name, verdict in finding.out[:4])
            if len(breaker.measures) == 1:
                expected, came = finding.out[0][1].expected, finding.out[0][1].came
            trips.append(Trip(breaker.name, severity, expected, came, finding.rows))
            judged.trips.append((day.day, trips[-1]))
    return trips


def nearest(days: list[Day], when: date) -> list[Day]:
    """The WINDOW days that lie nearest to one, oldest first."""
    chosen = sorted(days, key=lambda day: (abs((day.day - when).days), day.day, day.run_id))[:WINDOW]
    return sorted(chosen, key=lambda day: (day.day, day.run_id))


def short_of(breaker: Breaker, days: int) -> str:
    """Why a breaker said nothing."""
    what = "records" if breaker.kind == "rows" else "rows to measure"
    return f"not judged: {days} earlier days; {HISTORY} with {breaker.least} {what} are needed, on both sides"


def promise_trips(
    day: Day, contract: Contract, misfits: Mapping[str, tuple[int, int]], ledger: dict[str, Judged]
) -> Iterator[Trip]:
    """What source.yml promises, and that anything is usable at all, over one day."""
    for name, meaning, rows, failed, expected, came in promises(day, contract, misfits):
        judged = ledger.setdefault(name, Judged(meaning, "critical"))
        judged.rows += rows
        judged.days += rows > 0 or failed
        judged.told = f"{came}, expected {expected}"
        if failed:
            trip = Trip(name, "critical", expected, came, rows)
            judged.trips.append((day.day, trip))
            yield trip


Promise = tuple[str, str, int, bool, str, str]  # check, meaning, rows looked at, failed, expected, came


def promises(day: Day, contract: Contract, misfits: Mapping[str, tuple[int, int]]) -> Iterator[Promise]:
    """Every promise over a day. Where there are usable records and nothing of them to measure, a promise is broken.

    Texts alone may be unknown: of postings that this run did not read anew. A type is broken by no value at all only from
    `UNUSABLE_ROWS` records on: columns such as pay may well be empty in fewer.
    """
    records, refused = int(day.measures["rows"].value or 0), float(day.measures["refused"].value or 0)
    usable = records - round(refused * records)
    known = day.measures.get("missing_title", Measure(0)).n  # postings that are described at all
    yield (
        "source_usable", f"of {UNUSABLE_ROWS} records or more, at least one is usable", records,
        records >= UNUSABLE_ROWS and usable == 0, "a usable record", f"{usable} of {records} records",
    )  # fmt: skip
    if contract.rows is not None:
        fewest, most = contract.rows
        yield (
            "contract_rows", f"a day has {fewest} to {most} records, as source.yml promises", records,
            not fewest <= records <= most, f"{fewest} to {most} records", f"{records}",
        )  # fmt: skip
    for name, highest in contract.null_rate.items():
        measure = day.measures.get(f"missing_{name}", Measure(0))
        if measure.value is not None or (usable and not (name == "description" and known)):
            yield (
                f"contract_null_rate_{name}",
                f"{name} is missing in at most {highest:.0%} of postings, as source.yml promises",
                measure.n, measure.value is None or measure.value > highest, f"at most {highest:.1%} missing",
                f"nothing to measure in {usable} records" if measure.value is None else f"{measure.value:.1%}",
            )  # fmt: skip
    for name, kind in contract.types.items():
        values, wrong = misfits.get(name, (0, 0))
        yield (
            f"contract_type_{name}", f"raw {name} reads as {kind}, as source.yml promises", values,
            wrong > MISFIT_SHARE * values or (not values and usable >= UNUSABLE_ROWS),
            f"at most {MISFIT_SHARE:.0%} that is no {kind}",
            f"{wrong} of {values}" if values else f"no value in {usable} records",
        )  # fmt: skip
    newest = day.measures.get("newest", Measure(0))
    if contract.freshness is not None and (newest.value is not None or usable):
        yield (
            "contract_freshness",
            f"the newest posting is at most {contract.freshness} days old, as source.yml promises", newest.n,
            newest.value is None or newest.value > contract.freshness, f"one of the last {contract.freshness} days",
            "none with a date" if newest.value is None else f"the newest is {newest.value:.0f} days old",
        )  # fmt: skip


def count_misfits(
    con: duckdb.DuckDBPyConnection, source: str, contract: Contract
) -> dict[date, dict[str, tuple[int, int]]]:
    """By day and column of the form: raw values, and how many do not read as the promised type."""
    if not contract.types:
        return {}
    names = list(contract.types)
    parts = ", ".join(
        f"count(r.{name}), count(*) FILTER (NOT regexp_full_match(trim(r.{name}), '{TYPES[contract.types[name]]}'))"
        for name in names
    )
    rows = con.execute(
        f"""
        SELECT (c.observed_at AT TIME ZONE 'UTC')::DATE AS day, {parts}
        FROM records AS r JOIN work.captures AS c USING (capture_id) WHERE c.source = ? AND r.reason IS NULL GROUP BY day
        """,
        [source],
    ).fetchall()
    return {day: dict(zip(names, zip(counts[::2], counts[1::2], strict=True), strict=True)) for day, *counts in rows}


def as_check(run_id: str, source: str, name: str, judged: Judged, accepted: frozenset[tuple[str, date]]) -> CheckResult:
    """A row of audit.checks; the source stands where others have a column. `failing` counts days out of bounds."""
    severity, told = judged.severity, judged.told
    if judged.trips:
        day, trip = judged.trips[0]
        told = f"on {day} {trip.came}, expected {trip.expected}"
        told += f"; {len(judged.trips)} days out of bounds" if len(judged.trips) > 1 else ""
        if name in ACCEPTABLE and all((source, day) in accepted for day, _ in judged.trips):
            severity, told = ("warning" if severity == "critical" else severity), f"accepted: {told}"
    elif not judged.days:
        severity = "info"
    return CheckResult(
        run_id, SUITE, name, source, severity, judged.rows, len(judged.trips), not judged.trips, False,
        f"{source}: {told}"[:OBSERVED_LIMIT], judged.meaning,
    )  # fmt: skip
