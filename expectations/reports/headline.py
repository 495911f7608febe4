"""What happened and what to do next, in sentences: used by the report, the index and the markdown summary."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.reports.facts import COUNTS, Row
from expectations.reports.masking import show
from expectations.reports.page import number, percent, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence


class Status(NamedTuple):
    """A status as people read it: `tone` is good, quiet or bad."""

    word: str
    tone: str
    says: str


class Step(NamedTuple):
    """Something to do next, and the command that does or shows it."""

    text: str
    command: str | None = None


STATUS = {
    "published": Status(
        "Published", "good", "Everything critical held, and the warehouse was replaced by this version."
    ),
    "unchanged": Status(
        "Nothing new", "quiet", "What came in was already known; the published warehouse stays as it is."
    ),
    "stopped": Status(
        "Stopped", "bad", "A gate stopped this run. Nothing was published; readers still see the last good version."
    ),
    "failed": Status(
        "Failed", "bad", "The run broke off. Nothing was published; readers still see the last good version."
    ),
}


def status_of(run: Row) -> Status:
    """The status of a run; an unknown one is shown as it is."""
    return STATUS.get(
        str(run.get("status")), Status(str(run.get("status") or "unknown"), "bad", "This run did not end.")
    )


def counts_of(run: Row, batches: Sequence[Row] = ()) -> dict[str, int]:
    """The counts of a run: its own, else summed over batches; zeros where neither says."""
    given = run.get("counts") or {}
    if given:
        return {name: int(given.get(name) or 0) for name in COUNTS}
    return {name: sum(int(batch.get(name) or 0) for batch in batches) for name in COUNTS}


def sentence(counts: dict[str, int], sources: int) -> str:
    """What came in and what became of it, in one sentence."""
    if not counts["records"]:
        return "No record was loaded."
    came = f"{number(counts['records'])} {_plural('record', counts['records'])} came in"
    came += f" from {sources} {_plural('source', sources)}" if sources else ""
    words = {
        "new": "new",
        "unchanged": "already known and unchanged",
        "changed": "changed",
        "merged": "shown more than once and merged",
        "quarantined": "set aside",
    }
    parts = [f"{number(counts[name])} {word}" for name, word in words.items() if counts[name]]
    return f"{came}: {_join(parts)}."


def stops(check: Row) -> bool:
    """Whether a check stops publication: a critical one that failed, or any that could not run."""
    return not check["passed"] and (bool(check.get("raised")) or check["severity"] == "critical")


def next_steps(run: Row, quarantine: Sequence[Row], checks: Sequence[Row]) -> list[Step]:
    """What a person should do, most urgent first; empty where nothing needs doing."""
    steps = []
    for check in [check for check in checks if stops(check)][:5]:
        what = "could not run" if check.get("raised") else "failed"
        steps.append(
            Step(
                f"The {check['severity']} check {check['suite']}.{check['expectation']} {what}: "
                f"{show(check.get('meaning'))} Observed: {show(check.get('observed')) or 'nothing'}."
            )
        )
    if run.get("status") in ("stopped", "failed"):
        command = show(run.get("command"), 300)
        again = (
            command
            if command.startswith("winnow ")
            else f"winnow {command}"
            if command and command != "flow"
            else "winnow run"
        )
        steps.append(Step("Mend the cause, then run again. What was fetched is kept; nothing is loaded twice.", again))
    steps += [
        Step(f"The source {show(failed.get('source'), 60)} failed: {show(failed.get('message'), 300)}")
        for failed in run.get("sources_failed") or []
    ]
    worth = [row for row in quarantine if not str(row["reason"]).startswith("not_a_posting")]
    if worth and status_of(run).tone != "bad":
        most, records = worth[0], sum(int(row["n"]) for row in worth)
        steps.append(
            Step(
                f"{number(records)} {_plural('record', records)} that may be postings were set aside, most of them as "
                f"“{show(most['reason'], 60)}” ({number(most['n'])}). When the cause is mended, take them in:",
                f"winnow replay --reason {most['reason']}" if str(most["reason"]).isidentifier() else "winnow replay",
            )
        )
    warned = [check for check in checks if not check["passed"] and not stops(check)]
    if warned:
        steps.append(Step(f"{len(warned)} {_plural('check', len(warned))} warned; see Checks below."))
    if run.get("warnings"):
        n = len({str(warning) for warning in run["warnings"]})
        steps.append(Step(f"{n} {_plural('thing', n)} drifted or looked odd; see Drift below."))
    return steps


def tiles(run: Row, counts: dict[str, int], totals: Row, checks: Sequence[Row]) -> list[tuple[str, str, str]]:
    """The figures at the top: what, how much, in proportion to what."""
    failing = sum(not check["passed"] for check in checks)
    wall = sum(float(step.get("wall_seconds") or 0) for step in run.get("steps") or [])
    rate = f"{number(counts['records'] / wall)} records a second" if wall and counts["records"] else ""
    return [
        (
            "records in",
            number(counts["records"]),
            f"{percent(counts['new'], counts['records'])} new" if counts["records"] else "",
        ),
        (
            "set aside",
            number(counts["quarantined"]),
            f"{percent(counts['quarantined'], counts['records'])} of records" if counts["records"] else "",
        ),
        ("postings held", number(totals["postings"]), "in the warehouse"),
        ("jobs behind them", number(totals["jobs"]), "each counted once"),
        (
            "checks passed",
            f"{len(checks) - failing} of {len(checks)}" if failing else f"all {len(checks)}" if checks else "none ran",
            f"{failing} did not" if failing else "",
        ),
        ("took", seconds(wall) if wall else "–", rate),
    ]


@cache
def reasons() -> dict[str, dict[str, str]]:
    """What every reason for setting a record aside means, and what helps: reason -> meaning, helps."""
    with (Path(__file__).parent / "reasons.csv").open(encoding="utf-8", newline="") as file:
        return {row["reason"]: row for row in csv.DictReader(file)}


def reason_says(reason: Any) -> dict[str, str]:
    """Meaning and help for a reason; says so where nobody has written them yet."""
    return reasons().get(str(reason), {"meaning": "No explanation has been written for this reason yet.", "helps": ""})


def _plural(word: str, n: int) -> str:
    return word if n == 1 else f"{word}s"


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
