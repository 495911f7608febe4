"""Where a text names a technology: names, phrases, and everyday words in context. All of it is driven by lookups.

technologies.csv holds the closed list of ids and the names they go by, technology_glued.csv the names that are looked for
where words are stuck together. Everyday words are read by tasks/clean/technology_context.py.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.technology_context import CONTEXTS, RANK, SOFTWARE, denied, in_context
from tasks.clean.words import asked_for, in_address, narrow, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = rows("technologies")
ORDER = {name: at for at, name in enumerate(dict.fromkeys(row["id"] for row in NAMES))}


class Phrase(NamedTuple):
    """A name of several words: its words, its pattern and its id."""

    tokens: frozenset[bytes]
    pattern: re.Pattern[bytes]
    id: str


def pattern(name: str) -> re.Pattern[bytes]:
    """The regular expression of a phrase: its spaces may be written as a space, a hyphen, a dot or nothing."""
    return re.compile((re.escape(name).replace(r"\ ", "[ .-]?") + r"(?![a-z0-9+#])").encode())


LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
INSIDE = LETTERS | frozenset(b"+#")
PLUS = ord("+")
WORDS = {row["name"].encode(): row["id"] for row in NAMES if row["reading"] == "word"}
PHRASES: dict[bytes, list[Phrase]] = {}
for _row in NAMES:
    if _row["reading"] == "phrase":
        _tokens = [token.encode() for token in re.findall("[a-z0-9]+", _row["name"])]
        _phrase = Phrase(frozenset(_tokens), pattern(_row["name"]), _row["id"])
        PHRASES.setdefault(_tokens[0], []).append(_phrase)
        PHRASES.setdefault(b"".join(_tokens), []).append(_phrase._replace(tokens=frozenset()))
IDS = {row["name"]: row["id"] for row in NAMES if row["reading"] == "context"}

HEADS = asked_for(frozenset(WORDS) | frozenset(PHRASES) | frozenset(CONTEXTS))
asked_for(frozenset(token for phrases in PHRASES.values() for phrase in phrases for token in phrase.tokens))

GLUED_IDS = {row["name"]: row["id"] for row in rows("technology_glued")}
GLUED = re.compile("|".join(sorted(GLUED_IDS, key=len, reverse=True)))
PARTS_OF_NAMES = re.compile(
    r"(?:My|No|Postgre|Py)\Z|\A(?:Script|FX|Beans|Alchemy|L?[Ii]te\b|Server|Azure|DB\b|Native|JS\b|GraphX|Hub)"
)
MOST_GLUED = 5000  # such names that are looked at in one text
LONG_LINE = 600
"""Characters a line on average from which a text is taken to have lost its line breaks, and words their gaps with them."""


def ordered(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids once each, in the order of the closed list."""
    return tuple(sorted(set(ids), key=ORDER.__getitem__))


def named(text: str, level: int = 0) -> dict[str, str]:
    """Every technology that `text` names, and the words it was read from.

    `level` is what is known beforehand of how much it is about software (see `technology_context.Context`).
    """
    present = words(text)
    heads = present & HEADS
    found: dict[str, str] = {}
    if not heads:
        return found
    low = narrow(text)
    everyday = []
    for head in sorted(heads) if len(heads) > 1 else heads:
        if head in WORDS:
            if (name := WORDS[head]) not in found and as_word(text, low, head):
                found[name] = head.decode()
        elif head in CONTEXTS:
            everyday.append(head)
        if head in PHRASES:
            for phrase in PHRASES[head]:
                if phrase.id not in found and phrase.tokens <= present and (because := as_phrase(text, low, phrase)):
                    found[phrase.id] = because
    if everyday:
        if len(everyday) > 1:
            everyday.sort(key=RANK.__getitem__)
        software = 0 if SOFTWARE.isdisjoint(present) else 1
        for head in everyday:
            known = max(level, software, min(len(found), 2))
            if because := in_context(text, low, head, known, present):
                found.setdefault(IDS[head.decode()], because)
    return found


def as_word(text: str, low: bytes, name: bytes) -> bool:
    """Whether `name` stands in a text as a word of its own outside addresses."""
    size = len(name)
    at = low.find(name)
    while at >= 0:
        end = at + size
        if (
            (at == 0 or low[at - 1] not in LETTERS)
            and (end == len(low) or low[end] not in INSIDE or (low[end] == PLUS and low[end + 1 : end + 2] != b"+"))
            and not in_address(text, at, end)
            and not denied(low, at)
        ):
            return True
        at = low.find(name, end)
    return False


def as_phrase(text: str, low: bytes, phrase: Phrase) -> str | None:
    """The first place where a phrase stands in a text, outside words and addresses."""
    for found in phrase.pattern.finditer(low):
        at, end = found.span()
        if (at == 0 or low[at - 1] not in INSIDE) and not in_address(text, at, end) and not denied(low, at):
            return found[0].decode("latin-1")
    return None


def glued(text: str) -> Iterator[tuple[str, str]]:
    """Names in `text` that have a word stuck to them, before or behind."""
    for found in islice(GLUED.finditer(text), MOST_GLUED):
        before, after = text[max(0, found.start() - 8) : found.start()], text[found.end() : found.end() + 12]
        sticks = before[-1:].islower() or before[-1:] == ")" or (after[:1].isupper() and after[1:2].isalpha())
        if (
            sticks
            and not after[:1].islower()
            and not PARTS_OF_NAMES.search(before)
            and not PARTS_OF_NAMES.search(after)
        ):
            yield GLUED_IDS[found[0]], found[0] + after
