"""The gate: what stops a run, what does not, and in which words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pytest

from expectations.entry import CheckResult, Suite
from tasks.errors import WinnowError
from tasks.validate import judge, stop_reason
from tasks.validate.gates import judge_suites, load_suite
from warehouse.dictionary import entries

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

GOOD = CheckResult("run1", "raw", "rows_present", None, "critical", 10, 0, True, False, "10", "records came")


def result(**changed: Any) -> CheckResult:
    return CheckResult(**(asdict(GOOD) | changed))


@pytest.mark.parametrize(
    ("changed", "stops"),
    [
        ({}, False),
        ({"passed": False}, True),
        ({"passed": False, "severity": "warning"}, False),
        ({"passed": False, "severity": "info"}, False),
        ({"passed": False, "raised": True}, True),
        ({"passed": False, "raised": True, "severity": "warning"}, True),
        ({"passed": False, "raised": True, "severity": "info"}, True),
    ],
)
def test_critical_failures_and_checks_that_could_not_run_stop(changed: dict[str, Any], *, stops: bool) -> None:
    assert (stop_reason([GOOD, result(**changed)]) is not None) == stops


def test_the_reason_names_the_check_its_meaning_and_how_many_more() -> None:
    reason = stop_reason([GOOD, result(passed=False, observed="0 rows"), result(passed=False, raised=True)])
    assert reason == "raw.rows_present failed: records came (observed: 0 rows); 1 more"


def test_nothing_judged_is_a_reason_to_stop() -> None:
    assert stop_reason([]) == "no check ran"


def test_an_empty_suite_is_a_failure(clean: duckdb.DuckDBPyConnection) -> None:
    results = judge_suites(clean, [Suite("hollow", "nothing", ())], "run1")
    assert stop_reason(results) is not None


def test_an_unknown_suite_is_refused(clean: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WinnowError) as caught:
        judge(clean, ["curate"], "run1")
    assert caught.value.code == "unknown_suite"


def test_a_clean_batch_passes_every_gate(clean: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    results = judge(clean, ("raw", "curated"), "run1", tmp_path) + judge(clean, ("jobs", "marts"), "run1", tmp_path)
    assert stop_reason(results) is None
    names = ("raw", "curated", "jobs", "marts")
    assert len(results) == sum(len(load_suite(name).entries) for name in names)
    assert {path.name for path in tmp_path.glob("*.html")} == {"index.html", *(f"{name}.html" for name in names)}


def test_a_run_without_records_is_stopped(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.keys; DELETE FROM work.staging; DELETE FROM work.to_clean")
    assert "rows_present" in (stop_reason(judge(clean, ("raw", "curated"), "run1")) or "")


def test_a_run_with_nothing_new_goes_on(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.staging; DELETE FROM work.to_clean")
    results = judge(clean, ("raw", "curated"), "run1")
    assert stop_reason(results) is None
    assert {c.severity for c in results if c.suite == "curated"} == {"info"}
    assert not any(c.passed for c in results if c.suite == "curated")


def test_results_are_rows_of_the_ledger() -> None:
    [table] = [entry for entry in entries() if entry.full_name == "audit.checks"]
    assert list(table.columns) == [field.name for field in fields(CheckResult)]


def test_great_expectations_is_imported_only_when_judging() -> None:
    code = "import sys, tasks.validate, tasks.validate.sources; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
