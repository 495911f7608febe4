"""Measures on a folder of monthly threads how many reposts are found as one job, by another reading than matching's own.

    python -m flows.bench_reposts ITEMS_DIR WAREHOUSE [--show 10] [--seed 1]

ITEMS_DIR holds the threads as the hn source reads them, WAREHOUSE the published file of a run over them. The estimate shares
nothing with matching: it never looks at employer, title, place or shingles, but at the account that posted (which no rule
reads) and at the words of both notices in their order (difflib). Two notices of one account in two threads are a repost
where at least nine tenths of their words are common (`near`), or eight (`like`), and most of their first lines is, too: an
account may post two roles in turn, and then it is the first line that differs. Two notices of one account in one thread
whose first lines share less than half, and whose words are less alike than a repost's, are two roles (some are one notice
written anew): how many of those are one job is the other side of the estimate.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import click
import duckdb

TAG, WORD = re.compile(r"<[^>]+>"), re.compile(r"[^\W_]+")
SHORTEST = 15  # words; less is a remark
BANDS = {"near": 0.9, "like": 0.8}
FIRST_LINE = 0.6  # of the words of the first line, for a repost
OTHER_LINE = 0.5  # below it: another role


class Notice(NamedTuple):
    """A top-level comment: its thread, its own id, its words and those of its first line."""

    thread: str
    key: str
    words: list[str]
    first: list[str]


class Pair(NamedTuple):
    """Two notices of one account and which estimate they belong to: near, like or roles."""

    kind: str
    one: Notice
    other: Notice


class Rate(NamedTuple):
    """How many of `all` pairs are one job."""

    found: int
    all: int

    def line(self, name: str) -> str:
        """The rate with its 95% Wilson interval."""
        low, high = wilson(self.found, self.all)
        share = self.found / self.all if self.all else 0.0
        return f"{name:34}{self.found:8,} of {self.all:8,}  {share:.4f}  [{low:.4f}, {high:.4f}]"


def wilson(found: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson score interval of a share."""
    if not total:
        return 0.0, 1.0
    share, spread = found / total, z * z / total
    middle = share + spread / 2
    width = z * ((share * (1 - share) + spread / 4) / total) ** 0.5
    return max((middle - width) / (1 + spread), 0.0), min((middle + width) / (1 + spread), 1.0)


def words_of(text: str) -> list[str]:
    """The words of escaped HTML, lower case, in order."""
    return WORD.findall(html.unescape(TAG.sub(" ", text)).lower())


def notices(folder: Path) -> dict[str, list[Notice]]:
    """The top-level comments of all threads by account, in the order of the threads."""
    found: dict[str, list[Notice]] = defaultdict(list)
    for path in sorted(folder.glob("*.json*")):
        raw = path.read_bytes()
        thread: dict[str, Any] = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        for comment in thread["children"]:
            words = words_of(comment.get("text") or "")
            if comment.get("author") and len(words) >= SHORTEST:
                first = words_of(re.split(r"<p>|\n", comment["text"].lstrip(), maxsplit=1)[0])
                found[comment["author"]].append(Notice(str(thread["id"]), str(comment["id"]), words, first))
    return found


def likeness(one: list[str], other: list[str], least: float) -> float:
    """The share of words that both hold in one order; 0 where words alone say that it is less than `least`."""
    if one == other:
        return 1.0
    both = sum((Counter(one) & Counter(other)).values())
    if 2 * both < least * (len(one) + len(other)):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def pairs(folder: Path) -> Iterator[Pair]:
    """All pairs that the estimate speaks about."""
    for posted in notices(folder).values():
        for one, other in combinations(posted, 2):
            if one.thread == other.thread:
                least = min(BANDS.values())
                if (
                    likeness(one.first, other.first, OTHER_LINE) < OTHER_LINE
                    and likeness(one.words, other.words, least) < least
                ):
                    yield Pair("roles", one, other)
                continue
            alike = likeness(one.words, other.words, min(BANDS.values()))
            kind = next((name for name, least in BANDS.items() if alike >= least), "")
            if kind and likeness(one.first, other.first, FIRST_LINE) >= FIRST_LINE:
                yield Pair(kind, one, other)


def next_ones(found: list[Pair]) -> list[Pair]:
    """Of each notice only the pair with the next one: a repost each, however long its series."""
    first: dict[str, Pair] = {}
    for pair in found:
        first.setdefault(pair.one.key, pair)
    return list(first.values())


def jobs(warehouse: Path) -> dict[str, str]:
    """The job of each comment that was published as a posting."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return dict(con.execute("SELECT source_key, job_id FROM curated.postings").fetchall())


def rate(found: list[Pair], job: dict[str, str]) -> Rate:
    """How many of the pairs are one job."""
    return Rate(sum(job[pair.one.key] == job[pair.other.key] for pair in found), len(found))


@click.command(help=(__doc__ or "").split("\n")[0])
@click.argument("items", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("warehouse", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--show", default=0, show_default=True, help="Pairs of each estimate that went wrong to show.")
@click.option("--seed", default=1, show_default=True, help="Which of them.")
def main(items: Path, warehouse: Path, show: int, seed: int) -> None:
    """Compare and print."""
    job = jobs(warehouse)
    known = [pair for pair in pairs(items) if pair.one.key in job and pair.other.key in job]
    by_kind = {kind: [pair for pair in known if pair.kind == kind] for kind in (*BANDS, "roles")}
    for name, least in BANDS.items():
        click.echo(rate(by_kind[name], job).line(f"reposts {name} ({least:.0%} of words)"))
    reposts = [pair for pair in known if pair.kind in BANDS]
    click.echo(rate(next_ones(reposts), job).line("a notice and its next repost"))
    click.echo(rate(by_kind["roles"], job).line("two roles of one month, merged"))
    for kind, found in by_kind.items():
        wrong = [p for p in found if (job[p.one.key] == job[p.other.key]) == (kind == "roles")]
        for pair in random.Random(seed).sample(wrong, min(show, len(wrong))):
            click.echo(f"\n{kind}: {pair.one.key} {pair.other.key}")
            click.echo("\n".join("  " + " ".join(each.words[:40]) for each in (pair.one, pair.other)))


if __name__ == "__main__":
    main()
