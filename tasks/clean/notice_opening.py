"""The first line of a notice: in which of its many forms it is written, cut into segments accordingly."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.near import has
from tasks.clean.notice_names import LINKS, is_name, is_sentence
from tasks.clean.notice_pieces import Segment, cut, names_place
from tasks.clean.roles import has_head

PIPES = re.compile(r"[|│¦]")
DASHES = re.compile(r"[—•·●]+|[-–]+|:+|/+|[~*>]")  # runs of what may part a header; `between_dashes` tells which do
FREE = frozenset(("~", ":", "::", "//", "///", "*", ">"))
SPACED_DASH = re.compile(r"[—•·●]|\s[-–~:/*>]|[-–]\s|--")  # one of these stands in everything that DASHES cuts at
RARER_MARKS = (":", "/", "*", "~", ">")
IS = re.compile(r"\s(?:is|are|was)\s")
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
NAME_IN = re.compile(
    r"^(?P<company>[^|,:;!?.\n()]{2,40}?)\s*(?:\([^()\n]{0,80}\))?,? (?:based )?in (?P<place>[A-Z][^|:;!?.()\n,]{2,40}?)"
    r"(?=$|[,(.]| or | and )"
)
# One of these stands in everything that SAYS_HIRING reads, and one of those in ROLE_AT.
HIRING_WORDS = (
    "hiring", "HIRING", "looking", "seeking", "searching", "growing", "expanding", "recruiting", "lookout", "search",
    "needs", "wants", "seeks", ", we", ", where", "is!", "are!",
)  # fmt: skip
AT_WORDS = ("@", " at ", " for ", " with ")
LINE_CHARS = 400  # of a line that are read
COLON = 50  # characters within which the colon, the period or the "in" behind a name stands
TELLING = frozenset(("role", "place", "workplace", "employment", "pay"))
SHORTENED = frozenset(("", "Sr", "Jr", "Dr", "St", "Mr", "Ms", "Mt", "Ft", "Eng", "Univ", "vs", "No"))


def between_bars(line: str) -> list[str]:
    """The pieces of a line between its bars, blanks around them taken away, empty ones left out."""
    parts = PIPES.split(line) if "│" in line or "¦" in line else line.split("|")
    return [piece for part in parts if (piece := part.strip())]


def between_dashes(piece: str) -> list[str]:
    """The pieces of a text between dashes, bullets and the like; the text alone where there are none.

    A mark parts where it stands free ("Acme - Cook"), behind a blank ("Acme -Cook"), or is a dash or bullet of its own
    kind ("Acme—Cook"); a hyphen within a word and the colon of an address do not.
    """
    if (piece.isascii() and "-" not in piece and not has(piece, RARER_MARKS)) or not SPACED_DASH.search(piece):
        return [piece]
    parts, start = [], 0
    for mark in DASHES.finditer(piece):
        at, end = mark.span()
        run, before, behind = mark[0], piece[at - 1 : at], piece[end : end + 1]
        if (
            run[0] in "—•·●"
            or run[:2] == "--"
            or (before.isspace() and (run[0] in "-–" or (behind.isspace() and run in FREE)))
            or (run == "-" and behind.isspace() and (before.isalpha() or before == ")"))
        ):
            parts.append(piece[start:at].strip())
            start = end
    parts.append(piece[start:].strip())
    return [part for part in parts if part]


def says_hiring(line: str) -> re.Match[str] | None:
    """Who hires in "Acme (YC W14) is looking for", if the line begins so with a name."""
    hiring = SAYS_HIRING.match(line) if has(line, HIRING_WORDS) else None
    return hiring if hiring and is_name(hiring["company"]) else None


def first_line(line: str) -> list[Segment]:
    """The segments of the first line; [] when it is running text."""
    if "|" in line or "│" in line or "¦" in line:
        if line[0] == "[" and line[-1] == "]":
            line = line[1:-1]
        pieces = between_bars(line)
        begun = before_colon(pieces[0]) if pieces and ": " in pieces[0] else []
        return begun + [s for piece in (pieces[1:] if begun else pieces) for s in of_pipe(piece)]
    hiring = says_hiring(line)
    if hiring:
        return [("company", introduced(hiring["company"])), *plainly(line[hiring.end() :])]
    found, end = role_at(line, AT_WORDS)
    if found:
        return [*found, *plainly(line[end:])]
    begun = before_colon(line) if ": " in line[:COLON] else before_period(line) if ". " in line[:COLON] else []
    if begun:
        return begun
    colon = line.find(": ")
    if 1 < colon < COLON and is_name(line[:colon]) and not is_sentence(line[:colon]) and has_head(line[colon:][:80]):
        line = f"{line[:colon]} - {line[colon + 2 :]}"
    if line.count("//") > 1 and "://" not in line:
        line = line.replace("//", " - ")
    if line.count(" / ") > 1:
        parts = line.split(" / ")
        if not SPACED_DASH.search(parts[0]) and len(parts) > len(between_dashes(line)):
            found = [s for part in parts for s in segments_of(part)]
            if len({kind for kind, _ in found} & TELLING) > 1:
                return found
    pieces = between_dashes(line)
    if len(pieces) > 1 and not is_sentence(pieces[0]):
        return [s for piece in pieces for s in segments_of(piece)]
    if " in " in line or " based in " in line or " - " in line:
        within = ROLE_IN.match(line)
        if within and has_head(within["role"]) and within["role"].count(" ") < 7 and names_place(within["place"]):
            return [("role", within["role"].strip()), ("place", within["place"].strip())]
    return opening_of(line) if is_sentence(line) else list(segments_of(line))


def role_at(line: str, words: tuple[str, ...]) -> tuple[list[Segment], int]:
    """The role and the company of "Data Engineer @ Acme", and where it ends; ([], 0) where a line begins otherwise."""
    at = ROLE_AT.match(line) if has(line, words) else None
    if (
        at
        and at["company"][:1].isupper()
        and at["role"].count(" ") < 6
        and has_head(at["role"])
        and is_name(at["company"])
    ):
        return [("role", at["role"].strip()), ("company", at["company"].strip())], at.end()
    return [], 0


def before_colon(line: str) -> list[Segment]:
    """The segments of "Acme: Night Cooks" and "Acme: Oslo, Norway": a name, and behind its colon what is none."""
    colon = line.find(": ", 0, COLON)
    name, rest = line[:colon].strip(), line[colon + 2 :]
    if colon < 2 or not may_open(name):
        return []
    found = [s for piece in between_dashes(rest) for s in segments_of(piece)] if not is_sentence(rest) else []
    return [("company", name), *found] if found and found[0][0] in TELLING else []


def before_period(line: str) -> list[Segment]:
    """The segments of "Acme. Night cooks. Oslo." and the name of "Acme. We paint ships ..."."""
    name, *rest = line[:LINE_CHARS].split(". ", 4)
    if not rest or not may_open(name):
        return []
    if rest[0].startswith(("We ", "We'", "We’", "Our ")):
        return [("company", name)]
    found = [segments_of(piece) if not is_sentence(piece) else () for piece in rest]
    if found[0] and found[0][0][0] in TELLING:
        return [("company", name), *(s for piece in found for s in piece if s[0] in TELLING)]
    return []


def may_open(name: str) -> bool:
    """Whether what stands before the first colon or period of a line is nothing but a name."""
    words = name.split(" ")
    if len(words) > 4 or words[-1] in SHORTENED or SPACED_DASH.search(name) or ";" in name or not is_name(name):
        return False
    if not all(word[:1].isupper() or word[:1].isdigit() or word in LINKS for word in words) and "." not in name:
        return len(words) == 1 and not name.islower()
    return [kind for kind, _ in cut(name)] in (["unknown"], ["url"]) or (name.count(" ") == 0 and "." in name[1:-2])


def opening_of(line: str) -> list[Segment]:
    """What a line of running text opens with, if it is a name and a place: "Acme, Paris/Lyon, ONSITE engineers ..."."""
    name, _, rest = line.partition(",")
    place = rest.split(",")[0].split("/")[0].strip()
    if place and is_name(name) and name.count(" ") < 4 and names_place(place):
        return [("company", name.strip()), ("place", place)]
    within = NAME_IN.match(line) if " in " in line[:COLON] else None
    if within and may_open(within["company"].strip()) and names_place(within["place"]):
        return [("company", within["company"].strip()), ("place", within["place"])]
    return []


def introduced(name: str) -> str:
    """The name in "Acme is a startup that" (is looking ...)."""
    return IS.split(name, maxsplit=1)[0].strip()


@lru_cache(maxsize=32_768)
def of_pipe(piece: str) -> tuple[Segment, ...]:
    """The segments of a piece between bars: cut at dashes too where that leaves more than a role and its team."""
    found, end = role_at(piece, ("@ ", " at ")) if "@ " in piece or " at " in piece else ([], 0)
    if found:
        return (found[0], ("unknown", found[1][1]), *segments_of(piece[end:]))
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


def segments_of(piece: str) -> tuple[Segment, ...]:
    """The segments of one piece between separators."""
    piece = piece.strip(" \t-–—•*,;:")
    return cut(piece) if piece else ()
