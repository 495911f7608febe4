"""What postings say of the kind of employment, one case a line in cases/employment_types.csv."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.employment_type import FIELD
from tasks.clean.employment_words import ORDER
from tasks.clean.notice import read_notice

CASES = Path(__file__).parent / "cases" / "employment_types.csv"


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cleaned(where: str, said: str) -> object:
    notice = where == "notice"
    header = read_notice(said) if notice else ()
    text = said if where in ("text", "notice") else ""
    listed, title = (said if where == name else None for name in ("listed", "title"))
    return FIELD.clean((listed, header, title, text, notice, (), None)).value


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['where']}-{case['said'][:40]}")
def test_kinds_of_employment(case: dict[str, str]) -> None:
    assert cleaned(case["where"], case["said"]) == tuple(filter(None, case["kinds"].split("|")))


words = st.sampled_from(
    ["full", "-", " ", "time", "contract", "intern", "CDD", "stage", "type:", "\n", "no", "position"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(words, max_size=40).map("".join)), st.booleans())
def test_any_text_gives_a_subset_of_the_seven_kinds(text: str, notice: bool) -> None:
    value = FIELD.clean((text, (("employment", text),), text, text, notice, (), None)).value
    assert isinstance(value, tuple)
    assert set(value) <= set(ORDER)
    assert len(set(value)) == len(value)


@pytest.mark.parametrize(
    "text", ["full time " * 100_000, "contract " * 110_000, "type: " * 150_000, "\n- " * 300_000, "or " * 300_000]
)
def test_a_megabyte_of_anything_takes_under_a_tenth_of_a_second(text: str) -> None:
    began = time.process_time()
    FIELD.clean((text, (), text, text, True, (), None))
    assert time.process_time() - began < 0.2
