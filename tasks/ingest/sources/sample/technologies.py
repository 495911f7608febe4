"""Technologies as bits: a text's technologies are one integer, so that putting lines together costs an `or`."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def table(name: str) -> list[dict[str, str]]:
    """All rows of texts/<name>.csv as dictionaries of text."""
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


WRITTEN: dict[str, tuple[str, ...]] = {r["technology"]: tuple(r["written"].split(";")) for r in table("technologies")}
IDS: tuple[str, ...] = tuple(WRITTEN)
BIT: dict[str, int] = {name: 1 << n for n, name in enumerate(IDS)}


@cache
def names(bits: int) -> tuple[str, ...]:
    """The technologies of a mask, in the order of the table."""
    return tuple(name for n, name in enumerate(IDS) if bits >> n & 1)
