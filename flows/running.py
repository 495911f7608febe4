"""Conducts a run: opens it, holds the lock, turns every ending into a journal entry, a report and an exit code."""

from __future__ import annotations

import hashlib
import logging
import shutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import settings as settings_module
from flows.first_sample import make_first_sample, refuse_to_mix, sample_targets
from flows.late import done_since
from flows.leftovers import known_bad, left_behind, note_taken_up
from flows.quarantine import still_waiting
from flows.stopping import stoppable, stopped_text
from tasks.errors import GateError, SourceError, StoppedError, UsageError, WinnowError
from tasks.hidden import guard_logs, scrub
from tasks.ingest.step import fail_source, held_captures, known_captures, resolve
from tasks.load import journal
from tasks.load.publish import disk_errors, is_full, writer_lock
from tasks.load.recovery import recover
from tasks.run import Run, new_run_id
from tasks.validate.hold import hold_rest

if TYPE_CHECKING:
    from flows.settings import Settings
    from tasks.ingest.capture import Capture
    from tasks.ingest.source import Source

log = logging.getLogger("winnow")

CLOCK_STEP = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """What a run was asked to do, as plain text: it may come from the command line or from a schedule."""

    targets: list[str]
    home: str | None = None
    sources_dir: str | None = None
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    command: str = ""
    reason: str | None = None  # replay: only records set aside for this reason; accept: why
    held_in: str | None = None  # accept: the run whose held batches are meant
    by: str = ""  # accept: who does; the login name where it is empty
    due: datetime | None = None  # when a schedule meant it to start

    def asked(self) -> str:
        """Digest of what a run looks at: two requests that agree here do the same work. No address is in it to be read."""
        said = repr((self.targets, self.sources_dir, self.as_of, self.since, self.until))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the exit code, a line for people, and the journal entry."""

    exit_code: int
    message: str
    entry: dict[str, Any]
    home: Path


ENDED: list[Outcome] = []  # how the last run of this process ended


class RunFailedError(Exception):
    """A run that did not end well, for Prefect, which wants an exception as the data of a failed state."""

    def __init__(self, outcome: Outcome) -> None:
        """Carry the journal entry along."""
        super().__init__(outcome.message)
        self.entry = outcome.entry


def conduct(request: Request, walk: Callable[[Run, Request], None]) -> Outcome:
    """Take a run from lock to journal. Expected failures end in an outcome, never in an exception."""
    guard_logs()  # by now Prefect has made its handlers
    settings = settings_module.load(request.home)
    run = open_run(settings, request)
    run.facts["asked"] = request.asked()
    warn_of_the_future(run)
    error: WinnowError | None = None
    later = done_since(run.warehouse, request.asked(), request.due)
    if later is not None:  # of a backlog of late runs one does the work; the others leave no trace
        run.status, run.reason = (
            "unchanged",
            f"was due at {request.due}, before run {later} began: it did this one's work",
        )
        return ended(run, None)
    try:
        with writer_lock(run.warehouse), stoppable(run):
            error = attempt(run, request, walk)
            run.committing = True  # what is left is quick: a signal changes nothing now
            try:
                note(run)
                if run.stopped_by is None:
                    write_reports(run)
            finally:
                close_run(run)
    except (WinnowError, StoppedError) as raised:  # the lock, the journal's disk, or a signal between two lines
        error = error or (raised if isinstance(raised, WinnowError) else ended_by(run, raised))
        if run.status != "published":
            run.status, run.reason = "stopped", error.message()
    return ended(run, error)


def warn_of_the_future(run: Run) -> None:
    """Nobody has observed tomorrow; where the machine's clock is behind, that is the reason, so it is no error."""
    if run.as_of is not None and run.as_of > run.started_at + CLOCK_STEP:
        run.warnings.append(f"--as-of {run.as_of:%Y-%m-%d} is in the future: what is loaded counts as seen then")
        log.warning(run.warnings[-1])


def ended(run: Run, error: WinnowError | None) -> Outcome:
    """The outcome of a run, kept for the command line: Prefect may be unable to tell it."""
    code = exit_code_of(run, error)
    ENDED[:] = [Outcome(code, tell(run, error), {**run.entry(), "exit_code": code}, run.home)]
    return ENDED[0]


def attempt(run: Run, request: Request, walk: Callable[[Run, Request], None]) -> WinnowError | None:
    """Set right what dead runs left, walk the path and set the run's status; the error that ended it, if one did."""
    try:
        with disk_errors(run.home):
            recover(run)
            run.folder.mkdir(parents=True, exist_ok=True)
            walk(run, request)
    except (Exception, StoppedError, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt) and run.stopped_by is None:  # in a thread that handles no signals
            raise
        return ended_by(run, error)
    if run.status == "running":
        run.status = "failed" if run.failed else "unchanged"
        run.reason = nothing_loaded(run, request)
        if skipped := run.facts.get("sources_skipped"):
            run.reason = f"nothing new; skipped, as robots.txt asks: {', '.join(skipped)}"
    return None


def nothing_loaded(run: Run, request: Request) -> str:
    """Why a run that nothing stopped loaded nothing."""
    failed = sorted({each["source"] for each in run.failed})
    if failed and set(failed) >= set(run.facts.get("sources_asked") or failed):
        return "every source failed"
    if failed:
        return f"nothing new; failed: {', '.join(failed)}"
    if request.since or request.until:
        return f"nothing new from {request.since} to {request.until}: no capture lies there, or every one was loaded before"
    return "nothing new: every capture was loaded before"


def ended_by(run: Run, error: BaseException) -> WinnowError:
    """Set the status of a run that an error ended, and put the error in words for people."""
    if run.stopped_by is not None:  # whatever a library made of it
        run.status, run.reason = "stopped", stopped_text(run.stopped_by)
        return WinnowError("stopped", run.reason)
    if isinstance(error, WinnowError):
        run.status = "stopped" if isinstance(error, GateError) else "failed"
        run.reason = error.message()
        if error.code == "gate" and run.kind == "capture":  # a replay's records wait in quarantine as before
            hold_rest(run, known_bad(journal.read(run.warehouse)) | held_captures(run.warehouse))
        return error
    run.status, run.reason = "failed", f"internal_error: {type(error).__name__}: {scrub(str(error))[:300]}"
    run.report.mkdir(parents=True, exist_ok=True)
    (run.report / "traceback.txt").write_text(scrub("".join(traceback.format_exception(error))), encoding="utf-8")
    return WinnowError(
        "internal_error", f"{type(error).__name__}: {scrub(str(error))[:300]}", where=str(run.report / "traceback.txt"),
        next_step="Nothing was published; please report this with the file named",
    )  # fmt: skip


def note(run: Run) -> None:
    """Write the run into the journal. Raises WinnowError `disk_full`; a published version stays published."""
    try:
        journal.append(run.warehouse, run.entry())
    except OSError as error:
        if not is_full(error):
            raise
        done = (
            "This run's version is published; the next run notes it"
            if run.status == "published"
            else "Nothing was published"
        )
        raise WinnowError(
            "disk_full", "the journal could not be written", where=str(journal.journal_path(run.warehouse)),
            next_step=f"{done}. Free some space and run again",
        ) from error  # fmt: skip


def open_run(settings: Settings, request: Request) -> Run:
    """A new run. Raises UsageError where --as-of or --sources make no sense."""
    now, warning = steady(wall_clock(), journal.newest_moment(settings.warehouse))
    folder = settings_module.sources_folder(request.sources_dir)
    return Run(
        run_id=new_run_id(now), warnings=[warning] if warning else [], home=settings.home, memory_limit=settings.memory_limit, threads=settings.threads,
        started_at=now, as_of=moment(request.as_of), sources_dir=folder, command=request.command,
    )  # fmt: skip


def wall_clock() -> datetime:
    """What the machine's clock says."""
    return datetime.now(UTC)


def steady(now: datetime, last: datetime | None) -> tuple[datetime, str | None]:
    """A time after the newest run, and a warning where the clock says otherwise.

    A clock that goes back (daylight saving done by hand, a time server's correction) must not make what is fetched now
    older than what was fetched before. Beyond CLOCK_STEP the earlier run is the one that was wrong: the clock holds.
    """
    if last is None or now > last:
        return now, None
    told = f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC, before the end of the last run at {last:%Y-%m-%d %H:%M:%S}"
    if last - now > CLOCK_STEP:
        return now, f"{told}: set it right, and look at what that run loaded"
    return last + timedelta(seconds=1), f"{told}: this run counts as later"


def moment(text: str | None) -> datetime | None:
    """`--as-of` as a time; a date alone is its midnight, a time without a zone is UTC. Raises UsageError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "bad_time", f"{text!r} is not a date or a time", next_step="Write 2026-01-31 or 2026-01-31T06:00"
        ) from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str | None) -> date | None:
    """A window's edge as a date."""
    found = moment(text)
    return found.date() if found else None


def close_run(run: Run) -> None:
    """Remove scratch and the private copy where it was not swapped in."""
    shutil.rmtree(run.folder, ignore_errors=True)
    for leftover in run.build.parent.glob(run.build.name + "*"):
        leftover.unlink()


def capture_sources(run: Run, request: Request, capture: Callable[..., list[Capture]]) -> list[tuple[Source, Capture]]:
    """Land every source; one that fails is noted and the others go on. Captures loaded before are left out.

    What earlier runs landed of the same targets, and ended before they could load it, is taken up.
    """
    if request.targets == [] and not request.sources_dir:
        refuse_to_mix(run)
        make_first_sample(run)
    wanted = resolve(run, sample_targets(run, request))
    run.facts["sources_asked"] = sorted({source.name for source, _ in wanted})
    known = known_captures(run.warehouse)
    since, until = day(request.since), day(request.until)
    fresh: dict[str, tuple[Source, Capture]] = {}
    with run.step("capture"):
        for source, target in wanted:
            try:
                landed = capture(run, source, target, since, until)
            except SourceError as error:
                leave_out(run, source.name, error)
                continue
            fresh |= {c.capture_id: (source, c) for c in landed if c.capture_id not in known}
    waiting = {name: each for name, each in left_behind(run, wanted, known, since, until).items() if name not in fresh}
    note_taken_up(run, waiting)
    fresh |= waiting
    log.info("%d new captures of %d sources", len(fresh), len(wanted))
    return sorted(fresh.values(), key=lambda pair: (pair[1].observed_at, pair[0].name, pair[1].capture_id))


def leave_out(run: Run, name: str, error: SourceError) -> None:
    """Note that a source brought nothing: skipped where its robots.txt asks us to stay away, else failed."""
    if error.code == "robots_disallowed":
        run.facts.setdefault("sources_skipped", []).append(name)
        run.warnings.append(f"{name} was skipped: {error.message()}")
        log.warning("source %s skipped: %s", name, error.message())
    else:
        fail_source(run, name, error)
        log.warning("source %s failed: %s", name, error.message())


def write_reports(run: Run) -> None:
    """The run's report and the index. A report that cannot be written is a warning, never a reason to lose a run."""
    from flows.reporting import write_reports as write

    try:
        with run.step("report"):
            write(run)
    except Exception as error:
        run.warnings.append(f"the report could not be written: {type(error).__name__}: {error}")
        if is_full(error):
            log.error("the report could not be written: disk_full (%s)", run.report)  # noqa: TRY400  nothing to trace
        else:
            log.exception("the report could not be written")


def exit_code_of(run: Run, error: WinnowError | None) -> int:
    """0 published (or nothing new), 1 stopped by a gate, 2 bad usage or configuration, 3 a source failed or was held.

    128 and the signal's number where one stopped the run, as shells have it: 130 SIGINT, 143 SIGTERM.
    """
    if run.stopped_by is not None:
        return 128 + run.stopped_by
    if isinstance(error, UsageError):
        return 2
    if error is not None and run.status in journal.ENDED_WELL:  # published, and not noted
        return 1
    if run.status not in journal.ENDED_WELL and (run.held or not run.failed):
        return 1
    return 3 if run.failed or run.held else 0


def tell(run: Run, error: WinnowError | None) -> str:
    """The run in a line."""
    if error is not None:
        return error.message()
    if run.status == "published":
        c, judged = run.counts, run.facts.get("verdicts")
        if judged:
            return f"published {judged['new']} new verdicts, {judged['taken_back']} taken back; nothing else was new"
        if run.kind == "replay":
            return f"published {c['records']} records out of quarantine{still_waiting(run)}"
        return (
            f"published {c['records']} records: {c['new']} new, {c['unchanged']} unchanged, {c['changed']} changed,"
            f" {c['merged']} merged, {c['quarantined']} quarantined"
        )
    return run.reason or run.status


def as_state(outcome: Outcome) -> Any:
    """The flow's final state: what an operator sees in Prefect agrees with the exit code of the command line."""
    from prefect.states import Completed, Failed

    if outcome.exit_code == 0:
        return Completed(message=outcome.message, data=outcome.entry)
    return Failed(message=outcome.message, data=RunFailedError(outcome))


def tell_prefect(outcome: Outcome) -> None:
    """Run summary, checks and quarantine as Prefect artifacts."""
    from flows.reporting import create_artifacts

    try:
        create_artifacts(outcome.entry, outcome.home)
    except Exception as error:  # an artifact is a courtesy: the report holds the same
        log.warning("no artifacts: %s", error)
