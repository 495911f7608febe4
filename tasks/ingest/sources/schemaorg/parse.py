"""schema.org lets most properties be one thing or a list of things."""

from __future__ import annotations

from typing import Any


def first(value: Any) -> dict[str, Any]:
    """The first object of a list, or the object itself."""
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, dict)), None)
    return value if isinstance(value, dict) else {}


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The organisation, named or bare, and every place."""
    organisation = raw.get("hiringOrganization")
    name = organisation if isinstance(organisation, str) else first(organisation).get("name")
    places = raw.get("jobLocation")
    found = [place(each) for each in (places if isinstance(places, list) else [places]) if isinstance(each, dict)]
    return {
        "company": name or first(organisation).get("organizationName"),
        "locations": [each for each in found if each],
    }


def place(value: dict[str, Any]) -> str | None:
    """City, region and country of one place as the page writes them."""
    address = value.get("address")
    if isinstance(address, str):
        return address
    address = first(address)
    country = address.get("addressCountry") or address.get("countryCode")
    if isinstance(country, dict):
        country = country.get("name")
    whole = address.get("fullText")
    if isinstance(whole, str) and whole:
        return f"{whole}, {country}" if country else whole
    parts = [address.get("addressLocality"), address.get("addressRegion"), country]
    return ", ".join(part for part in parts if isinstance(part, str) and part) or None
