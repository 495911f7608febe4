"""What the fault tests share: a home that runs happen in, sources of its own, and a server that misbehaves."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

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
