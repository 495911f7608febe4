"""Parts of a long text around the few words that matter, so that careful patterns never see the rest of it."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.words import BATCH, asked_for, narrow, words


def cues(*words: str) -> tuple[bytes, ...]:
    """Words to be looked for by `near`, in lower case. Letters beyond Latin-1 cannot be part of them."""
    return tuple(word.encode("latin-1") for word in words)


WATCHED: set[bytes] = set()  # every word that some field looks for, filled while the field files are imported

Table = dict[bytes, tuple[bytes, ...]]


def table(cues_of: Table) -> Table:
    """A field's cues, each under the word (`words.words`) that a text must have for them to be looked for at all."""
    watch(frozenset(cues_of))
    return cues_of


def watched(said: bytes) -> frozenset[bytes]:
    """Words, apart by spaces, that a field tests a text for."""
    return watch(frozenset(said.split()))


def watch(said: frozenset[bytes]) -> frozenset[bytes]:
    """`said`, whose words `watched_words` tells from now on."""
    WATCHED.update(asked_for(said))
    watched_words.cache_clear()
    return said


@lru_cache(maxsize=BATCH)
def watched_words(text: str) -> frozenset[bytes]:
    """Those of the watched words that a text has: a few, at hand for all fields, where its words are a hundred."""
    return words(text) & WATCHED


def called(text: str, cues_of: Table) -> tuple[bytes, ...]:
    """The cues worth looking for in a text. One with no word of the table costs half a microsecond."""
    here = cues_of.keys() & watched_words(text)
    if len(here) < 2:
        return cues_of[here.pop()] if here else ()
    return tuple({cue for word in here for cue in cues_of[word]})


def says(text: str, said: frozenset[bytes]) -> bool:
    """Whether a text has one of some watched words."""
    return not said.isdisjoint(watched_words(text))


def near(text: str, looked_for: tuple[bytes, ...], before: int, after: int, most: int = 12) -> list[str]:
    """The parts of `text` around every occurrence of a cue: `before` characters ahead to `after` behind its beginning.

    Parts that touch are one; case does not matter, and a line break is a space; at most `most` occurrences of a cue are looked at. Searching one
    byte a character for a handful of literals costs some ten microseconds in 2 kB, one compiled alternation fifty.
    """
    if not looked_for:
        return []
    low = narrow(text)
    spans: list[tuple[int, int]] = []
    for word in looked_for:
        at = low.find(word)
        for _ in range(most):
            if at < 0:
                break
            spans.append((max(0, at - before), at + after))
            at = low.find(word, at + len(word))
    spans.sort()
    parts: list[str] = []
    begin = end = -1
    for first, high in spans:
        if first > end:
            if end >= 0:
                parts.append(text[begin:end])
            begin, end = first, high
        else:
            end = max(end, high)
    if end >= 0:
        parts.append(text[begin:end])
    return parts


def has(text: str, parts: tuple[str, ...]) -> bool:
    """Whether a text has one of some parts; half the cost of `any` with a generator."""
    for part in parts:  # noqa: SIM110
        if part in text:
            return True
    return False


WRAPPED = re.compile(r"(?<=[\w,])\n(?=[a-z])")


def unwrapped(part: str) -> str:
    """A part of a text with the lines that go on in lower case joined: feeds of wrapped mail break sentences anywhere."""
    return WRAPPED.sub(" ", part) if "\n" in part else part
