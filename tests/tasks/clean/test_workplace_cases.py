"""What postings say of the workplace, one case a line in cases/workplace*.csv."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.workplace import FIELD
from tasks.clean.workplace_words import marks

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases("workplaces"), ids=lambda case: case["said"])
def test_short_texts(case: dict[str, str]) -> None:
    assert marks(case["said"]) == set(filter(None, case["marks"].split("|")))


@pytest.mark.parametrize("case", cases("workplace_texts"), ids=lambda case: case["text"][:40])
def test_running_text(case: dict[str, str]) -> None:
    value = FIELD.clean((None, None, (), case["text"], None, False)).value
    assert value == tuple(filter(None, case["marks"].split("|")))


words = st.sampled_from(
    ["remote", "no ", "not a ", "on-site", "hybrid", " ", "role", "is", "télétravail", "100%", "\n", ".", "days a week"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(words, max_size=40).map("".join)), st.booleans())
def test_any_text_gives_a_subset_of_three_marks(text: str, notice: bool) -> None:
    value = FIELD.clean((text, (text,), (("other", text),), text, text, notice)).value
    assert isinstance(value, tuple)
    assert set(value) <= {"onsite", "remote", "hybrid"}
    assert len(set(value)) == len(value)


@pytest.mark.parametrize(
    "text", ["remote " * 140_000, "no " * 350_000, "not remote" * 100_000, "hybrid\n" * 150_000, " " * 1_000_000]
)
def test_a_megabyte_of_anything_takes_under_a_tenth_of_a_second(text: str) -> None:
    began = time.process_time()
    FIELD.clean((None, (text,), (), text, text, True))
    assert time.process_time() - began < 0.2
