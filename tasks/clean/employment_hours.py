"""Full time and part time in running text: each occurrence is judged by what stands right before it and right behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.clean.near import has

FULL = re.compile(r"full[ -]{0,2}time(?!r)")
PART = re.compile(r"part[ -]{0,2}time(?!r)")
BOTH = re.compile(r"\b(full|part)(?:[ -]?time)?-? ?\(?(?:or|and|/|&) ?(?!\1)(?:full|part)\)?[ -]?time(?!r)(?! ?[*:])")
TEMPS = re.compile(r"temps (?P<much>plein|complet|partiel)")

NOUN = (
    r"(?:position\b|role\b|job\b|gig\b|opportunity|employment\b|basis|work\b|hires?\b|vacanc|appointment|contract|post\b|"
    r"engagement|assignment|opening|commitment|\(|,? ?permanent\b|,? ?regular\b|,? ?exempt\b|fixed[ -]term)"
)
NAMED = re.compile(rf",? (?:[\w-]{{1,20}},? )?{NOUN}(?! experience)|(?: or|/| /) ?part[ -]?time {NOUN}")
# What is said of other people, of pay or of benefits.
OTHERS = re.compile(
    r"[\s*]{0,2}(?:(?:regular |eligible |us |active |exempt |salaried )?(?:employees\b|employee benefits|staff\b(?! \w{0,12} ?position)|workers\b|team members|associates\b|colleagues"
    r"|offers\b|salar(?:y|ies)\b(?! position)|wages?\b|annual|students?\b|enrol|stud(?:y|ies)\b|faculty|experience\b|benefits\b|equivalent|hours\b|status\b|schedule\b|programming"
    r"|doctoral|undergraduate|graduate (?:stud|prog)|education|academic|degree|mba\b|(?:coding )?(?:bootcamp|course|tdd\b)|members)"
    r"|and part|(?:or|/) ?part[ -]?time (?:employees|staff|students))"
)
NOT_ITS_OWN = {"full_time": (" of ", " your ", " years ", " for ", " to "), "part_time": (" of ",)}
# A full-time job that was before, may come later or goes on beside this one.
NOT_YET = re.compile(
    r"(?:\b(?:becom(?:e|ing)|combin(?:e|ing)|into|possib\w{2,5}|lead(?:s|ing)? to|convert\w{0,3}|transition\w{0,3}|potential(?:ly)?|prior|previous"
    r"|chance|considered|alongside|besides|towards?|eventual(?:ly)?|future|while|not|\w+n['’]t|currently|of us are|months of)(?: (?:for|of|to|be|your|as|working))*(?: an?)?"
    r"|\bexperience[^.\n]{0,50},? or|(?:you|we) may) $"
)
HIRED = re.compile(
    r"\b(?:hire|hiring|looking (?:for|to hire)|need(?:s|ed)?(?: for)?|seek(?:s|ing)?(?: to hire)?|recruiting|opening for|bring on|(?:hire|join) \w{2,4} as)"
    r"(?:,? (?:an?|our(?: first| next)?|the|local|asap|for|new|talented|great|experienced|some|one|two|three|several|multiple|paid|temporary|permanent|\d{1,2}))* $"
)
HIRED_CUES = ("hir", "looking", "need", "seek", "recruit", "opening", "bring", "join")
SAID = re.compile(
    r"\b(?:(?:is|are|be)(?: an?| both| local and| on-?site,?(?: and)?| permanent,?(?: and)?)*|to work|will work|available|join (?:us|our team)|this|either|on an?"
    r"|either(?: an?)? full[ -]?time or|(?:cdi|cdd)\b[^\n.]{0,25}|(?:poste|emploi|contrat|travail)[^\n.]{0,25}(?: à)?) $"
)
SAID_CUES = (
    "is ", "are ", "be ", "work ", "available ", "team ", "us ", "this ", "either ", "cd", "poste", "emploi", "contrat", "travail",
    " or ", " an ", " a ",
)  # fmt: skip
FILLERS = (
    "onsite", "on-site", "remote", "hybrid", "permanent", "regular", "employee", "salaried", "exempt", "position", "contract", "and",
    "or", "cdi", "100%", "80%",
)  # fmt: skip
BETWEEN = " ,/_&–-"
DASHES = (" - ", " – ", " — ")
OPENERS = ("*", ":", "(", "[", "|", "·", "•")
CLOSED = re.compile(
    r"(?=[^\W\d_])|[ *_]{0,4}(?:[)\]|·•*\n]|/ ?(?:part|full|perm|contr|temp|remote|on)|\Z|[.,;](?:\s|\Z)|\s?[-–—] ?|(?:on-?site|remote|hybrid|permanent|regular|employee|hourly|monthly|exempt|role|location)\b)"
)


def hours(part: str) -> Iterator[tuple[str, str]]:
    """The hours that a part of a text in lower case states of the position, with the words that say so."""
    if "full" in part and "part" in part:
        for found in BOTH.finditer(part):
            said = [kind for kind in ("full_time", "part_time") if states(kind, part, found.start(), found.end())]
            yield from ((kind, found[0]) for kind in ("full_time", "part_time") if said)
    if "full" in part:
        yield from stated("full_time", FULL, part)
    if "part" in part:
        yield from stated("part_time", PART, part)
    if "temps" in part:
        for found in TEMPS.finditer(part):
            kind = "part_time" if found["much"] == "partiel" else "full_time"
            if states(kind, part, found.start(), found.end()):
                yield kind, part[max(0, found.start() - 30) : found.end() + 20]


def stated(kind: str, term: re.Pattern[str], part: str) -> Iterator[tuple[str, str]]:
    """The occurrences of a term that state these hours."""
    for found in term.finditer(part):
        if states(kind, part, found.start(), found.end()):
            yield kind, part[max(0, found.start() - 30) : found.end() + 20]


def states(kind: str, part: str, start: int, end: int) -> bool:
    """Whether the words at `start` to `end` say the hours of the position."""
    before, behind = part[max(0, start - 70) : start], part[end : end + 50]
    spaced = before.endswith(" ")
    if spaced and has(before, HIRED_CUES) and HIRED.search(before):
        return True
    if OTHERS.match(behind) or (spaced and NOT_YET.search(before)):
        return False
    if NAMED.match(behind) and not before.endswith(NOT_ITS_OWN[kind]):
        return True
    if spaced and has(before, SAID_CUES) and SAID.search(before):
        return True
    bare = without_fillers(before)
    if not bare or bare.endswith("\n") or before.endswith(DASHES):
        return CLOSED.match(behind) is not None
    return bare.endswith(OPENERS) and not behind.startswith((" and ", " time"))


def without_fillers(before: str) -> str:
    """What goes before a mark without the words and signs that stand between it and the end of the last piece."""
    bare = before.rstrip(BETWEEN)
    while bare.endswith(FILLERS):
        word = next(each for each in FILLERS if bare.endswith(each))
        rest = bare[: -len(word)]
        if rest[-1:].isalnum():
            break
        bare = rest.rstrip(BETWEEN)
    return bare
