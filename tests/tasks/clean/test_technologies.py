"""Technologies by name and by context, the closed list, and any text at all."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.lookup import rows
from tasks.clean.technologies import FIELD
from tasks.clean.technology_context import CONTEXTS, CUES
from tasks.clean.technology_names import IDS, ORDER
from tasks.clean.words import narrow

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "technologies.yml").read_text(encoding="utf-8"))


def named(**given: Any) -> list[str]:
    values = defaultdict(lambda: None, given)
    cleaned: Any = FIELD.clean(tuple(values[name] for name in FIELD.inputs)).value
    return list(cleaned)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_technologies_are_those_that_a_reader_sees(case: dict[str, Any]) -> None:
    assert named(text=case["text"]) == case["then"]


def test_the_list_is_closed_and_has_every_id_once() -> None:
    assert len(ORDER) == 75
    assert {row["reading"] for row in rows("technologies")} == {"word", "phrase", "context"}
    names = [row["name"] for row in rows("technologies")]
    assert len(names) == len(set(names))


def test_every_name_read_in_context_has_its_context() -> None:
    assert {row["name"] for row in rows("technology_contexts")} == set(IDS)


def test_every_group_of_words_that_a_context_names_exists() -> None:
    named_groups = {
        word[1:] for row in rows("technology_contexts") for word in row["said"].split("|") if word.startswith("@")
    }
    assert named_groups <= CUES.keys()
    assert CONTEXTS.keys() == {name.encode() for name in IDS}


@given(st.text(max_size=200))
def test_the_narrow_form_of_a_text_keeps_its_positions(text: str) -> None:
    low = narrow(text)
    assert len(low) == len(text)
    assert all(chr(b) == c for b, c in zip(low, text, strict=True) if c.isascii() and c.islower())


def test_what_is_said_of_a_change_does_not_hang_on_the_order_of_sets() -> None:
    changes = FIELD.clean((None, "Docker, Python 3 and Redis", None, None)).changes
    assert [change.before for change in changes] == ["python; redis; Docker, Python 3 and Redis"]


def test_an_entry_of_a_skill_list_needs_no_context() -> None:
    assert named(skills=("Go", "R", "Communication")) == ["r", "go"]


def test_a_company_is_not_its_own_technology() -> None:
    assert named(text="Snowflake hires. SQL.", **{"clean.company": "Snowflake"}) == ["sql"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_raises_and_what_is_found_is_on_the_list(text: str, skills: list[str]) -> None:
    found = named(text=text, title=text[:50], skills=tuple(skills))
    assert found == sorted(set(found), key=ORDER.__getitem__)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([case["text"] for case in CASES]), min_size=1, max_size=3))
def test_more_lines_never_name_less(texts: list[str]) -> None:
    assert set(named(text=texts[0])) <= set(named(text="\n\n".join(texts)))


@pytest.mark.parametrize(
    "text",
    [
        "Go " * 33_000,
        "R, C, " * 16_000,
        "c" * 100_000,
        "sql.server" * 10_000,
        "https://go/" * 9_000,
        "DockerCamel" * 90_000,
        "R, C, " * 160_000,
    ],
)
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    named(text=text)
    assert time.process_time() - started < 2.0
