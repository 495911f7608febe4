"""sample_harbor keeps places as objects and pay in cents; both become text that says the same to any reader."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """Places as "Austin, TX, United States" and pay in full units; other shapes are passed on."""
    pay = raw.get("pay")
    pay = pay if isinstance(pay, dict) else {}
    places = raw.get("locations")
    return {
        "locations": [place_text(place) for place in places] if isinstance(places, list) else places,
        "salary_min": units(pay.get("min_cents")),
        "salary_max": units(pay.get("max_cents")),
    }


def place_text(place: Any) -> Any:
    """City, region and country joined by commas, without those that are missing."""
    if not isinstance(place, dict):
        return place
    parts = (place.get("city"), place.get("region"), country(str(place.get("country") or "")))
    return ", ".join(str(part) for part in parts if part)


@cache
def country(code: str) -> str:
    """A country's name, since CA and DE alone could be California and Delaware; an unknown code as it is."""
    names: dict[str, str] = dict(Locale("en").territories)
    return names.get(code, code)


def units(cents: Any) -> Any:
    """An amount of cents in full units: 12050 is 120.5; anything but a whole number as it is."""
    return str(Decimal(cents) / 100) if isinstance(cents, int) and not isinstance(cents, bool) else cents
