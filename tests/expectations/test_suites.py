"""Every entry passes on a clean batch, fails on its own mutant, and never passes where there is nothing to look at."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expectations.entry import CheckResult, Entry, Suite, Table
from expectations.run import run_suite
from expectations.suites import curated, jobs, marts, raw
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    import duckdb

SUITES = {module.SUITE.name: module.SUITE for module in (raw, curated, jobs, marts)}
MUTANTS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8"))
ENTRIES = [
    pytest.param(suite, table, entry, id=f"{suite.name}.{entry.name}")
    for suite in SUITES.values()
    for table in suite.tables
    for entry in table.entries
]
TABLES = [
    pytest.param(suite, table, id=f"{suite.name}.{table.name}") for suite in SUITES.values() for table in suite.tables
]
GUARDED = [param for param in TABLES if any(entry.guard.column for entry in param.values[1].entries)]


@pytest.mark.parametrize("name", SUITES)
def test_every_entry_has_a_mutant_and_every_mutant_an_entry(name: str) -> None:
    names = [entry.name for entry in SUITES[name].entries]
    assert len(names) == len(set(names))
    assert set(names) == set(MUTANTS[name])


@pytest.mark.parametrize("name", SUITES)
def test_a_clean_batch_passes_every_entry(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    checks = run_suite(clean, SUITES[name], "run1").checks
    assert [(c.expectation, c.observed) for c in checks if not c.passed] == []
    assert all(check.rows > 0 and not check.raised and check.meaning for check in checks)
    assert {c.severity for c in checks} <= {"critical", "warning", "info"}


@pytest.mark.parametrize(("suite", "table", "entry"), ENTRIES)
def test_an_entry_fails_on_its_mutant(
    suite: Suite, table: Table, entry: Entry, clean: duckdb.DuckDBPyConnection
) -> None:
    clean.execute(MUTANTS[suite.name][entry.name])
    only = Suite(suite.name, suite.about, (table._replace(entries=(entry,)),))
    [check] = run_suite(clean, only, "run1").checks
    assert not check.passed
    assert not check.raised, check.observed
    assert check.severity == entry.expectation.severity
    assert check.failing > 0 or check.rows == 0


def guarded(table: Table) -> list[str]:
    return sorted({entry.guard.column for entry in table.entries if entry.guard.column})


def over(con: duckdb.DuckDBPyConnection, suite: Suite, table: Table, query: str) -> list[CheckResult]:
    """The results of a table's entries over another query."""
    return run_suite(con, Suite(suite.name, suite.about, (table._replace(query=query),)), "run1").checks


@pytest.mark.parametrize(("suite", "table"), TABLES)
def test_no_entry_passes_on_an_empty_table(suite: Suite, table: Table, clean: duckdb.DuckDBPyConnection) -> None:
    checks = over(clean, suite, table, f"SELECT * FROM ({table.query}) LIMIT 0")
    assert [c.expectation for c in checks if c.passed or c.raised or c.rows] == []


@pytest.mark.parametrize(("suite", "table"), GUARDED)
def test_no_guarded_entry_passes_on_an_all_null_column(
    suite: Suite, table: Table, clean: duckdb.DuckDBPyConnection
) -> None:
    nulls = ", ".join(f'nullif("{name}", "{name}") AS "{name}"' for name in guarded(table))
    checks = over(clean, suite, table, f"SELECT * REPLACE ({nulls}) FROM ({table.query})")
    about = {entry.name for entry in table.entries if entry.guard.column}
    assert [c.expectation for c in checks if c.expectation in about and (c.passed or c.raised)] == []
    assert all("to look at" in (c.observed or "") for c in checks if c.expectation in about)


@pytest.mark.parametrize(("suite", "table"), GUARDED)
def test_a_missing_column_is_told_apart_from_a_failed_check(
    suite: Suite, table: Table, clean: duckdb.DuckDBPyConnection
) -> None:
    names = ", ".join(f'"{name}"' for name in guarded(table))
    checks = over(clean, suite, table, f"SELECT * EXCLUDE ({names}), 1 AS other FROM ({table.query})")
    about = {entry.name for entry in table.entries if entry.guard.column}
    assert [c.expectation for c in checks if c.expectation in about and not (c.raised and c.observed)] == []


@pytest.mark.parametrize("name", ["jobs", "marts"])
def test_the_suites_name_only_columns_that_the_warehouse_has(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(
        "DROP SCHEMA raw CASCADE; DROP SCHEMA curated CASCADE; DROP SCHEMA audit CASCADE; DROP SCHEMA marts CASCADE"
    )
    create_all(clean)
    assert [c for c in run_suite(clean, SUITES[name], "run1").checks if c.raised] == []


# what is done, which law it breaks, how
LAWS = {
    "a record too few in the ledger": ("outcomes_add_up", "UPDATE audit.batches SET records = records - 1"),
    "one quarantined too many": ("outcomes_add_up", "UPDATE audit.batches SET quarantined = quarantined + 1"),
    "one unchanged too many": ("outcomes_add_up", "UPDATE audit.batches SET unchanged = unchanged + 1"),
    "one count missing": ("outcomes_add_up", "UPDATE audit.batches SET merged = NULL WHERE source = 'alpha'"),
    "a ledger that adds up to something else": (
        "records_counted",
        """UPDATE audit.batches SET records = records + 5, "new" = "new" + 5 WHERE source = 'alpha'""",
    ),
    "a raw id in neither": ("accounted_once", "DELETE FROM audit.quarantine"),
    "a raw id in both": (
        "accounted_once",
        "INSERT INTO audit.quarantine SELECT 'raw1', 'cap_beta', 'json', 'split', NULL",
    ),
    "a raw id seen twice": (
        "accounted_once",
        "INSERT INTO curated.sightings SELECT * FROM curated.sightings WHERE raw_id = 'raw1'",
    ),
    "a raw id indexed twice": (
        "accounted_once",
        "INSERT INTO raw.record_index SELECT * FROM raw.record_index WHERE raw_id = 'raw1'",
    ),
    "a raw id out of nowhere": (
        "accounted_once",
        "UPDATE curated.sightings SET raw_id = 'ghost' WHERE raw_id = 'raw1'",
    ),
    "a posting without a key": (
        "posting_unique",
        "UPDATE curated.postings SET posting_id = NULL WHERE posting_id = 'post1'",
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_breaking_a_law_is_critical(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    law, mutant = LAWS[name]
    clean.execute(mutant)
    broken = {
        c.expectation for c in run_suite(clean, jobs.SUITE, "run1").checks if not c.passed and c.severity == "critical"
    }
    assert law in broken


def test_a_replay_keeps_the_law(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(
        """
        INSERT INTO audit.batches SELECT 'run2-cap_alpha', 'run2', 'cap_alpha', 'alpha', 1, 1, 0, 0, 0, 0,
               now() + INTERVAL 1 DAY, 'replay', NULL, NULL, NULL;
        UPDATE audit.quarantine SET replayed_in = 'run2';
        INSERT INTO curated.sightings BY NAME SELECT 'post1' AS posting_id, 'cap_alpha' AS capture_id, 'raw_bad' AS raw_id,
               'alpha' AS source, 'new' AS outcome;
        """
    )
    assert [c.expectation for c in run_suite(clean, jobs.SUITE, "run2").checks if not c.passed] == []
