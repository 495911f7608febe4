"""`winnow sql`: somebody's SQL on the published warehouse, harmless whatever it says."""

from __future__ import annotations

import csv
import json
import sys
import threading
from typing import TYPE_CHECKING, Any

import click
import duckdb

from tasks.errors import UsageError
from warehouse.connection import open_reader

if TYPE_CHECKING:
    from pathlib import Path

TABLE_ROWS = 200
CELL_WIDTH = 60
BATCH_ROWS = 10_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def connect(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The published warehouse for reading. Raises UsageError where there is none yet or it cannot be opened."""
    if not warehouse.exists():
        raise UsageError(
            "no_warehouse", "nothing has been published yet", where=str(warehouse), next_step="Try: winnow run"
        )
    try:
        return open_reader(warehouse)
    except duckdb.Error as error:
        raise UsageError(
            "unreadable_warehouse", "the published file cannot be opened", where=str(warehouse), why=first_line(error),
            next_step="Try: winnow doctor",
        ) from error  # fmt: skip


def first_line(error: Exception) -> str:
    """The first line of an error's text."""
    return str(error).strip().split("\n", 1)[0]


def run_query(warehouse: Path, query: str, form: str, timeout: float) -> None:
    """Run one query and print its rows. Raises UsageError where it is refused, wrong, or takes over `timeout` seconds."""
    with connect(warehouse) as con:
        stopper = threading.Timer(timeout, con.interrupt)
        stopper.start()
        try:
            result = con.execute(query)
            if result.description is not None:
                WRITERS[form](result)
        except duckdb.InterruptException as error:
            raise UsageError(
                "query_timeout", f"the query was stopped after {timeout:g} s", next_step="Narrow it, or raise --timeout"
            ) from error
        except (duckdb.Error, RuntimeError) as error:
            raise UsageError(
                "query_failed", first_line(error), next_step="See docs/dictionary.md for the tables"
            ) from error
        finally:
            stopper.cancel()


def printable(value: Any) -> str:
    """A cell as one line of visible text: control characters could drive the terminal."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    return "".join(c if c.isprintable() else " " for c in text[: CELL_WIDTH * 4])


def write_table(result: duckdb.DuckDBPyConnection) -> None:
    """Aligned columns, at most TABLE_ROWS rows and CELL_WIDTH characters a cell."""
    names = [column[0] for column in result.description or []]
    rows = [[printable(v) for v in row] for row in result.fetchmany(TABLE_ROWS + 1)]
    shown = rows[:TABLE_ROWS]
    widths = [min(CELL_WIDTH, max([len(name), *(len(row[i]) for row in shown)])) for i, name in enumerate(names)]

    def line(cells: list[str]) -> str:
        cut = [c if len(c) <= w else c[: w - 1] + "…" for c, w in zip(cells, widths, strict=True)]
        return "  ".join(c.ljust(w) for c, w in zip(cut, widths, strict=True)).rstrip()

    click.echo(line([printable(n) for n in names]))
    click.echo("  ".join("-" * w for w in widths))
    for row in shown:
        click.echo(line(row))
    if len(rows) > TABLE_ROWS:
        click.echo("... more rows; --format csv prints all")


def write_csv(result: duckdb.DuckDBPyConnection) -> None:
    """All rows as CSV; cells that a spreadsheet would run as a formula are prefixed with an apostrophe."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([safe_cell(column[0]) for column in result.description or []])
    while rows := result.fetchmany(BATCH_ROWS):
        writer.writerows([[safe_cell(value) for value in row] for row in rows])


def safe_cell(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe before it; numbers and dates stay as they are."""
    if isinstance(value, list | dict):
        value = json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def write_json(result: duckdb.DuckDBPyConnection) -> None:
    """All rows as one JSON array of objects, a row a line."""
    names = [column[0] for column in result.description or []]
    lead = "["
    while rows := result.fetchmany(BATCH_ROWS):
        for row in rows:
            click.echo(lead + json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False), nl=False)
            lead = ",\n "
    click.echo("]" if lead != "[" else "[]")


def write_parquet(result: duckdb.DuckDBPyConnection) -> None:
    """All rows as a Parquet file on standard output. Raises UsageError on a terminal."""
    import pyarrow.parquet as pq

    if sys.stdout.isatty():
        raise UsageError("binary_output", "Parquet is not for terminals", next_step="Redirect it: ... > result.parquet")
    reader: Any = result.to_arrow_reader(BATCH_ROWS)
    with pq.ParquetWriter(sys.stdout.buffer, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json, "parquet": write_parquet}
