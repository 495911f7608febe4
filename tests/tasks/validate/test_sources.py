"""Breakers: a source that is no longer itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tasks.ingest.contract import BREAKERS as NAMES
from tasks.ingest.contract import FIELDS, Contract
from tasks.validate.breakers import BREAKER, BREAKERS, HISTORY, WINDOW
from tasks.validate.profile import (
    MISSING,
    Day,
    describe_batch,
    keep_profiles,
    nearest_days,
    profile_days,
)
from tasks.validate.turnover import compared_with_neighbours

from .conftest import EXCUSED, TODAY, held, judged, of

if TYPE_CHECKING:
    import duckdb


def history(con: duckdb.DuckDBPyConnection, days: int = 7, *, apart: int = 1, accepted: int = 0) -> None:
    """So many earlier days of both sources, each as the clean batch is now; the newest are accepted ones."""
    describe_batch(con)
    today = profile_days(con, "run1")
    for day in today:
        day.measures |= compared_with_neighbours(con, day.source, day.day, None)
    past = [
        Day(f"run{ago}", day.source, TODAY - timedelta(days=ago * apart), dict(day.measures), ago <= accepted)
        for ago in range(1, days + 1) for day in today
    ]  # fmt: skip
    keep_profiles(con, past)
    con.execute("INSERT INTO audit.batch_profiles SELECT * FROM work.profiles")


def rescale_rows(con: duckdb.DuckDBPyConnection, *counts: int) -> None:
    """Replace the records of alpha's earlier days, newest first."""
    for ago, count in enumerate(counts, start=1):
        con.execute(
            "UPDATE audit.batch_profiles SET n = $1, value = $1 WHERE measure = 'rows' AND source = 'alpha' AND day = $2",
            [count, TODAY - timedelta(days=ago)],
        )


def test_breakers_and_fields_are_those_that_source_yml_may_name() -> None:
    assert tuple(breaker.name for breaker in BREAKERS) == NAMES
    assert tuple(MISSING) == FIELDS
    assert all(breaker.why and breaker.meaning and breaker.least > 0 for breaker in BREAKERS)


def test_a_batch_like_those_before_passes_every_breaker(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    judgement = judged(clean)
    assert judgement.held == []
    assert [check for check in judgement.checks if not check.passed] == []
    judged_ones = {check.expectation for check in judgement.checks if check.severity == "critical"}
    assert judged_ones == {*NAMES, "source_usable"}


def test_without_a_past_no_breaker_speaks_and_says_so(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, HISTORY - 1)
    judgement = judged(clean)
    breakers = [check for check in judgement.checks if check.expectation in BREAKER]
    assert {(check.passed, check.severity) for check in breakers} == {(True, "info")}
    assert all("not judged" in (check.observed or "") for check in breakers)


@pytest.mark.parametrize(
    ("counts", "out"),
    [
        ([31] * 5, False),
        ([62] * 5, False),
        ([63] * 5, True),
        ([11] * 5, False),
        ([10] * 5, True),
        ([31, 31, 31, 90, 90], False),
        ([90, 90, 90, 31, 31], True),
        ([9] * 5, False),  # so small that chance alone triples it
    ],
)
def test_rows_against_the_median_of_the_days_before(
    counts: list[int], clean: duckdb.DuckDBPyConnection, *, out: bool
) -> None:
    history(clean, len(counts))
    rescale_rows(clean, *counts)
    assert ("rows" in held(judged(clean)).get("alpha", set())) == out


# what is done to alpha, and the breaker that is meant for it
CHANGES = {
    "the title is gone": ("missing", "title = NULL"),
    "the place is gone": ("missing", "locations_count = 0, country = NULL"),
    "pay is gone": ("missing", "salary_min = NULL, salary_max = NULL"),
    "a third of the texts is gone": (
        "missing",
        "description_chars = CASE WHEN hash(raw_id) % 5 < 2 THEN 0 ELSE 1500 END",
    ),
    "pay ten times as high": ("salary", "salary_year_usd_min = salary_year_usd_min * 10"),
    "pay a tenth": ("salary", "salary_year_usd_min = salary_year_usd_min / 10"),
    "pay in cents": ("salary", "salary_year_usd_min = salary_year_usd_min * 100"),
    "teasers for texts": ("text", "description_chars = 60"),
    "titles cut": ("title_length", "title = left(title, 3) || raw_id[4:]"),
    "old dates": ("age", "posted_on = posted_on - 90"),
    "another language": ("language", "language = 'fr'"),
    "another country": ("country", "country = 'BR'"),
    "other types": ("employment_type", "employment_type = ['internship']"),
    "other workplaces": ("workplace", "workplace = ['hybrid']"),
    "other occupations": ("role_family", "role_family = 'nurse'"),
    "another currency": ("currency", "salary_currency = 'JPY'"),
    "no currency": ("currency", "salary_currency = NULL"),
    "another period": ("pay_period", "salary_period = 'hour'"),
    "one title": ("one_value", "title = 'Job'"),
    "one link": ("one_value", "url = 'https://jobs.example.org/'"),
    "refused by a rule": ("refused", "reason = CASE WHEN hash(raw_id) % 2 = 0 THEN 'not_a_posting_reply' END"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_breaker_trips_on_what_it_is_meant_for_and_on_its_source_alone(
    name: str, clean: duckdb.DuckDBPyConnection
) -> None:
    breaker, change = CHANGES[name]
    history(clean)
    clean.execute(f"UPDATE work.staging SET {change} WHERE source = 'alpha'")
    found = held(judged(clean))
    assert breaker in found["alpha"]
    assert set(found) == {"alpha"}
    check = of(judged(clean), breaker)
    assert (check.passed, check.severity, check.raised) == (False, "critical", False)
    assert "expected" in (check.observed or "")


KEYS = {
    "half of the open postings gone": ("closures", "DELETE FROM work.keys WHERE source = 'alpha' AND hash(raw_id) % 2 = 0"),
    "ids given out anew": ("arrivals", "UPDATE curated.postings SET posting_id = 'other' || posting_id WHERE source = 'alpha'"),
    "everything changed": ("changed", "UPDATE curated.postings SET content_id = 'other' WHERE source = 'alpha'"),
    "keys that collide": (
        "duplicates", "UPDATE work.keys SET posting_id = 'post1', content_id = 'content1' WHERE source = 'alpha' AND reason IS NULL",
    ),
    "most lines unreadable": ("refused", "UPDATE work.keys SET reason = 'ragged' WHERE source = 'alpha' AND hash(raw_id) % 2 = 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_breakers_over_keys(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    breaker, change = KEYS[name]
    history(clean)
    clean.execute(change)
    found = held(judged(clean))
    assert breaker in found["alpha"]
    assert set(found) == {"alpha"}


def test_a_partial_capture_closes_nothing_and_is_not_judged_by_it(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    clean.execute("UPDATE work.captures SET coverage = 'partial'")
    clean.execute("DELETE FROM work.keys WHERE source = 'alpha' AND hash(raw_id) % 3 = 0")
    assert held(judged(clean)) == {}


def loaded_around(con: duckdb.DuckDBPyConnection) -> None:
    """The days before and after today are loaded, each with the listing of the clean batch."""
    con.execute(
        "DELETE FROM raw.captures; CREATE TEMP TABLE today AS FROM curated.sightings; DELETE FROM curated.sightings"
    )
    for name, days in (("earlier", -1), ("later", 1)):
        con.execute(
            f"""
            INSERT INTO raw.captures SELECT '{name}_' || source, source, observed_at + INTERVAL ({days}) DAY, 'snapshot'
            FROM work.captures;
            INSERT INTO curated.sightings SELECT * REPLACE ('{name}_' || source AS capture_id) FROM temp.today;
            """
        )
    con.execute("UPDATE curated.postings SET last_seen = last_seen + INTERVAL 1 DAY")


OTHERS = "UPDATE curated.sightings SET {} = 'other' || {} WHERE source = 'alpha' AND capture_id LIKE '{}%'"
LATE = {
    "like both": ([], set()),
    "like the day after alone": ([OTHERS.format("posting_id", "posting_id", "earlier")], set()),
    "like the day before alone": ([OTHERS.format("posting_id", "posting_id", "later")], set()),
    "ids given out anew that day": ([OTHERS.format("posting_id", "posting_id", "")], {"closures", "arrivals"}),
    "everything changed that day": ([OTHERS.format("content_id", "content_id", "")], {"changed"}),
    "pages lost that day": (
        ["DELETE FROM work.keys WHERE source = 'alpha' AND hash(raw_id) % 2 = 0"], {"closures"},
    ),
    "nothing listed before": (
        [OTHERS.format("posting_id", "posting_id", ""), "DELETE FROM raw.captures WHERE capture_id LIKE 'earlier%'"], set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATE)
def test_a_day_that_comes_late_is_judged_by_the_days_on_both_sides(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    """A held day that lies in the folder of a later run does not open by itself."""
    statements, checks = LATE[name]
    history(clean)
    loaded_around(clean)
    for statement in statements:
        clean.execute(statement)
    found = held(judged(clean))
    assert found.get("alpha", set()) & {"closures", "arrivals", "changed"} == checks
    assert "beta" not in found


def test_a_day_follows_the_newest_that_is_loaded_and_not_an_older_one_of_its_run(
    clean: duckdb.DuckDBPyConnection,
) -> None:
    describe_batch(clean)
    clean.execute(
        "INSERT INTO work.shown SELECT * REPLACE (day - 9 AS day, 'old' || posting_id AS posting_id) FROM work.shown"
    )
    clean.execute("UPDATE curated.postings SET last_seen = last_seen - INTERVAL 1 DAY")
    found = compared_with_neighbours(clean, "alpha", TODAY, TODAY - timedelta(days=9))
    assert {name: measure.value for name, measure in found.items()} == {"closures": 0, "arrivals": 0, "changed": 0}


def test_the_past_may_lie_far_back(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, apart=31)
    clean.execute("UPDATE work.staging SET language = 'fr' WHERE source = 'alpha'")
    assert "language" in held(judged(clean))["alpha"]


def test_only_the_nearest_days_are_a_measure(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, 40)
    days = nearest_days(clean, "alpha", TODAY, WINDOW)
    assert [day.day for day in days] == [TODAY - timedelta(days=ago) for ago in range(WINDOW, 0, -1)]
    assert {day.source for day in days} == {"alpha"}


def test_a_held_day_is_no_past(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    clean.execute("UPDATE work.staging SET language = 'fr' WHERE source = 'alpha'")
    judged(clean)
    assert clean.execute("SELECT DISTINCT source FROM work.profiles").fetchall() == [("beta",)]


def test_an_accepted_day_is_let_in_with_a_warning_and_kept_as_accepted(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    clean.execute("UPDATE work.staging SET language = 'fr' WHERE source = 'alpha'")
    judgement = judged(clean, accepted=frozenset({("alpha", TODAY)}))
    assert judgement.held == []
    check = of(judgement, "language")
    assert (check.passed, check.severity) == (False, "warning")
    assert clean.execute("SELECT DISTINCT source, accepted FROM work.profiles ORDER BY ALL").fetchall() == [
        ("alpha", True), ("beta", False),
    ]  # fmt: skip


def test_what_was_accepted_once_may_be_so_again(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    clean.execute("UPDATE work.staging SET language = 'fr' WHERE source = 'alpha'")
    judged(clean, accepted=frozenset({("alpha", TODAY)}))
    clean.execute("INSERT INTO audit.batch_profiles SELECT * REPLACE (DATE '2026-03-01' AS day) FROM work.profiles")
    assert held(judged(clean)) == {}
    clean.execute("UPDATE work.staging SET language = 'it' WHERE source = 'alpha'")
    assert "language" in held(judged(clean))["alpha"]


def accept(con: duckdb.DuckDBPyConnection, ago: int) -> None:
    """A person had let in the day so many days ago."""
    con.execute("UPDATE audit.batch_profiles SET accepted = true WHERE day = $1", [TODAY - timedelta(days=ago)])


@pytest.mark.parametrize(
    ("counts", "ago", "out"),
    [
        ([40, 40, 40, 40, *[10] * 8], 4, False),  # it stayed where it was accepted
        ([10, 10, 10, 40, *[10] * 8], 4, True),  # it went back to its old level
        ([10, 40, 40, 40, *[10] * 8], 4, True),
        ([15, 10, 10, 10, *[10] * 8], 1, True),  # accepted for another reason: its rows were as usual
    ],
)
def test_an_accepted_level_carries_over_until_the_source_is_back(
    counts: list[int], ago: int, clean: duckdb.DuckDBPyConnection, *, out: bool
) -> None:
    history(clean, len(counts))
    rescale_rows(clean, *counts)
    accept(clean, ago)
    assert ("rows" in held(judged(clean)).get("alpha", set())) == out


@pytest.mark.parametrize("name", [each for each in KEYS if KEYS[each][0] != "duplicates"])
def test_what_happened_once_is_accepted_for_its_day_alone(name: str, clean: duckdb.DuckDBPyConnection) -> None:
    breaker, change = KEYS[name]
    history(clean)
    accept(clean, 1)
    clean.execute(
        "UPDATE audit.batch_profiles SET value = 0.95 WHERE measure = $1 AND accepted AND source = 'alpha'", [breaker]
    )
    clean.execute(change)
    assert breaker in held(judged(clean))["alpha"]


def test_days_of_one_run_are_each_others_past(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean, HISTORY - 1)
    clean.execute(
        """
        INSERT INTO work.captures SELECT 'later', 'alpha', observed_at + INTERVAL 1 DAY, coverage
        FROM work.captures WHERE source = 'alpha';
        INSERT INTO work.keys SELECT * REPLACE ('later' AS capture_id, seen_at + INTERVAL 1 DAY AS seen_at)
        FROM work.keys WHERE source = 'alpha' AND hash(raw_id) % 3 = 0;
        """
    )
    judgement = judged(clean)
    assert [(each.source, each.day) for each in judgement.held] == [("alpha", TODAY + timedelta(days=1))]
    assert held(judgement)["alpha"] == {"rows"} | ({"closures"} & held(judgement)["alpha"])


def test_a_source_of_which_nothing_is_usable(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("UPDATE work.staging SET reason = 'not_a_posting_reply' WHERE source = 'alpha'")
    judgement = judged(clean)
    assert held(judgement) == {"alpha": {"source_usable"}}
    assert not judgement.held[0].acceptable


def test_a_few_refused_records_are_no_broken_source(clean: duckdb.DuckDBPyConnection) -> None:
    clean.execute("DELETE FROM work.keys WHERE ordinal > 5; UPDATE work.staging SET reason = 'not_a_posting_reply'")
    assert held(judged(clean)) == {}


@pytest.mark.parametrize(
    ("contract", "stops", "severity"),
    [
        (Contract(), True, "critical"),
        (Contract(breakers={"language": "warning"}), False, "warning"),
        (Contract(breakers={"country": "warning"}), True, "critical"),
        (Contract(breakers={"language": "off"}), False, None),
        (EXCUSED, False, None),
    ],
)
def test_a_source_may_be_excused_from_its_past(
    contract: Contract, severity: str | None, clean: duckdb.DuckDBPyConnection, *, stops: bool
) -> None:
    history(clean)
    clean.execute("UPDATE work.staging SET language = 'fr' WHERE source = 'alpha'")
    judgement = judged(clean, contract)
    assert bool(judgement.held) == stops
    found = [c.severity for c in judgement.checks if c.expectation == "language" and c.column_name == "alpha"]
    assert found == ([severity] if severity else [])


def test_a_held_day_tells_what_was_expected_and_what_came(clean: duckdb.DuckDBPyConnection) -> None:
    history(clean)
    clean.execute("UPDATE work.staging SET salary_year_usd_min = 500000 WHERE source = 'alpha'")
    [each] = judged(clean).held
    [trip] = each.trips
    assert trip.told == "salary: expected 16,667 to 150,000 (usual 50,000), came 500,000"
