"""Network faults against a real server on the loopback interface: what only a socket can do wrong."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tasks.errors import SourceError
from tasks.ingest import http, landing
from tasks.ingest.capture import capture, open_capture
from tasks.ingest.http import Client
from tasks.ingest.source import registry
from tasks.ingest.split import SplitReport, split

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
Script = Callable[[socket.socket], None]


class Server:
    """Answers every connection with a script."""

    def __init__(self) -> None:
        self.script: Script = lambda _: None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=[connection], daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            asked = connection.recv(4096)
            try:
                if b"/robots.txt" in asked:
                    connection.sendall(b"HTTP/1.1 404 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                else:
                    self.script(connection)
            except OSError:
                pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.socket.close()


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Connection: close", *lines, "", ""]).encode()


def get(server: Server, home: Path) -> http.Page:
    with Client(server.url, "feed", home, NOW, sleep=lambda _: None) as client:
        return client.page(f"{server.url}/list", "list.json", expect=list)


@pytest.mark.parametrize(
    "start",
    [head("Content-Length: 100"), head("Transfer-Encoding: chunked") + b"64\r\n", b"HTT"],
    ids=["length", "chunk", "status line"],
)
def test_a_cut_body_lands_nothing(server: Server, home: Path, start: bytes) -> None:
    server.script = lambda connection: connection.sendall(start + b'[{"id": 1}')
    with pytest.raises(SourceError) as error:
        get(server, home)
    assert error.value.code == "source_unreachable"
    assert list((home / "landing").rglob("*")) == []


def test_a_cut_body_without_length_is_taken_and_marked(server: Server, home: Path) -> None:
    server.script = lambda connection: connection.sendall(head() + b'[{"id": 1, "title": "a"}, {"id": 2, "ti')
    assert not get(server, home).whole


def test_a_drip_is_cut_off(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.4)

    def drip(connection: socket.socket) -> None:
        connection.sendall(head("Content-Length: 1000"))
        for _ in range(100):
            connection.sendall(b"[")
            time.sleep(0.05)

    server.script = drip
    started = time.monotonic()
    with pytest.raises(SourceError) as error:
        get(server, home)
    assert error.value.code == "total_deadline"
    assert time.monotonic() - started < 3


def test_a_gzip_bomb_is_not_unpacked(server: Server, home: Path) -> None:
    bomb = gzip.compress(b" " * (200 * 1024**2), compresslevel=1)
    start = head("Content-Encoding: gzip", f"Content-Length: {len(bomb)}")
    server.script = lambda connection: connection.sendall(start + bomb)
    with pytest.raises(SourceError) as error:
        get(server, home)
    assert error.value.code == "oversize"


def test_gzip_is_unpacked(server: Server, home: Path) -> None:
    body = gzip.compress(b'[{"id": 1}]')
    server.script = lambda connection: connection.sendall(head("Content-Encoding: gzip") + body)
    assert get(server, home).json() == [{"id": 1}]


def test_a_body_beyond_the_limit(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 10_000)
    server.script = lambda connection: connection.sendall(head() + b" " * 200_000)
    with pytest.raises(SourceError) as error:
        get(server, home)
    assert error.value.code == "oversize"


def test_the_operator_s_own_private_host_leads_to_no_other(server: Server, home: Path) -> None:
    server.script = lambda connection: connection.sendall(
        b"HTTP/1.1 302 go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    )
    with pytest.raises(SourceError) as error:
        get(server, home)
    assert error.value.code == "ssrf_blocked"


def test_an_address_without_fetch_is_one_file(server: Server, home: Path, make_source: Any) -> None:
    body = b'{"id": 1, "title": "a"}\n{"id": 2, "title": "b"}\n'
    server.script = lambda connection: connection.sendall(head(f"Content-Length: {len(body)}") + body)
    source = make_source("jsonl")
    (landed,) = capture(source, f"{server.url}/feed.jsonl?key=hush", home, None, "r", NOW)
    assert list(open_capture(home, landed)) == [("feed/feed.jsonl", body)]
    assert landed.status == "200"
    assert "hush" not in landed.url
    assert sum(batch.num_rows for batch in split(landed, source, home)) == 2
    (again,) = capture(source, f"{server.url}/feed.jsonl", home, None, "r2", NOW)
    assert again.reused


def test_a_cut_snapshot_closes_nothing(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    cut = b'[{"id":"a","title":"t","company_name":"c"},{"id":"b","ti'
    server.script = lambda connection: connection.sendall(head() + cut)
    source = registry()["simplify"]
    (landed,) = capture(source, server.url, home, None, "r", NOW)
    assert (landed.coverage, landed.status) == ("partial", "200 truncated")
    report = SplitReport()
    list(split(landed, source, home, report))
    assert (report.good, dict(report.reasons)) == (1, {"truncated": 1})
    assert list(landing.landed(home)) == [landing.find(home, "simplify", landed.capture_id)]
