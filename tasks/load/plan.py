"""What a batch means for the warehouse, worked out over keys alone: what to clean, and what became of every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.connection import one

if TYPE_CHECKING:
    import duckdb

# A posting may stand in several captures at one moment, and several times in one capture. One record then speaks for
# it: the one the source dates latest, ties by content, so that the order of arrival does not matter.
SPEAKS_FIRST = "coalesce(recency, '') DESC, content_id DESC, source_file, ordinal, raw_id"


def index_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.keys, one slim row a record, from the registered dataset `records` and table work.captures."""
    con.execute(
        """
        CREATE OR REPLACE TABLE work.keys AS
        SELECT r.raw_id, r.capture_id, r.source, r.source_file, r.source_key, r.ordinal, r.posting_id, r.content_id,
               r.reason, r.detail, md5_number_lower(r.payload) AS payload_id, left(r.posted_on, 40) AS recency,
               coalesce(lower(r.closed) IN ('true', '1', 'yes', 'closed'), false) AS listed_closed, c.observed_at AS seen_at
        FROM records AS r JOIN work.captures AS c USING (capture_id)
        """
    )


def find_contents_to_clean(con: duckdb.DuckDBPyConnection, rulebook_version: str) -> int:
    """Make work.to_clean (posting_id, content_id, raw_id): records to read, one for each version that the batch begins.

    A known content is read once more where it begins anew after another one, or earlier than was known: what is volatile
    (a date that drifts) is then the record's own, and older descriptions are not kept. A content that never speaks for
    its posting is read once, so that it is judged.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE work.to_clean AS
        WITH told AS (
            SELECT posting_id, content_id, raw_id, seen_at,
                   row_number() OVER (PARTITION BY posting_id, seen_at ORDER BY {SPEAKS_FIRST}) AS place
            FROM work.keys WHERE reason IS NULL
        ),
        line AS (
            SELECT *, lag(content_id) OVER (PARTITION BY posting_id ORDER BY seen_at) AS earlier FROM told WHERE place = 1
        ),
        begun AS (SELECT * FROM line WHERE earlier IS DISTINCT FROM content_id),
        silent AS (
            SELECT posting_id, content_id, min_by(raw_id, (seen_at, place)) AS raw_id
            FROM told ANTI JOIN begun USING (posting_id, content_id) GROUP BY ALL
        ),
        known AS (
            SELECT posting_id, content_id, max(valid_from) AS last_begun
            FROM curated.versions WHERE rulebook_version = $1 GROUP BY ALL
        )
        SELECT b.posting_id, b.content_id, b.raw_id
        FROM begun AS b
        LEFT JOIN known AS k ON k.posting_id = b.posting_id AND k.content_id = b.content_id
        LEFT JOIN curated.postings AS p ON p.posting_id = b.posting_id
        WHERE k.posting_id IS NULL OR b.earlier IS NOT NULL OR p.content_id IS DISTINCT FROM b.content_id
           OR b.seen_at < k.last_begun
        UNION ALL
        SELECT s.posting_id, s.content_id, s.raw_id FROM silent AS s ANTI JOIN known USING (posting_id, content_id)
        """,
        [rulebook_version],
    )
    return int(one(con, "SELECT count(*) FROM work.to_clean")[0])


def decide_outcomes(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.outcomes, one row a record: new, unchanged, changed, merged or quarantined.

    Needs work.keys and work.rejected (posting_id, content_id, reason, detail, stage). A record set aside while cleaning
    takes every record of the same content with it.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE work.outcomes AS
        WITH good AS (
            SELECT k.* FROM work.keys AS k ANTI JOIN work.rejected USING (posting_id, content_id) WHERE k.reason IS NULL
        ),
        ranked AS (
            SELECT raw_id, posting_id, content_id, seen_at, recency,
                   row_number() OVER (PARTITION BY posting_id, seen_at ORDER BY {SPEAKS_FIRST}) AS place
            FROM good
        ),
        line AS (
            SELECT posting_id, seen_at, content_id, true AS fresh FROM ranked WHERE place = 1
            UNION ALL
            SELECT posting_id, seen_at, max_by(content_id, (coalesce(recency, ''), content_id)), false
            FROM curated.sightings SEMI JOIN ranked USING (posting_id) GROUP BY posting_id, seen_at
        ),
        told AS (
            SELECT *, lag(content_id) OVER by_time AS earlier, lead(content_id) OVER by_time AS later,
                   bool_or(NOT fresh) OVER (PARTITION BY posting_id) AS known,
                   bool_or(NOT fresh) OVER (PARTITION BY posting_id, seen_at) AS seen_then
            FROM line WINDOW by_time AS (PARTITION BY posting_id ORDER BY seen_at, fresh)
        )
        SELECT r.raw_id,
               CASE WHEN r.place > 1 OR t.seen_then THEN 'merged'
                    WHEN t.earlier IS NULL AND NOT t.known THEN 'new'
                    WHEN coalesce(t.earlier, t.later) = r.content_id THEN 'unchanged'
                    ELSE 'changed' END AS outcome
        FROM ranked AS r
        LEFT JOIN told AS t ON t.posting_id = r.posting_id AND t.seen_at = r.seen_at AND t.fresh
        UNION ALL
        SELECT raw_id, 'quarantined' FROM work.keys WHERE reason IS NOT NULL
        UNION ALL
        SELECT k.raw_id, 'quarantined' FROM work.keys AS k SEMI JOIN work.rejected USING (posting_id, content_id)
        WHERE k.reason IS NULL
        """
    )
