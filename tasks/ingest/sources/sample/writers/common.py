"""What the boards share: how they write titles, companies and places."""

from __future__ import annotations

import json
import unicodedata
from random import Random
from typing import TYPE_CHECKING, Any

from tasks.ingest.sources.sample.grammar import EMPLOYMENT, WORKPLACE, Draw
from tasks.ingest.sources.sample.technologies import table

if TYPE_CHECKING:
    from tasks.ingest.sources.sample.companies import Place
    from tasks.ingest.sources.sample.jobs import Job
    from tasks.ingest.sources.sample.postings import Posting, State

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

COUNTRY = {row["country"]: row["name"] for row in table("countries")}
SHORT = {"US": "US", "GB": "UK"}

# decorations of a title with their weights; what they state is added to the truth
PLAIN, PLACE, LEVEL, NUMBER, SHOUT, URGENT, ROCKET, WORK, TIME, AT = range(10)
ENGLISH = (PLAIN,) * 24 + (LEVEL,) * 4 + (PLACE, PLACE, NUMBER, SHOUT, URGENT, ROCKET, WORK, WORK, TIME, AT)
GENDER = {"fr": (" (H/F)", " H/F", " (F/H)", " F/H"), "de": (" (m/w/d)", " (w/m/d)", " (m/f/d)", " m/w/d")}


def place_text(place: Place) -> str:
    """As in "Austin, TX" where regions are used, else "Berlin, Germany"; a country alone by its name."""
    if place.city is None:
        return COUNTRY[place.country]
    return f"{place.city}, {place.region or COUNTRY[place.country]}"


def decorated(title: str, posting: Posting, job: Job, state: State) -> tuple[str, int]:
    """The title as listed, and flags for what its decoration states."""
    draw = Random(posting.seed + 100 + state.titles).random
    kind = ENGLISH[int(draw() * len(ENGLISH))]
    if state.titles and kind in (PLAIN, LEVEL):
        kind = (NUMBER, URGENT, ROCKET)[int(draw() * 3)]
    if job.language != "en":
        gender = GENDER[job.language][int(draw() * 4)]
        if kind == PLACE and job.places[0].city:
            return f"{title}{gender} - {job.places[0].city}", 0
        urgent = "URGENT - " if kind == URGENT else ""
        return f"{urgent}{title}{gender}" + (f" #{int(draw() * 90_000) + 10_000}" if kind == NUMBER else ""), 0
    return _english(kind, title, job, draw)


def _english(kind: int, title: str, job: Job, draw: Draw) -> tuple[str, int]:
    if kind == LEVEL:
        return title.replace("Senior ", "Sr. ", 1).replace("Junior ", "Jr. ", 1), 0
    if kind == PLACE and job.places[0].city:
        return f"{title} - {place_text(job.places[0])}", 0
    if kind == NUMBER:
        return f"{title} #{int(draw() * 90_000) + 10_000}", 0
    if kind == SHOUT:
        return title.upper(), 0
    if kind == URGENT:
        return ("URGENT: ", "Hiring now: ", "NEW! ")[int(draw() * 3)] + title, 0
    if kind == ROCKET:
        return f"{title} \N{ROCKET}", 0
    if kind == WORK and job.workplace in ("remote", "hybrid"):
        return f"{title} ({job.workplace.title()})", WORKPLACE
    if kind == TIME and job.employment == "full_time":
        return f"{title} (Full-time)", EMPLOYMENT
    if kind == AT:
        return f"{title} at {job.company.name}", 0
    return title, 0


def company_text(name: str, form: str, draw: Draw, legal: float) -> str:
    """The name with its legal form in `legal` of all cases, seldom in capitals."""
    at = draw()
    if at < legal:
        return name + form
    return name.upper() if at > 0.97 else name


def altered(posting: Posting, state: State, made: set[str], **shown: bool) -> set[str]:
    """The changes of a record: those of its text, those `shown` by the board, and what the posting alone knows."""
    moved = posting.opened if state.renewed is None else state.renewed
    if moved != posting.job.opened:
        made.add("redated")
    if "agency" in posting.extra:
        made.add("agency")
    return made.union(name for name, done in shown.items() if done)


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252 by somebody upstream; text that cannot be read so stays."""
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return text


def troubled(values: dict[str, Any], posting: Posting, title: str, company: str, text: str) -> None:
    """Do to a record's texts what the posting's kind of trouble does; the names say where they stand in `values`."""
    trouble = posting.extra.get("trouble")
    if trouble == "mojibake":
        for name in (title, company, text):
            values[name] = mojibake(values[name])
    elif trouble == "decomposed":
        values[company] = unicodedata.normalize("NFD", values[company])
    elif trouble == "script":
        values[title] += "<script>alert('winnow')</script>"
        values[text] += "\n<script>alert('winnow')</script><img src=x onerror=alert(1)>"
    elif trouble == "spaces":
        values[title] = "\u00a0 " + values[title].replace(" ", " \u200b", 1) + "  "
    elif trouble == "separator":
        values[text] = values[text].replace(". ", ".\u2028", 2)
    elif trouble == "injection":
        values[text] += '\n\'; DROP TABLE postings; --\n=HYPERLINK("http://winnow.example")'
