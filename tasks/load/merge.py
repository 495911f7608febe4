"""Loads a judged batch into the run's private copy: raw, sightings, current postings and the ledger, in one transaction.

Versions and spells lie between (tasks/load/history.py). Steps on the way are temporary tables: a transaction writes to
one database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb


def note_arrived(con: duckdb.DuckDBPyConnection) -> None:
    """Make temp.arrived (raw_id): records that are in no table yet. In a capture all of them, in a replay few."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE arrived AS SELECT raw_id FROM work.keys ANTI JOIN raw.record_index USING (raw_id)"
    )


def load_raw(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Captures, payloads (each distinct text once) and the record index."""
    note_arrived(con)
    con.execute(
        """
        INSERT INTO raw.captures BY NAME
        SELECT capture_id, source, url, fetched_at, status, bytes, sha256, $1 AS run_id, files, coverage,
               observed_at
        FROM work.captures
        """,
        [run_id],
    )
    load_records(con)


def load_records(con: duckdb.DuckDBPyConnection) -> None:
    """Payloads and the record index, of the records that are not in the index."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE unlisted AS SELECT * FROM work.keys ANTI JOIN raw.record_index USING (raw_id)"
    )
    con.execute(
        """
        INSERT INTO raw.payloads
        SELECT md5_number_lower(r.payload) AS payload_id, r.payload
        FROM records AS r
        SEMI JOIN (
            SELECT min(raw_id) AS raw_id FROM temp.unlisted ANTI JOIN raw.payloads USING (payload_id) GROUP BY payload_id
        ) AS one USING (raw_id)
        """
    )
    con.execute(
        """
        INSERT INTO raw.record_index
        SELECT raw_id, capture_id, source, source_file, source_key, ordinal, payload_id FROM temp.unlisted
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
               t.payload, t.payload_bytes, k.seen_at AS first_seen, $1 AS run_id
        FROM work.keys AS k
        JOIN (SELECT raw_id FROM work.outcomes WHERE outcome = 'quarantined') AS o USING (raw_id)
        SEMI JOIN temp.arrived USING (raw_id)
        JOIN records AS t USING (raw_id)
        LEFT JOIN (SELECT DISTINCT ON (posting_id, content_id) * FROM work.rejected ORDER BY reason) AS j
          ON j.posting_id = k.posting_id AND j.content_id = k.content_id
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


def load_postings(con: duckdb.DuckDBPyConnection) -> None:
    """Current postings: those whose newest version is new, changed or newly cleaned are replaced whole."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE current AS
        SELECT i.posting_id, i.content_id, i.raw_id, max_by(r.raw_id, (r.raw_id = i.raw_id, r.raw_id)) AS read_from
        FROM temp.islands AS i JOIN temp.readings AS r USING (posting_id, content_id)
        LEFT JOIN curated.postings AS p USING (posting_id)
        WHERE i.valid_to IS NULL
          AND (r.raw_id = i.raw_id OR p.content_id IS DISTINCT FROM i.content_id
               OR p.rulebook_version IS DISTINCT FROM r.rulebook_version)
        GROUP BY i.posting_id, i.content_id, i.raw_id
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
               p.title AS title_listed, p.titles[1] AS title, p.titles, p.company_listed, p.company, p.company_id, p.is_agency, p.places_listed, p.locations, p.seniority,
               p.role_family, p.employment_type, p.workplace, p.salary, p.salary_year_usd_min, p.salary_year_usd_max,
               p.technologies, p.deep_learning, p.machine_learning, p.language, p.description, p.requisition,
               p.posted_on::DATE AS posted_on, k.seen_at AS first_seen, k.seen_at AS last_seen, p.change_ids,
               getvariable('rulebook_version') AS rulebook_version
        FROM temp.current AS n
        JOIN postings AS p ON p.raw_id = n.read_from
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


def load_requisitions(con: duckdb.DuckDBPyConnection) -> None:
    """The requisition numbers that each content names as it is read now, and temp.named: postings of which that alters some.

    A content that was read before names no more what it was misread as.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE says AS
        FROM (
            SELECT DISTINCT posting_id, content_id, unnest([requisition, requisition_named]) AS requisition
            FROM postings SEMI JOIN work.cleaned USING (posting_id, content_id)
        ) WHERE requisition IS NOT NULL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT posting_id, content_id, requisition FROM curated.requisitions
        SEMI JOIN work.cleaned USING (posting_id, content_id)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE named AS
        SELECT posting_id FROM (FROM temp.says EXCEPT FROM temp.said) UNION SELECT posting_id FROM (FROM temp.said EXCEPT FROM temp.says)
        """
    )
    con.execute(
        "DELETE FROM curated.requisitions WHERE (posting_id, content_id) IN (SELECT posting_id, content_id FROM temp.said)"
    )
    con.execute("INSERT INTO curated.requisitions BY NAME FROM temp.says")


def note_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Make work.touched (posting_id): what matching has to look at. After the commit: one transaction, one database."""
    con.execute(
        """
        CREATE OR REPLACE TABLE work.touched AS
        SELECT posting_id FROM temp.current UNION SELECT posting_id FROM temp.stirred UNION SELECT posting_id FROM temp.named
        """
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


def load_ledger(con: duckdb.DuckDBPyConnection, run_id: str, rulebook_version: str, kind: str, now: datetime) -> None:
    """One row a capture: what it held and what became of it.

    A replay has up to two rows a capture: what left quarantine (what stays there is counted where it went in), and what
    it met for the first time.
    """
    con.execute(
        """
        INSERT INTO audit.batches BY NAME
        SELECT CASE k.kind WHEN 'capture' THEN c.capture_id WHEN 'found' THEN $1 || '-found-' || c.capture_id
                    ELSE $1 || '-' || c.capture_id END AS batch_id,
               $1 AS run_id, c.capture_id, c.source, count(k.raw_id) AS records,
               count(*) FILTER (o.outcome = 'new') AS "new", count(*) FILTER (o.outcome = 'unchanged') AS unchanged,
               count(*) FILTER (o.outcome = 'changed') AS changed, count(*) FILTER (o.outcome = 'merged') AS merged,
               count(*) FILTER (o.outcome = 'quarantined') AS quarantined, $2 AS rulebook_version, $4::TIMESTAMPTZ AS loaded_at,
               k.kind, any_value(CASE WHEN k.kind = 'capture' THEN c.landed_bytes END)::BIGINT AS landed_bytes,
               any_value(CASE WHEN k.kind = 'capture' THEN c.record_bytes END)::BIGINT AS record_bytes,
               any_value(CASE WHEN k.kind = 'capture' THEN c.between_bytes END)::BIGINT AS between_bytes
        FROM work.captures AS c
        JOIN (
            SELECT *, CASE WHEN $3 = 'capture' THEN $3 WHEN raw_id IN (FROM temp.arrived) THEN 'found' ELSE $3 END AS kind
            FROM work.keys
        ) AS k USING (capture_id)
        JOIN work.outcomes AS o USING (raw_id)
        WHERE k.kind <> 'replay' OR o.outcome <> 'quarantined'
        GROUP BY c.capture_id, c.source, k.kind
        """,
        [run_id, rulebook_version, kind, now],
    )


def load_profiles(con: duckdb.DuckDBPyConnection) -> None:
    """What the sources showed in this run, for the breakers of later ones."""
    con.execute("INSERT INTO audit.batch_profiles BY NAME SELECT * FROM work.profiles")


def release(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Mark records that a replay could load as out of quarantine; their text is indexed as it is read now.

    A capture is listed as whole or partial as it is read now, too.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE released AS
        SELECT raw_id FROM audit.quarantine SEMI JOIN work.outcomes AS o USING (raw_id)
        WHERE replayed_in IS NULL AND raw_id IN (SELECT raw_id FROM work.outcomes WHERE outcome <> 'quarantined')
        """
    )
    con.execute("UPDATE audit.quarantine SET replayed_in = $1 WHERE raw_id IN (FROM temp.released)", [run_id])
    con.execute("DELETE FROM raw.record_index WHERE raw_id IN (FROM temp.released)")
    con.execute(
        "UPDATE raw.captures AS c SET coverage = w.coverage FROM work.captures AS w WHERE w.capture_id = c.capture_id"
    )
