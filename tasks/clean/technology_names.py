"""Where a text names a technology: names, phrases, and everyday words in context. All of it is driven by lookups.

technologies.csv holds the closed list of ids and the names they go by, technology_contexts.csv where an everyday word is one
of them, technology_neighbours.csv the names that speak for it as neighbours in a list, technology_glued.csv the names that
are looked for where words are stuck together.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.words import asked_for, in_address, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = rows("technologies")
ORDER = {name: at for at, name in enumerate(dict.fromkeys(row["id"] for row in NAMES))}


def pattern(name: str) -> str:
    """The regular expression of a phrase: its spaces may be written as a space, a hyphen, a dot or nothing."""
    return re.escape(name).replace(r"\ ", "[ .-]?") + r"(?![a-z0-9+#])"


INSIDE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+#")
WORDS = {row["name"].encode(): row["id"] for row in NAMES if row["reading"] == "word"}
PHRASES: dict[bytes, list[tuple[frozenset[bytes], re.Pattern[str], str]]] = {}
for _row in NAMES:
    if _row["reading"] == "phrase":
        _tokens = re.findall("[a-z0-9]+", _row["name"])
        _pattern = re.compile(pattern(_row["name"]))
        PHRASES.setdefault(_tokens[0].encode(), []).append(
            (frozenset(each.encode() for each in _tokens), _pattern, _row["id"])
        )
        PHRASES.setdefault("".join(_tokens).encode(), []).append((frozenset(), _pattern, _row["id"]))


class Context(NamedTuple):
    """Where one spelling of an everyday word is a technology; see lookups/technology_contexts.csv."""

    id: str
    name: str
    written: re.Pattern[str]
    alone: bool
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


def compiled(text: str) -> re.Pattern[str] | None:
    """A pattern of the lookup, or None where the cell is empty."""
    return re.compile(text) if text else None


IDS = {row["name"]: row["id"] for row in NAMES if row["reading"] == "context"}
CONTEXTS: dict[bytes, list[Context]] = {}
for _row in rows("technology_contexts"):
    CONTEXTS.setdefault(_row["name"].encode(), []).append(
        Context(
            IDS[_row["name"]],
            _row["name"],
            re.compile(rf"(?:{_row['written']})(?![\w#@]|\+\+)"),
            _row["alone"] == "yes",
            *(compiled(_row[column]) for column in ("before", "after", "not_before", "not_after")),
        )
    )
# One pattern a name finds all its spellings in one pass; the longer names are looked for in lower case, which is faster.
FINDERS = {
    name: re.compile("|".join(context.written.pattern for context in contexts))
    for name, contexts in CONTEXTS.items()
    if len(name) < 3
}
HEADS = asked_for(frozenset(WORDS) | frozenset(PHRASES) | frozenset(CONTEXTS))
asked_for(frozenset(token for phrases in PHRASES.values() for tokens, _, _ in phrases for token in tokens))

# A neighbour in a list is the best witness: "Python, R, SQL", "C/C++", "Rust and Go".
NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "any")
CASED_NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "so")
JOINT = (
    r"[)\]\"'*_`]{0,2}\s?(?:[,/|;&+·•]|,?\s(?:and|or|et|und|ou|oder|y|and/or)\b|\n[-*•\s]{0,4})"
    r"(?:\s?(?:and|or|etc|&)\b)?\s?[(\[\"'*_`]{0,2}"
)
BEFORE = re.compile(rf"(?<![\w+#.-])(\.?\w[\w.-]*[+#]{{0,2}})(?: ?\d{{1,2}}(?:\.\d{{1,2}}|\.x)?\+?)?{JOINT}\Z")
AFTER = re.compile(rf"{JOINT}(\.?\w[\w.-]*[+#]{{0,2}})(?![&'’])")
LOOSE = " \n\t\r\xa0\u2009\u202f\u3000([\"'*_`-•"
JOINS = frozenset(",/|;&+·")
JOINING = ("and", "or", "et", "und", "ou", "oder", "y", "etc")
LINE_SIGNS = frozenset("\n•")
GLUED_IDS = {row["name"]: row["id"] for row in rows("technology_glued")}
GLUED = re.compile("|".join(sorted(GLUED_IDS, key=len, reverse=True)))
PARTS_OF_NAMES = re.compile(
    r"(?:My|No|Postgre|Py)\Z|\A(?:Script|FX|Beans|Alchemy|L?[Ii]te\b|Server|Azure|DB\b|Native|JS\b|GraphX|Hub)"
)
DENIAL = re.compile(r"(?<![\w'’])(?:no|not|never|without|sans|kein|keine) \Z")
ENDS_OF_NO = frozenset((" no", "(no", "\nno", ",no", "not", "ver", "out", "ans", "ein", "ine"))
LONG_LINE = 600
"""Characters a line on average from which a text is taken to have lost its line breaks, and words their gaps with them."""

MOST_PLACES = 60  # of one name that are looked at in one text; a name that is the technology is so in its first few
REACH = 48  # characters looked at on either side


def ordered(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids once each, in the order of the closed list."""
    return tuple(sorted(set(ids), key=ORDER.__getitem__))


def named(text: str) -> Iterator[tuple[str, str]]:
    """Every technology that `text` names, as (id, the words it was read from)."""
    present = words(text)
    heads = present & HEADS
    if not heads:
        return
    low = text.lower()
    for head in heads:
        if head in WORDS and (found := as_word(low, head.decode())):
            yield WORDS[head], found
        for tokens, phrase, name in PHRASES.get(head, ()):
            if tokens <= present and (found := as_phrase(low, phrase)):
                yield name, found
        if head in CONTEXTS and (found := in_context(text, low, head)):
            yield IDS[head.decode()], found


def denied(low: str, at: int) -> bool:
    """Whether the word before says that it is not the technology that is meant: "no PHP", "not Java"."""
    return (
        low[at - 1 : at] == " "
        and low[at - 4 : at - 1] in ENDS_OF_NO
        and DENIAL.search(low, max(0, at - 9), at) is not None
    )


def as_word(low: str, name: str) -> str | None:
    """`name` if it stands in `low` as a word of its own outside addresses."""
    at = low.find(name)
    while at >= 0:
        end = at + len(name)
        if (
            (at == 0 or low[at - 1] not in INSIDE)
            and (end == len(low) or low[end] not in INSIDE)
            and not in_address(low, at, end)
            and not denied(low, at)
        ):
            return name
        at = low.find(name, end)
    return None


def as_phrase(low: str, phrase: re.Pattern[str]) -> str | None:
    """The first place where a phrase stands in `low`, outside words and addresses."""
    for found in phrase.finditer(low):
        at, end = found.span()
        if (at == 0 or low[at - 1] not in INSIDE) and not in_address(low, at, end) and not denied(low, at):
            return found[0]
    return None


def places(text: str, low: str, head: bytes) -> Iterator[int]:
    """Where a name of everyday language stands in `text`, whatever its case."""
    if head in FINDERS or len(low) != len(text):
        finder = FINDERS.get(head) or re.compile(re.escape(head.decode()), re.I)
        yield from (found.start() for found in finder.finditer(text))
        return
    name, last = head.decode(), 0
    while (at := low.find(name, last)) >= 0:
        last = at + len(name)
        yield at


def parted(text: str, start: int, length: int) -> bool:
    """Whether a name may begin at `start`: not inside a word, an address or, for a short name, a hyphenated word."""
    last = text[start - 1]
    if last == "-":
        return length > 3 or not text[start - 2 : start - 1].isalnum()
    return not (last.isalnum() or last in "_#@.")


def in_context(text: str, low: str, head: bytes) -> str | None:
    """The first place where an everyday word is the technology, with the words around it; None where it never is."""
    for start in islice(places(text, low, head), MOST_PLACES):
        if start and not parted(text, start, len(head)):
            continue
        before = text[max(0, start - REACH) : start]
        for context in CONTEXTS[head]:
            if (found := context.written.match(text, start)) is None:
                continue
            end = found.end()
            if (
                speaks(context, before, text[end : end + REACH])
                and not in_address(text, start, end)
                and not denied(low, start)
            ):
                return f"{before[-20:]}{found[0]}{text[end : end + 20]}".strip()
    return None


def speaks(context: Context, before: str, after: str) -> bool:
    """Whether the words on both sides speak for the technology, and none against it."""
    if (context.not_before and context.not_before.search(before)) or (
        context.not_after and context.not_after.search(after)
    ):
        return False
    return (
        context.alone
        or (context.before is not None and context.before.search(before) is not None)
        or (context.after is not None and context.after.search(after) is not None)
        or (joins(before) and is_neighbour(BEFORE.search(before)))
        or is_neighbour(AFTER.match(after))
    )


def joins(before: str) -> bool:
    """Whether `before` may end in what joins two words of a list: a cheap test that spares `BEFORE` most words."""
    kept = before.rstrip(LOOSE)
    return not kept or kept[-1] in JOINS or kept.endswith(JOINING) or not LINE_SIGNS.isdisjoint(before[len(kept) :])


def is_neighbour(found: re.Match[str] | None) -> bool:
    """Whether the word of a match, the next in a list, is the name of a technology."""
    if found is None:
        return False
    name = found[1].rstrip(".-")
    return name in CASED_NEIGHBOURS or name.lower() in NEIGHBOURS or name.lower().endswith(".js")


def glued(text: str) -> Iterator[tuple[str, str]]:
    """Names in `text` that have a word stuck to them, before or behind."""
    for found in GLUED.finditer(text):
        before, after = text[max(0, found.start() - 8) : found.start()], text[found.end() : found.end() + 12]
        sticks = before[-1:].islower() or before[-1:] == ")" or (after[:1].isupper() and after[1:2].isalpha())
        if (
            sticks
            and not after[:1].islower()
            and not PARTS_OF_NAMES.search(before)
            and not PARTS_OF_NAMES.search(after)
        ):
            yield GLUED_IDS[found[0]], found[0] + after
