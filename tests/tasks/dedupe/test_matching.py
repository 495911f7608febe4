"""Matching as a whole: arrival does not matter, nothing changes by itself, verdicts can be taken back."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tasks.dedupe import candidates, text_search, version
from tasks.errors import UsageError

from .conftest import AUSTIN, House, Posting, place, posting, text

DAY = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)


def market(seed: int, jobs: int = 12) -> list[Posting]:
    """Postings of a made-up market: each job on several boards, cut, edited, without city or requisition here and there."""
    chooser = random.Random(seed)
    out = []
    for job in range(jobs):
        base = text(chooser.randrange(jobs), 160)  # some jobs share a text
        city = chooser.choice([AUSTIN, place("Denver", "CO")])
        title = chooser.choice(["Data Engineer", "Senior Data Engineer", "Miller", "Baker II"])
        requisition = chooser.choice([None, f"R-{1000 + job}"])
        for copy in range(chooser.randint(1, 4)):
            body = chooser.choice([base, base, base[: len(base) // 2] + "...", base.replace("work", "toil"), None])
            out.append(posting(
                source=chooser.choice("abc"), source_key=f"{job}-{copy}", title=title, description=body,
                company=chooser.choice(["Marlow Mills", "Marlow Mills Inc", "Pepperwood", None]),
                locations=chooser.choice([[city], [city], [], [city, place("Dallas", "TX")]]),
                requisition=chooser.choice([requisition, None]), posted_on=dt.date(2026, 1, 1 + chooser.randrange(28)),
                first_seen=DAY + dt.timedelta(hours=chooser.randrange(200)), url=f"https://jobs.example/{job}/{copy}",
            ))  # fmt: skip
    return out


def feeds(seed: int, openings: int = 10) -> list[Posting]:
    """Bare listings of three sources: the same openings under other words, places in other forms, names and dates."""
    chooser = random.Random(seed)
    out = []
    for opening in range(openings):
        city, region = chooser.choice([("Austin", "TX"), ("Denver", "CO")])
        words = chooser.choice(["Weir Engineer", "Software Engineer", "Data Intern 2026", "Tidal Miller"])
        for copy in range(chooser.randint(1, 5)):
            listed = chooser.choice([f"{city}, {region}", f"{city}, {region}, United States", city, "Remote"])
            out.append(posting(
                source=chooser.choice("abc"), source_key=f"{opening}-{copy}", title=words, places_listed=listed,
                title_listed=chooser.choice([words, words.upper(), ", ".join(reversed(words.split()))]),
                description=text(opening, 60) if chooser.random() < 0.15 else None,
                company=chooser.choice(["Acme", "Acme", "Acme Robotics", "Robotics", "Pepperwood"]),
                locations=[] if listed == "Remote" else [place(city, region)],
                posted_on=chooser.choice([None, dt.date(2026, 1 + chooser.randrange(9), 1)]),
                first_seen=DAY + dt.timedelta(hours=chooser.randrange(200)),
            ))  # fmt: skip
    return out


@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), made=st.sampled_from([market, feeds]))
def test_order_and_batches_do_not_matter(
    new_house: Callable[[], House], seed: int, made: Callable[[int], list[Posting]]
) -> None:
    assert_order_does_not_matter(new_house, made(seed), seed)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), made=st.sampled_from([market, feeds]))
def test_order_does_not_matter_where_keys_overflow(
    new_house: Callable[[], House], seed: int, made: Callable[[int], list[Posting]]
) -> None:
    """In one run: what a full key hides from a later batch, it does not hide from an earlier one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "BLOCK", 4)
        patch.setattr(text_search, "MOST_TEXTS", 3)
        whole, shuffled = new_house(), new_house()
        postings = made(seed)
        whole.add(postings)
        report = whole.match()
        assume(sum(report.overflow.values()))  # a small market may have no key that so many share
        random.Random(seed).shuffle(postings)
        shuffled.add(postings)
        shuffled.match()
    assert shuffled.state() == whole.state()


def assert_order_does_not_matter(new_house: Callable[[], House], postings: list[Posting], seed: int) -> None:
    """Whether whole, shuffled and in three batches, the same jobs come of it."""
    whole, shuffled, bit_by_bit = new_house(), new_house(), new_house()
    whole.add(postings)
    whole.match()
    random.Random(seed).shuffle(postings)
    shuffled.add(postings)
    shuffled.match()
    cuts = sorted(random.Random(seed + 1).sample(range(len(postings)), 2))
    for batch in (postings[: cuts[0]], postings[cuts[0] : cuts[1]], postings[cuts[1] :]):
        bit_by_bit.add(batch)
        bit_by_bit.match()
    assert shuffled.state() == whole.state()
    assert bit_by_bit.state() == whole.state()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_what_goes_or_changes_leaves_no_trace(new_house: Callable[[], House], seed: int) -> None:
    postings = market(seed)
    changed = [{**p, "description": text(999), "title": "Cooper", "titles": ["Cooper"]} for p in postings[:3]]
    went = {p["posting_id"] for p in postings[3:6]}
    once, late = new_house(), new_house()
    once.add([*changed, *postings[6:]])
    once.match()
    late.add(postings)
    late.match()
    late.con.execute("DELETE FROM curated.postings WHERE posting_id IN (SELECT unnest(?))", [list(went)])
    late.add(changed)
    late.match()
    assert late.state() == once.state()


def test_a_second_call_changes_nothing(house: House) -> None:
    house.add(market(5))
    house.match()
    before, matches = house.state(), house.rows("SELECT * FROM audit.matches ORDER BY ALL")
    report = house.match()
    assert house.state() == before
    assert house.rows("SELECT * FROM audit.matches ORDER BY ALL") == matches
    assert (report.touched, report.candidates, report.regrouped, report.moved) == (0, 0, 0, 0)


def test_every_posting_has_a_job_and_every_job_exists(house: House) -> None:
    house.add(market(6))
    report = house.match()
    assert house.rows("SELECT count(*) FROM curated.postings WHERE job_id IS NULL") == [(0,)]
    assert house.rows("SELECT * FROM curated.postings AS p ANTI JOIN curated.jobs USING (job_id)") == []
    assert house.rows("SELECT * FROM curated.jobs ANTI JOIN curated.postings USING (job_id)") == []
    assert house.rows("SELECT sum(postings) = (SELECT count(*) FROM curated.postings) FROM curated.jobs") == [(True,)]
    assert report.jobs == len(house.groups())
    assert house.rows("SELECT * FROM duckdb_tables() WHERE temporary") == []


def test_the_job_is_named_after_its_oldest_posting(house: House) -> None:
    young, old = posting(source="a"), posting(source="b", first_seen=DAY - dt.timedelta(days=9))
    house.add([young])
    house.match()
    house.add([old])
    report = house.match()
    assert set(house.jobs().values()) == {old["posting_id"]}
    assert report.moved == 1
    assert house.rows("SELECT run_id, posting_id, job_before, job_after FROM audit.job_moves") == [
        ("run 2", young["posting_id"], young["posting_id"], old["posting_id"])
    ]


def test_no_chaining_through_half_texts(house: House) -> None:
    first, second = text(21, 120), text(22, 120)
    house.add([
        posting(source="a", description=first),
        posting(source="b", description=first + " " + second),
        posting(source="c", description=second),
    ])  # fmt: skip
    house.match()
    jobs = house.jobs()
    assert house.rows("SELECT max(postings) FROM curated.jobs") == [(3,)]  # each is most of the fullest one ...
    house.con.execute("DELETE FROM curated.postings WHERE source = 'b'")
    house.match()
    assert len(house.groups()) == 2, jobs  # ... and without it they have nothing in common


def test_no_chaining_through_a_city_that_two_lists_share(house: House) -> None:
    cities = ([AUSTIN, place("Dallas", "TX")], [AUSTIN], [AUSTIN, place("Denver", "CO")])
    rows = [
        posting(
            source=source, locations=named, title_listed="Data Engineer", places_listed="; ".join(str(n["city"]) for n in named),
            requisition="R-1001" if len(named) == 1 else None,  # makes it the fullest, which both of the others resemble
        )
        for source, named in zip("abc", cities, strict=True)
    ]  # fmt: skip
    house.add(rows)
    house.match()
    job = house.jobs()
    assert job[rows[0]["posting_id"]] != job[rows[2]["posting_id"]]


NOWHERE, HERE = {"locations": [], "places_listed": None}, {"locations": [AUSTIN], "places_listed": "Austin, TX"}


@pytest.mark.parametrize(
    ("one", "other", "jobs"),
    [
        ({**NOWHERE}, {**NOWHERE}, 2),
        ({**NOWHERE}, {**HERE}, 2),
        ({**HERE}, {**HERE}, 1),  # both say that they are one place's
        ({**NOWHERE}, {**NOWHERE, "source": "b"}, 1),  # a copy
        ({**NOWHERE}, {**NOWHERE, "posted_on": dt.date(2026, 4, 2)}, 1),  # a repost, a month later
        ({**NOWHERE}, {**NOWHERE, "posted_on": dt.date(2026, 3, 20)}, 2),
        ({**NOWHERE, "requisition": "R-1001"}, {**NOWHERE, "requisition": "R-1001"}, 1),
        ({**NOWHERE, "title_listed": None, "company_listed": None}, {**NOWHERE, "title_listed": None, "company_listed": None}, 1),
    ],
    ids=str,
)  # fmt: skip
def test_one_text_twice_in_one_source_without_a_place_is_two_openings(
    house: House, one: dict[str, Any], other: dict[str, Any], jobs: int
) -> None:
    rows = [
        posting(**{"source": "a", "source_key": key, "title_listed": "Data Engineer", **given})
        for key, given in (("1", one), ("2", other))
    ]
    house.add(rows)
    house.match()
    assert len(house.groups()) == jobs


def test_what_a_source_lists_side_by_side_no_third_joins(house: House) -> None:
    told = {"title_listed": "Data Engineer", **NOWHERE}
    house.add([
        posting(source="a", source_key="1", **told),
        posting(source="a", source_key="2", **told),
        posting(source="b", source_key="3", **told),
    ])  # fmt: skip
    house.match()
    job = dict(house.rows("SELECT source_key, job_id FROM curated.postings"))
    assert job["1"] != job["2"]


def test_verdicts_are_taken_and_taken_back(house: House) -> None:
    one, twin, far = (
        posting(source="a"),
        posting(source="b"),
        posting(source="c", locations=[place("Oslo", None, "NO")]),
    )
    a, b, c = (p["posting_id"] for p in (one, twin, far))
    house.add([one, twin, far])
    house.match()
    before = house.state()
    assert house.groups() == {frozenset({a, b}), frozenset({c})}
    house.decide(("different", a, b), ("same", a, c))
    house.match()
    assert house.groups() == {frozenset({a, c}), frozenset({b})}
    assert set(house.rows("SELECT label, decided_by FROM audit.matches WHERE decided_by = 'human'")) == {
        ("NON", "human"), ("FULL", "human"),
    }  # fmt: skip
    house.decide()
    house.match()
    assert house.state() == before
    assert house.rows("SELECT * FROM audit.verdicts") == []
    # every move there has one back, so that the trail of a posting ends where its job is
    moves = house.rows("SELECT run_id, posting_id, job_before, job_after FROM audit.job_moves ORDER BY ALL")
    there, back = ([move[1:] for move in moves if move[0] == run] for run in ("run 2", "run 3"))
    assert there
    assert sorted(back) == sorted((name, after, earlier) for name, earlier, after in there)


def test_verdicts_hold_when_new_postings_come(house: House) -> None:
    one, twin, third = (posting(source=s) for s in "abc")
    house.decide(("different", one["posting_id"], twin["posting_id"]))
    house.add([one, twin])
    house.match()
    house.add([third])
    house.match()
    assert house.jobs()[one["posting_id"]] != house.jobs()[twin["posting_id"]]
    assert len(house.groups()) == 2


def test_verdicts_on_unknown_postings_wait(house: House) -> None:
    one, far = posting(source="a"), posting(source="b", locations=[place("Oslo", None, "NO")])
    house.decide(("same", one["posting_id"], far["posting_id"]))
    house.add([one])
    house.match()
    house.add([far])
    house.match()
    assert len(house.groups()) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("a,b\n", "decisions_header"),
        ("verdict,posting_a,posting_b,decided_by,decided_on,why\nmaybe,x,y,,,\n", "decisions_verdict"),
        ("verdict,posting_a,posting_b,decided_by,decided_on,why\nsame,x,x,,,\n", "decisions_pair"),
        (
            "verdict,posting_a,posting_b,decided_by,decided_on,why\nsame,x,y,,,\ndifferent,y,x,,,\n",
            "decisions_conflict",
        ),
    ],
)
def test_malformed_verdicts_are_named(house: House, lines: str, code: str) -> None:
    house.decisions.write_text(lines, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        house.match()
    assert error.value.code == code
    assert str(house.decisions) in str(error.value)


def test_the_decisions_of_the_project_are_readable() -> None:
    from tasks.dedupe.verdicts import DECISIONS, read

    assert isinstance(read(DECISIONS), list)


def test_overflow_is_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "BLOCK", 5)
    house.add([posting(source_key=str(n), description=text(100 + n)) for n in range(8)])
    report = house.match()
    assert report.overflow["company_title_place"] == 1
    assert report.overflow["company_requisition"] == 0


def test_texts_that_too_many_share_are_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "MOST_TEXTS", 4)
    titles = ("Data Engineer", "Cooper", "Miller", "Weaver", "Tanner", "Dyer", "Sawyer")
    shared = [posting(source_key=title, title=title) for title in titles]
    house.add(shared[:6])
    first = house.match().overflow
    house.add(shared[6:])
    second = house.match().overflow  # found by looking up what the new one asks for
    assert first["text_and_city"] > 0
    assert second["text_and_city"] == first["text_and_city"]
    assert second["text_elsewhere"] == first["text_elsewhere"] > 0
    assert len(house.groups()) == len(titles)


def test_many_new_ones_are_sorted_and_few_looked_up_with_one_result(
    new_house: Callable[[], House], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    for most in (10_000, 0):
        monkeypatch.setattr(candidates, "LOOKED_UP", most)
        house, postings = new_house(), market(11)
        for part in (postings[:-3], postings[-3:]):
            house.add(part)
            house.match()
        states.append(house.state())
    assert states[0] == states[1]


def test_another_version_matches_everything_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.add(market(7))
    house.match()
    before = house.state()
    monkeypatch.setattr(version, "version", lambda: "another")
    report = house.match()
    assert report.touched == len(house.jobs())
    assert house.state() == before
    assert [row[1] for row in house.rows("SELECT * FROM audit.matchers")] == ["run 1", "run 2"]


def test_survivors_come_from_the_most_trusted_posting(house: House) -> None:
    early = posting(source="board", title="Data Engineer (Hot!)", first_seen=DAY - dt.timedelta(days=1), url="https://b.example",
                    titles=["Data Engineer"], seniority="senior", posted_on=dt.date(2026, 3, 1))  # fmt: skip
    owner = posting(source="owner", title="Data Engineer", url="https://o.example", employment_type=["full_time"],
                    locations=[AUSTIN, place("Dallas", "TX")], posted_on=dt.date(2026, 3, 4))  # fmt: skip
    agency = posting(source="agency", company="Hartley Recruiters", is_agency=True, role_family="data_engineer")
    house.con.execute("CREATE TABLE work.trust (source VARCHAR, trust INTEGER)")
    house.con.execute("INSERT INTO work.trust VALUES ('owner', 90), ('board', 40), ('agency', 99)")
    house.add([early, owner, agency])
    house.match()
    names = ["title_from", "company", "company_from", "seniority_from", "role_family_from", "employment_type_from"]
    (row,) = house.rows(
        f"SELECT {', '.join(names)}, urls, sources, len(locations), first_posted_on, repost_count FROM curated.jobs"
    )
    assert row == (
        owner["posting_id"], "Marlow Mills", owner["posting_id"], early["posting_id"], agency["posting_id"], owner["posting_id"],
        ["https://b.example", "https://o.example"], ["agency", "board", "owner"], 2, dt.date(2026, 3, 1), 0,
    )  # fmt: skip


def test_reposts_are_spells_and_later_postings(house: House) -> None:
    first, later = posting(source_key="1"), posting(source_key="2", posted_on=dt.date(2026, 7, 1))
    house.add([first, later])
    house.con.execute(
        "INSERT INTO curated.spells BY NAME SELECT unnest([1, 2]) AS spell, ? AS posting_id, now() AS opened_at, now() AS last_seen",
        [first["posting_id"]],
    )
    house.match()
    assert house.rows("SELECT repost_count, postings FROM curated.jobs") == [(2, 2)]


def test_each_month_of_a_thread_is_a_repost_and_a_copy_elsewhere_is_none(house: House) -> None:
    months = [
        posting(source_key=str(m), posted_on=dt.date(2025, m, 1)) for m in (2, 3, 4, 5)
    ]  # 28, 31 and 30 days apart
    twice = posting(source_key="9", posted_on=dt.date(2025, 5, 2))
    copy = posting(source="elsewhere", source_key="1", posted_on=dt.date(2025, 2, 20))
    house.add([*months, twice, copy])
    house.match()
    assert house.rows("SELECT repost_count, postings FROM curated.jobs") == [(3, 6)]
    assert house.rows("SELECT label, count(*) FROM audit.matches GROUP BY ALL ORDER BY 1") == [
        ("FULL", 1),
        ("TEMPORAL", 4),
    ]


def test_companies(house: House) -> None:
    house.add([
        posting(source_key="1", company="Marlow Mills"),
        posting(source_key="2", company="Marlow Mills", description=text(2)),
        posting(source_key="3", company="MARLOW MILLS, Inc.", description=text(3)),
        posting(source_key="4", company="Hartley Recruiters", is_agency=True, description=text(4)),
        posting(source_key="5", company=None, description=text(5)),
    ])  # fmt: skip
    house.match()
    assert house.rows("SELECT name, aliases, is_agency, postings FROM curated.companies ORDER BY name") == [
        ("Hartley Recruiters", [], True, 1),
        ("Marlow Mills", ["MARLOW MILLS, Inc."], False, 3),
    ]


def test_what_the_source_wrote_decides_between_bare_listings(house: House) -> None:
    house.con.execute("ALTER TABLE curated.postings ADD COLUMN IF NOT EXISTS title_listed VARCHAR")
    house.con.execute("ALTER TABLE curated.postings ADD COLUMN IF NOT EXISTS places_listed VARCHAR")
    bare = {"description": None, "title": "Data Intern", "company": "Marlow Mills"}
    house.add([
        posting(source="a", source_key="1", **bare, title_listed="Data Intern - Summer 2026", places_listed="Austin"),
        posting(source="a", source_key="2", **bare, title_listed="Data Intern - Summer 2025", places_listed="Austin"),
        posting(source="b", source_key="3", **bare, title_listed="DATA INTERN, SUMMER 2026", places_listed="Austin, TX"),
    ])  # fmt: skip
    house.match()
    jobs = house.rows("SELECT list(source_key ORDER BY source_key) FROM curated.postings GROUP BY job_id ORDER BY ALL")
    assert jobs == [(["1", "3"],), (["2"],)]


def test_nothing_to_match(house: House, tmp_path: Path) -> None:
    report = house.match()
    assert report.jobs == 0
    assert list(tmp_path.rglob("*.arrow")) == []
