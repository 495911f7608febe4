"""The field `employment_type`: which of seven kinds of employment a posting states. Permanent alone is none of them.

Said by a column, else by a notice's header, the title, a labelled line or an outright sentence of the text.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.employment_text import TEXT_LIMIT, in_text
from tasks.clean.employment_words import (
    HOURS,
    LONGEST_MARK_LINE,
    MARK_LINE,
    NO_KIND,
    header_words,
    kinds,
    mark_kinds,
    mark_lines,
    may_name,
    ordered,
    title_kinds,
)
from tasks.clean.place_cues import opening_lines
from tasks.clean.rule import Example, Field, Found, Given

FIELD = Field(
    "employment_type",
    ("employment_type", "header", "title", "text", "is_notice", "clean.titles", "category"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)

MARKS = frozenset({"employment", "workplace"})  # segments of a header that speak of it outright
NAMES = frozenset({"role", "other", "place"})  # those in which it may stand beside something else
SHOWN = frozenset({"employment", "role", "workplace", "other"})
HEADER_CUT = re.compile(r"\s*[|•·,;(]\s*|\s+(?:[-–—/]|--)\s+|\. ")  # between the pieces of a first line
OPENING = 900  # characters in which the opening lines of a notice stand

LETTERS = {"f": ("full_time",), "p": ("part_time",), "ft": ("full_time",), "pt": ("part_time",), "c": ("contract",)}


@FIELD.rule(
    "EMP05",
    "employment_type.listed",
    reads=("employment_type",),
    examples=(
        Example("Full-time", ("full_time",)),
        Example("P", ("part_time",)),
        Example("CDD - 6 Mois | Contrat travail | 38H | Temps plein", ("full_time", "temporary")),
        Example("Contrat à durée déterminée - 24 Mois | Contrat apprentissage", ("temporary", "apprenticeship")),
        Example("FULL_TIME, CONTRACTOR", ("full_time", "contract")),
        Example("Mission intérimaire - 3 Mois", ("temporary",)),
    ),
    counter_examples=(
        Example("Contrat à durée indéterminée | Contrat travail", None),
        Example("permanent", None),
        Example("Other", None),
    ),
)
def listed(value: Any, given: Given) -> Any:  # noqa: ARG001
    """Read the source's own column of contract and hours.

    Does: reads its words in English, French, German, Dutch and Spanish, and the letters F and P.
    Why: columns mix contract, hours and duration in one text.
    Leaves alone: permanent, regular, CDI: they say neither hours nor a limit.
    """
    if not isinstance(value, str):
        return value
    if found := LETTERS.get(value.strip().lower()):
        return found
    return ordered(kinds(value[:500]))


@FIELD.rule(
    "EMP10",
    "employment_type.header",
    on="nothing",
    reads=("header",),
    examples=(
        Example(None, ("full_time", "internship"), {"header": (("employment", "Full-time and INTERNS"),)}),
        Example(None, ("full_time",), {"header": (("place", "Oslo"), ("employment", "Fulltime, onsite"))}),
    ),
    counter_examples=(Example(None, None, {"header": (("company", "Contract Wrangler"), ("role", "Clerk"))}),),
)
def header(value: Any, given: Given) -> Any:
    """Read the header of a free text notice.

    Does: takes the kinds of employment from segments that speak of it and from the roles.
    Why: by convention the header says FULL-TIME, INTERNS, CONTRACT.
    Leaves alone: the company's name and the running text.
    """
    segments = given.get("header")
    if value or not segments or not may_name(given.get("text")):
        return value
    found: frozenset[str] = NO_KIND
    for kind, text in segments:
        if kind in MARKS:
            found |= mark_kinds(text)
        elif kind in NAMES and (said := title_kinds(text)):
            found |= said
    if not found:
        return value
    return Found(ordered(found), " | ".join([text for kind, text in segments if kind in SHOWN])[:100])


@FIELD.rule(
    "EMP15",
    "employment_type.opening_lines",
    on="nothing",
    examples=(
        Example(
            None,
            ("full_time", "contract", "internship"),
            {"is_notice": True, "text": "Acme\nIntern, Full-Time, Contract\nMail us"},
        ),
        Example(
            None,
            ("full_time",),
            {"is_notice": True, "text": "Acme - http://acme.example\nFull Time REMOTE - Anywhere\n"},
        ),
        Example(None, ("full_time",), {"is_notice": False, "text": "Acme | Clerk | Full time, onsite | Oslo\n"}),
    ),
    counter_examples=(
        Example(
            None,
            None,
            {"is_notice": True, "text": "Acme\nWe hire full time people and also take interns over the summer.\n"},
        ),
        Example(None, None, {"is_notice": False, "text": "Acme\nFull time\n"}),
        Example(None, None, {"is_notice": False, "text": "Acme | Clerk | Full time mobility for all | Oslo\n"}),
    ),
)
def opening(value: Any, given: Given) -> Any:
    """Read the opening lines of a notice whose header says nothing.

    Does: takes the kinds of employment of the first short lines, and of lines that are marks alone ("Intern, Contract");
    in other texts of the pieces of the first line that are marks alone, as boards that copy notices keep their header.
    Why: some notices have no header, others put the marks on a line of their own.
    Leaves alone: sentences, and notices whose header says it.
    """
    text = given.get("text")
    if value or not text:
        return value
    if not given.get("is_notice"):
        line = text[:LONGEST_MARK_LINE].split("\n", 1)[0]
        said = tuple([piece for piece in HEADER_CUT.split(line)[1:] if MARK_LINE.fullmatch(piece)])
        found = {kind for piece in said for kind in mark_kinds(piece)}
        return Found(ordered(found), " / ".join(said)[:100]) if found else value
    places = header_words(text)
    if not places:
        return value
    said = opening_lines(text) if places[0] < OPENING else ()
    found = {kind for line in said for kind in mark_kinds(line)}
    if not found:
        said = mark_lines(text, places)
        found = {kind for line in said for kind in kinds(line)}
    return Found(ordered(found), " / ".join(said)[:100]) if found else value


@FIELD.rule(
    "EMP20",
    "employment_type.title",
    reads=("title",),
    examples=(
        Example(None, ("internship",), {"title": "Robotics Intern - Autumn"}),
        Example(None, ("part_time",), {"title": "Part - Time Instructor"}),
        Example(("part_time",), ("part_time", "contract"), {"title": "Part time freelance guru"}),
        Example(None, ("contract",), {"title": "Data Analyst (Contract)"}),
    ),
    counter_examples=(
        Example(None, None, {"title": "Contract Manager"}),
        Example(None, None, {"title": "Internal Auditor"}),
        Example(None, None, {"title": "Volunteer Coordinator"}),
        Example(None, None, {"title": "Internal Medicine Physician"}),
    ),
)
def title(value: Any, given: Given) -> Any:
    """Read the kind of employment that a title states.

    Does: adds internship, part time, apprenticeship and the like where the title says so.
    Why: "Intern" in the title is the only place where most boards say it.
    Leaves alone: crafts that hold the word: contract managers, internal auditors, volunteer coordinators.
    """
    text = given.get("title")
    if not text:
        return value
    found = title_kinds(text[:300])
    if not found or found <= set(value or ()):
        return value
    return Found(ordered(found | set(value or ())), text[:100])


@FIELD.rule(
    "EMP30",
    "employment_type.text",
    reads=("text",),
    examples=(
        Example(None, ("full_time",), {"text": "Work type: Full time\nLocation: Hobart"}),
        Example(None, ("full_time",), {"text": "This is a full-time position."}),
        Example(None, ("contract",), {"text": "One year contract with a chance of renewal."}),
        Example(None, ("full_time",), {"text": "Contrat de type CDI, temps plein."}),
    ),
    counter_examples=(
        Example(None, None, {"text": "Three years of full-time programming experience; long-term insurance."}),
        Example(None, None, {"text": "We manage contracts and have paid volunteer days."}),
        Example(("part_time",), ("part_time",), {"text": "This is a full-time position."}),
        Example(None, None, {"text": "Full time offers also include a bonus."}),
    ),
)
def text(value: Any, given: Given) -> Any:
    """Read what running text states of the kind of employment.

    Does: takes labelled lines ("Job type: Full time") and sentences about the position ("a fixed-term role").
    Why: a third of the boards have no column for it.
    Leaves alone: experience, benefits and salaries that mention full time; hours that a column or header gave already.
    """
    body = given.get("text")
    if not body:
        return value
    if value and given.get("is_notice"):
        return value
    found, because = in_text(body[:TEXT_LIMIT], bool(given.get("is_notice")))
    if not HOURS.isdisjoint(value or ()):
        found -= HOURS
    if found <= set(value or ()):
        return value
    return Found(ordered(found | set(value or ())), because)
