"""DuckDB as a data source of Great Expectations, on a connection that is already open in this process.

Great Expectations has none of its own: its SQL engine closes the connection before the rows are fetched, which DuckDB's
driver does not survive, and it knows no regular expression of DuckDB's. Both are mended here by subclassing. The module
imports Great Expectations (seconds): import it inside functions only.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import duckdb_engine
import great_expectations as gx
import sqlalchemy as sa
from great_expectations.datasource.fluent.config_str import ConfigStr
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

INTERRUPTED = "Query interrupted"  # what DuckDB makes of whatever a signal's handler raises within a query


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]
    """Great Expectations' SQL engine with results read before their connection goes back to the pool."""

    def execute_query(self, query: Any) -> Any:
        """Run a query and keep its rows. Raises KeyboardInterrupt where a signal ends it."""
        with interruptions(), self.get_connection() as connection:
            return _kept(self._execute_query_with_recovery(connection, query))

    def execute_query_in_transaction(self, query: Any) -> Any:
        """Run a query, keep its rows and commit. Raises KeyboardInterrupt where a signal ends it."""
        with interruptions(), self.get_connection() as connection:
            rows = _kept(self._execute_query_with_recovery(connection, query))
            connection.commit()
            return rows


class DuckDBDatasource(SQLDatasource):  # type: ignore[misc]
    """Registered with Great Expectations under the type `duckdb`, as `data_sources.add_duckdb`."""

    type: Literal["duckdb"] = "duckdb"
    connection_string: ConfigStr | str
    create_temp_table: bool = False

    @property
    def execution_engine_type(self) -> Any:
        """The engine that the metrics below are registered for."""
        return DuckDBExecutionEngine


class MatchesRegex(ColumnMapMetricProvider):  # type: ignore[misc]
    """Values that a regular expression matches somewhere (RE2: linear in the value, whatever the pattern)."""

    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(cls, column: Any, regex: str, _dialect: Any = None, **_: Any) -> Any:  # noqa: N805
        return sa.func.regexp_matches(column, sa.literal(regex))


class MatchesNoRegex(ColumnMapMetricProvider):  # type: ignore[misc]
    """Values that a regular expression matches nowhere."""

    condition_metric_name = "column_values.not_match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(cls, column: Any, regex: str, _dialect: Any = None, **_: Any) -> Any:  # noqa: N805
        return sa.not_(sa.func.regexp_matches(column, sa.literal(regex)))


def connect(con: duckdb.DuckDBPyConnection, name: str = "winnow") -> DuckDBDatasource:
    """A data source over `con`'s database, attached databases included.

    It works on a cursor of `con`, which is a session of its own: it sees what is committed, and no temporary table.
    """
    # it announces, in everybody's log, a temporary folder that it removes again
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source: DuckDBDatasource = context.data_sources.add_duckdb(
        name,
        connection_string="duckdb:///:memory:",  # never opened: the creator below hands out the session
        kwargs={"creator": lambda: duckdb_engine.ConnectionWrapper(con.cursor()), "poolclass": StaticPool},
    )
    return source


@contextmanager
def interruptions() -> Iterator[None]:
    """Raise KeyboardInterrupt for an interrupted query: Great Expectations goes on to the next one after any Exception."""
    try:
        yield
    except RuntimeError as error:
        if INTERRUPTED not in str(error):
            raise
        raise KeyboardInterrupt from error


def _kept(result: Any) -> Any:
    return result.freeze()() if result.returns_rows else result
