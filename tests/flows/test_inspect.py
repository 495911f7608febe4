"""What `winnow sources` lists: members of a group below it, and what is held of them under its name too."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows import settings as settings_module
from flows.inspect import describe_sources

UNKNOWN = "(loaded from a folder that is not given now)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with postings of two members of the sample, of a source of today and of one whose folder is gone."""
    (tmp_path / "warehouse").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "winnow.duckdb")) as con:
        con.execute(
            """CREATE SCHEMA curated; CREATE TABLE curated.postings AS
               SELECT unnest(['sample_fjord', 'sample_harbor', 'sample_harbor', 'nyc', 'gone']) AS source,
                      unnest(['2020-08-30', '2020-08-31', '2020-08-29', '2020-01-01', '2020-02-02'])::TIMESTAMPTZ AS last_seen"""
        )
    return tmp_path


@pytest.mark.parametrize(
    ("name", "postings", "last", "about"),
    [
        ("sample", "3", "2020-08-31", "A made-up job market"),
        ("  sample_harbor", "2", "2020-08-31", "Harbor (made up)"),
        ("  sample_fjord", "1", "2020-08-30", "Fjord (made up)"),
        ("  sample_notices", "0", "", "Notices (made up)"),
        ("nyc", "1", "2020-01-01", "New York City job openings"),
        ("gone", "1", "2020-02-02", UNKNOWN),
    ],
)
def test_every_source_has_one_line_with_what_is_held_of_it(
    home: Path, name: str, postings: str, last: str, about: str
) -> None:
    lines = describe_sources(settings_module.load(str(home)), None).splitlines()
    [line] = [line for line in lines if line.startswith(f"{name} ")]
    assert line[:49].split()[-1] == postings
    assert (line[51:63].strip(), line[63:]) == (last, about)
    assert sum(UNKNOWN in each for each in lines) == 1


def test_members_stand_below_their_group(home: Path) -> None:
    names = [line[:20].rstrip() for line in describe_sources(settings_module.load(str(home)), None).splitlines()]
    first = names.index("sample") + 1
    assert sorted(names[first : first + 4]) == [
        "  sample_fjord", "  sample_harbor", "  sample_meridian", "  sample_notices",
    ]  # fmt: skip


def test_without_a_warehouse_all_are_listed_as_empty(tmp_path: Path) -> None:
    text = describe_sources(settings_module.load(str(tmp_path)), None)
    assert "  sample_fjord" in text
    assert UNKNOWN not in text
