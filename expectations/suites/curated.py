"""At the boundary between cleaning and the warehouse: cleaned postings of this run that nothing has set aside.

Critical is what the rulebook and the row mask promise: breaking it is a fault of ours. Warnings are about the source.
"""

from __future__ import annotations

import great_expectations.expectations as gxe

from expectations import vocabulary as words
from expectations.custom import no_rows
from expectations.entry import Entry, Guard, Suite, Table

QUERY = f"""
SELECT title, company, url, language, locations_count, country, seniority, role_family, salary_min, salary_max,
       salary_currency, salary_period, salary_year_usd_min, description_chars, has_markup, posted_on,
       date_diff('day', captured_on, posted_on) AS days_ahead,
       CASE WHEN NOT list_has_all([{words.sql_list(words.EMPLOYMENT_TYPES)}], employment_type)
            THEN employment_type::VARCHAR END AS employment_type_unknown,
       CASE WHEN NOT list_has_all([{words.sql_list(words.WORKPLACES)}], workplace)
            THEN workplace::VARCHAR END AS workplace_unknown,
       coalesce(salary_min, salary_max) IS NOT NULL AND (salary_currency IS NULL OR salary_period IS NULL)
            AS salary_incomplete
FROM work.staging
WHERE reason IS NULL
"""

CONTENTS = "SELECT posting_id, content_id FROM work.to_clean"

# Nothing new, or nothing usable among what is new, is a quiet run; no record at all is a failed one.
RECORDS_CAME = "SELECT count(*) > 0 FROM work.keys"

ALL_CLEANED = no_rows(
    "all_cleaned",
    ("SELECT posting_id FROM {batch} ANTI JOIN work.staging USING (posting_id, content_id)"),
    "everything that was to be cleaned came out of cleaning, accepted or refused",
)

# A batch may say nothing at all of an optional field; that is told, and does not warn.
SELDOM = "info"

IDENTITY = (
    Entry(
        "rows_present",
        gxe.ExpectTableRowCountToBeBetween(min_value=1, severity="critical"),
        "something is left to load",
    ),
    Entry(
        "title_present",
        gxe.ExpectColumnValuesToNotBeNull(column="title", mostly=0.8, severity="warning"),
        "four postings in five have a title",
    ),
    Entry(
        "titles_differ",
        gxe.ExpectColumnUniqueValueCountToBeBetween(column="title", min_value=2, severity="warning"),
        "not every posting has the same title, as happens where a wrong column is read",
        Guard("title", at_least=20, severity=SELDOM),
    ),
    Entry(
        "title_length",
        gxe.ExpectColumnValueLengthsToBeBetween(
            column="title", min_value=2, max_value=200, mostly=0.99, severity="warning"
        ),
        "a title is a title: 2 to 200 characters",
        Guard("title"),
    ),
    Entry(
        "title_plain",
        gxe.ExpectColumnValuesToNotMatchRegex(
            column="title", regex=r"</?[a-zA-Z][^>]*>|&[a-z]{2,8};|https?://", mostly=0.999, severity="warning"
        ),
        "no tag, entity or link is left in a title",
        Guard("title"),
    ),
    Entry(
        "company_present",
        gxe.ExpectColumnValuesToNotBeNull(column="company", mostly=0.5, severity="warning"),
        "half of the postings name a company",
    ),
    Entry(
        "company_plain",
        gxe.ExpectColumnValuesToNotMatchRegex(
            column="company",
            regex=r"</?[a-zA-Z][^>]*>|&[a-z]{2,8};|https?://|^[0-9. ]+$",
            mostly=0.99,
            severity="warning",
        ),
        "no tag, entity, link or bare number stands for a company",
        Guard("company", severity="warning"),
    ),
    Entry(
        "url_safe",
        gxe.ExpectColumnValuesToNotMatchRegex(
            column="url", regex=r"(?i)^\s*(javascript|vbscript|data|file|blob)\s*:", severity="critical"
        ),
        "no link runs code or opens a local file",
        Guard("url", severity=SELDOM),
    ),
    Entry(
        "url_web",
        gxe.ExpectColumnValuesToMatchRegex(column="url", regex=r"^https?://[^\s/]+", mostly=0.9, severity="warning"),
        "nine links in ten are addresses on the web",
        Guard("url", severity=SELDOM),
    ),
)

CATEGORIES = (
    Entry(
        "language_code",
        gxe.ExpectColumnValuesToMatchRegex(column="language", regex="^[a-z]{2}$", mostly=0.99, severity="warning"),
        "a language is an ISO 639-1 code",
        Guard("language", severity="warning"),
    ),
    Entry(
        "country_code",
        gxe.ExpectColumnValuesToMatchRegex(column="country", regex="^[A-Z]{2}$", severity="critical"),
        "a country is an ISO 3166-1 code of two letters",
        Guard("country", severity="warning"),
    ),
    Entry(
        "locations_bounded",
        gxe.ExpectColumnValuesToBeBetween(
            column="locations_count", min_value=0, max_value=100, mostly=0.999, severity="warning"
        ),
        "a posting names at most a hundred places; more is a list that was not a list of places",
        Guard("locations_count"),
    ),
    Entry(
        "seniority_known",
        gxe.ExpectColumnValuesToBeInSet(column="seniority", value_set=list(words.SENIORITY), severity="critical"),
        "a level is one of the eight",
        Guard("seniority", severity=SELDOM),
    ),
    Entry(
        "role_family_known",
        gxe.ExpectColumnValuesToBeInSet(column="role_family", value_set=list(words.ROLE_FAMILIES), severity="critical"),
        "a role family is one of the list",
        Guard("role_family", severity="warning"),
    ),
    Entry(
        "employment_type_known",
        gxe.ExpectColumnValuesToBeNull(column="employment_type_unknown", severity="critical"),
        "employment types are of the list",
    ),
    Entry(
        "workplace_known",
        gxe.ExpectColumnValuesToBeNull(column="workplace_unknown", severity="critical"),
        "workplaces are on site, remote or hybrid",
    ),
)

PAY = (
    Entry(
        "salary_min_plausible",
        # the upper bound is in the smallest currencies: a year's pay in dong or rial has ten digits
        gxe.ExpectColumnValuesToBeBetween(column="salary_min", min_value=0, max_value=1e11, severity="critical"),
        "the lowest pay is a number from nothing to a hundred billion",
        Guard("salary_min", severity=SELDOM),
    ),
    Entry(
        "salary_max_plausible",
        gxe.ExpectColumnValuesToBeBetween(column="salary_max", min_value=0, max_value=1e11, severity="critical"),
        "the highest pay is a number from nothing to a hundred billion",
        Guard("salary_max", severity=SELDOM),
    ),
    Entry(
        "salary_in_order",
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="salary_max",
            column_B="salary_min",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            severity="critical",
        ),
        "the highest pay is not below the lowest",
        Guard("salary_max", severity=SELDOM),
    ),
    Entry(
        "salary_currency_code",
        gxe.ExpectColumnValuesToMatchRegex(column="salary_currency", regex="^[A-Z]{3}$", severity="critical"),
        "a currency is an ISO 4217 code",
        Guard("salary_currency", severity=SELDOM),
    ),
    Entry(
        "salary_period_known",
        gxe.ExpectColumnValuesToBeInSet(column="salary_period", value_set=list(words.PAY_PERIODS), severity="critical"),
        "pay is by the hour, day, week, month or year",
        Guard("salary_period", severity=SELDOM),
    ),
    Entry(
        "salary_complete",
        gxe.ExpectColumnValuesToBeInSet(column="salary_incomplete", value_set=[False], mostly=0.98, severity="warning"),
        "pay says its currency and its period",
    ),
    Entry(
        "salary_year_plausible",
        # 1,000 to 5,000,000 USD a year holds every labelled salary; a slipped period or currency falls outside
        gxe.ExpectColumnValuesToBeBetween(
            column="salary_year_usd_min", min_value=1_000, max_value=5_000_000, mostly=0.98, severity="warning"
        ),
        "yearly pay in dollars is between a thousand and five million",
        Guard("salary_year_usd_min", severity=SELDOM),
    ),
)

TIME_AND_TEXT = (
    Entry(
        "posted_by_capture",
        gxe.ExpectColumnValuesToBeBetween(column="days_ahead", max_value=2, severity="critical"),
        "no posting is dated after its capture, two days' grace for zones and clocks",
        Guard("days_ahead", severity=SELDOM),
    ),
    Entry(
        "posted_recently",
        gxe.ExpectColumnValuesToBeBetween(column="days_ahead", min_value=-3650, mostly=0.99, severity="warning"),
        "a posting is at most ten years older than its capture; older dates are placeholders",
        Guard("days_ahead", severity=SELDOM),
    ),
    Entry(
        "description_present",
        gxe.ExpectColumnValuesToBeBetween(column="description_chars", min_value=20, mostly=0.5, severity="warning"),
        "half of the postings have a text",
        Guard("description_chars", severity="warning"),
    ),
    Entry(
        "description_bounded",
        # a record over 1 MB is set aside while splitting
        gxe.ExpectColumnValuesToBeBetween(column="description_chars", max_value=1_000_000, severity="critical"),
        "no text is longer than a record may be",
        Guard("description_chars", severity="warning"),
    ),
    Entry(
        "markup_rare",
        gxe.ExpectColumnValuesToBeInSet(column="has_markup", value_set=[False], mostly=0.99, severity="warning"),
        "hardly a text still holds words of a script",
        Guard("has_markup"),
    ),
)

SUITE = Suite(
    "curated",
    "cleaned postings about to be loaded",
    (
        Table("contents", CONTENTS, (ALL_CLEANED,), idle_when=RECORDS_CAME),
        Table("postings", QUERY, (*IDENTITY, *CATEGORIES, *PAY, *TIME_AND_TEXT), idle_when=RECORDS_CAME),
    ),
)
