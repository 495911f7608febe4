"""Whether what came in is what usually comes: each source of a run against its own last runs."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Any

from expectations.reports.queries import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.reports.facts import Reader, Row
    from expectations.reports.figures import Figures

MEASURES = ("records", "set_aside", "versions", *MISSING, "pay")
KINDS_SHOWN = 7  # of a mix; the rest are one
ENOUGH = 5  # earlier runs, before "the most of all" says anything
MIXES = {"role_family": "What kind of jobs", "country": "Where they are"}


def by_source(read: Reader, figures: Figures) -> dict[str, dict[str, Row]]:
    """Source -> measure -> {now, usual, line, extreme}: this run's value, the median of the earlier ones, all of them.

    `extreme` is "highest" or "lowest" where this run's value lies outside those of at least five earlier runs. Rates
    are parts of one; `pay` is USD a year; what was not measured in a run is None.
    """
    found: dict[str, list[Row]] = {}
    for row in read.rows(figures.sql("drift")):
        found.setdefault(str(row["source"]), []).append(row)
    return {
        source: {name: _measure([row[name] for row in rows]) for name in MEASURES} for source, rows in found.items()
    }


def _measure(line: list[Any]) -> Row:
    *before, now = line
    known = [value for value in before if value is not None]
    extreme = None
    if now is not None and len(known) >= ENOUGH:
        extreme = "highest" if now > max(known) else "lowest" if now < min(known) else None
    return {"now": now, "usual": median(known) if known else None, "line": line, "extreme": extreme, "runs": len(known)}


def mix(read: Reader, figures: Figures, what: str) -> Row | None:
    """New postings of this run's sources by run and kind: the commonest kinds by name, the rest as `other`.

    Gives `runs` (oldest first), `kinds` and `counts` (run -> kind -> n); None where fewer than two runs brought any.
    """
    rows = read.rows(figures.sql(f"mix:{what}"))
    total: Counter[str] = Counter()
    for row in rows:
        total[str(row["what"])] += row["new"]
    runs = sorted({str(row["run_id"]) for row in rows})
    if len(runs) < 2:
        return None
    named = [kind for kind, _ in total.most_common() if kind != "not said"][:KINDS_SHOWN]
    counts: dict[str, Counter[str]] = {run: Counter() for run in runs}
    for row in rows:
        kind = str(row["what"])
        counts[str(row["run_id"])][kind if kind in named or kind == "not said" else "other"] += row["new"]
    kinds = [*named, *(kind for kind in ("other", "not said") if any(kind in count for count in counts.values()))]
    return {"what": what, "title": MIXES[what], "runs": runs, "kinds": kinds, "counts": counts, "rows": rows}


def sizes(measures: Sequence[Any]) -> list[float | None]:
    """A line's values as a drawing takes them."""
    return [None if value is None else float(value) for value in measures]
