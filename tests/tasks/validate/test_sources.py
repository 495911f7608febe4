"""Breakers and contracts: a source that is no longer itself, and one that breaks its word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks.validate import stop_reason
from tasks.validate.sources import judge_sources

if TYPE_CHECKING:
    import duckdb

    from expectations.entry import CheckResult


def history(
    con: duckdb.DuckDBPyConnection, *counts: int, source: str = "alpha", last_days_ago: int = 1, apart: int = 1
) -> None:
    """Earlier batches of a source: records, newest last, so many days before the batch under judgement."""
    con.execute("DELETE FROM audit.batches; DELETE FROM raw.captures")
    for i, n in enumerate(reversed(counts)):
        day = f"TIMESTAMPTZ '2026-03-02 09:00:00+00' - INTERVAL {last_days_ago + i * apart} DAY"
        con.execute(f"INSERT INTO raw.captures SELECT 'old{i}', '{source}', {day}")
        counts_of = f"{n}, {n}, 0, 0, 0, 0, {day}, 'capture'"
        con.execute(f"INSERT INTO audit.batches SELECT 'old{i}', 'run{i}', 'old{i}', '{source}', {counts_of}")


def of(results: list[CheckResult], name: str, source: str = "alpha") -> CheckResult:
    [found] = [r for r in results if r.expectation == name and r.column_name == source]
    return found


# alpha has 31 records in the batch under judgement
@pytest.mark.parametrize(
    ("counts", "passed", "severity"),
    [
        ([31] * 5, True, "critical"),
        ([60] * 5, True, "critical"),
        ([64] * 5, False, "critical"),
        ([11] * 5, True, "critical"),
        ([10] * 5, False, "critical"),
        ([64] * 4, True, "info"),
        ([], True, "info"),
        ([9] * 9, True, "info"),
        ([31, 31, 31, 64, 64], True, "critical"),
        ([64, 64, 64, 31, 31], False, "critical"),
    ],
)
def test_rows_against_the_sources_own_past(
    counts: list[int], severity: str, clean: duckdb.DuckDBPyConnection, *, passed: bool
) -> None:
    history(clean, *counts)
    check = of(judge_sources(clean, {}, "run2"), "rows_against_past")
    assert (check.passed, check.severity, check.rows) == (passed, severity, 31)


def test_only_the_last_14_days_and_only_the_same_source_count(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, *[100] * 6, last_days_ago=15)
    assert of(judge_sources(clean, {}, "run2"), "rows_against_past").severity == "info"
    history(clean, *[100] * 6, source="gamma")
    assert of(judge_sources(clean, {}, "run2"), "rows_against_past").severity == "info"


def test_several_files_of_one_day_are_one_day(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, *[31] * 5)
    clean.execute("UPDATE work.keys SET capture_id = 'second' WHERE capture_id = 'cap_alpha' AND ordinal % 2 = 0")
    clean.execute(
        "INSERT INTO work.captures SELECT 'second', 'alpha', observed_at FROM work.captures WHERE source = 'alpha'"
    )
    assert of(judge_sources(clean, {}, "run2"), "rows_against_past").passed


def test_a_replays_row_is_no_measure(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, *[2] * 9)
    clean.execute("UPDATE audit.batches SET kind = 'replay'")
    assert of(judge_sources(clean, {}, "run2"), "rows_against_past").severity == "info"


def more_postings(con: duckdb.DuckDBPyConnection) -> None:
    """Enough held postings of alpha to be a past (30 a source are too few)."""
    con.execute("INSERT INTO curated.postings SELECT * FROM curated.postings")


@pytest.mark.parametrize(
    ("change", "passed", "severity"),
    [
        ("title = NULL", False, "critical"),
        ("title = NULL, company = NULL", False, "critical"),
        ("locations_count = 0", False, "warning"),
        ("salary_min = NULL, salary_max = NULL", False, "warning"),
        ("description_chars = 0", False, "warning"),
        ("title = CASE WHEN hash(raw_id) % 4 = 0 THEN NULL ELSE title END", True, "warning"),
        ("seniority = NULL", True, "warning"),
    ],
)
def test_a_field_that_has_vanished(
    change: str, severity: str, clean: duckdb.DuckDBPyConnection, *, passed: bool
) -> None:
    more_postings(clean)
    clean.execute(f"UPDATE work.staging SET {change} WHERE source = 'alpha'")
    results = judge_sources(clean, {}, "run2")
    assert of(results, "nulls_against_past").passed == passed
    assert of(results, "nulls_against_past", "beta").passed
    assert of(results, "nulls_against_past").severity == severity


def test_a_field_that_was_never_there_may_stay_away(clean: duckdb.DuckDBPyConnection) -> None:
    more_postings(clean)
    clean.execute("UPDATE work.staging SET company = NULL; UPDATE curated.postings SET company = NULL")
    assert of(judge_sources(clean, {}, "run2"), "nulls_against_past").passed


@pytest.mark.parametrize(
    ("factor", "passed"), [(1.0, True), (9.0, True), (10.0, False), (0.11, True), (0.1, False), (100.0, False)]
)
def test_pay_that_has_slipped_a_digit(factor: float, clean: duckdb.DuckDBPyConnection, *, passed: bool) -> None:
    clean.execute(
        f"UPDATE work.staging SET salary_year_usd_min = salary_year_usd_min * {factor} WHERE source = 'alpha'"
    )
    results = judge_sources(clean, {}, "run2")
    assert of(results, "pay_against_past").passed == passed
    assert of(results, "pay_against_past", "beta").passed


def test_few_salaries_prove_nothing(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET salary_year_usd_min = CASE raw_id WHEN 'raw2' THEN 9e9 END")
    assert of(judge_sources(clean, {}, "run2"), "pay_against_past").severity == "info"


def test_a_source_of_which_nothing_is_usable(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET reason = 'not_a_posting_reply' WHERE source = 'alpha'")
    results = judge_sources(clean, {}, "run2")
    assert not of(results, "source_usable").passed
    assert of(results, "source_usable", "beta").passed
    assert "alpha: 0 of 31 records are usable" in (stop_reason(results) or "")


def test_a_few_refused_records_are_no_broken_source(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.keys WHERE ordinal > 5; UPDATE work.staging SET reason = 'not_a_posting_reply'")
    assert all(r.passed for r in judge_sources(clean, {}, "run2") if r.expectation == "source_usable")


@pytest.mark.parametrize(
    ("promise", "name", "passed", "raised"),
    [
        ({"rows": [1, 1_000_000]}, "contract_rows", True, False),
        ({"rows": [31, 31]}, "contract_rows", True, False),
        ({"rows": [32, 100]}, "contract_rows", False, False),
        ({"rows": [1, 30]}, "contract_rows", False, False),
        ({"rows": 5}, "contract_rows", False, True),
        ({"rows": ["1", "x"]}, "contract_rows", False, True),
        ({"null_rate": {"title": 0.2}}, "contract_null_rate_title", False, False),
        ({"null_rate": {"title": 0.9}}, "contract_null_rate_title", True, False),
        ({"null_rate": {"company": 0}}, "contract_null_rate_company", True, False),
        ({"null_rate": {"description": 0.1}}, "contract_null_rate_description", True, False),
        ({"null_rate": {"shoe_size": 0.1}}, "contract_null_rate_shoe_size", False, True),
        ({"null_rate": {"title": "few"}}, "contract_null_rate_title", False, True),
        ({"null_rate": 0.2}, "contract_null_rate", False, True),
        ({"colour": "green"}, "contract_colour", False, True),
    ],
)
def test_what_source_yml_promises(
    promise: dict[str, Any], name: str, clean: duckdb.DuckDBPyConnection, *, passed: bool, raised: bool
) -> None:
    clean.execute("UPDATE work.staging SET title = NULL WHERE source = 'alpha' AND hash(raw_id) % 2 = 0")
    check = of(judge_sources(clean, {"alpha": promise}, "run2"), name)
    assert (check.passed, check.raised) == (passed, raised)
    assert (stop_reason([check]) is None) == passed


def test_rows_that_the_mask_refused_still_count_as_missing(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET title = NULL, reason = 'title_missing' WHERE source = 'alpha'")
    promise = {"alpha": {"null_rate": {"title": 0.2}}}
    assert not of(judge_sources(clean, promise, "run2"), "contract_null_rate_title").passed


def test_a_source_may_be_excused_from_its_past(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, *[1000] * 5)
    assert stop_reason(judge_sources(clean, {}, "run2")) is not None
    assert stop_reason(judge_sources(clean, {"alpha": {"breakers": False}}, "run2")) is None


def test_a_clean_batch_stops_at_no_breaker(clean: duckdb.DuckDBPyConnection) -> None:
    results = judge_sources(clean, {}, "run2")
    assert stop_reason(results) is None
    assert all(r.passed for r in results)
