"""The patterns of role families, tried only on the words they can begin at.

A title has three or four words and the table some seven hundred alternatives. Each alternative begins with letters that
can be told from its pattern, so that a word is tried against the dozen that begin as it does.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.pattern_starts import KNOWN, alternatives, beginnings

WORD = re.compile(r"\w+")


class Pattern(NamedTuple):
    """One alternative of the table: its place in the order, its regular expression, its family."""

    rank: int
    source: str
    family: str
    edged: bool  # begins at the edge of a word
    literal: str  # all that it says, where it is letters between edges; most are, and need no regular expression
    closed: bool  # ends at the edge of a word


@cache
def families() -> tuple[Pattern, ...]:
    """Every alternative of lookups/role_families.csv for small letters, in the order in which they decide."""
    return tuple(
        Pattern(rank, part, row["family"], part.startswith((r"\b", "^")), literal_of(part), part.endswith(r"\b"))
        for rank, row in enumerate(rows("role_families"))
        for part in alternatives(row["pattern"])
    )


LITERAL = re.compile(r"\\b([^\W\d_]+(?: [^\W\d_]+)*)(?:\\b)?")


def literal_of(source: str) -> str:
    """The letters of a pattern that is nothing but letters behind a word's edge; "" for any other."""
    found = LITERAL.fullmatch(source)
    return found[1] if found else ""


def hit_at(pattern: Pattern, low: str, start: int) -> str | None:
    """What a pattern matches at or, if it needs no edge, behind `start`."""
    if pattern.literal:
        end = start + len(pattern.literal)
        closed = not pattern.closed or not (low[end : end + 1].isalnum() or low[end : end + 1] == "_")
        return pattern.literal if closed and low.startswith(pattern.literal, start) else None
    expression = compiled(pattern.source)
    found = expression.match(low, start) if pattern.edged else expression.search(low, start)
    return found[0] if found else None


@cache
def compiled(source: str) -> re.Pattern[str]:
    """A pattern, made when a title first asks for it."""
    return re.compile(source)


@cache
def index() -> tuple[dict[str, tuple[Pattern, ...]], tuple[tuple[str, Pattern], ...]]:
    """The patterns that begin at a word's edge by their first letters, and the others with theirs."""
    by_letters: dict[str, list[Pattern]] = {}
    anywhere: list[tuple[str, Pattern]] = []
    for pattern in families():
        for letters in beginnings(pattern.source):
            if pattern.edged:
                by_letters.setdefault(letters, []).append(pattern)
            else:
                anywhere.append((letters, pattern))
    return {letters: tuple(patterns) for letters, patterns in by_letters.items()}, tuple(anywhere)


@lru_cache(maxsize=32_768)
def tried_at(word: str) -> tuple[Pattern, ...]:
    """The patterns that may match at or, if they need no edge, within a word, in the order in which they decide."""
    edged, anywhere = index()
    found = [p for length in range(KNOWN + 1) if length <= len(word) for p in edged.get(word[:length], ())]
    found += [pattern for letters, pattern in anywhere if letters in word]
    return tuple(sorted(set(found)))


class Match(NamedTuple):
    """A family and the words that say so."""

    family: str
    words: str


@lru_cache(maxsize=32_768)
def match(text: str) -> Match | None:
    """The first family of the table that is found in a text, and its words in small letters."""
    low = text.lower()
    best, found = len(rows("role_families")), None
    for word in WORD.finditer(low):
        start = word.start()
        for pattern in tried_at(word[0]):
            if pattern.rank >= best:
                break
            if pattern.literal and not low.startswith(pattern.literal, start):
                continue
            words = hit_at(pattern, low, start)
            if words is not None:
                best, found = pattern.rank, Match(pattern.family, words)
                break
    return found
