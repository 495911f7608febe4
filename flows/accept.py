"""Takes batches that a gate held through everything again: accepted by a person, or judged anew after a mend."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prefect import flow

from flows import steps
from flows.removing import who
from flows.running import Request, as_state, conduct, tell_prefect
from flows.waiting import landed_by
from tasks.errors import UsageError
from tasks.ingest import landing
from tasks.ingest.step import all_sources, known_captures
from tasks.load import journal
from tasks.load.recovery import held_in
from tasks.validate.hold import held_earlier

if TYPE_CHECKING:
    from tasks.ingest.capture import Capture
    from tasks.ingest.source import Source
    from tasks.run import Run


@flow(name="winnow-accept", validate_parameters=False, persist_result=False, result_serializer="json")
def accept(
    held_in: str,
    source: str | None = None,
    why: str | None = None,
    home: str | None = None,
    sources_dir: str | None = None,
    command: str = "flow",
    by: str = "",
) -> Any:
    """Publish what run `held_in` held (of one source, if named): accepted for `why`, or judged again without it.

    `by` is who accepts, by default the login name. States and data as in flows.pipeline.
    """
    request = Request(
        [source] if source else [], home, sources_dir, command=command, held_in=held_in, reason=why, by=by
    )
    outcome = conduct(request, walk)
    tell_prefect(outcome)
    return as_state(outcome)


def walk(run: Run, request: Request) -> None:
    """The path of a held batch: from the landing area again, then as any other."""
    waiting = find_waiting(run, request)
    if not waiting:
        run.status, run.reason = "unchanged", f"everything that run {request.held_in} held was loaded since"
        return
    if request.reason:
        run.facts["accepted"] = {
            "run_id": request.held_in,
            "by": who(request.by),
            "at": datetime.now(UTC).isoformat(),
            "why": request.reason,
            "captures": [capture["capture_id"] for held in waiting for capture in held["captures"]],
            "days": [{"source": held["source"], "day": held["day"]} for held in waiting],
        }
    captures = run.timed("split", steps.split, find_captures(run, waiting))
    if not captures:
        return
    run.timed("clean", steps.clean)
    run.gate(run.timed("judge", steps.judge))
    run.timed("load", steps.load)
    run.timed("match", steps.match)
    run.gate(run.timed("audit", steps.audit))
    run.timed("publish", steps.publish)


def find_waiting(run: Run, request: Request) -> list[dict[str, Any]]:
    """What a run held and no run has loaded since. Raises UsageError where it held nothing (of that source).

    Judged again, without a person's word, is whatever else the run landed and nobody loaded: what it could not split, and
    what it left out.
    """
    held = held_by(run, request.held_in or "")
    if not request.reason:
        told = {each["capture_id"] for batch in held for each in batch["captures"]}
        rest = landed_by(run.home, run.warehouse, request.held_in or "")
        held += [batch for batch in rest if not {each["capture_id"] for each in batch["captures"]} & told]
    wanted = [each for each in held if not request.targets or each["source"] in request.targets]
    if not wanted:
        names = sorted({each["source"] for each in held})
        raise UsageError(
            "nothing_held", f"run {request.held_in} holds nothing" + (f" of {request.targets[0]}" if held else ""),
            next_step=f"It holds: {', '.join(names)}" if names else "See the runs: winnow report",
        )  # fmt: skip
    loaded = known_captures(run.warehouse)
    return [each for each in wanted if not {c["capture_id"] for c in each["captures"]} <= loaded]


def held_by(run: Run, run_id: str) -> list[dict[str, Any]]:
    """What a run held, by the journal and by the ledger: a line of the journal may be lost, or tell less."""
    told = held_earlier(journal.read(run.warehouse), run_id)
    known = {(each["source"], each["day"]) for each in told}
    return told + [each for each in held_in(run.warehouse, run_id) if (each["source"], each["day"]) not in known]


def find_captures(run: Run, waiting: list[dict[str, Any]]) -> list[tuple[Source, Capture]]:
    """The landed captures of held batches. Raises UsageError where the bytes or the source are not there any more."""
    known = all_sources(run.sources_dir)
    loaded = known_captures(run.warehouse)
    found = []
    for held in waiting:
        name = held["source"]
        if name not in known:
            raise UsageError(
                "unknown_source", f"no source is called {name!r}", next_step="Give its folder with --sources DIR"
            )
        for each in held["captures"]:
            if each["capture_id"] in loaded:
                continue
            landed = landing.find(run.home, name, each["capture_id"])
            if landed is None:
                raise UsageError(
                    "capture_expired", f"the bytes of {each['capture_id']} are not landed any more", where=name,
                    next_step="Capture the source again: winnow run " + name,
                )  # fmt: skip
            found.append((known[name], landed))
    return sorted(found, key=lambda pair: (pair[1].observed_at, pair[0].name, pair[1].capture_id))
