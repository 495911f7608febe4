"""Network faults, each caused by a real server on the loopback interface, from the command to the published file."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("network faults")  # what is made for all of them is made once

PROJECT = Path(__file__).parent.parent.parent
PLANTED = "hush-4f1c9e"
PAGED = """
def pages(url, client):
    for number in range(4):
        yield client.page(f"{url}?p={number}", f"page-{number}.json", expect=dict, holds="hits")
"""
KEYED = """
def pages(url, client):
    client.secret("X-Api-Key", "FAULTS_KEY")
    yield client.page(url, "list.jsonl")
"""

# fault: the error of its source, and how often its path is asked for (None: there is no server to count)
FAULTS: dict[str, tuple[str, int | None]] = {
    "01-refused": ("source_unreachable", None),
    "01-name-unknown": ("source_unreachable", None),
    "02-asks-for-hours": ("rate_limited", 1),
    "04-short-body": ("source_unreachable", 6),
    "04-cut-chunk": ("source_unreachable", 6),
    "06-drip": ("total_deadline", 1),
    "07-redirect-loop": ("redirect_loop", 1),
    "08-private-address": ("ssrf_blocked", 1),
    "08-file": ("ssrf_blocked", 1),
    "10-gzip-bomb": ("oversize", 1),
}


def name_of(fault: str) -> str:
    return "f" + fault.replace("-", "_")


def bomb(megabytes: int) -> bytes:
    """Zeros that gzip packs a thousand to one."""
    return gzip.compress(b"0" * 2**20) * megabytes


def cut(upstream: Any, start: bytes) -> Any:
    """An answer whose body ends before it should."""

    def answer(to: Any) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + start)
        to.wfile.flush()

    return answer


def drip(stop: threading.Event) -> Any:
    """An answer that never ends, a byte at a time."""

    def answer(to: Any) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.05):
            to.wfile.write(b" ")

    return answer


def retry_once(upstream: Any, status: int, value: str, body: str) -> Any:
    """429 or 503 with Retry-After at first, then well."""
    state = {"asked": False}

    def answer(to: Any) -> None:
        if state["asked"]:
            upstream.say(to, 200, body.encode())
        else:
            state["asked"] = True
            upstream.say(to, status, b"", Retry_After=value)

    return answer


@pytest.fixture(scope="module")
def net(make_world: Any, upstreams: Any, waits: list[float], monkeymodule: pytest.MonkeyPatch, lines: Any) -> Any:
    """A home published in peace, then a run in which every source but one meets its fault, then one with these alone."""
    from tasks.ingest import hosts, http

    world, upstream, elsewhere = make_world("network"), upstreams(), upstreams("127.0.0.2")
    real = hosts.public  # a second loopback address stands for a host of the open internet
    monkeymodule.setattr(http, "public", lambda address: str(address) == "127.0.0.2" or real(address))
    monkeymodule.setattr(http, "REQUEST_SECONDS", 1.5)
    monkeymodule.setenv("FAULTS_KEY", PLANTED)
    stop, serve = threading.Event(), upstream.serve
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]

    serve("/robots.txt", "User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
    urls = {
        "01-refused": f"http://127.0.0.1:{closed}/feed",
        "01-name-unknown": "http://no-such-host.invalid/feed",
        "02-asks-for-hours": serve("/02", b"", 429, Retry_After="86400"),
        "07-redirect-loop": serve("/07", b"", 302, Location="/07b"),
        "08-private-address": serve("/08", b"", 302, Location="http://169.254.169.254/latest/meta-data"),
        "08-file": serve("/08b", b"", 302, Location="file:///etc/passwd"),
        "10-gzip-bomb": serve("/10", bomb(300), Content_Encoding="gzip"),
    }
    serve("/07b", b"", 302, Location="/07")
    for fault, path, answer in (
        ("04-short-body", "/04", cut(upstream, b"Content-Length: 1000\r\n\r\n" + lines(1, 2).encode())),
        ("04-cut-chunk", "/04b", cut(upstream, b"Transfer-Encoding: chunked\r\n\r\n200\r\n" + lines(1).encode())),
        ("06-drip", "/06", drip(stop)),
    ):
        upstream.answers[path] = answer
        urls[fault] = upstream.url + path
    targets = {name_of(fault): url for fault, url in urls.items()}
    for name in targets:
        world.source(name)
    for name, code in (("paged", PAGED), ("circle", PAGED)):
        world.source(name, "json", "options: {records_at: hits}", fetch=code)
    for name in ("keyed", "refused_key"):
        world.source(name, fetch=KEYED)
    world.source("snapshot", "json", "coverage: snapshot")
    for name in ("calm", "page_of_html", "kept_out", "wait_seconds", "wait_date"):
        world.source(name)

    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40))
    for name, path, value in (("wait_seconds", "/02s", "7"), ("wait_date", "/02d", moment)):
        upstream.answers[path] = retry_once(upstream, 429 if value == "7" else 503, value, lines(1, 2, 3))
        targets[name] = upstream.url + path
    pages = {str(p): json.dumps({"hits": [json.loads(lines(10 + p))]}) for p in range(4)}
    broken = {"2"}

    def page(to: Any) -> None:
        number = to.path.partition("p=")[2]
        upstream.say(to, 500, b"") if number in broken else upstream.say(to, 200, pages[number].encode())

    upstream.answers["/03"] = page
    upstream.answers["/13"] = lambda to: upstream.say(to, 200, pages[str(int(to.path[-1]) % 2)].encode())
    upstream.answers["/05"] = lambda to: to.wfile.write(
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[" + lines(1).strip().encode() + b',{"id": 2, "title": "Cu'
    )
    serve("/09", b"", 302, Location=elsewhere.serve("/list", lines(1, 2)))
    serve("/11", "<!DOCTYPE html><html><title>Just a moment...</title></html>", Content_Type="text/html")
    serve("/12", b'{"error": "no"}', 401)
    serve("/private/14", lines(1, 2))
    targets |= {
        "paged": upstream.url + "/03", "circle": upstream.url + "/13", "snapshot": upstream.url + "/05",
        "keyed": upstream.url + "/09", "page_of_html": upstream.url + "/11", "kept_out": upstream.url + "/private/14",
        "refused_key": f"{upstream.url}/12?api_key={PLANTED}",
    }  # fmt: skip

    def envelope(name: str, *keys: int) -> str:
        rows = [json.loads(line) for line in lines(*keys).splitlines()]
        made = {"snapshot": rows, "paged": {"hits": rows}, "circle": {"hits": rows}}
        return json.dumps(made[name]) if name in made else lines(*keys)

    first = world.run(*(world.put(name, envelope(name, 1, 2, 3)) for name in (*targets, "calm")), as_of="2026-01-10")
    assert first.exit_code == 0, first.message
    world.before = {name: world.of(name) for name in (*targets, "calm")}
    world.landed_before = {name: world.landed(name) for name in targets}
    world.told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: world.told.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    world.outcome = world.run(*(f"{n}={u}" for n, u in targets.items()), world.put("calm", lines(1, 2, 3, 4)))
    logging.getLogger().removeHandler(handler)
    world.waits = list(waits)
    world.digest_before = world.digest()
    failing = [f"{name_of(fault)}={urls[fault]}" for fault in FAULTS if fault != "06-drip"]
    world.failing = world.run(*failing)
    world.digest_after = world.digest()
    world.upstream, world.elsewhere, world.broken, world.targets = upstream, elsewhere, broken, targets
    yield world
    stop.set()


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(net: Any, failures: Any, fault: str) -> None:
    code, asked = FAULTS[fault]
    name = name_of(fault)
    assert failures(net.outcome)[name] == code
    if asked is not None:
        path = net.targets[name].removeprefix(net.upstream.url)
        again = 0 if fault == "06-drip" else asked  # the second run asks once more
        assert net.upstream.times(path) == asked + again
    assert net.landed(name) == net.landed_before[name]
    assert net.of(name) == net.before[name]


def test_01_other_sources_are_published(net: Any) -> None:
    assert net.outcome.exit_code == 3
    assert net.outcome.entry["status"] == "published"
    assert net.keys("calm") == ["1", "2", "3", "4"]


def test_01_a_run_of_failing_sources_publishes_nothing(net: Any, failures: Any) -> None:
    assert net.failing.exit_code == 3
    assert net.failing.entry["status"] == "failed"
    assert failures(net.failing) == {name_of(f): code for f, (code, _) in FAULTS.items() if f != "06-drip"}
    assert net.digest_before == net.digest_after


@pytest.mark.parametrize(
    ("name", "path", "low", "high"),
    [("wait_seconds", "/02s", 7, 7), ("wait_date", "/02d", 1, 40)],
    ids=["02-seconds", "02-date"],
)
def test_waits_as_asked(net: Any, name: str, path: str, low: float, high: float) -> None:
    assert [w for w in net.waits if low <= w <= high and (w == 7 or w > 5)]
    assert net.upstream.times(path) == 2
    assert net.keys(name) == ["1", "2", "3"]


def test_02_no_wait_is_longer_than_a_quarter_of_an_hour(net: Any) -> None:
    assert net.waits
    assert max(net.waits) <= 900


def test_05_a_cut_body_without_length(net: Any) -> None:
    assert net.quarantine("snapshot") == [("truncated", '{"id": 2, "title": "Cu')]
    assert net.keys("snapshot") == ["1", "2", "3"]
    assert net.rows("SELECT DISTINCT closed_on FROM curated.postings WHERE source = 'snapshot'") == [(None,)]
    asked = "SELECT status, coverage FROM raw.captures WHERE source = 'snapshot' ORDER BY fetched_at DESC LIMIT 1"
    assert net.rows(asked) == [("200 truncated", "partial")]


def test_09_the_key_stays_at_its_host(net: Any) -> None:
    [headers] = [headers for path, headers in net.upstream.asked if path == "/09"]
    assert headers["x-api-key"] == PLANTED
    [headers] = [headers for path, headers in net.elsewhere.asked if path == "/list"]
    assert "x-api-key" not in headers
    assert net.keys("keyed") == ["1", "2", "3"]


def test_10_a_bomb_fits_in_memory(make_world: Any, upstreams: Any) -> None:
    """A run of its own process that meets a bomb of 900 MB: its peak memory, of which importing takes two thirds."""
    script = (
        "import re, sys\n"
        "from flows import steps\nfrom flows.pipeline import walk\nfrom flows.running import Request, conduct\n"
        "steps.capture, steps.split, steps.reopen = steps.capture.fn, steps.split.fn, steps.reopen.fn\n"
        "outcome = conduct(Request(sys.argv[3:], sys.argv[1], sys.argv[2]), walk)\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1]\n"  # getrusage counts the parent's in
        "print(outcome.entry['sources_failed'][0]['code'], int(peak) // 1024)\n"
    )
    world = make_world("bomb")
    url = upstreams().serve("/10", bomb(900), Content_Encoding="gzip")
    done = subprocess.run(
        [sys.executable, "-c", script, str(world.home), str(world.sources), f"{world.source('packed')}={url}"],
        cwd=PROJECT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    code, megabytes = done.stdout.split()
    assert code == "oversize"
    assert int(megabytes) < 500


def test_11_a_web_page_is_kept_apart(net: Any, failures: Any) -> None:
    assert failures(net.outcome)["page_of_html"] == "content_type"
    assert net.upstream.times("/11") == 4
    assert net.landed("page_of_html") == net.landed_before["page_of_html"]
    [kept] = (net.home / "landing" / "refused" / "page_of_html").iterdir()
    assert json.loads((kept / "manifest.json").read_text())["bytes"] == 59
    [message] = [f["message"] for f in net.outcome.entry["sources_failed"] if f["source"] == "page_of_html"]
    assert str(kept.relative_to(net.home)) in message


def test_12_a_refused_key_is_not_told(net: Any, failures: Any) -> None:
    assert failures(net.outcome)["refused_key"] == "unauthorized"
    [(path, headers)] = [(path, headers) for path, headers in net.upstream.asked if path.startswith("/12")]
    assert PLANTED in path
    assert headers["x-api-key"] == PLANTED
    assert PLANTED not in json.dumps(net.outcome.entry, default=str) + net.outcome.message
    assert any("refused_key" in line for line in net.told)
    assert PLANTED not in "".join(net.told)
    holding = [f for f in net.home.rglob("*") if f.is_file() and PLANTED.encode() in f.read_bytes()]
    assert holding == []


def test_13_paging_in_a_circle(net: Any, failures: Any) -> None:
    assert failures(net.outcome)["circle"] == "pagination_loop"
    assert net.upstream.times("/13") == 3
    assert net.of("circle") == net.before["circle"]


def test_14_robots_keep_out(net: Any, failures: Any) -> None:
    assert "kept_out" not in failures(net.outcome)
    assert net.outcome.entry["sources_skipped"] == ["kept_out"]
    assert any("kept_out" in line and "robots_disallowed" in line for line in net.outcome.entry["warnings"])
    assert any("kept_out skipped" in line for line in net.told)
    assert net.upstream.times("/private/14") == 0
    assert net.of("kept_out") == net.before["kept_out"]


def test_14_a_run_of_nothing_else_is_no_failure(net: Any) -> None:
    before = net.digest()
    outcome = net.run(f"kept_out={net.targets['kept_out']}")
    assert (outcome.exit_code, outcome.entry["status"]) == (0, "unchanged")
    assert "kept_out" in outcome.message
    assert net.digest() == before


def test_03_goes_on_at_the_page_that_failed(net: Any, failures: Any) -> None:
    """Last in the file: it publishes."""
    assert failures(net.outcome)["paged"] == "source_unreachable"
    assert net.of("paged") == net.before["paged"]
    asked = [path for path, _ in net.upstream.asked if path.startswith("/03")]
    assert asked == ["/03?p=0", "/03?p=1", *["/03?p=2"] * 6]
    net.broken.clear()
    outcome = net.run(f"paged={net.targets['paged']}")
    assert outcome.exit_code == 0, outcome.message
    asked = [path for path, _ in net.upstream.asked if path.startswith("/03")]
    assert asked[8:] == ["/03?p=2", "/03?p=3"]
    assert net.keys("paged") == ["1", "10", "11", "12", "13", "2", "3"]
    assert net.rows("SELECT count(*), count(DISTINCT raw_id) FROM raw.records WHERE source = 'paged'") == [(7, 7)]
