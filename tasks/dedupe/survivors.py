"""The job as its postings tell it: for each field the value of the most trusted posting that has one.

Trust: the source's own figure (work.trust, 50 where it says nothing), then the posting seen first, then its id. A field
never mixes two postings, and its *_from column says whose value survived. Places and addresses are the union of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dedupe.excerpt import excerpt

if TYPE_CHECKING:
    import duckdb

TRUST_WHERE_UNSAID = 50
# The same ad in the same source under a new key after so many days is a repost: monthly threads are 28 to 31 days apart,
# and of 8,000 later postings of one job there none came between 1 and 20 days after another.
REPOST_DAYS = 14

# field -> when a posting has a value for it. `company` brings company_id with it.
FIELDS = {
    "title": "title IS NOT NULL",
    "company": "company IS NOT NULL",
    "seniority": "seniority IS NOT NULL",
    "role_family": "role_family IS NOT NULL",
    "employment_type": "len(employment_type) > 0",
    "workplace": "len(workplace) > 0",
    "salary": "len(salary) > 0",
    "description": "words > 0",
}

RENEWED = """
    CREATE OR REPLACE TEMP TABLE match_sizes AS
    SELECT job_id, count(*) AS postings FROM curated.job_members SEMI JOIN match_renewed USING (job_id) GROUP BY job_id
"""
POSTINGS = """
    SELECT posting_id, job_id, source, url, title, company, company_id, is_agency, locations, seniority, role_family,
           employment_type, workplace, salary, technologies, deep_learning, machine_learning, language, posted_on,
           first_seen, last_seen
    FROM curated.postings
"""
AGAIN = """
    CREATE OR REPLACE TEMP TABLE match_again AS
    SELECT posting_id, count(*) - 1 AS again FROM curated.spells GROUP BY posting_id HAVING count(*) > 1
"""

SINGLE = """
    INSERT INTO curated.jobs BY NAME
    SELECT p.job_id, title, CASE WHEN title IS NOT NULL THEN posting_id END AS title_from,
           company, company_id, CASE WHEN company IS NOT NULL THEN posting_id END AS company_from, locations,
           seniority, CASE WHEN seniority IS NOT NULL THEN posting_id END AS seniority_from,
           role_family, CASE WHEN role_family IS NOT NULL THEN posting_id END AS role_family_from,
           employment_type, CASE WHEN len(employment_type) > 0 THEN posting_id END AS employment_type_from,
           workplace, CASE WHEN len(workplace) > 0 THEN posting_id END AS workplace_from,
           salary, CASE WHEN len(salary) > 0 THEN posting_id END AS salary_from,
           technologies, coalesce(deep_learning, false) AS deep_learning, coalesce(machine_learning, false) AS machine_learning,
           language, CASE WHEN f.words > 0 THEN posting_id END AS description_from,
           CASE WHEN url IS NULL THEN [] ELSE [url] END AS urls, 1 AS postings, [source] AS sources,
           posted_on AS first_posted_on, first_seen, last_seen, coalesce(a.again, 0) AS repost_count
    FROM match_postings AS p SEMI JOIN (FROM match_sizes WHERE postings = 1) AS s ON s.job_id = p.job_id
    JOIN curated.job_members AS m USING (posting_id) JOIN (SELECT print, words FROM curated.fingerprints) AS f USING (print)
    LEFT JOIN match_again AS a USING (posting_id)
"""

# A member's rank in its job decides which value survives: the lowest that has one.
SURVEY = f"""
    CREATE OR REPLACE TEMP TABLE match_survey AS
    SELECT p.job_id, p.posting_id, p.is_agency IS TRUE AS agency, coalesce(t.trust, {TRUST_WHERE_UNSAID}) AS trust, f.words,
           coalesce(a.again, 0) AS again, coalesce(p.posted_on, p.first_seen::DATE) AS began,
           row_number() OVER (PARTITION BY p.job_id ORDER BY agency, trust DESC, p.first_seen, p.posting_id) AS rank,
           began - lag(began) OVER (PARTITION BY p.job_id, p.source ORDER BY began, p.posting_id) > {REPOST_DAYS} AS later
    FROM match_postings AS p SEMI JOIN (FROM match_sizes WHERE postings > 1) AS s ON s.job_id = p.job_id
    JOIN curated.job_members AS m USING (posting_id) JOIN (SELECT print, words FROM curated.fingerprints) AS f USING (print)
    LEFT JOIN match_again AS a USING (posting_id) LEFT JOIN match_trust AS t ON t.source = p.source
"""


def _surviving() -> str:
    parts = []
    for name, has in FIELDS.items():
        if name != "description":
            parts.append(f"arg_min({name}, rank) FILTER ({has}) AS {name}")
        parts.append(f"arg_min(posting_id, rank) FILTER ({has}) AS {name}_from")
    return ", ".join(parts)


SHARED = f"""
    INSERT INTO curated.jobs BY NAME
    WITH member AS (
        SELECT s.*, p.* EXCLUDE (job_id, posting_id) FROM match_survey AS s JOIN match_postings AS p USING (posting_id)
    )
    SELECT job_id, {_surviving()}, arg_min(company_id, rank) FILTER (company IS NOT NULL) AS company_id,
           list_sort(list_distinct(flatten(list(coalesce(locations, []))))) AS locations,
           list_sort(list_distinct(flatten(list(coalesce(technologies, []))))) AS technologies,
           coalesce(bool_or(deep_learning), false) AS deep_learning,
           coalesce(bool_or(machine_learning), false) AS machine_learning,
           arg_min(language, rank) FILTER (language IS NOT NULL) AS language,
           coalesce(list_sort(list(DISTINCT url) FILTER (url IS NOT NULL)), []) AS urls, count(*)::INTEGER AS postings,
           list_sort(list(DISTINCT source)) AS sources, min(posted_on) AS first_posted_on, min(first_seen) AS first_seen,
           max(last_seen) AS last_seen, (sum(again) + count(*) FILTER (later))::INTEGER AS repost_count
    FROM member GROUP BY job_id
"""


def rebuild(con: duckdb.DuckDBPyConnection) -> None:
    """Make curated.jobs anew for the jobs named in match_renewed; those without postings vanish."""
    _take_trust(con)
    con.execute(RENEWED)
    con.execute(AGAIN)
    con.execute("DELETE FROM curated.jobs WHERE job_id IN (FROM match_renewed)")
    with excerpt(con, "match_postings", POSTINGS, key="job_id", asked="match_sizes", of="curated.jobs"):
        con.execute(SINGLE)
        con.execute(SURVEY)
        con.execute(SHARED)


def _take_trust(con: duckdb.DuckDBPyConnection) -> None:
    given = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'work' AND schema_name = 'main' AND table_name = 'trust'"
    ).fetchone()
    con.execute("CREATE OR REPLACE TEMP TABLE match_trust (source VARCHAR, trust INTEGER)")
    if given and given[0]:
        con.execute("INSERT INTO match_trust SELECT source, max(trust) FROM work.trust GROUP BY source")
