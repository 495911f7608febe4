"""`winnow serve`: the schedules, served by Prefect from this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from tasks.errors import UsageError
from tasks.ingest.hosts import safe_target

if TYPE_CHECKING:
    from flows.settings import Settings


def serve(settings: Settings, targets: list[str], cron: str) -> None:
    """Serve one deployment of the pipeline until stopped. Raises UsageError without a server, with a bad schedule or a secret."""
    for target in targets:
        if safe_target(target) != target:
            raise UsageError(
                "secret_in_schedule", "a schedule would keep the secret in an address", where=safe_target(target),
                why="Prefect shows a deployment's parameters to everybody who can reach it",
                next_step="Put the address into a variable or a Secret block: NAME=env:VARIABLE or NAME=block:BLOCK",
            )  # fmt: skip
    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError(
            "no_prefect_server", "schedules need a Prefect server",
            why="PREFECT_API_URL is not set",
            next_step="Run `prefect server start` and set PREFECT_API_URL=http://127.0.0.1:4200/api",
        )  # fmt: skip
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "winnow")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from prefect.schedules import Cron

    from flows.pipeline import pipeline

    try:
        schedule = Cron(cron, timezone="UTC")
    except ValueError as error:
        raise UsageError(
            "bad_schedule", f"{cron!r} is not a cron line", next_step="Five fields, as in '15 5 * * *'"
        ) from error
    click.echo(f"serving winnow on {os.environ['PREFECT_API_URL']}, schedule {cron} UTC; stop with Ctrl-C")
    pipeline.serve(
        name="daily",
        schedule=schedule,
        parameters={"targets": targets, "home": str(settings.home), "command": "winnow serve"},
        limit=1,  # a backlog of late runs must not run side by side; the lock would stop them anyway
        pause_on_shutdown=False,
    )
