"""The benchmark counts what it says it counts, on cases worked out by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest

from flows.bench_matching import Score, codes, erase, score, score_listings


def test_pairs_of_jobs_and_of_near_misses() -> None:
    truth, family, made = codes(list("AAABBC")), codes(list("fffffg")), codes(list("xxyxzz"))
    assert score("all", truth, made, family) == Score("all", 6, true=4, merged=4, right=1, hard=6, hard_merged=2)


def test_listings_that_read_alike_are_excused() -> None:
    truth, made, reading, source = codes(list("AABB")), codes(list("xxxx")), codes(list("rsrt")), codes(list("1212"))
    assert score_listings("all", truth, made, reading)[2:5] == (2, 5, 2)
    assert score_listings("across", truth, made, reading, source)[2:5] == (2, 4, 2)


@pytest.mark.parametrize(("share", "gone"), [(0.0, 0), (1.0, 50), (0.2, None)])
def test_erasing_is_seeded_and_returns_what_it_touched(share: float, gone: int | None) -> None:
    records = pa.table({"row": range(50), "location": ["Oslo"] * 50, "company": ["Marlow Mills"] * 50})
    wiped = erase(records, share, 1)
    assert wiped.equals(erase(records, share, 1))
    assert all(row["location"] is None or row["company"] is None for row in wiped.to_pylist())
    assert wiped.num_rows == gone if gone is not None else 5 < wiped.num_rows < 30
