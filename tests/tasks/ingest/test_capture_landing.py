"""Bytes land whole or not at all, are never edited, and the same bytes are the same capture."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tasks.errors import SourceError, UsageError
from tasks.ingest import landing
from tasks.ingest.capture import capture, open_capture, parse_moment

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = datetime(2026, 1, 3, tzinfo=UTC)
BODY = b"id,title\n1,a\n"


def land(source: Any, target: Path | str, home: Path, as_of: datetime | None = None, now: datetime = NOW) -> Any:
    return capture(source, str(target), home, as_of, "run-1", now)


def test_a_file(make_source: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_bytes(BODY)
    (landed,) = land(make_source("csv"), tmp_path / "raw" / "a.csv", home)
    assert landed.files[0].name == "raw/a.csv"
    assert list(open_capture(home, landed)) == [("raw/a.csv", BODY)]
    assert landed.bytes == len(BODY)
    assert (landed.observed_at, landed.fetched_at, landed.status) == (NOW, NOW, "file")
    manifest = json.loads((home / landed.folder / "manifest.json").read_text())
    assert manifest["capture_id"] == landed.capture_id
    assert manifest["run_id"] == "run-1"
    assert str(tmp_path) not in json.dumps(manifest)
    assert landing.find(home, "feed", landed.capture_id).files == landed.files
    assert [each.capture_id for each in landing.landed(home)] == [landed.capture_id]


def test_the_same_file_again_is_the_same_capture(make_source: Any, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(BODY)
    source = make_source("csv")
    (first,) = land(source, file, home)
    (again,) = land(source, file, home, now=LATER)
    assert again.capture_id == first.capture_id
    assert again.reused
    assert again.observed_at == NOW
    (other_day,) = land(source, file, home, as_of=LATER, now=LATER)
    assert other_day.capture_id != first.capture_id
    assert other_day.observed_at == LATER
    file.write_bytes(BODY + b"2,b\n")
    (changed,) = land(source, file, home)
    assert changed.capture_id != first.capture_id
    assert len(list(landing.landed(home, "feed"))) == 3


def test_a_folder_is_a_capture_a_file(make_source: Any, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snaps"
    (folder / "sub").mkdir(parents=True)
    for name in ("2024-02-01.csv", "2024-01-01.csv", "sub/2024-03.csv", ".hidden.csv", "note.txt"):
        (folder / name).write_bytes(BODY + name.encode())
    source = make_source("csv", "files: '*.csv'\nobserved_at: '(\\d{4}-\\d{2}(?:-\\d{2})?)'\ntimezone: Asia/Tokyo")
    found = land(source, folder, home)
    assert [(each.files[0].name, each.observed_at.isoformat()) for each in found] == [
        ("snaps/2024-01-01.csv", "2024-01-01T00:00:00+00:00"),
        ("snaps/2024-02-01.csv", "2024-02-01T00:00:00+00:00"),
        ("snaps/sub/2024-03.csv", "2024-03-01T00:00:00+00:00"),
    ]


def test_pages_of_a_folder_and_files_of_a_day(make_source: Any, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snaps"
    for name in ("a/2024-01-01.csv", "b/2024-01-01.csv", "a/2024-01-02.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(BODY + name.encode())
    (whole,) = land(make_source("csv", "capture_by: folder"), folder, home)
    assert [file.name for file in whole.files] == [
        "snaps/a/2024-01-01.csv", "snaps/a/2024-01-02.csv", "snaps/b/2024-01-01.csv",
    ]  # fmt: skip
    days = land(make_source("csv", "capture_by: day\nobserved_at: '(\\d{4}-\\d{2}-\\d{2})'"), folder, home)
    assert [[file.name for file in day.files] for day in days] == [
        ["snaps/a/2024-01-01.csv", "snaps/b/2024-01-01.csv"], ["snaps/a/2024-01-02.csv"],
    ]  # fmt: skip


def test_a_pattern(make_source: Any, home: Path, tmp_path: Path) -> None:
    for name in ("x/one.csv", "y/two.csv", "y/three.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(BODY + name.encode())
    found = land(make_source("csv"), tmp_path / "*" / "*.csv", home)
    assert sorted(each.files[0].name for each in found) == [f"{tmp_path.name}/x/one.csv", f"{tmp_path.name}/y/two.csv"]


def test_the_day_can_stand_in_the_file(make_source: Any, home: Path, tmp_path: Path) -> None:
    source = make_source("json", """observed_in: '"at": "(\\d{4}-\\d{2}-\\d{2})"'""")
    for name, body in (("a.json", b'{"at": "2019-05-06"}'), ("b.json.gz", gzip.compress(b'{"at": "2019-05-07"}'))):
        (tmp_path / name).write_bytes(body)
        (landed,) = land(source, tmp_path / name, home)
        assert landed.observed_at.isoformat()[:9] == "2019-05-0"


def test_gzip_is_landed_as_received(make_source: Any, home: Path, tmp_path: Path) -> None:
    packed = gzip.compress(BODY) + gzip.compress(b"2,b\n") + b"\0" * 10
    (tmp_path / "a.csv.gz").write_bytes(packed)
    (landed,) = land(make_source("csv"), tmp_path / "a.csv.gz", home)
    assert (home / landed.folder / landed.files[0].stored).read_bytes() == packed
    assert [body for _, body in open_capture(home, landed)] == [BODY + b"2,b\n"]


def test_names_of_any_bytes(make_source: Any, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    try:
        with open(bytes(folder) + b"/'; drop\xff.csv", "wb") as out:  # noqa: PTH123  pathlib takes no bytes
            out.write(BODY)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (landed,) = land(make_source("csv"), folder, home)
    assert landed.files[0].name == r"odd/'; drop\xff.csv"
    assert landed.files[0].stored == "00000.zst"


@pytest.mark.parametrize(("target", "code"), [("nowhere.csv", "missing_file"), ("no/*.csv", "missing_file")])
def test_nothing_there(make_source: Any, home: Path, tmp_path: Path, target: str, code: str) -> None:
    with pytest.raises(UsageError) as error:
        land(make_source("csv"), tmp_path / target, home)
    assert error.value.code == code


def test_no_target(make_source: Any, home: Path) -> None:
    with pytest.raises(UsageError) as error:
        capture(make_source("csv"), None, home, None, "r", NOW)
    assert error.value.code == "missing_target"


def test_an_empty_folder(make_source: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError) as error:
        land(make_source("csv"), tmp_path / "empty", home)
    assert error.value.code == "empty_batch"


def test_a_web_page_is_kept_apart(make_source: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"<!doctype HTML><html>hi</html>")
    with pytest.raises(SourceError) as error:
        land(make_source("csv"), tmp_path / "a.csv", home)
    assert error.value.code == "content_type"
    assert len(list((home / "landing" / "refused" / "feed").iterdir())) == 1
    assert list(landing.landed(home)) == []
    assert "landing/refused/feed/" in error.value.message()


@pytest.mark.parametrize("where", ["rename", "fsync", "add"])
def test_a_break_leaves_nothing_that_looks_landed(
    make_source: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "a.csv").write_bytes(BODY)
    source = make_source("csv")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if where == "rename":
            patch.setattr("pathlib.Path.rename", fail)
        elif where == "fsync":
            patch.setattr(landing, "fsync", fail)
        else:
            patch.setattr(landing.Draft, "add", fail)
        with pytest.raises(OSError, match="No space"):
            land(source, tmp_path / "a.csv", home)
    assert list(landing.landed(home)) == []
    assert list((home / "landing" / "feed").iterdir()) == []
    (landed,) = land(source, tmp_path / "a.csv", home)
    assert not landed.reused


def test_what_a_killed_run_left_is_no_capture(make_source: Any, home: Path, tmp_path: Path) -> None:
    draft = home / "landing" / "feed" / ".receiving-1-00"
    draft.mkdir(parents=True)
    (draft / "00000.zst").write_bytes(b"half")
    (tmp_path / "a.csv").write_bytes(BODY)
    assert list(landing.landed(home)) == []
    assert len(land(make_source("csv"), tmp_path / "a.csv", home)) == 1


def test_two_runs_land_the_same_bytes_once(make_source: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(BODY)
    (first,) = land(make_source("csv"), tmp_path / "a.csv", home)
    with landing.Draft(home, "feed") as draft:  # the other run has not seen the first one's capture
        draft.add("x", BODY)
        again = draft.land(first)
    assert again.reused
    assert len(list((home / "landing" / "feed").iterdir())) == 1


def test_damage_in_the_landing_area_is_told(make_source: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(BODY)
    (landed,) = land(make_source("csv"), tmp_path / "a.csv", home)
    stored = home / landed.folder / landed.files[0].stored
    for damage in (stored.read_bytes()[:-4], b"nonsense"):
        stored.write_bytes(damage)
        with pytest.raises(SourceError) as error:
            list(open_capture(home, landed))
        assert error.value.code == "corrupt_landing"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-02", "2020-02-01T00:00:00+00:00"),
        ("2020_02_03", "2020-02-03T00:00:00+00:00"),
        ("20200203", "2020-02-03T00:00:00+00:00"),
        ("20200203T040506Z", "2020-02-03T04:05:06+00:00"),
        ("2020-07-01T12:00", "2020-07-01T10:00:00+00:00"),
        ("2020-12-01T12:00", "2020-12-01T11:00:00+00:00"),
    ],
)
def test_moments(make_source: Any, text: str, moment: str) -> None:
    assert parse_moment(text, make_source("csv", "timezone: Europe/Paris")).isoformat() == moment


def test_a_moment_that_is_none(make_source: Any) -> None:
    with pytest.raises(SourceError) as error:
        parse_moment("2020-13-45", make_source("csv"))
    assert error.value.code == "bad_moment"
