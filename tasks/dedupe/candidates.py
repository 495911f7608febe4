"""Which pairs of fingerprints are worth comparing: cheap keys that two postings of one job share.

Text proposes, fields decide: a word 4-gram is a key only together with the city and the level, because a pair that
differs in those is not one job however alike its texts (three in four pairs of alike texts, on jobs_bench). Postings
without a city meet all others under the 4-gram alone, if few texts hold it. Blocks of fields find the pairs whose texts
are missing or rewritten. A key that too many share says nothing and is passed over; that is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dedupe import text_search

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tasks.dedupe.report import MatchReport

BLOCK = 100  # fingerprints that may share one key of fields
LOOKED_UP = 200_000  # new fingerprints whose shingles are looked up in memory (half a GB); more are sorted in files

# Every search is a set of (key, print, is_new) rows.
SEARCHES = {
    # a posting without a city is blocked under the region or country it has
    "company_title_place": """
        SELECT DISTINCT hash(company_key, title_core, level, unnest(
            CASE WHEN len(cities) > 0 THEN cities WHEN len(regions) > 0 THEN regions
                 WHEN len(countries) > 0 THEN countries ELSE [''] END)) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE company_key <> '' AND title_core <> ''
    """,
    # the next month's notice of an employer lists other roles, at other levels
    "notice_place": """
        SELECT DISTINCT hash(company_key, unnest(
            CASE WHEN len(cities) > 0 THEN cities WHEN len(countries) > 0 THEN countries ELSE [''] END)) AS key,
            print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print)
        WHERE company_key <> '' AND len(roles) > 0 AND size > 0
    """,
    # who names no city has to meet all who name one, however many texts are alike: else it meets only its own kind, and
    # those of many openings become one
    "company_title_roaming": """
        WITH block AS (
            SELECT hash(company_key, title_core, level) AS key, print, n.print IS NOT NULL AS is_new, len(cities) = 0 AS roams
            FROM curated.fingerprints LEFT JOIN match_new AS n USING (print)
            WHERE company_key <> '' AND title_core <> '' AND size > 0
        )
        SELECT key, print, is_new FROM block SEMI JOIN (SELECT key FROM block WHERE roams) AS roaming USING (key)
    """,
    # an employer may go by two names; without a text only the title's own words can lead from one to the other
    "wording_city": """
        SELECT hash(wording, unnest(cities)) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE size = 0
    """,
    # "Remote" in one list is "Remote in USA" in another: the place says too little to be part of a key
    "company_wording": """
        SELECT hash(company_key, wording) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print)
        WHERE size = 0 AND company_key <> ''
    """,
    "reading": """
        SELECT hash(reading, company_key) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE reading <> 0
    """,
    "company_requisition": """
        SELECT hash(company_key, requisition) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE company_key <> '' AND requisition <> ''
    """,
    "requisition_city": """
        SELECT hash(requisition, unnest(cities)) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE requisition <> ''
    """,
    "application": """
        SELECT hash(application) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE application <> ''
    """,
}

ASKED = "CREATE OR REPLACE TEMP TABLE match_keys AS {search}"
ASKED_OF_FEW = (
    "CREATE OR REPLACE TEMP TABLE match_keys AS WITH every AS MATERIALIZED ({search}) "
    "FROM every SEMI JOIN (SELECT key FROM every WHERE is_new) AS asked USING (key)"
)
# What a fingerprint has in common with a new one whose key it shares: looked at first, so that few keys are made.
ALIKE = {
    "company_title_place": ("company_key", "title_core"),
    "company_title_roaming": ("company_key", "title_core"),
    "wording_city": ("wording",),
    "company_wording": ("wording",),
    "reading": ("reading",),
    "company_requisition": ("requisition",),
    "requisition_city": ("requisition",),
    "application": ("application",),
}
NEAR = "(FROM curated.fingerprints SEMI JOIN (SELECT {columns} FROM match_fresh) AS asking USING ({columns})) AS near"
FRESH = """
    CREATE OR REPLACE TEMP TABLE match_fresh AS
    SELECT company_key, title_core, wording, reading, requisition, application
    FROM curated.fingerprints SEMI JOIN match_new USING (print)
"""

SIZES = """
    CREATE OR REPLACE TEMP TABLE match_sizes AS
    SELECT key, count(*) AS prints FROM match_keys GROUP BY key HAVING count(*) > 1
"""

# Pairs of a new fingerprint and any other one under the same key; both new: once.
PAIRS = """
    INSERT INTO match_pairs
    WITH member AS (FROM match_keys SEMI JOIN (SELECT key FROM match_sizes WHERE prints <= {most}) AS s USING (key))
    SELECT DISTINCT least(x.print, y.print) AS a, greatest(x.print, y.print) AS b, 0 AS shared
    FROM member AS x JOIN member AS y ON x.key = y.key
    WHERE x.is_new AND x.print <> y.print AND (NOT y.is_new OR x.print < y.print)
"""


def find_candidates(con: duckdb.DuckDBPyConnection, work_dir: Path, report: MatchReport) -> None:
    """Fill match_candidates(a, b, hint): distinct pairs, a < b, at least one of them in match_new.

    `hint` counts the sampled shingles that led to the pair (0 where only fields did): a lower bound of likeness.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE match_pairs (a UBIGINT, b UBIGINT, shared BIGINT)")
    if count(con, "match_new"):
        # Looking up which keys are asked for costs more than it saves where most fingerprints are new.
        few = 2 * count(con, "match_new") < count(con, "curated.fingerprints")
        text_search.search(con, work_dir, report, few=few and count(con, "match_new") <= LOOKED_UP)
        _search_fields(con, report, few=few)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE match_candidates AS "
        "SELECT a, b, max(shared)::INTEGER AS hint FROM match_pairs GROUP BY a, b"
    )
    con.execute("DROP TABLE match_pairs")
    report.candidates = count(con, "match_candidates")


def _search_fields(con: duckdb.DuckDBPyConnection, report: MatchReport, *, few: bool) -> None:
    if few:
        con.execute(FRESH)
    for name, written in SEARCHES.items():
        search = written
        if few:
            near = NEAR.format(columns=", ".join(ALIKE.get(name, ("company_key",))))
            search = search.replace("curated.fingerprints", near)
        con.execute((ASKED_OF_FEW if few else ASKED).format(search=search))
        con.execute(SIZES)
        report.overflow[name] = count(con, f"(FROM match_sizes WHERE prints > {BLOCK})")
        con.execute(PAIRS.format(most=BLOCK))
    for table in ("match_keys", "match_sizes"):
        con.execute(f"DROP TABLE {table}")


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table of ours."""
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
