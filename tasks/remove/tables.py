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

BATCH_ROWS = 2000
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
    """Rows changed and mentions taken out, by table. Names of files first: raw ids are made from them."""
    rows, mentions = Counter[str](), Counter[str]()
    if apply:
        rename_files(con, subject)
    for table, texts in text_columns(con).items():
        columns = [name for name in texts if name not in OWN_KEYS]  # an id is nobody's, whatever its digits are
        if not columns:
            continue
        place = table.replace('"', "")
        fixes: list[dict[str, Any]] = []
        for batch in suspects(con, table, columns, subject.coarse):
            for row in batch.to_pylist():
                made, count = subject.replace_value({name: row[name] for name in columns})
                if count:
                    rows[place] += 1
                    mentions[place] += count
                    fixes.append({"place": row["place"], **made})
        if apply and fixes:
            put_back(con, table, columns, fixes)
    return rows, mentions


def suspects(con: duckdb.DuckDBPyConnection, table: str, columns: list[str], coarse: str) -> Any:
    """Batches of rows in which the wide pattern occurs, with their row ids as `place`."""
    names = ", ".join(map(quoted, columns))
    texts = ", ".join(f"{quoted(name)}::VARCHAR" for name in columns)
    query = f"SELECT rowid AS place, {names} FROM {table} WHERE regexp_matches(concat_ws(chr(31), {texts}), $1)"
    return con.sql(query, params=[coarse]).to_arrow_reader(BATCH_ROWS)


def put_back(con: duckdb.DuckDBPyConnection, table: str, columns: list[str], fixes: list[dict[str, Any]]) -> None:
    """Write changed rows."""
    kinds = (
        con.sql(f"SELECT rowid AS place, {', '.join(map(quoted, columns))} FROM {table} LIMIT 0")
        .to_arrow_table()
        .schema
    )
    con.register("fixes", pa.Table.from_pylist(fixes, kinds))
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
        records = con.execute(
            "SELECT raw_id, ordinal FROM raw.record_index WHERE capture_id = ? AND source_file = ?", [capture_id, name]
        ).fetchall()
        con.register(
            "moves",
            pa.table(
                {
                    "old": [r for r, _ in records],
                    "new": [ids.raw_id(capture_id, new, ordinal) for _, ordinal in records],
                }
            ),
        )
        for table, columns in text_columns(con).items():
            if "source_file" in columns and "raw_id" in columns:
                con.execute(f"UPDATE {table} AS t SET source_file = ? WHERE raw_id IN (SELECT old FROM moves)", [new])
            if "raw_id" in columns:
                con.execute(f"UPDATE {table} AS t SET raw_id = m.new FROM moves AS m WHERE t.raw_id = m.old")
        con.unregister("moves")


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
