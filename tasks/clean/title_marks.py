"""Titles as they are listed or read from a notice, freed of marks, numbers and dates: the first rules of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.clean.notice_roles import roles_in_copy, roles_in_notice
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.title_calls import without_contact
from tasks.clean.title_gender import masculine, without_gender
from tasks.clean.title_parts import without_dates, without_requisition
from tasks.clean.title_settled import are_settled, readable
from tasks.clean.title_text import LONGEST, without_ornaments

if TYPE_CHECKING:
    from collections.abc import Callable

FIELD = Field(
    "titles",
    ("title", "header", "text", "is_notice", "locations", "company"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
    settled=are_settled,
)


def each(value: Any, change: Callable[[str], str]) -> Any:
    """The titles with `change` applied to each; the same object when nothing changed, empties left out."""
    if not value or are_settled(value):
        return value
    changed = tuple([t for t in map(change, value) if t])
    return value if changed == value else changed


@FIELD.rule(
    "TIT01",
    "titles.as_listed",
    reads=("title",),
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
        Example(
            ("Engineer",),
            ("Kiln Engineer",),
            {"is_notice": False, "company": "Acme", "text": "Acme | Kiln Engineer | Oslo | ONSITE\nWe fire clay."},
        ),
    ),
    counter_examples=(
        Example((), (), {"is_notice": True, "header": (), "text": "We need great people."}),
        Example((), (), {"is_notice": False, "header": (), "text": "We are looking for a cook."}),
        Example(
            ("Cook",),
            ("Cook",),
            {"is_notice": False, "company": "Acme", "text": "Acme | Kiln Engineer | Oslo | ONSITE"},
        ),
    ),
)
def of_a_notice(value: Any, given: Given) -> Any:
    """Does: reads the roles of a notice from its header, else from its lists, else from sentences that ask for one.

    Where a board copied a notice whole, the roles of its header replace a title that is a part of one of them.
    Why: a notice has no title field; its header names the roles by convention and its body by need.
    Leaves alone: sources with a title field, and vague wishes ("great people", "devops folks").
    """
    if not given.get("is_notice"):
        copied = roles_in_copy(value, given.get("company") or "", given.get("text") or "")
        return Found(*copied) if copied else value
    if value:
        return value
    titles, because = roles_in_notice(given.get("header") or (), given.get("text") or "")
    return Found(titles, because) if titles else value


@FIELD.rule(
    "TIT05",
    "titles.contacts",
    on="value",
    calm=True,
    examples=(
        Example(("Cook - call 555-201-0199",), ("Cook",)),
        Example(("Baker (apply: oven@crumb.example)",), ("Baker",)),
        Example(("Welder - www.oakmill.example/jobs",), ("Welder",)),
    ),
    counter_examples=(
        Example(("Tester @ Reno",), ("Tester @ Reno",)),
        Example(("Engineer (408812)",), ("Engineer (408812)",)),
    ),
)
def contacts(value: Any, _: Given) -> Any:
    """Does: removes addresses and telephone numbers, and the call to use them.

    Why: they are no part of the role, and personal data besides.
    Leaves alone: shorter numbers, and "@" before a place.
    """
    return each(value, without_contact)


@FIELD.rule(
    "TIT10",
    "titles.gender_marks",
    on="value",
    calm=True,
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
    on="value",
    calm=True,
    examples=(
        Example(("Développeur / Développeuse web",), ("Développeur web",)),
        Example(("Administrateur/trice réseaux",), ("Administrateur réseaux",)),
        Example(("Chargé(e) d'études",), ("Chargé d'études",)),
        Example(("Formateur.trice cuisine",), ("Formateur cuisine",)),
        Example(("Monteuse / Monteur de lignes",), ("Monteur de lignes",)),
        Example(("Agent applicateur / Agente applicatrice bois",), ("Agent applicateur bois",)),
        Example(("Un/Une boulanger(ère)",), ("boulanger",)),
    ),
    counter_examples=(
        Example(("Data Scientist / Analyst",), ("Data Scientist / Analyst",)),
        Example(("Ingénieur système Windows / Microsoft",), ("Ingénieur système Windows / Microsoft",)),
    ),
)
def doublets(value: Any, _: Given) -> Any:
    """Does: keeps the masculine of a role written in both genders, and drops the article before it.

    Why: French postings name the role twice; a title that comes in one form can be counted and compared.
    Leaves alone: slashes between different roles or subjects.
    """
    return each(value, masculine)


@FIELD.rule(
    "TIT12",
    "titles.ornaments",
    on="value",
    calm=True,
    examples=(
        Example(("🚀 Data Engineer 🚀",), ("Data Engineer",)),
        Example(("*** Cook!! ***",), ("Cook",)),
        Example(("NEW! Cook",), ("Cook",)),
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
    """Does: removes emoji, stars, cries ("NEW! "), exclamation marks and stray separators at both ends.

    Why: they catch the eye and say nothing.
    Leaves alone: marks that belong to a name: C++, C#, .NET.
    """
    return each(value, without_ornaments)


@FIELD.rule(
    "TIT13",
    "titles.requisition",
    on="value",
    calm=True,
    examples=(
        Example(("Welder (408812)",), ("Welder",)),
        Example(("Software Engineer - JR0071234",), ("Software Engineer",)),
        Example(("Gardener #77",), ("Gardener",)),
        Example(("Nurse Req ID: 44-1802",), ("Nurse",)),
        Example(("Unit Lead PD11A042 - Night",), ("Unit Lead - Night",)),
        Example(("Glazier Workshop 2131",), ("Glazier Workshop",)),
        Example(("BKR-004-Oven Intern",), ("Oven Intern",)),
        Example(("[ NIVEAU = 7 (id=12AB) ] Soudeur",), ("Soudeur",)),
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
    on="value",
    calm=True,
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
