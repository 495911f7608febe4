"""Writes the generated documents: docs/rules.md, docs/dictionary.md, docs/sources.md. A test holds them to the code."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from tasks.clean.engine import every_rule
from tasks.clean.rule import Example, show
from tasks.ingest.source import registry
from warehouse.dictionary import render_dictionary

DOCS = Path(__file__).parent.parent / "docs"


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


DOCUMENTS: dict[str, Callable[[], str]] = {
    "rules.md": render_rules,
    "dictionary.md": render_dictionary,
    "sources.md": render_sources,
}


def main() -> None:
    """Write all generated documents."""
    DOCS.mkdir(exist_ok=True)
    for name, render in DOCUMENTS.items():
        (DOCS / name).write_text(render().rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
