"""What has landed and is in no table yet, why, and what to type: nothing that was received is lost, or out of sight."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from flows.leftovers import TRIES, count_tries, known_bad, loadable
from tasks.ingest import landing
from tasks.ingest.step import held_captures, known_captures
from tasks.load import journal
from tasks.load.recovery import published_runs, refuse_damaged

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from tasks.ingest.capture import Capture

SHOWN = 100


@dataclass(frozen=True)
class Batch:
    """Captures of a source and day that one run landed or held, and that nobody loaded."""

    source: str
    day: str
    run_id: str
    why: str
    commands: tuple[str, ...]


def unloaded(home: Path, warehouse: Path) -> list[Capture]:
    """Landed captures that the published file does not hold, oldest first; those whose bytes were removed by age are gone."""
    return [capture for capture in landing.landed(home, but=known_captures(warehouse)) if not capture.expired]


def waiting(home: Path, warehouse: Path) -> Counter[Batch]:
    """Captures that wait, counted by batch."""
    entries = journal.read(warehouse)
    ended = {str(entry["run_id"]): entry for entry in entries}
    told = held_by_capture(entries + [entry for entry in published_runs(warehouse) if entry["run_id"] not in ended])
    tried, out = count_tries(entries), known_bad(entries) | held_captures(warehouse)
    found: Counter[Batch] = Counter()
    for capture in unloaded(home, warehouse):
        source, day = capture.source, str(capture.observed_at.date())
        if (known := told.get(capture.capture_id)) is not None:
            found[Batch(source, day, *known)] += 1
            continue
        entry = ended.get(capture.run_id)
        failed = next((f["message"] for f in (entry or {}).get("sources_failed", []) if f["source"] == source), None)
        again: tuple[str, ...] = (f"winnow replay --held {capture.run_id}",)
        if entry is None:
            why = "nothing is known of the run that landed it"
        elif entry["status"] in journal.ENDED_WELL:
            why = f"its source failed: {failed}" if failed else "its run left it out: a window, or --as-of"
        elif not loadable(entry, source):
            why = f"its run ended with {entry.get('reason')}"
        elif capture.capture_id in out or tried.get(capture.capture_id, 0) >= TRIES:
            why = f"{TRIES} runs with it came to nothing"
        else:
            came = f"its source failed ({failed})" if failed else "its run did not live to load it"
            why, again = f"{came}: the next run of the same target takes it up", ()
        found[Batch(source, day, capture.run_id, why, again)] += 1
    return found


def held_by_capture(entries: list[dict[str, Any]]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Run, reason and commands for each capture that a run held or could not split; the newest run's word counts."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for entry in entries:
        run_id = str(entry["run_id"])
        for failed in entry.get("sources_failed", []):
            if failed.get("capture_id"):
                found[failed["capture_id"]] = (run_id, str(failed["message"]), (f"winnow replay --held {run_id}",))
        for held in entry.get("sources_held", []):
            commands = tuple(text for purpose, text in held.get("commands", {}).items() if purpose != "look")
            for capture in held["captures"]:
                found[capture["capture_id"]] = (run_id, str(held["reason"]), commands)
    return found


def landed_by(home: Path, warehouse: Path, run_id: str) -> list[dict[str, Any]]:
    """What a run landed, or could not split, and nobody loaded: as its journal entry would tell of what it held."""
    broken = {
        failed["capture_id"] for entry in journal.read(warehouse) if entry["run_id"] == run_id
        for failed in entry.get("sources_failed", []) if failed.get("capture_id")
    }  # fmt: skip
    return [
        {"source": capture.source, "day": str(capture.observed_at.date()), "captures": [{"capture_id": capture.capture_id}]}
        for capture in unloaded(home, warehouse) if capture.run_id == run_id or capture.capture_id in broken
    ]  # fmt: skip


def status(settings: Settings) -> str:
    """The newest run, what waits in quarantine, and what has landed and is not loaded, with what to type next.

    Raises WinnowError `unreadable_warehouse`.
    """
    refuse_damaged(settings.warehouse)
    entries = journal.read(settings.warehouse)
    lines = ["no run yet"]
    if entries:
        last = entries[-1]
        lines = [
            f"last run    {last['run_id']}: {last['status']}" + (f", {last['reason']}" if last.get("reason") else "")
        ]
    if settings.warehouse.exists():
        lines += quarantined(settings.warehouse)
    found = waiting(settings.home, settings.warehouse)
    lines.append(f"not loaded  {found.total():,} capture{'' if found.total() == 1 else 's'}")
    told = by_cause(found)
    for (_, source, run_id, why, commands), days in told[:SHOWN]:
        count = sum(days.values())
        lines.append(f"  {source}, {span(days)}: {count:,} of run {run_id}; {why}")
        lines += [f"    {settings.typed(command)}" for command in commands]
    if len(told) > SHOWN:
        lines.append(f"  and {len(told) - SHOWN:,} more")
    return "\n".join(lines)


def by_cause(found: Counter[Batch]) -> list[tuple[tuple[str, str, str, str, tuple[str, ...]], Counter[str]]]:
    """Batches of one source, run and cause together, by first day: captures by day."""
    causes: dict[tuple[str, str, str, tuple[str, ...]], Counter[str]] = {}
    for batch, count in found.items():
        causes.setdefault((batch.source, batch.run_id, batch.why, batch.commands), Counter())[batch.day] += count
    return sorted(((min(days), *cause), days) for cause, days in causes.items())


def span(days: Counter[str]) -> str:
    """The first and the last of some days."""
    return min(days) if len(days) == 1 else f"{min(days)} to {max(days)}"


def quarantined(warehouse: Path) -> list[str]:
    """A line on quarantine."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.execute("SELECT count(*) FROM audit.quarantine WHERE replayed_in IS NULL").fetchall()
    return [f"quarantine  {rows[0][0]:,} records wait (winnow quarantine)"]
