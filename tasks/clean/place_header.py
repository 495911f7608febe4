"""The places of a notice's header: its first line, the segments of it that are places, the limits of remote work.

A header is cut at its bars and dashes, and pieces that hold no name of the gazetteer are let go before anything is read:
what is left ("Austin, TX", "REMOTE (US)") is the same in thousands of notices, and is remembered.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.gazetteer import aliases, countries, fold, subdivisions, town_names, words_of
from tasks.clean.near import has
from tasks.clean.place_cues import NOTHING, OPENING, Read, is_prose
from tasks.clean.place_names import BARE, is_named, not_places, people_of
from tasks.clean.place_settle import Evidence, inside, merged
from tasks.clean.place_spot import Spot
from tasks.clean.place_text import LONGEST, REMOTE_CUES, feed, joins, read_places, settled, split_hard, spots_in
from tasks.clean.values import Place

LONGEST_NAME = 5  # words of a name looked up in a piece
LONG_LINE = 110  # characters of a line after the first that is text, no header
LISTED = "-*•"  # what begins the lines of a list, here of roles
LONG_COMPANY = 40  # characters
LINES = 3  # lines in which a header is looked for
CODE = 3  # letters of the longest code; short nicknames count only in capitals

DASH = re.compile(r"\s[-–—]+\s|[–—]+")
_SITE = r"https?://\S{1,300}|\b[\w-]{1,40}\.(?:com|io|co|org|net|ai)\b\S{0,100}"
ADDRESS = re.compile(r"https?://\S{1,300}")
URL = re.compile(_SITE)
URL_OR_MAIL = re.compile(r"https?://\S{1,300}|\S{1,60}@\S{1,60}|" + _SITE)
SITE_CUES = ("://", ".com", ".io", ".co", ".org", ".net", ".ai", "@")

NO_SPOTS: tuple[list[Spot], list[str]] = ([], [])
PLAIN_EDGES = " ,;:~•*\t"
# What stands between the places of headers, and whether it tells the way of working, which may limit it to the place.
BETWEEN = frozenset(("|", "-", "–", "—", ""))  # marks between the pieces of a header
SAID = {
    "remote": True, "onsite": True, "on-site": True, "on site": True, "remote ok": True, "remote possible": True,
    "full time": False, "full-time": False, "fulltime": False, "permanent": False, "visa": False, "intern": False, "interns": False,
    "h1b": False, "contract": False, "part time": False, "part-time": False,
}  # fmt: skip
Segments = tuple[tuple[str, str], ...]


def without_urls(line: str) -> str:
    """A line with its addresses cut out; looking for mail costs ten times as much as the rest."""
    if not has(line, SITE_CUES):
        return line
    return (URL_OR_MAIL if "@" in line else URL).sub(" | ", line)


@cache
def other_names() -> frozenset[str]:
    """Folded names of places that are no towns: nicknames, states, countries. Codes only complete what has a name."""
    states = {name for name in subdivisions() if len(name) > CODE}
    return frozenset({*aliases(), *countries(), *states, "ny"})


@cache
def first_words() -> frozenset[str]:
    """The first words of all names."""
    return frozenset(name.partition(" ")[0] for table in (other_names(), town_names()) for name in table)


def written(name: str, piece: str) -> bool:
    """Whether a folded name may stand in a piece as names are written, with a capital."""
    return name.capitalize() in piece or name.upper() in piece or not piece.isascii()


@lru_cache(maxsize=32768)
def may_name(piece: str) -> bool:
    """Whether a piece of a header holds a name, so that reading it can come to anything."""
    said = words_of(piece)
    firsts, others, towns, words = first_words(), other_names(), town_names(), not_places(True)
    for at, name in enumerate(said):
        if name not in firsts:
            continue
        if name in others:
            if len(name) > CODE or name.upper() in piece:
                return True
        elif name in towns and name not in words and (written(name, piece) or people_of(name) > BARE):
            return True
        for word in said[at + 1 : at + LONGEST_NAME]:
            name = f"{name} {word}"
            if name in others or (name in towns and name not in words):
                return True
    return False


def pieces_of(line: str) -> list[str]:
    """The pieces of a header line that may hold places; parts between dashes stay together where all of them may."""
    kept: list[str] = []
    if "://" in line:
        line = ADDRESS.sub(" | ", line)
    for piece in line.split("|"):
        if " -" in piece or "–" in piece or "—" in piece:
            run: list[str] = []
            named = False
            for part in DASH.split(piece):
                if may_name(part):
                    named = True
                    run.append(part)
                elif (part.isupper() and len(part) <= CODE) or has(part.lower(), REMOTE_CUES):
                    run.append(part)  # completes the place beside it, or says that it limits remote work
                else:
                    if named:
                        kept.append(" - ".join(run))
                    run, named = [], False
            if named:
                kept.append(" - ".join(run))
        elif may_name(piece):
            kept.append(piece.strip())
    return kept


@lru_cache(maxsize=32768)
def spots_of_piece(piece: str) -> tuple[list[Spot], list[str]]:
    """What a piece of a header names, as `spots_in` says; not to be changed."""
    piece = piece[:LONGEST]
    if (spots := plain_spots(piece)) is not None:
        return (spots, []) if spots else NO_SPOTS
    spots, asides, _ = spots_in(without_urls(piece), True)
    return (spots, asides) if spots or asides else NO_SPOTS


def plain_spots(piece: str) -> list[Spot] | None:
    """What names and codes with commas between them name: "Austin, TX, USA or Leeds"; None for all that is not as plain."""
    spots: list[Spot] = []
    if len(piece) > LONG_LINE or joins(piece):
        return None
    for place in split_hard(piece):
        before, current, limited = len(spots), None, False
        for part in place.split(","):
            token = part.strip(PLAIN_EDGES)
            if not token:
                continue
            if not (token.isalpha() or token.replace(" ", "").isalpha()):
                if token.lower() not in SAID:
                    return None
                limited = limited or SAID[token.lower()]
            elif is_named(fold(token)) or (len(token) <= CODE and token.isupper()):
                current = feed(token, current, spots, True)
            elif token.lower() in SAID:
                limited = limited or SAID[token.lower()]
                current = current if SAID[token.lower()] else None
            else:
                return None
        for spot in spots[before:]:
            spot.remote = limited
    return spots


@lru_cache(maxsize=32768)
def read_pieces(pieces: tuple[str, ...], known: Evidence) -> tuple[Place, ...]:
    """The places of the pieces of one line, which decide one another."""
    spots: list[Spot] = []
    asides: list[str] = []
    for piece in pieces:
        found, beside = spots_of_piece(piece)
        spots += found
        asides += beside
    return settled(spots, asides, known, True)


def read_line(line: str, known: Evidence) -> tuple[Place, ...]:
    """The places of one line of a header."""
    pieces = [p for p in pieces_of(line[:LONGEST]) if spots_of_piece(p) is not NO_SPOTS]
    return read_pieces(tuple(pieces), known) if pieces else ()


def header_line(text: str, company: str, known: Evidence) -> Read:
    """The places of the first of a notice's opening lines that has any, the company's name left out."""
    number = 0
    for line in text[:OPENING].split("\n", 5)[:5]:
        if not line or line.isspace():
            continue
        if number == LINES:
            break
        number += 1
        if is_prose(line) or (number > 1 and (len(line) > LONG_LINE or line[0] in LISTED)):
            continue
        bare = line.replace(company, " | ", 1) if company and number == 1 else line
        found = read_line(bare, known)
        if not found and bare is not line and has(company, (" - ", ",", "(", " in ")):
            found = read_line(line, known)  # "Acme in Leeds" taken for a name
        if found:
            return found, line
    return NOTHING


def around(line: str, piece: str) -> tuple[str, str]:
    """The marks before and behind a piece of a line, "" at its ends."""
    at = line.find(piece)
    return line[:at].rstrip()[-1:], line[at + len(piece) :].lstrip()[:1]


def only_place(segments: Segments, text: str) -> str:
    """The piece of a header that is its only place; "" where another might name one."""
    lone = ""
    line = text[:LONGEST].partition("\n")[0]
    for kind, said in segments:
        if kind == "place":
            if lone or not BETWEEN.issuperset(around(line, said)):
                return ""
            lone = said
        elif (kind == "other" and may_name(said)) or (kind == "workplace" and spots_of_piece(said) is not NO_SPOTS):
            return ""
    return lone


def of_header(segments: Segments, text: str, known: Evidence) -> Read:
    """The places of a notice's header: its first line, its segments that are places, and the limits of remote work."""
    if lone := only_place(segments, text):
        found = read_pieces((lone,), known)
        if found and found[0].city:
            return found, lone
    company = next((t for kind, t in segments if kind == "company"), "")
    if company and segments[0][0] != "company" and len(company) < LONG_COMPANY and read_line(company, known):
        company = ""  # what was left over was taken for the name
    found, line = header_line(text, company, known)
    towns = [p.city for p in found if p.city]
    places = [t for kind, t in segments if kind == "place" and not (t in line if towns else f"({t[:12]}" in line)]
    if towns and not places:
        return found, line
    listed = " ; ".join(places)
    more = read_places(listed, known, True) if listed else ()
    remote: list[str] = []
    if towns:
        more = tuple([p for p in more if p.city and p.city not in towns])
    else:
        if not any(p.city for p in more):
            more = read_places(listed, known) or more  # a bare small town, or one the gazetteer does not know
        remote = [t for kind, t in segments if kind == "workplace" and t != line]
        more = merged(more, *[read_line(t, known) for t in remote])
        if "remote" not in line.lower():
            found = tuple([f for f in found if not any(inside(p, f) for p in more)])
    return merged(found, more), line or listed or "".join(remote[:1])
