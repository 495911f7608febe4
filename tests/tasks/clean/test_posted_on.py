"""Posting dates in every form met, and the forms that are no date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.posted_on import FIELD
from tasks.clean.rule import Cleaned

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "posted_on.yml").read_text(encoding="utf-8"))


def cleaned(value: str | None, captured_on: str | None = None, country: str | None = None, text: str = "") -> Cleaned:
    given = {"posted_on": value, "captured_on": captured_on, "country_hint": country, "text": text}
    return FIELD.clean(tuple(given.get(name) for name in FIELD.inputs))


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['value']} {case.get('country', '')} {case.get('text', '')}"
)
def test_dates_are_read_or_left(case: dict[str, Any]) -> None:
    got = cleaned(case["value"], case.get("captured_on"), case.get("country"), case.get("text", ""))
    if "rejection" in case:
        assert got.rejection is not None
        assert got.rejection.reason == case["rejection"]
    else:
        assert got.rejection is None
        assert got.value == case["then"]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_is_read_in_every_unambiguous_form(day: date) -> None:
    forms = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        day.strftime("%d %B %Y"),
        day.strftime("%B %d, %Y"),
        day.strftime("%Y-%m-%dT10:00:00Z"),
    ]
    assert {cleaned(form).value for form in forms} == {day.isoformat()}


@given(st.text(max_size=60))
def test_no_text_raises_and_what_comes_out_is_a_day_or_nothing(text: str) -> None:
    value: Any = cleaned(text, "2026-01-01").value
    assert value is None or date.fromisoformat(value)
