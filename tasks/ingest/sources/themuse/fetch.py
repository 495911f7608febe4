"""The Muse numbers its pages from 0 and says how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.ingest.http import Page, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client

PATH = "api/public/jobs"
MOST_PAGES = 100  # the service answers no page beyond 99


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """Every page in turn."""
    base = base_url if base_url.rstrip("/").endswith(PATH) else join(base_url, PATH)
    number = 0
    while number < MOST_PAGES:
        page = client.page(f"{base}?page={number}", f"page-{number:03d}.json", expect=dict, holds="results")
        yield page
        number += 1
        last = page.json().get("page_count")
        if not isinstance(last, int) or number >= last:
            return
