"""The words by which short texts say where the work is done: columns, header segments, titles, labels. Used by workplace.py."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from tasks.clean.near import has, watched

ORDER = ("onsite", "hybrid", "remote")

REMOTE = (
    r"remote(?:ly|s)?|telecommut(?:e|ing)|telework(?:ing)?|work(?:ing)? from (?:home|anywhere)|wfh|home[- ]?(?:based|office)|"
    r"virtual|remoto"
)
_ONSITE = r"on[- ]?site|in[- ](?:the[- ])?office|office[- ]based|in[- ]person|local only|locals only"
TAKE = r"interested in|looking for|considering|offering|open to"

NOT_REMOTE = re.compile(
    r"\b(?:no|not|non|without|isn['’]t|aren['’]t|cannot|can['’]t|don['’]t|unable to|not able to|zero|sorry,? no)[ -]{1,3}"
    r"(?:(?:a|be|do|offer|allow|support|currently|accept|able to|agencies or|recruiters or|any|for|hiring|ready to|take on|"
    rf"accommodate|team|{TAKE})[ -]){{0,4}}(?:{REMOTE})\b"
    rf"|\b(?:{REMOTE})(?: work(?:ing)?| position| role| candidate| option| employee)?s?(?: is| are|:)? ?"
    r"(?:not|isn['’]t|aren['’]t|n['’]t|no\b|unavailable|never)",
    re.IGNORECASE,
)
PARTLY = re.compile(
    rf"\b(?:partial(?:ly)?|semi|partly|part[- ]time|some|occasional(?:ly)?|mostly|flexible)[ -](?:{REMOTE})\b|\b(?:remote[ -])?hybrid(?:[ -]remote)?\b|\bt[ée]l[ée]travail partiel|\bh[íi]brid[oa]\b"
    r"|\b\d(?:-\d)? days? (?:(?:a|per) week )?(?:in|at) (?:the )?office\b"
    rf"|\b\d(?:-\d)? (?:tage?|days?)(?: a| per| pro)?(?: week| woche)? (?:im |of )?(?:{REMOTE})\b",
    re.IGNORECASE,
)
IS_REMOTE = re.compile(rf"\b(?:{REMOTE})\b|\bdistributed team\b|\banywhere\b|\bt[ée]l[ée]travail\b", re.IGNORECASE)
IS_ONSITE = re.compile(rf"\b(?:{_ONSITE})\b", re.IGNORECASE)
MARK_CUES = (
    "remote", "tele", "from home", "wfh", "home", "virtual", "anywhere", "site", "office", "person", "local", "hybrid",
    "distributed", "travail", "remoto", "brid",
)  # fmt: skip
NOT_OF_THE_JOB = re.compile(
    r"\bon-?site (?:interview|train|massage|gym|meal|food|lunch|parking|visit|day)\w{0,3}"
    r"|\bremote (?:sens|server|monitor|access|control)\w{0,4}",
    re.IGNORECASE,
)
HEADER_CUES = (
    "remote",
    "site",
    "office",
    "home",
    "hybrid",
    "person",
    "tele",
    "local",
    "virtual",
    "anywhere",
    "wfh",
    "distrib",
)
BESIDE_CUES = ("onsite", "on-site", "on site", "office", "remote")
BESIDE = re.compile(r"[,(|/•·-] ?(?:on-?site|in[- ]office|remote)(?: only| preferred| ok)? ?[,)|/.•·]", re.IGNORECASE)
SHOUTS = ("REMOTE", "ONSITE", "ON-SITE")
SHOUTED = re.compile(r"\b(?:ON-?SITE|REMOTE)\b")  # as notices write it by convention
TITLE_CUES = ("remote", "telecommut", "telework", "work", "wfh", "home", "virtual", "hybrid", "site", "brido", "remoto")
_EITHER = rf"(?:{REMOTE}|hybrid|h[íi]brido|on[- ]?site)"
TITLE = re.compile(
    rf"(?:^|[-–—(\[|,/:]\s{{0,3}})(?:100% |fully )?(?:no )?{_EITHER}(?: or {_EITHER}| only| work| ok| possible)?\s{{0,3}}"
    r"(?:$|[-–—)\]|,/:(])|\bwork(?:ing)? from home\b|^home[- ]based\b|^Remote (?!sens|support|monitor|access|control|it\b|desktop|operat|pilot|hand|site|vehicle|"
    r"infrastructure|deposit|patient|service|system|start)|\bfull remote\b|\bfully remote\b|\(remote\b",
    re.IGNORECASE,
)
# A mark of a first line that is nothing else: "Hybrid", "on-site only", "fully remote".
MARK_ALONE = re.compile(rf"(?:no |fully |100% )?{_EITHER}(?: only| ok| possible| or {_EITHER})?", re.IGNORECASE)
# Whatever a short text may say of the workplace, `marks` finds nothing in a text without any of these words.
MARK_WORDS = watched(
    b"remote remotely onsite site offsite hybrid telework teleworking telecommute telecommuting home homebased homeoffice wfh "
    b"virtual anywhere office person local locals distributed"
)


@lru_cache(maxsize=8192)
def marks(text: str) -> frozenset[str]:
    """What a short text that speaks of the workplace says: a header segment, a column, a title's remark."""
    low = text.lower()
    if not has(low, MARK_CUES):
        return frozenset()
    found: set[str] = set()
    text = NOT_OF_THE_JOB.sub(" ", text)
    if NOT_REMOTE.search(text):
        found.add("onsite")
        text = NOT_REMOTE.sub(" ", text)
    if PARTLY.search(text):
        found.add("hybrid")
        text = PARTLY.sub(" ", text)
    if IS_REMOTE.search(text):
        found.add("remote")
    if IS_ONSITE.search(text):
        found.add("onsite")
    return frozenset(found)


def marks_of(texts: list[str]) -> set[str]:
    """What any of some short texts says. One look at all of them tells which cues to look for in each: one, or none."""
    found: set[str] = set()
    low = "\0".join(texts).lower()
    cues = tuple([cue for cue in HEADER_CUES if cue in low])
    if cues:
        for text, part in zip(texts, low.split("\0"), strict=True):
            if has(part, cues):
                found |= marks(text)
    return found


def ordered(found: Set[str]) -> tuple[str, ...] | None:
    """The marks in a fixed order; None for none, as for a record that does not say."""
    return tuple(m for m in ORDER if m in found) or None
