"""The first two steps: fetch or read each source, and split what was landed into records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from tasks.arrow_files import write_batches
from tasks.errors import SourceError, UsageError, WinnowError
from tasks.hidden import BLOCK, VARIABLE, look_up, unseal
from tasks.ingest.capture import Capture, capture
from tasks.ingest.form import SCHEMA
from tasks.ingest.isolate import Reader
from tasks.ingest.source import Source, expand, find, registry, with_members
from tasks.ingest.split import SplitReport

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.run import Run


def all_sources(extra: Path | None) -> dict[str, Source]:
    """Every source by name: built-in, from outside, and the members of groups."""
    return with_members(registry(extra))


def resolve(run: Run, targets: list[str]) -> list[tuple[Source, str | None]]:
    """The sources that NAME[=PATH|URL] arguments mean, groups taken apart. Raises UsageError for unknown names."""
    known = all_sources(run.sources_dir)
    pairs: list[tuple[Source, str | None]] = []
    for target in targets or [name for name, source in known.items() if source.enabled]:
        name, _, place = unseal(target).partition("=")
        if place.startswith((BLOCK, VARIABLE)):  # the address is itself a secret, kept where secrets are
            place = look_up(place, name)
        pairs += expand(find(known, name), place or None)
    if not pairs:
        raise UsageError("no_sources", "no source is enabled", next_step="Name one: winnow sources lists them")
    return pairs


def capture_source(
    run: Run, source: Source, target: str | None, since: date | None = None, until: date | None = None
) -> list[Capture]:
    """Land one source's captures (within a window of observation days, if given)."""
    found = capture(source, target, run.home, run.as_of, run.run_id, run.now())
    return [
        c for c in found
        if (since is None or c.observed_at.date() >= since) and (until is None or c.observed_at.date() <= until)
    ]  # fmt: skip


def known_captures(warehouse: Path) -> set[str]:
    """Ids of captures that the published warehouse has loaded."""
    if not warehouse.exists():
        return set()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return {row[0] for row in con.execute("SELECT capture_id FROM audit.batches").fetchall()}


def held_captures(warehouse: Path) -> set[str]:
    """Ids of captures that the ledger holds back and no run has loaded since."""
    if not warehouse.exists():
        return set()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return {row[0] for row in con.execute("SELECT capture_id FROM audit.held WHERE released_in IS NULL").fetchall()}


def split_captures(run: Run, captures: list[tuple[Source, Capture]]) -> list[tuple[Source, Capture]]:
    """Split landed captures into Arrow files of records; returns those that could be.

    A source that breaks its contract fails alone: its captures are left out, and the run goes on with the others.
    A capture that is cut off proves no absence: it is taken as partial. One without records is left out with a warning,
    and a source of which nothing is left has failed, unless it lists what is new and earlier days of it are loaded: then it
    was a quiet day. A capture taken up from an earlier run fails alone: it is noted by its
    id, no run takes it up again, and what its source brought now goes on.
    """
    broken: set[str] = set()
    early = set(run.facts.get("taken_up", []))
    kept: list[tuple[Source, Capture]] = []
    reports: dict[str, SplitReport] = {}
    with Reader(run.home, run.folder) as reader:
        for source, landed in captures:
            if source.name in broken:
                continue
            report = reports[landed.capture_id] = SplitReport()
            path = run.records / f"{landed.capture_id}.arrow"
            try:
                rows = write_batches(path, SCHEMA, reader.split(landed, source, report))
            except WinnowError as error:
                if landed.capture_id not in early:
                    broken.add(source.name)
                fail_source(run, source.name, error, landed.capture_id)
                path.unlink(missing_ok=True)
                continue
            run.warnings += [f"{source.name}: {warning}" for warning in report.warnings()]
            if rows == 0:
                run.warnings.append(f"{source.name}: {landed.url} holds no records")
                path.unlink()
                continue
            kept.append((source, replace(landed, coverage="partial") if report.cut else landed))
    told = {each["source"] for each in run.failed if each.get("capture_id")}
    told |= quiet_sources(run.warehouse, captures)
    for name in sorted({source.name for source, _ in captures} - told - {source.name for source, _ in kept}):
        broken.add(name)
        fail_source(run, name, SourceError("empty_batch", "there is no record in what was captured", where=name))
    kept = [(source, landed) for source, landed in kept if source.name not in broken]
    for stale in run.records.glob("*.arrow"):
        if stale.stem not in {landed.capture_id for _, landed in kept}:
            stale.unlink()
    run.facts["captures"] = [capture_row(landed) | bytes_row(reports[landed.capture_id]) for _, landed in kept]
    return kept


def quiet_sources(warehouse: Path, captures: list[tuple[Source, Capture]]) -> set[str]:
    """Sources that may bring no record at all: no capture of them is a full listing, and earlier ones are loaded."""
    partial = {source.name for source, _ in captures} - {s.name for s, c in captures if c.coverage != "partial"}
    if not partial or not warehouse.exists():
        return set()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return partial & {row[0] for row in con.execute("SELECT DISTINCT source FROM audit.batches").fetchall()}


def capture_row(landed: Capture) -> dict[str, object]:
    """A capture as a row of work.captures."""
    row = vars(landed)
    names = ("capture_id", "source", "url", "fetched_at", "observed_at", "status", "bytes", "sha256", "coverage")
    return {**{name: row[name] for name in names}, "files": len(row["files"])}


def bytes_row(report: SplitReport) -> dict[str, int | None]:
    """A capture's bytes, for the ledger; nothing where records are no part of a file's text."""
    names = ("landed_bytes", "record_bytes", "between_bytes")
    return {name: getattr(report, name) if report.countable else None for name in names}


def fail_source(run: Run, name: str, error: WinnowError, capture_id: str | None = None) -> None:
    """Note that a source failed, and the capture where it is that which cannot be read; the run goes on with the others."""
    which = {"capture_id": capture_id} if capture_id else {}
    run.failed.append({"source": name, "code": error.code, "message": error.message(), **which})
