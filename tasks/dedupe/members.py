"""Membership: which fingerprint each posting has, which job that is, and what changed since the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dedupe.candidates import count

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport


def take_members(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """Give every touched posting its print, forget those that went and the prints nobody has any more.

    match_former: the members that were replaced or removed. match_stirred: prints whose job has to be worked out anew.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_former AS
        SELECT * FROM curated.job_members
        SEMI JOIN (SELECT posting_id FROM match_touched UNION ALL FROM match_gone) USING (posting_id)
        """
    )
    con.execute("DELETE FROM curated.job_members WHERE posting_id IN (SELECT posting_id FROM match_former)")
    con.execute(
        """
        INSERT INTO curated.job_members BY NAME
        SELECT k.posting_id, k.print, coalesce(f.job_id, '') AS job_id
        FROM match_keyed AS k LEFT JOIN match_former AS f USING (posting_id)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_dead AS
        SELECT DISTINCT print FROM match_former ANTI JOIN curated.job_members USING (print)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_stirred AS
        SELECT print FROM match_former UNION SELECT print FROM match_keyed
        UNION SELECT b FROM curated.likenesses SEMI JOIN match_dead ON print = a
        UNION SELECT a FROM curated.likenesses SEMI JOIN match_dead ON print = b
        UNION SELECT print FROM curated.fingerprints SEMI JOIN (
            SELECT company_key, wording FROM curated.fingerprints SEMI JOIN match_dead USING (print) WHERE reading <> 0
        ) AS listed USING (company_key, wording) ANTI JOIN match_dead USING (print) WHERE reading <> 0
        """
    )
    if count(con, "match_dead"):
        con.execute("DELETE FROM curated.fingerprints WHERE print IN (FROM match_dead)")
        con.execute("DELETE FROM curated.likenesses WHERE a IN (FROM match_dead) OR b IN (FROM match_dead)")
    report.new_prints = count(con, "match_new")


def take_likenesses(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """Keep the accepted pairs of this run."""
    con.execute("INSERT INTO curated.likenesses SELECT a, b, score FROM match_evidence WHERE ground IS NOT NULL")
    row = con.execute("SELECT count(*) FROM match_evidence WHERE ground IS NOT NULL").fetchone()
    report.likenesses = int(row[0]) if row else 0


def assign(con: duckdb.DuckDBPyConnection, run_id: str, report: MatchReport) -> None:
    """Give every regrouped posting its job: the id of the job's oldest posting. Fills match_renewed(job_id)."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_assigned AS
        WITH member AS (
            SELECT m.posting_id, m.job_id AS before, g.leader, p.first_seen
            FROM curated.job_members AS m JOIN match_grouped AS g USING (print)
            JOIN curated.postings AS p ON p.posting_id = m.posting_id
        ), named AS (
            SELECT leader, arg_min(posting_id, (first_seen, posting_id)) AS job_id FROM member GROUP BY leader
        )
        SELECT m.posting_id, nullif(m.before, '') AS before, n.job_id FROM member AS m JOIN named AS n USING (leader)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_renewed AS
        SELECT job_id FROM match_former WHERE job_id <> ''
        UNION SELECT job_id FROM match_assigned
              WHERE before IS DISTINCT FROM job_id OR posting_id IN (SELECT posting_id FROM match_touched)
        UNION SELECT before FROM match_assigned WHERE before <> job_id
        """
    )
    con.execute(  # a posting that was loaded anew may have another job_id in its row than its membership had
        """
        CREATE OR REPLACE TEMP TABLE match_named AS
        SELECT posting_id, job_id FROM match_assigned
        WHERE before IS DISTINCT FROM job_id OR posting_id IN (SELECT posting_id FROM match_touched)
        """
    )
    # Memberships are narrow: to delete and insert those that change costs a fifth of an UPDATE of scattered strings.
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_moving AS
        SELECT m.posting_id, m.print, n.job_id FROM curated.job_members AS m JOIN match_named AS n USING (posting_id)
        WHERE m.job_id IS DISTINCT FROM n.job_id
        """
    )
    con.execute("DELETE FROM curated.job_members WHERE posting_id IN (SELECT posting_id FROM match_moving)")
    con.execute("INSERT INTO curated.job_members BY NAME FROM match_moving")
    con.execute(
        """
        UPDATE curated.postings SET job_id = n.job_id FROM match_named AS n
        WHERE n.posting_id = postings.posting_id AND postings.job_id IS DISTINCT FROM n.job_id
        """
    )
    con.execute(
        """
        INSERT INTO audit.job_moves BY NAME
        SELECT $1 AS run_id, posting_id, before AS job_before, job_id AS job_after
        FROM match_assigned WHERE before <> job_id
        """,
        [run_id],
    )
    report.moved = int(
        (con.execute("SELECT count(*) FROM match_assigned WHERE before <> job_id").fetchone() or (0,))[0]
    )
    report.merged = int(
        (con.execute("SELECT count(*) FROM match_assigned WHERE job_id <> posting_id AND posting_id IN (SELECT posting_id FROM match_touched)")
         .fetchone() or (0,))[0])  # fmt: skip
