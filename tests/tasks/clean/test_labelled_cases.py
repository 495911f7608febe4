"""Labelled cases, one JSON line each under labelled/, sorted by where they come from.

wild_patterns: patterns met in real postings, rewritten with made-up employers. negatives: what must be left alone or not be
found. synthetic: combinations whose meaning is known by construction, made by labelled/make_synthetic.py. known_failures:
ids of cases that the rulebook still gets wrong, strictly expected to fail and dated: take the line out when it passes.
Places are [city, region, country], pay is [min, max, currency, period]; only the fields that a case is about are expected.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tasks.clean.engine import clean_one
from tasks.clean.rule import Cleaned, Field

FOLDER = Path(__file__).parent / "labelled"
FILES = ("wild_patterns", "negatives", "synthetic")
FEWEST = {"wild_patterns": 600, "negatives": 500, "synthetic": 500}
ORDERED = {"titles"}
LEGAL = re.compile(r"[\s,]+(?:inc|llc|ltd|limited|gmbh|ag|plc|corp|s\.?a\.?s?|b\.?v|pty)\b\.?", re.IGNORECASE)
LADDER = {"sr": "senior", "sr.": "senior", "snr": "senior", "jr": "junior", "jr.": "junior"}

Case = dict[str, Any]


@cache
def cases(name: str) -> list[Case]:
    with (FOLDER / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def groups(name: str) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases(name):
        found[case["id"].rsplit("-", 1)[0]].append(case)
    return found


def comparable(field: str, value: Any) -> Any:
    """A value as the guide compares it: lists without order, the legal form of a company and Sr for Senior aside."""
    if field == "company" and value is not None:
        return re.sub(r"\bdept\b\.?", "department", LEGAL.sub("", value).casefold())
    if field == "titles":
        return [" ".join(LADDER.get(word, word) for word in title.casefold().split()) for title in value]
    if field == "locations":
        return sorted(((unaccented(city), *rest) for city, *rest in value), key=repr)
    if isinstance(value, (list, tuple)):
        return sorted((tuple(each) if isinstance(each, (list, tuple)) else each for each in value), key=repr)
    return value


def unaccented(city: str | None) -> str | None:
    """A city without accents: its English and its local form differ by little else."""
    return city and "".join(c for c in unicodedata.normalize("NFKD", city) if not unicodedata.combining(c))


def misses(case: Case) -> list[str]:
    """What the rulebook gets wrong in a case, a line a field."""
    inputs = {name: tuple(v) if isinstance(v, list) else v for name, v in case["inputs"].items()}
    made = clean_one({"captured_on": "2026-01-31", **inputs})
    found = []
    for field, wanted in case["expect"].items():
        got = made["kind"].rejection is None if field == "is_posting" else made[field].value
        if comparable(field, got) != comparable(field, wanted):
            found.append(f"{case['id']} {field}: wants {wanted!r}, got {got!r} of {case['inputs']!r} ({case['note']})")
    return found


KNOWN = {case["id"]: case for case in cases("known_failures")}
GROUPS = [(name, group) for name in FILES for group in groups(name)]


@pytest.mark.parametrize(("name", "group"), GROUPS, ids=lambda each: str(each))
def test_labelled_cases(name: str, group: str) -> None:
    wrong = [line for case in groups(name)[group] if case["id"] not in KNOWN for line in misses(case)]
    assert not wrong, "\n" + "\n".join(wrong)


def failing(case: Case) -> Any:
    why = f"known since {KNOWN[case['id']]['known_since']}: {KNOWN[case['id']]['note']}"
    return pytest.param(case, marks=pytest.mark.xfail(strict=True, reason=why), id=case["id"])


@pytest.mark.parametrize("case", [failing(case) for name in FILES for case in cases(name) if case["id"] in KNOWN])
def test_known_failures(case: Case) -> None:
    assert not misses(case)


@pytest.mark.parametrize("name", FILES)
def test_there_are_as_many_cases_as_there_were(name: str) -> None:
    assert len(cases(name)) >= FEWEST[name]


def test_every_case_is_named_once_says_why_and_expects_something() -> None:
    every = [case for name in FILES for case in cases(name)]
    assert len({case["id"] for case in every}) == len(every)
    assert all(case["note"] and case["inputs"] and case["expect"] for case in every)
    assert set(KNOWN) <= {case["id"] for case in every}
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", case["known_since"]) and case["note"] for case in KNOWN.values())


def test_what_rules_declare_of_themselves_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that a batch spares (`on`, `reads`, `notices`, `calm`) would have done nothing."""
    run_all = Field.clean

    def in_every_way(field: Field, values: tuple[Any, ...]) -> Cleaned:
        given = dict(zip(field.inputs, values, strict=True))
        silent = {name for name, value in given.items() if value in (None, (), "", False)}
        few = field.steps_for(silent, only_notices=given.get("is_notice") is True)
        plain = [step._replace(leaves=None, calm=False) for step in field.steps]
        whole = run_all(field, values)
        assert field.run(values[0], given, few) == whole == field.run(values[0], given, plain), (field.name, given)
        return whole

    monkeypatch.setattr(Field, "clean", in_every_way)
    for name in FILES:
        for case in cases(name):
            clean_one(case["inputs"])
