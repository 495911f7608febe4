"""Write a made-up job market: boards, days, dirt, and the truth about every record.

The market is made family by family (a job, its near-identical siblings, all their postings), and each posting writes
itself into the pages of all days that list it. Nothing is held but the pages that are open, so a market of any size
takes the same memory, and a text is made once however many days show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tasks.errors import UsageError
from tasks.ingest.sources.sample.calendar import EPOCH, Window, Year
from tasks.ingest.sources.sample.chance import MARKET, generator
from tasks.ingest.sources.sample.companies import Company, found
from tasks.ingest.sources.sample.dirt import (
    FJORD,
    HARBOR,
    MEMBERS,
    MERIDIAN,
    NOTICES,
    SHARE,
    Kind,
    Schedule,
    damaged_csv,
    damaged_json,
)
from tasks.ingest.sources.sample.jobs import Job, opening, siblings
from tasks.ingest.sources.sample.mishaps import MISHAPS, apply
from tasks.ingest.sources.sample.pages import Feed
from tasks.ingest.sources.sample.postings import Poster, Posting, Shown, State, key_of
from tasks.ingest.sources.sample.readme import readme
from tasks.ingest.sources.sample.truth import JOBS, RECORDS, SPELLS, VERSIONS, Answers
from tasks.ingest.sources.sample.writers import fjord, harbor, meridian, notices

if TYPE_CHECKING:
    from pathlib import Path

Render = Callable[[Posting, State, int, int], Shown]
RENDER: dict[str, Render] = {
    HARBOR: harbor.render, MERIDIAN: meridian.render, FJORD: fjord.render, NOTICES: notices.render,
}  # fmt: skip
JOBS_PER_COMPANY, POSTINGS_PER_JOB, SEEN = 10, 1.35, 0.8  # SEEN: share of captures that list an average posting
PAGES_PER_CAPTURE, LEAST_PAGE, LARGEST_PAGE = 12, 25, 500


class Market:
    """One market being written."""

    def __init__(self, rows: int, seed: int, days: int, step: int, out: Path) -> None:
        """Open every file; `rows` is how many records all boards and captures have together."""
        self.rows, self.seed, self.out = rows, seed, out
        self.window = Window(days, step)
        self.year = Year(self.window)
        self.start = self.window.first_ordinal()
        self.poster = Poster(self.year)
        self.companies: dict[int, Company] = {}
        jobs = rows / (days * SEEN) / POSTINGS_PER_JOB
        self.company_count = max(30, min(25_000, int(jobs / JOBS_PER_COMPANY)))
        self.agencies = [c for c in (self.company(n) for n in range(min(400, self.company_count))) if c.agency]
        truth = out / "truth"
        truth.mkdir(parents=True)
        self.records = Answers(truth / "records.parquet", RECORDS)
        self.versions = Answers(truth / "versions.parquet", VERSIONS)
        self.spells = Answers(truth / "spells.parquet", SPELLS)
        self.jobs = Answers(truth / "jobs.parquet", JOBS)
        size = max(LEAST_PAGE, min(LARGEST_PAGE, rows // (days * PAGES_PER_CAPTURE)))
        self.feeds: dict[str, Feed] = {}
        self.dirt: dict[str, dict[str, Schedule]] = {}
        for member in MEMBERS:
            expected = rows * SHARE[member]
            self.dirt[member] = {
                scope: Schedule(member, scope, expected * part, seed)
                for scope, part in (("record", 1.0), ("posting", 0.2), ("page", 1 / size), ("change", 0.02))
            }
            self.feeds[member] = Feed(
                member, out, self.window, size, self.records, self.dirt[member]["page"], self.left
            )
        self.postings = 0

    def company(self, number: int) -> Company:
        """A company by number, made when first asked for."""
        known = self.companies.get(number)
        if known is None:
            known = self.companies[number] = found(self.seed, number)
        return known

    def left(self) -> int:
        """Records still to be written."""
        return self.rows - sum(feed.records for feed in self.feeds.values())

    def families(self) -> Iterator[tuple[list[Job], Any]]:
        """Jobs that share a text, without end, each group with its own chance."""
        family = number = 0
        while True:
            chance = generator(self.seed, MARKET, family)
            company = self.company(int(self.company_count * chance.random() ** 1.6))
            job = opening(number, company, self.year, chance)
            group = [job, *siblings(job, self.year, chance)]
            yield group, chance
            number += len(group)
            family += 1

    def fill(self) -> None:
        """Write jobs until all rows are there."""
        for group, chance in self.families():
            for job in group:
                self.job(job, self.poster.postings(job, chance, self.agencies))
                if self.left() <= 0:
                    return

    def job(self, job: Job, postings: list[Posting]) -> None:
        """All postings of a job and its row of truth."""
        written = 0
        for posting in postings:
            left = self.left()
            if left <= 0:
                break
            posting.captures = posting.captures[-left:]
            self.posting(posting)
            written += 1
        if written:
            self.jobs.add((job.number, job.group, job.company.name, job.role.family, self.start + job.opened - EPOCH,
                           job.deep_learning, job.machine_learning, written, job.sibling))  # fmt: skip

    def posting(self, posting: Posting) -> None:
        """Every record of a posting, on every day that lists it."""
        self.postings += 1
        member, dirt = posting.member, self.dirt[posting.member]
        trouble = dirt["posting"].tick()
        if trouble:
            posting.extra["trouble"] = trouble.name
        name = trouble.name if trouble else None
        states = dict(posting.states)
        shown: Shown | None = None
        version, versions = -1, []
        for capture in posting.captures:
            state, old = states.get(capture), None
            if shown is None or state is not None:
                drawn = RENDER[member](posting, state or self.state_at(posting, capture), self.seed, self.start)
                if shown is None or drawn[:2] != shown[:2]:
                    old, shown = shown, drawn
                    version += 1
                    versions.append((capture, shown))
            self.show(posting, capture, shown, old, version, name)
        self.settle(posting, versions, name)

    @staticmethod
    def state_at(posting: Posting, capture: int) -> State:
        """The state that holds at a capture."""
        return [state for start, state in posting.states if start <= capture][-1] if posting.states else State()

    def show(
        self, posting: Posting, capture: int, shown: Shown, old: Shown | None, version: int, name: str | None
    ) -> None:
        """One record in one capture, and the dirt that comes with it."""
        member, feed, dirt = posting.member, self.feeds[posting.member], self.dirt[posting.member]
        data = self.dated(posting, capture, shown)
        outcome = "new" if shown is not None and version == 0 and capture == posting.captures[0] else "unchanged"
        contested = False
        if old is not None:
            outcome = "changed"
            if self.newer(posting, capture) and dirt["change"].tick() and self.left() > 1:
                contested = True
                row = (posting.key, version - 1, "merged", None, True, "contested")
                feed.add(capture, self.dated(posting, capture, old), row)
        feed.add(capture, data, (posting.key, version, outcome, None, contested, name))
        kind = dirt["record"].tick()
        if kind and self.left() > 0:
            if kind.name == "twice":
                feed.add(capture, data, (posting.key, version, "merged", None, contested, kind.name))
            else:
                self.ghost(kind, member, capture, data, posting)

    def newer(self, posting: Posting, capture: int) -> bool:
        """Whether the edit of this capture moved the posting's date, so that anybody can tell old from new."""
        return self.state_at(posting, capture).renewed == capture * self.window.step and posting.job.language != "de"

    def ghost(self, kind: Kind, member: str, capture: int, data: bytes, posting: Posting) -> None:
        """A record more that cannot be used: another posting's, damaged, under a key that never comes back."""
        draw = self.dirt[member]["record"].draw
        self.poster.count += 1
        key = key_of(member, self.poster.count, draw)
        feed = self.feeds[member]
        if kind.name == "no_offer":
            day = self.window.date(capture).toordinal()
            damaged = notices.no_offer(self.poster.count, day, key, posting.job.company, draw)
        else:
            damaged = data.replace(posting.key.encode(), key.encode(), 1)
            if member == MERIDIAN:
                damaged = damaged_csv(kind.name, damaged, draw, feed.columns(capture))
            else:
                damaged = damaged_json(kind.name, damaged, draw)
        readable = kind.name in ("no_offer", "future", "date")
        feed.add(capture, damaged, (key if readable else None, None, kind.outcome, kind.reason, False, kind.name))

    def dated(self, posting: Posting, capture: int, shown: Shown) -> bytes:
        """The record as it stands on one day."""
        if shown.moving is None:
            return shown.head
        if shown.moving == "views":
            return shown.head + str(17 + posting.number % 900 + capture * 7).encode() + shown.tail
        day = self.window.date(capture)
        age = meridian.age(day.toordinal() - self.start - posting.opened)
        more = ",no" if capture >= self.feeds[MERIDIAN].wide_from else ""
        return shown.head + f"{day.isoformat()},{age}{more}".encode()

    def settle(self, posting: Posting, versions: list[tuple[int, Shown]], name: str | None) -> None:
        """The truth about a posting: its versions and its spells."""
        member, key, job = posting.member, posting.key, posting.job
        for n, (capture, shown) in enumerate(versions):
            day = self.window.date(capture).toordinal() - EPOCH
            newest = n == len(versions) - 1
            self.versions.add((member, key, n, day, newest, job.number, *shown.truth, name))
        if member == NOTICES:
            return
        runs: list[list[int]] = []
        for capture in posting.captures:
            if runs and runs[-1][1] == capture - 1:
                runs[-1][1] = capture
            else:
                runs.append([capture, capture])
        for n, (first, last) in enumerate(runs):
            closed = self.window.date(last + 1).toordinal() - EPOCH if last + 1 < self.window.days else None
            days = [self.window.date(c).toordinal() - EPOCH for c in (first, last)]
            self.spells.add((member, key, n, *days, closed))

    def close(self) -> None:
        """Write what is open and finish every file."""
        for feed in self.feeds.values():
            feed.close()
        for answers in (self.records, self.versions, self.spells, self.jobs):
            answers.close()


def generate(
    rows: int, seed: int, days: int, out: Path, *, step: int = 1, mishaps: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Write a market of `rows` records in `days` captures, `step` days apart, to the folder `out`; returns a summary.

    The same arguments give the same bytes. `mishaps` are breaches of contract for tests (mishaps.MISHAPS).
    Raises UsageError `sample_arguments`, `not_empty` where the folder holds something already.
    """
    if rows < 1 or not 1 <= days <= 3650 or not 1 <= step <= 31 or seed < 0:
        raise UsageError("sample_arguments", f"rows={rows} seed={seed} days={days} step={step}",
                         next_step="rows >= 1, days 1 to 3650, step 1 to 31, seed >= 0")  # fmt: skip
    if out.exists() and any(out.iterdir()):
        raise UsageError("not_empty", f"{out.name} holds files already", next_step="Name a new or an empty folder")
    unknown = [name for name in mishaps if name not in MISHAPS]
    if unknown:
        raise UsageError("sample_arguments", f"no mishap is called {unknown[0]!r}", next_step=", ".join(MISHAPS))
    market = Market(rows, seed, days, step, out)
    market.fill()
    market.close()
    for name in mishaps:
        apply(name, out)
    summary = market_summary(market)
    (out / "README.md").write_text(readme(summary, seed, mishaps), encoding="utf-8")
    return summary


def market_summary(market: Market) -> dict[str, Any]:
    """What was written, for people and for tests."""
    return {
        "rows": sum(feed.records for feed in market.feeds.values()),
        "postings": market.postings,
        "jobs": market.jobs.count,
        "versions": market.versions.count,
        "companies": len(market.companies),
        "bytes": sum(feed.bytes for feed in market.feeds.values()),
        "first_day": market.window.date(0).isoformat(),
        "last_day": market.window.date(market.window.days - 1).isoformat(),
        "members": {name: feed.records for name, feed in market.feeds.items()},
    }
