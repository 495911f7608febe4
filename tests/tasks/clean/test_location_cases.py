"""Written places, one case a line in cases/locations.csv, and the laws of reading them."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.gazetteer import aliases, find_city, is_place, towns
from tasks.clean.location import FIELD
from tasks.clean.lookup import rows
from tasks.clean.place_settle import Evidence
from tasks.clean.place_text import read_places
from tasks.clean.rule import show
from tasks.clean.values import Place

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def places(text: str) -> tuple[Place, ...]:
    return tuple(Place(*(part or None for part in each.split("/"))) for each in text.split("|") if each)


def listed(case: dict[str, str]) -> tuple[Place, ...]:
    cleaned = FIELD.clean(((case["written"],), (), "", False, None, case["hint"] or None, None, None))
    return cleaned.value  # type: ignore[return-value]


@pytest.mark.parametrize("case", cases("locations"), ids=lambda case: case["written"])
def test_written_places(case: dict[str, str]) -> None:
    assert listed(case) == places(case["places"])


@pytest.mark.xfail(strict=True, reason="dated in the table")
@pytest.mark.parametrize("case", cases("locations_known_failures"), ids=lambda case: case["written"])
def test_known_failures(case: dict[str, str]) -> None:
    assert listed(case) == places(case["places"])


def some_towns() -> list[Place]:
    """Every fortieth name of the gazetteer with its largest town, and every alias that is a town."""
    found = [towns(line["name"])[0] for line in rows("places")[::40] if line["name"] not in aliases()]
    return [Place(t.name, t.region, t.country) for t in found if t.name] + [p for p in aliases().values() if p.city]


@pytest.mark.parametrize("place", [p for p in some_towns() if p.region])
def test_a_shown_place_is_read_as_itself(place: Place) -> None:
    shown = show(place)
    assert shown is not None
    assert read_places(shown) == (place,)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from(["NY", "Paris", ",", " ", "-", "(", ")", "/", "US", "CA", "IN", "remote", "\n", "11", "é", "County", "of"]), max_size=30).map("".join),
    ),
    st.sampled_from([None, "US", "FR", "ZZ", ""]),
    st.booleans(),
)  # fmt: skip
def test_any_text_is_read_without_error_into_known_shapes(text: str, hint: str | None, notice: bool) -> None:
    value = FIELD.clean(((text,) if text else None, (("place", text),), text, notice, text, hint, text, "fr")).value
    assert isinstance(value, tuple)
    for place in value:
        assert isinstance(place, Place)
        assert place.country is not None
        assert place.region is None or place.country in ("US", "CA", "AU")


@pytest.mark.parametrize(
    "text",
    ["(" * 1_000_000, "a, " * 350_000, "NY " * 350_000, " " * 1_000_000, "-" * 1_000_000, "This role is " * 80_000,
     "located in A " * 80_000, "Location: " * 100_000, "\n" * 1_000_000, "poste basé à " * 80_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_under_a_tenth_of_a_second(text: str) -> None:
    began = time.process_time()
    for notice in (False, True):
        FIELD.clean(((text,), (("place", text),), text, notice, text, None, None, None))
    assert time.process_time() - began < 0.2


def test_evidence_decides_a_bare_name() -> None:
    assert read_places("Cambridge", Evidence(None, ("GB",))) == (Place("Cambridge", None, "GB"),)
    assert read_places("Cambridge", Evidence("CA")) == (Place("Cambridge", "ON", "CA"),)


@pytest.mark.parametrize("text", ["Paris", "Austin, TX or London, UK", "NYC", "Berlin, Germany", "Remote Island, NY"])
def test_is_place_says_yes_to_places_only(text: str) -> None:
    assert is_place(text) is (text != "Remote Island, NY")


def test_find_city_takes_the_largest_within_what_is_given() -> None:
    assert find_city("Portland") == Place("Portland", "OR", "US")
    assert find_city("Portland", region="ME") == Place("Portland", "ME", "US")
    assert find_city("Paris", country="US") == Place("Paris", "TX", "US")
    assert find_city("Nowhereville") is None
