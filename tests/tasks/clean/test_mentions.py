"""Deep learning and machine learning by the definitions in lookups/mentions.csv."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.lookup import rows
from tasks.clean.mentions import DEEP_LEARNING, MACHINE_LEARNING

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "mentions.yml").read_text(encoding="utf-8"))


def mentions(**given: Any) -> list[Any]:
    values = defaultdict(lambda: None, given)
    deep = DEEP_LEARNING.clean(tuple(values[name] for name in DEEP_LEARNING.inputs)).value
    values["clean.deep_learning"] = deep
    return [deep, MACHINE_LEARNING.clean(tuple(values[name] for name in MACHINE_LEARNING.inputs)).value]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("text") or case.get("title"))
def test_mentions_are_what_the_guide_calls_so(case: dict[str, Any]) -> None:
    technologies = tuple(case.get("technologies", ()))
    got = mentions(text=case.get("text", ""), title=case.get("title"), **{"clean.technologies": technologies})
    assert got == case["then"]


@pytest.mark.parametrize("row", rows("mentions"), ids=lambda row: row["pattern"][:40])
def test_every_definition_can_be_announced(row: dict[str, str]) -> None:
    re.compile(row["pattern"])
    assert row["field"] in ("deep_learning", "machine_learning")
    assert row["where"] in ("any", "title", "text")
    assert row["definition"] in ("phrase", "framework")
    assert row["heads"].split()
    assert all(re.fullmatch(r"[a-z0-9]+", head) for head in row["heads"].split())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_no_text_raises_and_deep_learning_is_machine_learning(text: str) -> None:
    deep, machine = mentions(text=text, title=text[:60], skills=(text[:30],))
    assert isinstance(deep, bool)
    assert machine or not deep
