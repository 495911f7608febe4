"""Titles on which no step has anything left to do: most of them, so that this is asked before any rule is tried."""

from __future__ import annotations

from functools import lru_cache

from tasks.clean.text import plain_text
from tasks.clean.title_calls import is_slogan, without_contact, without_slogans
from tasks.clean.title_gender import ATTACHED_WORDS, GENDER_WORDS, masculine, without_gender
from tasks.clean.title_parts import without_dates, without_pay, without_requisition, without_workplace
from tasks.clean.title_places import without_company, without_places
from tasks.clean.title_text import REMEMBERED, cues, tidy, without_ornaments, words_in

NOWHERE: frozenset[str] = frozenset()


def readable(text: str) -> str:
    """A text on one line, entities decoded and encoding repaired."""
    if "&" in text or "<" in text or not text.isascii():
        text = plain_text(text)
    return " ".join(text.split())


STEPS = (
    readable,
    without_contact,
    without_gender,
    masculine,
    without_ornaments,
    without_requisition,
    without_dates,
    without_workplace,
    without_pay,
    without_slogans,
    tidy,
)


def settled(title: str, own: frozenset[str], company: str) -> str:
    """A title after as many passes of all steps as find something; "" where nothing is left of it. There
    are no more of them than words: what stands at an edge several times goes one by one.

    `own` are the folded names of the places that the record lists, `company` its employer.
    """
    for _ in range(len(title.split()) + 1):
        before = title
        for step in STEPS:
            title = step(title)
        title = without_company(without_places(title, own), company)
        if title == before:
            break
    return title if any(map(str.isalnum, title)) else ""


SIMPLE_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz /&.+#-")
LOOSE = (" -", "- ", "  ", ". ", "+ ")  # stand beside parts that are looked at one by one
MARKED_WORDS = GENDER_WORDS | ATTACHED_WORDS


def is_simple(title: str) -> bool:
    """Whether a title is words, some of them joined by a sign ("Front-End UI/UX Developer"), and holds no cue."""
    if (
        not SIMPLE_SIGNS.issuperset(title)
        or not title[:1].isalpha()
        or not (title[-1:].isalpha() or title[-2:] == "C#" or title[-3:] == "C++")
    ):
        return False
    plain = title[4:] if title[:4] in ("Sr. ", "Jr. ") else title
    if any(sign in plain for sign in LOOSE) or (title[-2:].isupper() and title[-3:-2] == "-"):
        return False
    words = words_in(title)
    if not cues().isdisjoint(words) or not MARKED_WORDS.isdisjoint(words):
        return False
    if "-" in title and is_slogan(title[title.rfind("-") + 1 :]):
        return False
    return "/" not in title or masculine(title) == title


@lru_cache(maxsize=REMEMBERED)
def is_settled(title: str) -> bool:
    """Whether no step finds anything in a title; the record's own places and employer are not looked for."""
    return is_simple(title) or settled(title, NOWHERE, "") == title


@lru_cache(maxsize=REMEMBERED)
def are_settled(titles: tuple[str, ...]) -> bool:
    """Whether no step finds anything in any of the titles."""
    return all(map(is_settled, titles))
