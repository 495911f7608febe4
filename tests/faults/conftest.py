"""What the fault tests share: a home that runs happen in, sources of its own, and a server that misbehaves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import duckdb
import pytest

from flows import kill_laws
from flows.kill_stage import SOURCE

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent

COLUMNS = "columns: {title: title, company: company, locations: place, salary: pay, posted_on: posted, url: url}"
BY_SOURCE = (
    "raw.records",
    "curated.postings",
    "curated.sightings",
    "audit.quarantine",
    "audit.batches",
)


@pytest.fixture(scope="module")
def monkeymodule() -> Iterator[pytest.MonkeyPatch]:
    """A monkeypatch that lasts as long as the file."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session")
def conduct() -> Callable[..., Any]:
    """A run as the command line makes it, in this process: the real path, its steps called without a Prefect server."""
    from prefect import Task

    from flows import pipeline, running, steps

    def plain(request: Any, walk: Callable[..., Any] = pipeline.walk) -> Any:
        with pytest.MonkeyPatch.context() as patch:  # for this call alone: other tests of the process want the tasks
            for name, step in vars(steps).copy().items():
                if isinstance(step, Task):
                    patch.setattr(steps, name, step.fn)
            return running.conduct(request, walk)

    return plain


class World:
    """One home, its source folders and what is put before them."""

    def __init__(self, root: Path, conduct: Callable[..., Any]) -> None:
        self.root, self.conduct = root, conduct
        self.home, self.sources, self.inbox = root / "home", root / "sources", root / "inbox"
        for folder in (self.sources, self.inbox):
            folder.mkdir(parents=True)

    def source(self, name: str, kind: str = "jsonl", more: str = "", columns: str = COLUMNS, **files: str) -> str:
        """Make a source folder; `files` are its parse.py and fetch.py. Returns its name."""
        folder = self.sources / name
        folder.mkdir(exist_ok=True)
        key = "" if "key:" in more or kind == "python" else "key: id\n"
        text = f"name: {name}\ntitle: The source {name}\nformat: {kind}\n{columns}\n{key}{more}\n"
        (folder / "source.yml").write_text(text, encoding="utf-8")
        for stem, code in files.items():
            (folder / f"{stem}.py").write_text(code, encoding="utf-8")
        return name

    def put(self, name: str, body: bytes | str, file: str = "") -> str:
        """Write a file for a source; returns the argument NAME=PATH."""
        path = self.inbox / name / (file or f"{name}.txt")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return f"{name}={path}"

    def run(self, *targets: str, as_of: str | None = None) -> Any:
        """One run of the pipeline; its Outcome (exit_code, message, entry)."""
        from flows.running import Request

        own = str(self.sources) if any(self.sources.iterdir()) else None
        return self.conduct(Request(list(targets), str(self.home), own, as_of, command="faults"))

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse" / "winnow.duckdb"

    def digest(self) -> str:
        """The published file, bit for bit."""
        return hashlib.sha256(self.warehouse.read_bytes()).hexdigest()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """A query of the published file."""
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.execute(query, list(values)).fetchall()

    def of(self, name: str) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that the published file holds of a source, table by table."""
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return {
                table: con.execute(f"SELECT * FROM {table} WHERE source = ? ORDER BY ALL", [name]).fetchall()
                for table in BY_SOURCE
            }

    def keys(self, name: str) -> list[str]:
        """The native keys of a source's current postings."""
        return [
            key for (key,) in self.rows("SELECT source_key FROM curated.postings WHERE source = ? ORDER BY 1", name)
        ]

    def quarantine(self, name: str) -> list[tuple[str, str]]:
        """Reason and text of what waits of a source, in the order of the file."""
        asked = (
            "SELECT reason, payload FROM audit.quarantine WHERE source = ? ORDER BY first_seen, source_file, ordinal"
        )
        return self.rows(asked, name)

    def landed(self, name: str) -> dict[str, bytes]:
        """The bytes of every file that landed for a source, by capture and name."""
        from tasks.ingest.landing import landed, open_capture

        return {
            f"{capture.capture_id}/{file}": body
            for capture in landed(self.home, name)
            for file, body in open_capture(self.home, capture)
        }


@pytest.fixture(scope="session")
def make_world(conduct: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], World]:
    """Makes a World of its own."""
    return lambda name: World(tmp_path_factory.mktemp(name), conduct)


@pytest.fixture(scope="session")
def failures() -> Callable[[Any], dict[str, str]]:
    """The error code of every source that failed in a run."""
    return lambda outcome: {each["source"]: each["code"] for each in outcome.entry["sources_failed"]}


@pytest.fixture(scope="session")
def lines() -> Callable[..., str]:
    """JSON lines of good records with these keys."""

    def make(*keys: int | str, **more: Any) -> str:
        return "".join(
            json.dumps({"id": key, "title": f"Data Engineer {key}", "company": f"Acme {key}", "place": "Berlin"} | more)
            + "\n"
            for key in keys
        )

    return make


Answer = Callable[[BaseHTTPRequestHandler], None]


class Upstream:
    """A server on the loopback interface: a path has an answer; it notes what was asked, with the headers."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                upstream.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                self.close_connection = True
                answer = upstream.answers.get(self.path.partition("?")[0])
                try:
                    upstream.say(self, 404, b"") if answer is None else answer(self)
                except OSError:
                    return  # the client went away, as it should from some answers

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def say(to: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; `_` in a header's name stands for `-`."""
        to.send_response(status)
        for name, value in {"Content_Length": str(len(body)), "Connection": "close", **headers}.items():
            if value:
                to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    def serve(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> str:
        """Answer a path with this from now on; returns its address."""
        raw = body.encode() if isinstance(body, str) else body
        self.answers[path] = lambda to: self.say(to, status, raw, **headers)
        return self.url + path

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(asked.partition("?")[0] == path for asked, _ in self.asked)


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Callable[..., Upstream]]:
    """Makes servers that stop with the file."""
    made: list[Upstream] = []

    def make(host: str = "127.0.0.1") -> Upstream:
        made.append(Upstream(host))
        return made[-1]

    yield make
    for upstream in made:
        upstream.server.shutdown()
        upstream.server.server_close()


@pytest.fixture(scope="module")
def waits(monkeymodule: pytest.MonkeyPatch) -> list[float]:
    """Every wait that the client asks for, none of them waited."""
    from tasks.ingest import http

    found: list[float] = []
    monkeymodule.setattr(http, "time", SimpleNamespace(sleep=found.append, monotonic=time.monotonic, time=time.time))
    return found


TINY_HEAD = "id,title,company,place,pay,posted\n"
TINY = TINY_HEAD + (
    '1,Senior Data Engineer,Acme Inc.,"Austin, TX",$120k - $150k a year,2026-01-05\n'
    "2,Deep Learning Engineer,Bolt GmbH,Berlin,70.000 € im Jahr,2026-01-06\n"
    '3,Nurse,County Hospital,"Portland, ME",$38 an hour,2026-01-07\n'
    "4,Cook\n"
)
LATER = TINY.replace("$120k", "$130k") + "5,Baker,Crumb Ltd,Leeds,,2026-01-11\n"


# -- what the tests of crashes share


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

    def goes_on(self, feed: Feed, home: Path) -> Ended:
        """The next run ends well, and everything is as if nothing had happened."""
        done = self.run(home, targets=feed.second, sources=feed.sources)
        assert done.code == 0, done.message
        assert kill_laws.broken_at_end(home, feed.expected, set()) == []
        return done

    @staticmethod
    def digest(home: Path) -> str:
        return hashlib.sha256(published(home).read_bytes()).hexdigest()

    @staticmethod
    def journal(home: Path) -> list[dict[str, Any]]:
        text = (home / "warehouse" / "journal.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


class Feed(NamedTuple):
    """A source folder and two days of its feed; a home in which the first day is published; the content after both."""

    sources: str
    first: list[str]
    second: list[str]
    loaded: Path
    expected: kill_laws.Content


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash")


@pytest.fixture(scope="session")
def warm(folder: Path) -> Iterator[Warm]:
    (folder / "sources" / "tiny").mkdir(parents=True)
    (folder / "sources" / "tiny" / "source.yml").write_text(SOURCE, encoding="utf-8")
    for day, text in (("2026-01-10", TINY), ("2026-01-12", LATER)):
        (folder / f"feed-{day}.csv").write_text(text, encoding="utf-8")
    warm = Warm(folder)
    try:
        first = [f"tiny={folder / 'feed-2026-01-10.csv'}"]
        assert warm.ask(home=str(folder / "loaded"), sources=str(folder / "sources"), targets=first) == {"code": 0}
        yield warm
    finally:
        warm.process.kill()
        warm.process.wait()


@pytest.fixture(scope="session")
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
