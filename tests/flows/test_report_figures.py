"""A real run's report: every figure is what its `winnow sql` line gives, and every sample can be explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from expectations.reports.queries import QUERIES
from flows.query import connect
from flows.reporting import words_of
from tasks.ingest.sources.sample.generate import generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.xdist_group("report figures")  # what is made for all of them is made once

Winnow = Any


@pytest.fixture(scope="module")
def home(winnow: Winnow, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: the first day of a small market, then the days after it."""
    folder = tmp_path_factory.mktemp("figures")
    generate(rows=900, seed=3, days=3, out=folder / "market")
    first = min(path.name for path in (folder / "market" / "sample_harbor").iterdir())
    target = f"sample={folder / 'market'}"
    assert winnow(folder / "home", "backfill", target, "--from", first, "--to", first).returncode == 0
    assert winnow(folder / "home", "run", target).returncode == 0
    return folder / "home"


@pytest.fixture(scope="module")
def page(home: Path) -> str:
    newest = max(path.parent for path in (home / "reports").glob("*/index.html"))
    return (newest / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def execute(home: Path) -> Iterator[Callable[[str], Any]]:
    """Through the connection of `winnow sql`: read-only and locked down."""
    with connect(home / "warehouse" / "winnow.duckdb") as con:
        yield con.execute


def test_every_figure_is_what_its_line_gives(page: str, execute: Callable[[str], Any], reproduce: Any) -> None:
    seen = reproduce(page, execute)
    lines = {name.split(":")[0] for name in seen}
    assert set(QUERIES) - lines <= {"runs", "breaks", "blocks"}  # a small market breaks and overflows nothing
    assert sum(seen.values()) > 300
    assert "Not everything could be read" not in page


def test_the_index_agrees_with_the_ledger(home: Path, execute: Callable[[str], Any], reproduce: Any) -> None:
    page = (home / "reports" / "index.html").read_text(encoding="utf-8")
    assert reproduce(page, execute) == {"runs": 8}


def test_a_line_runs_as_it_is_printed(home: Path, page: str, winnow: Winnow) -> None:
    """As a shell reads it: through the locked-down connection and within the time that `winnow sql` allows."""
    nodes = LexborHTMLParser(page).css("[data-line]")
    line = next(node.text() for node in nodes if node.attributes["data-line"] == "drift")
    query = line.removeprefix('winnow sql "').removesuffix('"')
    shown = winnow(home, "sql", query, "--format", "csv")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("source,run_id,records,set_aside,versions,")
    assert len(shown.stdout.splitlines()) == 9  # four sources, two runs


def test_every_sample_can_be_explained(home: Path, page: str, execute: Callable[[str], Any], winnow: Winnow) -> None:
    ids = sorted(set(re.findall(r"winnow explain ([0-9a-f]{16})", page)))
    assert len(ids) > 30
    known = execute("SELECT posting_id FROM curated.postings UNION SELECT raw_id FROM audit.quarantine").fetchall()
    assert set(ids) <= {name for (name,) in known}
    assert winnow(home, "explain", ids[0]).returncode == 0


def test_decisions_are_told_in_words(page: str) -> None:
    pair = {"veto": None, "decided_by": "score", "evidence": {"company_equal": 1.0, "text_equal": 0.625}}
    told = words_of(pair)
    assert told.decided == "no ground was enough"
    assert told.speaks_for[0] == "the same employer"
    assert "62%" in told.speaks_for[1]
    text = LexborHTMLParser(page).text()
    assert "company_equal" not in text
    assert "winnow review --" in text
