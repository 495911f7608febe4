"""The truth about fields, checked against the written records by other means than those that made it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tasks.ingest.capture import capture
from tasks.ingest.source import expand, find, registry
from tasks.ingest.sources.sample.companies import PLACES, TRAPS
from tasks.ingest.sources.sample.technologies import WRITTEN
from tasks.ingest.split import split

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tasks.ingest.sources.conftest import Written
else:
    Written = Any

# words of technologies that mean something else in these places, and marks that look like the letters R and C
OTHERWISE = re.compile(
    "|".join(
        [
            *map(re.escape, TRAPS),
            *(re.escape(t.upper()) for t in TRAPS),
            "Spark joy",
            "React quickly",
            "R&D",
            r"R-\d+",
            ' SAS"',
            "freelance couriers",
        ]
    )
)
DEEP = re.compile(
    r"deep.learning|neural|neuron|transformer model|\bLLMs?\b|pytorch|tensorflow|keras|caffe\b|\bjax\b", re.I
)
DEEP_TORCH = re.compile(r"\bTorch\b")
WORKPLACES = re.compile(
    r"remote|hybrid|\bon.?site|télétravail|sur site|home.?office|vor ort|at home|from home(?! insurance)", re.I
)
EMPLOYMENTS = re.compile(r"full.time|part.time|contract(?! files)\b|temporary|\bintern(?:ship)?\b|temps plein|temps partiel|\bCDD\b|"
                         r"freelance|stage\b|vollzeit|teilzeit|\bbefristet|praktikum", re.I)  # fmt: skip


@pytest.fixture(scope="module")
def written(market: Written, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], str]]:
    """Every version with the text of one record that shows it, as it came out of the splitter."""
    home: Path = tmp_path_factory.mktemp("home")
    places = {
        (r["source_file"], r["ordinal"]): (r["member"], r["posting_key"], r["version"])
        for r in market.records
        if r["outcome"] in ("new", "changed")
    }
    texts: dict[tuple[str, str, int], str] = {}
    for source, target in expand(find(registry(), "sample"), str(market.out)):
        for landed in capture(source, target, home, None, "run", datetime(2026, 1, 1, tzinfo=UTC)):
            for batch in split(landed, source, home):
                for row in batch.select(["source_file", "ordinal", "payload"]).to_pylist():
                    at = places.get((row["source_file"], row["ordinal"]))
                    if at:
                        texts[at] = unescape(row["payload"]).replace("\\n", "\n").replace("\u200b", "")
    return [(v, texts[v["member"], v["posting_key"], v["version"]]) for v in market.versions]


def whole(word: str) -> re.Pattern[str]:
    """The word between characters that could not be part of it."""
    return re.compile(rf"(?<![\w+#.&]){re.escape(word)}(?![\w+#&]|\.\w)")


def test_technologies_are_those_whose_names_stand_in_the_record(written: list[tuple[dict[str, Any], str]]) -> None:
    patterns = {name: [(word, whole(word)) for word in words] for name, words in WRITTEN.items()}
    wrong: Counter[tuple[str, str]] = Counter()
    for version, text in written:
        if version["trouble"] == "mojibake":
            continue
        text = OTHERWISE.sub(" ", text)
        shouted = {t.upper() for t in version["titles"]} if any(t.upper() in text for t in version["titles"]) else set()
        there = {name for name, found in patterns.items() if any(word in text and p.search(text) for word, p in found)}
        want = set(version["technologies"])
        wrong.update(("lacks", name) for name in there - want)
        if not shouted:
            wrong.update(("invents", name) for name in want - there)
    assert not wrong


def test_deep_learning_is_true_where_the_record_names_it(written: list[tuple[dict[str, Any], str]]) -> None:
    for version, text in written:
        named = bool(DEEP.search(text) or DEEP_TORCH.search(text))
        assert named == version["deep_learning"], (version["posting_key"], text)
        assert version["machine_learning"] or not version["deep_learning"]


@pytest.mark.parametrize(("field", "words"), [("workplace", WORKPLACES), ("employment_type", EMPLOYMENTS)])
def test_what_the_truth_states_is_said_and_what_is_said_is_stated(
    written: list[tuple[dict[str, Any], str]], field: str, words: re.Pattern[str]
) -> None:
    for version, text in written:
        if version["trouble"] == "mojibake":
            continue
        text = OTHERWISE.sub(" ", text)
        text = re.sub(r'"(?:home_office|workplace_type|employment_type|contract)":', " ", text)
        assert bool(words.search(text)) == bool(version[field]), (version["posting_key"], text)


def test_pay_of_the_truth_stands_in_the_record(written: list[tuple[dict[str, Any], str]]) -> None:
    stated = 0
    for version, text in written:
        digits = re.sub(r"[^\d]+", " ", re.sub(r"(?<=\d)[ ,.\u00a0](?=\d{3}\b)", "", text))
        for pay in version["salary"]:
            for amount in filter(None, (pay["min"], pay["max"])):
                forms = {
                    f"{amount:.0f}",
                    f"{amount * 100:.0f}",
                    f"{amount / 1000:.0f}",
                    f"{amount:.2f}".replace(".", " "),
                }
                forms |= {f"{amount:g}".replace(".", " ")}
                assert any(re.search(rf"\b{form}\b", digits) for form in forms), (version["posting_key"], pay, text)
                stated += 1
    assert stated > 500


def forms(city: str) -> set[str]:
    """The ways in which boards write a city."""
    other = next(place.written for place in PLACES.entries if place.city == city)
    return {city, city.upper(), *other}


def test_places_names_dates_and_persons_stand_in_the_record(written: list[tuple[dict[str, Any], str]]) -> None:
    for version, text in written:
        if version["trouble"] in ("mojibake", "decomposed"):
            continue
        assert version["company"].lower() in text.lower()
        assert all(secret in text for secret in version["personal"])
        if version["member"] in ("sample_harbor", "sample_meridian"):
            for place in version["locations"]:
                assert place["city"] is None or any(form in text for form in forms(place["city"]))
        if version["member"] == "sample_meridian":
            assert version["posted_on"] is None
        else:
            assert version["posted_on"] is not None


def test_no_field_is_without_variety(market: Written) -> None:
    newest = [v for v in market.versions if v["newest"]]
    for field in ("seniority", "role_family", "language", "company"):
        assert len({v[field] for v in newest}) > (2 if field == "language" else 5)
    for field in ("employment_type", "workplace", "salary", "technologies", "titles", "locations"):
        assert {0} < {len(v[field]) for v in newest} or field in ("titles", "locations")
    assert any(v["is_agency"] for v in newest)
    assert any(len(v["titles"]) == 2 for v in newest)
    assert len({place["country"] for v in newest for place in v["locations"]}) >= 10
