"""Pairs of postings: one job or two, and why. Each case changes a usual posting in the ways named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .conftest import AUSTIN, House, place, posting, text

LONG = text(7, 300)
SHORT = LONG[:500].rsplit(" ", 1)[0] + "..."
HEADER = "Job details. Here is how the job details align with your profile. Full job description. "
FOOTER = " If you require alternative methods of application or screening you must approach the employer directly."
EDITED = LONG.replace(". ", ". Also note. ", 9)
PARAGRAPHS = LONG.split(". ")
REORDERED = ". ".join(PARAGRAPHS[9:] + PARAGRAPHS[:9])
ABOUT = text(8, 120)
SISTERS = (ABOUT + " " + text(9, 60), ABOUT + " " + text(10, 60))
DENVER, DALLAS = place("Denver", "CO"), place("Dallas", "TX")

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a copy": ({}, {}),
    "truncated text": ({"description": LONG}, {"description": SHORT}),
    "a board's header and footer": ({"description": LONG}, {"description": HEADER + LONG + FOOTER}),
    "small edits": ({"description": LONG}, {"description": EDITED}),
    "paragraphs in another order": ({"description": LONG}, {"description": REORDERED}),
    "a company with its legal form": ({}, {"company": "Marlow Mills, Inc."}),
    "a company in capitals with an article": ({}, {"company": "THE MARLOW MILLS LLC"}),
    "a company by a longer name": ({}, {"company": "Marlow Mills Group"}),
    "a company by its acronym": ({"company": "Ostrava Bridge Works"}, {"company": "OBW"}),
    "no company on one side": ({}, {"company": None}),
    "an agency posts the text of the employer": ({}, {"company": "Hartley Recruiters", "is_agency": True}),
    "a brand's name, all the text": ({}, {"company": "Pepperwood"}),
    "a title abbreviated": ({"title": "Senior Software Engineer"}, {"title": "Sr. Software Eng."}),
    "a title that repeats place and company": ({}, {"title": "Data Engineer - Austin at Marlow Mills"}),
    "a title that names the team": (
        {"description": LONG},
        {"description": EDITED, "title": "Data Engineer - Tide Team"},
    ),
    "several titles, one of them the other's": ({}, {"title": "Data Engineer", "titles": ["Data Engineer", "Miller"]}),
    "one more city": ({}, {"locations": [AUSTIN, DALLAS]}),
    "no city on one side": ({}, {"locations": [place(None, None, "US")]}),
    "no place on one side": ({}, {"locations": []}),
    "St. and Saint": ({"locations": [place("St. Louis", "MO")]}, {"locations": [place("Saint Louis", "MO")]}),
    "a saint lost in the parsing": ({"locations": [place("St. Louis", "MO")]}, {"locations": [place("Louis", "MO")]}),
    "a place out of the title beside the listed one": (
        {},
        {"locations": [AUSTIN, DENVER], "places_listed": "Austin, TX", "title": "Data Engineer - Denver"},
    ),
    "an area that boards name for its city": (
        {"locations": [place("San Francisco", "CA")]},
        {"locations": [place(None, "CA")], "places_listed": "San Francisco Bay Area"},
    ),
    "a guessed state": (
        {"locations": [place("Arlington", "VA")]},
        {"locations": [place("Arlington", "TX")], "places_listed": "Arlington"},
    ),
    "a place that only the board's page names": (
        {},
        {"locations": [DENVER], "description": "Marlow Mills · Austin, TX · 3 days ago\n" + text(1)},
    ),
    "a requisition in the text": ({"requisition": "R-10442"}, {"description": text(1) + " Requisition #: r10442"}),
    "a requisition, and a new text": (
        {"requisition": "R-10442", "description": text(2)},
        {"requisition": "R-10442", "description": text(3)},
    ),
    "a requisition on one side only": ({"requisition": "R-10442"}, {}),
    "months later": ({}, {"posted_on": dt.date(2026, 9, 1)}),
    "no texts, two sources": ({"description": None}, {"description": None}),
    "no text on one side": ({}, {"description": None}),
    "no texts, the title's words in another order": (
        {"description": None},
        {"description": None, "title": "Engineer, Data"},
    ),
}

APART: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "another city": ({}, {"locations": [DENVER]}, "city"),
    "another city of the state": ({}, {"locations": [DALLAS]}, "city"),
    "another state, city of one name": (
        {"locations": [place("Portland", "OR")]}, {"locations": [place("Portland", "ME")]}, "region",
    ),
    "another country": ({"locations": [place("Birmingham", "AL")]}, {"locations": [place("Birmingham", None, "GB")]}, "country"),
    "another city on the board's page": (
        {}, {"locations": [], "description": "locations\nDenver, CO\ntime type\nFull time\n" + text(1)}, "city",
    ),
    "cities that cross": (
        {"locations": [AUSTIN, DALLAS], "title_listed": "Data Engineer", "places_listed": "Austin, TX; Dallas, TX"},
        {"locations": [AUSTIN, DENVER], "title_listed": "Data Engineer", "places_listed": "Austin, TX; Denver, CO"},
        "cities",
    ),
    "another level": ({}, {"title": "Senior Data Engineer"}, "level"),
    "an internship": ({}, {"title": "Data Engineer Intern"}, "level"),
    "another grade": ({"title": "Data Engineer II"}, {"title": "Data Engineer III"}, "grade"),
    "a grade on one side": ({}, {"title": "Data Engineer II"}, "grade"),
    "another requisition": ({"requisition": "R-10442"}, {"requisition": "R-10443"}, "requisition"),
    "another requisition, one in the text": (
        {"requisition": "R-10442"}, {"description": text(1) + " Job Req ID R-10443"}, "requisition",
    ),
    "another role, the same text": ({}, {"title": "Data Analyst"}, "title"),
    "another year": ({"title": "Data Intern 2025"}, {"title": "Data Intern 2026"}, "year"),
    "sister roles that share the company's text": (
        {"description": SISTERS[0], "title": "Miller"}, {"description": SISTERS[1], "title": "Baker"}, "title",
    ),
    "one title, company and city, two texts": ({"description": text(4)}, {"description": text(5)}, None),
    "half of a text that is long enough to tell": (
        {"description": LONG}, {"description": LONG[:430].rsplit(" ", 1)[0] + ". " + text(54, 70)}, None,
    ),
    "a broader title, half of the text": ({"description": SISTERS[0]}, {"description": SISTERS[1], "title": "Engineer"}, None),
    "no texts, another wording": ({"description": None}, {"description": None, "title": "Data Engineer, Tides"}, None),
    "a narrower title, most of the text": ({"description": LONG}, {"description": SHORT, "title": "Tidal Data Engineer"}, None),
    "no texts, no employer": ({"description": None, "company": None}, {"description": None, "company": None, "posted_on": None}, None),
    "no texts, another employer": ({"description": None}, {"description": None, "company": "Pepperwood"}, None),
}  # fmt: skip


def pair(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """Two postings of two boards."""
    return [posting(source="board", **one), posting(source="other", **other)]


@pytest.mark.parametrize("case", SAME)
def test_one_job(house: House, case: str) -> None:
    house.add(pair(*SAME[case]))
    house.match()
    assert len(house.groups()) == 1
    ((label, decided_by, veto),) = house.rows("SELECT label, decided_by, veto FROM audit.matches")
    assert label in ("FULL", "SEMANTIC", "TEMPORAL")
    assert decided_by
    assert veto is None


@pytest.mark.parametrize("case", APART)
def test_two_jobs(house: House, case: str) -> None:
    one, other, veto = APART[case]
    house.add(pair(one, other))
    house.match()
    assert len(house.groups()) == 2
    assert house.rows("SELECT * FROM audit.matches WHERE label NOT IN ('PARTIAL', 'NON')") == []
    if veto:
        assert veto in {row[0] for row in house.rows("SELECT veto FROM audit.matches")} or not one.get(
            "description", True
        )


def test_labels(house: House) -> None:
    house.add([
        posting(source="a"),
        posting(source="b"),
        posting(source="c", description=text(1)[:700] + "...", posted_on=None),
        posting(source="d", posted_on=dt.date(2026, 8, 1)),
        posting(source="e", locations=[DENVER]),
    ])  # fmt: skip
    house.match()
    assert {row[0] for row in house.rows("SELECT DISTINCT label FROM audit.matches")} >= {"FULL", "TEMPORAL", "PARTIAL"}


def test_evidence_is_named_and_bounded(house: House) -> None:
    house.add(pair({"description": LONG}, {"description": EDITED}))
    house.match()
    ((evidence, score),) = house.rows("SELECT evidence, score FROM audit.matches")
    assert evidence["company_equal"] == 1
    assert 0.6 < evidence["text_contained"] < 1
    assert all(0 < value <= 1 for value in evidence.values())
    assert 0 < score <= 2.05
