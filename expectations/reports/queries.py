"""The SQL that reproduces what a report shows: printed beside every block of figures, run against it by a test.

Single quotes only and no column that needs quoting: each stands inside `winnow sql "..."`. The first columns of a query
name its rows; a figure in the page says which query, row and column it is (`figure` in page.py).
"""

from __future__ import annotations

from typing import NamedTuple

RUNS_BACK = 30

FRESH = (
    "SELECT DISTINCT posting_id FROM curated.sightings WHERE outcome IN ('new', 'changed') "
    "AND capture_id IN (SELECT capture_id FROM audit.batches WHERE run_id = '{run}')"
)
# What the runs of a source brought that was new, version by version, as it was read then.
MISSING = {
    "no_company": "company IS NULL",
    "no_place": "coalesce(len(locations), 0) = 0",
    "no_pay": "coalesce(len(salary), 0) = 0",
    "no_date": "posted_on IS NULL",
}
PAST = (
    "WITH past AS (SELECT run_id, source, min(loaded_at) AS loaded, sum(records)::BIGINT AS records, "
    "sum(quarantined)::BIGINT AS set_aside FROM audit.batches WHERE kind = 'capture' AND source IN (SELECT source FROM "
    "audit.batches WHERE run_id = '{run}') AND loaded_at <= (SELECT max(loaded_at) FROM audit.batches "
    "WHERE run_id = '{run}') GROUP BY run_id, source "
    f"QUALIFY row_number() OVER (PARTITION BY source ORDER BY loaded DESC) <= {RUNS_BACK})"
)
BROUGHT = (
    PAST
    + ", shown AS (SELECT raw_id, b.run_id, b.source FROM curated.sightings JOIN audit.batches AS b USING (capture_id) "
    "JOIN past ON past.run_id = b.run_id AND past.source = b.source WHERE outcome IN ('new', 'changed')), "
    "brought AS (SELECT run_id, s.source, count(*) AS versions, "
    + ", ".join(f"count(*) FILTER ({test}) / count(*) AS {name}" for name, test in MISSING.items())
    + ", median(usd) AS pay FROM curated.versions JOIN shown AS s USING (raw_id) "
    "JOIN (SELECT posting_id, salary_year_usd_min AS usd FROM curated.postings) AS p USING (posting_id) "
    "GROUP BY run_id, s.source) "
)


class Query(NamedTuple):
    """SQL that reproduces figures, and whether it asks about the run or about the warehouse as it stands."""

    sql: str
    of_run: bool


QUERIES = {
    "flow": Query(
        "SELECT records, new, unchanged, changed, merged, quarantined, epoch(finished_at - started_at) AS seconds "
        "FROM audit.runs WHERE run_id = '{run}'",
        of_run=True,
    ),
    "sources": Query(
        "SELECT source, count(*) AS captures, "
        + ", ".join(
            f"sum({name})::BIGINT AS {name}"
            for name in ("records", "new", "unchanged", "changed", "merged", "quarantined")
        )
        + " FROM audit.batches WHERE run_id = '{run}' GROUP BY source ORDER BY records DESC",
        of_run=True,
    ),
    "held": Query(
        "SELECT count(*) AS postings, count(DISTINCT coalesce(job_id, posting_id)) AS jobs, "
        "(SELECT count(*) FROM audit.quarantine WHERE replayed_in IS NULL AND expired_in IS NULL) AS waiting FROM curated.postings",
        of_run=False,
    ),
    "jobs": Query(
        "SELECT least(postings, 3) AS advertised, count(*) AS jobs FROM (SELECT count(*) AS postings "
        "FROM curated.postings GROUP BY coalesce(job_id, posting_id)) GROUP BY advertised ORDER BY advertised",
        of_run=False,
    ),
    "shares": Query(
        "SELECT month, definition, basis, share, low, high, numerator, total FROM marts.shares_monthly "
        "WHERE denominator = '{value}' AND starts_with(definition, 'deep_learning') ORDER BY ALL",
        of_run=False,
    ),
    "fields": Query(
        "WITH line AS (FROM marts.shares_monthly WHERE denominator = 'all' AND basis = 'jobs' AND complete) "
        "SELECT n.definition, n.share, n.low, n.high, n.total, b.share AS before FROM line AS n LEFT JOIN line AS b "
        "ON b.definition = n.definition AND b.month = n.month - INTERVAL 1 YEAR "
        "WHERE n.month = (SELECT max(month) FROM line)",
        of_run=False,
    ),
    "breaks": Query("SELECT day, source, kind, what FROM marts.breaks ORDER BY day", of_run=False),
    "rules": Query(
        f"WITH fresh AS ({FRESH}), done AS (SELECT rule, count(*) AS overall, count(f.posting_id) AS here "
        "FROM audit.changes LEFT JOIN fresh AS f USING (posting_id) GROUP BY rule UNION ALL SELECT rule, count(*), "
        "count(*) FILTER (run_id = '{run}') FROM audit.quarantine WHERE stage = 'clean' GROUP BY rule) "
        "SELECT coalesce(field, '(retired)') AS field, rule, sum(here)::BIGINT AS here, sum(overall)::BIGINT AS overall "
        "FROM done LEFT JOIN audit.rules ON code = rule GROUP BY ROLLUP (1, 2) ORDER BY here DESC",
        of_run=True,
    ),
    "idle": Query(
        "SELECT code, name, does FROM audit.rules WHERE name <> 'kind.posting' AND code NOT IN "
        "(SELECT rule FROM audit.changes UNION SELECT rule FROM audit.quarantine WHERE rule IS NOT NULL)",
        of_run=False,
    ),
    "quarantine": Query(
        "SELECT reason, count(*) FILTER (run_id = '{run}') AS here, count(*) FILTER (replayed_in IS NULL AND expired_in IS NULL) AS waiting "
        "FROM audit.quarantine GROUP BY reason ORDER BY here DESC, reason",
        of_run=True,
    ),
    "checked": Query(
        "SELECT count(*) FILTER (passed) AS passed, count(*) FILTER (NOT passed) AS failed, count(*) AS checks "
        "FROM audit.checks WHERE run_id = '{run}'",
        of_run=True,
    ),
    "checks": Query(
        "SELECT suite, expectation, column_name, rows, failing, severity, passed, observed FROM audit.checks "
        "WHERE run_id = '{run}' ORDER BY passed, severity, suite",
        of_run=True,
    ),
    "matches": Query(
        "SELECT coalesce(veto, label) AS decided, count(*) AS pairs FROM audit.matches WHERE run_id = '{run}' "
        "GROUP BY decided ORDER BY pairs DESC",
        of_run=True,
    ),
    "calls": Query(
        "SELECT posting_a, posting_b, score, label, veto, decided_by, evidence FROM audit.matches "
        "WHERE run_id = '{run}' AND decided_by <> 'identical' ORDER BY score",
        of_run=True,
    ),
    "blocks": Query(
        "SELECT block, passed_over FROM audit.blocks WHERE run_id = '{run}' ORDER BY passed_over DESC", of_run=True
    ),
    "drift": Query(
        BROUGHT + "SELECT source, run_id, records, set_aside / records AS set_aside, versions, "
        + ", ".join(MISSING) + ", pay FROM past LEFT JOIN brought USING (run_id, source) ORDER BY source, loaded",
        of_run=True,
    ),
    "mix": Query(
        PAST + " SELECT run_id, coalesce({value}, 'not said') AS what, count(*) AS new FROM curated.sightings "
        "JOIN audit.batches AS b USING (capture_id) JOIN past USING (run_id) JOIN (SELECT posting_id, role_family, "
        "locations[1].country AS country FROM curated.postings) AS p USING (posting_id) "
        "WHERE outcome = 'new' AND past.source = b.source GROUP BY run_id, what ORDER BY run_id, new DESC",
        of_run=True,
    ),
    "steps": Query(
        "SELECT step, wall_seconds, cpu_seconds, peak_memory_mb FROM "
        "(SELECT unnest(steps, recursive := true) FROM audit.runs WHERE run_id = '{run}')",
        of_run=True,
    ),
    "runs": Query(
        "SELECT run_id, status, records, new, unchanged, changed, merged, quarantined, "
        "epoch(finished_at - started_at) AS seconds FROM audit.runs ORDER BY started_at DESC",
        of_run=False,
    ),
}  # fmt: skip
