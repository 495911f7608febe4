"""The few rows of a large table that a run is about, taken out once where several statements read them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tasks.dedupe.candidates import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def excerpt(con: duckdb.DuckDBPyConnection, name: str, rows: str, *, key: str, asked: str, of: str) -> Iterator[None]:
    """Within the block, `name` has the `rows` (a SELECT) whose `key` is in table `asked`.

    It has all others as well, being a mere view, where `asked` is half of table `of` or more: to copy so much costs more
    than to look for it again.
    """
    few = 2 * count(con, asked) < count(con, of)
    kind, some = ("TABLE", f"SEMI JOIN {asked} USING ({key})") if few else ("VIEW", "")
    con.execute(f"CREATE TEMP {kind} {name} AS {rows} {some}")
    yield
    con.execute(f"DROP {kind} {name}")
