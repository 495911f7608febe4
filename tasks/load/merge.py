"""Loads a judged batch into the run's private copy: raw, history and current postings, in one transaction.

History is a function of the set of sightings, never of the order in which they arrived: versions and spells of every
posting that a batch touches are derived anew from all its sightings. Steps on the way are temporary tables: a transaction writes to one database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# A crawl that shows under half of what the source usually shows (the median of its last captures) proves no absence.
CLOSING_SHARE = 0.5
USUAL_CAPTURES = 7

VERSION_FIELDS = "title, company, locations, salary, posted_on"


def load_raw(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Captures, payloads (each distinct text once) and the record index."""
    con.execute(
        """
        INSERT INTO raw.captures BY NAME
        SELECT capture_id, source, url, fetched_at, status, bytes, sha256, $1 AS run_id, files, coverage,
               observed_at
        FROM work.captures
        """,
        [run_id],
    )
    con.execute(
        """
        INSERT INTO raw.payloads
        SELECT md5_number_lower(r.payload) AS payload_id, r.payload
        FROM records AS r
        SEMI JOIN (
            SELECT min(raw_id) AS raw_id FROM work.keys ANTI JOIN raw.payloads USING (payload_id) GROUP BY payload_id
        ) AS one USING (raw_id)
        """
    )
    con.execute(
        """
        INSERT INTO raw.record_index
        SELECT raw_id, capture_id, source, source_file, source_key, ordinal, payload_id FROM work.keys
        """
    )


def load_quarantine(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Every record set aside, with its reason and its text."""
    con.execute(
        """
        INSERT INTO audit.quarantine BY NAME
        SELECT k.raw_id, k.capture_id, k.source, k.source_file, k.source_key, k.ordinal,
               coalesce(k.reason, j.reason) AS reason, coalesce(k.detail, j.detail) AS detail,
               CASE WHEN k.reason IS NULL THEN j.stage ELSE 'split' END AS stage,
               CASE WHEN k.reason IS NULL THEN j.rule END AS rule,
               t.payload, k.seen_at AS first_seen, $1 AS run_id
        FROM work.keys AS k
        JOIN (SELECT raw_id FROM work.outcomes WHERE outcome = 'quarantined') AS o USING (raw_id)
        JOIN records AS t USING (raw_id)
        LEFT JOIN work.rejected AS j ON j.posting_id = k.posting_id AND j.content_id = k.content_id
        """,
        [run_id],
    )


def load_sightings(con: duckdb.DuckDBPyConnection) -> None:
    """Every record that stands for a posting, and temp.seen and temp.altered: postings whose history this batch alters."""
    con.execute(
        """
        INSERT INTO curated.sightings BY NAME
        SELECT k.posting_id, k.capture_id, k.raw_id, k.source, k.content_id, k.seen_at, k.recency, k.listed_closed, o.outcome
        FROM work.keys AS k JOIN work.outcomes AS o USING (raw_id)
        WHERE o.outcome <> 'quarantined'
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE seen AS
        SELECT DISTINCT posting_id FROM work.keys JOIN work.outcomes USING (raw_id) WHERE outcome <> 'quarantined'
        """
    )
    # Cleaned again under a newer rulebook counts as touched too: the content is known, its cleaned form is not.
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE altered AS
        SELECT DISTINCT k.posting_id FROM work.keys AS k JOIN work.outcomes AS o USING (raw_id)
        WHERE o.outcome IN ('new', 'changed', 'merged')
        UNION
        SELECT posting_id FROM work.cleaned
        UNION  -- a capture older than what is known can move the beginning of a version
        SELECT k.posting_id FROM work.keys AS k JOIN curated.postings AS p USING (posting_id) WHERE k.seen_at <= p.last_seen
        """
    )


def load_versions(con: duckdb.DuckDBPyConnection) -> None:
    """Versions of altered postings anew: runs of equal content over time, each until the next begins."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE contents AS
        SELECT posting_id, content_id, {VERSION_FIELDS}, rulebook_version FROM work.cleaned
        UNION ALL
        SELECT DISTINCT ON (v.posting_id, v.content_id) v.posting_id, v.content_id, {VERSION_FIELDS}, v.rulebook_version
        FROM curated.versions AS v SEMI JOIN temp.altered USING (posting_id)
        ANTI JOIN work.cleaned AS c ON c.posting_id = v.posting_id AND c.content_id = v.content_id
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE islands AS
        WITH moments AS (
            SELECT posting_id, seen_at, max_by(content_id, (coalesce(recency, ''), content_id)) AS content_id,
                   max_by(raw_id, (coalesce(recency, ''), content_id, raw_id)) AS raw_id
            FROM curated.sightings SEMI JOIN temp.altered USING (posting_id) GROUP BY posting_id, seen_at
        ),
        starts AS (
            SELECT *, lag(content_id) OVER (PARTITION BY posting_id ORDER BY seen_at) AS earlier FROM moments
        )
        SELECT posting_id, content_id, raw_id, seen_at AS valid_from,
               lead(seen_at) OVER (PARTITION BY posting_id ORDER BY seen_at) AS valid_to
        FROM starts WHERE earlier IS DISTINCT FROM content_id
        """
    )
    con.execute("DELETE FROM curated.versions WHERE posting_id IN (SELECT posting_id FROM temp.altered)")
    con.execute(
        f"""
        INSERT INTO curated.versions BY NAME
        SELECT i.*, {VERSION_FIELDS}, c.rulebook_version
        FROM temp.islands AS i JOIN temp.contents AS c USING (posting_id, content_id)
        """
    )


def load_postings(con: duckdb.DuckDBPyConnection) -> None:
    """Current postings: those whose newest version is new, changed or newly cleaned are replaced whole."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE current AS
        SELECT i.posting_id, i.content_id, i.raw_id
        FROM temp.islands AS i JOIN work.cleaned AS c USING (posting_id, content_id)
        WHERE i.valid_to IS NULL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE kept AS
        SELECT posting_id, job_id FROM curated.postings SEMI JOIN temp.current USING (posting_id)
        """
    )
    con.execute("DELETE FROM curated.postings WHERE posting_id IN (SELECT posting_id FROM temp.kept)")
    con.execute(
        """
        INSERT INTO curated.postings BY NAME
        SELECT n.posting_id, kept.job_id, n.raw_id, n.content_id, k.source, k.source_file, k.source_key, p.url,
               p.title AS title_listed, p.titles[1] AS title, p.titles, p.company, p.company_id, p.is_agency, p.places_listed, p.locations, p.seniority,
               p.role_family, p.employment_type, p.workplace, p.salary, p.salary_year_usd_min, p.salary_year_usd_max,
               p.technologies, p.deep_learning, p.machine_learning, p.language, p.description, p.requisition,
               p.posted_on::DATE AS posted_on, k.seen_at AS first_seen, k.seen_at AS last_seen, p.change_ids,
               getvariable('rulebook_version') AS rulebook_version
        FROM temp.current AS n
        JOIN postings AS p ON p.posting_id = n.posting_id AND p.content_id = n.content_id
        JOIN raw.record_index AS r ON r.raw_id = n.raw_id
        JOIN (
            SELECT s.raw_id, s.seen_at, i.source, i.source_file, i.source_key
            FROM curated.sightings AS s JOIN raw.record_index AS i USING (raw_id)
            SEMI JOIN temp.current USING (raw_id)
        ) AS k ON k.raw_id = n.raw_id
        LEFT JOIN temp.kept AS kept ON kept.posting_id = n.posting_id
        """
    )
    con.execute(  # the record that stands for a known version may be an earlier one now
        """
        UPDATE curated.postings AS p SET raw_id = r.raw_id, source_file = r.source_file
        FROM temp.islands AS i JOIN raw.record_index AS r USING (raw_id)
        WHERE i.valid_to IS NULL AND p.posting_id = i.posting_id AND p.raw_id <> i.raw_id
        """
    )


def load_spells(con: duckdb.DuckDBPyConnection) -> None:
    """Spells of every posting of the batch's sources: from first seen to gone, and back again.

    A posting is gone at the first full capture of its source that does not show it, or where the source itself lists it
    as closed. Only captures that list everything (coverage snapshot) and show at least CLOSING_SHARE of the median of
    the USUAL_CAPTURES before them prove absence.
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
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE spells AS
        WITH proofs AS (SELECT source, shown_at, row_number() OVER (PARTITION BY source ORDER BY shown_at) AS n FROM temp.proofs),
        moments AS (
            SELECT s.posting_id, s.source, s.seen_at, bool_and(s.listed_closed) AS listed_closed
            FROM curated.sightings AS s SEMI JOIN temp.scope USING (posting_id) GROUP BY ALL
        ),
        placed AS (  -- upto: full captures up to this sighting; the sighting's own included
            SELECT m.*, coalesce(p.n, 0) AS upto, coalesce(p.shown_at = m.seen_at, false) AS own
            FROM moments AS m ASOF LEFT JOIN proofs AS p ON p.source = m.source AND p.shown_at <= m.seen_at
        ),
        line AS (
            SELECT *, lag(upto) OVER by_time AS upto_before, lag(listed_closed) OVER by_time AS closed_before
            FROM placed WINDOW by_time AS (PARTITION BY posting_id ORDER BY seen_at)
        ),
        marked AS (  -- a spell begins at an open sighting after a gap or after a sighting listed as closed
            SELECT *, NOT listed_closed AND (
                upto_before IS NULL OR closed_before OR upto - own::INT - upto_before > 0) AS begins
            FROM line
        ),
        numbered AS (SELECT *, sum(begins::INT) OVER (PARTITION BY posting_id ORDER BY seen_at) AS spell FROM marked),
        spans AS (
            SELECT posting_id, any_value(source) AS source, greatest(spell, 1)::INT AS spell, min(seen_at) AS opened_at,
                   max(seen_at) FILTER (NOT listed_closed) AS last_open, min(seen_at) FILTER (listed_closed) AS listed_at,
                   max(upto) FILTER (NOT listed_closed) AS upto
            FROM numbered GROUP BY posting_id, greatest(spell, 1)
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


def note_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.touched (posting_id): what matching has to look at. After the commit: one transaction, one database."""
    con.execute(
        "CREATE OR REPLACE TABLE work.touched AS SELECT posting_id FROM temp.current UNION SELECT posting_id FROM temp.stirred"
    )


def load_trail(con: duckdb.DuckDBPyConnection) -> None:
    """The texts of the changes that current postings refer to; `rulebook` is the attached memory of the rulebook."""
    con.execute(
        """
        INSERT INTO audit.change_values
        SELECT DISTINCT ON (c.change_id) c.change_id, c.field, c.rule, c.before, c.after
        FROM rulebook.changes AS c
        SEMI JOIN (
            SELECT DISTINCT unnest(change_ids) AS change_id FROM curated.postings SEMI JOIN temp.current USING (posting_id)
        ) AS used USING (change_id)
        ANTI JOIN audit.change_values USING (change_id)
        """
    )


def load_ledger(con: duckdb.DuckDBPyConnection, run_id: str, rulebook_version: str, kind: str) -> None:
    """One row a capture: what it held and what became of it.

    A replay's row counts what left quarantine alone: what stays there is counted where it went in.
    """
    con.execute(
        """
        INSERT INTO audit.batches BY NAME
        SELECT CASE WHEN $3 = 'capture' THEN c.capture_id ELSE $1 || '-' || c.capture_id END AS batch_id,
               $1 AS run_id, c.capture_id, c.source, count(k.raw_id) AS records,
               count(*) FILTER (o.outcome = 'new') AS "new", count(*) FILTER (o.outcome = 'unchanged') AS unchanged,
               count(*) FILTER (o.outcome = 'changed') AS changed, count(*) FILTER (o.outcome = 'merged') AS merged,
               count(*) FILTER (o.outcome = 'quarantined') AS quarantined, $2 AS rulebook_version, now() AS loaded_at,
               $3 AS kind
        FROM work.captures AS c
        JOIN work.keys AS k USING (capture_id)
        JOIN work.outcomes AS o USING (raw_id)
        WHERE $3 = 'capture' OR o.outcome <> 'quarantined'
        GROUP BY c.capture_id, c.source
        """,
        [run_id, rulebook_version, kind],
    )


def release(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Mark records that a replay could load as out of quarantine."""
    con.execute(
        """
        UPDATE audit.quarantine SET replayed_in = $1
        WHERE replayed_in IS NULL AND raw_id IN (SELECT raw_id FROM work.outcomes WHERE outcome <> 'quarantined')
        """,
        [run_id],
    )
