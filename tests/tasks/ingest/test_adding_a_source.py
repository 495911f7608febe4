"""The guide for new sources is true: its folders work, and it explains every key, form name and option."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tasks.ingest.form import FORM
from tasks.ingest.source import OPTIONS, Source, registry

GUIDE = (Path(__file__).parents[3] / "docs" / "adding_a_source.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```\w+\n# (mysources/\S+)\n(.*?)```", re.S)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """The folders that the guide shows, written down."""
    for path, text in BLOCK.findall(GUIDE):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return tmp_path / "mysources"


def test_the_harbour(folders: Path, read: Any) -> None:
    source = registry(folders)["harbour"]
    rows, report = read(source, folders / "harbour" / "harbour-2024-05-01.csv")
    assert report.warnings() == []
    assert [(row["source_key"], row["title"], row["company"], row["locations"]) for row in rows] == [
        ("H-007", "Crane Operator", "Nordkai AS", ["Bergen"]),
        ("H-008", "Rope Analyst", "Tau & Tampen", ["Bergen; Quay 4"]),
    ]
    assert rows[0]["description"] == "Lift things.\n\nA head for heights."
    assert (rows[1]["salary_min"], rows[1]["country_hint"]) == (None, "NO")
    assert rows[0]["source_file"] == "harbour/harbour-2024-05-01.csv"


def test_the_logbook(folders: Path, read: Any) -> None:
    source = registry(folders)["logbook"]
    rows, _ = read(source, b"Boy wanted\nMust swim.\n\nCook\n")
    assert [(row["title"], row["description"], row["seniority"]) for row in rows] == [
        ("Boy wanted", "Must swim.", "apprentice"),
        ("Cook", None, None),
    ]


def test_the_fetcher_loads(folders: Path) -> None:
    fetch = registry(folders)["harbour"].fetch
    assert fetch is not None
    assert callable(fetch.pages)


@pytest.mark.parametrize("key", sorted(f.name for f in fields(Source) if f.name != "folder"))
def test_every_key_is_explained(key: str) -> None:
    assert f"| `{key}` |" in GUIDE


@pytest.mark.parametrize("name", sorted(name for name in FORM if not name.endswith("_hint")))
def test_every_name_of_the_form_is_explained(name: str) -> None:
    section = GUIDE.split("The names of the form:")[1].split("## Paths")[0]
    assert f"`{name}`" in section


def test_every_option_is_explained() -> None:
    line = next(line for line in GUIDE.splitlines() if line.startswith("| `options`"))
    assert all(f"`{option}`" in line for options in OPTIONS.values() for option in options)
