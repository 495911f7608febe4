"""How a full listing differs from its neighbours in time: the shares that closed, that arrived and that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.validate.profile import Measure

if TYPE_CHECKING:
    from datetime import date

    import duckdb

OF_RUN = "SELECT posting_id, content_id FROM work.shown WHERE source = $1 AND day = $3 AND NOT closed"
OPEN = "SELECT posting_id, content_id FROM curated.postings WHERE source = $1 AND closed_on IS NULL AND $3 IS NULL"
LOADED = """
SELECT posting_id, max_by(content_id, (coalesce(recency, ''), content_id)) AS content_id
FROM curated.sightings AS s SEMI JOIN (
    SELECT capture_id FROM raw.captures WHERE source = $1 AND (observed_at AT TIME ZONE 'UTC')::DATE = $3
) AS c ON c.capture_id = s.capture_id
GROUP BY posting_id HAVING NOT bool_and(listed_closed)
"""


def compared_with_neighbours(
    con: duckdb.DuckDBPyConnection, source: str, day: date, before: date | None
) -> dict[str, Measure]:
    """How a full listing differs from the one before it. Needs work.shown.

    `before` is the last full listing of this run that was not held, if there is one. What the warehouse holds as open
    stands before the day where that is newer. A day that comes late, when newer ones are loaded, lies between two
    listings: each measure is the smaller of its two, so that a day which is like either of them passes, and one that is
    like neither is held as it would have been in its turn. Where nothing was listed before it, nothing is compared.
    """
    newest = con.execute(
        "SELECT (max(last_seen) AT TIME ZONE 'UTC')::DATE FROM curated.postings WHERE source = $1", [source]
    ).fetchall()[0][0]
    if newest is None or (before is not None and newest <= before):
        return differences(con, source, day, OF_RUN, before) if before is not None else {}
    if newest <= day:
        return differences(con, source, day, OPEN, None)
    earlier, later = loaded_neighbours(con, source, day)
    if earlier is None and before is None:
        return {}
    in_run = before is not None and (earlier is None or before > earlier)
    found = differences(con, source, day, OF_RUN if in_run else LOADED, before if in_run else earlier)
    if later is not None:
        found = smaller(found, differences(con, source, day, LOADED, later))
    return found


def loaded_neighbours(con: duckdb.DuckDBPyConnection, source: str, day: date) -> tuple[date | None, date | None]:
    """The loaded days with a full listing of a source that lie next to a day, before and after it."""
    [(earlier, later)] = con.execute(
        """
        WITH days AS (
            SELECT (observed_at AT TIME ZONE 'UTC')::DATE AS day FROM raw.captures WHERE source = $1
            GROUP BY day HAVING bool_and(coverage = 'snapshot')
        )
        SELECT max(day) FILTER (day < $2), min(day) FILTER (day > $2) FROM days
        """,
        [source, day],
    ).fetchall()
    return earlier, later


def smaller(one: dict[str, Measure], other: dict[str, Measure]) -> dict[str, Measure]:
    """Each measure as the listing has it that is nearer; what only one can tell counts."""
    both = {name: [m[name] for m in (one, other) if name in m and m[name].value is not None] for name in one | other}
    return {name: min(each, key=lambda measure: measure.value or 0.0) for name, each in both.items() if each}


def differences(
    con: duckdb.DuckDBPyConnection, source: str, day: date, listing: str, of: date | None
) -> dict[str, Measure]:
    """A day of this run against another listing: one of the queries above, on the day `of`."""
    ((was, stayed, changed, now),) = con.execute(
        f"""
        WITH held AS ({listing}),
        now AS (SELECT posting_id, content_id FROM work.shown WHERE source = $1 AND day = $2 AND NOT closed)
        SELECT (SELECT count(*) FROM held), count(h.posting_id), count(*) FILTER (h.content_id <> n.content_id), count(*)
        FROM now AS n LEFT JOIN held AS h USING (posting_id)
        """,
        [source, day, of],
    ).fetchall()
    if not was or not now:
        return {"closures": Measure(was, 1.0)} if was else {}
    return {
        "closures": Measure(was, 1 - stayed / was),
        "arrivals": Measure(now, 1 - stayed / now),
        "changed": Measure(stayed, changed / stayed if stayed else None),
    }
