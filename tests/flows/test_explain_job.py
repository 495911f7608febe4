"""Why postings are one job, told from the newest decisions: reasons inside the job, near misses outside it."""

from __future__ import annotations

import duckdb
import pytest

from flows.explain_job import members

AUDIT = """
    CREATE SCHEMA audit; CREATE SCHEMA curated;
    CREATE TABLE audit.matches (posting_a VARCHAR, posting_b VARCHAR, label VARCHAR, evidence MAP(VARCHAR, DOUBLE),
                                score DOUBLE, veto VARCHAR, decided_by VARCHAR, run_id VARCHAR);
    CREATE TABLE curated.postings (posting_id VARCHAR, job_id VARCHAR, source VARCHAR, title VARCHAR, company VARCHAR,
                                   posted_on DATE, first_seen TIMESTAMPTZ);
    INSERT INTO curated.postings SELECT p, j, 'board', 'Miller', 'Marlow Mills', DATE '2026-03-02', now()
    FROM (VALUES ('aa', 'aa'), ('bb', 'aa'), ('cc', 'aa'), ('dd', 'dd'), ('ee', 'ee')) AS t(p, j);
    INSERT INTO audit.matches VALUES
        ('aa', 'bb', 'NON', NULL, 1.0, NULL, 'human', 'run 1'), ('aa', 'bb', 'FULL', MAP {'identical': 1.0}, 2.05, NULL, 'identical', 'run 2'),
        ('aa', 'cc', 'SEMANTIC', MAP {'text_contained': 0.8}, 1.4, NULL, 'text', 'run 1'),
        ('aa', 'dd', 'FULL', MAP {'identical': 1.0}, 2.0, NULL, 'identical', 'run 1'), ('aa', 'dd', 'PARTIAL', NULL, 0.0, 'city', 'veto', 'run 2'),
        ('cc', 'ee', 'NON', MAP {'company_equal': 1.0}, 0.9, NULL, 'score', 'run 1'),
        ('bb', 'ee', 'TEMPORAL', NULL, 1.9, NULL, 'fields', 'run 1');
"""


@pytest.mark.parametrize(("asked", "first"), [(None, "aa / bb"), ("aa", "aa / bb"), ("cc", "aa / cc")])
def test_a_job_tells_what_holds_it_together_and_what_came_close(asked: str | None, first: str) -> None:
    with duckdb.connect() as con:
        con.execute(AUDIT)
        lines = members(con, "aa", asked)
    text = "\n".join(lines)
    inside, outside = text.split("closest calls that are not part of it:")
    reasons = inside.split("why they are one job:")[1].strip().splitlines()
    assert "3 postings" in lines[0]
    assert first in reasons[0]
    assert "agree on all that matching looks at" in inside
    assert "one text holds most of the other" in inside
    assert "text_contained 0.8" in inside
    assert "kept apart by city: no city in common" in outside
    assert "no ground holds" in outside
    assert "NON aa / bb" not in text  # taken back since
    assert "FULL aa / dd" not in text  # told apart since
    assert "bb / ee" not in text  # the job has split since


@pytest.mark.parametrize(
    ("title", "company", "told"),
    [
        ("'Miller'", "'Marlow Mills'", "board: Miller at Marlow Mills, 2026-03-02"),
        ("'Miller'", "NULL", "board: Miller, 2026-03-02"),
        ("NULL", "NULL", "board: (no title), 2026-03-02"),
    ],
)
def test_what_a_posting_does_not_say_leaves_no_gap(title: str, company: str, told: str) -> None:
    with duckdb.connect() as con:
        con.execute(AUDIT)
        con.execute(f"UPDATE curated.postings SET title = {title}, company = {company}")
        assert members(con, "dd")[1].endswith(told)
