"""The journal outlives whatever gets into a line: a secret that looks like a date, a line that no table takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.late import done_since
from tasks import hidden
from tasks.ingest.hosts import safe_address
from tasks.load import journal
from tasks.run import Run
from warehouse.dictionary import create_all

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
RUN_ID = "20260304T050607Z-abc123"
OURS = [
    "2026-03-04", "20260304", "published", RUN_ID, "harbour", "salary", "harbour_checks", "critical", "matching", "2026-03-03",
    "0123456789abcdef", "records", "rulebook-7", "winnow", "missing_key", "partial",
]  # fmt: skip


def a_run(home: Path) -> Run:
    """A run with something in every list that its entry has."""
    run = Run(RUN_ID, home, "1GB", 1, NOW, rulebook="rulebook-7", status="published", command="winnow run harbour")
    run.counts = dict.fromkeys(journal.COUNTS, 1)
    run.steps = [{"step": "matching", "wall_seconds": 1.0, "cpu_seconds": 1.0, "peak_memory_mb": 1}]
    run.failed = [{"source": "harbour", "code": "missing_key", "message": "hush-hush is wrong"}]
    run.held = [
        {"source": "harbour", "day": "2026-03-03", "records": 3, "checks": ["salary"], "reason": "hush-hush", "acceptable": True,
         "captures": [{"capture_id": "0123456789abcdef", "observed_at": NOW.isoformat(), "records": 3}],
         "commands": {"look": f"winnow report {RUN_ID}"}}
    ]  # fmt: skip
    run.checks = [
        {"run_id": RUN_ID, "suite": "harbour_checks", "expectation": "salary", "column_name": "records", "severity": "critical",
         "rows": 1, "failing": 0, "passed": True, "raised": False, "observed": "hush-hush", "meaning": None}
    ]  # fmt: skip
    run.facts["accepted"] = {
        "run_id": RUN_ID, "by": "me", "at": NOW.isoformat(), "why": "hush-hush", "captures": ["0123456789abcdef"],
        "days": [{"source": "harbour", "day": "2026-03-03"}],
    }  # fmt: skip
    run.facts["captures"] = [
        {
            "capture_id": "0123456789abcdef",
            "source": "harbour",
            "url": "https://h.example/?x=hush-hush",
            "coverage": "partial",
        }
    ]
    run.warnings = ["hush-hush was seen"]
    return run


def ledger() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    create_all(con)
    return con


@pytest.mark.parametrize("value", OURS)
def test_a_secret_takes_nothing_of_our_own_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """The query of an address is taken for a secret, however plain it is. Times, ids and names of a run stay."""
    monkeypatch.setattr(hidden, "_values", set())
    run = a_run(tmp_path)
    bare = run.entry() | {"finished_at": None}
    for url in (f"https://h.example/?since={value}", "https://h.example/?key=hush-hush"):
        hidden.hide_address(url, safe_address(url))
    hidden.hide(value)
    entry = run.entry() | {"finished_at": None}
    text = json.dumps(entry)
    assert "hush-hush" not in text
    assert text.count(hidden.SHOWN) >= 6
    as_it_was = json.loads(json.dumps(bare).replace("hush-hush", hidden.SHOWN))
    for told in (entry, as_it_was):
        told["command"] = None  # text: whoever typed the address typed the command
        for each in (*told["sources_failed"], *told["sources_held"], *told["checks"], *told["captures"]):
            for name in ("message", "reason", "observed", "url"):
                each.pop(name, None)
    assert json.loads(json.dumps(entry)) == as_it_was
    journal.append(tmp_path / "winnow.duckdb", run.entry())
    with ledger() as con:
        assert journal.fold_in(con, tmp_path / "winnow.duckdb") == []
        assert con.execute("SELECT run_id, started_at, status, published FROM audit.runs").fetchall() == [
            (RUN_ID, NOW, "published", True)
        ]


def whole(**changes: Any) -> dict[str, Any]:
    return {
        "run_id": "good", "started_at": NOW.isoformat(), "status": "unchanged", "rulebook_version": "r", "steps": [],
    } | changes  # fmt: skip


DAMAGED = {
    "time": whole(run_id="bad", started_at="[secret]T06:00:00+00:00"),
    "steps": whole(run_id="bad", steps="none"),
    "no_status": {"run_id": "bad", "started_at": NOW.isoformat()},
    "held": whole(run_id="bad", sources_held=[{"captures": [{}]}]),
    "checks": whole(run_id="bad", checks=[{"run_id": None, "suite": 7}]),
    "twice": whole(),
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED)
def test_a_line_that_does_not_fit_stops_no_later_run(tmp_path: Path, line: dict[str, Any]) -> None:
    warehouse = tmp_path / "winnow.duckdb"
    for entry in (whole(), line, whole(run_id="later")):
        journal.append(warehouse, entry)
    with ledger() as con:
        con.execute("BEGIN")
        [told] = journal.fold_in(con, warehouse)
        con.execute("COMMIT")
        assert con.execute("SELECT run_id FROM audit.runs ORDER BY ALL").fetchall() == [("good",), ("later",)]
    assert told.startswith(f"run {line['run_id']} stays in journal.jsonl alone")


def test_a_line_without_a_time_is_passed_over(tmp_path: Path) -> None:
    warehouse = tmp_path / "winnow.duckdb"
    done = whole(started_at=(NOW + timedelta(hours=1)).isoformat(), asked="same")
    for entry in (done, DAMAGED["time"]):
        journal.append(warehouse, entry)
    assert done_since(warehouse, "same", NOW) == "good"
