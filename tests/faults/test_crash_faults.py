"""Faults 48 to 64: kills, two runs at once, full disks, damaged logs, signals and backlogs, each caused for real."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from flows import kill_laws
from flows.kill_stage import SOURCE
from tasks.load.publish import writer_lock

pytestmark = pytest.mark.xdist_group("crash")
HERE = Path(__file__).parent
PROJECT = HERE.parent.parent

ROWS = "id,title,company,place,pay,posted\n"
TEXT = ROWS + (
    '1,Senior Data Engineer,Acme Inc.,"Austin, TX",$120k - $150k a year,2026-01-05\n'
    "2,Deep Learning Engineer,Bolt GmbH,Berlin,70.000 € im Jahr,2026-01-06\n"
    '3,Nurse,County Hospital,"Portland, ME",$38 an hour,2026-01-07\n'
    "4,Cook\n"
)
LATER = TEXT.replace("$120k", "$130k") + "5,Baker,Crumb Ltd,Leeds,,2026-01-11\n"


class Ended(NamedTuple):
    """How a run ended: its exit code (negative: a signal), its last line, its journal entry."""

    code: int
    message: str
    entry: dict[str, Any]


class Started(NamedTuple):
    """A run that goes on."""

    pid: int
    out: Path


class Warm:
    """Runs, forked from one warm process (tests/faults/warm.py)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "warm.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)}, bufsize=1,
        )  # fmt: skip

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        return dict(json.loads(self.process.stdout.readline()))

    def start(self, home: Path, **asked: Any) -> Started:
        self.count += 1
        out = self.folder / f"{self.count}.json"
        return Started(self.ask(home=str(home), out=str(out), **asked)["pid"], out)

    def wait(self, run: Started) -> Ended:
        code = self.ask(wait=run.pid)["code"]
        trace = run.out.with_suffix(".traceback")
        assert not trace.exists(), trace.read_text(encoding="utf-8")
        told = json.loads(run.out.read_text(encoding="utf-8")) if run.out.exists() else {"message": "", "entry": {}}
        return Ended(code, told["message"], told["entry"])

    def run(self, home: Path, **asked: Any) -> Ended:
        return self.wait(self.start(home, **asked))

    def until_held(self, run: Started) -> None:
        deadline = time.monotonic() + 120
        while not run.out.with_suffix(".held").exists():
            assert time.monotonic() < deadline, "the run did not come to where it was to wait"
            time.sleep(0.02)

    def go_on(self, run: Started) -> Ended:
        run.out.with_suffix(".go").touch()
        return self.wait(run)


class Feed(NamedTuple):
    """A source folder and two days of its feed; a home in which the first day is published; the content after both."""

    sources: str
    first: list[str]
    second: list[str]
    loaded: Path
    expected: kill_laws.Content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash")


@pytest.fixture(scope="module")
def warm(folder: Path) -> Iterator[Warm]:
    (folder / "sources" / "tiny").mkdir(parents=True)
    (folder / "sources" / "tiny" / "source.yml").write_text(SOURCE, encoding="utf-8")
    for day, text in (("2026-01-10", TEXT), ("2026-01-12", LATER)):
        (folder / f"feed-{day}.csv").write_text(text, encoding="utf-8")
    warm = Warm(folder)
    try:
        first = [f"tiny={folder / 'feed-2026-01-10.csv'}"]
        assert warm.ask(home=str(folder / "loaded"), sources=str(folder / "sources"), targets=first) == {"code": 0}
        yield warm
    finally:
        warm.process.kill()
        warm.process.wait()


@pytest.fixture(scope="module")
def feed(warm: Warm, folder: Path) -> Feed:
    sources = str(folder / "sources")
    first, second = ([f"tiny={folder / f'feed-{day}.csv'}"] for day in ("2026-01-10", "2026-01-12"))
    undisturbed = copied(folder / "loaded", folder / "undisturbed")
    assert warm.run(undisturbed, targets=second, sources=sources).code == 0
    return Feed(sources, first, second, folder / "loaded", kill_laws.content(published(undisturbed)))


@pytest.fixture
def home(feed: Feed, tmp_path: Path) -> Path:
    """A home with the first day published."""
    return copied(feed.loaded, tmp_path / "home")


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to))


def published(home: Path) -> Path:
    return home / "warehouse" / "winnow.duckdb"


def digest(home: Path) -> str:
    return hashlib.sha256(published(home).read_bytes()).hexdigest()


def journal(home: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (home / "warehouse" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def goes_on(warm: Warm, feed: Feed, home: Path) -> Ended:
    """The next run ends well, and everything is as if nothing had happened."""
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert done.code == 0, done.message
    assert kill_laws.broken_at_end(home, feed.expected, set()) == []
    return done


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
def test_killed(warm: Warm, feed: Feed, home: Path, point: str, swapped: bool) -> None:
    before = digest(home)
    assert warm.run(home, targets=feed.second, sources=feed.sources, point=point).code == -signal.SIGKILL
    assert (digest(home) != before) == swapped
    done = goes_on(warm, feed, home)
    reasons = [str(entry["reason"]) for entry in journal(home)[1:]]
    assert len(reasons) == 2
    assert done.entry["status"] == ("unchanged" if swapped else "published")
    assert ("noted by the next run" if swapped else "died: ") in reasons[0]


# -- 55, 56: two runs


def test_55(warm: Warm, feed: Feed, home: Path) -> None:
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
        "    print(subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL).pid, flush=True)\n"
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


def test_56(warm: Warm, feed: Feed, home: Path) -> None:
    runs = [warm.start(home, targets=feed.second, sources=feed.sources) for _ in range(3)]
    ended = [warm.wait(run) for run in runs]
    assert [done.entry["status"] for done in ended].count("published") == 1
    assert {done.code for done in ended} <= {0, 1}
    assert all(done.message.startswith("locked: ") for done in ended if done.code)
    goes_on(warm, feed, home)


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


def test_57(warm: Warm, feed: Feed, home: Path) -> None:
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
def test_58(warm: Warm, feed: Feed, home: Path, full: Path, place: str) -> None:
    name, before = PLACES[place], digest(home)
    shutil.move(home / name, full / "moved") if (home / name).exists() else (full / "moved").mkdir()
    (home / name).symlink_to(full / "moved")
    ballast = fill(full)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert digest(home) == before
    ballast.unlink()
    goes_on(warm, feed, home)


def test_58_journal(warm: Warm, feed: Feed, home: Path, full: Path) -> None:
    path = home / "warehouse" / "journal.jsonl"
    shutil.move(path, full / "journal.jsonl")
    path.symlink_to(full / "journal.jsonl")
    ballast, before = fill(full), digest(home)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert "This run's version is published" in done.message
    assert digest(home) != before
    ballast.unlink()
    goes_on(warm, feed, home)
    assert done.entry["run_id"] in [entry["run_id"] for entry in kill_laws.journal.read(published(home))]


def test_58_no_larger_file(warm: Warm, feed: Feed, home: Path) -> None:
    before, size = digest(home), published(home).stat().st_size
    done = warm.run(home, targets=feed.second, sources=feed.sources, file_limit=size // 2)
    assert (done.code, done.message.split(":")[0]) == (1, "disk_full"), done.message
    assert digest(home) == before
    goes_on(warm, feed, home)


# -- 59, 60: logs and ledgers


def test_59_wal(warm: Warm, feed: Feed, home: Path) -> None:
    wal = published(home).with_name("winnow.duckdb.wal")
    wal.write_bytes(b"\0damaged\xff" * 100)
    before = digest(home), hashlib.sha256(wal.read_bytes()).hexdigest()
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "stale_wal")
    assert (digest(home), hashlib.sha256(wal.read_bytes()).hexdigest()) == before
    wal.rename(home / "kept.wal")
    goes_on(warm, feed, home)


@pytest.mark.parametrize("how", ["older", "gone"])
def test_59_ledger(warm: Warm, feed: Feed, home: Path, how: str) -> None:
    older = published(home).read_bytes()
    newer = warm.run(home, targets=feed.second, sources=feed.sources).entry["run_id"]
    published(home).unlink()
    if how == "older":
        published(home).write_bytes(older)
    done = warm.run(home, targets=feed.second, sources=feed.sources)
    assert (done.code, done.message.split(":")[0]) == (1, "ledger_mismatch")
    assert newer in done.message
    assert (journal(home)[0]["run_id"] if how == "older" else "the file is gone") in done.message
    assert not published(home).exists() or published(home).read_bytes() == older
    (home / "warehouse" / "journal.jsonl").rename(home / "kept.jsonl")  # what the message says
    if how == "older":
        goes_on(warm, feed, home)
    else:
        assert warm.run(home, targets=feed.first + feed.second, sources=feed.sources).code == 0
        assert kill_laws.content(published(home))["curated.postings"] == feed.expected["curated.postings"]


def test_60(warm: Warm, feed: Feed, home: Path) -> None:
    run = warm.start(home, targets=feed.second, sources=feed.sources, hold="audit")
    warm.until_held(run)
    before = digest(home)
    wal = published(home).with_name("winnow.duckdb.wal")
    wal.write_bytes(b"somebody wrote here")
    done = warm.go_on(run)
    assert (done.code, done.message.split(":")[0]) == (1, "stale_wal")
    assert digest(home) == before
    assert wal.read_bytes() == b"somebody wrote here"
    wal.unlink()
    goes_on(warm, feed, home)


# -- 63, 64: signals and backlogs


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("where", ["query", "check"])
def test_63(warm: Warm, feed: Feed, home: Path, where: str, number: signal.Signals) -> None:
    before = digest(home)
    run = warm.start(home, targets=feed.second, sources=feed.sources, endless=where)
    warm.until_held(run)
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(run.pid, number)
    done = warm.wait(run)
    assert time.monotonic() - began < 10
    assert done.code == 128 + number, done.message
    told = f"stopped by {number.name}" in str(journal(home)[-1]["reason"])
    assert digest(home) == before
    if told:  # else a library did not let go within the watchdog's time: the next run sets right what is left
        assert kill_laws.leftovers(home) == []
    with (home / "warehouse" / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    goes_on(warm, feed, home)
    assert told or any(str(entry["reason"]).startswith("died") for entry in journal(home))
    assert kill_laws.leftovers(home) == []


def test_64(warm: Warm, feed: Feed, home: Path) -> None:
    due = datetime.now(UTC) - timedelta(days=100)
    backlog = [
        warm.run(home, targets=feed.second, sources=feed.sources, due=(due + timedelta(days=n)).isoformat())
        for n in range(100)
    ]
    assert [done.entry["status"] for done in backlog] == ["published"] + ["unchanged"] * 99
    assert all("did this one's work" in done.message for done in backlog[1:])
    assert len(journal(home)) == 2
    fresh = warm.run(home, targets=feed.second, sources=feed.sources, due=datetime.now(UTC).isoformat())
    assert "did this one's work" not in fresh.message
    assert kill_laws.broken_at_end(home, feed.expected, set()) == []


def test_64_a_deployment_says_when_a_run_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.runtime import flow_run

    from flows.late import due_time

    assert due_time() is None
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "1b2c")
    due = datetime(2026, 1, 10, 5, 15, tzinfo=UTC)
    monkeypatch.setattr(flow_run, "scheduled_start_time", due, raising=False)
    assert due_time() == due


# -- 61, 62: the command line against a real Prefect server that dies


class Server(NamedTuple):
    """A Prefect server with a database of its own."""

    process: subprocess.Popen[bytes]
    env: dict[str, str]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    env = {
        **os.environ, "PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_URL": api, "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }  # fmt: skip
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 240
        while not answers(api):
            assert time.monotonic() < deadline, "the Prefect server did not start"
            time.sleep(0.3)
        yield Server(process, env)
    finally:
        process.kill()
        process.wait()


def answers(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=2):
            return True
    except OSError:
        return False


def post(api: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"{api}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            # A busy SQLite behind the server: Prefect answers 503 and asks its clients to come again.
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def command_line(server: Server, home: Path, feed: Feed) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flows.cli", "run", *feed.second, "--sources", feed.sources, "--home", str(home)]
    return subprocess.Popen(
        command, env=server.env, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def until_it_builds(home: Path, run: subprocess.Popen[str]) -> None:
    """Until the run works on its private copy: between cleaning and the swap."""
    deadline = time.monotonic() + 240
    while not list((home / "warehouse").glob("build-*.duckdb")):
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_62(server: Server, feed: Feed, home: Path) -> None:
    """A run holds a slot of the server and is killed: server and slot say that it runs, the lock that it does not."""
    api = server.env["PREFECT_API_URL"]
    post(api, "v2/concurrency_limits/", {"name": "winnow", "limit": 1})
    assert post(api, "v2/concurrency_limits/increment", {"names": ["winnow"], "slots": 1, "mode": "concurrency"})
    killed = command_line(server, home, feed)
    until_it_builds(home, killed)
    killed.kill()
    killed.communicate()
    runs = post(api, "flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}})
    assert len(runs) == 1  # nobody told the server
    after = command_line(server, home, feed)
    told = after.communicate(timeout=240)[0]
    assert after.returncode == 0, told
    assert kill_laws.broken_at_end(home, feed.expected, set()) == []


def test_61(server: Server, warm: Warm, feed: Feed, home: Path) -> None:
    """The last test that needs the server."""
    run = command_line(server, home, feed)
    until_it_builds(home, run)
    server.process.kill()
    server.process.wait()
    told = run.communicate(timeout=240)[0]
    assert "Traceback" not in told
    assert run.returncode == 0, told
    goes_on(warm, feed, home)
    assert [entry["status"] for entry in journal(home)].count("published") == 2
