"""sample_notices: a thread of free-text notices, "Company | Role | City | REMOTE | $120-150k", and its replies."""

from __future__ import annotations

from html import escape
from random import Random
from typing import Any

from tasks.ingest.sources.sample.body import as_paragraphs
from tasks.ingest.sources.sample.calendar import EPOCH
from tasks.ingest.sources.sample.changes import short_name
from tasks.ingest.sources.sample.grammar import EMPLOYMENT, TECHNICAL, VALUES, WORKPLACE, Draw, book
from tasks.ingest.sources.sample.jobs import ROLES, Job
from tasks.ingest.sources.sample.pay import SIGN, Pay
from tasks.ingest.sources.sample.postings import Posting, Shown, State, how_of, job_now, text_of, title_of, truth_of
from tasks.ingest.sources.sample.writers.common import COUNTRY, SHORT, altered, encode

TWO_ROLES, PAY, WORK, TIME, REMARK, LINK = 0.25, 0.6, 0.75, 0.6, 0.25, 0.5
LIMIT = 1_100
WORDS = {"onsite": ("ONSITE", "On-site"), "remote": ("REMOTE", "Remote"), "hybrid": ("HYBRID", "Hybrid")}
TIMES = {"full_time": "Full-time", "part_time": "Part-time", "contract": "Contract", "temporary": "Temporary",
         "internship": "Internship"}  # fmt: skip
NO_OFFER = (("reply", 0.7), ("meta", 0.8), ("seeking", 1.0))  # cumulative shares of what is no offer of work


def pay_text(pay: Pay | None, draw: Draw) -> str | None:
    """As in "$120-150k", "$120k - $150k", "€60k-€75k", "$40-55/hr"; none where that would not be exact."""
    if pay is None or pay.min is None or pay.max is None or pay.currency not in SIGN or pay.period == "month":
        return None
    sign = SIGN[pay.currency]
    if pay.period == "hour":
        return (
            f"{sign}{pay.min:g}-{pay.max:g}/hr" if draw() < 0.5 else f"{sign}{pay.min:g} - {sign}{pay.max:g} per hour"
        )
    low, high = f"{pay.min / 1000:g}", f"{pay.max / 1000:g}"
    if pay.min == pay.max:
        return f"{sign}{low}k"
    return (f"{sign}{low}-{high}k", f"{sign}{low}k - {sign}{high}k", f"{sign}{low}k-{sign}{high}k")[int(draw() * 3)]


def place_text(job: Job, draw: Draw) -> str:
    """As in "Austin, TX", "NYC", "London, UK"; "Remote (US)" for work from anywhere in a country."""
    found = []
    for place in job.places:
        short = SHORT.get(place.country, COUNTRY[place.country])
        if place.city is None:
            return (f"REMOTE ({short})", f"Remote ({short} only)", f"Remote - {short}")[int(draw() * 3)]
        known = place.written and place.country == "US"
        name = place.written[int(draw() * len(place.written))] if known and draw() < 0.5 else ""
        found.append(name or f"{place.city}, {place.region or short}")
    return " or ".join(found)


def second_role(posting: Posting, draw: Draw) -> tuple[str, int] | None:
    """Another role in the same notice, where nobody else advertises the job."""
    if not posting.alone or draw() >= TWO_ROLES:
        return None
    while True:
        role = ROLES.pick(draw())
        title = role.titles["en"][0]
        if role.family in TECHNICAL and role.family not in (posting.job.role.family, "ml_engineer", "ai_researcher"):
            return title.text, title.bits


def render(posting: Posting, state: State, seed: int, start: int) -> Shown:
    """One element of the thread."""
    job = job_now(posting, state)
    draw = Random(posting.seed).random
    how = how_of(posting)
    body, made = text_of(posting, state, seed, job, how, LIMIT)
    clean = title_of(posting, draw)
    second = second_role(posting, draw)
    titles = (clean, second[0]) if second else (clean,)
    pay = pay_text(job.pay, draw) if draw() < PAY else None
    remote = job.workplace == "remote"
    work = job.workplace if not remote and draw() < WORK else None
    time = job.employment if draw() < TIME else None
    site = f"https://{job.company.domain}"
    company = short_name(job.company) if how.short_name else job.company.name
    name = company + (f" ({site})" if draw() < REMARK else "")
    where = place_text(job, draw)
    parts = [name, ", ".join(titles), where]
    parts += [WORDS[work][int(draw() * 2)]] if work else []
    parts += [TIMES[time]] if time else []
    parts += [pay] if pay else []
    parts += [site + "/jobs"] if draw() < LINK else []
    text = escape(" | ".join(parts), quote=True).replace("/", "&#x2F;") + "<p>" + as_paragraphs(body)
    if posting.extra.get("trouble") == "script":
        text += "<script>alert('winnow')</script>"
    posted = start + posting.opened
    values = {"id": int(posting.key), "time": stamp(posted, posting.number), "text": text}
    shows = (WORKPLACE if work or remote else 0) | (EMPLOYMENT if time else 0)
    truth = truth_of(job, body, titles=titles, bits=second[1] if second else 0, shows=shows,
        pays=(job.pay,) if pay and job.pay else (), posted_on=posted, seniority=second is None,
        company=company, changes=altered(posting, state, made, html=True, company=company != job.company.name,
        title=titles != (job.display,), place=not all(p.city is None or p.city in where for p in job.places)),
    )  # fmt: skip
    return Shown(encode(values).encode(), b"", None, truth)


def stamp(day: int, number: int) -> int:
    """Epoch seconds somewhere in the working day of an ordinal day."""
    return (day - EPOCH) * 86_400 + 36_000 + number * 37 % 36_000


def no_offer(number: int, day: int, key: str, company: Any, draw: Draw) -> bytes:
    """A reply, a remark about the thread, or somebody who seeks work: nothing that offers any."""
    at = draw()
    kind = next(kind for kind, share in NO_OFFER if at < share)
    known = {"company": company.name, "city": "Denver", "years": str(3 + number % 9), "team": "Core",
             "mail": f"nobody{number}@mail.example", "stack1": "Python", "stack2": "Java"}  # fmt: skip
    values = [known.get(name, "") for name in VALUES]
    line = book("en", "software_engineer").draw(kind, draw, values, (0, 0, 0, 0))
    return encode({"id": int(key), "time": stamp(day, number), "text": escape(line.text, quote=True)}).encode()
