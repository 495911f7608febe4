"""Reads written places: "Austin, TX", "US, CA, Santa Clara", "91 - Saint-Michel-sur-Orge", "Toronto, San Francisco".

A text is cut into tokens; each token is a town, a state, a country, or unknown; neighbours complete one another, and what
is still open ("Cambridge") is decided by the evidence: the country hint, the other places named, then population.
Shared by field files. Strict reading (running text) believes only what the gazetteer knows; otherwise a source's own
location column is believed as written where its shape is that of a place ("Accons, France").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.clean.gazetteer import WITH_REGIONS, City, aliases, fold, towns
from tasks.clean.lookup import rows
from tasks.clean.place_token import (
    BARE,
    TAIL,
    WORDY,
    Spot,
    completes,
    country_of,
    leads,
    named,
    people_of,
    regions_of,
    start,
    strip,
    town_in,
)
from tasks.clean.values import Place

LONGEST = 600  # characters read of one written place; longer columns are prose
HAMLET = 10_000  # people of a town below which a bigger town named right after it makes it a part of that town
DOMINANCE = 2.0  # a bare name means its weightiest town where that weighs this many times the next one

MONEY = re.compile(r"[A-Z]{0,3}[$£€]\s?[\d.,]{1,12}\s?[kK]?(?:\s?[-–]\s?[$£€]?[\d.,]{1,12}\s?[kK]?)?")
PAREN = re.compile(r"\s*[(\[]([^()\[\]]{0,80})[)\]]")
HARD = re.compile(r"\s*(?:[;•·|\n/+⋅]|\s(?:or|and|ou|et|und|oder|&|vs)\s)\s*", re.IGNORECASE)
SOFT = re.compile(r"\s*(?:,|\s[-–—]+\s|[–—]|:|\s-+|-+\s|\s@\s|(?<=[a-z]{3})\.\s|(?<=\b[A-Z]{2})\.\s)\s*")
SOFT_STRICT = re.compile(SOFT.pattern + r"|\s(?:in|at|near|from|around)\s(?=(?:the |downtown |central )?[A-Z])")
REMOTE = re.compile(
    r"\b(?:(?:fully|100%|partially|partly|mostly|or|possibly|also|optional(?:ly)?|open to|we are|some)[ -]+){0,2}"
    r"(?:remote(?:ly)?|wfh|on-?site|in-?office|hybrid|telecommut(?:e|ing)|telework|t[ée]l[ée]travail|work(?:ing)? from home|"
    r"home[ -]?(?:based|office)|virtual|flexible|distributed|nationwide|statewide|anywhere|worldwide|global(?:ly)?)"
    r"(?:[ -](?:ok(?:ay)?|friendly|possible|first|only|work(?:ing)?|job|position|role|preferred|considered|eligible|optional|"
    r"welcome|candidates|within|in|from|team|available|location|locations))*\b",
    re.IGNORECASE,
)
CITY_STATES = {"SG": "Singapore", "HK": "Hong Kong", "MC": "Monaco"}
COUNTRY_FIRST = re.compile(r"([A-Z]{2}),\s*([A-Z0-9]{0,3}),\s*")  # "IN, ," of boards that write country, state, town
FRENCH = re.compile(r"^(?:2[AB]|\d{2,3})\s+-\s+(.{2,60})$")
ARRONDISSEMENT = re.compile(r"\s+(?:\d{1,2}(?:er|e|ème)?(?: arrondissement)?)$", re.IGNORECASE)
CODED = re.compile(r"^([A-Z]{2,3})-(?=[A-Z])")

Sure = set[tuple[str | None, str | None]]  # regions and countries of the places already certain


@dataclass(frozen=True)
class Evidence:
    """What is known of a posting's place from elsewhere: `hint` is the source's only country, `likely` are leanings."""

    hint: str | None = None
    likely: tuple[str, ...] = ()


NOTHING_KNOWN = Evidence()


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Country -> how much likelier its towns are named in postings than their inhabitants alone would make them."""
    return {r["country"]: float(r["weight"]) for r in rows("country_weights")}


@lru_cache(maxsize=32768)
def read_places(text: str, evidence: Evidence = NOTHING_KNOWN, strict: bool = False) -> tuple[Place, ...]:
    """The places a short text names, in its order, without repeats; () where it names none.

    `strict` is for running text: unknown names are not believed, nor are small towns without a state or country.
    """
    text = text[:LONGEST].strip()
    if "$" in text or "£" in text or "€" in text:
        text = MONEY.sub(" , ", text)
    if french := FRENCH.match(text):
        return after_number(french[1])
    if (blank := COUNTRY_FIRST.fullmatch(text)) and leads(blank[1]) and blank[1] != "US":
        return (Place(None, None, blank[1]),)
    spots: list[Spot] = []
    pieces, asides = cut(text)
    for piece in pieces:
        read_piece(piece, spots, strict)
    if not spots:
        for piece in asides:
            read_piece(piece, spots, strict)
    return settle(spots, evidence, strict)


def after_number(name: str) -> tuple[Place, ...]:
    """A town after its département's number, as French boards write it: "69 - LYON 09"."""
    name = ARRONDISSEMENT.sub("", TAIL.sub("", name)).strip()
    for town in towns(fold(name)):
        if town.country == "FR" and town.name:
            return (Place(town.name, None, "FR"),)
    return (Place(cased(name), None, "FR"),) if WORDY.search(name) else ()


def cut(text: str) -> tuple[list[str], list[str]]:
    """The parts of a list of places, and the remarks in parentheses; a state or country among them stays with its town."""
    asides: list[str] = []

    def aside(match: re.Match[str]) -> str:
        inside = strip(REMOTE.sub(" ", match[1]))
        nickname = aliases().get(fold(inside))
        town = nickname and nickname.city and nickname.city != "Washington"  # "Santa Monica (LA area)"
        if inside and not town and (country_of(inside) or regions_of(inside)):
            return f", {inside} , "
        asides.append(match[1])
        return " "

    outer = PAREN.sub(aside, text)
    outer = joined_names().sub(lambda m: re.sub(r" (?:and|&) ", "_and_", m[0]), outer)
    pieces = [outer] if fold(outer) in aliases() else [p for p in HARD.split(outer) if WORDY.search(p)]
    return pieces, asides


@lru_cache(maxsize=1)
def joined_names() -> re.Pattern[str]:
    """Names with "and" in them, which does not join two places: Trinidad and Tobago, Tyne and Wear."""
    names = [r["name"] for table in ("subdivisions", "place_aliases") for r in rows(table) if " and " in r["name"]]
    return re.compile(rf"\b(?:{'|'.join(names)})\b".replace(" and ", " (?:and|&) "), re.IGNORECASE)


def read_piece(piece: str, spots: list[Spot], strict: bool) -> None:
    """Add the places of one piece to `spots`."""
    current: Spot | None = None
    after_street = False
    before = len(spots)
    for part in (SOFT_STRICT if strict else SOFT).split(REMOTE.sub(" , ", piece)):
        token = strip(part)
        coded = CODED.match(token)
        if coded and (country_of(coded[1]) or regions_of(coded[1])):
            current = feed(coded[1], current, spots, strict)
            rest = token[coded.end() :]
            for inner in rest.split("-", 1) if re.match(r"[A-Z]{2}-[A-Z]", rest) else [rest]:
                current = feed(strip(inner), current, spots, strict)
        elif token and WORDY.search(token):
            if after_street and token.replace(".", "").upper() == "NY":  # "44 Water St., N.Y."
                token = "NYC"
            if strict and "-" in token and not named(fold(token)):
                for inner in token.split("-"):
                    current = feed(strip(inner), current, spots, strict)
                continue
            current = feed(token, current, spots, strict)
            after_street = current is None and token[0].isdigit()
    if REMOTE.search(piece):
        for spot in spots[before:]:
            spot.remote = True


def feed(token: str, current: Spot | None, spots: list[Spot], strict: bool) -> Spot | None:
    """Give one token to the place being read, or start another; returns the place now being read."""
    if not token:
        return current
    if current and completes(token, current, strict):
        return current
    if current and not strict:
        if current.name is None and current.country not in WITH_REGIONS and len(token) <= 3 and token.isupper():
            return current  # "ITA - MI - Cernusco": some state's code
        words = token.split()
        for size in range(min(3, len(words) - 1), 0, -1) if current.name else ():
            head, rest = " ".join(words[:size]), " ".join(words[size:])
            if (country_of(head) or regions_of(head)) and completes(head, current, strict):
                # "Denver, CO Long Beach", "Raleigh, NC United States": after the state only what is known is believed
                more = people_of(fold(rest)) > HAMLET or country_of(rest) or (fold(rest) in aliases())
                return feed(rest, current, spots, strict) if more else current
    spot = start(token, strict)
    if spot is None:
        return current if current and not strict else None
    if current and current.name and current.known and not spot.known and (spot.name or not spot.country) and not current.country:
        return current  # an unknown district or state of a known town: "Belgrade, Vojvodina, RS"
    if current and spot.name is None and (not spot.country or not spot.key) and current.country:
        return current  # some state's code, or an office's name, after a finished place
    if current and current.name is None and current.country and spot.name and spot.country == current.country:
        spots.remove(current)  # "(USA) OH Youngstown 03860"
    if current and spot.name and current.name and not (current.region or current.country):
        if current.known:
            current.within = spot
        else:
            spots.remove(current)  # "SoMa, San Francisco": an unknown part of the known town
    spots.append(spot)
    return spot


def cased(name: str) -> str:
    """A town's name in title case where it was shouted or mumbled."""
    return name.title() if name.isupper() or name.islower() else name


def settle(spots: list[Spot], evidence: Evidence, strict: bool) -> tuple[Place, ...]:
    """Places of what was read: first what is certain by itself, then what the rest makes certain."""
    places = [resolve(spot, evidence, set(), strict) for spot in spots]
    sure = {(p.region, p.country) for p in places if p and (p.region or p.country not in WITH_REGIONS)}
    towns_named = [p for p in places if p and p.city]
    states = any(p and p.region and not p.city and p.country == "US" for p in places)
    found: list[Place] = []
    for spot, place in zip(spots, places, strict=True):
        if place is None or (place.city and not place.region and place.country in WITH_REGIONS):
            place = resolve(spot, evidence, sure, strict) or place
        if spot.within and place and place.city and not spot.fixed and people_of(spot.key) < HAMLET:
            whole = next((p for s, p in zip(spots, places, strict=True) if s is spot.within), None)
            if whole and (whole.region, whole.country) != (place.region, place.country):
                continue  # "Union Square, New York": a part of the town that follows, not its namesake elsewhere
        if place and not place.city and spot.key == "ny" and towns_named and len(spots) > 1:
            place = Place("New York", "NY", "US")  # "NY, SF": a town among towns
        elif place and spot.key == "washington" and not spot.region and not strict and len(places) == 1:
            place = Place(None, None, "US")  # the state or the capital: nobody can tell
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
    if part.within is not spot or not place or not town or place.country in WITH_REGIONS or place.country != town.country:
        return False
    return people_of(part.key) * 5 < people_of(spot.key)


def inside(town: Place, area: Place) -> bool:
    """Whether a town lies in a country or state named beside it."""
    return town.country == area.country and area.region in (None, town.region)


def resolve(spot: Spot, evidence: Evidence, sure: Sure, strict: bool) -> Place | None:
    """The place a spot means, or None where it means nothing certain."""
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
        return decide(spot, evidence, sure, strict)
    return Place(cased(spot.name), None, evidence.hint) if evidence.hint and evidence.hint not in WITH_REGIONS else None


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
        score = town.population * weights().get(town.country, 1.0)
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
    if strict and not spot.country and not hinted and best[0][1].population < BARE and best[0][0] < BARE * 1.5:
        return None
    if len(best) == 1 or best[0][0] >= DOMINANCE * best[1][0]:
        return town_of(best[0][1])
    rivals = {t.country for s, t in best if s * DOMINANCE > best[0][0]}
    return Place(best[0][1].name, None, rivals.pop()) if len(rivals) == 1 else None
