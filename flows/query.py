"""`winnow sql`: somebody's SQL on the published warehouse, harmless whatever it says."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import threading
from typing import TYPE_CHECKING, Any

import click
import duckdb

from flows.query_errors import first_line, query_failed, visible_line
from flows.query_guard import guarded, too_slow
from tasks.errors import UsageError
from warehouse.connection import open_reader

if TYPE_CHECKING:
    from pathlib import Path

TABLE_ROWS = 200
CELL_WIDTH = 60
BATCH_ROWS = 10_000
LONGEST_SECONDS = 1e9  # what the timers of every system can take
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)  # MULTI: a PIVOT, which is taken apart
SKIPPED = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*+"  # taken once: many comments could be parted in too many ways
EXPLAIN = re.compile(rf"\A{SKIPPED}EXPLAIN(?:\s+ANALYZE)?\s+", re.I | re.S)
SHOW_TABLES = re.compile(rf"\A{SKIPPED}SHOW\s+TABLES{SKIPPED};?{SKIPPED}\Z", re.I | re.S)
# DuckDB's own looks in the schema `main` alone, where nothing of ours is.
ALL_TABLES = """
    SELECT schema_name || '.' || table_name AS name, 'table' AS kind, comment AS meaning FROM duckdb_tables() WHERE NOT internal
    UNION ALL
    SELECT schema_name || '.' || view_name, 'view', comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL
"""
FORMULA_STARTS = ("\t", "\r", "\n", "\0")
FORMULA = re.compile(r"[\s\0\ufeff\u200b-\u200f\u2060\"';,]*[=+\-@|%＝＋－＠]")
# Control characters of eight bits, and those that turn the direction of writing or are not seen.
UNSEEN = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def connect(warehouse: Path, temporary: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The published warehouse for reading. Raises UsageError where there is none yet or it cannot be opened."""
    if not warehouse.exists():
        raise UsageError(
            "no_warehouse", "nothing has been published yet", where=str(warehouse), next_step="Try: winnow run"
        )
    try:
        return open_reader(warehouse, temporary)
    except duckdb.Error as error:
        raise UsageError(
            "unreadable_warehouse", "the published file cannot be opened", where=str(warehouse), why=first_line(error),
            next_step="Try: winnow doctor",
        ) from error  # fmt: skip


def run_query(warehouse: Path, query: str, form: str, timeout: float) -> None:
    """Run one query and print its rows. Raises UsageError where it is refused, wrong, or takes over `timeout` seconds."""
    if not (math.isfinite(timeout) and timeout > 0):
        raise UsageError(
            "bad_timeout", f"{timeout:g} is no time limit", where="--timeout",
            next_step="Give seconds, a number above 0",
        )  # fmt: skip
    timeout = min(timeout, LONGEST_SECONDS)
    guarded(lambda temporary: print_rows(warehouse, query, form, timeout, temporary), timeout)


def print_rows(warehouse: Path, query: str, form: str, timeout: float, temporary: Path) -> None:
    """The query itself: refused unless it only reads, interrupted after `timeout` seconds."""
    with connect(warehouse, temporary) as con:
        stopper = threading.Timer(timeout, con.interrupt)
        stopper.daemon = True
        stopper.start()
        try:
            check_reads_only(con, query)
            result = con.execute(ALL_TABLES if SHOW_TABLES.match(query) else query)
            if result.description is not None:
                WRITERS[form](result)
        except duckdb.InterruptException as error:
            raise too_slow(timeout) from error
        except (duckdb.Error, RuntimeError, ValueError, OverflowError, MemoryError) as error:
            raise query_failed(error) from error
        finally:
            stopper.cancel()


def check_reads_only(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse anything but one statement that reads. Raises UsageError `query_refused`; duckdb.Error where it is no SQL.

    The file is opened read-only and locked down besides (warehouse/connection.py): this says so in plain words, and
    keeps out what is harmless there but of no use, as temporary tables are.
    """
    statements = con.extract_statements(query)
    if len(statements) != 1:
        what = "there is no statement" if not statements else f"{len(statements)} statements in one query"
        raise UsageError("query_refused", what, next_step="Give one SELECT")
    kind = statements[0].type
    if kind == duckdb.StatementType.EXPLAIN:
        inner = EXPLAIN.sub("", query, count=1)
        reads = inner != query and [s.type for s in con.extract_statements(inner)] == [duckdb.StatementType.SELECT]
    else:
        reads = kind in READING
    if not reads:
        raise UsageError(
            "query_refused", f"{kind.name} is not allowed here", why="the warehouse can only be read",
            next_step="Give a SELECT; DESCRIBE, SUMMARIZE, SHOW TABLES and EXPLAIN SELECT work too",
        )  # fmt: skip


def printable(value: Any, width: int = CELL_WIDTH * 4) -> str:
    """A cell as one line of visible text: control characters could drive the terminal."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    return visible_line(text, width)


def unlike(names: list[str]) -> list[str]:
    """Names of which no two are alike, as DuckDB makes those of a table's columns: a, a_1; A is like a."""
    taken: dict[str, int] = {}
    made = []
    for given in names:
        name = given
        while name.lower() in taken:
            name = f"{given}_{taken[given.lower()]}"
            taken[given.lower()] += 1
        taken[name.lower()] = 1
        made.append(name)
    return made


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
    """All rows as CSV; cells that a spreadsheet would run as a formula are prefixed with an apostrophe.

    On a terminal, characters that could drive it are blanks; in a file everything stays.
    """
    show = visible if sys.stdout.isatty() else safe_cell
    writer = csv.writer(UnixLines(), lineterminator="\r\n")
    writer.writerow([show(column[0]) for column in result.description or []])
    while rows := result.fetchmany(BATCH_ROWS):
        writer.writerows([[show(value) for value in row] for row in rows])


class UnixLines:
    """Standard output for a CSV: rows end in a line feed, while cells with a carriage return are quoted too.

    The csv module quotes what is in its own line end alone; a bare carriage return would begin a row of the attacker's.
    """

    def write(self, row: str) -> int:
        """Write one row."""
        return sys.stdout.write(row.removesuffix("\r\n") + "\n")


def safe_cell(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe before it; numbers and dates stay as they are.

    What programs skip before a formula is skipped here: spaces, invisible characters, quotation marks, separators of
    cells. See OWASP, "CSV Injection"; fullwidth signs count as East Asian spreadsheets take them for the plain ones.
    """
    if isinstance(value, list | dict):
        value = json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, str) and (value.startswith(FORMULA_STARTS) or FORMULA.match(value)):
        return "'" + value
    return value


def visible(value: Any) -> Any:
    """A cell for a CSV on a terminal."""
    cell = safe_cell(value)
    return "".join(c if c.isprintable() else " " for c in cell) if isinstance(cell, str) else cell


def write_json(result: duckdb.DuckDBPyConnection) -> None:
    """All rows as one JSON array of objects, a row a line; what could drive a terminal is escaped, as JSON allows."""
    names = unlike([column[0] for column in result.description or []])
    lead = "["
    while rows := result.fetchmany(BATCH_ROWS):
        for row in rows:
            text = json_text(dict(zip(names, row, strict=True)))
            click.echo(lead + UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text), nl=False)
            lead = ",\n "
    click.echo("]" if lead != "[" else "[]")


def json_text(value: Any) -> str:
    """A value as JSON, with null for the numbers that JSON has no word for."""
    try:
        return json.dumps(value, default=str, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(finite(value), default=str, ensure_ascii=False)


def finite(value: Any) -> Any:
    """The same with None for each infinity and each NaN in it; keys of a map become text, as every key of JSON is."""
    if isinstance(value, dict):
        return {str(key) if isinstance(key, float) else key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_parquet(result: duckdb.DuckDBPyConnection) -> None:
    """All rows as a Parquet file on standard output. Raises UsageError on a terminal."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if sys.stdout.isatty():
        raise UsageError("binary_output", "Parquet is not for terminals", next_step="Redirect it: ... > result.parquet")
    reader: Any = result.to_arrow_reader(BATCH_ROWS)
    names = unlike(reader.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    with pq.ParquetWriter(sys.stdout.buffer, schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json, "parquet": write_parquet}
