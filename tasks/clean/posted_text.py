"""Dates in the text of a posting: the day it says it was posted, and the deadline that tells which reading of a date holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tasks.clean.lookup import rows
from tasks.clean.words import narrow

MONTHS = {row["word"]: int(row["month"]) for row in rows("months")}
LONGEST_CALL = 120  # days from a posting to its deadline; beyond it a deadline tells nothing
EARLIEST = date(1990, 1, 1)
"""No job board is older; what claims to be is a zero or a slip."""

CUES = (b"post", b"opening date", b"open date", b"publi", b"date: ", b"date :")
MOST_CUES = 20  # occurrences of one cue that are looked at
LONGEST_DEADLINE = 90  # characters
AHEAD = 60  # characters from a cue to the end of its date
STATED = re.compile(
    r"(?:(?<![a-z])(?:job )?(?:posted|posting|opening|open|publication|published)\b|(?<![a-z])publi[ée]e?\b|(?:job )?post(?:ed|ing)(?=[a-z]{3,9} ?\d|\d)"
    r"|(?:\A|\n)(?=date ?: ))"
    r"(?: ?date)?(?: on| le)?[\s:–-]{0,4}(?:[a-z]{3,9}day,? ?)?"
    r"(?:(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b"
    r"|(?P<d1>\d{1,2})(?:st|nd|rd|th|er|\.)?[ -](?:of )?(?P<m1>[^\W\d_]{3,10})\.?,?[ -](?P<y1>\d{4})\b"
    r"|(?P<m2>[^\W\d_]{3,10})\.? ?(?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})\b"
    r"|(?P<n1>\d{1,2})[/.-](?P<n2>\d{1,2})[/.-](?P<y3>\d{4})\b)"
)
DEADLINE = re.compile(
    r"(?:deadline|closing date|apply (?:by|before)|closes?(?: on)?)[^\n\d]{0,30}"
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?,? (?:of )?(?P<m1>[^\W\d_]{3,10})\.?,? (?P<y1>\d{4})\b"
    r"|(?P<m2>[^\W\d_]{3,10})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})\b)"
)


def day(year: int, month: int, day_of_month: int) -> str | None:
    """The ISO form of a day of the calendar, or None where there is no such day or it is too early to be one."""
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        return None
    return found.isoformat() if found >= EARLIEST else None


def named_day(found: re.Match[str]) -> str | None:
    """The day of a match whose month is a word."""
    month = MONTHS.get(found["m1"] or found["m2"] or "", 0)
    return day(int(found["y1"] or found["y2"]), month, int(found["d1"] or found["d2"]))


def stated(text: str, month_first: bool, day_first: bool) -> tuple[str, str] | None:
    """The day that a text says it was posted on, and the words that say so; the order of numbers as told, else by themselves."""
    low = narrow(text)
    for cue in CUES:
        at = low.find(cue)
        for _ in range(MOST_CUES):
            if at < 0:
                break
            begin = max(0, at - 5)
            for found in STATED.finditer(text[begin : at + AHEAD].lower()):
                if posted := read(found, month_first, day_first):
                    return posted, text[begin + found.start() : begin + found.end()].strip()
            at = low.find(cue, at + len(cue))
    return None


def read(found: re.Match[str], month_first: bool, day_first: bool) -> str | None:
    """The day of a match of STATED."""
    if found["y"]:
        return day(int(found["y"]), int(found["m"]), int(found["d"]))
    if not found["y3"]:
        return named_day(found)
    year, first, second = int(found["y3"]), int(found["n1"]), int(found["n2"])
    readings = day(year, first, second), day(year, second, first)
    if None in readings or readings[0] == readings[1]:
        return readings[0] or readings[1]
    return readings[0] if month_first else readings[1] if day_first else None


def around(text: str, cues: tuple[bytes, ...]) -> Iterator[str]:
    """The parts of a text in lower case that begin with a cue."""
    low = narrow(text)
    for cue in cues:
        at = low.find(cue)
        for _ in range(MOST_CUES):
            if at < 0:
                break
            yield text[at : at + LONGEST_DEADLINE].lower()
            at = low.find(cue, at + len(cue))


def deadline(part: str) -> str | None:
    """The day of a deadline that a part of a text begins with."""
    found = DEADLINE.match(part)
    return named_day(found) if found else None


def by_deadline(text: str, readings: tuple[str, str]) -> str | None:
    """The one of two readings of a date that the text bears out: it says the day in words, or its deadline comes after one only."""
    said = stated(text, False, False)
    if said and said[0] in readings:
        return said[0]
    deadlines = [
        found
        for each in around(text, (b"deadline", b"closing date", b"apply b", b"close"))
        if (found := deadline(each))
    ]
    if not deadlines:
        return None
    last = date.fromisoformat(min(deadlines))
    fits = [each for each in readings if 0 <= (last - date.fromisoformat(each)).days <= LONGEST_CALL]
    return fits[0] if len(fits) == 1 else None
