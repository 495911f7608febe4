"""Role family: what kind of work the first title names, from a closed list."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Given

FIELD = Field("role_family", ("clean.titles",), sql_type="VARCHAR")

READ = 200  # characters of a title


@cache
def families() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern of small letters, family) in the order in which they are tried; neighbours of one family are one."""
    grouped: list[tuple[list[str], str]] = []
    for row in rows("role_families"):
        if not grouped or grouped[-1][1] != row["family"]:
            grouped.append(([], row["family"]))
        grouped[-1][0].extend(alternatives(row["pattern"]))
    return tuple((re.compile(factored(patterns)), family) for patterns, family in grouped)


def alternatives(pattern: str) -> list[str]:
    """A pattern cut at the bars that stand in no group or class."""
    cuts, depth, at = [-1], 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "|" and depth == 0:
            cuts.append(at)
        at += 1
    return [pattern[a + 1 : b] for a, b in zip(cuts, [*cuts[1:], len(pattern)], strict=True)]


def factored(patterns: list[str]) -> str:
    """One alternation in which what begins at a word's edge is tried at edges only: five times as fast."""
    edged = [pattern.removeprefix(r"\b") for pattern in patterns if pattern.startswith(r"\b")]
    free = [pattern for pattern in patterns if not pattern.startswith(r"\b")]
    return "|".join([rf"\b(?:{'|'.join(edged)})", *free] if edged else free)


GENERAL = frozenset(("software_engineer", "other", "operations_admin"))
# What a suffix may say of a general engineer: "Software Engineer - Frontend". A team's subject ("- AI Search") may not.
SUFFIXES = frozenset(
    f"{craft}_engineer"
    for craft in ("frontend", "backend", "fullstack", "mobile", "embedded", "ml", "data", "qa", "security")
) | {"devops_sre"}
CUTS = re.compile(r"\s+[-–—|:]+\s+|\s*[,(/;]\s*|\s+@\s+")
# A word that names a worker: the part of a title that has one says what the work is.
HEADS = re.compile(
    r"\b(?:engineers?|developers?|scientists?|analysts?|designers?|architects?|administrators?|consultants?"
    r"|specialists?|technicians?|programmers?|researchers?|testers?|nurses?|representatives?|accountants?|attorneys?"
    r"|ingénieure?|développeu\w+|administrat\w+|analystes?|architecte|technicien\w*|recruiters?|teachers?|instructors?"
    r"|advis[eo]rs?|examiners?|assistants?|clerks?|officers?|counsel|coordinators?|associates?|aides?|investigators?"
    r"|inspectors?|supervisors?|workers?|liaisons?|managers?|directors?|interns?|internship|leads?)\b",
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
LEVELS = re.compile(
    r"^(?:(?:senior|sr|junior|jr|lead|principal|staff|associate|entry[- ]level|mid(?:[- ]level)?|head)\b\.?\s*){1,2}"
    r"|\s+(?:i{1,3}|iv|[1-5])$",
    re.IGNORECASE,
)


@lru_cache(maxsize=32_768)
def family_of(title: str) -> str | None:
    """The family of one title, or None: of its first part with a role in it, else of the whole.

    "Backend Engineer - Analytics" is a backend engineer. The whole is read where the first part is general
    ("Manager, Data Science"), and then a general engineer becomes only what SUFFIXES allows.
    """
    title = title[:READ]
    parts = [p for p in CUTS.split(title) if p]
    first = next((p for p in parts if HEADS.search(p)), None) if len(parts) > 1 else None
    if first is None or BARE.fullmatch(first):
        return match(title)
    family = match(first)
    if (family is None and says_enough(first)) or (family is not None and family not in GENERAL):
        return family
    whole = match(title)
    if family == "software_engineer" and whole not in SUFFIXES:
        return family
    return whole


def says_enough(part: str) -> bool:
    """Whether a part without a family is more than a general role: its whole title is then not asked for one."""
    if part.lower().endswith(OF_SUBJECTS):
        part = LEVELS.sub("", part)
    return len(part.split()) > 2


def match(text: str) -> str | None:
    """The first family of lookups/role_families.csv that is found in a text."""
    low = text.lower()
    return next((family for pattern, family in families() if pattern.search(low)), None)


@FIELD.rule(
    "ROL01",
    "role_family.by_words",
    examples=(
        Example(("Senior Data Engineer", "Cook"), "data_engineer"),
        Example(("Full Stack Web Developer",), "fullstack_engineer"),
        Example(("Engineering Manager, Payments",), "engineering_manager"),
        Example(("Registered Nurse",), "healthcare"),
        Example(("Senior Research Scientist - Machine Learning",), "ai_researcher"),
        Example(("Lohnbuchhalter",), "finance_legal_hr"),
        Example(("Software Engineer",), "software_engineer"),
        Example(("Chef de projet",), "project_manager"),
    ),
    counter_examples=(Example(("Falconer",), ("Falconer",)), Example((), ())),
)
def by_words(value: Any, _: Given) -> Any:
    """Does: gives the first title the family of its words, the specific before the general (lookups/role_families.csv).

    Why: titles are free text; comparing postings over time needs a closed list.
    Leaves alone: titles without a word of any family.
    """
    if not value:
        return value
    return family_of(value[0]) or value


@FIELD.rule(
    "ROL02",
    "role_family.other",
    examples=(Example(("Falconer",), "other"), Example((), None)),
    counter_examples=(Example("sales", "sales"),),
)
def other(value: Any, _: Given) -> Any:
    """Does: files a title that no family claims under "other", and a posting without a title under nothing.

    Why: a role outside the list is a finding; a posting that names none is a gap.
    Leaves alone: what a family claimed.
    """
    if isinstance(value, tuple):
        return "other" if value else None
    return value
