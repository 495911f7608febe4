"""The roles a notice offers: from its header, from its lists, from the sentences that ask for somebody."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import is_place
from tasks.clean.notice import read_notice
from tasks.clean.notice_opening import TELLING
from tasks.clean.role_items import from_lines, item_titles, shown, with_specialty, without_leading
from tasks.clean.role_lists import CRAFT_CUT, is_general, is_plain, named_alone, names_craft, read_list
from tasks.clean.role_prose import from_sentences, read_prose
from tasks.clean.roles import (
    WORD,
    bare,
    has_head,
    has_letter,
    head_places,
    is_head,
    is_plural,
    kind_of,
    singular,
    unique,
    words_of,
)

REMEMBERED = 8_192
HEADED_BY = re.compile(r"\||\s[-–—/•]\s|--|—|•|//|\sis hiring\b")  # one of these is in the header of a copied notice
BODY_CHARS = 6_000  # of a notice that are searched for roles
HEADER_CHARS = 400  # within which a header's role stands
CRAFT_WORDS = 9  # of a segment that lists crafts without a role

REMARK = re.compile(
    r"\((?:multiple|several|many|various|\d{1,2}|x\d|s|all levels"
    r"|[^()]{0,40}(?:remote|onsite|level|hire|YC|experience|a plus|visa|preferred|required|welcome)[^()]{0,40})\)",
    re.IGNORECASE,
)
COUNTS = re.compile(
    r"\b(?:multiple|several|various|many|hiring|looking for|seeking|we(?:'|’)re|(?:(?:are|is)\s)?(?:wanted|needed)|(?:open\s)?positions?|roles?"
    r"|(?:open\s)?openings?|jobs?|urgent|experienced|talented|\d{1,2}\s?x|x\s?\d{1,2}|etc|and more|& more|more)\b[:.]?|^\d{1,2}\s",
    re.IGNORECASE,
)
DEPARTMENT = re.compile(
    r"^(?:engineering|product|design|sales|marketing|tech|technology|development|data|operations)\s+[-–—:]\s+",
    re.IGNORECASE,
)
WHERE = re.compile(r"\s(?:@|at)\s?(?:the\s)?[A-Z].*$|\sin(?: the)? (?!Test\b|Residence\b|Charge\b)([A-Z][^\s/]*)[^/]*$")
SENTENCE_END = re.compile(r"(?<=\w{4})\. (?=[A-Z])")
LETTERS = re.compile(r"[a-z]+")
MAY_BE_OPEN = re.compile(r"[(\[#\d]|^[A-Z]{2}\s")
BEFORE_BRACKET = re.compile(r"(?<=\w)\(")
LEFT_OPEN = re.compile(
    r"\s*[(\[][^()\[\]]*$|\s*#\d{1,3}$|^[A-Z]{2}\s[-–—]\s|^\(?\d{1,2}[.)]\s*|^\[[^\]]*\]\s*|^\((?!(?i:senior|junior|sr|jr|lead|mid|staff)\b)[^()]*\)\s+|\(\s*\)"
)
FRONT_AND_BACK = re.compile(r"\b(front)(?=( ?(?:and|&|/|or) ?back)([- ]?end)\b)", re.IGNORECASE)
DEV_OPS = re.compile(r"\bdev ops\b", re.IGNORECASE)
# A segment with one of these is running text, and read as such.
RUNNING = frozenset(
    "we we're we’re i i'm are is our you your who that welcome authorized possible only founded need though option consider looking seeking hiring similar".split()  # noqa: SIM905
)
ARTICLES = frozenset(("a", "an", "for", "need"))  # begin what "Acme is hiring" goes on with
CRAFTS_BEHIND = re.compile(r"^([^()]{3,60}?)\s*\(([^()]{3,80})\)$")
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
    certain = bool(titles) and not all(map(is_general, titles))
    company = next((t for kind, t in header if kind == "company"), "\0")
    again = f"\n{company} |" in text  # a header line for each role
    if certain and len(titles) == 1 and not again and not any(map(has_plural, segments)):
        return (completed(titles[0], segments[0], text),), " · ".join(segments)
    body = text[:BODY_CHARS]
    heads = head_places(body)
    listed = unique(from_lines(body, heads))
    if certain and again:
        return unique([*titles, *listed]), " · ".join(segments)
    guessed = certain and not any(map(has_head, segments))  # "Backend, Frontend"
    exact = sum(not is_general(title) for title in listed) if certain else 0
    if exact > (not guessed) and len(listed) >= of_header(segments, listed):
        return listed, " · ".join(listed)
    if certain and not guessed:
        return unique(titles), " · ".join(segments)
    if listed and not certain:
        return listed, " · ".join(listed)
    found, because = from_sentences(body, heads)
    if guessed and len(found) <= len(titles):
        return unique(titles), " · ".join(segments)
    if titles and all(map(is_general, found)):
        return unique(titles), " · ".join(segments)
    if not found:
        because = body.split("\n", 1)[0][:300]
        if not heads or heads[0] >= len(because):
            return unique(titles), because
        found = [t for piece in LINE_CUT.split(because) for t in item_titles(bare(MARKS.sub(" ", piece), " .,-–—"))]
    return unique(found), because


def roles_in_copy(listed: tuple[str, ...] | None, company: str, text: str) -> tuple[tuple[str, ...], str] | None:
    """The roles of a notice that a board copied whole, with the title it lists among them; None for other texts.

    Such a text begins with a header that begins with the company, and the title is a part of a role that it names.
    """
    if not listed or len(listed) != 1 or not company or text[:3] != company[:3]:
        return None
    line = text[:HEADER_CHARS].split("\n", 1)[0]
    if len(line) == HEADER_CHARS or not HEADED_BY.search(line) or TELLING.isdisjoint(k for k, _ in read_notice(line)):
        return None
    header = read_notice(text)
    titles, because = roles_in_notice(header, text)
    if not titles or titles == listed:
        return None
    title = listed[0].lower()
    exact = is_general(listed[0]) and not all(map(is_general, titles))
    return (titles, because) if exact or any(title in each.lower() for each in titles) else None


def of_header(segments: list[str], listed: tuple[str, ...]) -> int:
    """How many titles a header names: lines of the list that were read as a part of it do not count behind a plural."""
    named = [(segment, from_segment(segment)) for segment in segments]
    own = [(segment, titles) for segment, titles in named if len(titles) != 1 or titles[0] not in listed]
    return sum(len(titles) for _, titles in (own if all(has_plural(segment) for segment, _ in own) else named))


def completed(title: str, segment: str, text: str) -> str:
    """The title of a header with the specialty that a header's dashes have cut off: "Developer" + " - Linux"."""
    at = text.find(segment, 0, HEADER_CHARS) + len(segment)
    if at < len(segment) or text[at : at + 1] not in " -–—" or text[at : at + 2].strip() not in ("-", "–", "—"):
        return title
    return with_specialty(title, text, at, plain=True)


@lru_cache(maxsize=REMEMBERED)
def has_plural(segment: str) -> bool:
    """Whether a segment speaks of several people: "Engineers", "Multiple Positions"."""
    return any(map(is_plural, WORD.findall(segment)))


@lru_cache(maxsize=REMEMBERED)
def from_segment(segment: str) -> tuple[str, ...]:
    """The titles of one header segment: "2 Engineers (Front-end and Back-end)", "DevOps", "Engineering - QA Lead"."""
    words = bare(segment, " .,;:-–—").split()
    if words and is_plain(words):
        return (shown(singular(" ".join(words))),)
    if len(words) > 2 and (words[0].lower() in ARTICLES or not RUNNING.isdisjoint(map(str.lower, words))):
        return from_running(segment, words)
    segment = tidied(segment)
    crafts = CRAFTS_BEHIND.match(segment) if segment[-1:] == ")" else None
    if crafts and is_plural(crafts[1].split()[-1]):
        inner = [c for c in CRAFT_CUT.split(crafts[2]) if c]
        if len(inner) > 1 and all(kind_of(w) == "craft" for c in inner for w in c.split()):
            return tuple(singular(f"{c} {crafts[1]}") for c in inner)
    if not has_head(segment):
        return from_crafts(segment)
    roles = [role for part in between_slashes(DEPARTMENT.sub("", segment, count=1)) for role in read_list(part)]
    return tuple(shown(without_leading(role)) for role in roles if has_letter(role))


def from_running(segment: str, words: list[str]) -> tuple[str, ...]:
    """The roles of a segment that is running text: what it asks for, else what it begins with ("Baker who bakes")."""
    if words[0].lower() in ARTICLES:
        return tuple(read_prose(segment, 0 if words[0].lower() in ("a", "an") else len(words[0])))
    asked = from_sentences(segment, head_places(segment))[0]
    if asked:
        return tuple(asked)
    until = next(i for i, word in enumerate(words) if word.lower() in RUNNING)
    return item_titles(bare(" ".join(words[:until]).split(". ")[0].split(" (")[0], " .,;:-–—&/"))


def tidied(segment: str) -> str:
    """A segment without counts, remarks, where and for whom: "2 x SREs (remote OK) at Acme" -> "SREs"."""
    if "(" in segment:
        segment = BEFORE_BRACKET.sub(" (", REMARK.sub(" ", segment))
    low = segment.lower()
    if not words_of("count").isdisjoint(LETTERS.findall(low)) or any(map(str.isdigit, low)):
        segment = COUNTS.sub(" ", segment)
    if "front" in low and "back" in low:
        segment = FRONT_AND_BACK.sub(r"\1\3", segment)
    if "dev ops" in low:
        segment = DEV_OPS.sub("DevOps", segment)
    if " at " in low or "@" in low or " in " in low:
        where = WHERE.search(segment)
        if where and has_head(segment[: where.start()]) and not has_head(where[0]):
            of_what = where[1] is not None and kind_of(where[1]) == "craft"  # "Engineer in Machine Learning"
            segment = segment if of_what else segment[: where.start()]
    if ". . " in segment:
        segment = segment.rpartition(". . ")[2]  # the marks between the periods were taken out
    if " / " in segment:
        first, *parts = segment.split(" / ")
        parts = [part for part in parts if kind_of(part.strip()) == "craft" or not is_place(part.strip())]
        segment = " / ".join([first, *parts])
    stop = SENTENCE_END.search(segment) if ". " in segment else None
    if stop and has_head(segment[: stop.start()]):
        segment = segment[: stop.start()]
    colon = segment.find(": ")
    if (
        colon > 0
        and has_head(segment[:colon])
        and not has_head(segment[colon:])
        and not names_craft(segment[colon + 1 :])
    ):
        segment = segment[:colon]
    segment = " ".join(segment.split())
    return bare(LEFT_OPEN.sub("", segment) if MAY_BE_OPEN.search(segment) else segment, " ,;:.-–—&/+")


def between_slashes(segment: str) -> list[str]:
    """Roles between slashes that are different people: "Analyst Intern / Analyst", "QA Engineers/Data Engineers"."""
    if "/" not in segment:
        return [segment]
    parts = [part.strip() for part in segment.split("/")]
    if not all(" " in part and is_head(part.split()[-1]) for part in parts):
        return [segment]
    several = all(is_plural(part.split()[-1]) for part in parts)
    interns = sum(part.lower().endswith((" intern", " internship")) for part in parts)
    return parts if several or 0 < interns < len(parts) else [segment]


def from_crafts(segment: str) -> tuple[str, ...]:
    """The roles of a segment that names crafts only: "Frontend / Backend / Security"."""
    crafts = [p for p in CRAFT_CUT.split(segment) if p]
    roles = tuple(named_alone(p, listed=len(crafts) > 1) for p in crafts)
    words = WORD.findall(segment)
    if all(roles) and sum(word not in ",;&+/|()" for word in words) <= CRAFT_WORDS:
        return roles
    return () if len(words) > 6 else tuple(role for p in crafts if (role := named_alone(p)))
