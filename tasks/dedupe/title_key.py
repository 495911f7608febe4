"""A title taken apart for matching: what the work is, at which level, at which grade of a ladder, for which term.

Two titles of one job differ in order, abbreviation, case and slogans; two jobs of one employer differ in level, grade,
term or one word of the core. So the core is a set of words, and the rest is kept apart to be compared on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from tasks.dedupe.words import fold, rows, singular

TOKEN = re.compile(r"[^\W\d_]+[+#]*|\d+")
GLUED = re.compile(r"c\+\+|c#|f#|\.net\b")
YEAR = re.compile(r"20[12]\d")
SEGMENT = re.compile(r"\s[-–—|:]\s|[,(\[]")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
# Written as one word, as two or with a hyphen: made one word, so that neither half can be taken for noise.
COMPOUND = re.compile(r"\b(full|front|back)[ -]?(stack|end)\b|\b(co)[ -](op)\b|\b(dev)[ -](ops)\b")
NOISE = re.compile(r"\b(?:full|part)[ -]time\b|\bon[ -]site\b|\ball genders\b|\b[mfwdhx](?:[/|][mfwdhx*])+\b")
COUNT = re.compile(r"^\W{0,3}\d{1,2}(?: ?[-–/] ?\d{1,2}){1,3} ")  # of people or months, not a grade: "1-2 engineers"
GRADES = 9
MAKERS = {
    "develop",
    "engineer",
    "hacker",
    "programmer",
    "software",
}  # one trade, as notices name it in one list and the next


class TitleKey(NamedTuple):
    """What a posting's titles say.

    `core`: sorted distinct words joined by a space; `head`: the core of what stands before the first dash, comma or
    bracket. `level` and `grade`: sorted alternatives joined by "/", one for each of several titles; "base" is a title
    without a level word, "0" one without a grade. `years` and `seasons` as in "Summer 2026", sorted, joined by a space.
    """

    core: str
    head: str
    level: str
    grade: str
    years: str
    seasons: str
    roles: tuple[str, ...]


@cache
def _meanings() -> dict[str, tuple[str, str]]:
    return {row["word"]: (row["kind"], row["means"]) for row in rows("title_words")}


def _tokens(title: str) -> list[str]:
    text = COMPOUND.sub(lambda m: "".join(filter(None, m.groups())), fold(title).replace("'", "").replace("’", ""))
    text = NOISE.sub(" ", COUNT.sub("", text))
    return TOKEN.findall(
        GLUED.sub(lambda m: " dotnet " if m.group() == ".net" else m.group() + " ", text.replace("/", " "))
    )


def title_key(titles: Iterable[str]) -> TitleKey:
    """The key of a posting's titles. Several titles share one core and offer each of their levels and grades."""
    keys = [_one(title) for title in titles]
    if len(keys) == 1:
        return keys[0]
    core = _together(k.core for k in keys)
    level, grade = ("/".join(sorted(set(each))) for each in ((k.level for k in keys), (k.grade for k in keys)))
    years, seasons = _together(k.years for k in keys), _together(k.seasons for k in keys)
    return TitleKey(core, core, level, grade, years, seasons, tuple(sorted({role for k in keys for role in k.roles})))


def _together(texts: Iterable[str]) -> str:
    return " ".join(sorted({word for text in texts for word in text.split()}))


def term(listed: str) -> tuple[str, str]:
    """(years, seasons) that a title names as the source listed it: cleaning drops "Summer 2026" from display titles."""
    key = _one(listed)
    return key.years, key.seasons


@cache
def _one(title: str) -> TitleKey:
    core: set[str] = set()
    level: set[str] = set()
    years: set[str] = set()
    seasons: set[str] = set()
    spare: list[str] = []  # words that say nothing, kept for a title that has no others
    grade = ""
    for token in _tokens(title):
        kind, means = _meanings().get(token, ("", ""))
        if kind == "level":
            level.add(means)
        elif kind == "season":
            seasons.add(means)
        elif kind == "noise":
            spare.append(token)
        elif kind == "form":
            core.update(means.split())
        elif token in ROMAN:
            grade = grade or ROMAN[token]
        elif token.isdigit():
            if YEAR.fullmatch(token):
                years.add(token)
            elif len(token) == 1 and int(token) <= GRADES:
                grade = grade or token
        else:
            core.add(singular(token))
    words = " ".join(sorted(core or level or set(spare)))
    first, *rest = SEGMENT.split(title, maxsplit=1)
    head = _one(first).core if rest and first.strip() else words
    return TitleKey(
        words, head, "+".join(sorted(level)) or "base", grade or "0", " ".join(sorted(years)), " ".join(sorted(seasons)),
        (_role(words),) if words else (),
    )  # fmt: skip


def _role(core: str) -> str:
    words = set(core.split())
    return " ".join(sorted(words - MAKERS | {"engineer"})) if words & MAKERS else core
