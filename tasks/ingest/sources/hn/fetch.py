"""The threads of the account `whoishiring`: found by search, then fetched one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.ingest.http import Page, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.http import Client

THREAD = "who is hiring?"  # the account also asks who wants to be hired and who freelances
HITS = 100
MOST_PAGES = 50


def pages(base_url: str, client: Client) -> Iterator[Page]:
    """Every thread that the search lists, newest first."""
    for number in threads(base_url, client):
        yield client.page(join(base_url, f"api/v1/items/{number}"), f"{number}.json", expect=dict, holds="children")


def threads(base_url: str, client: Client) -> list[int]:
    """The ids of the hiring threads, newest first."""
    found: list[int] = []
    for page in range(MOST_PAGES):
        query = f"api/v1/search_by_date?tags=story,author_whoishiring&hitsPerPage={HITS}&page={page}"
        answer = client.page(join(base_url, query), f"search-{page:03d}.json", expect=dict, holds="hits").json()
        hits: list[dict[str, Any]] = answer["hits"]
        found += [int(hit["objectID"]) for hit in hits if THREAD in str(hit.get("title", "")).lower()]
        if page + 1 >= int(answer.get("nbPages") or 0) or not hits:
            break
    return found
