"""One run: its name, its folders, and what happened so far. Handed from step to step; holds no data."""

from __future__ import annotations

import json
import resource
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tasks.clean.engine import rulebook_version
from tasks.errors import GateError, StoppedError, one_line
from tasks.hidden import scrub_all

T = TypeVar("T")

# What a journal entry holds of our own making, at any depth: times, ids, names, figures. No text of anybody's is in it.
OWN = frozenset(
    {
        "run_id", "started_at", "finished_at", "status", "rulebook_version", "counts", "steps", "asked", "batches", "batch_id",
        "capture_id", "observed_at", "fetched_at", "sha256", "coverage", "source", "sources_skipped", "day", "at", "code",
        "suite", "expectation", "column_name", "severity", "commands",
    }
)  # fmt: skip
OWN_LISTS = frozenset({"captures", "checks"})  # of ids and names, where they are no lists of mappings


@dataclass
class Run:
    """A run in progress. Paths are absolute; times are UTC; `steps` and the rest become its row in the journal."""

    run_id: str
    home: Path
    memory_limit: str
    threads: int
    started_at: datetime
    as_of: datetime | None = None
    sources_dir: Path | None = None
    command: str = ""
    kind: str = "capture"  # or replay: records come back out of quarantine
    status: str = "running"
    reason: str | None = None
    rulebook: str = ""  # the version in force, corrections of `sources_dir` included
    steps: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)  # batches that a gate of their source keeps out
    checks: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    stopped_by: int | None = None  # the signal that asked the run to end
    committing: bool = False  # the finished copy is being swapped in: too late to stop

    def __post_init__(self) -> None:
        """Note the rulebook that this run cleans by."""
        self.rulebook = self.rulebook or rulebook_version(self.sources_dir)

    def now(self) -> datetime:
        """The time since the run started, counted on: whoever sets the machine's clock meanwhile does not move it."""
        return self.started_at + timedelta(seconds=time.monotonic() - self.began)

    @property
    def folder(self) -> Path:
        """Scratch of this run, removed when it has ended well."""
        return self.home / "work" / self.run_id

    @property
    def warehouse(self) -> Path:
        """The published file."""
        return self.home / "warehouse" / "winnow.duckdb"

    @property
    def build(self) -> Path:
        """The private copy of it that this run builds on."""
        return self.warehouse.parent / f"build-{self.run_id}.duckdb"

    @property
    def memory(self) -> Path:
        """What the rulebook remembers across runs."""
        return self.home / "work" / "memory.duckdb"

    @property
    def scratch(self) -> Path:
        """The scratch database, attached as `work`."""
        return self.folder / "work.duckdb"

    @property
    def records(self) -> Path:
        """Split records as Arrow files."""
        return self.folder / "records"

    @property
    def postings(self) -> Path:
        """Cleaned postings as Arrow files."""
        return self.folder / "postings"

    @property
    def report(self) -> Path:
        """The folder of this run's report."""
        return self.home / "reports" / self.run_id

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step: wall and CPU seconds (user and system, this process), also where it fails."""
        wall, cpu = time.perf_counter(), cpu_seconds()
        try:
            yield
        finally:
            self.steps.append(
                {
                    "step": name,
                    "wall_seconds": round(time.perf_counter() - wall, 3),
                    "cpu_seconds": round(cpu_seconds() - cpu, 3),
                    "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                }
            )

    def timed(self, name: str, function: Callable[..., T], *args: Any) -> T:
        """Call a step with this run first, timed. Raises StoppedError where a signal came that a library swallowed."""
        if self.stopped_by is not None:
            raise StoppedError(self.stopped_by)
        with self.step(name):
            return function(self, *args)

    def gate(self, reason: str | None) -> None:
        """Stop the run where a gate gives a reason. Raises GateError `gate`."""
        if reason is not None:
            raise GateError(
                "gate", f"run {self.run_id} was stopped", why=reason,
                next_step=f"See {self.report / 'index.html'}; the last published version is untouched",
            )  # fmt: skip

    def entry(self) -> dict[str, Any]:
        """The run as a journal entry, without secrets in what is text."""
        entry = {
            "run_id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.now().isoformat(),
            "status": self.status,
            "reason": self.reason,
            "command": self.command,
            "rulebook_version": self.rulebook,
            "counts": self.counts,
            "steps": self.steps,
            "warnings": [one_line(warning) for warning in self.warnings[:200]],
            "sources_failed": self.failed,
            "sources_held": self.held,
            "checks": self.checks,
            **self.facts,
        }
        scrubbed: dict[str, Any] = scrub_all(entry, OWN, OWN_LISTS)
        return scrubbed


def cpu_seconds() -> float:
    """User and system seconds of this process and its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def new_run_id(now: datetime) -> str:
    """Sortable by time, unique by its random tail: 20260131T054500Z-1a2b3c."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def write_json(path: Path, value: Any) -> None:
    """Write JSON so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps(value, default=str, indent=1), encoding="utf-8")
    draft.replace(path)
