"""What a title is written with, apart from what it says: gender marks, ornaments, capitals, loose separators.

Plain functions from text to text, each linear in a title's length; tasks/clean/title*.py make rules of them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.lookup import rows
from tasks.clean.roles import has_head, is_plural, singular

LONGEST = 300  # characters of a title that are read; the longest of 60,000 real ones has 260
REMEMBERED = 8_192

GAP = re.compile(r"(?:\s[-–—|:,]+)+(\s[-–—|]\s)")
BLANK_BRACKETS = re.compile(r"[(\[]\s*[)\]]")
LOOSE = re.compile(r"^[\s\-–—|,:;/)\]]+|[\s\-–—|,:;/(\[]+$")
BEFORE_MARK = re.compile(r"\s+([,)\]])")
AFTER_COMMA = re.compile(r",(?=[A-Za-z])")


def kept_or(before: str, after: str) -> str:
    """`after` where it still says something, else `before`."""
    return after if sum(map(str.isalpha, after)) > 1 else before


WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=REMEMBERED)
def words_in(title: str) -> frozenset[str]:
    """The words of a title in small letters: most steps need one of theirs, and do nothing without it."""
    return frozenset(WORD.findall(title.lower()))


@cache
def cues(where: str = "") -> frozenset[str]:
    """Words one of which stands in whatever is taken out of a title of letters only (lookups/title_cues.csv).

    `where` asks for those that calls begin with ("first") or end with ("last"), or that say where the work is done.
    """
    return frozenset(row["word"] for row in rows("title_cues") if where in ("", row["stands"]))


@lru_cache(maxsize=REMEMBERED)
def is_plain(title: str) -> bool:
    """Whether a title is letters with single blanks and holds no cue, so that there is nothing to be taken out."""
    words = title.split(" ")
    return "".join(words).isalpha() and all(words) and cues().isdisjoint(title.lower().split(" "))


# One of these stands within every title that is not tidy; it begins with a class of signs, which is ten times as fast.
UNTIDY = re.compile(r"[\s,(\[\-–—|:](?:(?<=\s)[\s,)\]]|(?<=,)[A-Za-z]|(?<=[(\[])\s*[)\]]|(?<=[-–—|:,])\s+[-–—|:,]\s)")
LOOSE_SIGNS = frozenset(" -–—|,:;/")


@lru_cache(maxsize=REMEMBERED)
def tidy(title: str) -> str:
    """A title whose separators and brackets stand right after something was cut out."""
    ends = (
        title[:1] not in LOOSE_SIGNS
        and title[-1:] not in LOOSE_SIGNS
        and title[:1] not in ")]"
        and title[-1:] not in "(["
    )
    if (
        ends
        and title.count("(") == title.count(")")
        and title.count("[") <= title.count("]")
        and not UNTIDY.search(title)
    ):
        return title
    title = BLANK_BRACKETS.sub(" ", " ".join(title.split()))
    title = AFTER_COMMA.sub(", ", BEFORE_MARK.sub(r"\1", GAP.sub(r"\1", title)))
    title = LOOSE.sub("", title)
    if title.count("(") > title.count(")"):
        opened = title.rfind("(")
        title = title[:opened].rstrip() if opened > len(title) - 4 else title + ")"
    if title[-1:] == ")" and title.count(")") > title.count("("):
        title = title[:-1].rstrip()
    if title.count("[") > title.count("]"):
        opened = title.rfind("[")
        title = title[:opened].rstrip() if opened > len(title) - 4 else title + "]"
    return " ".join(title.split())


# --- ornaments and capitals -------------------------------------------------------------------------------------------

ORNAMENT = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200d★☆►▶●■◆✔✓™®]+")
SHOUTS = re.compile(r"[!*~_#=]{2,}|(?<=\w)!+|^[\s!*~_#=+|:;,/\\?•·►>^%$°–—-]+|[\s:;,|/\\~*+=-]+$")
CALL = re.compile(r"^\W{0,5}(?:new|hot|urgent|now hiring|hiring)\s?[!*]{1,5}[\s:-]{1,5}(?=\w)", re.IGNORECASE)
ENDS_CPP = re.compile(r"\b[cC]\+\+\s*$")


ORNAMENTAL = frozenset("!*~_#=")
CLOSING = frozenset(").]'\"")


@lru_cache(maxsize=REMEMBERED)
def without_ornaments(title: str) -> str:
    """A title without emoji, stars, cries ("NEW! ") and stray separators at both ends; "C++" at its end is kept."""
    ends = title[:1].isalnum() and (title[-1:].isalnum() or title[-1:] in CLOSING)
    if ends and title.isascii() and ORNAMENTAL.isdisjoint(title):
        return title
    title = ORNAMENT.sub(" ", title)
    title = CALL.sub("", title)
    plus = bool(ENDS_CPP.search(title))
    title = " ".join(SHOUTS.sub(" ", title.strip()).split())
    return title + "++" if plus and title[-1:] in "cC" else title


@cache
def small_words() -> frozenset[str]:
    """Words that stay small within a name or title (lookups/small_words.csv)."""
    return frozenset(row["word"] for row in rows("small_words"))


@cache
def acronyms() -> dict[str, str]:
    """Words in capitals that are written in a way of their own: "IT", "SQL", "DEVOPS" (lookups/acronyms.csv)."""
    return {row["word"]: row["written"] for row in rows("acronyms")}


def may_shout(title: str) -> bool:
    """Whether a title may be in capitals: one whose second and last letters are small is not."""
    return not (title[1:2].islower() and title[-1:].islower())


@lru_cache(maxsize=REMEMBERED)
def without_shouting(title: str) -> str:
    """A title in capitals with initial capitals; other titles as they are."""
    letters = [c for c in title if c.isalpha()]
    if len(letters) < 5 or sum(map(str.isupper, letters)) < len(letters) * 0.9:
        return title
    words = []
    for i, word in enumerate(title.split(" ")):
        parts = [cased(part, first=i == 0 and j == 0) for j, part in enumerate(word.split("/"))]
        words.append(acronyms().get(word) or "/".join(parts))
    return " ".join(words)


def cased(word: str, *, first: bool) -> str:
    """One word of a title in capitals: "RESEAUX" -> "Reseaux", "IT" stays, "OF" -> "of" unless it comes first."""
    bare = word.strip("().,:;\"'")
    if bare in acronyms():
        return word.replace(bare, acronyms()[bare])
    if any(map(str.isdigit, bare)):
        return word
    low = word.lower()
    if not first and low in small_words():
        return low
    if low[:2] in ("d'", "l'", "d’", "l’") and len(low) > 3:
        return (low[:2].capitalize() if first else low[:2]) + cased(word[2:], first=True)
    return "-".join(
        part[:1].upper() + part[1:] if part[:1].isalpha() else part[:2].upper() + part[2:] for part in low.split("-")
    )


LEFT_ALONE = frozenset(("of", "for", "to", "with", "de", "des", "and"))
PLURAL_HINT = re.compile(r"[sS](?![^\s(),./:'’-])")
SEPARATOR = re.compile(r"(\s*[,(|:]\s*|\s+[-–—]+\s+)")


# Plurals of people who do something: "Scriptwriters", "Vocalists", "Drivers"; things end so too ("Servers", "Orders").
PEOPLE = re.compile(
    r"(?:\w*(?:writ|interview|translat|transcrib|contribut|train|sing|danc|clean|driv|mak|keep|help|call|fresh|contract"
    r"|instruct|audit|configurat|collect|pick|pack|weld|paint|bak|labou?r|plumb|carpent|lectur|tut|barb|butch|invigilat)"
    r"(?:er|or)|actor|\w{4,}(?<!play)(?<!check)(?<!wait)ist|hostess|waitress|actress|guard|maid|chef|volunteer)s",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def one(title: str) -> str:
    """A title with its own head in the singular; teams and subjects behind it ("- AI Agents") are left alone."""
    if not PLURAL_HINT.search(title):
        return title
    parts = SEPARATOR.split(title)
    heads = any(is_plural(w.strip("(),")) for w in title.split(" "))
    for i, part in enumerate(parts):
        if (heads and has_head(part)) or i == 0:
            words = part.split(" ")
            stop = next((n for n, w in enumerate(words) if n and w.lower() in LEFT_ALONE), len(words))
            if PEOPLE.fullmatch(words[stop - 1]):
                words[stop - 1] = words[stop - 1][:-1]
            parts[i] = " ".join([singular(" ".join(words[:stop])) if heads else " ".join(words[:stop]), *words[stop:]])
            if has_head(part):
                break
    return "".join(parts)
