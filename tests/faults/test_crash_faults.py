"""Faults 48 to 60: kills, two runs at once, readers, full disks and damaged logs, each caused for real."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import kill_laws
from tasks.load.publish import writer_lock

pytestmark = pytest.mark.xdist_group("crash")
PROJECT = Path(__file__).parent.parent.parent


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to))


def published(home: Path) -> Path:
    return home / "warehouse" / "winnow.duckdb"


# -- 48 to 54: killed

KILLS = {
    "48": ("landing: in the middle of a file", False),
    "49": ("landing: before the manifest", False),
    "50": ("landing: after the rename", False),
    "51": ("load: in the transaction", False),
    "52-commit": ("load: after the commit", False),
    "52-published": ("publish: after the swap", True),
    "53": ("judge and audit: while checks run", False),
    "54": ("publish: before the swap", False),
}


@pytest.mark.parametrize(("point", "swapped"), KILLS.values(), ids=KILLS)
def test_killed(warm: Any, feed: Any, home: Path, point: str, swapped: bool) -> None:
    before = warm.digest(home)
    assert warm.run(home, targets=feed.second, sources=feed.sources, point=point).code == -signal.SIGKILL
    assert (warm.digest(home) != before) == swapped
    done = warm.goes_on(feed, home)
    reasons = [str(entry["reason"]) for entry in warm.journal(home)[1:]]
    assert len(reasons) == 2
    assert done.entry["status"] == ("unchanged" if swapped else "published")
    assert ("noted by the next run" if swapped else "died: ") in reasons[0]


# -- 55, 56: two runs


def test_55(warm: Any, feed: Any, home: Path) -> None:
    one = warm.start(home, targets=feed.second, sources=feed.sources, hold="match")
    warm.until_held(one)
    other = warm.run(home, targets=feed.second, sources=feed.sources)
    assert other.code == 1
    assert other.message.startswith("locked: ")
    assert f"process {one.pid}" in other.message
    assert warm.go_on(one).code == 0
    assert kill_laws.broken_at_end(home, feed.expected, set()) == []


def test_55_no_child_keeps_the_lock(tmp_path: Path) -> None:
    """A run starts servers and parsers; one that outlives it must not hold its lock."""
    code = (
        "import os, signal, subprocess, sys; from pathlib import Path; from tasks.load.publish import writer_lock\n"
        "with writer_lock(Path(sys.argv[1]) / 'winnow.duckdb'):\n"
        "    print(subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    child = int(done.stdout)
    try:
        assert done.returncode == -signal.SIGKILL
        with writer_lock(tmp_path / "winnow.duckdb"):
            os.kill(child, 0)
    finally:
        os.kill(child, signal.SIGKILL)


def test_56(warm: Any, feed: Any, home: Path) -> None:
    runs = [warm.start(home, targets=feed.second, sources=feed.sources) for _ in range(3)]
    ended = [warm.wait(run) for run in runs]
    assert [done.entry["status"] for done in ended].count("published") == 1
    assert {done.code for done in ended} <= {0, 1}
    assert all(done.message.startswith("locked: ") for done in ended if done.code)
    warm.goes_on(feed, home)


# -- 57: readers


READER = """
import json, sys, time, duckdb
seen, until = [], time.monotonic() + 300
while time.monotonic() < until:
    with duckdb.connect(sys.argv[1], read_only=True) as con:
        rows = con.execute(sys.argv[2]).fetchall()
    if rows not in seen:
        seen.append(rows)
        print(json.dumps(rows), flush=True)
    time.sleep(0.02)
"""


def test_57(warm: Any, feed: Any, home: Path) -> None:
    """One reader has the file open all the while, another opens it again and again, in a process of its own: DuckDB shares
    a file's contents among the connections of one.
    """
    query = "SELECT (SELECT count(*) FROM curated.postings), (SELECT count(*) FROM audit.batches)"
    command = [sys.executable, "-c", READER, str(published(home)), query]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert reader.stdout
    try:
        old = json.loads(reader.stdout.readline())
        with duckdb.connect(str(published(home)), read_only=True) as early:
            assert warm.run(home, targets=feed.second, sources=feed.sources).code == 0
            new = json.loads(reader.stdout.readline())
            assert [list(row) for row in early.execute(query).fetchall()] == old
    finally:
        reader.kill()
    told = reader.communicate()[0]
    assert (old, new, told) == ([[3, 1]], [[4, 2]], "")


# -- 58: no room

MOUNTS = os.geteuid() == 0 and shutil.which("mount") is not None
PLACES = {
    "landing": "landing/tiny",
    "scratch": "work",
    "private-copy": "warehouse",
    "report": "reports",  # Data Docs, while the batch is judged
}


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 4 kB left. Skipped, visibly, where nobody may mount one."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small file system; test_58_no_larger_file runs everywhere")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave less than a page on a file system."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    return ballast


@pytest.mark.parametrize("place", PLACES)
def test_58(warm: Any, feed: Any, home: Path, full: Path, place: str) -> None:
    name, before = PLACES[place], warm.digest(home)
    shutil.move(home / name, full / "moved") if (home / name).exists() else (full / "moved").mkdir()
    (home / name).symlink_to(full / "moved")
    ballast = fill(full)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert warm.digest(home) == before
    ballast.unlink()
    warm.goes_on(feed, home)


def test_58_journal(warm: Any, feed: Any, home: Path, full: Path) -> None:
    path = home / "warehouse" / "journal.jsonl"
    shutil.move(path, full / "journal.jsonl")
    path.symlink_to(full / "journal.jsonl")
    ballast, before = fill(full), warm.digest(home)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert "This run's version is published" in done.message
    assert warm.digest(home) != before
    ballast.unlink()
    warm.goes_on(feed, home)
    assert done.entry["run_id"] in [entry["run_id"] for entry in kill_laws.journal.read(published(home))]


def test_58_no_larger_file(warm: Any, feed: Any, home: Path) -> None:
    before, size = warm.digest(home), published(home).stat().st_size
    done = warm.run(home, targets=feed.second, sources=feed.sources, file_limit=size // 2)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert warm.digest(home) == before
    warm.goes_on(feed, home)


# -- 59, 60: logs and ledgers


def test_59_wal(warm: Any, feed: Any, home: Path) -> None:
    wal = published(home).with_name("winnow.duckdb.wal")
    wal.write_bytes(b"\0damaged\xff" * 100)
    before = warm.digest(home), hashlib.sha256(wal.read_bytes()).hexdigest()
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "stale_wal")
    assert (warm.digest(home), hashlib.sha256(wal.read_bytes()).hexdigest()) == before
    wal.rename(home / "kept.wal")
    warm.goes_on(feed, home)


@pytest.mark.parametrize("how", ["older", "gone"])
def test_59_ledger(warm: Any, feed: Any, home: Path, how: str) -> None:
    older = published(home).read_bytes()
    newer = warm.run(home, targets=feed.second, sources=feed.sources).entry["run_id"]
    published(home).unlink()
    if how == "older":
        published(home).write_bytes(older)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "ledger_mismatch")
    assert newer in done.message
    assert (warm.journal(home)[0]["run_id"] if how == "older" else "the file is gone") in done.message
    assert not published(home).exists() or published(home).read_bytes() == older
    (home / "warehouse" / "journal.jsonl").rename(home / "kept.jsonl")  # what the message says
    if how == "older":
        warm.goes_on(feed, home)
    else:
        assert warm.run(home, targets=feed.first + feed.second, sources=feed.sources).code == 0
        assert kill_laws.content(published(home))["curated.postings"] == feed.expected["curated.postings"]


def test_60(warm: Any, feed: Any, home: Path) -> None:
    run = warm.start(home, targets=feed.second, sources=feed.sources, hold="audit")
    warm.until_held(run)
    before = warm.digest(home)
    wal = published(home).with_name("winnow.duckdb.wal")
    wal.write_bytes(b"somebody wrote here")
    done = warm.go_on(run)
    assert (done.code, done.message.split(":")[0]) == (1, "stale_wal")
    assert warm.digest(home) == before
    assert wal.read_bytes() == b"somebody wrote here"
    wal.unlink()
    warm.goes_on(feed, home)
