"""`winnow explain`: from a posting's values back to the bytes, and on to where it is counted."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from flows.explain_job import members
from flows.query import connect, printable
from tasks.clean.rule import span
from tasks.clean.text import mask_pii
from tasks.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

ID = re.compile(r"[0-9a-fA-F]{4,16}")
PAYLOAD_SHOWN = 600
FIELDS = (
    "titles", "company", "is_agency", "locations", "seniority", "role_family", "employment_type", "workplace", "salary",
    "technologies", "deep_learning", "machine_learning", "language", "posted_on",
)  # fmt: skip
ON_REQUEST = ("description", "kind")  # rules work on these too: too long, or the same for all, to stand in every walk
ALIASES = {"title": "titles"}


def explain(warehouse: Path, name: str, field: str | None) -> str:
    """Text for people about a posting (or a job: each of its postings is named). Ids may be cut to a unique beginning.

    Raises UsageError for an id that is malformed, unknown or ambiguous, and for an unknown field.
    """
    field = field and ALIASES.get(field, field)
    if field is not None and field not in FIELDS + ON_REQUEST:
        known = ", ".join(FIELDS + ON_REQUEST)
        raise UsageError("unknown_field", f"{field!r} is not a cleaned field", next_step=f"One of: {known}")
    if not ID.fullmatch(name):
        raise UsageError(
            "bad_id", f"{name!r} is not an id", next_step="Ids are 16 hex digits; 4 or more will do if unique"
        )
    name = name.lower()
    with connect(warehouse) as con:
        found = con.execute(
            "SELECT DISTINCT posting_id FROM curated.postings WHERE starts_with(posting_id, ?) LIMIT 3", [name]
        ).fetchall()
        if len(found) == 1:
            return "\n".join(explain_posting(con, found[0][0], field))
        jobs = con.execute("SELECT job_id FROM curated.jobs WHERE job_id = ?", [name]).fetchall()
        raws = con.execute(
            """SELECT raw_id, reason, detail, CASE WHEN expired_in IS NULL THEN payload END, source_file, ordinal, stage, rule
               FROM audit.quarantine WHERE starts_with(raw_id, ?) LIMIT 1""",
            [name],
        ).fetchall()
        sighted = con.execute(
            "SELECT posting_id FROM curated.sightings WHERE starts_with(raw_id, ?) LIMIT 1", [name]
        ).fetchall()
        if jobs:
            return "\n".join(members(con, jobs[0][0]))
        if sighted:
            return "\n".join(explain_posting(con, sighted[0][0], field))
        if raws:
            raw_id, reason, detail, payload, file, ordinal, stage, rule = raws[0]
            by = f", refused by {printable(rule)}" if rule else ""
            return "\n".join(
                [
                    f"record {raw_id} is in quarantine: {printable(reason)}",
                    f"  {printable(mask_pii(detail or ''))}",
                    f"  set aside in {stage}{by}; file {printable(file)}, record {ordinal} (from 0)",
                    "",
                    *bytes_of(payload),
                ]
            )
    if found:
        raise UsageError("ambiguous_id", f"{name} begins several ids", next_step="Give more of it")
    raise UsageError(
        "unknown_id",
        f"no posting, job or record begins with {name}",
        next_step='Try: winnow sql "SELECT posting_id, title FROM curated.postings LIMIT 5"',
    )


# A description is measured and not shown, as in audit.changes; what is in the table was taken for a posting.
POSTING = """
    SELECT * REPLACE (format('a text of {:,} characters', length(description)) AS description), 'posting' AS kind
    FROM curated.postings WHERE posting_id = ?
"""


def row_of(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> dict[str, Any]:
    """The first row as a dictionary, or an empty one."""
    result = con.execute(query, list(values))
    names = [column[0] for column in result.description or []]
    rows = result.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else {}


def explain_posting(con: duckdb.DuckDBPyConnection, posting_id: str, field: str | None) -> list[str]:
    """The whole walk for one posting."""
    posting = row_of(con, POSTING, posting_id)
    title, company = printable(posting["title"]) or "(no title)", printable(posting["company"]) or "(no company named)"
    lines = [f"posting {posting_id}: {title} at {company}", ""]
    if field is None:
        lines += ["1. THE BYTES", *origin(con, posting), ""]
        lines += ["2. THE RULES (each value, and what each rule did to it)"]
    lines += steps(con, posting, (field,) if field else FIELDS)
    if field is None:
        lines += ["", "3. THE JOB", *members(con, posting["job_id"], posting_id)]
        lines += ["", "4. WHERE IT IS COUNTED", *counted(con, posting_id)]
    return lines


def origin(con: duckdb.DuckDBPyConnection, posting: dict[str, Any]) -> list[str]:
    """Where the record came from, and its text."""
    raw = row_of(
        con,
        """SELECT r.source, r.source_file, r.source_key, r.ordinal, r.payload, r.capture_id, c.fetched_at, c.observed_at, c.url
           FROM (SELECT * FROM raw.records WHERE raw_id = ?) AS r JOIN raw.captures AS c USING (capture_id)""",
        posting["raw_id"],
    )
    if not raw:
        return ["   (the raw record has expired)"]
    key = f", key {printable(raw['source_key'])}" if raw["source_key"] else ""
    landed = f"landing/{raw['source']}/{raw['capture_id']}"
    return [
        f"   source {raw['source']}, file {printable(raw['source_file'])}, record {raw['ordinal']} (from 0){key}",
        f"   fetched {raw['fetched_at']:%Y-%m-%d %H:%M} UTC, observed {raw['observed_at']:%Y-%m-%d}, landed in {landed}",
        f"   seen first {posting['first_seen']:%Y-%m-%d}, last {posting['last_seen']:%Y-%m-%d}"
        + (f", closed {posting['closed_on']}" if posting["closed_on"] else ""),
        *bytes_of(raw["payload"]),
    ]


def bytes_of(payload: str | None) -> list[str]:
    """The beginning of a record's text, contact details masked; or that it has gone."""
    if payload is None:
        return ["   | (its bytes have expired: removed by age, see audit.removals; ids and digests are kept)"]
    text = printable_block(mask_pii(payload[: PAYLOAD_SHOWN * 2])[:PAYLOAD_SHOWN])
    more = len(payload) - PAYLOAD_SHOWN
    return [*(f"   | {line}" for line in text), *([f"   | ... {more} more characters"] if more > 0 else [])]


def printable_block(text: str) -> list[str]:
    """Text as lines of at most 110 visible characters."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    return [flat[i : i + 110] for i in range(0, len(flat), 110)] or [""]


def steps(con: duckdb.DuckDBPyConnection, posting: dict[str, Any], fields: tuple[str, ...]) -> list[str]:
    """Each field's value with the rules that made it, in the order in which they fired."""
    rows = con.execute(
        """SELECT c.field, c.rule, r.name, c.before, c.after, r.does FROM audit.changes AS c
           LEFT JOIN audit.rules AS r ON r.code = c.rule WHERE c.posting_id = ? ORDER BY c.step""",
        [posting["posting_id"]],
    ).fetchall()
    lines = [
        f"   {name}, corrected by hand: {printable(before)!r} -> {printable(after) if after else '(not stated)'!r}"
        for name, _, _, before, after, _ in rows
        if name.startswith("raw.")
    ]
    for field in fields:
        lines.append(f"   {field} = {shown(posting.get(field))}")
        for _, rule, name, before, after, does in (r for r in rows if r[0] == field):
            seen = f"{quoted(before)} -> " if before is not None else "found "
            lines.append(f"      {rule} {name}: {seen}{quoted(after) if after else '(nothing)'}")
            lines += textwrap.wrap(does or "", 106, initial_indent=" " * 12, subsequent_indent=" " * 12)
    return lines


def quoted(text: str) -> str:
    """What a rule met or made, on one line."""
    return f'"{printable(text)}"'


def shown(value: Any) -> str:
    """A cleaned value as a person reads it."""
    if value is None or value == []:
        return "(not stated)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(shown(v) for v in value)
    if isinstance(value, dict):
        if "currency" in value:
            return f"{span(value['min'], value['max'], ',.0f', ' to ')} {value['currency'] or '?'} a {value['period'] or '?'}"
        return ", ".join(str(v) for v in value.values() if v is not None)
    return printable(value)


def counted(con: duckdb.DuckDBPyConnection, posting_id: str) -> list[str]:
    """The definitions that count this posting, and the month they count it in."""
    rows = con.execute(
        """SELECT d.definition, strftime(coalesce(p.posted_on, p.first_seen::DATE), '%Y-%m')
           FROM marts.posting_definitions AS d JOIN curated.postings AS p USING (posting_id)
           WHERE posting_id = ? ORDER BY 1""",
        [posting_id],
    ).fetchall()
    return [f"   {definition}, month {month}" for definition, month in rows] or ["   (in no definition)"]
