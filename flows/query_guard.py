"""Runs somebody's query in a child process with bounded time and memory: what does not end is ended.

`interrupt` stops most queries, but not one inside a single long call (planning, one huge value, a regular expression).
A process can always be killed, and takes its memory and its temporary files with it.
"""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE_SECONDS = 1.0  # between the polite interrupt and the kill
MEMORY_BYTES = 6 * 1024**3  # address space; the engine's own limit of 1 GB comes first, threads' stacks count here


def guarded(work: Callable[[Path], None], timeout: float) -> None:
    """Call `work` with a private folder for temporary files in a child process; its output goes to our own streams.

    Raises UsageError: the child's own, or `query_timeout` where it takes over `timeout` seconds, or `query_broke` where
    it died. Call it before anything has started threads: the process is forked.
    """
    folder = Path(tempfile.mkdtemp(prefix="winnow-sql-"))
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        run_child(work, folder, writing)
    os.close(writing)
    try:
        told = read_all(reading, timeout + GRACE_SECONDS)
        if told is None:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    except BaseException:  # Ctrl-C: the child must not outlive us
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(reading)
        shutil.rmtree(folder, ignore_errors=True)
    if told is None:
        raise too_slow(timeout)
    if told:
        raise UsageError(*told[:2], where=told[2], why=told[3], next_step=told[4])
    if os.waitstatus_to_exitcode(status) != 0:
        raise UsageError(
            "query_broke", "the query broke the engine", why="it asked for more memory or depth than there is",
            next_step="Narrow it; the warehouse is untouched",
        )  # fmt: skip


def too_slow(timeout: float) -> UsageError:
    """A query that took too long."""
    return UsageError(
        "query_timeout", f"the query was stopped after {timeout:g} s", next_step="Narrow it, or raise --timeout"
    )


def read_all(pipe: int, seconds: float) -> list[str] | None:
    """What the child says before it ends: the parts of an error, or nothing. None where it does not end in time."""
    said = b""
    until = time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(pipe, 65536)
        if not piece:
            parts: list[str] = json.loads(said) if said else []
            return parts
        said += piece
    return None


def run_child(work: Callable[[Path], None], folder: Path, pipe: int) -> None:
    """The child's whole life; it never returns."""
    code = 1
    warnings.simplefilter("ignore")  # libraries warn us, with lines of our source: nothing that the asker could act on
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        work(folder)
        sys.stdout.flush()
        code = 0
    except UsageError as error:
        say(pipe, [error.code, error.what, error.where, error.why, error.next_step])
    except BrokenPipeError:  # the reader of our output has seen enough, as `head` does
        code = 0
    except BaseException as error:  # a second copy of the caller must not live on
        say(pipe, ["query_failed", f"{type(error).__name__}: {str(error)[:300]}", "", "", "Narrow the query"])
    finally:
        os._exit(code)


def say(pipe: int, parts: list[str]) -> None:
    """Hand an error to the parent."""
    os.write(pipe, json.dumps(parts).encode()[:60_000])
