"""The matching of one run, from touched postings to jobs. Reads top to bottom; each stage is a file of this folder."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tasks.dedupe import audit, companies, grouping, members, survivors, verdicts, version
from tasks.dedupe.candidates import count, find_candidates
from tasks.dedupe.evidence import count_vetoes, weigh
from tasks.dedupe.fingerprints import fingerprint
from tasks.dedupe.report import MatchReport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb


def match(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    work_dir: Path,
    *,
    home: Path | None = None,
    decisions: Path | None = None,
) -> MatchReport:
    """Bring jobs up to date with curated.postings; what is read and written is told in tasks/dedupe/__init__.py.

    Cost follows the postings named in work.touched (plus those that went, those whose human verdict changed, and all
    after a change of the matching itself): only they are fingerprinted and compared, and only jobs connected to them
    are worked out anew. The result is the one that a single run over everything would have had, except where a key
    overflowed (MatchReport.overflow).
    Raises UsageError for a malformed decisions file, and where the home's own and the shared one disagree.
    """
    report = MatchReport()
    with _timed(report, "fingerprints"):
        verdicts.take(con, verdicts.gather(home, decisions), run_id)
        _take_touched(con, report, everything=version.take(con, run_id))
        fingerprint(con, work_dir, everything=report.touched == count(con, "curated.postings"))
        members.take_members(con, report)
    with _timed(report, "candidates"):
        find_candidates(con, work_dir, report)
    with _timed(report, "evidence"):
        weigh(con, "match_candidates", "match_evidence")
        count_vetoes(con, "match_evidence", report)
        members.take_likenesses(con, report)
    with _timed(report, "clusters"):
        grouping.regroup(con, report)
        members.assign(con, run_id, report)
    with _timed(report, "survivors"):
        survivors.rebuild(con)
        if report.touched or report.gone:
            companies.rebuild(con, everyone=report.gone > 0 or count(con, "match_former") > 0)
    with _timed(report, "audit"):
        audit.write(con, run_id, report)
    _drop_scratch(con)
    return report


def _take_touched(con: duckdb.DuckDBPyConnection, report: MatchReport, *, everything: bool) -> None:
    """match_touched: postings to fingerprint. match_gone: members whose posting is no more."""
    asked = (
        ""
        if everything
        else "SEMI JOIN (FROM work.touched UNION SELECT posting_id FROM match_judged) USING (posting_id)"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE match_touched AS SELECT posting_id FROM curated.postings {asked}")
    # Touched ones are new or members; as many rows on both sides then mean that nothing is gone, without comparing ids.
    new = count(con, "(SELECT posting_id FROM match_touched ANTI JOIN curated.job_members USING (posting_id))")
    same = count(con, "curated.job_members") + new == count(con, "curated.postings")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE match_gone AS SELECT posting_id FROM curated.job_members "
        + ("LIMIT 0" if same else "ANTI JOIN curated.postings USING (posting_id)")
    )
    report.touched, report.gone = count(con, "match_touched"), count(con, "match_gone")


def _drop_scratch(con: duckdb.DuckDBPyConnection) -> None:
    for (name,) in con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'match_')"
    ).fetchall():
        con.execute(f'DROP TABLE "{name}"')


@contextmanager
def _timed(report: MatchReport, stage: str) -> Iterator[None]:
    start = time.process_time()
    yield
    report.seconds[stage] = round(time.process_time() - start, 2)
