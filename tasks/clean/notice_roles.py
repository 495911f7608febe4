"""The roles a notice offers: from its header, from its lists, from the sentences that ask for somebody."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.role_lists import named_alone, read_list, read_prose
from tasks.clean.roles import (
    WORD,
    bare,
    display,
    has_head,
    has_letter,
    is_plural,
    kind_of,
    may_have_head,
    narrow,
    singular,
    unique,
)

REMEMBERED = 8_192
BODY_CHARS = 6_000  # of a notice that are searched for roles
ITEM_CHARS = 90  # of a line that is an item without a bullet
ITEM_WORDS = 9
ROLE_CHARS = 60
CRAFT_WORDS = 9  # of a segment that lists crafts without a role
MOST = 12  # roles read from sentences; a text that asks for more lists them

# Where a sentence goes on with the roles it asks for, by a stem that a text without any of them is spared by.
# Plain search is ten times faster here than a pattern.
ASKING = {
    "looking": ("looking for ", "looking to hire ", "looking to add ", "looking to bring on ", "looking to recruit "),
    "hir": ("hiring ", "hiring: ", "like to hire ", "need to hire ", "seeking to hire "),
    "seek": ("seeking ", "seek "),
    "sear": ("searching for ", "in search of "),
    "need": ("we need ", "need for ", "needs ", "re needing ", "currently need ", "also need ", "in need of "),
    "opening": ("opening for ", "openings for "),
    "position": ("position for ", "positions for ", "position as "),
    "role": ("role of ", "role for ", "roles for ", "roles of "),
    "us as ": ("join us as ", "work with us as ", "play us as "),
    "add": ("to add ", "adding ", "like to add "),
    "opportunit": ("opportunities for ", "opportunity for "),
    "lookout": ("lookout for ",),
    "hunting": ("hunting for ",),
    "recruiting": ("recruiting ",),
    "bring on": ("bring on ",),
    "we want": ("we want ",),
    "priority": ("priority is ", "priority right now is "),
}
ANCHORS = tuple((stem.encode(), tuple(anchor.encode() for anchor in anchors)) for stem, anchors in ASKING.items())
LISTED = (
    b"jobs",
    b"positions",
    b"roles",
    b"openings",
    b"opportunities",
    b"hiring",
)  # a list follows behind their colon
NOT_ASKED = (b"managers", b"manager ", b"process", b"compan", b"team ", b"thread", b"criteria", b"decision")
BEFORE_MANAGERS = (b"who is ", b"who's ")
BARE = frozenset(("engineer", "developer", "dev", "hacker", "programmer", "coder", "intern"))
NICKNAMES = frozenset(
    ("guru", "ninja", "rockstar", "expert", "wizard", "hacker", "generalist", "fellow", "leader", "advocate")
)

BULLET = re.compile(r"^\s*(?:[*•·‣◦○●►▪+>–—-]{1,3}|\(?\d{1,2}[.):]{1,2}|\[\d{1,2}\])\s*")
ITEM_END = re.compile(
    r"\s(?:[-–—:|>@]+\s|–|—|-(?=[A-Z])|(?:to|who|with|able|that|based|working|wanted|needed|required)\s)"
    r"|[:(\[|]|--|->|=>|(?<![SJsj]r)\. |\.$|;(?! [A-Z][\w /&]{2,30}:)|https?://|www\."
)
GOES_ON = re.compile(r"[:–—|(@\[<-]")  # a longer line is an item where one of these stands behind the role
SPECIALTY = re.compile(
    r"\s{0,2}(?:(?P<open>\()|[-–—]{1,2}\s)\s?(?P<what>[A-Z][\w+#./&]{1,20}(?: [A-Z&][\w+#./&]{0,20}){0,3})(?(open)\))"
    r"(?=\s*$|\s+[-–—(]|\s+https?:)"
)
NOT_ROLES = re.compile(
    r"\b(?:experience|experienced|knowledge|you|your|our|we|years?|ability|strong|work(?:ing)? with|team of|skills?"
    r"|manage[sd]?|responsib\w+|report\w*|founder of|tech stack|required|must|degree|email|contact|cto of|ceo of)\b",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"^(?:(?:(?:full|part)[\s-]?time|freelance|contract|remote|onsite|on-site|an?|the|one|two|three|\d{1,3}\+?x?|several"
    r"|multiple|hiring:?|position:?|role:?|job title:?|title:?|opening:?|wanted:?|now hiring:?)\s+){1,3}",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"\((?:multiple|several|many|various|\d{1,2}|x\d|s|all levels"
    r"|[^()]{0,40}(?:remote|onsite|level|hire|YC)[^()]{0,40})\)",
    re.IGNORECASE,
)
COUNTS = re.compile(
    r"\b(?:multiple|several|various|many|hiring|looking for|seeking|we(?:'|’)re|(?:(?:are|is)\s)?(?:wanted|needed)|positions?|roles?"
    r"|openings?|jobs?|urgent|experienced|talented|\d{1,2}\s?x|x\s?\d{1,2}|etc|and more|& more|more)\b[:.]?|^\d{1,2}\s",
    re.IGNORECASE,
)
DEPARTMENT = re.compile(
    r"^(?:engineering|product|design|sales|marketing|tech|technology|development|data|operations)\s+[-–—:]\s+",
    re.IGNORECASE,
)
CRAFTS_BEHIND = re.compile(r"^([^()]{3,60}?)\s*\(([^()]{3,80})\)$")
CRAFT_CUT = re.compile(r"\s*[,;/&+]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
LINE_CUT = re.compile(r"\s*[,|:;•()]\s*|\s[-–—]+\s|\s+and\s+more\b")
MARKS = re.compile(
    r"\b(?:remote|onsite|on-site|full[\s-]?time|part[\s-]?time|contract|hiring|visa|interns?)\b", re.IGNORECASE
)


def roles_in_notice(header: tuple[tuple[str, str], ...], text: str) -> tuple[tuple[str, ...], str]:
    """The titles a notice offers and the words they were read from; ((), "") where it names none.

    The header is believed first, then lines that are nothing but a role, then sentences that ask for one. A header
    that says no more than "Engineers" gives way to what the body names.
    """
    segments = [t for kind, t in header if kind == "role"]
    titles = [title for segment in segments for title in from_segment(segment)]
    if titles and not all(map(is_bare, titles)):
        return unique(titles), " · ".join(segments)
    body = text[:BODY_CHARS]
    listed = from_lines(body)
    if listed:
        return unique(listed), " · ".join(listed)
    found, because = from_sentences(body)
    if titles and all(map(is_bare, found)):
        return unique(titles), " · ".join(segments)
    if not found:
        because = body.split("\n", 1)[0][:300]
        found = [t for piece in LINE_CUT.split(because) for t in item_titles(bare(MARKS.sub(" ", piece), " .,-–—"))]
    return unique(found), because


def is_bare(title: str) -> bool:
    """Whether a title says no more than "Engineer" or "Developer"."""
    return singular(title).lower() in BARE


@lru_cache(maxsize=REMEMBERED)
def from_segment(segment: str) -> tuple[str, ...]:
    """The titles of one header segment: "2 Engineers (Front-end and Back-end)", "DevOps", "Engineering - QA Lead"."""
    segment = bare(" ".join(COUNTS.sub(" ", REMARK.sub(" ", segment)).split()), " ,;:.-–—&/+")
    crafts = CRAFTS_BEHIND.match(segment)
    if crafts and is_plural(crafts[1].split()[-1]):
        inner = [c for c in CRAFT_CUT.split(crafts[2]) if c]
        if len(inner) > 1 and all(kind_of(w) == "craft" for c in inner for w in c.split()):
            return tuple(singular(f"{c} {crafts[1]}") for c in inner)
    if not has_head(segment):
        return from_crafts(segment)
    return tuple(shown(without_leading(t)) for t in read_list(DEPARTMENT.sub("", segment)) if has_letter(t))


def from_crafts(segment: str) -> tuple[str, ...]:
    """The roles of a segment that names crafts only: "Frontend / Backend / Security"."""
    crafts = [p for p in CRAFT_CUT.split(segment) if p]
    roles = tuple(named_alone(p, listed=len(crafts) > 1) for p in crafts)
    words = WORD.findall(segment)
    if all(roles) and sum(word not in ",;&+/|()" for word in words) <= CRAFT_WORDS:
        return roles
    return () if len(words) > 6 else tuple(role for p in crafts if (role := named_alone(p)))


def without_leading(title: str) -> str:
    """A title without what a list puts before it: "Full-time", "an", "2", "Position:"."""
    leading = LEADING.match(title)
    return title[leading.end() :] if leading else title


def shown(title: str) -> str:
    """A title of a header or list: in display case where it begins with a small letter, "Dev" written out."""
    if title[:1].islower() and title[:3] not in ("iOS", "iPh"):
        return display(title)
    return " ".join("Developer" if w in ("Dev", "dev", "DEV") else w for w in title.split(" "))


def from_lines(text: str) -> list[str]:
    """The titles that stand alone on a line or open an item: "* Data Scientist - https://...", "Backend engineer:"."""
    titles: list[str] = []
    for line, words in zip(text.split("\n")[1:], narrow(text).split(b"\n")[1:], strict=True):
        if not may_have_head(words[: ROLE_CHARS + 10]) or len(line) < 4:
            continue  # most lines end here
        bullet = BULLET.match(line)
        item = line[bullet.end() :] if bullet else line
        long = not bullet and len(item) > ITEM_CHARS
        if (long and not GOES_ON.search(item, 0, 2 * ROLE_CHARS)) or not has_head(line[: ROLE_CHARS + 10]):
            continue
        end = ITEM_END.search(item, 0, 2 * ROLE_CHARS)
        role = item[: end.start()].rstrip() if end else item
        if long and not (end and item[end.start() :].lstrip()[:1] in ":-–—h|(@[<"):
            continue
        if 3 < len(role) <= ROLE_CHARS:
            found = item_titles(bare(role, " .,;*_=#:–-&").replace(";", ","))
            titles += with_specialty(found[0], item, end.start()) if end and len(found) == 1 else found
    return titles


def with_specialty(title: str, item: str, at: int) -> tuple[str, ...]:
    """The title of a list item with the specialty that stands behind it and is nothing else: "- Linux", "(Mechanical)"."""
    behind = SPECIALTY.match(item, at)
    if not behind or not all(kind_of(word) == "craft" or word == "&" for word in behind["what"].split()):
        return (title,)
    return (f"{title} ({behind['what']})" if behind["open"] == "(" else f"{title} - {behind['what']}",)


@lru_cache(maxsize=REMEMBERED)
def item_titles(item: str) -> tuple[str, ...]:
    """The titles in a list item, if it is nothing but titles; sentences and requirements give none."""
    item = without_leading(item)
    words = [w for word in item.split() if (w := word.strip(",;()&/+"))]
    if not words or len(words) > ITEM_WORDS:
        return ()
    kinds = [kind_of(w) for w in words]
    strange = [w for w, kind in zip(words, kinds, strict=True) if kind in ("", "stop", "filler")]
    strange = [w for w in strange if w.lower() not in ("and", "or", "of", "for")]
    if len(strange) > 2 or any(w.islower() or kind_of(w) == "stop" for w in strange):
        return ()
    ends = kinds[-1] in ("head", "level") or any(map(is_plural, words)) or any(mark in item for mark in (",", "-", "/"))
    if (not ends and " of " not in item) or not has_head(item) or NOT_ROLES.search(item):
        return ()
    return tuple(shown(t) for t in read_list(item) if has_head(t) and t.lower() not in ("intern", "internship"))


def from_sentences(text: str) -> tuple[list[str], str]:
    """The titles that sentences ask for, and the first of these sentences."""
    titles: list[str] = []
    bare: list[str] = []
    because = ""
    for start, end in asked(text):
        found = read_prose(text, end)
        if found:
            (bare if all(map(is_bare, found)) else titles).extend(found)
            because = because or text[start : end + 80].split("\n")[0]
        if len(titles) > MOST:
            break
    exact = [t for t in titles if singular(t.split()[-1].lower()) not in NICKNAMES]
    return exact or titles or bare, because


def asked(text: str) -> list[tuple[int, int]]:
    """Where a text asks for somebody: (start of the words that ask, end of them), in order."""
    low = text.encode("latin-1", "replace").lower()  # as long as the text: positions are the same
    found: list[tuple[int, int]] = []
    for stem, anchors in ANCHORS:
        if stem not in low:
            continue
        for anchor in anchors:
            at = low.find(anchor)
            while at >= 0:
                end = at + len(anchor)
                begins = at == 0 or not text[at - 1].isalpha()
                if begins and not low.startswith(NOT_ASKED, end) and not low.endswith(BEFORE_MANAGERS, 0, at):
                    found.append((at, low.find(b" ", end) + 1 if low.startswith((b"for ", b"to "), end) else end))
                at = low.find(anchor, end)
    if b":" not in low:
        return sorted(found)
    for word in LISTED:
        at = low.find(word)
        while at >= 0:
            colon = low.find(b":", at, at + 60)
            if (
                colon > 0
                and not low.startswith(b"//", colon + 1)
                and low.find(b".", at, colon) == low.find(b"\n", at, colon)
            ):
                found.append((at, colon + 1))
            at = low.find(word, at + len(word))
    return sorted(found)
