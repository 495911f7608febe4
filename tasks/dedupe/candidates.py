"""Which pairs of fingerprints are worth comparing: cheap keys that two postings of one job share.

Text proposes, fields decide: a word 4-gram is a key only together with the city and the level, because a pair that
differs in those is not one job however alike its texts (three in four pairs of alike texts, on jobs_bench). Postings
without a city meet all others under the 4-gram alone, if few texts hold it. Blocks of fields find the pairs whose texts
are missing or rewritten. A key that too many share says nothing and is passed over; that is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport

# Measured on jobs_bench: more than 32 texts under a key are boilerplate, and three shared keys find .998 of the pairs.
MOST_TEXTS = 32
LEAST_SHARED = 3
LONG = 32  # sampled shingles from which a text is long: every other one of them is enough, at half the cost
SCANT = 12  # below so many, chance may leave a text without its three: two will do
SCANT_SHARED = 2
BLOCK = 100  # fingerprints that may share one key of fields
CITIES = 5  # a posting in more places than this meets others like one without a city
SAMPLE = 16  # one shingle in so many looks for the same ad in other places: for the audit, not for merging

PLACED = f"""
    CREATE OR REPLACE TEMP TABLE match_placed AS
    SELECT print, len(cities) BETWEEN 1 AND {CITIES} AND NOT contains(level, '/') AND level <> '' AS placed, n.print IS NOT NULL AS is_new,
           len(shingles) < {SCANT} AS scant,
           unnest(CASE WHEN len(cities) BETWEEN 1 AND {CITIES} AND NOT contains(level, '/') AND level <> ''
                       THEN list_transform(cities, lambda c: hash(c, level)) ELSE [0::UBIGINT] END) AS place
    FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE len(shingles) > 0
"""
SPREAD = f"""
    SELECT print, unnest(CASE WHEN len(shingles) < {LONG} THEN shingles
                              ELSE list_filter(shingles, lambda h: h % 2 = 0) END) AS h FROM curated.fingerprints
"""
SPREAD_ALL = f"CREATE OR REPLACE TEMP VIEW match_spread AS {SPREAD}"
SPREAD_ASKED = f"""
    CREATE OR REPLACE TEMP TABLE match_spread AS
    WITH spread AS ({SPREAD})
    FROM spread SEMI JOIN (SELECT DISTINCT h FROM spread SEMI JOIN match_new USING (print)) AS heard USING (h)
"""

# Every search is a set of (key, print, is_new, scant) rows.
SEARCHES = {
    "text_and_city": """
        SELECT hash(h, p.place) AS key, print, is_new, scant
        FROM match_spread JOIN match_placed AS p USING (print) WHERE placed
    """,
    # at least one side without a city: shingles that no such text holds cannot make a pair
    "text_without_city": """
        SELECT h::UBIGINT AS key, print, is_new, scant FROM match_spread
        SEMI JOIN (
            SELECT DISTINCT h FROM match_spread SEMI JOIN (FROM match_placed WHERE NOT placed) AS p USING (print)
        ) AS roaming USING (h)
        JOIN (SELECT DISTINCT print, is_new, scant FROM match_placed) USING (print)
    """,
    "text_elsewhere": f"""
        SELECT h::UBIGINT AS key, print, is_new, true AS scant
        FROM match_spread JOIN (SELECT DISTINCT print, is_new FROM match_placed) USING (print) WHERE h % {SAMPLE} = 0
    """,
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
        WHERE company_key <> '' AND len(roles) > 0 AND len(shingles) > 0
    """,
    # who names no city has to meet all who name one, however many texts are alike: else it meets only its own kind, and
    # those of many openings become one
    "company_title_roaming": """
        WITH block AS (
            SELECT hash(company_key, title_core, level) AS key, print, n.print IS NOT NULL AS is_new, len(cities) = 0 AS roams
            FROM curated.fingerprints LEFT JOIN match_new AS n USING (print)
            WHERE company_key <> '' AND title_core <> '' AND len(shingles) > 0
        )
        SELECT key, print, is_new FROM block SEMI JOIN (SELECT key FROM block WHERE roams) AS roaming USING (key)
    """,
    # an employer may go by two names; without a text only the title's own words can lead from one to the other
    "wording_city": """
        SELECT hash(wording, unnest(cities)) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print) WHERE len(shingles) = 0
    """,
    # "Remote" in one list is "Remote in USA" in another: the place says too little to be part of a key
    "company_wording": """
        SELECT hash(company_key, wording) AS key, print, n.print IS NOT NULL AS is_new
        FROM curated.fingerprints LEFT JOIN match_new AS n USING (print)
        WHERE len(shingles) = 0 AND company_key <> ''
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
}
TEXTS = ("text_and_city", "text_without_city", "text_elsewhere")
LEAST = f"CASE WHEN bool_or(x.scant OR y.scant) THEN {SCANT_SHARED} ELSE {LEAST_SHARED} END"

ASKED = "CREATE OR REPLACE TEMP TABLE match_keys AS {search}"
ASKED_OF_FEW = (
    "CREATE OR REPLACE TEMP TABLE match_keys AS WITH every AS ({search}) "
    "FROM every SEMI JOIN (SELECT key FROM every WHERE is_new) AS asked USING (key)"
)

SIZES = """
    CREATE OR REPLACE TEMP TABLE match_sizes AS
    SELECT key, count(*) AS prints FROM match_keys GROUP BY key HAVING count(*) > 1
"""

# Pairs of a new fingerprint and any other one under the same key; both new: once.
PAIRS = """
    INSERT INTO match_pairs
    WITH member AS (FROM match_keys SEMI JOIN (SELECT key FROM match_sizes WHERE prints <= {most}) AS s USING (key))
    SELECT least(x.print, y.print) AS a, greatest(x.print, y.print) AS b, {shared} AS shared
    FROM member AS x JOIN member AS y ON x.key = y.key
    WHERE x.is_new AND x.print <> y.print AND (NOT y.is_new OR x.print < y.print)
    GROUP BY ALL HAVING count(*) >= {least}
"""


def find_candidates(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    """Fill match_candidates(a, b, hint): distinct pairs, a < b, at least one of them in match_new.

    `hint` counts the sampled shingles that led to the pair (0 where only fields did): a lower bound of likeness.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE match_pairs (a UBIGINT, b UBIGINT, shared BIGINT)")
    if count(con, "match_new"):
        _search(con, report)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE match_candidates AS "
        "SELECT a, b, max(shared)::INTEGER AS hint FROM match_pairs GROUP BY a, b"
    )
    con.execute("DROP TABLE match_pairs")
    report.candidates = count(con, "match_candidates")


def _search(con: duckdb.DuckDBPyConnection, report: MatchReport) -> None:
    # Looking up which keys are asked for costs more than it saves where most fingerprints are new.
    mostly_new = 2 * count(con, "match_new") > count(con, "curated.fingerprints")
    con.execute(PLACED)
    con.execute(SPREAD_ALL if mostly_new else SPREAD_ASKED)
    for name, search in SEARCHES.items():
        con.execute((ASKED if mostly_new else ASKED_OF_FEW).format(search=search))
        con.execute(SIZES)
        most = MOST_TEXTS if name in TEXTS else BLOCK
        report.overflow[name] = count(con, f"(FROM match_sizes WHERE prints > {most})")
        shared = {"text_elsewhere": f"{SAMPLE} * count(*)"}.get(name, "count(*)" if name in TEXTS else "0")
        con.execute(PAIRS.format(most=most, least=LEAST if name in TEXTS else 1, shared=shared))
    con.execute("DROP VIEW match_spread" if mostly_new else "DROP TABLE match_spread")
    for table in ("match_placed", "match_keys", "match_sizes"):
        con.execute(f"DROP TABLE {table}")


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table of ours."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
