"""Text folded for comparison, and the word lists of matching (lookups/*.csv)."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "lookups"
WORD = re.compile(r"[^\W_]+")
LONGEST = 400  # characters of a title, company or place that matching looks at; the rest is noise or an attack

# Latin letters that do not decompose into a base letter and a mark.
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)


def fold(text: str) -> str:
    """Lower case, Latin accents and width variants folded; other scripts keep their letters."""
    bounded = text[:LONGEST]
    if bounded.isascii():
        return bounded.lower()
    decomposed = unicodedata.normalize("NFKD", bounded.casefold())
    bare = "".join(c for c in decomposed if not "̀" <= c <= "ͯ")
    return unicodedata.normalize("NFC", bare).translate(UNDECOMPOSED)


def plainly(text: str) -> str:
    """A text word for word: folded, letters and digits only, one space between words."""
    return " ".join(WORD.findall(fold(text)))


def singular(word: str) -> str:
    """An English plural's singular as far as its ending tells; applied to both sides of a comparison."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@cache
def rows(name: str) -> list[dict[str, str]]:
    """All rows of lookups/<name>.csv. Raises FileNotFoundError for an unknown name."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
