"""Where a word of everyday language is a technology: Go, R, Spring, Excel, Spark and their like.

Read from lookups: technology_contexts.csv has a row a reading of a name, technology_cues.csv the words that many names share,
technology_neighbours.csv the names that speak for another one in a list ("Python, R, SQL", "C/C++", "Rust and Go").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.words import asked_for, in_address


class Context(NamedTuple):
    """One reading of a name: how it is written, what it needs, and the words around it that speak for it or against it.

    `needs` is how much the text must be about software: 0 nothing, 1 a word of the trade or another technology, 2 two other
    technologies (or one of `beside`); 3 is never enough, so that only the words next to it count. Where it `flows`, it must
    moreover stand as a name of a technology does (see `is_in_flow`). `said` and `not_said` are the word or the two words
    before it, `then` and `not_then` what follows. `spoken` is whether it is a language people write: then "experience with"
    and "moving from Java to" speak for it.
    """

    written: frozenset[str]
    needs: int
    flows: bool
    beside: frozenset[bytes]
    said: frozenset[str]
    then: re.Pattern[str] | None
    not_said: frozenset[str]
    not_then: re.Pattern[str] | None
    spoken: bool


CUES: dict[str, tuple[str, ...]] = {}
for _row in rows("technology_cues"):
    CUES[_row["group"]] = (*CUES.get(_row["group"], ()), _row["word"])

NEEDS = {"nothing": 0, "software": 1, "several": 2, "technologies": 2, "witness": 3}
SOFTWARE = asked_for(frozenset(word.encode("latin-1") for word in CUES["software"] if word.isascii()))
JOINING_USE, EXPERIENCE = frozenset(CUES["joining"]), frozenset(CUES["experience"])
WRITES, NOT_ADJECTIVE, MOVES = frozenset(CUES["writes"]), frozenset(CUES["not_adjective"]), frozenset(CUES["moves"])


def compiled(text: str) -> re.Pattern[str] | None:
    """A pattern of the lookup, or None where the cell is empty."""
    return re.compile(text) if text else None


def several(cell: str) -> frozenset[str]:
    """The words of a cell, those of the groups it names among them."""
    found: list[str] = []
    for word in cell.split("|"):
        found += CUES[word[1:]] if word.startswith("@") else [word]
    return frozenset(found) - {""}


CONTEXTS: dict[bytes, list[Context]] = {}
for _row in rows("technology_contexts"):
    CONTEXTS.setdefault(_row["name"].encode(), []).append(
        Context(
            frozenset() if _row["written"] == "*" else frozenset(_row["written"].split("|")),
            NEEDS[_row["needs"]],
            _row["needs"] == "technologies",
            asked_for(frozenset(word.encode() for word in several(_row["beside"]))),
            several(_row["said"]),
            compiled(_row["then"]),
            several(_row["not_said"]),
            compiled(_row["not_then"]),
            "@label" in _row["said"],
        )
    )
# A name of one or two letters stands in many words: it is looked for only where no letter is beside it.
FINDERS = {
    name: re.compile(rb"%b(?![a-z0-9_#@])(?<![a-z0-9_#@.]%b)" % (name, name)) for name in CONTEXTS if len(name) < 3
}
RANK = {name: (contexts[0].needs, name) for name, contexts in CONTEXTS.items()}
"""The order in which names are read: those that need nothing of the text first, as they are what the others need."""

NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "any")
CASED_NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "so")
AFTER = re.compile(
    r"[)\]\"'*_`]{0,2}\s?(?:[,/|;&+·•–—]|,?\s(?:and|or|et|und|ou|oder|y|and/or)\b|\n[-*•\s]{0,4}|\s(?=[-–—] ))"
    r"(?:\s?(?:and|or|etc|&)\b)?\s?[(\[\"'*_`-]{0,2} ?(\.?\w[\w.-]*[+#]{0,2})(?![&'’])"
)
GAP = " \n\t\xa0\u2009\u202f\u3000([\"'*_`-–—•⬪·"
NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+#-_"
APART, DOT = frozenset(b" ,.;:()/|!?"), ord(".")  # what may stand beside a name that is a word of its own
JOINS = frozenset(",/|;&+:")
AND = re.compile(r"[\s,](?:and|or|et|und|ou|oder|y|etc|and/or)\Z", re.I)
LINE_SIGNS = frozenset("\n•⬪·–—")
CLOSERS = " ,/)]\"'*_`\xa0"
ENDED = frozenset(".,;:)/]|\n+&")
STARTS = frozenset(".!?")
DENIAL = re.compile(rb"(?<![\w'?])(?:no|not|never|without|sans|kein|keine) \Z")
ENDS_OF_NO = frozenset((b" no", b"(no", b",no", b"not", b"ver", b"out", b"ans", b"ein", b"ine"))

MOST_PLACES = 60  # of one name that are looked at in one text; a name that is the technology is so in its first few
REACH = 48  # characters looked at before it


def denied(low: bytes, at: int) -> bool:
    """Whether the word before says that it is not the technology that is meant: "no PHP", "not Java"."""
    return low[at - 4 : at - 1] in ENDS_OF_NO and DENIAL.search(low, max(0, at - 9), at) is not None


def in_context(text: str, low: bytes, head: bytes, level: int, present: frozenset[bytes]) -> str | None:
    """The first place where an everyday word is the technology, with the words around it; None where it never is.

    `low` is `text` in lower case (`words.narrow`), `level` how much it is about software, `present` its words.
    """
    contexts, size = CONTEXTS[head], len(head)
    end = 0
    for _ in range(MOST_PLACES):
        at = place(low, head, end)
        if at < 0:
            return None
        end = at + size
        if not stands_alone(text, low, at, end):
            continue
        written = text[at:end]
        for context in contexts:
            if (written in context.written or not context.written) and is_meant(
                context, text, at, end, 2 if level < 2 and not context.beside.isdisjoint(present) else level
            ):
                if in_address(text, at, end) or denied(low, at):
                    break
                return f"{text[max(0, at - 20) : at]}{written}{text[end : end + 20]}".strip()
    return None


def place(low: bytes, name: bytes, start: int) -> int:
    """Where a name next stands from `start` on, as a word or, if it is longer than two letters, as a part of one; -1 for none."""
    finder = FINDERS.get(name)
    if finder is None:
        return low.find(name, start)
    found = finder.search(low, start)
    return found.start() if found else -1


def stands_alone(text: str, low: bytes, at: int, end: int) -> bool:
    """Whether a name is not inside a word, an address or, if it is short, a hyphenated word."""
    if end < len(low) and low[end] not in APART:
        following = text[end]
        if following.isalnum() or following in "_#@" or low[end : end + 2] == b"++":
            return False
    if not at or low[at - 1] in APART:
        return at == 0 or low[at - 1] != DOT
    last = text[at - 1]
    if last == "&" and end - at == 1:
        return False
    if last == "-":
        return end - at > 3 or not text[at - 2 : at - 1].isalnum()
    return not (last.isalnum() or last in "_#@.")


def is_meant(context: Context, text: str, at: int, end: int, level: int) -> bool:
    """Whether the words on both sides and the text speak for the technology, and none against it."""
    if context.not_then is not None and context.not_then.match(text, end):
        return False
    enough = context.needs <= level and not context.flows
    if enough and not context.not_said:
        return True
    before = text[max(0, at - REACH) : at]
    spoken = words_before(before)
    last = spoken[-1] if spoken else ""
    pair = f"{spoken[-2]} {last}" if len(spoken) > 1 else ""
    if context.not_said and (last in context.not_said or pair in context.not_said):
        return False
    if enough:
        return True
    if last in context.said or pair in context.said or (context.spoken and is_used(spoken)):
        return True
    if context.then is not None and (level or not context.flows) and context.then.match(text, end):
        return True
    if is_listed_after(before) or is_neighbour(AFTER.match(text, end)):
        return True
    return context.flows and level > 0 and is_in_flow(text, before, last, at, end, level)


def words_before(before: str) -> list[str]:
    """The words before a name in lower case, without the signs around the last; none where something is stuck to it."""
    core = before.rstrip(GAP + "/")
    if len(core) == len(before):
        return []
    said = core.lower().split()
    if said:
        last = said[-1]
        if last.strip("(+>~<").isdigit():
            last = "#number"
        for sign in "/(":
            if sign in last:
                last = last.rpartition(sign)[2]
        said[-1] = last.strip(",\"'[")
        if len(said) > 1:
            said[-2] = said[-2].rpartition("/")[2].lstrip("(\"'")
    return said


def is_used(said: list[str]) -> bool:
    """Whether the words before a language say that it is written, known or moved to."""
    if len(said) < 2:
        return False
    last, before = said[-1], said[-2]
    if last in JOINING_USE:
        return before in EXPERIENCE
    if last == "to":
        return before == "exposure" or not MOVES.isdisjoint(said)
    if last in CUES["foreign_joining"]:
        return before.startswith(CUES["foreign_use"])
    return before in WRITES and last not in NOT_ADJECTIVE


def is_listed_after(before: str) -> bool:
    """Whether `before` ends in a list whose last or last but one item is the name of a technology."""
    core = before.rstrip(GAP)
    if not core:
        return False
    if core[-1] in JOINS:
        rest = core[:-1]
    elif joint := AND.search(core, max(0, len(core) - 8)):
        rest = core[: joint.start()]
    elif LINE_SIGNS.isdisjoint(before[len(core) :]) and " - " not in before[len(core) :]:
        return False
    else:
        rest = core
    rest = rest.rstrip(CLOSERS)
    item = last_item(rest)
    if is_name(item):
        return True
    rest = rest[: len(rest) - len(item)].rstrip(" ")
    return bool(item) and rest[-1:] in (",/") and is_name(last_item(rest.rstrip(CLOSERS)))


def last_item(rest: str) -> str:
    """The last word of a list, without the number of its version."""
    item = rest[len(rest.rstrip(NAME)) :]
    if item[:1].isdigit():
        rest = rest[: -len(item)].rstrip(" ")
        item = rest[len(rest.rstrip(NAME)) :]
    return item


def is_in_flow(text: str, before: str, last: str, at: int, end: int, level: int) -> bool:
    """Whether a name stands in a text about software as names of technologies do: in a list, in brackets, in a sentence.

    It begins no sentence ("Go to our page") and is no part of a longer name ("Taylor Swift", "Spark Capital").
    """
    core = before.rstrip(" ")
    sign = core[-1:]
    ends = end >= len(text) or text[end] in ENDED or text[end : end + 2] in (" (", " |", " &", " /", " +")
    if not sign or sign in STARTS:
        return False
    if ends and sign in "([,/|&+·•*-–—:⬪%":
        return True
    if text[at].islower():
        return False
    if ends and last in ("and", "or", "to"):
        return True
    if level < 2:
        return False
    if sign == "\n":
        return text[end : end + 1] in ("", "\n")
    following = text[end : end + 2]
    if following[:1] in ("-", "'", "’") or (following[:1] == " " and following[1:].isupper()):
        return False
    if sign in "([,/|&+·•*-–—:⬪":
        return True
    return not core[len(core.rstrip(NAME)) :][:1].isupper()


def is_neighbour(found: re.Match[str] | None) -> bool:
    """Whether the word of a match, the next in a list, is the name of a technology."""
    return found is not None and is_name(found[1])


def is_name(word: str) -> bool:
    """Whether a word is a name that is found in lists of technologies."""
    name = word.rstrip(".-")
    return name in CASED_NEIGHBOURS or name.lower() in NEIGHBOURS or name.lower().endswith(".js")
