"""The contract in source.yml: what it takes, and that each mistake is told with the key and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.ingest.contract import TYPES, Contract
from tasks.ingest.source import load, registry, with_members

HEAD = "name: feed\ntitle: A feed\nformat: csv\ncolumns: {title: Job}\n"


def contract(folder: Path, checks: str) -> Contract:
    """The contract of a source folder whose source.yml has these checks."""
    (folder / "feed").mkdir()
    (folder / "feed" / "source.yml").write_text(f"{HEAD}{checks}\n", encoding="utf-8")
    return load(folder / "feed").checks


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ("", Contract()),
        ("checks: {}", Contract()),
        ("checks: {rows: [0, 5]}", Contract(rows=(0, 5))),
        ("checks: {null_rate: {title: 0, salary: 0.5}}", Contract(null_rate={"title": 0.0, "salary": 0.5})),
        ("checks: {types: {posted_on: epoch, url: url}}", Contract(types={"posted_on": "epoch", "url": "url"})),
        ("checks: {freshness: 3}", Contract(freshness=3)),
        ("checks: {breakers: true}", Contract()),
        ("checks: {breakers: false}", Contract(measured=False)),
        ("checks: {breakers: {age: off, rows: warning}}", Contract(breakers={"age": "off", "rows": "warning"})),
        ('checks: {breakers: {age: "off"}}', Contract(breakers={"age": "off"})),
    ],
)
def test_a_contract_is_read(tmp_path: Path, checks: str, expected: Contract) -> None:
    assert contract(tmp_path, checks) == expected


@pytest.mark.parametrize(
    ("checks", "says"),
    [
        ("checks: 5", "not a mapping"),
        ("checks: {row: [1, 2]}", "Did you mean 'rows'?"),
        ("checks: {colour: green}", "Allowed: rows, null_rate, types, freshness, breakers"),
        ("checks: {rows: 5}", "[fewest, most]"),
        ("checks: {rows: [5, 1]}", "the lower first"),
        ("checks: {rows: [0, 0]}", "the lower first"),
        ("checks: {rows: [-1, 5]}", "whole numbers"),
        ("checks: {rows: [1.5, 5]}", "whole numbers"),
        ("checks: {rows: ['1', x]}", "whole numbers"),
        ("checks: {rows: [true, 5]}", "whole numbers"),
        ("checks: {null_rate: 0.2}", "checks.null_rate is 0.2"),
        ("checks: {null_rate: {titel: 0.2}}", "Did you mean 'title'?"),
        ("checks: {null_rate: {title: few}}", "checks.null_rate.title is 'few'"),
        ("checks: {null_rate: {title: 20}}", "0 to 1"),
        ("checks: {null_rate: {title: .nan}}", "0 to 1"),
        ("checks: {null_rate: {title: yes}}", "0 to 1"),
        ("checks: {types: {pay: number}}", "unknown key 'pay'"),
        ("checks: {types: {locations: words}}", "unknown key 'locations'"),
        ("checks: {types: {posted_on: dates}}", "Allowed: " + ", ".join(TYPES)),
        ("checks: {types: {posted_on: [date]}}", "checks.types.posted_on is ['date']"),
        ("checks: {freshness: 0}", "1 or more"),
        ("checks: {freshness: soon}", "whole number of days"),
        ("checks: {breakers: none}", "checks.breakers is 'none'"),
        ("checks: {breakers: {ages: warning}}", "Did you mean 'age'?"),
        ("checks: {breakers: {age: loud}}", "Allowed: off, warning, critical"),
        ("checks: {breakers: {age: true}}", "Allowed: off, warning, critical"),
    ],
)
def test_a_mistake_names_the_key_and_what_is_allowed(tmp_path: Path, checks: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        contract(tmp_path, checks)
    assert error.value.code == "source_config"
    assert says in error.value.message()
    assert "feed/source.yml" in error.value.message()


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("number", "12,500.50", True), ("number", "-3e5", True), ("number", "$12", False), ("number", "12 000", False),
        ("integer", "007", True), ("integer", "7.0", False),
        ("date", "2026-01-31", True), ("date", "2026-01-31T05:00:00Z", True), ("date", "31/01/2026", False),
        ("epoch", "1767225600", True), ("epoch", "1767225600000", True), ("epoch", "2026", False),
        ("flag", "TRUE", True), ("flag", "maybe", False),
        ("url", "https://example.org/a?b=c", True), ("url", "www.example.org", False), ("url", "javascript:alert(1)", False),
        ("words", "Ingénieur", True), ("words", "木工", True), ("words", "12-34", False), ("words", "", False),
    ],
)  # fmt: skip
def test_what_a_type_takes(kind: str, value: str, *, fits: bool) -> None:
    import duckdb

    found = duckdb.execute("SELECT regexp_full_match(?, ?)", [value, TYPES[kind]]).fetchall()
    assert found == [(fits,)]


def test_every_source_of_the_project_promises_something() -> None:
    """Volume, and what it cannot be without; groups have members that do."""
    for source in with_members(registry()).values():
        if source.format != "group":
            assert source.checks.rows is not None, source.name
            assert {"title", "description"} & set(source.checks.null_rate) or source.name == "hn", source.name


def test_the_contract_is_explained_where_sources_are() -> None:
    text = (Path(__file__).parents[3] / "docs" / "adding_a_source.md").read_text(encoding="utf-8")
    part = text[text.index("## The contract") : text.index("## Paths")]
    for name in ("rows", "null_rate", "types", "freshness", "breakers", *TYPES):
        assert re.search(rf"`{name}\b", part), name
