"""Seniority: the level a title states. A title without any marker states none."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Found, Given

FIELD = Field("seniority", ("clean.titles",), sql_type="VARCHAR", sought=True)

# The strongest marker of a title decides, in this order: an "Associate Director" directs, a "Senior Manager" manages,
# a "Senior Principal Scientist" leads.
LADDER = ("intern", "executive", "director", "manager", "lead", "senior", "mid", "junior")
NEUTRAL = "none"


@cache
def levels() -> dict[str, str]:
    """Phrase -> level, or "none" for phrases that look like a marker and are not ("account executive")."""
    return {row["phrase"]: row["level"] or NEUTRAL for row in rows("seniority_words")}


TOKEN = re.compile(r"\w+")
BEFORE = re.compile(r"[\w&-]")  # before a phrase, and so in "co-lead"
# What may be glued to the role by a hyphen, as in "Developer-Senior", and words after which it is something else.
GLUED = frozenset(("senior", "sr", "junior", "jr", "lead", "principal", "mid", "intern", "entry", "graduate"))
NOT_GLUED = ("semi", "self", "vice", "early", "multi", "post", "under")
BEHIND = re.compile(r"[\w&]")


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """The phrases by their first word, the longest first, so that "vice president" is read before "vice"."""
    by_first: dict[str, list[str]] = {}
    for phrase in sorted(levels(), key=len, reverse=True):
        by_first.setdefault(TOKEN.findall(phrase)[0], []).append(phrase)
    return {first: tuple(each) for first, each in by_first.items()}


@cache
def firsts() -> frozenset[str]:
    """One of these words stands in every title that states a level: the first word of a phrase, or a numeral."""
    return frozenset(phrases()) | {"staff", "associate", *BY_NUMBER}


def markers(low: str) -> list[str]:
    """The phrases of a level in a title of small letters, in order; none stands within another."""
    found, end = list[str](), 0
    known = phrases()
    for word in TOKEN.finditer(low):
        start = word.start()
        if word[0] not in known or start < end:
            continue
        if start and BEFORE.match(low, start - 1) and not is_glued(low, start, word[0]):
            continue
        for phrase in known[word[0]]:
            if low.startswith(phrase, start) and not BEHIND.match(low, start + len(phrase)):
                found.append(phrase)
                end = start + len(phrase)
                break
    return found


def is_glued(low: str, start: int, word: str) -> bool:
    """Whether a level is glued to a role of four letters or more: "Developer-Senior"; "co-lead" and "semi-senior" are not."""
    before = low[max(0, start - 6) : start - 1]
    return (
        word in GLUED
        and low[start - 1] == "-"
        and before[-4:].isalpha()
        and len(before) > 3
        and not before.endswith(NOT_GLUED)
    )


NUMERAL = re.compile(
    r"(?:engineer|developer|analyst|scientist|designer|administrator|specialist|technician|architect|programmer|consultant"
    r"|associate|tester|manager|representative|accountant|nurse|swe|sde|sdet|sre|level|grade|coordinator|assistant|writer"
    r"|researcher|engineering)[,\s-]{1,3}([1-5])\b",
    re.IGNORECASE,
)
CAPITAL_ONE = re.compile(r"\bI\b")
BY_NUMBER = {"1": "junior", "2": "mid", "3": "senior", "4": "senior"}
# A numeral glued to the role by a hyphen, which begins no word: "Systems Engineer -I".
GLUED_NUMERAL = re.compile(
    r"(?:[Ee]ngineer|[Dd]eveloper|[Aa]nalyst|[Ss]cientist|[Ss]pecialist|[Tt]echnician)\s?-(I{1,3}|IV)\b"
)
BY_ROMAN = {"I": "junior", "II": "mid", "III": "senior", "IV": "senior"}
# "Network Engineer / Senior Network Engineer": one role at two levels.
OFFERED = re.compile(r"\s*/\s*|\s+or\s+", re.IGNORECASE)
OFFERED_LEVEL = re.compile(
    r"^(?:senior|sr|junior|jr|lead|principal|staff)\b\.?\s*|\s+(?:i{1,3}|iv|[1-5])$", re.IGNORECASE
)
CHIEF_OFFICER = re.compile(r"\bchief\b[\w\s,&/-]{0,60}?\bofficer\b|\b(?:founder|president)\b", re.IGNORECASE)
MAKER = (
    r"(?:engineer|developer|scientist|designer|analyst|architect|programmer|researcher|software|data|product|swe|sre|devops"
    r"|qa|security|machine|technical|site|platform|backend|frontend|ux|applied|consultant)"
)
STAFF = re.compile(
    rf"\bstaff[ ,-]+(?:[\w+#./&-]{{1,30}}\s+){{0,3}}?{MAKER}|\b(?:engineer|developer|scientist|designer|architect)s?,? staff\b",
    re.IGNORECASE,
)
MID_ASSOCIATE = re.compile(  # "Flight Data - Associate Engineer", "QRS Associate Engineer"; not "Associate / Engineer"
    r"(?:[-–—:|(,]\s?|^[A-Z]{2,6}\s+)[Aa]ssociate\s+(?:[\w+#&-]{1,30}\s+){0,3}?"
    r"(?:[Ee]ngineer|[Dd]eveloper|[Ss]cientist|[Aa]nalyst|[Dd]esigner|[Aa]rchitect|[Pp]rogrammer)\b"
)
ASSOCIATE = re.compile(rf"^associate\s*[-–—,]?\s+(?:[\w+#./&-]{{1,30}}\s+){{0,5}}?{MAKER}", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def level_of(title: str) -> tuple[str, str] | None:
    """The level one title states and the words that state it, or None.

    "Founding Engineer" states none; numerals count behind a role only.
    """
    title = title[:300]
    low = title.lower()
    if firsts().isdisjoint(TOKEN.findall(low)):  # no marker, no numeral, nothing to read
        return None
    if two_levels(title):
        return None
    found: dict[str, str] = {}
    for phrase in sorted(markers(low), key=len):  # the longest last: "I" stands for a level only where it is alone
        found[levels()[phrase]] = phrase
    found.pop(NEUTRAL, None)
    if found.get("junior") == "i" and not CAPITAL_ONE.search(title):
        del found["junior"]
    number = NUMERAL.search(title) if any(digit in title for digit in BY_NUMBER) else None
    if number and number[1] in BY_NUMBER:
        found.setdefault(BY_NUMBER[number[1]], number[1])
    glued = GLUED_NUMERAL.search(title) if "-I" in title else None
    if glued:
        found.setdefault(BY_ROMAN[glued[1]], glued[1])
    if "lead" in found and CHIEF_OFFICER.search(title):
        found["executive"] = found["lead"]
    if "staff" in low and STAFF.search(title):
        found["lead"] = "staff"
    if "ssociate" in low and (ASSOCIATE.match(title) or MID_ASSOCIATE.search(title)):
        found["junior"] = "associate"
    return next(((level, found[level]) for level in LADDER if level in found), None) if found else None


def two_levels(title: str) -> bool:
    """Whether a title offers one role at two levels: "Analyst / Senior Analyst"."""
    if "/" not in title and " or " not in title:
        return False
    halves = OFFERED.split(title)
    if len(halves) != 2 or halves[0].lower() == halves[1].lower():
        return False
    roles = {OFFERED_LEVEL.sub("", half.strip()).lower() for half in halves}
    return len(roles) == 1 and all(roles)


def offering(*titles: str) -> dict[str, tuple[str, ...]]:
    """The siblings of an example that offers `titles`."""
    return {"clean.titles": titles}


@FIELD.rule(
    "SEN01",
    "seniority.stated",
    examples=(
        Example(None, "senior", offering("Senior Data Engineer")),
        Example(None, "senior", offering("Senior Data Engineer", "Sr. Cook")),
        Example(None, "mid", offering("Software Engineer II")),
        Example(None, "director", offering("Associate Director, Sales")),
        Example(None, "executive", offering("Chief Data Officer")),
        Example(None, "lead", offering("Chief Data Scientist")),
        Example(None, "intern", offering("Data Analyst en alternance")),
        Example(None, "senior", offering("PHP Developer-Senior")),
        Example(None, "junior", offering("QRS Associate Data Analyst")),
    ),
    counter_examples=(
        Example(None, None, offering("Account Executive")),
        Example(None, None, offering("Staff Counsel")),
        Example(None, None, offering("Product Manager")),
        Example(None, None, offering("Founding Engineer")),
        Example(None, None, offering("Co-lead Gardener")),
        Example(None, None, offering("Welder / Senior Welder")),
        Example(None, None, offering("Lead Generation Specialist")),
        Example(None, None, offering("Senior Cook", "Cook")),
    ),
)
def stated(value: Any, given: Given) -> Any:
    """Does: reads the level out of each title (lookups/seniority_words.csv; numerals I-IV or 1-4 behind the role) and
    takes it where all titles agree.

    Why: titles are the only place where every source states a level; a board's own label is its guess.
    Leaves alone: titles that differ or state none, and words that only look like a level ("Account Executive").
    """
    titles = given["clean.titles"]
    if not titles:
        return value
    first = level_of(titles[0])
    if first is None:
        return value
    level, words = first
    if len(titles) > 1 and any((level_of(title) or ("",))[0] != level for title in titles):
        return value
    return Found(level, f'"{words}"')
