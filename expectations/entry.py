"""The shape of a suite: tables to look at, and for each the expectations, what they mean and the guard beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Guard(NamedTuple):
    """What must be there to look at, or the expectation has said nothing: Great Expectations passes on emptiness.

    Counted are the non-null values of `column`, or the rows where it is None. Fewer than `at_least` fail the check,
    with `severity` where given, else with the expectation's own.
    """

    column: str | None = None
    at_least: int = 1
    severity: str | None = None


ROWS = Guard()
# A batch may say nothing at all of an optional thing: that is told, and neither stops nor warns.
ROWS_IF_ANY = Guard(severity="info")


class Entry(NamedTuple):
    """One expectation (an instance, its severity given), in plain words, with its guard."""

    name: str
    expectation: Any
    meaning: str
    guard: Guard = ROWS


class Table(NamedTuple):
    """What entries look at: a name for people and the SELECT that yields its rows, wide columns left out.

    `idle_when` is a SELECT of one truth value. Where it is true, having no row at all is no fault: the guards still
    fail the entries, as nothing was looked at, but with severity info.
    """

    name: str
    query: str
    entries: tuple[Entry, ...]
    idle_when: str | None = None


class Suite(NamedTuple):
    """Everything that must hold at one boundary."""

    name: str
    about: str
    tables: tuple[Table, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all tables."""
        return tuple(entry for table in self.tables for entry in table.entries)


@dataclass(frozen=True)
class CheckResult:
    """What became of one check in one run: a row of audit.checks.

    `rows` is what was looked at, `failing` how much of it failed (where the expectation counts; else 0 or 1). A check
    that raised has neither passed nor failed on the data: it did not run.
    """

    run_id: str
    suite: str
    expectation: str
    column_name: str | None
    severity: str
    rows: int
    failing: int
    passed: bool
    raised: bool
    observed: str | None
    meaning: str | None
