"""Places as matching compares them."""

from __future__ import annotations

import duckdb
import pytest

from tasks.dedupe.place_key import city_key, place_key
from tasks.dedupe.stated_place import stated_key, stated_sql

from .conftest import place


@pytest.mark.parametrize("name", ["St. Paul", "Saint Paul", "SAINT PAUL", "Paul"])
def test_a_saint_is_written_in_three_ways(name: str) -> None:
    assert city_key(name) == "paul"


def test_a_city_called_saint_keeps_its_name() -> None:
    assert city_key("St.") == "st"


@pytest.mark.parametrize(
    ("names", "listed", "cities"),
    [
        (["Lyon", "Nantes"], "Lyon, France", ["lyon"]),  # the second came from a title
        (["Lyon", "Nantes"], "Lyon; Nantes", ["lyon", "nantes"]),
        (["Lyon", "Nantes"], "Lyon, Nantes", ["lyon", "nantes"]),
        (["Bengaluru", "Pune"], "Bangalore, Pune", ["bengaluru", "pune"]),
        (["Lyon", "Nantes"], "", ["lyon", "nantes"]),  # there is no field to go by
        (["Lyon"], "Remote", ["lyon"]),
    ],
)
def test_the_listing_decides_which_places_count(names: list[str], listed: str, cities: list[str]) -> None:
    assert list(place_key([place(name, None, "FR") for name in names], listed).cities) == cities


def test_an_area_is_the_city_it_is_named_for() -> None:
    key = place_key([place("DC Baltimore", "WA")], "Washington DC-Baltimore Area")
    assert (key.cities, key.regions) == (("washington",), ("dc",))


def test_a_bare_city_says_no_state() -> None:
    assert place_key([place("Arlington", "TX")], "Arlington").regions == ()
    assert place_key([place("Arlington", "TX")], "Arlington, TX").regions == ("tx",)


@pytest.mark.parametrize(
    ("text", "listed", "stated"),
    [
        ("Fennel Works · Boise, ID · 3 days ago · Over 20 applicants\nAbout the job", "", "Boise, ID"),
        ("locations\n\nBoise, ID\n\ntime type\nFull time", "", "Boise, ID"),
        ("Fennel Works is hiring a Miller in Boise, ID. Apply now!\nWe mill.", "", "Boise, ID"),
        ("Miller\nFennel Works\nBoise, ID\nDice Id: 102", "", "Boise, ID"),
        ("Miller\nBoise, ID\nDice Id: 102", "", "Boise, ID"),
        ("Fennel Works · Boise, ID · 3 days ago", "Reno, NV", ""),  # the field speaks for itself
        ("We mill in Boise, ID. Our locations are many.", "", ""),
        ("Fennel · salt · pepper", "", ""),
        ("", "", ""),
    ],
)
def test_what_a_board_states_above_an_advert(text: str, listed: str, stated: str) -> None:
    found = duckdb.execute(f"SELECT {stated_sql('$text', '$listed')}", {"text": text, "listed": listed}).fetchone()
    assert found == (stated,)


def test_a_stated_place_is_parsed_like_a_listed_one() -> None:
    assert stated_key("Boise, ID").cities == ("boise",)
    assert stated_key("Remote").cities == ()
