"""What is set aside keeps its bytes and waits; after a change of rules it is loaded as if it had never waited."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.quarantine import quarantine, told_of_replay
from tasks.errors import UsageError
from tasks.ingest.source import python_beside

pytestmark = pytest.mark.xdist_group("quarantine")
Plainly = Callable[..., Any]

SOURCE = """
name: {name}
title: A feed of the harbour
format: {form}
key: id
coverage: snapshot
observed_at: '(\\d{{4}}-\\d{{2}}-\\d{{2}})'
{rest}
"""
CSV = "columns: {title: title, company: company, locations: place, salary: pay, posted_on: posted}\nrequired: [title]\n"
PYTHON = """
import json
from tasks.ingest.records import Record

def split(payload, name):
    for line in payload.decode("utf-8").splitlines():
        yield read(line)

def read(line):
    if line.startswith("{"):
        return Record(line, json.loads(line))
    return SEMICOLONS
"""
BEFORE = 'Record(line, None, "shape", "not an object")'
AFTER = 'Record(line, dict(zip(("id", "title", "company", "place"), line.split(";"), strict=True)))'
MAPPED = "columns: {title: title, company: company, locations: place}\n"
CORRECTION = """
- {key: "2", field: raw.posted_on, expected: "2031-01-05", value: "2026-01-05", reason: the year was mistyped, date: 2026-02-01}
"""
HEAD = "id,title,company,place,pay,posted\n"
WELDER = "1,Welder,Quay AG,Kiel,,2026-01-05\n"

# The files of each day. `parse` learns to read lines with semicolons, `mended` gets a correction, `quoted` learns that a
# quotation mark is a character like any other: what was one damaged record from there on are two.
DAYS = {
    "parse": [
        '{"id": "1", "title": "Nurse", "company": "Clinic", "place": "Oslo"}\n2;Cook;Fjord Kitchen;Bergen\n',
        '{"id": "1", "title": "Head Nurse", "company": "Clinic", "place": "Oslo"}\n2;Chef;Fjord Kitchen;Bergen\n',
        '{"id": "2", "title": "Cook", "company": "Fjord Kitchen", "place": "Bergen"}\n',
    ],
    "mended": [
        HEAD + WELDER + "2,Tuner,Quay AG,Kiel,,2031-01-05\n",
        HEAD + WELDER + "2,Tuner,Quay AG,Kiel,,2031-01-05\n",
        HEAD + WELDER.replace("Welder", "Senior Welder") + "9,Diver,Quay AG,Kiel,,2032-01-05\n",
    ],
    "quoted": [
        HEAD + WELDER + '2,"Koch,Mole,Köln,,2026-01-05\n3,Wirt,Mole,Köln,,2026-01-05\n,,,,,\n',
        HEAD + WELDER + '2,"Koch,Mole,Köln,,2026-01-05\n',
    ],
}  # fmt: skip


def folders(root: Path, learned: bool) -> Path:
    """The source folders as they are before or after they have learned something."""
    python_beside.cache_clear()  # a new process would read them anew
    shutil.rmtree(root, ignore_errors=True)
    quote = "options: {quote: '|'}\n" if learned else ""
    for name, form, rest in (("parse", "python", MAPPED), ("mended", "csv", CSV), ("quoted", "csv", CSV + quote)):
        (root / name).mkdir(parents=True)
        (root / name / "source.yml").write_text(SOURCE.format(name=name, form=form, rest=rest), encoding="utf-8")
    (root / "parse" / "parse.py").write_text(PYTHON.replace("SEMICOLONS", AFTER if learned else BEFORE))
    if learned:
        (root / "mended" / "corrections.yml").write_text(CORRECTION, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The targets of a run: a folder of daily files for each source."""
    root = tmp_path_factory.mktemp("feeds")
    for name, days in DAYS.items():
        (root / name).mkdir()
        for number, text in enumerate(days):
            (root / name / f"2026-01-{10 + number}.txt").write_text(text, encoding="utf-8")
    return [f"{name}={root / name}" for name in DAYS]


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


# What a reader sees, less what says how it came about: which rulebook, which changes, which run.
SEEN = {
    "curated.postings": "* EXCLUDE (change_ids, rulebook_version)", "curated.versions": "* EXCLUDE (rulebook_version)",
    "curated.spells": "*", "curated.jobs": "*", "curated.companies": "*", "curated.sightings": "* EXCLUDE (outcome)",
    "raw.records": "*", "raw.captures": "capture_id, coverage, observed_at",
}  # fmt: skip
WAITING = "SELECT source, reason, count(*) FROM audit.quarantine WHERE replayed_in IS NULL GROUP BY ALL ORDER BY ALL"


def test_a_replay_equals_a_run_that_had_the_rules_from_the_start(
    tmp_path: Path, plainly: Plainly, feeds: list[str]
) -> None:
    waited, knew = tmp_path / "waited", tmp_path / "knew"
    sources = folders(tmp_path / "sources", learned=False)
    assert plainly(waited, *feeds, sources_dir=sources).exit_code == 0
    assert rows(waited, WAITING) == [
        ("mended", "future_date", 3),
        ("parse", "shape", 2),
        ("quoted", "unclosed_quote", 2),
    ]
    look_at_quarantine(waited)

    refuse_to_move(waited, sources, plainly)

    folders(sources, learned=True)
    done = plainly(waited, replay=True, sources_dir=sources)
    assert done.exit_code == 0, done.message
    assert done.message == "published 8 records out of quarantine; 2 still wait: 1 blank, 1 future_date"
    assert told_of_replay(done.entry) == [
        "still waits mended: 1 for future_date",
        "still waits quoted: 1 for blank",
    ]
    assert rows(waited, WAITING) == [("mended", "future_date", 1), ("quoted", "blank", 1)]

    assert plainly(knew, *feeds, sources_dir=sources).exit_code == 0
    for table, columns in SEEN.items():
        query = f"SELECT {columns} FROM {table} ORDER BY ALL"
        assert rows(waited, query) == rows(knew, query), table
    assert rows(waited, WAITING) == rows(knew, WAITING)
    # nothing left quarantine unrecorded
    assert rows(
        waited, "SELECT count(*), count(DISTINCT replayed_in) FROM audit.quarantine WHERE replayed_in IS NOT NULL"
    ) == [(6, 1)]

    again = plainly(waited, replay=True, sources_dir=sources)
    assert (again.exit_code, again.entry["status"]) == (0, "unchanged")
    assert "2 still wait" in again.message
    assert (
        plainly(waited, replay=True, reason="shape", sources_dir=sources).message
        == "nothing waits in quarantine for shape"
    )


def refuse_to_move(home: Path, sources: Path, plainly: Plainly) -> None:
    """A parse.py that finds one more record before the known ones would give them each other's ids: it is not followed."""
    parse = sources / "parse" / "parse.py"
    python_beside.cache_clear()
    shifted = PYTHON.replace("SEMICOLONS", AFTER).replace(
        "    for line in payload", '    yield Record("", {"id": "0", "title": "Cook"})\n    for line in payload'
    )
    parse.write_text(shifted, encoding="utf-8")
    before = rows(home, "SELECT * FROM curated.sightings ORDER BY ALL")
    done = plainly(home, replay=True, reason="shape", sources_dir=sources)
    assert (done.exit_code, done.entry["status"]) == (0, "unchanged")
    assert done.message == "nothing that waits in quarantine could be tried"
    assert all("cuts records elsewhere" in line for line in told_of_replay(done.entry))
    assert len(told_of_replay(done.entry)) == 2  # both captures with a record that waits
    assert rows(home, "SELECT * FROM curated.sightings ORDER BY ALL") == before


def look_at_quarantine(home: Path) -> None:
    """What `winnow quarantine` says of it."""
    warehouse = home / "warehouse" / "winnow.duckdb"
    told = json.loads(quarantine(warehouse, "shape", None, 20, "json"))["groups"][0]
    assert (told["source"], told["stage"], told["waiting"], told["replayed"]) == ("parse", "split", 2, 0)
    first = told["samples"][0]
    assert (first["source_file"], first["ordinal"]) == ("parse/2026-01-11.txt", 1)
    assert first["bytes"] == "2;Chef;Fjord Kitchen;Bergen"
    assert (home / first["landed_in"] / "manifest.json").is_file()
    text = quarantine(warehouse, None, None, 20, "table")
    assert text.startswith("7 records wait in quarantine, of 7 set aside")
    assert "mended: future_date (3 waiting, 0 replayed), set aside in " in text
    assert "winnow replay --reason" in text
    assert "winnow explain" in text
    cut = quarantine(warehouse, None, None, 1, "table")
    assert cut.startswith("7 records wait in quarantine, of 7 set aside; 1 of ")
    assert "more groups" in cut
    for reason, source, told in (
        ("nul", None, "for 'nul'. Reasons there are: future_date, shape, unclosed_quote"),
        ("nul", "parse", "for 'nul' of 'parse'. Reasons there are of parse: shape"),
        (None, "nosuch", "of 'nosuch'. Sources with records set aside: mended, parse, quoted"),
        ("shape", "nosuch", "for 'shape' of 'nosuch'. Sources with records set aside: mended, parse, quoted"),
    ):
        with pytest.raises(UsageError) as error:
            quarantine(warehouse, reason, source, 20, "table")
        assert error.value.message() == f"nothing_there: no record was set aside {told}"
