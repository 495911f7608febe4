"""At the boundary between loading and publishing: the ledger and its law, histories, postings and their jobs."""

from __future__ import annotations

import great_expectations.expectations as gxe

from expectations import vocabulary as words
from expectations.custom import ExpectNoSuchRows, ExpectOutcomesToAddUp, no_rows, unique_key
from expectations.entry import ROWS_IF_ANY, Entry, Guard, Suite, Table

LEDGER = Table(
    "ledger",
    'SELECT batch_id, capture_id, records, "new", unchanged, changed, merged, quarantined, '
    "landed_bytes, record_bytes, between_bytes FROM audit.batches",
    (
        Entry(
            "outcomes_add_up",
            ExpectOutcomesToAddUp(severity="critical"),
            "the law: records = new + unchanged + changed + merged + quarantined, in every batch",
        ),
        no_rows(
            "counts_not_negative",
            'SELECT * FROM {batch} WHERE least(records, "new", unchanged, changed, merged, quarantined) < 0',
            "no count of the ledger is below nothing",
        ),
        Entry(
            "bytes_add_up",
            # a warning: it finds what a splitter passed over, which is landed and can be split again
            ExpectNoSuchRows(
                unexpected_rows_query="SELECT * FROM {batch} WHERE landed_bytes <> record_bytes + between_bytes",
                severity="warning",
            ),
            "every byte received is part of one record or stands between two",
            Guard("landed_bytes", severity="info"),
        ),
        unique_key("batch_unique", "batch_id", "each batch is in the ledger once"),
        no_rows(
            "capture_known",
            "SELECT * FROM {batch} ANTI JOIN raw.captures USING (capture_id)",
            "each batch is of a capture that was recorded",
        ),
    ),
)

# What the records of the captures of the newest run became, counted in the tables themselves. A replay has a ledger row
# of its own for what it let out of quarantine: those records were counted before, as quarantined.
COUNTED = """
SELECT l.*, coalesce(i.n, 0) AS indexed, coalesce(s.n, 0) AS seen, coalesce(q.n, 0) AS held
FROM (
    SELECT capture_id, sum("new" + unchanged + changed + merged) AS kept,
           coalesce(sum(records) FILTER (kind <> 'replay'), 0) AS records,
           coalesce(sum(quarantined) FILTER (kind <> 'replay'), 0)
           - coalesce(sum(records - quarantined) FILTER (kind = 'replay'), 0) AS quarantined
    FROM audit.batches
    WHERE capture_id IN (
        SELECT capture_id FROM audit.batches WHERE run_id = (SELECT max_by(run_id, loaded_at) FROM audit.batches)
    )
    GROUP BY capture_id
) AS l
LEFT JOIN (SELECT capture_id, count(*) AS n FROM raw.record_index GROUP BY ALL) AS i USING (capture_id)
LEFT JOIN (SELECT capture_id, count(*) AS n FROM curated.sightings GROUP BY ALL) AS s USING (capture_id)
LEFT JOIN (SELECT capture_id, count(*) AS n FROM audit.quarantine WHERE replayed_in IS NULL GROUP BY ALL) AS q
    USING (capture_id)
"""

CAPTURES = Table(
    "captures",
    COUNTED,
    (
        no_rows(
            "records_counted",
            "SELECT * FROM {batch} WHERE records <> indexed OR kept <> seen OR quarantined <> held",
            "the ledger counts as many records, sightings and records in quarantine as there are",
        ),
    ),
)

RECORDS = Table(
    "records",
    "SELECT raw_id FROM raw.record_index",
    (
        no_rows(
            "accounted_once",
            """
            SELECT raw_id FROM (
                SELECT raw_id, 1 AS indexed, 0 AS found FROM {batch}
                UNION ALL SELECT raw_id, 0, 1 FROM curated.sightings
                UNION ALL SELECT raw_id, 0, 1 FROM audit.quarantine WHERE replayed_in IS NULL
            ) GROUP BY raw_id HAVING sum(indexed) <> 1 OR sum(found) <> 1
            """,
            "every raw id is exactly once either a sighting or in quarantine, and in the index once",
        ),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "SELECT posting_id, raw_id, outcome FROM curated.sightings",
    (
        Entry(
            "outcome_known",
            gxe.ExpectColumnValuesToBeInSet(column="outcome", value_set=list(words.OUTCOMES[:-1]), severity="critical"),
            "a sighting is new, unchanged, changed or merged",
            Guard("outcome"),
        ),
        no_rows(
            "sighting_has_posting",
            "SELECT raw_id FROM {batch} ANTI JOIN curated.postings USING (posting_id)",
            "whatever was seen is a posting",
        ),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "SELECT raw_id, reason, stage, replayed_in FROM audit.quarantine",
    (
        Entry(
            "quarantine_reason_named",
            gxe.ExpectColumnValuesToMatchRegex(column="reason", regex="^[a-z][a-z0-9_]*$", severity="critical"),
            "each record in quarantine has a named reason",
            Guard("reason", severity="info"),
        ),
        no_rows(
            "replayed_seen",
            "SELECT raw_id FROM {batch} WHERE replayed_in IS NOT NULL "
            "AND raw_id NOT IN (SELECT raw_id FROM curated.sightings)",
            "a record let out of quarantine is a sighting",
            guard=Guard("reason", severity="info"),
        ),
    ),
)

POSTINGS = Table(
    "postings",
    "SELECT posting_id, job_id, raw_id, source, first_seen, last_seen, closed_on FROM curated.postings",
    (
        Entry(
            "postings_present",
            gxe.ExpectTableRowCountToBeBetween(min_value=1, severity="critical"),
            "there is something to publish",
        ),
        unique_key("posting_unique", "posting_id", "a posting stands once in the current state"),
        Entry(
            "posting_has_job",
            gxe.ExpectColumnValuesToNotBeNull(column="job_id", severity="critical"),
            "each posting belongs to a job",
        ),
        no_rows(
            "posting_job_known",
            "SELECT posting_id FROM {batch} WHERE job_id NOT IN (SELECT job_id FROM curated.jobs)",
            "the job that a posting belongs to exists",
            guard=Guard("job_id"),
        ),
        no_rows(
            "posting_traceable",
            "SELECT posting_id FROM {batch} ANTI JOIN raw.record_index USING (raw_id)",
            "each posting leads back to a record as received",
        ),
        no_rows(
            "posting_seen_in_order",
            "SELECT posting_id FROM {batch} WHERE last_seen < first_seen OR closed_on < first_seen::DATE - 1",
            "a posting is first seen, then last seen, then closed",
        ),
    ),
)

VERSIONS = Table(
    "versions",
    "SELECT posting_id, valid_from, valid_to FROM curated.versions",
    (
        unique_key("version_unique", "posting_id, valid_from", "one version of a posting begins at a time"),
        no_rows(
            "version_in_order",
            "SELECT posting_id FROM {batch} WHERE valid_to <= valid_from",
            "a version ends after it has begun",
        ),
        no_rows(
            "version_current",
            """
            SELECT posting_id FROM {batch} GROUP BY posting_id HAVING count(*) FILTER (valid_to IS NULL) <> 1
            """,
            "each posting has exactly one version that is in force",
        ),
    ),
)

SPELLS = Table(
    "spells",
    "SELECT posting_id, spell, opened_at, last_seen, closed_at FROM curated.spells",
    (
        unique_key("spell_unique", "posting_id, spell", "a posting's spells are numbered"),
        no_rows(
            "spell_in_order",
            "SELECT posting_id FROM {batch} WHERE last_seen < opened_at OR closed_at < opened_at",
            "a spell ends after it has begun",
        ),
        no_rows(
            "spell_open_once",
            "SELECT posting_id FROM {batch} WHERE closed_at IS NULL GROUP BY posting_id HAVING count(*) > 1",
            "a posting is open once at a time",
        ),
    ),
)

JOBS = Table(
    "jobs",
    "SELECT job_id, postings, len(sources) AS source_count, first_seen, last_seen, repost_count FROM curated.jobs",
    (
        unique_key("job_unique", "job_id", "a job stands once"),
        no_rows(
            "job_members_counted",
            """
            SELECT job_id FROM {batch} AS j
            FULL JOIN (SELECT job_id, count(*) AS n FROM curated.postings WHERE job_id IS NOT NULL GROUP BY ALL) AS p
            USING (job_id) WHERE j.postings IS DISTINCT FROM p.n
            """,
            "a job counts the postings that belong to it, and has at least one",
        ),
        no_rows(
            "job_has_source",
            "SELECT job_id FROM {batch} WHERE source_count IS NULL OR source_count NOT BETWEEN 1 AND postings",
            "a job was seen in one source at least, and in no more than it has postings",
        ),
        no_rows(
            "job_seen_in_order",
            "SELECT job_id FROM {batch} WHERE last_seen < first_seen OR repost_count < 0",
            "a job is first seen before it is last seen, and reposted no less than never",
        ),
        Entry(
            "job_not_swollen",
            # the largest job of the labelled benchmark has under 100 postings; chaining makes thousands
            gxe.ExpectColumnMaxToBeBetween(column="postings", max_value=1000, severity="warning"),
            "no job has swallowed more than a thousand postings, as chaining would",
            Guard("postings"),
        ),
    ),
)

COMPANIES = Table(
    "companies",
    "SELECT company_id, name FROM curated.companies",
    (
        unique_key("company_unique", "company_id", "a company stands once", guard=ROWS_IF_ANY),
        Entry(
            "company_named",
            gxe.ExpectColumnValueLengthsToBeBetween(column="name", min_value=1, severity="critical"),
            "a company has a name",
            Guard("name", severity="info"),
        ),
    ),
)

MATCHES = Table(
    "matches",
    "SELECT posting_a, posting_b, label, score, veto FROM audit.matches",
    (
        Entry(
            "label_known",
            gxe.ExpectColumnValuesToBeInSet(column="label", value_set=list(words.MATCH_LABELS), severity="critical"),
            "a pair's label is one of the five",
            Guard("label", severity="info"),
        ),
        no_rows(
            "pair_of_two",
            "SELECT posting_a FROM {batch} WHERE posting_a = posting_b",
            "a posting is not matched with itself",
            guard=ROWS_IF_ANY,
        ),
        no_rows(
            "veto_respected",
            f"SELECT posting_a FROM {{batch}} WHERE veto IS NOT NULL AND label IN ({words.sql_list(words.SAME_JOB)})",
            "a veto is never outvoted",
            guard=ROWS_IF_ANY,
        ),
    ),
)

SUITE = Suite(
    "jobs",
    "what was loaded and matched, about to be published",
    (LEDGER, CAPTURES, RECORDS, SIGHTINGS, QUARANTINE, POSTINGS, VERSIONS, SPELLS, JOBS, COMPANIES, MATCHES),
)
