"""What the command line tells about rules, sources, reports and the health of an installation."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from typing import TYPE_CHECKING

from tasks.errors import UsageError, WinnowError

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings import Settings
    from tasks.clean.rule import Example, Rule
    from tasks.ingest.source import Source

FREE_SPACE_BYTES = 2 * 1024**3
PUBLISHED_SUITES = ("jobs", "marts")  # the others look at what a run brings, which is gone when it has ended


def report_path(settings: Settings, run_id: str | None) -> Path:
    """The report of a run, or of the newest one. Raises UsageError where there is none."""
    if run_id is not None and ("/" in run_id or run_id.startswith(".")):
        raise UsageError("bad_run", f"{run_id!r} is not a run's name", next_step="Try: winnow report")
    found = sorted(settings.reports.glob(f"{run_id or '*'}/index.html"))
    if not found:
        raise UsageError(
            "no_report", f"no report of {'run ' + run_id if run_id else 'any run'}", where=str(settings.reports),
            next_step="Try: winnow run",
        )  # fmt: skip
    return found[-1]


def describe_rules(code: str | None) -> str:
    """All rules a line each, or one with its examples. Raises UsageError for an unknown code."""
    from tasks.clean.engine import every_rule, rulebook_version

    every = list(every_rule())
    if code is None:
        lines = [f"{len(every)} rules, rulebook {rulebook_version()}; `winnow rules CODE` explains one", ""]
        lines += [f"{rule.code}  {rule.name:44} {rule.does}" for rule in every]
        return "\n".join(lines)
    for rule in every:
        if code.upper() in (rule.code, rule.name.upper()):
            return describe_rule(rule)
    raise UsageError("unknown_rule", f"there is no rule {code!r}", next_step="Try: winnow rules")


def describe_rule(rule: Rule) -> str:
    """Everything said about a rule, with what it does to its examples."""
    lines = [f"{rule.code} {rule.name} (field {rule.field})", "", f"Does: {rule.does}", f"Why: {rule.why}"]
    lines += [f"Leaves alone: {rule.leaves_alone}", "", "Examples:"]
    lines += [f"  {describe_example(example)}" for example in rule.examples]
    if rule.counter_examples:
        lines += ["", "Left alone:", *(f"  {describe_example(example)}" for example in rule.counter_examples)]
    return "\n".join(lines)


def describe_example(example: Example) -> str:
    """An example as `before -> after`, with the siblings it needs."""
    from tasks.clean.rule import show

    given = ", ".join(f"{name}={value!r}" for name, value in example.given.items())
    return f"{show(example.value)!r} -> {show(example.then)!r}" + (f"  given {given}" if given else "")


def describe_sources(settings: Settings, sources_dir: str | None) -> str:
    """The sources by name, what they are, and what the warehouse holds of each; below a group, its members."""
    from pathlib import Path

    from tasks.ingest.source import registry

    known, held = registry(Path(sources_dir) if sources_dir else None), postings_held(settings)
    members = {member.name for source in known.values() for member in source.members}
    lines = [f"{'source':20} {'format':9} {'enabled':8} {'postings':>9}  {'last seen':10}  what it is"]
    for name in sorted(({*known, *held} - members) | set(known)):
        source = known.get(name)
        lines.append(source_line(name, source, held_of(source, held) if source else held[name]))
        inner = source.members if source else ()
        lines += [source_line(f"  {each.name}", each, held.get(each.name, (0, ""))) for each in inner]
    return "\n".join(lines)


def postings_held(settings: Settings) -> dict[str, tuple[int, str]]:
    """How many postings the warehouse holds of each source, and the day on which one was seen last."""
    from flows.query import connect

    if not settings.warehouse.exists():
        return {}
    with connect(settings.warehouse) as con:
        rows = con.execute(
            "SELECT source, count(*), strftime(max(last_seen), '%Y-%m-%d') FROM curated.postings GROUP BY source"
        ).fetchall()
    return {source: (count, last) for source, count, last in rows}


def held_of(source: Source, held: dict[str, tuple[int, str]]) -> tuple[int, str]:
    """What is held of a source, its members' included: postings are stored under the names of these."""
    parts = [held.get(each.name, (0, "")) for each in (source, *source.members)]
    return sum(count for count, _ in parts), max(last for _, last in parts)


def source_line(name: str, source: Source | None, held: tuple[int, str]) -> str:
    """A line of the list of sources."""
    count, last = held
    about = source.title if source else "(loaded from a folder that is not given now)"
    form, enabled = (source.format, "yes" if source.enabled else "") if source else ("", "")
    return f"{name:20} {form:9} {enabled:8} {count:>9}  {last:10}  {about}"


def check_published(settings: Settings) -> tuple[str, bool]:
    """Run the suites that hold for the published tables again; text for people, and whether no critical one failed."""
    from flows.query import connect
    from tasks.clean.step import unmet_corrections
    from tasks.ingest.step import all_sources
    from tasks.validate import judge, stop_reason

    connect(settings.warehouse).close()
    with connect(settings.warehouse) as con:
        results = judge(con, PUBLISHED_SUITES, run_id="check")
        notes = unmet_corrections(con, all_sources(None).values())
    lines = [f"{'passed':7} {'severity':9} {'suite':8} {'rows':>9} {'failing':>8}  expectation"]
    for r in results:
        word = "yes" if r.passed else "RAISED" if r.raised else "NO"
        lines.append(f"{word:7} {r.severity:9} {r.suite:8} {r.rows:>9} {r.failing:>8}  {r.meaning or r.expectation}")
    lines += [f"note: {note}" for note in notes]
    reason = stop_reason(results)
    of = f"{len(results)} checks of the suites {' and '.join(PUBLISHED_SUITES)}"
    lines.append(reason or f"{of}, no critical one failed")
    return "\n".join(lines), reason is None


def diagnose(settings: Settings) -> tuple[str, bool]:
    """Facts of the installation, each with a verdict and, where it is bad, what to do. Healthy: no line says BAD."""
    findings = [
        ("python", sys.version.split()[0], sys.version_info >= (3, 11), "Use Python 3.11 to 3.13"),
        *(
            (name, importlib.metadata.version(name), True, "")
            for name in ("prefect", "great-expectations", "duckdb", "pandas", "pyarrow")
        ),
        ("home", str(settings.home), writable(settings.home), "Make the folder writable, or name another with --home"),
    ]
    probe = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(probe).free if probe.exists() else 0
    size = settings.warehouse.stat().st_size if settings.warehouse.exists() else 0
    findings.append(
        (
            "free space",
            f"{free / 1e9:.1f} GB",
            free > max(FREE_SPACE_BYTES, 3 * size),
            "A run needs room for a second copy",
        )
    )
    wal = settings.warehouse.with_name(settings.warehouse.name + ".wal")
    findings.append(
        ("write-ahead log", "none" if not wal.exists() else str(wal), not wal.exists(), "Move it away, keep it")
    )
    findings.append(warehouse_finding(settings))
    from tasks.load.journal import ENDED_WELL, read

    runs = read(settings.warehouse)
    last = f"{runs[-1]['run_id']} {runs[-1]['status']}" if runs else "none yet"
    findings.append(("last run", last, not runs or runs[-1]["status"] in ENDED_WELL, "Try: winnow report"))
    findings.append(("Prefect server", os.environ.get("PREFECT_API_URL", "none (runs start their own)"), True, ""))
    lines = [
        f"{'ok' if good else 'BAD':4} {name:20} {value}" + ("" if good else f"  -> {todo}")
        for name, value, good, todo in findings
    ]
    return "\n".join(lines), all(good for _, _, good, _ in findings)


def writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, can be written to."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)


def warehouse_finding(settings: Settings) -> tuple[str, str, bool, str]:
    """Whether the published file opens, and what it holds."""
    from flows.query import connect
    from tasks.load.recovery import MEND
    from warehouse.connection import one

    if not settings.warehouse.exists():
        return "warehouse", "none yet", True, ""
    try:
        with connect(settings.warehouse) as con:
            postings = one(con, "SELECT count(*) FROM curated.postings")[0]
    except WinnowError as error:
        return "warehouse", f"{error.code}: {error.why}", False, MEND
    return "warehouse", f"{postings} postings, {settings.warehouse.stat().st_size / 1e6:.1f} MB", True, ""
