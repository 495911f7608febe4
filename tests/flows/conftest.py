"""End-to-end helpers: the command line as a process of its own, against one Prefect server for the whole session."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
Winnow = Callable[..., subprocess.CompletedProcess[str]]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Prefect server with a database of its own. A run against it starts in a second."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    env = {
        **os.environ, "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")), "PREFECT_API_URL": api, "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"{api}/health", timeout=2):
                    break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    pytest.fail("the Prefect server did not start")
                time.sleep(0.3)
        yield api
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def winnow(prefect_api: str, tmp_path_factory: pytest.TempPathFactory) -> Winnow:
    """Run `winnow ARGS` with a home; returns the finished process with its output as text."""
    prefect_home = tmp_path_factory.mktemp("prefect-client")

    def run(home: Path, *args: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "WINNOW_HOME": str(home),
            "PREFECT_API_URL": prefect_api,
            "PREFECT_HOME": str(prefect_home),
        }
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *args],
            env=env,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
