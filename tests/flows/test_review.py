"""Deciding about pairs: from the list of the closest calls over the verdict to the clusters, and back again."""

from __future__ import annotations

import csv
import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.review import Call, ask, in_words
from flows.settings import Settings
from tasks.dedupe.evidence import FIELD_FEATURES, TEXT_FEATURES

pytestmark = pytest.mark.xdist_group("cli")
Winnow = Callable[..., subprocess.CompletedProcess[str]]

SOURCE = """
name: yard
title: A yard's feed
format: csv
key: id
columns: {title: title, company: company, locations: place, description: text, posted_on: posted}
required: [title]
"""
WORDS = [
    "timber",
    "river",
    "raft",
    "ledger",
    "oak",
    "larch",
    "smell",
    "sound",
    "hollow",
    "knock",
    "mallet",
    "boots",
    "gloves",
    "meal",
    "noon",
    "fog",
    "booms",
    "foreman",
    "gate",
    "chapel",
    "letter",
    "count",
    "sort",
    "keep",
    "grade",
    "carry",
    "stack",
    "saw",
    "drive",
    "mend",
    "watch",
]


def prose(seed: int, words: int) -> str:
    """Made-up sentences: two seeds share hardly a run of four words."""
    draw = random.Random(seed)
    return " ".join("The " + " ".join(draw.choices(WORDS, k=9)) + "." for _ in range(words // 10))


MOST = prose(1, 300)
ROWS = [
    ("1", "Timber Grader", "Marlow Mills", "Austin, TX", f"{MOST} {prose(2, 80)}"),
    ("2", "Timber Grader", "Marlow Mills", "Austin, TX", f"{MOST} {prose(3, 80)}"),
    ("3", "Timber Grader", "Marlow Mills", "Boston, MA", f"{MOST} {prose(2, 80)}"),
    ("4", "Bookkeeper", "Farnholt", "Denver, CO", prose(4, 300)),
]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    (folder / "yard").mkdir()
    (folder / "yard" / "source.yml").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(winnow: Winnow, sources: Path) -> Callable[[Path], str]:
    """Run the pipeline over the feed of a home, and hand back what it said."""

    def once(home: Path) -> str:
        done = winnow(home, "run", f"yard={home / 'feed.csv'}", "--sources", str(sources), "--as-of", "2026-01-10")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return once


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, run: Callable[[Path], str]) -> Path:
    """A home in which the feed was published once."""
    home = tmp_path_factory.mktemp("home")
    with (home / "feed.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "company", "place", "text", "posted"])
        writer.writerows([*row, "2026-01-05"] for row in ROWS)
    run(home)
    return home


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def ids(home: Path) -> dict[str, str]:
    """source_key -> posting_id."""
    return dict(query(home, "SELECT source_key, posting_id FROM curated.postings"))


def groups(home: Path) -> set[frozenset[str]]:
    """The jobs as sets of source keys."""
    found = query(home, "SELECT list(source_key) FROM curated.postings GROUP BY job_id")
    return {frozenset(keys) for (keys,) in found}


def state(home: Path) -> list[list[tuple[Any, ...]]]:
    """Postings, jobs and memberships, in a fixed order."""
    tables = ("curated.postings", "curated.jobs", "curated.job_members", "curated.likenesses")
    return [query(home, f"SELECT * FROM {table} ORDER BY ALL") for table in tables]


APART = {frozenset("1"), frozenset("2"), frozenset("3"), frozenset("4")}
TOGETHER = {frozenset("12"), frozenset("3"), frozenset("4")}


def test_the_list_names_both_sides_of_the_line_and_says_why(home: Path, winnow: Winnow) -> None:
    assert groups(home) == TOGETHER
    key = {posting: key for key, posting in ids(home).items()}
    calls = json.loads(winnow(home, "review", "--format", "json").stdout)
    found = {"".join(sorted(key[p["posting_id"]] for p in call["postings"])): call for call in calls}
    assert (found["12"]["call"], found["13"]["call"]) == ("merged", "vetoed")
    assert "the same employer" in found["12"]["for"]
    assert found["13"]["against"] == found["13"]["decided"] == "no city in common"
    assert found["12"]["explain"] == [f"winnow explain {p['posting_id']}" for p in found["12"]["postings"]]
    assert {p["places"] for p in found["13"]["postings"]} == {"Austin, TX, US", "Boston, MA, US"}
    text = winnow(home, "review").stdout
    assert "Timber Grader | Marlow Mills | Boston, MA, US" in text
    assert "no city in common" in text
    one = json.loads(winnow(home, "review", "--label", "partial", "--limit", "1", "--format", "json").stdout)
    assert [call["label"] for call in one] == ["PARTIAL"]


def test_verdicts_are_followed_by_the_next_run_and_can_be_taken_back(
    home: Path, winnow: Winnow, run: Callable[[Path], str]
) -> None:
    at = ids(home)
    before = state(home)
    told = winnow(home, "review", "--different", at["1"], at["2"][:12], "--why", "two yards,\nsay both", "--by", "Ada")
    assert told.stdout.startswith("recorded: different"), told.stderr
    again = winnow(home, "review", "--different", at["2"], at["1"], "--why", "the same")
    assert again.stdout.startswith("decided before")
    with (home / "decisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["verdict"], r["decided_by"], r["why"]) for r in rows] == [("different", "Ada", "two yards, say both")]
    assert winnow(home, "review", "--same", at["1"], at["4"], "--why", "they told me").returncode == 0
    assert groups(home) == TOGETHER, "nothing happens before a run"

    assert "published 2 new verdicts, 0 taken back" in run(home)
    assert groups(home) == {frozenset("14"), frozenset("2"), frozenset("3")}
    listed = json.loads(winnow(home, "review", "--format", "json").stdout)
    assert {at["1"], at["2"]} not in [{p["posting_id"] for p in call["postings"]} for call in listed]
    assert query(home, "SELECT count(*) FROM audit.matches WHERE decided_by = 'human'") == [(2,)]
    assert query(home, "SELECT status, published, records FROM audit.runs ORDER BY started_at DESC LIMIT 1") == [
        ("published", True, 0)
    ]
    assert "nothing new" in run(home)

    for pair in (("1", "2"), ("4", "1")):
        undone = winnow(home, "review", "--undo", *(at[key] for key in pair))
        assert undone.stdout.startswith("taken back"), undone.stderr
    assert "published 0 new verdicts, 2 taken back" in run(home)
    assert state(home) == before
    assert "nothing new" in run(home)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--same", "{1}", "0123456789abcdef", "--why", "x"], "unknown_id"),
        (["--same", "{1}", "{2}"], "no_reason"),
        (["--same", "{1}", "{2}", "--why", " "], "no_reason"),
        (["--same", "{1}", "{1}", "--why", "x"], "same_posting"),
        (["--same", "{1}", "{2}", "--undo", "{1}", "{2}", "--why", "x"], "bad_usage"),
        (["--undo", "{1}", "{3}"], "no_verdict"),
        (["--undo", "{1}", "nobody"], "unknown_id"),
        (["--label", "ALIKE"], "unknown_label"),
    ],
)
def test_bad_usage_is_exit_2_and_says_what_to_do(home: Path, args: list[str], code: str) -> None:
    at = ids(home)
    before = {path.name for path in home.iterdir()}
    done = CliRunner().invoke(cli, ["--home", str(home), "review", *(at[a[1]] if a[0] == "{" else a for a in args)])
    assert done.exit_code == 2
    assert done.stderr.startswith(f"winnow: {code}"), done.output
    assert {path.name for path in home.iterdir()} - before <= {".decisions.lock"}


def test_without_a_warehouse_there_is_nothing_to_review(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["review", "--home", str(tmp_path)])
    assert (done.exit_code, done.stderr.split(":")[1].strip()) == (2, "no_warehouse")


def test_a_broken_file_of_verdicts_stops_a_run_before_it_starts(
    tmp_path: Path, winnow: Winnow, sources: Path, home: Path
) -> None:
    (tmp_path / "decisions.csv").write_text("verdict,posting_a,posting_b,decided_by,decided_on,why\nmaybe,a,b,,,\n")
    done = winnow(tmp_path, "run", f"yard={home / 'feed.csv'}", "--sources", str(sources))
    assert (done.returncode, "decisions.csv line 2" in done.stderr) == (2, True)
    assert not (tmp_path / "warehouse").exists()


def test_every_feature_has_its_words() -> None:
    said = in_words({feature.name: 1.0 for feature in (*FIELD_FEATURES, *TEXT_FEATURES)})
    assert "the same employer" in said
    assert all("_" not in words for words in said)
    assert in_words({"text_contained": 0.834}) == ["share of the shorter text in the other: 83%"]


def call(a: str, b: str) -> Call:
    about = {
        "title": "Cook",
        "company": "Inn\x1b[2J",
        "places": "",
        "date": "2026-01-05",
        "source": "yard",
        "url": None,
    }
    postings = [{"posting_id": each, **about} for each in (a, b)]
    return Call((a, b), "NON", "apart", 1.0, "no ground was enough", [], None, postings)


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("s\none inn\nd\nanother\n", [("same", "a", "b", "one inn"), ("different", "c", "d", "another")]),
        ("skip\ndifferent\nanother\n", [("different", "c", "d", "another")]),
        ("s\none inn\nq\n", [("same", "a", "b", "one inn")]),
        ("what\nq\n", []),
        ("s\n", []),  # the input ends
    ],
)
def test_a_person_is_asked_pair_by_pair(tmp_path: Path, typed: str, recorded: list[tuple[str, ...]]) -> None:
    @click.command()
    def walk() -> None:
        ask(Settings(tmp_path), [call("a", "b"), call("c", "d")], "Ada")

    done = CliRunner().invoke(walk, input=typed)
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    rows: list[dict[str, str]] = []
    if (tmp_path / "decisions.csv").exists():
        with (tmp_path / "decisions.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    assert [(r["verdict"], r["posting_a"], r["posting_b"], r["why"]) for r in rows] == recorded
    assert f"{len(recorded)} decided" in done.output
