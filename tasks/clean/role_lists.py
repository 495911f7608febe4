"""Lists of roles taken apart: "Backend, Frontend & System Engineers", "two talented iOS and Android engineers to ...".

A member of a list that names only a craft takes the head of another member. `read_list` reads a header segment or a
list item, which is nothing but roles; role_prose.py reads sentences with the same `spread`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.lookup import rows
from tasks.clean.roles import bare, has_head, is_head, is_plural, kind_of, singular, singular_of, words_of

Part = tuple[list[str], bool]  # the words of one member of a list, and whether it has a head

LIST_CUT = re.compile(r"\s*[,;]\s*(?:(?:and|or|&)\s+)?(?:an?\s+)?|\s+(?:&&?|and|or|\+)\s+(?:an?\s+)?")
RULERS = frozenset(("vp", "svp", "evp", "director", "head", "chief", "president"))  # "VP of X", "VP X"
OF_HEADS = RULERS | {"lead", "manager", "owner"}
MAKERS = frozenset("engineer developer hacker programmer coder scientist architect dev".split())  # noqa: SIM905
CODERS = MAKERS | {
    "devs",
    "lead",
    "intern",
    "consultant",
    "expert",
    "specialist",
    "tester",
    "team",
    "guru",
    "ninja",
    "eng",
    "sde",
}
GUIDES = frozenset(("lead", "manager", "director", "head", "intern"))
LANGUAGES = frozenset("java javascript node php python rails ruby".split())  # noqa: SIM905
IN_LISTS = {
    "security": "Security Engineer",
    "ml": "ML Engineer",
    "data-science": "Data Scientist",
    "blockchain": "Blockchain Engineer",
    "embedded": "Embedded Engineer",
}
PLAIN = ("craft", "level", "filler", "maybe")
BARE = frozenset(("engineer", "developer", "dev", "hacker", "programmer", "coder", "intern", "lead"))
BRACKETS = re.compile(r"\s{0,2}\(([^()\n]{1,40})\)")
IN_BRACKETS = re.compile(r"\([^()]*\)")
FOR_LIST = re.compile(r"^[^,;&]{5,50} for [^,;&]{2,40}(?:,|&| and )")  # "Engineer for vision, mapping and maps"
CRAFT_CUT = re.compile(r"\s*[,;/&+]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
AREAS = frozenset(
    "backend back-end frontend front-end fullstack full-stack mobile ios android devops infrastructure reliability data"  # noqa: SIM905
    " security web product qa ui".split()
) | {"front end", "back end", "full stack", "data science", "machine learning"}
SIGNS = re.compile(r"[\s,/&+]+(?:(?:and|or)\s+)?")
SPECIALTY_WORDS = 5


@cache
def craft_roles() -> dict[str, str]:
    """Crafts that make a role by themselves: "devops" -> "DevOps Engineer" (lookups/craft_roles.csv)."""
    return {row["craft"]: row["role"] for row in rows("craft_roles")}


@cache
def ladder() -> frozenset[str]:
    """Levels of one and the same work."""
    return words_of("level") - {"director", "head", "chief", "executive", "vp", "vice", "deputy", "managing", "intern"}


def named_alone(craft: str, *, listed: bool = False) -> str:
    """The role that a craft names by itself ("DevOps", "Front End"); "" where it does not make a title.

    `listed`: among other crafts, where "Security" is somebody's work and not the employer's trade.
    """
    key = " ".join(craft.lower().split()).strip(" .")
    return craft_roles().get(key, "") or (IN_LISTS.get(key, "") if listed else "")


@lru_cache(maxsize=8_192)
def is_general(title: str) -> bool:
    """Whether a title says no more than "Engineer" or "Developer"."""
    return singular(title).lower() in BARE


def is_plain(words: list[str]) -> bool:
    """Whether words are a title and nothing else: "Senior Backend Engineer"."""
    if not is_head(words[-1]) or not words[-1].isalpha():
        return False
    levels = words_of("level")
    for word in words[:-1]:
        if kind_of(word) not in ("craft", "level") and word.lower() not in levels:
            return False
        if "/" in word and any(map(is_head, word.split("/"))):
            return False  # "Java Engineers/Data Engineers"
    return True


def names_craft(text: str) -> bool:
    """Whether a remark behind a role is its specialty and nothing else: "Go", "Rails, AngularJS", "Mechanical"."""
    words = [word for word in SIGNS.split(text.strip()) if word]
    kinds = {kind_of(word) for word in words}
    if kinds == {"level"}:
        return " " not in text.strip()  # "(Senior)", "(Medior/Senior)"
    return 0 < len(words) <= SPECIALTY_WORDS and "craft" in kinds and kinds <= {"craft", "maybe"}


def areas_of(remark: str, title: str) -> list[str]:
    """The areas that a remark behind several people lists, if each is somebody's: "backend, iOS"; [] for "Ruby, Rails".

    A title that names an area itself ("Mobile Engineers") has its remark for a specialty.
    """
    areas = [area for area in CRAFT_CUT.split(remark.strip()) if area]
    known = sum(area.lower() in AREAS for area in areas)
    return areas if len(areas) > 1 and 2 * known > len(areas) and AREAS.isdisjoint(title.lower().split(" ")) else []


def spread(parts: list[Part], *, backwards: bool) -> list[str]:
    """Members of a list as whole titles: a member without a head takes the next one's ("iOS and Android Engineers").

    The head shared is the next member's end with the craft words that lists share ("software developers"). A member
    after the last head takes the head before it only if `backwards`. A level before the first member holds for those
    that take their head from a later one.
    """
    titles: list[str] = []
    level = ""
    parts = list(parts)
    for i in range(len(parts) - 2, -1, -1):
        if ladder().issuperset(map(str.lower, parts[i][0])) and any(kind_of(w) == "head" for w in parts[i + 1][0]):
            parts[i] = ([*parts[i][0], *without_level(parts[i + 1][0])], True)  # "Lead and Senior Engineers"
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
        shared = takes and giver is not None and is_plural(giver[-1]) and singular_of(giver[-1].lower()) in MAKERS
        if alone and ((heads > 1 and not shared) or another or not takes):
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
    if last in LANGUAGES and head not in CODERS:
        return False  # "Java and product managers"
    if head in ("scientist", "analyst", "researcher") and last in words_of("platform") and last != "data":
        return False
    if head in GUIDES and not is_plural(giver[-1]):
        return False  # "DevOps, QA Lead"
    return heads == 1 or is_plural(giver[-1]) or last in words_of("platform")


def with_level(level: str, words: list[str]) -> list[str]:
    """The words with a level before them unless they state one."""
    return words if any(w.lower() in words_of("level") for w in words) else [level, *words]


def without_level(words: list[str]) -> list[str]:
    """The words without the levels they begin with."""
    start = next((i for i, w in enumerate(words) if w.lower() not in words_of("level")), 0)
    return words[start:]


def tail(words: list[str]) -> list[str]:
    """The end of a title that a list shares: its head, with shared craft where another craft word stands before."""
    first = next((i for i, w in enumerate(words) if kind_of(w) == "head"), len(words) - 1)
    start = first
    while start > 1 and words[start - 1].lower() in words_of("shared"):
        start -= 1
    if start == 1 and words[0].lower() not in words_of("shared") and kind_of(words[0]) == "craft":
        return words[1:]
    end = next((i for i, w in enumerate(words) if w[:1] == "(" and i > first), len(words))
    return words[start:end] if start > 1 else words[first:end]


def read_list(text: str) -> list[str]:
    """The titles in a header segment or list item that names roles and little else, singular, as written."""
    if " for " in text and FOR_LIST.search(text):
        return [singular(text)]
    inside = "(" in text
    whole = IN_BRACKETS.sub(lambda m: m[0].replace(",", "\x01").replace(" ", "\x02"), text) if inside else text
    pieces = [p for piece in LIST_CUT.split(whole) if (p := bare(piece, " .:"))]
    if inside:
        pieces = [piece.replace("\x01", ",").replace("\x02", " ") for piece in pieces]
    for i in range(len(pieces) - 2, 0, -1):
        if pieces[i].lower() in RULERS and f"{pieces[i]}, {pieces[i + 1]}" in text and not has_head(pieces[i + 1]):
            pieces[i : i + 2] = [f"{pieces[i]}, {pieces[i + 1]}"]  # "Analyst, Director, Data Operations, Cook"
    parts: list[Part] = [(p.split(), has_head(p)) for p in pieces]
    if len(parts) < 2:
        return [singular(text)] if text else []
    loose = [words for words, headed in parts if not headed]
    if (
        len(loose) == len(parts) - 1
        and pieces[0].lower() in OF_HEADS
        and text[len(pieces[0]) :].lstrip().startswith(",")
    ):
        return [text]  # "Manager, Data & Analytics"
    second = next((i for i, (_, headed) in enumerate(parts) if headed and i), 0)
    if second > 1 and pieces[0].lower() in OF_HEADS and text[len(pieces[0]) :].lstrip().startswith(","):
        at = text.find(pieces[second])
        return [text[:at].rstrip(" ,;&"), *read_list(text[at:])]
    if not loose:
        return [singular(t) for t in spread(parts, backwards=False)]
    if len(parts) > 2 and len(loose) == 1 and any(kind_of(w) == "" for w in loose[0]):
        parts = [part for part in parts if part[1]]  # a slip of the pen among roles: "Field Enginer"
        return [singular(t) for t in spread(parts, backwards=False)]
    if not all(kind_of(w) in PLAIN for words in loose for w in words):
        return [singular(text)]
    plural = any(is_plural(w) for words, headed in parts if headed for w in words)
    platforms = words_of("platform")
    distinct = all(w[-1].lower().split("/")[0] in platforms or w[0].lower() in platforms for w in loose)
    if plural or len(parts) > 2 or (distinct and not parts[0][1]):
        return [singular(t) for t in spread(parts, backwards=plural or len(loose) > 1)]
    return [singular(text)]
