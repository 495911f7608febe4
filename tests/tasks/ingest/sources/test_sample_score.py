"""The scorer: a warehouse that tells the truth scores one in everything, and every kind of mistake costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tasks.ingest.sources.sample.compare import FIELDS, items
from tasks.ingest.sources.sample.score import score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tasks.ingest.sources.conftest import Written
else:
    Written = Any


@pytest.fixture
def warehouse(market: Written) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables as they would be if everything were right, made from the truth itself."""
    truth = market.out / "truth"
    con = duckdb.connect()
    for schema in ("raw", "curated", "audit"):
        con.execute(f"CREATE SCHEMA {schema}")
    con.execute(
        f"CREATE VIEW records AS SELECT *, source_file || '#' || ordinal AS raw_id FROM '{truth}/records.parquet'"
    )
    con.execute(
        "CREATE TABLE raw.record_index AS SELECT raw_id, member AS source, source_file, ordinal, posting_key AS source_key FROM records"
    )
    con.execute("CREATE TABLE curated.sightings AS SELECT raw_id, outcome FROM records WHERE outcome <> 'quarantined'")
    con.execute(
        """CREATE TABLE audit.quarantine AS SELECT raw_id, CASE reason WHEN 'not_a_posting' THEN 'not_a_posting_reply'
           ELSE reason END AS reason, NULL::VARCHAR AS replayed_in FROM records WHERE outcome = 'quarantined'"""
    )
    con.execute(
        f"""CREATE TABLE curated.postings AS SELECT member AS source, posting_key AS source_key,
            member || posting_key AS posting_id, 'job' || job AS job_id, {", ".join(FIELDS)}, 'text' AS description
            FROM '{truth}/versions.parquet' WHERE newest"""
    )
    con.execute(
        f"""CREATE TABLE curated.spells AS SELECT member || posting_key AS posting_id, spell, opened::TIMESTAMPTZ AS opened_at,
            last_seen::TIMESTAMPTZ AS last_seen, closed::TIMESTAMPTZ AS closed_at FROM '{truth}/spells.parquet'"""
    )
    yield con
    con.close()


def test_the_truth_scores_one(warehouse: duckdb.DuckDBPyConnection, market: Written) -> None:
    warehouse.execute("SET TimeZone = 'UTC'")
    scores = score(warehouse, market.out / "truth")
    assert scores.records == scores.loaded == len(market.records)
    assert scores.outcomes_wrong == scores.leaks == scores.siblings_merged.hits == 0
    assert scores.siblings_merged.there > 0
    assert "role" in scores.text()
    for share in (scores.quarantine, scores.jobs, scores.spells, *scores.fields.values()):
        assert (share.precision, share.recall) == (1.0, 1.0)
    assert "quarantine" in scores.text()


@pytest.mark.parametrize(
    ("mistake", "measure"),
    [
        ("DELETE FROM raw.record_index WHERE ordinal = 3", lambda s: s.loaded < s.records),
        (
            "UPDATE curated.sightings SET outcome = 'changed' WHERE outcome = 'unchanged'",
            lambda s: s.outcomes_wrong > 9,
        ),
        ("UPDATE audit.quarantine SET reason = 'json'", lambda s: s.quarantine.precision < 1 > s.quarantine.recall),
        ("DELETE FROM audit.quarantine WHERE reason = 'json'", lambda s: s.quarantine.recall < 1),
        ("UPDATE curated.postings SET job_id = posting_id", lambda s: s.jobs.recall == 0 < s.jobs.there),
        ("UPDATE curated.postings SET job_id = 'one'", lambda s: s.jobs.precision < 0.1 and s.siblings_merged.hits > 0),
        ("UPDATE curated.postings SET company = company || ' Partners'", lambda s: s.fields["company"].f1 == 0),
        ("UPDATE curated.postings SET workplace = []", lambda s: s.fields["workplace"].recall == 0),
        ("DELETE FROM curated.postings", lambda s: all(f.recall == 0 for f in s.fields.values() if f.there)),
        ("UPDATE curated.spells SET closed_at = NULL", lambda s: s.spells.recall < 1),
    ],
)
def test_mistakes_cost(warehouse: duckdb.DuckDBPyConnection, market: Written, mistake: str, measure: Any) -> None:
    warehouse.execute("SET TimeZone = 'UTC'")
    warehouse.execute(mistake)
    assert measure(score(warehouse, market.out / "truth"))


@pytest.mark.parametrize("kind", ["city", "level", "requisition", "role"])
def test_hard_negatives_are_told_by_kind(warehouse: duckdb.DuckDBPyConnection, market: Written, kind: str) -> None:
    warehouse.execute(
        f"""UPDATE curated.postings AS p SET job_id = 'group' || v.job_group
            FROM (SELECT member, posting_key, job_group FROM '{market.out}/truth/versions.parquet' WHERE newest AND job_group IN
                  (SELECT job_group FROM '{market.out}/truth/jobs.parquet' WHERE sibling = '{kind}')) AS v
            WHERE v.member = p.source AND v.posting_key = p.source_key"""
    )
    scores = score(warehouse, market.out / "truth")
    for name, share in scores.hard_negatives.items():
        assert share.there > 0
        assert share.hits == (share.there if name == kind else 0)
    assert scores.siblings_merged.hits == scores.hard_negatives[kind].hits
    assert (scores.jobs.recall, scores.jobs.precision < 1) == (1, True)


def test_changes_are_scored_each_by_itself(warehouse: duckdb.DuckDBPyConnection, market: Written) -> None:
    whole = score(warehouse, market.out / "truth").by_change
    assert all((share.precision, share.recall) == (1, 1) for share in whole.values())
    assert all(share.there > 0 for share in whole.values())
    warehouse.execute(
        f"""UPDATE curated.postings AS p SET job_id = posting_id
            FROM (SELECT member, posting_key FROM '{market.out}/truth/versions.parquet'
                  WHERE newest AND list_contains(changes, 'cut')) AS v
            WHERE v.member = p.source AND v.posting_key = p.source_key"""
    )
    scores = score(warehouse, market.out / "truth")
    assert scores.by_change["cut"].recall == 0
    assert scores.by_change["company"].recall > 0.5
    assert 0 < scores.jobs.recall < 1 == scores.jobs.precision


def test_leaks_are_counted(warehouse: duckdb.DuckDBPyConnection, market: Written) -> None:
    told = next(v for v in market.versions if v["newest"] and v["personal"])
    text = "Write to " + told["personal"][0].upper()
    warehouse.execute("UPDATE curated.postings SET description = $1 WHERE source_key = $2", [text, told["posting_key"]])
    assert score(warehouse, market.out / "truth").leaks == 1


def test_either_of_two_copies_may_be_the_merged_one(warehouse: duckdb.DuckDBPyConnection, market: Written) -> None:
    warehouse.execute("SET TimeZone = 'UTC'")
    copy = next(r for r in market.records if r["trouble"] == "twice")
    warehouse.execute(
        """UPDATE curated.sightings SET outcome = CASE outcome WHEN 'merged' THEN $3 ELSE 'merged' END
           WHERE raw_id IN ($1, $2)""",
        [
            f"{copy['source_file']}#{copy['ordinal']}",
            f"{copy['source_file']}#{copy['ordinal'] - 1}",
            next(r["outcome"] for r in market.records
                 if (r["source_file"], r["ordinal"]) == (copy["source_file"], copy["ordinal"] - 1)),
        ],
    )  # fmt: skip
    assert score(warehouse, market.out / "truth").outcomes_wrong == 0


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("company", "Brindadale Foods, Inc.", "brindadale foods"),
        ("company", "Karditön GmbH & Co. KG", "Karditon"),
        ("titles", ["Sr. Data Engineer"], ["Senior Data Engineer"]),
        ("locations", [{"city": "München", "region": None, "country": "DE"}], [{"city": "Munich", "region": "BY", "country": "DE"}]),
        ("locations", [{"city": "NYC", "region": "NY", "country": "US"}], [{"city": "New York", "region": "NY", "country": "US"}]),
        ("salary", [{"min": 1, "max": None, "currency": "USD", "period": "hour"}], [{"min": 1.0, "max": None, "currency": "USD", "period": "hour"}]),
        ("deep_learning", False, None),
        ("workplace", [], None),
    ],
)  # fmt: skip
def test_values_that_say_the_same(field: str, one: Any, other: Any) -> None:
    assert items(field, one) == items(field, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("titles", ["C Developer"], ["C++ Developer"]),
        ("titles", ["Data Engineer"], ["Senior Data Engineer"]),
        ("company", "Brindadale Foods", "Brindadale"),
        ("locations", [{"city": "Portland", "region": "OR", "country": "US"}], [{"city": "Portland", "region": "ME", "country": "US"}]),
    ],
)  # fmt: skip
def test_values_that_do_not(field: str, one: Any, other: Any) -> None:
    assert items(field, one) != items(field, other)
