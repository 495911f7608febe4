"""The run report: one HTML file that a person can read offline and mail."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from expectations.reports import facts
from expectations.reports.charts import COLOURS, share_chart
from expectations.reports.drawing import Node, flow, spark, stack
from expectations.reports.facts import OUTCOMES, REPEAT, Reader, Row
from expectations.reports.headline import counts_of, next_steps, reason_says, sentence, status_of, stops, tiles
from expectations.reports.masking import show
from expectations.reports.page import moment, number, percent, write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb
    from markupsafe import Markup

SOURCES_DRAWN = 7
UNSAID: Row = dict.fromkeys(("started_at", "finished_at", "status", "reason", "command", "home", "rulebook_version"))
OUTCOME_SAYS = {
    "new": "never seen before",
    "unchanged": "known, same content",
    "changed": "known, new content",
    "merged": "shown twice in one capture",
    "quarantined": "not usable as they are, kept",
}


def write_run_report(con: duckdb.DuckDBPyConnection, run: dict[str, Any], out: Path) -> Path:
    """Write `out`/index.html about a run and return its path. `out` is the run's own folder under reports/.

    `run` is the journal entry (run_id, status, reason, counts, batches, steps, warnings, sources_failed, checks, ...);
    only run_id must be there. `con` reads the warehouse the report is about: the published one, or the run's copy
    where it was held back. What cannot be read is left out and named at the end. Raises OSError.
    """
    run = {**UNSAID, **run}
    read = Reader(con)
    batches = facts.batches(read, run)
    counts = counts_of(run, batches)
    quarantine = [_told(row) for row in facts.quarantine(read, run)]
    checks = [{**check, "stops": stops(check)} for check in facts.checks(read, run)]
    totals = facts.totals(read)
    labels, vetoes = facts.match_counts(read, run)
    values = {
        "run": run,
        "status": status_of(run),
        "bare": status_of(run).tone == "bad" and not counts["records"],
        "took": _duration(run),
        "counts": counts,
        "sentence": sentence(counts, len(batches)),
        "tiles": tiles(run, counts, totals, checks),
        "next_steps": next_steps(run, quarantine, checks),
        "last_published": facts.last_published(read, run),
        "flow": _flow(batches, counts) if counts["records"] else None,
        "job_bar": _job_bar(read, totals),
        "totals": totals,
        "batches": _with_history(batches, facts.history_by_source(read)),
        "failed": run.get("sources_failed") or [],
        "shares": _share_figures(read),
        "definitions": facts.definitions(read),
        "fields": [{**row, "spark": _share_spark(row)} for row in facts.fields_compared(read)],
        "rules": _rules_by_field(facts.rules(read, run)),
        "quarantine": quarantine[: facts.REASONS_SHOWN],
        "quarantine_more": quarantine[facts.REASONS_SHOWN :],
        "checks": checks,
        "labels": labels,
        "vetoes": vetoes,
        "calls": [
            ("Held together, with the weakest evidence", facts.closest_calls(read, run, together=True)),
            ("Kept apart, although most alike", facts.closest_calls(read, run, together=False)),
        ],
        "warnings": Counter(show(warning, 400) for warning in run.get("warnings") or []),
        "steps": _steps(run),
        "docs": (out / "data_docs" / "index.html").exists(),
        "repeat_queries": {name: query.replace("{run}", _plain(run["run_id"])) for name, query in REPEAT.items()},
        "notes": read.notes,
    }
    return write_page("run.html.j2", out / "index.html", **values)


def _told(row: Row) -> Row:
    """A reason with its explanation and with samples that differ in what is shown of them."""
    samples: dict[str, Row] = {}
    for sample in row["samples"]:
        samples.setdefault(show(sample["payload"], 420), sample)
    kept = list(samples.values())[: facts.SAMPLES_A_REASON]
    refused = str(row["reason"]).startswith("not_a_posting")
    return {**row, **reason_says(row["reason"]), "samples": kept, "refused": refused}


def _plain(run_id: Any) -> str:
    """A run id as it may stand inside a command line: letters, digits and dashes."""
    return "".join(c for c in str(run_id) if c.isalnum() or c in "-_.")


def _duration(run: Row) -> float | None:
    start, end = moment(run.get("started_at")), moment(run.get("finished_at"))
    return (end - start).total_seconds() if start and end else None


def _flow(batches: Sequence[Row], counts: dict[str, int]) -> Markup:
    sources = [Node(show(row["source"], 20), row["records"], "ink") for row in batches[:SOURCES_DRAWN]]
    rest = batches[SOURCES_DRAWN:]
    if rest:
        sources.append(Node(f"from {len(rest)} more", sum(row["records"] for row in rest), "ink"))
    names = {"quarantined": "set aside"}
    outcomes = [
        Node(
            names.get(name, name),
            counts[name],
            name,
            f"{percent(counts[name], counts['records'])} · {OUTCOME_SAYS[name]}",
        )
        for name in OUTCOMES
    ]
    return flow(
        sources,
        Node("records in", counts["records"], "ink"),
        outcomes,
        title="What came in and what became of it",
        says=sentence(counts, len(batches)),
    )


def _job_bar(read: Reader, totals: Row) -> Markup | None:
    if not totals["postings"]:
        return None
    sizes = facts.job_sizes(read)
    return stack(
        [
            Node("jobs advertised once", sizes["once"], "new"),
            Node("twice", sizes["twice"], "changed"),
            Node("three times or more", sizes["more"], "merged"),
        ],
        title="Jobs by how often they were advertised",
    )


def _with_history(batches: Sequence[Row], history: dict[str, list[Row]]) -> list[Row]:
    rows = []
    for batch in batches:
        past = history.get(batch["source"], [])
        sizes = [row["records"] for row in past]
        says = f"records in the last {len(sizes)} runs: {', '.join(number(n) for n in sizes)}"
        rows.append({**batch, "spark": spark(sizes, says=says)})
    return rows


def _share_figures(read: Reader) -> list[Row]:
    """One figure a denominator: chart, its numbers, breaks in the months shown."""
    titles = {row["definition"]: row["title"] for row in facts.definitions(read)}
    wanted = {name: titles[name] for name in (facts.STRICT, facts.WIDE) if name in titles}
    figures = []
    for denominator in facts.DENOMINATORS:
        rows = [row for row in facts.shares(read, denominator) if row["definition"] in wanted]
        if not rows:
            continue
        months = sorted({row["month"] for row in rows})
        broken = facts.breaks(read, months[0], months[-1])
        newest = _newest(rows, wanted)
        title = f"Deep-learning jobs as a share of {titles.get(denominator, denominator).lower()}, month by month"
        table = [
            {
                "month": month,
                "complete": any(r["complete"] for r in group),
                "cells": {(r["basis"], r["definition"]): r for r in group},
            }
            for month, group in ((m, [r for r in rows if r["month"] == m]) for m in reversed(months[-36:]))
        ]
        figures.append(
            {
                "denominator": denominator,
                "denominator_title": titles.get(denominator, denominator),
                "title": title,
                "chart": share_chart(
                    rows,
                    wanted,
                    [row["day"] for row in broken if row["kind"].startswith("source_")],
                    name=f"share-{denominator}",
                    title=title,
                    says="; ".join(newest),
                ),
                "newest": newest,
                "titles": wanted,
                "table": table,
                "breaks": broken,
            }
        )
    return figures


def _newest(rows: Sequence[Row], titles: dict[str, str]) -> list[str]:
    """The newest complete month in words, a line a definition: also for those who do not see the chart."""
    complete = [row for row in rows if row["complete"]] or list(rows)
    month = max(row["month"] for row in complete)
    cells = {(row["definition"], row["basis"]): row for row in complete if row["month"] == month}
    lines = []
    for definition, title in titles.items():
        parts = [
            f"{percent(row['share'])} of {number(row['total'])} {basis} "
            f"(95% interval {percent(row['low'])} to {percent(row['high'])})"
            for basis in ("jobs", "postings")
            if (row := cells.get((definition, basis)))
        ]
        lines.append(f"{title}, {month[:7]}: {', '.join(parts)}")
    return lines


def _share_spark(row: Row) -> Markup:
    line = row["line"] or []
    return spark(line, says=f"{row['title']}: share of all jobs, last {len(line)} complete months")


def _rules_by_field(rules: Sequence[Row]) -> Row:
    """Rules grouped by field in running order, the busiest in front, and those that never fired."""
    busiest = sorted(
        (rule for rule in rules if rule["overall"]),
        key=lambda r: (-r["here"], -r["overall"], r["code"]),
    )[:12]
    top = max((max(rule["here"], 1) for rule in busiest), default=1)
    groups = [
        {
            "field": field,
            "rules": listed,
            "here": sum(r["here"] for r in listed),
            "overall": sum(r["overall"] for r in listed),
        }
        for field, listed in ((field, list(group)) for field, group in groupby(rules, key=lambda r: r["field"]))
    ]
    # One rule takes whatever is left for a posting: it changes nothing, so nothing of it is counted.
    idle = [rule for rule in rules if not rule["overall"] and rule["name"] != "kind.posting"]
    return {
        "busiest": busiest,
        "top": top,
        "groups": groups,
        "idle": idle,
        "count": sum(rule["known"] for rule in rules),
    }


def _steps(run: Row) -> list[Row]:
    steps = run.get("steps") or []
    top = max((float(step.get("wall_seconds") or 0) for step in steps), default=0) or 1
    return [
        {
            "peak_memory_mb": None,
            "cpu_seconds": None,
            "wall_seconds": None,
            **step,
            "part": 100 * float(step.get("wall_seconds") or 0) / top,
        }
        for step in steps
    ]


__all__ = ["COLOURS", "write_run_report"]
