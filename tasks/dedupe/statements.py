"""What fingerprints say of themselves, as the clustering asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.words import rows

if TYPE_CHECKING:
    import duckdb

Prints = npt.NDArray[np.uint64]

# Times one source may list the same words of a title in the same cities and still meet another reading (gold/duplicates,
# pairs of two sources): listed once .92 of the pairs are one opening; twice .37 to .43, but .80 and more where the title
# says what is special about the work (a word that is not in the common ones of title_words.csv); three times and more 0
# of 13.
CROWD = 1
CROWD_OF_SPECIAL = 2


def columns(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, npt.NDArray[Any]]:
    """A query's result as arrays by column name; no column may hold NULL."""
    return {name: np.asarray(values) for name, values in con.execute(sql).fetchnumpy().items()}


def rank(con: duckdb.DuckDBPyConnection, prints: Prints) -> npt.NDArray[np.int64]:
    """How full each of these prints (sorted) is: 0 for the one that says most. Ties are broken by the print itself."""
    con.register("match_arrow", pa.table({"print": prints}))
    full = columns(
        con,
        """
        SELECT (company_key <> '')::INTEGER + (len(cities) > 0)::INTEGER + (requisition <> '' OR application <> '')::INTEGER
               + (posted_on IS NOT NULL)::INTEGER AS known,
               size
        FROM match_about SEMI JOIN match_arrow USING (print) ORDER BY print
        """,
    )
    con.unregister("match_arrow")
    order = np.lexsort((prints, -full["size"].astype(np.int64), -full["known"].astype(np.int64)))
    place = np.empty(len(prints), np.int64)
    place[order] = np.arange(len(prints))
    return place


def statements(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[tuple[frozenset[str], ...]]:
    """What each of these prints (sorted) says, see clusters.Graph."""
    con.register("match_arrow", pa.table({"print": prints}))
    found = con.execute(
        """
        SELECT array_to_string(cities, ';'), array_to_string(regions, ';'), array_to_string(countries, ';'), requisition,
               CASE WHEN len(roles) > 1 THEN '' ELSE replace(level, '/', ';') END,
               CASE WHEN len(roles) > 1 THEN '' ELSE replace(grade, '/', ';') END, years, seasons
        FROM match_about SEMI JOIN match_arrow USING (print) ORDER BY print
        """
    ).fetchall()
    con.unregister("match_arrow")
    known: dict[str, frozenset[str]] = {"": frozenset()}

    def said(text: str) -> frozenset[str]:
        if text not in known:
            known[text] = frozenset(text.split(";"))
        return known[text]

    return [tuple(said(text) for text in row) for row in found]


def offered(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[frozenset[str]]:
    """The roles of each of these prints (sorted) that is a notice, see clusters.Graph."""
    con.register("match_arrow", pa.table({"print": prints}))
    found = con.execute(
        "SELECT print, roles FROM match_about SEMI JOIN match_arrow USING (print) WHERE len(roles) > 0"
    ).fetchall()
    con.unregister("match_arrow")
    known = {name: frozenset(roles) for name, roles in found}
    return [known.get(p, frozenset()) for p in prints.tolist()]


def first_posted(con: duckdb.DuckDBPyConnection, prints: Prints) -> npt.NDArray[np.int64]:
    """The day on which each of these prints (sorted) was first posted, as far as is known, in days since 1970."""
    con.register("match_arrow", pa.table({"print": prints}))
    found = columns(
        con,
        """
        SELECT (min(least(posted_on, first_seen::DATE)) - DATE '1970-01-01')::BIGINT AS since
        FROM curated.job_members SEMI JOIN match_arrow USING (print)
        JOIN (SELECT posting_id, posted_on, first_seen FROM curated.postings) USING (posting_id) GROUP BY print ORDER BY print
        """,
    )
    con.unregister("match_arrow")
    return found["since"].astype(np.int64)


def listed(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[dict[str, str]]:
    """For each of these prints (sorted) that has no text: the sources that list it, and as what (see clusters.Graph).

    What a source lists under two titles or places is two openings to it: of pairs that differ in no more than a place's
    wording ("Pune, India", "Pune Maharashtra India"), 40 of 100 are one. Only an employer's two names may stand in one
    job, and then not where either is listed twice. What a source lists more often than it may, in whatever order of the
    title's words and wording of its cities, are several openings under one text: each meets only its own reading. Counted
    are all postings, whether these prints or others have them: what a print is listed as must not depend on which of them
    a run looks at.
    """
    con.register("match_arrow", pa.table({"print": prints}))
    common = [row["word"] for row in rows("title_words") if row["kind"] == "common"]
    found = con.execute(
        f"""
        WITH asked AS (
            SELECT DISTINCT company_key, wording FROM match_about SEMI JOIN match_arrow USING (print) WHERE size = 0
        ), reading AS (
            SELECT print, hash(company_key, reading) AS own, reading,
                   CASE WHEN len(cities) > 0 THEN hash(company_key, wording, cities) ELSE own END AS opening,
                   CASE WHEN len(cities) > 0 AND len(list_filter(string_split(title_core, ' '),
                                                                 lambda w: NOT list_contains($common, w))) > 0
                        THEN {CROWD_OF_SPECIAL} ELSE {CROWD} END AS most
            FROM match_about SEMI JOIN asked USING (company_key, wording) WHERE size = 0
        ), listing AS (
            SELECT print, source, own, reading, most, count(*) OVER (PARTITION BY opening, source) AS times
            FROM curated.job_members JOIN reading USING (print)
            JOIN (SELECT posting_id, source FROM curated.postings) USING (posting_id)
        ), told AS (
            SELECT DISTINCT print, source, own, bool_or(times > most) OVER (PARTITION BY own) AS crowded,
                   CASE WHEN times > {CROWD} THEN own ELSE reading END AS listed_as
            FROM listing
        )
        FROM told SEMI JOIN match_arrow USING (print)
        """,
        {"common": common},
    ).fetchall()
    con.unregister("match_arrow")
    known: dict[int, dict[str, str]] = {}
    for name, source, own, crowded, listed_as in found:
        known.setdefault(name, {"": str(own) if crowded else ""})[source] = str(listed_as)
    nowhere: dict[str, str] = {}
    return [known.get(p, nowhere) for p in prints.tolist()]
