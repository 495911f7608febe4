"""Where Great Expectations passes and should not: each pitfall, and what stands against it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import great_expectations.expectations as gxe
import pytest

from expectations.custom import unique_key
from expectations.entry import Entry, Guard, Suite, Table
from expectations.run import run_suite
from expectations.suites import curated, jobs, marts, raw
from tasks.validate.gates import judge_suites, stop_reason

if TYPE_CHECKING:
    import duckdb

    from expectations.entry import CheckResult

ENTRIES = [
    pytest.param(entry, id=f"{module.SUITE.name}.{entry.name}")
    for module in (raw, curated, jobs, marts)
    for entry in module.SUITE.entries
]
NOT_NULL = Entry("there", gxe.ExpectColumnValuesToNotBeNull(column="v", severity="critical"), "values are there")


def verdict(con: duckdb.DuckDBPyConnection, query: str, expectation: Any, guard: Guard | None = None) -> CheckResult:
    entry = Entry("entry", expectation, "for a test", guard or Guard("v"))
    [check] = run_suite(con, Suite("made_up", "for a test", (Table("t", query, (entry,)),)), "run1").checks
    return check


@pytest.mark.parametrize("suite", [Suite("hollow", "", ()), Suite("hollow", "", (Table("t", "SELECT 1 AS v", ()),))])
def test_a_suite_without_entries_stops(suite: Suite, clean: duckdb.DuckDBPyConnection) -> None:
    assert "suite_has_entries failed" in (stop_reason(judge_suites(clean, [suite], "run1")) or "")


def test_one_table_without_entries_stops_although_the_other_has_some(clean: duckdb.DuckDBPyConnection) -> None:
    tables = (Table("full", "SELECT 1 AS v", (NOT_NULL,)), Table("bare", "SELECT 1 AS v", ()))
    results = judge_suites(clean, [Suite("half", "", tables)], "run1")
    assert "table bare has 0 entries" in (stop_reason(results) or "")


def test_no_suites_at_all_stop(clean: duckdb.DuckDBPyConnection) -> None:
    assert stop_reason(judge_suites(clean, [], "run1")) == "no check ran"


def test_an_empty_batch_passes_nothing(clean: duckdb.DuckDBPyConnection) -> None:
    check = verdict(clean, "SELECT 1 AS v WHERE false", NOT_NULL.expectation)
    assert (check.passed, check.raised, check.rows) == (False, False, 0)


@pytest.mark.parametrize(
    "expectation",
    [
        gxe.ExpectColumnValuesToMatchRegex(column="v", regex="^a", severity="critical"),
        gxe.ExpectColumnValuesToBeInSet(column="v", value_set=["a"], severity="critical"),
        gxe.ExpectColumnValueLengthsToBeBetween(column="v", min_value=1, severity="critical"),
    ],
    ids=["regex", "set", "lengths"],
)
def test_an_all_null_column_passes_nothing(expectation: Any, clean: duckdb.DuckDBPyConnection) -> None:
    check = verdict(clean, "SELECT NULL::VARCHAR AS v FROM range(50)", expectation)
    assert (check.passed, check.raised, check.severity) == (False, False, "critical")


# rows, failing, mostly, passed: at the edge the share that is good must reach `mostly`, without rounding up
@pytest.mark.parametrize(
    ("rows", "failing", "mostly", "passed"),
    [
        (200, 1, 0.995, True), (200, 2, 0.995, False), (100, 1, 0.995, False), (60, 3, 0.95, True), (60, 4, 0.95, False),
        (3, 1, 0.67, False), (3, 1, 0.66, True), (10_000, 100, 0.99, True), (10_000, 101, 0.99, False),
        (1_000_000, 1, 1.0, False),
    ],
)  # fmt: skip
def test_mostly_is_not_rounded_in_favour_of_the_batch(
    rows: int, failing: int, mostly: float, clean: duckdb.DuckDBPyConnection, *, passed: bool
) -> None:
    query = f"SELECT CASE WHEN range < {failing} THEN 'bad' ELSE 'good' END AS v FROM range({rows})"
    check = verdict(
        clean, query, gxe.ExpectColumnValuesToMatchRegex(column="v", regex="^good", mostly=mostly, severity="critical")
    )
    assert (check.passed, check.failing, check.rows) == (passed, failing, rows)


def test_mostly_looks_past_nulls_and_the_result_says_at_how_little_it_looked(clean: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT CASE range WHEN 0 THEN 'bad' WHEN 1 THEN 'good' END AS v FROM range(100)"
    half = gxe.ExpectColumnValuesToMatchRegex(column="v", regex="^good", mostly=0.5, severity="critical")
    assert verdict(clean, query, half).rows == 2
    assert not verdict(clean, query, half, Guard("v", at_least=20)).passed


def test_a_key_with_a_missing_part_is_no_key(clean: duckdb.DuckDBPyConnection) -> None:
    entry = unique_key("key", "a, b", "a key")
    for query, passed in (
        ("SELECT 1 AS a, 2 AS b", True), ("SELECT 1 AS a, NULL::INT AS b", False),
        ("SELECT 1 AS a, NULL::INT AS b FROM range(2)", False),
    ):  # fmt: skip
        assert verdict(clean, query, entry.expectation, Guard()).passed == passed


def test_a_metric_that_breaks_the_whole_validation_is_told_as_not_run(clean: duckdb.DuckDBPyConnection) -> None:
    quantiles = gxe.ExpectColumnQuantileValuesToBeBetween(
        column="v", quantile_ranges={"quantiles": [0.5], "value_ranges": [[0, 10]]}, severity="critical"
    )
    check = verdict(clean, "SELECT range AS v FROM range(10)", quantiles)
    assert check.raised or check.passed  # a release that mends it may pass; it never ends the run
    assert stop_reason([check]) is None or check.raised


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_uses_nothing_that_passes_by_itself(entry: Entry) -> None:
    expectation = entry.expectation
    severity = getattr(expectation.severity, "value", expectation.severity)
    assert severity in ("critical", "warning", "info")
    assert getattr(expectation, "row_condition", None) is None  # one that matches nothing passes
    assert severity != "critical" or getattr(expectation, "mostly", 1) in (None, 1)  # what is critical has no exception
    assert entry.guard.at_least >= 1
    assert entry.meaning


@dataclass(frozen=True)
class Nothing:
    """A validation that answers for none of the entries."""

    results: tuple[Any, ...] = ()


def test_a_declared_check_that_did_not_run_stops(
    clean: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.run._validate", lambda *_: Nothing())
    results = judge_suites(clean, [Suite("made_up", "", (Table("t", "SELECT 1 AS v", (NOT_NULL,)),))], "run1")
    assert "did not run" in (stop_reason(results) or "")
