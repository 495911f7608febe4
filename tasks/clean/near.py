"""Parts of a long text around the few words that matter, so that careful patterns never see the rest of it."""

from __future__ import annotations

from collections.abc import Mapping


def cues(*words: str) -> tuple[bytes, ...]:
    """Words to be looked for by `near`, in lower case. Letters beyond Latin-1 cannot be part of them."""
    return tuple(word.encode("latin-1") for word in words)


def called(said: frozenset[bytes], table: Mapping[bytes, tuple[bytes, ...]]) -> tuple[bytes, ...]:
    """The cues worth looking for in a text whose words (`words.words`) are `said`: those that `table` has under one of them.

    The words of a text are known already, so that a text with none of them costs half a microsecond.
    """
    return tuple({cue for word in table if word in said for cue in table[word]})


def near(text: str, words: tuple[bytes, ...], before: int, after: int, most: int = 12) -> list[str]:
    """The parts of `text` around every occurrence of a cue: `before` characters ahead to `after` behind its beginning.

    Parts that touch are one; case does not matter; at most `most` occurrences of a cue are looked at. Searching one
    byte a character for a handful of literals costs some ten microseconds in 2 kB, one compiled alternation fifty.
    """
    if not words:
        return []
    narrow = text.encode("latin-1", "replace").lower()  # as long as the text: positions are the same
    spans: list[tuple[int, int]] = []
    for word in words:
        at = narrow.find(word)
        for _ in range(most):
            if at < 0:
                break
            spans.append((max(0, at - before), at + after))
            at = narrow.find(word, at + len(word))
    spans.sort()
    parts: list[str] = []
    begin = end = -1
    for low, high in spans:
        if low > end:
            if end >= 0:
                parts.append(text[begin:end])
            begin, end = low, high
        else:
            end = max(end, high)
    if end >= 0:
        parts.append(text[begin:end])
    return parts
