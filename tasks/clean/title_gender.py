"""Titles in one form for everybody: gender marks taken away, doublets put into the masculine, which the French list first.

Plain functions from text to text, each linear in a title's length; tasks/clean/title_marks.py makes rules of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.title_text import REMEMBERED, words_in

# One of these words stands in every mark of gender.
GENDER_WORDS = frozenset(("h", "f", "m", "w", "d", "x", "hf", "fh", "gn", "gender", "genders", "geschlechter"))
BRACKETED_GENDER = (
    r"[(\[]\s*(?:all genders?|gn|w/m|m/w|m/f|f/m|h/f|f/h|h-f|f-h|hf|fh|x/f/m"
    r"|[mwfdhxiv](?:\s?[/|*,.:-]\s?[mwfdhxiv]){1,3}|alle? geschlechter)"
    r"(?:[/|*-](?:d|x|div(?:ers|\.)?|i|inter|nb|non-binary))?\s*[)\]]"
)
OPEN_GENDER = r"(?<![\w/])(?:[HMWF]\s?/\s?[HMWF](?:\s?/\s?(?:[DX]|NB))?|d/f/m|H-F|F-H)(?![\w/])"
GENDERS = re.compile(rf"\s*[-–—,|/]?\s*(?:{BRACKETED_GENDER}|{OPEN_GENDER})", re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def without_gender(title: str) -> str:
    """A title without "(H/F)", "(m/w/d)", "F/M/X"."""
    if GENDER_WORDS.isdisjoint(words_in(title)) or not GENDERS.search(title):
        return title
    return " ".join(GENDERS.sub(" ", title).split()).strip(" -–—,|/")


FEMININE_ENDINGS = frozenset(
    ("trice", "rice", "euse", "ère", "ive", "ve", "fe", "se", "le", "ienne", "ne", "e", "ée", "eure", "ière")
)
FEMININE = (
    ("eur", "euse"), ("eur", "eure"), ("teur", "trice"), ("ien", "ienne"), ("er", "ère"), ("é", "ée"), ("ant", "ante"),
    ("ent", "ente"), ("if", "ive"), ("on", "onne"), ("eux", "euse"), ("el", "elle"), ("al", "ale"), ("ier", "ière"),
    ("at", "ate"), ("in", "ine"), ("f", "ffe"), ("", "e"),
)  # fmt: skip
ATTACHED_WORDS = FEMININE_ENDINGS | {"s", "es"}
ATTACHED = re.compile(
    r"(?<=[a-zé])(?:\((?:e|euse|trice|rice|ne|ère|fe|se|ive|ve|le|s|es)\)|(?<=[a-zé]{2})[·.](?:e|ne|trice|rice|euse|ère|fe|ive|ve)\b"
    r"(?:[·.]s\b)?)|(?<=eur)-(?:rice|trice|euse|e)\b|(?<=ien)-ne\b|(?<=[a-zé]{3})-e\b|(?<=f)-(?:fe|ive|ve)\b",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"^(?:UN\s?/\s?UNE|[Uu]n\s?/\s?[Uu]ne|[Uu]ne?)\s+(?=\w{3})")
ENDING = frozenset("eE),")
ENDS_IN_E = re.compile(r"[eE]\b")
SLASH = re.compile(r"(\s*/\s*)")


@lru_cache(maxsize=REMEMBERED)
def masculine(title: str) -> str:
    """A title with French doublets in the masculine: "Développeur / Développeuse web" -> "Développeur web"."""
    if not ATTACHED_WORDS.isdisjoint(words_in(title)):
        title = ATTACHED.sub("", title)
    if title[:2] in ("Un", "un", "UN"):
        title = ARTICLE.sub("", title)
    if "/" not in title or not ENDS_IN_E.search(title):  # as every feminine does
        return title
    pieces = SLASH.split(title)
    out = pieces[0]
    for slash, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        merged = merge(out.split(" "), piece.split(" "))
        out = f"{out}{slash}{piece}" if merged is None else merged
    return out


def merge(left: list[str], right: list[str]) -> str | None:
    """Both sides of a slash as one title, where the right begins with what the left ends with in the other gender."""
    most = min(len(left), len(right), 4)
    if not any(word[-1:] in ENDING for word in (*left[-most:], *right[:most])):
        return None
    for count in range(most, 0, -1):
        pairs = list(zip(left[-count:], right[:count], strict=True))
        if any(a.lower() != b.lower() for a, b in pairs):
            if all(a.lower() == b.lower() or is_feminine(a, b) for a, b in pairs):
                return " ".join([*left, *right[count:]])
            if all(a.lower() == b.lower() or is_woman_of(b, a) for a, b in pairs):
                return " ".join([*left[:-count], *right])
    return None


def is_feminine(man: str, woman: str) -> bool:
    """Whether the second word is the feminine of the first, or its ending: "Agent / Agente", "Coiffeur/euse"."""
    a, b = man.lower().strip("(),"), woman.lower().strip("(),")
    return len(a) > 3 and a != b and (b in FEMININE_ENDINGS or is_woman_of(man, woman))


def is_woman_of(man: str, woman: str) -> bool:
    """Whether the second word is the feminine of the first: "Agent / Agente"."""
    a, b = man.lower().strip("(),"), woman.lower().strip("(),")
    return len(a) > 3 and any(a.endswith(m) and b == a[: len(a) - len(m)] + f for m, f in FEMININE)
