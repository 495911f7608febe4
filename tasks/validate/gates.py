"""The gates: run the suites of a boundary and decide whether the run may go on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from expectations.entry import CheckResult, Suite
from tasks.errors import WinnowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

SUITES = ("raw", "curated", "jobs", "marts")


def load_suite(name: str) -> Suite:
    """The suite of a boundary. Imports Great Expectations. Raises WinnowError(unknown_suite) for any other name."""
    if name not in SUITES:
        raise WinnowError(
            "unknown_suite",
            f"there is no suite {name!r}",
            where="expectations/suites",
            next_step=f"use {', '.join(SUITES)}",
        )
    suite: Suite = importlib.import_module(f"expectations.suites.{name}").SUITE
    return suite


def judge(
    con: duckdb.DuckDBPyConnection, suite_names: Sequence[str], run_id: str, docs_dir: Path | None = None
) -> list[CheckResult]:
    """Run the suites over what `con` has committed; one result for every declared entry, whatever happened to it.

    With `docs_dir`, Data Docs of these suites are written there. A suite without entries is itself a failed check.
    """
    return judge_suites(con, [load_suite(name) for name in suite_names], run_id, docs_dir)


def judge_suites(
    con: duckdb.DuckDBPyConnection, suites: Sequence[Suite], run_id: str, docs_dir: Path | None = None
) -> list[CheckResult]:
    """Run suites given as values: see `judge`. A suite, or a table of one, without entries is a failed check of its own."""
    from expectations.run import run_suite

    runs = [run_suite(con, suite, run_id) for suite in suites]
    if docs_dir is not None:
        from expectations.data_docs import write_docs

        write_docs(runs, docs_dir)
    empty = [_empty(suite.name, "the suite", run_id) for suite in suites if not suite.entries]
    empty += [
        _empty(suite.name, f"table {table.name}", run_id)
        for suite in suites if suite.entries for table in suite.tables if not table.entries
    ]  # fmt: skip
    return empty + [check for run in runs for check in run.checks]


def stops(check: CheckResult) -> bool:
    """Whether a check stops publication: a critical one that failed, or any that could not run."""
    return not check.passed and (check.raised or check.severity == "critical")


def stop_reason(results: Sequence[CheckResult]) -> str | None:
    """Why nothing may be published, in one line for people; None where nothing stands against it.

    No results at all are a reason too: a gate that looked at nothing is shut.
    """
    if not results:
        return "no check ran"
    stopping = [check for check in results if stops(check)]
    if not stopping:
        return None
    first = stopping[0]
    what = "did not run" if first.raised else "failed"
    count = f"; {len(stopping) - 1} more" if len(stopping) > 1 else ""
    return f"{first.suite}.{first.expectation} {what}: {first.meaning} (observed: {first.observed}){count}"


def _empty(suite: str, what: str, run_id: str) -> CheckResult:
    return CheckResult(
        run_id,
        suite,
        "suite_has_entries",
        None,
        "critical",
        0,
        0,
        False,
        False,
        f"{what} has 0 entries",
        "the suite checks something",
    )
