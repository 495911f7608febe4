"""plain_text: what it makes of real forms of dirt, and the laws it keeps on any text."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.clean.markup import tame
from tasks.clean.text import TEXT_LIMIT, plain_text

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "text.yml").read_text(encoding="utf-8"))

pieces = st.sampled_from(
    ["<p>", "</p>", "<br>", "<div class='x'>", "</div", "<script>", "</script>", "<!--", "-->", "&amp;", "&lt;p&gt;", "&#38;", "&", "<", ">",
     "\\-", "\\", "Ã©", "â€œ", "\u200b", "\ud800", "\x00", "\n", "  ", "\r", "a", "Python", "é", "e\u0301", "東", "\U0001F469\u200d\U0001F4BB"]
)  # fmt: skip
markup = st.one_of(st.lists(pieces, max_size=40).map("".join), st.text(max_size=300))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_plain_text_reads_as_a_person_does(case: dict[str, Any]) -> None:
    assert plain_text(case["raw"], case.get("kind", "auto")) == case["then"]


@settings(max_examples=400, deadline=None)
@example("&amp;amp;amp;lt;b&amp;gt;")
@example("<scr<script>ipt>")
@given(markup)
def test_plain_text_of_plain_text_is_itself(raw: str) -> None:
    once = plain_text(raw)
    assert plain_text(once) == once


@settings(max_examples=200, deadline=None)
@given(markup, st.sampled_from(["auto", "html", "plain", "markdown"]))
def test_what_comes_out_can_be_stored_and_has_tidy_lines(raw: str, kind: str) -> None:
    text = plain_text(raw, kind)
    text.encode("utf-8")
    assert len(text) <= TEXT_LIMIT
    assert "\x00" not in text
    assert "\n\n\n" not in text
    assert all(line == " ".join(line.split()) for line in text.split("\n"))


HOSTILE = {
    "nested blocks": "<div>" * 50_000 + "x",
    "nested inline": "<b>" * 300_000,
    "open tags": "<" * 1_000_000,
    "ampersands": "&" * 1_000_000,
    "escaped ampersands": "&" + "amp;" * 250_000,
    "attributes in one tag": "<a " + " ".join(f"a{i}=1" for i in range(100_000)) + ">",
    "attributes behind a quoted bracket": '<a x=">" ' + " ".join(f"a{i}=1" for i in range(60_000)) + ">",
    "comments": "<!--" * 250_000,
    "scripts": "<script>" * 120_000,
    "blanks": " " * 1_000_000,
    "line breaks": "\n" * 1_000_000,
    "invisible": "a\u200b" * 500_000,
    "surrogates": "\ud800 " * 500_000,
    "combining marks": "a\u0301\u0316" * 330_000,
    "broken encoding": "Ã© \n" * 200_000,
    "backslashes": "\\" * 1_000_000,
    "entities": "&#x27;" * 160_000,
    "pages escaped twice": "&lt;p&gt;" * 110_000,
    "no spaces": "a" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_megabytes_are_read_in_linear_time(name: str) -> None:
    # 0.1 s is the law on a quiet machine; the bound leaves room for a busy one and still fails on quadratic time.
    started = time.process_time()
    plain_text(HOSTILE[name])
    assert time.process_time() - started < 0.5


def test_the_parser_is_not_given_what_would_choke_it() -> None:
    assert tame("<p>" * 1000)
    assert not tame(HOSTILE["nested blocks"])
    assert not tame(HOSTILE["attributes in one tag"])
