"""One site is one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.ingest.http import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """The postings of the site at `.../postings/<site>`."""
    site = base_url.partition("?")[0].rstrip("/")
    yield client.page(f"{site}?mode=json", f"{site.rsplit('/', 1)[-1]}.json", expect=list)
