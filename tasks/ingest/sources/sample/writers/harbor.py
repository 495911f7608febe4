"""sample_harbor: pages of a JSON API. HTML, nested places, epoch milliseconds, pay in cents."""

from __future__ import annotations

from random import Random

from tasks.ingest.sources.sample.body import as_html
from tasks.ingest.sources.sample.calendar import EPOCH
from tasks.ingest.sources.sample.changes import rewritten, short_name
from tasks.ingest.sources.sample.grammar import EMPLOYMENT, WORKPLACE
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
from tasks.ingest.sources.sample.writers.common import altered, company_text, decorated, encode, troubled

LEGAL, PAY, WORK, TIME, TAGS, VIEWS = 0.5, 0.7, 0.6, 0.7, 0.4, 0.05
WORKPLACES = {"onsite": "ON_SITE", "remote": "REMOTE", "hybrid": "HYBRID"}
FOOTER = "\n<p><em>Listed on Harbor. Job ID {key} is ours, not the employer's; please name it when you write.</em></p>"


def render(posting: Posting, state: State, seed: int, start: int) -> Shown:
    """One element of `results`. `start` is the ordinal of the first capture's day."""
    job = job_now(posting, state)
    draw = Random(posting.seed).random
    how = how_of(posting)
    body, made = text_of(posting, state, seed, job, how)
    clean = title_of(posting, draw)
    title, shows = decorated(clean, posting, job, state)
    name = short_name(job.company) if how.short_name else job.company.name
    company = company_text(name, job.company.legal, draw, LEGAL)
    pay = job.pay if draw() < PAY else None
    work = job.workplace if draw() < WORK or job.workplace == "remote" else None
    time = job.employment if draw() < TIME else None
    tags = list(dict.fromkeys(w for w in job.stack if w)) if draw() < TAGS else []
    footer = FOOTER.replace("{key}", posting.key) if draw() < 0.3 else ""
    moving = draw() < VIEWS
    requisition = rewritten(job.requisition, how.requisition) if job.requisition else None
    cities = [p.written[0] if how.place is not None and p.written else p.city for p in job.places]
    posted = start + posted_day(posting, state)
    bits = 0
    for n, word in enumerate(job.stack):
        bits |= job.stack_bits[n] if word in tags else 0
    values = {
        "id": int(posting.key),
        "title": title,
        "organization": {"name": company, "website": f"https://{job.company.domain}/careers"},
        "locations": [
            {"city": city, "region": p.region, "country": p.country}
            for city, p in zip(cities, job.places, strict=True)
        ],
        "workplace_type": WORKPLACES[work] if work else None,
        "employment_type": time.upper() if time else None,
        "pay": pay and {
            "min_cents": None if pay.min is None else int(pay.min * 100),
            "max_cents": None if pay.max is None else int(pay.max * 100),
            "currency": pay.currency,
            "interval": pay.period.upper(),
        },
        "tags": tags,
        "created_at": (posted - EPOCH) * 86_400_000 + 3_600_000 * 7 + posting.number % 3_600_000,
        "req_id": requisition,
        "url": f"https://harbor.example/jobs/{posting.key}",
        "legacy_id": 2**63 + posting.number if posting.number % 50 == 0 else posting.number,
        "description_html": as_html(body) + footer,
    }  # fmt: skip
    flat = {"title": values["title"], "company": company, "text": values["description_html"]}
    troubled(flat, posting, "title", "company", "text")
    values["title"], values["description_html"] = flat["title"], flat["text"]
    values["organization"]["name"] = flat["company"]  # type: ignore[index]
    shows |= (WORKPLACE if work else 0) | (EMPLOYMENT if time else 0)
    truth = truth_of(job, body, titles=(clean,), bits=bits, shows=shows, pays=(pay,) if pay else (), posted_on=posted,
        requisition=requisition, company=name,
        changes=altered(posting, state, made, html=True, framed=bool(footer), company=company != job.company.name,
                        title=title != job.display, place=cities != [p.city for p in job.places]),
    )  # fmt: skip
    data = encode(values).encode()
    if not moving:
        return Shown(data, b"", None, truth)
    return Shown(data[:-1] + b',"views":', b"}", "views", truth)
