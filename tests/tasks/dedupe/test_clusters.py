"""Merging pairs into jobs: never against what members say, and never depending on the order of anything."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.clusters import UNKNOWN, Graph, cluster, components

KINDS = 8  # statements of a fingerprint: cities, regions, countries, requisition, level, grade, years, seasons
NONE: frozenset[str] = frozenset()


def says(city: str = "", requisition: str = "", level: str = "level ") -> tuple[frozenset[str], ...]:
    """The statements of one fingerprint."""
    out = [NONE] * KINDS
    out[0] = frozenset(city.split()) if city else NONE
    out[3] = frozenset([requisition]) if requisition else NONE
    out[4] = frozenset([level])
    return tuple(out)


def graph(
    said: list[tuple[frozenset[str], ...]],
    edges: list[tuple[int, int, float]],
    *,
    named: list[int] | None = None,
    bare: list[bool] | None = None,
    kin: set[tuple[int, int]] | None = None,
    listed: list[dict[str, str]] | None = None,
    roles: list[set[str]] | None = None,
    beside: list[tuple[int, int]] | None = None,
    together: list[tuple[int, int]] | None = None,
    apart: list[tuple[int, int]] | None = None,
    since: list[int] | None = None,
) -> Graph:
    """A graph whose first fingerprints are the fullest."""
    a, b, score = (np.array([e[i] for e in edges]) for i in range(3))
    return Graph(
        said=said,
        named=named or [1] * len(said),
        bare=bare or [False] * len(said),
        kin=frozenset(kin or ()),
        since=np.array(since or [UNKNOWN] * len(said)),
        listed=listed or [{} for _ in said],
        roles=[frozenset(each) for each in roles or [set()] * len(said)],
        rank=np.arange(len(said)),
        a=a.astype(np.int64),
        b=b.astype(np.int64),
        score=score.astype(np.float64),
        beside=np.array([(i, j) in (beside or ()) for i, j, _ in edges], np.bool_),
        together=together or [],
        apart=apart or [],
    )


def groups(made: Graph) -> set[frozenset[int]]:
    """The clusters of a graph as sets of positions."""
    leader = cluster(made).leader
    return {frozenset(np.flatnonzero(leader == each).tolist()) for each in leader.tolist()}


def test_a_bridge_does_not_join_two_cities() -> None:
    said = [says("austin"), says(""), says("denver")]
    assert groups(graph(said, [(0, 1, 1.5), (1, 2, 1.2)])) == {frozenset({0, 1}), frozenset({2})}


def test_a_bridge_that_is_as_close_to_both_stays_alone() -> None:
    said = [says("austin"), says(""), says("denver")]
    assert groups(graph(said, [(0, 1, 1.5), (1, 2, 1.45)])) == {frozenset({0}), frozenset({1}), frozenset({2})}


@pytest.mark.parametrize("kind", ["city", "requisition"])
@pytest.mark.parametrize(
    ("since", "joins"),
    [
        ([1, 5, 9], 0),
        ([9, 5, 1], 2),
        ([1, 9, 5], None),
        ([6, 5, 7], None),
        ([UNKNOWN, 5, 9], 0),
        ([1, UNKNOWN, 9], None),
    ],
)
def test_who_was_there_before_all_but_one_belongs_to_that_one(kind: str, since: list[int], joins: int | None) -> None:
    said = [
        says(**{"city": "austin", kind: "one"}),
        says(**{"city": "austin", kind: ""}),
        says(**{"city": "austin", kind: "two"}),
    ]
    edges = [(0, 1, 1.5), (1, 2, 1.5)]
    expected = {frozenset({0}), frozenset({1}), frozenset({2})}
    if joins is not None:
        expected = {frozenset({joins, 1}), frozenset({2 - joins})}
    assert groups(graph(said, edges, since=since)) == expected


def test_requisitions_keep_siblings_apart() -> None:
    said = [says("austin", "R1"), says("austin", "R2"), says("austin")]
    assert groups(graph(said, [(0, 2, 1.5), (1, 2, 1.5)])) == {frozenset({0}), frozenset({1}), frozenset({2})}


def test_who_names_no_city_does_not_make_the_openings_of_one_doubtful() -> None:
    said = [says("austin", "R1"), says("austin"), says("", "R2")]
    assert groups(graph(said, [(0, 1, 1.5), (1, 2, 1.4)])) == {frozenset({0, 1}), frozenset({2})}


def test_a_posting_in_two_cities_joins_one_of_them() -> None:
    said = [says("austin denver"), says("austin"), says("denver")]
    assert groups(graph(said, [(0, 1, 1.5), (0, 2, 1.4)])) == {frozenset({0, 1}), frozenset({2})}


@pytest.mark.parametrize(
    ("cities", "roles", "jobs"),
    [
        (("austin dallas", "austin", "austin denver"), set(), {(0, 1), (2,)}),
        (("austin dallas", "austin", "austin dallas denver"), set(), {(0, 1, 2)}),
        (("austin dallas", "austin", "austin denver"), {"miller"}, {(0, 1, 2)}),  # of two notices half is enough
        (("austin dallas", "austin", "austin boise denver"), {"miller"}, {(0, 1), (2,)}),
        (("austin dallas", "", "austin denver"), set(), {(0, 1), (2,)}),
    ],
)
def test_who_names_less_does_not_join_two_whose_cities_cross(
    cities: tuple[str, ...], roles: set[str], jobs: set[tuple[int, ...]]
) -> None:
    made = graph([says(city) for city in cities], [(0, 1, 1.5), (1, 2, 1.2)], roles=[roles] * 3)
    assert groups(made) == {frozenset(job) for job in jobs}


ACME, ACME_ROBOTICS, ROBOTICS, NOBODY = 1, 2, 3, 0
KIN = {(ACME, ACME_ROBOTICS), (ACME_ROBOTICS, ROBOTICS)}


@pytest.mark.parametrize(
    ("named", "bare", "jobs"),
    [
        ((ACME, ACME_ROBOTICS, ROBOTICS), (True, True, True), {(0, 1), (2,)}),
        ((ACME, ACME_ROBOTICS, ROBOTICS), (True, False, True), {(0, 1), (2,)}),
        ((ACME, ACME_ROBOTICS, ROBOTICS), (True, True, False), {(0, 1), (2,)}),
        ((ACME, ACME_ROBOTICS, ROBOTICS), (False, False, False), {(0, 1, 2)}),  # texts speak
        ((ACME, ACME, ROBOTICS), (True, False, False), {(0, 1, 2)}),  # and have made two names one
        ((ACME, NOBODY, ROBOTICS), (True, True, True), {(0, 1), (2,)}),
        ((ACME, NOBODY, ROBOTICS), (True, False, False), {(0, 1), (2,)}),
    ],
)
def test_who_resembles_two_employers_does_not_make_them_one_without_a_text(
    named: tuple[int, ...], bare: tuple[bool, ...], jobs: set[tuple[int, ...]]
) -> None:
    made = graph([says("austin")] * 3, [(0, 1, 1.5), (1, 2, 1.2)], named=list(named), bare=list(bare), kin=KIN)
    assert groups(made) == {frozenset(job) for job in jobs}


def test_a_human_knows_better_than_names_and_cities() -> None:
    said = [says("austin dallas"), says("austin denver"), says("austin")]
    made = graph(said, [(0, 2, 1.0)], named=[ACME, ROBOTICS, ACME], bare=[True] * 3, kin=KIN, together=[(0, 1)])
    assert groups(made) == {frozenset({0, 1, 2})}


def test_a_source_lists_one_reading_in_a_job() -> None:
    said = [says("austin")] * 3
    listed = [{"": "", "x": "1"}, {"": "", "y": "2"}, {"": "", "y": "3"}]
    made = graph(said, [(0, 1, 0.9), (0, 2, 0.8)], listed=listed)
    assert groups(made) == {frozenset({0, 1}), frozenset({2})}


def test_human_verdicts_win() -> None:
    said = [says("austin"), says("denver"), says("austin")]
    assert groups(graph(said, [(0, 2, 1.5)], together=[(0, 1)], apart=[(0, 2)])) == {frozenset({0, 1}), frozenset({2})}


def test_verdicts_apart_hold_through_others() -> None:
    said = [says("austin")] * 3
    made = graph(said, [(0, 1, 1.5), (1, 2, 1.4), (0, 2, 1.3)], apart=[(0, 2)])
    assert groups(made) == {frozenset({0, 1}), frozenset({2})}


def test_what_a_source_lists_side_by_side_stays_apart_through_others() -> None:
    edges = [(0, 1, 1.5), (1, 2, 1.4), (0, 2, 1.6)]
    made = graph([says("austin")] * 3, edges, beside=[(0, 2)])
    assert groups(made) == {frozenset({0, 1}), frozenset({2})}
    assert groups(made._replace(together=[(0, 2)])) == {frozenset({0, 1, 2})}


def test_verdicts_that_contradict_each_other_are_counted() -> None:
    said = [says("austin")] * 3
    made = graph(said, [], together=[(0, 1), (1, 2)], apart=[(0, 2)])
    result = cluster(made)
    assert result.contradictions == 1
    assert len(groups(made)) == 2


def test_components() -> None:
    assert components(6, np.array([5, 1, 2]), np.array([4, 2, 3])).tolist() == [0, 1, 1, 1, 4, 4]
    assert components(2, np.array([], np.int64), np.array([], np.int64)).tolist() == [0, 1]


SAID = st.builds(
    says, st.sampled_from(["", "austin", "denver", "austin denver", "austin dallas"]), st.sampled_from(["", "R1", "R2"]),
    st.sampled_from(["level ", "level senior"]),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(SAID, min_size=2, max_size=9), st.integers(0, 10**6))
def test_order_of_pairs_does_not_matter_and_no_job_contradicts_itself(
    said: list[tuple[frozenset[str], ...]], seed: int
) -> None:
    chooser = random.Random(seed)
    named = [chooser.choice([ACME, ACME_ROBOTICS, ROBOTICS, NOBODY]) for _ in said]
    bare = [chooser.random() < 0.6 for _ in said]
    edges = [
        (i, j, chooser.choice([0.9, 1.1, 1.2, 1.4]))
        for i in range(len(said)) for j in range(i + 1, len(said)) if chooser.random() < 0.6
    ]  # fmt: skip
    expected = groups(graph(said, edges, named=named, bare=bare, kin=KIN))
    chooser.shuffle(edges)
    assert groups(graph(said, edges, named=named, bare=bare, kin=KIN)) == expected
    for group in expected:
        silent = {named[i] for i in group if bare[i]}
        assert not {ACME, ROBOTICS} <= silent
        tours = [said[i][0] for i in group if len(said[i][0]) > 1]
        assert all(one <= other or other <= one for one in tours for other in tours)
        for kind in range(KINDS):
            known = [said[i][kind] for i in group if said[i][kind]]
            assert not known or frozenset.intersection(*known)


ENGINEER, MILLER, BOTH, UNSAID = {"engineer"}, {"miller"}, {"engineer", "miller"}, {""}


@pytest.mark.parametrize(
    ("roles", "jobs"),
    [
        ([BOTH, ENGINEER, MILLER], {(0, 1), (2,)}),
        ([UNSAID, ENGINEER, MILLER], {(0, 1), (2,)}),
        ([BOTH, ENGINEER, {"engineer tide"}], {(0, 1, 2)}),  # one in more words is not another one
        ([BOTH, ENGINEER, BOTH], {(0, 1, 2)}),
        ([BOTH, ENGINEER, BOTH, MILLER], {(0, 1, 2), (3,)}),  # the two with both are one job whoever else is like them
        ([set(), set(), set()], {(0, 1, 2)}),  # of listings their titles have been judged pair by pair
    ],
)
def test_a_notice_of_several_roles_does_not_join_two_others(roles: list[set[str]], jobs: set[tuple[int, ...]]) -> None:
    edges = [(0, 1, 1.5), (2, 3, 1.4), (0, 2, 1.2)] if len(roles) == 4 else [(0, 1, 1.5), (0, 2, 1.2)]
    made = graph([says("Austin")] * len(roles), edges, roles=roles)
    assert groups(made) == {frozenset(job) for job in jobs}


@pytest.mark.parametrize(("roles", "leader"), [(BOTH, 2), (set(), 0)])
def test_the_notice_with_most_neighbours_represents_and_of_listings_the_fullest(roles: set[str], leader: int) -> None:
    edges = [(0, 2, 1.0), (1, 2, 1.0), (2, 3, 1.0), (1, 3, 1.0)]
    assert set(cluster(graph([says("Austin")] * 4, edges, roles=[roles] * 4)).leader.tolist()) == {leader}
