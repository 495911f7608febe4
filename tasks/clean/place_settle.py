"""From what was read to places: what is certain by itself, then what the other places and the evidence make certain."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tasks.clean.gazetteer import WITH_REGIONS, City, towns
from tasks.clean.lookup import rows
from tasks.clean.place_names import BARE, PART, people_of, town_in
from tasks.clean.place_spot import Spot
from tasks.clean.values import Place

# A bare name means its weightiest town where that weighs this many times the next one: 1.2 for Cambridge, which nobody
# can tell, 2.0 for Vancouver, which nobody doubts. Weight is people times `weights()`.
DOMINANCE = 1.8
UNSEEN = 0.3  # weight of a country too seldom named to be measured
BY_GEORGIA = frozenset({"AM", "AZ", "TR", "RU", "UA", "KZ", "MD", "BY"})  # beside these it is the country
CITY_STATES = {"SG": "Singapore", "HK": "Hong Kong", "MC": "Monaco"}

Sure = set[tuple[str | None, str | None]]  # regions and countries of the places already certain


class Evidence(NamedTuple):
    """What is known of a posting's place from elsewhere: `hint` is the source's only country, `likely` are leanings."""

    hint: str | None = None
    likely: tuple[str, ...] = ()


NOTHING_KNOWN = Evidence()


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Country -> weight of an inhabitant of its towns: the square root of towns named a million inhabitants.

    Counted on the first lines of 9,400 notices (country_weights.csv holds the counts); the root damps that they are
    American ones.
    """
    return {r["country"]: float(r["weight"]) for r in rows("country_weights")}


def cased(name: str) -> str:
    """A town's name in title case where it was shouted or mumbled."""
    return name.title() if name.isupper() or name.islower() else name


def settle(spots: list[Spot], evidence: Evidence, strict: bool) -> tuple[Place, ...]:
    """Places of what was read: first what is certain by itself, then what the rest makes certain."""
    lone = len(spots) == 1
    places = [resolve(spot, evidence, set(), strict, lone) for spot in spots]
    sure = {(p.region, p.country) for p in places if p and (p.region or p.country not in WITH_REGIONS)}
    towns_named = [p for p in places if p and p.city]
    states = any(p and p.region and not p.city and p.country == "US" for p in places)
    found: list[Place] = []
    for spot, place in zip(spots, places, strict=True):
        if place is None or (place.city and not place.region and place.country in WITH_REGIONS):
            place = resolve(spot, evidence, sure, strict, lone) or place
        if spot.within and place and place.city and not spot.fixed and people_of(spot.key) < PART:
            whole = next((p for s, p in zip(spots, places, strict=True) if s is spot.within), None)
            if whole and (whole.region, whole.country) != (place.region, place.country):
                continue  # "Union Square, New York": a part of the town that follows, not its namesake elsewhere
        if place and not place.city and spot.key == "ny" and towns_named and len(spots) > 1:
            place = Place("New York", "NY", "US")  # "NY, SF": a town among towns
        elif place and spot.key == "washington" and not spot.region and not strict and len(places) == 1:
            place = Place(None, None, "US")  # the state or the capital: nobody can tell
        elif place and spot.key == "georgia" and any(p and p.country in BY_GEORGIA for p in places):
            place = Place(None, None, "GE")
        elif place and spot.key == "washington" and not spot.region and states:
            place = Place(None, "WA", "US")
        elif not strict and spot.country and any(holds(spot, place, s, p) for s, p in zip(spots, places, strict=True)):
            continue  # "Sant Cugat, Barcelona, Spain": the province's town
        elif place and not place.city and not spot.remote and any(inside(n, place) for n in towns_named):
            continue
        if place and place not in found:
            found.append(place)
    return tuple(found)


def holds(spot: Spot, place: Place | None, part: Spot, town: Place | None) -> bool:
    """Whether a place outside US, CA and AU is but the province of the smaller town written right before it."""
    if (
        part.within is not spot
        or not place
        or not town
        or place.country in WITH_REGIONS
        or place.country != town.country
    ):
        return False
    return people_of(part.key) * 5 < people_of(spot.key)


def inside(town: Place, area: Place) -> bool:
    """Whether a town lies in a country or state named beside it."""
    return (
        town.city is not None
        and area.city is None
        and town.country == area.country
        and area.region in (None, town.region)
    )


def resolve(spot: Spot, evidence: Evidence, sure: Sure, strict: bool, lone: bool) -> Place | None:
    """The place a spot means, or None where it means nothing certain; an unknown `lone` name is believed of a hint."""
    if spot.country in CITY_STATES:
        return Place(CITY_STATES[spot.country], None, spot.country)
    if spot.name is None:
        return Place(None, spot.region, spot.country) if spot.country else None
    if not spot.bare and not spot.country:
        return None
    fixed = spot.fixed
    if fixed and spot.country in (None, fixed.country) and spot.region in (None, fixed.region):
        if spot.country or evidence.hint in (None, fixed.country):
            return fixed
        return town_of(town_in(spot.key, None, evidence.hint)) or fixed
    if spot.country:
        if town := town_in(spot.key, spot.region, spot.country):
            if spot.region or town.country not in WITH_REGIONS:
                return town_of(town)
            return decide(spot, evidence, sure, strict)
        if spot.key.endswith(" county") or spot.key.startswith("county "):
            return Place(None, spot.region, spot.country)
        return None if strict and not spot.region else Place(cased(spot.name), spot.region, spot.country)
    if spot.known:
        return beside(spot) or decide(spot, evidence, sure, strict)
    believed = lone and evidence.hint and evidence.hint not in WITH_REGIONS
    return Place(cased(spot.name), None, evidence.hint) if believed else None


def beside(spot: Spot) -> Place | None:
    """The town in the state or country said of the town right after it: "Richmond, Melbourne VIC"."""
    whole = spot.within
    town = town_in(spot.key, whole.region, whole.country) if whole and whole.country else None
    return town_of(town) if town and town.population * 20 >= people_of(spot.key) else None


def town_of(town: City | None) -> Place | None:
    """A town of the gazetteer as a place."""
    return Place(town.name, town.region, town.country) if town else None


def decide(spot: Spot, evidence: Evidence, sure: Sure, strict: bool) -> Place | None:
    """Which of several towns of one name: by other places named, leanings, weight and people; None where it is open."""
    best: list[tuple[float, City]] = []
    hinted = evidence.hint and town_in(spot.key, None, evidence.hint)
    for town in towns(spot.key):
        if not town.name or spot.country not in (None, town.country) or (hinted and town.country != evidence.hint):
            continue
        score = town.population * weights().get(town.country, UNSEEN)
        if town.region and (town.region, town.country) in sure:
            score *= 100
        elif any(country == town.country for _, country in sure):
            score *= 4
        if town.country in evidence.likely:
            score *= 30
        best.append((score, town))
    best.sort(key=lambda each: -each[0])
    if not best:
        return None
    if strict and not spot.country and not hinted and best[0][1].population < BARE and best[0][0] < BARE * 2.5:
        return None
    if len(best) == 1 or best[0][0] >= DOMINANCE * best[1][0]:
        return town_of(best[0][1])
    rivals = {t.country for s, t in best if s * DOMINANCE > best[0][0]}
    return Place(best[0][1].name, None, rivals.pop()) if len(rivals) == 1 else None


def merged(*groups: tuple[Place, ...]) -> tuple[Place, ...]:
    """Places of several groups without repeats, in order."""
    return tuple(dict.fromkeys(place for group in groups for place in group))


def with_towns(value: tuple[Place, ...], more: tuple[Place, ...]) -> tuple[Place, ...]:
    """Places with further towns; a bare country or state gives way to a town inside it."""
    cities = [p.city for p in value if p.city]
    fresh = tuple(p for p in more if p.city and not any(c == p.city or c.startswith(p.city + " ") for c in cities))
    return merged(tuple(p for p in value if not any(inside(f, p) for f in fresh)), fresh)
