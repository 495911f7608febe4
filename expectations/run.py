"""Runs a suite and says of every entry what became of it: passed, failed, or never ran."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.entry import CheckResult, Entry, Suite, Table

if TYPE_CHECKING:
    import duckdb

# No example of a failing value leaves the database: counts gate, and the row mask says which rows.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
OBSERVED_LIMIT = 300
NEVER_RAN = "the check did not run"

Counts = dict[str | None, int]


class TableRun(NamedTuple):
    """A table's results: ours, and Great Expectations' own (None where it could not even start) for Data Docs."""

    table: str
    checks: list[CheckResult]
    validation: Any | None


class SuiteRun(NamedTuple):
    """A suite's results, table by table."""

    suite: Suite
    tables: list[TableRun]

    @property
    def checks(self) -> list[CheckResult]:
        """The results of all entries, in the order in which they are declared."""
        return [check for table in self.tables for check in table.checks]


def run_suite(con: duckdb.DuckDBPyConnection, suite: Suite, run_id: str) -> SuiteRun:
    """Run every entry of a suite. Never raises for what the data or a metric does: that is a result, `raised`.

    Raises ImportError where Great Expectations is not installed.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    from expectations.duckdb_engine import connect

    source = connect(con)
    return SuiteRun(suite, [_run_table(con, source, suite, table, run_id) for table in suite.tables])


def _run_table(con: duckdb.DuckDBPyConnection, source: Any, suite: Suite, table: Table, run_id: str) -> TableRun:
    counts = _count(con, table)
    validation, broken = None, NEVER_RAN
    try:
        validation = _validate(source, suite, table)
    except Exception as error:  # a metric may raise anything; every entry's result tells it
        broken = f"{type(error).__name__}: {error}"
    idle = counts.get(None) == 0 and _is_idle(con, table)
    results = {} if validation is None else {r.expectation_config.meta["entry"]: r for r in validation.results}
    checks = [_verdict(run_id, suite.name, entry, results.get(entry.name), counts, broken) for entry in table.entries]
    if idle:
        checks = [c if c.raised else replace(c, severity="info", observed="nothing new to look at") for c in checks]
    return TableRun(table.name, checks, validation)


def _is_idle(con: duckdb.DuckDBPyConnection, table: Table) -> bool:
    if table.idle_when is None:
        return False
    cursor = con.cursor()
    try:
        return bool((cursor.execute(table.idle_when).fetchone() or (False,))[0])
    finally:
        cursor.close()


def _validate(source: Any, suite: Suite, table: Table) -> Any:
    """Great Expectations' result over the table's rows; each expectation carries its entry's name and meaning."""
    import great_expectations as gx

    asset = source.add_query_asset(f"{suite.name}.{table.name}", query=table.query.strip())
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    told = [e.expectation.copy(update={"meta": {"entry": e.name}, "notes": e.meaning}) for e in table.entries]
    declared = gx.ExpectationSuite(f"{suite.name}.{table.name}", expectations=told)
    return batch.validate(declared, result_format=RESULT_FORMAT)


def _count(con: duckdb.DuckDBPyConnection, table: Table) -> Counts:
    """Rows (under None) and non-null values of each guarded column that exists; empty where the query fails."""
    import duckdb

    cursor = con.cursor()
    try:
        present = {row[0] for row in cursor.execute(f"DESCRIBE {table.query}").fetchall()}
        columns = sorted({e.guard.column for e in table.entries if e.guard.column and e.guard.column in present})
        counts = ", ".join(["count(*)", *(f'count("{column}")' for column in columns)])
        row = cursor.execute(f"SELECT {counts} FROM ({table.query})").fetchone() or ()
    except duckdb.Error:
        return {}  # the entries run into the same error and tell it
    finally:
        cursor.close()
    return dict(zip([None, *columns], row, strict=True))


def _verdict(run_id: str, suite: str, entry: Entry, result: Any, counts: Counts, broken: str) -> CheckResult:
    """Join Great Expectations' word with the guard's: both must be content."""
    guard, rows = entry.guard, counts.get(entry.guard.column)
    severity = getattr(entry.expectation.severity, "value", entry.expectation.severity)
    detail = {} if result is None else result.result
    error = broken if result is None else raised(result.exception_info)
    if error is None and rows is None:
        error = f"{guard.column or 'the table'} cannot be counted"
    passed, failing, observed = False, 0, error or ""
    if error is None and rows is not None:
        passed, failing = bool(result.success), _failing(entry, detail, passed=bool(result.success))
        observed = _observed(detail)
        if rows < guard.at_least:
            what = f"values of {guard.column}" if guard.column else "rows"
            observed = f"{rows} {what} to look at, {guard.at_least} needed"
            severity = severity if not passed else guard.severity or severity
            passed = False
    return CheckResult(
        run_id=run_id,
        suite=suite,
        expectation=entry.name,
        column_name=_columns(entry),
        severity=str(severity),
        rows=rows or 0,
        failing=failing,
        passed=passed,
        raised=error is not None,
        observed=" ".join(observed.split())[:OBSERVED_LIMIT],
        meaning=entry.meaning,
    )


def raised(exception_info: Any) -> str | None:
    """The message of the first exception in a result, or None. They are keyed by metric, or not at all."""
    if not isinstance(exception_info, dict):
        return None
    for info in [exception_info, *exception_info.values()]:
        if isinstance(info, dict) and info.get("raised_exception"):
            told = str(info.get("exception_message") or "").strip()
            return told.split("\n")[0] or "an exception without a message"
    return None


def _failing(entry: Entry, detail: dict[str, Any], *, passed: bool) -> int:
    """Failing rows where the expectation counts them; else one for a failed aggregate."""
    from expectations.custom import ExpectNoSuchRows

    if isinstance(entry.expectation, ExpectNoSuchRows):
        return int(detail.get("observed_value") or 0)
    if detail.get("unexpected_count") is not None:
        return int(detail["unexpected_count"])
    return 0 if passed else 1


def _observed(detail: dict[str, Any]) -> str:
    if detail.get("unexpected_count") is not None:
        return f"{detail['unexpected_count']} of {detail.get('element_count')} rows fail"
    value = detail.get("observed_value")
    return "" if value is None else str(value)


def _columns(entry: Entry) -> str | None:
    """The column or columns that an entry is about."""
    given = [getattr(entry.expectation, name, None) for name in ("column", "column_A", "column_B", "key")]
    return ", ".join(str(name) for name in given if name) or entry.guard.column
