"""The steps of a run as Prefect tasks: thin, coarse, and handed paths and names, never data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.clean.step import clean_records
from tasks.dedupe.step import match_jobs
from tasks.errors import SourceError
from tasks.ingest.replay import split_waiting as split_waiting_records
from tasks.ingest.step import capture_source, split_captures
from tasks.load.step import audit_build, finish_build, load_batch
from tasks.validate.step import judge_records

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.tasks import Task

# What another attempt a little later can mend. The client itself has already retried single requests.
TRANSIENT = frozenset({"source_unreachable", "total_deadline", "truncated", "rate_limited", "server_error"})


async def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed capture is worth another attempt."""
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, SourceError) and error.code in TRANSIENT


capture = task(
    capture_source, name="capture", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[5, 30],
    retry_condition_fn=is_transient, task_run_name="capture {source.name}",
)  # fmt: skip
split = task(split_captures, name="split", cache_policy=NO_CACHE)
split_waiting = task(split_waiting_records, name="split waiting", cache_policy=NO_CACHE)
clean = task(clean_records, name="clean", cache_policy=NO_CACHE)
judge = task(judge_records, name="judge", cache_policy=NO_CACHE)
load = task(load_batch, name="load", cache_policy=NO_CACHE)
match = task(match_jobs, name="match", cache_policy=NO_CACHE)
audit = task(audit_build, name="audit", cache_policy=NO_CACHE)
publish = task(finish_build, name="publish", cache_policy=NO_CACHE)
