"""Retention as a Prefect flow, for a schedule."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows import settings
from flows.retention import retain as remove_by_age


@flow(name="winnow-retain", validate_parameters=False, persist_result=False, result_serializer="json")
def retain(
    home: str | None = None, days: int | None = None, sources_dir: str | None = None, apply: bool = True
) -> dict[str, Any]:
    """Remove raw payloads that have reached their age; the removals as data. Fails where no policy says an age."""
    return remove_by_age(settings.load(home), days, sources_dir, "schedule", apply=apply)
