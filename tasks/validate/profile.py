"""What each source shows on each day of a run, in a few figures: the batch's own side of every breaker.

A day is profiled whole, whatever of it is new: an unchanged posting counts with what the warehouse knows of it. So a
rulebook that reads everything anew, or a day with two new postings, does not look like another source. Only texts are
measured on what was read in this run, as their lengths are kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from tasks.ingest.contract import FIELDS
from tasks.validate.mask import REASONS

if TYPE_CHECKING:
    import duckdb

# Rows that reached judging: cleaned and accepted, or refused by the mask. What a rule refused was no posting.
JUDGED = f"(s.reason IS NULL OR s.reason IN ({', '.join(repr(reason) for reason in REASONS)}))"

# What "missing" means for a cleaned field, over work.described. Texts are known of what this run read alone.
MISSING = {name: f"{name} IS NULL" for name in FIELDS} | {
    "locations": "coalesce(locations_count, 0) = 0",
    "employment_type": "coalesce(len(employment_type), 0) = 0",
    "workplace": "coalesce(len(workplace), 0) = 0",
    "salary": "coalesce(salary_min, salary_max) IS NULL",
    "description": "coalesce(description_chars, 0) = 0",
}
MEDIANS = {
    "salary": "CASE WHEN salary_year_usd_min > 0 THEN salary_year_usd_min END",
    "text": "CASE WHEN fresh AND description_chars > 0 THEN description_chars END",
    "title_length": "length(title)",
    "age": "CASE WHEN posted_on <= day THEN day - posted_on ELSE 0 * (day - posted_on) END",
}
MIXES = {
    "language": "language",
    "country": "country",
    "employment_type": "CASE WHEN len(employment_type) > 0 THEN array_to_string(list_sort(employment_type), ' ') END",
    "workplace": "CASE WHEN len(workplace) > 0 THEN array_to_string(list_sort(workplace), ' ') END",
    "role_family": "role_family",
    "currency": "CASE WHEN coalesce(salary_min, salary_max) IS NOT NULL THEN coalesce(salary_currency, '(none)') END",
    "pay_period": "CASE WHEN coalesce(salary_min, salary_max) IS NOT NULL THEN coalesce(salary_period, '(none)') END",
}
# Columns in which one value must not stand for all: a constant column, a value copied down.
ONE_VALUE = {
    "one_title": "title",
    "one_company": "company",
    "one_url": "url",
    "one_text": "CASE WHEN fresh AND description_chars > 0 THEN description_chars END",
}
CATEGORIES_KEPT = 40  # the rest of a mix is kept as one


class Measure(NamedTuple):
    """One figure of a day: how many rows it rests on, and a number or a mix of categories."""

    n: int
    value: float | None = None
    mix: dict[str, int] | None = None


@dataclass
class Day:
    """What a source showed on one day of one run. `accepted`: a person let it in."""

    run_id: str
    source: str
    day: date
    measures: dict[str, Measure] = field(default_factory=dict)
    accepted: bool = False


def describe_batch(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.shown (a posting of a source on a day) and work.described (what is known of each, cleaned)."""
    con.execute(
        """
        CREATE OR REPLACE TABLE work.shown AS
        SELECT c.source, (k.seen_at AT TIME ZONE 'UTC')::DATE AS day, k.posting_id,
               max_by(k.content_id, (coalesce(k.recency, ''), k.content_id)) AS content_id,
               count(*) AS records, bool_and(k.listed_closed) AS closed
        FROM work.keys AS k JOIN work.captures AS c USING (capture_id) WHERE k.reason IS NULL GROUP BY ALL
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE work.described AS
        WITH read AS (
            SELECT DISTINCT ON (posting_id, content_id) * EXCLUDE (raw_id, capture_id, source, source_key, captured_on, detail)
            FROM work.staging
        )
        SELECT w.source, w.day, true AS fresh, s.* EXCLUDE (posting_id, content_id, reason)
        FROM work.shown AS w JOIN read AS s USING (posting_id, content_id) WHERE {JUDGED}
        UNION ALL BY NAME
        SELECT w.source, w.day, false AS fresh, p.title, p.company, p.url, p.language, len(p.locations)::INT AS locations_count,
               p.locations[1].country AS country, p.seniority, p.role_family, p.employment_type, p.workplace,
               p.salary[1]."min" AS salary_min, p.salary[1]."max" AS salary_max, p.salary[1].currency AS salary_currency,
               p.salary[1].period AS salary_period, p.salary_year_usd_min, p.salary_year_usd_max, p.posted_on
        FROM work.shown AS w ANTI JOIN work.staging USING (posting_id, content_id)
        JOIN curated.postings AS p ON p.posting_id = w.posting_id AND p.content_id = w.content_id
        """
    )


def profile_days(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Day]:
    """Every source and day of this run with its measures, by source and day. Needs `describe_batch`."""
    days = {(day.source, day.day): day for day in count_days(con, run_id)}
    for source, when, name, measure in [*columns_of(con), *repeated_values(con)]:
        days[source, when].measures[name] = measure
    return [days[key] for key in sorted(days)]


def count_days(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Day]:
    """Records, and the shares of them that were repeated, refused or unreadable."""
    rows = con.execute(
        """
        WITH refused AS (SELECT DISTINCT posting_id, content_id FROM work.staging WHERE reason IS NOT NULL)
        SELECT c.source, (k.seen_at AT TIME ZONE 'UTC')::DATE AS day, count(*),
               count(*) FILTER (k.reason IS NOT NULL OR r.posting_id IS NOT NULL), count(*) FILTER (k.reason IS NOT NULL),
               bool_and(c.coverage = 'snapshot'), count(k.posting_id)
        FROM work.keys AS k JOIN work.captures AS c USING (capture_id)
        LEFT JOIN refused AS r ON r.posting_id = k.posting_id AND r.content_id = k.content_id
        GROUP BY ALL
        """
    ).fetchall()
    shown = con.execute("SELECT source, day, count(*), sum(records)::BIGINT FROM work.shown GROUP BY ALL").fetchall()
    postings = {(source, day): (count, records) for source, day, count, records in shown}
    found = []
    for source, day, records, refused, unreadable, whole, _ in rows:
        count, good = postings.get((source, day), (0, 0))
        measures = {
            "rows": Measure(records, records),
            "refused": Measure(records, refused / records),
            "unreadable": Measure(records, unreadable / records),
            "duplicates": Measure(good, 1 - count / good if good else None),
            "whole": Measure(records, float(whole)),  # whether it lists everything: what is missing has closed
        }
        found.append(Day(run_id, source, day, measures))
    return found


def columns_of(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date, str, Measure]]:
    """Null rates, medians and mixes, a row a source, day and measure, from one pass over work.described."""
    parts = ["count(*)", "count(*) FILTER (fresh)", "min(day - posted_on)", "count(posted_on)"]
    parts += [
        f"count(*) FILTER ({test}{' AND fresh' if name == 'description' else ''})" for name, test in MISSING.items()
    ]
    parts += [f"{how}({value})" for value in MEDIANS.values() for how in ("count", "median")]
    parts += [f"histogram({value})::MAP(VARCHAR, BIGINT)" for value in MIXES.values()]
    found = []
    for source, day, n, fresh, newest, dated, *rest in con.execute(
        f"SELECT source, day, {', '.join(parts)} FROM work.described GROUP BY source, day"
    ).fetchall():
        values = iter(rest)
        measures = {"newest": Measure(dated, newest)}
        for name in MISSING:
            of, missing = fresh if name == "description" else n, next(values)
            measures[f"missing_{name}"] = Measure(of, missing / of if of else None)
        for name in MEDIANS:
            measures[name] = Measure(next(values), next(values))
        for name in MIXES:
            mix = trimmed(next(values) or {})
            measures[name] = Measure(sum(mix.values()), None, mix)
        found += [(source, day, name, measure) for name, measure in measures.items()]
    return found


def trimmed(mix: dict[str, int]) -> dict[str, int]:
    """The commonest categories, the others together."""
    ranked = sorted(mix.items(), key=lambda each: (-each[1], each[0]))
    rest = sum(count for _, count in ranked[CATEGORIES_KEPT:])
    return dict(ranked[:CATEGORIES_KEPT]) | ({"(other)": rest} if rest else {})


def repeated_values(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date, str, Measure]]:
    """The share of the commonest value of a column."""
    found = []
    for name, value in ONE_VALUE.items():
        rows = con.execute(
            f"""
            SELECT source, day, sum(n)::BIGINT, max(n) / sum(n)
            FROM (SELECT source, day, {value} AS value, count(*) AS n FROM work.described GROUP BY ALL)
            WHERE value IS NOT NULL GROUP BY source, day
            """
        ).fetchall()
        found += [(source, day, name, Measure(n, share)) for source, day, n, share in rows]
    return found


SCHEMA = pa.schema(
    [
        ("run_id", pa.string()), ("source", pa.string()), ("day", pa.date32()), ("measure", pa.string()), ("n", pa.int64()),
        ("value", pa.float64()), ("mix", pa.map_(pa.string(), pa.int64())), ("accepted", pa.bool_()),
    ]
)  # fmt: skip


def keep_profiles(con: duckdb.DuckDBPyConnection, days: list[Day]) -> None:
    """Make work.profiles, rows of audit.batch_profiles, of the days that are to be loaded."""
    rows = [
        {
            "run_id": day.run_id, "source": day.source, "day": day.day, "measure": name, "n": measure.n,
            "value": measure.value, "mix": None if measure.mix is None else list(measure.mix.items()),
            "accepted": day.accepted,
        }
        for day in days for name, measure in day.measures.items()
    ]  # fmt: skip
    con.register("profiles", pa.Table.from_pylist(rows, SCHEMA))
    con.execute("CREATE OR REPLACE TABLE work.profiles AS SELECT * FROM profiles")
    con.unregister("profiles")


def nearest_days(con: duckdb.DuckDBPyConnection, source: str, day: date, how_many: int) -> list[Day]:
    """The loaded days of a source nearest to a day, from audit.batch_profiles, oldest first."""
    rows = con.execute(
        """
        WITH units AS (
            SELECT DISTINCT run_id, "day" FROM audit.batch_profiles WHERE source = $1
            ORDER BY abs("day" - $2), "day", run_id LIMIT $3
        )
        SELECT run_id, "day", measure, n, "value", mix, accepted
        FROM audit.batch_profiles SEMI JOIN units USING (run_id, "day") WHERE source = $1 ORDER BY "day", run_id
        """,
        [source, day, how_many],
    ).fetchall()
    found: dict[tuple[date, str], Day] = {}
    for run_id, when, name, n, value, mix, accepted in rows:
        unit = found.setdefault((when, run_id), Day(run_id, source, when, {}, accepted))
        unit.measures[name] = Measure(n, value, mix)
    return list(found.values())
