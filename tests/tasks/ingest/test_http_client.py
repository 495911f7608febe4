"""Network faults: what the client does about each. No socket is opened."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tasks.errors import SourceError, UsageError
from tasks.ingest import hosts, http
from tasks.ingest.http import Client
from tasks.ingest.source import registry

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BASE = "https://feed.example"
Answer = httpx.Response | Exception


class Net:
    """A pretended internet: a list of answers, or one for every address; it notes what was asked and waited for."""

    def __init__(self, answers: list[Answer] | Callable[[httpx.Request], Answer]) -> None:
        self.answers, self.asked, self.waits = answers, [], []
        self.asked: list[httpx.Request]
        self.waits: list[float]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        self.asked.append(request)
        found = self.answers(request) if callable(self.answers) else self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def client(self, home: Path, base: str = BASE) -> Client:
        return Client(base, "feed", home, NOW, self.waits.append, httpx.MockTransport(self))


def says(body: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(200, content=iter([body]), headers=headers)


def ok(value: Any = None, **headers: str) -> httpx.Response:
    return says(json.dumps([{"id": 1}] if value is None else value).encode(), **headers)


def page_of_html() -> httpx.Response:
    return says(b"<html><title>Just a moment...</title></html>")


@pytest.fixture(autouse=True)
def public_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names stand for addresses without asking anyone."""
    known = {"feed.example": "93.184.216.34", "cdn.example": "93.184.216.35", "inside.example": "10.0.0.7"}

    def addresses(host: str) -> list[Any]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            found = "127.0.0.1" if host == "localhost" else known.get(host)
            return [ipaddress.ip_address(found)] if found else []

    monkeypatch.setattr(http, "addresses", addresses)


FAULTS: list[tuple[str, list[Answer], str | None, int]] = [
    ("refused, then well", [httpx.ConnectError("refused"), ok()], None, 2),
    ("refused for good", [httpx.ConnectError("refused")] * 9, "source_unreachable", http.ATTEMPTS),
    ("answer breaks off", [httpx.RemoteProtocolError("cut"), httpx.ReadError("reset"), ok()], None, 3),
    ("500, then well", [httpx.Response(500), httpx.Response(503), ok()], None, 3),
    ("500 for good", [httpx.Response(500) for _ in range(9)], "source_unreachable", http.ATTEMPTS),
    ("no key", [httpx.Response(401)], "unauthorized", 1),
    ("forbidden", [httpx.Response(403)], "unauthorized", 1),
    ("not there", [httpx.Response(404)], "not_found", 1),
    ("odd status", [httpx.Response(418)], "http_error", 1),
    ("web page for good", [page_of_html() for _ in range(9)], "content_type", http.UNWANTED_ATTEMPTS),
    ("web page once", [page_of_html(), ok()], None, 2),
    ("empty list", [ok([]) for _ in range(9)], "empty_batch", http.UNWANTED_ATTEMPTS),
    ("nothing at all", [says(b" ") for _ in range(9)], "empty_batch", http.UNWANTED_ATTEMPTS),
    ("an object for a list", [ok({"error": 1}) for _ in range(9)], "bad_answer", http.UNWANTED_ATTEMPTS),
    ("no JSON", [says(b"[{") for _ in range(9)], "bad_answer", http.UNWANTED_ATTEMPTS),
    ("packed as not asked", [ok(None, **{"content-encoding": "br"})], "bad_answer", 1),
]


@pytest.mark.parametrize(("answers", "code", "asked"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_fault(home: Path, answers: list[Answer], code: str | None, asked: int) -> None:
    net = Net(list(answers))
    with net.client(home) as client:
        if code is None:
            assert client.page(f"{BASE}/list", "list.json", expect=list).json() == [{"id": 1}]
        else:
            with pytest.raises(SourceError) as error:
                client.page(f"{BASE}/list", "list.json", expect=list)
            assert error.value.code == code
    assert len(net.asked) == asked


def test_a_refused_page_is_kept_apart(home: Path) -> None:
    with Net([page_of_html() for _ in range(9)]).client(home) as client, pytest.raises(SourceError) as error:
        client.page(f"{BASE}/list", "list.json", expect=list)
    assert "landing/refused/feed/" in error.value.message()
    assert len(list((home / "landing" / "refused" / "feed").iterdir())) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC)), 60.0),
        (format_datetime(datetime(2020, 1, 1, tzinfo=UTC)), 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert hosts.retry_after(value, NOW) == seconds


def test_waits_as_long_as_asked(home: Path) -> None:
    net = Net([httpx.Response(429, headers={"Retry-After": "12"}), httpx.Response(503), httpx.Response(500), ok()])
    with net.client(home) as client:
        client.page(f"{BASE}/list", "x")
    assert net.waits[0] == 12.0
    assert 0.5 < net.waits[1] < net.waits[2] < 5


def test_does_not_wait_for_hours(home: Path) -> None:
    net = Net([httpx.Response(429, headers={"Retry-After": "4000"})])
    with net.client(home) as client, pytest.raises(SourceError) as error:
        client.page(f"{BASE}/list", "x")
    assert error.value.code == "rate_limited"
    assert net.waits == []


def go_to(place: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": place})


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("http://127.0.0.1/x", "ssrf_blocked"),
        ("http://[::1]/x", "ssrf_blocked"),
        ("http://[::ffff:10.0.0.1]/x", "ssrf_blocked"),
        ("http://169.254.169.254/latest/meta-data", "ssrf_blocked"),
        ("http://localhost:8080/", "ssrf_blocked"),
        ("https://inside.example/", "ssrf_blocked"),
        ("file:///etc/passwd", "ssrf_blocked"),
        ("gopher://feed.example/", "ssrf_blocked"),
        ("https://feed.example/list", "redirect_loop"),
        ("/list", "redirect_loop"),
        ("https://nowhere.example/", "source_unreachable"),
        ("http://[", "bad_answer"),
    ],
)
def test_redirects_that_are_not_followed(home: Path, place: str, code: str) -> None:
    net = Net(lambda _: go_to(place))
    with net.client(home) as client, pytest.raises(SourceError) as error:
        client.page(f"{BASE}/list", "x")
    assert error.value.code == code


def test_a_chain_of_redirects_ends(home: Path) -> None:
    net = Net(lambda request: go_to(f"{BASE}/{len(request.url.path)}{request.url.path}"))
    with net.client(home) as client, pytest.raises(SourceError) as error:
        client.page(f"{BASE}/list", "x")
    assert error.value.code == "redirect_loop"


def test_keys_go_to_their_own_host_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_KEY", "hush-hush")
    answers = {
        "/list": go_to("https://cdn.example/list"),
        "/other": go_to("https://feed.example/list2"),
        "/plain": go_to("http://feed.example/list2"),
    }
    net = Net(lambda r: ok() if r.url.host == "cdn.example" or r.url.path == "/list2" else answers[r.url.path])
    with net.client(home) as client:
        client.secret("X-Api-Key", "FEED_KEY")
        for path in answers:
            client.page(BASE + path, "x")
    sent = [(r.url.scheme, r.url.host, r.headers.get("x-api-key")) for r in net.asked]
    own, other = ("https", "feed.example", "hush-hush"), ("https", "cdn.example", None)
    assert sent == [own, other, own, own, own, ("http", "feed.example", None)]
    with net.client(home) as client, pytest.raises(UsageError) as error:
        client.secret("X-Api-Key", "NO_SUCH_KEY")
    assert error.value.code == "missing_key"


def test_no_secret_in_an_error(home: Path) -> None:
    url = "https://user:hush@feed.example/list?api_key=hush&page=3"
    with Net([httpx.Response(401)]).client(home) as client, pytest.raises(SourceError) as error:
        client.page(url, "x")
    assert "hush" not in error.value.message()
    assert "feed.example/list?api_key=...&page=3" in error.value.message()


@pytest.mark.parametrize("url", ["ftp://feed.example/x", "file:///etc/passwd", "http://"])
def test_addresses_that_are_none(home: Path, url: str) -> None:
    with pytest.raises(UsageError) as error:
        Client(url, "feed", home, NOW)
    assert error.value.code == "bad_address"


def test_robots(home: Path) -> None:
    rules = "User-agent: *\nDisallow: /private\n"

    def answer(request: httpx.Request) -> httpx.Response:
        return says(rules.encode()) if request.url.path == "/robots.txt" else ok()

    with Client(BASE, "feed", home, NOW, transport=httpx.MockTransport(answer)) as client:
        client.page(f"{BASE}/public", "x")
        with pytest.raises(SourceError) as error:
            client.page(f"{BASE}/private/list", "y")
    assert error.value.code == "robots_disallowed"


def test_paging_in_a_circle(home: Path) -> None:
    net = Net(lambda r: ok({"page": r.url.params["p"], "hits": [{"id": int(r.url.params["p"]) % 3}]}))
    with net.client(home) as client:
        for page in range(3):
            client.page(f"{BASE}/list?p={page}", "x", expect=dict, holds="hits")
        with pytest.raises(SourceError) as error:
            client.page(f"{BASE}/list?p=3", "x", expect=dict, holds="hits")
    assert error.value.code == "pagination_loop"


def test_goes_on_where_it_broke_off(home: Path) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["p"])
        return httpx.Response(404) if number == 2 else ok({"hits": [number]})

    def fetch(net: Net) -> list[Any]:
        with net.client(home) as client:
            found = [client.page(f"{BASE}/list?p={p}", "x", expect=dict, holds="hits").json() for p in range(4)]
            client.done()
            return found

    first, second = Net(broken), Net(lambda r: ok({"hits": [int(r.url.params["p"])]}))
    with pytest.raises(SourceError):
        fetch(first)
    assert fetch(second) == [{"hits": [p]} for p in range(4)]
    assert [r.url.params["p"] for r in second.asked] == ["2", "3"]
    assert list((home / "landing" / "feed").iterdir()) == []


def test_all_in_all_it_must_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TOTAL_SECONDS", 5.0)
    net = Net([httpx.Response(503, headers={"Retry-After": "9"})])
    with net.client(home) as client, pytest.raises(SourceError) as error:
        client.page(f"{BASE}/list", "x")
    assert error.value.code == "total_deadline"


def test_hacker_news_threads(home: Path) -> None:
    titles = ["Ask HN: Who is hiring? (May 2019)", "Ask HN: Who wants to be hired? (May 2019)"]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("search_by_date"):
            page = int(request.url.params["page"])
            hits = [{"objectID": str(100 * page + n), "title": title} for n, title in enumerate(titles)]
            return ok({"hits": hits, "nbPages": 2})
        return ok({"id": int(request.url.path.split("/")[-1]), "children": [{"id": request.url.path}]})

    with Net(answer).client(home) as client:
        found = list(registry()["hn"].fetch.pages(f"{BASE}/hn", client))  # type: ignore[union-attr]
    assert [page.name for page in found] == ["0.json", "100.json"]


def test_the_muse_pages(home: Path) -> None:
    net = Net(lambda r: ok({"page_count": 3, "results": [int(r.url.params["page"])]}))
    with net.client(home) as client:
        found = list(registry()["themuse"].fetch.pages(f"{BASE}/muse/", client))  # type: ignore[union-attr]
    assert [str(request.url.copy_with(query=None)) for request in net.asked] == [f"{BASE}/muse/api/public/jobs"] * 3
    assert [page.name for page in found] == ["page-000.json", "page-001.json", "page-002.json"]


@pytest.mark.parametrize("place", ["lists", "lists/listings.json", "lists/"])
def test_simplify_listings(home: Path, place: str) -> None:
    net = Net(lambda _: ok([{"id": 1}]))
    with net.client(home) as client:
        (page,) = registry()["simplify"].fetch.pages(f"{BASE}/{place}", client)  # type: ignore[union-attr]
    assert page.name == "listings.json"
    assert net.asked[0].url.path == "/lists/listings.json"


@pytest.mark.parametrize(
    ("source", "place", "asked", "name"),
    [
        ("greenhouse", "v1/boards/acme", "/v1/boards/acme/jobs?content=true", "acme.json"),
        ("greenhouse", "v1/boards/acme/jobs?content=true", "/v1/boards/acme/jobs?content=true", "acme.json"),
        ("lever", "v0/postings/acme/", "/v0/postings/acme?mode=json", "acme.json"),
        ("ashby", "posting-api/job-board/acme", "/posting-api/job-board/acme?includeCompensation=true", "acme.json"),
    ],
)
def test_company_boards(home: Path, source: str, place: str, asked: str, name: str) -> None:
    net = Net(lambda r: ok([{"id": 1}] if source == "lever" else {"jobs": [{"id": 1}]}))
    with net.client(home) as client:
        (page,) = registry()[source].fetch.pages(f"{BASE}/{place}", client)  # type: ignore[union-attr]
    assert net.asked[0].url.raw_path.decode() == asked
    assert page.name == name
