"""The city writes its work locations as addresses: a street without a town is in New York City."""

from __future__ import annotations

import re
from typing import Any

# "100 Gold Street", "42-09 28th Street, 5th Fl": a number, a name and a street of the city's kinds, and no town after it.
# Roads and highways are left out: those are the city's reservoirs and dams, far upstate.
ADDRESS = re.compile(
    r"\d[\w-]{0,8}\s[\w .'&-]{1,40}?\b"
    r"(?:st|street|ave|avenue|broadway|lane|plaza|place|pl|blvd|boulevard|expway|expressway|square|world trade center)\.?"
    r"(?:,? (?:\d{1,2}(?:st|nd|rd|th)? )?(?:fl|floor)\.?(?: \d{1,2})?)?",
    re.IGNORECASE,
)


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """The work location, completed by its town where it is a bare street address of the city."""
    place = raw.get("Work Location")
    if isinstance(place, str) and ADDRESS.fullmatch(place.strip()[:80]):
        return {"locations": f"{place.strip()}, New York, NY"}
    return {}
