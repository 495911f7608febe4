"""What may be a name in a notice's header, and what is running text."""

from __future__ import annotations

from functools import cache

from tasks.clean.gazetteer import subdivisions
from tasks.clean.lookup import rows

LINKS = frozenset(("and", "or", "in", "of", "the", "to", "for", "a", "at"))
# Words of speech that begin names as well, where every word has its capital: "Hello Kelp", "My Kelp Works".
TITLED = frozenset(("my", "i", "hello", "here", "anyone"))
GREETED = frozenset(
    (
        "hn",
        "all",
        "everyone",
        "everybody",
        "there",
        "folks",
        "am",
        "need",
        "have",
        "we",
        "i",
        "hackernews",
        "hackernews!",
        "hacker",
        "hackers",
        "world!",
    )
)
FORMS = frozenset(("o.o.", "inc.", "ltd.", "llc.", "co.", "corp.", "gmbh.", "a.s.", "s.a."))  # what a name ends in


@cache
def not_names() -> frozenset[str]:
    """Words that begin no company's name in a header (lookups/not_names.csv)."""
    return frozenset(row["word"] for row in rows("not_names") if row["where"] != "text")


def is_sentence(text: str) -> bool:
    """Whether a piece is running text and not a name, a role or a place: long, with many small words."""
    words = text.split()
    if len(words) < 6:
        return False
    small = sum(w.islower() and w not in LINKS for w in words)
    return len(words) > 12 if small * 3 < len(words) else small * 2 > len(words) or len(words) > 9


def is_name(text: str) -> bool:
    """Whether a text can be an organisation's name: short, no sentence, not a pronoun."""
    text = text.strip()
    words = text.split()
    if len(text) == 2 and text.isascii() and text.lower() in subdivisions():
        return False
    if not words or ": " in text or text[-1] in ":?":
        return False
    if text[-1] == "." and words[-1][0].islower() and len(words) > 1 and words[-1] not in FORMS:
        return False
    if len(words) > 7 or len(text) > 60:
        return (
            len(words) < 13
            and len(text) < 100
            and words[0].lower() not in not_names()
            and all(w[0].isupper() or w in LINKS for w in words)
        )
    first = words[0].lower()
    if first in TITLED and len(words) > 1 and words[1].lower() not in GREETED:
        return all(w[0].isupper() or w[0].isdigit() for w in words)
    if first in not_names() or (first in ("the", "a") and len(words) == 1) or not any(map(str.isalnum, text)):
        return False
    return len(words) < 3 or any(w[0].isupper() or w[0].isdigit() or not w.isascii() for w in words)
