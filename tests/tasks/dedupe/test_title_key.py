"""Titles of one job have one core; what sets jobs apart is kept beside it."""

from __future__ import annotations

import pytest

from tasks.dedupe.title_key import TitleKey, term, title_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senior Software Engineer", "Sr. Software Eng."),
        ("Software Engineer, Senior", "senior software engineer"),
        ("Full Stack Developer", "Fullstack Dev"),
        ("Full-Stack Developer", "Developer (full stack)"),
        ("Back-End Developer (m/w/d)", "backend developer"),
        ("Front End Engineer - Full Time", "Frontend Engineer"),
        ("Data Analysts", "Data Analyst"),
        ("HIRING: Nurse Assistant", "Nurse Asst."),
        ("Ingénieur Données", "ingenieur donnees"),
        ("Engineer II", "Engineer 2"),
        ("Software Engineer Co-op", "Software Engineering Intern"),
    ],
)
def test_one_job(one: str, other: str) -> None:
    assert title_key([one])._replace(head="") == title_key([other])._replace(head="")


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("Data Engineer", "Data Analyst", "core"),
        ("C Developer", "C++ Developer", "core"),
        ("C# Developer", "F# Developer", "core"),
        ("Engineer", "Senior Engineer", "level"),
        ("Lead Engineer", "Principal Engineer", "level"),
        ("Engineer", "Engineering Intern", "level"),
        ("Engineer II", "Engineer III", "grade"),
        ("Engineer", "Engineer II", "grade"),
        ("Engineer", "Associate Engineer", "level"),
        ("Engineer Intern 2025", "Engineer Intern 2026", "years"),
        ("Summer Intern", "Winter Intern", "seasons"),
        ("会計士", "看護師", "core"),
    ],
)
def test_two_jobs(one: str, other: str, differs: str) -> None:
    mine, yours = title_key([one]), title_key([other])
    assert [
        name
        for name in TitleKey._fields
        if name not in ("head", "roles") and getattr(mine, name) != getattr(yours, name)
    ] == [differs]


def test_several_titles_share_a_core_and_offer_their_levels_and_grades() -> None:
    both = title_key(["Senior Cook II", "Baker"])
    assert (both.core, both.level, both.grade) == ("baker cook", "base/senior", "0/2")
    assert title_key(["Senior Cook", "Senior Baker"]).level == "senior"


@pytest.mark.parametrize(
    ("titles", "roles"),
    [
        ((), ()),
        (("Backend Developer",), ("backend engineer",)),
        (("Senior Software Engineer", "Programmer"), ("engineer",)),
        (("Miller", "Front-End Software Engineer"), ("engineer frontend", "miller")),
    ],
)
def test_each_title_is_a_role_and_who_makes_software_is_an_engineer(
    titles: tuple[str, ...], roles: tuple[str, ...]
) -> None:
    assert title_key(titles).roles == roles


@pytest.mark.parametrize(
    ("title", "grade"),
    [
        ("1-2 Engineers", "0"),
        ("2 – 3 Millers", "0"),
        ("Level 2 Miller", "2"),
        ("6 month Internship", "6"),
        ("Miller 3", "3"),
    ],
)
def test_a_number_of_people_is_no_grade(title: str, grade: str) -> None:
    assert title_key([title]).grade == grade


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("iOS Engineer - Catalogue Team", "engineer ios"),
        ("Data Analyst, Risk", "analyst data"),
        ("Miller (nights)", "miller"),
        ("Front-End Engineer", "engineer frontend"),
        ("- Baker", "baker"),
        ("Baker ", "baker"),
    ],
)
def test_the_head_stands_before_the_first_dash(title: str, head: str) -> None:
    assert title_key([title]).head == head


def test_a_title_without_content_keeps_what_it_has() -> None:
    assert title_key(["Internship"]).core == "intern"
    assert title_key(["New Opportunity"]).core
    assert title_key([]) == TitleKey("", "", "", "", "", "", ())


def test_term_of_a_listed_title() -> None:
    assert term("Engineer Intern - Summer/Fall 2026") == ("2026", "fall summer")
    assert term("Engineer") == ("", "")
