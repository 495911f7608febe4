"""Names of one employer share a key, and names of two do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dedupe.company_key import company_id, key, match_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marlow Mills", "MARLOW MILLS, Inc."),
        ("Marlow Mills", "The Marlow Mills Company"),
        ("Marlow Mills", "Marlow Mills Careers"),
        ("Marlow Mills", "Marlow Mills (USA)"),
        ("Marlow Mills", "marlowmills.com"),
        ("Bell & Sons Co.", "Bell and Sons"),
        ("Müller Öfen GmbH", "Muller Ofen"),
        ("Straßenbau AG", "strassenbau"),
        ("Kraków Systems sp", "Krakow Systems SP"),
        ("Vela S.p.A.", "Vela"),
        ("株式会社 みどり", "みどり"),
        ("O’Hara Foods", "O'Hara Foods"),
    ],
)
def test_one_employer(one: str, other: str) -> None:
    assert key(one) == key(other)
    assert company_id(one) == company_id(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dell", "Dell Technologies"),
        ("Marlow Mills", "Marlow Bells"),
        ("みどり", "あおい"),
        ("Компас", "Компот"),
        ("3M", "4M"),
        ("C3 AI", "C4 AI"),
    ],
)
def test_two_employers(one: str, other: str) -> None:
    assert company_id(one) != company_id(other)


@pytest.mark.parametrize("name", ["The The", "Inc", "Co", "GmbH", "Jobs", "公司"])
def test_a_name_made_of_legal_words_survives(name: str) -> None:
    assert key(name)


@pytest.mark.parametrize("name", [None, "", "  ", "---", "!!!"])
def test_no_name_has_no_id(name: str | None) -> None:
    assert company_id(name) is None
    assert match_key(name).key == ""


@pytest.mark.parametrize("name", ["Confidential", "Company Confidential", "Private Client", "Stealth Startup", "N/A"])
def test_names_of_nobody_do_not_match_but_keep_an_id(name: str) -> None:
    assert match_key(name).key == ""
    assert company_id(name)


def test_acronym() -> None:
    assert match_key("Royal Bank of Canada").short == "rboc"
    assert match_key("Marlow and Mills Ltd").short == "mm"
    assert match_key("Marlow").short == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Marlow", ()),
        ("Marlow Mills", ("marlow", "mills")),
        ("The Marlow Mills of Oslo, Inc.", ("marlow", "marlowmills", "marlowmillsof", "millsofoslo", "ofoslo", "oslo")),
        ("3M Mills", ("mills",)),  # what is too short means nobody
        ("Confidential", ()),
    ],
)
def test_parts_are_whole_words(name: str, parts: tuple[str, ...]) -> None:
    assert match_key(name).parts == parts


@given(st.text(max_size=60))
def test_any_text_has_a_stable_key(name: str) -> None:
    assert key(name) == key(name)
    assert key(name.upper()) == key(name.upper().upper())
    assert (company_id(name) is None) == (key(name) == "")
