"""The run report: what one run did, in one file that a person can read offline and mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expectations.reports import drift, facts, matching, sections
from expectations.reports.facts import Reader, Row
from expectations.reports.figures import Figures
from expectations.reports.headline import counts_of, next_steps, sentence, status_of, stops, tiles, warns, why_of
from expectations.reports.page import moment, write_page
from expectations.reports.shares import share_figures, share_spark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from expectations.reports.matching import Told

UNSAID: Row = dict.fromkeys(("started_at", "finished_at", "status", "reason", "command", "home", "rulebook_version"))
CALLS = {
    "merged": ("Held together, on the least evidence", "One job, but only just: is it one?", "--different"),
    "apart": ("Kept apart, though nearly merged", "Two jobs, but only just: are they two?", "--same"),
    "vetoed": (
        "Kept apart by a contradiction, though the texts are alike",
        "Does the contradiction hold?",
        "--same",
    ),
}


def write_run_report(
    con: duckdb.DuckDBPyConnection,
    run: dict[str, Any],
    out: Path,
    words: Callable[[Row], Told] = matching.bare_words,
) -> Path:
    """Write `out`/index.html about a run and return its path. `out` is the run's own folder under reports/.

    `run` is the journal entry (run_id, status, reason, counts, batches, steps, warnings, sources_failed, checks, ...);
    only run_id must be there. `con` reads the warehouse the report is about: the published one, or the run's copy
    where it was held back. `words` tells a decision of matching in words. What cannot be read is left out and named at
    the end. Raises OSError.
    """
    run = {**UNSAID, **run}
    read, figure = Reader(con), Figures(run["run_id"], run["status"])
    ledger = facts.ledger(read, run)
    run |= {"took": ledger.get("seconds") if ledger else _duration(run)}
    batches = facts.batches(read, run)
    counts = counts_of(run, batches)
    quarantine = [sections.told(row) for row in facts.quarantine(read, run)]
    checks = [
        {**check, "stops": stops(check), "told": not (check["passed"] or stops(check) or warns(check))}
        for check in facts.checks(read, run)
    ]
    totals = facts.totals(read)
    usual = drift.by_source(read, figure)
    labels, vetoes = matching.counts(read, run, words)
    status = status_of(run)
    values = {
        "run": run,
        "status": status,
        "bare": status.tone == "bad" and not counts["records"],
        "why": why_of(run),
        "landed": facts.landed(run),
        "counts": counts,
        "sentence": sentence(counts, len(batches)),
        "tiles": tiles(run, counts, totals, checks, figure),
        "next_steps": next_steps(run, quarantine, checks),
        "last_published": facts.last_published(read, run),
        "flow": sections.flow_of(batches, counts, figure) if counts["records"] else None,
        "job_bar": sections.job_bar(facts.job_sizes(read), figure) if totals["postings"] else None,
        "totals": totals,
        "batches": [{**row, "usual": usual.get(row["source"])} for row in batches],
        "measures": sections.MEASURES,
        "mixes": sections.mixes(read, figure),
        "failed": run.get("sources_failed") or [],
        "held": run.get("sources_held") or [],
        "warnings": sections.counted(run.get("warnings") or []),
        "shares": share_figures(read, figure),
        "definitions": facts.definitions(read),
        "fields": [{**row, "spark": share_spark(row)} for row in facts.fields_compared(read)],
        "rules": sections.rules_by_field(facts.rules(read, run)),
        "quarantine": quarantine,
        "checks": [{**check, **sections.check_history(check)} for check in checks],
        "labels": labels,
        "vetoes": vetoes,
        "calls": [(*CALLS[kind], matching.closest(read, run, kind, words)) for kind in CALLS],
        "blocks": matching.passed_over(run),
        "matching": run.get("matching") or {},
        "steps": sections.steps(run, facts.ledger_steps(read, run), facts.steps_before(read, run)),
        "docs": sections.suites_in(out / "data_docs"),
        "figure": figure,
        "spark": sections.measure_spark,
        "notes": read.notes,
    }
    return write_page("run.html.j2", out / "index.html", **values)


def _duration(run: Row) -> float | None:
    start, end = moment(run.get("started_at")), moment(run.get("finished_at"))
    return (end - start).total_seconds() if start and end else None
