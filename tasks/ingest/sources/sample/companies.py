"""The employers and agencies of the market: invented names, their legal forms, and what each puts into every ad."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.ingest.sources.sample.chance import COMPANY, Weighted, generator
from tasks.ingest.sources.sample.grammar import VALUES, Draw, Line, book, sections
from tasks.ingest.sources.sample.technologies import table


class Place(NamedTuple):
    """A city of the market, or a country alone (`city` None) for remote work."""

    city: str | None
    region: str | None
    country: str
    written: tuple[str, ...]  # other spellings of the city


PLACES = Weighted(
    [
        (
            Place(r["city"], r["region"] or None, r["country"], tuple(w for w in r["written"].split(";") if w)),
            float(r["weight"]),
        )
        for r in table("places")
    ]
)
BY_COUNTRY: dict[str, list[Place]] = {}
for _place in PLACES.entries:
    BY_COUNTRY.setdefault(_place.country, []).append(_place)

HEADS, MIDDLES, TAILS, TRADES = (sections("names")[part] for part in ("head", "middle", "tail", "trade"))
AGENCY_TRADES = {
    "en": ("Staffing", "Recruiting", "Recruitment", "Talent Partners"),
    "fr": ("Recrutement", "Intérim"),
    "de": ("Personaldienstleistungen", "Recruiting"),
}
# names in which a technology's word is only a name
TRAPS = sections("names")["trap"]
LEGAL = {row["country"]: tuple(row["legal"].split(";")) for row in table("countries")}
ACCENTS = {"FR": {"e": "é", "a": "â"}, "DE": {"o": "ö", "u": "ü", "a": "ä"}, "SE": {"a": "å", "o": "ö"}}
AGENCY_SHARE, TRAP_SHARE, ACCENT_SHARE, TRADE_SHARE = 0.05, 0.01, 0.35, 0.6
LANGUAGE_OF = {"FR": "fr", "DE": "de"}


@dataclass(slots=True)
class Company:
    """An employer or an agency. `boilerplate` holds, by language, the lines which it repeats in every ad."""

    number: int
    name: str
    legal: str
    place: Place
    agency: bool
    industry: str
    product: str
    domain: str
    rating: str
    boilerplate: dict[str, tuple[Line, Line, Line, tuple[Line, ...]]] = field(default_factory=dict)


def name_of(number: int, country: str, agency: bool, draw: Draw) -> str:
    """An invented name: unlike in its root for the first 17,280 companies, told apart by the trade after that."""
    if draw() < TRAP_SHARE and number < 500:
        return TRAPS[number % len(TRAPS)]
    roots = len(HEADS) * len(MIDDLES) * len(TAILS)
    at = (number * 7_717) % roots  # 7,717 has no factor in common with the number of roots: a walk over all of them
    head, rest = divmod(at, len(MIDDLES) * len(TAILS))
    middle, tail = divmod(rest, len(TAILS))
    root = HEADS[head] + MIDDLES[middle] + TAILS[tail]
    if draw() < ACCENT_SHARE:
        for plain, accented in ACCENTS.get(country, {}).items():
            if plain in root[1:]:
                root = root[0] + root[1:].replace(plain, accented, 1)
                break
    if agency:
        trades = AGENCY_TRADES[LANGUAGE_OF.get(country, "en")]
        return f"{root} {trades[int(draw() * len(trades))]}"
    if number >= roots:
        return f"{root} {TRADES[number // roots % len(TRADES)]}"
    return f"{root} {TRADES[int(draw() * len(TRADES))]}" if draw() < TRADE_SHARE else root


def found(seed: int, number: int) -> Company:
    """Company `number` of a market; the same whenever it is asked for."""
    draw = generator(seed, COMPANY, number).random
    place = PLACES.pick(draw())
    agency = draw() < AGENCY_SHARE
    name = name_of(number, place.country, agency, draw)
    industries = sections("en")["industry"]
    forms = LEGAL[place.country]
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return Company(
        number,
        name,
        forms[int(draw() * len(forms))],
        place,
        agency,
        industries[int(draw() * len(industries))],
        HEADS[int(draw() * len(HEADS))] + TAILS[int(draw() * len(TAILS))],
        "".join(c for c in plain if c.isalnum()) + ".example",
        f"{2.6 + int(draw() * 23) / 10:.1f}",
    )


def industry_of(company: Company, language: str) -> str:
    """The company's line of work in a language of the market."""
    known = sections(language)["industry"]
    return company.industry if language == "en" else known[company.number % len(known)]


def boilerplate(company: Company, seed: int, language: str) -> tuple[Line, Line, Line, tuple[Line, ...]]:
    """What a company says in every ad of a language: two lines on itself, one on equality, its benefits."""
    done = company.boilerplate.get(language)
    if done is None:
        draw = generator(seed, COMPANY, (company.number << 4) + 1 + ["en", "fr", "de"].index(language)).random
        words = book(language, "other")
        known = {"company": company.name, "product": company.product, "industry": industry_of(company, language)}
        values = [known.get(name, "") for name in VALUES]
        perks = (
            "benefit.eu" if language == "en" and company.place.country not in ("US", "CA", "AU", "NA") else "benefit"
        )
        benefits: dict[str, Line] = {}
        for _ in range(3 + int(draw() * 3)):
            line = words.draw(perks, draw, values, ())
            benefits.setdefault(line.text, line)
        first, second, equal = (words.draw(name, draw, values, ()) for name in ("blurb", "blurb2", "eeo"))
        done = company.boilerplate[language] = (first, second, equal, tuple(benefits.values()))
    return done
