"""What the fields that read a text share: its bytes in lower case, its distinct words, and whether something stands in an address."""

from __future__ import annotations

import re
from functools import lru_cache

BATCH = 1024
"""Texts whose words are kept: each field reads a batch in turn, and a text's words are asked for by five of them."""

# Bytes of ASCII letters in lower case and of digits; everything else, and so every letter that is not ASCII, parts words.
WORD_BYTES = bytes(ord(chr(b).lower()) if b < 128 and chr(b).isalnum() else 32 for b in range(256))


SHORT = 300  # characters; titles and lists of skills are kept apart, so that they do not push texts out
LONG = 30_000  # characters; what no posting has is read again rather than kept
VOCABULARY: set[bytes] = set()
"""The words that some field asks for; no others are kept of a text, which halves what it costs to tell its words."""


def asked_for(each: frozenset[bytes]) -> frozenset[bytes]:
    """`each`, whose words `words` tells from now on: a field says so once, where it is defined."""
    VOCABULARY.update(each)
    words_of_text.cache_clear()
    words_of_title.cache_clear()
    return each


def words(text: str) -> frozenset[bytes]:
    """The words of `text` that were `asked_for`, in lower case: ASCII letters and digits; `c++`, `.net` are `c`, `net`."""
    return words_of_title(text) if len(text) < SHORT else words_of_text(text)


def known_words(text: str) -> frozenset[bytes]:
    """What `words` keeps."""
    return frozenset(VOCABULARY.intersection(narrow(text).translate(WORD_BYTES).split()))


def narrow(text: str) -> bytes:
    """`text` in lower case at one byte a character, for literals to be looked for: positions are those of the text.

    A line break is a space, a character beyond Latin-1 a question mark, and only ASCII letters change their case. Made once
    for all fields; lower case alone costs five times as much where a text has one curly quote in it.
    """
    return narrow_text(text) if SHORT <= len(text) < LONG else narrowed(text)


def narrowed(text: str) -> bytes:
    """What `narrow` keeps."""
    return text.encode("latin-1", "replace").lower().replace(b"\n", b" ")


narrow_text = lru_cache(maxsize=BATCH)(narrowed)
words_of_text = lru_cache(maxsize=BATCH)(known_words)
words_of_title = lru_cache(maxsize=4 * BATCH)(known_words)


JOINED = frozenset("/.-_@=?&#%:+~")
BLANK = frozenset(("", " ", "\n"))
ADDRESS = re.compile(r"://|@|www\.|\.(?:com|org|io|co|ai|dev|fr|de|uk)\b", re.I)
PARTS = re.compile(r"[\s()<>|,;\"'\[\]]")


def in_address(text: str, start: int, end: int) -> bool:
    """Whether what stands at `start` to `end` is a part of a web or mail address: that says nothing of the job."""
    if start == 0 or text[start - 1] not in JOINED:
        sign = text[end : end + 1]
        if not sign or sign not in JOINED or (sign != "@" and text[end + 1 : end + 2] in BLANK):
            return False
    low = max(0, start - 150)
    begin = max(text.rfind(" ", low, start), text.rfind("\n", low, start)) + 1
    joined = text[max(low, begin) : end + 60]
    if "." not in joined and "@" not in joined and "://" not in joined:
        return False
    if not ADDRESS.search(joined):
        return False
    before, after = text[low:start], text[end : end + 60]
    around = PARTS.split(before)[-1] + "\0" + PARTS.split(after, maxsplit=1)[0]
    return ADDRESS.search(around) is not None
