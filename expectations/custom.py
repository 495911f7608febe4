"""Expectations of our own: rows that must not exist, keys, and the law of the ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

from expectations.entry import ROWS, Entry, Guard
from expectations.vocabulary import OUTCOMES


class ExpectNoSuchRows(UnexpectedRowsExpectation):  # type: ignore[misc]
    """A query over `{batch}` finds nothing. Its rows are counted, never fetched: they may hold anybody's text."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        found = metrics["unexpected_rows_query.row_count"]
        return {"success": found == 0, "result": {"observed_value": found}}


class ExpectOutcomesToAddUp(ExpectNoSuchRows):
    """The law: records = new + unchanged + changed + merged + quarantined, for every batch of the ledger."""

    unexpected_rows_query: str = "SELECT * FROM {batch} WHERE records IS DISTINCT FROM " + " + ".join(
        f'"{outcome}"' for outcome in OUTCOMES
    )


class ExpectKeysToBeUnique(ExpectNoSuchRows):
    """No key stands in two rows, and no part of one is missing (Great Expectations' own looks past missing ones).

    `key` is a column or several, comma-separated; those in `nullable` may be missing, and missing is then a value.
    """

    unexpected_rows_query: str = ""
    key: str
    nullable: str = ""

    def __init__(self, **given: Any) -> None:
        """Make the query from the key."""
        nullable = [name.strip() for name in given.get("nullable", "").split(",")]
        names = [name.strip() for name in given["key"].split(",")]
        missing = "".join(f' OR "{name}" IS NULL' for name in names if name not in nullable)
        columns = ", ".join(f'"{name}"' for name in names)
        given["unexpected_rows_query"] = f"SELECT {columns} FROM {{batch}} GROUP BY ALL HAVING count(*) > 1{missing}"
        super().__init__(**given)


def no_rows(name: str, query: str, meaning: str, *, guard: Guard = ROWS) -> Entry:
    """An entry for rows that must not exist: `query` selects them from `{batch}`."""
    return Entry(name, ExpectNoSuchRows(unexpected_rows_query=query.strip(), severity="critical"), meaning, guard)


def unique_key(name: str, key: str, meaning: str, *, nullable: str = "", guard: Guard = ROWS) -> Entry:
    """An entry for a business key: a column or several, comma-separated."""
    return Entry(name, ExpectKeysToBeUnique(key=key, nullable=nullable, severity="critical"), meaning, guard)
