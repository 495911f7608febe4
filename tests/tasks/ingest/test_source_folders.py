"""Every built-in source reads its own made-up sample, in each layout that it knows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tasks.ingest.source import HERE, registry

SOURCES = registry()
# source, sample, reasons in order of the rows, what some of the rows hold
SAMPLES: list[tuple[str, str, list[str | None], dict[int, dict[str, Any]]]] = [
    ("glassdoor_us", "sample.csv", [None] * 3, {
        0: {"title": "Data Scientist", "company": "Tidewright Labs\n4.1", "locations": ["Portland, OR"],
            "salary": "$80K-$120K (Glassdoor est.)", "country_hint": "US", "source_key": None},
        1: {"title": 'Senior "Big" Data Engineer', "salary": None, "category": None}}),
    ("glassdoor_au", "sample.csv", [None] * 2, {
        0: {"description": None, "salary": "$70K - $80K (Glassdoor Est.)", "currency_hint": "AUD"}}),
    ("linkedin", "sample.csv", [None] * 2, {
        0: {"employment_type": "Full-time", "seniority": "Entry level"}, 1: {"company": None, "seniority": None}}),
    ("linkedin", "sample_without_index.csv", [None], {0: {"title": "Data Analyst"}}),
    ("nyc", "sample.csv", [None] * 3, {
        0: {"title": "Lamp Analyst", "requisition": "100001", "locations": ["1 Example Plaza, New York, NY"], "salary_max": "60000.5", "employment_type": "F",
            "description": "Count the lampsâ€™ hours.\n\nSQL", "source_key": None},
        2: {"locations": None, "salary_period": "Hourly"}}),
    ("nyc", "sample_2022.csv", [None], {0: {"title": "SUMMER COLLEGE INTERN", "category": None, "salary_min": "15.0"}}),
    ("usajobs", "sample.json", [None] * 2, {
        0: {"company": "Lighthouse Service", "source_key": "900000100", "posted_on": "2024-05-06"},
        1: {"company": "Department of Coasts", "category": "9998 - Fog"}}),
    ("france_travail", "sample.json", [None, "json", None], {
        0: {"employment_type": "Contrat à durée indéterminée; Temps plein; alternance", "locations": ["29 - Brest"],
            "skills": ["Python", "Observer le ciel"], "company": "NUAGES ET FILS"},
        2: {"locations": ["Ouessant", "Finistère"], "company": None, "salary": "Selon profil"}}),
    ("simplify", "sample.json", [None, None, "null_key"], {
        0: {"closed": "false", "posted_on": "1699990000", "locations": ["Toledo, OH", "Remote in USA"]},
        1: {"closed": "true"}}),
    ("ambicuity", "sample.json", [None] * 2, {
        0: {"salary_min": "90000", "salary_currency": "USD", "closed": "false"}, 1: {"posted_on": None, "closed": "true"}}),
    ("themuse", "sample.json", [None] * 2, {
        0: {"locations": ["Oslo, Norway", "Flexible / Remote"], "seniority": "Senior Level", "source_key": "70001",
            "ordinal": 0},
        1: {"company": None, "skills": ["crochet"], "ordinal": 1}}),
    ("hn", "sample.json", [None, "blank"], {
        0: {"source_key": "901", "url": "https://news.ycombinator.com/item?id=901", "title": None,
            "posted_on": "2019-03-01T16:05:00.000Z"}}),
    ("greenhouse", "sample.json", [None] * 2, {
        0: {"description": "<p>Fold &amp; float.</p>", "locations": ["Toledo, OH"], "requisition": "R-17"},
        1: {"locations": ["Reno"], "description": None, "company": None}}),
    ("lever", "sample.json", [None] * 2, {
        0: {"company": "paperboat", "locations": ["Toledo", "Reno"], "workplace": "hybrid", "posted_on": "1767348000000",
            "description": "<div>Fold.</div>\n<h3>You bring</h3><ul><li>Scissors</li></ul>\n<div>Float.</div>"},
        1: {"workplace": None, "locations": ["Reno"], "description": None}}),
    ("ashby", "sample.json", [None], {
        0: {"company": "Paper Boat", "locations": ["Toledo", "Reno"], "workplace": "Remote", "salary": "$90K - $110K"}}),
    ("dice", "sample.csv", [None] * 2, {0: {"skills": ["string theory, wind"]}, 1: {"skills": None}}),
    ("armenia", "sample.csv", [None, "blank", "blank"], {
        0: {"description": "Count the fruit.\n\nPatience.", "posted_on": "05/01/2004", "requisition": None}}),
    ("schemaorg", "sample.json", [None] * 2, {
        0: {"company": "Glacier Archive", "locations": ["Tromsø, NO"], "employment_type": "FULL_TIME, CONTRACTOR",
            "salary_period": "YEAR"},
        1: {"locations": ["AK-Nome, US"], "description": "Drill.", "posted_on": None}}),
    ("speedyapply", "sample.md", [None, None, "ragged"], {
        0: {"company": "Paper Boat", "title": "Engineer I - R&D", "salary": "$101k/yr", "posted_on": "3d",
            "url": "https://jobs.example.com/pb/1", "category": "FAANG+"},
        1: {"locations": ["Reno, NV", "Remote"], "company": "Kite & Co", "salary": None, "ordinal": 1}}),
    ("pythonjobs", "sample.html", [None], {
        0: {"posted_on": "2018-04-25", "skills": ["python", "origami"], "source_key": "sample.html",
            "employment_type": "permanent", "description": "\n# The work\n\nFold *snakes*.\n"}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "reasons", "expected"), SAMPLES, ids=[f"{s[0]}-{s[1]}" for s in SAMPLES])
def test_sample(
    read: Any, name: str, file: str, reasons: list[str | None], expected: dict[int, dict[str, Any]]
) -> None:
    rows, _ = read(SOURCES[name], HERE / name / file)
    assert [row["reason"] for row in rows] == reasons
    for place, wanted in expected.items():
        assert {column: rows[place][column] for column in wanted} == wanted
    for row in rows:
        assert row["source"] == name
        assert row["source_file"] == f"{name}/{file}"


def test_samples_raise_no_drift_but_the_planted_one(read: Any) -> None:
    drift = {}
    for name, file, _, _ in SAMPLES:
        _, report = read(SOURCES[name], HERE / name / file)
        if report.unknown_columns:
            drift[name] = report.unknown_columns
    assert drift == {}


def test_every_folder_has_a_sample() -> None:
    tested = {name for name, *_ in SAMPLES}
    assert {name for name, source in SOURCES.items() if source.format != "group"} - tested <= {"sample"}
    for name, source in SOURCES.items():
        assert source.about, name
        assert Path(source.folder).name == name


def test_versions_of_a_post_are_one_posting(read: Any, tmp_path: Path) -> None:
    body = (HERE / "pythonjobs" / "sample.html").read_bytes()
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "wrangler__20180425T120000Z_0123abc.html").write_bytes(body)
    (folder / "wrangler__20180501T120000Z_fedcba9.html").write_bytes(body.replace(b"Fold", b"Tame"))
    rows, _ = read(SOURCES["pythonjobs"], folder)
    assert {row["source_key"] for row in rows} == {"wrangler.html"}
    assert len({row["posting_id"] for row in rows}) == 1
    assert len({row["content_id"] for row in rows}) == len({row["capture_id"] for row in rows}) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# no front matter\n", "shape"),
        ("---\ntitle: a\n", "truncated"),
        ("---\n- a\n- b\n---\n", "shape"),
        ("---\ntitle: [a\n---\n", "shape"),
        ("---\ntitle: &a x\ncompany: *a\n---\n", "shape"),
        ("---\ntitle: !!python/object/apply:os.getcwd []\n---\nbody", None),
        ("---\ntitle: a\nx: " + "[" * 60 + "]" * 60 + "\n---\n", None),
        ("---\ntitle: " + "[" * 70 + "]" * 70 + "\n---\n", "depth"),
        ("---\ntitle: " + "[" * 19_900 + "\n---\n", "depth"),
        ("---\n" + "".join(f"{' ' * n}a:\n" for n in range(190)) + "---\n", "depth"),
        ("---\ntitle: " + "x" * 30_000 + "\n---\n", "oversize"),
        ("title: without a first line\n---\nbody", None),
        ("---\r\ntitle: a\r\ncreated: 2018-13-45\r\n---\r\nbody", None),
    ],
)
def test_front_matter(read: Any, text: str, reason: str | None) -> None:
    began = time.process_time()
    rows, _ = read(SOURCES["pythonjobs"], text.encode(), "post.html")
    assert time.process_time() - began < 1  # libyaml takes seconds for what is nested by the thousand
    assert [row["reason"] for row in rows] == [reason]
    assert rows[0]["payload"] == text


def test_tables_without_a_header_and_other_tables(read: Any) -> None:
    apply = '<a href="https://x.example/1">go</a>'
    text = f"| A | B | C | {apply} | 2d |\n| A | B | C | $9/hr | {apply} | 2d |\n| x | y |\n\n| Name | Notes |\n|---|---|\n| n | m |\n"
    rows, _ = read(SOURCES["speedyapply"], text.encode(), "list.md")
    assert [row["reason"] for row in rows] == [None, None, "ragged"]
    assert [row["salary"] for row in rows] == [None, "$9/hr", None]
