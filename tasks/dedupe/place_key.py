"""Places as matching compares them: folded city names, region and country codes.

Cleaning has already parsed them (tasks/clean/location.py); here only spelling is evened out, so that "Saint Louis" and
"St. Louis" are one city. Nothing is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from tasks.dedupe.words import fold, singular

SAINT = re.compile(r"\b(?:saint|sankt|sainte)\b")
WORD = re.compile(r"[^\W_]+")
MOST = 40  # places of one posting that take part; more is "anywhere"


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
    """A city's name folded: letters and digits only, "saint" and "st." alike."""
    return "".join(WORD.findall(SAINT.sub("st", fold(city))))


def place_key(places: Iterable[Mapping[str, str | None]]) -> PlaceKey:
    """The key of a posting's places: mappings with city, region, country."""
    cities: set[str] = set()
    regions: set[str] = set()
    countries: set[str] = set()
    words: set[str] = set()
    for place in list(places)[:MOST]:
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
