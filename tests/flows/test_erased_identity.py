"""Whoever is forgotten in a record does not make it another record: it keeps its ids, whenever it is read again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.ingest import ids

pytestmark = pytest.mark.xdist_group("removals")

WHO = "jane.doe@pier-nine.example"
SOURCE = """
name: board
title: made up
format: csv
key: contact
columns: {title: title, company: company, locations: place, description: text, posted_on: posted}
required: [title]
observed_at: '(\\d{4}-\\d{2}-\\d{2})'
checks: {rows: [3, 10]}
"""
HEAD = "contact,title,company,place,text,posted\n"
FIRST, SECOND, THIRD = (
    f"{WHO},Nurse,Clinic,Oslo,Write to {WHO},2031-01-05\n",
    f"7,Cook,Galley,Bergen,Write to {WHO.upper()} soon,2031-01-05\n",
    "desk@clinic.example,Diver,Quay,Kiel,Plain,2026-01-03\n",
)
CORRECTION = """
- {{key: "{key}", field: raw.posted_on, expected: "2031-01-05", value: "2026-01-05", reason: mistyped, date: 2026-06-01}}
"""
POSTINGS = "SELECT posting_id, content_id, title FROM curated.postings ORDER BY title"


def folder(root: Path, *mended: str) -> str:
    """The source's folder; of records with these keys the date is corrected."""
    (root / "board").mkdir(parents=True)
    (root / "board" / "source.yml").write_text(SOURCE, encoding="utf-8")
    if mended:
        text = "".join(CORRECTION.format(key=key) for key in mended)
        (root / "board" / "corrections.yml").write_text(text, encoding="utf-8")
    return str(root)


def feed(path: Path, *rows: str) -> str:
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return f"board={path}"


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def done(process: Any, code: int = 0) -> str:
    assert process.returncode == code, process.stdout + process.stderr
    return str(process.stdout)


def test_what_waits_keeps_its_ids_through_forget_and_replay(tmp_path: Path, winnow: Callable[..., Any]) -> None:
    """One home replays with the person in it, its copy after the person was forgotten: the postings are the same."""
    kept, erased, sources = tmp_path / "kept", tmp_path / "erased", folder(tmp_path / "s")
    done(winnow(kept, "run", feed(tmp_path / "2026-05-10.csv", FIRST, SECOND, THIRD), "--sources", sources))
    assert query(kept, "SELECT reason, count(*) FROM audit.quarantine GROUP BY 1") == [("future_date", 2)]
    shutil.copytree(kept, erased)
    for who in (WHO, "desk@clinic.example"):  # what the first keeps, the second keeps on
        assert "warning" not in done(winnow(erased, "forget", who, "--sources", sources))
    done(winnow(kept, "replay", "--sources", folder(tmp_path / "m1", WHO, "7")))
    done(winnow(erased, "replay", "--sources", folder(tmp_path / "m2", "[forgotten]", "7")))
    assert query(kept, POSTINGS) == query(erased, POSTINGS)
    keys = (WHO, "7", "desk@clinic.example")
    assert {row[0] for row in query(erased, POSTINGS)} == {ids.posting_id("board", key) for key in keys}
    assert query(erased, "SELECT count(*) FROM curated.postings WHERE source_key = '[forgotten]'") == [(2,)]


def test_a_held_day_keeps_its_ids_through_forget_and_accept(tmp_path: Path, winnow: Callable[..., Any]) -> None:
    """What is accepted afterwards is still what the day before had: nothing is new, and nothing changed."""
    home, sources = tmp_path / "home", folder(tmp_path / "s")
    dated = [row.replace("2031", "2026") for row in (FIRST, SECOND, THIRD)]
    done(winnow(home, "run", feed(tmp_path / "2026-05-10.csv", *dated), "--sources", sources))
    before = query(home, POSTINGS)
    stopped = winnow(home, "run", feed(tmp_path / "2026-05-11.csv", *dated[:2]), "--sources", sources)
    assert "is held" in done(stopped, 1) + stopped.stderr
    run = max(path.name for path in (home / "reports").iterdir() if path.is_dir())
    # without the folder of the source nobody can tell the records apart, and the command says so
    assert "no source folder is known" in done(winnow(shutil.copytree(home, tmp_path / "other"), "forget", WHO))
    done(winnow(home, "forget", WHO, "--sources", sources))
    done(winnow(home, "accept", run, "board", "--reason", "a quiet day", "--sources", sources))
    assert query(home, POSTINGS) == before
    counts = 'SELECT "new", unchanged, changed, merged, quarantined FROM audit.batches ORDER BY loaded_at'
    assert query(home, counts) == [(3, 0, 0, 0, 0), (0, 2, 0, 0, 0)]
