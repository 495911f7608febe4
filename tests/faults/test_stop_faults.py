"""Faults 61 to 64: a Prefect server that dies, slots of dead runs, signals and backlogs, each caused for real."""

from __future__ import annotations

import fcntl
import json
import os
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

import pytest

from flows import kill_laws
from flows.stopping import LINGER_SECONDS

pytestmark = pytest.mark.xdist_group("crash")
PROJECT = Path(__file__).parent.parent.parent


# -- 63, 64: signals and backlogs


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("where", ["query", "check"])
def test_63(warm: Any, feed: Any, home: Path, where: str, number: signal.Signals) -> None:
    before = warm.digest(home)
    run = warm.start(home, targets=feed.second, sources=feed.sources, endless=where)
    warm.until_held(run)
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(run.pid, number)
    done = warm.wait(run)
    assert time.monotonic() - began < 10
    assert done.code == 128 + number, done.message
    told = f"stopped by {number.name}" in str(warm.journal(home)[-1]["reason"])
    assert warm.digest(home) == before
    if told:  # else a library did not let go within the watchdog's time: the next run sets right what is left
        assert kill_laws.leftovers(home) == []
    with (home / "warehouse" / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    warm.goes_on(feed, home)
    assert told or any(str(entry["reason"]).startswith("died") for entry in warm.journal(home))
    assert kill_laws.leftovers(home) == []


def test_64(warm: Any, feed: Any, home: Path) -> None:
    due = datetime.now(UTC) - timedelta(days=100)
    backlog = [
        warm.run(home, targets=feed.second, sources=feed.sources, due=(due + timedelta(days=n)).isoformat())
        for n in range(100)
    ]
    assert [done.entry["status"] for done in backlog] == ["published"] + ["unchanged"] * 99
    assert all("did this one's work" in done.message for done in backlog[1:])
    assert len(warm.journal(home)) == 2
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


def command_line(server: Server, home: Path, feed: Any) -> subprocess.Popen[str]:
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


def test_62(server: Server, feed: Any, home: Path) -> None:
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


def test_61(server: Server, warm: Any, feed: Any, home: Path) -> None:
    """The last test that needs the server."""
    run = command_line(server, home, feed)
    until_it_builds(home, run)
    server.process.kill()
    server.process.wait()
    told = run.communicate(timeout=240)[0]
    ended = datetime.fromisoformat(warm.journal(home)[-1]["finished_at"])
    assert datetime.now(UTC) - ended < timedelta(seconds=LINGER_SECONDS + 50)  # not minutes for events nobody hears
    assert "Traceback" not in told
    assert run.returncode == 0, told
    warm.goes_on(feed, home)
    assert [entry["status"] for entry in warm.journal(home)].count("published") == 2
