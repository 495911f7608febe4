"""Bare listings, without a text: what two sources may call one job, and what one source calls two."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import AUSTIN, House, Posting, place, posting

OSLO, BERGEN = place("Oslo", None, "NO"), place("Bergen", None, "NO")
US, CANADA = place(None, None, "US"), place(None, None, "CA")


def listing(
    source: str,
    title: str,
    listed: str,
    *locations: dict[str, Any],
    company: str = "Marlow Mills",
    posted: dt.date | None = None,
) -> Posting:
    """One line of a source's list."""
    return posting(
        source=source, description=None, title=title, title_listed=title, places_listed=listed,
        locations=list(locations), company=company, posted_on=posted,
    )  # fmt: skip


WEIR = "Weir Software Engineer"  # says what is special about the work
PLAIN = "Software Engineer"
AUSTIN_TX = ("Austin, TX", AUSTIN)
AUSTIN_USA = ("Austin, Texas, United States", AUSTIN)

# The letters of a case are its listings in order; those that share a job stand together.
CASES: dict[str, tuple[list[Posting], str]] = {
    "two sources, a place in two forms": ([listing("a", PLAIN, *AUSTIN_TX), listing("b", PLAIN, *AUSTIN_USA)], "AB"),
    "one source, a place in two forms": ([listing("a", WEIR, *AUSTIN_TX), listing("a", WEIR, *AUSTIN_USA)], "A B"),
    "one source, a term and a place in two forms": (
        [listing("a", "Intern - Summer 2026", *AUSTIN_TX), listing("a", "Intern - Summer 2026", *AUSTIN_USA)], "A B",
    ),
    "titles without an employer": ([listing("a", PLAIN, *AUSTIN_TX, company="")] * 2, "A B"),
    "an agency's, without its client": ([listing("a", PLAIN, *AUSTIN_TX) | {"is_agency": True}] * 2, "AB"),
    "titles without anything": ([listing("a", PLAIN, "", company="")] * 2 + [listing("b", PLAIN, "", company="")], "A B C"),
    "the same words in another order": (
        [listing("a", "Engineer – New Grad 2026 - Tides", *AUSTIN_TX),
         listing("b", "Engineer, Tides (New Grad 2026)", *AUSTIN_USA)], "AB",
    ),
    "cities in two forms in one source, and in another one": (
        [listing("a", PLAIN, *AUSTIN_TX), listing("a", PLAIN, *AUSTIN_USA), listing("b", PLAIN, "Austin", AUSTIN)], "A B C",
    ),
    "one word more": ([listing("a", WEIR, *AUSTIN_TX), listing("b", WEIR + " Team", *AUSTIN_USA)], "A B"),
    "remote, and remote in a country": ([listing("a", WEIR, "Remote"), listing("b", WEIR, "Remote in USA", US)], "AB"),
    "remote, and remote in two countries": (
        [listing("a", WEIR, "Remote"), listing("b", WEIR, "Remote in USA", US), listing("b", WEIR, "Remote in Canada", CANADA)],
        "A B C",
    ),
    "a place on one side only": ([listing("a", WEIR, "3 Locations"), listing("b", WEIR, "Oslo", OSLO)], "AB"),
    "a place on one side, two on the other": (
        [listing("a", WEIR, "3 Locations"), listing("b", WEIR, "Oslo", OSLO), listing("b", WEIR, "Bergen", BERGEN)], "A B C",
    ),
    "an employer's two names in one source": (
        [listing("a", WEIR, *AUSTIN_TX), listing("a", WEIR, *AUSTIN_TX, company="Marlow Mills Laboratories")], "AB",
    ),
    "an employer's two names, one listed twice": (
        [listing("a", WEIR, *AUSTIN_TX), listing("a", WEIR, *AUSTIN_TX),
         listing("a", WEIR, *AUSTIN_TX, company="Marlow Mills Laboratories")], "AB C",
    ),
    "an employer whose name begins another's word": (
        [listing("a", WEIR, *AUSTIN_TX, company="Vela"), listing("b", WEIR, *AUSTIN_TX, company="Velasat Networks")], "A B",
    ),
    "an employer whose name ends another's word": (
        [listing("a", WEIR, *AUSTIN_TX, company="Nova"), listing("b", WEIR, *AUSTIN_TX, company="Castellanova")], "A B",
    ),
    "an employer's name written as one word, and with a word more": (
        [listing("a", WEIR, *AUSTIN_TX, company="MarlowMills"), listing("b", WEIR, *AUSTIN_TX, company="Marlow Mills Labs")], "AB",
    ),
    "two agencies with one title and place": (
        [listing("a", WEIR, *AUSTIN_TX, company="Confidential"), listing("a", WEIR, *AUSTIN_TX, company="Stealth")], "A B",
    ),
    "listed twice, and by another source": (
        [listing("a", WEIR, *AUSTIN_TX), listing("a", WEIR, *AUSTIN_TX), listing("b", WEIR, *AUSTIN_USA)], "ABC",
    ),
    "listed twice under a title that says little, and by another source": (
        [listing("a", PLAIN, *AUSTIN_TX), listing("a", PLAIN, *AUSTIN_TX), listing("b", PLAIN, *AUSTIN_USA)], "AB C",
    ),
    "listed twice without a place, and by another source": (
        [listing("a", WEIR, "Remote"), listing("a", WEIR, "Remote"), listing("b", WEIR, "Remote in USA", US)], "AB C",
    ),
    "listed three times, and by another source": (
        [*(listing("a", WEIR, *AUSTIN_TX) for _ in range(3)), listing("b", WEIR, *AUSTIN_USA)], "ABC D",
    ),
    "years apart": (
        [listing("a", PLAIN, *AUSTIN_TX, posted=dt.date(2023, 3, 1)),
         listing("b", PLAIN, *AUSTIN_USA, posted=dt.date(2026, 3, 1))], "A B",
    ),
}  # fmt: skip


def found(house: House, listings: list[Posting]) -> str:
    """The jobs of the listings, each a word of their letters."""
    rows = [
        {**row, "source_key": letter, "posting_id": letter} for letter, row in zip("ABCDEF", listings, strict=False)
    ]
    house.add(rows)
    house.match()
    return " ".join(sorted("".join(sorted(group)) for group in house.groups()))


@pytest.mark.parametrize("case", CASES)
def test_listings(house: House, case: str) -> None:
    listings, jobs = CASES[case]
    assert found(house, listings) == jobs


def test_an_undated_listing_does_not_join_two_that_are_years_apart(house: House) -> None:
    jobs = found(house, [
        listing("a", PLAIN, *AUSTIN_TX, posted=dt.date(2023, 3, 1)),
        listing("b", PLAIN, *AUSTIN_USA),
        listing("c", PLAIN, "Austin", AUSTIN, posted=dt.date(2026, 3, 1)),
    ])  # fmt: skip
    assert "AC" not in jobs
    assert "ABC" not in jobs


def test_titles_of_a_job_in_another_order_keep_their_words(house: House) -> None:
    house.add(
        [listing("a", "Tidal Engineer, Software", *AUSTIN_TX), listing("b", "Software Engineer - Tidal", *AUSTIN_USA)]
    )
    house.match()
    ((evidence, decided_by),) = house.rows("SELECT evidence, decided_by FROM audit.matches")
    assert decided_by == "fields"
    assert evidence["wording_equal"] == 1


def test_names_between_two_employers_do_not_make_them_one(house: House) -> None:
    names = ("Acme", "Acme Robotics", "Robotics", "Robotics Nord")
    rows = [listing(source, PLAIN, *AUSTIN_TX, company=name) for source, name in zip("abcd", names, strict=True)]
    house.add(rows)
    house.match()
    job = house.jobs()
    assert job[rows[0]["posting_id"]] != job[rows[3]["posting_id"]]


def test_a_name_made_of_two_employers_names_does_not_make_them_one(house: House) -> None:
    jobs = found(house, [
        listing("a", WEIR, *AUSTIN_TX, company="Acme"),
        listing("b", WEIR, *AUSTIN_TX, company="Acme Robotics", posted=dt.date(2026, 3, 1)),  # the fullest
        listing("c", WEIR, *AUSTIN_TX, company="Robotics"),
    ])  # fmt: skip
    assert jobs in ("A BC", "AB C")


def test_a_pair_is_told_as_merged_or_as_apart_and_never_as_both(house: House) -> None:
    house.add([listing(source, PLAIN, *AUSTIN_TX, company=name) for source, name in zip("abcd", ("Acme", "Acme Mills", "Mills", "Acme"), strict=True)])  # fmt: skip
    house.match()
    told = dict(house.rows("SELECT posting_id, job_id FROM curated.postings"))
    pairs = house.rows("SELECT posting_a, posting_b, label FROM audit.matches")
    assert pairs
    for a, b, label in pairs:
        assert (told[a] == told[b]) == (label in ("FULL", "SEMANTIC", "TEMPORAL")), (a, b, label)


def lists(seed: int) -> list[Posting]:
    """Three sources' lists of few titles, places and employers: much is listed twice, and under two names."""
    chooser = random.Random(seed)
    out = []
    for key in range(chooser.randint(8, 40)):
        written, *places = chooser.choice(
            [AUSTIN_TX, AUSTIN_USA, ("Oslo", OSLO), ("Norway",), ("Oslo, Bergen", OSLO, BERGEN)]
        )
        made = listing(
            chooser.choice("aabc"), chooser.choice([WEIR, WEIR, PLAIN, PLAIN + " II"]), written, *places,
            company=chooser.choice(["Marlow Mills", "Marlow Mills Laboratories", "Pepperwood"]),
            posted=chooser.choice([None, dt.date(2026, 1, 5), dt.date(2026, 6, 5)]),
        )  # fmt: skip
        first_seen = made["first_seen"] + dt.timedelta(hours=chooser.randrange(200))
        number = chooser.choice([None, *("R-1001", "R-1002", "R-1003") * 3])
        out.append(posting(**{
            **{k: v for k, v in made.items() if k != "posting_id"},
            "source_key": str(key), "requisition": number, "first_seen": first_seen, "last_seen": first_seen,
        }))  # fmt: skip
    return out


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_order_and_batches_of_lists_do_not_matter(new_house: Callable[[], House], seed: int) -> None:
    postings = lists(seed)
    whole, bit_by_bit = new_house(), new_house()
    whole.add(postings)
    whole.match()
    random.Random(seed).shuffle(postings)
    for start in range(0, len(postings), 12):
        bit_by_bit.add(postings[start : start + 12])
        bit_by_bit.match()
    assert bit_by_bit.state() == whole.state()
    gone = {p["posting_id"] for p in postings[:3]}
    bit_by_bit.con.execute("DELETE FROM curated.postings WHERE posting_id IN (SELECT unnest(?))", [list(gone)])
    bit_by_bit.match()
    without = new_house()
    without.add(postings[3:])
    without.match()
    assert bit_by_bit.state() == without.state()


def test_a_reading_that_is_listed_again_is_a_crowd_for_those_already_matched(new_house: Callable[[], House]) -> None:
    def numbered(source: str, written: tuple[str, dict[str, Any]], number: str) -> Posting:
        made = listing(source, PLAIN, *written)
        del made["posting_id"]
        return posting(**{**made, "source_key": number, "requisition": number})

    first = [numbered("a", AUSTIN_TX, "R-1001"), numbered("b", AUSTIN_USA, "R-1001")]
    second = [numbered("a", AUSTIN_TX, "R-1002"), numbered("b", AUSTIN_USA, "R-1002")]
    whole, bit_by_bit = new_house(), new_house()
    whole.add([*first, *second])
    whole.match()
    for batch in (first, second):
        bit_by_bit.add(batch)
        bit_by_bit.match()
    assert bit_by_bit.state() == whole.state()
