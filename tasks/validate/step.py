"""The judging step: sets aside what cannot be used, and judges what was received and cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

import duckdb

from tasks.arrow_files import dataset
from tasks.clean.engine import SCHEMA
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.ingest.step import all_sources
from tasks.run import Run
from tasks.validate import apply_mask, judge, stop_reason
from tasks.validate.hold import hold
from tasks.validate.sources import judge_sources
from warehouse.connection import open_build


def judge_records(run: Run) -> str | None:
    """Mask and quarantine bad rows, judge each source, then what is left of the batch; the reason to stop, or None.

    A source's day that a gate of its own keeps out is taken from the run (run.held), and the rest goes on. Where nothing
    is left, that is the reason to stop.
    """
    with open_staged(run) as con:
        apply_mask(con)
        set_aside(con, run.rulebook)
        if run.kind != "replay":  # a replay is a choice of records, not a batch: no past of a source measures it
            judge_each_source(run, con)
            if not run.facts["captures"]:
                return nothing_left(run)
        results = judge(con, ("raw", "curated"), run.run_id, run.report / "data_docs")
    run.checks += [asdict(check) for check in results]
    return stop_reason(results)


def judge_each_source(run: Run, con: duckdb.DuckDBPyConnection) -> None:
    """Judge every source and day of the run by its own contract and past, and hold the days that fail."""
    contracts = {name: source.checks for name, source in all_sources(run.sources_dir).items()}
    judgement = judge_sources(con, contracts, run.run_id, accepted_days(run))
    run.checks += [asdict(check) for check in judgement.checks]
    if judgement.held:
        hold(con, run, judgement.held)


@contextmanager
def open_staged(run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """The run's private copy with what was cleaned staged for judging."""
    with open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        con.register("records", dataset(run.records, RECORDS))
        con.register("postings", dataset(run.postings, SCHEMA))
        stage(con)
        yield con


def accepted_days(run: Run) -> frozenset[tuple[str, date]]:
    """The days of sources that a person let in, where this run was made for that."""
    accepted = run.facts.get("accepted", {})
    return frozenset((each["source"], date.fromisoformat(each["day"])) for each in accepted.get("days", []))


def nothing_left(run: Run) -> str:
    """The reason to stop where every batch of the run is held."""
    first = run.held[0]
    more = f"; and {len(run.held) - 1} more" if len(run.held) > 1 else ""
    return f"source {first['source']} is held: {first['reason']}{more}"


def stage(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.staging: a slim row for every cleaned content and every record that splitting set aside."""
    con.execute("CREATE OR REPLACE TABLE work.profiles AS SELECT * FROM audit.batch_profiles LIMIT 0")
    con.execute(
        """
        CREATE OR REPLACE TABLE work.staging AS
        SELECT p.raw_id, p.capture_id, p.source, p.posting_id, p.content_id, k.source_key, p.titles[1] AS title, p.company,
               p.url, p.language, len(p.locations)::INT AS locations_count, p.locations[1].country AS country, p.seniority,
               p.role_family, p.employment_type, p.workplace, p.salary[1]."min" AS salary_min,
               p.salary[1]."max" AS salary_max, p.salary[1].currency AS salary_currency, p.salary[1].period AS salary_period,
               p.salary_year_usd_min, p.salary_year_usd_max, p.posted_on::DATE AS posted_on, k.seen_at::DATE AS captured_on,
               length(p.description)::INT AS description_chars,
               coalesce(contains(p.description, '<script') OR contains(p.description, 'javascript:'), false) AS has_markup,
               p.reason, p.detail
        FROM postings AS p JOIN work.keys AS k USING (raw_id)
        UNION ALL BY NAME
        SELECT raw_id, capture_id, source, posting_id, content_id, source_key, seen_at::DATE AS captured_on, reason, detail
        FROM work.keys WHERE reason IS NOT NULL
        """
    )


def set_aside(con: duckdb.DuckDBPyConnection, rulebook_version: str) -> None:
    """Make work.rejected (contents refused by a rule or the mask) and work.cleaned (the good ones, without texts)."""
    con.execute(
        """
        CREATE OR REPLACE TABLE work.rejected AS
        SELECT s.posting_id, s.content_id, s.reason, s.detail,
               CASE WHEN p.reason IS NULL THEN 'judge' ELSE 'clean' END AS stage, coalesce(p.rule, s.reason) AS rule
        FROM work.staging AS s JOIN (SELECT raw_id, reason, rule FROM postings) AS p USING (raw_id)
        WHERE s.reason IS NOT NULL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TABLE work.cleaned AS
        SELECT p.posting_id, p.content_id, p.titles[1] AS title, p.company, p.locations, p.salary,
               p.posted_on::DATE AS posted_on, $1 AS rulebook_version
        FROM postings AS p ANTI JOIN work.rejected AS j ON j.posting_id = p.posting_id AND j.content_id = p.content_id
        """,
        [rulebook_version],
    )
