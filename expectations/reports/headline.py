"""What happened and what to do next, in sentences: used by the report, the index and the markdown summary."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from expectations.reports.facts import COUNTS, Row
from expectations.reports.masking import show
from expectations.reports.page import number, percent, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.reports.figures import Figures


class Status(NamedTuple):
    """A status as people read it: `tone` is good, quiet or bad."""

    word: str
    tone: str
    says: str


class Step(NamedTuple):
    """Something to do next, the command that does or shows it, and the section of the report that tells more."""

    text: str
    command: str | None = None
    section: str | None = None


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


HELD_SAYS = "A gate held back what is named below; all else was judged, and the warehouse was replaced by this version."


def status_of(run: Row) -> Status:
    """The status of a run; an unknown one is shown as it is."""
    if run.get("status") == "published" and run.get("sources_held"):
        return STATUS["published"]._replace(says=HELD_SAYS)
    return STATUS.get(
        str(run.get("status")), Status(str(run.get("status") or "unknown"), "bad", "This run did not end.")
    )


def why_of(run: Row) -> str:
    """Why a run was not published, without what its page says anyway: which run it is, and where its report lies."""
    reason = show(run.get("reason"), 600)
    return re.sub(
        r"^gate: run \S+ was stopped: | See \S+index\.html; the last published version is untouched$", "", reason
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
    came = f"{number(counts['records'])} {plural(counts['records'], 'record')} came in"
    came += f" from {sources} {plural(sources, 'source')}" if sources else ""
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


def warns(check: Row) -> bool:
    """Whether a check is worth a look although the run was published; what is for information only is not."""
    return not check["passed"] and not stops(check) and check["severity"] != "info"


def may_be_mended(reason: str) -> bool:
    """Whether something helps a record that was set aside for this; nothing does what is no posting, or is blank."""
    return not reason.startswith("not_a_posting") and not reason_says(reason)["helps"].startswith("Nothing")


def next_steps(run: Row, quarantine: Sequence[Row], checks: Sequence[Row]) -> list[Step]:
    """What a person should do, most urgent first; empty where nothing needs doing."""
    steps = []
    held = {str(held.get("source")) for held in run.get("sources_held") or []}
    stopping = [c for c in checks if stops(c) and not (c["suite"] == "sources" and c.get("column_name") in held)]
    for check in stopping[:5]:
        what = "could not run" if check.get("raised") else "failed"
        steps.append(
            Step(
                f"The {check['severity']} check {check['suite']}.{check['expectation']} {what}: "
                f"{show(check.get('meaning')).rstrip('.')}. Observed: {show(check.get('observed')).rstrip('.') or 'nothing'}.",
                section="checks",
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
        Step(
            f"The source {show(failed.get('source'), 60)} failed: {show(failed.get('message'), 300).rstrip('.')}. "
            "The next run tries again.",
            section="sources",
        )
        for failed in run.get("sources_failed") or []
    ]
    steps += [
        Step(
            f"The source {show(held.get('source'), 60)} is held: {show(held.get('reason'), 300).rstrip('.')}.",
            section="sources",
        )
        for held in run.get("sources_held") or []
    ]
    worth = [row for row in quarantine if may_be_mended(str(row["reason"]))]
    if worth and status_of(run).tone != "bad":
        most, records = worth[0], sum(int(row["n"]) for row in worth)
        reason = f"“{show(most['reason'], 60)}”"
        often = "all as" if len(worth) == 1 else "most often as"
        told = (
            f"1 record that may be a posting was set aside, as {reason}. When the cause is mended, take it in:"
            if records == 1
            else f"{number(records)} records that may be postings were set aside, {often} {reason} "
            f"({number(most['n'])}). When the cause is mended, take them in:"
        )
        steps.append(
            Step(
                told,
                f"winnow replay --reason {most['reason']}" if str(most["reason"]).isidentifier() else "winnow replay",
                "quarantine",
            )
        )
    warned = [check for check in checks if warns(check)]
    if warned:
        steps.append(Step(f"{len(warned)} {plural(len(warned), 'check')} warned.", section="checks"))
    if run.get("warnings"):
        n = len({str(warning) for warning in run["warnings"]})
        steps.append(Step(f"{n} {plural(n, 'thing')} drifted or looked odd.", section="drift"))
    return steps


def tiles(
    run: Row, counts: dict[str, int], totals: Row, checks: Sequence[Row], figure: Figures
) -> list[tuple[str, Markup | str, str]]:
    """The figures at the top: what, how much, in proportion to what."""
    records, passed = counts["records"], sum(bool(check["passed"]) for check in checks)
    failing = sum(stops(check) or warns(check) for check in checks)
    rest = len(checks) - passed - failing
    took = run.get("took")
    of_all = Markup("all {}") if passed == len(checks) else Markup("{} of {}")
    said = of_all.format(figure("checked", "passed", passed), figure("checked", "checks", len(checks)))
    return [
        ("records in", figure("flow", "records", records), f"{percent(counts['new'], records)} new" if records else ""),
        (
            "set aside",
            figure("flow", "quarantined", counts["quarantined"]),
            f"{percent(counts['quarantined'], records)} of records" if records else "",
        ),
        ("postings held", figure("held", "postings", totals["postings"]), "in the warehouse"),
        ("jobs behind them", figure("held", "jobs", totals["jobs"]), "each counted once"),
        (
            "checks passed",
            said if checks else "none ran",
            f"{failing} did not" if failing else f"{rest} for information only" if rest else "",
        ),
        (
            "took",
            figure("flow", "seconds", took, form="seconds"),
            f"{number(records / took)} records a second" if took and records else "",
        ),
    ]


@cache
def reasons() -> dict[str, dict[str, str]]:
    """What every reason for setting a record aside means, and what helps: reason -> meaning, helps."""
    with (Path(__file__).parent / "reasons.csv").open(encoding="utf-8", newline="") as file:
        return {row["reason"]: row for row in csv.DictReader(file)}


def reason_says(reason: Any) -> dict[str, str]:
    """Meaning and help for a reason; says so where nobody has written them yet."""
    return reasons().get(str(reason), {"meaning": "No explanation has been written for this reason yet.", "helps": ""})


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
