"""Who the employers of some fingerprints are, and which of their names may mean one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedupe.evidence import EMPLOYER, FIELD_FEATURES

if TYPE_CHECKING:
    import duckdb


class Employers(NamedTuple):
    """See clusters.Graph, which has the same three."""

    named: list[int]
    bare: list[bool]
    kin: frozenset[tuple[int, int]]


NAME = "CASE WHEN company_key = '' THEN 0 ELSE hash(company_key, company_short, company_parts) END"


def employers(
    con: duckdb.DuckDBPyConnection, prints: npt.NDArray[np.uint64], component: npt.NDArray[np.int64]
) -> Employers:
    """The employers of these prints (sorted), and which names may be one employer's.

    Only names within one `component` (a number for each print) are compared, and only where a member of it has no text.
    """
    con.register("match_arrow", pa.table({"print": prints, "component": component}))
    found = con.execute(
        f"SELECT {NAME}, size = 0 FROM match_about JOIN match_arrow USING (print) ORDER BY print"
    ).fetchall()
    alike = ", ".join(f"({f.sql})::INTEGER AS {f.name}" for f in FIELD_FEATURES if f"{f.name} = 1" in EMPLOYER)
    kin = con.execute(
        f"""
        WITH name AS (
            SELECT DISTINCT component, {NAME} AS name, company_key, company_short, company_parts
            FROM match_about JOIN match_arrow USING (print)
            WHERE company_key <> ''
        ), silent AS (
            SELECT DISTINCT component FROM match_about JOIN match_arrow USING (print) WHERE size = 0
        ), page AS (
            SELECT DISTINCT component, application, {NAME} AS name FROM match_about JOIN match_arrow USING (print)
            WHERE application <> '' AND company_key <> ''
        ), met AS (
            SELECT x.name AS one, y.name AS other, {alike}
            FROM name AS x SEMI JOIN silent USING (component)
            JOIN name AS y ON y.component = x.component AND x.name < y.name
        )
        SELECT one, other FROM met WHERE {EMPLOYER}
        UNION  -- who is called so on a page and so on the same page is one employer
        SELECT least(x.name, y.name), greatest(x.name, y.name) FROM page AS x
        JOIN page AS y ON y.component = x.component AND y.application = x.application AND y.name > x.name
        """
    ).fetchall()
    con.unregister("match_arrow")
    return Employers([name for name, _ in found], [bare for _, bare in found], frozenset(kin))
