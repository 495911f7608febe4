"""Web addresses: what may be fetched, what may be shown, and which hosts are this machine or its network."""

from __future__ import annotations

import email.utils
import ipaddress
import itertools
import os
import re
import socket
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

from tasks.errors import UsageError

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/", re.I)
SLASHES = re.compile(r"\A([a-z][a-z0-9+.-]{1,20}):/+", re.I)
HIDDEN = "..."
NAMES_TOKEN = re.compile(
    r"(?:api|access|auth|private|secret)?[-_]?(?:tokens?|keys?|secrets?|auth|password|pass|pwd|signature|sig|bearer)",
    re.I,
)
# Sixteen letters and digits in one, as keys have and words do not; or a UUID.
TOKEN = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9]*[0-9])(?=[a-z0-9]*[a-z])[a-z0-9]{16,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|^eyJ",
    re.I,
)
# Addresses of IPv6 that stand for one of IPv4, which is what the packet reaches: NAT64 (RFC 6052, RFC 8215), IPv4-compatible
# (RFC 4291), IPv4-translated (RFC 7915). 6to4 and mapped ones are known to the standard library.
WITH_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))


def safe_address(url: str) -> str:
    """An address fit for logs and tables: no user, password or fragment, no values in the query but numbers.

    What looks like a token in the path is left out too: long and mixed, named by the part before it, or behind a sign.
    """
    try:
        parts = urlsplit(with_slashes(url))
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an address that cannot be read)"
    query = "&".join(each if plain_pair(each) else shown_pair(each) for each in parts.query.split("&") if each)
    return f"{parts.scheme}://{parts.hostname or ''}{port}{safe_path(parts.path)}" + (f"?{query}" if query else "")


def with_slashes(url: str) -> str:
    """An address with the two slashes that a typing error left out: what follows is a host, and not to be shown as a path."""
    return SLASHES.sub(r"\1://", url)


def safe_path(path: str) -> str:
    """A path without what looks like a token."""
    kept: list[str] = []
    for part in path.split("/"):
        part = part.partition(";")[0]
        named = bool(kept) and NAMES_TOKEN.fullmatch(kept[-1]) is not None and part != ""
        kept.append(HIDDEN if named or ":" in part or TOKEN.search(part) or restless(part) else part)
    return "/".join(kept)


def restless(part: str) -> bool:
    """Whether letters change case so often that no person wrote them: base64 without digits."""
    changes = sum(a.islower() != b.islower() for a, b in itertools.pairwise(part) if a.isalpha() and b.isalpha())
    return len(part) >= 20 and changes * 3 >= len(part)


def safe_target(target: str) -> str:
    """NAME, NAME=PATH or NAME=URL fit to be written down: secrets of an address left out."""
    name, sign, place = target.partition("=")
    return f"{name}{sign}{safe_address(place)}" if ADDRESS.match(place) else target


def shown_pair(pair: str) -> str:
    """A part of a query by its name alone; nothing of a part without a name."""
    name, sign, _ = pair.partition("=")
    return f"{name}=..." if sign and not TOKEN.search(name) and not restless(name) else HIDDEN


def plain_pair(pair: str) -> bool:
    """Whether a part of a query is a small number, such as a page."""
    value = pair.partition("=")[2]
    return value.isdigit() and len(value) <= 6


def check_scheme(url: str, parts: SplitResult) -> None:
    """Refuse what is no web address."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            "bad_address",
            f"{safe_address(url)} cannot be fetched",
            why="only http and https are",
            next_step="Check NAME=URL",
        )


def port_of(parts: SplitResult) -> int:
    """The port, explicit or not."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """What a name stands for now; nothing where it is unknown."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


def public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the open internet; IPv4 inside IPv6 is looked at as IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and any(address in network for network in WITH_IPV4):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def proxied() -> bool:
    """Whether requests go through a proxy, whose own address says nothing about the source."""
    return any(os.environ.get(name) for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, written as seconds or as a date; None where it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
