"""What only the ledger of the published file knows is in the journal again after recovery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.accept import find_waiting
from flows.running import Request
from tasks.load import journal
from tasks.load.recovery import recover
from tasks.run import Run
from warehouse.dictionary import create_all

NOW = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
RUN_ID = "20260304T233000Z-abc123"


def held(
    source: str, day: str, *captures: str, check: str = "contract_types", acceptable: bool = False
) -> dict[str, Any]:
    accept = {"accept": f'winnow accept {RUN_ID} {source} --reason "..."'} if acceptable else {}
    return {
        "source": source, "day": day, "checks": [check], "reason": f"{day}, salary: expected 1", "records": 3 * len(captures),
        "captures": [{"capture_id": c, "observed_at": f"{day}T23:30:00+00:00", "records": 3} for c in captures],
        "acceptable": acceptable,
        "commands": {"look": f"winnow report {RUN_ID}", **accept, "replay": f"winnow replay --held {RUN_ID}"},
    }  # fmt: skip


HELD = [
    held("cove", "2026-03-04", "a1"),
    held("harbour", "2026-03-03", "b1", "b2"),
    held(
        "harbour", "2026-03-04", "c1", check="contract_rows", acceptable=True
    ),  # a person may let it in, and is told so
]
ENTRY = {
    "run_id": RUN_ID, "started_at": NOW.isoformat(), "finished_at": NOW.isoformat(), "status": "published", "rulebook_version": "r",
    "steps": [], "sources_held": HELD,
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A later run of a home whose published file knows what an earlier one held."""
    later = Run("20260305T060000Z-def456", tmp_path, "1GB", 1, NOW + timedelta(hours=7), rulebook="r")
    later.warehouse.parent.mkdir()
    with duckdb.connect(str(later.warehouse)) as con:
        create_all(con)
        journal.insert_run(con, ENTRY)
    return later


@pytest.mark.parametrize("line", ["lost", "without", "partly"])
def test_what_a_run_held_is_found_though_the_journal_lost_it(run: Run, line: str) -> None:
    if line != "lost":
        journal.append(run.warehouse, ENTRY | {"sources_held": HELD[:1] if line == "partly" else []})
    recover(run)
    if line == "lost":
        assert journal.read(run.warehouse)[-1]["sources_held"] == HELD
    assert find_waiting(run, Request([], held_in=RUN_ID)) == HELD
    assert find_waiting(run, Request(["harbour"], held_in=RUN_ID)) == HELD[1:]
