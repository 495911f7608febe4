"""The path of a posting, as a Prefect flow: capture, split, clean, judge, match, publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import flow

from flows import steps
from flows.late import due_time
from flows.running import Request, as_state, capture_sources, conduct, tell_prefect

if TYPE_CHECKING:
    from tasks.run import Run


@flow(name="winnow", validate_parameters=False, persist_result=False, result_serializer="json")
def pipeline(
    targets: list[str] | None = None,
    home: str | None = None,
    sources_dir: str | None = None,
    as_of: str | None = None,
    since: str | None = None,
    until: str | None = None,
    command: str = "flow",
) -> Any:
    """Take the named sources (NAME or NAME=PATH|URL; none: the enabled ones) through everything, and publish.

    The state is Completed where the run published or had nothing new, else Failed; its data is the run's journal entry.
    """
    request = Request(targets or [], home, sources_dir, as_of, since, until, command, due=due_time())
    outcome = conduct(request, walk)
    tell_prefect(outcome)
    return as_state(outcome)


def walk(run: Run, request: Request) -> None:
    """The path. A step that raises, or a gate that stops, ends it; nothing is published then."""
    captures = capture_sources(run, request, steps.capture)
    captures = run.timed("split", steps.split, captures)
    if captures:
        run.timed("clean", steps.clean)
        run.gate(run.timed("judge", steps.judge))
        run.timed("load", steps.load)
    elif not run.timed("reopen", steps.reopen):
        return
    run.timed("match", steps.match)
    run.gate(run.timed("audit", steps.audit))
    run.timed("publish", steps.publish)
