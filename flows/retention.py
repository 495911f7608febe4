"""`winnow retain`: raw payloads go when they have reached their age."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from flows.removing import Row, a_look, publish, removal, removed, who
from flows.settings import sources_folder
from tasks.errors import UsageError
from tasks.ingest.step import all_sources, known_captures
from tasks.remove import expire

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from flows.settings import Settings
    from tasks.ingest.landing import Capture
    from tasks.remove.expire import Policy
    from tasks.run import Run


def retain(
    settings: Settings, days: int | None = None, sources_dir: str | None = None, by: str = "", *, apply: bool = False
) -> dict[str, Any]:
    """Remove raw payloads that have reached their age; with `apply` false only say what would go.

    Raises UsageError `no_policy` where neither `days`, nor the settings, nor a source says an age.
    """
    policy = policy_of(settings, days, sources_dir)
    with removal(settings, "winnow retain") as run:
        captures = expire.due_captures(run.home, policy, run.started_at)
        refused = expire.due_refused(run.home, policy, run.started_at)
        rows = file_rows(run, policy, who(by), captures, refused)
        if run.warehouse.exists():
            with a_look(run) as con:
                rows += table_rows(con, run, policy, who(by))
            if apply and rows:

                def change(con: duckdb.DuckDBPyConnection) -> list[Row]:
                    expire.mark_due(con, policy, run.started_at)
                    expire.expire_tables(con, run.run_id)
                    return rows

                publish(run, change)
        if apply:
            expire.expire_files(run.home, captures, known_captures(run.warehouse), run.run_id)
            for folder in refused:
                shutil.rmtree(folder)
        return {"removal_id": run.run_id, "applied": apply, "removals": rows}


def policy_of(settings: Settings, days: int | None, sources_dir: str | None) -> Policy:
    """The ages in force. Raises UsageError `no_policy`."""
    if days:
        return expire.Policy(days, {})
    known = all_sources(sources_folder(sources_dir))
    own = {name: source.retention_days for name, source in known.items() if source.retention_days}
    if settings.retention_days is None and not own:
        raise UsageError(
            "no_policy", "nothing says how long raw payloads are kept",
            next_step="Set WINNOW_RETENTION_DAYS, retention_days in a source.yml, or give --days",
        )  # fmt: skip
    return expire.Policy(settings.retention_days, own)


def file_rows(run: Run, policy: Policy, by: str, captures: list[Capture], refused: list[Path]) -> list[Row]:
    """Rows of audit.removals for files, a source and place each."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    sized = [("landing", c.source, len(c.files), sum(f.bytes for f in c.files)) for c in captures]
    sized += [("refused", f.parent.name, 1, sum(path.stat().st_size for path in f.iterdir())) for f in refused]
    for place, source, items, size in sized:
        before = found.get((place, source), (0, 0))
        found[place, source] = (before[0] + items, before[1] + size)
    return as_rows(run, policy, by, found)


def table_rows(con: duckdb.DuckDBPyConnection, run: Run, policy: Policy, by: str) -> list[Row]:
    """Rows of audit.removals for tables, a source and table each."""
    expire.mark_due(con, policy, run.started_at)
    return as_rows(run, policy, by, expire.count_due(con))


def as_rows(run: Run, policy: Policy, by: str, found: dict[tuple[str, str], tuple[int, int]]) -> list[Row]:
    """Counts as rows."""
    return [
        removed(run, "expired", by, policy.said(source), place, items, source=source, bytes=size)
        for (place, source), (items, size) in sorted(found.items())
    ]


def told_of_retention(told: dict[str, Any]) -> str:
    """What was removed, or would be, as lines for people."""
    rows = told["removals"]
    if not rows:
        return "nothing has reached its age"
    verb = "removed" if told["applied"] else "would remove"
    lines = [
        f"{verb} {r['items']:,} of {r['source']} from {r['place']}: {r['bytes']:,} bytes, kept for {r['why']}"
        for r in rows
    ]
    done = "recorded in audit.removals" if told["applied"] else "nothing was changed; do it with: winnow retain --apply"
    return "\n".join([*lines, done])
