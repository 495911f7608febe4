"""Takes quarantined records through the newest rulebook: what is now good is loaded as of its first sighting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import flow

from flows import steps
from flows.quarantine import expired, still_waiting
from flows.running import Request, as_state, conduct, tell_prefect

if TYPE_CHECKING:
    from tasks.run import Run


@flow(name="winnow-replay", validate_parameters=False, persist_result=False, result_serializer="json")
def replay(
    reason: str | None = None, home: str | None = None, sources_dir: str | None = None, command: str = "flow"
) -> Any:
    """Replay records set aside for `reason` (all without it). States and data as in flows.pipeline."""
    request = Request([], home, sources_dir, command=command, reason=reason)
    outcome = conduct(request, walk)
    tell_prefect(outcome)
    return as_state(outcome)


def walk(run: Run, request: Request) -> None:
    """The path of a record that waited: from the landing zone again, then as any other."""
    run.kind = "replay"
    if not run.timed("split", steps.split_waiting, request.reason):
        tried = "nothing that waits in quarantine could be tried" if run.warnings or run.failed else None
        nothing = "nothing waits in quarantine" + (f" for {request.reason}" if request.reason else "")
        run.status = "failed" if run.failed else "unchanged"
        run.reason = (tried or nothing) + expired(run)
        return
    run.timed("clean", steps.clean)
    run.gate(run.timed("judge", steps.judge))
    if not run.timed("load", steps.load)["records"]:
        run.status, run.reason = "unchanged", "nothing that waits in quarantine is good now" + still_waiting(run)
        return
    run.timed("match", steps.match)
    run.gate(run.timed("audit", steps.audit))
    run.timed("publish", steps.publish)
