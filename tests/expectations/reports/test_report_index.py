"""The index of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from expectations.reports.index import write_index

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
