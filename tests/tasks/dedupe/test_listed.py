"""What the listing says goes before what was concluded from the text; what a posting said once holds."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.dedupe import text_search
from tasks.dedupe.listed import listed_company, listed_titles
from tasks.dedupe.requisition import named_in
from tasks.dedupe.shingles import LONGEST, shingle

from .conftest import AUSTIN, House, place, posting, text


@pytest.mark.parametrize(
    ("titles", "listed", "kept"),
    [
        (("Data Engineer",), "DATA ENGINEER (m/f/d)", ("Data Engineer",)),
        (("Data Engineer", "Miller"), "Data Engineers and Millers", ("Data Engineer", "Miller")),
        (("Data Engineer", "Miller"), "Data Engineer", ("Data Engineer",)),
        (("Senior Miller",), "Miller", ("Miller",)),
        (("Rails Developer", "iOS Developer"), "Developers", ("Developer",)),
        (("Software Engineer II",), "Software Engineer", ("Software Engineer",)),
    ],
)
def test_titles_of_the_text_do_not_stand_for_the_listed_one(
    titles: tuple[str, ...], listed: str, kept: tuple[str, ...]
) -> None:
    assert listed_titles(titles, listed) == kept


@pytest.mark.parametrize(
    ("company", "listed", "kept"),
    [
        ("Marlow Mills", "Marlow Mills, Inc.", "Marlow Mills"),
        ("Marlow Mills", "Marlow Mills\n3.8", "Marlow Mills"),
        ("Pepperwood", "Marlow Mills Inc", "Marlow Mills"),
        ("Pepperwood", "Confidential", None),
        ("Pepperwood", "", None),
        ("Robert Half", "Robert Half", None),
    ],
)
def test_an_employer_of_the_text_does_not_stand_for_the_listed_one(company: str, listed: str, kept: str | None) -> None:
    assert listed_company(company, listed) == kept


def test_copies_of_which_cleaning_concluded_something_else_are_one_job(house: House) -> None:
    listed = {"title_listed": "Developer", "company_listed": "Marlow Mills", "places_listed": "Austin, TX"}
    house.add([
        posting(source="a", title="Developer", **listed),
        posting(source="b", title="Lead Miller", titles=["Lead Miller", "Baker"], company="Pepperwood", **listed),
    ])  # fmt: skip
    house.match()
    assert len(house.groups()) == 1


@pytest.mark.parametrize(("title", "jobs"), [("Data Engineer", 1), ("Data Engineer - Oslo", 2)])
def test_a_place_that_only_the_text_names_keeps_nothing_apart(house: House, title: str, jobs: int) -> None:
    told = {"company_listed": "Marlow Mills"}
    house.add([
        posting(source="a", title_listed="Data Engineer", places_listed="Austin, TX", **told),
        posting(source="b", locations=[place("Oslo", None, "NO")], title_listed=title, **told),
    ])  # fmt: skip
    house.match()
    assert len(house.groups()) == jobs


def test_a_requisition_named_once_keeps_sister_openings_apart(house: House) -> None:
    silent, first, second = (
        posting(source="a"),
        posting(source="b", requisition="R-1001"),
        posting(source="c", requisition="R-1002"),
    )
    house.add([silent, second])
    house.match()
    assert len(house.groups()) == 1
    house.con.execute("INSERT INTO curated.requisitions VALUES (?, 'x', 'r1001')", [silent["posting_id"]])
    house.add([silent, first])
    house.match()
    assert frozenset({silent["posting_id"], first["posting_id"]}) in house.groups()
    house.con.execute("INSERT INTO curated.requisitions VALUES (?, 'y', 'R-1002')", [silent["posting_id"]])
    house.add([silent])
    house.match()
    assert len(house.groups()) == 3  # it named both: nobody knows which


@pytest.mark.parametrize(
    ("seen", "joins"),
    [
        ([("x", 1, None), ("y", 2, None)], 1),
        ([("x", 3, None), ("y", 2, None)], 0),
        ([("x", 1, None), ("y", 2, None), ("x", 3, None)], 0),  # the first one again
        ([("x", 1, None), ("y", 2, None), ("z", 3, None)], 1),  # then silence
        ([("x", 1, "2026-01-01"), ("y", 1, "2026-01-02")], 1),
        ([("x", 1, None), ("y", 1, None)], None),
        ([("y", 1, None)], 1),
        ([], None),
    ],
)
def test_the_number_named_last_holds(house: House, seen: list[tuple[str, int, str | None]], joins: int | None) -> None:
    silent, *others = (
        posting(source="a"),
        *(posting(source=s, requisition=r) for s, r in (("b", "R-1001"), ("c", "R-1002"))),
    )
    for content, number in (("x", "R-1001"), ("y", "r1002"), ("y", "N/A")):
        house.con.execute("INSERT INTO curated.requisitions VALUES (?, ?, ?)", [silent["posting_id"], content, number])
    for content, day, recency in seen:
        house.con.execute(
            """INSERT INTO curated.sightings BY NAME SELECT $1 AS posting_id, 'c' AS capture_id, 'r' AS raw_id, 'a' AS source,
            $2 AS content_id, TIMESTAMPTZ '2026-01-01' + INTERVAL 1 DAY * $3 AS seen_at, $4 AS recency, false AS listed_closed,
            'new' AS outcome""",
            [silent["posting_id"], content, day, recency],
        )
    house.add([silent, *others])
    house.match()
    expected = {frozenset({p["posting_id"]}) for p in (silent, *others)}
    if joins is not None:
        expected = {
            frozenset({silent["posting_id"], others[joins]["posting_id"]}),
            frozenset({others[1 - joins]["posting_id"]}),
        }
    assert house.groups() == expected


@pytest.mark.parametrize("number", ["See Opening ID", "MULTI", "N/A", "0", "000000", "—"])
def test_what_boards_write_where_there_is_no_number_joins_nothing(house: House, number: str) -> None:
    titles = ("Software Engineer, Payments", "Software Engineer, Search", "Software Engineer, Billing")
    house.add(
        [
            posting(source_key=str(n), title=title, requisition=number, description=text(20 + n))
            for n, title in enumerate(titles)
        ]
    )
    house.match()
    assert len(house.groups()) == 3


def test_who_names_no_city_meets_every_opening_however_common_the_text(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MOST_TEXTS", 3)
    cities = [AUSTIN, place("Denver", "CO"), place("Dallas", "TX"), place("Boise", "ID")]
    house.add([posting(source="placed", source_key=str(n), locations=[city]) for n, city in enumerate(cities)])
    house.add(
        [
            posting(source="roaming", source_key=str(n), locations=[], description=text(1) + text(9 + n, 20))
            for n in (1, 2)
        ]
    )
    house.match()
    assert len(house.groups()) == 6


PIECE = st.sampled_from(
    ["Req", "req.", "REQ-1234", "Requisition #:", "Reference:", "reference id", "R-0012345", "2025-11-02", "jobs/req-1190-x", "JR55512", "...",
     "requirements", "préreq", "12345BR", "Number", "…", "id", "Référence", "re\u0301q", "req\u0301", "þ", "×", "ß", "東", "я", "🎉", "\U000f0000", "\x01", "e"]
)  # fmt: skip
GLUE = st.sampled_from(
    [
        " ",
        "\n",
        "",
        "\N{BULLET}",
        "\N{NO-BREAK SPACE}",
        "\N{RIGHT SINGLE QUOTATION MARK}",
        "“",
        "·",
        ":",
        "\u3000",
        "\uff0f",
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(PIECE, GLUE), max_size=12).map(lambda parts: "".join(map("".join, parts))))
@example("•Req 12345 is ours")
@example("the employer’s “Reference 12345”")
@example("Req 東12345")
def test_a_number_is_read_from_one_text_as_from_a_batch(words: str) -> None:
    assert named_in(words) == shingle(pa.array([words], pa.large_string())).requisition[0]


@pytest.mark.parametrize("before", [LONGEST - 30, LONGEST - 15, LONGEST - 5, LONGEST - 3, LONGEST, LONGEST + 100])
@pytest.mark.parametrize("filler", ["x ", "é ", "東"])
def test_a_number_is_read_from_a_long_text_as_from_a_batch(before: int, filler: str) -> None:
    words = filler * (before // len(filler.encode())) + " Req R-0012345 of é"
    assert named_in(words) == shingle(pa.array([words], pa.large_string())).requisition[0]
