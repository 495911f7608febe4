"""Titles: each distinct role a posting offers, as a clean display title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tasks.clean.notice_roles import roles_in_notice
from tasks.clean.roles import has_head, kind_of, unique
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.text import plain_text
from tasks.clean.title_parts import (
    place_keys,
    without_company,
    without_dates,
    without_pay,
    without_places,
    without_requisition,
    without_slogans,
    without_workplace,
)
from tasks.clean.title_text import (
    LONGEST,
    REMEMBERED,
    are_plain,
    masculine,
    one,
    without_gender,
    without_ornaments,
    without_shouting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIELD = Field(
    "titles",
    ("title", "header", "text", "is_notice", "locations", "company"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)


def each(value: Any, change: Callable[[str], str]) -> Any:
    """The titles with `change` applied to each; the same object when nothing changed, empties left out."""
    if not value or are_plain(value):
        return value
    changed = tuple([t for t in map(change, value) if t])
    return value if changed == value else changed


@FIELD.rule(
    "TIT01",
    "titles.as_listed",
    examples=(
        Example("Data  Engineer\n", ("Data Engineer",)),
        Example("R&amp;D Engineer", ("R&D Engineer",)),
        Example("  ", ()),
    ),
    counter_examples=(Example(("Data Engineer",), ("Data Engineer",)), Example(None, None)),
)
def as_listed(value: Any, _: Given) -> Any:
    """Does: takes the title as listed as the only one: on one line, entities decoded, encoding repaired.

    Why: a source with a title field says there what is offered; lists in one title are cut by a later rule.
    Leaves alone: wording and case.
    """
    if value is None or isinstance(value, tuple):
        return value
    text = readable(value[:LONGEST])
    return (text,) if any(map(str.isalnum, text)) else ()


def readable(text: str) -> str:
    """A text on one line, entities decoded and encoding repaired."""
    if "&" in text or "<" in text or not text.isascii():
        text = plain_text(text)
    return " ".join(text.split())


@FIELD.rule(
    "TIT02",
    "titles.of_a_notice",
    examples=(
        Example(
            (),
            ("Backend Engineer", "Frontend Engineer"),
            {
                "is_notice": True,
                "header": (("company", "Acme"), ("role", "Backend and Frontend Engineers")),
                "text": "Acme | ...",
            },
        ),
        Example(
            (),
            ("Front-end Developer",),
            {"is_notice": True, "header": (), "text": "We are looking for a talented front-end developer to join us."},
        ),
    ),
    counter_examples=(
        Example((), (), {"is_notice": True, "header": (), "text": "We need great people."}),
        Example((), (), {"is_notice": False, "header": (), "text": "We are looking for a cook."}),
    ),
)
def of_a_notice(value: Any, given: Given) -> Any:
    """Does: reads the roles of a notice from its header, else from its lists, else from sentences that ask for one.

    Why: a notice has no title field; its header names the roles by convention and its body by need.
    Leaves alone: sources with a title field, and vague wishes ("great people", "devops folks").
    """
    if value or not given.get("is_notice"):
        return value
    titles, because = roles_in_notice(given.get("header") or (), given.get("text") or "")
    return Found(titles, because) if titles else value


@FIELD.rule(
    "TIT10",
    "titles.gender_marks",
    examples=(
        Example(("Comptable (H/F)",), ("Comptable",)),
        Example(("INGÉNIEUR - H/F",), ("INGÉNIEUR",)),
        Example(("Entwickler (m/w/d) Backend",), ("Entwickler Backend",)),
        Example(("Comptable (F/H) en stage (H/F)",), ("Comptable en stage",)),
        Example(("Engineer (all genders)",), ("Engineer",)),
    ),
    counter_examples=(
        Example(("HF Radio Engineer",), ("HF Radio Engineer",)),
        Example(("M&A Analyst",), ("M&A Analyst",)),
        Example(("Engineer (D/A converters)",), ("Engineer (D/A converters)",)),
    ),
)
def gender_marks(value: Any, _: Given) -> Any:
    """Does: removes "(H/F)", "(m/w/d)", "F/M/X" and their kin wherever they stand.

    Why: the law of France, Germany and others asks for them; they are no part of the role.
    Leaves alone: "HF", "M&A" and letters that belong to the work.
    """
    return each(value, without_gender)


@FIELD.rule(
    "TIT11",
    "titles.doublets",
    examples=(
        Example(("Développeur / Développeuse web",), ("Développeur web",)),
        Example(("Administrateur/trice réseaux",), ("Administrateur réseaux",)),
        Example(("Chargé(e) d'études",), ("Chargé d'études",)),
    ),
    counter_examples=(
        Example(("Data Scientist / Analyst",), ("Data Scientist / Analyst",)),
        Example(("Ingénieur système Windows / Microsoft",), ("Ingénieur système Windows / Microsoft",)),
    ),
)
def doublets(value: Any, _: Given) -> Any:
    """Does: keeps the masculine of a role written in both genders.

    Why: French postings name the role twice; a title that comes in one form can be counted and compared.
    Leaves alone: slashes between different roles or subjects.
    """
    return each(value, masculine)


@FIELD.rule(
    "TIT12",
    "titles.ornaments",
    examples=(
        Example(("🚀 Data Engineer 🚀",), ("Data Engineer",)),
        Example(("*** Cook!! ***",), ("Cook",)),
        Example(("Data Analyst -",), ("Data Analyst",)),
    ),
    counter_examples=(
        Example((".NET Developer",), (".NET Developer",)),
        Example(("C++ Engineer",), ("C++ Engineer",)),
        Example(("Engineer, C++",), ("Engineer, C++",)),
        Example(("C#/F# Developer",), ("C#/F# Developer",)),
    ),
)
def ornaments(value: Any, _: Given) -> Any:
    """Does: removes emoji, stars, exclamation marks and stray separators at both ends.

    Why: they catch the eye and say nothing.
    Leaves alone: marks that belong to a name: C++, C#, .NET.
    """
    return each(value, without_ornaments)


@FIELD.rule(
    "TIT13",
    "titles.requisition",
    examples=(
        Example(("Welder (408812)",), ("Welder",)),
        Example(("Software Engineer - JR0071234",), ("Software Engineer",)),
        Example(("Gardener #77",), ("Gardener",)),
        Example(("Nurse Req ID: 44-1802",), ("Nurse",)),
        Example(("Unit Lead PD11A042 - Night",), ("Unit Lead - Night",)),
    ),
    counter_examples=(
        Example(("Support Engineer Office 365",), ("Support Engineer Office 365",)),
        Example(("Data Scientist 2",), ("Data Scientist 2",)),
        Example(("Engineer (C++17)",), ("Engineer (C++17)",)),
        Example(("Windows 2012 Administrator",), ("Windows 2012 Administrator",)),
    ),
)
def requisition(value: Any, _: Given) -> Any:
    """Does: removes the employer's own numbers: "(408812)", "JR0071234", "#77", "Req ID: 44-1802".

    Why: they make one role look like many; sources list them in a field of their own.
    Leaves alone: grades ("Scientist 2") and numbers of products ("Office 365", "Windows 2012").
    """
    return each(value, without_requisition)


@FIELD.rule(
    "TIT14",
    "titles.dates",
    examples=(
        Example(("Data Intern - Summer 2025",), ("Data Intern",)),
        Example(("Instructor - FY 2026",), ("Instructor",)),
        Example(("Engineer - 2027 Mar/Apr Start",), ("Engineer",)),
        Example(("2027 Winter Internship - Zoo",), ("Internship - Zoo",)),
        Example(("Engineer – New Grad 2024",), ("Engineer – New Grad",)),
    ),
    counter_examples=(
        Example(("Windows 2012 Administrator",), ("Windows 2012 Administrator",)),
        Example(("Spring Developer",), ("Spring Developer",)),
        Example(("Developer (Spring)",), ("Developer (Spring)",)),
    ),
)
def dates(value: Any, _: Given) -> Any:
    """Does: removes years, seasons with a year, and start dates.

    Why: they say when, not what; the same role comes back each season.
    Leaves alone: years of a product (a word before, a role after), and Spring the framework.
    """
    return each(value, without_dates)


@FIELD.rule(
    "TIT15",
    "titles.places",
    examples=(
        Example(("Welder II - Porto",), ("Welder II",), {"locations": ("Porto, Portugal",)}),
        Example(("Technician - Boise, ID/ Salem, OR",), ("Technician",), {"locations": ("Reno, NV",)}),
        Example(("Optics Engineer (Madrid) - Lasers",), ("Optics Engineer - Lasers",), {"locations": ()}),
        Example(("Nurse in Leeds",), ("Nurse",), {"locations": ("Leeds",)}),
    ),
    counter_examples=(
        Example(("Data Analyst - Transport",), ("Data Analyst - Transport",), {"locations": ("Nantes",)}),
        Example(("Director, Paris Opera Archive",), ("Director, Paris Opera Archive",), {"locations": ("Paris",)}),
        Example(("Software Engineer - Java",), ("Software Engineer - Java",), {"locations": ()}),
    ),
)
def places(value: Any, given: Given) -> Any:
    """Does: removes a part in brackets, after a dash or a bar, or "in X" at the end, that is a place and nothing else.

    Why: places are a field of their own.
    Leaves alone: places within the role, and names that are also something else ("Java") unless the record lists them.
    """
    own = own_places(given)
    return each(value, lambda title: without_places(title, own))


@FIELD.rule(
    "TIT16",
    "titles.workplace",
    examples=(
        Example(("Data Scientist - REMOTE",), ("Data Scientist",)),
        Example(("Welder 4 (Remote)",), ("Welder 4",)),
        Example(("Remote: Support Agent",), ("Support Agent",)),
    ),
    counter_examples=(
        Example(("Remote Sensing Scientist",), ("Remote Sensing Scientist",)),
        Example(("Hybrid Cloud Architect",), ("Hybrid Cloud Architect",)),
    ),
)
def workplace(value: Any, _: Given) -> Any:
    """Does: removes "REMOTE", "(hybrid)", "- work from home" at the edges and in brackets.

    Why: where the work is done is a field of its own.
    Leaves alone: the words within a role ("Remote Sensing", "Hybrid Cloud").
    """
    return each(value, without_workplace)


@FIELD.rule(
    "TIT17",
    "titles.pay",
    examples=(
        Example(("Cook - $21/hr",), ("Cook",)),
        Example(("Java Developer (£50k-£60k)",), ("Java Developer",)),
        Example(("Nurse $5,000 Sign-On Bonus",), ("Nurse",)),
    ),
    counter_examples=(
        Example(("Head of $ Products",), ("Head of $ Products",)),
        Example(("Developer 4K Video",), ("Developer 4K Video",)),
    ),
)
def pay(value: Any, _: Given) -> Any:
    """Does: removes figures of pay.

    Why: pay is a field of its own, and a title with a figure in it is another title every month.
    Leaves alone: numbers without a currency or "k".
    """
    return each(value, without_pay)


@FIELD.rule(
    "TIT18",
    "titles.slogans",
    examples=(
        Example(("Baker - Immediate Start",), ("Baker",)),
        Example(("URGENT: Data Analyst",), ("Data Analyst",)),
        Example(("Beekeeper - Direct Hire",), ("Beekeeper",)),
        Example(("Bakers (All levels)",), ("Bakers",)),
        Example(("Baker required",), ("Baker",)),
        Example(("Cook (Full-time)",), ("Cook",)),
        Example(("3x Baker",), ("Baker",)),
    ),
    counter_examples=(
        Example(("Hiring Manager",), ("Hiring Manager",)),
        Example(("Job Developer",), ("Job Developer",)),
        Example(("Contract Manager",), ("Contract Manager",)),
        Example(("Part-Time Instructor",), ("Part-Time Instructor",)),
    ),
)
def slogans(value: Any, _: Given) -> Any:
    """Does: removes calls and conditions at the edges: "urgent", "- Immediate Start", "(Full-time)", "wanted".

    Why: they sell or file the opening and are no part of the role.
    Leaves alone: the same words within a role ("Hiring Manager", "Contract Manager").
    """
    return each(value, without_slogans)


@FIELD.rule(
    "TIT19",
    "titles.own_company",
    examples=(
        Example(("Night Baker -- Crumb Labs",), ("Night Baker",), {"company": "Crumb Labs"}),
        Example(("Data Engineer at Acme",), ("Data Engineer",), {"company": "Acme Inc"}),
        Example(("Acme - Data Analyst",), ("Data Analyst",), {"company": "Acme"}),
        Example(("Night baker at a growing company",), ("Night baker",), {"company": "Acme"}),
    ),
    counter_examples=(Example(("Data Engineer - Ads",), ("Data Engineer - Ads",), {"company": "Acme"}),),
)
def own_company(value: Any, given: Given) -> Any:
    """Does: removes the employer's own name at either end of the title, and "at a ... company".

    Why: the employer is a field of its own.
    Leaves alone: names of teams and products.
    """
    company = own_name(given)
    return each(value, lambda title: without_company(title, company))


def own_places(given: Given) -> frozenset[str]:
    """The folded names of the places that the record lists."""
    return frozenset(key for place in (given.get("locations") or ()) if place for key in place_keys(place))


def own_name(given: Given) -> str:
    """The employer as listed, its first line."""
    return " ".join((given.get("company") or "")[:LONGEST].split("\n")[0].split())


@FIELD.rule(
    "TIT20",
    "titles.laid_bare",
    examples=(
        Example(("Baker 2027 - Urgent - Lyon",), ("Baker",), {"locations": ("Lyon",)}),
        Example(("Baker (Remote) - Acme - Full-time",), ("Baker",), {"company": "Acme"}),
    ),
    counter_examples=(Example(("Night Baker",), ("Night Baker",)), Example((), ())),
)
def laid_bare(value: Any, given: Given) -> Any:
    """Does: looks again at the edges that the rules before laid bare, for all that they take away.

    Why: they come in any order, and what is clean must stay as it is when it is cleaned again.
    Leaves alone: titles in which nothing more is found.
    """
    own, company = own_places(given), own_name(given)
    return each(value, lambda title: settled(title, own, company))


@lru_cache(maxsize=REMEMBERED)
def settled(title: str, own: frozenset[str], company: str) -> str:
    """A title after as many further passes as find something, four at most; nothing where nothing is left of it."""
    for _ in range(4):
        before = title
        for step in STEPS:
            title = step(title)
        title = without_company(without_places(title, own), company)
        if title == before:
            break
    return title if any(map(str.isalnum, title)) else ""


STEPS = (
    readable,
    without_gender,
    masculine,
    without_ornaments,
    without_requisition,
    without_dates,
    without_workplace,
    without_pay,
    without_slogans,
)


@FIELD.rule(
    "TIT21",
    "titles.headcount",
    examples=(
        Example(("DevOps Engineers",), ("DevOps Engineer",)),
        Example(("Software Engineers - Payments",), ("Software Engineer - Payments",)),
    ),
    counter_examples=(
        Example(("Sales Engineer",), ("Sales Engineer",)),
        Example(("Operations Manager",), ("Operations Manager",)),
        Example(("Head of Engineers",), ("Head of Engineers",)),
    ),
)
def headcount(value: Any, _: Given) -> Any:
    """Does: puts the role into the singular.

    Why: "Engineers" says that several are wanted, not that the role is another one.
    Leaves alone: plurals that are no role ("Operations", "Sales"), and those behind "of" and "for".
    """
    changed = tuple(map(one, value or ()))
    return value if changed == (value or ()) else changed


@FIELD.rule(
    "TIT22",
    "titles.capitals",
    examples=(
        Example(("SENIOR DATA ANALYST",), ("Senior Data Analyst",)),
        Example(("INGÉNIEUR EXPERT CLOUD",), ("Ingénieur Expert Cloud",)),
        Example(("IT SUPPORT ENGINEER II",), ("IT Support Engineer II",)),
    ),
    counter_examples=(Example(("QA",), ("QA",)), Example(("SAP Consultant",), ("SAP Consultant",))),
)
def capitals(value: Any, _: Given) -> Any:
    """Does: writes a title in capitals with initial capitals; known abbreviations and numerals stay.

    Why: capitals are shouting, not spelling.
    Leaves alone: single words that are abbreviations, and titles in mixed case.
    """
    changed = tuple(map(without_shouting, value or ()))
    return value if changed == (value or ()) else changed


@FIELD.rule(
    "TIT23",
    "titles.distinct",
    examples=(
        Example(("Data Engineer", "data engineer", "Cook"), ("Data Engineer", "Cook")),
        Example(
            ("Site Reliability Engineer and Software Engineer",), ("Site Reliability Engineer", "Software Engineer")
        ),
    ),
    counter_examples=(
        Example(("Project Manager and Analyst",), ("Project Manager and Analyst",)),
        Example(("Research and Development Engineer",), ("Research and Development Engineer",)),
    ),
)
def distinct(value: Any, _: Given) -> Any:
    """Does: cuts "X Engineer and Y Engineer" in two, and keeps each title once.

    Why: a title that is listed twice is one role; two whole titles are two.
    Leaves alone: a double role under one head ("Project Manager and Analyst").
    """
    out = unique([half for title in value or () for half in halves(title)])
    return value if out == (value or ()) else out


HALVES = re.compile(r"\s+(?:and|or|&)\s+")


def halves(title: str) -> list[str]:
    """Both titles of "X Engineer and Y Engineer"; any other title alone."""
    if " and " not in title and " or " not in title and " & " not in title:
        return [title]
    both = HALVES.split(title)
    ends = [h.split()[-1].lower() if h.split() else "" for h in both]
    whole = len(both) == 2 and ends[0] == ends[1] and kind_of(ends[0]) == "head"
    return both if whole and all(len(h.split()) > 1 and has_head(h) for h in both) else [title]
