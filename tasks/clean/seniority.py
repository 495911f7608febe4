"""Seniority: the level a title states. A title without any marker states none."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Given

FIELD = Field("seniority", ("clean.titles",), sql_type="VARCHAR")

# The strongest marker of a title decides, in this order: an "Associate Director" directs, a "Senior Manager" manages,
# a "Senior Principal Scientist" leads.
LADDER = ("intern", "executive", "director", "manager", "lead", "senior", "mid", "junior")
NEUTRAL = "none"


@cache
def levels() -> dict[str, str]:
    """Phrase -> level, or "none" for phrases that look like a marker and are not ("account executive")."""
    return {row["phrase"]: row["level"] or NEUTRAL for row in rows("seniority_words")}


@cache
def markers() -> re.Pattern[str]:
    """One alternation over all phrases in small letters, the longest first, so that "vice president" is read before "president"."""
    phrases = sorted(levels(), key=len, reverse=True)
    return re.compile(r"(?<![\w&-])(?:" + "|".join(map(re.escape, phrases)) + r")(?![\w&])")


TOKEN = re.compile(r"\w+")


@cache
def firsts() -> frozenset[str]:
    """One of these words stands in every title that states a level: the first word of a phrase, or a numeral."""
    return frozenset(TOKEN.findall(phrase)[0] for phrase in levels()) | {"staff", "associate", *BY_NUMBER}


NUMERAL = re.compile(
    r"(?:engineer|developer|analyst|scientist|designer|administrator|specialist|technician|architect|programmer|consultant"
    r"|associate|tester|manager|representative|accountant|nurse|swe|sde|sdet|sre|level|grade|coordinator|assistant|writer"
    r"|researcher|engineering)[,\s-]{1,3}([1-5])\b",
    re.IGNORECASE,
)
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
ASSOCIATE = re.compile(rf"^associate\s*[-–—,]?\s+(?:[\w+#./&-]{{1,30}}\s+){{0,5}}?{MAKER}", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def level_of(title: str) -> str | None:
    """The level one title states, or None. "Founding Engineer" states none; numerals count behind a role only."""
    title = title[:300]
    low = title.lower()
    if firsts().isdisjoint(TOKEN.findall(low)):  # no marker, no numeral, nothing to read
        return None
    if two_levels(title):
        return None
    found = {levels().get(m[0], NEUTRAL) for m in markers().finditer(low)}
    found.discard(NEUTRAL)
    if "junior" in found and re.search(r"\bI\b", title) is None and only_numeral_one(low):
        found.discard("junior")
    glued = GLUED_NUMERAL.search(title) if "-I" in title else None
    number = NUMERAL.search(title) if any(digit in title for digit in BY_NUMBER) else None
    if number and number[1] in BY_NUMBER:
        found.add(BY_NUMBER[number[1]])
    if glued:
        found.add(BY_ROMAN[glued[1]])
    if "lead" in found and CHIEF_OFFICER.search(title):
        found.add("executive")
    if "staff" in low and STAFF.search(title):
        found.add("lead")
    if ASSOCIATE.match(title):
        found.add("junior")
    return next((level for level in LADDER if level in found), None)


def two_levels(title: str) -> bool:
    """Whether a title offers one role at two levels: "Analyst / Senior Analyst"."""
    if "/" not in title and " or " not in title:
        return False
    halves = OFFERED.split(title)
    if len(halves) != 2 or halves[0].lower() == halves[1].lower():
        return False
    roles = {OFFERED_LEVEL.sub("", half.strip()).lower() for half in halves}
    return len(roles) == 1 and all(roles)


def only_numeral_one(low: str) -> bool:
    """Whether the only junior marker of a title in small letters is "i"."""
    return all(m[0] == "i" for m in markers().finditer(low) if levels().get(m[0]) == "junior")


@FIELD.rule(
    "SEN01",
    "seniority.stated",
    examples=(
        Example(("Senior Data Engineer",), "senior"),
        Example(("Senior Data Engineer", "Sr. Cook"), "senior"),
        Example(("Software Engineer II",), "mid"),
        Example(("Associate Director, Sales",), "director"),
        Example(("Chief Data Officer",), "executive"),
        Example(("Chief Data Scientist",), "lead"),
        Example(("Data Analyst en alternance",), "intern"),
    ),
    counter_examples=(
        Example(("Account Executive",), ("Account Executive",)),
        Example(("Staff Counsel",), ("Staff Counsel",)),
        Example(("Product Manager",), ("Product Manager",)),
        Example(("Founding Engineer",), ("Founding Engineer",)),
        Example(("Lead Generation Specialist",), ("Lead Generation Specialist",)),
        Example(("Senior Cook", "Cook"), ("Senior Cook", "Cook")),
    ),
)
def stated(value: Any, _: Given) -> Any:
    """Does: reads the level out of each title (lookups/seniority_words.csv; numerals I-IV or 1-4 behind the role) and
    takes it where all titles agree.

    Why: titles are the only place where every source states a level; a board's own label is its guess.
    Leaves alone: titles that differ or state none, and words that only look like a level ("Account Executive").
    """
    found = {level_of(title) for title in value or ()}
    level = found.pop() if len(found) == 1 else None
    return level or value


@FIELD.rule(
    "SEN02",
    "seniority.not_stated",
    examples=(Example(("Cook",), None), Example((), None)),
    counter_examples=(Example("lead", "lead"),),
)
def not_stated(value: Any, _: Given) -> Any:
    """Does: gives no level to a posting whose titles state none, or different ones.

    Why: a default would be counted as a statement.
    Leaves alone: a level that was found.
    """
    return value if isinstance(value, str) else None
