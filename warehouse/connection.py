"""Ways into the warehouse file: locked-down reading for people, and building on a private copy for a run."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator

# A reader's SQL may be anybody's: no files, no extensions, no settings. Order matters: the lock comes last.
LOCKDOWN = (
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
READER_MEMORY = "1GB"
READER_SPILL = "2GB"  # on disk, while a query runs


def open_reader(path: Path, temporary: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The published warehouse, read-only and locked down. Raises duckdb.Error where the file is missing or damaged.

    What does not fit into memory goes to the folder `temporary`, or beside the file.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": READER_MEMORY,
        "max_temp_directory_size": READER_SPILL,
    }
    if temporary is not None:
        config["temp_directory"] = str(temporary)
    con = duckdb.connect(str(path), read_only=True, config=config)
    for statement in LOCKDOWN:
        con.execute(statement)
    return con


def one(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    """The only row of a query. DuckDB 2 keeps a connection busy after `fetchone`, so all rows are fetched."""
    rows: list[tuple[Any, ...]] = con.execute(query, values or []).fetchall()
    return rows[0]


@contextmanager
def open_build(path: Path, scratch: Path, *, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A run's private copy with its scratch database attached as `work`; both are closed when the block ends."""
    scratch.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        str(path),
        config={
            "memory_limit": memory_limit,
            "threads": str(threads),
            "temp_directory": str(scratch.parent / "spill"),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "checkpoint_threshold": "1GB",  # once, when it closes, and not after every 16 MB of changes
        },
    )
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH '{str(scratch).replace(chr(39), chr(39) * 2)}' AS work")
        yield con
    finally:
        con.close()
