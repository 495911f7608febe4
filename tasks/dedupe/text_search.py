"""Candidates by their texts: fingerprints that share sampled shingles, in one place or in any.

Three searches over the same entries (shingle, position): under the shingle and the city with the level; under the shingle
alone where a fingerprint names no city; and, for one shingle in sixteen, under the shingle alone for the audit. A key that too many share says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from tasks.dedupe.overlap import (
    HALF,
    LOW,
    Entries,
    Flags,
    Index,
    Runs,
    Shared,
    Spool,
    members,
    packed,
    pair_up,
    runs,
    shared,
)
from tasks.dedupe.text_lookup import Asked, Batch, Lookup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from tasks.dedupe.report import MatchReport

# Measured on jobs_bench: more than 32 texts under a key are boilerplate, and three shared keys find .998 of the pairs.
MOST_TEXTS = 32
LEAST_SHARED = 3
LONG = 32  # sampled shingles from which a text is long: every other one of them is enough, at half the cost
SCANT = 12  # below so many, chance may leave a text without its three: two will do
SCANT_SHARED = 2
CITIES = 5  # a posting in more places than this meets others like one without a city
SAMPLE = 16  # one shingle in so many looks for the same ad in other places: for the audit, not for merging
SEARCHES = ("text_and_city", "text_without_city", "text_elsewhere")

ROWS_AT_ONCE = 20_000
# A fingerprint with a text: the places under which it is searched, none where it roams.
PLACED = f"len(cities) BETWEEN 1 AND {CITIES} AND NOT contains(level, '/') AND level <> ''"
PLACES = f"CASE WHEN {PLACED} THEN list_transform(cities, lambda c: hash(c, level)) ELSE [] END"
EVERY = "SELECT print, size, places, searched FROM curated.fingerprints WHERE size > 0"
NEW = "SELECT print, size, places, searched FROM curated.fingerprints SEMI JOIN match_new USING (print) WHERE size > 0"
NOWHERE, SEVERAL = -1, -2


class Texts(NamedTuple):
    """Fingerprints with a text, by position: in the order in which they were read."""

    prints: Entries
    is_new: Flags
    scant: Flags


class Places(NamedTuple):
    """Where fingerprints are, by position: the number of the place, NOWHERE, or SEVERAL: then `named` holds (position, place)."""

    place: Index
    named: tuple[Index, Index]
    known: int


class Keys(NamedTuple):
    """What one search found: stretches of one key in the order of `position`, and how many keys too many share."""

    search: str
    runs: Runs
    position: Index
    over: int


def search(con: duckdb.DuckDBPyConnection, work_dir: Path, report: MatchReport, *, few: bool) -> None:
    """Add to match_pairs(a, b, shared) the pairs that the three searches find; `few`: most fingerprints are not new."""
    texts, found = _of_few(con) if few else _of_all(con, work_dir)
    pairs = {name: Spool(len(texts.prints), work_dir, name) for name in SEARCHES}
    report.overflow |= dict.fromkeys(SEARCHES, 0)
    for keys in found:
        report.overflow[keys.search] += keys.over
        at, after = members(keys.runs, keys.runs.size > 1)
        pair_up(keys.position[at], after, texts.is_new, pairs[keys.search])
    for name in SEARCHES:
        least, times = (SCANT_SHARED, SAMPLE) if name == "text_elsewhere" else (LEAST_SHARED, 1)
        _put(con, texts.prints, times, list(shared(pairs[name], least, texts.scant, SCANT_SHARED)))


def _batches(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[pa.RecordBatch, Batch]]:
    """What a query returns, some rows at a time."""
    base = 0
    for rows in con.sql(query).to_arrow_reader(ROWS_AT_ONCE):
        if not rows.num_rows:
            continue
        size, lists = rows.column("size").to_numpy(), [rows.column(name) for name in ("searched", "places")]
        (held, shingles), listed = ((each.value_lengths().to_numpy(), each.flatten().to_numpy()) for each in lists)
        yield rows, Batch(base, size, held, shingles, *listed)
        base += len(size)


def _texts(con: duckdb.DuckDBPyConnection, parts: list[tuple[Entries, Flags]]) -> Texts:
    """Fingerprints from their prints and whether they are scant."""
    prints, scant = (
        np.concatenate(each) for each in zip((np.empty(0, np.uint64), np.empty(0, np.bool_)), *parts, strict=True)
    )
    new = Asked(con.sql("SELECT print FROM match_new").to_arrow_table().column("print").to_numpy(), 1)
    sifted = new.sift((prints >> HALF).astype(np.uint32))
    is_new = np.zeros(len(prints), np.bool_)
    is_new[sifted[new.find(prints[sifted])[0]]] = True
    return Texts(prints, is_new, scant)


def _facts(rows: pa.RecordBatch, batch: Batch) -> tuple[Entries, Flags]:
    return rows.column("print").to_numpy(), batch.size < SCANT


def _of_few(con: duckdb.DuckDBPyConnection) -> tuple[Texts, list[Keys]]:
    """What new fingerprints have in common with others."""
    lookup = Lookup([batch for _, batch in _batches(con, NEW)], MOST_TEXTS)
    parts = []
    for rows, batch in _batches(con, EVERY):
        parts.append(_facts(rows, batch))
        lookup.take(batch)
    everyone = np.ones(len(lookup.placed.values), np.bool_)
    audited = lookup.bare.values % SAMPLE == 0
    found = []
    for name, asked, some in (
        ("text_and_city", lookup.placed, everyone),
        ("text_without_city", lookup.bare, lookup.roaming),
        ("text_elsewhere", lookup.bare, audited),
    ):
        entries, stretches = asked.runs(some)
        over = int(np.count_nonzero(asked.counts[some] > MOST_TEXTS))
        found.append(Keys(name, stretches, (entries & LOW).astype(np.int64), over))
    return _texts(con, parts), found


def _of_all(con: duckdb.DuckDBPyConnection, work_dir: Path) -> tuple[Texts, Iterator[Keys]]:
    """What all fingerprints have in common."""
    entries = Spool(1 << 32, work_dir, "entries")
    parts, counts, places = [], [], []
    for rows, batch in _batches(con, EVERY):
        position = np.repeat(np.arange(batch.base, batch.base + len(batch.held)), batch.held)
        entries.add(packed(batch.shingles, position))
        parts.append(_facts(rows, batch))
        counts.append(batch.placed)
        places.append(batch.places)
    texts, where = _texts(con, parts), _places(counts, places)
    return texts, (keys for part in entries.parts() if len(part) for keys in _keyed(part, texts, where))


def _places(counts: list[Index], places: list[Entries]) -> Places:
    """Places by position, numbered; from how many places each fingerprint has, and all of them one after another."""
    count = np.concatenate(counts or [np.empty(0, np.int64)])
    known, number = np.unique(np.concatenate(places or [np.empty(0, np.uint64)]), return_inverse=True)
    position = np.repeat(np.arange(len(count)), count)
    place = np.where(count > 1, SEVERAL, NOWHERE)
    alone = count[position] == 1
    place[position[alone]] = number[alone]
    return Places(place, (position[~alone], number[~alone]), len(known))


def _keyed(part: Entries, texts: Texts, where: Places) -> Iterator[Keys]:
    """The keys of a sorted part of all entries that two fingerprints and more share, of which one is new."""
    shingle, position = part >> HALF, (part & LOW).astype(np.int64)
    found = runs(shingle)
    asked = (found.size > 1) & np.logical_or.reduceat(texts.is_new[position], found.start)
    roaming = np.logical_or.reduceat(where.place[position] == NOWHERE, found.start)
    audited = shingle[found.start] % np.uint64(SAMPLE) == 0
    yield _only("text_without_city", found, asked & roaming, position)
    yield _only("text_elsewhere", found, asked & audited, position)
    at, _ = members(found, asked)
    number = np.repeat(np.arange(np.count_nonzero(asked)), found.size[asked])
    placed, position = _placed(number, position[at], where, len(texts.prints))
    if len(placed):
        found = runs(placed)
        asked = (found.size > 1) & np.logical_or.reduceat(texts.is_new[position], found.start)
        yield _only("text_and_city", found, asked, position)


def _only(name: str, found: Runs, some: Flags, position: Index) -> Keys:
    few = some & (found.size <= MOST_TEXTS)
    return Keys(name, Runs(found.start[few], found.size[few]), position, int(np.count_nonzero(some & ~few)))


def _placed(number: Index, position: Index, where: Places, positions: int) -> tuple[Entries, Index]:
    """Keys of shingle (by `number`) and place, sorted, and the position under each; who roams has none."""
    place = where.place[position]
    one, many = place >= 0, np.flatnonzero(place == SEVERAL)
    first, last = (np.searchsorted(where.named[0], position[many], side) for side in ("left", "right"))
    every, _ = members(Runs(first, last - first), np.ones(len(many), np.bool_))
    number = np.concatenate((number[one], np.repeat(number[many], last - first)))
    place = np.concatenate((place[one], where.named[1][every]))
    position = np.concatenate((position[one], np.repeat(position[many], last - first)))
    wide, deep = where.known.bit_length(), positions.bit_length()
    key = (number.astype(np.uint64) << np.uint64(wide)) | place.astype(np.uint64)
    if len(number) and int(number.max()).bit_length() + wide + deep > 64:
        order = np.lexsort((position, key))
        return key[order], position[order]
    both = (key << np.uint64(deep)) | position.astype(np.uint64)
    both.sort()
    return both >> np.uint64(deep), (both & np.uint64((1 << deep) - 1)).astype(np.int64)


def _put(con: duckdb.DuckDBPyConnection, prints: Entries, times: int, found: list[Shared]) -> None:
    a, b, keys = (np.concatenate([part[at] for part in found]) for at in range(3))
    x, y = prints[a], prints[b]
    con.register("match_arrow", pa.table({"a": np.minimum(x, y), "b": np.maximum(x, y), "shared": keys * times}))
    con.execute("INSERT INTO match_pairs SELECT a, b, shared FROM match_arrow")
    con.unregister("match_arrow")
