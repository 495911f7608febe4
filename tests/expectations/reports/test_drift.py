"""Whether what came is what usually comes, and how matching's decisions are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expectations.reports import drift, matching
from expectations.reports.facts import Reader
from expectations.reports.figures import Figures
from tasks.dedupe.candidates import SEARCHES
from tasks.dedupe.text_search import SEARCHES as TEXT_SEARCHES

if TYPE_CHECKING:
    import duckdb

    Filled = tuple[duckdb.DuckDBPyConnection, dict[str, Any]]


@pytest.mark.parametrize(
    ("line", "extreme", "usual"),
    [
        ([3.0], None, None),
        ([1.0, 2.0, 3.0, 4.0, 9.0], None, 2.5),  # four earlier runs say nothing of what is usual
        ([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], "highest", 3.0),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 0.0], "lowest", 3.0),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 5.0], None, 3.0),
        ([1.0, None, 3.0, 4.0, 5.0, 9.0], None, 3.5),
        ([1.0, 2.0, 3.0, 4.0, 5.0, None], None, 3.0),
    ],
)
def test_only_what_was_never_seen_is_marked(line: list[Any], extreme: str | None, usual: float | None) -> None:
    measure = drift._measure(line)
    assert (measure["extreme"], measure["usual"], measure["line"]) == (extreme, usual, line)


def test_each_source_is_held_against_its_own_runs(filled: Filled) -> None:
    con, run = filled
    found = drift.by_source(Reader(con), Figures(run["run_id"], "published"))
    here = {batch["source"]: batch["records"] for batch in run["batches"]}
    assert {source: measures["records"]["now"] for source, measures in found.items()} == here
    assert {len(measures["records"]["line"]) for measures in found.values()} == {15}


def test_a_mix_counts_every_new_posting_once(filled: Filled) -> None:
    con, run = filled
    mix = drift.mix(Reader(con), Figures(run["run_id"], "published"), "role_family")
    assert mix is not None
    new = con.execute("SELECT count(*) FROM curated.sightings WHERE outcome = 'new'").fetchone()
    assert new is not None
    assert sum(sum(counts.values()) for counts in mix["counts"].values()) == new[0]
    assert len([kind for kind in mix["kinds"] if kind not in ("other", "not said")]) == drift.KINDS_SHOWN
    assert "other" in mix["kinds"]


def test_a_run_that_loaded_nothing_has_no_drift(filled: Filled) -> None:
    con, _ = filled
    read = Reader(con)
    assert drift.by_source(read, Figures("nobody", "published")) == {}
    assert drift.mix(read, Figures("nobody", "published"), "country") is None
    assert read.notes == []


def test_every_search_of_matching_is_told_in_words() -> None:
    assert {*SEARCHES, *TEXT_SEARCHES} == set(matching._blocks())
    assert matching.says("brand_new") == {"share": "brand new", "cost": ""}


def test_the_closest_calls_are_those_nearest_to_the_line(filled: Filled) -> None:
    con, run = filled
    for kind, best in (("merged", min), ("apart", max)):
        pairs = matching.closest(Reader(con), run, kind)
        same = "=" if kind == "merged" else "<>"
        scores = con.execute(
            f"""SELECT m.score FROM audit.matches AS m JOIN curated.postings AS a ON a.posting_id = posting_a
            JOIN curated.postings AS b ON b.posting_id = posting_b WHERE a.job_id {same} b.job_id
            AND decided_by NOT IN ('identical', 'human', 'veto')"""
        ).fetchall()
        assert pairs[0]["score"] == best(score for (score,) in scores)
        assert len(pairs) <= matching.PAIRS_SHOWN
    assert matching.closest(Reader(con), {"run_id": "nobody"}, "vetoed") == []
