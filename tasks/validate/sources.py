"""Whether each source is still itself: breakers against its own past, and what its source.yml promises.

Suites judge a run as a whole; one source that has halved, or whose pay has grown tenfold, drowns in it. Everything here
is one row a source, compared with that source's earlier batches and current postings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expectations.entry import CheckResult
from tasks.validate.mask import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

SUITE = "sources"

# Rows under half or over three times the median of the last 14 days stop a run (FAULTS 37). Fewer than five earlier
# days or runs say nothing of what is usual, and of a source with less than ten records a day chance alone halves it.
WINDOW_DAYS = 14
FEWEST, MOST = 0.5, 3.0
HISTORY = 5
USUAL_ROWS = 10

# A field may be missing in this share of new postings more than in the source's current ones: half of all records
# losing a field is a moved column, not a market. Shares of fewer rows than these are chance. Only titles stop a run:
# two files of one real source (a city's openings, three years apart) differ by whole columns, dates and texts among
# them. A source that must keep a field says so in source.yml, and then it stops (FAULTS 36).
NULL_RISE = 0.5
NULL_ROWS, NULL_PAST = 20, 50

# Pay ten times what it was is a slipped unit (FAULTS 39); medians of fewer salaries jump by themselves.
PAY_FACTOR = 10.0
PAY_ROWS = 10

# Of this many records, not one usable: the source sends something else than postings.
UNUSABLE_ROWS = 20

# What "missing" means for the fields that source.yml may limit, over work.staging; and for those that are watched, over
# curated.postings.
MISSING = {
    "title": "title IS NULL",
    "company": "company IS NULL",
    "url": "url IS NULL",
    "language": "language IS NULL",
    "locations": "coalesce(locations_count, 0) = 0",
    "country": "country IS NULL",
    "seniority": "seniority IS NULL",
    "role_family": "role_family IS NULL",
    "employment_type": "coalesce(len(employment_type), 0) = 0",
    "workplace": "coalesce(len(workplace), 0) = 0",
    "salary": "coalesce(salary_min, salary_max) IS NULL",
    "posted_on": "posted_on IS NULL",
    "description": "coalesce(description_chars, 0) = 0",
}
MISSING_PAST = {
    "title": "title IS NULL",
    "company": "company IS NULL",
    "locations": "coalesce(len(locations), 0) = 0",
    "salary": "coalesce(len(salary), 0) = 0",
    "posted_on": "posted_on IS NULL",
    "description": "coalesce(description, '') = ''",
}

# Rows that reached judging: cleaned and accepted, or refused by the mask. What a rule refused was no posting.
JUDGED = f"(s.reason IS NULL OR s.reason IN ({', '.join(repr(reason) for reason in REASONS)}))"

# The source that was captured. Rows may name a source of their own; history and promises are the capture's.
NOW = """
SELECT c.source, (k.seen_at AT TIME ZONE 'UTC')::DATE AS day, count(*) AS n
FROM work.keys AS k JOIN work.captures AS c USING (capture_id) GROUP BY ALL
"""


def judge_sources(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Mapping[str, Any]], run_id: str
) -> list[CheckResult]:
    """Breakers and contract checks of every source in this run, before it is loaded and after the row mask.

    `contracts` maps a source to the `checks:` of its source.yml: `rows: [fewest, most]` records of a capture day,
    `null_rate: {field: highest share}`, `breakers: false` where its past is no measure. Critical ones stop a run; a
    source without enough history passes with severity info. Reads work.keys, work.captures, work.staging, raw.captures,
    audit.batches and curated.postings. Never raises for what a contract says: a check that cannot be run is a result.
    """
    sources = [row[0] for row in con.execute("SELECT DISTINCT source FROM work.captures ORDER BY source").fetchall()]
    excused = {source for source in sources if contracts.get(source, {}).get("breakers", True) is False}
    results = _usable(con, run_id)
    for breaker in (_rows_against_past, _nulls_against_past, _pay_against_past):
        results += [result for result in breaker(con, run_id) if result.column_name not in excused]
    for source in sources:
        results += _contract(con, source, contracts.get(source, {}), run_id)
    return results


def _result(
    run_id: str, name: str, source: str, meaning: str, observed: str, *, rows: int, failing: int = 0,
    severity: str = "critical", raised: bool = False,
) -> CheckResult:  # fmt: skip
    """A check of a source; the source stands where others have a column."""
    passed = failing == 0 and not raised
    told = f"{source}: {observed}"[:300]
    return CheckResult(run_id, SUITE, name, source, severity, rows, failing, passed, raised, told, meaning)


def _usable(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    meaning = f"of {UNUSABLE_ROWS} records or more, at least one is usable"
    rows = con.execute(
        """
        SELECT c.source, count(*), count(*) FILTER (k.reason IS NULL AND s.posting_id IS NULL)
        FROM work.keys AS k JOIN work.captures AS c USING (capture_id)
        LEFT JOIN (SELECT DISTINCT posting_id, content_id FROM work.staging WHERE reason IS NOT NULL) AS s
          ON s.posting_id = k.posting_id AND s.content_id = k.content_id
        GROUP BY c.source ORDER BY c.source
        """
    ).fetchall()
    return [
        _result(
            run_id, "source_usable", source, meaning, f"{usable} of {n} records are usable",
            rows=n, failing=n if n >= UNUSABLE_ROWS and usable == 0 else 0,
        )
        for source, n, usable in rows
    ]  # fmt: skip


def _rows_against_past(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    """Records of each capture day against the median of the days (and runs, where a day had several) before it."""
    meaning = f"a day's records are {FEWEST:.0%} to {MOST:.0%} of the median of the last {WINDOW_DAYS} days"
    rows = con.execute(
        f"""
        WITH past AS (
            SELECT b.source, b.run_id, (c.observed_at AT TIME ZONE 'UTC')::DATE AS day, sum(b.records) AS n
            FROM audit.batches AS b JOIN raw.captures AS c USING (capture_id)
            WHERE b.kind NOT IN ('replay', 'found') GROUP BY ALL
        ),
        compared AS (
            SELECT now.source, now.day, now.n, count(past.n) AS history, median(past.n) AS usual
            FROM ({NOW}) AS now
            LEFT JOIN past ON past.source = now.source AND past.day BETWEEN now.day - {WINDOW_DAYS} AND now.day
            GROUP BY ALL
        ),
        judged AS (
            SELECT *, history >= {HISTORY} AND usual >= {USUAL_ROWS} AS enough,
                   enough AND (n < {FEWEST} * usual OR n > {MOST} * usual) AS out
            FROM compared
        )
        SELECT source, sum(n)::BIGINT, count(*) FILTER (enough), count(*) FILTER (out),
               max_by(day::VARCHAR, (out, enough, day)), max_by(n, (out, enough, day)),
               max_by(usual, (out, enough, day)), max_by(history, (out, enough, day))
        FROM judged GROUP BY source ORDER BY source
        """
    ).fetchall()
    results = []
    for source, records, enough, out, day, n, usual, history in rows:
        told = f"{n} records on {day}; usual {usual or 0:g} (median of {history})"
        if not enough:
            told += f"; {HISTORY} with {USUAL_ROWS} records or more are needed to judge"
        results.append(
            _result(
                run_id, "rows_against_past", source, meaning, told + (f"; {out} days out of bounds" if out > 1 else ""),
                rows=records, failing=out, severity="critical" if enough else "info",
            )
        )  # fmt: skip
    return results


def _nulls_against_past(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    meaning = f"no field is missing in {NULL_RISE:.0%} of new postings more than in those that the source has"
    now = ", ".join(f"count(*) FILTER ({MISSING[field]}) / count(*)" for field in MISSING_PAST)
    past = ", ".join(f"count(*) FILTER ({test}) / count(*)" for test in MISSING_PAST.values())
    rows = con.execute(
        f"""
        SELECT n.source, n.rows, coalesce(p.rows, 0), n.rates, p.rates
        FROM (
            SELECT s.source, count(*) AS rows, [{now}] AS rates FROM work.staging AS s WHERE {JUDGED} GROUP BY s.source
        ) AS n
        LEFT JOIN (
            SELECT source, count(*) AS rows, [{past}] AS rates FROM curated.postings GROUP BY source
        ) AS p USING (source) ORDER BY n.source
        """
    ).fetchall()
    results = []
    for source, n, held, rates, usual in rows:
        if n < NULL_ROWS or held < NULL_PAST:
            told = f"{n} new postings, {held} held; {NULL_ROWS} and {NULL_PAST} are needed to judge"
            results.append(_result(run_id, "nulls_against_past", source, meaning, told, rows=n, severity="info"))
            continue
        pairs = zip(MISSING_PAST, rates, usual, strict=True)
        risen = [f"{field} {was:.0%} to {rate:.0%}" for field, rate, was in pairs if rate - was >= NULL_RISE]
        told = f"missing more often: {', '.join(risen)}" if risen else "no field is missing much more often"
        severity = "critical" if any(field.startswith("title ") for field in risen) else "warning"
        results.append(
            _result(run_id, "nulls_against_past", source, meaning, told, rows=n, failing=len(risen), severity=severity)
        )
    return results


def _pay_against_past(con: duckdb.DuckDBPyConnection, run_id: str) -> list[CheckResult]:
    meaning = f"median yearly pay is within a factor of {PAY_FACTOR:g} of what the source had"
    rows = con.execute(
        """
        SELECT source, n.rows, coalesce(p.rows, 0), n.pay, p.pay
        FROM (SELECT source, count(salary_year_usd_min) AS rows, median(salary_year_usd_min) AS pay
              FROM work.staging WHERE reason IS NULL GROUP BY ALL) AS n
        LEFT JOIN (SELECT source, count(salary_year_usd_min) AS rows, median(salary_year_usd_min) AS pay
                   FROM curated.postings GROUP BY ALL) AS p USING (source)
        WHERE n.rows > 0 ORDER BY source
        """
    ).fetchall()
    results = []
    for source, n, held, pay, usual in rows:
        if n < PAY_ROWS or held < PAY_ROWS or not usual:
            told = f"{n} new salaries, {held} held; {PAY_ROWS} of each are needed to judge"
            results.append(_result(run_id, "pay_against_past", source, meaning, told, rows=n, severity="info"))
            continue
        slipped = not 1 / PAY_FACTOR < pay / usual < PAY_FACTOR
        told = f"median {pay:,.0f} USD a year, was {usual:,.0f}"
        results.append(_result(run_id, "pay_against_past", source, meaning, told, rows=n, failing=n if slipped else 0))
    return results


def _contract(
    con: duckdb.DuckDBPyConnection, source: str, contract: Mapping[str, Any], run_id: str
) -> list[CheckResult]:
    """The promises of one source.yml."""
    results = []
    for promise, limit in contract.items():
        if promise == "rows":
            results.append(_promised_rows(con, source, limit, run_id))
        elif promise == "null_rate" and isinstance(limit, dict):
            results += [_promised_nulls(con, source, field, highest, run_id) for field, highest in limit.items()]
        elif promise != "breakers":
            results.append(_unreadable(run_id, f"contract_{promise}", source, f"checks.{promise} is not understood"))
    return results


def _unreadable(run_id: str, name: str, source: str, why: str) -> CheckResult:
    return _result(run_id, name, source, "source.yml's promise can be checked", why, rows=0, raised=True)


def _promised_rows(con: duckdb.DuckDBPyConnection, source: str, limit: Any, run_id: str) -> CheckResult:
    if not (isinstance(limit, list | tuple) and len(limit) == 2 and all(_is_number(bound) for bound in limit)):
        return _unreadable(run_id, "contract_rows", source, f"checks.rows is {limit!r}: write [fewest, most]")
    fewest, most = limit
    days = con.execute(f"SELECT day::VARCHAR, n FROM ({NOW}) WHERE source = ? ORDER BY day", [source]).fetchall()
    wrong = [f"{n} on {day}" for day, n in days if not fewest <= n <= most]
    if not days and fewest > 0:
        wrong = ["no record at all"]
    return _result(
        run_id, "contract_rows", source, f"a capture day has {fewest} to {most} records, as source.yml promises",
        "; ".join(wrong[:5]) or f"{sum(n for _, n in days)} records in {len(days)} days",
        rows=sum(n for _, n in days), failing=len(wrong),
    )  # fmt: skip


def _promised_nulls(con: duckdb.DuckDBPyConnection, source: str, field: str, highest: Any, run_id: str) -> CheckResult:
    name = f"contract_null_rate_{field}"
    if field not in MISSING or not _is_number(highest):
        why = f"checks.null_rate.{field}: {highest!r} is not a share of one of {', '.join(MISSING)}"
        return _unreadable(run_id, name[:60], source, why)
    row = con.execute(
        f"""
        SELECT count(*), count(*) FILTER ({MISSING[field]})
        FROM work.staging AS s JOIN work.captures AS c USING (capture_id) WHERE c.source = ? AND {JUDGED}
        """,
        [source],
    ).fetchone()
    n, missing = row or (0, 0)
    meaning = f"{field} is missing in at most {highest:.0%} of new postings, as source.yml promises"
    if n == 0:
        return _result(run_id, name, source, meaning, "nothing new to look at", rows=0, severity="info")
    told = f"{missing} of {n} are missing ({missing / n:.1%})"
    return _result(run_id, name, source, meaning, told, rows=n, failing=missing if missing / n > highest else 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
