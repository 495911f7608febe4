"""One part of a written place: a town, a state, a country, an address or an office's name, and what completes it.

Used by tasks/clean/place_text.py only. A `Spot` is a place while it is being read; `start` begins one from a token,
`completes` gives it the state or country that follows (or the town, where those come first: "US, CA, Santa Clara").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tasks.clean.gazetteer import WITH_REGIONS, City, aliases, alpha3, codes, countries, fold, subdivisions, towns
from tasks.clean.lookup import rows
from tasks.clean.values import Place

METROPOLIS = 500_000  # a state's name that is also a town of this size is the town when it stands in a list of towns
BARE = 100_000  # people of a town that running text may name without state or country, or that an office is named after
OFFICE_TOWN = 300_000  # people of a town whose name begins the name of an office: "Pune Business Bay"
NOT_CODES = frozenset({"AI", "ML", "PM", "QA", "IT", "HR", "PR", "TV", "VC", "BI", "AM"})  # words before they are countries
TERRITORIES = frozenset({"PR", "GU", "VI", "AS", "MP"})  # countries to ISO, and of the United States

REGION_THEN_TOWN = re.compile(r"[\s._-]+")
WORDY = re.compile(r"[^\W\d_]")
STREET = re.compile(
    r"\d|\b(?:st|street|ave|avenue|road|rd|drive|dr|blvd|boulevard|suite|floor|lane|ln|way|plaza|parkway|pkwy|highway|hwy|"
    r"building|bldg|rue|place|court|tower|unit|campus|center|centre|university|hospital|airport|hotel|school|station|room|"
    r"office|headquarters|park|corporate|division|department|services|region|global|site|locations?|roles?|engineers?|"
    r"developers?|manager|designers?|technical|software|senior|analyst|intern|various|multiple|any|all|home|teleworkers?|"
    r"offsite|work|more|job|posting|only|us|usa|tax|store|facility)\b",
    re.IGNORECASE,
)
PARTICLES = frozenset("of the de la le les du des do da dos el al y an am im der den upon on sur sous en et und bei van mark".split())
ROLE_WORD = re.compile(
    r"\s(?:(?:Senior|Sr|Jr|Junior|Lead|Full[ -]?[Ss]tack|Front|Back|Software|Data|Web|Mobile|iOS|Android|Ruby|Python|Java|DevOps)\b.{0,40}"
    r"(?:Engineer|Developer|Scientist|Designer|Manager)s?|Engineers?|Developers?|[Bb]ased\b|[Oo]nsite|[Ff]ull[ -]?[Tt]ime)\b"
)
ZIP_AFTER = re.compile(
    r"[\s,]+(?:\d{5}(?:-\d{4})?|\d{4,6}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{1,2}\d{1,2}[A-Z]?)$"
)
ZIP_BEFORE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,6}\s+")
LEAD = re.compile(
    r"^(?:the|(?-i:in|In)|at|based in|located in|within|near|around|from|greater|downtown|metro(?:politan)?|central|city of|"
    r"suburban|outside|outside of|office in|offices in|office|onsite in|ville de|inner|located|location|locations|based|our|"
    r"(?:state|province|county|region|canton|district) of|local to|"
    r"hq|headquarters|preferably|ideally|only|either|both|to|for|of|just|main|area of|somewhere in|anywhere in|usa?/|"
    r"multiple|all|any|several)\s+",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"[\s,-]+(?:(?:greater |metro |metropolitan )?area|area only|metro|metropolitan|region|based|only|offices?|hq|"
    r"headquarters|cbd|downtown|campus|suburbs?|preferred|timezones?|time zones?|citizens?|residents?|locals?|city cent(?:er|re)|"
    r"and surroundings?|cedex(?: \d{1,2})?|(?:office )?locations?|candidates|ok|site|proper|market|or nearby|"
    r"visas?|h-?1b|interns?|welcome|full[- ]?time|voivodeship|prefecture|province|metropolitan city)$",
    re.IGNORECASE,
)


@dataclass
class Spot:
    """A place while it is being read."""

    name: str | None = None  # the town as written
    key: str = ""
    region: str | None = None
    country: str | None = None
    known: bool = False
    fixed: Place | None = None  # an alias's meaning
    bare: bool = True  # may stand without state or country
    state_too: str | None = None  # the state code that was read as a country ("CA", "IN"), in case a country follows
    remote: bool = False  # the place limits remote work
    within: Spot | None = None  # the town right after it, of which an unfinished small one may be a part


@lru_cache(maxsize=2)
def not_places(strict: bool) -> frozenset[str]:
    """Folded names that are words before they are towns; a location column may still name Nice or Reading."""
    return frozenset(fold(r["name"]) for r in rows("not_places") if strict or r["listed"] != "yes")


def strip(token: str) -> str:
    """A token without postcode, "Greater", "area", "based" and the like."""
    token = token.strip(" .,;:-–—*'\"’“”!#>_\t[]()?")
    for _ in range(3):
        before = token
        token = ZIP_BEFORE.sub("", ZIP_AFTER.sub("", token))
        if not named(fold(token)):
            token = LEAD.sub("", TAIL.sub("", token)).strip(" .,-")
        if token == before:
            break
    return token


def named(key: str) -> bool:
    """Whether a folded text is a name as it stands, from which nothing is to be stripped."""
    return bool(key in aliases() or key in subdivisions() or key in countries() or towns(key))


def country_of(token: str) -> str | None:
    """The country a token names: by name, or by an upper-case code of two or three letters."""
    if len(token) <= 3 and token.isupper() and token.isascii():
        return token if token in codes() else alpha3().get(token) or countries().get(fold(token))
    key = fold(token)
    return countries().get(key) if len(key) > 3 or token.isupper() else None


@lru_cache(maxsize=1)
def leading_codes() -> frozenset[str]:
    """Countries whose code may begin a place: those that postings name; "ST VITAL STORE" is not on São Tomé."""
    return frozenset(r["country"] for r in rows("country_weights") if r["leads"] == "yes")


def leads(token: str) -> str | None:
    """The country that a token may begin a place with."""
    country = country_of(token)
    short = len(token) <= 3 and token.isupper() and countries().get(fold(token)) != country
    return country if country and (not short or country in leading_codes()) and token not in NOT_CODES else None


def regions_of(token: str) -> tuple[tuple[str | None, str], ...]:
    """The states a token may name. Codes count only as people write them: NY, N.Y., Ny; never "or", "in", "me"."""
    if len(token) == 3 and token.isupper() and token in alpha3():
        return ()
    key = fold(token)
    found = subdivisions().get(key) or (subdivisions().get(key.replace(" ", ""), ()) if "." in token else ())
    if len(key.replace(" ", "")) > 3:
        return found
    code = token[:1].isupper() and (token.isupper() or len(key) <= 2) and len(re.sub(r"[. ]", "", token)) <= 4
    return found if code and (" " not in key or "." in token or key == "n y") else ()


def town_in(key: str, region: str | None, country: str | None) -> City | None:
    """The largest known town of a name in a region or country."""
    return next((t for t in towns(key) if t.name and region in (None, t.region) and country in (None, t.country)), None)


def people_of(key: str) -> int:
    """Inhabitants of the largest town of a folded name; 0 for none."""
    known = towns(key)
    return known[0].population if known else 0


def completes(token: str, spot: Spot, strict: bool) -> bool:
    """Whether a token belongs to the place before it: its state, its country, or its town where those came first."""
    if spot.name:
        return _state_follows(token, spot) or _country_follows(token, spot, strict) or _repeats(token, spot)
    return not spot.fixed and _town_follows(token, spot, strict)


def _state_follows(token: str, spot: Spot) -> bool:
    """A state after its town: one in which the gazetteer has the town, or any for a town it does not know there."""
    if spot.region is not None:
        return False
    key, regions = fold(token), regions_of(token)
    for code, of in regions:
        if spot.country not in (None, of):
            continue
        if code is None:  # a state of a country whose states are not kept
            if spot.fixed and spot.fixed.country == of:
                return True
            if not spot.country and (town_in(spot.key, None, of) or not spot.known):
                spot.country = of
            if spot.country == of:
                return True
            continue
        there = town_in(spot.key, code, of)
        if (spot.fixed and spot.fixed.region == code) or (
            there and (there.population * 20 >= people_of(spot.key) or people_of(key) < METROPOLIS)
        ):
            spot.region, spot.country = code, of
            return True
    if not regions or not regions[0][0] or spot.fixed or spot.country not in (None, regions[0][1]):
        return False
    code, of = regions[0]
    if not spot.country and token == "CA":
        # "Vernon, CA" is in California before it is in Canada, unless the Canadian town is a city
        canada = town_in(spot.key, None, "CA")
        unsaid = (canada is None or canada.population < BARE) and (not spot.known or bool(town_in(spot.key, None, "US")) or bool(canada))
    else:
        elsewhere = spot.known and not town_in(spot.key, None, of)
        unsaid = len(key) <= 3 and (not elsewhere or of == "CA") or not (spot.known or towns(key))
        unsaid = unsaid and not (country_of(token) and not spot.known and of != "US")
        unsaid = unsaid and not (len(token) == 2 and country_of(token) and spot.known and town_in(spot.key, None, country_of(token)))
    if unsaid:
        spot.region, spot.country = code, of
    return unsaid


def _country_follows(token: str, spot: Spot, strict: bool) -> bool:
    """A country after its town or state; a short code that fits nothing is some state's and is passed over."""
    country, regions = country_of(token), regions_of(token)
    if not country and not strict and len(token) == 2 and token.islower() and token.isalpha():
        country = country_of(token.upper())  # "Mumbai, in"
        if not (country and town_in(spot.key, None, country)):
            return False
    if country and spot.state_too and country != spot.country and (spot.state_too, country) in regions_of(spot.state_too):
        spot.region, spot.country, spot.state_too = spot.state_too, country, None  # "Vernon, IN, US"
        return True
    if country and (country == spot.country or (country == "US" and spot.country in TERRITORIES)):
        return True
    if not strict and country and regions and spot.country == "US" and spot.region and not spot.known and leads(token):
        spot.region, spot.country = None, country  # "Panaji, GA, IN": two states in a row are a state and a country
        return True
    if country and spot.country is None:
        there = town_in(spot.key, None, country)
        same = spot.fixed is not None and spot.fixed.country == country
        city_too = aliases().get(fold(token))
        said = (len(token) > 3 or leads(token) == country) and not (city_too and city_too.city) and people_of(spot.key) < BARE
        if same or there or (said and not regions and not spot.fixed) or (not spot.known and token not in NOT_CODES):
            spot.state_too = token if len(token) == 2 and regions else None
            spot.country = country
            return True
    code = len(token) <= 3 and token.isupper() and token.isalpha()
    return code and not strict and spot.known and not spot.country and not aliases().get(fold(token))


def _repeats(token: str, spot: Spot) -> bool:
    """The same state once more: "Provo, UT, Utah"."""
    return bool(spot.region) and any(code == spot.region for code, _ in regions_of(token))


def _town_follows(token: str, spot: Spot, strict: bool) -> bool:
    """What follows a leading country or state: "US, CA, Santa Clara", "France - Paris"; or the state was a town."""
    country, regions, key = country_of(token), regions_of(token), fold(token)
    if spot.country is None:  # a code of some state, so far of no country: "DL, IN"
        spot.country = country
        return country is not None
    if key == "new york" and spot.country == "US" and spot.region in (None, "NY"):
        spot.name, spot.key, spot.region, spot.known = token, key, "NY", True
        return True
    if spot.region is None:
        for code, of in regions:
            if of == spot.country:
                spot.region = code
                return True
    if country and country == spot.country and (spot.region or len(key) <= 3 or key == spot.key):
        return True
    if spot.region and any(code == spot.region for code, _ in regions):
        return True
    if spot.key and (regions or country):  # "Victoria, BC", "Suffolk, VA": what looked like a state was a town
        here = next(((c, o) for c, o in regions if c and town_in(spot.key, c, o)), None)
        if here is None and (spot.region or spot.country not in WITH_REGIONS) and country and country != spot.country and not towns(key) and town_in(spot.key, None, country):
            here = (None, country)
        if here:
            spot.name, spot.known, spot.region, spot.country = spot.key.title(), True, *here
            return True
    if len(spot.key) == 2 and spot.region and spot.key.upper() in leading_codes() - {spot.country} and not country:
        abroad = spot.key.upper()  # "CA, AB, Calgary", "ID, JW, Jakarta": the code was the country's
        if any(of == abroad and code for code, of in regions):
            spot.region, spot.country = next(code for code, of in regions if of == abroad), abroad
            return True
        if not town_in(key, spot.region, spot.country) and prefix_town(token.split(), None, abroad):
            spot.region, spot.country = None, abroad
    alias = aliases().get(key)
    if alias and alias.city and alias.country == spot.country and spot.region in (None, alias.region):
        spot.name, spot.key, spot.fixed, spot.known = token, key, alias, True
        return True
    a_state = any(code and of == spot.country for code, of in regions)
    if (spot.region or key not in not_places(strict)) and not a_state and town_in(key, spot.region, spot.country):
        spot.name, spot.key, spot.known = token, key, True
        return True
    if strict or country or a_state or key in not_places(False):
        return False
    if (not spot.region or STREET.search(token) or len(token.split()) > 3) and (begun := prefix_town(token.split(), spot.region, spot.country)):
        spot.name, spot.key, spot.fixed, spot.known = begun.name, begun.key, begun.fixed, True
        return True
    if spot.region and people_of(key) < BARE and plausible(token):
        spot.name, spot.key = token, key
        return True
    return False


def prefix_town(words: list[str], region: str | None, country: str | None) -> Spot | None:
    """The longest known town of a state or country at the beginning of an office's name: "Reno Sandhill"."""
    for end in range(min(len(words), 4), 0, -1):
        name = " ".join(words[:end])
        key = fold(name)
        alias = aliases().get(key)
        if alias and alias.city and alias.country == country and region in (None, alias.region):
            return Spot(name, key, region, country, True, alias)
        town = town_in(key, region, country)
        if town and len(key) > 2 and (region or key not in not_places(False)):
            return Spot(name, key, town.region, country, True)
    return None


def start(token: str, strict: bool) -> Spot | None:
    """The place a token begins, if it can begin one."""
    key = fold(token)
    if not key:
        return None
    alias = aliases().get(key)
    if key in not_places(strict) and not (alias and token.isupper()):
        return Spot(token, key, known=True, bare=False) if towns(key) else None
    if alias and (len(key) > 3 or token.isupper() or "." in token or not strict):
        if alias.city:
            return Spot(token, key, known=True, fixed=alias)
        return Spot(None, key, alias.region, alias.country, True)
    known, regions = towns(key), regions_of(token)
    if regions and regions[0][1] == "AU" and len(token) == 2 and leads(token):
        regions = ()  # "SA, Riyadh"
    if regions and (len(key) > 3 or not strict) and not (known and known[0].population > 5_000_000):
        if regions[0][0] is None and known and known[0].population > BARE:
            return Spot(token, key, known=True)
        return Spot(None, key, regions[0][0], regions[0][1], True)
    if (country := leads(token)) and (len(key) > 3 or not strict):
        return Spot(None, key, None, country, True)
    if known:
        if known[0].name is None:
            states = {t.region for t in known}
            return Spot(None, key, states.pop() if len(states) == 1 else None, "US", True)
        return Spot(token, key, known=True)
    first = token.split()[0]
    if strict and (role := ROLE_WORD.search(token)) and (found := known_town(token[: role.start()].strip())):
        return found if found.fixed or people_of(found.key) > OFFICE_TOWN else None  # "San Francisco Software Engineers"
    if not strict and len(first) <= 3 and leads(first) and (found := by_words(token)) and found.name:
        return found
    if found := town_then_state(token, strict) or (None if strict else by_words(token)):
        return found
    if not strict and 2 <= len(token) <= 3 and token.isalpha() and token.isupper() and token not in NOT_CODES:
        return Spot(None, key)
    return Spot(token, key) if not strict and plausible(token) else None


def known_town(text: str) -> Spot | None:
    """A spot that is a town of the gazetteer or an alias of one."""
    key = fold(text)
    alias = aliases().get(key)
    if alias and alias.city:
        return Spot(text, key, known=True, fixed=alias)
    if key in not_places(False) or not (known := towns(key)) or known[0].name is None:
        return None
    return Spot(text, key, known=True)


def town_then_state(token: str, strict: bool) -> Spot | None:
    """A town and its state or country without a comma ("Waltham MA"), or the town at an address's end."""
    words = token.split()
    for cut in range(len(words) - 1, max(0, len(words) - 5), -1):
        head, tail = strip(" ".join(words[:cut])), " ".join(words[cut:]).strip(".,")
        if not head or not (regions_of(tail) or country_of(tail)):
            continue
        if (spot := known_town(head)) and completes(tail, spot, True) and (spot.region or spot.country):
            return spot
        if spot is None and len(head.split()) > 1 and (inner := town_then_state(head, True)) and completes(tail, inner, True):
            return inner
        if strict or not (leads(tail) or any(code for code, _ in regions_of(tail))):
            continue
        if STREET.search(head):
            for begin in range(1, cut):
                if (spot := known_town(" ".join(words[begin:cut]))) and completes(tail, spot, True):
                    return spot
        elif spot is None and plausible(head) and len(head.split()) <= 3 and not leads(words[0]) and not regions_of(words[0]):
            for end in range(cut - 1, 0, -1):
                if (spot := known_town(" ".join(words[:end]))) and completes(tail, spot, True) and spot.country:
                    return spot  # "Chennai Tamil Nadu India"
            spot = Spot(head, fold(head))
            if completes(tail, spot, True):
                return spot
    return address_end(words) if not strict and STREET.search(token) else None


def address_end(words: list[str]) -> Spot | None:
    """The nickname of a town at the end of an address: "125 Long Street Nyc", "9 Center Drive N.Y."."""
    for begin in range(max(1, len(words) - 4), len(words)):
        tail = " ".join(words[begin:])
        alias = aliases().get(fold(tail)) or aliases().get(fold(tail).replace(" ", ""))
        if alias and alias.city:
            return Spot(tail, fold(tail), known=True, fixed=alias)
        if tail.replace(".", "").replace(" ", "").upper() == "NY":
            return Spot("New York", "new york", "NY", "US", True)
    return None


def by_words(token: str) -> Spot | None:
    """An office as large employers name it: "US CA Carlsbad", "IND Pune Tower 2", "Bangalore Manyata Tech Park".

    Country and state first, then the longest known town; what follows is the building. Without a leading country or
    state only a big town is believed, and only as the first or the last words.
    """
    words = [w for w in REGION_THEN_TOWN.split(token.replace("(", " ").replace(")", " ")) if w]
    if not 2 <= len(words) <= 14:
        return None
    country, region, at = _leading(words)
    if country is None:
        return _big_town(words)
    for begin in range(at, min(at + 3, len(words))):
        if found := prefix_town(words[begin:], region, country):
            return found
        if not (len(words[begin]) <= 3 and words[begin].isupper()):
            break  # only a code of some state may stand between country and town: "IND KA BANGALORE"
    if region == "NY" and fold(" ".join(words[at - 2 : at])) == "new york":
        return Spot("New York", "new york", "NY", "US", True)
    rest = " ".join(words[at:])
    if rest and plausible(rest) and fold(rest) not in not_places(False):
        if region and "-" in token and len(words) - at <= 3:
            return Spot(rest, fold(rest), region, country)
        if len(words) - at == 1 and country not in WITH_REGIONS and len(words[0]) > 3 and len(rest) > 3 and not rest.isupper():
            return Spot(rest, fold(rest), None, country)  # "Germany Waldbronn"
    return Spot(None, "", region, country, True)


def _leading(words: list[str]) -> tuple[str | None, str | None, int]:
    """Country, state and how many of the words say so."""
    country: str | None = None
    region: str | None = None
    at = 0
    for size in (4, 3, 2, 1):
        if size < len(words) and (named := leads(" ".join(words[:size]))):
            country, at = named, size
            break
    if at == 1 and len(words[0]) == 2 and (alone := regions_of(words[0])) and alone[0][0]:
        # "CA Carlsbad", "IN KA Bangalore": a state's code that is a country's as well; what follows decides
        code, of = alone[0]
        abroad = len(words[1]) == 2 and words[1].isupper() or any(town_in(fold(" ".join(words[1:end])), None, country) for end in (2, 3, 4))
        if not abroad or any(town_in(fold(" ".join(words[1:end])), code, of) for end in (2, 3, 4)):
            return of, code, 1
    for size in (3, 2, 1):
        if at + size > len(words) or (not country and at + size == len(words)):
            continue
        name = " ".join(words[at : at + size])
        here = regions_of(name) if len(name) > 3 or name.isupper() else ()
        match = next(((c, o) for c, o in here if country in (None, o)), None)
        if match:
            return match[1], match[0], at + size
    return country, region, at


def _big_town(words: list[str]) -> Spot | None:
    """A big town as the first or last words of an office's name."""
    for size in range(min(3, len(words) - 1), 0, -1):
        for part in (words[:size], words[-size:]):
            name = " ".join(part)
            key = fold(name)
            if len(key) < 4 or key in not_places(False):
                continue
            alias = aliases().get(key)
            if alias and alias.city and people_of(fold(alias.city)) > BARE:
                return Spot(name, key, known=True, fixed=alias)
            if people_of(key) > OFFICE_TOWN:
                return Spot(name, key, known=True)
    return None


def plausible(token: str) -> bool:
    """Whether an unknown token has the shape of a town's name."""
    words = token.split()
    return (
        3 <= len(token) <= 40
        and len(words) <= 5
        and (token[0].isupper() or token[0] == "'")
        and all(not w[0].islower() or w in PARTICLES for w in words)
        and not STREET.search(token)
    )
