"""Ashby names the employer in the address only, and says remote by a word or by a flag."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The board's name as the company; the workplace, else `Remote` where the flag is set."""
    try:
        board = unquote(urlsplit(str(raw.get("jobUrl") or "")).path).strip("/").split("/")[0]
    except ValueError:
        board = ""
    word = raw.get("workplaceType")
    return {"company": board, "workplace": word or ("Remote" if raw.get("isRemote") is True else None)}
