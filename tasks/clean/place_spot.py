"""A place while it is being read, and what completes it: the state or country after a town, or the other way round."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.clean.gazetteer import WITH_REGIONS, aliases, countries, fold, towns
from tasks.clean.place_names import (
    BARE,
    HAMLET,
    METROPOLIS,
    NOT_CODES,
    STREET,
    country_of,
    is_word,
    leading_codes,
    leads,
    not_places,
    people_of,
    plausible,
    regions_of,
    town_in,
)
from tasks.clean.values import Place

PUERTO_RICO = "PR"  # "public relations" to running text
TERRITORIES = frozenset({"PR", "GU", "VI", "AS", "MP"})  # countries to ISO, and of the United States


@dataclass(slots=True, eq=False)
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

    def fresh(self) -> Spot:
        """A copy to be completed."""
        return Spot(
            self.name,
            self.key,
            self.region,
            self.country,
            self.known,
            self.fixed,
            self.bare,
            self.state_too,
            self.remote,
        )

    def settle_in(self, region: str | None, country: str | None) -> bool:
        """Take a region and country; True, for callers to return."""
        self.region, self.country = region, country
        return True

    def become(self, name: str, key: str, fixed: Place | None = None, *, known: bool = True) -> bool:
        """Take a town; True, for callers to return."""
        self.name, self.key, self.fixed, self.known = name, key, fixed, known
        return True


def completes(token: str, spot: Spot, strict: bool) -> bool:
    """Whether a token belongs to the place before it: its state, its country, or its town where those came first."""
    if spot.name:
        return state_follows(token, spot) or country_follows(token, spot, strict) or repeats(token, spot)
    return not spot.fixed and town_follows(token, spot, strict)


def state_follows(token: str, spot: Spot) -> bool:
    """A state after its town: one in which the gazetteer has the town, or any for a town it does not know there."""
    if spot.region is not None:
        return False
    for code, of in regions_of(token):
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
        small = there and there.population * 20 < people_of(spot.key) and people_of(fold(token)) >= METROPOLIS
        if (spot.fixed and spot.fixed.region == code) or (there and not small):  # "Boston, New York" is two towns
            return spot.settle_in(code, of)
    return state_unseen(token, spot)


def state_unseen(token: str, spot: Spot) -> bool:
    """A state after a town that the gazetteer does not have there, where the town may be too small for it."""
    regions, key = regions_of(token), fold(token)
    if not regions or not regions[0][0] or spot.fixed or spot.country not in (None, regions[0][1]):
        return False
    code, of = regions[0]
    if not spot.country and token == "CA":  # noqa: S105
        # "Vernon, CA" is in California before it is in Canada, unless the Canadian town is a city
        canada = town_in(spot.key, None, "CA")
        small = canada is None or canada.population < BARE
        likely = small and (not spot.known or bool(canada or town_in(spot.key, None, "US")))
        return likely and spot.settle_in(code, of)
    country = country_of(token)
    if country and not spot.known and of != "US":
        return False
    if country and len(token) == 2 and spot.known and town_in(spot.key, None, country):
        return False
    # a town known elsewhere in the country is also a hamlet here ("Oakville, CA"), a city is not
    city = people_of(spot.key) > HAMLET or not spot.bare or code == "DC"
    if spot.country == of:
        city = people_of(spot.key) > METROPOLIS  # "USA - Smithfield, PA": the country was said already
    elsewhere = spot.known and (city or not town_in(spot.key, None, of))
    if (len(key) <= 3 and (not elsewhere or of == "CA")) or (not spot.known and people_of(key) < METROPOLIS):
        return spot.settle_in(code, of)
    return False


def country_follows(token: str, spot: Spot, strict: bool) -> bool:
    """A country after its town or state; a short code that fits nothing is some state's and is passed over."""
    country, regions = country_of(token), regions_of(token)
    if not country and not strict and len(token) == 2 and token.islower() and token.isalpha():
        country = country_of(token.upper())  # "Mumbai, in"
        if not (country and town_in(spot.key, None, country)):
            return False
    if country:
        if spot.state_too and country != spot.country and (spot.state_too, country) in regions_of(spot.state_too):
            spot.settle_in(spot.state_too, country)  # "Vernon, IN, US"
            spot.state_too = None
            return True
        if country == spot.country or (country == "US" and spot.country in TERRITORIES):
            return True
        if not strict and regions and spot.country == "US" and spot.region and not spot.known and leads(token):
            return spot.settle_in(None, country)  # "Panaji, GA, IN": two states in a row are a state and a country
        if spot.country is None and fits(token, country, spot, regions != (), strict):
            spot.state_too = token if len(token) == 2 and regions else None
            spot.country = country
            return True
    code = len(token) <= 3 and token.isupper() and token.isalpha()
    return code and not strict and spot.known and not spot.country and not aliases().get(fold(token))


def fits(token: str, country: str, spot: Spot, state_too: bool, strict: bool) -> bool:
    """Whether a town can be in the country named after it."""
    if (spot.fixed and spot.fixed.country == country) or town_in(spot.key, None, country):
        return True
    if not spot.known:
        return token not in NOT_CODES or (token == PUERTO_RICO and not strict)
    alias = aliases().get(fold(token))
    said = people_of(spot.key) < (2 * METROPOLIS if len(token) > 3 else BARE) and (
        len(token) > 3 or leads(token) == country
    )
    return said and not (alias and alias.city) and not state_too and not spot.fixed


def repeats(token: str, spot: Spot) -> bool:
    """The same state once more: "Provo, UT, Utah"."""
    return bool(spot.region) and any(code == spot.region for code, _ in regions_of(token))


def town_follows(token: str, spot: Spot, strict: bool) -> bool:
    """What follows a leading country or state: "US, CA, Santa Clara", "France - Paris"; or the state was a town."""
    country, regions, key = country_of(token), regions_of(token), fold(token)
    if spot.country is None:  # a code of some state, so far of no country: "DL, IN"
        spot.country = country
        return country is not None
    if key == "new york" and spot.country == "US" and spot.region in (None, "NY"):
        spot.region = "NY"
        return spot.become(token, key)
    if spot.region is None:
        for code, of in regions:
            if of == spot.country:
                spot.region = code
                return True
    if was_a_town(token, spot) or repeats(token, spot):
        return True
    if country and country == spot.country and (spot.region or len(key) <= 3 or key == spot.key):
        return True
    if spot.region and not country and country_first(token, spot):
        return True
    if country and country != spot.country and not spot.region and key in countries():
        return False  # "US, China": no town of that name
    alias = aliases().get(key)
    if alias and alias.city and alias.country == spot.country and spot.region in (None, alias.region):
        return spot.become(token, key, alias)
    a_state = any(code and of == spot.country for code, of in regions)
    if (spot.region or key not in not_places(strict)) and not a_state and town_in(key, spot.region, spot.country):
        return spot.become(token, key)
    if strict or country or a_state or is_word(key):
        return False
    words = token.split()
    if not spot.region or len(words) > 3 or STREET.search(token):
        begun = prefix_town(words, spot.region, spot.country)
        if begun and begun.name:
            return spot.become(begun.name, begun.key, begun.fixed)
    return bool(spot.region and people_of(key) < BARE and plausible(token)) and spot.become(token, key, known=False)


def was_a_town(token: str, spot: Spot) -> bool:
    """Whether what looked like a state was a town, as its own state or country follows: "Victoria, BC", "Suffolk, VA"."""
    country, regions = country_of(token), regions_of(token)
    if not spot.key or not (regions or country):
        return False
    here = next(((code, of) for code, of in regions if code and town_in(spot.key, code, of)), None)
    if here:
        spot.settle_in(*here)
        return spot.become(spot.key.title(), spot.key)
    if (
        country
        and country != spot.country
        and (spot.region or spot.country not in WITH_REGIONS)
        and people_of(fold(token)) < METROPOLIS
        and town_in(spot.key, None, country)
    ):
        spot.settle_in(None, country)
        return spot.become(spot.key.title(), spot.key)
    return False


def country_first(token: str, spot: Spot) -> bool:
    """Whether the leading state code was a country's: "CA, AB, Calgary"; "ID, JW, Jakarta" goes on with the town."""
    abroad = spot.key.upper()
    if len(abroad) != 2 or abroad == spot.country or abroad not in leading_codes():
        return False
    for code, of in regions_of(token):
        if of == abroad and code:
            return spot.settle_in(code, abroad)
    if not town_in(fold(token), spot.region, spot.country) and prefix_town(token.split(), None, abroad):
        spot.settle_in(None, abroad)
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
        if town and len(key) > 2 and (region or not is_word(key)):
            return Spot(name, key, town.region, country, True)
    return None


def known_town(text: str) -> Spot | None:
    """A spot that is a town of the gazetteer or an alias of one."""
    key = fold(text)
    alias = aliases().get(key)
    if alias and alias.city:
        return Spot(text, key, known=True, fixed=alias)
    known = towns(key)
    return Spot(text, key, known=True) if known and known[0].name and not is_word(key) else None
