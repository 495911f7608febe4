"""With which letters the matches of a regular expression begin: tables of patterns are tried only where they can match."""

from __future__ import annotations

import re

KNOWN = 7  # letters that are told at most
ZERO_WIDTH = re.compile(r"\\b|\^|\(\?(?:=|!|<=|<!)")
OPTIONAL = re.compile(r"[?*]|\{0")


SPECIAL = re.compile(r"\\.|\[[^\]]*\]|[()|]")  # what opens, closes or parts groups, and what hides such a sign


def alternatives(pattern: str) -> list[str]:
    """A pattern cut at the bars that stand in no group or class."""
    if "(" not in pattern and "[" not in pattern and "\\|" not in pattern:
        return pattern.split("|")
    cuts, depth = [-1], 0
    for sign in SPECIAL.finditer(pattern):
        if sign[0] == "|" and depth == 0:
            cuts.append(sign.start())
        depth += DEEPER.get(sign[0], 0)
    return [pattern[a + 1 : b] for a, b in zip(cuts, [*cuts[1:], len(pattern)], strict=True)]


DEEPER = {"(": 1, ")": -1}


def after(pattern: str, at: int) -> int:
    """The position behind the atom at `at`: a sign, an escaped sign, a class or a group."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "[":
        return pattern.index("]", at) + 1
    depth = 0
    for sign in SPECIAL.finditer(pattern, at) if pattern[at] == "(" else ():
        depth += DEEPER.get(sign[0], 0)
        if depth == 0:
            return sign.end()
    return at + 1


def beginnings(pattern: str) -> frozenset[str]:
    """The letters, KNOWN at most, with which a match may begin; an empty one where they cannot be told."""
    return frozenset(letters for part in alternatives(pattern) for letters, _ in spellings(part))


def spellings(part: str) -> set[tuple[str, bool]]:
    """How a match of one alternative may begin, each with whether more may follow what is known of it."""
    found, done = {""}, set[tuple[str, bool]]()
    at = 0
    while at < len(part) and found:
        end = after(part, at)
        atom = part[at:end]
        if atom.isalnum() and part[end : end + 1].isalnum():  # the common case: one letter after another
            found = {letters + atom for letters in found}
            done |= {(letters[:KNOWN], False) for letters in found if len(letters) >= KNOWN}
            found = {letters for letters in found if len(letters) < KNOWN}
            at = end
            continue
        if ZERO_WIDTH.match(atom):
            at = end
            continue
        options = options_of(atom)
        optional = OPTIONAL.match(part, end) is not None
        repeated = part[end : end + 1] in ("*", "+", "{")
        longer = {(have + more, open_ and not repeated) for have in found for more, open_ in options}
        done |= {(letters[:KNOWN], False) for letters, open_ in longer if not open_ or len(letters) >= KNOWN}
        found = {letters for letters, open_ in longer if open_ and len(letters) < KNOWN} | (
            found if optional else set()
        )
        at = end
        while part[at : at + 1] and part[at] in "?*+":
            at += 1
        if part[at : at + 1] == "{":
            at = part.index("}", at) + 1
    return done | {(letters, True) for letters in found}


def options_of(atom: str) -> set[tuple[str, bool]]:
    """What one atom may be, each with whether the word may go on behind it; what ends or hides the word is ("", False)."""
    if atom.startswith("(?:"):
        return {each for part in alternatives(atom[3:-1]) for each in spellings(part)}
    if atom[0] == "[" and atom[1:-1].isalpha():
        return {(letter, True) for letter in atom[1:-1]}
    return {(atom, True)} if atom.isalnum() else {("", False)}
