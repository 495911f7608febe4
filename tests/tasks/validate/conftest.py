from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CLEAN = Path(__file__).parents[2] / "expectations" / "clean_batch.sql"


@pytest.fixture
def clean() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse and a batch in which everything holds (tests/expectations/clean_batch.sql)."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS work")
    con.execute(CLEAN.read_text(encoding="utf-8"))
    yield con
    con.close()
