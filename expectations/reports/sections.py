"""What the sections of a run report are made of: facts turned into what a template shows."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from expectations.reports import bars, drift, facts
from expectations.reports.drawing import Node, Ribbon, flow, past, spark, stack
from expectations.reports.facts import OUTCOMES, Reader, Row
from expectations.reports.figures import FORMS
from expectations.reports.headline import reason_says, sentence
from expectations.reports.masking import show
from expectations.reports.page import number, percent, plural, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from expectations.reports.figures import Figures

SOURCES_DRAWN = 7
RULES_SHOWN = 8
OUTCOME_SAYS = {
    "new": "never seen before",
    "unchanged": "known, same content",
    "changed": "known, new content",
    "merged": "shown twice in one capture",
    "quarantined": "not usable as they are, kept",
}
SAID = {"quarantined": "set aside"}
MEASURES = {  # measure -> what it is, how it is written
    "versions": ("new or changed", "number"),
    "no_company": ("without company", "percent"),
    "no_place": ("without place", "percent"),
    "no_pay": ("without pay", "percent"),
    "no_date": ("without date", "percent"),
    "pay": ("median pay, USD a year", "number"),
}
# Fields that no source states: their rules read a value out of others. All other rules repair what was stated.
DERIVED = {
    "kind", "language", "seniority", "role_family", "is_agency", "technologies", "deep_learning", "machine_learning",
}  # fmt: skip
MIX_TONES = [f"series-{letter}" for letter in "abcdefg"]


def flow_of(batches: Sequence[Row], counts: dict[str, int], figure: Figures) -> Markup:
    """What came in, by source, and what became of it."""
    drawn = list(batches[:SOURCES_DRAWN])
    rest = batches[SOURCES_DRAWN:]
    left = [
        Node(show(row["source"], 24), row["records"], "ink", f"{row['captures']} {plural(row['captures'], 'capture')}",
             figure("sources", "records", row["records"], row["source"], tag="tspan"))
        for row in drawn
    ]  # fmt: skip
    if rest:
        gathered: Row = {name: sum(row[name] for row in rest) for name in ("records", *OUTCOMES)}
        drawn.append({"source": f"{len(rest)} more", **gathered})
        left.append(Node(f"from {len(rest)} more", gathered["records"], "ink"))
    right = [
        Node(SAID.get(name, name), counts[name], name,
             f"{percent(counts[name], counts['records'])} · {OUTCOME_SAYS[name]}",
             figure("flow", name, counts[name], tag="tspan"))
        for name in OUTCOMES
    ]  # fmt: skip
    ribbons = [
        Ribbon(i, j, row[name], f"{show(row['source'], 24)}: {number(row[name])} {SAID.get(name, name)}")
        for i, row in enumerate(drawn)
        for j, name in enumerate(OUTCOMES)
    ]
    says = sentence(counts, len(batches)) + " " + "; ".join(ribbon.says for ribbon in ribbons if ribbon.amount)
    return flow(left, right, ribbons, title="What came in and what became of it", says=says)


def job_bar(sizes: dict[str, int], figure: Figures) -> Markup:
    """Jobs by how often they were advertised."""
    names = [
        ("once", "jobs advertised once", "new"),
        ("twice", "twice", "changed"),
        ("more", "three times or more", "merged"),
    ]
    parts = [
        Node(name, sizes[size], tone, shown=figure("jobs", "jobs", sizes[size], place))
        for place, (size, name, tone) in enumerate(names, 1)
    ]
    return stack(parts, title="Jobs by how often they were advertised")


def told(row: Row) -> Row:
    """A reason with its explanation and with samples that differ in what is shown of them."""
    samples: dict[str, Row] = {}
    for sample in row["samples"]:
        samples.setdefault(show(sample["payload"], 420), sample)
    kept = list(samples.values())[: facts.SAMPLES_A_REASON]
    refused = str(row["reason"]).startswith("not_a_posting")
    return {**row, **reason_says(row["reason"]), "samples": kept, "refused": refused}


def counted(warnings: Sequence[Any]) -> Counter[str]:
    """Warnings, each once, with how often it was given."""
    return Counter(show(warning, 400) for warning in warnings)


def measure_spark(measure: Row, name: str, form: str = "number") -> Markup:
    """A measure of a source over its last runs, the newest one as a dot."""
    write = FORMS[form]
    line = [value for value in measure["line"] if value is not None]
    says = f"{name}, last {len(line)} {plural(len(line), 'run')}, oldest first: {', '.join(write(v) for v in line)}"
    return spark(drift.sizes(measure["line"]), says=says)


def mixes(read: Reader, figure: Figures) -> list[Row]:
    """Charts of what kinds of postings were new in each of the last runs, with their numbers."""
    found = []
    for what in drift.MIXES:
        mix = drift.mix(read, figure, what)
        if mix is None:
            continue
        named = [kind for kind in mix["kinds"] if kind not in ("other", "not said")]
        tones = dict(zip(named, MIX_TONES, strict=False))
        tones |= {
            kind: tone for kind, tone in (("other", "series-h"), ("not said", "series-i")) if kind in mix["kinds"]
        }
        words = {kind: kind.replace("_", " ") for kind in tones}
        runs = [
            (label, mix["counts"][run]) for run, label in zip(mix["runs"], bars.labels_of(mix["runs"]), strict=True)
        ]
        newest = mix["counts"][mix["runs"][-1]]
        total = sum(newest.values())
        says = "In the newest run: " + ", ".join(
            f"{words[kind]} {percent(newest[kind], total)}" for kind in tones if newest[kind]
        )
        chart = bars.stacked(
            runs, tones, name=f"mix-{what}", title=mix["title"], says=says, shares=True, width=400, height=180
        )
        found.append({**mix, "chart": chart, "key": bars.keys(tones, words), "words": words, "says": says})
    return found


def rules_by_field(rules: Sequence[Row]) -> Row:
    """Rules grouped by field in running order, the busiest in front, and those that never fired."""
    busiest = sorted((r for r in rules if r["here"]), key=lambda r: (-r["here"], r["code"]))
    # One rule takes whatever is left for a posting: it changes nothing.
    busiest = [rule for rule in busiest if rule["name"] != "kind.posting"]
    groups = [
        {
            "field": field,
            "rules": listed,
            "here": sum(r["here"] for r in listed),
            "overall": sum(r["overall"] for r in listed),
        }
        for field, listed in ((field, list(group)) for field, group in groupby(rules, key=lambda r: r["field"]))
    ]
    return {
        "repairing": [rule for rule in busiest if rule["field"] not in DERIVED][:RULES_SHOWN],
        "deriving": [rule for rule in busiest if rule["field"] in DERIVED][:RULES_SHOWN],
        "groups": groups,
        "idle": [rule for rule in rules if not rule["overall"] and rule["name"] != "kind.posting"],
        "count": sum(rule["known"] for rule in rules),
    }


def check_history(check: Row) -> Row:
    """How a check fared in the last runs, this one included: marks, and a line of what failed where anything did."""
    results = [*check["past"], check]
    marks = ["yes" if r["passed"] else "told" if r["severity"] == "info" else "no" for r in results]
    says = f"passed {marks.count('yes')} of the last {len(results)} {plural(len(results), 'run')}"
    says += f", {marks.count('told')} for information only" if "told" in marks else ""
    failing = [float(result["failing"] or 0) for result in results]
    line = spark(failing, says=f"failing in the last {len(failing)} runs: {', '.join(map(number, failing))}")
    return {
        "marks": past(marks, says=says) if check["past"] else Markup(""),
        "line": line if any(failing) else Markup(""),
    }


def steps(run: Row, ledger: Sequence[str], before: dict[str, list[float]]) -> list[Row]:
    """The steps with their part of the longest one and their times in earlier runs; `asked` where the ledger has it."""
    found = run.get("steps") or []
    top = max((float(step.get("wall_seconds") or 0) for step in found), default=0) or 1
    rows = []
    for step in found:
        wall = float(step.get("wall_seconds") or 0)
        times = [*before.get(str(step["step"]), []), wall]
        says = f"{show(step['step'], 40)}, last {len(times)} runs: {', '.join(seconds(t) for t in times)}"
        empty: Row = dict.fromkeys(("peak_memory_mb", "cpu_seconds", "wall_seconds"))
        rows.append(
            {
                **empty,
                **step,
                "part": 100 * wall / top,
                "asked": step["step"] in ledger,
                "spark": spark(times, says=says),
            }
        )
    return rows


def suites_in(docs: Path) -> set[str]:
    """The suites that have a page in Data Docs."""
    return {path.stem for path in docs.glob("*.html")} if (docs / "index.html").exists() else set()
