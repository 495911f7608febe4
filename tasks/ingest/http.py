"""A client for public job feeds that is bounded in every direction: time, bytes, retries, hosts.

Fetchers get one `Client` a run of their source and call `client.page(url, name)`. A page that was fetched before on the
same day, by a run that broke off, comes from the spool: what failed at page k goes on at page k.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import json
import logging
import random
import shutil
import time
import urllib.robotparser
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from tasks.errors import SourceError
from tasks.hidden import hide_address, look_up
from tasks.ingest import landing
from tasks.ingest.hosts import addresses, check_scheme, port_of, proxied, public, retry_after, safe_address
from tasks.ingest.text import is_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)
for noisy in ("httpx", "httpcore"):  # they log whole addresses, keys included
    logging.getLogger(noisy).setLevel(logging.WARNING)

AGENT = "winnow/0.1 (job-posting pipeline; one request at a time)"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
REQUEST_SECONDS = 120.0  # one answer, from request to last byte: a server that drips is cut off
TOTAL_SECONDS = 3600.0  # one source, waits included
MAX_WAIT_SECONDS = 900.0  # the longest Retry-After that is waited for
MAX_BODY_BYTES = 200 * 1024**2  # unpacked
ATTEMPTS = 6
UNWANTED_ATTEMPTS = 4  # for well-delivered answers that are not what was asked for: a captcha, an empty envelope
MAX_REDIRECTS = 5
RETRIED = frozenset({429, 500, 502, 503, 504})
SPOOL_DAYS = 2


class Page(NamedTuple):
    """One answer: the name its records get as file, its address without secrets, its bytes."""

    name: str
    url: str
    body: bytes
    whole: bool = True  # False: it does not parse, and its length was never announced, so it may be cut off

    def json(self) -> Any:
        """The body as JSON. Raises SourceError `bad_answer`."""
        try:
            return json.loads(self.body)
        except ValueError as problem:
            raise bad_answer(self.url, "the answer is no JSON", str(problem)) from problem


class Again(Exception):  # noqa: N818  a signal inside this module, not an error that leaves it
    """A fault that may pass: try again after `wait` seconds (None: as usual). `unwanted`: see UNWANTED_ATTEMPTS."""

    def __init__(self, error: SourceError, wait: float | None = None, unwanted: bool = False) -> None:
        self.error, self.wait, self.unwanted = error, wait, unwanted
        super().__init__(error.code)


def join(base: str, path: str) -> str:
    """`path` below `base`, whether or not the base ends in a slash."""
    return f"{base.rstrip('/')}/{path.lstrip('/')}"


def bad_answer(url: str, what: str, why: str = "") -> SourceError:
    """An answer that is not what the service gives."""
    return SourceError("bad_answer", what, where=safe_address(url), why=why[:200], next_step="Run again later")


class Client:
    """Fetches pages of one source. Not for use by several threads."""

    def __init__(
        self,
        base_url: str,
        source: str,
        home: Path,
        now: datetime | None = None,
        sleep: Callable[[float], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`base_url` is what the operator typed: its host is the only one that may be private or get secrets."""
        hide_address(base_url, safe_address(base_url))
        self.base, self.source, self.home = urlsplit(base_url), source, home
        self.sleep = sleep or time.sleep
        check_scheme(base_url, self.base)
        self.now = now or datetime.now(UTC)
        self.deadline = time.monotonic() + TOTAL_SECONDS
        self.secrets: dict[str, str] = {}
        self.seen: set[str] = set()
        self.robots: dict[str, urllib.robotparser.RobotFileParser | None] = {}
        day = f"{base_url}\0{self.now.date().isoformat()}"
        area = home / "landing" / source
        self.spool = area / f".spool-{hashlib.sha256(day.encode()).hexdigest()[:16]}"
        forget_old_spools(area)
        private = any(not address.is_global for address in addresses(self.base.hostname or ""))
        self.http = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=not private,  # a proxy has no way to an address of this machine or network
            transport=transport,
            headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections; the spool stays for the next attempt."""
        self.http.close()

    def secret(self, header: str, variable: str) -> None:
        """Send a header whose value is in an environment variable, or with `block:NAME` in a Prefect Secret block, to
        the host of the base URL only.

        Raises UsageError `missing_key` that names the variable or block, never its value.
        """
        self.secrets[header] = look_up(variable, self.source)

    def done(self) -> None:
        """The pages have landed: forget the spool."""
        shutil.rmtree(self.spool, ignore_errors=True)

    def page(self, url: str, name: str, expect: type | None = None, holds: str | None = None) -> Page:
        """One page, from the spool if it was fetched before in this attempt.

        `expect` is the type of the JSON value (dict or list), `holds` a key that must be in it.
        Raises SourceError `source_unreachable`, `total_deadline`, `rate_limited`, `unauthorized`, `not_found`,
        `http_error`, `ssrf_blocked`, `redirect_loop`, `oversize`, `content_type`, `bad_answer`, `empty_batch`,
        `pagination_loop`, `robots_disallowed`.
        """
        kept = self.spool / hashlib.sha256(url.encode()).hexdigest()[:32]
        if kept.is_file():
            page = Page(name, safe_address(url), kept.read_bytes())
        else:
            self.ask_robots(url)
            page = self.persist(url, name, expect, holds)
            if page.whole:
                self.keep(kept, page.body)
        self.look_for_loop(page, holds)
        return page

    def persist(self, url: str, name: str, expect: type | None, holds: str | None) -> Page:
        """Fetch until it works or the attempts are used up."""
        attempt = unwanted = 0
        while True:
            attempt += 1
            try:
                body, announced = self.fetch(url)
                return self.checked(url, name, body, announced, expect, holds, unwanted + 1 >= UNWANTED_ATTEMPTS)
            except Again as again:
                unwanted += again.unwanted
                if attempt >= ATTEMPTS or unwanted >= UNWANTED_ATTEMPTS:
                    raise again.error from again
                self.wait(again, attempt)

    def wait(self, again: Again, attempt: int) -> None:
        """Wait as long as the server asks, else longer each time. Raises the error where that is too long."""
        seconds = (
            again.wait if again.wait is not None else min(30.0, 0.5 * 2 ** (attempt - 1)) * random.uniform(0.8, 1.2)
        )
        if seconds > MAX_WAIT_SECONDS:
            raise SourceError(
                "rate_limited",
                f"{self.source} asks to wait {seconds:,.0f} seconds",
                where=again.error.where,
                why=f"at most {MAX_WAIT_SECONDS:,.0f} are waited for",
                next_step="Run again later; pages fetched so far are kept",
            ) from again
        if time.monotonic() + seconds > self.deadline:
            raise self.too_long() from again
        log.info("%s: %s; again in %.1f s", self.source, again.error.code, seconds)
        self.sleep(seconds)

    def too_long(self, url: str = "") -> SourceError:
        """The time for an answer or for the whole source is over."""
        return SourceError(
            "total_deadline",
            f"{self.source} takes too long",
            where=safe_address(url) if url else "",
            why=f"one answer may take {REQUEST_SECONDS:.0f} s, a source {TOTAL_SECONDS:.0f} s",
            next_step="Run again later; pages fetched so far are kept",
        )

    def fetch(self, url: str) -> tuple[bytes, bool]:
        """One answer's body and whether its length was announced, redirects followed. Raises Again or SourceError."""
        seen = {url}
        for _ in range(MAX_REDIRECTS + 1):
            try:
                parts = urlsplit(url)
                self.check_host(url, parts)
                with self.http.stream("GET", url, headers=self.headers(parts)) as answer:
                    self.check_peer(url, parts, answer)
                    target = answer.headers.get("location")
                    if answer.is_redirect and target:
                        url = urljoin(url, target)
                    else:
                        self.check_status(url, answer)
                        announced = "content-length" in answer.headers or "transfer-encoding" in answer.headers
                        return self.body(url, answer), announced
            except httpx.TransportError as problem:
                raise Again(self.unreachable(url, problem)) from problem
            except (httpx.InvalidURL, ValueError) as problem:
                raise bad_answer(self.base.geturl(), "it leads to an address that cannot be read") from problem
            if url in seen:
                break
            seen.add(url)
        raise SourceError(
            "redirect_loop", "redirected without end", where=safe_address(url), next_step="Check the address"
        )

    def unreachable(self, url: str, problem: Exception) -> SourceError:
        """No answer, or one that broke off."""
        return SourceError(
            "source_unreachable",
            f"{self.source} does not answer",
            where=safe_address(url),
            why=type(problem).__name__,
            next_step="Check the address and the network; pages fetched so far are kept",
        )

    def headers(self, parts: SplitResult) -> dict[str, str]:
        """Secrets, for the operator's own host and nobody else; not over plain http where the base is https."""
        own = (parts.hostname, parts.port) == (self.base.hostname, self.base.port) and parts.scheme == self.base.scheme
        return self.secrets if own else {}

    def own_host(self, parts: SplitResult) -> bool:
        """Whether this is the host and port that the operator typed."""
        return parts.hostname == self.base.hostname and port_of(parts) == port_of(self.base)

    def check_host(self, url: str, parts: SplitResult) -> None:
        """Refuse other schemes, and private addresses that the operator did not type."""
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self.blocked(url, f"{parts.scheme or 'no scheme'} is not followed")
        if self.own_host(parts):
            return
        found = addresses(parts.hostname)
        if not found:
            raise Again(self.unreachable(url, OSError("name not found")))
        for address in found:
            if not public(address):
                raise self.blocked(url, "it leads to an address of this machine or its network")

    def check_peer(self, url: str, parts: SplitResult, answer: httpx.Response) -> None:
        """Refuse an answer from a private address that the name did not show a moment ago (DNS rebinding)."""
        stream = answer.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if not peer or self.own_host(parts) or (self.http.trust_env and proxied()):
            return
        with contextlib.suppress(ValueError):
            if not public(ipaddress.ip_address(str(peer[0]).partition("%")[0])):
                raise self.blocked(url, "its name changed to an address of this machine or its network")

    def blocked(self, url: str, why: str) -> SourceError:
        """A place where no feed has to be."""
        return SourceError("ssrf_blocked", "an address that is not followed", where=safe_address(url), why=why)

    def check_status(self, url: str, answer: httpx.Response) -> None:
        """Sort answers that are none: those that pass, those that will not."""
        status = answer.status_code
        if status == 200:
            return
        where = safe_address(url)
        if status in RETRIED:
            error = SourceError(
                "source_unreachable", f"{self.source} answers {status}", where=where, next_step="Run again later"
            )
            raise Again(error, retry_after(answer.headers.get("retry-after"), datetime.now(UTC)))
        if status in (401, 403):
            raise SourceError("unauthorized", f"{self.source} answers {status}", where=where, next_step="Check the key")
        if status in (404, 410):
            raise SourceError(
                "not_found", f"{self.source} answers {status}", where=where, next_step="Check the address"
            )
        raise SourceError("http_error", f"{self.source} answers {status}", where=where)

    def body(self, url: str, answer: httpx.Response) -> bytes:
        """The body, unpacked and bounded. Raises SourceError `oversize` or `total_deadline`."""
        packing = answer.headers.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip", ""):
            raise bad_answer(url, f"the answer is packed as {packing[:20]!r}, which was not asked for")
        pieces = self.pieces(url, answer)
        if packing in ("gzip", "x-gzip"):
            try:
                return b"".join(landing.inflate(pieces, safe_address(url), MAX_BODY_BYTES))
            except SourceError as error:
                if error.code == "corrupt_file":
                    raise Again(error) from error
                raise
        return b"".join(pieces)

    def pieces(self, url: str, answer: httpx.Response) -> Iterator[bytes]:
        """The raw pieces of a body as they arrive, against the clock and the limit."""
        until, taken = min(self.deadline, time.monotonic() + REQUEST_SECONDS), 0
        for piece in answer.iter_raw():
            taken += len(piece)
            if taken > MAX_BODY_BYTES:
                raise landing.oversize(safe_address(url), f"the answer has more than {MAX_BODY_BYTES:,} bytes")
            if time.monotonic() > until:
                raise self.too_long(url)
            yield piece

    def checked(
        self, url: str, name: str, body: bytes, announced: bool, expect: type | None, holds: str | None, last: bool
    ) -> Page:
        """The page, if the body is what was asked for; on the `last` try also one that may be cut off."""
        where = safe_address(url)
        if is_html(body):
            kept = landing.refuse(self.home, self.source, name, body)
            why = "a login, consent or captcha page"
            error = SourceError("content_type", f"{self.source} answers with a web page", where=where, why=why)
            error.next_step = f"Its bytes are in {kept}; run again later"
            raise Again(error, unwanted=True)
        if not body.strip():
            raise Again(
                SourceError("empty_batch", f"{self.source} answers with nothing", where=where),
                unwanted=True,
            )
        if expect is None:
            return Page(name, where, body)
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as problem:
            if announced or not last:
                raise Again(bad_answer(url, "the answer is no JSON", str(problem)), unwanted=True) from problem
            return Page(name, where, body, whole=False)
        lacking = holds is not None and not (isinstance(value, dict) and holds in value)
        if lacking or not isinstance(value, expect):
            wanted = f"an object with {holds!r}" if holds else f"a {expect.__name__}"
            raise Again(bad_answer(url, f"the answer is not {wanted}"), unwanted=True)
        if expect is list and not value:
            raise Again(SourceError("empty_batch", f"{self.source} lists nothing", where=where), unwanted=True)
        return Page(name, where, body)

    def look_for_loop(self, page: Page, holds: str | None) -> None:
        """Refuse a page whose records came before under another address: paging goes round in a circle."""
        if holds is None or not page.whole:
            return
        records = page.json()[holds]
        if not records:
            return
        mark = hashlib.sha256(json.dumps([holds, records], sort_keys=True).encode()).hexdigest()
        if mark in self.seen:
            raise SourceError(
                "pagination_loop",
                f"{self.source} gives the same page again",
                where=page.url,
                next_step="Run again later; if it stays, the paging of the service has changed",
            )
        self.seen.add(mark)

    def keep(self, path: Path, body: bytes) -> None:
        """Put a fetched page into the spool, whole or not at all."""
        self.spool.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(body)
        landing.fsync(draft)
        draft.replace(path)

    def ask_robots(self, url: str) -> None:
        """Respect robots.txt of the host. An unreadable one forbids nothing. Raises SourceError `robots_disallowed`."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.robots:
            self.robots[origin] = self.read_robots(origin)
        rules = self.robots[origin]
        if rules is not None and not rules.can_fetch(AGENT, url):
            raise SourceError(
                "robots_disallowed",
                f"{self.source} asks robots to stay away",
                where=safe_address(url),
                why="robots.txt disallows this path",
                next_step="Use another feed of the source, or a file",
            )

    def read_robots(self, origin: str) -> urllib.robotparser.RobotFileParser | None:
        """The rules of a host, or None."""
        try:
            body, _ = self.fetch(f"{origin}/robots.txt")
        except (Again, SourceError):
            return None
        if is_html(body) or body.lstrip()[:1] in (b"{", b"["):
            return None
        rules = urllib.robotparser.RobotFileParser()
        rules.parse(body[:500_000].decode("utf-8", "replace").splitlines())
        return rules


def forget_old_spools(area: Path) -> None:
    """Remove spools that no run came back to."""
    for spool in area.glob(".spool-*"):
        with contextlib.suppress(OSError):
            if time.time() - spool.stat().st_mtime > SPOOL_DAYS * 86400:
                shutil.rmtree(spool, ignore_errors=True)
