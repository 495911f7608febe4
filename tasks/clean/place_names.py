"""What one word or phrase of a written place may be: a country, a state, a town, or noise around one.

Pure look-ups and trimming, all remembered; used by the other place_*.py files.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import City, aliases, alpha3, codes, countries, fold, subdivisions, towns
from tasks.clean.lookup import rows

METROPOLIS = 500_000  # people of a town that is meant, not the state of its name, when it stands among towns
OFFICE_TOWN = 300_000  # people of a town whose name begins the name of an office: "Pune Business Bay"
BARE = 100_000  # people of a town that running text may name without state or country
HAMLET = 20_000  # people of a town that may have a namesake too small for the gazetteer
PART = 10_000  # people of a town below which a bigger one named right after it makes it a part of that one

NOT_CODES = frozenset({"AI", "ML", "PM", "QA", "IT", "HR", "PR", "TV", "VC", "BI", "AM"})  # words before countries
NOT_STATES = frozenset({"On", "In", "Me", "Or", "Hi", "Ok", "Oh", "Id", "As"})  # words before states
PARTICLES = frozenset(
    "of the de la le les du des do da dos el al y an am im der den upon on sur sous en et und bei van mark".split()  # noqa: SIM905
)
WORDY = re.compile(r"[^\W\d_]")
STREET = re.compile(
    r"\d|\b(?:st|street|ave|avenue|road|rd|drive|dr|blvd|boulevard|suite|floor|lane|ln|way|plaza|parkway|pkwy|highway|"
    r"hwy|building|bldg|rue|place|court|tower|unit|campus|center|centre|university|hospital|airport|hotel|school|"
    r"station|room|office|headquarters|park|corporate|division|department|services|region|global|site|locations?|"
    r"roles?|engineers?|developers?|manager|designers?|technical|software|senior|analyst|intern|various|multiple|any|"
    r"all|home|teleworkers?|offsite|work|more|job|posting|only|us|usa|tax|store|facility)\b",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
ZIP_AFTER = re.compile(
    r"[\s,]+(?:\d{5}(?:-\d{4})?|\d{4,6}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{1,2}\d{1,2}[A-Z]?)$"
)
ZIP_BEFORE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,6}\s+")
LEAD = re.compile(
    r"^(?:the|(?-i:in|In)|at|based in|located in|within|near|around|from|greater|downtown|metro(?:politan)?|central|"
    r"city of|suburban|outside|outside of|office in|offices in|office|onsite in|ville de|inner|located|locations?|based|"
    r"our|(?:state|province|county|region|canton|district) of|local to|beautiful|sunny|lovely|gorgeous|"
    r"(?:in )?the heart of|(?:north|south)(?:ern|west|east|western|eastern)?|(?:east|west)(?:ern)?|upstate|"
    r"hq|headquarters|preferably|ideally|only|either|both|to|for|of|just|main|area of|somewhere in|anywhere in|usa?/|"
    r"multiple|all|any|several)\s+",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"[\s,-]+(?:(?:greater |metro |metropolitan )?area|area only|metro|metropolitan|based|only|offices?|hq|"
    r"headquarters|cbd|downtown|campus|suburbs?|preferred|time ?zones?|citizens?|residents?|locals?|city cent(?:er|re)|"
    r"and surroundings?|cedex(?: \d{1,2})?|(?:office )?locations?|candidates|ok|site|proper|market|or nearby|"
    r"visas?|h-?1b|interns?|welcome|full[- ]?time|metropolitan city|(?-i:town|village))$",
    re.IGNORECASE,
)

AREA = re.compile(
    r"(.+?)[ -](?:region|province|prefecture|voivodeship|oblast|governorate|marz|raion|canton|department)",
    re.IGNORECASE,
)

State = tuple[str | None, str]  # subdivision code (None where states are not kept) and country


@lru_cache(maxsize=2)
def not_places(strict: bool) -> frozenset[str]:
    """Folded names that are words before they are towns; a location column may still name Nice or Reading."""
    return frozenset(fold(r["name"]) for r in rows("not_places") if strict or r["listed"] != "yes")


@lru_cache(maxsize=1)
def leading_codes() -> frozenset[str]:
    """Countries whose code may begin a place: those that postings name; "ST VITAL STORE" is not on São Tomé."""
    return frozenset(r["country"] for r in rows("country_weights") if r["leads"] == "yes")


@lru_cache(maxsize=32768)
def strip(token: str) -> str:
    """A token without postcode, "Greater", "area", "based" and the like."""
    token = token.strip(" .,;:-–—*'\"’“”!#>_\t[]()?")
    if token.isalpha():
        return token  # one word: everything below takes words off
    numbered = DIGIT.search(token) is not None
    for _ in range(3):
        before = token
        if numbered:
            token = ZIP_BEFORE.sub("", ZIP_AFTER.sub("", token))
        if not is_named(fold(token)):
            token = LEAD.sub("", TAIL.sub("", token)).strip(" .,-")
        if token == before:
            break
    return token


def is_named(key: str) -> bool:
    """Whether a folded text is a name as it stands, from which nothing is to be stripped."""
    return bool(key in aliases() or key in subdivisions() or key in countries() or towns(key))


def is_word(key: str) -> bool:
    """Whether a folded text is a word before it is a place, in a location column too."""
    return key in not_places(False)


@lru_cache(maxsize=32768)
def country_of(token: str) -> str | None:
    """The country a token names: by name, or by an upper-case code of two or three letters."""
    if len(token) <= 3 and token.isupper() and token.isascii():
        return token if token in codes() else alpha3().get(token) or countries().get(fold(token))
    key = fold(token)
    return countries().get(key) if len(key) > 3 or token.isupper() else None


@lru_cache(maxsize=32768)
def leads(token: str) -> str | None:
    """The country that a token may begin a place with."""
    country = country_of(token)
    short = len(token) <= 3 and token.isupper() and countries().get(fold(token)) != country
    return country if country and (not short or country in leading_codes()) and token not in NOT_CODES else None


@lru_cache(maxsize=32768)
def regions_of(token: str) -> tuple[State, ...]:
    """The states a token may name. Codes count only as people write them: NY, N.Y., Ny; never "or", "in", "me"."""
    if len(token) == 3 and token.isupper() and token in alpha3():
        return ()
    key = fold(token)
    found = subdivisions().get(key) or (subdivisions().get(key.replace(" ", ""), ()) if "." in token else ())
    if len(key.replace(" ", "")) > 3:
        return found
    letters = token.replace(".", "").replace(" ", "")
    code = token[:1].isupper() and (token.isupper() or (len(key) <= 2 and token not in NOT_STATES))
    return found if code and len(letters) <= 4 and (" " not in key or "." in token or key == "n y") else ()


def town_in(key: str, region: str | None, country: str | None) -> City | None:
    """The largest known town of a name in a region or country."""
    for town in towns(key):
        if town.name and region in (None, town.region) and country in (None, town.country):
            return town
    return None


def people_of(key: str) -> int:
    """Inhabitants of the largest town of a folded name; 0 for none."""
    known = towns(key)
    return known[0].population if known else 0


@lru_cache(maxsize=32768)
def plausible(token: str) -> bool:
    """Whether an unknown token has the shape of a town's name."""
    words = token.split()
    return (
        len(token) <= 40
        and sum(map(str.isalpha, token)) > 2
        and len(words) <= 5
        and (token[0].isupper() or token[0] == "'")
        and all(not w[0].islower() or w in PARTICLES for w in words)
        and words[-1] not in PARTICLES
        and not any(fold(w) in countries() for w in words)
        and not STREET.search(token)
        and not AREA.fullmatch(token)
    )
