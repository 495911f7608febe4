"""Greenhouse escapes its HTML once more than HTML needs."""

from __future__ import annotations

import html
from typing import Any


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The description as HTML."""
    content = raw.get("content")
    return {"description": html.unescape(content)} if isinstance(content, str) and "&lt;" in content else {}
