"""The share of deep-learning jobs, month by month: what Winnow was built to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from expectations.reports import facts
from expectations.reports.charts import share_chart
from expectations.reports.drawing import spark
from expectations.reports.page import number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.reports.facts import Reader, Row
    from expectations.reports.figures import Figures


def share_figures(read: Reader, figure: Figures) -> list[Row]:
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
                "newest": _newest_shown(rows, wanted, figure, f"shares:{denominator}"),
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


def _newest_shown(rows: Sequence[Row], titles: dict[str, str], figure: Figures, query: str) -> list[Markup]:
    """The same for those who may doubt it: every figure with where it comes from."""
    complete = [row for row in rows if row["complete"]] or list(rows)
    month = max(row["month"] for row in complete)
    shown = []
    for definition, title in titles.items():
        parts = [
            Markup("{} of {} {} (95% interval {} to {})").format(
                figure(query, "share", row["share"], *names, form="percent"),
                figure(query, "total", row["total"], *names),
                row["basis"],
                figure(query, "low", row["low"], *names, form="percent"),
                figure(query, "high", row["high"], *names, form="percent"),
            )
            for row in sorted(complete, key=lambda row: str(row["basis"]))
            if row["month"] == month and row["definition"] == definition
            for names in [(row["month"], row["definition"], row["basis"])]
        ]
        shown.append(Markup("{}, {}: {}").format(title, month[:7], Markup(", ").join(parts)))
    return shown


def share_spark(row: Row) -> Markup:
    """A definition's share of all jobs over the last complete months."""
    line = row["line"] or []
    return spark(line, says=f"{row['title']}: share of all jobs, last {len(line)} complete months")
