"""What was decided, pair by pair, for people: every merge of this run and the closest calls that were no merge.

Labels are those of the Eurostat deduplication challenge: FULL the same ad; SEMANTIC the same job told differently;
TEMPORAL the same ad at another time; PARTIAL alike, but another place, level, requisition or term; NON another job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dedupe.evidence import HIGHEST, VETOES, evidence_map
from tasks.dedupe.survivors import REPOST_DAYS

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport

CLOSEST = 300  # pairs of a kind kept of those that were not merged
COPIED_DAYS = 30  # boards take over what others post within a month; what stands apart longer is another time

# A merged posting stands beside its job's representative: the posting seen first of the fullest fingerprint. Most jobs
# have one posting: these are left out before anything of them is held in memory. What a person put together in spite of
# a veto is that person's call, told by HUMAN where the verdict was about this very pair.
MERGED = f"""
    INSERT INTO audit.matches BY NAME
    WITH changed AS (
        SELECT posting_id FROM match_assigned WHERE before IS DISTINCT FROM job_id OR posting_id IN (SELECT posting_id FROM match_touched)
    ), belongs AS (
        SELECT posting_id, print, leader FROM curated.job_members JOIN match_grouped USING (print)
    ), member AS (
        SELECT m.*, coalesce(p.posted_on, p.first_seen::DATE) AS began, p.source
        FROM belongs AS m SEMI JOIN (SELECT leader FROM belongs GROUP BY leader HAVING count(*) > 1) AS shared USING (leader)
        JOIN curated.postings AS p USING (posting_id)
    ), face AS (
        SELECT leader, arg_min(posting_id, (began, posting_id)) AS posting_id, min(began) AS began,
               arg_min(source, (began, posting_id)) AS source
        FROM member WHERE print = leader GROUP BY leader
    ), bidden AS (
        SELECT DISTINCT m.print FROM curated.job_members AS m
        JOIN audit.verdicts AS v ON v.verdict = 'same' AND m.posting_id IN (v.posting_a, v.posting_b)
    )
    SELECT least(m.posting_id, f.posting_id) AS posting_a, greatest(m.posting_id, f.posting_id) AS posting_b,
           CASE WHEN abs(m.began - f.began) > CASE WHEN m.source = f.source THEN {REPOST_DAYS} ELSE {COPIED_DAYS} END THEN 'TEMPORAL'
                WHEN m.print = f.leader OR k.text_equal >= 0.9 THEN 'FULL' ELSE 'SEMANTIC' END AS label,
           CASE WHEN m.print = f.leader THEN map {{'identical': 1.0::DOUBLE}} ELSE {evidence_map("k.")} END AS evidence,
           CASE WHEN m.print = f.leader THEN {HIGHEST} ELSE coalesce(k.score, 0) END AS score,
           CASE WHEN b.print IS NULL THEN k.veto END AS veto,
           CASE WHEN m.print = f.leader THEN 'identical' WHEN k.ground IS NULL AND b.print IS NOT NULL THEN 'human'
                ELSE coalesce(k.ground, 'cluster') END AS decided_by, $1 AS run_id
    FROM member AS m SEMI JOIN changed USING (posting_id) JOIN face AS f ON f.leader = m.leader
    LEFT JOIN match_kin AS k ON k.a = least(m.print, m.leader) AND k.b = greatest(m.print, m.leader)
    LEFT JOIN bidden AS b ON b.print = m.print
    ANTI JOIN audit.verdicts AS v
      ON v.posting_a = least(m.posting_id, f.posting_id) AND v.posting_b = greatest(m.posting_id, f.posting_id)
    WHERE m.posting_id <> f.posting_id
"""

# Vetoed though a good part of the text is shared; nearly accepted; accepted, but the job would have contradicted itself.
MUCH = "hint >= 0.5 * greatest(4, least(x_size, y_size))"
KINDS = (  # label, which pairs, by what they are close
    *(("PARTIAL", f"veto = '{veto.name}' AND {MUCH}", "hint") for veto in VETOES),
    ("NON", f"veto = 'title' AND {MUCH}", "hint"),
    ("NON", "veto IS NULL AND ground IS NULL", "score"),
    ("PARTIAL", "ground IS NOT NULL", "score"),
)


# Two that came together all the same are told as merged, by what held them together.
CLOSE = """
    (SELECT e.*, '{label}' AS label FROM match_evidence AS e
     LEFT JOIN match_grouped AS x ON x.print = e.a LEFT JOIN match_grouped AS y ON y.print = e.b
     WHERE {condition} AND x.leader IS DISTINCT FROM y.leader ORDER BY {by} DESC, a, b LIMIT {most})
"""
APART = f"""
    INSERT INTO audit.matches BY NAME
    WITH closest AS MATERIALIZED ({{closest}}), face AS (
        SELECT print, min(posting_id) AS posting_id FROM curated.job_members
        SEMI JOIN (SELECT a AS print FROM closest UNION SELECT b FROM closest) USING (print) GROUP BY print
    )
    SELECT least(p.posting_id, q.posting_id) AS posting_a, greatest(p.posting_id, q.posting_id) AS posting_b,
           label, coalesce(score, 0) AS score, $1 AS run_id,
           CASE WHEN ground IS NOT NULL THEN 'cluster' ELSE veto END AS veto,
           CASE WHEN veto IS NULL THEN {evidence_map()} ELSE map {{'shared_shingles': hint::DOUBLE}} END AS evidence,
           CASE WHEN ground IS NOT NULL THEN 'cluster' WHEN veto IS NULL THEN 'score' ELSE 'veto' END AS decided_by
    FROM closest JOIN face AS p ON p.print = a JOIN face AS q ON q.print = b
"""


HUMAN = """
    INSERT INTO audit.matches BY NAME
    SELECT v.posting_a, v.posting_b, CASE v.verdict WHEN 'same' THEN 'FULL' ELSE 'NON' END AS label,
           map {'human': 1.0::DOUBLE} AS evidence, 1.0 AS score, NULL AS veto, 'human' AS decided_by, $1 AS run_id
    FROM audit.verdicts AS v SEMI JOIN match_judged ON posting_id = v.posting_a
"""


def write(con: duckdb.DuckDBPyConnection, run_id: str, report: MatchReport) -> None:
    """Write this run's pairs to audit.matches and count them by label."""
    con.execute(MERGED, [run_id])
    closest = " UNION ALL ".join(
        CLOSE.format(label=label, condition=condition, by=by, most=CLOSEST) for label, condition, by in KINDS
    )
    con.execute(APART.replace("{closest}", closest), [run_id])
    con.execute(HUMAN, [run_id])
    report.labels = dict(
        con.execute(
            "SELECT label, count(*) FROM audit.matches WHERE run_id = $1 GROUP BY label ORDER BY label", [run_id]
        ).fetchall()
    )
    row = con.execute("SELECT count(*) FROM curated.jobs").fetchone()
    report.jobs = int(row[0]) if row else 0
