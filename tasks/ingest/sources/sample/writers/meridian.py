"""sample_meridian: CSV of a US board. Ratings glued to names, "-1" for nothing, estimates of pay, relative ages."""

from __future__ import annotations

from random import Random

from tasks.ingest.sources.sample.body import as_text
from tasks.ingest.sources.sample.changes import place_form, short_name
from tasks.ingest.sources.sample.grammar import WORKPLACE
from tasks.ingest.sources.sample.pay import estimate
from tasks.ingest.sources.sample.postings import Posting, Shown, State, how_of, job_now, text_of, title_of, truth_of
from tasks.ingest.sources.sample.writers.common import altered, company_text, decorated, place_text, troubled

COLUMNS = ("Job ID", "Job Title", "Salary Estimate", "Job Description", "Rating", "Company Name", "Location", "Size",
           "Industry", "URL", "Captured On", "Age")  # fmt: skip
LEGAL, RATED, ESTIMATED = 0.2, 0.8, 0.75
SIZES = ("1 to 50 employees", "51 to 200 employees", "201 to 500 employees", "501 to 1000 employees", "-1")
HEADER, FOOTER = "Overview of the position\n", "\n\nShow more on Meridian"


def cell(text: str) -> str:
    """A field as CSV writes it: quoted where it must be."""
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def age(days: int) -> str:
    """As in "Today", "1 day ago", "12 days ago", "30+ days ago"."""
    if days <= 0:
        return "Today"
    return "1 day ago" if days == 1 else f"{days} days ago" if days < 30 else "30+ days ago"


def render(posting: Posting, state: State, seed: int, start: int) -> Shown:  # noqa: ARG001  dates are written day by day
    """One row without its last two columns, which are the day's own: capture date and age."""
    job = job_now(posting, state)
    draw = Random(posting.seed).random
    how = how_of(posting)
    body, made = text_of(posting, state, seed, job, how)
    clean = title_of(posting, draw)
    title, shows = decorated(clean, posting, job, state)
    rated = draw() < RATED
    name = short_name(job.company) if how.short_name else job.company.name
    company = company_text(name, job.company.legal, draw, LEGAL)
    guess = (
        estimate(job.pay, Random(posting.seed + 50 + state.raises).random) if job.pay and draw() < ESTIMATED else None
    )
    remote = job.workplace == "remote"
    where = ("Remote, US" if draw() < 0.5 else "United States (Remote)") if remote else place_text(job.places[0])
    listed = where if remote or how.place is None else place_form(job.places[0], how.place)
    header, footer = HEADER if draw() < 0.5 else "", FOOTER if draw() < 0.5 else ""
    values = {
        "title": title,
        "company": company,
        "text": header + as_text(body) + footer,
    }
    troubled(values, posting, "title", "company", "text")
    row = (
        posting.key,
        values["title"],
        guess[0] if guess else "-1",
        values["text"],
        job.company.rating if rated else "-1",
        values["company"] + ("\n" + job.company.rating if rated else ""),
        listed,
        SIZES[job.company.number % len(SIZES)],
        job.company.industry,
        f"https://meridian.example/{posting.key}",
    )
    truth = truth_of(job, body, titles=(clean,), shows=shows | (WORKPLACE if remote else 0), places=1,
        pays=(guess[1],) if guess else (), requisition=None, company=name,
        changes=altered(posting, state, made, framed=bool(header or footer), company=company != job.company.name,
                        title=title != job.display, place=listed != where),
    )  # fmt: skip
    return Shown((",".join([cell(v) for v in row]) + ",").encode(), b"", "age", truth)
