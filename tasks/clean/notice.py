"""Free text notices and their first lines: `Company | Role | Place | REMOTE | Full-time`, in any order and any form.

`read_notice` is used by every field that a notice holds (company, titles, locations, workplace, pay). It cuts the
header lines into segments and says what each one is. What cannot be told is `other`; nothing is guessed from the body.
"""

from __future__ import annotations

import re

from tasks.clean.notice_names import is_name, is_sentence
from tasks.clean.notice_opening import between_bars, between_dashes, first_line, introduced, says_hiring, segments_of
from tasks.clean.notice_pieces import Segment
from tasks.clean.roles import WORD, kind_of

HEADER_CHARS = 400  # of the first line; the longest header of 28,000 notices that is not running text is shorter
MORE_LINES = 4  # lines after the first that may go on with the header
MORE_CHARS = 110  # of such a line
SCANNED = 12  # lines that are looked at for the first ones with letters
EDGES = " \t\r*=_#~>"  # ornaments around a line
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
RUNS_ON = re.compile(
    r"\W*(?:we|we're|we’re|i|i'm|looking|searching|hunting|currently|now|need|seeking|hiring|our|you|come|join|about|the|at"
    r"|in|as|if|are|do|is|for|apply|email|contact|send|please|responsibilit\w+|requirements?|description|summary|overview"
    r"|mission|what|who|why|how|tech|stack|open)\b(?!:?\s*(?:position|role)s?:\s*\S)",
    re.IGNORECASE,
)
BEFORE_WORDS = " -–—•·:;,.!?\"'“”‘’()[]{}<>/+&|=*_#~"
RUNNING = (  # one of these begins every line that RUNS_ON knows
    "we", "i", "look", "search", "hunt", "curr", "now", "need", "seek", "hiring", "our", "you", "come", "join", "about",
    "the", "at", "as", "are", "do", "for", "appl", "email", "contact", "send", "please", "respons", "require", "descr",
    "summary", "overview", "mission", "wh", "how", "tech", "stack", "open",
)  # fmt: skip
LABEL_ENDS = 20  # characters within which a label's colon stands


def read_notice(text: str) -> tuple[Segment, ...]:
    """The header of a notice as (kind, text) segments in the order written; () where it begins with running text.

    Kinds: company, role, place, pay, workplace, employment, url, other. A segment that says two things ("REMOTE or
    Austin, TX") comes once under each kind, with all its words. At most one segment is the company. Only the first
    lines are looked at, so size does not matter.
    """
    found: list[Segment] = []
    number = start = 0
    for _ in range(SCANNED):
        end = text.find("\n", start)
        line = text[start : start + HEADER_CHARS if end < 0 else min(end, start + HEADER_CHARS)].strip(EDGES)
        start = end + 1
        if line[:1].isalnum() or any(map(str.isalnum, line)):
            segments = read_line(line, number, found)
            if not segments and (found or (number > 1 and "|" not in line)):
                break
            found += segments
            number += 1
            if number > MORE_LINES:
                break
        if end < 0:
            break
    return name_company(found) if found else ()


def read_line(line: str, number: int, found: list[Segment]) -> list[Segment]:
    """The segments of one of the first lines behind those that were `found`; [] where it is no part of a header."""
    if ":" in line[:LABEL_ENDS]:
        label = LABEL.match(line)
        if label and label.end() < len(line):
            return [(LABELS[label[1].lower()], line[label.end() :].strip())]
    if found:
        return next_line(line, found)
    return first_line(line) if number == 0 or "|" in line else []


def next_line(line: str, header: list[Segment]) -> list[Segment]:
    """The segments of a further line, if it goes on with the header as read so far; [] ends the header."""
    piped = "|" in line
    if len(line) > (HEADER_CHARS if piped else MORE_CHARS) or (not piped and is_sentence(line)):
        return []
    if line[:12].lower().lstrip(BEFORE_WORDS).startswith(RUNNING) and RUNS_ON.match(line):
        return []
    named = any(kind == "company" or (kind == "unknown" and is_name(text)) for kind, text in header)
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


def name_company(found: list[Segment]) -> tuple[Segment, ...]:
    """The segments with one company among them: as labelled, else the first that may be a name."""
    kinds = [kind for kind, _ in found]
    named = "company" in kinds
    first = kinds[0]
    if not named and (
        (first == "url" and is_site(found)) or (first == "role" and "role" in kinds[1:] and looks_like_company(found))
    ):
        found[0], named = ("company", found[0][1]), True
    if "unknown" not in kinds and "craft" not in kinds:
        return tuple(found)
    out: list[Segment] = []
    for i, segment in enumerate(found):
        kind, text = segment
        if kind == "craft":
            kind = "role" if i else "other" if "," in text else "unknown"
        if kind == "unknown":
            kind = "other" if named or not is_name(text) else "company"
            named = named or kind == "company"
        out.append(segment if kind == segment[0] else (kind, text))
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
