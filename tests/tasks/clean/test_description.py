"""The description shown to people: readable, masked, and the same when cleaned again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.description import FIELD
from tasks.clean.rule import Cleaned
from tasks.clean.text import mask_pii, plain_text

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "personal_data.yml").read_text(encoding="utf-8"))

pieces = st.sampled_from(
    ["jane", "@", " @ ", "acme", ".com", " at ", " dot ", "[at]", "(dot)", "+33", "415", "555-0100", " ", "-", ".", "Tel: ", "[phone]", "[email]",
     "01 23", "45 67 89", "phone ", "$", "1,000", "\n", "é"]
)  # fmt: skip


def cleaned(text: str | None) -> Cleaned:
    """What comes of a text that was sent, as the engine asks for it."""
    return FIELD.clean((text, plain_text(text) if text else ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["raw"])
def test_personal_data_is_masked_and_nothing_else(case: dict[str, Any]) -> None:
    assert mask_pii(case["raw"]) == case.get("then", case["raw"])


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.lists(pieces, max_size=25).map("".join), st.text(max_size=200)))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_pii(text)
    assert mask_pii(once) == once


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(pieces, max_size=25).map("".join), st.text(max_size=200)))
def test_a_description_cleaned_again_is_itself(text: str) -> None:
    once = cleaned(text).value
    again = cleaned(once)
    assert again.value == once
    assert again.changes == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=6).map("".join), st.integers(1, 1500))
def test_masking_twice_is_masking_once_in_texts_of_many_numbers(text: str, times: int) -> None:
    once = mask_pii(text * times)
    assert mask_pii(once) == once


def test_a_text_that_was_just_read_is_not_read_again() -> None:
    text = plain_text("<p>Two   words</p>")
    assert cleaned(text).changes == ()
    assert FIELD.clean(("<p>Two words</p>", "as others read it")).value == "as others read it"


def test_the_recorded_changes_tell_how_long_the_whole_text_was() -> None:
    sent = "<p>" + "We mend boats &amp; nets. " * 60 + "</p>Write to jane@acme.example"
    found = [(c.rule, c.before, c.after) for c in cleaned(sent).changes]
    assert found == [
        ("DES01", "as sent, text of about 1,600 characters", "text of about 1,300 characters"),
        ("DES02", "1 mail address", "text of about 1,300 characters"),
    ]


def test_the_recorded_change_does_not_repeat_what_was_masked() -> None:
    changes = cleaned("Write to jane@acme.example or +33 6 12 34 56 78").changes
    assert [change.before for change in changes] == ["1 mail address, 1 telephone number"]
    assert "jane" not in str(changes)


def test_nothing_is_nothing() -> None:
    assert cleaned(None) == Cleaned(None)
    assert cleaned("<p> </p>").value is None


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 50_000,
        "a" * 100_000 + "@",
        "1 " * 50_000,
        "tel 1" * 20_000,
        "a [at] " * 15_000,
        "a at b dot " * 9_000,
        "+1 " * 33_000,
        "1" * 1_000_000,
        "@" * 1_000_000,
        "a@" * 500_000,
        "(415) 555-0100\n" * 66_000,
        "01 23 45 67 " * 83_000,
        "a" * 1_000_000,
        "\n" * 1_000_000,
    ],
)
def test_hostile_texts_are_masked_in_linear_time(text: str) -> None:
    started = time.process_time()
    mask_pii(text)
    assert time.process_time() - started < 0.5
