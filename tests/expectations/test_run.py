"""A check says what happened to it: failed, raised, or never ran; and nothing a metric does ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import great_expectations.expectations as gxe
import pytest

from expectations import run
from expectations.custom import no_rows
from expectations.entry import Entry, Guard, Suite, Table
from expectations.run import run_suite

if TYPE_CHECKING:
    import duckdb

TITLES = "SELECT title FROM work.staging"
GOOD = Entry("good", gxe.ExpectColumnValuesToNotBeNull(column="title", severity="critical"), "titles are there")


def suite(*entries: Entry, query: str = TITLES, idle_when: str | None = None) -> Suite:
    return Suite("made_up", "for a test", (Table("titles", query, entries, idle_when),))


RAISING = {
    "a missing column": (TITLES, gxe.ExpectColumnValuesToBeUnique(column="nothing", severity="info")),
    "a type that does not fit": (
        "SELECT [title] AS title FROM work.staging",
        gxe.ExpectColumnValuesToMatchRegex(column="title", regex="x", severity="info"),
    ),
    "a pattern that is none": (TITLES, gxe.ExpectColumnValuesToMatchRegex(column="title", regex="(", severity="info")),
    "a missing table": ("SELECT title FROM work.nowhere", GOOD.expectation),
    "a query that is none": ("TABLE work.staging", GOOD.expectation),
    "an error while it runs": ("SELECT error('boom' || title) AS title FROM work.staging", GOOD.expectation),
}


@pytest.mark.parametrize("name", RAISING)
def test_a_check_that_raises_has_not_run(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    query, expectation = RAISING[name]
    [check] = run_suite(clean, suite(Entry("broken", expectation, "something"), query=query), "run1").checks
    assert check.raised
    assert not check.passed
    assert check.observed
    assert "\n" not in check.observed


def test_one_raising_metric_leaves_the_others_their_say(clean: duckdb.DuckDBPyConnection) -> None:
    broken = no_rows("broken", "SELECT nothing FROM {batch}", "something")
    checks = run_suite(clean, suite(GOOD, broken), "run1").checks
    assert [(c.expectation, c.passed, c.raised) for c in checks] == [("good", True, False), ("broken", False, True)]


def test_a_declared_check_without_a_result_did_not_run(
    clean: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nothing:
        results = ()

    monkeypatch.setattr(run, "_validate", lambda *_: Nothing())
    [check] = run_suite(clean, suite(GOOD), "run1").checks
    assert (check.passed, check.raised, check.observed) == (False, True, run.NEVER_RAN)


def test_a_crash_of_the_whole_validation_is_told_by_every_entry(
    clean: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise TypeError("Object of type bool is not JSON serializable")

    monkeypatch.setattr(run, "_validate", crash)
    checks = run_suite(clean, suite(GOOD, GOOD._replace(name="twin")), "run1").checks
    assert [c.raised for c in checks] == [True, True]
    assert "JSON serializable" in (checks[0].observed or "")


def test_the_guards_severity_speaks_for_an_absence_and_the_expectations_for_a_failure(
    clean: duckdb.DuckDBPyConnection,
) -> None:
    entry = GOOD._replace(guard=Guard("title", at_least=1000, severity="info"))
    [absent] = run_suite(clean, suite(entry), "run1").checks
    assert (absent.passed, absent.severity) == (False, "info")
    clean.execute("UPDATE work.staging SET title = NULL WHERE raw_id = 'raw1'")
    [failed] = run_suite(clean, suite(entry), "run1").checks
    assert (failed.passed, failed.severity, failed.failing) == (False, "critical", 1)


@pytest.mark.parametrize(
    ("idle", "severity"), [("SELECT true", "info"), ("SELECT false", "critical"), (None, "critical")]
)
def test_an_idle_table_is_told_and_stops_nothing(
    idle: str | None, severity: str, clean: duckdb.DuckDBPyConnection
) -> None:
    [check] = run_suite(clean, suite(GOOD, query=f"{TITLES} WHERE false", idle_when=idle), "run1").checks
    assert (check.passed, check.raised, check.severity, check.rows) == (False, False, severity, 0)


def test_idleness_excuses_no_exception(clean: duckdb.DuckDBPyConnection) -> None:
    broken = no_rows("broken", "SELECT nothing FROM {batch}", "something")
    [check] = run_suite(clean, suite(broken, query=f"{TITLES} WHERE false", idle_when="SELECT true"), "run1").checks
    assert (check.raised, check.severity) == (True, "critical")


def test_no_value_of_a_posting_is_in_a_result(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET title = 'SECRET' || raw_id")
    plain = Entry("plain", gxe.ExpectColumnValuesToMatchRegex(column="title", regex="^x", severity="critical"), "x")
    found = no_rows("found", "SELECT title FROM {batch} WHERE title LIKE 'SECRET%'", "x")
    told = run_suite(clean, suite(plain, found), "run1")
    assert "SECRET" not in repr(told.checks) + repr(told.tables[0].validation.to_json_dict()).replace(
        "LIKE 'SECRET%'", ""
    )


def test_uncommitted_rows_are_not_seen(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("BEGIN")
    clean.execute("DELETE FROM work.staging")
    [check] = run_suite(clean, suite(GOOD), "run1").checks
    clean.execute("ROLLBACK")
    assert check.rows == 60


def test_the_writers_transaction_survives_being_judged(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("BEGIN")
    clean.execute("CREATE TABLE work.mine AS SELECT 1 AS one")
    run_suite(clean, suite(GOOD), "run1")
    clean.execute("COMMIT")
    assert clean.execute("SELECT count(*) FROM work.mine").fetchone() == (1,)
