"""Late runs: a schedule that was not served for a while leaves a backlog, and one run does the work of all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.load import journal

if TYPE_CHECKING:
    from pathlib import Path


def due_time() -> datetime | None:
    """When Prefect meant this run to start; None where no deployment asked for it."""
    from prefect.runtime import deployment, flow_run

    if not deployment.id:
        return None
    due: datetime = flow_run.scheduled_start_time
    return due.astimezone(UTC)


def done_since(warehouse: Path, asked: str, due: datetime | None) -> str | None:
    """The name of a run that was asked for the same, began after `due` and ended well: it saw all that was there then."""
    if due is None:
        return None
    for entry in reversed(journal.read(warehouse)):
        try:
            began = datetime.fromisoformat(str(entry["started_at"]))
        except (KeyError, ValueError):  # a damaged line says nothing of when
            continue
        if began <= due:
            return None
        if entry.get("asked") == asked and entry["status"] in journal.ENDED_WELL:
            return str(entry["run_id"])
    return None
