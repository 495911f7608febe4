"""sample_fjord keeps city and country apart; together they are one place."""

from __future__ import annotations

from typing import Any


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The place as "Lyon (69), France"; the country alone where the city is missing."""
    parts = [part for part in (raw.get("city"), raw.get("country")) if part]
    return {"locations": [", ".join(str(part) for part in parts)] if parts else None}
