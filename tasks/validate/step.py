"""The judging step: sets aside what cannot be used, and judges what was received and cleaned."""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from tasks.arrow_files import dataset
from tasks.clean.engine import SCHEMA
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.ingest.source import registry
from tasks.run import Run
from tasks.validate import apply_mask, judge, stop_reason
from tasks.validate.sources import judge_sources
from warehouse.connection import open_build


def judge_records(run: Run) -> str | None:
    """Mask and quarantine bad rows, run the suites raw and curated and the breakers; the reason to stop, or None."""
    with open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        con.register("records", dataset(run.records, RECORDS))
        con.register("postings", dataset(run.postings, SCHEMA))
        stage(con)
        apply_mask(con)
        set_aside(con, run.rulebook)
        results = judge(con, ("raw", "curated"), run.run_id, run.report / "data_docs")
        if run.kind != "replay":  # a replay is a choice of records, not a batch: no past of a source measures it
            promises = {name: source.checks for name, source in registry(run.sources_dir).items()}
            results += judge_sources(con, promises, run.run_id)
    run.checks += [asdict(check) for check in results]
    return stop_reason(results)


def stage(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.staging: a slim row for every cleaned content and every record that splitting set aside."""
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
