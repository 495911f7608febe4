"""One file holds all listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.ingest.http import Page, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """The list at `<base_url>/listings.json`, or at the address itself where it ends in .json."""
    url = base_url if base_url.partition("?")[0].endswith(".json") else join(base_url, "listings.json")
    yield client.page(url, "listings.json", expect=list)
