"""The grammar of role names: which words end a title, which may stand before the end, and how lists of roles split.

`lookups/role_words.csv` holds the words: `head` ends a title ("engineer"), `craft` says which ("backend"), `level` how
senior ("lead"), `filler` praises or counts ("talented", "two"), `shared` is craft that a list shares ("front-end and
back-end software developers"), `maybe` ends a title only where nothing better does ("operations"). Notices and titles
are both read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from tasks.clean.lookup import rows

WORD = re.compile(r"[^\W_][\w.+#/&'’*-]*|[,;&+/|()]|\.(?=net\b)\w+", re.IGNORECASE)
SLASH = re.compile(r"\s*/\s*")
LIST_MARKS = frozenset((",", ";", "&", "+", "and", "or", "and/or", "as", "well", "plus"))
OF_HEADS = frozenset(("vp", "svp", "evp", "director", "head", "chief", "president", "lead", "manager", "owner"))
PLATFORMS = frozenset(
    """front-end frontend back-end backend full-stack fullstack front back mobile ios android web devops sre
    data qa embedded infrastructure platform security senior junior mid-level product ruby python java javascript php
    rails node machine ui ux sales marketing hardware firmware""".split()
)
STOPS = frozenset(
    """to who that which with for in on at from by our your their his her we you they i is are be been was were will would can
    could should may might must has have had do does did join help work build make create lead us me them people folks
    someone somebody anyone candidates candidate individuals individual person talent team teams members not no if so but
    because when where how what why there here then than into across about as least most very""".split()
)


@cache
def vocabulary() -> dict[str, str]:
    """Each word of the grammar and its kind; a word listed twice is a head first, then craft, level, filler."""
    rank = {"head": 0, "craft": 1, "level": 2, "filler": 3, "maybe": 4}
    known: dict[str, str] = {}
    for row in rows("role_words"):
        word, kind = row["word"], row["kind"]
        if kind in rank and rank[kind] < rank.get(known.get(word, ""), 9):
            known[word] = kind
    return known


@cache
def shared_words() -> frozenset[str]:
    """Craft words that belong to the end of a title, so that a list shares them."""
    return frozenset(row["word"] for row in rows("role_words") if row["kind"] == "shared")


@cache
def levels() -> frozenset[str]:
    """Words of rank, whatever else they are."""
    return frozenset(row["word"] for row in rows("role_words") if row["kind"] == "level")


@cache
def written() -> dict[str, str]:
    """How a short head is written out: dev -> Developer, cto -> CTO."""
    return {row["word"]: row["written"] for row in rows("role_words") if row["written"]}


HEAD_OF = re.compile(r"\b(?:head|chief) of [a-z]", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def singular_of(word: str) -> str:
    """A lower-case word without its plural s where the singular is a head; other words as they are."""
    known = vocabulary()
    if known.get(word) == "head":
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
    if known.get(singular_of(low)) == "head" or (low.endswith(("'s", "’s")) and known.get(low[:-2]) == "head"):
        return "head"
    if low in STOPS:
        return "stop"
    if "/" in low:
        kinds = [kind_of(part) for part in low.split("/") if part]
        if kinds and all(k in ("head", "craft", "level", "maybe") for k in kinds):
            return "head" if kinds[-1] == "head" else "craft"
        if kinds and kinds[0] == "head" and len(kinds) > 1:
            return "head"
    if "-" in low:
        parts = [p for p in low.split("-") if p]
        if parts and all(known.get(p) in ("craft", "level") for p in parts):
            return "craft"
        if parts and known.get(singular_of(parts[-1])) == "head" and len(parts) > 1:
            return "head"
    return ""


def is_plural(word: str) -> bool:
    """Whether a head is written in the plural."""
    low = word.lower().strip(".'’")
    return singular_of(low) != low or low == "devs"


def has_head(text: str) -> bool:
    """Whether any word of `text` ends a title, or it speaks of the head of something."""
    return any(kind_of(word) == "head" for word in WORD.findall(text)) or bool(HEAD_OF.search(text))


def singular(title: str) -> str:
    """A title with its headcount plural taken away: "DevOps Engineers" -> "DevOps Engineer". Other words stay."""
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


ADJECTIVE = re.compile(
    r"(?:ed|ing|ive|ous|ful|able|ible|ic|al|ant|ent|ary|ory|less|some|minded|oriented|driven|est|ier)$"
)
Part = tuple[list[str], bool]  # the words of one member of a list, and whether it has a head


def spread(parts: list[Part], *, backwards: bool) -> list[str]:
    """Members of a list as whole titles: a member without a head takes the next one's ("iOS and Android Engineers").

    The head shared is the next member's end with the craft words that lists share ("software developers"). A member
    after the last head takes the head before it only if `backwards`.
    """
    titles: list[str] = []
    level = ""
    heads = sum(headed for _, headed in parts)
    for i, (words, headed) in enumerate(parts):
        if words and words[0].lower() in levels() and kind_of(words[0]) != "head":
            level = words[0]
        if headed:
            titles.append(" ".join(words if not level or i == 0 or parts[i - 1][1] else with_level(level, words)))
            level = "" if i + 1 < len(parts) and parts[i + 1][1] else level
            continue
        giver = next((p for p, has in parts[i + 1 :] if has), None)
        if giver is None and backwards:
            giver = next((p for p, has in reversed(parts[:i]) if has), None)
        alone = named_alone(" ".join(words)) if heads > 1 else ""
        if alone:
            titles.append(alone)
        elif (
            giver is not None
            and words
            and combines(words, giver)
            and (heads == 1 or is_plural(giver[-1]) or words[-1].lower() in PLATFORMS)
        ):
            titles.append(" ".join([*words, *tail(giver)]))
    return titles


BUSINESS = frozenset(
    "resources hr sales marketing finance operations success legal development support design product recruiting people".split()
)
MAKERS = frozenset("engineer developer hacker programmer coder scientist architect dev".split())


def combines(words: list[str], giver: list[str]) -> bool:
    """Whether a craft goes with another member's head: "marketing" does not become a "Marketing Engineer"."""
    return not (words[-1].lower() in BUSINESS and singular_of(giver[-1].lower()) in MAKERS)


ALONE = {
    "devops": "DevOps Engineer", "dev ops": "DevOps Engineer", "sre": "SRE", "qa": "QA Engineer", "front end": "Front End Engineer", "front-end": "Front-end Engineer",
    "frontend": "Frontend Engineer", "back end": "Back End Engineer", "back-end": "Back-end Engineer", "backend": "Backend Engineer", "full stack": "Full Stack Engineer",
    "full-stack": "Full-Stack Engineer", "fullstack": "Fullstack Engineer", "data science": "Data Scientist", "ios": "iOS Engineer", "android": "Android Engineer",
    "mobile": "Mobile Engineer", "product management": "Product Manager", "machine learning": "Machine Learning Engineer", "data engineering": "Data Engineer",
    "software engineering": "Software Engineer", "backend engineering": "Backend Engineer", "frontend engineering": "Frontend Engineer", "full stack engineering": "Full Stack Engineer",
    "software development": "Software Developer", "web development": "Web Developer", "infrastructure": "Infrastructure Engineer", "product design": "Product Designer",
}  # fmt: skip


def named_alone(craft: str) -> str:
    """The role that a craft names by itself ("DevOps", "Front End"); "" where it does not make a title."""
    return ALONE.get(" ".join(craft.lower().split()).strip(" ."), "")


def with_level(level: str, words: list[str]) -> list[str]:
    """The words with a level before them unless they state one."""
    return words if any(w.lower() in levels() for w in words) else [level, *words]


def tail(words: list[str]) -> list[str]:
    """The end of a title that a list shares: its head, with shared craft where another craft word stands before."""
    heads = [i for i, w in enumerate(words) if kind_of(w) == "head"]
    first = heads[0] if heads else len(words) - 1
    start = first
    while start > 1 and words[start - 1].lower() in shared_words():
        start -= 1
    if start == 1 and words[0].lower() not in shared_words() and kind_of(words[0]) == "craft":
        return words[1:]
    return words[start:] if start > 1 else words[first:]


def read_prose(text: str, start: int, reach: int = 160) -> list[str]:
    """The roles named right after `start` of a sentence, singular: "two talented iOS and Android engineers to ..." .

    Words that praise or count are passed over; the first word that can be no part of a title ends the reading. Nothing
    is returned where no head was met.
    """
    parts: list[Part] = []
    words: list[str] = []
    headed = False
    skipped = depth = 0
    end = start + reach
    previous_end = start
    for match in WORD.finditer(text, start, end):
        gap = text[previous_end : match.start()]
        if (
            "\n" in gap
            or "." in gap
            or "!" in gap
            or "?" in gap
            or ":" in gap
            or "–" in gap
            or "—" in gap
            or " - " in gap
        ):
            break
        word = match[0].rstrip(".'’*-")
        previous_end = match.end()
        low = word.lower()
        if not word:
            continue
        if low == "(":
            depth = 1
            continue
        if depth:
            depth = 0 if low == ")" else depth
            continue
        if low in (")", "|"):
            break
        if low in LIST_MARKS or low == "/":
            if words:
                parts.append((words, headed))
                words, headed = [], False
            continue
        kind = kind_of(word)
        if low in ("head", "chief") and text.startswith(" of ", match.end()):
            kind = "head"
        if (
            headed
            and words[-1].lower() in OF_HEADS
            and kind in ("craft", "maybe")
            and words[-1].lower() not in ("lead", "manager", "owner")
        ):
            words.append(word)
            continue
        if headed:
            if kind == "head" or (kind == "level" and low not in ("mid", "entry")):
                words.append(word)
                continue
            if low == "of" and words[-1].lower() in OF_HEADS:
                words.append(word)
                headed = False
                continue
            break
        if len(words) > 1 and words[-1].lower() == "of" or (len(words) > 2 and words[-2].lower() == "of"):
            if kind in ("craft", "head"):
                words.append(word)
                headed = True
                continue
            break
        if kind == "head":
            words.append(word)
            headed = True
        elif kind in ("craft", "level", "maybe"):
            words.append(word)
        elif low == "to" and words and words[-1].lower() in levels():
            continue
        elif kind == "stop":
            break
        elif kind == "filler":
            continue
        elif word[0].isupper() or not word.isalpha():
            words.append(word)
        elif words or skipped > 2 or low.endswith("ly"):
            words, headed = [], False
            break
        elif ADJECTIVE.search(low):
            skipped += 1
        else:
            nxt = WORD.match(text, match.end() + 1)
            if nxt and kind_of(nxt[0].rstrip(".,;:!")) == "head":
                words.append(word)
            else:
                skipped += 1
        if match.group().endswith(".") and headed:
            break
    if words:
        parts.append((words, headed))
    while parts and not parts[-1][1]:
        parts.pop()
    return [display(singular(t)) for t in spread(parts, backwards=False)]


def read_list(text: str) -> list[str]:
    """The titles in a header segment or list item that names roles and little else, singular, as written."""
    pieces = [
        p.strip(" .:")
        for p in re.split(r"\s*[,;]\s*(?:(?:and|or|&)\s+)?|\s+(?:&&?|and|or|\+)\s+", text)
        if p.strip(" .:")
    ]
    parts: list[Part] = [(p.split(), any(kind_of(w) == "head" for w in WORD.findall(p))) for p in pieces]
    if len(parts) < 2:
        return [singular(text)] if text else []
    plural = any(is_plural(w) for words, headed in parts if headed for w in words)
    craft = [
        all(kind_of(w) in ("craft", "level", "filler", "maybe") for w in words) for words, headed in parts if not headed
    ]
    if all(headed for _, headed in parts):
        return [singular(t) for t in spread(parts, backwards=False)]
    if not all(craft):
        return [singular(text)]
    distinct = all(
        words[-1].lower().split("/")[0] in PLATFORMS or words[0].lower() in PLATFORMS for words, h in parts if not h
    )
    if plural or (distinct and not parts[0][1]) or len(craft) > 1:
        return [singular(t) for t in spread(parts, backwards=plural or len(craft) > 1)]
    return [singular(text)]


def display(title: str) -> str:
    """A title from running text as a display title: words that carry no capitals of their own get an initial one."""
    words = []
    for word in title.split(" "):
        low = word.lower()
        if low in written():
            words.append(written()[low])
        elif low in CASED:
            words.append(CASED[low])
        elif "/" in word:
            words.append("/".join(display(part) for part in word.split("/")))
        elif low in ("of", "and", "for", "the", "in", "or", "to", "at", "with", "a"):
            words.append(low)
        elif word.islower():
            words.append(
                "-".join(part[:1].upper() + part[1:] if i == 0 else part for i, part in enumerate(word.split("-")))
            )
        else:
            words.append(word)
    return " ".join(words)


CASED = {
    "ios": "iOS", "ui": "UI", "ux": "UX", "qa": "QA", "devops": "DevOps", "sre": "SRE", "php": "PHP", "sql": "SQL",
    "javascript": "JavaScript", "typescript": "TypeScript", "nodejs": "NodeJS", "node.js": "Node.js", "api": "API",
    "ml": "ML", "ai": "AI", "nlp": "NLP", "it": "IT", "hr": "HR", "c++": "C++", "c#": "C#", ".net": ".NET", "aws": "AWS",
    "seo": "SEO", "bi": "BI", "etl": "ETL", "vp": "VP", "crm": "CRM", "fpga": "FPGA", "gpu": "GPU", "3d": "3D", "vr": "VR",
}  # fmt: skip


def unique(titles: Iterable[str]) -> tuple[str, ...]:
    """Titles without repeats (case, hyphens and spacing ignored), in the order first met."""
    seen: dict[str, str] = {}
    for title in titles:
        key = re.sub(r"[\W_]+", "", title.casefold()) or title
        if title:
            seen.setdefault(key, title)
    return tuple(seen.values())
