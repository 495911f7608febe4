"""The steps of a run as Prefect tasks: thin, coarse, and handed paths and names, never data."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from tasks.clean.step import clean_records
from tasks.dedupe.step import match_jobs, reopen_for_verdicts
from tasks.errors import SourceError
from tasks.ingest import replay, step
from tasks.ingest.capture import Capture
from tasks.ingest.source import Source
from tasks.load.step import audit_build, finish_build, load_batch
from tasks.run import Run
from tasks.validate.step import judge_records

# What another attempt a little later can mend. The client itself has already retried single requests. Not rate_limited:
# the source asks for a longer wait than a run has.
TRANSIENT = frozenset({"source_unreachable", "total_deadline"})

JSON = "json"  # Prefect's own default is pickle: reading one runs what is in it


async def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed capture is worth another attempt."""
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, SourceError) and error.code in TRANSIENT


@task(
    name="capture",
    cache_policy=NO_CACHE,
    persist_result=False,
    result_serializer=JSON,
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=is_transient,
)
def capture(run: Run, source: Source, target: str | None, since: date | None, until: date | None) -> list[Capture]:
    """Fetch or read one source and land its bytes."""
    return step.capture_source(run, source, target, since, until)


@task(name="split", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def split(run: Run, captures: list[tuple[Source, Capture]]) -> list[tuple[Source, Capture]]:
    """Cut landed payloads into records."""
    return step.split_captures(run, captures)


@task(name="split waiting", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def split_waiting(run: Run, reason: str | None) -> int:
    """Cut the payloads of quarantined records anew."""
    return replay.split_waiting(run, reason)


@task(name="clean", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def clean(run: Run) -> int:
    """Take what is new through the rulebook."""
    return clean_records(run)


@task(name="judge", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def judge(run: Run) -> str | None:
    """Set bad rows aside and judge the batch; a reason to stop, or None."""
    return judge_records(run)


@task(name="load", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def load(run: Run) -> dict[str, int]:
    """Load the batch into a private copy of the warehouse, data and ledger in one transaction."""
    return load_batch(run)


@task(name="reopen", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def reopen(run: Run) -> bool:
    """Without anything new: a private copy to match in where human verdicts changed; whether there is one."""
    return reopen_for_verdicts(run)


@task(name="match", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def match(run: Run) -> dict[str, object]:
    """Find the job behind each posting."""
    return match_jobs(run)


@task(name="audit", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def audit(run: Run) -> str | None:
    """Count, and judge what would be published; a reason to stop, or None."""
    return audit_build(run)


@task(name="publish", cache_policy=NO_CACHE, persist_result=False, result_serializer=JSON)
def publish(run: Run) -> None:
    """Swap the audited copy in."""
    finish_build(run)
