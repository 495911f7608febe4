"""One board is one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.ingest.http import Page, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """The jobs of the board at `.../boards/<board>`."""
    board = base_url.partition("?")[0].rstrip("/").removesuffix("/jobs")
    yield client.page(join(board, "jobs?content=true"), f"{board.rsplit('/', 1)[-1]}.json", expect=dict, holds="jobs")
