"""Capture over HTTP: the pages of a source's fetch.py, or one address as it is, landed like files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tasks.errors import WinnowError
from tasks.ingest import landing
from tasks.ingest.capture import check_body, empty, moment_of
from tasks.ingest.hosts import safe_address
from tasks.ingest.http import Client, Page, bad_answer
from tasks.ingest.landing import Capture, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.source import Source

EXPECTED: dict[str, type | None] = {"json": object}


def capture_address(
    source: Source, url: str, home: Path, as_of: datetime | None, run_id: str, now: datetime
) -> list[Capture]:
    """Fetch and land what an address holds. With `capture_by: file` every page is a capture, else all together."""
    found: list[Capture] = []
    with Client(url, source.name, home, now) as client:
        if source.capture_by == "file":
            for page in pages(source, url, client):
                moment = moment_of(source, page.name, body=page.body) or as_of
                with Draft(home, source.name) as draft:
                    receive(source, draft, page, home)
                    found.append(land(source, draft, page.url, moment, run_id, now, [page.whole]))
        else:
            whole: list[bool] = []
            with Draft(home, source.name) as draft:
                for page in pages(source, url, client):
                    receive(source, draft, page, home)
                    whole.append(page.whole)
                if whole:
                    found.append(land(source, draft, safe_address(url), as_of, run_id, now, whole))
        if not found:
            raise empty(source, f"{safe_address(url)} has no pages")
        client.done()
    return found


def pages(source: Source, url: str, client: Client) -> Iterator[Page]:
    """What the source's own fetch.py yields, else the address itself."""
    if source.fetch is not None:
        try:
            yield from source.fetch.pages(url, client)
        except WinnowError:
            raise
        except Exception as problem:  # its own code met an answer that it was not written for: the others go on
            raise bad_answer(
                url, "fetch.py cannot read the answer", f"{type(problem).__name__}: {problem}"
            ) from problem
    else:
        name = PurePosixPath(urlsplit(safe_address(url)).path).name or "index"
        yield client.page(url, name, expect=EXPECTED.get(source.format))


def receive(source: Source, draft: Draft, page: Page, home: Path) -> None:
    """Check and write one page. Its records are of the file `<source>/<page>`."""
    check_body(source, page.name, page.body, home)
    draft.add(f"{source.name}/{page.name}", page.body, page.url)


def land(
    source: Source, draft: Draft, url: str, observed: datetime | None, run_id: str, now: datetime, whole: list[bool]
) -> Capture:
    """Finish a capture. Pages that may be cut off prove no absence: the capture is then partial."""
    moment = observed.isoformat() if observed else now.astimezone(UTC).date().isoformat()
    capture_id, sha256 = landing.identify(source.name, moment, [file.sha256 for file in draft.files])
    known = landing.find(draft.home, source.name, capture_id)
    if known is not None:
        return known
    return draft.land(
        Capture(
            capture_id=capture_id,
            source=source.name,
            url=url,
            fetched_at=now.astimezone(UTC),
            observed_at=(observed or now).astimezone(UTC),
            status="200" if all(whole) else "200 truncated",
            bytes=sum(file.bytes for file in draft.files),
            sha256=sha256,
            run_id=run_id,
            coverage=source.coverage if all(whole) else "partial",
            files=(),
        )
    )
