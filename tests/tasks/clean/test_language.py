"""The language of texts, titles and labels."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.language import FIELD

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "language.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: str(case.get("text") or case.get("title") or case.get("label"))[:40]
)
def test_language_is_that_of_the_words(case: dict[str, Any]) -> None:
    given = {"language": case.get("label"), "text": case.get("text", ""), "title": case.get("title")}
    assert FIELD.clean(tuple(given[name] for name in FIELD.inputs)).value == case["then"]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.none(), st.text(max_size=40)), st.text(max_size=200), st.one_of(st.none(), st.text(max_size=60)))
def test_no_text_raises_and_a_code_has_two_letters(label: str | None, text: str, title: str | None) -> None:
    given = {"language": label, "text": text, "title": title}
    code: Any = FIELD.clean(tuple(given[name] for name in FIELD.inputs)).value
    assert code is None or (len(code) == 2 and code.islower())


@pytest.mark.parametrize("text", ["a" * 100_000, "東" * 100_000, "\ud800 " * 50_000, "the of and " * 9_000])
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    FIELD.clean((None, text, text[:1000]))
    assert time.process_time() - started < 1.0
