"""Places as matching compares them: folded city names, region and country codes.

Cleaning has already parsed them (tasks/clean/location.py); here spelling is evened out, so that "Saint Louis" and
"St. Louis" are one city, and what the listing itself says is told from what was concluded: a place that only a title or
a text names beside the listed one is not another place of work, and the state of a bare "Arlington" is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from tasks.dedupe.words import fold, plainly, rows, singular

SAINT = re.compile(r"^(?:saint|sankt|sainte|st)\b\.?")
WORD = re.compile(r"[^\W_]+")
SEVERAL = re.compile(r"[;|/&+\n]|\b(?:or|and)\b", re.IGNORECASE)
MOST = 40  # places of one posting that take part; more is "anywhere"

Place = Mapping[str, str | None]


class PlaceKey(NamedTuple):
    """Sorted distinct cities, regions ("ca"), countries. A place without a city adds its region or country only.
    `words` are the words of the places as a title may repeat them.
    """

    cities: tuple[str, ...]
    regions: tuple[str, ...]
    countries: tuple[str, ...]
    words: tuple[str, ...]


@cache
def city_key(city: str) -> str:
    """A city's name folded: letters and digits only, without the saint before it, written or lost in three ways."""
    folded = fold(city)
    return "".join(WORD.findall(SAINT.sub("", folded))) or "".join(WORD.findall(folded))


@cache
def _areas() -> dict[str, Place]:
    return {row["area"]: {name: row[name] for name in ("city", "region", "country")} for row in rows("areas")}


def place_key(places: Iterable[Place], listed: str = "") -> PlaceKey:
    """The key of a posting's places: mappings with city, region, country; `listed` is what the source's own field said."""
    cities: set[str] = set()
    regions: set[str] = set()
    countries: set[str] = set()
    words: set[str] = set()
    for place in _as_listed(list(places)[:MOST], listed):
        city, region, country = place.get("city"), place.get("region"), place.get("country")
        if city:
            cities.add(city_key(city))
            words.update(singular(word) for word in WORD.findall(fold(city)))
        if region:
            regions.add(fold(region))
            words.add(fold(region))
        if country:
            countries.add(country)
            words.add(fold(country))
    return PlaceKey(*(tuple(sorted(each)) for each in (cities, regions, countries, words)))


def _as_listed(places: list[Place], listed: str) -> list[Place]:
    """The places without what the listing does not bear out."""
    said = plainly(listed)
    if not said:
        return places
    if said in _areas():
        return [_areas()[said]]
    first = places[0].get("city") if places else None
    if not first:
        return places
    if not SEVERAL.search(listed):
        places = [places[0], *(p for p in places[1:] if not p.get("city") or plainly(p["city"] or "") in said)]
    if len(places) == 1 and said == plainly(first):
        return [{"city": first}]
    return places
