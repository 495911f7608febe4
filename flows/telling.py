"""Runs for the command line: bad usage told at once, Prefect kept quiet, and what came of it printed."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from flows.quarantine import told_of_replay
from flows.query import connect
from flows.running import ENDED, Request, day, open_run
from flows.stopping import end_soon
from tasks.clean.corrections import read_corrections
from tasks.clean.engine import FIELD_BY_NAME
from tasks.dedupe import verdicts
from tasks.errors import UsageError, WinnowError
from tasks.hidden import guard_logs, hide_address, seal
from tasks.ingest import landing
from tasks.ingest.hosts import safe_target
from tasks.ingest.step import resolve
from tasks.load import journal
from tasks.load.recovery import published_runs, refuse_damaged

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("winnow")

TRY = (
    'winnow sql "SELECT source, count(*) AS postings, count(DISTINCT job_id) AS jobs'
    ' FROM curated.postings GROUP BY source ORDER BY jobs DESC"'
)


def quiet_prefect() -> None:
    """Settings that a run on the command line wants before Prefect is imported; what is set already stays."""
    for name, value in {
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # the default of 20 is short on a busy machine
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_CLIENT_MAX_RETRIES": "2",  # a dead server is given up in seconds, not minutes: a run ends without it
        "GX_ANALYTICS_ENABLED": "false",
    }.items():
        os.environ.setdefault(name, value)
    logging.basicConfig(
        level=os.environ.get("WINNOW_LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(message)s"
    )
    for noisy in ("httpx", "great_expectations", "prefect", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    guard_logs()


def run_and_tell(
    settings: Settings,
    targets: list[str],
    *,
    sources_dir: str | None = None,
    as_of: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> int:
    """Run the pipeline for the command line: print what came of it and return the exit code."""
    targets = [sealed(target) for target in targets]  # Prefect keeps a flow's parameters, the journal the command
    check_early(settings, targets, sources_dir, as_of, since, until)
    quiet_prefect()
    from flows.pipeline import pipeline

    command = " ".join(["winnow run", *targets])
    return told(
        settings,
        lambda: pipeline(targets, str(settings.home), sources_dir, as_of, since, until, command, return_state=True),
    )


def sealed(target: str) -> str:
    """A target as it may be written down; an address's secrets stay in this process."""
    shown = safe_target(target)
    if shown != target:
        hide_address(target.partition("=")[2], shown)
    return seal(target, shown)


def replay_and_tell(settings: Settings, *, reason: str | None, sources_dir: str | None) -> int:
    """Replay quarantined records for the command line. Raises UsageError where nothing was ever published, or it cannot be read."""
    connect(settings.warehouse).close()
    quiet_prefect()
    from flows.replay import replay

    command = "winnow replay" + (f" --reason {reason}" if reason else "")
    return told(settings, lambda: replay(reason, str(settings.home), sources_dir, command, return_state=True))


def accept_and_tell(
    settings: Settings, held_in: str, *, source: str | None, why: str | None, sources_dir: str | None, by: str = ""
) -> int:
    """Publish what a run held, for the command line: accepted for a reason, or judged again without one.

    Raises UsageError `unknown_run`, WinnowError `unreadable_warehouse`.
    """
    refuse_damaged(settings.warehouse)
    runs = {str(e["run_id"]) for e in [*journal.read(settings.warehouse), *published_runs(settings.warehouse)]}
    if held_in not in runs and all(capture.run_id != held_in for capture in landing.landed(settings.home)):
        raise UsageError("unknown_run", f"there was no run {held_in[:60]!r}", next_step="See what waits, and of which run: winnow status")  # fmt: skip
    quiet_prefect()
    from flows.accept import accept

    command = " ".join(["winnow", "accept" if why else "replay --held", held_in, *([source] if source else [])])
    return told(
        settings, lambda: accept(held_in, source, why, str(settings.home), sources_dir, command, by, return_state=True)
    )


def told(settings: Settings, flow: Callable[[], Any]) -> int:
    """Run a flow, print what its run came to and return the exit code.

    That is known from the run itself: a Prefect server that dies on the way takes nothing of it along. Raises WinnowError
    `prefect_failed` where no run began.
    """
    settings.usable()
    ENDED.clear()
    failure: Any = None
    try:
        failure = flow().result(raise_on_failure=False)
    except Exception as error:
        failure = error
        log.warning("Prefect could not note how this run ended: %s", type(error).__name__)
    if not ENDED and isinstance(failure, WinnowError):
        raise failure
    if not ENDED:
        raise WinnowError(
            "prefect_failed", "Prefect did not run the flow", why=f"{type(failure).__name__}: {str(failure)[:300]}",
            next_step="Check the server that PREFECT_API_URL names, or unset it: a run needs none",
        )  # fmt: skip
    show_outcome(settings, ENDED[0].entry, ENDED[0].message)
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():  # a temporary server is ours: the process stops it before it ends
        end_soon(ENDED[0].exit_code)
    return ENDED[0].exit_code


def check_early(
    settings: Settings,
    targets: list[str],
    sources_dir: str | None,
    as_of: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """Bad usage is told at once, before anything is started. Raises UsageError."""
    run = open_run(settings, Request(targets, str(settings.home), sources_dir, as_of))
    first, last = day(since), day(until)
    if first and last and first > last:
        raise UsageError("bad_window", f"--from {first} is after --to {last}", next_step="Give the earlier date first")
    verdicts.gather(settings.home)
    if targets:
        named = [target for target in targets if target != "sample"]
        for source, _ in resolve(run, named) if named else []:
            read_corrections(source.folder, FIELD_BY_NAME)


def show_outcome(settings: Settings, entry: dict[str, Any], message: str) -> None:
    """What a person wants to know after a run: the counts, where the report and the warehouse are, and a query to try."""
    good = entry["exit_code"] == 0
    click.echo(f"{message}" if good else f"winnow: {message}", err=not good)
    for failure in entry["sources_failed"]:
        click.echo(f"winnow: source {failure['source']} failed: {failure['message']}", err=True)
    for line in told_of_replay(entry):
        click.echo(line)
    for held in entry.get("sources_held", []):
        click.echo(f"winnow: source {held['source']} is held: {held['reason']}", err=True)
        for purpose, command in held["commands"].items():
            click.echo(f"  {purpose:7} {settings.typed(command)}", err=True)
    report = settings.reports / entry["run_id"] / "index.html"
    if report.exists():
        click.echo(f"report     {report}")
    if settings.warehouse.exists():
        click.echo(f"warehouse  {settings.warehouse}")
        click.echo(f"try        {settings.typed(TRY)}")
