"""The openings of the market: what is true of a job before any board writes it down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.chance import Weighted
from tasks.ingest.sources.sample.companies import BY_COUNTRY, LANGUAGE_OF, PLACES, Company, Place
from tasks.ingest.sources.sample.grammar import TECHNICAL, Draw, sections
from tasks.ingest.sources.sample.pay import Pay, offer
from tasks.ingest.sources.sample.technologies import BIT, WRITTEN, table

if TYPE_CHECKING:
    from random import Random

    from tasks.ingest.sources.sample.body import Body
    from tasks.ingest.sources.sample.calendar import Year


class Title(NamedTuple):
    """A display title without marks, and the technologies that it names."""

    text: str
    bits: int


def _titles(written: str) -> tuple[Title, ...]:
    found = []
    for entry in written.split(";"):
        text, _, technology = entry.partition("=")
        found.append(Title(text, BIT[technology] if technology else 0))
    return tuple(found)


class Role(NamedTuple):
    """A role family as the market knows it: titles by language, technologies, usual pay (thousand USD a year)."""

    family: str
    pay: float
    titles: dict[str, tuple[Title, ...]]
    stack: tuple[str, ...]


def _roles() -> Weighted[Role]:
    local = {lang: {r["family"]: _titles(r["titles"]) for r in table(f"roles_{lang}")} for lang in ("fr", "de")}
    entries = []
    for row in table("roles"):
        titles = {"en": _titles(row["titles"])}
        titles |= {lang: known[row["family"]] for lang, known in local.items() if row["family"] in known}
        stack = tuple(filter(None, row["stack"].split(";")))
        entries.append((Role(row["family"], float(row["pay"]), titles, stack), float(row["weight"])))
    return Weighted(entries)


ROLES = _roles()
# how a title may be marked: before, after, the seniority that it states; and how often
MARKS = {
    track: Weighted(
        [
            ((r["before"], r["after"], r["seniority"] or None), float(r["weight"]))
            for r in table("marks")
            if r["track"] == track
        ]
    )
    for track in ("tech", "other")
}
STATED = (("Director of", "director"), ("Chief ", "executive"), ("Engineering Manager", "manager"),
          ("Office Manager", "manager"))  # fmt: skip
WORKPLACES = Weighted([(None, 46), ("onsite", 10), ("remote", 17), ("hybrid", 27)])
EMPLOYMENTS = Weighted([("full_time", 62), (None, 22), ("contract", 7), ("part_time", 5), ("temporary", 4)])
# share of machine learning and of deep learning in January by family; the calendar moves deep learning's
LEARNING: dict[str, tuple[float, float]] = {
    "ml_engineer": (1.0, 0.70), "ai_researcher": (1.0, 0.85), "data_scientist": (0.85, 0.35),
    "data_analyst": (0.10, 0.0), "data_engineer": (0.25, 0.08), "software_engineer": (0.08, 0.04),
    "backend_engineer": (0.06, 0.03), "embedded_engineer": (0.08, 0.05), "hardware_engineer": (0.05, 0.03),
    "devops_sre": (0.05, 0.02), "solutions_engineer": (0.06, 0.02),
}  # fmt: skip
PAY_STATED, TEAM_SUFFIX, TWO_CITIES, LOCAL_LANGUAGE, REQUISITION = 0.55, 0.14, 0.07, 0.65, 0.45


@dataclass(slots=True)
class Job:
    """One opening. `opened` and `closed` are days relative to the first capture; `values` fill the sentences."""

    number: int
    group: int
    company: Company
    role: Role
    title: Title
    mark: tuple[str, str, str | None]
    suffix: str
    seniority: str | None
    places: tuple[Place, ...]
    workplace: str | None
    employment: str | None
    pay: Pay | None
    language: str
    machine_learning: bool
    deep_learning: bool
    requisition: str | None
    opened: int
    closed: int
    team: str
    years: int
    stack: tuple[str, ...]
    stack_bits: tuple[int, ...]
    person: str
    phone: str
    text_seed: int
    numbered: bool = False  # its siblings differ in the requisition alone, so every ad of it must say the number
    sibling: str | None = None  # what alone tells it from the first job of its group
    text: Body | None = None  # made when first asked for: all postings of the job begin with it

    @property
    def display(self) -> str:
        """The clean display title: "Senior Data Engineer II - Payments Team"."""
        return titled(self.title.text, self.mark, self.suffix)


def titled(base: str, mark: tuple[str, str, str | None], suffix: str) -> str:
    """A title with its marks; a specialty after " - " stays at the end: "Data Scientist II - Risk"."""
    head, dash, specialty = base.partition(" - ")
    return f"{mark[0]}{head}{mark[1]}{dash}{specialty}{suffix}"


def stack_of(role: Role, draw: Draw) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Four technologies as written (repeating where a role knows fewer) and their bits; none for roles without."""
    if not role.stack:
        return ("", "", "", ""), (0, 0, 0, 0)
    start, stride = int(draw() * len(role.stack)), 1 + int(draw() * 3)
    ids = [role.stack[(start + n * stride) % len(role.stack)] for n in range(4)]
    return tuple(WRITTEN[i][int(draw() * len(WRITTEN[i]))] for i in ids), tuple(BIT[i] for i in ids)


def _place(company: Company, draw: Draw) -> Place:
    """Usually the company's own city, else one of its country, seldom anywhere."""
    at = draw()
    if at < 0.45:
        return company.place
    if at < 0.9:
        near = BY_COUNTRY[company.place.country]
        return near[int(draw() * len(near))]
    return PLACES.pick(draw())


def opening(number: int, company: Company, year: Year, chance: Random) -> Job:
    """A new job of a company."""
    draw = chance.random
    opened, closed = year.opening(draw)
    place = _place(company, draw)
    role = ROLES.pick(draw())
    technical = role.family in TECHNICAL
    language = LANGUAGE_OF.get(place.country, "en")
    if language not in role.titles or draw() >= LOCAL_LANGUAGE:
        language = "en"
    titles = role.titles[language]
    title = titles[int(draw() * len(titles))]
    fixed = next((seniority for words, seniority in STATED if words in title.text), None)
    mark: tuple[str, str, str | None] = ("", "", None)
    if not fixed and role.family != "engineering_manager":
        mark = MARKS["tech" if technical and language == "en" else "other"].pick(draw())
    seniority = fixed or mark[2]
    workplace, employment = WORKPLACES.pick(draw()), EMPLOYMENTS.pick(draw())
    if seniority == "intern":
        employment = "internship"
    if role.family in ("healthcare", "other", "education") and workplace != "onsite":
        workplace = None
    places: tuple[Place, ...] = (place,)
    if workplace == "remote":
        places = (Place(None, None, place.country, ()),)
    elif draw() < TWO_CITIES:
        near = BY_COUNTRY[place.country]
        second = near[int(draw() * len(near))]
        places = (place, second) if second.city != place.city else places
    hourly = employment in ("contract", "part_time", "internship") or (role.pay < 60 and draw() < 0.5)
    machine, deep = LEARNING.get(role.family, (0.0, 0.0))
    at = draw()
    is_deep = at < deep * year.deep(opened)
    stack, bits = stack_of(role, draw)
    teams = sections(language)["team"]
    team = teams[int(draw() * len(teams))]
    first, last = sections("en")["first"], sections("en")["last"]
    return Job(
        number, number, company, role, title, mark,
        f" - {team} Team" if technical and language == "en" and draw() < TEAM_SUFFIX else "",
        seniority, places, workplace, employment,
        offer(role.pay, place.country, seniority, hourly, draw) if draw() < PAY_STATED else None,
        language, is_deep or at < machine, is_deep,
        requisition(draw) if draw() < REQUISITION else None,
        opened, closed, team, years_of(seniority, draw), stack, bits,
        f"{first[int(draw() * len(first))]} {last[int(draw() * len(last))]}",
        phone(place.country, draw),
        chance.getrandbits(48),
    )  # fmt: skip


def requisition(draw: Draw) -> str:
    """An employer's own number, some of them with leading zeros."""
    number = int(draw() * 1_000_000)
    return (f"R-{number:06d}", f"REQ{number:06d}", f"{number:07d}", f"{number % 2000:03d}-{number % 97:02d}")[
        int(draw() * 4)
    ]


# numbers that the countries' regulators keep free for fiction
PHONES = {
    "FR": ("01 99 00 {a:02d} {b:02d}", "+33 1 99 00 {a:02d} {b:02d}"),
    "DE": ("030 23125 {c:03d}", "+49 30 23125{c:03d}"),
    "GB": ("020 7946 0{c:03d}", "+44 20 7946 0{c:03d}"),
    "SE": ("08-465 004 {a:02d}", "+46 8 465 004 {a:02d}"),
    "": ("({d}) 555-01{a:02d}", "{d}-555-01{a:02d}", "+1 {d} 555 01{a:02d}", "{d}.555.01{a:02d}"),
}
AREAS = (212, 312, 415, 512, 617, 718, 206, 303)


def phone(country: str, draw: Draw) -> str:
    """A telephone number that nobody has."""
    forms = PHONES.get(country, PHONES[""])
    a, b, c = (int(draw() * size) for size in (100, 100, 1000))
    return forms[int(draw() * len(forms))].format(a=a, b=b, c=c, d=AREAS[b % len(AREAS)])


def years_of(seniority: str | None, draw: Draw) -> int:
    """Years of experience that fit a level."""
    low = {"intern": 1, "junior": 1, "mid": 3, "senior": 5, "lead": 7, "manager": 6, "director": 9, "executive": 12}
    return low.get(seniority or "", 2) + int(draw() * 3)


# shares of openings that come as a group of near-identical ads, each of which is a job of its own
CITY_SIBLINGS, LEVEL_SIBLINGS, REQUISITION_SIBLINGS, ROLE_SIBLINGS = 0.10, 0.06, 0.03, 0.04
# sister roles: never those that make an ad one of machine learning, nor those whose title states a level
SISTERS = [r for r in ROLES.entries if r.family in TECHNICAL - {"engineering_manager", "ml_engineer", "ai_researcher"}]
LADDER = (("Junior ", "", "junior"), ("", "", None), ("Senior ", "", "senior"), ("Staff ", "", "lead"))


def _of_the_ladder(job: Job) -> bool:
    """Whether it is one of the technical jobs in English, which have levels and sisters."""
    return job.role.family in TECHNICAL - {"engineering_manager"} and job.language == "en"


def siblings(job: Job, year: Year, chance: Random) -> list[Job]:
    """The other jobs that a company advertises with the same text: other cities, levels, requisitions, sister roles."""
    draw = chance.random
    at = draw()
    if at < CITY_SIBLINGS:
        if job.workplace == "remote":
            return []
        other = [p for p in BY_COUNTRY[job.places[0].country] if p not in job.places]
        chance.shuffle(other)
        found = [replace(job, places=(p,), sibling="city") for p in other[: 1 + int(draw() * 4)]]
    elif at < CITY_SIBLINGS + LEVEL_SIBLINGS:
        if job.mark[2] == "intern" or not _of_the_ladder(job):
            return []
        marks = [m for m in LADDER if m[2] != job.seniority]
        found = [
            replace(job, mark=m, seniority=m[2], years=years_of(m[2], draw), sibling="level")
            for m in marks[: 1 + int(draw() * 2)]
        ]
    elif at < CITY_SIBLINGS + LEVEL_SIBLINGS + REQUISITION_SIBLINGS:
        job.requisition, job.numbered = requisition(draw), True
        found = [replace(job, sibling="requisition")]
    elif at < CITY_SIBLINGS + LEVEL_SIBLINGS + REQUISITION_SIBLINGS + ROLE_SIBLINGS:
        if not _of_the_ladder(job):
            return []
        sister = SISTERS[int(draw() * len(SISTERS))]
        if sister.family == job.role.family:
            return []
        titles = sister.titles["en"]
        found = [replace(job, role=sister, title=titles[int(draw() * len(titles))], sibling="role")]
    else:
        return []
    for n, each in enumerate(found, 1):
        each.number = job.number + n
        each.requisition = requisition(draw) if job.requisition else None
        shift = int(draw() * 5)
        if year.captures(job.opened + shift, job.closed + shift):
            each.opened, each.closed = job.opened + shift, job.closed + shift
    return found
