"""Lever spreads a posting's text over several fields, and names the employer in the address only."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """Opening, lists and closing part as one HTML text, and the site's name as the company."""
    lists = [each for each in raw.get("lists") or [] if isinstance(each, dict)]
    parts = [
        raw.get("description") or raw.get("descriptionPlain"),
        *(f"<h3>{each.get('text') or ''}</h3><ul>{each.get('content') or ''}</ul>" for each in lists),
        raw.get("additional") or raw.get("additionalPlain"),
    ]
    try:
        site = urlsplit(str(raw.get("hostedUrl") or "")).path.strip("/").split("/")[0]
    except ValueError:
        site = ""
    return {"description": "\n".join(part for part in parts if isinstance(part, str) and part), "company": site}
