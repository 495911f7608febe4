"""Why postings are one job, and what came closest to it without belonging: the evidence of the newest decision of each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.query import printable
from tasks.dedupe.evidence import FIELD_FEATURES, GROUNDS, TEXT_FEATURES, VETOES

if TYPE_CHECKING:
    import duckdb

SHOWN = 20  # postings of a job, and pairs of each kind
MERGED = ("FULL", "SEMANTIC", "TEMPORAL")

SAYS = {each.name: each.says for each in (*VETOES, *GROUNDS, *FIELD_FEATURES, *TEXT_FEATURES)} | {
    "title": "one title has words that the other lacks",
    "cluster": "one of them would make the job contradict itself",
    "score": "no ground holds: too little of the texts or titles is common",
    "identical": "they agree on all that matching looks at",
    "human": "a person decided it",
}
# A pair is decided anew when one of its postings changes: the row written last is the one in force.
NEWEST = """
    WITH own AS (SELECT posting_id FROM curated.postings WHERE job_id = $1),
    told AS (
        SELECT *, posting_a IN (FROM own) AND posting_b IN (FROM own) AS inside
        FROM (SELECT *, rowid AS written FROM audit.matches)
        WHERE posting_a IN (FROM own) OR posting_b IN (FROM own)
    )
    SELECT DISTINCT ON (posting_a, posting_b) posting_a, posting_b, label, score, veto, evidence, decided_by, inside
    FROM told ORDER BY posting_a, posting_b, written DESC
"""


def members(con: duckdb.DuckDBPyConnection, job_id: str, posting_id: str | None = None) -> list[str]:
    """The job's postings, why they are one job, and the closest calls that are not part of it."""
    rows = con.execute(
        f"""SELECT posting_id, source, title, company, posted_on, first_seen, count(*) OVER () FROM curated.postings
           WHERE job_id = ? ORDER BY posting_id <> ?, first_seen, posting_id LIMIT {SHOWN}""",
        [job_id, posting_id or ""],
    ).fetchall()
    count = rows[0][6] if rows else 0
    lines = [f"   job {job_id}: {count} posting{'s' * (count != 1)}{f', of which {SHOWN}' * (count > SHOWN)}"]
    for other, source, title, company, posted_on, first_seen, _ in rows:
        mark = "*" if other == posting_id else " "
        at = f" at {printable(company)}" if company else ""
        lines.append(
            f"   {mark} {other} {source}: {printable(title) or '(no title)'}{at}, {posted_on or f'{first_seen:%Y-%m-%d}'}"
        )
    return lines + decided(con, job_id, posting_id)


def decided(con: duckdb.DuckDBPyConnection, job_id: str, posting_id: str | None) -> list[str]:
    """The pairs that hold the job together, then those that were kept out of it; those of `posting_id` first."""
    pairs = con.execute(NEWEST, [job_id]).fetchall()
    pairs.sort(key=lambda p: (posting_id not in (p[0], p[1]), -p[3], p[0], p[1]))
    lines = []
    for head, wanted in (("why they are one job:", True), ("closest calls that are not part of it:", False)):
        # A decision that later ones overtook (a job split, or grown around it) is no reason for what is so now.
        held = [pair for pair in pairs if pair[7] is wanted and (pair[2] in MERGED) is wanted]
        lines += [f"     {head}"] * bool(held) + [line for pair in held[:SHOWN] for line in told(pair)]
    return lines


def told(pair: tuple[Any, ...]) -> list[str]:
    """One pair in two lines: what was decided and why, and the evidence."""
    a, b, label, score, veto, evidence, decided_by, _ = pair
    why = SAYS.get(veto or decided_by, veto or decided_by)
    kept = f"kept apart by {veto}: {why}" if veto and label not in MERGED else f"{decided_by}: {why}"
    found = ", ".join(f"{name} {value:g}" for name, value in (evidence or {}).items())
    return [f"     {label} {a} / {b}: score {score:.2f}, {kept}", *([f"        {found}"] if found else [])]
