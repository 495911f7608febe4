"""What `winnow retain` and `winnow forget` share: a removal on a private copy, recorded, audited, and swapped in."""

from __future__ import annotations

import getpass
import shutil
import signal
import traceback
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from flows.stopping import stoppable
from tasks.errors import GateError, StoppedError, WinnowError
from tasks.hidden import scrub
from tasks.load import journal
from tasks.load.publish import begin_build, disk_errors, is_full, publish_build, writer_lock
from tasks.load.recovery import recover
from tasks.remove.tables import write_fresh
from tasks.run import Run, new_run_id
from tasks.validate import judge, stop_reason
from warehouse.connection import open_build
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.settings import Settings

Row = dict[str, Any]
BY_CHARS = 100
TOLD_CHARS = 300
STOPPED = "stopped by {}; nothing was published, and what is gone from files is gone: do it again to finish"


@contextmanager
def removal(settings: Settings, command: str, clear: Callable[[str], str] = str) -> Iterator[Run]:
    """A run that removes, alone with the home: what dead runs left is set right first, its own scratch goes at its end.

    Whatever ends it, a signal included, is noted in the journal, and raised as an error for people; `clear` takes out of
    it what may not be told. Raises what `recover` does, StoppedError, WinnowError `file_error`, `out_of_memory`, `internal_error`.
    """
    now = datetime.now(UTC)
    run = Run(
        run_id=new_run_id(now), home=settings.home, memory_limit=settings.memory_limit, threads=settings.threads,
        started_at=now, command=command, kind="removal",
    )  # fmt: skip
    with writer_lock(run.warehouse), stoppable(run):
        try:
            recover(run)
            yield run
        except BaseException as error:
            told = in_words(error, run, clear) if isinstance(error, Exception) else error
            end(run, told)
            if run.stopped_by is not None:  # whatever a library made of it
                raise StoppedError(run.stopped_by) from None
            if told is error:
                raise
            raise told from None  # the chain of an error is printed with it, and may quote what is to be forgotten
        finally:
            run.committing = True  # what is left is quick: a signal changes nothing now
            if run.status != "running":
                journal.append(run.warehouse, run.entry())
            shutil.rmtree(run.folder, ignore_errors=True)
            for leftover in run.build.parent.glob("build-*"):
                leftover.unlink()


def in_words(error: Exception, run: Run, clear: Callable[[str], str]) -> WinnowError:
    """An error of whatever kind as one that says what failed, where, and what to do; nothing it did not publish is lost."""
    if isinstance(error, WinnowError):
        return error
    again = "Nothing half-done is published, and what is gone from files is gone: do it again to finish"
    said = scrub(clear(" ".join(str(error).split())))[:TOLD_CHARS]
    if is_full(error):
        return WinnowError("disk_full", "the disk is full", where=str(run.home), next_step=f"Free some space. {again}")
    if isinstance(error, OSError) and error.filename is not None:
        path = scrub(clear(str(error.filename)))
        return WinnowError("file_error", "a file cannot be read or written", where=path, why=error.strerror or said,
                           next_step=f"Look at the file, its rights and its disk. {again}")  # fmt: skip
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return WinnowError("out_of_memory", "there was not enough memory", why=said,
                           next_step=f"Raise WINNOW_MEMORY ({run.memory_limit}). {again}")  # fmt: skip
    run.report.mkdir(parents=True, exist_ok=True)
    trace = run.report / "traceback.txt"
    trace.write_text(scrub(clear("".join(traceback.format_exception(error)))), encoding="utf-8")
    return WinnowError("internal_error", f"{type(error).__name__}: {said}", where=str(trace),
                       next_step=f"{again}; please report this with the file named")  # fmt: skip


def end(run: Run, error: BaseException) -> None:
    """Set the status of a removal that an error or a signal ended. What was published before stays published."""
    if run.status == "published":
        return
    if run.stopped_by is not None:
        run.status, run.reason = "stopped", STOPPED.format(signal.Signals(run.stopped_by).name)
    elif isinstance(error, WinnowError):
        run.status, run.reason = "stopped" if isinstance(error, GateError) else "failed", error.message()
    else:
        run.status, run.reason = "failed", f"internal_error: {type(error).__name__}"


def publish(run: Run, change: Callable[[duckdb.DuckDBPyConnection], list[Row]]) -> None:
    """Make `change` on a private copy, record the removals it returns, audit, and swap a fresh file in.

    Raises GateError where a critical check of what would be published fails; the published file stays as it was.
    """
    build = begin_build(run.warehouse, run.run_id)
    with (
        disk_errors(build),
        open_build(build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con,
    ):
        create_all(con)
        removals = change(con)
        con.register("removals", pa.Table.from_pylist(removals, REMOVALS))
        con.execute("INSERT INTO audit.removals BY NAME SELECT * FROM removals")
        con.unregister("removals")
        results = judge(con, ("jobs", "marts"), run.run_id)
        run.checks = [asdict(check) for check in results]
        run.gate(stop_reason(results))
        con.execute("BEGIN")
        run.warnings += journal.fold_in(con, run.warehouse)
        journal.insert_run(con, run.entry() | {"status": "published"})
        journal.insert_checks(con, run.checks)
        con.execute("COMMIT")
    fresh = build.with_name(build.stem + "-fresh.duckdb")
    with disk_errors(fresh):
        write_fresh(build, fresh, run.memory_limit, run.threads)
    build.unlink()
    run.committing = True  # between the swap and its note nothing may come
    publish_build(fresh, run.warehouse)
    run.status, run.committing = "published", False


REMOVALS = pa.schema(
    [
        *((name, pa.string()) for name in ("removal_id", "kind", "place", "source")),
        *((name, pa.int64()) for name in ("items", "mentions", "bytes")),
        ("why", pa.string()), ("removed_at", pa.timestamp("us", "UTC")), ("removed_by", pa.string()),
    ]
)  # fmt: skip


@contextmanager
def a_look(run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private copy that is thrown away: what a dry run counts there is what the real one would do."""
    build = begin_build(run.warehouse, run.run_id)
    with open_build(build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        create_all(con)
        yield con
    build.unlink()


def removed(run: Run, kind: str, by: str, why: str, place: str, items: int, **more: Any) -> Row:
    """A row of audit.removals."""
    return {
        "removal_id": run.run_id, "kind": kind, "place": place, "items": items, "why": why,
        "removed_at": run.started_at, "removed_by": by, **more,
    }  # fmt: skip


def who(by: str) -> str:
    """The name given, else the login name."""
    if by.strip():
        return by.strip()[:BY_CHARS]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
