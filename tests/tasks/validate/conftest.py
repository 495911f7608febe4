from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tasks.ingest.contract import Contract
from tasks.validate.sources import Judgement, judge_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expectations.entry import CheckResult

TODAY = date(2026, 3, 2)  # of the clean batch; alpha has 31 records in it, one of them unreadable, beta 30
EXCUSED = Contract(measured=False)
CLEAN = Path(__file__).parents[2] / "expectations" / "clean_batch.sql"


@pytest.fixture
def clean() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse and a batch in which everything holds (tests/expectations/clean_batch.sql)."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS work")
    con.execute(CLEAN.read_text(encoding="utf-8"))
    yield con
    con.close()


def judged(con: duckdb.DuckDBPyConnection, contract: Contract | None = None, **more: Any) -> Judgement:
    """Alpha judged by a contract, beta by none."""
    return judge_sources(con, {"alpha": contract or Contract()}, "run2", **more)


def of(judgement: Judgement, name: str, source: str = "alpha") -> CheckResult:
    [found] = [check for check in judgement.checks if check.expectation == name and check.column_name == source]
    return found


def held(judgement: Judgement) -> dict[str, set[str]]:
    """The checks that hold each source."""
    return {each.source: {trip.check for trip in each.trips} for each in judgement.held}
