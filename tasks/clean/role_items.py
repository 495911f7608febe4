"""Roles in the lines of a notice: headings and items of lists that are nothing but titles."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.gazetteer import is_place
from tasks.clean.role_lists import (
    BRACKETS,
    LANGUAGES,
    LIST_CUT,
    RULERS,
    areas_of,
    is_general,
    is_plain,
    names_craft,
    read_list,
)
from tasks.clean.roles import bare, display, has_head, is_plural, kind_of, singular, words_of, written

REMEMBERED = 8_192
ITEM_CHARS = 90  # of a line that is an item without a bullet
ITEM_WORDS = 9
ROLE_CHARS = 60
HEAD_BY = 70  # characters of a line within which its first role stands
LABEL_CHARS = 40  # within which a label or place before a role ends
LISTED_CHARS = 240  # of an item that lists several roles
MEMBERS = 4  # pieces between bars one of which is the role
MEMBER_WORDS = 6  # of each role of such an item

BULLET = re.compile(r"^\s*(?:[*•·‣◦○●►▪+>–—-]{1,3}|\(?\d{1,2}\s?[.):]{1,2}|\(?[A-Ha-h]\)|\[\d{1,2}\])\s*")
# Every branch begins with a letter or sign of its own: the search then skips what can begin none of them.
ITEM_END = re.compile(
    r" (?:[-–—:|>@]+\s|–|—|-(?=[A-Z])|(?:to|who|with|able|that|based|working|wanted|needed|required)\s"
    r"|(?:in|at)\s(?=[A-Z])|for (?:our|the|a|an|its|20\d\d|Summer|Fall|Autumn|Winter|Spring|summer|fall)\s|[$€£]\d)"
    r"|:|\(|\[|\||--|->|=>|\. (?<![SJsj]r\. )|\.$|;(?! [A-Z][\w /&]{2,30}:)|https?://|www\.|,\s*[$€£]\d|\$\d|€\d|£\d"
    r"|-(?=[A-Z])(?<=(?:eer|per|ner|ger|ers|ist|yst|ect)-)|-(?=[A-Z])(?<=\)-)"
)
GOES_ON = re.compile(r"[:–—|(@\[<-]")  # a longer line is an item where one of these stands behind the role
DASHED = re.compile(r"\s*[-–—]{1,2}\s*([A-Z][^|:()@,;.\[\]–—\n]{0,45}?)\s*(?=$|\s[-–—]{1,2}\s|[|(:@\[]|https?:|--)")
LABELLED = re.compile(
    r"(?:(?:open|other|current|our)\s)?(?:role|position|job title|title|opening|seeking|now hiring|hiring|wanted|looking for)s?:\s+",
    re.IGNORECASE,
)
COLON = re.compile(r":\s([A-Z][\w&/+#. ]{1,40}?)\s*(?=\(|https?:)")  # "Software Engineer: Web & Mobile (Oslo)"
MARK = re.compile(
    r"\b(?:remote|onsite|on-site|office|full|part|time|contract|interns?|visa|apply|build|help|work|join|click|see|any|all"
    r"|pdf|multiple|senior|junior|mid|levels?|permanent|here|new|we|you|your|our|the|from|responsible|anywhere|series|must"
    r"|link|details|more|now|open|hiring|us|usa|uk|eu|hq|area|team)\b",
    re.IGNORECASE,
)
WHO = re.compile(r"\s(?:who|that|able|with)\s")
NOT_ROLES = (
    "work with",
    "working with",
    "team of",
    "founder of",
    "tech stack",
    "cto of",
    "ceo of",
    "hacker news",
    "who is",
)
DUTIES = ("responsib", "report", "manages", "managed")  # what words of duties begin with
LEADING = re.compile(
    r"^(?:(?:(?:full|part)[\s-]?time|freelance|contract|remote|onsite|on-site|an?|the|one|two|three|\d{1,3}\+?x?|several"
    r"|multiple|hiring:?|position:?|role:?|job title:?|title:?|opening:?|wanted[.:]?|now hiring:?|(?:we(?:'|’)re |we are |currently )?(?:looking|searching|hiring)"
    r" for|seeking|hiring|experienced(?: or| and)?|talented)\s+){1,3}",
    re.IGNORECASE,
)
NO_TITLES = frozenset(
    ("intern", "internship", "expert", "guru", "ninja", "rockstar", "wizard", "generalist", "leader", "partner")
)
DANGLING = frozenset(("or", "and", "for", "in", "at", "with"))  # what followed them was cut off
SHORTENED = frozenset(("Dev", "dev", "DEV", "Devs", "devs", "DEVS", "Eng", "eng", "ENG"))  # are written out
RUBY_ON = "ruby on rails"
LADDER = frozenset(("I", "II", "III", "IV", "1", "2", "3"))


@cache
def begin_sentences() -> frozenset[str]:
    """First words of sentences, duties and demands, small or with a capital. "IT" is not among them."""
    return frozenset(form for word in words_of("sentence") for form in (word, word.capitalize()))


def from_lines(text: str, heads: list[int]) -> list[str]:
    """The titles that stand alone on a line or open an item: "* Data Scientist - https://...", "Backend engineer:".

    `heads` says where words for roles stand. The first line is the header's.
    """
    titles: list[str] = []
    end = text.find("\n")
    if end < 0:
        return titles
    for at in heads:
        if at < end:
            continue
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        if at - start < HEAD_BY and text[start : text.find(" ", start)] not in begin_sentences():
            titles += from_line(text[start:end])
    return titles


@lru_cache(maxsize=REMEMBERED)
def from_line(line: str) -> tuple[str, ...]:
    """The titles of one line that has a word for a role near its beginning; () for a sentence or a requirement."""
    bullet = None if line[:1].isalpha() and line[1:2] != ")" else BULLET.match(line)
    item = line[bullet.end() :] if bullet else line
    if bullet and item[: item.find(" ")] in begin_sentences():
        return ()
    if item.find(": ", 0, LABEL_CHARS) > 0:
        item = without_label(item)
    long = not bullet and len(item) > ITEM_CHARS
    sought = long and " to " in item[:ROLE_CHARS] and is_sought(item)
    if long and not sought and not GOES_ON.search(item, 0, 2 * ROLE_CHARS):
        return several(item)
    end = ITEM_END.search(item, 0, 2 * ROLE_CHARS)
    role = item[: end.start()].rstrip() if end else item
    if long and not sought and not (end and item[end.start() :].lstrip()[:1] in ":-–—h|(@[<$€£"):
        return several(item)
    if len(role) > ROLE_CHARS:
        return several(item)
    if len(role) < 3:
        return ()
    found = item_titles(bare(role, " .,;*_=#:–-&+!").replace(";", ","))
    if not found and "|" in item and len(item) < LISTED_CHARS:
        return from_bars(item)
    if not end or not found:
        return found
    if len(found) == 1:
        if is_general(found[0]) and WHO.match(item, end.start()):
            return ()  # "Hackers who ship"
        bracket = BRACKETS.match(item, end.start()) if is_plural(role.split()[-1]) else None
        if bracket and (areas := areas_of(bracket[1], role)) and names_craft(bracket[1]):
            return tuple(shown(f"{area} {found[0]}") for area in areas)
        return (with_specialty(found[0], item, end.start()),)
    return found


def is_sought(item: str) -> bool:
    """Whether a long line is a role and what it is wanted for: "Backend engineer to grow our ovens ..."."""
    words = item.partition(" to ")[0].split(" ")
    return len(words) > 1 and is_plain(words)


def without_label(item: str) -> str:
    """An item without the label or place before its role: "Role: Cook", "LONDON / NYC: Cook". Lists are sentences."""
    tag, _, behind = item.partition(": ")
    if tag[0] == "#" and tag[1:].isalnum():
        return behind  # "#oslo: Cook"
    label = LABELLED.match(item)
    if label:
        return item if "," in item else item[label.end() :]
    place, _, role = item.partition(": ")
    return role if not has_head(place) and all(map(is_place, place.split(" / "))) else item


def from_bars(line: str) -> tuple[str, ...]:
    """The titles of a line that is a header of its own: "Acme | Data Engineer | Oslo", once for each role."""
    for piece in line.split("|")[:MEMBERS]:
        found = item_titles(bare(ITEM_END.split(piece.strip(), maxsplit=1)[0], " .,;*_=#:–-&+!"))
        if found:
            return found
    return ()


@lru_cache(maxsize=REMEMBERED)
def several(item: str) -> tuple[str, ...]:
    """The titles of a long line that lists three roles or more and nothing else."""
    if item.count(",") + item.count("/") < 2 or len(item) > LISTED_CHARS:
        return ()
    pieces = [p for piece in LIST_CUT.split(item.replace(" / ", ", ")) if (p := bare(piece, " .:"))]
    if len(pieces) < 3 or not all(has_head(p) and len(p.split()) <= MEMBER_WORDS for p in pieces):
        return ()
    found = [title for piece in pieces for title in item_titles(piece)]
    return tuple(found) if len(found) >= len(pieces) else ()


def with_specialty(title: str, item: str, at: int, *, plain: bool = False) -> str:
    """The title of a list item with the specialty that stands behind it: "- Linux", "(Mechanical)", "- Data Services".

    A place, a workplace and what begins a sentence are no specialty; where names stand (`plain`), nor is a word unknown.
    """
    bracket = BRACKETS.match(item, at)
    if bracket:
        return f"{title} ({bracket[1].strip()})" if names_craft(bracket[1]) else title
    dash = DASHED.match(item, at) or COLON.match(item, at)
    if not dash or not (names_craft(dash[1]) if plain else is_specialty(dash[1])):
        return title
    return f"{title} - {dash[1]}"


@lru_cache(maxsize=REMEMBERED)
def is_specialty(text: str) -> bool:
    """Whether what follows a role behind a dash says of what it is: "Linux", "OS Internals", "Mapping and Planning"."""
    if names_craft(text):
        return True
    words = [word for word in text.split() if word not in ("and", "&", "of")]
    if len(words) > 3 or not all(word[0].isupper() for word in words) or MARK.search(text):
        return False
    return "head" not in map(kind_of, words) and not is_place(text)


@lru_cache(maxsize=REMEMBERED)
def item_titles(item: str) -> tuple[str, ...]:
    """The titles in a list item, if it is nothing but titles; sentences and requirements give none."""
    plain = item.split(" ")
    if is_plain(plain):
        title = shown(singular(item))
        return (title,) if title.lower() not in NO_TITLES else ()
    whole, item = item, without_leading(item)
    if item != whole and is_general(item):
        return ()  # "Looking for engineers", "An engineer"
    words = [w for word in item.split() if (w := word.strip(",;()&/+!"))]
    if not words or len(words) > ITEM_WORDS:
        return several(item)
    if item.count("(") != item.count(")"):
        return ()
    kinds = [kind_of(w) for w in words]
    strange = [w for w, kind in zip(words, kinds, strict=True) if kind in ("", "stop", "filler")]
    strange = [w for w in strange if w.lower() not in ("and", "or", "of", "for")]
    if "on" in strange and RUBY_ON in item.lower():
        strange.remove("on")
    if len(strange) > 2 or any(w.islower() or kind_of(w) == "stop" for w in strange):
        return ()
    last = words[-1].lower()
    ends = (
        kinds[-1] in ("head", "level")
        or words[-1] in LADDER
        or last in LANGUAGES
        or words[0].lower() in RULERS
        or any(mark in item for mark in ",-/")
    )
    if (not ends and not any(map(is_plural, words)) and " of " not in item) or not has_head(item):
        return ()
    if is_demand(item, words) or is_signature(item, kinds):
        return ()
    return tuple(shown(t) for t in read_list(item) if has_head(t) and t.lower() not in NO_TITLES)


def is_demand(item: str, words: list[str]) -> bool:
    """Whether an item says what somebody does or must know: "Manages engineers", "5 years as a developer"."""
    low = [word.lower() for word in words]
    if not words_of("demand").isdisjoint(low) or any(word.startswith(DUTIES) for word in low):
        return True
    said = item.lower()
    return " " in said and any(phrase in said for phrase in NOT_ROLES)


def is_signature(item: str, kinds: list[str]) -> bool:
    """Whether an item is who signs, and not who is sought: "Ada Hale, CTO"."""
    comma = item.find(",")
    return comma > 0 and not any(kinds[: len(item[:comma].split())])


def without_leading(title: str) -> str:
    """A title without what a list puts before it: "Full-time", "an", "2", "Position:"."""
    leading = LEADING.match(title)
    return title[leading.end() :] if leading else title


def shown(title: str) -> str:
    """A title of a header or list: in display case where it begins with a small letter, "Dev" and "Eng" written out."""
    start, _, last = title.rpartition(" ")
    if last in DANGLING and start:
        title = start.rstrip(" ,/&")
    if title[:1].islower() and title[:3] not in ("iOS", "iPh"):
        return display(title)
    if SHORTENED.isdisjoint(title.split(" ")) or " of " in title:
        return title
    return " ".join(written()[w.lower()] if w in SHORTENED else w for w in title.split(" "))
