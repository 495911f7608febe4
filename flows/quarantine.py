"""`winnow quarantine`: what was set aside, why, where it came from, and what to do about it; and what a replay tells."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from flows.query import connect, printable
from tasks.clean.text import mask_pii
from tasks.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tasks.run import Run

BYTES_SHOWN = 200
SAMPLES = 3  # of each reason
NAMED = re.compile(r"[a-z][a-z0-9_]*")
STATES = (
    "CASE WHEN replayed_in IS NOT NULL THEN 'replayed' WHEN expired_in IS NOT NULL THEN 'expired' ELSE 'waiting' END"
)


def quarantine(warehouse: Path, reason: str | None, source: str | None, limit: int, form: str) -> str:
    """Counts and samples of what was set aside, as text for people or as JSON. At most `limit` groups.

    Contact details in samples are masked: they are for the terminal and for mails about it. Raises UsageError where
    nothing is published yet, or nothing was ever set aside under that name.
    """
    with connect(warehouse) as con:
        every = counted(con, reason, source)
        if not every and (reason or source):
            raise nothing_there(con, reason, source)
        groups = every[:limit]
        for group in groups:
            group["samples"] = samples(con, group)
    if form == "json":
        told = {"groups": groups, "more": len(every) > limit}
        return json.dumps(told, default=str, ensure_ascii=False, indent=1)
    return "\n".join(table(groups, every))


def nothing_there(con: duckdb.DuckDBPyConnection, reason: str | None, source: str | None) -> UsageError:
    """Why nothing is listed: a source of which nothing was set aside, or a reason for which nothing was."""
    named = con.execute("SELECT DISTINCT source, reason FROM audit.quarantine ORDER BY ALL").fetchall()
    sources = sorted({each for each, _ in named})
    if source and source not in sources:
        next_step = f"Sources with records set aside: {listed(sources)}"
    else:
        of = f" of {printable(source)}" if source else ""
        next_step = f"Reasons there are{of}: {listed(sorted({why for each, why in named if source in (None, each)}))}"
    return UsageError("nothing_there", f"no record was set aside {described(reason, source)}", next_step=next_step)


def listed(names: list[str]) -> str:
    """Names in a row."""
    return ", ".join(map(printable, names)) or "none"


def described(reason: str | None, source: str | None) -> str:
    """The filter in words."""
    return " ".join([*([f"for {reason!r}"] if reason else []), *([f"of {source!r}"] if source else [])])


def counted(con: duckdb.DuckDBPyConnection, reason: str | None, source: str | None) -> list[dict[str, Any]]:
    """One row for each source, reason, rule and stage, those with most records waiting first."""
    return rows(
        con,
        f"""
        SELECT source, reason, rule, stage, count(*) AS records, count(*) FILTER (state = 'waiting') AS waiting,
               count(*) FILTER (state = 'replayed') AS replayed, count(*) FILTER (state = 'expired') AS expired,
               min(first_seen) AS first_seen, max(first_seen) AS last_seen
        FROM (SELECT *, {STATES} AS state FROM audit.quarantine)
        WHERE ($1 IS NULL OR reason = $1) AND ($2 IS NULL OR source = $2)
        GROUP BY ALL ORDER BY waiting DESC, records DESC, source, reason, rule, stage
        """,
        [reason, source],
    )


def samples(con: duckdb.DuckDBPyConnection, group: dict[str, Any]) -> list[dict[str, Any]]:
    """A few records of a group, the newest first: what was said of them, where they stood, the beginning of their bytes."""
    found = rows(
        con,
        f"""
        SELECT raw_id, detail, capture_id, c.source AS landed_under, source_file, ordinal, {STATES} AS state, q.run_id,
               q.replayed_in, q.expired_in, coalesce(payload_bytes, encode(left(payload, {BYTES_SHOWN * 4})))[1:{BYTES_SHOWN * 4}] AS bytes,
               coalesce(octet_length(payload_bytes), strlen(payload)) AS size
        FROM (SELECT * FROM audit.quarantine WHERE source = $1 AND reason = $2 AND rule IS NOT DISTINCT FROM $3 AND stage = $4) AS q
        JOIN (SELECT capture_id, source FROM raw.captures) AS c USING (capture_id)
        ORDER BY state = 'waiting' DESC, first_seen DESC, raw_id LIMIT {SAMPLES}
        """,
        [group["source"], group["reason"], group["rule"], group["stage"]],
    )
    for row in found:
        row["bytes"] = shown(row["bytes"])
        row["landed_in"] = f"landing/{row.pop('landed_under')}/{row.pop('capture_id')}"
        row["detail"] = mask_pii(row["detail"] or "")
    return found


def shown(payload: bytes) -> str:
    r"""The beginning of a record as one line: contact details masked, bytes that are no text as \xe9."""
    return printable(mask_pii(payload.decode("utf-8", "backslashreplace")), BYTES_SHOWN)


def rows(con: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> list[dict[str, Any]]:
    """Rows as dictionaries."""
    result = con.execute(query, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def table(groups: list[dict[str, Any]], every: list[dict[str, Any]]) -> list[str]:
    """The groups to be shown, of all that there are, as lines for people; and what to type next."""
    if not groups:
        return ["nothing was ever set aside"]
    waiting, total = (sum(group[name] for group in every) for name in ("waiting", "records"))
    more = len(every) > len(groups)
    lines = [
        f"{waiting} {'record waits' if waiting == 1 else 'records wait'} in quarantine, of {total} set aside"
        + (f"; {len(groups)} of {len(every)} groups are shown" if more else "")
    ]
    for group in groups:
        states = [f"{group['waiting']} waiting", f"{group['replayed']} replayed"]
        states += [f"{group['expired']} expired"] if group["expired"] else []
        by = f", refused by {printable(group['rule'])}" if group["rule"] else ""
        lines += [
            "",
            f"{printable(group['source'])}: {printable(group['reason'])} ({', '.join(states)}), set aside in {group['stage']}{by}",
        ]
        lines.append(f"  seen first {group['first_seen']:%Y-%m-%d}, last {group['last_seen']:%Y-%m-%d}")
        for row in group["samples"]:
            lines.append(
                f"  {row['raw_id']}  {printable(row['source_file'])}, record {row['ordinal']} (from 0), {row['landed_in']}"
            )
            lines.append(f"    why    {printable(row['detail']) or '(nothing more is known)'}")
            lines.append(
                f"    bytes  {row['bytes'] if row['state'] != 'expired' else '(expired)'}"
                + (f" ... {row['size']:,} in all" if row["size"] > BYTES_SHOWN else "")
            )
    first = next((g for g in groups if g["waiting"]), groups[0])
    lines += ["", f"look at one: winnow explain {first['samples'][0]['raw_id']}"]
    if first["waiting"]:
        plain = NAMED.fullmatch(first["reason"])
        lines.append(
            "after a rule or the source folder has changed: winnow replay"
            + (f" --reason {first['reason']}" if plain else "")
        )
    return [*lines, *(["more groups: --limit shows them"] if more else [])]


def told_of_replay(entry: dict[str, Any]) -> list[str]:
    """A line for each reason for which records that a replay tried still wait."""
    lines = []
    for row in entry.get("replayed", []):
        if row["reason"] is not None:
            before = f" (was {printable(row['waited_for'])})" if row["waited_for"] not in (None, row["reason"]) else ""
            lines.append(
                f"still waits {printable(row['source'])}: {row['records']} for {printable(row['reason'])}{before}"
            )
    lines += [
        f"expired     {count} for {printable(reason)}: their bytes are gone"
        for reason, count in entry.get("expired", [])
    ]
    if "replayed" in entry or "expired" in entry:
        lines += [
            f"not tried   {printable(warning, 300)}"
            for warning in entry.get("warnings", [])
            if "cannot be replayed" in warning
        ]
    return lines


def still_waiting(run: Run) -> str:
    """How many of the records tried still wait, by reason, as the end of a sentence; empty where none does."""
    counts = Counter[str]()
    for row in run.facts.get("replayed", []):
        if row["reason"] is not None:
            counts[row["reason"]] += row["records"]
    told = ", ".join(f"{n} {reason}" for reason, n in sorted(counts.items()))
    return f"; {counts.total()} still wait: {told}" if told else ""


def expired(run: Run) -> str:
    """How many records cannot be replayed any more because their bytes expired, as the end of a sentence."""
    count = sum(n for _, n in run.facts.get("expired", []))
    return f"; {count} have expired" if count else ""
