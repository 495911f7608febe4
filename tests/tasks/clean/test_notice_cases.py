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
from tasks.clean.roles import head_places
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


# --- titles -----------------------------------------------------------------------------------------------------------

HEADER = "Larkwell | Oslo, Norway\n"
ROLES_IN_A_HEADER = {
    "Lead & Sr. Python Engineers": ["Lead Python Engineer", "Sr. Python Engineer"],
    "Front and back end developers": ["Front End Developer", "Back End Developer"],
    "Software Engineers (backend, iOS)": ["Backend Software Engineer", "iOS Software Engineer"],
    "Render Engineer (Vulkan, QT), Data Analyst": ["Render Engineer (Vulkan, QT)", "Data Analyst"],
    "Data Science Intern / Data Scientist": ["Data Science Intern", "Data Scientist"],
    "Java Engineers/Data Engineers": ["Java Engineer", "Data Engineer"],
    "Software Engineer / Data Scientist": ["Software Engineer / Data Scientist"],
    "Senior Software Developer-Java": ["Senior Software Developer-Java"],
    "Dev Ops, QA Lead": ["DevOps Engineer", "QA Lead"],
    "Head of Product & Senior Designer": ["Head of Product", "Senior Designer"],
    "QA Engineer, Data Analyst, Field Enginer": ["QA Engineer", "Data Analyst"],
    "Software engineer who loves bread (Python)": ["Software engineer"],
    "Engineers for routing, mapping and tides": ["Engineer for routing, mapping and tides"],
    "only for engineers": [],
    ".Net developer": [".Net developer"],
    "Data Analyst, Director, Tide Operations, QA Engineer": ["Data Analyst", "Director, Tide Operations", "QA Engineer"],
    "VP of Eng": ["VP of Eng"],
    "iOS Engineer, Platform Engineer - Mixed Reality, Business Development": [
        "iOS Engineer", "Platform Engineer - Mixed Reality",
    ],
}  # fmt: skip


@pytest.mark.parametrize("segment", ROLES_IN_A_HEADER)
def test_roles_of_a_header_segment(segment: str) -> None:
    titles, _ = roles_in_notice((("company", "Larkwell"), ("role", segment)), f"Larkwell | {segment}\nBirds.")
    assert [t.casefold() for t in titles] == [t.casefold() for t in ROLES_IN_A_HEADER[segment]]


ROLES_IN_A_BODY = {
    "As a Tide Analyst at Larkwell, you will count waves.": ["Tide Analyst"],
    "Come and join our crew in Oslo as a data engineer.": ["Data Engineer"],
    "As a senior developer I had a choice of harbours.": [],
    "We are looking primarily for server-side Java developers.": ["Server-side Java Developer"],
    "We are hiring across the board. Tide Analysts, UX Designers - write to us.": ["Tide Analyst", "UX Designer"],
    "Current openings in Oslo - Fullstack Engineers, QA Testers. Write to us.": ["Fullstack Engineer", "QA Tester"],
    "Positions include Data Scientists and Backend Engineers.": ["Data Scientist", "Backend Engineer"],
    "We need a lead web developer.": ["Lead Web Developer"],
    "We need a Mid/Sr level Ruby on Rails developer.": ["Mid/Sr Ruby on Rails Developer"],
    "Looking for a second Quillscript appery mobile developer.": ["Quillscript Appery Mobile Developer"],
    "We are hiring engineers (backend, iOS) this year.": ["Backend Engineer", "iOS Engineer"],
    "We are hiring a backend engineer (Go) this year.": ["Backend Engineer (Go)"],
    "Looking for full time and contract developers.": ["Developer"],
    "We need a Java and two product managers.": ["Product Manager"],
    "* BACKEND ENGINEER (Ruby), $90-120k, https://larkwell.example/1": ["BACKEND ENGINEER (Ruby)"],
    "* Data Scientist in Oslo\n* QA Engineer-Bergen, Norway": ["Data Scientist", "QA Engineer"],
    "Software Engineer: Web & Mobile (Oslo) https://larkwell.example": ["Software Engineer - Web & Mobile"],
    "Software Engineer - Data Services\n\nWe count birds.": ["Software Engineer - Data Services"],
    "+++ Tide Engineer +++": ["Tide Engineer"],
    "1.) Full stack developer\n2.) iOS developer": ["Full stack developer", "iOS developer"],
    "Writers, Bird Analysts, UX Designers, Data Engineers, Office Managers, QA Testers and Ornithology Consultants": [
        "Writer", "Bird Analyst", "UX Designer", "Data Engineer", "Office Manager", "QA Tester", "Ornithology Consultant",
    ],
    "- Experience as a developer\n- 3 years as an engineer\n- Hackers who ship": [],
    "Write to us:\nAda Hale, CTO": [],
    "Hi Hacker News!": [],
    "Interns OK!": [],
    "- Senior Ruby on Rails Developer => https://larkwell.example": ["Senior Ruby on Rails Developer"],
    "* VP Product Management - https://larkwell.example": ["VP Product Management"],
    "-- Role: Embedded Apps Developer": ["Embedded Apps Developer"],
    "Larkwell | Tide Analyst | Oslo\nLarkwell | Data Engineer | Bergen": ["Tide Analyst", "Data Engineer"],
    "Associate Software Engineer Ruby": ["Associate Software Engineer Ruby"],
    "A) Tide Analyst\nB) Data Engineer": ["Tide Analyst", "Data Engineer"],
    "* Engineers (frontend, mobile)\n* Designers!!": ["Frontend Engineer", "Mobile Engineer", "Designer"],
    "OSLO / LONDON: Tide Analyst (2 years)": ["Tide Analyst"],
    "Sr. Full Stack Eng": ["Sr. Full Stack Engineer"],
    "We help companies. Our manager is kind.": [],
}  # fmt: skip


@pytest.mark.parametrize("body", ROLES_IN_A_BODY)
def test_roles_of_a_body(body: str) -> None:
    titles, _ = roles_in_notice((("company", "Larkwell"), ("place", "Oslo, Norway")), HEADER + body)
    assert [t.casefold() for t in titles] == [t.casefold() for t in ROLES_IN_A_BODY[body]]


def test_a_list_in_the_body_is_more_exact_than_a_header_in_the_plural() -> None:
    header = (("company", "Larkwell"), ("role", "Data, Backend Engineers"))
    items = "\n- Senior Data Engineer: tides\n- Backend Engineer: boats"
    assert roles_in_notice(header, f"Larkwell | Data, Backend Engineers{items}")[0] == (
        "Senior Data Engineer",
        "Backend Engineer",
    )
    one = (("company", "Larkwell"), ("role", "Data Engineer"))
    assert roles_in_notice(one, f"Larkwell | Data Engineer{items}")[0] == ("Data Engineer",)
    general = "\n- Engineers: tides\n- Hackers: boats"
    assert roles_in_notice(header, f"Larkwell | Data, Backend Engineers{general}")[0] == (
        "Data Engineer",
        "Backend Engineer",
    )


def test_a_header_line_for_each_role_counts_them_all() -> None:
    header = (("company", "Larkwell"), ("role", "Tide Analyst"))
    text = "Larkwell | Tide Analyst | Oslo\nLarkwell | Data Engineer | Bergen\nLarkwell | Cook | Oslo"
    assert roles_in_notice(header, text)[0] == ("Tide Analyst", "Data Engineer", "Cook")


@settings(max_examples=200, deadline=None)
@given(lines, st.sampled_from(["engineer", "Developers", "CTO", "secretaries", "designer/developer"]))
def test_every_word_that_may_end_a_title_is_found(text: str, head: str) -> None:
    places = head_places(f"{text} {head}.")
    assert any(at >= len(text) for at in places)
    assert places == sorted(places)


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
