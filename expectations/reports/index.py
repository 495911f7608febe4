"""The index of all runs: reports/index.html."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from expectations.reports.headline import counts_of, status_of, stops
from expectations.reports.page import moment, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from expectations.reports.facts import Row

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
RUNS_LISTED = 500
RUNS_IN_STRIP = 60


def write_index(home: Path, entries: list[dict[str, Any]]) -> Path:
    """Write `home`/reports/index.html over all runs and return its path.

    `entries` are journal entries (the `run` of write_run_report) in any order. Raises OSError.
    """
    reports = home / "reports"
    ordered = sorted(entries, key=lambda run: (str(run.get("started_at")), str(run["run_id"])), reverse=True)
    rows = [_row(run, reports) for run in ordered[:RUNS_LISTED]]
    return write_page(
        "index.html.j2",
        reports / "index.html",
        rows=rows,
        strip=list(reversed(rows[:RUNS_IN_STRIP])),
        total=len(entries),
        good=next((row for row in rows if row["run"].get("status") == "published"), None),
    )


def _row(run: Row, reports: Path) -> Row:
    start, end = moment(run.get("started_at")), moment(run.get("finished_at"))
    checks = run.get("checks") or []
    name = str(run["run_id"])
    return {
        "run": {"started_at": None, "reason": None, **run},
        "status": status_of(run),
        "counts": counts_of(run),
        "seconds": (end - start).total_seconds() if start and end else None,
        "stopping": sum(stops(check) for check in checks),
        "warned": sum(not check["passed"] and not stops(check) for check in checks),
        "checks": len(checks),
        "sources_failed": len(run.get("sources_failed") or []),
        "link": name if NAME.fullmatch(name) and (reports / name / "index.html").exists() else None,
    }
