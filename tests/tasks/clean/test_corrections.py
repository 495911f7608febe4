"""Corrections by hand: made where they fit, loud where they do not, and told where they are about nothing."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tasks.arrow_files import write_batches
from tasks.clean.corrections import RULE, Correction, Corrections, Target, read_corrections
from tasks.clean.engine import FIELD_BY_NAME, Engine, every_rule, rulebook_files, rulebook_version
from tasks.clean.memory import Memory
from tasks.clean.rule import run_example
from tasks.clean.step import clean_records, unmet_corrections
from tasks.clean.values import Pay, Place
from tasks.errors import SourceError, UsageError
from tasks.ingest.capture import capture
from tasks.ingest.form import SCHEMA as RECORDS
from tasks.ingest.source import load
from tasks.ingest.split import split
from tasks.ingest.step import capture_row
from tasks.run import Run

SOURCE = "name: {name}\ntitle: A feed\nformat: csv\n{key}columns: {{title: title, company: company, locations: place, salary: pay}}\n"
FEED = (
    "id,title,company,place,pay\n"
    '1,Senoir Data Engineer,Acme,"Austin, TX",$120k\n'
    "2,Cook,Bistro Nord,Bergen,300 kr per hour\n"
)
ENTRY = """
- key: "{key}"
  field: {field}
  expected: {expected}
  value: {value}
  reason: the employer said so
  date: 2026-01-09
"""


def entry(field: str, expected: Any, value: Any, key: str = "1", more: str = "") -> str:
    return ENTRY.format(key=key, field=field, expected=json.dumps(expected), value=json.dumps(value)) + more


def folder(parent: Path, name: str, corrections: str, key: str = "key: id\n") -> Path:
    made = parent / name
    made.mkdir(parents=True)
    (made / "source.yml").write_text(SOURCE.format(name=name, key=key), encoding="utf-8")
    (made / "corrections.yml").write_text(corrections, encoding="utf-8")
    return made


def cleaned(tmp_path: Path, feeds: dict[str, str], as_of: str = "2026-01-10") -> tuple[Run, list[dict[str, Any]]]:
    """Capture, split and clean these feeds (by source name) as a run does, and read back what was cleaned."""
    now = datetime.now(UTC)
    run = Run("r", tmp_path / f"home-{time.monotonic_ns()}", "1GB", 1, now, sources_dir=tmp_path / "sources")
    run.warehouse.parent.mkdir(parents=True)
    run.folder.mkdir(parents=True)
    captures = []
    for name, text in feeds.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        source = load(tmp_path / "sources" / name)
        for landed in capture(source, str(path), run.home, datetime.fromisoformat(as_of + "T00:00+00:00"), "r", now):
            write_batches(run.records / f"{landed.capture_id}.arrow", RECORDS, split(landed, source, run.home))
            captures.append(capture_row(landed))
    run.facts["captures"] = captures
    clean_records(run)
    with pa.OSFile(str(run.postings / "postings.arrow")) as file:
        return run, sorted(pa.ipc.open_file(file).read_all().to_pylist(), key=lambda row: str(row["titles"]))


def changes_of(run: Run, row: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    with duckdb.connect(str(run.memory), read_only=True) as con:
        found = {i: rest for i, *rest in con.execute("SELECT * FROM changes").fetchall()}
    return [tuple(found[i]) for i in row["change_ids"]]


@pytest.mark.parametrize("example", [*RULE.examples, *RULE.counter_examples], ids=str)
def test_the_rule_does_what_its_examples_say(example: Any) -> None:
    assert run_example(RULE, example) == example.then


def test_the_rule_is_in_the_rulebook_once() -> None:
    assert [rule.code for rule in every_rule()].count("COR01") == 1


def test_a_raw_value_is_mended_before_the_rules_and_a_cleaned_one_after_them(tmp_path: Path) -> None:
    text = entry("raw.title", "Senoir Data Engineer", "Senior Data Engineer")
    text += entry(
        "salary", None, [{"min": 300, "max": 300, "currency": "NOK", "period": "hour"}], "2", "  until: 2020-01-01\n"
    )
    text += entry("company", "Acme", "Acme Robotics")
    folder(tmp_path / "sources", "tiny", text)
    run, (cook, engineer) = cleaned(tmp_path, {"tiny": FEED})
    assert (engineer["titles"], engineer["seniority"], engineer["company"]) == (
        ["Senior Data Engineer"],
        "senior",
        "Acme Robotics",
    )
    first, *_, last = [change for change in changes_of(run, engineer) if change[1] == "COR01"]
    assert first == (
        "raw.title", "COR01", "Senoir Data Engineer (the employer said so, 2026-01-09)", "Senior Data Engineer"
    )  # fmt: skip
    assert last[:2] == ("company", "COR01")
    assert "the employer said so" in last[2]
    assert last[3] == "Acme Robotics"
    assert "COR01" not in {change[1] for change in changes_of(run, cook)}, "its time is over"
    assert not run.failed
    assert not run.warnings


def test_a_later_field_sees_the_corrected_value(tmp_path: Path) -> None:
    folder(tmp_path / "sources", "tiny", entry("titles", ["Senoir Data Engineer"], ["Lead Data Engineer"]))
    _, rows = cleaned(tmp_path, {"tiny": FEED})
    assert [(r["titles"], r["seniority"]) for r in rows if "Data" in r["titles"][0]] == [
        (["Lead Data Engineer"], "lead")
    ]


def test_a_refused_record_can_be_declared_a_posting_and_the_other_way_round(tmp_path: Path) -> None:
    correction = Correction("s", "1", "kind", "posting", "not_a_posting_reply", "an answer to somebody", "2026-01-09")
    other = Correction("s", "2", "kind", "not_a_posting_empty", "posting", "it has a title", "2026-01-09")
    rows = [{**dict.fromkeys(RECORDS.names), "posting_id": p, **form} for p, form in
            (("p1", {"title": "Cook"}), ("p2", {"notice": ""}))]  # fmt: skip
    table = pa.Table.from_pylist(rows, RECORDS).append_column("captured_on", pa.array(["2026-01-31"] * 2))
    engine = Engine(corrections=Corrections([Target(correction, "p1", None), Target(other, "p2", None)]))
    out = engine.clean(table.combine_chunks().to_batches()[0])
    assert out.column("reason").to_pylist() == ["not_a_posting_reply", None]


def test_a_source_whose_correction_does_not_fit_fails_alone(tmp_path: Path) -> None:
    folder(tmp_path / "sources", "mended", entry("company", "Acne", "Acme"))
    folder(tmp_path / "sources", "sound", entry("company", "Acme", "Acme Robotics"))
    run, rows = cleaned(tmp_path, {"mended": FEED, "sound": FEED})
    assert [(f["source"], f["code"]) for f in run.failed] == [("mended", "correction_mismatch")]
    assert "expects 'Acne' and finds 'Acme'" in run.failed[0]["message"]
    assert {row["source"] for row in rows} == {"sound"}
    assert {c["source"] for c in run.facts["captures"]} == {"sound"}


def test_a_run_of_nothing_but_misfits_ends_with_the_named_error(tmp_path: Path) -> None:
    folder(tmp_path / "sources", "mended", entry("raw.title", "Senior Data Enginere", "Senior Data Engineer"))
    with pytest.raises(SourceError) as raised:
        cleaned(tmp_path, {"mended": FEED})
    assert raised.value.code == "correction_mismatch"


def test_a_correction_of_no_record_is_a_warning(tmp_path: Path) -> None:
    source = folder(tmp_path / "sources", "tiny", entry("company", "Acme", "Acme Robotics", key="77"))
    run, _ = cleaned(tmp_path, {"tiny": FEED})
    said = "tiny: the correction of tiny 77 company matches no record of any load"
    assert run.warnings == [said]
    with duckdb.connect(str(run.build)) as con:
        assert unmet_corrections(con, [load(source)]) == [said]


def test_a_record_without_a_key_is_named_by_its_place_and_a_group_of_keys_by_all_of_them(tmp_path: Path) -> None:
    name = f"{tmp_path.name}/placed.csv#1"
    folder(tmp_path / "sources", "placed", entry("company", "Bistro Nord", "Bistro Syd", key=name), key="")
    composed = entry("company", "Acme", "Acme Robotics").replace('key: "1"', 'key: ["1", Senoir Data Engineer]')
    folder(tmp_path / "sources", "composed", composed, key="key: [id, title]\n")
    run, rows = cleaned(tmp_path, {"placed": FEED, "composed": FEED})
    assert {(r["source"], r["company"]) for r in rows} == {
        ("placed", "Acme"), ("placed", "Bistro Syd"), ("composed", "Acme Robotics"), ("composed", "Bistro Nord"),
    }  # fmt: skip
    assert not run.warnings


def test_corrections_are_part_of_the_rulebook_version(tmp_path: Path) -> None:
    path = folder(tmp_path, "tiny", entry("company", "Acme", "Acme Robotics")) / "corrections.yml"
    assert path in rulebook_files(tmp_path)
    before = rulebook_version(tmp_path)
    assert before != rulebook_version()
    path.write_text(entry("company", "Acme", "Acme Robots"), encoding="utf-8")
    rulebook_version.cache_clear()
    assert rulebook_version(tmp_path) != before


def test_memory_never_holds_a_corrected_value(tmp_path: Path) -> None:
    row = {**dict.fromkeys(RECORDS.names), "posting_id": "p1", "title": "Cook", "company": "Acme"}
    table = pa.Table.from_pylist([row], RECORDS).append_column("captured_on", pa.array(["2026-01-31"]))
    batch = table.combine_chunks().to_batches()[0]
    wanted = Correction("s", "1", "company", "Acme", "Acme Robotics", "said so", "2026-01-09")
    with Memory(tmp_path / "m.duckdb", "v") as memory:
        out = Engine(memory, corrections=Corrections([Target(wanted, "p1", None)])).clean(batch)
        assert out.column("company").to_pylist() == ["Acme Robotics"]
    with Memory(tmp_path / "m.duckdb", "v") as memory:
        assert Engine(memory).clean(batch).column("company").to_pylist() == ["Acme"]


def test_values_are_read_in_the_type_of_their_field(tmp_path: Path) -> None:
    text = entry("locations", [], {"city": "Oslo", "country": "NO"}) + entry("posted_on", None, "2026-01-02")
    text += (
        entry("salary", [{"min": 1, "currency": "NOK"}], [])
        + entry("raw.skills", None, ["Go"])
        + entry("is_agency", False, True)
    )
    place, day, pay, skills, agency = read_corrections(folder(tmp_path, "tiny", text), FIELD_BY_NAME)
    assert (place.expected, place.value) == ((), (Place("Oslo", None, "NO"),))
    assert (day.expected, day.value) == (None, "2026-01-02")
    assert (pay.expected, pay.value) == ((Pay(1.0, None, "NOK", None),), ())
    assert (skills.value, agency.value) == (("Go",), True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key: 1", "not a list"),
        ("- just text", "not a mapping"),
        (entry("company", "a", "b").replace('"1"', "1"), "quote it"),
        (entry("colour", "a", "b"), "neither a cleaned field"),
        (entry("raw.colour", "a", "b"), "neither a cleaned field"),
        (entry("raw.closed", "true", "false"), "neither a cleaned field"),
        (entry("company", "a", "a"), "changes nothing"),
        (entry("company", "a", 5), "not text"),
        (entry("is_agency", "no", True), "not true or false"),
        (entry("locations", [], [{"town": "Oslo"}]), "not a mapping of city"),
        (entry("kind", "posting", "spam"), "neither 'posting'"),
        (entry("posted_on", None, "soon"), "Invalid isoformat"),
        (entry("company", "a", "b").replace("the employer said so", "''"), "no reason"),
        (entry("company", "a", "b", more="  colour: red\n"), "unknown key 'colour'"),
        (entry("company", "a", "b").replace("  reason: the employer said so\n", ""), "lacks reason"),
        (entry("company", "a", "b") * 2, "a second time"),
        ("- {key: 'x', key: 'y'}", "given twice"),
    ],
)
def test_a_malformed_file_is_refused_with_the_entry_at_fault(tmp_path: Path, text: str, said: str) -> None:
    made = folder(tmp_path, "tiny", text)
    with pytest.raises(UsageError, match=said) as raised:
        read_corrections(made, FIELD_BY_NAME)
    assert raised.value.code == "corrections"


def test_no_file_is_no_correction(tmp_path: Path) -> None:
    assert read_corrections(tmp_path, FIELD_BY_NAME) == []
