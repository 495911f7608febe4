"""At the boundary between a source and cleaning: every record of this run, those that splitting set aside included."""

from __future__ import annotations

import great_expectations.expectations as gxe

from expectations.custom import no_rows, unique_key
from expectations.entry import Entry, Guard, Suite, Table

QUERY = """
SELECT raw_id, capture_id, source, source_file, ordinal, posting_id, content_id, reason,
       date_diff('day', now(), seen_at) AS days_from_now
FROM work.keys
"""

SUITE = Suite(
    "raw",
    "what the sources delivered, split into records",
    (
        Table(
            "records",
            QUERY,
            (
                Entry(
                    "rows_present",
                    gxe.ExpectTableRowCountToBeBetween(min_value=1, severity="critical"),
                    "the run brought at least one record",
                ),
                unique_key(
                    "raw_id_unique",
                    "raw_id",
                    "each record has an id of its own, so that every one can be accounted for",
                ),
                unique_key(
                    "place_unique",
                    "capture_id, source_file, ordinal",
                    "each record stands at a place of its own in what was received",
                ),
                Entry(
                    "source_present",
                    gxe.ExpectColumnValuesToNotBeNull(column="source", severity="critical"),
                    "each record says which source it came from",
                ),
                no_rows(
                    "identity_present",
                    "SELECT raw_id FROM {batch} WHERE reason IS NULL AND (posting_id IS NULL OR content_id IS NULL)",
                    "each record that goes on has the identity of a posting and of its content",
                ),
                Entry(
                    "seen_present",
                    gxe.ExpectColumnValuesToNotBeNull(column="days_from_now", severity="critical"),
                    "each record has the time of its capture, without which no history can be told",
                ),
                Entry(
                    "seen_by_now",
                    # a day's grace for clocks and zones; a warning, as a run may be told any day with --as-of
                    gxe.ExpectColumnValuesToBeBetween(
                        column="days_from_now", min_value=-365 * 60, max_value=1, severity="warning"
                    ),
                    "no capture is dated tomorrow or before the web",
                    Guard("days_from_now"),
                ),
                no_rows(
                    "reason_named",
                    "SELECT reason FROM {batch} "
                    "WHERE reason IS NOT NULL AND NOT regexp_full_match(reason, '[a-z][a-z0-9_]*')",
                    "a record is set aside for a named reason, in snake_case, never for a sentence",
                ),
                Entry(
                    "few_set_aside",
                    # our choice: splitting loses records to damage alone, and damage is rare or general
                    gxe.ExpectColumnValuesToBeNull(column="reason", mostly=0.95, severity="warning"),
                    "at most one record in twenty was unreadable",
                ),
            ),
        ),
    ),
)
