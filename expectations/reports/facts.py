"""What a run report is made of, read from the warehouse by SQL. Nothing here knows HTML.

The queries that a reader may want to repeat stand in queries.py; here are those that fetch samples and history too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.reports.queries import QUERIES, RUNS_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]
OUTCOMES = ("new", "unchanged", "changed", "merged", "quarantined")
COUNTS = ("records", *OUTCOMES)
STRICT, WIDE = "deep_learning_strict", "deep_learning_frameworks"
DENOMINATORS = ("all", "software")
SAMPLES_A_RULE = 3
REASONS_SHOWN = 12
SAMPLES_A_REASON = 2
PAIRS_SHOWN = 5
MONTHS_SHOWN = 180

UNSAID: Row = {
    **dict.fromkeys(("meaning", "observed", "column_name", "rows", "failing")),
    "raised": False,
}  # of a check


@dataclass
class Reader:
    """Reads rows as dictionaries. What cannot be read is noted, not raised: a report is written of every run."""

    con: duckdb.DuckDBPyConnection
    notes: list[str] = field(default_factory=list)

    def rows(self, query: str, *values: Any) -> list[Row]:
        """All rows of a query; none, and a note, where it fails."""
        try:
            result = self.con.execute(query, list(values))
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except duckdb.Error as error:
            self.notes.append(str(error).split("\n", 1)[0][:300])
            return []

    def value(self, query: str, *values: Any) -> Any:
        """The first value of the first row, or None."""
        found = self.rows(query, *values)
        return next(iter(found[0].values())) if found else None


def landed(run: Row) -> dict[str, int]:
    """Captures of this run by source, as it tells them itself: also where nothing of them was loaded."""
    found: dict[str, int] = {}
    for capture in run.get("captures") or []:
        source = str(capture.get("source"))
        found[source] = found.get(source, 0) + 1
    return found


def ledger(read: Reader, run: Row) -> Row:
    """The run's own row as the warehouse has it; empty where it is not there (yet)."""
    found = read.rows(QUERIES["flow"].sql.replace("'{run}'", "?"), run["run_id"])
    return found[0] if found else {}


def ledger_steps(read: Reader, run: Row) -> list[str]:
    """Steps that had ended when the run was written into the ledger: publishing itself had not."""
    found = read.rows("SELECT steps FROM audit.runs WHERE run_id = ?", run["run_id"])
    return [str(step["step"]) for row in found for step in row["steps"] or []]


def steps_before(read: Reader, run: Row) -> dict[str, list[float]]:
    """Seconds on the wall of each step in the runs before this one that loaded something, oldest first."""
    found: dict[str, list[float]] = {}
    for row in read.rows(
        f"""SELECT steps FROM (
            SELECT started_at, steps FROM audit.runs
            WHERE run_id <> $1 AND records > 0 AND started_at < coalesce(TRY_CAST($2 AS TIMESTAMPTZ), now())
            ORDER BY started_at DESC LIMIT {RUNS_BACK - 1}) ORDER BY started_at""",
        run["run_id"],
        str(run.get("started_at") or ""),
    ):
        for step in row["steps"] or []:
            found.setdefault(str(step["step"]), []).append(float(step["wall_seconds"] or 0))
    return found


def totals(read: Reader) -> Row:
    """What the warehouse holds: postings, open postings, jobs, sources, waiting records, runs."""
    return {
        "postings": read.value("SELECT count(*) FROM curated.postings"),
        "jobs": read.value("SELECT count(DISTINCT coalesce(job_id, posting_id)) FROM curated.postings"),
        "waiting": read.value("SELECT count(*) FROM audit.quarantine WHERE replayed_in IS NULL AND expired_in IS NULL"),
    }


def job_sizes(read: Reader) -> dict[str, int]:
    """Jobs by how often they were advertised: once, twice, three times or more."""
    row = read.rows(
        """SELECT count(*) FILTER (n = 1) AS once, count(*) FILTER (n = 2) AS twice, count(*) FILTER (n > 2) AS more
        FROM (SELECT count(*) AS n FROM curated.postings GROUP BY coalesce(job_id, posting_id))"""
    )
    return {name: int(n) for name, n in row[0].items()} if row else {"once": 0, "twice": 0, "more": 0}


def batches(read: Reader, run: Row) -> list[Row]:
    """Counts of this run by source: from the run itself, else from the ledger."""
    given = run.get("batches") or read.rows("SELECT * FROM audit.batches WHERE run_id = ?", run["run_id"])
    by_source: dict[str, Row] = {}
    for batch in given:
        row = by_source.setdefault(str(batch["source"]), {"captures": 0, **dict.fromkeys(COUNTS, 0)})
        row["captures"] += 1
        for name in COUNTS:
            row[name] += int(batch.get(name) or 0)
    ordered = sorted(by_source.items(), key=lambda item: (-item[1]["records"], item[0]))
    return [{"source": source, **row} for source, row in ordered]


def shares(read: Reader, denominator: str) -> list[Row]:
    """Rows for the share chart: both definitions, both bases, the newest months, month as ISO text."""
    return read.rows(
        f"""SELECT "month"::VARCHAR AS "month", definition, basis, numerator, total, "share", low, high, complete
        FROM marts.shares_monthly
        WHERE denominator = ? AND definition IN (?, ?)
          AND "month" > (SELECT max("month") FROM marts.shares_monthly) - INTERVAL {MONTHS_SHOWN} MONTH
        ORDER BY "month", definition, basis""",
        denominator,
        STRICT,
        WIDE,
    )


def definitions(read: Reader) -> list[Row]:
    """Title, kind and description of every definition, in order."""
    return read.rows("SELECT definition, version, title, kind, description FROM marts.definitions ORDER BY position")


def fields_compared(read: Reader) -> list[Row]:
    """Every definition's share of all jobs in the newest complete month and a year before, with the months between."""
    return read.rows(
        """WITH line AS (
            SELECT s.*, d.title, d.position, d.kind
            FROM marts.shares_monthly AS s JOIN marts.definitions AS d USING (definition)
            WHERE denominator = 'all' AND basis = 'jobs' AND complete
        ), newest AS (SELECT max("month") AS "month" FROM line)
        SELECT definition, any_value(title) AS title, any_value(kind) AS kind, any_value(newest."month") AS "month",
               any_value(l."share") FILTER (l."month" = newest."month") AS "share",
               any_value(low) FILTER (l."month" = newest."month") AS low,
               any_value(high) FILTER (l."month" = newest."month") AS high,
               any_value(numerator) FILTER (l."month" = newest."month") AS numerator,
               any_value(total) FILTER (l."month" = newest."month") AS total,
               any_value(l."share") FILTER (l."month" = newest."month" - INTERVAL 1 YEAR) AS before,
               any_value(low) FILTER (l."month" = newest."month" - INTERVAL 1 YEAR) AS before_low,
               any_value(high) FILTER (l."month" = newest."month" - INTERVAL 1 YEAR) AS before_high,
               list(l."share" ORDER BY l."month") FILTER (l."month" >= newest."month" - INTERVAL 3 YEAR) AS line
        FROM line AS l CROSS JOIN newest
        GROUP BY definition ORDER BY any_value(position)"""
    )


def breaks(read: Reader, since: str | None, until: str | None) -> list[Row]:
    """Events that change what is counted, within the months shown."""
    if since is None:
        return []
    return read.rows(
        """SELECT "day"::VARCHAR AS "day", source, kind, what FROM marts.breaks
        WHERE "day" BETWEEN ?::DATE AND ?::DATE + INTERVAL 1 MONTH ORDER BY "day" """,
        since,
        until,
    )


def rules(read: Reader, run: Row) -> list[Row]:
    """Every rule with what it did: `here` in postings this run brought or changed, `overall` in the warehouse."""
    return read.rows(
        f"""WITH fresh AS (
            SELECT DISTINCT s.posting_id FROM curated.sightings AS s SEMI JOIN (
                SELECT capture_id FROM audit.batches WHERE run_id = $1) AS b USING (capture_id)
            WHERE s.outcome IN ('new', 'changed')
        ), used AS (
            SELECT unnest(p.change_ids) AS change_id, p.posting_id, f.posting_id IS NOT NULL AS fresh
            FROM curated.postings AS p LEFT JOIN fresh AS f USING (posting_id)
        ), counted AS (
            SELECT change_id, count(*) AS overall, count(*) FILTER (fresh) AS here,
                   coalesce(min(posting_id) FILTER (fresh), min(posting_id)) AS posting_id
            FROM used GROUP BY change_id
        ), done AS (
            SELECT v.rule, sum(overall)::BIGINT AS overall, sum(here)::BIGINT AS here,
                   max_by(struct_pack(before := left(before, 400), after := left(after, 400), posting_id, n := here),
                          (here, overall, change_id), {SAMPLES_A_RULE}) AS samples
            FROM counted JOIN audit.change_values AS v USING (change_id) GROUP BY v.rule
            UNION ALL BY NAME
            SELECT rule, count(*) AS overall, count(*) FILTER (run_id = $1) AS here,
                   max_by(struct_pack(before := left(detail, 400), after := 'quarantine: ' || reason, posting_id := raw_id,
                                      n := 1::BIGINT), (first_seen, raw_id), {SAMPLES_A_RULE}) AS samples
            FROM audit.quarantine WHERE stage = 'clean' GROUP BY rule
        )
        SELECT r.code IS NOT NULL AS known, coalesce(r.code, d.rule) AS code,
               coalesce(r.name, 'no longer in the rulebook') AS name, coalesce(r.field, '(retired)') AS field,
               coalesce(r.does, '') AS does,
               coalesce(d.overall, 0) AS overall, coalesce(d.here, 0) AS here, coalesce(d.samples, []) AS samples
        FROM audit.rules AS r FULL JOIN done AS d ON d.rule = r.code
        ORDER BY r.position NULLS LAST, code""",
        run["run_id"],
    )


def quarantine(read: Reader, run: Row) -> list[Row]:
    """Reasons of this run with counts by stage, how many wait in all, and a few samples."""
    found = read.rows(
        f"""WITH waiting AS (
            SELECT reason, count(*) FILTER (replayed_in IS NULL AND expired_in IS NULL) AS waiting FROM audit.quarantine GROUP BY reason)
        SELECT reason, count(*) AS n, any_value(stage) AS stage, any_value(waiting) AS waiting,
               list_sort(list(DISTINCT source))[:6] AS sources,
               min_by(struct_pack(raw_id, source, source_file := left(source_file, 200), ordinal,
                                  detail := left(detail, 400), payload := left(payload, 1200)),
                      (length(payload) < 40, hash(raw_id)), {3 * SAMPLES_A_REASON}) AS samples
        FROM audit.quarantine JOIN waiting USING (reason) WHERE run_id = ? GROUP BY reason ORDER BY n DESC, reason""",
        run["run_id"],
    )
    if found:
        return found
    given = run.get("quarantine_counts") or {}
    return [
        {"reason": reason, "n": n, "stage": "", "waiting": None, "sources": [], "samples": []}
        for reason, n in sorted(given.items(), key=lambda item: (-int(item[1]), str(item[0])))
    ]


def checks(read: Reader, run: Row) -> list[Row]:
    """The checks of this run, those that stop first, each with its earlier results: `past`, oldest first.

    A result is {run_id, severity, passed, failing}. A check of a source is told from its namesakes by `column_name`.
    """
    given: Sequence[Row] = run.get("checks") or read.rows("SELECT * FROM audit.checks WHERE run_id = ?", run["run_id"])
    past: dict[tuple[str, ...], list[Row]] = {}
    for row in read.rows(
        f"""SELECT c.suite, c.expectation, c.column_name, c.run_id, c.severity, c.passed, c.failing FROM audit.checks AS c
        JOIN (SELECT run_id, started_at FROM audit.runs
              WHERE started_at < coalesce(TRY_CAST($2 AS TIMESTAMPTZ), now()) AND run_id <> $1
              ORDER BY started_at DESC LIMIT {RUNS_BACK - 1}) AS r USING (run_id) ORDER BY r.started_at""",
        run["run_id"],
        str(run.get("started_at") or ""),
    ):
        past.setdefault(_check_name(row), []).append(row)
    rank = {"critical": 0, "warning": 1, "info": 2}
    return sorted(
        ({**UNSAID, **row, "past": past.get(_check_name(row), [])} for row in given),
        key=lambda row: (bool(row["passed"]), not row.get("raised"), rank.get(str(row["severity"]), 3)),
    )


def _check_name(row: Row) -> tuple[str, ...]:
    return str(row["suite"]), str(row["expectation"]), str(row.get("column_name") or "")


def last_published(read: Reader, run: Row) -> Row | None:
    """The newest run before this one that was published, or None."""
    found = read.rows(
        "SELECT run_id, started_at FROM audit.runs WHERE published AND run_id <> ? ORDER BY started_at DESC LIMIT 1",
        run["run_id"],
    )
    return found[0] if found else None
