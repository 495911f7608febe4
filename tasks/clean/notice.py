"""Free text notices and their first lines: `Company | Role | Place | REMOTE | Full-time`, in any order and any form.

`read_notice` is used by every field that a notice holds (company, titles, locations, workplace, pay). It cuts the
header lines into segments and says what each one is. What cannot be told is `other`; nothing is guessed from the body.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tasks.clean.gazetteer import subdivisions
from tasks.clean.lookup import rows
from tasks.clean.notice_pieces import Segment, cut, names_place
from tasks.clean.roles import WORD, has_head, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER_CHARS = 400  # of the first line; the longest header of 28,000 notices that is not running text is shorter
MORE_LINES = 4  # lines after the first that may go on with the header
MORE_CHARS = 110  # of such a line
SCANNED = 12  # lines that are looked at for the first ones with letters

PIPES = re.compile(r"[|│¦]")
DASHES = re.compile(r"\s+(?:-{1,3}|–|—|~|:{1,2}|/{2,3}|·|•|\*|>)\s+|\s*(?:—|--+|•|·)\s*|\s+[-–]\s*|(?<=[a-zA-Z)])-\s+")
LABEL = re.compile(
    r"\s*(company|employer|location|position|job title|title|role|salary|compensation|type|job type|employment type"
    r"|website|url|where|who)s?\s{0,2}:\s{0,3}",
    re.IGNORECASE,
)
LABELS = {
    "company": "company", "employer": "company", "who": "company", "location": "place", "where": "place",
    "position": "role", "role": "role", "job title": "role", "title": "role", "salary": "pay", "compensation": "pay",
    "website": "url", "url": "url", "type": "employment", "job type": "employment", "employment type": "employment",
}  # fmt: skip
OFTEN = r"(?:now |currently |also |still |always |actively |again |once again )?"
SAYS_HIRING = re.compile(
    r"^\W{0,3}(?:(?:we(?:'|’)re|we are|come join|join|here at|at)\s+)?"
    r"(?P<company>[^|,:;!?\n]{2,60}?(?:,? (?:Inc|LLC|Ltd|Corp|GmbH)\.?)?)\s*(?:\([^()]{0,120}\)\s*)?"
    r"(?:,? (?:of|in|from|based in|based out of|at)\s[A-Z][^|:;!?\n]{2,50}?)?,?\s*"
    rf"(?:\s(?:is|are|was|has been)\s+{OFTEN}(?:hiring|looking|seeking|searching|growing|expanding|recruiting"
    r"|on the lookout|in search)|\s(?:needs|wants|seeks)\b|\s(?:hiring|HIRING)\s*(?:$|[:!\-–]|for\b)"
    r"|,\s(?:we|where)\s|\s(?:is|are)!)"
)
ROLE_AT = re.compile(
    r"^(?P<role>[^|,;!?\n]{3,70}?)\s+(?:@|at|for|with)\s+(?P<company>[^|,;()!?\n–—]{2,50}?)"
    r"\s*(?=$|[,|(–—;]|\s-|\.\s|\bin\b)"
)
ROLE_IN = re.compile(
    r"^(?P<role>[^|,;!?.\n]{3,70}?)\s+(?:in|based in|-)\s+(?P<place>[A-Z][^|;!?.\n()]{2,40}?)\s*(?=$|[|(–—;.:]|\s-)"
)
RUNS_ON = re.compile(
    r"\W*(?:we|we're|we’re|i|i'm|looking|searching|hunting|currently|now|need|seeking|hiring|our|you|come|join|about|the|at"
    r"|in|as|if|are|do|is|for|apply|email|contact|send|please|responsibilit\w+|requirements?|description|summary|overview"
    r"|mission|what|who|why|how|tech|stack|open)\b(?!:?\s*(?:position|role)s?:\s*\S)",
    re.IGNORECASE,
)
DASH = re.compile(r"[-–—~:/·•*>]")  # one of these stands in everything that DASHES cuts at
# One of these stands in everything that SAYS_HIRING reads, and one of those in ROLE_AT.
HIRING_WORDS = (
    "hiring", "HIRING", "looking", "seeking", "searching", "growing", "expanding", "recruiting", "lookout", "search",
    "needs", "wants", "seeks", ", we", ", where", "is!", "are!",
)  # fmt: skip
AT_WORDS = ("@", " at ", " for ", " with ")
LABEL_ENDS = 20  # characters within which a label's colon stands
LINKS = frozenset(("and", "or", "in", "of", "the", "to", "for", "a", "at"))


@cache
def not_names() -> frozenset[str]:
    """Words that begin no company's name in a header (lookups/not_names.csv)."""
    return frozenset(row["word"] for row in rows("not_names") if row["where"] != "text")


def read_notice(text: str) -> tuple[Segment, ...]:
    """The header of a notice as (kind, text) segments in the order written; () where it begins with running text.

    Kinds: company, role, place, pay, workplace, employment, url, other. A segment that says two things ("REMOTE or
    Austin, TX") comes once under each kind, with all its words. At most one segment is the company. Only the first
    lines are looked at, so size does not matter.
    """
    found: list[Segment] = []
    for number, line in enumerate(first_lines(text)):
        label = LABEL.match(line) if ":" in line[:LABEL_ENDS] else None
        if label and label.end() < len(line):
            found.append((LABELS[label[1].lower()], line[label.end() :].strip()))
        elif found:
            segments = next_line(
                line, named=any(kind == "company" or (kind == "unknown" and is_name(t)) for kind, t in found)
            )
            if not segments:
                break
            found += segments
        elif number == 0 or "|" in line:
            found += first_line(line)
        elif number > 1:
            break
    return name_company(found)


def first_lines(text: str) -> Iterator[str]:
    """The lines a header may be in: those with letters among the first few, each cut to what a header needs."""
    found = start = 0
    for _ in range(SCANNED):
        end = text.find("\n", start)
        line = text[start : start + HEADER_CHARS if end < 0 else min(end, start + HEADER_CHARS)].strip(" \t\r*=_#~>")
        if line[:1].isalnum() or any(map(str.isalnum, line)):
            found += 1
            yield line
        if end < 0 or found > MORE_LINES:
            break
        start = end + 1


def between_bars(line: str) -> list[str]:
    """The pieces of a line between its bars, blanks around them taken away, empty ones left out."""
    return [piece for part in PIPES.split(line) if (piece := part.strip())]


def between_dashes(piece: str) -> list[str]:
    """The pieces of a text between dashes, bullets and the like; the text alone where there are none."""
    if not DASH.search(piece):
        return [piece]
    return [part for part in DASHES.split(piece) if part]


def says_hiring(line: str) -> re.Match[str] | None:
    """Who hires in "Acme (YC W14) is looking for", if the line begins so with a name."""
    hiring = SAYS_HIRING.match(line) if any(word in line for word in HIRING_WORDS) else None
    return hiring if hiring and is_name(hiring["company"]) else None


def first_line(line: str) -> list[Segment]:
    """The segments of the first line; [] when it is running text."""
    if "|" in line or "│" in line or "¦" in line:
        return [s for piece in between_bars(line) for s in of_pipe(piece)]
    hiring = says_hiring(line)
    if hiring:
        return [("company", introduced(hiring["company"])), *plainly(line[hiring.end() :])]
    at = ROLE_AT.match(line) if any(word in line for word in AT_WORDS) else None
    if (
        at
        and has_head(at["role"])
        and at["role"].count(" ") < 6
        and at["company"][:1].isupper()
        and is_name(at["company"])
    ):
        return [("role", at["role"].strip()), ("company", at["company"].strip()), *plainly(line[at.end() :])]
    colon = line.find(": ")
    if 1 < colon < 50 and is_name(line[:colon]) and not is_sentence(line[:colon]) and has_head(line[colon:][:80]):
        line = f"{line[:colon]} - {line[colon + 2 :]}"
    dash = DASHES.search(line) if DASH.search(line) else None
    if dash and not is_sentence(line[: dash.start()]):
        pieces = between_dashes(line)
        if len(pieces) > 1 and not is_sentence(pieces[0]):
            return [s for piece in pieces for s in segments_of(piece)]
    within = ROLE_IN.match(line)
    if within and has_head(within["role"]) and within["role"].count(" ") < 7 and names_place(within["place"]):
        return [("role", within["role"].strip()), ("place", within["place"].strip())]
    return opening_of(line) if is_sentence(line) else list(segments_of(line))


def opening_of(line: str) -> list[Segment]:
    """What a line of running text opens with, if it is a name and a place: "Acme, Paris/Lyon, ONSITE engineers ..."."""
    name, _, rest = line.partition(",")
    place = rest.split(",")[0].split("/")[0].strip()
    if place and is_name(name) and name.count(" ") < 4 and names_place(place):
        return [("company", name.strip()), ("place", place)]
    return []


def introduced(name: str) -> str:
    """The name in "Acme is a startup that" (is looking ...)."""
    return re.split(r"\s(?:is|are|was)\s", name, maxsplit=1)[0].strip()


@lru_cache(maxsize=32_768)
def of_pipe(piece: str) -> tuple[Segment, ...]:
    """The segments of a piece between bars: cut at dashes too where that leaves more than a role and its team."""
    parts = between_dashes(piece)
    found = [s for part in parts for s in segments_of(part)] if len(parts) > 1 else []
    kinds = [kind for kind, _ in found]
    if found and (
        kinds[0] in ("place", "workplace", "employment")
        or not {"place", "workplace", "employment", "pay", "url"}.isdisjoint(kinds[1:])
        or (kinds[0] == "unknown" and "role" in kinds)
    ):
        return tuple(found)
    return segments_of(piece)


def plainly(rest: str) -> list[Segment]:
    """What a header goes on with after "Acme is hiring": nothing but plain segments are believed."""
    rest = rest.strip(" ,-–—|:!.")
    if len(rest) > 160 or is_sentence(rest):
        return []
    return [s for piece in between_dashes(rest) for s in segments_of(piece) if s[0] != "unknown"]


def next_line(line: str, *, named: bool) -> list[Segment]:
    """The segments of a further line, if it goes on with the header; [] ends the header."""
    piped = "|" in line
    if len(line) > (HEADER_CHARS if piped else MORE_CHARS) or (not piped and is_sentence(line)) or RUNS_ON.match(line):
        return []
    hiring = says_hiring(line)
    if hiring:
        return [] if named else [("company", introduced(hiring["company"]))]
    found = [s for piece in (between_bars if piped else between_dashes)(line) for s in segments_of(piece)]
    kinds = [kind for kind, _ in found]
    if line[:1] in "*•-–" and "role" in kinds:
        return []  # an item of a list
    unknown = kinds.count("unknown") + kinds.count("other")
    if unknown and (named or not piped) and not (piped and unknown < len(found)):
        return [] if named or len(found) > 1 or not is_name(line) else found
    return [("other" if kind == "unknown" and named else kind, text) for kind, text in found]


def segments_of(piece: str) -> tuple[Segment, ...]:
    """The segments of one piece between separators."""
    piece = piece.strip(" \t-–—•*,;:")
    return cut(piece) if piece else ()


def is_sentence(text: str) -> bool:
    """Whether a piece is running text and not a name, a role or a place: long, with many small words."""
    words = text.split()
    if len(words) < 6:
        return False
    small = sum(w.islower() and w not in LINKS for w in words)
    return len(words) > 12 if small * 3 < len(words) else small * 2 > len(words) or len(words) > 9


def is_name(text: str) -> bool:
    """Whether a text can be an organisation's name: short, no sentence, not a pronoun."""
    text = text.strip()
    words = text.split()
    if len(text) == 2 and text.isascii() and text.lower() in subdivisions():
        return False
    if not words or len(words) > 7 or len(text) > 60 or ": " in text or text[-1] in ":?":
        return False
    first = words[0].lower()
    if first in not_names() or (first in ("the", "a") and len(words) == 1) or not any(map(str.isalnum, text)):
        return False
    return len(words) < 3 or any(w[0].isupper() or w[0].isdigit() or not w.isascii() for w in words)


def name_company(found: list[Segment]) -> tuple[Segment, ...]:
    """The segments with one company among them: as labelled, else the first that may be a name."""
    named = any(kind == "company" for kind, _ in found)
    if not named and is_site(found):
        found[0], named = ("company", found[0][1]), True
    out: list[Segment] = []
    for i, (kind, text) in enumerate(found):
        if kind == "craft":
            kind = "role" if i else "other" if "," in text else "unknown"
        if kind == "unknown":
            kind = "other" if named or not is_name(text) else "company"
        elif kind == "role" and i == 0 and not named and looks_like_company(found):
            kind = "company"
        named = named or kind == "company"
        out.append((kind, text))
    return tuple(out)


def is_site(found: list[Segment]) -> bool:
    """Whether a header begins with a bare domain and nothing else in it may be a name: "x.ai | New York"."""
    if not found or found[0][0] != "url" or any(kind == "unknown" for kind, _ in found):
        return False
    return "/" not in found[0][1] and "@" not in found[0][1]


def looks_like_company(found: list[Segment]) -> bool:
    """Whether a first segment with a role word in it is a name: another role follows, and it is more than a role."""
    kinds = [kind for kind, _ in found]
    if "role" not in kinds[1:] or "unknown" in kinds:
        return False
    words = WORD.findall(found[0][1])
    return bool(words) and (kind_of(words[-1]) != "head" or any(kind_of(w) == "" for w in words[:-1]))
