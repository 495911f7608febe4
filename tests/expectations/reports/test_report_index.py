"""The index of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
from selectolax.lexbor import LexborHTMLParser, LexborNode

from expectations.reports.index import write_index
from tasks.load import journal
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    from pathlib import Path


def run(name: str, started: str, status: str = "published", **more: Any) -> dict[str, Any]:
    return {
        "run_id": name,
        "started_at": started,
        "finished_at": started,
        "status": status,
        "counts": {"records": 3},
        **more,
    }


def said(node: LexborHTMLParser | LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    assert found is not None, selector
    return found.text()


def test_newest_first_and_linked_where_there_is_a_report(tmp_path: Path) -> None:
    (tmp_path / "reports" / "b").mkdir(parents=True)
    (tmp_path / "reports" / "b" / "index.html").write_text("", encoding="utf-8")
    entries = [
        run("a", "2021-01-01T00:00:00+00:00"),
        run("b", "2021-01-03T00:00:00+00:00", "stopped", reason="<script>x"),
        run("c", "2021-01-02T00:00:00+00:00", "unchanged"),
    ]
    tree = LexborHTMLParser(write_index(tmp_path, entries).read_text(encoding="utf-8"))
    assert [said(row, "th .small") for row in tree.css("tbody tr")] == ["b", "c", "a"]
    assert [link.attributes["href"] for link in tree.css("tbody a")] == ["b/index.html"]
    assert not tree.css("script")
    assert "Newest run: stopped" in said(tree, "header")
    assert "published 2021-01-01" in said(tree, "header")


def test_no_run_yet_and_names_that_lead_elsewhere(tmp_path: Path) -> None:
    assert "winnow run" in write_index(tmp_path, []).read_text(encoding="utf-8")
    entries = [run("../../etc", ""), run("javascript:alert(1)", "not a time"), {"run_id": 7}]
    tree = LexborHTMLParser(write_index(tmp_path, entries).read_text(encoding="utf-8"))
    assert not tree.css("tbody a")
    assert len(tree.css("tbody tr")) == 3


def test_health_of_checks_is_said(tmp_path: Path) -> None:
    def check(passed: bool, severity: str) -> dict[str, object]:
        return {"passed": passed, "severity": severity, "raised": False}

    entries = [
        run("a", "2021-01-01", checks=[check(True, "critical")]),
        run("b", "2021-01-02", checks=[check(True, "critical"), check(False, "warning")]),
        run("c", "2021-01-03", "stopped", checks=[check(False, "critical")]),
    ]
    tree = LexborHTMLParser(write_index(tmp_path, entries).read_text(encoding="utf-8"))
    assert [said(row, "td[data-name=checks]") for row in tree.css("tbody tr")] == [
        "1 stopped it",
        "1 of 2 warned",
        "all 1 passed",
    ]


def test_thousands_of_runs_stay_small_and_are_all_counted(tmp_path: Path) -> None:
    days = [f"{2015 + i // 360}-{i // 30 % 12 + 1:02}-{i % 28 + 1:02}T05:45:00+00:00" for i in range(4000)]
    checks = [{"passed": True, "severity": "critical", "raised": False}]
    entries = [run(f"r{i:04}", day, ("published", "stopped")[i % 9 == 0], checks=checks) for i, day in enumerate(days)]
    page = write_index(tmp_path, entries).read_text(encoding="utf-8")
    assert len(page.encode()) < 2_000_000
    tree = LexborHTMLParser(page)
    assert len(tree.css("#runs ~ .scroll tbody tr")) == 50
    assert said(tree, "#runs ~ .scroll caption").startswith("The newest 50 of 4,000 runs")
    folded = [said(node, "summary") for node in tree.css("#older ~ details")]
    assert sum(int(text.split("run")[0].split()[-1].replace(",", "")) for text in folded) == 3950
    assert len(tree.css("#older ~ details tbody tr")) == 3000
    assert not tree.css("details[open]")


def test_what_failed_or_is_held_is_named(tmp_path: Path) -> None:
    entry = run(
        "a", "2021-01-01", batches=[{"source": "b<i>oard"}], sources_failed=[{"source": "gone"}],
        sources_held=[{"source": "odd<script>"}],
    )  # fmt: skip
    page = write_index(tmp_path, [entry]).read_text(encoding="utf-8")
    text = said(LexborHTMLParser(page), "td[data-name=sources]")
    assert "b<i>oard" in text
    assert "gone failed" in text
    assert "odd<script> held" in text
    assert "<script>" not in page


def test_its_figures_are_what_the_ledger_gives(tmp_path: Path, reproduce: Any) -> None:
    """Runs newer than the newest published one are not in the ledger yet: no line is promised for them."""
    counts = {"records": 1234, "new": 1000, "unchanged": 200, "changed": 4, "merged": 20, "quarantined": 10}
    entries = [
        run("a", "2021-01-01T00:00:00+00:00", counts=counts, rulebook_version="r"),
        run("b", "2021-01-02T00:00:00+00:00", "stopped", rulebook_version="r"),
        run("c", "2021-01-03T00:00:00+00:00", counts={**counts, "new": 7}, rulebook_version="r"),
        run("d", "2021-01-04T00:00:00+00:00", "stopped", counts=counts, rulebook_version="r"),
    ]
    with duckdb.connect() as con:
        create_all(con)
        for entry in entries[:3]:
            journal.insert_run(con, entry)
        page = write_index(tmp_path, entries).read_text(encoding="utf-8")
        assert reproduce(page, con.execute) == {"runs": 12}
    charts = LexborHTMLParser(page).css("svg.chart")
    assert charts
    assert all(chart.attributes.get("aria-label") for chart in charts)
