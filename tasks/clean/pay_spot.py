"""Where in a text an amount of pay may stand: at signs and codes of money, at numbers of thousands, behind labels of pay.

Cheap on purpose: most texts have no such place, and most signs are those of funding and prices.
"""

from __future__ import annotations

import re

from tasks.clean.near import watch, watched_words
from tasks.clean.pay_text import CODES, DIGIT, SIGNS, THOUSAND, THOUSANDS
from tasks.clean.words import narrow

CODE_WORDS = watch(frozenset(code.encode() for code in CODES))
MOST_SPOTS = 150  # that are looked at in one text; real postings have fewer than 60
BEFORE_SIGN, BEHIND_SIGN = 26, 14  # characters around a sign between which an amount begins
MOST_LABELS = 40  # of one wording that are looked at in one text
BEHIND_LABEL = 6
REMOTEST = 60  # characters from a label to its amount

# What is looked for in a text that has the word: the label as it stands, in lower case, with what must follow it.
LABELS: dict[bytes, tuple[bytes, ...]] = {
    b"salary": (b"salary",),
    b"compensation": (b"compensation",),
    b"remuneration": (b"remuneration",),
    b"wage": (b"wage",),
    b"wages": (b"wages",),
    b"pay": (b"pay:", b"pay range", b"pay rate", b"pay scale", b"pay band", b"pay -", b"pay ="),
    b"rate": (b"rate:", b"rate -"),
    b"salaire": (b"salaire",),
    b"mun": ("rémunération".encode("latin-1"),),
    b"gehalt": (b"gehalt",),
    b"ctc": (b"ctc",),
}
LABEL_WORDS = frozenset(LABELS)
MONEY_WORDS = watch(CODE_WORDS | THOUSANDS | LABEL_WORDS)

_KINDS = (
    r"(?:range|rate|scale|band|package|packages|grade|compensation|salary|benefits|net(?:te)?|brut\w{0,3}|gross|monthly|annual|annuelle|"
    r"mensuelle|horaire|hourly|minimum|base|basic|de base|starting|expected|per month|per hour|per year|for this (?:role|position|job))"
)
LABEL = re.compile(
    rf"(?:salar(?:y|ies)|compensation|remuneration|rémunération|wages?|pay|rate|salaire|gehalt|ctc)"
    rf"(?:(?:\x20|\x20?[/&]\x20?|\x20and\x20){_KINDS}\b){{0,3}}\s?(?:\([^()\d\n]{{1,30}}\)\s?)?"
    r"(?P<stop>(?:[:=–—-]|\bis\b|\bwill be\b|\bof\b|\branges?\x20from\b|\bcompris\x20entre\b|\n)[:=–—\s-]{0,4})?"
    r"(?:(?:(?:the\x20)?(?:hiring|pay|salary|entry|base|starting|gross|net|min(?:imum)?\.?|max(?:imum)?\.?|about|around|approximately|from|between"
    r"|starts?\x20(?:at|from|with)|starting\x20(?:at|from|with)|up\x20to|upto|range|salary|rate|entre|jusqu['’]à|environ|brute?|nette?|annuelle|mensuelle)"
    r"\x20?[:=–-]?\x20?){0,4}|band\x20\d{1,2},\x20)(?=(?P<money>[^\W\d_]{0,3}[$€£₹]?)\x20?\d)"
)
IN_MILLIONS = re.compile(r"[$€£]\x20?[0-9][0-9.,]{0,6}\x20?(?:[mMbB]\b|[mM][mMnN]\b|[bB][nN]\b|[mMbB]il|[tT]rillion)")


Spot = tuple[int, int]  # a stretch in which an amount may begin
NOWHERE: tuple[list[Spot], frozenset[int]] = ([], frozenset())


def spots(text: str) -> tuple[list[Spot], frozenset[int]]:
    """The places of a text to be read for pay, in order, and where an amount stands right behind a label of pay."""
    found: list[Spot] = []
    labelled: frozenset[int] = frozenset()
    if "$" in text:
        found = marked(text, "$")
    if not text.isascii():
        for sign in SIGNS[1:]:
            if sign in text:
                found += marked(text, sign)
    said = watched_words(text) & MONEY_WORDS
    if said:
        low = narrow(text)
        for written in said:
            if written in LABELS:
                labelled |= behind_label(text, low, LABELS[written])
            elif written == b"k":
                found += thousands(low)
            else:
                found += around(low, written)
        found += [(at, at + BEHIND_LABEL) for at in labelled]
    if not found:
        return NOWHERE
    found.sort()
    return found[:MOST_SPOTS], labelled


def marked(text: str, sign: str) -> list[Spot]:
    """The spots around a sign of money; sums in millions are nobody's pay."""
    found: list[Spot] = []
    at = text.find(sign)
    while at >= 0 and len(found) < MOST_SPOTS:
        if not IN_MILLIONS.match(text, at):
            ahead = text[at + 1 : at + 3].lstrip()[:1].isdigit() and not DIGIT.search(text, max(0, at - 5), at)
            found.append((at if ahead else max(0, at - BEFORE_SIGN), at + BEHIND_SIGN))
        at = text.find(sign, at + 1)
    return found


def around(low: bytes, written: bytes) -> list[Spot]:
    """The spots around a word, code or number of thousands, as far as it stands there by itself."""
    found: list[Spot] = []
    at = low.find(written)
    while at >= 0 and len(found) < MOST_SPOTS:
        end = at + len(written)
        if not (low[end : end + 1].isalpha() or (low[at : at + 1].isalpha() and low[max(0, at - 1) : at].isalpha())):
            found.append((max(0, at - BEFORE_SIGN), at + BEHIND_SIGN))
        at = low.find(written, end)
    return found


def thousands(low: bytes) -> list[Spot]:
    """The spots around numbers of thousands whose k stands apart: "100 k"."""
    return [
        (max(0, each.start() - BEFORE_SIGN), each.start() + BEHIND_SIGN)
        for each in THOUSAND.finditer(low.decode("latin-1"))
    ]


def behind_label(text: str, low: bytes, labels: tuple[bytes, ...]) -> set[int]:
    """Where an amount follows a label of pay ("Salary:", "Pay range is") at once."""
    found: set[int] = set()
    for label in labels:
        at = low.find(label)
        for _ in range(MOST_LABELS):
            if at < 0:
                break
            match = LABEL.match(text[at : at + REMOTEST].lower())
            if match and (match["stop"] or match["money"]):
                found.add(at + match.end())
            at = low.find(label, at + len(label))
    return found
