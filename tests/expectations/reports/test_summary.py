"""Markdown and tables for Prefect: text from outside stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from expectations.reports.summary import checks_table, plain, quarantine_table, run_markdown
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    Filled = tuple[duckdb.DuckDBPyConnection, dict[str, Any]]


def kinds(markdown: str) -> set[str]:
    """Every kind of token the markdown makes, links and HTML among them."""
    found = set()
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown):
        found.add(token.type)
        found |= {child.type for child in token.children or []}
    return found


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "[a](javascript:b)",
        "![a](http://b)",
        "`c`",
        "**b** _i_",
        "a | b",
        "# h",
        "- l",
        "1. n",
        "&lt;b&gt;",
        "http://a.example",
        "\\<b>",
        "a\n\n# b",
        "[a]: http://b",
        "***",
        "==",
        "~~s~~",
        "> q",
        "$x$",
    ],
)
def test_text_from_outside_stays_text(text: str) -> None:
    found = kinds(f"Reason: {plain(text)}\n\n- {plain(text)}\n\n|a|\n|---|\n|{plain(text)}|\n")
    allowed = {
        "paragraph_open",
        "inline",
        "paragraph_close",
        "text",
        "text_special",
        "bullet_list_open",
        "bullet_list_close",
        "list_item_open",
        "list_item_close",
        "table_open",
        "table_close",
        "thead_open",
        "thead_close",
        "tbody_open",
        "tbody_close",
        "tr_open",
        "tr_close",
        "th_open",
        "th_close",
        "td_open",
        "td_close",
    }
    assert found <= allowed


@given(st.text(max_size=60))
def test_no_text_makes_html_or_links(text: str) -> None:
    assert not kinds(f"Reason: {plain(text)}\n") & {
        "html_inline",
        "html_block",
        "link_open",
        "image",
        "code_inline",
        "em_open",
    }


def test_the_run_in_markdown(filled: Filled) -> None:
    _, run = filled
    text = run_markdown(run)
    assert text.startswith("# Published")
    assert f"| came in | {run['counts']['records']:,} |" in text
    assert not kinds(text) & {"html_inline", "html_block", "link_open", "image"}
    assert run_markdown({"run_id": "r"}).startswith("# unknown")


def test_tables_hold_plain_values(filled: Filled) -> None:
    con, run = filled
    checks = checks_table(run)
    assert len(checks) == 9
    assert checks[0]["result"] == "failed"
    waiting = quarantine_table(con)
    assert sum(row["records"] for row in waiting) == run["counts"]["quarantined"]
    for row in [*checks, *waiting]:
        assert all(isinstance(value, str | int) for value in row.values())
        assert "<" not in str(row)


def test_nothing_waits_in_an_empty_warehouse() -> None:
    with duckdb.connect() as con:
        assert quarantine_table(con) == []
        create_all(con)
        assert quarantine_table(con) == []
    assert checks_table({"run_id": "r"}) == []
