"""Texts as sets of shingles: what counts, what does not, and that batches do not matter."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.shingles import LONGEST, shingle

LONG = " ".join(
    f"{a}{b} " for a in ("mill", "sail", "corn", "salt", "wind") for b in ("road", "yard", "work", "land", "side")
)


def facts(text: str | None) -> tuple[int, int, str | None, tuple[int, ...]]:
    """Everything said of one text."""
    got = shingle(pa.array([text], pa.string()))
    return int(got.words[0]), int(got.text_hash[0]), got.requisition[0], tuple(got.values.tolist())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG.upper()),
        (LONG, LONG.replace(" ", "\n* ")),
        (LONG, LONG.replace(" ", ", 2026 - ")),
        ("Crème brûlée für Łódź", "creme brulee fur lodz"),
        ("Cre\u0300me bru\u0302le\u0301e", "creme brulee"),
        ("Straße Œuvre Ærø", "strasse oeuvre aero"),
        ("we don’t — ever", "we don't ever"),
        ("hello 🎉 big wide world", "hello big wide world"),
        ("hello \U00100000 big wide world", "hello big wide world"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert facts(one)[:2] == facts(other)[:2]
    assert facts(one)[3] == facts(other)[3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("one two three four five", "one two four three five"),
        ("one two", "two one"),
        ("кот и кит спят тут", "кит и кот спят тут"),
        ("incomprehensibilities", "incomprehensibilitiez"),
        ("", "x"),
    ],
)
def test_unlike(one: str, other: str) -> None:
    assert facts(one)[1] != facts(other)[1]


def test_ideographs_are_words_of_their_own() -> None:
    assert facts("東京都で働く")[0] == 6
    assert facts("働くABC東京")[0] == 5


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Requisition #: JR-10442 Apply", "JR-10442"),
        ("Job Req ID 2025-34404", "2025-34404"),
        ("end.\nReq. 743077BR", "743077BR"),
        ("Référence : AB1234 Paris", "AB1234"),
        ("Reference: 12345", "12345"),
        ("Requisition number R0012345.", "R0012345"),
        ("Job ID 4455667. Ref 998877", None),
        ("requirements: 5 years", None),
        ("Requisition 2026-03-01", None),
        ("Req. 2025-3...", None),
        ("Req. 2025-3…", None),
        ("references available from 12 people", None),
        ("no number here", None),
        ("Requisition Number R2217, reposted. Req. REQ-558120", "REQ-558120"),  # what the board adds counts
        ("See jobs/req-1190-bridge-engineer", None),
        ("Req ID 18468Experience level", None),
    ],
)
def test_requisition_numbers(text: str, number: str | None) -> None:
    assert facts(text)[2] == number


def test_a_requisition_never_runs_into_the_next_text() -> None:
    assert shingle(pa.array(["Requisition R-1234", "567 more"])).requisition == ["R-1234", None]


def test_nulls_and_empty_batches() -> None:
    assert facts(None) == facts("")
    assert len(shingle(pa.array([], pa.string())).words) == 0
    assert shingle(pa.array(["", None])).values.size == 0


def test_a_long_text_is_cut_between_letters() -> None:
    assert facts("é" * LONGEST)[:2] == facts("é" * (LONGEST // 2))[:2]
    assert facts("東" * LONGEST)[0] == LONGEST // 3


def test_long_texts_are_cut() -> None:
    assert facts("word " * LONGEST)[0] == LONGEST // 5


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab é東🎉’.\n9ß", max_size=60), max_size=8))
def test_a_batch_is_its_texts(texts: list[str]) -> None:
    got = shingle(pa.array(texts, pa.string()))
    for at, text in enumerate(texts):
        own = tuple(got.values[got.offsets[at] : got.offsets[at + 1]].tolist())
        assert (int(got.words[at]), int(got.text_hash[at]), got.requisition[at], own) == facts(text)


def test_one_in_eight_is_kept() -> None:
    many = " ".join(np.random.default_rng(1).choice(LONG.split(), 4000))
    assert 0.11 < len(facts(many)[3]) / 4000 < 0.14
