"""What matching decided in a run, read from the warehouse: counts, the closest calls, and what it passed over."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from expectations.reports.facts import Reader, Row

PAIRS_SHOWN = 5
PAIRS_A_GROUND = {"merged": 2, "apart": 5, "vetoed": 1}  # so that one ground or veto does not fill the list

# Pairs as the jobs are now; nearest to the other decision first. A vetoed pair was never scored: what it has is the
# number of sampled word runs that led to it.
KINDS = {  # kind -> (which pairs, how near they are to the other decision: the least is the nearest)
    "merged": ("a.job_id = b.job_id AND m.decided_by NOT IN ('identical', 'human')", "m.score"),
    "apart": ("a.job_id <> b.job_id AND m.decided_by NOT IN ('veto', 'human')", "-m.score"),
    "vetoed": ("a.job_id <> b.job_id AND m.decided_by = 'veto'", "-coalesce(m.evidence['shared_shingles'], 0)"),
}


class Told(NamedTuple):
    """A decision in words: why it fell, and what speaks for one job."""

    decided: str
    speaks_for: list[str]


def bare_words(pair: Row) -> Told:
    """The names of rules and features, where nobody gave words for them."""
    names = [str(name).replace("_", " ") for name, value in (pair["evidence"] or {}).items() if value]
    return Told(str(pair["veto"] or pair["decided_by"]).replace("_", " "), names)


def counts(read: Reader, run: Row, words: Callable[[Row], Told] = bare_words) -> tuple[list[Row], list[Row]]:
    """Pairs decided in this run: by label where nothing forbade the match, and by veto, in words (`says`)."""
    rows = read.rows(
        """SELECT coalesce(veto, label) AS decided, veto IS NOT NULL AS vetoed, count(*) AS n FROM audit.matches
        WHERE run_id = ? GROUP BY ALL ORDER BY n DESC, decided""",
        run["run_id"],
    )
    vetoes = [row for row in rows if row["vetoed"]]
    for row in vetoes:
        row["says"] = words({"veto": row["decided"], "decided_by": "veto", "evidence": {}}).decided
    return [row for row in rows if not row["vetoed"]], vetoes


def closest(read: Reader, run: Row, kind: str, words: Callable[[Row], Told] = bare_words) -> list[Row]:
    """The pairs of a kind (merged, apart, vetoed) nearest to the other decision, with their postings and why."""
    condition, near = KINDS[kind]
    side = (
        "{0}.title AS title_{0}, {0}.company AS company_{0}, {0}.source AS source_{0}, {0}.locations[1] AS place_{0}, \
            coalesce({0}.posted_on, {0}.first_seen::DATE) AS date_{0}"
    )
    slim = "(SELECT posting_id, job_id FROM curated.postings)"
    # The nearest of each ground by an aggregate: sorting all pairs took half of a report's time at a million postings.
    pairs = read.rows(
        f"""WITH ground AS (
            SELECT min_by(struct_pack(posting_a, posting_b, label, score, veto, decided_by, evidence, near := {near}),
                          struct_pack(near := {near}, a := posting_a, b := posting_b), {PAIRS_A_GROUND[kind]}) AS pairs
            FROM audit.matches AS m
            JOIN {slim} AS a ON a.posting_id = m.posting_a JOIN {slim} AS b ON b.posting_id = m.posting_b
            WHERE m.run_id = ? AND {condition} GROUP BY coalesce(veto, decided_by)
        ), nearest AS (
            SELECT pair.* FROM (SELECT unnest(pairs) AS pair FROM ground)
            ORDER BY pair.near, pair.posting_a, pair.posting_b LIMIT {PAIRS_SHOWN}
        ), shown AS (
            FROM curated.postings WHERE posting_id IN (SELECT posting_a FROM nearest UNION SELECT posting_b FROM nearest)
        )
        SELECT m.posting_a, m.posting_b, m.label, m.score, m.veto, m.decided_by, m.evidence, {side.format("a")},
               {side.format("b")}
        FROM nearest AS m JOIN shown AS a ON a.posting_id = m.posting_a JOIN shown AS b ON b.posting_id = m.posting_b
        ORDER BY m.near, m.posting_a, m.posting_b""",
        run["run_id"],
    )
    return [{**pair, "told": words(pair)} for pair in pairs]


def passed_over(run: Row) -> list[Row]:
    """Kinds of keys with how many were passed over as too common, most first, in words; empty where none was."""
    overflow = (run.get("matching") or {}).get("overflow") or {}
    found = [{"block": str(name), "keys": int(keys), **says(str(name))} for name, keys in overflow.items() if keys]
    return sorted(found, key=lambda row: (-row["keys"], row["block"]))


@cache
def _blocks() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "blocks.csv").open(encoding="utf-8", newline="") as file:
        return {row["block"]: row for row in csv.DictReader(file)}


def says(block: str) -> dict[str, str]:
    """What postings under one key of a block share, and whether passing it over costs anything."""
    return _blocks().get(block, {"share": block.replace("_", " "), "cost": ""})
