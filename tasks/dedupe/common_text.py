"""How many sampled shingles two fingerprints share, for many pairs at once.

The shingles of both sides are sorted together under the pair's number: what stands twice is shared. `list_intersect` builds a
hash table for every pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from tasks.dedupe.overlap import HALF, Entries, Index, packed

if TYPE_CHECKING:
    import duckdb

PAIRS_AT_ONCE = 50_000  # 25 MB of entries

ASKED = "SELECT a, b FROM match_met WHERE veto IS NULL AND x_size > 0 AND y_size > 0"
TEXTS = f"""
    WITH asked AS ({ASKED})
    SELECT print, searched, shingles FROM curated.fingerprints SEMI JOIN (SELECT a AS print FROM asked UNION SELECT b FROM asked) USING (print)
"""


class Lists(NamedTuple):
    """A list of values for each text, all one after another."""

    start: Index
    size: Index
    values: Entries


def count_common(con: duckdb.DuckDBPyConnection) -> None:
    """match_common(a, b, shared): for the pairs of match_met whose texts have to be compared."""
    pairs = con.sql(ASKED).to_arrow_table()
    texts = con.sql(TEXTS).to_arrow_table()
    a, b = (pairs.column(name).to_numpy() for name in ("a", "b"))
    prints = texts.column("print").to_numpy()
    lists = [_flat(texts.column(name)) for name in ("searched", "shingles")]
    order = np.argsort(prints)
    x, y = (
        order[np.searchsorted(prints, side, sorter=order)] if len(side) else np.empty(0, np.int64) for side in (a, b)
    )
    found = np.zeros(len(a), np.int64)
    for at in range(0, len(a), PAIRS_AT_ONCE):
        few = slice(at, at + PAIRS_AT_ONCE)
        found[few] = _shared(x[few], y[few], lists)
    con.register("match_arrow", pa.table({"a": a, "b": b, "shared": found}))
    con.execute("CREATE OR REPLACE TEMP TABLE match_common AS SELECT * FROM match_arrow")
    con.unregister("match_arrow")


def _flat(lists: pa.ChunkedArray) -> Lists:
    size = np.concatenate([np.asarray(part.value_lengths()) for part in lists.chunks] or [np.empty(0, np.int64)])
    values = np.concatenate([np.asarray(part.flatten()) for part in lists.chunks] or [np.empty(0, np.uint32)])
    return Lists(np.cumsum(size) - size, size, values)


def _shared(x: Index, y: Index, lists: list[Lists]) -> Index:
    """For each pair of texts by position, the number of values in both."""
    entries = np.concatenate([_entries(side, each) for side in (x, y) for each in lists])
    entries.sort()
    twice = entries[1:][entries[1:] == entries[:-1]]
    return np.bincount((twice >> HALF).astype(np.int64), minlength=len(x))


def _entries(texts: Index, lists: Lists) -> Entries:
    """The values of each of these texts under its place among them."""
    many = lists.size[texts].astype(np.int64)
    ends = np.cumsum(many)
    shift = lists.start[texts] - (ends - many)
    at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(shift, many)
    return packed(np.repeat(np.arange(len(texts)), many), lists.values[at])
