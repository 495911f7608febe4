"""Reads a source's own location column, and what a posting's source, pay and language say of its country.

Everything here is remembered: columns repeat by the thousand.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import codes
from tasks.clean.place_cues import is_prose
from tasks.clean.place_settle import Evidence, merged
from tasks.clean.place_text import read_places
from tasks.clean.rule import Given
from tasks.clean.values import Place

LONGEST_LISTED = 2000  # characters of a listed place; longer columns are texts
SHORT = 40  # characters of a listed place that is read together with the others
EURO = ("DE", "FR", "ES", "IT", "NL", "IE", "BE", "AT", "FI", "PT", "GR")
CURRENCY = (("£", ("GB",)), ("GBP", ("GB",)), ("€", EURO), ("EUR", EURO), ("C$", ("CA",)), ("CAD", ("CA",)), ("A$", ("AU",)),
            ("AUD", ("AU",)), ("CHF", ("CH",)), ("₹", ("IN",)), ("INR", ("IN",)), ("SEK", ("SE",)), ("NZD", ("NZ",)))  # fmt: skip
SPEAKERS = {
    "fr": ("FR",),
    "de": ("DE",),
    "nl": ("NL",),
    "es": ("ES",),
    "it": ("IT",),
    "pt": ("BR", "PT"),
    "sv": ("SE",),
    "pl": ("PL",),
}


SAYS_NOTHING = re.compile(
    r"\W*(?:\d{1,3}\+? (?:more )?locations?|(?:multiple|various|several|many|all|other) (?:locations?|cities|offices|sites)|not used|"
    r"n/?a|none|unknown|tbd|unspecified|(?:flexible|fully|100%|anywhere)?\s*/?\s*(?:remote|anywhere|worldwide|virtual|flexible|"
    r"work from home|home ?office|distributed|global|nationwide)|see (?:below|description).{0,40})?\W*",
    re.IGNORECASE,
)
SECTION = re.compile(r"\s*\n\s*[A-Z][A-Z ]{3,30}:")  # the next section of a posting that ran into the column


def evidence(given: Given) -> Evidence:
    """What the posting says of its country apart from its places: the source's country, its currency, its language."""
    said = given.get("salary") or ""
    if header := given.get("header"):
        said = " ".join([t for kind, t in header if kind == "pay"])
    return leanings(given.get("country_hint"), said, given.get("clean.language"))


@lru_cache(maxsize=8192)
def leanings(hint: str | None, pay: str, language: str | None) -> Evidence:
    """The evidence of a source's country, of the words of the pay and of the language."""
    hint = (hint or "").upper()
    likely = next((where for mark, where in CURRENCY if mark in pay), ())
    return Evidence(hint if hint in codes() else None, likely or SPEAKERS.get(language or "", ()))


@lru_cache(maxsize=32768)
def says_nothing(place: str) -> bool:
    """Whether a listed location names no place."""
    return SAYS_NOTHING.fullmatch(place[:200]) is not None


@lru_cache(maxsize=32768)
def read_listed(value: tuple[str, ...], known: Evidence) -> tuple[Place, ...]:
    """The places of a source's own location column."""
    parts = tuple([SECTION.split(each[:LONGEST_LISTED].strip(), maxsplit=1)[0] for each in value])
    if len(parts) > 1 and max(map(len, parts)) < SHORT:
        parts = (" ; ".join(parts),)  # short names decide one another: "Cambridge", "Boston, MA"
    return merged(*[read_places(part, known, is_prose(part)) for part in parts])
