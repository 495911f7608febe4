"""When two values of a field say the same: the items of a value in a form in which spelling does not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tasks.ingest.sources.sample.technologies import table

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = (
    *("language", "company", "is_agency", "titles", "seniority", "role_family", "employment_type", "workplace"),
    *("locations", "salary", "technologies", "deep_learning", "machine_learning", "posted_on", "requisition"),
)


LEGAL = frozenset("inc llc ltd limited corp plc gmbh ag co kg sas sa sarl ab bv b v a s pty".split())  # noqa: SIM905
SAME_WORD = {"sr": "senior", "jr": "junior", "and": ""}
NOT_A_WORD = re.compile(r"[^\w\s+#.]|_")


@lru_cache(maxsize=100_000)
def words(text: str) -> str:
    """Lower case, without accents and punctuation; + # . stay, as in C++, C# and .NET."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("&", " and "))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(NOT_A_WORD.sub(" ", kept).split())


@lru_cache(maxsize=100_000)
def company(text: str) -> str:
    """A company without its legal form."""
    kept = words(text.replace(".", " ")).split()
    return " ".join(w for w in kept if w not in LEGAL).removesuffix(" and") or " ".join(kept)


@lru_cache(maxsize=100_000)
def title(text: str) -> str:
    """A title with its usual abbreviations written out."""
    return " ".join(filter(None, (SAME_WORD.get(w, w) for w in (w.rstrip(".") for w in words(text).split()))))


CITIES = {words(other): words(r["city"]) for r in table("places") for other in r["written"].split(";") if other}


def place(value: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """City in one spelling, region where regions count, country."""
    city = words(value.get("city") or "")
    region = value.get("region") if value.get("country") in ("US", "CA", "AU") else None
    return CITIES.get(city, city) or None, region or None, value.get("country")


def pay(value: dict[str, Any]) -> tuple[float | None, float | None, str | None, str | None]:
    """An offer, amounts to the cent."""
    low, high = (None if value.get(k) is None else round(float(value[k]), 2) for k in ("min", "max"))
    return low, high, value.get("currency"), value.get("period")


ALIKE: dict[str, Callable[[Any], Any]] = {
    "company": company, "titles": title, "locations": place, "salary": pay, "posted_on": lambda day: str(day)[:10],
}  # fmt: skip


def items(field: str, value: Any) -> frozenset[Any]:
    """A value as a set of comparable items; nothing said, or no, is the empty set."""
    if value is None or value is False:
        return frozenset()
    many = value if isinstance(value, list | tuple) else [value]
    alike = ALIKE.get(field)
    return frozenset(alike(v) if alike else v for v in many if v is not None)
