"""One text for every way of writing a company's name.

The key decides company_id and the company blocks of matching. It drops what says nothing about who the employer is
(legal form, case, accents, punctuation, a leading "The", a web address's ending) and keeps everything else: "Technologies"
and "Group" stay, because "Dell" and "Dell Technologies" need not be one. Names in any script survive.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import NamedTuple

from tasks.dedupe.words import fold, rows, singular

SHORTEST_PART = 4  # characters; "ABC" begins the names of many who have nothing to do with each other
TOKEN = re.compile(r"[^\W_]+")
DOMAIN = re.compile(r"\.(?:com|io|co|net|org|ai|dev|app)\b")
REMARK = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
DOTTED = re.compile(r"\b(?:[a-z]\.){2,6}")  # s.p.a., b.v., l.l.c.
UNSPACED = re.compile(r"株式会社|有限会社|有限公司|公司")  # legal forms written without a space


class CompanyKey(NamedTuple):
    """`key` is "" where the name says nobody. `short` is the acronym of a name of two words or more, else "".
    `parts` are the keys of what whole words begin or end the name: "Intel" is a part of "Intel Labs", not of "Intelsat".
    `words` are the words of the name, as a title may repeat them.
    """

    key: str
    short: str
    parts: tuple[str, ...]
    words: tuple[str, ...]


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(row["word"] for row in rows("company_words") if row["kind"] == kind)


def _tokens(name: str) -> list[str]:
    text = REMARK.sub(" ", DOMAIN.sub(" ", fold(name)))
    text = UNSPACED.sub(" ", DOTTED.sub(lambda m: m.group().replace(".", "") + " ", text))
    tokens = TOKEN.findall(text.replace("&", " and ").replace("'", "").replace("’", ""))
    return tokens or TOKEN.findall(fold(name))


def _core(name: str) -> list[str]:
    tokens = _tokens(name)
    first = 1 if len(tokens) > 1 and tokens[0] == "the" else 0
    end = len(tokens)
    while end - first > 1 and (tokens[end - 1] in _words("legal") or tokens[end - 1] in _words("noise")):
        end -= 1
    if end - first > 1 and tokens[end - 1] == "and":  # "Smith & Co."
        end -= 1
    return tokens[first:end]


def key(name: str | None) -> str:
    """The normalised name, "" for no name. Pure: the same text gives the same key in every run."""
    return "".join(_core(name)) if name else ""


def company_id(name: str | None) -> str | None:
    """16 hexadecimal digits of blake2b of the key; None where there is no name or it has no letter or digit."""
    text = key(name)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest() if text else None


def match_key(name: str | None) -> CompanyKey:
    """What matching compares. Names that name nobody ("Confidential") have no key: their employer is unknown."""
    core = _core(name) if name else []
    if not core or " ".join(core) in _words("unknown"):
        return CompanyKey("", "", (), ())
    short = "".join(word[0] for word in core if word != "and") if len(core) > 1 else ""
    return CompanyKey(
        "".join(core), short if len(short) > 1 else "", _parts(core), tuple(singular(w) for w in _tokens(name or ""))
    )


def _parts(core: list[str]) -> tuple[str, ...]:
    """The keys of all beginnings and ends of a name that are long enough to mean somebody, sorted."""
    ends = ("".join(part) for at in range(1, len(core)) for part in (core[:at], core[at:]))
    return tuple(sorted({part for part in ends if len(part) >= SHORTEST_PART}))
