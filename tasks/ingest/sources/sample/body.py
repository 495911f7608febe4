"""The running text of a job: sections of sentences, what they make true together, and the forms that boards show."""

from __future__ import annotations

from html import escape
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.companies import boilerplate, industry_of
from tasks.ingest.sources.sample.grammar import (
    PERSONAL,
    PLACE_OF,
    REQUISITION,
    TECHNICAL,
    Draw,
    Line,
    book,
    with_article,
)
from tasks.ingest.sources.sample.pay import WRITTEN as PAY_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.ingest.sources.sample.jobs import Job

PLACE_STATED, WORKPLACE_STATED, EMPLOYMENT_STATED, PAY_STATED = 0.7, 0.55, 0.35, 0.3
CONTACT_STATED, EQUAL_STATED, NICE_STATED, REQUISITION_STATED = 0.12, 0.75, 0.5, 0.25

NUMBERED = {"en": "Requisition ID: ", "fr": "Référence employeur : ", "de": "Kennziffer: "}


class Section(NamedTuple):
    """A part of a text: its heading ("" for none), whether it is a list, its lines."""

    heading: str
    listed: bool
    lines: tuple[Line, ...]


class Body(NamedTuple):
    """A whole text with what it makes true: technology bits and flags over all lines."""

    sections: tuple[Section, ...]
    technologies: int
    says: int
    personal: tuple[str, ...] = ()  # e-mail addresses and phone numbers in it


def compose(sections: Iterable[Section], personal: tuple[str, ...] = ()) -> Body:
    """A body from its sections, with the bits of all lines added up."""
    kept = tuple(s for s in sections if s.lines)
    bits = says = 0
    for section in kept:
        for line in section.lines:
            bits |= line.technologies
            says |= line.says
    return Body(kept, bits, says, personal)


def values_of(job: Job, pay: str) -> tuple[str, ...]:
    """What the sentences may name, in the order of grammar.VALUES."""
    company = job.company
    first, last = job.person.split(" ")
    mail = f"{first}.{last}@{company.domain}".lower()
    place, title = job.places[0], job.display
    city = place.written[0] if job.language == "de" and place.written else place.city or ""
    return (company.name, city, title, with_article(title), company.product, industry_of(company, job.language),
            job.team, str(job.years), pay, job.person, mail, job.phone, *job.stack)  # fmt: skip


def body_of(job: Job, seed: int) -> Body:
    """The employer's own text of a job. The same job gives the same text; its pay and title are filled in anew."""
    draw = Random(job.text_seed).random
    words, language, technical = book(job.language, job.role.family), job.language, job.role.family in TECHNICAL
    pay = PAY_WRITTEN[language](job.pay, draw) if job.pay else ""
    values, bits = values_of(job, pay), job.stack_bits
    blurb, more, equal, benefits = boilerplate(job.company, seed, language)
    taken: set[str] = set()

    def one(name: str) -> Line:
        return words.draw(name, draw, values, bits)

    def several(name: str, count: int) -> list[Line]:
        lines = []
        for _ in range(count):
            line = one(name)
            if line.text not in taken:
                taken.add(line.text)
                lines.append(line)
        return lines

    def heading(name: str) -> str:
        text = one("h." + name).text
        return text if draw() < 0.85 else text.upper()

    client = one("agency")  # drawn in any case, so that an agency's copy of an ad differs in nothing else
    about = [client, blurb] if job.company.agency else [blurb, more]
    role = [one("intro"), one("intro2")]
    if job.places[0].city and draw() < PLACE_STATED:
        role.append(one("place"))
    if job.workplace and draw() < WORKPLACE_STATED:
        role.append(one("workplace." + job.workplace))
    if job.employment and draw() < EMPLOYMENT_STATED:
        role.append(one("employment." + job.employment))
    if job.pay and draw() < PAY_STATED:
        role.append(one("pay"))
    if job.requisition and (draw() < REQUISITION_STATED or job.numbered):
        role.append(Line(NUMBERED[language] + job.requisition, 0, REQUISITION))
    stacked = bool(job.stack[0])
    duties = several("duty", 3 + int(draw() * 3))
    duties += several("duty.tech", 1 + int(draw() * 2)) if technical and stacked else several("duty", 1)
    needs = several("req", 2 + int(draw() * 3))
    if stacked:
        needs += several("req.tech" if technical else "req.office", 1 + int(draw() * 2) if technical else 1)
    if job.deep_learning:
        duties += several("duty.dl", 1 + int(draw() * 2))
        needs += several("req.dl", 1)
    if job.machine_learning:
        duties += several("duty.ml", 1)
        needs += several("req.ml", int(draw() * 2))
    if draw() < NICE_STATED:
        needs += several("nice.tech" if technical and stacked and draw() < 0.5 else "nice", 1)
    end = [one("close")]
    personal: tuple[str, ...] = ()
    if draw() < CONTACT_STATED:
        end.append(one("contact"))
        personal = (values[PLACE_OF["mail"]], values[PLACE_OF["phone"]])
    if draw() < EQUAL_STATED:
        end.append(equal)
    parts = [
        Section(heading("about"), False, tuple(about)),
        Section(heading("role"), False, tuple(role)),
        Section(heading("duty"), True, _mixed(duties, draw)),
        Section(heading("req"), True, _mixed(needs, draw)),
        Section(heading("benefit"), True, benefits),
        Section("", False, tuple(end)),
    ]
    if draw() < 0.4:
        parts[0], parts[1] = parts[1], parts[0]
    return compose(parts, personal)


def _mixed(lines: list[Line], draw: Draw) -> tuple[Line, ...]:
    """The lines in another order (Fisher and Yates)."""
    for n in range(len(lines) - 1, 0, -1):
        other = int(draw() * (n + 1))
        lines[n], lines[other] = lines[other], lines[n]
    return tuple(lines)


def updated(body: Body, job: Job, draw: Draw) -> Body:
    """The text after an edit: a sentence added at the end of the role's section or a neutral line of a list dropped."""
    words = book(job.language, job.role.family)
    line = words.draw("update", draw, values_of(job, ""), job.stack_bits)
    parts = list(body.sections)
    if draw() < 0.5:
        for n, part in enumerate(parts):
            neutral = [m for m, each in enumerate(part.lines) if not (each.technologies or each.says)]
            if part.listed and len(part.lines) > 3 and neutral:
                drop = neutral[int(draw() * len(neutral))]
                parts[n] = part._replace(lines=part.lines[:drop] + part.lines[drop + 1 :])
                break
    at = 1 if len(parts) > 1 else 0
    parts[at] = parts[at]._replace(lines=(*parts[at].lines, line))
    return compose(parts, body.personal)


def shortened(body: Body, limit: int) -> Body:
    """The first `limit` characters or so, cut at a line, as boards do that show a teaser."""
    parts: list[Section] = []
    left = limit
    for part in body.sections:
        kept = []
        for line in part.lines:
            if left <= 0:
                break
            kept.append(line)
            left -= len(line.text)
        parts.append(part._replace(lines=tuple(kept)))
        if left <= 0:
            parts[-1] = parts[-1]._replace(lines=(*parts[-1].lines, Line("...", 0, 0)))
            break
    else:
        return body
    cut = compose(parts, body.personal)
    return cut if cut.says & PERSONAL else cut._replace(personal=())


def as_html(body: Body) -> str:
    """Headings, paragraphs and lists, escaped as a browser needs it."""
    out: list[str] = []
    for heading, listed, lines in body.sections:
        if heading:
            out.append(f"<h3>{escape(heading, quote=False)}</h3>")
        if listed:
            out.append("<ul><li>" + "</li><li>".join(escape(x.text, quote=False) for x in lines) + "</li></ul>")
        else:
            out.append("<p>" + escape(" ".join([x.text for x in lines]), quote=False) + "</p>")
    return "\n".join(out)


def as_text(body: Body, bullet: str = "- ", gap: str = "\n\n") -> str:
    """Plain text with blank lines between sections and one line a point."""
    out: list[str] = []
    for heading, listed, lines in body.sections:
        text = ("\n".join([bullet + x.text for x in lines])) if listed else " ".join([x.text for x in lines])
        out.append(f"{heading}\n{text}" if heading else text)
    return gap.join(out)


def as_paragraphs(body: Body) -> str:
    """Paragraphs after the first without closing tags, as free-text boards store them."""
    return "<p>".join(
        escape(" ".join([x.text if x.text.endswith((".", "?", "!")) else x.text + "." for x in part.lines]), quote=True)
        for part in body.sections
    )
