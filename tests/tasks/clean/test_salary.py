"""Pay as offered: cases in their own words, and the laws of reading it."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.pay_text import PLAUSIBLE, RATES
from tasks.clean.pay_year import year_usd
from tasks.clean.rule import show
from tasks.clean.salary import FIELD
from tasks.clean.values import Pay, Place

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "salary.yml").read_text(encoding="utf-8"))


def offers(**given: Any) -> tuple[Pay, ...]:
    values = defaultdict(lambda: None, given)
    cleaned: Any = FIELD.clean(tuple(values[name] for name in FIELD.inputs)).value
    return tuple(cleaned)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("text") or case.get("salary"))
def test_pay_is_read_as_offered(case: dict[str, Any]) -> None:
    places = tuple(Place(*each) for each in case.get("places", ()))
    got = offers(text=case.get("text", ""), salary=case.get("salary"), **{"clean.locations": places})
    assert [list(pay) for pay in got] == case["then"]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "$",
                    "€",
                    "100",
                    "120k",
                    " - ",
                    "/hr",
                    " a year",
                    "salary ",
                    "|",
                    ".",
                    ",",
                    "000",
                    "up to ",
                    "bonus",
                    "\n",
                    "LPA",
                    "²",
                ]
            ),
            max_size=20,
        ).map("".join),
    )
)
def test_what_is_found_is_plausible_and_ordered(text: str) -> None:
    for pay in offers(text=text, salary=text, title=text, salary_min=text, salary_max=text):
        least, most = PLAUSIBLE[str(pay.period)]
        ends = [end for end in (pay.min, pay.max) if end is not None]
        assert ends
        assert ends == sorted(ends)
        assert all(least <= end * RATES.get(str(pay.currency), 1.0) <= most for end in ends)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(20, 400),
    st.integers(0, 300),
    st.sampled_from(["USD", "EUR", "GBP", "CAD", "CHF"]),
    st.sampled_from(["year", "month", "hour"]),
)
def test_pay_shown_and_read_again_is_the_same_pay(low: int, more: int, code: str, period: str) -> None:
    unit = {"year": 1000, "month": 20, "hour": 1}[period]
    high = min(low + more, 8 * low)
    pay = Pay(float(low * unit), float(high * unit), code, period)
    if period == "hour" and high > 400:
        return  # more than anybody is paid an hour
    shown = show(pay)
    assert shown is not None
    assert offers(salary=shown) == (pay,)


def test_a_year_of_hours_and_of_months() -> None:
    assert year_usd(Pay(50.0, 60.0, "USD", "hour")) == (104_000.0, 124_800.0)
    assert year_usd(Pay(None, 1000.0, "USD", "month")) == (None, 12_000.0)
    assert year_usd(Pay(100.0, 100.0, "XXX", "year")) == (None, None)
    assert year_usd(Pay(100.0, 100.0, "USD", None)) == (None, None)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.sampled_from(sorted(RATES)), st.sampled_from(sorted(PLAUSIBLE)))
def test_more_pay_is_not_less_a_year(one: float, other: float, code: str, period: str) -> None:
    low, high = year_usd(Pay(min(one, other), max(one, other), code, period))
    assert low is not None
    assert high is not None
    assert low <= high


@pytest.mark.parametrize(
    "text",
    ["$" * 100_000, "$1 " * 33_000, "1-" * 50_000, "$100k - " * 12_000, "1 " * 50_000, "salary $1k bonus " * 6_000],
)
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    offers(text=text)
    assert time.process_time() - started < 2.0
