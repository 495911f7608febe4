"""Which rows are set aside, which are only noted, and which are left alone."""

from __future__ import annotations

import duckdb
import pytest

from tasks.validate.mask import MASK, REASONS, apply_mask, broken, noted

REJECTED = {
    "title_missing": [
        "title = NULL, company = NULL, description_chars = 0",
        "title = NULL, company = NULL, description_chars = NULL",
    ],
    "url_unsafe": [
        "url = 'javascript:alert(1)'",
        "url = '  JaVaScRiPt:alert(1)'",
        "url = 'java' || chr(9) || 'script:alert(1)'",
        "url = chr(1) || 'javascript:alert(1)'",
        "url = 'data:text/html;base64,PHNjcmlwdD4='",
        "url = 'vbscript:msgbox(1)'",
        "url = 'file:///etc/passwd'",
    ],
    "future_date": ["posted_on = captured_on + 3", "posted_on = DATE '9999-12-31'"],
    "salary_reversed": ["salary_min = 90000, salary_max = 50000"],
    "salary_negative": [
        "salary_min = -5",
        "salary_max = 'infinity'::DOUBLE",
        "salary_min = 'nan'::DOUBLE, salary_max = NULL",
    ],
    "null_key": ["posting_id = NULL"],
}  # fmt: skip

LEFT_ALONE = [
    "company = NULL",
    "title = NULL",
    "title = NULL, company = NULL",
    "description_chars = 0",
    "url = NULL",
    "url = ''",
    "url = 'www.example.org/job?next=javascript:void(0)'",
    "url = 'https://example.org/javascript:alert(1)'",
    "url = 'mailto:jobs@example.org'",
    "posted_on = NULL",
    "posted_on = captured_on + 2",
    "posted_on = NULL, captured_on = NULL",
    "salary_min = NULL, salary_max = NULL, salary_currency = NULL, salary_period = NULL",
    "salary_min = NULL",
    "salary_max = NULL",
    "salary_min = 0, salary_max = 0",
    "salary_min = salary_max",
    "locations_count = 0, country = NULL, employment_type = [], workplace = NULL",
    "seniority = NULL, role_family = NULL, language = NULL",
]

NOTED = {
    "date_ancient": "posted_on = DATE '1970-01-01'",
    "salary_beyond": "salary_year_usd_max = 5e8",
    "title_long": "title = repeat('long ', 100)",
    "markup_left": "has_markup = true",
}

CASES = [(reason, change) for reason, changes in REJECTED.items() for change in changes]


def test_every_rule_has_a_case_and_bits_are_its_own() -> None:
    assert set(REJECTED) == set(REASONS)
    assert set(REJECTED) | set(NOTED) == {rule.reason for rule in MASK}
    assert len({rule.bit for rule in MASK}) == len(MASK)
    assert all(rule.reason.isidentifier() and rule.reason.islower() and rule.meaning for rule in MASK)


@pytest.mark.parametrize(("reason", "change"), CASES)
def test_a_bad_row_is_set_aside_with_its_reason(reason: str, change: str, clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(f"UPDATE work.staging SET {change} WHERE raw_id = 'raw1'")
    assert apply_mask(clean) == {reason: 1}
    found = clean.execute("SELECT raw_id, reason, detail FROM work.staging WHERE reason IS NOT NULL").fetchall()
    assert [row[:2] for row in found] == [("raw1", reason)]
    assert found[0][2]


@pytest.mark.parametrize("change", LEFT_ALONE)
def test_what_real_postings_lack_sets_none_of_them_aside(change: str, clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(f"UPDATE work.staging SET {change}")
    assert apply_mask(clean) == {}
    assert clean.execute("SELECT count(*) FROM work.staging WHERE reason IS NOT NULL").fetchone() == (0,)


@pytest.mark.parametrize("reason", NOTED)
def test_a_noted_row_stays(reason: str, clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(f"UPDATE work.staging SET {NOTED[reason]} WHERE raw_id = 'raw1'")
    assert apply_mask(clean) == {}
    assert noted(clean) == {reason: 1}


def test_a_row_may_break_several_rules_and_the_first_is_its_reason(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(
        "UPDATE work.staging SET url = 'javascript:x', salary_min = 9e9, has_markup = true WHERE raw_id = 'raw1'"
    )
    assert apply_mask(clean) == {"url_unsafe": 1}
    [(mask,)] = clean.execute("SELECT mask FROM work.masked").fetchall()
    assert [rule.reason for rule in broken(mask)] == ["url_unsafe", "salary_reversed", "markup_left"]
    assert noted(clean) == {}


def test_rows_that_are_set_aside_already_keep_their_reason(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET url = 'javascript:x', reason = 'not_a_posting_reply', detail = 'thanks'")
    assert apply_mask(clean) == {}
    assert clean.execute("SELECT DISTINCT reason, detail FROM work.staging").fetchall() == [
        ("not_a_posting_reply", "thanks")
    ]


def test_masking_twice_changes_nothing_more(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET url = 'javascript:x' WHERE raw_id = 'raw1'")
    assert apply_mask(clean) == {"url_unsafe": 1}
    before = clean.execute("SELECT * FROM work.staging ORDER BY raw_id").fetchall()
    assert apply_mask(clean) == {}
    assert clean.execute("SELECT * FROM work.staging ORDER BY raw_id").fetchall() == before


def test_a_staging_table_without_detail_gains_it(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute(
        "ALTER TABLE work.staging DROP COLUMN detail; UPDATE work.staging SET posting_id = NULL WHERE raw_id = 'raw1'"
    )
    assert apply_mask(clean) == {"null_key": 1}


def test_an_empty_table_is_masked_too(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.staging")
    assert apply_mask(clean) == {}


@pytest.mark.parametrize("schema", ["work; DROP TABLE x", "a.b", "", '"work"'])
def test_only_a_plain_name_is_a_schema(schema: str) -> None:
    with pytest.raises(ValueError, match="schema"):
        apply_mask(duckdb.connect(), schema)
