"""Erases somebody's contact details from every table of a warehouse, and writes what is left into a file of its own.

Neither DELETE nor VACUUM takes freed pages out of a DuckDB file: only a fresh file, into which the tables were copied,
holds nothing but what they hold.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from tasks.ingest import ids
from tasks.remove.files import new_name
from tasks.remove.subject import OWN_KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.remove.subject import Subject

MOVED_AT_ONCE = 50_000
SLICE_BYTES = 8 * 1024**2
HOLDS_TEXT = ("VARCHAR", "BLOB", "JSON", "ENUM")


def text_columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Columns of every table of the main database that hold text somewhere, by quoted table."""
    found: dict[str, list[str]] = {}
    rows = con.execute(
        """
        SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
        WHERE database_name = current_database() AND NOT internal
          AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables() WHERE NOT temporary)
        ORDER BY schema_name, table_name, column_index
        """
    ).fetchall()
    for schema, table, column, kind in rows:
        if any(word in kind for word in HOLDS_TEXT):
            found.setdefault(f"{quoted(schema)}.{quoted(table)}", []).append(column)
    return found


def quoted(name: str) -> str:
    """A name of the database's own, as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def erase_tables(con: duckdb.DuckDBPyConnection, subject: Subject, apply: bool) -> tuple[Counter[str], Counter[str]]:
    """Rows changed and mentions taken out, by table. Names of files first: raw ids are made from them.

    Some SLICE_BYTES of a table are in memory at a time.
    """
    rows, mentions = Counter[str](), Counter[str]()
    if apply:
        rename_files(con, subject)
    for table, texts in text_columns(con).items():
        columns = [name for name in texts if name not in OWN_KEYS]  # an id is nobody's, whatever its digits are
        if not columns:
            continue
        place = table.replace('"', "")
        for first, last in slices(con, table, columns, subject.coarse):
            suspects = rows_between(con, table, columns, first, last)
            fixes = []
            for at in range(suspects.num_rows):
                [row] = suspects.slice(at, 1).to_pylist()
                made, count = subject.replace_value({name: row[name] for name in columns})
                if count:
                    rows[place] += 1
                    mentions[place] += count
                    fixes.append({"place": row["place"], **made})
            if apply and fixes:
                put_back(con, table, columns, pa.Table.from_pylist(fixes, suspects.schema))
    con.execute("DROP TABLE IF EXISTS temp.suspects")
    return rows, mentions


def slices(con: duckdb.DuckDBPyConnection, table: str, columns: list[str], coarse: str) -> list[tuple[int, int]]:
    """Make temp.suspects (place): row ids of the rows in which the wide pattern occurs; and the row ids between which some
    SLICE_BYTES of them lie, the last first.

    A row may move to the end when it is written, and with it those behind it; never those before.
    """
    texts = f"concat_ws(chr(31), {', '.join(f'{quoted(name)}::VARCHAR' for name in columns)})"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspects AS
        SELECT rowid AS place, strlen({texts}) AS size FROM {table} WHERE regexp_matches({texts}, $1)
        """,
        [coarse],
    )
    found: list[tuple[int, int]] = con.execute(
        f"""
        SELECT min(place), max(place)
        FROM (SELECT place, sum(size) OVER (ORDER BY place DESC) // {SLICE_BYTES} AS slice FROM temp.suspects)
        GROUP BY slice ORDER BY slice
        """
    ).fetchall()
    return found


def rows_between(con: duckdb.DuckDBPyConnection, table: str, columns: list[str], first: int, last: int) -> pa.Table:
    """The suspect rows from one row id to another, with their row ids as `place`."""
    names = ", ".join(f"t.{quoted(name)}" for name in columns)
    return con.sql(
        f"""
        SELECT t.rowid AS place, {names} FROM {table} AS t
        WHERE t.rowid BETWEEN $1 AND $2 AND t.rowid IN (SELECT place FROM temp.suspects WHERE place BETWEEN $1 AND $2)
        """,
        params=[first, last],
    ).to_arrow_table()


def put_back(con: duckdb.DuckDBPyConnection, table: str, columns: list[str], fixes: pa.Table) -> None:
    """Write changed rows where they were."""
    con.register("fixes", fixes)
    sets = ", ".join(f"{quoted(name)} = f.{quoted(name)}" for name in columns)
    con.execute(f"UPDATE {table} AS t SET {sets} FROM fixes AS f WHERE t.rowid = f.place")
    con.unregister("fixes")


def rename_files(con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
    """Give records of files whose name holds a mention the ids that the file's new name gives them, in every table."""
    named = [
        (capture_id, name)
        for capture_id, name in con.execute("SELECT DISTINCT capture_id, source_file FROM raw.record_index").fetchall()
        if subject.replace(name)[1]
    ]
    for capture_id, name in named:
        new = new_name(subject, name)
        con.execute("CREATE OR REPLACE TEMP TABLE moves (old VARCHAR, new VARCHAR)")
        query = "SELECT raw_id, ordinal FROM raw.record_index WHERE capture_id = $1 AND source_file = $2"
        for batch in con.cursor().sql(query, params=[capture_id, name]).to_arrow_reader(MOVED_AT_ONCE):
            fresh = [ids.raw_id(capture_id, new, ordinal) for ordinal in batch.column("ordinal").to_pylist()]
            con.register("more_moves", pa.table({"old": batch.column("raw_id"), "new": fresh}))
            con.execute("INSERT INTO temp.moves BY NAME FROM more_moves")
            con.unregister("more_moves")
        for table, columns in text_columns(con).items():
            if "source_file" in columns and "raw_id" in columns:
                con.execute(
                    f"UPDATE {table} AS t SET source_file = ? WHERE raw_id IN (SELECT old FROM temp.moves)", [new]
                )
            if "raw_id" in columns:
                con.execute(f"UPDATE {table} AS t SET raw_id = m.new FROM temp.moves AS m WHERE t.raw_id = m.old")
        con.execute("DROP TABLE temp.moves")


def write_fresh(build: Path, fresh: Path, memory_limit: str, threads: int) -> None:
    """Copy everything in `build` into the new file `fresh`, checkpointed and closed. Raises duckdb.Error."""
    fresh.unlink(missing_ok=True)
    config: dict[str, Any] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(fresh.parent / "spill"),
    }
    with duckdb.connect(config=config) as con:
        for path, name, mode in ((build, "old", " (READ_ONLY)"), (fresh, "fresh", "")):
            con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name}{mode}")
        con.execute("COPY FROM DATABASE old TO fresh")
        con.execute("CHECKPOINT fresh")
