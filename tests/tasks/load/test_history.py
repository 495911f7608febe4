"""History is a function of what was seen, not of the order in which it arrived; and no record is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.engine import SCHEMA as POSTINGS
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.load import history, merge, plan
from tasks.load.step import run_counts
from warehouse.dictionary import create_all

DAY0 = datetime(2026, 1, 1, tzinfo=UTC)


class Seen(NamedTuple):
    """One record in a made-up capture: the key, what it says, whether it is called closed, and a date that may drift."""

    key: str
    says: str
    closed: bool = False
    posted: str | None = None


def requisition(says: str) -> str | None:
    """The number that a made-up record names."""
    return next((word for word in says.split() if word.startswith("R-")), None)


class Shelf:
    """A warehouse in memory that takes captures (day, records) in whatever order they are given."""

    def __init__(self, coverage: str = "snapshot") -> None:
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("ATTACH ':memory:' AS work")
        self.con.execute("ATTACH ':memory:' AS rulebook")
        self.con.execute(
            "CREATE TABLE rulebook.changes (change_id UBIGINT, field VARCHAR, rule VARCHAR, before VARCHAR, after VARCHAR)"
        )
        self.con.execute("SET VARIABLE rulebook_version = 'r1'")
        create_all(self.con)
        self.coverage = coverage
        self.runs = 0
        self.reads = requisition

    def load(self, *captures: tuple[int, list[Seen]], reject: str | None = None) -> dict[str, int]:
        """One run over the captures; contents saying `reject` are refused by cleaning. Returns the run's counts."""
        self.runs += 1
        con, run_id = self.con, f"run{self.runs}"
        rows, heads = [], []
        for day, records in captures:
            capture_id = f"c{day}"
            heads.append(
                {
                    "capture_id": capture_id, "source": "board", "url": "x", "fetched_at": DAY0,
                    "observed_at": DAY0 + timedelta(days=day), "status": "file", "bytes": 1, "sha256": capture_id,
                    "coverage": self.coverage, "files": 1, "landed_bytes": 1, "record_bytes": 1, "between_bytes": 0,
                }
            )  # fmt: skip
            for ordinal, seen in enumerate(records):
                rows.append(
                    {
                        "raw_id": f"{capture_id}-{seen.key}-{ordinal}", "capture_id": capture_id, "source": "board",
                        "source_file": "f", "source_key": seen.key, "ordinal": ordinal, "posting_id": f"p{seen.key}",
                        "content_id": seen.says, "payload": f"{seen}", "title": seen.says, "closed": str(seen.closed),
                        "posted_on": seen.posted,
                    }
                )  # fmt: skip
        con.register(
            "records", pa.Table.from_pylist([{name: row.get(name) for name in RECORDS.names} for row in rows], RECORDS)
        )
        con.register("heads", pa.Table.from_pylist(heads))
        con.execute("CREATE OR REPLACE TABLE work.captures AS SELECT * FROM heads")
        plan.index_records(con)
        plan.find_contents_to_clean(con, "r1")
        forms = con.sql("SELECT r.* FROM records r SEMI JOIN work.to_clean USING (raw_id)").to_arrow_table().to_pylist()
        cleaned = [
            {
                **dict.fromkeys(POSTINGS.names), **{k: f[k] for k in ("raw_id", "posting_id", "content_id", "source")},
                "titles": [f["title"]], "posted_on": f["posted_on"], "change_ids": [],
                "requisition_named": self.reads(f["title"]),
                "reason": "bad" if f["title"] == reject else None,
            }
            for f in forms
        ]  # fmt: skip
        con.register("postings", pa.Table.from_pylist(cleaned, POSTINGS))
        con.execute(
            "CREATE OR REPLACE TABLE work.rejected AS SELECT posting_id, content_id, reason, detail, 'clean' AS stage, reason AS rule FROM postings WHERE reason IS NOT NULL"
        )
        con.execute("""CREATE OR REPLACE TABLE work.cleaned AS SELECT posting_id, content_id, titles[1] AS title, company, locations,
                       salary, posted_on::DATE AS posted_on, 'r1' AS rulebook_version FROM postings WHERE reason IS NULL""")
        plan.decide_outcomes(con)
        con.execute("BEGIN")
        merge.load_raw(con, run_id)
        merge.load_quarantine(con, run_id)
        merge.load_sightings(con)
        history.load_versions(con)
        merge.load_postings(con)
        merge.load_requisitions(con)
        history.load_spells(con)
        merge.load_trail(con)
        merge.load_ledger(con, run_id, "r1", "capture", DAY0)
        con.execute("COMMIT")
        merge.note_touched(con)
        return run_counts(con, run_id)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.con.execute(query).fetchall()

    def versions(self) -> list[tuple[Any, ...]]:
        """(posting, content, from day, to day)."""
        return self.rows(
            f"""SELECT posting_id, content_id, date_diff('day', TIMESTAMPTZ '{DAY0}', valid_from),
                       date_diff('day', TIMESTAMPTZ '{DAY0}', valid_to) FROM curated.versions ORDER BY ALL"""
        )

    def spells(self) -> list[tuple[Any, ...]]:
        """(posting, number, opened day, last seen day, closed day, reopened from)."""
        day = f"date_diff('day', TIMESTAMPTZ '{DAY0}', %s)"
        return self.rows(
            f"""SELECT posting_id, spell, {day % "opened_at"}, {day % "last_seen"}, {day % "closed_at"}, reopened_from
                FROM curated.spells ORDER BY ALL"""
        )

    def current(self) -> list[tuple[Any, ...]]:
        """(posting, title, first seen, last seen, closed on, the record it stands on)."""
        return self.rows(
            "SELECT posting_id, title, first_seen, last_seen, closed_on, raw_id FROM curated.postings ORDER BY ALL"
        )


def counts(**named: int) -> dict[str, int]:
    """Run counts with zeros for what is not named."""
    return {name: named.get(name, 0) for name in ("records", "new", "unchanged", "changed", "merged", "quarantined")}


def test_outcomes_over_three_days() -> None:
    shelf = Shelf()
    assert shelf.load((0, [Seen("a", "x"), Seen("b", "y")])) == counts(records=2, new=2)
    assert shelf.load((1, [Seen("a", "x"), Seen("b", "y2"), Seen("c", "z")])) == counts(
        records=3, new=1, unchanged=1, changed=1
    )
    assert shelf.load((2, [Seen("a", "x"), Seen("a", "x"), Seen("b", "y2")])) == counts(
        records=3, unchanged=2, merged=1
    )
    assert shelf.versions() == [("pa", "x", 0, None), ("pb", "y", 0, 1), ("pb", "y2", 1, None), ("pc", "z", 1, None)]
    assert [row[:2] for row in shelf.current()] == [("pa", "x"), ("pb", "y2"), ("pc", "z")]


def test_a_posting_that_goes_and_comes_back_has_two_spells() -> None:
    shelf = Shelf()
    a, b = Seen("a", "x"), Seen("b", "y")
    shelf.load((0, [a, b]), (1, [b]), (2, [a, b]))
    assert shelf.spells() == [("pa", 1, 0, 0, 1, None), ("pa", 2, 2, 2, None, 1), ("pb", 1, 0, 2, None, None)]


def test_a_posting_listed_as_closed_is_closed() -> None:
    shelf = Shelf(coverage="partial")
    shelf.load((0, [Seen("a", "x")]), (1, [Seen("a", "x", closed=True)]), (2, [Seen("a", "x")]))
    assert shelf.spells() == [("pa", 1, 0, 0, 1, None), ("pa", 2, 2, 2, None, 1)]


def test_partial_captures_close_nothing() -> None:
    shelf = Shelf(coverage="partial")
    shelf.load((0, [Seen("a", "x"), Seen("b", "y")]), (1, [Seen("b", "y")]))
    assert [row[4] for row in shelf.spells()] == [None, None]


def test_a_record_set_aside_still_shows_that_its_posting_is_listed() -> None:
    shelf, others = Shelf(), [Seen(str(n), "y") for n in range(3)]
    shelf.load((0, [Seen("a", "x"), *others]))
    shelf.load((1, [Seen("a", "bad"), *others]), reject="bad")
    assert ("pa", 1, 0, 0, None, None) in shelf.spells()
    shelf.load((2, [Seen("a", "x"), *others]))
    assert ("pa", 1, 0, 2, None, None) in shelf.spells()
    shelf.load((3, others))
    shelf.load((4, [Seen("a", "bad"), *others]), reject="bad")
    assert [row for row in shelf.spells() if row[0] == "pa"] == [("pa", 1, 0, 2, 3, None)]
    shelf.load((5, [Seen("a", "x"), *others]))
    assert ("pa", 2, 5, 5, None, 1) in shelf.spells()


def test_a_record_set_aside_does_not_open_what_its_source_closed() -> None:
    shelf, other = Shelf(), Seen("b", "y")
    shelf.load((0, [Seen("a", "x"), other]), (1, [Seen("a", "x", closed=True), other]))
    shelf.load((2, [Seen("a", "bad"), other]), reject="bad")
    assert ("pa", 1, 0, 0, 1, None) in shelf.spells()


def test_a_crawl_that_lost_more_than_half_closes_nothing() -> None:
    board = [Seen(str(n), "x") for n in range(10)]
    shelf = Shelf()
    shelf.load((0, board), (1, board), (2, board[:4]))
    assert all(closed is None for *_, closed, _ in shelf.spells())
    shelf.load((3, board[:6]))
    assert {posting for posting, *_, closed, _ in shelf.spells() if closed == 3} == {"p6", "p7", "p8", "p9"}


def test_rejected_contents_are_quarantined_with_all_their_records() -> None:
    shelf = Shelf()
    got = shelf.load((0, [Seen("a", "bad"), Seen("a", "bad"), Seen("b", "y")]), reject="bad")
    assert got == counts(records=3, new=1, quarantined=2)
    assert shelf.rows("SELECT count(*) FROM audit.quarantine WHERE reason = 'bad' AND stage = 'clean'") == [(2,)]
    assert [row[0] for row in shelf.current()] == ["pb"]


def test_a_rejected_new_version_leaves_the_last_good_one() -> None:
    shelf = Shelf()
    shelf.load((0, [Seen("a", "x")]))
    assert shelf.load((1, [Seen("a", "bad")]), reject="bad") == counts(records=1, quarantined=1)
    assert [row[:2] for row in shelf.current()] == [("pa", "x")]


def test_two_records_of_one_key_in_one_capture_give_one_posting_whatever_their_order() -> None:
    one, two = Shelf(), Shelf()
    assert one.load((0, [Seen("a", "x"), Seen("a", "y")])) == counts(records=2, new=1, merged=1)
    two.load((0, [Seen("a", "y"), Seen("a", "x")]))
    assert [row[:-1] for row in one.current()] == [row[:-1] for row in two.current()]


dates = st.sampled_from([None, "2025-12-01", "2025-12-24"])
captures = st.dictionaries(
    st.integers(0, 6),
    st.lists(st.builds(Seen, st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans(), dates), min_size=1, max_size=4),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(captures, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(seen: dict[int, list[Seen]], dice: Any) -> None:
    days = sorted(seen.items())
    together, apart = Shelf(), Shelf()
    together.load(*days)
    dice.shuffle(days)
    for day in days:
        apart.load(day)
    assert together.versions() == apart.versions()
    assert together.spells() == apart.spells()
    assert together.current() == apart.current()


@settings(max_examples=40, deadline=None)
@given(captures)
def test_no_record_is_lost(seen: dict[int, list[Seen]]) -> None:
    shelf = Shelf()
    shelf.load(*sorted(seen.items()), reject="z")
    assert (
        shelf.rows("""SELECT batch_id FROM audit.batches
                         WHERE records <> "new" + unchanged + changed + merged + quarantined""")
        == []
    )
    total = sum(len(records) for records in seen.values())
    assert shelf.rows("SELECT sum(records) FROM audit.batches") == [(total,)]
    once = "SELECT raw_id FROM curated.sightings UNION ALL SELECT raw_id FROM audit.quarantine"
    assert shelf.rows(f"SELECT count(*), count(DISTINCT raw_id) FROM ({once})") == [(total, total)]
    assert shelf.rows("SELECT count(*) FROM raw.records") == [(total,)]


def test_history_needs_no_more_than_the_capture_that_changes_it() -> None:
    shelf = Shelf()
    shelf.load((0, [Seen("a", "x"), Seen("b", "y")]))
    before = shelf.rows("SELECT * FROM curated.postings WHERE posting_id = 'pb'")
    shelf.load((1, [Seen("a", "x2"), Seen("b", "y")]))
    after = shelf.rows("SELECT * EXCLUDE (last_seen) FROM curated.postings WHERE posting_id = 'pb'")
    assert [row[0] for row in before] == [row[0] for row in after] == ["pb"]


@pytest.mark.parametrize("days", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_content_that_returns_makes_a_third_version(days: tuple[int, ...]) -> None:
    says = {0: "x", 1: "y", 2: "x"}
    shelf = Shelf()
    for day in days:
        shelf.load((day, [Seen("a", says[day])]))
    assert shelf.versions() == [("pa", "x", 0, 1), ("pa", "x", 2, None), ("pa", "y", 1, 2)]
    assert [row[1] for row in shelf.current()] == ["x"]


def test_a_posting_first_met_as_closed_opens_again_in_a_spell_of_its_own() -> None:
    shelf = Shelf(coverage="partial")
    shelf.load((0, [Seen("a", "x", closed=True)]), (1, [Seen("a", "x", closed=True)]), (2, [Seen("a", "x")]))
    assert shelf.spells() == [("pa", 1, 0, 0, 0, None), ("pa", 2, 2, 2, None, 1)]
    assert shelf.current()[0][4] is None


@pytest.mark.parametrize("runs", [[(0, 1, 2)], [(0,), (1,), (2,)], [(0, 1), (2,)], [(1, 2), (0,)]], ids=str)
def test_a_version_states_the_date_of_the_record_that_began_it(runs: list[tuple[int, ...]]) -> None:
    shelf = Shelf()
    says = {0: Seen("a", "x", posted="2025-12-01"), 1: Seen("a", "y"), 2: Seen("a", "x", posted="2025-12-24")}
    for days in runs:
        shelf.load(*((day, [says[day]]) for day in days))
    stated = "SELECT content_id, posted_on::VARCHAR, raw_id FROM curated.versions ORDER BY valid_from"
    assert shelf.rows(stated) == [("x", "2025-12-01", "c0-a-0"), ("y", None, "c1-a-0"), ("x", "2025-12-24", "c2-a-0")]
    assert shelf.rows("SELECT posted_on::VARCHAR, raw_id FROM curated.postings") == [("2025-12-24", "c2-a-0")]


def test_a_version_found_to_be_older_states_the_earlier_date() -> None:
    shelf = Shelf()
    shelf.load((3, [Seen("a", "x", posted="2025-12-24")]))
    shelf.load((1, [Seen("a", "x", posted="2025-12-01")]))
    assert shelf.rows("SELECT posted_on::VARCHAR, raw_id FROM curated.postings") == [("2025-12-01", "c1-a-0")]


def test_of_equal_records_in_one_capture_the_first_stands_for_the_posting() -> None:
    shelf = Shelf()
    shelf.load((0, [Seen("a", "x"), Seen("a", "x"), Seen("a", "x")]))
    assert shelf.rows("SELECT raw_id FROM curated.versions") == [("c0-a-0",)]
    assert shelf.rows("SELECT raw_id FROM curated.sightings WHERE outcome = 'new'") == [("c0-a-0",)]


def test_every_requisition_that_a_posting_named_is_kept_in_whatever_order() -> None:
    days = [
        (0, [Seen("a", "x R-1", posted="2026-01-01"), Seen("a", "x", posted="2026-01-02")]),
        (1, [Seen("a", "y R-2")]),
    ]
    for order in (days, days[::-1]):
        shelf = Shelf()
        for day in order:
            shelf.load(day)
            assert shelf.rows("SELECT posting_id FROM work.touched") == [("pa",)]
        assert shelf.rows("SELECT posting_id, requisition FROM curated.requisitions ORDER BY ALL") == [
            ("pa", "R-1"),
            ("pa", "R-2"),
        ]
        shelf.load((2, [Seen("a", "y R-2")]))
        assert shelf.rows("SELECT count(*) FROM curated.requisitions") == [(2,)]


def test_a_number_that_a_content_was_misread_as_is_forgotten() -> None:
    shelf = Shelf()
    shelf.load((0, [Seen("a", "x R-1"), Seen("b", "z R-3")]))
    shelf.load((1, [Seen("a", "y")]))
    shelf.reads = lambda says: None
    shelf.load((2, [Seen("a", "x R-1")]))
    assert shelf.rows("SELECT posting_id, requisition FROM curated.requisitions") == [("pb", "R-3")]
    assert ("pa",) in shelf.rows("SELECT posting_id FROM work.touched")
