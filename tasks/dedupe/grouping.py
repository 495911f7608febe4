"""The clusters of all fingerprints that a run stirred, each with the member that represents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.candidates import count
from tasks.dedupe.clusters import Graph, cluster, components
from tasks.dedupe.employers import employers
from tasks.dedupe.evidence import RESEMBLES, weigh
from tasks.dedupe.excerpt import excerpt
from tasks.dedupe.relisted import relisted
from tasks.dedupe.statements import Prints, columns, first_posted, listed, offered, rank, statements

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport

ABOUT = "SELECT * EXCLUDE (searched, shingles, places) FROM curated.fingerprints"
ROUNDS = 3  # of sending members away that do not resemble their representative


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
    with excerpt(con, "match_about", ABOUT, key="print", asked="match_stirred", of="curated.fingerprints"):
        _settle_members(con, report)


def _settle_members(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
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
    con.execute(
        """
        INSERT INTO match_kin
        SELECT e.* FROM match_evidence AS e SEMI JOIN match_meeting USING (a, b) ANTI JOIN match_kin USING (a, b)
        """
    )
    con.execute("CREATE OR REPLACE TEMP TABLE match_unmet AS FROM match_meeting ANTI JOIN match_kin USING (a, b)")
    if count(con, "match_unmet"):
        weigh(con, "match_unmet", "match_met_now", about="match_about")
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
    found = columns(
        con,
        "SELECT a, b, score::DOUBLE AS score FROM curated.likenesses SEMI JOIN match_stirred ON print = a ORDER BY a, b",
    )
    human = con.execute(
        """
        SELECT a, b, verdict FROM match_ties WHERE a IN (FROM match_stirred) AND a <> b ORDER BY ALL
        """
    ).fetchall()
    return Edges(found["a"], found["b"], found["score"], human)


def _clustered(con: duckdb.DuckDBPyConnection, edges: Edges, report: MatchReport) -> tuple[Prints, Prints]:
    """The prints that have an edge, and the representative of each."""
    ends = np.array([h[:2] for h in edges.human], np.uint64).reshape(-1, 2)
    prints: Prints = np.unique(np.concatenate((edges.a, edges.b, ends.ravel())))
    if not len(prints):
        return prints, prints
    fullness, lists = rank(con, prints), listed(con, prints)
    a, b, judged = (np.searchsorted(prints, each) for each in (edges.a, edges.b, ends))
    whole = components(len(prints), np.append(a, judged[:, 0]), np.append(b, judged[:, 1]))
    # a pair by itself needs no arbitration, unless a human or a bare listing is in it
    plain = np.bincount(whole, minlength=len(prints))[whole] == 2
    plain &= ~np.isin(whole, whole[judged.ravel()])
    plain &= ~np.isin(whole, whole[np.array([bool(each) for each in lists], np.bool_)])
    beside = relisted(con, edges.a, edges.b)
    plain &= ~np.isin(whole, whole[a[beside]])
    leader = np.arange(len(prints))
    x, y = a[plain[a]], b[plain[a]]
    leader[x] = leader[y] = np.where(fullness[x] < fullness[y], x, y)
    rest = np.flatnonzero(~plain)
    if len(rest):
        place = np.full(len(prints), -1)
        place[rest] = np.arange(len(rest))
        inside = ~plain[a]
        verdicts = [
            (int(place[i]), int(place[j]), h[2]) for (i, j), h in zip(judged.tolist(), edges.human, strict=True)
        ]
        result = cluster(
            Graph(
                said=statements(con, prints[rest]),
                **employers(con, prints[rest], whole[rest])._asdict(),
                since=first_posted(con, prints[rest]),
                listed=[lists[i] for i in rest.tolist()],
                roles=offered(con, prints[rest]),
                rank=np.argsort(np.argsort(fullness[rest])),
                a=place[a[inside]],
                b=place[b[inside]],
                score=edges.score[inside],
                beside=beside[inside],
                together=[(i, j) for i, j, verdict in verdicts if verdict == "same"],
                apart=[(i, j) for i, j, verdict in verdicts if verdict == "different"],
            )
        )
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
    return columns(con, "SELECT print FROM match_strangers ORDER BY print")["print"]


def _widen(con: duckdb.DuckDBPyConnection) -> None:
    """Add to match_stirred every print that likenesses or verdicts connect with one in it, and the listings of an
    employer under the same words: how often a source lists them decides for each of them (see statements.listed).
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_ties AS
        SELECT x.print AS a, y.print AS b, v.verdict FROM audit.verdicts AS v
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
                SELECT b AS print FROM (SELECT a, b FROM curated.likenesses UNION ALL SELECT a, b FROM match_ties)
                WHERE a IN (FROM match_front)
                UNION ALL
                SELECT a FROM (SELECT a, b FROM curated.likenesses UNION ALL SELECT a, b FROM match_ties)
                WHERE b IN (FROM match_front)
                UNION ALL
                SELECT print FROM curated.fingerprints SEMI JOIN (
                    SELECT company_key, wording FROM curated.fingerprints SEMI JOIN match_front USING (print)
                    WHERE reading <> 0) AS listed USING (company_key, wording) WHERE reading <> 0
            ) ANTI JOIN match_stirred USING (print)
            """
        )
        con.execute("INSERT INTO match_stirred FROM match_next")
        con.execute("CREATE OR REPLACE TEMP TABLE match_front AS FROM match_next")
