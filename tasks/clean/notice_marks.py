"""The marks in a piece of a notice's header: words of employment, workplace and pay, and those that say nothing.

Each word is looked up once (`bits_of`); only a piece with a word of a mark is searched with its pattern.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from tasks.clean.gazetteer import aliases, codes, countries, subdivisions, town_names
from tasks.clean.lookup import rows
from tasks.clean.roles import NARROW, head_parts, narrow, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

PAY = re.compile(
    r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD|R\$)\s?)\s?\d[\d.,]{0,12}\s?[kKmM]?\b|\b\d{2,3}\s?[kK]\b|\d\s?[€£]"
    r"|\bequity\b|\bsalary\b|\bcompetitive\b|/\s?h(?:ou)?r\b",
    re.IGNORECASE,
)
FIGURE = re.compile(r"[$€£¥₹]|\d ?[kK€£]|[A-Za-z]{3}\d|/ ?[hH]")  # of pay, or like it
NO_FIGURE = bytes(b for b in range(256) if b not in b"0123456789$/?\xa3\xa5")  # '?' stands for signs beyond Latin-1
EMPLOYMENT = re.compile(
    r"\b(?:full[\s-]?times?|part[\s-]?times?|contract(?:ors?|ing)?(?!\s+manage)|freelance(?:rs?)?|interns?(?:hips?)?"
    r"|co-?ops?|perm(?:anent)?|temp(?:orary)?|volunteers?|FTE?s?|W2|1099|C2C|CDI|CDD|apprentice(?:ship)?s?|seasonal)\b",
    re.IGNORECASE,
)
WORKPLACE = re.compile(
    r"\b(?:(?:no|not|non|100%|fully|partial(?:ly)?|semi)[\s-]{0,3})?(?:remote(?:ly)?|on-?\s?site|in[\s-]office|in[\s-]house"
    r"|hybrid|tele(?:commut\w{1,5}|work\w{0,3})|work from (?:home|anywhere)|wfh|distributed team|locals? only)\b",
    re.IGNORECASE,
)
# Without regard to case a pattern takes three times as long: texts are searched in small letters.
EMPLOYMENT_LOW, WORKPLACE_LOW = re.compile(EMPLOYMENT.pattern.lower()), re.compile(WORKPLACE.pattern.lower())
NOISE = re.compile(
    r"\b(?:visas?(?:\s+(?:help|support|assistance))?|h-?1b1?s?(?:\s+transfers?)?|relocat\w{1,5}|sponsor\w{0,5}|hiring|now|we(?:'|’)re|multiple|several|various"
    r"|many|numerous|open|positions?|roles?|openings?|jobs?|opportunit(?:y|ies)|YC\s?[SWF]'?\d{2,4}|Y ?Combinator"
    r"|no recruiters?|no agencies|recruiters?|agencies|please|apply)\b",
    re.IGNORECASE,
)
GLUE_WORDS = (
    "or|and|ok|okay|possible|preferred|only|available|welcome|friendly|considered|allowed|optional|also|a plus|for|the|right"
    "|candidates?|in|at|is|are|maybe|both|either|if|option|negotiable|possibility|us|to|work|some|can|be|within|with|type|of"
    "|based|position|as"
)
GLUE = re.compile(rf"\b(?:{GLUE_WORDS})\b|[&/+,;.:!()\[\]\-–—*]", re.IGNORECASE)
CRAFTS = frozenset(("craft", "level", "maybe"))
NOISE_WORDS = (
    "visa visas h1b h1b1 h1bs h 1b 1b1 hiring now we multiple several various many numerous open position positions role"
    " roles opening openings job jobs opportunity opportunities yc y combinator no recruiter recruiters agencies please"
    " apply relocate relocates relocation relocating relocations relocated sponsor sponsors sponsored sponsoring"
    " sponsorship sponsorships"
)
NICKNAME_WORDS = "downtown central greater near based in office offices nyc usa uk sf area metro only region hq"
EMPLOYED, MAY_EMPLOY, PLACED, MAY_PLACE, PAID, NICKNAMED, NOISY, HEADED, CRAFTED, OPENING, FIGURED = (
    1 << n for n in range(11)
)
# What header_words.csv says of a word: a mark by itself, or a part of one ("full time", "on site").
SAYING = {"employment": EMPLOYED, "of employment": MAY_EMPLOY, "workplace": PLACED, "of workplace": MAY_PLACE}
MARKED = EMPLOYED | MAY_EMPLOY | PLACED | MAY_PLACE


@cache
def marks() -> dict[bytes, int]:
    """What a word of a piece may be a part of, as bits; words that are not here say nothing of the piece's kind.

    A bit only tells which patterns are worth trying: it stands at every word that one of their finds has in it.
    """
    found: dict[bytes, int] = {}
    words: tuple[tuple[int, Iterable[str]], ...] = (
        *((bit, [row["word"] for row in rows("header_words") if row["says"] == says]) for says, bit in SAYING.items()),
        (PAID, ("equity", "salary", "competitive", "usd", "eur", "gbp", "chf", "cad", "aud", "r")),
        (NICKNAMED, NICKNAME_WORDS.split()),
        (NOISY, NOISE_WORDS.split()),
        (HEADED, (part.decode("latin-1") for part in head_parts())),
        (CRAFTED, (part for word, kind in vocabulary().items() if kind in CRAFTS for part in re.split(r"[^\w]", word))),
        (OPENING, ("or", "and", "saint", "sainte", "mount", "fort")),  # `fold` shortens the last four
    )
    for bit, each in words:
        for word in each:
            for part in narrow(word).split():
                found[part] = found.get(part, 0) | bit
    names = chain(town_names(), aliases(), countries(), subdivisions(), map(str.lower, codes()))
    for first in {name.partition(" ")[0] for name in names}:  # folded: ASCII in small letters
        part = first.encode("latin-1", "replace")
        found[part] = found.get(part, 0) | OPENING
    return found


def bits_of(text: str) -> int:
    """The bits of all words of a piece; `OPENING` that of the first word only, or where it is not all ASCII.

    `FIGURED` stands for a sign or digit: most pieces have none, and a search for figures would try every letter.
    """
    table = marks()
    raw = text.encode("latin-1", "replace")
    bits = FIGURED if raw.translate(None, NO_FIGURE) else 0
    words = raw.translate(NARROW).split()
    for word in words:
        bits |= table.get(word, 0)
    if text.isascii() and not (words and table.get(words[0], 0) & OPENING):
        bits &= ~OPENING
    return bits if text.isascii() else bits | OPENING | HEADED


def says_employment(text: str, bits: int) -> bool:
    """Whether a piece has a mark of employment; a word that is only a part of one is looked at with the pattern."""
    return bool(bits & EMPLOYED) or (bool(bits & MAY_EMPLOY) and EMPLOYMENT_LOW.search(text.lower()) is not None)


def says_workplace(text: str, bits: int) -> bool:
    """Whether a piece has a mark of the workplace."""
    return bool(bits & PLACED) or (bool(bits & MAY_PLACE) and WORKPLACE_LOW.search(text.lower()) is not None)


def says_pay(text: str, bits: int) -> bool:
    """Whether a piece speaks of pay. Most have neither a figure nor a word of it and are spared the pattern."""
    return bool(bits & PAID or (bits & FIGURED and FIGURE.search(text))) and PAY.search(text) is not None


@cache
def idle_words() -> frozenset[bytes]:
    """Words that say nothing beside a mark of employment or workplace, and those the marks are made of."""
    words = [row["word"] for row in rows("header_words")] + NOISE_WORDS.split() + GLUE_WORDS.split("|")
    return frozenset(part for word in words for part in narrow(word).split()) - {b"co"}  # Colorado


@lru_cache(maxsize=4_096)
def unmarked(text: str) -> str:
    """What is left of a text when the words of workplace, employment and their company are taken away."""
    words = narrow(text).split()
    if text.isascii() and idle_words().issuperset(words) and (b"on" not in words or b"site" in words):
        return ""
    return " ".join(GLUE.sub(" ", NOISE.sub(" ", WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", text)))).split())
