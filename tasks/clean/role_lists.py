"""Lists of roles taken apart: "Backend, Frontend & System Engineers", "two talented iOS and Android engineers to ...".

A member of a list that names only a craft takes the head of another member. `read_list` reads a header segment or a
list item, which is nothing but roles; `read_prose` reads on from a place in a sentence and stops where roles stop.
"""

from __future__ import annotations

import re
from functools import cache

from tasks.clean.lookup import rows
from tasks.clean.roles import WORD, bare, display, is_plural, kind_of, singular, singular_of, words_of

Part = tuple[list[str], bool]  # the words of one member of a list, and whether it has a head

REACH = 160  # characters of a sentence that are read for one list of roles
LIST_MARKS = frozenset((",", ";", "&", "+", "/", "and", "or", "and/or", "as", "well", "plus"))
LIST_CUT = re.compile(r"\s*[,;]\s*(?:(?:and|or|&)\s+)?|\s+(?:&&?|and|or|\+)\s+")
RULERS = frozenset(("vp", "svp", "evp", "director", "head", "chief", "president"))  # "VP of X", "VP X"
OF_HEADS = RULERS | {"lead", "manager", "owner"}
MAKERS = frozenset("engineer developer hacker programmer coder scientist architect dev".split())  # noqa: SIM905
ENDS_SENTENCE = re.compile(r"[\n.!?:–—]| - ")
ADJECTIVE = re.compile(
    r"(?:ed|ing|ive|ous|ful|able|ible|ic|al|ant|ent|ary|ory|less|some|minded|oriented|driven|est|ier)$"
)
FULL_LEVELS = frozenset(("senior", "sr", "junior", "jr"))  # say as much without "level" behind them
IN_LISTS = {
    "security": "Security Engineer",
    "ml": "ML Engineer",
    "data-science": "Data Scientist",
    "blockchain": "Blockchain Engineer",
    "embedded": "Embedded Engineer",
}
COMPOUND = ("obsessed", "minded", "oriented", "driven", "focused", "inclined", "savvy")
PLAIN = ("craft", "level", "filler", "maybe")
PRAISE = 3  # unknown adjectives that are passed over before a title


@cache
def craft_roles() -> dict[str, str]:
    """Crafts that make a role by themselves: "devops" -> "DevOps Engineer" (lookups/craft_roles.csv)."""
    return {row["craft"]: row["role"] for row in rows("craft_roles")}


def named_alone(craft: str, *, listed: bool = False) -> str:
    """The role that a craft names by itself ("DevOps", "Front End"); "" where it does not make a title.

    `listed`: among other crafts, where "Security" is somebody's work and not the employer's trade.
    """
    key = " ".join(craft.lower().split()).strip(" .")
    return craft_roles().get(key, "") or (IN_LISTS.get(key, "") if listed else "")


def spread(parts: list[Part], *, backwards: bool) -> list[str]:
    """Members of a list as whole titles: a member without a head takes the next one's ("iOS and Android Engineers").

    The head shared is the next member's end with the craft words that lists share ("software developers"). A member
    after the last head takes the head before it only if `backwards`. A level before the first member holds for those
    that take their head from a later one.
    """
    titles: list[str] = []
    level = ""
    heads = sum(headed for _, headed in parts)
    for i, (words, headed) in enumerate(parts):
        if words and words[0].lower() in words_of("level") and kind_of(words[0]) != "head":
            level = words[0]
        if headed:
            titles.append(" ".join(words if not level or i == 0 or parts[i - 1][1] else with_level(level, words)))
            level = "" if i + 1 < len(parts) and parts[i + 1][1] else level
            continue
        giver = next((p for p, has in parts[i + 1 :] if has), None)
        if giver is None and backwards:
            giver = next((p for p, has in reversed(parts[:i]) if has), None)
        alone = named_alone(" ".join(words))
        takes = bool(giver and words and combines(words, giver, heads))
        another = not alone.lower().startswith(" ".join(words).lower())  # "Data Science" is a Data Scientist
        if alone and (heads > 1 or another or not takes):
            titles.append(alone)
        elif giver and takes:
            titles.append(" ".join([*words, *tail(giver)]))
    return titles


def combines(words: list[str], giver: list[str], heads: int) -> bool:
    """Whether a craft goes with another member's head: "marketing" does not become a "Marketing Engineer"."""
    last = words[-1].lower()
    if all(kind_of(w) == "filler" for w in words):
        return False
    head = singular_of(giver[-1].lower())
    if last in words_of("business") and head in MAKERS:
        return False
    if head in ("scientist", "analyst", "researcher") and last in words_of("platform") and last != "data":
        return False
    return heads == 1 or is_plural(giver[-1]) or last in words_of("platform")


def with_level(level: str, words: list[str]) -> list[str]:
    """The words with a level before them unless they state one."""
    return words if any(w.lower() in words_of("level") for w in words) else [level, *words]


def tail(words: list[str]) -> list[str]:
    """The end of a title that a list shares: its head, with shared craft where another craft word stands before."""
    first = next((i for i, w in enumerate(words) if kind_of(w) == "head"), len(words) - 1)
    start = first
    while start > 1 and words[start - 1].lower() in words_of("shared"):
        start -= 1
    if start == 1 and words[0].lower() not in words_of("shared") and kind_of(words[0]) == "craft":
        return words[1:]
    return words[start:] if start > 1 else words[first:]


def read_list(text: str) -> list[str]:
    """The titles in a header segment or list item that names roles and little else, singular, as written."""
    pieces = [p for piece in LIST_CUT.split(text) if (p := bare(piece, " .:"))]
    parts: list[Part] = [(p.split(), any(kind_of(w) == "head" for w in WORD.findall(p))) for p in pieces]
    if len(parts) < 2:
        return [singular(text)] if text else []
    loose = [words for words, headed in parts if not headed]
    if (
        len(loose) == len(parts) - 1
        and pieces[0].lower() in OF_HEADS
        and text[len(pieces[0]) :].lstrip().startswith(",")
    ):
        return [text]  # "Manager, Data & Analytics"
    if not loose:
        return [singular(t) for t in spread(parts, backwards=False)]
    if not all(kind_of(w) in PLAIN for words in loose for w in words):
        return [singular(text)]
    plural = any(is_plural(w) for words, headed in parts if headed for w in words)
    platforms = words_of("platform")
    distinct = all(w[-1].lower().split("/")[0] in platforms or w[0].lower() in platforms for w in loose)
    if plural or len(loose) > 1 or (distinct and not parts[0][1]):
        return [singular(t) for t in spread(parts, backwards=plural or len(loose) > 1)]
    return [singular(text)]


def read_prose(text: str, start: int) -> list[str]:
    """The roles named right after `start` of a sentence, singular: "two talented iOS and Android engineers to ..." .

    Words that praise or count are passed over; the first word that can be no part of a title ends the reading. Nothing
    is returned where no head was met.
    """
    reader = Reader(text)
    end = start
    inside = False  # of brackets, which are passed over
    for match in WORD.finditer(text, start, start + REACH):
        word, gap = match[0].rstrip(".'’*-"), text[end : match.start()]
        end = match.end()
        if word in ("(", ")"):
            inside = word == "("
            continue
        if ENDS_SENTENCE.search(gap) or word == "|":
            break
        if not inside and word and (not reader.take(word, end) or (reader.headed and match[0].endswith("."))):
            break
    return [display(singular(title)) for title in reader.titles()]


class Reader:
    """Takes the words of a sentence one by one and says when roles have ended."""

    def __init__(self, text: str) -> None:
        """Begin with no word; `text` is looked into for the word that follows."""
        self.text = text
        self.parts: list[Part] = []
        self.words: list[str] = []
        self.headed = False
        self.skipped = 0

    def titles(self) -> list[str]:
        """The titles read, the last members without a head left out."""
        if self.words:
            self.parts.append((self.words, self.headed))
        while self.parts and not self.parts[-1][1]:
            self.parts.pop()
        return spread(self.parts, backwards=False)

    def take(self, word: str, end: int) -> bool:
        """Take the next word, which ends at `end` of the text; False where it can be no part of a list of roles."""
        low = word.lower()
        if low in LIST_MARKS:
            if self.words:
                self.parts.append((self.words, self.headed))
                self.words, self.headed = [], False
            return True
        kind = kind_of(word)
        if low in ("head", "chief") and self.text.startswith(" of ", end):
            kind = "head"
        if self.headed:
            return self.after_head(word, kind)
        if len(self.words) > 1 and "of" in (self.words[-1].lower(), self.words[-2].lower()):
            self.headed = kind in ("craft", "head")
            if self.headed:
                self.words.append(word)
            return self.headed
        return self.before_head(word, kind, end)

    def after_head(self, word: str, kind: str) -> bool:
        """A word behind a head: another head, a level, "of", or what a VP is VP of."""
        low, last = word.lower(), self.words[-1].lower()
        ruled = last in RULERS and kind in ("craft", "maybe")
        if not (ruled or kind == "head" or (kind == "level" and low not in ("mid", "entry"))):
            if low != "of" or last not in OF_HEADS:
                return False
            self.headed = False
        self.words.append(word)
        return True

    def before_head(self, word: str, kind: str, end: int) -> bool:
        """A word before the head: craft and level are kept, praise is passed over, other small words end it."""
        low = word.lower()
        if kind == "head":
            self.headed = True
        elif low == "on" and self.words and self.words[-1].lower() == "ruby":
            pass  # "Ruby on Rails"
        elif low in ("level", "levels") and self.words and self.words[-1].lower() in FULL_LEVELS:
            return True  # "senior level developers"
        elif kind == "stop":  # "mid to senior" is a level
            return low == "to" and bool(self.words) and self.words[-1].lower() in words_of("level")
        elif kind == "filler":
            return True
        elif kind not in ("craft", "level", "maybe") and not word[0].isupper() and word.isalpha():
            return self.unknown(word, end)
        self.words.append(word)
        return True

    def unknown(self, word: str, end: int) -> bool:
        """A small word the grammar does not know: an adjective is passed over, a noun right before a head is craft."""
        if self.words and word.endswith(COMPOUND):  # "design obsessed"
            self.words = []
            return True
        if self.words or self.skipped >= PRAISE or word.endswith("ly"):
            self.words, self.headed = [], False
            return False
        following = None if ADJECTIVE.search(word) else WORD.match(self.text, end + 1)
        if following and kind_of(following[0].rstrip(".,;:!")) == "head":
            self.words.append(word)
        else:
            self.skipped += 1
        return True
