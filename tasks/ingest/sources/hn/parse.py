"""A comment's own page is told by its id."""

from __future__ import annotations

from typing import Any


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The address of the comment."""
    number = raw.get("id")
    return {"url": f"https://news.ycombinator.com/item?id={number}" if isinstance(number, int) else None}
