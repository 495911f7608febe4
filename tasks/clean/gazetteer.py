"""What is known of places: towns with their regions, countries, subdivisions, and the names people give them.

Towns are of GeoNames (CC BY 4.0), country names of CLDR; lookups/build_places.py says how the tables are made. Shared by
field files and tasks/clean/notice.py; nothing here reads a posting. Tables load at first use, in well under 100 ms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import KeysView
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.clean.lookup import FOLDER, rows
from tasks.clean.values import Place

WITH_REGIONS = frozenset({"US", "CA", "AU"})
LONGEST = 80  # characters of a place's name; nothing longer is looked up

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})
_WORD = re.compile(r"[^\W_]+")
_SHORT = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}


class City(NamedTuple):
    """A town, or a county (`name` None), as the gazetteer has it. `region` only in US, CA and AU."""

    name: str | None
    region: str | None
    country: str
    population: int


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A name as it is looked up: lower case, no accents, words apart by one space, Saint as st, Mount as mt."""
    return " ".join(words_of(text[: LONGEST * 2]))


def words_of(text: str) -> list[str]:
    """The words of a text as names are looked up."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(c for c in text if not unicodedata.combining(c))
    words = _WORD.findall(text)
    return words if _SHORT.keys().isdisjoint(words) else [_SHORT.get(word, word) for word in words]


@cache
def _towns() -> dict[str, str]:
    """Folded name -> its towns, still packed as in places.csv (unpacked one name at a time)."""
    lines = (FOLDER / "places.csv").read_text(encoding="utf-8").split("\n")
    found: dict[str, str] = {}
    for line in lines[1:]:
        name, _, packed = line.partition(",")
        found[name] = packed
    found.pop("", None)
    return found


def town_names() -> KeysView[str]:
    """The folded names of all towns and counties."""
    return _towns().keys()


@lru_cache(maxsize=65536)
def towns(key: str) -> tuple[City, ...]:
    """Every town or county of a folded name, largest first."""
    packed = _towns().get(key)
    if not packed:
        return ()
    found = []
    for each in packed.split(";"):
        display, region, country, people = each.split("|")
        name = None if key.endswith(" county") and people == "0" else display or key.title()
        found.append(City(name, region or None, country, int(people)))
    return tuple(found)


@cache
def aliases() -> dict[str, Place]:
    """Folded nicknames, abbreviations, boroughs and areas -> the place they mean (place_aliases.csv)."""
    return {
        fold(r["name"]): Place(r["city"] or None, r["region"] or None, r["country"] or None)
        for r in rows("place_aliases")
    }


@cache
def countries() -> dict[str, str]:
    """Folded country name -> ISO 3166-1 alpha-2, codes left out: "IN" and "DE" are states as well."""
    names = {r["name"]: r["country"] for r in rows("country_names")}
    return names | {key: p.country for key, p in aliases().items() if p.country and not p.city and not p.region}


@cache
def alpha3() -> dict[str, str]:
    """ISO 3166-1 alpha-3 code in upper case -> alpha-2."""
    return {r["alpha3"]: r["country"] for r in rows("country_codes")}


@cache
def codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return frozenset(countries().values())


@cache
def subdivisions() -> dict[str, tuple[tuple[str | None, str], ...]]:
    """Folded name, code or abbreviation of a state or province -> (code or None, country), the commonest reading first."""
    found: dict[str, tuple[tuple[str | None, str], ...]] = {}
    for row in rows("subdivisions"):
        entry = (row["code"] or None, row["country"])
        for name in {fold(row["name"]), *(fold(a) for a in row["also"].split("|")), row["code"].lower()} - {""}:
            found[name] = (*found.get(name, ()), entry)
    return found


def find_city(name: str, region: str | None = None, country: str | None = None) -> Place | None:
    """The largest town of a name, within a region or country where given; None when the gazetteer has none.

    `region` is a subdivision code ("CA"), `country` an ISO 3166-1 alpha-2 code.
    """
    key = fold(name)
    alias = aliases().get(key)
    if alias and alias.city and region in (None, alias.region) and country in (None, alias.country):
        return alias
    for town in towns(key):
        if town.name and region in (None, town.region) and country in (None, town.country):
            return Place(town.name, town.region, town.country)
    return None


def is_known(key: str) -> bool:
    """Whether a folded name is a town, an alias, a country or a state written in full."""
    if key in _towns() or key in aliases() or key in countries():
        return True
    return len(key) > 3 and key in subdivisions()


_JOINTS = re.compile(r"\s*(?:[,;/•|&+()]|\bor\b|\band\b|\s-\s)\s*", re.IGNORECASE)


def is_place(text: str) -> bool:
    """Whether a short text is a place or a list of places and nothing else: "Paris", "Austin, TX or London, UK"."""
    if not text or len(text) > 2 * LONGEST:
        return False
    parts = [p for p in _JOINTS.split(text) if p]
    sure = 0
    for part in parts:
        key = fold(part)
        if is_known(key):
            sure += 1
        elif not ((part.isupper() or key in ("ca", "calif")) and (key in subdivisions() or part in codes())):
            head, _, tail = key.rpartition(" ")
            if not (head and is_known(head) and (tail in subdivisions() or tail in countries())):
                return False
            sure += 1
    return sure > 0
