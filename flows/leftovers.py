"""What has landed and was never loaded: captures of runs that ended before they could publish join the next run."""

from __future__ import annotations

import glob
import logging
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tasks.ingest import landing
from tasks.ingest.capture import SCHEME, shown
from tasks.ingest.hosts import safe_address
from tasks.ingest.step import held_captures
from tasks.load import journal
from tasks.load.recovery import TAKEN_UP
from tasks.run import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from tasks.ingest.capture import Capture
    from tasks.ingest.source import Source
    from tasks.run import Run

log = logging.getLogger("winnow")

# So often a capture may be in a run that comes to nothing, and nobody knows why; then it may be the reason itself.
TRIES = 2
# Endings that say nothing of what was captured.
INNOCENT = ("disk_full", "stopped by ")


def left_behind(
    run: Run, wanted: list[tuple[Source, str | None]], known: set[str], since: date | None, until: date | None
) -> dict[str, tuple[Source, Capture]]:
    """Captures of the wanted sources that an earlier run landed and did not live to load, by id.

    Only what the run asks for: of the same file, folder or address, within its window, and not observed after its
    --as-of. The journal tells what is out: batches that were held or stopped by a gate, captures that could not be split,
    what a run that ended well left out on purpose, and captures that were in `TRIES` runs that failed for no known reason.
    """
    entries = journal.read(run.warehouse)
    ended = {str(entry["run_id"]): entry for entry in entries if entry["status"] not in journal.ENDED_WELL}
    if not ended:
        return {}
    out = known | known_bad(entries) | held_captures(run.warehouse)
    tried = count_tries(entries)
    found: dict[str, tuple[Source, Capture]] = {}
    for source, target in wanted:
        for capture in landing.landed(run.home, source.name, but=out):
            entry = ended.get(capture.run_id)
            if entry is None or capture.expired or not loadable(entry, source.name):
                continue
            if not in_window(capture, since, until, run.as_of) or not same_target(capture.url, target):
                continue
            if tried.get(capture.capture_id, 0) >= TRIES:
                run.warnings.append(
                    f"{source.name}: {capture.folder} has landed and is left out: {TRIES} runs with it came to nothing"
                )
                continue
            found[capture.capture_id] = (source, capture)
    if found:
        log.info("%d captures had landed in runs that loaded nothing: they are taken up", len(found))
    return found


def note_taken_up(run: Run, captures: dict[str, Any]) -> None:
    """Note which captures of earlier runs this one takes up; beside its scratch too, for a run that ends without a word."""
    if captures:
        run.facts["taken_up"] = sorted(captures)
        write_json(run.folder / TAKEN_UP, run.facts["taken_up"])


def known_bad(entries: list[dict[str, Any]]) -> set[str]:
    """Captures that a run of the journal held, or could not split."""
    held = {c["capture_id"] for entry in entries for each in entry.get("sources_held", []) for c in each["captures"]}
    broken = {each.get("capture_id") for entry in entries for each in entry.get("sources_failed", [])}
    return held | {each for each in broken if each}


def count_tries(entries: list[dict[str, Any]]) -> dict[str, int]:
    """How many runs that came to nothing, for no reason that lies outside, had taken a capture up."""
    tried: dict[str, int] = {}
    for entry in entries:
        if entry["status"] not in journal.ENDED_WELL and not str(entry.get("reason") or "").startswith(INNOCENT):
            for capture_id in entry.get("taken_up", []):
                tried[capture_id] = tried.get(capture_id, 0) + 1
    return tried


def loadable(entry: dict[str, Any], source: str) -> bool:
    """Whether a run that loaded nothing failed for another reason than what it had captured of the source."""
    if str(entry.get("reason") or "").startswith("gate"):
        return False
    return all(each["source"] != source or each.get("capture_id") for each in entry.get("sources_failed", []))


def in_window(capture: Capture, since: date | None, until: date | None, as_of: datetime | None) -> bool:
    """Whether a run of this window, as of this moment, may load the capture."""
    day = capture.observed_at.date()
    return (
        (since is None or since <= day) and (until is None or day <= until)
        and (as_of is None or capture.observed_at <= as_of)
    )  # fmt: skip


def same_target(url: str, target: str | None) -> bool:
    """Whether a manifest's `url` is of a target: the same file, a file of the folder or the pattern, a page of the address."""
    return target is None or any(matches(url) for matches in matchers(target))


def matchers(target: str) -> Iterator[Any]:
    """Tests of a manifest's `url`. Files are told by their names as capture shows them, below their parent folder."""
    if SCHEME.match(target):
        asked = urlsplit(safe_address(target))
        base = asked.path.rstrip("/")

        def is_page(url: str) -> bool:
            given = urlsplit(url)
            below = given.path.rstrip("/") == base or given.path.startswith(base + "/")
            return (given.scheme, given.netloc) == (asked.scheme, asked.netloc) and below

        same = safe_address(target)
        yield lambda url: url == same
        if not asked.query:  # a query tells one listing from another
            yield is_page
        return
    path = Path(target).expanduser()
    if glob.has_magic(target) and not path.exists():
        pattern = "/".join(path.parts[-2:])
        yield lambda url: PurePath(url).match(pattern)
        return
    full = path.resolve()
    if path.is_dir():
        yield lambda url: url.startswith(shown(full, full.parent) + "/")
    else:
        yield lambda url: url == shown(full, full.parent.parent)
