"""SIGTERM and SIGINT end a run in order: nothing is published, scratch and lock go, the journal says why."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tasks.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.run import Run

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LINGER_SECONDS = 10.0  # what a Prefect server may take to hear the last events of a run that is over
GRACE_SECONDS = 8.0  # what a library may take to hand control back; then the process ends as a killed one would


@contextmanager
def stoppable(run: Run) -> Iterator[None]:
    """Until the block ends, a signal raises StoppedError in the main thread and is noted in `run.stopped_by`.

    Once the finished copy is being swapped in, the run ends as published: a signal then changes nothing. A second signal
    changes nothing either. In other threads than the main one Python handles no signals, and none are set here.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: Any) -> None:
        if run.committing or run.stopped_by:
            return
        run.stopped_by = number
        watchdog = threading.Timer(GRACE_SECONDS, give_up, [run, number])
        watchdog.daemon = True
        watchdog.start()
        raise StoppedError(number)

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def give_up(run: Run, number: int) -> None:
    """End the process where the main thread has not come back; one that is tidying up already is left to it."""
    if not run.committing:
        os._exit(128 + number)


def end_soon(code: int) -> None:
    """Let the process end with `code` after LINGER_SECONDS, should it not have ended by itself.

    At exit Prefect sends every event that still waits, ten attempts each: with a dead server that takes minutes, in
    which a scheduler counts a run as going on that has told its end.
    """

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    watchdog = threading.Timer(LINGER_SECONDS, leave)
    watchdog.daemon = True
    watchdog.start()


def stopped_text(number: int) -> str:
    """What the journal says of a stopped run."""
    return f"stopped by {signal.Signals(number).name}; nothing was published, the next run goes on from what has landed"
