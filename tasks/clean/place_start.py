"""The place that a token begins, where nothing before it is to be completed: a name, an address, an office's name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.gazetteer import WITH_REGIONS, aliases, alpha3, codes, countries, fold, subdivisions, towns
from tasks.clean.place_names import (
    AREA,
    BARE,
    NOT_CODES,
    OFFICE_TOWN,
    STREET,
    country_of,
    is_word,
    leads,
    not_places,
    people_of,
    plausible,
    regions_of,
    strip,
    town_in,
)
from tasks.clean.place_spot import Spot, completes, known_town, prefix_town

CAPITAL = 5_000_000  # people of the one town that is meant before the state of its name: New York
LONGEST_TWICE = 5  # words of a town named twice
LONGEST_OFFICE = 14  # words of an office's name

WORDS = re.compile(r"[\s._()-]+")
ROLE_WORD = re.compile(
    r"\s(?:(?:Senior|Sr|Jr|Junior|Lead|Full[ -]?[Ss]tack|Front|Back|Software|Data|Web|Mobile|iOS|Android|Ruby|Python|Java|"
    r"DevOps)\b.{0,40}(?:Engineer|Developer|Scientist|Designer|Manager)s?|Engineers?|Developers?|[Bb]ased\b|[Oo]nsite|"
    r"[Ff]ull[ -]?[Tt]ime)\b"
)
NEW_YORK = ("New York", "new york", "NY", "US", True)


def start(token: str, strict: bool) -> Spot | None:
    """The place a token begins, if it can begin one: a new one each time, to be completed by what follows."""
    begun = begins(token, strict)
    return begun.fresh() if begun else None


@lru_cache(maxsize=32768)
def begins(token: str, strict: bool) -> Spot | None:
    """The place a token begins, as it is before anything completes it; not to be changed."""
    key = fold(token)
    if not key:
        return None
    alias = aliases().get(key)
    if key in not_places(strict) and not (alias and token.isupper()):
        return Spot(token, key, known=True, bare=False) if towns(key) else None
    if strict and token == "NY":  # noqa: S105
        return Spot(*NEW_YORK)
    if alias and (len(key) > 3 or token.isupper() or "." in token or not strict):
        if alias.city:
            return Spot(token, key, known=True, fixed=alias)
        return Spot(None, key, alias.region, alias.country, True)
    known, regions = towns(key), regions_of(token)
    if regions and regions[0][1] == "AU" and len(token) == 2 and leads(token):
        regions = ()  # "SA, Riyadh"
    if regions and (len(key) > 3 or not strict) and people_of(key) < CAPITAL:
        code, country = regions[0]
        if code is None and people_of(key) > BARE:
            return Spot(token, key, known=True)
        return Spot(None, key, code, country, True)
    if (first := leads(token)) and (len(key) > 3 or not strict):
        return Spot(None, key, None, first, True)
    if known and len(key) > 2:
        if known[0].name is None:  # a county
            states = {t.region for t in known}
            return Spot(None, key, states.pop() if len(states) == 1 else None, "US", True)
        return Spot(token, key, known=True)
    if area := AREA.fullmatch(token):  # "Tokyo Prefecture" is its town, "Kotayk region" names none
        return known_town(area[1]) if people_of(fold(area[1])) > OFFICE_TOWN else None
    return town_and_role(token) or town_then_state(token, True) or twice(token) if strict else unknown(token)


def twice(token: str) -> Spot | None:
    """A town and its nickname, part or area behind it: "Chicago Chi-town", "SF SoMa", "London's Shoreditch"."""
    head, _, rest = token.replace("’", "'").partition("'s ")
    if rest:
        found = known_town(head) if rest[:1].isupper() else None
        meant = aliases().get(fold(rest))
        return found if found and meant and names_of(found) == meant.city else None
    words = token.split()
    for at in range(1, len(words)) if len(words) <= LONGEST_TWICE else ():
        meant = aliases().get(fold(" ".join(words[at:])))
        if meant and meant.city and (found := known_town(" ".join(words[:at]))) and names_of(found) == meant.city:
            return found
    return None


def names_of(spot: Spot) -> str | None:
    """The usual name of the town that a bare spot most likely means."""
    if spot.fixed:
        return spot.fixed.city
    known = towns(spot.key)
    return known[0].name if known else None


def town_and_role(token: str) -> Spot | None:
    """A big town run together with a role: "San Francisco Software Engineers"."""
    role = ROLE_WORD.search(token)
    found = known_town(token[: role.start()].strip()) if role else None
    return found if found and (found.fixed or people_of(found.key) > OFFICE_TOWN) else None


def unknown(token: str) -> Spot | None:
    """What a location column may mean by a token that is no name: an address, an office, a town too small to be known."""
    first = token.split()[0]
    if len(first) <= 3 and (country := leads(first)):
        found = by_words(token)
        if found and (found.name or (found.region and found.country == country)):
            return found
    if found := town_then_state(token, False) or by_words(token):
        return found
    if 2 <= len(token) <= 3 and token.isalpha() and token.isupper() and token not in NOT_CODES:
        return Spot(None, fold(token))  # some state's code
    return Spot(token, fold(token)) if plausible(token) else None


def town_then_state(token: str, strict: bool) -> Spot | None:
    """A town and its state or country without a comma ("Waltham MA"), or the town at an address's end."""
    words = token.split()
    ends = fold(words[-1]).rpartition(" ")[2] in last_words() or "." in words[-1]
    for cut in range(len(words) - 1, max(0, len(words) - 5), -1) if ends else ():
        tail = " ".join(words[cut:]).strip(".,")
        if not (regions_of(tail) or country_of(tail)) or tail == "Island":  # what Iceland calls itself
            continue
        head = strip(" ".join(words[:cut]))
        if head and (found := with_tail(head, words[:cut], tail, strict)):
            return found
    return address_end(words) if not strict and STREET.search(token) else None


@cache
def last_words() -> frozenset[str]:
    """The last words of all names and codes of states and countries: what ends in no such word names none."""
    names = (*subdivisions(), *countries(), *codes(), *alpha3())
    return frozenset(name.lower().rpartition(" ")[2] for name in names)


def with_tail(head: str, words: list[str], tail: str, strict: bool) -> Spot | None:
    """The town that `words` (`head`, trimmed) name, in the state or country `tail`."""
    area = aliases().get(fold(head))
    if area and not area.city and (area.region, area.country) in regions_of(tail):
        return Spot(None, "", area.region, area.country, True)  # "Long Island NY"
    if state := next(
        (code for code, of in regions_of(head) if code and len(head) > 3 and of == country_of(tail)), None
    ):
        return Spot(None, fold(head), state, country_of(tail), True)  # "Ontario Canada"
    spot = known_town(head)
    if spot and completes(tail, spot, True) and (spot.region or spot.country):
        return spot
    if spot is None and len(head.split()) > 1:
        inner = town_then_state(head, True)
        if inner and completes(tail, inner, True):
            return inner
    if not (leads(tail) or any(code for code, _ in regions_of(tail))):
        return None
    if STREET.search(head) and (not strict or head[0].isdigit()):
        for begin in range(1, len(words)):
            if (found := known_town(" ".join(words[begin:]))) and completes(tail, found, True):
                return found
    elif not strict and spot is None and plausible(head) and not leads(words[0]) and not regions_of(words[0]):
        for end in range(len(words) - 1, 0, -1) if len(head.split()) <= 3 else ():
            if (found := known_town(" ".join(words[:end]))) and completes(tail, found, True) and found.country:
                return found  # "Chennai Tamil Nadu India"
        unseen = Spot(head, fold(head))
        if len(head.split()) <= 3 and completes(tail, unseen, True):
            return unseen
    return None


def address_end(words: list[str]) -> Spot | None:
    """The nickname of a town at the end of an address: "125 Long Street Nyc", "9 Center Drive N.Y."."""
    for begin in range(max(1, len(words) - 4), len(words)):
        tail = " ".join(words[begin:])
        alias = aliases().get(fold(tail)) or aliases().get(fold(tail).replace(" ", ""))
        if alias and alias.city:
            return Spot(tail, fold(tail), known=True, fixed=alias)
        if tail.replace(".", "").replace(" ", "").upper() == "NY":
            return Spot(*NEW_YORK)
    return None


def by_words(token: str) -> Spot | None:
    """An office as large employers name it: "US CA Carlsbad", "IND Pune Tower 2", "Bangalore Manyata Tech Park".

    Country and state first, then the longest known town; what follows is the building. Without a leading country or
    state only a big town is believed, and only as the first or the last words.
    """
    words = [w for w in WORDS.split(token) if w]
    if not 2 <= len(words) <= LONGEST_OFFICE:
        return None
    country, region, at = leading(words)
    if country is None:
        return big_town(words)
    for begin in range(at, min(at + 3, len(words))):
        if found := prefix_town(words[begin:], region, country):
            return found
        if not (len(words[begin]) <= 3 and words[begin].isupper()):
            break  # only a code of some state may stand between country and town: "IND KA BANGALORE"
    if region == "NY" and fold(" ".join(words[at - 2 : at])) == "new york":
        return Spot(*NEW_YORK)
    rest = " ".join(words[at:])
    if rest and plausible(rest) and not is_word(fold(rest)):
        if region and "-" in token and len(words) - at <= 3:
            return Spot(rest, fold(rest), region, country)
        lone = len(words) - at == 1 and len(words[0]) > 3 and len(rest) > 3 and not rest.isupper()
        if lone and country not in WITH_REGIONS:
            return Spot(rest, fold(rest), None, country)  # "Germany Waldbronn"
    return Spot(None, "", region, country, True)


def leading(words: list[str]) -> tuple[str | None, str | None, int]:
    """Country, state and how many of the words say so."""
    country: str | None = None
    at = 0
    for size in (4, 3, 2, 1):
        if size < len(words) and (named := leads(" ".join(words[:size]))):
            country, at = named, size
            break
    if at == 1 and len(words[0]) == 2 and (alone := regions_of(words[0])) and alone[0][0]:
        # "CA Carlsbad", "IN KA Bangalore": a state's code that is a country's as well; what follows decides
        code, of = alone[0]
        nexts = [fold(" ".join(words[1:end])) for end in (2, 3, 4)]
        abroad = (len(words[1]) == 2 and words[1].isupper()) or any(town_in(key, None, country) for key in nexts)
        if not abroad or any(town_in(key, code, of) for key in nexts):
            return of, code, 1
    for size in (3, 2, 1):
        if at + size > len(words) or (not country and at + size == len(words)):
            continue
        name = " ".join(words[at : at + size])
        for code, of in regions_of(name) if len(name) > 3 or name.isupper() else ():
            if country in (None, of):
                return of, code, at + size
    return country, None, at


def big_town(words: list[str]) -> Spot | None:
    """A big town as the first or last words of an office's name."""
    for size in range(min(3, len(words) - 1), 0, -1):
        for part in (words[:size], words[-size:]):
            name = " ".join(part)
            key = fold(name)
            if len(key) < 4 or is_word(key) or key in countries():
                continue
            alias = aliases().get(key)
            if alias and alias.city and people_of(fold(alias.city)) > BARE:
                return Spot(name, key, known=True, fixed=alias)
            if people_of(key) > OFFICE_TOWN:
                return Spot(name, key, known=True)
    return None
