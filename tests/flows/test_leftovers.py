"""What a run landed and did not live to load is loaded by the next run that asks for the same, and harms none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import flows.pipeline
from flows.leftovers import left_behind, note_taken_up, same_target
from tasks.errors import WinnowError
from tasks.ingest.landing import Capture, Draft
from tasks.ingest.source import Source
from tasks.load import journal
from tasks.load.recovery import clear_leftovers
from tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = """
name: quay
title: A list that is written over each day
format: csv
key: id
coverage: snapshot
columns: {title: title, company: company, url: url}
required: [title]
"""
HEAD = "id,title,company,url\n"
NURSE, COOK, WELDER = (
    f"{n},{title},Quay AG,https://quay.example/{n}\n" for n, title in enumerate(("Nurse", "Cook", "Welder"))
)
DAY = datetime(2026, 1, 12, 6, tzinfo=UTC)
DIED = {"run_id": "dead", "status": "failed", "reason": "killed"}


def full(*_: Any) -> None:
    raise WinnowError("disk_full", "no space left")


def test_a_landed_day_that_was_not_loaded_joins_the_next_run_of_the_same_target(
    plainly: Callable[..., Any], tmp_path: Path
) -> None:
    home, sources = tmp_path / "home", tmp_path / "sources"
    (sources / "quay").mkdir(parents=True)
    (sources / "quay" / "source.yml").write_text(SOURCE, encoding="utf-8")
    feed, other = tmp_path / "current.csv", tmp_path / "other.csv"
    other.write_text(HEAD + WELDER, encoding="utf-8")

    def day(text: str, path: Path = feed, ends_in: str | None = None) -> Any:
        feed.write_text(text, encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            if ends_in:
                patch.setattr(flows.pipeline.steps, ends_in, full)
            return plainly(home, f"quay={path}", sources_dir=sources)

    assert day(HEAD + NURSE + COOK, ends_in="load").entry["status"] == "failed"
    elsewhere = day("", other)
    assert (elsewhere.exit_code, elsewhere.entry["counts"]["records"]) == (0, 1)
    assert day("id,name\n1,Nurse\n", ends_in="split").entry["status"] == "failed"

    later = day(HEAD + COOK)  # two wait: the good day, and one that breaks the contract
    assert (later.exit_code, later.entry["status"]) == (3, "published")
    [failure] = later.entry["sources_failed"]
    assert (failure["code"], len(later.entry["taken_up"])) == ("contract", 2)
    assert failure["capture_id"] in later.entry["taken_up"]
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        found = con.execute("SELECT title, closed_on IS NULL FROM curated.postings ORDER BY title").fetchall()
        assert con.execute("SELECT count(*) FROM raw.captures").fetchall() == [(3,)]
    assert found == [("Cook", True), ("Nurse", False), ("Welder", False)]
    last = day(HEAD + COOK)
    assert (last.exit_code, last.entry["status"], "taken_up" in last.entry) == (0, "unchanged", False)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run over a home in which one capture of DAY has landed."""
    with Draft(tmp_path, "quay") as draft:
        draft.add("quay/list.csv", b"id,title\n")
        draft.land(
            Capture(
                capture_id="ab12", source="quay", url="http://jobs.example/api/list", fetched_at=DAY, observed_at=DAY,
                status="200", bytes=9, sha256="", run_id="dead", coverage="snapshot", files=(),
            )
        )  # fmt: skip
    return Run("now", tmp_path, "1GB", 1, DAY)


WATCHED = (Source("quay", "Quay", "csv", Path()), "http://jobs.example/api")
HELD = {"source": "quay", "captures": [{"capture_id": "ab12"}]}
BROKEN = {"source": "quay", "code": "contract", "capture_id": "ab12"}
TRIED = {"status": "failed", "reason": "killed", "taken_up": ["ab12"]}


@pytest.mark.parametrize(
    ("entries", "options", "joins"),
    [
        ([DIED], {}, True),
        ([DIED | {"reason": "disk_full: no space"}], {}, True),
        ([DIED | {"status": "stopped", "reason": "stopped by SIGTERM; nothing was published"}], {}, True),
        ([], {}, False),  # nothing tells how that run ended
        ([DIED | {"status": "published"}], {}, False),  # it was left out on purpose: a window
        ([DIED | {"status": "stopped", "reason": "gate: run dead was stopped"}], {}, False),
        ([DIED | {"sources_failed": [{"source": "quay", "code": "source_unreachable"}]}], {}, False),  # cut short
        ([DIED | {"sources_failed": [{"source": "other", "code": "source_unreachable"}]}], {}, True),
        ([DIED | {"sources_failed": [BROKEN | {"capture_id": "cd34"}]}], {}, True),
        ([DIED | {"sources_failed": [BROKEN]}], {}, False),
        ([DIED, {"run_id": "then", "status": "published", "sources_failed": [BROKEN]}], {}, False),
        ([DIED, {"run_id": "then", "status": "stopped", "sources_held": [HELD]}], {}, False),
        ([DIED, TRIED | {"run_id": "one"}], {}, True),
        ([DIED, TRIED | {"run_id": "one"}, TRIED | {"run_id": "two"}], {}, False),
        ([DIED, TRIED | {"run_id": "one"}, TRIED | {"run_id": "two", "reason": "disk_full: no space"}], {}, True),
        ([DIED], {"known": {"ab12"}}, False),
        ([DIED], {"since": date(2026, 1, 12), "until": date(2026, 1, 12)}, True),
        ([DIED], {"since": date(2026, 1, 13)}, False),
        ([DIED], {"until": date(2026, 1, 11)}, False),
        ([DIED], {"as_of": datetime(2026, 1, 12, tzinfo=UTC)}, False),
        ([DIED], {"as_of": datetime(2026, 1, 13, tzinfo=UTC)}, True),
        ([DIED], {"target": "http://jobs.example/other"}, False),
    ],
)
def test_which_captures_join(entries: list[dict[str, Any]], options: dict[str, Any], run: Run, *, joins: bool) -> None:
    for entry in entries:
        journal.append(run.warehouse, entry)
    run.as_of = options.get("as_of")
    wanted = [(WATCHED[0], options.get("target", WATCHED[1]))]
    found = left_behind(run, wanted, options.get("known", set()), options.get("since"), options.get("until"))
    assert set(found) == ({"ab12"} if joins else set())


def test_a_run_that_dies_leaves_word_of_what_it_had_taken_up(run: Run) -> None:
    journal.append(run.warehouse, DIED)
    for each in ("20260113T060000Z-aaaaaa", "20260114T060000Z-aaaaaa"):
        killed = replace(run, run_id=each)
        note_taken_up(killed, left_behind(killed, [WATCHED], set(), None, None))
        assert killed.folder.is_dir()
        clear_leftovers(run, {"dead"})
    assert left_behind(run, [WATCHED], set(), None, None) == {}
    assert "2 runs with it came to nothing" in run.warnings[0]


@pytest.mark.parametrize(
    ("url", "target", "same"),
    [
        ("feeds/jobs.csv", "{}/feeds/jobs.csv", True),
        ("feeds/jobs.csv", "{}/feeds/other.csv", False),
        ("feeds/jobs.csv", "{}/feeds", True),
        ("feeds/2026-01-12/", "{}/feeds", True),
        ("feeds2/jobs.csv", "{}/feeds", False),
        ("feeds/jobs.csv", "{}/feeds/*.csv", True),
        ("feeds/jobs.csv", "{}/feeds/*.json", False),
        ("http://a.example/jobs", "http://a.example/jobs", True),
        ("http://a.example/jobs?p=2", "http://a.example/jobs", True),
        ("http://a.example/jobs/2", "http://a.example/jobs/", True),
        ("http://a.example/jobs2", "http://a.example/jobs", False),
        ("http://b.example/jobs", "http://a.example/jobs", False),
        ("http://a.example/jobs?q=de", "http://a.example/jobs?q=fr", False),
        ("feeds/jobs.csv", "http://a.example/jobs", False),
    ],
)
def test_a_manifest_tells_what_it_was_asked_from(url: str, target: str, tmp_path: Path, *, same: bool) -> None:
    (tmp_path / "feeds").mkdir()
    assert same_target(url, target.format(tmp_path)) == same
