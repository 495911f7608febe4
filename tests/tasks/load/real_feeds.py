"""What the warehouse must say of a folder of daily files, worked out from the files alone, one day after the other.

    python tests/tasks/load/real_feeds.py PACK_DIR --source simplify

Nothing of Winnow is imported here: the files are read with json, and the meaning of a sighting, a version and a spell is
what warehouse/curated/*.yml says in words. Loading derives the same by set work in SQL over all sightings at once; here
every day changes what was known the day before. Two so different ways rarely share a mistake.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
USUAL_DAYS, ENOUGH = 7, 0.5  # a day that shows under half of the median of the seven before it proves no absence

Raw = dict[str, Any]
Place = tuple[date, int]  # a record: its day and its zero-based place in that day's file


class Feed(NamedTuple):
    """How one feed is read: where its list is, what a record says (in the order of the digest), and how it is dated."""

    inside: str | None
    says: Callable[[Raw], dict[str, Any]]
    dated: Callable[[Raw], Any]  # decides between two records of one id in one day
    posted: Callable[[str], date]


class Record(NamedTuple):
    """One record of one day as history sees it."""

    key: str
    place: int
    content: str
    recency: str
    closed: bool
    posted: date | None


class Sighting(NamedTuple):
    """A row of curated.sightings, under (day, place)."""

    key: str
    outcome: str
    closed: bool
    content: str
    recency: str


class Version(NamedTuple):
    """A row of curated.versions, under (key, day it began)."""

    until: date | None
    content: str
    record: Place
    posted: date | None


class Spell(NamedTuple):
    """A row of curated.spells, under (key, number)."""

    opened: date
    last_seen: date
    closed: date | None
    reopened_from: int | None


class Posting(NamedTuple):
    """What curated.postings says of a posting's time, under its key."""

    first_seen: date
    last_seen: date
    closed_on: date | None
    content: str
    record: Place
    posted: date | None


@dataclass
class History:
    """Everything that must be found."""

    sightings: dict[Place, Sighting] = field(default_factory=dict)
    versions: dict[tuple[str, date], Version] = field(default_factory=dict)
    spells: dict[tuple[str, int], Spell] = field(default_factory=dict)
    postings: dict[str, Posting] = field(default_factory=dict)
    days: dict[date, dict[str, int]] = field(default_factory=dict)
    unproven: list[date] = field(default_factory=list)  # days too small to close what they do not show

    def reposts(self) -> dict[str, int]:
        """Times each posting was advertised again after the first."""
        return {key: number - 1 for key, number in numbers(self.spells).items()}


def numbers(spells: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The number of spells of each posting."""
    return dict(Counter(key for key, _ in spells))


def text(value: Any) -> str | None:
    """A value as it is kept: nothing for nothing, flags as words, the rest as written."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def texts(value: Any) -> list[str] | None:
    """A list of texts; a single text is a list of one."""
    found = [each for each in map(text, value if isinstance(value, list) else [value]) if each is not None]
    return found or None


def simplify(raw: Raw) -> dict[str, Any]:
    """What a SimplifyJobs listing says; `date_updated` and `is_visible` change by themselves."""
    return {
        "title": text(raw.get("title")), "company": text(raw.get("company_name")), "locations": texts(raw.get("locations")),
        "url": text(raw.get("url")), "posted_on": text(raw.get("date_posted")), "closed": text(not raw["active"]),
    }  # fmt: skip


def ambicuity(raw: Raw) -> dict[str, Any]:
    """What a posting of the Ambicuity feed says; `posted_at` drifts and is no part of it."""
    pay = raw.get("comp") or {}
    return {
        "title": text(raw.get("title")), "company": text(raw.get("company")), "locations": texts(raw.get("location")),
        "description": text(raw.get("description")), "url": text(raw.get("url")), "salary_min": text(pay.get("min")),
        "salary_max": text(pay.get("max")), "salary_currency": text(pay.get("currency")),
        "salary_period": text(pay.get("interval")) or text(pay.get("period")),
        "category": text((raw.get("category") or {}).get("name")), "closed": text(raw.get("is_closed")),
    }  # fmt: skip


FEEDS = {
    "simplify": Feed(
        None, simplify, lambda raw: raw.get("date_posted"), lambda seconds: datetime.fromtimestamp(int(seconds), UTC).date()
    ),
    "ambicuity": Feed("jobs", ambicuity, lambda raw: raw.get("posted_at"), lambda moment: date.fromisoformat(moment[:10])),
}  # fmt: skip


def digest(says: dict[str, Any]) -> str:
    """The content's id, as curated.versions describes it: 16 digits of BLAKE2b over the values, each behind its name."""
    parts = []
    for name, value in says.items():
        if value is not None:
            parts.append(f"\0{name}\0" + ("\0\0".join(value) if isinstance(value, list) else value))
    return hashlib.blake2b("".join(parts).encode(), digest_size=8).hexdigest()


def read_day(path: Path, feed: Feed) -> list[Record]:
    """The records of one daily file, in its order. Fractions stay as they are written."""
    whole = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    found = []
    for place, raw in enumerate(whole[feed.inside] if feed.inside else whole):
        says = feed.says(raw)
        recency = text(feed.dated(raw)) or ""
        key = unicodedata.normalize("NFC", raw["id"]).strip()
        posted = feed.posted(recency) if recency else None
        found.append(Record(key, place, digest(says), recency[:40], says["closed"] == "true", posted))
    return found


def day_files(folder: Path) -> dict[date, Path]:
    """The daily files of a pack, oldest first."""
    found = {path: DAY.search(path.name) for path in sorted(folder.glob("*.json"))}
    return {date.fromisoformat(day[0]): path for path, day in found.items() if day}


def history(folder: Path, source: str, set_aside: Iterable[Place] = ()) -> History:
    """The history of all daily files in a folder. Records in `set_aside` are no sightings: a rule refused them."""
    feed, refused = FEEDS[source], set(set_aside)
    told, sizes = History(), list[int]()
    for day, path in day_files(folder).items():
        shown: dict[str, list[Record]] = defaultdict(list)
        for record in read_day(path, feed):
            if (day, record.place) not in refused:
                shown[record.key].append(record)
        told.days[day] = dict(Counter(see(told, day, records) for records in shown.values()))
        told.days[day]["merged"] = sum(len(records) - 1 for records in shown.values())
        live(told, day, shown)
        if not shown:
            continue
        if not sizes or len(shown) >= ENOUGH * median(sizes[-USUAL_DAYS:]):
            close_absent(told, day, shown)
        else:
            told.unproven.append(day)
        sizes.append(len(shown))
    finish(told)
    return told


def see(told: History, day: date, records: list[Record]) -> str:
    """One posting in one day: its sightings, and its version where it says something else than before."""
    speaking = max(records, key=lambda each: (each.recency, each.content, -each.place))
    key, held = speaking.key, told.postings.get(speaking.key)
    outcome = "new" if held is None else "unchanged" if held.content == speaking.content else "changed"
    for each in records:
        what = outcome if each is speaking else "merged"
        told.sightings[day, each.place] = Sighting(key, what, each.closed, each.content, each.recency)
    if outcome == "unchanged" and held is not None:
        told.postings[key] = held._replace(last_seen=day)
        return outcome
    record = (day, speaking.place)
    if held is not None:
        began = held.record[0]
        told.versions[key, began] = told.versions[key, began]._replace(until=day)
    told.versions[key, day] = Version(None, speaking.content, record, speaking.posted)
    told.postings[key] = Posting(held.first_seen if held else day, day, None, speaking.content, record, speaking.posted)
    return outcome


def live(told: History, day: date, shown: dict[str, list[Record]]) -> None:
    """Spells of what a day shows. A posting is open where any of its records does not call it closed."""
    for key, records in shown.items():
        number = len_spells(told, key)
        last = told.spells.get((key, number))
        if not all(each.closed for each in records):
            if last is None or last.closed is not None:
                told.spells[key, number + 1] = Spell(day, day, None, number or None)
            else:
                told.spells[key, number] = last._replace(last_seen=day)
        elif last is None:  # first met as closed: a spell that was over when it was found
            told.spells[key, 1] = Spell(day, day, day, None)
        elif last.closed is None:
            told.spells[key, number] = last._replace(closed=day)


def len_spells(told: History, key: str) -> int:
    """How many spells a posting has so far."""
    number = 0
    while (key, number + 1) in told.spells:
        number += 1
    return number


def close_absent(told: History, day: date, shown: dict[str, list[Record]]) -> None:
    """A full day closes every open posting that it does not show."""
    for at, spell in list(told.spells.items()):
        if spell.closed is None and at[0] not in shown:
            told.spells[at] = spell._replace(closed=day)


def finish(told: History) -> None:
    """The day on which each posting was found gone, where its last spell is over."""
    for key, posting in told.postings.items():
        last = told.spells[key, len_spells(told, key)]
        told.postings[key] = posting._replace(closed_on=last.closed)


def main() -> None:
    """Print what must be found, in figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--source", choices=sorted(FEEDS), required=True)
    given = parser.parse_args()
    told = history(given.folder, given.source)
    for name in ("days", "sightings", "versions", "spells", "postings"):
        print(f"{name:12}{len(getattr(told, name)):9,}")
    print(f"{'reopened':12}{sum(told.reposts().values()):9,}")
    print(f"{'unproven':12}{len(told.unproven):9,}  {', '.join(map(str, told.unproven))}")


if __name__ == "__main__":
    sys.exit(main())
