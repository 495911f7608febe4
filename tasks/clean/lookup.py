"""Lookup tables of the rulebook: CSV files with a header, part of the rulebook version."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lookups"


@cache
def rows(name: str) -> list[dict[str, str]]:
    """All rows of lookups/<name>.csv as dictionaries of text. Raises FileNotFoundError for an unknown name."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
