"""Versions and spells: what the sightings of a posting say together.

History is a function of the set of sightings, never of the order in which they arrived: versions and spells of every
posting that a batch touches are derived anew from all its sightings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.load.plan import SPEAKS_FIRST

if TYPE_CHECKING:
    import duckdb

# A crawl that shows under half of what the source usually shows (the median of its last captures) proves no absence.
CLOSING_SHARE = 0.5
USUAL_CAPTURES = 7

VERSION_FIELDS = "title, company, locations, salary, posted_on"


def load_versions(con: duckdb.DuckDBPyConnection) -> None:
    """Versions of altered postings anew: runs of equal content over time, each until the next begins.

    A version says what its own first record says. Where that one was not read by this rulebook (a record between known
    ones splits a version, or the rulebook is new), another record of the same content speaks for it.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE readings AS
        SELECT raw_id, posting_id, content_id, titles[1] AS title, company, locations, salary, posted_on::DATE AS posted_on,
               getvariable('rulebook_version') AS rulebook_version
        FROM postings SEMI JOIN work.cleaned USING (posting_id, content_id)
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE contents AS
        SELECT raw_id, posting_id, content_id, {VERSION_FIELDS}, rulebook_version, true AS fresh FROM temp.readings
        UNION ALL
        SELECT raw_id, posting_id, content_id, {VERSION_FIELDS}, rulebook_version, false
        FROM curated.versions SEMI JOIN temp.altered USING (posting_id) ANTI JOIN temp.readings USING (raw_id)
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE islands AS
        WITH told AS (
            SELECT s.posting_id, s.seen_at, raw_id, s.content_id,
                   row_number() OVER (PARTITION BY s.posting_id, s.seen_at ORDER BY {SPEAKS_FIRST}) AS place
            FROM curated.sightings AS s SEMI JOIN temp.altered USING (posting_id)
            JOIN (SELECT raw_id, source_file, ordinal FROM raw.record_index) AS r USING (raw_id)
        ),
        starts AS (
            SELECT *, lag(content_id) OVER (PARTITION BY posting_id ORDER BY seen_at) AS earlier FROM told WHERE place = 1
        )
        SELECT posting_id, content_id, raw_id, seen_at AS valid_from,
               lead(seen_at) OVER (PARTITION BY posting_id ORDER BY seen_at) AS valid_to
        FROM starts WHERE earlier IS DISTINCT FROM content_id
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE spoken AS
        WITH own AS (
            SELECT i.posting_id, i.valid_from, i.raw_id AS read_from
            FROM temp.islands AS i JOIN temp.contents AS c USING (raw_id)
            WHERE c.rulebook_version = getvariable('rulebook_version')
        )
        FROM own
        UNION ALL
        SELECT i.posting_id, i.valid_from, c.raw_id
        FROM temp.islands AS i ANTI JOIN own USING (posting_id, valid_from)
        JOIN temp.contents AS c ON c.posting_id = i.posting_id AND c.content_id = i.content_id
        QUALIFY row_number() OVER (
            PARTITION BY i.posting_id, i.valid_from
            ORDER BY c.rulebook_version = getvariable('rulebook_version') DESC, c.raw_id = i.raw_id DESC, c.fresh DESC, c.raw_id
        ) = 1
        """
    )
    con.execute("DELETE FROM curated.versions WHERE posting_id IN (SELECT posting_id FROM temp.altered)")
    con.execute(
        f"""
        INSERT INTO curated.versions BY NAME
        SELECT i.*, {VERSION_FIELDS}, c.rulebook_version
        FROM temp.islands AS i JOIN temp.spoken AS s USING (posting_id, valid_from)
        JOIN (SELECT raw_id AS read_from, {VERSION_FIELDS}, rulebook_version FROM temp.contents) AS c USING (read_from)
        """
    )


def load_spells(con: duckdb.DuckDBPyConnection) -> None:
    """Spells of every posting of the batch's sources: from first seen to gone, and back again.

    A posting is gone at the first full capture of its source that does not show it, or where the source itself lists it
    as closed: every record of it at that moment does. A record set aside proves that it was listed, so it closes nothing,
    and it opens nothing either. A posting first met as closed has a spell that was over when it was found, so that
    opening later is opening again. Only captures that list everything (coverage snapshot) and show at least
    CLOSING_SHARE of the median of the USUAL_CAPTURES before them prove absence.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE proofs AS
        WITH sizes AS (
            SELECT c.source, c.observed_at AS shown_at, count(DISTINCT s.posting_id) AS postings
            FROM raw.captures AS c JOIN curated.sightings AS s USING (capture_id)
            WHERE c.coverage = 'snapshot' AND c.source IN (SELECT source FROM work.captures)
            GROUP BY ALL
        )
        SELECT source, shown_at FROM sizes
        QUALIFY postings >= {CLOSING_SHARE} * coalesce(
            median(postings) OVER (
                PARTITION BY source ORDER BY shown_at ROWS BETWEEN {USUAL_CAPTURES} PRECEDING AND 1 PRECEDING
            ), 0)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE scope AS
        SELECT DISTINCT posting_id, source FROM curated.sightings WHERE source IN (SELECT source FROM temp.proofs)
        UNION
        SELECT DISTINCT s.posting_id, s.source FROM curated.sightings AS s SEMI JOIN temp.seen USING (posting_id)
        """
    )
    con.execute(  # records set aside: the source still lists the posting, whatever it says of it
        """
        CREATE OR REPLACE TEMP TABLE waiting AS
        SELECT DISTINCT p.posting_id, q.source, q.first_seen AS seen_at
        FROM audit.quarantine AS q
        JOIN (SELECT posting_id, source, source_key FROM curated.postings SEMI JOIN temp.scope USING (posting_id)) AS p
          ON p.source = q.source AND p.source_key = q.source_key
        WHERE q.replayed_in IS NULL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE spells AS
        WITH proofs AS (SELECT source, shown_at, row_number() OVER (PARTITION BY source ORDER BY shown_at) AS n FROM temp.proofs),
        sighted AS (
            SELECT s.posting_id, s.source, s.seen_at, bool_and(s.listed_closed) AS listed_closed
            FROM curated.sightings AS s SEMI JOIN temp.scope USING (posting_id) GROUP BY ALL
        ),
        listed AS (
            SELECT *, false AS waiting FROM sighted
            UNION ALL
            SELECT posting_id, source, seen_at, NULL, true FROM temp.waiting ANTI JOIN sighted USING (posting_id, seen_at)
        ),
        moments AS (  -- a record set aside cannot say that it is closed or open: it stays what it was
            SELECT * EXCLUDE (listed_closed), last_value(listed_closed IGNORE NULLS) OVER (
                PARTITION BY posting_id ORDER BY seen_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS closed_now
            FROM listed
        ),
        placed AS (  -- upto: full captures up to this sighting; the sighting's own included
            SELECT m.* RENAME (closed_now AS listed_closed), coalesce(p.n, 0) AS upto, coalesce(p.shown_at = m.seen_at, false) AS own
            FROM (FROM moments WHERE closed_now IS NOT NULL) AS m ASOF LEFT JOIN proofs AS p ON p.source = m.source AND p.shown_at <= m.seen_at
        ),
        line AS (
            SELECT *, lag(upto) OVER by_time AS upto_before, lag(listed_closed) OVER by_time AS closed_before
            FROM placed WINDOW by_time AS (PARTITION BY posting_id ORDER BY seen_at)
        ),
        marked AS (  -- a spell begins at the first sighting, and at an open one after a gap or one listed as closed
            SELECT *, upto_before IS NULL
                      OR (NOT listed_closed AND (closed_before OR upto - own::INT - upto_before > 0)) AS begins
            FROM line
        ),
        numbered AS (SELECT *, sum(begins::INT) OVER (PARTITION BY posting_id ORDER BY seen_at) AS spell FROM marked),
        spans AS (
            SELECT posting_id, any_value(source) AS source, min(seen_at) FILTER (NOT waiting) AS opened_at,
                   row_number() OVER (PARTITION BY posting_id ORDER BY numbered.spell)::INT AS spell,
                   max(seen_at) FILTER (NOT listed_closed AND NOT waiting) AS last_open,
                   min(seen_at) FILTER (listed_closed) AS listed_at, max(upto) FILTER (NOT listed_closed) AS upto
            FROM numbered GROUP BY posting_id, numbered.spell HAVING bool_or(NOT waiting)
        )
        SELECT s.posting_id, s.spell, s.opened_at, coalesce(s.last_open, s.opened_at) AS last_seen,
               least(s.listed_at, p.shown_at) AS closed_at, CASE WHEN s.spell > 1 THEN s.spell - 1 END AS reopened_from
        FROM spans AS s LEFT JOIN proofs AS p ON p.source = s.source AND p.n = s.upto + 1
        """
    )
    con.execute(  # a posting that opened again, or turns out to be older than was known, may alter its job
        """
        CREATE OR REPLACE TEMP TABLE stirred AS
        WITH now AS (SELECT posting_id, count(*) AS spells, min(opened_at) AS since FROM temp.spells GROUP BY posting_id),
        before AS (
            SELECT posting_id, count(*) AS spells, min(opened_at) AS since
            FROM curated.spells SEMI JOIN temp.scope USING (posting_id) GROUP BY posting_id
        )
        SELECT posting_id FROM now JOIN before USING (posting_id)
        WHERE now.spells <> before.spells OR now.since <> before.since
        """
    )
    con.execute("DELETE FROM curated.spells WHERE posting_id IN (SELECT posting_id FROM temp.scope)")
    con.execute("INSERT INTO curated.spells BY NAME SELECT * FROM temp.spells")
    con.execute(
        """
        UPDATE curated.postings AS p
        SET first_seen = n.first_seen, last_seen = n.last_seen, closed_on = n.closed_on
        FROM (
            SELECT s.posting_id, min(s.seen_at) AS first_seen, max(s.seen_at) AS last_seen,
                   any_value(l.closed_on) AS closed_on
            FROM curated.sightings AS s
            SEMI JOIN temp.scope USING (posting_id)
            LEFT JOIN (
                SELECT posting_id, max_by(closed_at, spell)::DATE AS closed_on,
                       max_by(closed_at IS NULL, spell) AS still_open
                FROM temp.spells GROUP BY posting_id
            ) AS l ON l.posting_id = s.posting_id AND NOT l.still_open
            GROUP BY s.posting_id
        ) AS n
        WHERE p.posting_id = n.posting_id
          AND (p.first_seen, p.last_seen, p.closed_on) IS DISTINCT FROM (n.first_seen, n.last_seen, n.closed_on)
        """
    )
