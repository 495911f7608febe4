"""Postings: how a job appears on boards over the days - listed, edited, taken down, back again, posted anew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, NamedTuple

from tasks.ingest.sources.sample.body import Body, body_of, shortened, updated
from tasks.ingest.sources.sample.calendar import EPOCH, Year
from tasks.ingest.sources.sample.chance import Weighted
from tasks.ingest.sources.sample.changes import CHANGES, PLAIN, Copy, copy_of, edited, reordered
from tasks.ingest.sources.sample.grammar import DL, EMPLOYMENT, ML, PAY, TECHNICAL, WORKPLACE, Draw
from tasks.ingest.sources.sample.jobs import Job, titled
from tasks.ingest.sources.sample.pay import Pay, raised
from tasks.ingest.sources.sample.technologies import names

# where a job is posted, by the country of the work
HOME = {
    "US": Weighted([("sample_harbor", 48), ("sample_meridian", 36), ("sample_notices", 16)]),
    "EU": Weighted([("sample_fjord", 76), ("sample_harbor", 12), ("sample_notices", 12)]),
    "": Weighted([("sample_harbor", 84), ("sample_notices", 16)]),
}
EUROPE = frozenset(["GB", "IE", "DE", "FR", "SE", "NL", "DK"])
CROSS_POSTED, CROSS_POSTED_TWICE = 0.22, 0.03
REPOSTED, REOPENED = 0.35, 0.02
NOTICE_TWICE = 0.3  # a thread is read in part: a notice is in one capture, sometimes in the next as well
EDITED = 0.02  # a capture and posting
EDITS = Weighted([("text", 55), ("pay", 25), ("title", 20)])
RENEWED = 0.4  # of edits: the board dates the posting anew
SUFFIX_DROPPED, BY_AGENCY = 0.5, 0.06


class State(NamedTuple):
    """What edits have made of a posting so far: raises of pay, new decorations of the title, additions to the text.

    `renewed` is the day to which the board moved the posting's date with an edit, relative to the first capture.
    """

    raises: int = 0
    titles: int = 0
    texts: int = 0
    renewed: int | None = None


@dataclass(slots=True)
class Posting:
    """A job on one board under one key. `captures` are those that list it; `states` start at a capture each."""

    number: int
    member: str
    key: str
    job: Job
    opened: int
    captures: list[int]
    states: list[tuple[int, State]]
    seed: int
    copy: bool  # not the employer's first ad of the job
    alone: bool  # the only posting of its job
    extra: dict[str, Any] = field(default_factory=dict)


class Shown(NamedTuple):
    """A record as a board writes it: `head` + the day's own part + `tail`, and what is true of it (see `truth_of`)."""

    head: bytes
    tail: bytes
    moving: str | None  # "age" and "views" change from day to day and say nothing
    truth: tuple[Any, ...]


def boards_of(job: Job) -> Weighted[str]:
    """The boards on which a job may appear."""
    country = job.places[0].country
    return HOME["EU" if country in EUROPE else "US" if country == "US" else ""]


def _board(job: Job, draw: Draw) -> str:
    member = boards_of(job).pick(draw())
    if member == "sample_notices" and (job.role.family not in TECHNICAL or job.language != "en"):
        member = "sample_harbor"
    return member


def _states(captures: list[int], step: int, draw: Draw) -> list[tuple[int, State]]:
    """The edits of a posting over the captures that list it."""
    state = State()
    states = [(captures[0], state)]
    for capture in captures[1:]:
        if draw() < EDITED:
            kind = EDITS.pick(draw())
            state = state._replace(
                raises=state.raises + (kind == "pay"),
                titles=state.titles + (kind == "title"),
                texts=state.texts + (kind == "text"),
                renewed=capture * step if draw() < RENEWED else state.renewed,
            )
            states.append((capture, state))
    return states


class Poster:
    """Turns jobs into postings; numbers them, so that keys never repeat."""

    def __init__(self, year: Year) -> None:
        """Start counting."""
        self.year, self.step = year, year.window.step
        self.count = self.turns = 0

    def postings(self, job: Job, chance: Random, agencies: list[Any]) -> list[Posting]:
        """All postings of a job: the first one, copies on other boards, and reposts under a new key."""
        draw = chance.random
        members = [_board(job, draw)]
        at = draw()
        for limit in (CROSS_POSTED, CROSS_POSTED_TWICE):
            other = _board(job, draw)
            if at < limit and other not in members:
                members.append(other)
        made: list[Posting] = []
        for n, member in enumerate(members):
            opened, closed = job.opened, job.closed
            if n:
                opened, closed = opened + int(draw() * 5), closed + int(draw() * 7) - 3
            made += self._runs(job, member, opened, closed, chance, copy=n > 0)
            if n and made and agencies and draw() < BY_AGENCY:
                made[-1].extra["agency"] = agencies[int(draw() * len(agencies))]
        for posting in made:
            posting.alone = len(made) == 1
        return made

    def _runs(self, job: Job, member: str, opened: int, closed: int, chance: Random, copy: bool) -> list[Posting]:
        """A posting and its reposts: the same ad under a new key after the old one is gone."""
        draw = chance.random
        made: list[Posting] = []
        partial = member == "sample_notices"
        while True:
            captures = list(self.year.captures(opened, closed))
            if partial:
                captures = self._thread(captures, opened, draw)
            if len(captures) > 3 and not partial and draw() < REOPENED * len(captures):
                gap = 1 + int(draw() * (len(captures) - 2))
                del captures[gap : gap + 1 + int(draw() * 2)]
            if captures:
                self.count += 1
                key = key_of(member, self.count, draw)
                made.append(
                    Posting(self.count, member, key, job, opened, captures, _states(captures, self.step, draw),
                            chance.getrandbits(48), copy or bool(made), False)
                )  # fmt: skip
            again = closed + int(draw() * 3)
            if draw() >= REPOSTED or again >= self.year.span or closed <= 0:
                return made
            opened, closed = again, again + 1 + int(draw() * 40)

    def _thread(self, captures: list[int], opened: int, draw: Draw) -> list[int]:
        """The captures that hold a notice: the first after it was written, perhaps the next too.

        Older ones are spread evenly over the captures, since a thread grows by about as much every day.
        """
        if opened < 0:
            self.turns += 1
            turn = self.turns % self.year.window.days
            captures = captures[captures.index(turn) if turn in captures else -1 :]
        return captures[: 2 if draw() < NOTICE_TWICE else 1]


def key_of(member: str, number: int, draw: Draw) -> str:
    """The board's own id: some with leading zeros, some beyond 2^53 where a float would merge two neighbours."""
    if member == "sample_harbor":
        return str(9_007_199_254_740_992 + number) if draw() < 0.02 else str(40_000_000 + number)
    if member == "sample_meridian":
        return f"{number * 13 % 1_000_000_000:09d}"
    if member == "sample_fjord":
        return f"FJ-2020-{number:07d}"
    return str(24_000_000 + number)


def how_of(posting: Posting) -> Copy:
    """How this posting differs from the employer's first ad. A number that alone tells jobs apart is never lost."""
    if not posting.copy:
        return PLAIN
    how = copy_of(posting.seed)
    return how._replace(limit=None, requisition=None) if posting.job.numbered else how


def text_of(
    posting: Posting, state: State, seed: int, job: Job, how: Copy, limit: int | None = None
) -> tuple[Body, set[str]]:
    """The text as this posting shows it after its edits, and the changes in it; `limit` cuts it, as `how` may."""
    if job is not posting.job:
        body = body_of(job, seed)
    else:
        body = job.text = job.text or body_of(job, seed)
    made = set()
    if how.edited:
        body = edited(body, job.language, how.edited)
        made.add("edited")
    if how.order:
        body = reordered(body, how.order)
        made.add("reordered")
    limit = how.limit if limit is None else limit
    if limit is not None:
        whole, body = body, shortened(body, limit)
        if body is not whole:
            made.add("cut")
    for n in range(state.texts):
        body = updated(body, job, Random(posting.seed + 2 + n).random)
        made.add("edited")
    return body, made


def job_now(posting: Posting, state: State) -> Job:
    """The job as this posting offers it: its pay as raised, and the agency in the employer's place where one posts."""
    job, agency = posting.job, posting.extra.get("agency")
    pay = job.pay
    for _ in range(state.raises):
        pay = raised(pay) if pay else None
    if pay is job.pay and agency is None:
        return job
    return replace(job, pay=pay, company=agency or job.company)


def posted_day(posting: Posting, state: State) -> int:
    """The day on which the board says the posting was put up, relative to the first capture."""
    return posting.opened if state.renewed is None else state.renewed


def title_of(posting: Posting, draw: Draw) -> str:
    """The clean title of this posting."""
    job = posting.job
    dropped = posting.copy and job.suffix and draw() < SUFFIX_DROPPED
    return titled(job.title.text, job.mark, "" if dropped else job.suffix)


def truth_of(
    job: Job,
    body: Body,
    *,
    titles: tuple[str, ...],
    bits: int = 0,
    shows: int = 0,
    pays: tuple[Pay, ...] = (),
    places: int = 9,
    posted_on: int | None = None,
    requisition: str | None = None,
    seniority: bool = True,
    company: str | None = None,
    changes: set[str],
) -> tuple[Any, ...]:
    """The fields of truth.VERSIONS from `job_group` on.

    `bits` are technologies outside the text, `shows` flags that the board's own fields state, `pays` what those say
    (a text that states the pay wins), `places` how many of the job's places the board lists.
    """
    says = body.says | shows
    if body.says & PAY and job.pay:
        pays = (job.pay,)
    made = changes | {"pay"} if job.pay and pays != (job.pay,) else changes
    made = made | {"requisition"} if job.requisition and requisition != job.requisition else made
    learned = job.role.family in ("ml_engineer", "ai_researcher") or bool(says & ML)
    return (
        job.group,
        job.language,
        company or job.company.name,
        job.company.agency,
        titles,
        job.seniority if seniority else None,
        job.role.family,
        (job.employment,) if job.employment and (says & EMPLOYMENT or job.seniority == "intern") else (),
        (job.workplace,) if says & WORKPLACE and job.workplace else (),
        [{"city": p.city, "region": p.region, "country": p.country} for p in job.places[:places]],
        [p._asdict() for p in pays],
        names(body.technologies | job.title.bits | bits),
        bool(says & DL),
        learned,
        None if posted_on is None else posted_on - EPOCH,
        requisition,
        body.personal,
        [name for name in CHANGES if name in made],
    )
