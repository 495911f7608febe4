"""The raw form: one flat set of named raw values that every source is read into before anything is cleaned.

Nothing here is interpreted. A value is text as the source wrote it (`locations` and `skills` are lists of text), and
None where the source does not say. Cleaning reads these names and no source's own.
"""

from __future__ import annotations

import pyarrow as pa

LISTS = ("locations", "skills")

# name, what a source puts there
FORM: dict[str, str] = {
    "title": "the title as listed",
    "company": "the hiring organisation as listed",
    "locations": "places as listed, one element a place the source keeps apart",
    "description": "the body: HTML, Markdown or plain text",
    "notice": "one free text that holds everything (title, company, place ...), for sources without fields",
    "url": "the posting's own page",
    "employment_type": "contract and hours words as listed",
    "workplace": "remote, hybrid, on-site words or flags as listed",
    "seniority": "the source's own level label",
    "salary": "pay as one text",
    "salary_min": "lower bound in a field of its own",
    "salary_max": "upper bound in a field of its own",
    "salary_currency": "currency in a field of its own",
    "salary_period": "period in a field of its own",
    "skills": "skills, tags or technologies listed apart from the text",
    "category": "the source's own occupation or category",
    "requisition": "the employer's own requisition number",
    "posted_on": "when it was posted: any date form, epoch seconds or milliseconds, or a relative age",
    "closed": "the source's own word that it is closed: true/false as text",
    "language": "the source's own language label",
    "country_hint": "the country all postings of this source are in, from source.yml",
    "currency_hint": "the currency a bare amount of this source is in, from source.yml",
}

SCHEMA = pa.schema(
    [
        ("raw_id", pa.string()),
        ("capture_id", pa.string()),
        ("source", pa.string()),
        ("source_file", pa.string()),
        ("source_key", pa.string()),  # native id; None where the source has none
        ("ordinal", pa.int64()),  # zero-based position in its file
        ("posting_id", pa.string()),
        ("content_id", pa.string()),  # digest of the form without volatile values: a new one is a new version
        ("payload", pa.large_string()),
        ("payload_bytes", pa.large_binary()),  # of a record set aside whose text cannot hold its bytes
        ("reason", pa.string()),  # why split set the record aside; None for a good one
        ("detail", pa.string()),
        *((name, pa.list_(pa.string()) if name in LISTS else pa.large_string()) for name in FORM),
    ]
)
