"""The places of a posting whose header names none: its first sentences, and the role lines of a notice.

Most cautious where work is remote: a place in running text is then the headquarters, unless it is said to hire there.
"""

from __future__ import annotations

import re

from tasks.clean.near import has, says
from tasks.clean.place_cues import LABEL, LABEL_WORDS, NOTHING, OPENING, PHRASE, Read, after, is_prose
from tasks.clean.place_header import DASH, LINES, LISTED, may_name, read_line
from tasks.clean.place_settle import Evidence, merged
from tasks.clean.place_text import read_places
from tasks.clean.values import Place

SENTENCE = 200  # characters in which a posting's first sentence says where the company sits
LISTED_LINES = 40  # lines in which roles are listed
HEADER_LINES = 3  # lines in which a description's header is looked for
LONG_HEADER = 200  # characters of such a header
SHORTEST_LINE = 8  # characters of a line that lists a role
LONGEST_LINE = 120  # characters of a line that lists a role

CLAUSE = 110  # characters before a preposition in which the words that make it the job's place stand
# The words are looked for where a preposition has a name behind it: seldom; prepositions are many, openings of texts more.
PREPOSITION = re.compile(
    r" (?:in|at|near|out of)\s+(?:(?:the|our|downtown|central|beautiful|sunny|lovely|small|and|both) ){0,3}(?=[A-Z])"
)
ENDS = re.compile(r".*[.!?\n]", re.DOTALL)  # what stands before the sentence at the end of a text
HIRES_IN = re.compile(
    r"\b(?:hiring|looking for|seeking|join|wanted|needs?|positions?|roles?|jobs?|openings?|engineers?|developers?|designers?|"
    r"offices?|team|located|based|onsite|on-site|work|working|full[- ]time|company|startup)\b",
    re.IGNORECASE,
)
HIRES_THERE = re.compile(
    r"(?:\b(?:is|are|am|'re|’re) (?:\w+ )?hiring\b|\b(?:positions?|roles?|jobs|openings?|developers?|devs|engineers?|"
    r"candidates?)(?: available| based| located| to work)?$|\bwe(?:'re| are|’re)$)",  # "we are based in" is the headquarters
    re.IGNORECASE,
)
HIRES_HERE = re.compile(
    r"\b(?:is|are|'re|’re) (?:\w+ )?(?:hiring|looking for|recruiting|seeking)\b|\bwe(?:'re| are|’re) (?:located|based)$",
    re.IGNORECASE,
)
HERE = re.compile(
    r"\b((?:[A-Z][\w.]{0,20} ){0,2}[A-Z][\w.]{1,20})-?(?:[Bb]ased|BASED)\b|\b([A-Z][\w.]{1,20}(?: [A-Z][\w.]{1,20}){0,2}) (?:office|"
    r"(?:[Ii]n|IN)[- ](?:[Oo]ffice|OFFICE)|locals? (?:only|preferred)|area preferred)"
)
HERE_CUES = ("ased", "BASED", "ffice", "OFFICE", "local", "area pref")
LABEL_CUES = ("location", "localisation", "lieu", "standort", "based:", "where")
HEADING = re.compile(r"([^—–\n]{10,150}?)\s?(?:[—–]|--)")
FIRST = re.compile(r"\W{0,3}([A-Z][^.:;!?|\n]{1,60}?)(?:[.:]?\s*\n|[.:]\s|\s+[-–—]+\s)")
ASIDE = re.compile(r"\((?:in )?([A-Z][^()\n]{1,40})\)")
ROLE = re.compile(
    r"\b(?:Engineer|Developer|Designer|Manager|Scientist|Analyst|Director|Architect|Lead|Intern|Administrator|Recruiter)s?\b"
)
LIST_MARKS = (" - ", "-", "–", "—", "|", "@", "(", "[", " in ")  # before the place at the end of a line


def opening(text: str, known: Evidence) -> Read:
    """The places of the first sentences of a notice whose header has none."""
    top = text[:OPENING]
    low = top.lower()
    remote = "remote" in low and not has(low, ("no remote", "onsite", "on-site"))
    if says(text, LABEL_WORDS) and has(low, LABEL_CUES) and (read := after(LABEL, top, known))[0]:
        return read
    if (read := hires(HIRES_THERE if remote else HIRES_IN, top, known))[0]:
        return read
    read = of_sentence(top[:SENTENCE], known, remote)
    if not read[0]:
        read = of_role_lines(text, known, remote)
    for line in () if read[0] else top.split("\n", 2 * LINES)[: 2 * LINES]:
        if line[:1] in LISTED and (found := read_line(line, known)):
            return found, line
    return read


def hires(words: re.Pattern[str], top: str, known: Evidence) -> Read:
    """The first places behind a preposition that stands in a sentence behind words about hiring."""
    for match in PREPOSITION.finditer(top):
        phrase = PHRASE.match(top, match.end())
        if phrase and may_name(phrase[1]):
            clause = ENDS.sub("", top[max(0, match.start() - CLAUSE) : match.start()])
            if words.search(clause) and (found := read_places(phrase[1], known, True)):
                return found, clause[-50:] + top[match.start() : phrase.end()]
    return NOTHING


def first_line(text: str, known: Evidence) -> Read:
    """The places of the header that a description begins with, as notices have one, or of its first sentence."""
    lines = [line for line in text[:OPENING].split("\n", 4)[:4] if line and not line.isspace()]
    for line in lines[:HEADER_LINES]:
        if len(line) > LONG_HEADER or is_prose(line):
            continue
        header = "|" in line or DASH.search(line)
        found = read_line(line, known) if header else read_places(line, known, True, True)
        if found:
            return found, line
    top = text[:SENTENCE]
    if heading := HEADING.match(top):  # "Clerk, Acme County, Leeds -- The clerk ..."
        parts = heading[1].split(",")
        for at in range(1, len(parts)):
            if found := read_places(",".join(parts[at:]), known, True, True):
                return found, heading[1]
    return hires(HIRES_HERE, top, known)


def of_sentence(top: str, known: Evidence, remote: bool) -> Read:
    """What stands at the beginning ("Leeds, England. A small shop ..."), in parentheses, or before "-based"."""
    for match in (FIRST.match(top), ASIDE.search(top.partition("\n")[0])):
        found = read_places(match[1], known, True, True) if match else ()
        if match and any(p.city for p in found):
            return found, match[0]
    for match in () if remote or not has(top, HERE_CUES) else HERE.finditer(top):
        words = (match[1] or match[2]).split()
        for begin in range(len(words)):
            if found := read_places(" ".join(words[begin:]), known, True, True):
                return found, match[0]
    return NOTHING


def of_role_lines(text: str, known: Evidence, remote: bool) -> Read:
    """The towns at the ends of short lines: "Cook - Leeds, UK", "Baker (Boston, MA)"."""
    found: tuple[Place, ...] = ()
    because = ""
    for line in text.split("\n", LISTED_LINES)[:LISTED_LINES]:
        if not SHORTEST_LINE < len(line) < LONGEST_LINE or (remote and not ROLE.search(line)):
            continue
        at = max([line.rfind(mark) + len(mark) for mark in LIST_MARKS if mark in line], default=0)
        tails = [line[at:].strip(" )].:\t")] if at else []
        if "(" in line and (aside := ASIDE.search(line)):  # "Cook (Leeds, York) - apply at ..."
            tails.append(aside[1])
        for tail in tails:
            named = tail[:1].isupper() and may_name(tail)
            towns = tuple([p for p in read_places(tail, known, True, True) if p.city]) if named else ()
            if towns:
                found, because = merged(found, towns), because or line
                break
    return found, because
