"""The sentences: every one compiles, and says no more and no less than its marks."""

from __future__ import annotations

import re
from random import Random

import pytest

from tasks.ingest.sources.sample.body import Section, as_html, as_text, compose, shortened
from tasks.ingest.sources.sample.grammar import DL, ML, PAY, TECHNICAL, VALUES, Line, book, sections, with_article
from tasks.ingest.sources.sample.jobs import ROLES, Title, titled
from tasks.ingest.sources.sample.technologies import BIT, WRITTEN, names

LEARNING = re.compile(
    r"machine learning|apprentissage automatique|maschinelles lernen|\bNLP\b|natural language|recommender|ranking model|"
    r"predictive model|computer vision|data mining|deep.learning|neural|neuron|\bLLM|transformer model|pytorch|tensorflow|keras|\bjax\b", re.I
)  # fmt: skip
AMBIGUOUS = {
    "Go",
    "R",
    "C",
    "React",
    "Spark",
    "Excel",
    "Flask",
    "Rails",
    "Swift",
    "Rust",
    "Oracle",
    "Vue",
    "Torch",
    "SAS",
}
SENTENCES = (
    *("agency", "blurb", "blurb2", "intro", "intro2", "place", "workplace", "employment", "pay", "duty", "req", "nice"),
    *("benefit", "close", "contact", "eeo", "update", "h"),
)
FAMILIES = sorted(role.family for role in ROLES.entries)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("family", ["data_engineer", "healthcare", "executive"])
def test_every_sentence_compiles_and_says_what_it_is_marked_with(language: str, family: str) -> None:
    draw = Random(1).random
    values = [f"<{name}>" for name in VALUES]
    words = book(language, family)
    for name in sections(language):
        if name.split(".")[0] not in SENTENCES:
            continue
        for template in words.section(name):
            line = template.line(draw, values, (0, 0, 0, 0))
            assert "{" not in line.text, line
            assert bool(LEARNING.search(line.text)) == bool(line.says & ML), line
            found = {
                i for i, forms in WRITTEN.items() for form in forms
                if form not in AMBIGUOUS and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", line.text)
            }  # fmt: skip
            assert found <= set(names(line.technologies)) | {"caffe", "torch"}, line
            assert line.says & DL == 0 or line.says & ML


def test_a_word_drawn_twice_in_a_sentence_is_not_the_same_word() -> None:
    draw = Random(2).random
    template = next(t for t in book("de", "data_engineer").section("req") if t.parts[1:2] == (" und ",))
    for _ in range(200):
        text = template.line(draw, [""] * len(VALUES), (0, 0, 0, 0)).text
        first, _, second = text.partition(" und ")
        assert first != second


@pytest.mark.parametrize(
    ("title", "with_it"),
    [("Data Engineer", "a Data Engineer"), ("Engineer", "an Engineer"), ("ML Engineer", "an ML Engineer"),
     ("iOS Engineer", "an iOS Engineer"), ("UX Designer", "a UX Designer"), (".NET Developer", "a .NET Developer"),
     ("SEO Specialist", "an SEO Specialist"), ("QA Engineer", "a QA Engineer")],
)  # fmt: skip
def test_articles(title: str, with_it: str) -> None:
    assert with_article(title) == with_it


@pytest.mark.parametrize(
    ("base", "mark", "suffix", "whole"),
    [("Data Scientist - Risk", ("Senior ", "", "senior"), "", "Senior Data Scientist - Risk"),
     ("Data Scientist - Risk", ("", " II", "mid"), " - Search Team", "Data Scientist II - Risk - Search Team"),
     ("Data Engineer", ("", "", None), "", "Data Engineer")],
)  # fmt: skip
def test_titles_are_put_together(base: str, mark: tuple[str, str, str | None], suffix: str, whole: str) -> None:
    assert titled(base, mark, suffix) == whole


def test_every_family_is_one_of_the_guide_and_every_technology_is_known() -> None:
    assert set(FAMILIES) >= TECHNICAL
    for role in ROLES.entries:
        assert set(role.stack) <= set(BIT)
        assert all(isinstance(title, Title) for titles in role.titles.values() for title in titles)


def test_a_text_cut_short_makes_true_only_what_is_left() -> None:
    plain, told = Line("First.", 0, 0), Line("Base pay: $1.", BIT["python"], PAY)
    body = compose([Section("About", False, (plain,)), Section("Pay", True, (told,))], ("a@b.example",))
    assert (body.technologies, body.says) == (BIT["python"], PAY)
    cut = shortened(body, 3)
    assert (cut.technologies, cut.says, cut.personal) == (0, 0, ())
    assert "Base pay" not in as_text(cut)


def test_html_is_escaped() -> None:
    body = compose([Section("R&D", True, (Line("a < b & c", 0, 0),))])
    assert as_html(body) == "<h3>R&amp;D</h3>\n<ul><li>a &lt; b &amp; c</li></ul>"
