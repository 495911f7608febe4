"""Titles, seniority, role families, companies and kinds as data, and the laws that hold for any text."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.clean.company import FIELD as COMPANY
from tasks.clean.company import IS_AGENCY
from tasks.clean.family_patterns import families, match
from tasks.clean.kind import FIELD as KIND
from tasks.clean.lookup import FOLDER, rows
from tasks.clean.notice import read_notice
from tasks.clean.role_family import FIELD as ROLE_FAMILY
from tasks.clean.roles import has_head, head_parts, narrow
from tasks.clean.rule import Field
from tasks.clean.seniority import FIELD as SENIORITY
from tasks.clean.seniority import LADDER, NEUTRAL, levels
from tasks.clean.title import FIELD as TITLES
from tasks.clean.title_calls import slogans
from tasks.clean.title_settled import is_simple, settled
from tasks.clean.title_text import is_plain

FAMILIES = frozenset(
    [
        "ml_engineer", "ai_researcher", "data_scientist", "data_analyst", "data_engineer", "software_engineer",
        "frontend_engineer", "backend_engineer", "fullstack_engineer", "mobile_engineer", "embedded_engineer",
        "hardware_engineer", "devops_sre", "security_engineer", "qa_engineer", "database_admin", "it_support",
        "solutions_engineer", "engineering_manager", "product_manager", "project_manager", "designer", "sales",
        "marketing", "customer_support", "finance_legal_hr", "operations_admin", "healthcare", "education",
        "elections_admin", "executive", "other",
    ]
)  # fmt: skip


def cases(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clean(field: Field, **inputs: Any) -> Any:
    return field.clean(tuple(inputs.get(name) for name in (n.removeprefix("clean.") for n in field.inputs))).value


def title_of(text: str | None, locations: tuple[str, ...] = (), company: str | None = None) -> tuple[str, ...]:
    value: tuple[str, ...] = clean(
        TITLES, title=text, header=(), text="", is_notice=False, locations=locations, company=company
    )
    return value


@pytest.mark.parametrize("case", cases("titles"), ids=lambda case: case["listed"])
def test_title(case: dict[str, str]) -> None:
    titles = title_of(case["listed"], (case["locations"],) if case["locations"] else (), case["company"] or None)
    assert titles == tuple(case["titles"].split("; "))
    assert clean(SENIORITY, titles=titles) == (case["seniority"] or None)
    assert clean(ROLE_FAMILY, titles=titles) == (case["role_family"] or None)


@pytest.mark.parametrize("case", cases("companies"), ids=lambda case: case["listed"])
def test_company(case: dict[str, str]) -> None:
    company = clean(COMPANY, company=case["listed"], header=(), text="", is_notice=False)
    assert company == (case["company"] or None)
    assert clean(IS_AGENCY, company=company) is (case["agency"] == "yes")


@pytest.mark.parametrize("case", cases("kinds"), ids=lambda case: case["text"][:40])
def test_kind(case: dict[str, str]) -> None:
    text = case["text"]
    cleaned = KIND.clean((True, None, text, read_notice(text)))
    assert (cleaned.rejection.reason if cleaned.rejection else cleaned.value) == case["kind"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_cleaning_a_clean_title_again_changes_nothing(text: str) -> None:
    for title in title_of(text):
        assert title_of(title) == (title,)


WORDS = st.sampled_from(
    ["Senior", "Engineer", "Data", "-", "(", ")", "H/F", "2027", "Summer", "Remote", "Paris", ",", "/", "Urgent", "C++", "$90k",
     "#12", "Full-time", "III", "Baker", "|", "and", "Engineers", "NTE", "(Remote)", "JR00123", "!", "de", "Manager"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=9).map(" ".join))
@example("Remote Remote Remote Remote Remote Remote Senior")
def test_cleaning_made_up_titles_again_changes_nothing(text: str) -> None:
    for title in title_of(text):
        assert title_of(title) == (title,), text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_cleaning_a_clean_company_again_changes_nothing(text: str) -> None:
    once = clean(COMPANY, company=text, header=(), text="", is_notice=False)
    assert clean(COMPANY, company=once, header=(), text="", is_notice=False) == once
    assert isinstance(clean(IS_AGENCY, company=once), bool)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=["Lo", "Lm"], min_codepoint=0x0590), min_size=1, max_size=40))
def test_names_in_other_scripts_survive(name: str) -> None:
    assert clean(COMPANY, company=name, header=(), text="", is_notice=False) == name


ROLE_WORDS = st.sampled_from(
    ["senior", "data", "engineer", "business", "developer", "software", "sql", "administrateur", "de", "réseaux", "it", "web",
     "softwareentwickler", "manager", "of", "product", "head", "&", "teacher", "nurse", "c++", ".net", "designer", "ux", "pm"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(ROLE_WORDS, min_size=1, max_size=7).map(" ".join))
def test_patterns_tried_at_words_find_what_all_patterns_tried_in_order_find(text: str) -> None:
    everywhere = next((p.family for p in families() if re.search(p.source, text)), None)
    found = match(text)
    assert (found.family if found else None) == everywhere


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=100), max_size=4).map(tuple))
def test_levels_and_families_are_of_the_closed_lists(titles: tuple[str, ...]) -> None:
    assert clean(SENIORITY, titles=titles) in {None, *LADDER}
    assert clean(ROLE_FAMILY, titles=titles) in {None, *FAMILIES}


@pytest.mark.parametrize(
    "piece", ["a", " ", "(", "- ", "/ ", "20 ", "H/F ", "Engineers, ", "Remote - ", "2027 ", "I ", "$9 ", "\u202e"]
)
def test_a_megabyte_of_title_is_cleaned_in_a_tenth_of_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    title_of("warm up - London, GA")  # the tables are read once
    start = time.process_time()
    titles = title_of(text)
    clean(SENIORITY, titles=titles)
    clean(ROLE_FAMILY, titles=titles)
    clean(COMPANY, company=text, header=(), text="", is_notice=False)
    assert time.process_time() - start < 0.1


def test_lookups_hold_what_the_rules_expect() -> None:
    assert {pattern.family for pattern in families()} <= FAMILIES
    assert set(levels().values()) <= {*LADDER, NEUTRAL}
    assert slogans().fullmatch("urgent")
    for name in ("role_words", "craft_roles", "seniority_words", "agencies", "hosts", "not_names", "company_suffixes"):
        keys = [tuple(row.values())[:2] for row in rows(name)]
        assert len(keys) == len(set(keys)), name
    assert all(path.read_text(encoding="utf-8").endswith("\n") for path in FOLDER.glob("role_*.csv"))


def test_patterns_and_phrases_are_in_small_letters_as_the_titles_they_are_tried_on() -> None:
    for row in rows("role_families"):
        assert not re.search(r"(?<!\\)[A-ZÀ-Þ]", row["pattern"]), row
    assert all(phrase == phrase.lower() for phrase in levels())


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=80),
    st.sampled_from(["engineer", "Engineers", "co-founder", "Dev/Ops", "head of x", "secretaries", "QA-Lead"]),
)
def test_a_text_that_has_a_head_is_never_passed_over(text: str, head: str) -> None:
    for each in (text, f"{text} {head}", f"{head}'s {text}"):
        assert not head_parts().isdisjoint(narrow(each).split()) or not has_head(each)
        assert len(narrow(each)) == len(each)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6).map(" ".join))
def test_titles_called_plain_have_nothing_to_be_taken_out(text: str) -> None:
    assert not (is_plain(text) or is_simple(text)) or settled(text, frozenset(), "") == text
