"""Human verdicts: pairs of postings that are the same job, or not, whatever the evidence says.

decisions.csv has one line a verdict: `verdict` (same | different), the two posting ids, who, when, why. A line taken out
is a verdict taken back: the clusters it touched are worked out anew in the next run.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.errors import UsageError

if TYPE_CHECKING:
    import duckdb

DECISIONS = Path(__file__).parent / "decisions.csv"
COLUMNS = ("verdict", "posting_a", "posting_b", "decided_by", "decided_on", "why")
VERDICTS = ("same", "different")


def read(path: Path) -> list[tuple[str, str, str]]:
    """(posting_a, posting_b, verdict) with a < b, each pair once. Raises UsageError naming the line that is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise UsageError(
                "decisions_header", "the header is not as expected", where=str(path), next_step=",".join(COLUMNS)
            )
        found: dict[tuple[str, str], str] = {}
        for row in reader:
            where = f"{path} line {reader.line_num}"
            verdict, a, b = (
                (row["verdict"] or "").strip(),
                (row["posting_a"] or "").strip(),
                (row["posting_b"] or "").strip(),
            )
            if verdict not in VERDICTS:
                raise UsageError(
                    "decisions_verdict", f"unknown verdict {verdict!r}", where=where, next_step=" or ".join(VERDICTS)
                )
            if not a or not b or a == b:
                raise UsageError("decisions_pair", "two different posting ids are needed", where=where)
            pair = (min(a, b), max(a, b))
            if found.setdefault(pair, verdict) != verdict:
                raise UsageError(
                    "decisions_conflict", f"both verdicts for {a} and {b}", where=where, next_step="take one out"
                )
    return [(a, b, verdict) for (a, b), verdict in sorted(found.items())]


def take(con: duckdb.DuckDBPyConnection, path: Path, run_id: str) -> None:
    """Put the file's verdicts into audit.verdicts; match_judged(posting_id) names the postings whose verdicts changed.

    match_separate(posting_id) names every posting that a verdict tells apart from another one.
    """
    rows = read(path)
    con.register("match_arrow", pa.table({n: pa.array([r[i] for r in rows], pa.string())
                                          for i, n in enumerate(("posting_a", "posting_b", "verdict"))}))  # fmt: skip
    con.execute("CREATE OR REPLACE TEMP TABLE match_verdicts AS SELECT * FROM match_arrow")
    con.unregister("match_arrow")
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_judged AS
        WITH old AS (SELECT posting_a, posting_b, verdict FROM audit.verdicts),
        changed AS ((FROM old EXCEPT FROM match_verdicts) UNION ALL (FROM match_verdicts EXCEPT FROM old))
        SELECT DISTINCT unnest([posting_a, posting_b]) AS posting_id FROM changed
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_separate AS
        SELECT DISTINCT unnest([posting_a, posting_b]) AS posting_id FROM match_verdicts WHERE verdict = 'different'
        """
    )
    con.execute("DELETE FROM audit.verdicts WHERE (posting_a, posting_b, verdict) NOT IN (FROM match_verdicts)")
    con.execute(
        """
        INSERT INTO audit.verdicts BY NAME
        SELECT *, $1 AS run_id FROM match_verdicts AS v
        ANTI JOIN audit.verdicts AS o ON o.posting_a = v.posting_a AND o.posting_b = v.posting_b
        """,
        [run_id],
    )
