"""What fingerprints say of themselves, as the clustering asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

Prints = npt.NDArray[np.uint64]

# Times one source may list one reading of title, employer and places. Listed twice, 67 of 100 pairs with another reading
# are one opening, three times and more 3 of 100 (gold/duplicates).
CROWD = 1


def columns(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, npt.NDArray[Any]]:
    """A query's result as arrays by column name; no column may hold NULL."""
    return {name: np.asarray(values) for name, values in con.execute(sql).fetchnumpy().items()}


def rank(con: duckdb.DuckDBPyConnection, prints: Prints) -> npt.NDArray[np.int64]:
    """How full each of these prints (sorted) is: 0 for the one that says most. Ties are broken by the print itself."""
    con.register("match_arrow", pa.table({"print": prints}))
    full = columns(
        con,
        """
        SELECT (company_key <> '')::INTEGER + (len(cities) > 0)::INTEGER + (requisition <> '')::INTEGER AS known,
               len(shingles) AS size
        FROM curated.fingerprints SEMI JOIN match_arrow USING (print) ORDER BY print
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
    rows = con.execute(
        """
        SELECT array_to_string(cities, ';'), array_to_string(regions, ';'), array_to_string(countries, ';'), requisition,
               replace(level, '/', ';'), replace(grade, '/', ';'), years, seasons
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


def listed(con: duckdb.DuckDBPyConnection, prints: Prints) -> list[dict[str, str]]:
    """For each of these prints (sorted) that has no text: the sources that list it, and as what (see clusters.Graph).

    A title that names its term is listed as its places; any other reading is a listing of its own. One that a source
    lists more than CROWD times (several openings under one text) meets only its own kind.
    """
    con.register("match_arrow", pa.table({"print": prints}))
    rows = con.execute(
        f"""
        WITH listing AS (
            SELECT print, source, reading, count(*) OVER (PARTITION BY reading, source) > {CROWD} AS crowded,
                   CASE WHEN years = '' OR seasons = '' OR len(cities) = 0 THEN reading::VARCHAR
                        ELSE array_to_string(cities, ';') END AS listed_as
            FROM curated.job_members
            JOIN (SELECT print, reading, years, seasons, cities FROM curated.fingerprints SEMI JOIN match_arrow USING (print)
                  WHERE len(shingles) = 0) USING (print)
            JOIN (SELECT posting_id, source FROM curated.postings) USING (posting_id)
        )
        SELECT DISTINCT print, source, reading, bool_or(crowded) OVER (PARTITION BY reading) AS crowded, listed_as
        FROM listing
        """
    ).fetchall()
    con.unregister("match_arrow")
    known: dict[int, dict[str, str]] = {}
    for name, source, reading, crowded, listed_as in rows:
        known.setdefault(name, {"": str(reading) if crowded else ""})[source] = listed_as
    nowhere: dict[str, str] = {}
    return [known.get(p, nowhere) for p in prints.tolist()]
