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


@cache
def cues() -> frozenset[str]:
    """Words one of which stands in whatever is taken out of a title of letters only (lookups/title_cues.csv)."""
    return frozenset(row["word"] for row in rows("title_cues"))


@lru_cache(maxsize=REMEMBERED)
def are_plain(titles: tuple[str, ...]) -> bool:
    """Whether all titles are letters with single blanks and hold no cue, so that there is nothing to be taken out."""
    for title in titles:
        words = title.split(" ")
        if not "".join(words).isalpha() or not all(words) or not cues().isdisjoint(title.lower().split(" ")):
            return False
    return True


@lru_cache(maxsize=REMEMBERED)
def tidy(title: str) -> str:
    """A title whose separators and brackets stand right after something was cut out."""
    title = BLANK_BRACKETS.sub(" ", " ".join(title.split()))
    title = AFTER_COMMA.sub(", ", BEFORE_MARK.sub(r"\1", GAP.sub(r"\1", title)))
    title = LOOSE.sub("", title)
    if title.count("(") > title.count(")"):
        opened = title.rfind("(")
        title = title[:opened].rstrip() if opened > len(title) - 4 else title + ")"
    if title.count("[") > title.count("]"):
        opened = title.rfind("[")
        title = title[:opened].rstrip() if opened > len(title) - 4 else title + "]"
    return " ".join(title.split())


# --- gender -----------------------------------------------------------------------------------------------------------

BRACKETED_GENDER = (
    r"[(\[]\s*(?:all genders?|gn|w/m|m/w|m/f|f/m|h/f|f/h|h-f|f-h|hf|fh|x/f/m"
    r"|[mwfdhxiv](?:\s?[/|*,.:-]\s?[mwfdhxiv]){1,3}|alle? geschlechter)"
    r"(?:[/|*-](?:d|x|divers|i|inter|non-binary))?\s*[)\]]"
)
OPEN_GENDER = r"(?<![\w/])(?:[HMWF]\s?/\s?[HMWF](?:\s?/\s?[DX])?|d/f/m|H-F|F-H)(?![\w/])"
GENDERS = re.compile(rf"\s*[-–—,|/]?\s*(?:{BRACKETED_GENDER}|{OPEN_GENDER})", re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def without_gender(title: str) -> str:
    """A title without "(H/F)", "(m/w/d)", "F/M/X"."""
    if not any(mark in title for mark in "/-([*") or not GENDERS.search(title):
        return title
    return " ".join(GENDERS.sub(" ", title).split()).strip(" -–—,|/")


FEMININE_ENDINGS = frozenset(("trice", "euse", "ère", "ive", "ienne", "ne", "e", "ée", "eure", "ière"))
FEMININE = (
    ("eur", "euse"), ("eur", "eure"), ("teur", "trice"), ("ien", "ienne"), ("er", "ère"), ("é", "ée"), ("ant", "ante"),
    ("ent", "ente"), ("if", "ive"), ("on", "onne"), ("eux", "euse"), ("el", "elle"), ("al", "ale"), ("ier", "ière"),
    ("at", "ate"), ("in", "ine"), ("", "e"),
)  # fmt: skip
ATTACHED = re.compile(
    r"(?<=eur)-(?:rice|trice|euse)\b|(?<=[a-zé])(?:\((?:e|euse|trice|ne|ère|ive|s|es)\)|·e(?:·s)?|\.e(?:\.s)?\b)"
)


@lru_cache(maxsize=REMEMBERED)
def masculine(title: str) -> str:
    """A title with French doublets in the masculine: "Développeur / Développeuse web" -> "Développeur web"."""
    if any(mark in title for mark in "(·.-"):
        title = ATTACHED.sub("", title)
    if "/" not in title:
        return title
    out: list[str] = []
    words = re.split(r"(\s*/\s*|\s+)", title)
    i = 0
    while i < len(words):
        if i + 2 < len(words) and words[i + 1].strip() == "/" and is_feminine(words[i], words[i + 2]):
            words[i + 2] = words[i]
            i += 2
            continue
        out.append(words[i])
        i += 1
    return "".join(out)


def is_feminine(man: str, woman: str) -> bool:
    """Whether the second word is the feminine of the first, or its ending: "Agent / Agente", "Coiffeur/euse"."""
    a, b = man.lower().strip("(),"), woman.lower().strip("(),")
    if len(a) < 4 or a == b:
        return False
    return b in FEMININE_ENDINGS or any(a.endswith(m) and b == a[: len(a) - len(m)] + f for m, f in FEMININE)


# --- ornaments and capitals -------------------------------------------------------------------------------------------

ORNAMENT = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200d★☆►▶●■◆✔✓™®]+")
SHOUTS = re.compile(r"[!*~_#=]{2,}|(?<=\w)!+|^[\s!*~_#=+|:;,/\\?•·►>^%$°–—-]+|[\s:;,|/\\~*+=-]+$")
CALL = re.compile(r"^\W{0,5}(?:new|hot|urgent|now hiring|hiring)\s?!{1,5}[\s:-]{1,5}(?=\w)", re.IGNORECASE)
ENDS_CPP = re.compile(r"\b[cC]\+\+\s*$")


@lru_cache(maxsize=REMEMBERED)
def without_ornaments(title: str) -> str:
    """A title without emoji, stars, cries ("NEW! ") and stray separators at both ends; "C++" at its end is kept."""
    if title.replace(" ", "").isalpha():
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
SEPARATOR = re.compile(r"(\s*[,(|:]\s*|\s+[-–—]+\s+)")


@lru_cache(maxsize=REMEMBERED)
def one(title: str) -> str:
    """A title with its own head in the singular; teams and subjects behind it ("- AI Agents") are left alone."""
    if not any(is_plural(w.strip("(),")) for w in title.split(" ")):
        return title
    parts = SEPARATOR.split(title)
    for i, part in enumerate(parts):
        if has_head(part):
            words = part.split(" ")
            stop = next((n for n, w in enumerate(words) if n and w.lower() in LEFT_ALONE), len(words))
            parts[i] = " ".join([singular(" ".join(words[:stop])), *words[stop:]])
            break
    return "".join(parts)
