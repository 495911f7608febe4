"""The run report: inert, self-contained, accessible, true to the warehouse, and written of every run."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from expectations.reports.page import TEMPLATES
from expectations.reports.queries import QUERIES
from expectations.reports.run_report import write_run_report
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Filled = tuple[duckdb.DuckDBPyConnection, dict[str, Any]]


@pytest.fixture(scope="module")
def page(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> str:
    con, run = filled
    return write_run_report(con, run, tmp_path_factory.mktemp("report")).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree(page: str) -> LexborHTMLParser:
    return LexborHTMLParser(page)


@pytest.fixture
def empty() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_all(con)
    return con


def one(tree: LexborHTMLParser, selector: str) -> LexborNode:
    found = tree.css_first(selector)
    assert found is not None, selector
    return found


def inert(tree: LexborHTMLParser) -> None:
    """Nothing runs, nothing is loaded, nothing leads out of the folder."""
    assert not tree.css("script, iframe, object, embed, base, form, img, image, foreignObject, use, animate, set, link")
    assert len(tree.css("style")) == 1
    policy = one(tree, "meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    assert str(policy.attributes["content"]).startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), (node.tag, name)
            if name in ("href", "src", "xlink:href", "action", "formaction"):
                assert re.fullmatch(r"#[\w-]+|(\.\./)?([\w.-]+/)?index\.html", value or ""), value
            if name == "style":
                assert re.fullmatch(r"width:[\d.]+%", value or ""), value


def test_planted_payloads_are_inert_text(tree: LexborHTMLParser, page: str) -> None:
    inert(tree)
    for payload in ("<script>alert", "<img src=x", "<svg onload", "</pre></style>"):
        assert payload not in page
    text = tree.body.text() if tree.body else ""
    assert "<script>alert(1)</script>Data Clerk" in text  # shown, as text
    assert "<img src=x onerror=alert(2)>" in text
    assert "drifted {{ 7 * 7 }}" in text


def test_it_is_one_small_file(page: str) -> None:
    assert len(page.encode()) < 1_000_000
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
    assert "url(http" not in page


def test_contact_details_are_masked(page: str) -> None:
    for secret in ("jo.doe", "brookvale.example", "7946 0018", "010-4477", "jo@mail", "a.b@c"):
        assert secret not in page


def test_figures_are_those_of_the_run(tree: LexborHTMLParser, filled: Filled) -> None:
    con, run = filled
    text = " ".join((tree.body.text(separator=" ") if tree.body else "").split())
    for name in ("records", "new", "unchanged", "changed", "merged", "quarantined"):
        assert f"{run['counts'][name]:,}" in text
    jobs = con.execute("SELECT count(DISTINCT job_id) FROM curated.postings").fetchone()
    assert jobs is not None
    assert f"{jobs[0]:,} jobs" in text
    assert "8 of 9" in text
    assert text.count("could not be read") == 0


def test_every_figure_is_what_its_line_gives(page: str, filled: Filled, reproduce: Any) -> None:
    con, _ = filled
    seen = reproduce(page, con.execute)
    assert {name.split(":")[0] for name in seen} == set(QUERIES) - {"runs"}
    assert min(count for name, count in seen.items() if name != "breaks") > 0, seen


def test_every_number_of_a_table_names_its_line(tree: LexborHTMLParser) -> None:
    for cell in tree.css("main td.n"):
        bare = cell.css_first("data, .quiet") is None
        assert not (bare and any(c.isdigit() for c in cell.text())), cell.html


def test_every_sample_can_be_explained(tree: LexborHTMLParser, filled: Filled) -> None:
    con, _ = filled
    ids = {
        found.group(1)
        for node in tree.css("code.cmd")
        if (found := re.fullmatch(r"winnow explain ([0-9a-f]{16})", node.text().strip()))
    }
    known = {
        row[0]
        for row in con.execute(
            "SELECT posting_id FROM curated.postings UNION SELECT raw_id FROM audit.quarantine"
        ).fetchall()
    }
    assert len(ids) > 20
    assert ids <= known


def test_it_can_be_read_without_seeing(tree: LexborHTMLParser) -> None:
    assert one(tree, "html").attributes.get("lang") == "en"
    assert one(tree, "a.skip").attributes["href"] == "#content"
    ids = [str(node.attributes["id"]) for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in tree.css("a[href^='#']"):
        assert str(link.attributes["href"])[1:] in ids
    assert all(table.css_first("caption") and table.css("th[scope]") for table in tree.css("table"))
    for svg in tree.css("svg"):
        assert svg.attributes.get("role") == "img"
        assert svg.attributes.get("aria-label")
        title = svg.css_first("title")
        assert title is not None
        assert title.text().strip()
    levels = [int(str(node.tag)[1]) for node in tree.css("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert all(node.attributes.get("aria-label") for node in tree.css("[role=region]"))


def test_references_inside_drawings_resolve(page: str) -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r"url\(#([\w-]+)\)", page)) <= ids


def test_rules_that_never_fired_are_named(tree: LexborHTMLParser) -> None:
    told = next(node.text() for node in tree.css("details") if "Never fired" in node.text())
    assert "SAL09" in told
    assert "POS06" in told
    assert "KIN01" in told
    assert "KIN02" not in told  # it refused records: they are in quarantine, not among the changes
    assert "SAL03" not in told


def test_an_empty_warehouse_and_a_run_that_says_nothing(empty: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    tree = LexborHTMLParser(write_run_report(empty, {"run_id": "r"}, tmp_path / "r").read_text(encoding="utf-8"))
    inert(tree)
    assert "unknown" in one(tree, "h1").text()


def test_a_database_without_our_tables_is_said(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        text = write_run_report(con, {"run_id": "r", "status": "failed"}, tmp_path).read_text(encoding="utf-8")
    assert "Not everything could be read" in text


def test_a_stopped_run_says_why_and_what_next(make: Callable[..., Any], tmp_path: Path) -> None:
    with duckdb.connect() as con:
        create_all(con)
        run = make(con, postings=60, fail=True)
        tree = LexborHTMLParser(write_run_report(con, run, tmp_path).read_text(encoding="utf-8"))
    inert(tree)
    header = " ".join(one(tree, "header").text(separator=" ").split())
    assert "Stopped" in header
    assert "marts.ledger_adds_up" in header
    assert "run again" in header
    assert "winnow replay" not in header
    assert "The last published version is that of run" in header


def test_a_run_stopped_before_loading_shows_only_what_it_has(empty: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    run = {
        "run_id": "r",
        "status": "stopped",
        "reason": "raw.x failed",
        "quarantine_counts": {"json": 40, "<b>": 1},
        "checks": [
            {
                "run_id": "r",
                "suite": "raw",
                "expectation": "x",
                "severity": "critical",
                "rows": 0,
                "failing": 0,
                "passed": False,
                "raised": True,
                "observed": None,
                "meaning": None,
                "column_name": None,
            }
        ],
    }
    tree = LexborHTMLParser(write_run_report(empty, run, tmp_path).read_text(encoding="utf-8"))
    inert(tree)
    assert [node.text() for node in tree.css("main h2")] == ["Checks", "Set aside", "Drift", "Time"]
    assert "json 40 records" in " ".join(one(tree, "main").text(separator=" ").split())
    assert "did not run" in one(tree, "main").text()


@pytest.mark.parametrize("name", ["run_id", "reason", "command", "home", "rulebook_version", "status", "started_at"])
def test_hostile_run_values_are_text(empty: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    run = {"run_id": "r", "status": "failed", "warnings": ["<script>"], name: "'\"><img src=x onerror=alert(1)>"}
    inert(LexborHTMLParser(write_run_report(empty, run, tmp_path).read_text(encoding="utf-8")))


def test_data_docs_are_linked_where_they_lie(empty: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "data_docs").mkdir()
    (tmp_path / "data_docs" / "index.html").write_text("", encoding="utf-8")
    check = {"suite": "raw", "expectation": "x", "severity": "info", "passed": True, "rows": 1, "failing": 0}
    text = write_run_report(empty, {"run_id": "r", "checks": [check]}, tmp_path).read_text(encoding="utf-8")
    assert 'href="data_docs/index.html"' in text


@pytest.mark.parametrize("block", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(block: int) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for text; 1.4.11: 3 to 1 for what drawings are read by."""
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    found = dict(
        re.findall(
            r"--([\w-]+): (#[0-9a-f]{6})",
            css.split("color-scheme: light dark;")[1].split("* { box")[0].split("@media")[block],
        )
    )
    text = [(a, b) for a in ("ink", "quiet", "link", "good", "warn", "bad") for b in ("page", "card")]
    text += [("ink", "before"), ("ink", "after"), ("quiet", "before"), ("quiet", "after")]
    for front, ground in text:
        assert contrast(found[front], found[ground]) >= 4.5, (front, ground)
    for front in ("series-a", "series-b", "new", "unchanged", "changed", "merged", "quarantined"):
        assert contrast(found[front], found["page"]) >= 3, front


def contrast(a: str, b: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
