"""Writes the generated documents: rules, dictionary, sources and reliability. A test holds them to the code."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from tasks.clean.engine import every_rule
from tasks.clean.rule import Example, show
from tasks.ingest.source import registry
from warehouse.dictionary import render_dictionary

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
FAULTS = PROJECT / "tests" / "faults" / "catalogue.csv"


def cell(text: str) -> str:
    """Text fit for a Markdown table cell."""
    return text.replace("|", "\\|").replace("\n", " ⏎ ").strip()


def render_rules() -> str:
    """Every rule by field, with its examples."""
    lines = [
        "# The rulebook", "",
        "Generated from the rules themselves (`just docs`). Rules run in this order; each one that changes a value is",
        "recorded in `audit.changes`. `winnow rules CODE` prints the same, `winnow explain POSTING_ID` shows them at work.", "",
    ]  # fmt: skip
    for name, rules in groupby(every_rule(), key=lambda rule: rule.field):
        lines += [f"## {name}", ""]
        for rule in rules:
            lines += [f"### {rule.code} `{rule.name}`", "", f"**Does** {rule.does}", "", f"**Why** {rule.why}", ""]
            lines += [f"**Leaves alone** {rule.leaves_alone}", "", "| before | after | given |", "|---|---|---|"]
            lines += [example_row(example) for example in (*rule.examples, *rule.counter_examples)]
            lines.append("")
    return "\n".join(lines)


def example_row(example: Example) -> str:
    """An example as a row of a Markdown table."""
    given = "; ".join(
        f"{name}: {show(value) if not isinstance(value, str) else value}" for name, value in example.given.items()
    )
    after = "(left alone)" if example.then == example.value else show(example.then) or "(nothing)"
    return f"| {cell(show(example.value) or '(nothing)')} | {cell(after)} | {cell(given[:160])} |"


def render_sources() -> str:
    """Every source folder of the project."""
    lines = ["# Sources", "", "Generated from `tasks/ingest/sources/*/source.yml` (`just docs`).",
             "How to add one: [adding_a_source.md](adding_a_source.md).", ""]  # fmt: skip
    for name, source in sorted(registry(None).items()):
        lines += [f"## {name}", "", f"**{source.title}** (format {source.format}, coverage {source.coverage})", ""]
        lines += [" ".join(source.about.split()), ""]
    return "\n".join(lines)


def read_faults() -> list[dict[str, str]]:
    """The fault catalogue: number, kind, fault, outcome and the tests (ids below tests/faults) that hold each."""
    with FAULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def render_reliability() -> str:
    """What goes wrong, what then happens, and the tests that hold it to that."""
    lines = [
        "# Reliability", "",
        "What can go wrong, what happens then, and the tests that cause each fault for real and hold its outcome.",
        "Generated from `tests/faults/catalogue.csv` (`just docs`); a test sees to it that every test named here exists.",
        "All of them: `pytest tests/faults`.", "",
        "*Error* names a stable code. Where a source fails, or a gate holds a day of it, what was published of it stays as it is,",
        "the other sources are published, and the run exits with 3; where a gate stops the run, it exits with 1 and publishes",
        "nothing. *Quarantined* means that the record's text is in `audit.quarantine` under that reason, the rest is loaded.", "",
    ]  # fmt: skip
    for kind, faults in groupby(read_faults(), key=lambda row: row["kind"]):
        lines += [f"## {kind.capitalize()}", "", "| | fault | outcome | held by |", "|---|---|---|---|"]
        lines += [
            f"| {row['number']} | {cell(row['fault'])} | {cell(row['outcome'])} | {held_by(row['tests'].split())} |"
            for row in faults
        ]
        lines.append("")
    return "\n".join(lines)


def held_by(tests: list[str]) -> str:
    """Test ids, each as code."""
    return "<br>".join(f"`{cell(test)}`" for test in tests)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "rules.md": render_rules,
    "dictionary.md": render_dictionary,
    "sources.md": render_sources,
    "reliability.md": render_reliability,
}


def main() -> None:
    """Write all generated documents."""
    DOCS.mkdir(exist_ok=True)
    for name, render in DOCUMENTS.items():
        (DOCS / name).write_text(render().rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
