"""Membership: which fingerprint each posting has, which job that is, and what changed since the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.candidates import count
from tasks.dedupe.clusters import Graph, cluster, components
from tasks.dedupe.evidence import RESEMBLES, weigh

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport

Prints = npt.NDArray[np.uint64]

CROWD = 2  # times one source may list one reading (three and more: 3 of 100 pairs are one opening, gold/duplicates)
ROUNDS = 3  # of sending members away that do not resemble their representative


def take_members(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """Give every touched posting its print, forget those that went and the prints nobody has any more.

    match_former: the members that were replaced or removed. match_stirred: prints whose job has to be worked out anew.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_former AS
        SELECT * FROM curated.job_members
        SEMI JOIN (FROM match_touched UNION ALL FROM match_gone) USING (posting_id)
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


def regroup(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """match_grouped(print, leader): the clusters of all prints connected to stirred ones, each with its representative.

    A member has to resemble its representative, not only the neighbour it came with: those that do not are sent away
    and clustered among themselves, ROUNDS times at most. match_kin has the evidence of every member that stayed.
    """
    _widen(con)
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_grouped AS
        SELECT print, print AS leader FROM match_stirred SEMI JOIN curated.fingerprints USING (print)
        """
    )
    report.regrouped = count(con, "match_grouped")
    con.execute("CREATE OR REPLACE TEMP TABLE match_kin AS FROM match_evidence LIMIT 0")
    edges = _edges(con)
    for turn in range(ROUNDS):
        _lead(con, *_clustered(con, edges, report))
        _meet(con)
        strangers = _send_away(con)
        report.expelled += len(strangers) if turn == 0 else 0
        if not len(strangers):
            return
        edges = edges.among(strangers)


def _meet(con: duckdb.DuckDBPyConnection) -> None:
    """Add to match_kin the evidence between members and representatives who have not met yet."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_meeting AS
        SELECT least(print, leader) AS a, greatest(print, leader) AS b, 0 AS hint
        FROM match_grouped WHERE print <> leader
        """
    )
    con.execute("INSERT INTO match_kin SELECT e.* FROM match_evidence AS e SEMI JOIN match_meeting USING (a, b) ANTI JOIN match_kin USING (a, b)")
    con.execute("CREATE OR REPLACE TEMP TABLE match_unmet AS FROM match_meeting ANTI JOIN match_kin USING (a, b)")
    if count(con, "match_unmet"):
        weigh(con, "match_unmet", "match_met_now")
        con.execute("INSERT INTO match_kin BY NAME FROM match_met_now")


class Edges(NamedTuple):
    """Accepted pairs of prints with their scores, and human verdicts as (a, b, verdict)."""

    a: Prints
    b: Prints
    score: npt.NDArray[np.float64]
    human: list[tuple[int, int, str]]

    def among(self, prints: Prints) -> Edges:
        """Those of which both ends are in `prints`."""
        inside = np.isin(self.a, prints) & np.isin(self.b, prints)
        known = set(prints.tolist())
        human = [h for h in self.human if h[0] in known and h[1] in known]
        return Edges(self.a[inside], self.b[inside], self.score[inside], human)


def _edges(con: duckdb.DuckDBPyConnection) -> Edges:
    found = con.execute(
        "SELECT a, b, score::DOUBLE AS score FROM curated.likenesses SEMI JOIN match_stirred ON print = a ORDER BY a, b"
    ).fetchnumpy()
    human = con.execute(
        """
        SELECT x.print, y.print, v.verdict FROM audit.verdicts AS v
        JOIN curated.job_members AS x ON x.posting_id = v.posting_a
        JOIN curated.job_members AS y ON y.posting_id = v.posting_b
        WHERE x.print IN (FROM match_stirred) AND x.print <> y.print ORDER BY ALL
        """
    ).fetchall()
    return Edges(found["a"], found["b"], found["score"], human)


def _clustered(con: duckdb.DuckDBPyConnection, edges: Edges, report: MatchReport) -> tuple[Prints, Prints]:
    """The prints that have an edge, and the representative of each."""
    prints = np.unique(np.concatenate((edges.a, edges.b, np.array([p for h in edges.human for p in h[:2]], np.uint64))))
    if not len(prints):
        return prints, prints
    rank = _rank(con, prints)
    a, b = np.searchsorted(prints, edges.a), np.searchsorted(prints, edges.b)
    human = [(int(np.searchsorted(prints, x)), int(np.searchsorted(prints, y)), verdict) for x, y, verdict in edges.human]
    ends = np.array([(x, y) for x, y, _ in human], np.int64).reshape(-1, 2)
    whole = components(len(prints), np.append(a, ends[:, 0]), np.append(b, ends[:, 1]))
    judged = np.isin(whole, whole[ends.ravel()])
    listed = _listed(con, prints)
    bare = np.array([bool(sources) for sources in listed], np.bool_)
    plain = (np.bincount(whole, minlength=len(prints))[whole] == 2) & ~judged  # such a pair needs no arbitration
    plain &= ~np.isin(whole, whole[bare])
    leader = np.arange(len(prints))
    pair = plain[a]
    x, y = a[pair], b[pair]
    leader[x] = leader[y] = np.where(rank[x] < rank[y], x, y)
    rest = np.flatnonzero(~plain)
    if len(rest):
        place = np.full(len(prints), -1)
        place[rest] = np.arange(len(rest))
        inside = place[a] >= 0
        told = {v: [(int(place[x]), int(place[y])) for x, y, said in human if said == v] for v in ("same", "different")}
        result = cluster(
            Graph(
                _statements(con, prints[rest]), [listed[i] for i in rest.tolist()], np.argsort(np.argsort(rank[rest])),
                place[a[inside]], place[b[inside]], edges.score[inside], told["same"], told["different"],
            )
        )  # fmt: skip
        leader[rest] = rest[result.leader]
        report.refused += result.refused
        report.contradictions += result.contradictions
    return prints, prints[leader]


def _lead(con: duckdb.DuckDBPyConnection, prints: Prints, leaders: Prints) -> None:
    con.register("match_arrow", pa.table({"print": prints, "leader": leaders}))
    con.execute("UPDATE match_grouped SET leader = n.leader FROM match_arrow AS n WHERE n.print = match_grouped.print")
    con.unregister("match_arrow")


def _send_away(con: duckdb.DuckDBPyConnection) -> Prints:
    """Make members that do not resemble their representative stand alone, and name them. Human verdicts keep theirs."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE match_strangers AS
        SELECT g.print FROM match_grouped AS g
        JOIN match_kin AS k ON k.a = least(g.print, g.leader) AND k.b = greatest(g.print, g.leader)
        WHERE g.print <> g.leader AND NOT ({RESEMBLES})
          AND g.print NOT IN (
            SELECT m.print FROM curated.job_members AS m JOIN audit.verdicts AS v
            ON m.posting_id IN (v.posting_a, v.posting_b) WHERE v.verdict = 'same')
        """
    )
    con.execute("UPDATE match_grouped SET leader = print WHERE print IN (FROM match_strangers)")
    found: Prints = con.execute("SELECT print FROM match_strangers ORDER BY print").fetchnumpy()["print"]
    return found


def _widen(con: duckdb.DuckDBPyConnection) -> None:
    """Add to match_stirred every print that likenesses or verdicts connect with one in it."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_ties AS
        SELECT x.print AS a, y.print AS b FROM audit.verdicts AS v
        JOIN curated.job_members AS x ON x.posting_id = v.posting_a
        JOIN curated.job_members AS y ON y.posting_id = v.posting_b
        """
    )
    con.execute("CREATE OR REPLACE TEMP TABLE match_front AS FROM match_stirred")
    while count(con, "match_front"):
        con.execute(
            """
            CREATE OR REPLACE TEMP TABLE match_next AS
            SELECT DISTINCT print FROM (
                SELECT b AS print FROM (SELECT a, b FROM curated.likenesses UNION ALL FROM match_ties)
                WHERE a IN (FROM match_front)
                UNION ALL
                SELECT a FROM (SELECT a, b FROM curated.likenesses UNION ALL FROM match_ties)
                WHERE b IN (FROM match_front)
            ) ANTI JOIN match_stirred USING (print)
            """
        )
        con.execute("INSERT INTO match_stirred FROM match_next")
        con.execute("CREATE OR REPLACE TEMP TABLE match_front AS FROM match_next")


def _rank(con: duckdb.DuckDBPyConnection, prints: Prints) -> npt.NDArray[np.int64]:
    """How full each of these prints (sorted) is: 0 for the one that says most. Ties are broken by the print itself."""
    con.register("match_arrow", pa.table({"print": prints}))
    full = con.execute(
        """
        SELECT (company_key <> '')::INTEGER + (len(cities) > 0)::INTEGER + (requisition <> '')::INTEGER AS known,
               len(shingles) AS size
        FROM curated.fingerprints SEMI JOIN match_arrow USING (print) ORDER BY print
        """
    ).fetchnumpy()
    con.unregister("match_arrow")
    order = np.lexsort((prints, -full["size"].astype(np.int64), -full["known"].astype(np.int64)))
    rank = np.empty(len(prints), np.int64)
    rank[order] = np.arange(len(prints))
    return rank


def _statements(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[tuple[frozenset[str], ...]]:
    """What each of these prints (sorted) says, see clusters.Graph."""
    con.register("match_arrow", pa.table({"print": prints}))
    rows = con.execute(
        """
        SELECT array_to_string(cities, ';'), array_to_string(regions, ';'), array_to_string(countries, ';'), requisition,
               CASE WHEN level = 'various' THEN '' ELSE 'level ' || level END, CASE WHEN grade > 0 THEN grade::VARCHAR ELSE '' END,
               years, seasons
        FROM curated.fingerprints SEMI JOIN match_arrow USING (print) ORDER BY print
        """
    ).fetchall()
    con.unregister("match_arrow")
    known: dict[str, frozenset[str]] = {"": frozenset()}

    def said(text: str) -> frozenset[str]:
        if text not in known:
            known[text] = frozenset(text.split(";"))
        return known[text]

    return [tuple(said(text) for text in row) for row in rows]


def _listed(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[dict[str, str]]:
    """For each of these prints (sorted) that has no text: the sources that list it, and as what (see clusters.Graph).

    A title that names its year is listed as its places; any other reading is a listing of its own. One that a source
    lists more than CROWD times (several openings under one text) meets only its own kind.
    """
    con.register("match_arrow", pa.table({"print": prints}))
    rows = con.execute(
        f"""
        WITH listing AS (
            SELECT print, source, reading, count(*) OVER (PARTITION BY reading, source) > {CROWD} AS crowded,
                   CASE WHEN years = '' THEN reading::VARCHAR ELSE array_to_string(cities, ';') END AS listed_as
            FROM curated.job_members
            JOIN (SELECT print, reading, years, cities FROM curated.fingerprints SEMI JOIN match_arrow USING (print)
                  WHERE len(shingles) = 0) USING (print)
            JOIN (SELECT posting_id, source FROM curated.postings) USING (posting_id)
        )
        SELECT DISTINCT print, source, reading, bool_or(crowded) OVER (PARTITION BY reading) AS crowded, listed_as FROM listing
        """
    ).fetchall()
    con.unregister("match_arrow")
    known: dict[int, dict[str, str]] = {}
    for name, source, reading, crowded, listed_as in rows:
        known.setdefault(name, {"": str(reading) if crowded else ""})[source] = listed_as
    nowhere: dict[str, str] = {}
    return [known.get(p, nowhere) for p in prints.tolist()]


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
              WHERE before IS DISTINCT FROM job_id OR posting_id IN (FROM match_touched)
        UNION SELECT before FROM match_assigned WHERE before <> job_id
        """
    )
    con.execute(
        """
        UPDATE curated.job_members SET job_id = n.job_id FROM match_assigned AS n
        WHERE n.posting_id = job_members.posting_id AND n.before IS DISTINCT FROM n.job_id
        """
    )
    con.execute(
        """
        UPDATE curated.postings SET job_id = n.job_id FROM match_assigned AS n
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
    report.moved = int((con.execute("SELECT count(*) FROM match_assigned WHERE before <> job_id").fetchone() or (0,))[0])
    report.merged = int(
        (con.execute("SELECT count(*) FROM match_assigned WHERE job_id <> posting_id AND posting_id IN (FROM match_touched)")
         .fetchone() or (0,))[0])  # fmt: skip
