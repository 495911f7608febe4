"""The run in markdown and plain tables, for Prefect artifacts. Text from outside is masked, bounded and escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from expectations.reports.facts import OUTCOMES, Reader
from expectations.reports.headline import counts_of, next_steps, reason_says, sentence, status_of, stops
from expectations.reports.masking import show
from expectations.reports.page import number, percent, seconds, when

if TYPE_CHECKING:
    import duckdb

# What markdown, or HTML inside it, would take for more than text. A line break cannot occur: `show` keeps one line.
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$^:=@-])")
NUMBERED = re.compile(r"^(\d{1,9})\.")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
ROWS = 200


def plain(value: object, limit: int = 160) -> str:
    """A value as markdown that shows it literally: no markup, link, HTML or table cell can come of it."""
    return NUMBERED.sub(r"\1\\.", SPECIAL.sub(r"\\\1", "".join(ENTITIES.get(c, c) for c in show(value, limit))))


def run_markdown(run: dict[str, Any]) -> str:
    """The run as markdown: status, counts, what to do next, steps. `run` as in write_run_report."""
    status, counts = status_of(run), counts_of(run, run.get("batches") or ())
    sources = {batch["source"] for batch in run.get("batches") or ()}
    lines = [f"# {status.word}: run {plain(run['run_id'], 60)}", "", sentence(counts, len(sources)), "", status.says]
    if run.get("reason"):
        lines += ["", f"**Why:** {plain(run['reason'], 600)}"]
    lines += ["", "| | records | share |", "|---|---:|---:|", f"| came in | {number(counts['records'])} | |"]
    lines += [f"| {name} | {number(counts[name])} | {percent(counts[name], counts['records'])} |" for name in OUTCOMES]
    checks = run.get("checks") or []
    todo = next_steps(run, [], checks)
    if todo:
        lines += ["", "## What to do next", ""]
        lines += [
            f"{i}. {plain(step.text, 400)}" + (f" `{_code(step.command)}`" if step.command else "")
            for i, step in enumerate(todo, 1)
        ]
    if run.get("warnings"):
        lines += ["", "## Drift", "", *(f"- {plain(warning, 300)}" for warning in run["warnings"][:20])]
    if run.get("steps"):
        lines += ["", "## Time", "", "| step | wall | processor |", "|---|---:|---:|"]
        lines += [
            f"| {plain(step['step'], 40)} | {seconds(step.get('wall_seconds'))} | {seconds(step.get('cpu_seconds'))} |"
            for step in run["steps"]
        ]
    lines += ["", f"Started {when(run.get('started_at'))}, finished {when(run.get('finished_at'))}."]
    return "\n".join(lines) + "\n"


def checks_table(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Checks of this run as rows, those that stop first; at most 200."""
    checks = sorted(run.get("checks") or [], key=lambda c: (not stops(c), bool(c["passed"])))
    return [
        {
            "result": "passed" if c["passed"] else "did not run" if c.get("raised") else "failed",
            "severity": plain(c["severity"], 20),
            "suite": plain(c["suite"], 20),
            "check": plain(c["expectation"], 80),
            "meaning": plain(c.get("meaning"), 200),
            "rows": int(c.get("rows") or 0),
            "failing": int(c.get("failing") or 0),
            "observed": plain(c.get("observed"), 120),
        }
        for c in checks[:ROWS]
    ]


def quarantine_table(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What waits in quarantine, by source and reason, the most first: at most 200 rows, none if unreadable."""
    rows = Reader(con).rows(
        f"""SELECT source, reason, stage, count(*) AS n, min(first_seen) AS since FROM audit.quarantine
        WHERE replayed_in IS NULL GROUP BY ALL ORDER BY n DESC, source, reason LIMIT {ROWS}"""
    )
    return [
        {
            "source": plain(row["source"], 60),
            "reason": plain(row["reason"], 60),
            "meaning": reason_says(row["reason"])["meaning"],
            "stage": plain(row["stage"], 20),
            "records": row["n"],
            "since": when(row["since"]),
        }
        for row in rows
    ]


def _code(command: str) -> str:
    """A command inside back-ticks: it cannot end them."""
    return show(command, 300).replace("`", "'")
