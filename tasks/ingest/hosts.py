"""Web addresses: what may be fetched, what may be shown, and which hosts are this machine or its network."""

from __future__ import annotations

import email.utils
import ipaddress
import os
import socket
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

from tasks.errors import UsageError


def safe_address(url: str) -> str:
    """An address fit for logs and tables: no user, password or fragment, no values in the query but numbers."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    query = "&".join(
        each if plain_pair(each) else each.split("=", 1)[0] + "=..." for each in parts.query.split("&") if each
    )
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}" + (f"?{query}" if query else "")


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
    mapped = getattr(address, "ipv4_mapped", None)
    inner = mapped if mapped is not None else address
    return inner.is_global and not inner.is_multicast


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
