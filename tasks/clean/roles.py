"""The words of role names: which end a title, which may stand before the end, how a title is written.

`lookups/role_words.csv` holds them: `head` ends a title ("engineer"), `craft` says which ("backend"), `level` how
senior ("lead"), `filler` praises or counts ("talented", "two"), `maybe` ends a title only where nothing better does
("operations"), `stop` is in no title ("who"). A word may also be `shared` (craft that a list shares: "front-end and
back-end software developers"), `platform` (craft that takes another's head: "iOS and Android engineers") or `business`
(craft that does not: "marketing, engineers"). `sentence` words begin a sentence or a duty and no title, `demand` words
are in no item that is a title, `count` words are left out of titles in a header. Notices and titles are both read with it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tasks.clean.lookup import rows
from tasks.clean.words import asked_for, words
from tasks.clean.words import narrow as lowered

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD = re.compile(r"[^\W_][\w.+#/&'’*-]*|[,;&+/|()]|\.(?=net\b)\w+", re.IGNORECASE)
HEAD_OF = re.compile(r"\b(?:head|chief) of [a-z]", re.IGNORECASE)
KEY = re.compile(r"[\W_]+")
MAY_BE_PLURAL = re.compile(r"[sS](?![^ ,;:)/])")  # the end of a word, in all that `singular` changes
RANK = {"head": 0, "craft": 1, "level": 2, "filler": 3, "maybe": 4, "stop": 5}
SMALL = frozenset(("of", "on", "and", "for", "the", "in", "or", "to", "at", "with", "a"))


@cache
def vocabulary() -> dict[str, str]:
    """Each word of the grammar and its kind; of a word listed twice the kind that comes first in RANK."""
    known: dict[str, str] = {}
    for row in rows("role_words"):
        word, kind = row["word"], row["kind"]
        if kind in RANK and RANK[kind] < RANK.get(known.get(word, ""), 9):
            known[word] = kind
    return known


@cache
def words_of(kind: str) -> frozenset[str]:
    """All words listed as `kind`, whatever else they are."""
    return frozenset(row["word"] for row in rows("role_words") if row["kind"] == kind)


@cache
def written() -> dict[str, str]:
    """How a word of a title is written: dev -> Developer, cto -> CTO, ios -> iOS."""
    return {row["word"]: row["written"] for row in rows("role_words") if row["written"]}


@lru_cache(maxsize=65_536)
def singular_of(word: str) -> str:
    """A lower-case word without its plural s where the singular is a head; other words as they are."""
    known = vocabulary()
    if not word.endswith("s") or known.get(word) == "head":
        return word
    for ending, instead in (("ies", "y"), ("s", "")):
        if word.endswith(ending) and known.get(word[: -len(ending)] + instead) == "head":
            return word[: -len(ending)] + instead
    return word


@lru_cache(maxsize=65_536)
def kind_of(word: str) -> str:
    """head, craft, level, filler, maybe, stop, or "" for a word the grammar does not know. Case is ignored."""
    low = word.lower().strip(".'’*")
    known = vocabulary()
    kind = known.get(low) or known.get(word.lower())
    if kind:
        return kind
    if low.endswith("s") and (
        known.get(singular_of(low)) == "head" or (low[-2:] in ("'s", "’s") and known.get(low[:-2]) == "head")
    ):
        return "head"
    return kind_of_compound(low) if "-" in low or "/" in low else ""


def kind_of_compound(low: str) -> str:
    """The kind of a word made of several: "ui/ux", "designer/developer", "machine-learning"; "" for none."""
    if "/" in low[:60]:
        kinds = [kind_of(part) for part in low.split("/")[:6] if part]
        if kinds and all(k in ("head", "craft", "level", "maybe") for k in kinds):
            return "head" if kinds[-1] == "head" else "craft"
        if len(kinds) > 1 and kinds[0] == "head":
            return "head"
    if "-" in low:
        known = vocabulary()
        parts = [p for p in low.split("-") if p]
        if len(parts) == 2 and known.get(singular_of(parts[0])) == "head" and known.get(parts[1]) == "craft":
            return "head"  # "Developer-Java"
        if parts and all(known.get(p) in ("craft", "level") for p in parts):
            return "craft"
        if len(parts) > 1 and known.get(singular_of(parts[-1])) == "head":
            return "head"
    return ""


def is_plural(word: str) -> bool:
    """Whether a head is written in the plural."""
    low = word.lower().strip(".'’")
    return singular_of(low) != low or low == "devs"


@lru_cache(maxsize=65_536)
def is_head(word: str) -> bool:
    """Whether a word ends a title."""
    return kind_of(word) == "head"


def has_head(text: str) -> bool:
    """Whether any word of `text` ends a title, or it speaks of the head of something."""
    return any(map(is_head, WORD.findall(text))) or (" of " in text.lower() and HEAD_OF.search(text) is not None)


@cache
def head_forms() -> dict[bytes, bytes]:
    """Every form of the last part of every head, and what to look for where a text has it: both numbers begin alike."""
    forms: dict[bytes, bytes] = {}
    for head in [*words_of("head"), "head", "chief"]:
        last = re.split(r"[\W_]+", head)[-1].encode()
        forms[last] = forms[last + b"s"] = last
        if last.endswith(b"y"):
            forms[last[:-1] + b"ies"] = last[:-1]
    return forms


# What may follow on the stem of a head: the end of the text, a sign, the s and ies of the plural.
ENDS_FORM = frozenset(bytes((b,)) for b in range(256) if not chr(b).isalnum()) | {b"", b"s", b"i"}


def head_places(text: str) -> list[int]:
    """Where words stand in a text that may end a title, in order."""
    forms = head_forms()
    stems = {forms[word] for word in HEAD_FORMS & words(text)}
    if not stems:
        return []
    low = lowered(text)
    found = []
    for stem in stems:
        size = len(stem)
        at = low.find(stem)
        while at >= 0:
            if low[at + size : at + size + 1] in ENDS_FORM and not low[at - 1 : at].isalnum():
                found.append(at)
            at = low.find(stem, at + size)
    return sorted(found)


@cache
def head_parts() -> frozenset[bytes]:
    """The last part of every form of every head: one of them is in each text that has a head."""
    heads = {word for word in words_of("head") if " " not in word} | {"head", "chief"}
    return frozenset(narrow(form).split()[-1] for head in heads for form in (head, f"{head}s", f"{head[:-1]}ies"))


# Latin-1 letters in lower case, digits and line breaks; everything else parts words.
NARROW = bytes(ord(chr(b).lower()) if chr(b).isalnum() else 10 if b == 10 else 32 for b in range(256))


def narrow(text: str) -> bytes:
    """A text as one byte a character, in lower case, blanks or line breaks between the words; positions are the same."""
    return text.encode("latin-1", "replace").translate(NARROW)


def bare(text: str, marks: str) -> str:
    """A text without marks at both ends; the dot of ".NET" stays."""
    shorter = text.strip(marks)
    if shorter[-1:] in "cC" and text[len(text) - len(text.lstrip(marks)) + len(shorter) :].startswith("++"):
        shorter += "++"
    if shorter[:3].lower() == "net" and not shorter[3:4].isalnum() and text[: text.find(shorter)].endswith("."):
        return f".{shorter}"
    return shorter


def has_letter(text: str) -> bool:
    """Whether a letter of any script is in it."""
    return any(map(str.isalpha, text))


@lru_cache(maxsize=8_192)
def singular(title: str) -> str:
    """A title with its headcount plural taken away: "DevOps Engineers" -> "DevOps Engineer". Other words stay."""
    if not MAY_BE_PLURAL.search(title):
        return title
    words = title.split(" ")
    for i, word in enumerate(words):
        bare = word.rstrip(",;:)")
        low = bare.lower()
        one = singular_of(low)
        if one != low:
            kept = bare[: len(one)] if low.startswith(one) else bare[:-3] + ("Y" if bare.isupper() else "y")
            words[i] = kept + word[len(bare) :]
        elif "/" in bare:
            words[i] = "/".join(singular(part) for part in bare.split("/")) + word[len(bare) :]
    return " ".join(words)


def display(title: str) -> str:
    """A title from running text as a display title: words that carry no capitals of their own get an initial one."""
    words = []
    for word in title.split(" "):
        low = word.lower()
        if low in written():
            words.append(written()[low])
        elif "/" in word:
            words.append("/".join(display(part) for part in word.split("/")))
        elif low in SMALL:
            words.append(low)
        elif word.islower():
            words.append(word[:1].upper() + word[1:])
        else:
            words.append(word)
    return " ".join(words)


def unique(titles: Iterable[str]) -> tuple[str, ...]:
    """Titles without repeats (case, hyphens and spacing ignored), in the order first met."""
    titles = tuple(titles)
    if len(titles) < 2:
        return titles
    seen: dict[str, str] = {}
    for title in titles:
        if title:
            seen.setdefault(key_of(title), title)
    return tuple(seen.values())


@lru_cache(maxsize=8_192)
def key_of(title: str) -> str:
    """What two spellings of one title share: its letters and digits, in small letters."""
    return KEY.sub("", title.casefold()) or title


HEAD_FORMS = asked_for(frozenset(head_forms()))  # said before any text is read
