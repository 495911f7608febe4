"""The values that cleaning yields beyond text: places and pay. All hashable, so that they can be remembered."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Somewhere a job may be done. `country` is ISO 3166-1 alpha-2; `region` the subdivision code in US, CA and AU."""

    city: str | None
    region: str | None
    country: str | None


class Pay(NamedTuple):
    """One offer of base pay in full units: 120k is 120000. `period` is hour, day, week, month or year."""

    min: float | None
    max: float | None
    currency: str | None
    period: str | None
