"""What may be shown of a record: contact details masked, everything a person needs to judge it left."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.reports.masking import mask, show


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to jo.doe+jobs@mail.example.org today", "write to [e-mail] today"),
        ("jo.doe&#64;mail.example", "[e-mail]"),
        ("jo&#x40;mail.example", "[e-mail]"),
        (r'{"contact": "jo\u0040mail.example"}', '{"contact": "[e-mail]"}'),
        ("mailto:jo%40mail.example", "mailto:[e-mail]"),
        ("jo.doe [at] mail.example", "[e-mail]"),
        ("jo (at) mail (dot) example", "[e-mail]"),
        ("jo at mail dot example", "[e-mail]"),
        ("cut off in the middle: jo.doe@mai", "cut off in the middle: [e-mail]"),
        ("ring (555) 010-4477 now", "ring [telephone] now"),
        ("ring 555-010-4477", "ring [telephone]"),
        ("+44 20 7946 0018", "[telephone]"),
        ("+442079460018", "[telephone]"),
        ("tel: 02079460018", "tel: [telephone]"),
        ("01 70 18 99 00", "[telephone]"),
    ],
)
def test_contact_details_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "posted 2020-02-01 12:30:00",
        "01-02-2020 - 03-04-2021",
        '{"epoch": 1580515200, "id": 9007199254740993}',
        "$100000 - $120000",
        "100 000 - 120 000 EUR",
        "17,Clerk,Leeds,,,,,2020-02-01,25000,GBP,extra",
        "look at this and that",
        "REQ-2021-00441",
        "version 10.11.12.13",
        "meet at nine. Then go",
    ],
)
def test_what_a_person_needs_to_judge_is_left(text: str) -> None:
    assert mask(text) == text


@given(st.text(max_size=300), st.integers(1, 80))
def test_shown_text_is_one_bounded_line(text: str, limit: int) -> None:
    shown = show(text, limit)
    assert len(shown) <= limit
    assert all(c.isprintable() for c in shown)


def test_nothing_shows_as_nothing() -> None:
    assert show(None) == ""
    assert show("\u202e\x07") == "\N{REPLACEMENT CHARACTER}" * 2


@pytest.mark.parametrize(
    "piece", ["1 ", "1-", "a.", "@", "a@", "(1) ", "&#0", " at a", "+1 ", "tel ", "[[ at ", "at x dot "]
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    start = time.process_time()
    show(piece * 60_000)
    assert time.process_time() - start < 0.1
