"""Addresses of applicant systems, and what they say of two listings."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tasks.dedupe.application_page import application, marks
from tasks.dedupe.words import rows

from .conftest import AUSTIN, House, place, posting, text

SYSTEMS = rows("application_systems")
PAGE = "https://boards.greenhouse.io/marlow/jobs/4405000005"
SAME_PAGE = "https://www.marlow.example/jobs/?utm=x&gh_jid=4405000005#apply"
ANOTHER_PAGE = "https://boards.greenhouse.io/marlow/jobs/4405000006"
OTHER_SYSTEM = "https://www.indeed.com/viewjob?jk=0123456789abcdef"


@pytest.mark.parametrize("system", SYSTEMS, ids=[f"{s['system']}-{s['mark']}" for s in SYSTEMS])
def test_every_system_reads_its_example(system: dict[str, str]) -> None:
    assert application(system["example"]) == system["application"]
    assert (
        application(system["example"].replace("https://", "http://user@").removesuffix("/apply"))
        == system["application"]
    )


@pytest.mark.parametrize(
    "address",
    [
        "", "careers", "ftp://boards.greenhouse.io/marlow/jobs/4405000005", "https://boards.greenhouse.io/marlow",
        "https://boards.greenhouse.io/marlow/jobs/", "https://jobs.lever.co/marlow", "https://marlow.example/?page=gh_jid",
        "https://marlow.example/careers#gh_jid=4405000005", "https://marlow.wd5.myworkdayjobs.com/careers",
        "https://www.linkedin.com/company/marlow-12345678",
    ],
)  # fmt: skip
def test_other_addresses_are_nobodys(address: str) -> None:
    assert application(address) == ""


@pytest.mark.parametrize(
    "address",
    ["https://a.wd5.myworkdayjobs.com/" + "job/_1" * 100_000, "https://indeed.com/viewjob?" + "&jk=" * 100_000,
     "https://oraclecloud.com/" + "/job/" * 100_000, "https://" + "x@" * 100_000 + "linkedin.com/jobs/view/" + "1-" * 100_000],
)  # fmt: skip
def test_no_address_takes_long(address: str) -> None:
    start = time.process_time()
    application(address)
    assert time.process_time() - start < 1


def test_marks_find_every_example(house: House) -> None:
    found = house.con.execute(
        "SELECT url FROM (SELECT unnest($urls) AS url) WHERE regexp_matches(url, $marks)",
        {"urls": [s["example"].upper() for s in SYSTEMS], "marks": marks()},
    ).fetchall()
    assert len(found) == len(SYSTEMS)


def bare(url: str | None, **given: Any) -> dict[str, Any]:
    return {"url": url, "description": None, "title": "Data Engineer", **given}


# What two postings have otherwise; whether they are one job.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "one page, another wording of the title": (bare(PAGE), bare(SAME_PAGE, title="Data Engineer, Weirs"), True),
    "one page, another name": (bare(PAGE), bare(SAME_PAGE, company="Pepperwood"), True),
    "one page, a text on one side": (bare(PAGE), {"url": SAME_PAGE, "title": "Engineer, Data"}, True),
    "one page, another title altogether": (bare(PAGE), bare(SAME_PAGE, title="Cooper"), False),
    "one page, another city": (bare(PAGE), bare(SAME_PAGE, locations=[place("Dallas", "TX")]), False),
    "two pages of one system": (bare(PAGE), bare(ANOTHER_PAGE), False),
    "two pages of two systems": (bare(PAGE), bare(OTHER_SYSTEM), True),
    "a page on one side": (bare(PAGE), bare(None), True),
    "one ad put up anew under another number": ({"url": PAGE}, {"url": ANOTHER_PAGE}, True),
}


@pytest.mark.parametrize("case", CASES)
def test_pages_tell_openings_apart_and_together(house: House, case: str) -> None:
    one, other, same = CASES[case]
    given = {"locations": [AUSTIN], "description": text(5)}
    house.add([posting(**{"source": "a", **given, **one}), posting(**{"source": "b", **given, **other})])
    house.match()
    assert (len(house.groups()) == 1) == same
