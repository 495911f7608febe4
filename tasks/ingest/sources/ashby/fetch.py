"""One board is one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.ingest.http import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """The jobs of the board at `.../job-board/<board>`."""
    board = base_url.partition("?")[0].rstrip("/")
    name = f"{board.rsplit('/', 1)[-1]}.json"
    yield client.page(f"{board}?includeCompensation=true", name, expect=dict, holds="jobs")
