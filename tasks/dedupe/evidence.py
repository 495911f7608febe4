"""What speaks for and against two fingerprints being one job: features with weights, vetoes, grounds.

This file is the whole of the judgement. A veto ends it: however alike the texts, another place, level or requisition is
another job. Without a veto a pair is accepted on one of the grounds; the score (weights times features) only ranks
accepted pairs, so that clusters grow from their surest pairs. Every pair is judged by its two fingerprints alone, never
by what else is in the warehouse: the same pair gets the same verdict whenever it arrives.

The expressions are SQL over x and y (the two fingerprints) or over features named before. Thresholds were set on
gold/jobs_bench (texts, hard negatives: P .999, R .991 on what can be told apart) and gold/duplicates (no texts: P .962,
R .599 for all pairs, .963 and .682 across sources). There, a gradient-boosted scorer over 60 features, context included
and tried on employers that it had not seen, comes to .593 at P .97, .614 at .95 and .653 at .90 of all pairs: half of the
true pairs read the same, and of those in which one source writes the place in two ways six in ten are two openings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.dedupe.common_text import count_common

if TYPE_CHECKING:
    import duckdb

    from tasks.dedupe.report import MatchReport


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


def _crossing(column: str) -> str:
    mine, yours = f"x.{column}", f"y.{column}"
    half = f"len(x.roles) > 0 AND len(y.roles) > 0 AND 2 * len(list_intersect({mine}, {yours})) >= greatest(len({mine}), len({yours}))"
    return f"""len({mine}) > 1 AND len({yours}) > 1 AND NOT list_has_all({mine}, {yours}) AND NOT list_has_all({yours}, {mine})
               AND NOT ({half})"""


def _no_common(column: str) -> str:
    mine, yours = f"x.{column}", f"y.{column}"
    several = (
        f"contains({mine} || {yours}, '/') AND list_has_any(string_split({mine}, '/'), string_split({yours}, '/'))"
    )
    return f"{mine} <> {yours} AND NOT ({several}) AND NOT ({OPEN})"


def _differ(column: str, unknown: str) -> str:
    return f"x.{column} <> {unknown} AND y.{column} <> {unknown} AND x.{column} <> y.{column}"


# Two notices (postings whose source lists no title: their roles were read out of a text) of several roles, or of which one
# names none: the levels that they name are those of some role, and the next month's list has them otherwise.
OPEN = """len(x.roles) > 0 AND len(y.roles) > 0
          AND (list_contains(x.roles, '') OR list_contains(y.roles, '') OR len(x.roles) > 1 AND len(y.roles) > 1)"""
LONG_AGO = 90  # days

# Order matters: the first that holds is the one that is named.
VETOES = (
    Named("country", _apart("countries"), "the countries differ"),
    Named("city", _apart("cities"), "no city in common"),
    Named(
        "cities", _crossing("cities"), "each names a city that the other does not; of two notices, in more than half"
    ),
    Named("region", _apart("regions"), "the states or provinces differ"),
    Named("level", _no_common("level"), "the titles' levels differ; none is a level too"),
    Named("grade", _no_common("grade"), "the grades of the ladder differ (II, III); none is a grade too"),
    Named("requisition", _differ("requisition", "''"), "the employer's requisition numbers differ"),
    Named("year", _differ("years", "''"), "the titles name different years"),
    Named("season", _differ("seasons", "''"), "the titles name different seasons"),
    # with texts it may be one ad put up anew; a list that links to two pages of one system shows two openings
    Named(
        "application",
        """least(x.size, y.size) = 0 AND x.application <> '' AND y.application <> '' AND x.application <> y.application
           AND split_part(x.application, ' ', 1) = split_part(y.application, ' ', 1)""",
        "without texts, and one applicant system gives them two numbers",
    ),
    Named(
        "long_ago",
        f"x.reading <> y.reading AND least(x.size, y.size) = 0 AND abs(x.posted_on - y.posted_on) > {LONG_AGO}",
        "without texts, posted too long apart to be one opening written in two ways",
    ),
)

# Without these no ground below can hold, so that texts need not be compared: most pairs that share a city and an
# employer's "about us" end here.
UNPROMISING = """title_common < least(len(x.title_words), len(y.title_words)) AND roles_common = 0
                 AND NOT (x.requisition <> '' AND x.requisition = y.requisition)
                 AND NOT (x.application <> '' AND x.application = y.application)"""
TITLE_COMMON = """CASE WHEN x.title_core = y.title_core THEN len(x.title_words)
                       ELSE len(list_intersect(x.title_words, y.title_words)) END"""
# Of two notices: how many roles of the shorter list the other one has too, one of them perhaps in more words. A notice that
# names no role may mean any of them. Half a role is what may be one: two notices name one each, one of them in more words,
# or one wants "engineers" of whatever kind and the other one of some kind.
SAME_ROLE = """r = s OR r <> 'engineer' AND s <> 'engineer' AND (list_has_all(string_split(r, ' '), string_split(s, ' '))
                                                               OR list_has_all(string_split(s, ' '), string_split(r, ' ')))"""
ENGINEERS = "list_contains(string_split(array_to_string({}.roles, ' '), ' '), 'engineer')"
ROLES_COMMON = f"""CASE WHEN len(x.roles) = 0 OR len(y.roles) = 0 THEN 0
    WHEN x.roles = y.roles THEN len(x.roles) WHEN list_contains(x.roles, '') OR list_contains(y.roles, '') THEN 1
    WHEN len(x.roles) = 1 AND len(y.roles) = 1
    THEN CASE WHEN title_common >= least(len(x.title_words), len(y.title_words)) THEN 0.5 ELSE 0 END
    ELSE greatest(
        len(list_filter(CASE WHEN len(x.roles) <= len(y.roles) THEN x.roles ELSE y.roles END, lambda r: len(list_filter(
            CASE WHEN len(x.roles) <= len(y.roles) THEN y.roles ELSE x.roles END, lambda s: {SAME_ROLE})) > 0)),
        CASE WHEN list_contains(x.roles, 'engineer') AND {ENGINEERS.format("y")}
               OR list_contains(y.roles, 'engineer') AND {ENGINEERS.format("x")} THEN 0.5 ELSE 0 END) END"""

# Known from the fields alone; computed for every candidate that no veto ends.
FIELD_FEATURES = (
    Feature("company_equal", 0.2, "x.company_key <> '' AND x.company_key = y.company_key", "the same employer"),
    Feature(
        "company_acronym",
        0.0,
        """x.company_key <> '' AND y.company_key <> ''
           AND (x.company_key = y.company_short OR y.company_key = x.company_short)""",
        "one name is the acronym of the other",
    ),
    Feature(
        "company_part",
        0.0,
        "list_contains(x.company_parts, y.company_key) OR list_contains(y.company_parts, x.company_key)",
        "the words of one name begin or end the other",
    ),
    Feature(
        "company_near",
        0.0,
        """x.company_key <> '' AND y.company_key <> '' AND x.company_key <> y.company_key
           AND jaro_winkler_similarity(x.company_key, y.company_key) >= 0.93""",
        "the names are spelled almost alike",
    ),
    Feature("company_unknown", 0.0, "x.company_key = '' OR y.company_key = ''", "an employer is not named"),
    Feature("place_known", 0.15, "len(x.cities) > 0 AND len(y.cities) > 0", "both name the city"),
    Feature(
        "place_unsaid",
        0.0,
        "len(x.cities) + len(x.regions) + len(x.countries) = 0 OR len(y.cities) + len(y.regions) + len(y.countries) = 0",
        "one side says nothing of the place",
    ),
    Feature("place_equal", 0.0, "x.cities = y.cities AND x.regions = y.regions", "the same places, word for word"),
    Feature("requisition_equal", 0.6, "x.requisition <> '' AND x.requisition = y.requisition", "the same requisition"),
    Feature(
        "application_equal", 0.6, "x.application <> '' AND x.application = y.application", "the same page to apply on"
    ),
    Feature("grade_equal", 0.0, "x.grade = y.grade", "the same grade, or none on both sides"),
    Feature(
        "head_equal", 0.0, "x.title_head = y.title_head", "the titles are the same up to the first dash or bracket"
    ),
    Feature("wording_equal", 0.1, "x.wording = y.wording", "the titles are made of the same words, in any order"),
    Feature("reading_equal", 0.1, "x.reading <> 0 AND x.reading = y.reading", "title and places read the same"),
    Feature("term_equal", 0.0, "x.years = y.years AND x.seasons = y.seasons", "the same term, or none on both sides"),
    Feature(
        "title_overlap",
        0.0,
        "title_common / greatest(1, least(len(x.title_words), len(y.title_words)))",
        "share of the shorter title's words in the other",
    ),
    Feature(
        "title_equal",
        0.1,
        "title_common / greatest(1, len(x.title_words), len(y.title_words))",
        "share of the longer title's words in the other",
    ),
    Feature(
        "roles_shared",
        0.0,
        "floor(roles_common) / greatest(1, least(len(x.roles), len(y.roles)))",
        "share of the roles of the shorter of two notices in the other",
    ),
    Feature("roles_perhaps", 0.0, "roles_common = 0.5", "of two notices, a role of one may be a role of the other"),
)

TEXT_FEATURES = (
    Feature(
        "text_contained", 1.0, "shared / greatest(1, least(x_size, y_size))", "share of the shorter text in the other"
    ),
    Feature("text_equal", 0.1, "shared / greatest(1, x_size + y_size - shared)", "share of both texts that is common"),
)

COMPATIBLE = "(company_equal = 1 OR company_acronym = 1 OR company_part = 1 OR company_near = 1 OR company_unknown = 1)"
# Between a member and its job's representative, who may have come together over a third: less is asked than of a pair.
# Two whole texts of one employer share a fifth to a quarter by what it says of itself alone. Where no text speaks, the
# employers must: "Acme" and "Robotics Nord" are not one because "Acme Robotics" and "Robotics" stand between them.
RESEMBLES = f"""veto IS NULL AND (ground IS NOT NULL OR (title_overlap >= 0.5 OR roles_shared > 0 OR roles_perhaps = 1) AND (
    text_equal >= 0.28 OR least(x_size, y_size) = 0 AND {COMPATIBLE}
    OR text_contained >= 0.5 AND least(x_size, y_size) < 0.4 * greatest(x_size, y_size)))"""

TEXTLESS = "least(x_size, y_size) = 0"
EMPLOYER = "(company_equal = 1 OR company_acronym = 1 OR company_part = 1 OR company_near = 1)"
GROUNDS = (
    Named(
        "requisition",
        f"requisition_equal = 1 AND {COMPATIBLE} AND (title_overlap >= 0.5 OR text_contained >= 0.3)",
        "the same requisition number of a compatible employer, with a title or a text that is not at odds",
    ),
    Named(
        "application",
        f"application_equal = 1 AND (title_equal >= 0.99 OR {COMPATIBLE} AND (title_overlap >= 0.5 OR text_contained >= 0.3))",
        "the same page to apply on, and the same title, or a compatible employer and a title or text that is not at odds",
    ),
    Named(
        "text",
        f"""{COMPATIBLE} AND shared >= 2
            AND text_contained >= CASE WHEN place_known = 0 THEN 0.7 ELSE 0.6 END
            AND (title_equal >= 0.99 OR (title_overlap >= 0.99 AND text_contained >= 0.85 AND text_equal >= 0.7))""",
        "a compatible employer, the same title, and one text holds most of the other; nearly all where a title says more",
    ),
    Named(
        "text_and_head",
        """company_equal = 1 AND place_known = 1 AND head_equal = 1 AND title_overlap >= 0.99 AND shared >= 3
            AND text_contained >= 0.9""",
        "the same employer and city, one title names a team besides, and one text holds nearly all of the other",
    ),
    Named(
        "fields_and_text",
        """company_equal = 1 AND place_known = 1 AND title_equal >= 0.99 AND text_contained >= 0.5 AND shared >= 1
            AND (text_equal >= 0.3 OR least(x_size, y_size) < least(12, 0.45 * greatest(x_size, y_size)))""",
        "the same employer, city and title, and half of the text: three tenths of both, unless one is too short to tell",
    ),
    Named(
        "fields",
        f"""{TEXTLESS} AND company_equal = 1 AND wording_equal = 1 AND grade_equal = 1 AND term_equal = 1
            AND (place_known = 1 OR place_equal = 1 OR place_unsaid = 1 OR reading_equal = 1)""",
        "where a text is missing: the same employer, the same words in the title, and a place in common or unsaid",
    ),
    Named(
        "fields_of_an_alias",
        f"""{TEXTLESS} AND wording_equal = 1 AND grade_equal = 1 AND place_equal = 1 AND place_known = 1
            AND (company_acronym = 1 OR company_part = 1)""",
        "the same places and words of the title under an acronym or a part of the name",
    ),
    Named(
        "notice",
        f"""{EMPLOYER} AND (roles_shared > 0 AND shared >= 2 AND text_contained >= 0.6 AND text_equal >= 0.4
            OR roles_shared >= 0.5 AND shared >= 3 AND text_contained >= 0.7 AND least(x_size, y_size) < 0.5 * greatest(x_size, y_size)
            OR roles_perhaps = 1 AND shared >= 3 AND text_contained >= 0.8 AND text_equal >= 0.65
            OR roles_shared = 1 AND place_known = 1 AND text_contained >= 0.4 AND text_equal >= 0.2
               AND shared >= 1 AND least(x_size, y_size) < 12)""",
        "two notices of a compatible employer, a role in common or unsaid, and most of the text",
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


HIGHEST = round(sum(f.weight for f in (*FIELD_FEATURES, *TEXT_FEATURES)), 2)  # the score of what agrees in everything


def evidence_map(prefix: str = "") -> str:
    """A MAP of all features that are not zero, as SQL."""
    names = [f.name for f in (*FIELD_FEATURES, *TEXT_FEATURES)]
    entries = ", ".join(f"{{'key': '{n}', 'value': round({prefix}{n}::DOUBLE, 3)}}" for n in names)
    return f"map_from_entries(list_filter([{entries}], lambda e: e.value > 0))"


def weigh(con: duckdb.DuckDBPyConnection, pairs: str, into: str, *, about: str = "curated.fingerprints") -> None:
    """Judge every row (a, b, hint) of table `pairs`: table `into` gets a, b, veto, ground, score and all features.
    What is known `about` them is read there.

    Features are NULL where a veto ended the judgement. `x_size`, `y_size` count sampled shingles, `shared` those in common, and `hint` is what the search for
    candidates already knew of that.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE match_known AS
        SELECT print, company_key, company_short, company_parts, title_core, title_head, wording, reading, posted_on, roles, level, grade, years, seasons,
               string_split(title_core, ' ') AS title_words, cities, regions, countries, requisition, application, size
        FROM {about} SEMI JOIN (SELECT a AS print FROM {pairs} UNION SELECT b FROM {pairs}) USING (print)
        """
    )
    fields = ", ".join(f"CASE WHEN veto IS NULL THEN ({f.sql})::FLOAT END AS {f.name}" for f in FIELD_FEATURES)
    # Step by step: an alias that another expression of one SELECT uses is written out there, and again where that one is
    # used. So written, the same query took 0.7 seconds to plan, however few the pairs.
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE match_met AS
        WITH pair AS (
            SELECT a, b, hint, x, y, {_case(VETOES)} AS differs
            FROM {pairs} JOIN match_known AS x ON x.print = a JOIN match_known AS y ON y.print = b
        ), titled AS (SELECT *, CASE WHEN differs IS NULL THEN {TITLE_COMMON} END AS title_common FROM pair),
        listed AS (SELECT *, CASE WHEN differs IS NULL THEN {ROLES_COMMON} END AS roles_common FROM titled),
        judged AS (SELECT *, CASE WHEN differs IS NULL AND {UNPROMISING} THEN 'title' ELSE differs END AS veto FROM listed)
        SELECT a, b, hint, x.size AS x_size, y.size AS y_size, veto, {fields} FROM judged
        """
    )
    count_common(con)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {into} AS
        WITH counted AS (
            SELECT m.*, CASE WHEN veto IS NULL THEN coalesce(shared, 0) END AS shared
            FROM match_met AS m LEFT JOIN match_common AS c ON c.a = m.a AND c.b = m.b
        ), weighed AS (SELECT *, {_columns(TEXT_FEATURES)} FROM counted)
        SELECT *, CASE WHEN veto IS NULL THEN {_case(GROUNDS)} END AS ground,
               round(({score_sql()})::DOUBLE, 5)::FLOAT AS score
        FROM weighed
        """
    )
    for table in ("match_known", "match_met", "match_common"):
        con.execute(f"DROP TABLE {table}")


def count_vetoes(con: duckdb.DuckDBPyConnection, table: str, report: MatchReport) -> None:
    """Note in the report how many pairs each veto ended."""
    report.vetoed = dict(
        con.execute(f"SELECT veto, count(*) FROM {table} WHERE veto IS NOT NULL GROUP BY veto ORDER BY veto").fetchall()
    )
