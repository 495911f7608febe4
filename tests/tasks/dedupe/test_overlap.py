"""Pairs by sorted integers: the same as counting them one by one, however the work is cut."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.dedupe import overlap
from tasks.dedupe.overlap import Spool, members, packed, pair_up, runs, shared
from tasks.dedupe.text_lookup import Asked

KEYS = st.lists(st.sets(st.integers(0, 12), max_size=6), min_size=1, max_size=12)  # of each position


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=KEYS, new=st.sets(st.integers(0, 11)), scant=st.sets(st.integers(0, 11)), held=st.sampled_from([1, 1 << 20])
)
def test_pairs_are_those_that_share_enough(
    tmp_path: Path, keys: list[set[int]], new: set[int], scant: set[int], held: int
) -> None:
    n = len(keys)
    is_new, is_scant = (np.isin(np.arange(n), list(some)) for some in (new, scant))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "HELD", held)  # in files as in memory
        entries, pairs = Spool(13, tmp_path, "entries"), Spool(n, tmp_path, "pairs")
        for position, own in enumerate(keys):
            entries.add(packed(np.array(sorted(own), np.int64), np.full(len(own), position)))
        for part in entries.parts():
            found = runs(part >> overlap.HALF)
            at, after = members(found, found.size > 1)
            pair_up((part & overlap.LOW).astype(np.int64)[at], after, is_new, pairs)
        got = {
            (int(a), int(b)): int(k)
            for part in shared(pairs, 3, is_scant, 2)
            for a, b, k in zip(part.a, part.b, part.keys, strict=True)
        }
    wanted = {
        (a, b): len(keys[a] & keys[b])
        for a, b in combinations(range(n), 2)
        if (a in new or b in new) and len(keys[a] & keys[b]) >= (2 if {a, b} & scant else 3)
    }
    assert got == wanted
    assert not list(tmp_path.iterdir())


@settings(max_examples=60, deadline=None)
@given(
    asked=st.sets(st.integers(0, 2**32 - 1), max_size=80),
    rows=st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=20), max_size=12),
    wide=st.booleans(),
)
def test_who_has_what_is_asked_for(asked: set[int], rows: list[list[int]], wide: bool) -> None:
    kind = np.uint64 if wide else np.uint32
    most = 3
    lookup = Asked(np.array(sorted(asked), kind), most)
    known = sorted(asked)[::2]  # much of what is asked for is there
    had: dict[int, list[int]] = {}
    for position, row in enumerate(rows):
        values = sorted({*row, *known[: position + 1]})
        for value in set(values) & asked:
            had.setdefault(value, []).append(position)
        at, number = lookup.find(np.array(values, kind))
        assert [values[i] for i in at] == [int(v) for v in lookup.values[number]]
        lookup.take(number, np.full(len(number), position))
        lookup.forget(lookup.counts > most)
    entries, found = lookup.runs(np.ones(len(asked), np.bool_))
    got = Counter(
        tuple(int(e & overlap.LOW) for e in entries[start : start + size])
        for start, size in zip(found.start, found.size, strict=True)
    )
    assert got == Counter(tuple(who) for who in had.values() if 1 < len(who) <= most)
