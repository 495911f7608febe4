"""What tests of several rooms use. Hypothesis tries the same examples in every continuous-integration run."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from selectolax.lexbor import LexborHTMLParser

from expectations.reports.figures import FORMS, key

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

Reproduce = Callable[[str, Callable[[str], Any]], dict[str, int]]


@pytest.fixture(scope="session")
def reproduce() -> Reproduce:
    """Run every `winnow sql` line of a page and compare each figure with what its line gives; figures by query."""
    return reproduced


def reproduced(page: str, execute: Callable[[str], Any]) -> dict[str, int]:
    tree = LexborHTMLParser(page)
    answers = {}
    for node in tree.css("[data-line]"):
        program, verb, query = shlex.split(node.text())  # as a shell reads it
        assert (program, verb) == ("winnow", "sql")
        assert not set('"$`!\\') & set(query), f"a shell would read it otherwise: {query}"
        result = execute(query)
        answers[node.attributes["data-line"]] = ([c[0] for c in result.description], result.fetchall())
    seen = dict.fromkeys((str(name) for name in answers), 0)
    for node in tree.css("[data-q]"):
        told = node.attributes
        names, rows = answers[told["data-q"]]  # a figure without its line is a KeyError
        where = (told["data-q"], told["data-r"], told["data-c"], node.text())
        if told["data-c"] == "#":
            given: Any = len(rows)
        else:
            width = told["data-r"].count("|") + 1 if told["data-r"] else 0
            found = [row for row in rows if key(*row[:width]) == told["data-r"]]
            assert len(found) == 1, f"{len(found)} rows for {where}"
            given = found[0][names.index(told["data-c"])]
        shown = float(told.get("value") or told["data-value"])
        assert given is not None, where
        assert math.isclose(float(given), shown, rel_tol=1e-9, abs_tol=1e-12), (given, where)
        assert node.text() == FORMS[str(told["data-f"])](given), (given, where)
        seen[str(told["data-q"])] += 1
    return seen


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Take a request through the pipeline (or a replay) in this process, the steps as plain functions without Prefect."""
    import flows.pipeline
    import flows.replay
    import flows.running
    from flows import steps
    from flows.running import Outcome, Request, conduct, write_reports

    bare = SimpleNamespace(**{name: each.fn for name, each in vars(steps).items() if hasattr(each, "fn")})
    monkeypatch.setattr(flows.pipeline, "steps", bare)
    monkeypatch.setattr(flows.replay, "steps", bare)

    def run(home: Path, *targets: str, replay: bool = False, reports: bool = False, **options: Any) -> Outcome:
        home.mkdir(exist_ok=True)
        monkeypatch.setattr(flows.running, "write_reports", write_reports if reports else lambda run: None)
        options = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        walk = flows.replay.walk if replay else flows.pipeline.walk
        return conduct(Request(list(targets), str(home), **options), walk)

    return run
