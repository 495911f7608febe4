"""The page on which one applies, as the applicant system behind it numbers it: two listings that lead there are one opening.

Feeds that copy listings from each other seldom agree on a title's or a place's wording, but they link to the employer's own
page. Addresses differ all the same (tracking, language, "/apply"), so that systems and their numbers are compared, not
addresses. What system writes which addresses is data: lookups/application_systems.csv, each line with its example.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from tasks.dedupe.words import rows

LONGEST = 1_000  # characters of an address that count
SCHEME = re.compile(r"^https?://(?:[^/?#@]*@)?(?P<host>[^/:?#]+)(?::\d+)?(?P<rest>[^#]*)", re.IGNORECASE)


class System(NamedTuple):
    """How an applicant system writes addresses; `mark` stands in every one of them."""

    name: str
    mark: str
    pattern: re.Pattern[str]


@cache
def systems() -> tuple[System, ...]:
    """All systems that are known, in the order in which they are tried."""
    return tuple(
        System(row["system"], row["mark"], re.compile(row["pattern"], re.IGNORECASE))
        for row in rows("application_systems")
    )


def marks() -> str:
    """A regular expression (RE2) that finds the addresses worth reading."""
    return "(?i)" + "|".join(sorted({re.escape(system.mark) for system in systems()}))


def application(url: str) -> str:
    """System, with the employer's account where numbers are only unique there, and number; '' for any other address."""
    parts = SCHEME.match(url[:LONGEST])
    if not parts:
        return ""
    address = parts["host"].lower() + unquote(parts["rest"])
    low = address.lower()
    for system in systems():
        if system.mark in low and (found := system.pattern.search(address)):
            tenant = found.groupdict().get("tenant")
            return f"{system.name}/{tenant.lower()} {found['id']}" if tenant else f"{system.name} {found['id']}"
    return ""
