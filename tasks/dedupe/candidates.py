"""Which pairs of fingerprints are worth comparing: cheap keys that two postings of one job share.

Text proposes, fields decide. Word 4-grams that few texts hold (light) point at a pair by themselves; those that many
hold (heavy: a company's "about us", a board's footer) only together with a city. Blocks of fields find the pairs whose
texts are missing or rewritten. A key that too many share says nothing and is passed over; that is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.dedupe.report import MatchReport

if TYPE_CHECKING:
    import duckdb

# Measured on jobs_bench and a perturbed million (see docs of matching): recall of candidates .998.
LIGHT = 32  # texts that may hold a light shingle
LIGHT_SHARED = 3
HEAVY_SHARED = 6
HEAVY_SHARE = 0.01  # a shingle in more of all texts than this (and more than HEAVY_LEAST) is nobody's
HEAVY_LEAST = 400
BLOCK = 100  # fingerprints that may share one block key

HELD = """
    CREATE OR REPLACE TEMP TABLE match_held AS
    WITH heard AS (SELECT DISTINCT unnest(shingles) AS h FROM curated.fingerprints SEMI JOIN match_new USING (print)),
    spread AS (SELECT print, unnest(shingles) AS h FROM curated.fingerprints)
    SELECT s.print, s.h FROM spread AS s SEMI JOIN heard USING (h)
"""
COUNTED = """
    CREATE OR REPLACE TEMP TABLE match_counted AS
    SELECT h, count(*) AS texts FROM match_held GROUP BY h HAVING count(*) > 1
"""
LIGHT_KEYS = f"""
    CREATE OR REPLACE TEMP TABLE match_keys AS
    SELECT h::UBIGINT AS key, print FROM match_held SEMI JOIN (SELECT h FROM match_counted WHERE texts <= {LIGHT}) USING (h)
"""
HEAVY_KEYS = f"""
    CREATE OR REPLACE TEMP TABLE match_keys AS
    WITH heavy AS (
        SELECT h FROM match_counted
        WHERE texts > {LIGHT}
          AND texts <= greatest({HEAVY_LEAST}, {HEAVY_SHARE} * (SELECT count(*) FROM curated.fingerprints))
    ), placed AS (
        SELECT print, unnest(cities) AS city FROM curated.fingerprints WHERE len(cities) BETWEEN 1 AND 3
    )
    SELECT hash(s.h, p.city) AS key, s.print
    FROM match_held AS s SEMI JOIN heavy ON heavy.h = s.h JOIN placed AS p ON p.print = s.print
"""

# name of the block -> its keys, one row a key. A posting without a city is blocked under the region or country it has.
BLOCKS = {
    "company_title_place": """
        SELECT hash('t', company_key, title_core, level, unnest(
            CASE WHEN len(cities) > 0 THEN cities WHEN len(regions) > 0 THEN regions
                 WHEN len(countries) > 0 THEN countries ELSE [''] END)) AS key, print
        FROM curated.fingerprints WHERE company_key <> '' AND title_core <> ''
    """,
    "company_requisition": """
        SELECT hash('r', company_key, requisition) AS key, print
        FROM curated.fingerprints WHERE company_key <> '' AND requisition <> ''
    """,
    "requisition_city": """
        SELECT hash('q', requisition, unnest(cities)) AS key, print FROM curated.fingerprints WHERE requisition <> ''
    """,
}

# Pairs of a new fingerprint and any other one under the same key; both new: once.
PAIRS = """
    INSERT INTO match_pairs
    WITH sizes AS (SELECT key FROM match_keys GROUP BY key HAVING count(*) BETWEEN 2 AND {most}),
    member AS (
        SELECT k.key, k.print, n.print IS NOT NULL AS is_new
        FROM match_keys AS k SEMI JOIN sizes USING (key) LEFT JOIN match_new AS n ON n.print = k.print
    )
    SELECT least(x.print, y.print) AS a, greatest(x.print, y.print) AS b, count(*) AS shared, {text} AS by_text
    FROM member AS x JOIN member AS y ON x.key = y.key
    WHERE x.is_new AND x.print <> y.print AND (NOT y.is_new OR x.print < y.print)
    GROUP BY ALL HAVING count(*) >= {least}
"""


def find_candidates(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """Fill match_candidates(a, b, hint): distinct pairs, a < b, at least one of them in match_new.

    `hint` counts the sampled shingles that led to the pair (0 where only a block did): a lower bound of likeness.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE match_pairs (a UBIGINT, b UBIGINT, shared BIGINT, by_text BOOLEAN)")
    con.execute(HELD)
    con.execute(COUNTED)
    for keys, least in ((LIGHT_KEYS, LIGHT_SHARED), (HEAVY_KEYS, HEAVY_SHARED)):
        con.execute(keys)
        con.execute(PAIRS.format(most=LIGHT, least=least, text=True))
    for name, block in BLOCKS.items():
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE match_keys AS
            WITH every AS ({block}) SELECT DISTINCT key, print FROM every
            SEMI JOIN (SELECT key FROM every SEMI JOIN match_new USING (print)) AS asked USING (key)
            """
        )
        report.overflow[name] = _count(con, f"(SELECT key FROM match_keys GROUP BY key HAVING count(*) > {BLOCK})")
        con.execute(PAIRS.format(most=BLOCK, least=1, text=False))
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_candidates AS
        SELECT a, b, coalesce(max(shared) FILTER (by_text), 0)::INTEGER AS hint FROM match_pairs GROUP BY a, b
        """
    )
    report.candidates = _count(con, "match_candidates")
    for table in ("match_pairs", "match_held", "match_counted", "match_keys"):
        con.execute(f"DROP TABLE {table}")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
