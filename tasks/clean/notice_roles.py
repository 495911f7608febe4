"""The roles a notice offers: from its header, from its lists, from the sentences that ask for somebody."""

from __future__ import annotations

import re

from tasks.clean.roles import (
    WORD,
    display,
    has_head,
    is_plural,
    kind_of,
    named_alone,
    read_list,
    read_prose,
    singular,
    unique,
)

BODY_CHARS = 6_000
ANCHORS = (
    "looking for ", "looking to hire ", "looking to add ", "looking to bring on ", "looking to recruit ", "like to hire ", "like to add ", "need to hire ", "seeking to hire ",
    "hiring ", "hiring: ", "seeking ", "seek ", "searching for ", "in search of ", "hunting for ", "recruiting ", "we need ", "need for ", "needs ", "re needing ", "currently need ", "also need ",
    "opening for ", "openings for ", "position for ", "positions for ", "position as ", "join us as ", "work with us as ", "play us as ", "role of ", "role for ", "roles for ", "roles of ",
    "lookout for ", "bring on ", "in need of ", "we want ", "to add ", "adding ", "opportunities for ", "opportunity for ", "priority is ", "priority right now is ",
)  # fmt: skip
LISTED = ("jobs", "positions", "roles", "openings", "opportunities", "hiring")  # a list follows behind their colon
NOT_ASKED = ("managers", "manager ", "process", "compan", "team ", "thread", "criteria", "decision")
BULLET = re.compile(r"^\s*(?:[*•·‣◦○●►▪+>–—-]{1,3}|\(?\d{1,2}[.):]|\[\d{1,2}\])\s*")
ITEM_END = re.compile(
    r"\s*(?:https?://|www\.|\s[-–—:|>@]+\s|[:(\[|]|\s–|\s—|--|->|=>|\s-\s|\s-(?=[A-Z])|\s(?:to|who|with|able|that|based|working|wanted|needed|required)\s|;(?! [A-Z][\w /&]{2,30}:)|\. |\.$)"
)
ITEM_CHARS = 90
NOT_ROLES = re.compile(
    r"\b(?:experience|experienced|knowledge|you|your|our|we|years?|ability|strong|work(?:ing)? with|team of|skills?|manage[sd]?|responsib\w+|report\w*|founder of|our lead|tech stack|our stack|required|must|degree|email|contact|cto of|ceo of)\b",
    re.I,
)
WISH = re.compile(r"\b(?:and )?(?:more|others?|etc|various|many|multiple|several|lots|all)\b", re.I)


def roles_in_notice(header: tuple[tuple[str, str], ...], text: str) -> tuple[tuple[str, ...], str]:
    """The titles a notice offers and the words they were read from; ((), "") where it names none."""
    named = [t for kind, t in header if kind == "role"]
    titles = [title for segment in named for title in from_segment(segment)]
    if titles and not all(is_bare(t) for t in titles):
        return unique(titles), " · ".join(named)
    body = text[:BODY_CHARS]
    listed = from_lines(body)
    if listed:
        return unique(listed), " · ".join(listed)
    asked, because = from_sentences(body)
    if titles and all(is_bare(t) for t in asked):
        return unique(titles), " · ".join(named)
    if not asked:
        line = body.split("\n", 1)[0][:300]
        asked = [t for piece in PIECES.split(line) for t in item_titles(MARKS.sub(" ", piece).strip(" .,-–—"))]
        because = line[:120]
    return unique(asked), because


PIECES = re.compile(r"\s*[,|:;•()]\s*|\s[-–—]+\s|\s+and\s+more\b")
MARKS = re.compile(
    r"\b(?:remote|onsite|on-site|full[\s-]?time|part[\s-]?time|contract|hiring|visa|interns?)\b", re.IGNORECASE
)


def from_segment(segment: str) -> list[str]:
    """The titles of one header segment."""
    segment = re.sub(
        r"\((?:multiple|several|many|various|\d{1,2}|x\d|s|all levels|[^()]{0,40}(?:remote|onsite|level|hire|YC)[^()]{0,40})\)",
        " ",
        segment,
        flags=re.I,
    )
    segment = re.sub(
        r"\b(?:multiple|several|various|many|hiring|looking for|seeking|we(?:'|’)re|wanted|needed|positions?|roles?|openings?|jobs?|urgent|experienced|talented|\d{1,2}\s?x|x\s?\d{1,2}|etc|and more|& more|more)\b[:.]?|^\d{1,2}\s",
        " ",
        segment,
        flags=re.I,
    )
    segment = " ".join(segment.split()).strip(" ,;:.-–—&/+")
    crafts = CRAFTS_BEHIND.match(segment)
    if crafts and is_plural(crafts[1].split()[-1]):
        inner = [c for c in re.split(r"\s*[,/&]\s*|\s+and\s+|\s+or\s+", crafts[2]) if c]
        if len(inner) > 1 and all(kind_of(w) == "craft" for c in inner for w in c.split()):
            return [singular(f"{c} {crafts[1]}") for c in inner]
    if not segment or not has_any_letter(segment):
        return []
    if not has_head(segment):
        words = WORD.findall(segment)
        if len(words) > 6:
            return []
        return [
            named_alone(p)
            for p in re.split(r"\s*[,;/&+]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", segment)
            if named_alone(p)
        ]
    segment = re.sub(
        r"^(?:engineering|product|design|sales|marketing|tech|technology|development|data|operations)\s+[-–—:]\s+",
        "",
        segment,
        flags=re.I,
    )
    return [shown(LEADING.sub("", t)) for t in read_list(segment) if has_any_letter(t)]


CRAFTS_BEHIND = re.compile(r"^([^()]{3,60}?)\s*\(([^()]{3,80})\)$")


def shown(title: str) -> str:
    """A title of a header with an initial capital, and in display case where it has none of its own."""
    return (
        display(title)
        if title[:1].islower() and not title[:3] in ("iOS", "iPh")
        else " ".join("Developer" if w in ("Dev", "dev", "DEV") else w for w in title.split(" "))
    )


BARE = frozenset(
    "engineer engineers developer developers dev devs hacker hackers programmer programmers coder coders intern interns".split()
)


def is_bare(title: str) -> bool:
    """Whether a title says no more than "Engineer" or "Developer"."""
    return title.lower() in BARE


def has_any_letter(text: str) -> bool:
    """Whether a letter is in it."""
    return any(map(str.isalpha, text))


def from_lines(text: str) -> list[str]:
    """The titles that stand alone on a line or open a list item: "* Data Scientist - https://...", "Backend engineer:"."""
    titles: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if number == 0 or len(line) < 4:
            continue
        bullet = BULLET.match(line)
        item = line[bullet.end() :] if bullet else line.strip()
        cut = ITEM_END.search(item)
        head = item[: cut.start()] if cut else item
        if (
            not bullet
            and len(item) > ITEM_CHARS
            and not (cut and len(head) < 50 and item[cut.start() :].lstrip()[:1] in ":-–—h|(@[<")
        ):
            continue
        if 3 < len(head) <= 60:
            titles += item_titles(head.strip(" .,;*_=#:–-").replace(";", ","))
    return titles


LEADING = re.compile(
    r"^(?:(?:(?:full|part)[\s-]?time|freelance|contract|remote|onsite|on-site|an?|the|one|two|three|\d{1,3}\+?x?|several|multiple|hiring:?|position:?|role:?|job title:?|title:?|opening:?|wanted:?|now hiring:?)\s+){1,3}",
    re.I,
)


def item_titles(item: str) -> list[str]:
    """The titles in a list item, if it is nothing but titles; sentences and requirements give none."""
    item = LEADING.sub("", item)
    words = item.split()
    if not words or len(words) > 9 or NOT_ROLES.search(item) or not has_head(item):
        return []
    known = [kind_of(w.strip(",;()&/+")) for w in words if w.strip(",;()&/+")]
    strange = [
        w
        for w, k in zip([w for w in words if w.strip(",;()&/+")], known, strict=True)
        if k not in ("head", "craft", "level", "maybe") and w.lower() not in ("and", "or", "of", "for")
    ]
    if any(w.islower() or kind_of(w.strip(",;()")) in ("stop",) for w in strange) or len(strange) > 2:
        return []
    if strange and kind_of(words[0].strip(",")) == "" and len(words) > 1 and words[0][0].islower():
        return []
    last = [w.strip(",;()") for w in words]
    if (
        "," not in item
        and kind_of(last[-1]) not in ("head", "level")
        and " of " not in item
        and not any(is_plural(w) for w in last)
        and "-" not in item
        and "/" not in item
    ):
        return []
    return [shown(t) for t in read_list(item) if has_head(t) and t.lower() not in ("intern", "internship")]


def from_sentences(text: str) -> tuple[list[str], str]:
    """The titles that sentences ask for, and the first of these sentences."""
    titles: list[str] = []
    bare: list[str] = []
    because = ""
    for start, end in asked(text):
        found = read_prose(text, end)
        if not found:
            continue
        (bare if all(is_bare(t) for t in found) else titles).extend(found)
        because = because or text[start : end + 80].split("\n")[0]
        if len(titles) > 12:
            break
    exact = [t for t in titles if t.split()[-1].lower() not in NICKNAMES]
    return exact or titles or bare, because


NICKNAMES = frozenset(
    "guru ninja rockstar expert wizard hacker hackers gurus ninjas rockstars experts wizards generalist generalists fellow leader advocate".split()
)


def asked(text: str) -> list[tuple[int, int]]:
    """Where a text asks for somebody: (start of the words that ask, end of them), in order. Plain finds, for speed."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found: list[tuple[int, int]] = []
    for anchor in ANCHORS:
        at = low.find(anchor)
        while at >= 0:
            end = at + len(anchor)
            if (
                (at == 0 or not low[at - 1].isalpha())
                and not low.startswith(NOT_ASKED, end)
                and not low[max(0, at - 7) : at].endswith(("who is ", "who's "))
            ):
                if low.startswith(("for ", "to "), end):
                    end = low.index(" ", end) + 1
                found.append((at, end))
            at = low.find(anchor, end)
    for word in LISTED:
        at = low.find(word)
        while at >= 0:
            colon = low.find(":", at, at + 60)
            if (
                colon >= 0
                and "." not in low[at:colon]
                and "\n" not in low[at:colon]
                and low[colon + 1 : colon + 3] != "//"
            ):
                found.append((at, colon + 1))
            at = low.find(word, at + len(word))
    return sorted(found)
