from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CLEAN = (Path(__file__).parent / "clean_batch.sql").read_text(encoding="utf-8")


@pytest.fixture
def clean() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse and a batch in which everything holds."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS work")
    con.execute(CLEAN)
    yield con
    con.close()
