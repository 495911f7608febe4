"""What speaks for and against two fingerprints being one job: features with weights, vetoes, grounds.

This file is the whole of the judgement. A veto ends it: however alike the texts, another place, level or requisition is
another job. Without a veto a pair is accepted on one of the grounds; the score (weights times features) only ranks
accepted pairs, so that clusters grow from their surest pairs. Every pair is judged by its two fingerprints alone, never
by what else is in the warehouse: the same pair gets the same verdict whenever it arrives.

The expressions are SQL over x and y (the two fingerprints) or over features named before. Thresholds were set on
gold/jobs_bench (texts, hard negatives) and gold/duplicates (no texts), see the measurements in docs/matching.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.dedupe.report import MatchReport

if TYPE_CHECKING:
    import duckdb


class Named(NamedTuple):
    """A veto or a ground: its name, when it holds, and what it says to a person."""

    name: str
    sql: str
    says: str


class Feature(NamedTuple):
    """A named number from 0 to 1 about a pair, and what it weighs in the score."""

    name: str
    weight: float
    sql: str
    says: str


def _apart(column: str) -> str:
    return f"len(x.{column}) > 0 AND len(y.{column}) > 0 AND NOT list_has_any(x.{column}, y.{column})"


def _differ(column: str, unknown: str) -> str:
    return f"x.{column} <> {unknown} AND y.{column} <> {unknown} AND x.{column} <> y.{column}"


# Order matters: the first that holds is the one that is named.
VETOES = (
    Named("country", _apart("countries"), "the countries differ"),
    Named("city", _apart("cities"), "no city in common"),
    Named("region", _apart("regions"), "the states or provinces differ"),
    Named("level", "x.level <> y.level AND x.level <> 'various' AND y.level <> 'various'", "the titles' levels differ"),
    Named("grade", _differ("grade", "0"), "the grades of the ladder differ (II, III)"),
    Named("requisition", _differ("requisition", "''"), "the employer's requisition numbers differ"),
    Named("year", _differ("years", "''"), "the titles name different years"),
    Named("season", _differ("seasons", "''"), "the titles name different seasons"),
)

# Known from the fields alone; computed for every candidate that no veto ends.
FIELD_FEATURES = (
    Feature("company_equal", 0.2, "x.company_key <> '' AND x.company_key = y.company_key", "the same employer"),
    Feature(
        "company_alike",
        0.0,
        """x.company_key <> '' AND y.company_key <> '' AND (
             (least(length(x.company_key), length(y.company_key)) > 3 AND (
                starts_with(x.company_key, y.company_key) OR starts_with(y.company_key, x.company_key)
                OR ends_with(x.company_key, y.company_key) OR ends_with(y.company_key, x.company_key)))
             OR x.company_key = y.company_short OR y.company_key = x.company_short
             OR jaro_winkler_similarity(x.company_key, y.company_key) >= 0.93)""",
        "one name begins or ends the other, is its acronym, or is spelled almost alike",
    ),
    Feature("company_unknown", 0.0, "x.company_key = '' OR y.company_key = ''", "an employer is not named"),
    Feature("place_known", 0.15, "len(x.cities) > 0 AND len(y.cities) > 0", "both name the city"),
    Feature("place_equal", 0.0, "x.cities = y.cities AND x.regions = y.regions", "the same places, word for word"),
    Feature("requisition_equal", 0.3, "x.requisition <> '' AND x.requisition = y.requisition", "the same requisition"),
    Feature("grade_equal", 0.0, "x.grade = y.grade", "the same grade, or none on both sides"),
    Feature("term_equal", 0.0, "x.years = y.years AND x.seasons = y.seasons", "the same term, or none on both sides"),
    Feature(
        "title_overlap",
        0.0,
        "len(list_intersect(x.title_words, y.title_words)) / greatest(1, least(len(x.title_words), len(y.title_words)))",
        "share of the shorter title's words in the other",
    ),
    Feature(
        "title_equal",
        0.1,
        "len(list_intersect(x.title_words, y.title_words)) / greatest(1, len(x.title_words), len(y.title_words))",
        "share of the longer title's words in the other",
    ),
)

TEXT_FEATURES = (
    Feature("text_contained", 1.0, "shared / greatest(1, least(x_size, y_size))", "share of the shorter text in the other"),
    Feature("text_equal", 0.1, "shared / greatest(1, x_size + y_size - shared)", "share of both texts that is common"),
)

# Between a member and its job's representative, who may have come together over a third: less is asked than of a pair.
RESEMBLES = "veto IS NULL AND (ground IS NOT NULL OR title_overlap >= 0.5 AND (text_contained >= 0.3 OR least(x_size, y_size) = 0))"

COMPATIBLE = "(company_equal = 1 OR company_alike = 1 OR company_unknown = 1)"
GROUNDS = (
    Named(
        "requisition",
        f"requisition_equal = 1 AND {COMPATIBLE} AND (title_overlap >= 0.5 OR text_contained >= 0.3)",
        "the same requisition number of a compatible employer, with a title or a text that is not at odds",
    ),
    Named(
        "text",
        f"""{COMPATIBLE} AND shared >= 2
            AND text_contained >= CASE WHEN company_unknown = 1 OR place_known = 0 THEN 0.7 ELSE 0.6 END
            AND (title_equal >= 0.99 OR (title_overlap >= 0.99 AND text_contained >= 0.8 AND text_equal >= 0.4))""",
        "a compatible employer, the same title, and one text holds most of the other; nearly all where a title says more",
    ),
    Named(
        "fields_and_text",
        "company_equal = 1 AND place_known = 1 AND title_equal >= 0.99 AND text_contained >= 0.5 AND shared >= 1",
        "the same employer, city and title, and half of the text",
    ),
    Named(
        "fields",
        """company_equal = 1 AND title_equal >= 0.99 AND least(x_size, y_size) = 0 AND grade_equal = 1 AND term_equal = 1
            AND (place_known = 1 OR place_equal = 1)""",
        "the same employer, place, title, grade and term, where a text is missing",
    ),
    Named(
        "text_of_another_name",
        "title_equal >= 0.99 AND place_known = 1 AND text_contained >= 0.75 AND shared >= 6",
        "nearly the whole text and the title in the same city under an unrelated name: an agency or a brand",
    ),
)


def _case(named: tuple[Named, ...]) -> str:
    return "CASE " + " ".join(f"WHEN {n.sql} THEN '{n.name}'" for n in named) + " END"


def _columns(features: tuple[Feature, ...]) -> str:
    return ", ".join(f"({f.sql})::FLOAT AS {f.name}" for f in features)


def score_sql() -> str:
    """The weighted sum of all features as SQL over their names."""
    return " + ".join(f"{f.weight} * {f.name}" for f in (*FIELD_FEATURES, *TEXT_FEATURES) if f.weight)


def evidence_map(prefix: str = "") -> str:
    """A MAP of all features that are not zero, as SQL."""
    names = [f.name for f in (*FIELD_FEATURES, *TEXT_FEATURES)]
    entries = ", ".join(f"{{'key': '{n}', 'value': round({prefix}{n}::DOUBLE, 3)}}" for n in names)
    return f"map_from_entries(list_filter([{entries}], lambda e: e.value > 0))"


def weigh(con: duckdb.DuckDBPyConnection, pairs: str, into: str) -> None:
    """Judge every row (a, b, hint) of table `pairs`: table `into` gets a, b, veto, ground, score and all features.

    Features are NULL where a veto ended the judgement; `shared`, `x_size`, `y_size` count sampled shingles, and `hint`
    is what the search for candidates already knew to be shared.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE match_met AS
        WITH known AS (
            SELECT print, company_key, company_short, string_split(title_core, ' ') AS title_words, level, grade, years,
                   seasons, cities, regions, countries, requisition, len(shingles) AS size
            FROM curated.fingerprints SEMI JOIN (SELECT a AS print FROM {pairs} UNION SELECT b FROM {pairs}) USING (print)
        ), met AS (
            SELECT p.a, p.b, p.hint, x, y FROM {pairs} AS p JOIN known AS x ON x.print = p.a JOIN known AS y ON y.print = p.b
        )
        SELECT a, b, hint, x.size AS x_size, y.size AS y_size, {_case(VETOES)} AS veto,
               CASE WHEN veto IS NULL THEN {{{", ".join(f"'{f.name}': ({f.sql})::FLOAT" for f in FIELD_FEATURES)}}} END AS f
        FROM met
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {into} AS
        WITH texts AS (
            SELECT print, shingles FROM curated.fingerprints
            SEMI JOIN (SELECT a AS print FROM match_met WHERE veto IS NULL
                       UNION SELECT b FROM match_met WHERE veto IS NULL) USING (print)
        ), counted AS (
            SELECT m.a, m.b, m.veto, m.hint, m.x_size, m.y_size, {", ".join(f"f.{f.name} AS {f.name}" for f in FIELD_FEATURES)},
                   len(list_intersect(x.shingles, y.shingles)) AS shared
            FROM match_met AS m LEFT JOIN texts AS x ON x.print = m.a AND m.veto IS NULL
                 LEFT JOIN texts AS y ON y.print = m.b AND m.veto IS NULL
        ), weighed AS (SELECT *, {_columns(TEXT_FEATURES)} FROM counted)
        SELECT *, CASE WHEN veto IS NULL THEN {_case(GROUNDS)} END AS ground,
               round(({score_sql()})::DOUBLE, 5)::FLOAT AS score
        FROM weighed
        """
    )
    con.execute("DROP TABLE match_met")


def count_vetoes(con: duckdb.DuckDBPyConnection, table: str, report: MatchReport) -> None:
    """Note in the report how many pairs each veto ended."""
    report.vetoed = dict(
        con.execute(f"SELECT veto, count(*) FROM {table} WHERE veto IS NOT NULL GROUP BY veto ORDER BY veto").fetchall()
    )
