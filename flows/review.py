"""`winnow review`: the match calls nearest to the line, for a person to decide; what was decided goes into a file.

Pairs of three kinds take turns: merged on the least evidence, kept apart though nearly merged, and kept apart by a veto
though the texts are much alike. Within a kind every ground and every veto takes its turn, so that one of them does not
fill the list. Pairs that a person has decided are left out.
"""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flows.query import connect, printable
from tasks.dedupe import verdicts
from tasks.dedupe.evidence import FIELD_FEATURES, GROUNDS, TEXT_FEATURES, VETOES
from tasks.dedupe.verdicts import Verdict
from tasks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from flows.settings import Settings

LABELS = ("FULL", "SEMANTIC", "TEMPORAL", "PARTIAL", "NON")
CALLS = {
    "merged": "one job, on little evidence",
    "apart": "two jobs, nearly merged",
    "vetoed": "two jobs, though the texts are much alike",
}
AGAINST = {
    **{veto.name: veto.says for veto in VETOES},
    "title": "neither title holds the words of the other",
    "cluster": "others of the job disagree: it would contradict itself about place, level or requisition",
}
FOR = {
    **{feature.name: feature.says for feature in (*FIELD_FEATURES, *TEXT_FEATURES)},
    "shared_shingles": "runs of four words in common, of one in eight looked at",
}
DECIDED = {
    **{ground.name: ground.says for ground in GROUNDS},
    "cluster": "others of the job brought them together",
    "score": "no ground was enough",
}

# The newest call on every pair, as the jobs are now. What scored highest among the merged is not worth a look, what
# scored lowest among the others neither; a vetoed pair has no score, only the shingles that led to it.
CLOSEST = """
    WITH decided AS (SELECT unnest($pairs) AS pair), call AS (
        SELECT posting_a, posting_b, max_by(m.rowid, m.run_id) AS row
        FROM audit.matches AS m WHERE decided_by NOT IN ('human', 'identical') GROUP BY posting_a, posting_b
    ), placed AS (
        SELECT m.rowid AS row, m.score, m.decided_by, m.veto,
               CASE WHEN p.job_id = q.job_id THEN 'merged' WHEN m.decided_by = 'veto' THEN 'vetoed' ELSE 'apart' END AS call,
               CASE WHEN p.job_id = q.job_id THEN -m.score
                    ELSE m.score + coalesce(m.evidence['shared_shingles'], 0) END AS near
        FROM call JOIN audit.matches AS m ON m.rowid = call.row
        JOIN (SELECT posting_id, job_id FROM curated.postings) AS p ON p.posting_id = m.posting_a
        JOIN (SELECT posting_id, job_id FROM curated.postings) AS q ON q.posting_id = m.posting_b
        WHERE ($label IS NULL OR m.label = $label) AND (m.posting_a || m.posting_b) NOT IN (SELECT pair FROM decided)
    ), turned AS (
        SELECT *, row_number() OVER (PARTITION BY call, coalesce(veto, decided_by) ORDER BY near DESC, row) AS turn FROM placed
    ), ranked AS (
        SELECT row, call, row_number() OVER (PARTITION BY call ORDER BY turn, near DESC, row) AS place FROM turned
    )
    SELECT m.posting_a, m.posting_b, m.label, r.call, m.score, m.veto, m.decided_by, m.evidence
    FROM ranked AS r JOIN audit.matches AS m ON m.rowid = r.row ORDER BY r.place, r.call LIMIT $limit
"""
POSTINGS = """
    SELECT posting_id, title, company, locations, coalesce(posted_on, first_seen::DATE)::VARCHAR AS date, source, url
    FROM curated.postings WHERE posting_id IN (SELECT unnest($ids))
"""


@dataclass(frozen=True)
class Call:
    """A pair with what was decided about it and why, in words."""

    pair: tuple[str, str]
    label: str
    call: str
    score: float
    decided: str
    speaks_for: list[str]
    speaks_against: str | None
    postings: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """For programs: everything that a person is shown."""
        return {
            "postings": self.postings, "label": self.label, "call": self.call, "score": round(self.score, 3),
            "decided": self.decided, "for": self.speaks_for, "against": self.speaks_against,
            "explain": [f"winnow explain {each}" for each in self.pair],
        }  # fmt: skip

    def as_text(self) -> str:
        """For people: both postings, one under the other, and what speaks for and against."""
        score = f", score {self.score:.2f}" if self.score else ""
        lines = [f"{CALLS[self.call]} ({self.label}{score}): {self.decided}"]
        for each in self.postings:
            said = [printable(each[name]) or f"(no {name})" for name in ("title", "company", "places")]
            lines.append(f"  {' | '.join(said)}")
            lines.append(f"    {each['date']}, {printable(each['source'])}: winnow explain {each['posting_id']}")
        lines += [f"    for it: {'; '.join(self.speaks_for)}"] if self.speaks_for else []
        return "\n".join(lines)


def in_words(evidence: dict[str, float]) -> list[str]:
    """What speaks for a pair: each feature that holds, shares in percent."""
    found = []
    for name, value in evidence.items():
        says = FOR.get(name, name.replace("_", " "))
        if name == "shared_shingles":
            found.append(f"{value:.0f} {says}")
        else:
            found.append(f"{says}: {value:.0%}" if says.startswith("share") or value < 1 else says)
    return found


def closest(
    con: duckdb.DuckDBPyConnection, known: Sequence[tuple[str, str]], limit: int, label: str | None
) -> list[Call]:
    """The undecided pairs nearest to the line, nearest first."""
    values = {"pairs": [a + b for a, b in known], "label": label, "limit": limit}
    rows = con.execute(CLOSEST, values).fetchall()
    ids = sorted({each for row in rows for each in row[:2]})
    found = con.execute(POSTINGS, {"ids": ids})
    names = [column[0] for column in found.description or []]
    about = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    for each in about.values():
        places = [", ".join(filter(None, p.values())) for p in each.pop("locations") or []]
        each["places"] = "; ".join(places)
    return [
        Call(
            pair=(a, b), label=label, call=call, score=score,
            decided=AGAINST.get(veto, veto) if veto else DECIDED.get(decided_by, decided_by),
            speaks_for=in_words(evidence or {}), speaks_against=AGAINST.get(veto, veto) if veto else None,
            postings=[about[a], about[b]],
        )
        for a, b, label, call, score, veto, decided_by, evidence in rows
    ]  # fmt: skip


def show(settings: Settings, limit: int, label: str | None, form: str | None, by: str) -> None:
    """Print the closest pairs; on a terminal, without a format, ask about each. Raises UsageError for an unknown label."""
    if label is not None and label.upper() not in LABELS:
        raise UsageError("unknown_label", f"{label!r} is not a label", next_step="One of: " + ", ".join(LABELS))
    known = verdicts.gather(settings.home)
    with connect(settings.warehouse) as con:
        calls = closest(con, list(known), limit, label.upper() if label else None)
    if form == "json":
        click.echo(json.dumps([each.as_json() for each in calls], ensure_ascii=False, indent=1))
    elif not calls:
        click.echo("no undecided pair is near the line")
    elif form is None and sys.stdin.isatty() and sys.stdout.isatty():
        ask(settings, calls, by)
    else:
        click.echo("\n\n".join(f"{n}. {each.as_text()}" for n, each in enumerate(calls, 1)))


def ask(settings: Settings, calls: list[Call], by: str) -> None:
    """Walk through the pairs; what was decided before somebody quits stays decided."""
    who = by or login_name()
    answers = {"s": "same", "d": "different", "k": "skip", "q": "quit"}
    kept = 0
    try:
        for n, each in enumerate(calls, 1):
            click.echo(f"\n{n} of {len(calls)}: {each.as_text()}")
            answer = click.prompt(
                "(s)ame, (d)ifferent, s(k)ip, (q)uit",
                type=click.Choice([*answers, *answers.values()]),
                show_choices=False,
            )
            verb = answers.get(answer, answer)
            if verb == "quit":
                break
            if verb != "skip":
                try:
                    kept += keep(settings, verb, each.pair, click.prompt("why"), who)
                except UsageError as error:  # this one cannot be; the next may
                    click.echo(f"winnow: {error.message()}", err=True)
    except click.Abort:
        click.echo()
    click.echo(f"{kept} decided" + ("; the next `winnow run` follows" if kept else ""))


def decide(settings: Settings, asked: list[tuple[str, tuple[str, str]]], why: str, by: str) -> str:
    """Record one verdict, or take one back, and say so. Raises UsageError for what cannot be recorded."""
    if len(asked) > 1:
        raise UsageError(
            "bad_usage", "one of --same, --different and --undo at a time", next_step="winnow review --help"
        )
    verb, (a, b) = asked[0]
    if verb == "undo":
        gone = verdicts.take_back(settings.home, known_pair(settings, a, b))
        return f"taken back: {gone.verdict} {gone.posting_a} {gone.posting_b}; the next `winnow run` follows"
    if not why.strip():
        raise UsageError("no_reason", "a verdict needs its reason", next_step='Add --why "..."')
    pair = tuple(posting_id(settings, each) for each in (a, b))
    if pair[0] == pair[1]:
        raise UsageError(
            "same_posting", "two different postings are needed", next_step="Try: winnow review --format table"
        )
    fresh = keep(settings, verb, (pair[0], pair[1]), why, by or login_name())
    said = f"{verb} {pair[0]} {pair[1]}"
    return f"recorded: {said}; the next `winnow run` follows" if fresh else f"decided before: {said}"


def keep(settings: Settings, verb: str, pair: tuple[str, str], why: str, by: str) -> bool:
    """Write a verdict to the home's file; False where it is there already."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    who, reason = (" ".join(text.split()) for text in (by, why))
    return verdicts.record(settings.home, Verdict(verb, *pair, who, today, reason, where=""))


def login_name() -> str:
    """Who sits here. Raises UsageError where the machine does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise UsageError("no_name", "this machine has no login name", next_step="Add --by NAME") from error


def posting_id(settings: Settings, name: str) -> str:
    """The published posting that `name` is, or begins. Raises UsageError where it is none, or several."""
    with connect(settings.warehouse) as con:
        found = con.execute(
            "SELECT posting_id FROM curated.postings WHERE starts_with(posting_id, ?) LIMIT 2", [name]
        ).fetchall()
    if len(found) == 1 and len(name) >= 4:
        return str(found[0][0])
    raise UsageError(
        "ambiguous_id" if found else "unknown_id",
        f"{name} begins several ids, or too many may" if found else f"no posting begins with {name!r}",
        next_step="Try: winnow review --format table",
    )


def known_pair(settings: Settings, a: str, b: str) -> tuple[str, str]:
    """A decided pair by its ids or their beginnings; its postings may be gone from the warehouse."""
    pairs = verdicts.gather(settings.home)
    found = [
        (x, y) for x, y in pairs
        if (x.startswith(a) and y.startswith(b)) or (x.startswith(b) and y.startswith(a))
    ]  # fmt: skip
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            "ambiguous_id", f"several decided pairs begin with {a} and {b}", next_step="Give more of the ids"
        )
    first, second = posting_id(settings, a), posting_id(settings, b)
    return min(first, second), max(first, second)
