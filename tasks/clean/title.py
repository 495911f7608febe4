"""Titles: each distinct role a posting offers, as a clean display title.

The rules stand in three files, in running order: title_marks.py (what is listed, marks, numbers, dates), title_edges.py
(what other fields say), and here what the title is counted and shown as.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tasks.clean.roles import has_head, kind_of, unique
from tasks.clean.rule import Example, Given
from tasks.clean.title_edges import FIELD
from tasks.clean.title_settled import NOWHERE, is_settled, settled
from tasks.clean.title_text import REMEMBERED, may_shout, one, without_shouting

__all__ = ["FIELD"]


@FIELD.rule(
    "TIT21",
    "titles.headcount",
    on="value",
    examples=(
        Example(("DevOps Engineers",), ("DevOps Engineer",)),
        Example(("Software Engineers - Payments",), ("Software Engineer - Payments",)),
        Example(("Scriptwriters",), ("Scriptwriter",)),
    ),
    counter_examples=(
        Example(("Sales Engineer",), ("Sales Engineer",)),
        Example(("Operations Manager",), ("Operations Manager",)),
        Example(("Head of Engineers",), ("Head of Engineers",)),
        Example(("Windows Servers",), ("Windows Servers",)),
    ),
)
def headcount(value: Any, _: Given) -> Any:
    """Does: puts the role into the singular.

    Why: "Engineers" says that several are wanted, not that the role is another one.
    Leaves alone: plurals that are no role ("Operations", "Sales"), and those behind "of" and "for".
    """
    changed = singulars(value) if value else value
    return value if changed == value else changed


@lru_cache(maxsize=REMEMBERED)
def singulars(titles: tuple[str, ...]) -> tuple[str, ...]:
    """All titles in the singular."""
    return tuple(map(one, titles))


@FIELD.rule(
    "TIT22",
    "titles.capitals",
    on="value",
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
    if not value or not any(map(may_shout, value)):
        return value
    changed = tuple(map(calmed, value))
    return value if changed == value else changed


def calmed(title: str) -> str:
    """A title without shouting, looked at once more: some patterns need to see what is capital and what is not."""
    calm = without_shouting(title)
    return title if calm == title else settled(calm, NOWHERE, "") or calm


@FIELD.rule(
    "TIT23",
    "titles.distinct",
    on="value",
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
    if not value or (len(value) == 1 and len(both_halves(value[0])) == 1):
        return value
    out = unique([one(half) for title in value for half in both_halves(title)])
    return value if out == value else out


HALVES = re.compile(r"\s+(?:and|or|&)\s+")


@lru_cache(maxsize=REMEMBERED)
def both_halves(title: str) -> tuple[str, ...]:
    """Both titles of "X Engineer and Y Engineer", where neither holds more than a title; any other title alone."""
    if " and " not in title and " or " not in title and " & " not in title:
        return (title,)
    both = HALVES.split(title)
    ends = [h.split()[-1].lower() if h.split() else "" for h in both]
    whole = len(both) == 2 and ends[0] == ends[1] and kind_of(ends[0]) == "head"
    if whole and all(len(h.split()) > 1 and has_head(h) and is_settled(h) for h in both):
        return tuple(both)
    return (title,)
