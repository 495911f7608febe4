"""The boards as the pipeline reads them: registered, captured day by day, split into just what the truth says."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tasks.ingest.capture import capture
from tasks.ingest.source import expand, find, registry
from tasks.ingest.sources.sample.dirt import KINDS, MEMBERS
from tasks.ingest.split import SplitReport, split

if TYPE_CHECKING:
    from tests.tasks.ingest.sources.conftest import Written
else:
    Written = Any

LATER = {"future_date", "ambiguous_date", "not_a_posting"}  # told by cleaning, not by splitting
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_group_is_used_when_nothing_is_configured() -> None:
    sample = find(registry(), "sample")
    assert sample.enabled
    assert tuple(member.name for member in sample.members) == MEMBERS
    assert {m.name for m in sample.members if m.coverage == "snapshot"} == set(MEMBERS) - {"sample_notices"}


@pytest.mark.parametrize("member", MEMBERS)
def test_splitting_finds_every_record_and_sets_aside_just_what_the_truth_says(
    market: Written, tmp_path: Path, member: str
) -> None:
    truth = {(r["source_file"], r["ordinal"]): r for r in market.records if r["member"] == member}
    left = set(truth)
    source, target = next(
        pair for pair in expand(find(registry(), "sample"), str(market.out)) if pair[0].name == member
    )
    captures = sorted(capture(source, target, tmp_path, None, "run", NOW), key=lambda c: c.observed_at)
    assert [c.observed_at.date() for c in captures] == sorted({r["day"] for r in truth.values()})
    unknown: set[str] = set()
    content: dict[str, str] = {}
    for landed in captures:
        report = SplitReport()
        rows = [row for batch in split(landed, source, tmp_path, report) for row in batch.to_pylist()]
        unknown |= report.unknown_columns
        for row in rows:
            place = row["source_file"], row["ordinal"]
            left.remove(place)
            want = truth[place]
            at_split = want["outcome"] == "quarantined" and want["reason"] not in LATER
            assert row["reason"] == (want["reason"] if at_split else None), place
            if want["outcome"] != "quarantined":
                assert row["source_key"] == want["posting_key"]
            if want["outcome"] in ("new", "unchanged", "changed"):
                same = content.get(row["posting_id"]) == row["content_id"]
                assert same == (want["outcome"] == "unchanged"), row["source_key"]
                content[row["posting_id"]] = row["content_id"]
    assert not left
    assert unknown == ({"Sponsored"} if member == "sample_meridian" else set())


def test_every_damaged_record_of_the_table_has_a_reason_and_no_other_has() -> None:
    for kind in KINDS:
        assert (kind.reason is not None) == (kind.outcome == "quarantined")


def test_a_clean_page_is_plain_json_lines_and_csv(market: Written) -> None:
    dirty = {r["source_file"] for r in market.records if r["outcome"] == "quarantined"}
    clean = [p for p in sorted(market.out.glob("sample_*/*/*")) if p.relative_to(market.out).as_posix() not in dirty]
    seen = set()
    for path in clean:
        text = path.read_text(encoding="utf-8-sig")
        count = sum(r["source_file"] == path.relative_to(market.out).as_posix() for r in market.records)
        if path.suffix == ".csv":
            rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
            assert all(None not in row and None not in row.values() for row in rows)
        elif path.suffix == ".jsonl":
            rows = [json.loads(line) for line in text.split("\n") if line]
        else:
            value = json.loads(text)
            rows = value["results"] if isinstance(value, dict) else value
        assert len(rows) == count
        seen.add(path.suffix)
    assert seen == {".json", ".jsonl", ".csv"}
