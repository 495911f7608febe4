"""What happens to an ad on its way to other boards: the ways in which two postings of one job differ, each with a name.

The employer's first ad of a job is plain; whatever is copied, posted anew or passed on by an agency may be cut, put in
another order, edited by a hand, and written in other forms. `CHANGES` are the names that the truth gives to a record's
differences from the plain ad, so that matching can be scored by each of them.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.body import Body, Section, compose
from tasks.ingest.sources.sample.companies import HEADS, MIDDLES, TAILS, TRADES, Company, Place
from tasks.ingest.sources.sample.grammar import Line
from tasks.ingest.sources.sample.technologies import table

if TYPE_CHECKING:
    from tasks.ingest.sources.sample.grammar import Draw

CHANGES = {
    "cut": "the text breaks off",
    "framed": "the board's header or footer around the text",
    "reordered": "sections in another order",
    "html": "the text as HTML",
    "edited": "words and lines changed by hand",
    "redated": "another date than the job's",
    "requisition": "the employer's number left out or written otherwise",
    "pay": "the pay left out, rounded or guessed by the board",
    "company": "legal form, capitals, or without its trade",
    "title": "decorated, or without its team",
    "place": "the place in another form",
    "agency": "under an agency's name",
}

REORDERED, TEASER, EDITED, SHORT_NAME, OTHER_PLACE, REWRITTEN, DROPPED = 0.2, 0.1, 0.3, 0.12, 0.35, 0.25, 0.25
TEASER_LIMIT = 700  # characters
ORDERS = ((0, 1, 3, 2, 4, 5), (1, 2, 3, 4, 0, 5), (0, 1, 2, 4, 3, 5))  # of about, role, duties, needs, benefits, end

SWAPS: dict[str, list[tuple[str, str]]] = {}
for _row in table("swaps"):
    SWAPS.setdefault(_row["language"], []).append((_row["before"], _row["after"]))
REGIONS = {row["region"]: row["name"] for row in table("regions")}
ROOTS = len(HEADS) * len(MIDDLES) * len(TAILS)


class Copy(NamedTuple):
    """How a posting differs from the plain ad, whatever its board."""

    order: tuple[int, ...] | None = None
    limit: int | None = None  # characters of a teaser
    edited: int = 0  # seed of the edits, 0 for none
    short_name: bool = False
    place: float | None = None  # which form
    requisition: str | None = None  # "rewritten", "dropped"


PLAIN = Copy()


def copy_of(seed: int) -> Copy:
    """The differences of a copy; the same seed gives the same."""
    chance = Random(seed + 1)
    draw = chance.random
    at = draw()
    return Copy(
        order=ORDERS[int(draw() * len(ORDERS))] if draw() < REORDERED else None,
        limit=TEASER_LIMIT if draw() < TEASER else None,
        edited=1 + chance.getrandbits(32) if draw() < EDITED else 0,
        short_name=draw() < SHORT_NAME,
        place=draw() if draw() < OTHER_PLACE else None,
        requisition="dropped" if at < DROPPED else "rewritten" if at < DROPPED + REWRITTEN else None,
    )


def reordered(body: Body, order: tuple[int, ...]) -> Body:
    """The same sections in another order; a text of other than six sections stays."""
    if len(body.sections) != len(order):
        return body
    return body._replace(sections=tuple(body.sections[n] for n in order))


def edited(body: Body, language: str, seed: int) -> Body:
    """A few neutral lines reworded, misspelt or left out, as happens when somebody types an ad in again."""
    draw = Random(seed).random
    parts: list[Section] = []
    for part in body.sections:
        lines: list[Line] = []
        for line in part.lines:
            if line.technologies or line.says or draw() > 0.4:
                lines.append(line)
                continue
            at = draw()
            if at < 0.15 and len(part.lines) > 2:
                continue
            text = misspelt(line.text, draw) if at < 0.35 else swapped(line.text, language, draw)
            lines.append(line._replace(text=text))
        parts.append(part._replace(lines=tuple(lines)))
    return compose(parts, body.personal)


def swapped(text: str, language: str, draw: Draw) -> str:
    """The line with one phrase said otherwise, where it holds one that the table knows."""
    known = [pair for pair in SWAPS[language] if pair[0] in text]
    return text.replace(*known[int(draw() * len(known))], 1) if known else text


def misspelt(text: str, draw: Draw) -> str:
    """The line with two letters of a plain word in the wrong order."""
    words = text.split(" ")
    plain = [n for n, word in enumerate(words) if len(word) > 5 and word.isalpha() and word.islower()]
    if plain:
        n = plain[int(draw() * len(plain))]
        word = words[n]
        words[n] = word[:2] + word[3] + word[2] + word[4:]
    return " ".join(words)


def short_name(company: Company) -> str:
    """The company without its trade, "Brindadale" for "Brindadale Foods", where nobody else goes by that name."""
    root, _, trade = company.name.rpartition(" ")
    alone = root and " " not in root and company.number < ROOTS  # a name of two words is one that several go by
    return root if alone and trade in TRADES and not company.agency else company.name


def rewritten(requisition: str, how: str | None) -> str | None:
    """The employer's number as a copy shows it: without its dash and in small letters, or not at all."""
    if how == "dropped":
        return None
    return requisition.replace("-", "").lower() if how == "rewritten" and requisition[0].isalpha() else requisition


def place_form(place: Place, at: float) -> str:
    """A city of the US in one of the forms that boards use; `at` in [0, 1) says which."""
    city, region = place.city or "", place.region or ""
    forms = (
        f"{city}, {REGIONS[region]}", f"{city}, {region}, USA", f"{city}, {region} {10_000 + int(at * 80_000)}",
        f"{city}, {region}".upper(), f"US-{region}-{city}", f"Greater {city} Area", city, f"US, {region}, {city}",
    )  # fmt: skip
    return forms[int(at * len(forms))]
