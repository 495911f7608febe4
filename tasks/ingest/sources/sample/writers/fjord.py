"""sample_fjord: JSON lines of a European board, in English, French and German."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

from tasks.ingest.sources.sample.body import as_text
from tasks.ingest.sources.sample.changes import rewritten, short_name
from tasks.ingest.sources.sample.grammar import EMPLOYMENT, WORKPLACE, Draw
from tasks.ingest.sources.sample.pay import WRITTEN
from tasks.ingest.sources.sample.postings import (
    Posting,
    Shown,
    State,
    how_of,
    job_now,
    posted_day,
    text_of,
    title_of,
    truth_of,
)
from tasks.ingest.sources.sample.writers.common import COUNTRY, altered, company_text, decorated, encode, troubled

if TYPE_CHECKING:
    from tasks.ingest.sources.sample.jobs import Job

LEGAL, PAY, WORK, TIME = 0.75, 0.7, 0.6, 0.7
CONTRACT = {
    "en": {"full_time": "Full-time", "part_time": "Part-time", "contract": "Contract", "temporary": "Temporary",
           "internship": "Internship", None: "Permanent"},
    "fr": {"full_time": "CDI - Temps plein", "part_time": "Temps partiel", "contract": "Freelance", "temporary": "CDD",
           "internship": "Stage", None: "CDI"},
    "de": {"full_time": "Festanstellung, Vollzeit", "part_time": "Teilzeit", "contract": "Freelancer",
           "temporary": "Befristet", "internship": "Praktikum", None: "Unbefristet"},
}  # fmt: skip
HOME = {
    "en": {"remote": "Fully remote", "hybrid": "Hybrid", "onsite": "On-site"},
    "fr": {"remote": "Télétravail complet", "hybrid": "Télétravail 2 jours par semaine", "onsite": "Sur site"},
    "de": {"remote": "100 % remote", "hybrid": "2 Tage Homeoffice pro Woche", "onsite": "Vor Ort"},
}
LOCAL = {"fr": {"FR": "France"}, "de": {"DE": "Deutschland"}, "en": {}}
FOOTER = {
    "en": "\n\nFound on Fjord. Reference of the board: {key}",
    "fr": "\n\nAnnonce publiée sur Fjord, référence du site : {key}",
    "de": "\n\nAnzeige auf Fjord, Kennung der Börse: {key}",
}


def city_text(job: Job, draw: Draw) -> str | None:
    """The city as this board writes it: "München", "75002 Paris", "Lyon (69)"; none for remote work."""
    place = job.places[0]
    if place.city is None:
        return None
    name = place.written[0] if place.written and draw() < 0.6 else place.city
    at = draw()
    if place.city == "Paris" and at < 0.3:
        return f"{75001 + int(draw() * 20)} Paris"
    if place.city == "Lyon" and at < 0.3:
        return "Lyon (69)"
    if place.city == "Berlin" and at < 0.3:
        return f"{10115 + int(draw() * 8)} Berlin"
    return name


def render(posting: Posting, state: State, seed: int, start: int) -> Shown:
    """One line."""
    job = job_now(posting, state)
    draw = Random(posting.seed).random
    language = job.language
    how = how_of(posting)
    body, made = text_of(posting, state, seed, job, how)
    clean = title_of(posting, draw)
    title, shows = decorated(clean, posting, job, state)
    pay = job.pay if draw() < PAY else None
    work = job.workplace if draw() < WORK or job.workplace == "remote" else None
    time_shown = draw() < TIME
    name = short_name(job.company) if how.short_name else job.company.name
    requisition = rewritten(job.requisition, how.requisition) if job.requisition else None
    posted = date.fromordinal(start + posted_day(posting, state))
    values = {
        "ref": posting.key,
        "title": title,
        "employer": company_text(name, job.company.legal, draw, LEGAL),
        "city": city_text(job, draw),
        "country": LOCAL[language].get(job.places[0].country, COUNTRY[job.places[0].country]),
        "published": posted.strftime("%d.%m.%Y") if language == "de" else posted.isoformat(),
        "contract": CONTRACT[language][job.employment] if time_shown else None,
        "salary": WRITTEN[language](pay, draw) if pay else None,
        "home_office": HOME[language][work] if work else None,
        "employer_ref": requisition,
        "lang": language if draw() < 0.8 else None,
        "url": f"https://fjord.example/{posting.key.lower()}",
    }
    footer = FOOTER[language].replace("{key}", posting.key) if draw() < 0.5 else ""
    values["text"] = as_text(body, "• ") + footer
    made = altered(posting, state, made, framed=bool(footer), company=values["employer"] != job.company.name,
                   title=title != job.display, place=values["city"] != job.places[0].city)  # fmt: skip
    troubled(values, posting, "title", "employer", "text")
    shows |= (WORKPLACE if work else 0) | (EMPLOYMENT if time_shown else 0)
    truth = truth_of(job, body, titles=(clean,), shows=shows, pays=(pay,) if pay else (), places=1,
        posted_on=posted.toordinal(), requisition=requisition, company=name, changes=made,
    )  # fmt: skip
    return Shown(encode(values).encode(), b"", None, truth)
