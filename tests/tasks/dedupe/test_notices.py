"""Notices: one text a month about the roles an employer has open, and no title of the source. One job or two, and why."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import AUSTIN, House, Posting, place, posting, text

DENVER, DALLAS, BOSTON = place("Denver", "CO"), place("Dallas", "TX"), place("Boston", "MA")
ABOUT = text(21, 200)
KEPT = ABOUT + " " + text(22, 60)  # most of the next month's text is the last one's
GROWN = ABOUT + " " + text(23, 260)
OTHER = text(24, 240)
BRIEF = " ".join(text(25, 60).split()[:60])
ENGINEER, MILLER, BAKER, COOPER = "Tide Engineer", "Miller", "Baker", "Cooper"


def notice(*titles: str, month: int = 3, **given: Any) -> Posting:
    """What an employer puts under one month's thread."""
    row = {
        "source": "thread", "source_key": f"{month}", "title": titles[0] if titles else None, "titles": list(titles),
        "title_listed": None, "description": ABOUT, "posted_on": dt.date(2026, month, 2),
    }  # fmt: skip
    return posting(**{**row, **given})


def next_month(*titles: str, **given: Any) -> Posting:
    """The notice a month later."""
    return notice(*titles, month=4, **given)


SAME: dict[str, tuple[Posting, Posting]] = {
    "a role more": (notice(ENGINEER, MILLER), next_month(ENGINEER, MILLER, BAKER, description=KEPT)),
    "a role less": (notice(ENGINEER, MILLER), next_month(MILLER, description=KEPT)),
    "one role stays of two": (notice(ENGINEER, MILLER), next_month(MILLER, BAKER, description=KEPT)),
    "a role in more words": (notice(ENGINEER, MILLER), next_month("Senior Tide Engineer, Weirs", BAKER, description=KEPT)),
    "the same trade by another name": (notice(ENGINEER, MILLER), next_month("Tide Developer", BAKER, description=KEPT)),
    "one role, its trade by another name": (notice(ENGINEER), next_month("Tide Programmer", description=KEPT)),
    "no role is named": (notice(ENGINEER), next_month(description=KEPT)),
    "no role is named in either": (notice(), next_month(description=KEPT)),
    "other levels": (notice("Senior Miller", "Senior Baker"), next_month(MILLER, COOPER, description=KEPT)),
    "a grade more": (notice("Miller II", BAKER), next_month("Miller III", BAKER, description=KEPT)),
    "half of the cities": (
        notice(MILLER, BAKER, locations=[AUSTIN, DENVER]), next_month(MILLER, BAKER, locations=[AUSTIN, DALLAS]),
    ),
    "twice as long": (notice(ENGINEER, MILLER), next_month(ENGINEER, MILLER, description=GROWN)),
    "engineers of whatever kind, all of the text": (notice("Engineer", MILLER), next_month(ENGINEER, BAKER)),
    "an employer's longer name": (
        notice(ENGINEER, MILLER), next_month(MILLER, BAKER, company="Marlow Mills Group", description=KEPT),
    ),
}  # fmt: skip

APART: dict[str, tuple[Posting, Posting]] = {
    "two roles in two months": (notice(MILLER), next_month(BAKER)),
    "two roles in one month": (notice(MILLER), notice(BAKER, source_key="again")),
    "no role in common": (notice(ENGINEER, MILLER), next_month(BAKER, COOPER)),
    "one role, and others": (notice(MILLER), next_month(BAKER, COOPER)),
    "engineers of whatever kind, a text twice as long": (
        notice("Engineer", MILLER), next_month(ENGINEER, BAKER, description=GROWN),
    ),
    "engineers of whatever kind, and none of any kind": (notice("Engineer", MILLER), next_month(BAKER, COOPER)),
    "one role at another level": (notice("Senior Miller"), next_month(MILLER)),
    "one role, at no level of the list": (notice("Senior Miller"), next_month(MILLER, BAKER, description=KEPT)),
    "another text": (notice(ENGINEER, MILLER), next_month(ENGINEER, MILLER, description=OTHER)),
    "no role is named, another text": (notice(ENGINEER), next_month(description=OTHER)),
    "another employer": (notice(ENGINEER, MILLER), next_month(MILLER, BAKER, company="Pepperwood", description=KEPT)),
    "another city": (notice(ENGINEER, MILLER), next_month(MILLER, BAKER, locations=[DENVER], description=KEPT)),
    "a third of the cities": (
        notice(MILLER, BAKER, locations=[AUSTIN, DENVER, BOSTON]),
        next_month(MILLER, BAKER, locations=[AUSTIN, DALLAS, place("Waco", "TX")]),
    ),
    "a listing, whose source says what it is for": (
        notice(ENGINEER, MILLER), next_month(MILLER, BAKER, title_listed="Miller", description=GROWN),
    ),
}  # fmt: skip


def own(case: str, number: int, pair: tuple[Posting, Posting]) -> list[Posting]:
    """A case's two notices under names and words that no other case has."""
    tag = chr(ord("a") + number // 26) + chr(ord("a") + number % 26)
    rows = []
    for at, row in enumerate(pair):
        words = " ".join(word + tag for word in row["description"].split())
        told = {"source_key": f"{case} {at}", "company": f"{tag} {row['company']}", "description": words}
        rows.append(posting(**{**row, **told, "posting_id": f"{case} {at}"}))
    return rows


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All cases in one warehouse."""
    house = House(tmp_path_factory.mktemp("house"))
    for number, (case, pair) in enumerate({**SAME, **APART}.items()):
        house.add(own(case, number, pair))
    house.match()
    yield house
    house.con.close()


def found(house: House, sql: str, case: str) -> list[tuple[Any, ...]]:
    """Rows about the case's first notice."""
    rows: list[tuple[Any, ...]] = house.con.execute(sql, [f"{case} 0"]).fetchall()
    return rows


@pytest.mark.parametrize("case", SAME)
def test_a_repost_is_another_spell_of_one_job(matched: House, case: str) -> None:
    job = "SELECT postings, repost_count FROM curated.jobs WHERE job_id = (SELECT job_id FROM curated.postings WHERE posting_id = ?)"
    assert found(matched, job, case) == [(2, 1)]
    assert found(matched, "SELECT label, veto FROM audit.matches WHERE posting_a = ?", case) == [("TEMPORAL", None)]


@pytest.mark.parametrize("case", APART)
def test_two_jobs(matched: House, case: str) -> None:
    jobs = matched.jobs()
    assert jobs[f"{case} 0"] != jobs[f"{case} 1"]


def test_the_merge_is_explained(matched: House) -> None:
    sql = "SELECT decided_by, evidence['roles_shared'] FROM audit.matches WHERE posting_a = ?"
    assert found(matched, sql, "one role stays of two") == [("notice", 0.5)]


@pytest.mark.parametrize("middle", [(MILLER, BAKER), ()], ids=["both roles", "no role named"])
def test_two_roles_stay_apart_though_a_notice_between_may_mean_either(house: House, middle: tuple[str, ...]) -> None:
    house.add([notice(MILLER), notice(*middle, month=4, description=KEPT), notice(BAKER, month=5)])
    house.match()
    jobs = {row[0]: row[1] for row in house.rows("SELECT source_key, job_id FROM curated.postings")}
    assert jobs["3"] != jobs["5"]


def test_a_list_that_changes_month_by_month_is_one_job_while_it_resembles_itself(house: House) -> None:
    lists = [(ENGINEER, MILLER), (ENGINEER, MILLER, BAKER), (ENGINEER, BAKER), (ENGINEER, BAKER, COOPER)]
    house.add(
        notice(*titles, month=at + 3, description=f"{ABOUT} {text(30 + at, 40)}") for at, titles in enumerate(lists)
    )
    house.match()
    assert house.rows("SELECT postings, repost_count FROM curated.jobs") == [(4, 3)]
    assert {row[0] for row in house.rows("SELECT label FROM audit.matches")} == {"TEMPORAL"}


def months(seed: int) -> list[Posting]:
    """Notices of three employers over some months: lists that change, texts that grow, roles that are not named."""
    chooser = random.Random(seed)
    out = []
    for employer in ("Marlow Mills", "Pepperwood", "Fennel Works"):
        body = text(chooser.randrange(9), 120)
        for month in range(1, chooser.randint(4, 8)):
            titles = chooser.sample([ENGINEER, MILLER, BAKER, "Senior Baker", "Engineer"], chooser.randint(0, 3))
            body = chooser.choice([body, body, body + " " + text(100 + month, 30), body.replace("work", "toil")])
            cities = chooser.choice([[AUSTIN], [AUSTIN], [AUSTIN, DENVER], [AUSTIN, DALLAS], []])
            out.append(
                notice(
                    *titles,
                    month=month,
                    source_key=f"{employer} {month}",
                    company=employer,
                    description=body,
                    locations=cities,
                )
            )
    return out


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_order_and_batches_do_not_matter(new_house: Callable[[], House], seed: int) -> None:
    postings = months(seed)
    whole, bit_by_bit = new_house(), new_house()
    whole.add(postings)
    whole.match()
    random.Random(seed).shuffle(postings)
    for batch in (postings[:4], postings[4:]):
        bit_by_bit.add(batch)
        bit_by_bit.match()
    assert bit_by_bit.state() == whole.state()
    for house in (whole, bit_by_bit):
        house.con.close()
