"""Which addresses are of the open internet, and what of an address may be shown."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import httpx
import pytest

from tasks.errors import SourceError
from tasks.hidden import hide_address, scrub, scrub_all, seal, unseal
from tasks.ingest import http
from tasks.ingest.hosts import addresses, public, safe_address, safe_target

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "192.0.0.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
WRITTEN = ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0", "localhost", "①②⑦.0.0.1"]


@pytest.mark.parametrize(("text", "expected"), [*((t, False) for t in PRIVATE), *((t, True) for t in PUBLIC)])
def test_public(text: str, expected: bool) -> None:
    assert public(ipaddress.ip_address(text)) is expected


@pytest.mark.parametrize("host", WRITTEN)
def test_other_ways_to_write_this_machine(host: str) -> None:
    found = addresses(host)
    assert not any(map(public, found))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@h.example:8080/p?key=S3cret&page=2#frag", "https://h.example:8080/p?key=...&page=2"),
        ("https://h.example/f?S3cretS3cret", "https://h.example/f?..."),
        ("https://h.example/f?a1b2c3d4e5f6g7h8i9=1x", "https://h.example/f?..."),
        ("https://h.example/tok/a1b2c3d4e5f6g7h8/feed.json", "https://h.example/tok/.../feed.json"),
        ("https://h.example/token/hush/feed", "https://h.example/token/.../feed"),
        ("https://h.example/api-key/hush", "https://h.example/api-key/..."),
        ("https://h.example/bot1234:hush/get", "https://h.example/.../get"),
        ("https://h.example/feed;jsessionid=hush?x=1", "https://h.example/feed?x=1"),
        ("https://h.example/123e4567-e89b-12d3-a456-426614174000", "https://h.example/..."),
        ("https://h.example/dGhJc0lTbm9QYXNzV29yRA", "https://h.example/..."),
        ("https://h.example:99999/", "(an address that cannot be read)"),
        ("http://[::1", "(an address that cannot be read)"),
        # what is no secret stays readable
        ("https://boards.example/v1/boards/acme-robotics/jobs/4012345", "https://boards.example/v1/boards/acme-robotics/jobs/4012345"),
        ("https://h.example/SomeOrg/Summer2026-Internships/dev/listings.json", "https://h.example/SomeOrg/Summer2026-Internships/dev/listings.json"),
        ("https://h.example/v0/item/38842977.json?print=1", "https://h.example/v0/item/38842977.json?print=1"),
        ("https://h.example/internationalbusinessmachinescorporation", "https://h.example/internationalbusinessmachinescorporation"),
    ],
)  # fmt: skip
def test_safe_address(url: str, shown: str) -> None:
    assert safe_address(url) == shown


def test_targets_are_sealed() -> None:
    assert [safe_target(t) for t in ("hn", "hn=threads/", "nyc=a=b.csv")] == ["hn", "hn=threads/", "nyc=a=b.csv"]
    target = "feed=https://h.example/x?key=S3cretValue"
    assert safe_target(target) == "feed=https://h.example/x?key=..."
    assert unseal(seal(target, safe_target(target))) == target
    assert unseal("hn") == "hn"


def test_what_was_a_secret_is_taken_out_of_text() -> None:
    url = "https://someuser:p%40ssw0rdX@h.example/token/hushhush1?key=S3cretValue&page=2"
    hide_address(url, safe_address(url))
    text = "someuser p%40ssw0rdX hushhush1 S3cretValue h.example page=2"
    assert scrub(text) == "[secret] [secret] [secret] [secret] h.example page=2"
    assert scrub_all({"a": [("S3cretValue", 1)], "b": None}) == {"a": [("[secret]", 1)], "b": None}


@pytest.mark.parametrize("peer", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%eth0", "64:ff9b::7f00:1"])
def test_a_name_that_changes_after_the_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: str) -> None:
    """DNS rebinding: the name showed a public address, and the connection went to a private one. Its answer is not read."""

    class Stream:
        def get_extra_info(self, name: str) -> object:
            return (peer, 443) if name == "server_addr" else None

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "feed.example":
            return httpx.Response(302, headers={"location": "https://turncoat.example/x"})
        return httpx.Response(200, json=[{"id": 1}], extensions={"network_stream": Stream()})

    monkeypatch.setattr(http, "addresses", lambda _: [ipaddress.ip_address("93.184.216.34")])
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    with (
        http.Client("https://feed.example", "feed", tmp_path, transport=httpx.MockTransport(answer)) as client,
        pytest.raises(SourceError) as raised,
    ):
        client.page("https://feed.example/list", "x")
    assert raised.value.code == "ssrf_blocked"
