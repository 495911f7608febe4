"""What a source lists twice at one time without saying where: two openings, though the texts are one.

Employers advertise one text in many cities, and where the place is lost nothing else tells the openings apart. That one
source lists them side by side does: it would not list one opening twice. Weeks later it may be the same one again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

# On jobs_bench with a fifth of places and employers wiped out, of the pairs of one source that have one text, and of which
# one at least names no city, .06 are one opening where they were posted within so many days of each other (of 329), .53
# later. Monthly threads are 28 days apart and more.
DAYS = 28

# A print that may be any of an employer's openings: its title was listed, and neither a city nor a number was.
NOWHERE = "len({x}.cities) = 0 AND {x}.requisition = '' AND len({x}.roles) = 0 AND {x}.words > 0"


def relisted(
    con: duckdb.DuckDBPyConnection, a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]
) -> npt.NDArray[np.bool_]:
    """Which of these pairs of prints some source lists side by side."""
    con.register("match_arrow", pa.table({"a": a, "b": b, "pair": np.arange(len(a))}))
    found = con.execute(
        f"""
        WITH one_text AS (
            SELECT m.* FROM match_arrow AS m
            JOIN match_about AS x ON x.print = m.a JOIN match_about AS y ON y.print = m.b
            WHERE x.text_hash = y.text_hash AND x.words = y.words AND ({NOWHERE.format(x="x")} OR {NOWHERE.format(x="y")})
        ), listing AS (
            SELECT print, source, coalesce(posted_on, first_seen::DATE) AS day
            FROM curated.job_members SEMI JOIN (SELECT a AS print FROM one_text UNION SELECT b FROM one_text) USING (print)
            JOIN (SELECT posting_id, source, posted_on, first_seen FROM curated.postings) USING (posting_id)
        )
        SELECT DISTINCT pair FROM one_text
        JOIN listing AS l ON l.print = a JOIN listing AS r ON r.print = b AND r.source = l.source
        WHERE abs(l.day - r.day) < {DAYS}
        """
    ).fetchnumpy()["pair"]
    con.unregister("match_arrow")
    mask = np.zeros(len(a), np.bool_)
    mask[found] = True
    return mask
