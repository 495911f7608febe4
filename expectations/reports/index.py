"""The index of all runs: reports/index.html. Small whatever the number of runs."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from expectations.reports import bars
from expectations.reports.facts import OUTCOMES
from expectations.reports.figures import Figures
from expectations.reports.headline import counts_of, status_of, stops, warns, why_of
from expectations.reports.masking import show
from expectations.reports.page import moment, number, seconds, write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from expectations.reports.facts import Row

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
RUNS_TOLD = 50  # in full
RUNS_LISTED = 3000  # of the older ones a line each, folded by month; of those before only the month
RUNS_DRAWN = 60
GLANCE = 30
OUTCOME_TONES = {name: name for name in reversed(OUTCOMES)}
FAILED_TONES = {"critical": "bad", "warning": "warn"}


def write_index(home: Path, entries: list[dict[str, Any]]) -> Path:
    """Write `home`/reports/index.html over all runs and return its path.

    `entries` are journal entries (the `run` of write_run_report) in any order. Raises OSError.
    """
    reports = home / "reports"
    ordered = sorted(entries, key=lambda run: (str(run.get("started_at")), str(run["run_id"])), reverse=True)
    rows = [_row(run, reports) for run in ordered]
    _mark_asked(rows)
    return write_page(
        "index.html.j2",
        reports / "index.html",
        rows=rows[:RUNS_TOLD],
        months=_months(rows),
        strip=list(reversed(rows[:RUNS_DRAWN])),
        total=len(rows),
        good=next((row for row in rows if row["run"].get("status") == "published"), None),
        glance=_glance(rows),
        charts=_charts(list(reversed([row for row in rows if row["counts"]["records"]][:RUNS_DRAWN]))),
        figure=Figures("", "published"),
    )


def _row(run: Row, reports: Path) -> Row:
    start, end = moment(run.get("started_at")), moment(run.get("finished_at"))
    checks = run.get("checks") or []
    name = str(run["run_id"])
    return {
        "run": {"started_at": None, "reason": None, **run},
        "status": status_of(run),
        "why": why_of(run),
        "counts": counts_of(run),
        "seconds": (end - start).total_seconds() if start and end else None,
        "stopping": sum(stops(check) for check in checks),
        "warned": sum(warns(check) for check in checks),
        "checks": len(checks),
        "sources": sorted({str(batch["source"]) for batch in run.get("batches") or []}),
        "failed": [str(failed.get("source")) for failed in run.get("sources_failed") or []],
        "held": [str(held.get("source")) for held in run.get("sources_held") or []],
        "link": name if NAME.fullmatch(name) and (reports / name / "index.html").exists() else None,
    }


def _mark_asked(rows: Sequence[Row]) -> None:
    """Which runs `audit.runs` holds: one joins it when it, or a later one, publishes."""
    asked = False
    for row in rows:
        asked = asked or row["run"].get("status") == "published"
        row["asked"] = asked


def _glance(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    """How the last runs went: what, how many, of what."""
    last = rows[:GLANCE]
    if not last:
        return []
    tones = [row["status"].tone for row in last]
    times = sorted(row["seconds"] for row in last if row["seconds"] is not None and row["counts"]["records"])
    troubled = sum(bool(row["failed"] or row["held"]) for row in last)
    of = f"of the last {len(last)} runs" if len(last) > 1 else "of one run"
    return [
        ("published", number(tones.count("good")), of),
        ("nothing new", number(tones.count("quiet")), of),
        ("not published", number(tones.count("bad")), of),
        ("with a source failed or held", number(troubled), of),
        ("records", number(sum(row["counts"]["records"] for row in last)), "came in with them"),
        ("usual time", seconds(times[len(times) // 2]) if times else "–", "median of those that loaded"),
    ]


def _months(rows: Sequence[Row]) -> list[Row]:
    """The runs that are not told in full, by month: how they went, and a line each while there is room."""
    older = list(enumerate(rows))[RUNS_TOLD:]
    months = []
    for month, group in groupby(older, key=lambda pair: str(pair[1]["run"].get("started_at") or "")[:7]):
        listed = list(group)
        tones = [row["status"].tone for _, row in listed]
        months.append(
            {
                "month": show(month, 7) or "no date",
                "n": len(listed),
                "published": tones.count("good"),
                "unchanged": tones.count("quiet"),
                "bad": tones.count("bad"),
                "records": sum(row["counts"]["records"] for _, row in listed),
                "rows": [row for place, row in listed if place < RUNS_TOLD + RUNS_LISTED],
            }
        )
    return months


def _charts(rows: Sequence[Row]) -> list[Markup]:
    """Small charts over the last runs that loaded something, oldest first; none for fewer than two."""
    if len(rows) < 2:
        return []
    labels = bars.labels_of([str(row["run"]["run_id"]) for row in rows])
    span = f"The last {len(rows)} runs that loaded something, oldest first"
    newest = rows[-1]
    drawn = [
        (
            "records", "Records, by what became of them", OUTCOME_TONES, "",
            [{name: row["counts"][name] for name in OUTCOMES} for row in rows],
            f"{number(newest['counts']['records'])} in the newest",
        ),
        (
            "checks", "Checks that did not pass", FAILED_TONES, "",
            [{"critical": row["stopping"], "warning": row["warned"]} for row in rows],
            f"{newest['stopping'] + newest['warned']} in the newest",
        ),
        (
            "seconds", "Time", {"seconds": "series-a"}, " s", [{"seconds": row["seconds"] or 0} for row in rows],
            f"{seconds(newest['seconds'])} in the newest",
        ),
    ]  # fmt: skip
    words = {"quarantined": "set aside"}
    return [
        Markup("<figure>{}{}</figure>").format(
            bars.stacked(list(zip(labels, amounts, strict=True)), tones, name=f"runs-{name}", title=title,
                         says=f"{span}: {says}. The numbers are in the table below.", unit=unit),
            bars.keys({part: tone for part, tone in tones.items() if any(row.get(part) for row in amounts)}, words)
            if len(tones) > 1 else "",
        )
        for name, title, tones, unit, amounts, says in drawn
        if any(any(amount.values()) for amount in amounts)
    ]  # fmt: skip
