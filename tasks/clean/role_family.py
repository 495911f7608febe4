"""Role family: what kind of work the first title names, from a closed list."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tasks.clean.family_patterns import Match, match
from tasks.clean.rule import Example, Field, Found, Given

FIELD = Field("role_family", ("clean.titles",), sql_type="VARCHAR", sought=True)

READ = 200  # characters of a title


GENERAL = frozenset(("software_engineer", "other", "operations_admin"))
# What a suffix may say of a general engineer: "Software Engineer - Frontend". A team's subject ("- AI Search") may not.
SUFFIXES = frozenset(
    f"{craft}_engineer"
    for craft in ("frontend", "backend", "fullstack", "mobile", "embedded", "ml", "data", "qa", "security")
) | {"devops_sre"}
CUT_MARKS = frozenset("-–—|:,(/;@")  # one of these stands in whatever CUTS finds
CUTS = re.compile(r"\s+[-–—|:]+\s+|\s*[,(/;]\s*|\s+@\s+")
# A word that names a worker: the part of a title that has one says what the work is.
HEADS = re.compile(
    r"\b(?:engineers?|developers?|scientists?|analysts?|designers?|architects?|administrators?|consultants?"
    r"|specialists?|technicians?|programmers?|researchers?|testers?|nurses?|representatives?|accountants?|attorneys?"
    r"|ingénieure?|développeu\w+|administrat\w+|analystes?|architecte|technicien\w*|recruiters?|teachers?|instructors?"
    r"|advis[eo]rs?|examiners?|assistants?|clerks?|officers?|counsel|coordinators?|associates?|aides?|investigators?"
    r"|inspectors?|supervisors?|workers?|liaisons?|managers?|directors?|interns?|internship|leads?"
    r"|agents?|buyers?|trainers?|formateur|formatrice|responsable|gestionnaire|chargée?|chef|agente?|traders?|recept\w+"
    r"|mentors?|lecturers?|professors?|lawyers?|executives?|drivers?|electricians?|mechanics?|operators?|planners?)\b",
    re.IGNORECASE,
)
# A part that names no work of its own: "Manager", "New Graduate Engineer", "Senior Analyst II".
BARE = re.compile(
    r"(?:\W|\b(?:new|recent|college|university|campus|graduates?|grads?|senior|sr|junior|jr|lead|principal|staff|associate"
    r"|assistant|deputy|early|career|entry|level|mid|i{1,3}|iv|[1-5]|the|head|vp|vice|president|global|regional|team"
    r"|engineers?|developers?|managers?|directors?|analysts?|specialists?|consultants?|scientists?|associates?|interns?"
    r"|internship|co-?op|trainee|leads?|officers?|coordinators?|supervisors?|advis[eo]rs?|assistants?|administrators?"
    r"|technicians?)\b)+",
    re.IGNORECASE,
)
OF_SUBJECTS = ("scientist", "researcher", "scientist i", "scientist ii", "scientist iii")  # the suffix says of what
BOTH = re.compile(r"\s+(?:&|and)\s+")
LEVELS = re.compile(
    r"^(?:(?:senior|sr|junior|jr|lead|principal|staff|associate|entry[- ]level|mid(?:[- ]level)?|head)\b\.?\s*){1,2}"
    r"|\s+(?:i{1,3}|iv|[1-5])$",
    re.IGNORECASE,
)


@lru_cache(maxsize=32_768)
def family_of(title: str) -> Match | None:
    """The family of one title, or None: of its first part with a role in it, else of the whole.

    "Backend Engineer - Analytics" is a backend engineer. The whole is read where the first part is general
    ("Manager, Data Science"), and then a general engineer becomes only what SUFFIXES allows.
    """
    title = title[:READ]
    if CUT_MARKS.isdisjoint(title):
        return of_first_role(title) or match(title)
    parts = [p for p in CUTS.split(title) if p]
    first = next((p for p in parts if HEADS.search(p)), None) if len(parts) > 1 else None
    if first is None or BARE.fullmatch(first):
        return of_first_role(title) or match(title)
    found = of_first_role(first) or match(first)
    own = first is parts[0] or "/" in title  # what stands in brackets explains the role
    if (found is None and own and says_enough(first)) or (found is not None and found.family not in GENERAL):
        return found
    whole = match(title)
    if found is not None and found.family == "software_engineer" and (whole is None or whole.family not in SUFFIXES):
        return found
    return whole


def of_first_role(part: str) -> Match | None:
    """The family of the first of two roles, "Social Media Manager & Designer", where it is a special one; else None."""
    if " & " not in part and " and " not in part:
        return None
    both = BOTH.split(part)
    if not all(map(HEADS.search, both)) or BARE.fullmatch(both[0]):
        return None
    found = match(both[0])
    return None if found is None or found.family in GENERAL else found


def says_enough(part: str) -> bool:
    """Whether a part without a family is more than a general role: its whole title is then not asked for one."""
    if part.lower().endswith(OF_SUBJECTS):
        part = LEVELS.sub("", part)
    return len(part.split()) > 2


def offering(*titles: str) -> dict[str, tuple[str, ...]]:
    """The siblings of an example that offers `titles`."""
    return {"clean.titles": titles}


@FIELD.rule(
    "ROL01",
    "role_family.by_words",
    examples=(
        Example(None, "data_engineer", offering("Senior Data Engineer", "Cook")),
        Example(None, "fullstack_engineer", offering("Full Stack Web Developer")),
        Example(None, "engineering_manager", offering("Engineering Manager, Payments")),
        Example(None, "healthcare", offering("Registered Nurse")),
        Example(None, "ai_researcher", offering("Senior Research Scientist - Machine Learning")),
        Example(None, "finance_legal_hr", offering("Lohnbuchhalter")),
        Example(None, "software_engineer", offering("Software Engineer")),
        Example(None, "project_manager", offering("Chef de projet")),
        Example(None, "education", offering("Web Design Trainer")),
        Example(None, "marketing", offering("Social Media Manager & Graphic Designer")),
        Example(None, "it_support", offering("Administrateur Linux")),
    ),
    counter_examples=(Example(None, None, offering("Falconer")), Example(None, None, offering())),
)
def by_words(value: Any, given: Given) -> Any:
    """Does: gives the first title the family of its words, the specific before the general (lookups/role_families.csv).

    Why: titles are free text; comparing postings over time needs a closed list.
    Leaves alone: titles without a word of any family.
    """
    titles = given["clean.titles"]
    found = family_of(titles[0]) if titles else None
    return Found(found.family, f'"{found.words}"') if found else value


@FIELD.rule(
    "ROL02",
    "role_family.other",
    examples=(Example(None, "other", offering("Falconer")),),
    counter_examples=(Example("sales", "sales", offering("Sales Agent")), Example(None, None, offering())),
)
def other(value: Any, given: Given) -> Any:
    """Does: files a title that no family claims under "other".

    Why: a role outside the list is a finding; a posting that names no role is a gap, and stays one.
    Leaves alone: what a family claimed, and postings without a title.
    """
    titles = given["clean.titles"]
    return value if value or not titles else "other"
