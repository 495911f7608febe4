"""What tells copies of an ad apart, and what tells jobs apart that look like copies: all of it occurs, and is true."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tasks.ingest.sources.sample.body import Section, compose
from tasks.ingest.sources.sample.changes import (
    CHANGES,
    ORDERS,
    SWAPS,
    edited,
    misspelt,
    place_form,
    reordered,
    rewritten,
    short_name,
    swapped,
)  # fmt: skip
from tasks.ingest.sources.sample.companies import PLACES, found
from tasks.ingest.sources.sample.grammar import PAY, Line

if TYPE_CHECKING:
    from tests.tasks.ingest.sources.conftest import Written
else:
    Written = Any


def newest(market: Written) -> list[dict[str, Any]]:
    return [v for v in market.versions if v["newest"]]


def test_every_change_occurs_and_some_ads_are_plain(market: Written) -> None:
    seen = Counter(name for v in market.versions for name in v["changes"])
    assert set(seen) == set(CHANGES)
    assert min(seen.values()) >= 5
    assert any(not v["changes"] for v in market.versions)


def test_the_page_about_the_sample_names_every_change() -> None:
    page = (Path(__file__).parents[4] / "docs" / "sample_market.md").read_text(encoding="utf-8")
    assert all(f"\n| `{name}` | " in page for name in CHANGES)


def test_changes_are_what_the_records_show(market: Written) -> None:
    agencies = {v["company"] for v in market.versions if "agency" in v["changes"]}
    assert agencies
    for v in market.versions:
        assert ("html" in v["changes"]) == (v["member"] in ("sample_harbor", "sample_notices"))
        assert v["is_agency"] or "agency" not in v["changes"]
        if v["member"] == "sample_meridian":
            assert v["requisition"] is None


def test_one_job_is_one_job_however_it_is_written(market: Written) -> None:
    jobs: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for v in newest(market):
        jobs[v["job"]].append(v)
    for versions in jobs.values():
        assert len({v["role_family"] for v in versions}) == 1
        assert len({v["seniority"] for v in versions if len(v["titles"]) == 1}) <= 1
        assert len({v["locations"][0]["city"] for v in versions}) == 1
        assert len({v["requisition"].replace("-", "").lower() for v in versions if v["requisition"]}) <= 1
    written = [v for versions in jobs.values() if len({v["requisition"] for v in versions}) > 1 for v in versions]
    assert any("requisition" in v["changes"] for v in written)


def test_every_kind_of_hard_negative_occurs_and_differs_as_it_says(market: Written) -> None:
    kind = {job["job"]: job["sibling"] for job in market.jobs}
    first = {job["job_group"]: job for job in market.jobs if job["job"] == job["job_group"]}
    by_job = {v["job"]: v for v in newest(market) if len(v["titles"]) == 1}
    told: Counter[str] = Counter()
    for job, sibling in kind.items():
        here, there = by_job.get(job), by_job.get(next(j["job_group"] for j in market.jobs if j["job"] == job))
        if sibling is None or here is None or there is None or "agency" in here["changes"] + there["changes"]:
            continue
        told[sibling] += 1
        assert first[here["job_group"]]["job"] != job
        cities = [{place["city"] for place in v["locations"]} for v in (here, there)]
        assert cities[0].isdisjoint(cities[1]) == (sibling == "city"), (here, there)
        assert (here["role_family"] != there["role_family"]) == (sibling == "role")
        assert here["seniority"] != there["seniority"] or sibling != "level"
        if sibling == "requisition":
            numbers = {v["requisition"] for v in (here, there)}
            assert len(numbers) == 2 or None in numbers
    assert set(told) == {"city", "level", "requisition", "role"}


LINES = tuple(Line(f"you will carry {n} parcels together with others", 0, 0) for n in range(6))
TOLD = Line("Base pay: you will get $1", 0, PAY)
BODY = compose([Section(str(n), True, (*LINES, TOLD)) for n in range(6)], ("a@b.example",))


def test_edits_touch_neutral_lines_only_and_are_small() -> None:
    for seed in range(1, 40):
        after = edited(BODY, "en", seed)
        assert (after.says, after.personal) == (BODY.says, BODY.personal)
        assert all(TOLD in part.lines for part in after.sections)
        assert after == edited(BODY, "en", seed)
    kept = [line for seed in range(1, 40) for part in edited(BODY, "en", seed).sections for line in part.lines]
    assert 0.55 < sum(line in LINES or line == TOLD for line in kept) / (39 * 42) < 0.95


@pytest.mark.parametrize("order", ORDERS)
def test_orders_lose_no_section(order: tuple[int, ...]) -> None:
    assert sorted(order) == list(range(6))
    after = reordered(BODY, order)
    assert after.sections != BODY.sections
    assert sorted(part.heading for part in after.sections) == sorted(part.heading for part in BODY.sections)
    short = compose(BODY.sections[:2])
    assert reordered(short, order) == short


def test_words_are_swapped_and_misspelt_within_a_line() -> None:
    draw = Random(3).random
    assert misspelt("You carry parcels", draw) == "You carry pacrels"
    assert misspelt("C++ and Go", draw) == "C++ and Go"
    for language, pairs in SWAPS.items():
        for before, after in pairs:
            assert swapped(f"x{before}y", language, draw) == f"x{after}y"
    assert swapped("nothing known", "en", draw) == "nothing known"


@pytest.mark.parametrize(
    ("number", "how", "shown"),
    [
        ("R-012345", "rewritten", "r012345"),
        ("REQ012345", "rewritten", "req012345"),
        ("0012345", "rewritten", "0012345"),
        ("R-012345", "dropped", None),
        ("R-012345", None, "R-012345"),
    ],
)
def test_requisitions(number: str, how: str | None, shown: str | None) -> None:
    assert rewritten(number, how) == shown


def test_places_have_eight_forms_that_name_the_city() -> None:
    place = next(p for p in PLACES.entries if p.city == "Austin")
    found = {place_form(place, n / 8) for n in range(8)}
    assert len(found) == 8
    assert all("austin" in form.lower() for form in found)
    for other in PLACES.entries:
        if other.country == "US":
            assert place_form(other, 0).startswith(str(other.city))


def test_short_names_are_nobody_elses() -> None:
    companies = [found(1, n) for n in range(3_000)]
    shortened = [short_name(c) for c in companies if short_name(c) != c.name]
    assert len(shortened) > 1_000
    others = Counter(c.name for c in companies)
    others.update(shortened)
    assert all(others[name] == 1 for name in shortened)
