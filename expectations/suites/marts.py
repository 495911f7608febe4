"""At the boundary between the warehouse and its readers: what is counted adds up to what there is."""

from __future__ import annotations

import great_expectations.expectations as gxe

from expectations.custom import no_rows, unique_key
from expectations.entry import Entry, Guard, Suite, Table

DEFINITIONS = Table(
    "definitions",
    "SELECT definition, version, title, kind FROM marts.definitions",
    (
        unique_key("definition_unique", "definition", "a definition stands once, so that a number has one meaning"),
        no_rows(
            "everything_defined",
            "SELECT 1 AS missing FROM {batch} HAVING count(*) FILTER (definition = 'all') <> 1",
            "there is a denominator of all postings",
        ),
    ),
)

POSTINGS_MONTHLY = Table(
    "postings_monthly",
    """SELECT "month", source, country, role_family, definition, new_postings, new_jobs FROM marts.postings_monthly""",
    (
        unique_key(
            "monthly_key_unique",
            "month, source, country, role_family, definition",
            "a cell is counted once",
            nullable="country, role_family",
        ),
        Entry(
            "monthly_postings_not_negative",
            gxe.ExpectColumnValuesToBeBetween(column="new_postings", min_value=0, severity="critical"),
            "no cell counts less than nothing",
            Guard("new_postings"),
        ),
        Entry(
            "monthly_jobs_not_negative",
            gxe.ExpectColumnValuesToBeBetween(column="new_jobs", min_value=0, severity="critical"),
            "no cell counts less than nothing",
            Guard("new_jobs"),
        ),
        no_rows(
            "month_begins",
            """SELECT "month" FROM {batch} WHERE "month" <> date_trunc('month', "month")""",
            "a month is dated by its first day",
        ),
        no_rows(
            "monthly_definition_known",
            "SELECT definition FROM {batch} ANTI JOIN marts.definitions USING (definition)",
            "a number's definition can be read",
        ),
        no_rows(
            "postings_all_counted",
            """
            SELECT 1 AS missing FROM {batch} HAVING coalesce(sum(new_postings) FILTER (definition = 'all'), 0)
            <> (SELECT count(*) FROM curated.postings)
            """,
            "the months of all postings add up to the postings there are",
        ),
        no_rows(
            "jobs_all_counted",
            """
            SELECT 1 AS missing FROM {batch} HAVING coalesce(sum(new_jobs) FILTER (definition = 'all'), 0)
            <> (SELECT count(DISTINCT coalesce(job_id, posting_id)) FROM curated.postings)
            """,
            "the months of all jobs add up to the jobs there are",
        ),
        no_rows(
            "definition_within_all",
            """
            SELECT "month" FROM {batch} GROUP BY "month", source, country, role_family
            HAVING max(new_postings) > coalesce(max(new_postings) FILTER (definition = 'all'), 0)
            """,
            "no definition counts more postings in a cell than there are",
        ),
    ),
)

SHARES_MONTHLY = Table(
    "shares_monthly",
    """
    SELECT "month", definition, denominator, basis, numerator, total, "share" AS part, low, high
    FROM marts.shares_monthly
    """,
    (
        unique_key("share_key_unique", "month, definition, denominator, basis", "a share is told once"),
        Entry(
            "basis_known",
            gxe.ExpectColumnValuesToBeInSet(column="basis", value_set=["postings", "jobs"], severity="critical"),
            "a share is of postings or of jobs",
            Guard("basis"),
        ),
        Entry(
            "share_within_one",
            gxe.ExpectColumnValuesToBeBetween(column="part", min_value=0, max_value=1, severity="critical"),
            "a share is between none and all",
            Guard("part"),
        ),
        no_rows(
            "share_is_quotient",
            "SELECT part FROM {batch} WHERE total <= 0 OR numerator NOT BETWEEN 0 AND total "
            "OR abs(part - numerator / total) > 1e-9",
            "a share is its numerator over its total, and can be recomputed",
        ),
        no_rows(
            "share_in_interval",
            # a billionth: the interval's formula rounds
            "SELECT part FROM {batch} WHERE low > part + 1e-9 OR high < part - 1e-9 OR low < 0 OR high > 1 "
            "OR low IS NULL OR high IS NULL",
            "a share lies in its interval, and the interval between none and all",
        ),
        no_rows(
            "share_definitions_known",
            "SELECT part FROM {batch} WHERE definition NOT IN (SELECT definition FROM marts.definitions) "
            "OR denominator NOT IN (SELECT definition FROM marts.definitions)",
            "a share's definition and denominator can be read",
        ),
    ),
)

MEMBERS = Table(
    "posting_definitions",
    "SELECT posting_id, definition FROM marts.posting_definitions",
    (
        no_rows(
            "members_traceable",
            "SELECT posting_id FROM {batch} ANTI JOIN curated.postings USING (posting_id)",
            "whatever is counted is a posting that can be looked up",
        ),
        no_rows(
            "everyone_counted",
            "SELECT 1 AS missing FROM {batch} HAVING count(*) FILTER (definition = 'all') "
            "<> (SELECT count(*) FROM curated.postings)",
            "each posting is among all postings once",
        ),
    ),
)

BREAKS = Table(
    "breaks",
    'SELECT "day", kind, what FROM marts.breaks',
    (
        Entry(
            "break_explained",
            gxe.ExpectColumnValueLengthsToBeBetween(column="what", min_value=10, severity="warning"),
            "a break in the series is explained in words",
            Guard("what", severity="info"),
        ),
    ),
)

SUITE = Suite(
    "marts",
    "what is counted, about to be published",
    (DEFINITIONS, POSTINGS_MONTHLY, SHARES_MONTHLY, MEMBERS, BREAKS),
)
