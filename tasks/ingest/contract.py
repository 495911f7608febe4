"""The contract of a source: what the `checks` of its source.yml promise, read once and refused where it makes no sense.

Required columns stand beside it (`required`), as splitting holds them. What is promised here is tested in every run,
before anything of the source is loaded (tasks/validate/sources.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasks.ingest.form import FORM, LISTS

# Cleaned fields whose absence may be limited and is watched.
FIELDS = (
    "title", "company", "url", "language", "locations", "country", "seniority", "role_family", "employment_type",
    "workplace", "salary", "posted_on", "description",
)  # fmt: skip

# What a raw value must look like, whole, to be of a type. RE2 patterns: linear in the value, whatever it holds.
TYPES = {
    "number": r"[-+]?[0-9][0-9.,]*([eE][-+]?[0-9]+)?",
    "integer": r"[-+]?[0-9]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?",
    "epoch": r"[0-9]{9,13}(\.[0-9]+)?",
    "flag": r"(?i)true|false|yes|no|0|1",
    "url": r"https?://[^\s]+",
    "words": r"(?s).*\pL.*",
}
TYPED = tuple(name for name in FORM if name not in LISTS and not name.endswith("_hint"))

# The breakers by name; tasks/validate/breakers.py says what each does, its thresholds and why.
BREAKERS = (
    "rows", "missing", "salary", "text", "title_length", "age", "language", "country", "employment_type", "workplace", "role_family",
    "currency", "pay_period", "one_value", "duplicates", "refused", "closures", "arrivals", "changed",
)  # fmt: skip
LEVELS = ("off", "warning", "critical")
KEYS = ("rows", "null_rate", "types", "freshness", "breakers")

Wrong = Callable[[str, str], Exception]  # (what, next step) -> the error to raise


@dataclass(frozen=True)
class Contract:
    """The promises of one source. What is None or empty is not promised."""

    rows: tuple[int, int] | None = None  # fewest and most records of a day
    null_rate: dict[str, float] = field(default_factory=dict)  # cleaned field: highest share that may be missing
    types: dict[str, str] = field(default_factory=dict)  # column of the form: type of its raw values
    freshness: int | None = None  # days: the newest posting of a capture is no older
    breakers: dict[str, str] = field(default_factory=dict)  # breaker: off, warning or critical, where not as usual
    measured: bool = True  # False: its past is no measure for it, no breaker is judged

    def severity(self, breaker: str, usual: str) -> str:
        """The severity of a breaker for this source; `off` where it is not judged."""
        return self.breakers.get(breaker, usual) if self.measured else "off"


def read_contract(given: Any, wrong: Wrong) -> Contract:
    """The contract that `checks` states. Raises what `wrong` makes of the first mistake, naming the key at fault."""
    checks = as_mapping("checks", given, wrong)
    known("checks", checks, KEYS, wrong)
    breakers = checks.get("breakers", True)
    return Contract(
        rows=read_rows(checks["rows"], wrong) if "rows" in checks else None,
        null_rate=read_rates(checks.get("null_rate", {}), wrong),
        types=read_types(checks.get("types", {}), wrong),
        freshness=read_days(checks["freshness"], wrong) if "freshness" in checks else None,
        breakers={} if isinstance(breakers, bool) else read_breakers(breakers, wrong),
        measured=breakers is not False,
    )


def as_mapping(name: str, given: Any, wrong: Wrong) -> dict[str, Any]:
    """A mapping, its keys as text."""
    if not isinstance(given, dict):
        raise wrong(f"{name} is {given!r}, which is not a mapping", f"Write {name}: {{key: value}}")
    return {str(key): value for key, value in given.items()}


def known(what: str, given: dict[str, Any], allowed: tuple[str, ...], wrong: Wrong) -> None:
    """Refuse keys that mean nothing, saying which do."""
    for name in given:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise wrong(f"{what} has an unknown key {name!r}", f"{hint}Allowed: {', '.join(allowed)}")


def read_rows(given: Any, wrong: Wrong) -> tuple[int, int]:
    """`[fewest, most]`, whole numbers in order."""
    good = isinstance(given, list) and len(given) == 2 and all(type(bound) is int for bound in given)
    if not good or not 0 <= given[0] <= given[1] or given[1] == 0:
        raise wrong(f"checks.rows is {given!r}", "Write [fewest, most], whole numbers, the lower first: [1, 5000]")
    return given[0], given[1]


def read_rates(given: Any, wrong: Wrong) -> dict[str, float]:
    """A share from 0 to 1 a field."""
    rates = as_mapping("checks.null_rate", given, wrong)
    known("checks.null_rate", rates, FIELDS, wrong)
    for name, share in rates.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise wrong(f"checks.null_rate.{name} is {share!r}", "Write the highest share that may be missing: 0 to 1")
    return {name: float(share) for name, share in rates.items()}


def read_types(given: Any, wrong: Wrong) -> dict[str, str]:
    """A type a column of the form."""
    types = as_mapping("checks.types", given, wrong)
    known("checks.types", types, TYPED, wrong)
    for name, kind in types.items():
        if not isinstance(kind, str) or kind not in TYPES:
            raise wrong(f"checks.types.{name} is {kind!r}", f"Allowed: {', '.join(TYPES)}")
    return types


def read_days(given: Any, wrong: Wrong) -> int:
    """A whole number of days."""
    if type(given) is not int or given < 1:
        raise wrong(f"checks.freshness is {given!r}", "Write a whole number of days, 1 or more")
    return given


def read_breakers(given: Any, wrong: Wrong) -> dict[str, str]:
    """A level a breaker; YAML reads a bare `off` as false."""
    levels = as_mapping("checks.breakers", given, wrong)
    known("checks.breakers", levels, BREAKERS, wrong)
    for name, level in levels.items():
        if level is not False and level not in LEVELS:
            raise wrong(f"checks.breakers.{name} is {level!r}", f"Allowed: {', '.join(LEVELS)}")
    return {name: "off" if level is False else str(level) for name, level in levels.items()}
