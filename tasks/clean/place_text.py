"""Reads written places: "Austin, TX", "US, CA, Santa Clara", "91 - Saint-Michel-sur-Orge", "Toronto, San Francisco".

A text is cut into tokens; each token is a town, a state, a country, or unknown; neighbours complete one another, and what
is still open ("Cambridge") is decided by the evidence: the country hint, the other places named, then population.
Shared by field files. Strict reading (running text) believes only what the gazetteer knows; otherwise a source's own
location column is believed as written where its shape is that of a place ("Accons, France").
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import WITH_REGIONS, aliases, fold, towns
from tasks.clean.lookup import rows
from tasks.clean.near import has
from tasks.clean.place_names import PART, TAIL, WORDY, country_of, is_named, leads, people_of, regions_of, strip
from tasks.clean.place_settle import NOTHING_KNOWN, Evidence, cased, settle
from tasks.clean.place_spot import Spot, completes
from tasks.clean.place_start import start
from tasks.clean.values import Place

LONGEST = 600  # characters read of one written place; longer columns are prose

WRAPPED = re.compile(r"(?<=,)\s*\n\s*|\s*\n\s*(?=[a-z])")  # a line that goes on
TWICE = re.compile(r"\bN\.?Y\.?[,.]? N\.?Y\b\.?")
MONEY = re.compile(r"[A-Z]{0,3}[$£€]\s?[\d.,]{1,12}\s?[kK]?(?:\s?[-–]\s?[$£€]?[\d.,]{1,12}\s?[kK]?)?")
JOINED = re.compile(r"([^\W\d_]+) (?:and|&) ", re.IGNORECASE)
LONGEST_ALIAS = 80  # characters
ASIDE = "§"  # marks a state or country that stood in parentheses: it completes a town and begins nothing
PAREN = re.compile(r"\s*[(\[]([^()\[\]]{0,80})[)\]]")
HARD = re.compile(r"[;•·|\n/+⋅●∙▪◦■⚫┃\\]|\s(?:\*|or|and|ou|et|und|oder|&|vs)\s", re.IGNORECASE)
HARD_MARKS = frozenset(";•·|\n/+⋅●∙▪◦■⚫┃\\*\t\xa0")
HARD_WORDS = (" or ", " and ", " ou ", " et ", " und ", " oder ", "&", " vs ")
SOFT_MARKS = frozenset(":–—-@.")
SOFT_WORDS = (" in ", " at ", " near ", " from ", " around ")
TOWN_BEGUN = r"(?<!^ST\.)(?<!, ST\.)(?<!^FT\.)(?<!, FT\.)(?<!^MT\.)(?<!, MT\.)"  # "ST. LOUIS": no end of a sentence
SOFT = re.compile(
    rf"[,:–—]|\s(?:[-–—]+\s|-+|@\s)|-+\s|\.(?:(?<=[a-z]{{3}}\.)|(?<=\b[A-Z]{{2}}\.){TOWN_BEGUN}|(?<=\b[A-Z]{{3}}\.)"
    r"|(?<=\bInc\.)|(?<=\bLtd\.))\s"
)
SOFT_STRICT = re.compile(
    SOFT.pattern + r"|(?<!based)\s(?:in|at|near|from|around)\s(?=(?:the |downtown |central )?[A-Z])"
)
REMOTE = re.compile(
    r"\b(?:(?:fully|100%|partially|partly|mostly|or|possibly|also|optional(?:ly)?|open to|we are|some)[ -]+){0,2}"
    r"(?:remote(?:ly)?|wfh|on[ -]?site|in-?office|hybrid|telecommut(?:e|ing)|telework|t[ée]l[ée]travail|work(?:ing)? from home|"
    r"home[ -]?(?:based|office)|virtual|flexible|distributed|nationwide|statewide|anywhere|worldwide|global(?:ly)?)"
    r"(?:[ -](?:ok(?:ay)?|friendly|possible|first|only|work(?:ing)?|job|position|role|preferred|considered|eligible|optional|"
    r"welcome|candidates|within|in|from|team|available|location|locations))*\b",
    re.IGNORECASE,
)
REMOTE_CUES = ("remote", "wfh", "site", "office", "hybrid", "tele", "travail", "home", "virtual", "flexib", "distrib", "wide",
               "anywhere", "global")  # fmt: skip
COUNTRY_FIRST = re.compile(r"([A-Z]{2}),\s*([A-Z0-9]{0,3}),\s*")  # "IN, ," of boards that write country, state, town
FRENCH = re.compile(r"^(2[AB]|\d{2,3})\s+-\s+(.{2,60})$")
NUMBER = re.compile(r"2[AB]|\d{2,3}")
TURNED = re.compile(r"(.+?) \((.+)\)")  # "Rhin (Bas)"
ARRONDISSEMENT = re.compile(r"\s+(?:\d{1,2}(?:er|e|ème)?(?: arrondissement)?)$", re.IGNORECASE)
CODED = re.compile(r"^([A-Z]{2,3})-(?=[A-Z])")


@lru_cache(maxsize=32768)
def read_places(
    text: str, evidence: Evidence = NOTHING_KNOWN, strict: bool = False, alone: bool = False
) -> tuple[Place, ...]:
    """The places a short text names, in its order, without repeats; () where it names none.

    `strict` is for running text: unknown names are not believed, nor are small towns without a state or country.
    `alone` gives () unless the text is nothing but places.
    """
    text = text[:LONGEST].strip()
    if "\n" in text:
        text = WRAPPED.sub(" ", text)
    if french := FRENCH.match(text):
        return after_number(french[1], french[2])
    if evidence.hint == "FR" and NUMBER.fullmatch(text):
        return (Place("Paris" if text == "75" else None, None, "FR"),)
    if (blank := COUNTRY_FIRST.fullmatch(text)) and leads(blank[1]) and blank[1] != "US":
        return (Place(None, None, blank[1]),)
    spots, asides, understood = spots_in(text, strict)
    if alone and not understood:
        return ()
    return settled([*spots], asides, evidence, strict)


def settled(spots: list[Spot], asides: list[str], evidence: Evidence, strict: bool) -> tuple[Place, ...]:
    """The places that spots mean; remarks in parentheses are read where nothing else says a place."""
    if asides and not any(spot.name or spot.remote for spot in spots):
        for piece in asides:  # "Canada (Vancouver)", "Remote (US)"
            spots += spots_of(piece, strict)[0]
    return settle(spots, evidence, strict) if spots else ()


def spots_in(text: str, strict: bool) -> tuple[list[Spot], list[str], bool]:
    """What a text names, what stands in parentheses in it, and whether all of it was understood."""
    if "$" in text or "£" in text or "€" in text:
        text = MONEY.sub(" , ", text)
    if "NY" in text:
        text = TWICE.sub("New York, NY", text)
    spots: list[Spot] = []
    whole = True
    pieces, asides = cut(text, strict)
    for piece in pieces:
        found, understood = spots_of(piece, strict)
        whole = whole and understood
        spots += found
    return spots, asides, whole


def after_number(number: str, name: str) -> tuple[Place, ...]:
    """A town after its département's number, as French boards write it: "69 - LYON 09"; or the département itself."""
    name = ARRONDISSEMENT.sub("", TAIL.sub("", name)).strip()
    if turned := TURNED.fullmatch(name):
        name = turned[1] if turned[2].startswith("Dept") else f"{turned[2]} {turned[1]}"
    if departements().get(fold(name)) == number:
        return (Place(None, None, "FR"),)
    for town in towns(fold(name)):
        if town.country == "FR" and town.name:
            return (Place(town.name, None, "FR"),)
    return (Place(cased(name), None, "FR"),) if WORDY.search(name) else ()


@lru_cache(maxsize=1)
def departements() -> dict[str, str]:
    """Folded name of a French département -> its number."""
    return {fold(r["name"]): r["also"] for r in rows("subdivisions") if r["country"] == "FR" and r["also"]}


def cut(text: str, strict: bool) -> tuple[list[str], list[str]]:
    """The parts of a list of places, and the remarks in parentheses; a state or country among them stays with its town."""
    asides: list[str] = []

    def aside(match: re.Match[str]) -> str:
        inside = strip(without_remote(match[1]))
        nickname = aliases().get(fold(inside))
        town = nickname and nickname.city and nickname.city != "Washington"  # "Santa Monica (LA area)"
        if inside and not town and (country_of(inside) or regions_of(inside)):
            return f", {ASIDE}{inside} , "
        asides.extend([p.strip() for p in HARD.split(match[1])])
        return " , " if strict else " "

    outer = PAREN.sub(aside, text) if "(" in text or "[" in text else text
    if joins(outer):
        outer = joined_names().sub(lambda m: re.sub(r" (?:and|&) ", "_and_", m[0]), outer)
    pieces = (
        [outer]
        if len(outer) < LONGEST_ALIAS and one_name(outer)
        else [p.strip() for p in split_hard(outer) if WORDY.search(p)]
    )
    return pieces, asides


def joins(text: str) -> bool:
    """Whether an "and" may be part of a name."""
    if " and " not in text and "&" not in text:
        return False
    return any(m[1].lower() in joined_heads() for m in JOINED.finditer(text))


def split_hard(text: str) -> list[str]:
    """A text cut where one place ends for certain; most texts are one place, and a pattern finds nothing slowly."""
    if HARD_MARKS.isdisjoint(text) and not has(text.lower(), HARD_WORDS):
        return [text]
    return HARD.split(text)


def split_soft(text: str, strict: bool) -> list[str]:
    """A piece cut where the next part of the same place may begin; most are cut by commas alone."""
    if SOFT_MARKS.isdisjoint(text) and not (strict and has(text, SOFT_WORDS)):
        return text.split(",")
    return (SOFT_STRICT if strict else SOFT).split(text)


def one_name(text: str) -> bool:
    """Whether a whole text is one nickname: "Raleigh-Durham"; but "SF/Bay Area" is a town and an area."""
    meant = aliases().get(fold(text))
    return meant is not None and ("/" not in text or meant.city is not None)


@lru_cache(maxsize=1)
def joined_names() -> re.Pattern[str]:
    """Names with "and" in them, which does not join two places: Trinidad and Tobago, Tyne and Wear."""
    names = [r["name"] for table in ("subdivisions", "place_aliases") for r in rows(table) if " and " in r["name"]]
    return re.compile(rf"\b(?:{'|'.join(names)})\b".replace(" and ", " (?:and|&) "), re.IGNORECASE)


@lru_cache(maxsize=1)
def joined_heads() -> frozenset[str]:
    """The words before "and" in those names."""
    names = [r["name"].lower() for table in ("subdivisions", "place_aliases") for r in rows(table)]
    return frozenset(name.partition(" and ")[0].split()[-1] for name in names if " and " in name)


def without_remote(piece: str) -> str:
    """A piece with the words of the way of working cut out, so that what they stood beside stands apart."""
    low = piece.lower()
    return REMOTE.sub(" , ", piece) if has(low, REMOTE_CUES) else piece


@lru_cache(maxsize=32768)
def spots_of(piece: str, strict: bool) -> tuple[tuple[Spot, ...], bool]:
    """What `read_piece` makes of a piece; nothing changes the places any more. Pieces repeat where whole texts do not."""
    spots: list[Spot] = []
    understood = read_piece(piece, spots, strict)
    return tuple(spots), understood


def read_piece(piece: str, spots: list[Spot], strict: bool) -> bool:
    """Add the places of one piece to `spots`; returns whether all of it was understood."""
    current: Spot | None = None
    understood = True
    after_street = False
    before = len(spots)
    bare = without_remote(piece)
    for part in split_soft(bare, strict):
        token = strip(part.strip())
        if token.startswith(ASIDE):
            if current is None:
                current = feed(token[1:], None, spots, strict)
            else:
                completes(token[1:], current, strict)
            continue
        coded = CODED.match(token) if "-" in token else None
        if coded and (country_of(coded[1]) or regions_of(coded[1])):
            current = feed(coded[1], current, spots, strict)
            rest = token[coded.end() :]
            for inner in rest.split("-", 1) if re.match(r"[A-Z]{2}-[A-Z]", rest) else [rest]:
                current = feed(strip(inner), current, spots, strict)
        elif token and WORDY.search(token):
            if after_street and token.replace(".", "").upper() == "NY":  # "44 Water St., N.Y."
                token = "NYC"  # noqa: S105
            if strict and "-" in token and not is_named(fold(token)):
                understood = False
                for inner in token.split("-"):
                    current = feed(strip(inner), current, spots, strict)
                continue
            current = feed(token, current, spots, strict)
            understood = understood and current is not None
            after_street = current is None and token[0].isdigit()
    if bare != piece:
        for spot in spots[before:]:
            spot.remote = True
    return understood


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
                more = people_of(fold(rest)) > PART or country_of(rest) or (fold(rest) in aliases())
                return feed(rest, current, spots, strict) if more else current
    spot = start(token, strict)
    if spot is None:
        return current if current and not strict else None
    if (
        current
        and current.name
        and current.known
        and not spot.known
        and (spot.name or not spot.country)
        and not current.country
    ):
        return current  # an unknown district or state of a known town: "Belgrade, Vojvodina, RS"
    if current and spot.name is None and (not spot.country or not spot.key) and current.country:
        return current  # some state's code, or an office's name, after a finished place
    if current and current.name is None and current.country and spot.name and spot.country == current.country:
        spots.remove(current)  # "(USA) OH Youngstown 03860"
    if current and spot.name and current.name and not (current.region or current.country):
        if current.known:
            current.within = spot
        elif spot.known:
            spots.remove(current)  # "SoMa, San Francisco": an unknown part of the known town
        else:
            return current  # two unknown names: the second is the district of the first
    spots.append(spot)
    return spot
