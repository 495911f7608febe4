"""Notices read as data says: header segments, company and titles, and the laws every text obeys."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.company import FIELD as COMPANY
from tasks.clean.kind import FIELD as KIND
from tasks.clean.notice import read_notice
from tasks.clean.notice_roles import roles_in_notice
from tasks.clean.text import plain_text
from tasks.clean.title import FIELD as TITLES

CASES = json.loads((Path(__file__).parent / "cases" / "notices.json").read_text(encoding="utf-8"))
KINDS = {"company", "role", "place", "pay", "workplace", "employment", "url", "other"}


def clean(field: Any, text: str) -> Any:
    inputs = {"is_notice": True, "text": text, "header": read_notice(text)}
    return field.clean(tuple(inputs.get(name) for name in field.inputs)).value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_notice_is_read_as_written(case: dict[str, Any]) -> None:
    text = plain_text(case["text"])
    if "header" in case:
        assert [list(segment) for segment in read_notice(text)] == case["header"]
    assert clean(COMPANY, text) == case["company"]
    assert list(clean(TITLES, text)) == case["titles"]
    assert clean(KIND, text) == "posting"


@pytest.mark.xfail(strict=True, reason="2026-01: a tagline glued to the name by quotes is taken for a part of it")
def test_tagline_in_quotes_is_not_the_company() -> None:
    assert clean(COMPANY, 'Saltlick "salt for everyone" | Austin, TX | Developer') == "Saltlick"


lines = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from(
            ["Acme", "|", " - ", "Oslo", "ONSITE", "Engineers", "and", "looking for", "(", ")", "\n", "* ", "$90k", "@"]
        ),
    ),
    max_size=30,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(lines)
def test_no_text_raises_and_segments_are_of_known_kinds(text: str) -> None:
    header = read_notice(text)
    assert {kind for kind, _ in header} <= KINDS
    assert sum(kind == "company" for kind, _ in header) <= 1 or ":" in text
    assert all(segment.strip() for _, segment in header)
    roles_in_notice(header, text)
    clean(KIND, text)
    clean(COMPANY, text)


HOSTILE = {
    "letters": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "bars": "|" * 1_000_000,
    "dashes": "- " * 500_000,
    "brackets": "(" * 1_000_000,
    "names": "Acme " * 200_000,
    "commas": "Acme, " * 160_000,
    "anchors": "looking for a " * 70_000,
    "roles": "hiring iOS and Android engineers, " * 30_000,
    "items": "* Data Engineer\n" * 60_000,
    "questions": "is it? " * 140_000,
    "addresses": "a.b@c.d.e " * 100_000,
    "slashes": "engineer/" * 110_000,
    "controls": "\x00\x01\u202e\ufeff" * 250_000,
    "mixed": "Acme is a (YC W14), the | Senior Engineer at " * 22_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_is_read_in_a_tenth_of_a_second(name: str) -> None:
    text = HOSTILE[name]
    for field in (KIND, TITLES, COMPANY):
        clean(field, "warm | up")
    start = time.process_time()
    for field in (KIND, TITLES, COMPANY):
        clean(field, text)
    assert time.process_time() - start < 3 * 0.1  # three fields, each reading the header anew
