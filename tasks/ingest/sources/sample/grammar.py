"""Sentences that write themselves: templates with lists of words, and what each sentence makes true of a posting.

The lists lie in texts/<language>.txt. A template is compiled once a language and role family into parts: fixed text, a
list to draw from, or the place of a value of the posting (company, city ...). What a sentence says beyond its words -
technologies, machine learning, pay - is carried along as bits and is the truth that the pipeline is measured against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from tasks.ingest.sources.sample.technologies import BIT, TEXTS, WRITTEN, table

# what a line says of the posting beyond the technologies in it
ML, DL, PAY, WORKPLACE, EMPLOYMENT, PERSONAL, REQUISITION = 1, 2, 4, 8, 16, 32, 64
FLAGS = {"ml": ML, "dl": ML | DL, "": 0}
SECTION_FLAGS = {"pay": PAY, "workplace": WORKPLACE, "employment": EMPLOYMENT, "contact": PERSONAL, "seeking": PERSONAL}

# values of a posting that a template may name, in the order of `values`
VALUES = ("company", "city", "title", "a_title", "product", "industry", "team", "years", "pay", "person", "mail",
          "phone", "stack1", "stack2", "stack3", "stack4")  # fmt: skip
PLACE_OF = {name: n for n, name in enumerate(VALUES)}
STACK = PLACE_OF["stack1"]

TECHNICAL = frozenset(row["family"] for row in table("roles") if row["track"] == "tech")

SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}|<<([^<>]+)>>")

Draw = Callable[[], float]


class Line(NamedTuple):
    """One sentence of a posting with what it makes true: technology bits and the flags above."""

    text: str
    technologies: int
    says: int


class Template:
    """A compiled sentence. A part is text, a list to draw from, or the index of a value; `stack`: stack slots used."""

    __slots__ = ("_blank", "_slots", "parts", "says", "stack", "technologies")

    def __init__(
        self, parts: tuple[str | tuple[str, ...] | int, ...], technologies: int, says: int, stack: tuple[int, ...]
    ) -> None:
        """Set the fixed text aside: a line is a copy of it with the slots filled in."""
        self.parts, self.technologies, self.says, self.stack = parts, technologies, says, stack
        self._blank = [part if isinstance(part, str) else "" for part in parts]
        self._slots: list[
            tuple[int, int, tuple[str, ...], int, bool]
        ] = []  # place, value, list, its size, drawn before
        for n, part in enumerate(parts):
            if isinstance(part, int):
                self._slots.append((n, part, (), 0, False))
            elif isinstance(part, tuple):
                before = [earlier for earlier in parts[:n] if isinstance(earlier, tuple)][-1:]
                self._slots.append((n, -1, part, len(part), bool(before) and before[0] is part))

    def line(self, draw: Draw, values: Sequence[str], stack_bits: Sequence[int]) -> Line:
        """The sentence with every list drawn from and every value filled in."""
        bits = self.technologies
        for n in self.stack:
            bits |= stack_bits[n]
        if not self._slots:
            return Line("".join(self._blank), bits, self.says)
        out = self._blank.copy()
        drawn = 0
        for place, value, words, size, again in self._slots:
            if value >= 0:
                out[place] = values[value]
                continue
            # a list drawn from twice in a row gives two different words
            drawn = (drawn + 1 + int(draw() * (size - 1))) % size if again else int(draw() * size)
            out[place] = words[drawn]
        return Line("".join(out), bits, self.says)


@cache
def sections(language: str) -> dict[str, tuple[str, ...]]:
    """The raw lists of texts/<language>.txt by name."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (TEXTS / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


class Book:
    """The templates of one language as one role family sees them."""

    def __init__(self, language: str, family: str) -> None:
        """Compile lazily: a section is compiled when it is first drawn from."""
        self.language, self.family = language, family
        self._compiled: dict[str, tuple[Template, ...]] = {}
        self._lists: dict[tuple[str, str | None], tuple[str, ...]] = {}

    def section(self, name: str) -> tuple[Template, ...]:
        """The compiled templates of a section."""
        done = self._compiled.get(name)
        if done is None:
            done = tuple(self._compile(text, name) for text in sections(self.language)[name])
            self._compiled[name] = done
        return done

    def draw(self, name: str, draw: Draw, values: Sequence[str], stack_bits: Sequence[int]) -> Line:
        """One sentence of a section."""
        templates = self._compiled.get(name) or self.section(name)
        return templates[int(draw() * len(templates))].line(draw, values, stack_bits)

    def _words(self, name: str, how: str | None) -> tuple[str, ...]:
        """A list to draw from; one object a list, so that a sentence which draws from it twice can tell."""
        if (name, how) not in self._lists:
            self._lists[name, how] = tuple(_bent(word, how) for word in self._found(name))
        return self._lists[name, how]

    def _found(self, name: str) -> tuple[str, ...]:
        lists = sections(self.language)
        name = "team" if name == "anyteam" else name
        for candidate in (f"{name}.{self.family}", f"{name}.tech" if self.family in TECHNICAL else name, name):
            if candidate in lists:
                return lists[candidate]
        raise KeyError(f"texts/{self.language}.txt has no list {name!r}")

    def _compile(self, text: str, section: str) -> Template:
        flag = ""
        if text.startswith("!"):
            flag, text = text[1:].split(" ", 1)
        parts: list[str | tuple[str, ...] | int] = []
        bits, stack, end = 0, [], 0
        for match in SLOT.finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
            slot, how, technology = match.groups()
            if technology:
                bits |= BIT[technology]
                parts.append(WRITTEN[technology])
            elif slot in PLACE_OF:
                parts.append(PLACE_OF[slot])
                if slot.startswith("stack"):
                    stack.append(PLACE_OF[slot] - STACK)
            else:
                parts.append(self._words(slot, how))
        parts.append(text[end:])
        says = FLAGS[flag] | SECTION_FLAGS.get(section.split(".")[0], 0)
        return Template(tuple(p for p in parts if p != ""), bits, says, tuple(stack))


def with_article(word: str) -> str:
    """As in "a growing", "an ambitious", "an ML Engineer"."""
    head = word.split(" ", 1)[0]
    spelled = head.isupper() and head not in ("UX", "UI")
    return ("an " if word[:1] in ("AEFILMNORSX" if spelled else "AEIOaeio") or head == "iOS" else "a ") + word


def _bent(word: str, how: str | None) -> str:
    if how == "lower":
        return word[:1].lower() + word[1:]
    if how == "cap":
        return word[:1].upper() + word[1:]
    if how == "a":
        return with_article(word)
    return word


@cache
def book(language: str, family: str) -> Book:
    """The book of a language and family, compiled once."""
    return Book(language, family)
