"""Counting: intervals against published values, definitions by example, and laws over random postings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.dictionary import create_all
from warehouse.marts_build import TABLES, build_marts, definitions

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'America/New_York'")  # months must not depend on the session
        create_all(connection)
        yield connection


def add(con: duckdb.DuckDBPyConnection, number: int, **values: Any) -> str:
    """Insert a posting; only what a test is about needs saying. Returns its id."""
    row: dict[str, Any] = {
        "posting_id": f"p{number:04d}",
        "raw_id": f"r{number}",
        "content_id": "c",
        "source": "here",
        "source_file": "f",
        "posted_on": "2020-02-10",
        "first_seen": "2020-02-11T00:00:00Z",
        "last_seen": "2020-04-01T00:00:00Z",
        "rulebook_version": "v",
        **values,
    }
    con.execute(
        f"INSERT INTO curated.postings BY NAME SELECT {', '.join(f'? AS {name}' for name in row)}", list(row.values())
    )
    return str(row["posting_id"])


def meets(con: duckdb.DuckDBPyConnection, posting: str) -> set[str]:
    rows = con.execute("SELECT definition FROM marts.posting_definitions WHERE posting_id = ?", [posting]).fetchall()
    assert len(rows) == len({r[0] for r in rows})
    return {r[0] for r in rows}


# R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3; 5 of 10 and 10 of 10 by hand.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_agrees_with_published_values(
    con: duckdb.DuckDBPyConnection, k: int, n: int, low: float, high: float
) -> None:
    row = con.execute("SELECT marts.wilson_low(?, ?), marts.wilson_high(?, ?)", [k, n, k, n]).fetchone()
    assert row == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_is_null(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("SELECT marts.wilson_low(0, 0), marts.wilson_high(0, 0)").fetchone() == (None, None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 10**9), st.floats(0, 1))
def test_wilson_holds_the_share_inside(con: duckdb.DuckDBPyConnection, n: int, part: float) -> None:
    k = round(n * part)
    low, high = con.execute("SELECT marts.wilson_low(?, ?), marts.wilson_high(?, ?)", [k, n, k, n]).fetchone() or (9, 9)
    assert 0 <= low <= k / n <= high <= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We do deep learning here", True),
        ("DEEP LEARNING", True),
        ("Deep-Learning engineer", True),
        ("deep\nlearning", True),
        ("deep\u00a0learning", True),
        ("deep\u2011learning", True),
        ("a deep, learning culture", False),
        ("knee-deep learningful", False),
        ("indeep learning", False),
        ("deeplearning.ai", False),
        ("neural networks in PyTorch", False),
        (None, False),
    ],
)
@pytest.mark.parametrize("column", ["title", "description"])
def test_strict_is_the_phrase_in_title_or_text(
    con: duckdb.DuckDBPyConnection, text: str | None, said: bool, column: str
) -> None:
    posting = add(con, 1, **{column: text})
    build_marts(con)
    assert ("deep_learning_strict" in meets(con, posting)) is said


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"all"}),
        ({"deep_learning": True}, {"all", "deep_learning_frameworks", "machine_learning"}),
        ({"machine_learning": True}, {"all", "machine_learning"}),
        (
            {"title": "Deep Learning Engineer"},
            {"all", "deep_learning_strict", "deep_learning_frameworks", "machine_learning"},
        ),
        ({"description": "machine learning"}, {"all", "machine_learning", "machine_learning_strict"}),
        ({"role_family": "frontend_engineer"}, {"all", "software", "web_frontend"}),
        ({"technologies": ["react", "python"]}, {"all", "web_frontend", "python"}),
        ({"technologies": []}, {"all"}),
        ({"role_family": "devops_sre", "technologies": ["docker", "kubernetes"]}, {"all", "software", "devops"}),
        ({"role_family": "elections_admin"}, {"all"}),
    ],
)
def test_a_posting_meets_what_its_terms_say(
    con: duckdb.DuckDBPyConnection, values: dict[str, Any], expected: set[str]
) -> None:
    posting = add(con, 1, **values)
    build_marts(con)
    assert meets(con, posting) == expected


def test_month_is_posted_on_else_first_seen_in_utc(con: duckdb.DuckDBPyConnection) -> None:
    add(con, 1, posted_on="2020-01-31")
    add(con, 2, posted_on=None, first_seen="2020-03-01T00:30:00Z")
    build_marts(con)
    rows = con.execute("SELECT month FROM marts.postings_monthly WHERE definition = 'all' ORDER BY 1").fetchall()
    assert rows == [(date(2020, 1, 1),), (date(2020, 3, 1),)]


def test_a_job_counts_once_where_its_first_posting_stands(con: duckdb.DuckDBPyConnection) -> None:
    add(con, 1, job_id="j", posted_on="2020-02-01", source="board", deep_learning=False)
    add(con, 2, job_id="j", posted_on="2020-04-01", source="employer", deep_learning=True)
    add(con, 3, job_id=None, posted_on="2020-04-02")
    build_marts(con)
    rows = con.execute(
        """SELECT month, source, definition, new_postings, new_jobs FROM marts.postings_monthly
        WHERE definition IN ('all', 'deep_learning_frameworks') ORDER BY ALL"""
    ).fetchall()
    assert rows == [
        (date(2020, 2, 1), "board", "all", 1, 1),
        (date(2020, 2, 1), "board", "deep_learning_frameworks", 0, 1),
        (date(2020, 4, 1), "employer", "all", 1, 0),
        (date(2020, 4, 1), "employer", "deep_learning_frameworks", 1, 0),
        (date(2020, 4, 1), "here", "all", 1, 1),
    ]


@pytest.mark.parametrize(
    ("countries", "expected"),
    [([], None), (["FR"], "FR"), ([None], None), ([None, "FR"], "FR"), (["FR", "FR"], "FR"), (["FR", "DE"], "several")],
)
def test_country_is_the_only_one(
    con: duckdb.DuckDBPyConnection, countries: list[str | None], expected: str | None
) -> None:
    add(con, 1, locations=[{"city": "X", "region": None, "country": code} for code in countries])
    add(con, 2, locations=None)
    build_marts(con)
    rows = con.execute("SELECT DISTINCT country FROM marts.postings_monthly ORDER BY 1 NULLS FIRST").fetchall()
    assert [r[0] for r in rows] == ([None] if expected is None else [None, expected])


def test_a_month_without_the_definition_is_a_zero_and_the_running_month_is_marked(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add(con, 1, posted_on="2020-02-01", last_seen="2020-03-15T00:00:00Z")
    add(con, 2, posted_on="2020-03-01", last_seen="2020-03-15T00:00:00Z")
    build_marts(con)
    rows = con.execute(
        """SELECT month, numerator, total, "share", complete FROM marts.shares_monthly
        WHERE definition = 'deep_learning_strict' AND denominator = 'all' AND basis = 'jobs' ORDER BY 1"""
    ).fetchall()
    assert rows == [(date(2020, 2, 1), 0, 1, 0.0, True), (date(2020, 3, 1), 0, 1, 0.0, False)]


def test_breaks_name_sources_that_begin_end_and_pause(con: duckdb.DuckDBPyConnection) -> None:
    for number, (source, day) in enumerate(
        [
            ("old", "2020-01-05"),
            ("old", "2020-02-05"),
            ("old", "2020-05-05"),
            ("old", "2020-06-05"),
            ("young", "2020-03-05"),
            ("young", "2020-04-05"),
        ]
    ):
        add(con, number, source=source, posted_on=day)
    build_marts(con)
    rows = con.execute("SELECT day, source, kind FROM marts.breaks WHERE kind <> 'law' ORDER BY 1, 2").fetchall()
    assert rows == [
        (date(2020, 3, 1), "old", "source_gap"),
        (date(2020, 3, 1), "young", "source_added"),
        (date(2020, 5, 1), "young", "source_ended"),
    ]


def test_an_empty_warehouse_and_a_second_build(con: duckdb.DuckDBPyConnection) -> None:
    build_marts(con)
    add(con, 1)
    build_marts(con)
    once = [con.execute(f"SELECT * FROM marts.{table} ORDER BY ALL").fetchall() for table in TABLES]
    con.execute("BEGIN")
    build_marts(con)
    con.execute("COMMIT")
    assert once == [con.execute(f"SELECT * FROM marts.{table} ORDER BY ALL").fetchall() for table in TABLES]
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)


POSTING = st.fixed_dictionaries(
    {
        "posted_on": st.none() | st.integers(0, 200).map(lambda n: str(date(2020, 1, 1) + timedelta(days=n))),
        "job_id": st.none() | st.sampled_from(["j1", "j2", "j3"]),
        "source": st.sampled_from(["a", "b"]),
        "title": st.none() | st.sampled_from(["Deep learning lead", "Clerk"]),
        "description": st.none() | st.sampled_from(["deep  learning", "machine learning", "PyTorch", ""]),
        "role_family": st.none() | st.sampled_from(["software_engineer", "data_scientist", "sales"]),
        "technologies": st.none() | st.lists(st.sampled_from(["react", "kafka", "java"]), unique=True),
        "deep_learning": st.none() | st.booleans(),
        "machine_learning": st.none() | st.booleans(),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(POSTING, min_size=1, max_size=12))
def test_laws_of_counting(postings: list[dict[str, Any]]) -> None:
    with duckdb.connect() as con:
        create_all(con)
        for number, posting in enumerate(postings):
            add(con, number, **posting)
        build_marts(con)

        def one(query: str) -> Any:
            row = con.execute(query).fetchone()
            assert row is not None
            return row[0]

        jobs = one("SELECT count(DISTINCT coalesce(job_id, posting_id)) FROM curated.postings")
        assert one("SELECT sum(new_postings) FROM marts.postings_monthly WHERE definition = 'all'") == len(postings)
        assert one("SELECT sum(new_jobs) FROM marts.postings_monthly WHERE definition = 'all'") == jobs
        assert one("SELECT count(*) FROM marts.shares_monthly WHERE NOT (numerator BETWEEN 0 AND total)") == 0
        assert one('SELECT count(*) FROM marts.shares_monthly WHERE NOT (low <= "share" AND "share" <= high)') == 0
        assert one("SELECT count(*) FROM marts.shares_monthly WHERE total = 0") == 0
        # nested definitions: whoever meets the narrow one meets the wide one, posting by posting and month by month
        for narrow, wide in (
            ("deep_learning_strict", "deep_learning_frameworks"),
            ("deep_learning_frameworks", "machine_learning"),
            ("machine_learning", "all"),
        ):
            assert (
                one(
                    f"""SELECT count(*) FROM (
                SELECT posting_id FROM marts.posting_definitions WHERE definition = '{narrow}'
                EXCEPT SELECT posting_id FROM marts.posting_definitions WHERE definition = '{wide}')"""
                )
                == 0
            )
            assert (
                one(
                    f"""SELECT count(*) FROM marts.shares_monthly AS n JOIN marts.shares_monthly AS w
                USING ("month", denominator, basis)
                WHERE n.definition = '{narrow}' AND w.definition = '{wide}' AND n.numerator > w.numerator"""
                )
                == 0
            )
        # one total a month, denominator and basis, whatever is counted over it
        assert (
            one(
                """SELECT count(*) FROM (SELECT count(DISTINCT total) AS n FROM marts.shares_monthly
            GROUP BY "month", denominator, basis) WHERE n > 1"""
            )
            == 0
        )
        # shares and months agree
        assert (
            one(
                """SELECT count(*) FROM (
            SELECT "month", sum(new_jobs) AS n FROM marts.postings_monthly WHERE definition = 'all' GROUP BY 1) AS m
            FULL JOIN (SELECT DISTINCT "month", total FROM marts.shares_monthly
            WHERE denominator = 'all' AND basis = 'jobs') AS s USING ("month")
            WHERE coalesce(n, 0) <> coalesce(total, 0)"""
            )
            == 0
        )


def test_definitions_are_well_formed() -> None:
    names = [each.definition for each in definitions()]
    assert len(names) == len(set(names))
    assert {"all", "software", "deep_learning_strict", "deep_learning_frameworks", "machine_learning"} <= set(names)
    assert all(each.description.endswith(".") for each in definitions())
    assert all(
        phrase == phrase.lower() and phrase.replace(" ", "").isalpha() for d in definitions() for phrase in d.phrases
    )
