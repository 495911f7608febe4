"""JSON cut into records that keep their exact text: arrays, arrays inside an object, single objects, values in a row.

One damaged record costs one record: its end is found by its brackets, or else reading resumes at the next object that
looks like a record of this source.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

from tasks.ingest.records import Record

MAX_DEPTH = 64
RESUME_WITHIN = 4 * 1024 * 1024  # characters searched for a new start; a record has at most 1 MB
RESUME_TRIES = 200
EFFORT_CHARS = 16 * 1024 * 1024
SPACE = re.compile(r"[ \t\r\n]*+")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.S)
CLOSES = {"{": "}", "[": "]"}
RESTART = re.compile(r'[,}\]\n]\s*+(?=\{\s*+")')
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
NUL_ESCAPE = "\\u0000"

Wanted = Callable[[Any], bool]
Walk = Generator[Record, None, int]  # yields records, returns where it stopped


class RefusedError(Exception):
    """Valid JSON that is not kept: the reason and what about it."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason)


def no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, refusing a key that occurs twice: which of the two values holds, nobody knows."""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RefusedError("dup_key", f"key {twice[:80]!r} occurs twice in one object")
    return found


def decimal_text(text: str) -> str:
    """A number with a fraction or exponent as it was written: 1.10 stays 1.10."""
    if math.isinf(float(text)):
        raise RefusedError("nonfinite", f"{text[:40]} is beyond any number")
    return text


def no_constant(text: str) -> Any:
    """NaN and Infinity are no JSON."""
    raise RefusedError("nonfinite", f"{text} is no JSON number")


DECODER: Any = json.JSONDecoder(object_pairs_hook=no_twice, parse_float=decimal_text, parse_constant=no_constant)
SCAN: Callable[[str, int], tuple[Any, int]] = (
    DECODER.scan_once
)  # (text, start) -> (value, end); StopIteration where no value starts


def scan(text: str, start: int) -> tuple[Any, int]:
    """One value and where it ends. Raises RefusedError with a reason of the fault catalogue."""
    try:
        return SCAN(text, start)
    except StopIteration as problem:
        at = problem.value if isinstance(problem.value, int) else start
        if at >= len(text):
            raise RefusedError("truncated", "the text ends where a value should start") from problem
        raise RefusedError("json", f"no value where one should start, {text[at : at + 20]!r}") from problem
    except json.JSONDecodeError as problem:
        if problem.pos >= len(text) or problem.msg.startswith("Unterminated string"):
            raise RefusedError("truncated", f"the text ends inside a value: {problem.msg}") from problem
        raise RefusedError("json", f"{problem.msg} at character {problem.pos - start} of the record") from problem
    except RecursionError as problem:
        raise RefusedError("depth", "nested deeper than can be read") from problem
    except ValueError as problem:
        raise RefusedError("oversize", str(problem)) from problem


def judge(payload: str, value: Any) -> tuple[str, str] | None:
    """Reason and detail where a well-formed value is no record to keep: not an object, too deep, NUL, surrogates."""
    if value.__class__ is not dict:
        return "shape", f"{type(value).__name__} where an object is expected"
    if payload.count("{") + payload.count("[") > MAX_DEPTH and deeper(value, MAX_DEPTH):
        return "depth", f"nested more than {MAX_DEPTH} deep"
    if "\\u" in payload:
        if NUL_ESCAPE in payload and any("\0" in each for each in texts(value)):
            return "nul", "a text holds the character NUL"
        doubtful = half_pair(payload) or "\\\\u" in payload  # an escaped backslash can look like half a pair
        if doubtful and any(not encodable(each) for each in texts(value)):
            return "surrogate", "a text holds half a surrogate pair"
    return None


def half_pair(payload: str) -> bool:
    """Whether an escaped high surrogate lacks its low one behind it, or the other way round. Whole pairs are emoji."""
    due = -1  # where a low one must begin
    for found in SURROGATE_ESCAPE.finditer(payload):
        if found[0][3] in "89abAB":
            if due >= 0:
                return True
            due = found.end()
        elif found.start() != due:
            return True
        else:
            due = -1
    return due >= 0


def deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested deeper than `limit`, found without recursion and without looking further."""
    level = [value]
    for _ in range(limit + 1):
        level = [child for each in level for child in children(each)]
    return bool(level)


def children(value: Any) -> list[Any]:
    """The values directly inside a list or an object."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys included, without recursion."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            todo.extend(each.values())
        elif isinstance(each, list):
            todo.extend(each)


def encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def closing(text: str, start: int) -> tuple[int | None, int]:
    """Where the brackets opened at `start` close, strings skipped, and how far was looked.

    None where the text or the reach (RESUME_WITHIN) ends first, or where a bracket closes another kind.
    """
    opened: list[str] = []
    stop = min(len(text), start + RESUME_WITHIN)
    for token in TOKEN.finditer(text, start, stop):
        mark = token[0]
        if mark in CLOSES:
            opened.append(CLOSES[mark])
        elif mark in ("}", "]"):
            if not opened or opened.pop() != mark:
                return None, token.end()
            if not opened:
                return token.end(), token.end()
    return None, stop


class JsonReader:
    """Reads one text. `notes` collects what is odd about the envelope but cost no record."""

    def __init__(self, text: str, wanted: Wanted, records_at: str | None = None) -> None:
        """`wanted` tells a record of this source from any other object; `records_at` is a dotted path to the array."""
        self.text, self.wanted = text, wanted
        self.path = records_at.split(".") if records_at else []
        self.notes: list[str] = []
        self.effort = EFFORT_CHARS + len(text)  # characters that may be looked at twice, so that damage stays cheap

    def skip(self, at: int) -> int:
        """The next place that is not white space."""
        return SPACE.match(self.text, at).end()  # type: ignore[union-attr]

    def read(self) -> Iterator[Record]:
        """All records, in order. Several values in a row are read one after the other."""
        at, text = self.skip(0), self.text
        while at < len(text):
            mark = text[at]
            if mark == "[":
                at = yield from self.array(at)
            elif mark == "{" and self.path:
                at = yield from self.document(at)
            else:
                at = yield from self.element(at)
            at = self.skip(at)
            if at < len(text) and text[at] == ",":
                at = self.skip(at + 1)

    def array(self, at: int) -> Walk:
        """The elements of the array that opens at `at`."""
        text, end_of_text, whitespace = self.text, len(self.text), SPACE.match
        at = self.skip(at + 1)
        while True:
            if at >= end_of_text:
                self.notes.append("the array never closes: the file may be cut off")
                return at
            if text[at] == "]":
                return at + 1
            try:
                value, end = SCAN(text, at)
            except (StopIteration, ValueError, RecursionError, RefusedError):
                at = self.skip((yield from self.element(at, inside=True)))
            else:
                payload = text[at:end]
                fault = judge(payload, value)
                yield Record(payload, value) if fault is None else Record(payload, None, *fault)
                at = whitespace(text, end).end()  # type: ignore[union-attr]
            if at < end_of_text and text[at] == ",":
                at = whitespace(text, at + 1).end()  # type: ignore[union-attr]
            elif at < end_of_text and text[at] not in "]{":
                at = self.skip((yield from self.element(at, inside=True)))

    def element(self, at: int, inside: bool = False) -> Walk:
        """One value, good or set aside. Returns where reading goes on."""
        text = self.text
        try:
            value, end = scan(text, at)
        except RefusedError as refused:
            end, reason = self.resume(at, refused.reason, inside)
            yield Record(text[at:end].rstrip(" \t\r\n,"), None, reason, refused.detail)
            return end
        payload = text[at:end]
        fault = judge(payload, value)
        yield Record(payload, value) if fault is None else Record(payload, None, *fault)
        return end

    def resume(self, at: int, reason: str, inside: bool) -> tuple[int, str]:
        """Where a value that cannot be kept ends, and the reason, `truncated` only if nothing follows it."""
        text = self.text
        end = None
        if text[at] in CLOSES and self.effort > 0:
            end, looked = closing(text, at)
            self.effort -= looked - at
        if end is not None and (reason not in ("json", "truncated") or self.plausible(end, inside)):
            return end, "json" if reason == "truncated" else reason
        stop = min(len(text), at + RESUME_WITHIN)
        for tries, found in enumerate(RESTART.finditer(text, at + 1, stop)):
            if tries >= RESUME_TRIES:
                break
            try:
                value, _ = scan(text, found.end())
            except RefusedError:
                continue
            if self.wanted(value):
                return found.end(), "json" if reason == "truncated" else reason
        cut = reason == "truncated" or (end is None and reason == "json" and text[at] in "{[")
        return len(text), "truncated" if cut else reason

    def plausible(self, end: int, inside: bool) -> bool:
        """Whether what follows looks like the space between two records."""
        text = self.text
        at = self.skip(end)
        if at >= len(text):
            return True
        if not inside:
            return text[at] in "{["
        if text[at] == "]":
            return True
        at = self.skip(at + 1) if text[at] == "," else at
        return at < len(text) and text[at] in "{]"

    def document(self, at: int) -> Walk:
        """An object that holds the records at `records_at`; an object without it that is a record itself is one."""
        start, text = at, self.text
        state = {"found": False}
        try:
            at = yield from self.walk(at, self.path, state)
        except RefusedError as refused:
            if not state["found"]:
                return (yield from self.element(start))
            self.notes.append(f"the text around the records is damaged: {refused.detail}")
            return len(text)
        if not state["found"]:
            try:
                value, end = scan(text, start)
            except RefusedError:  # read key by key it was well, as a whole it is not: a key occurs twice
                return (yield from self.element(start))
            payload = text[start:end]
            fault = judge(payload, value)
            if fault is None and not self.wanted(value):
                fault = ("shape", f"neither a record nor an object with {'.'.join(self.path)}")
            yield Record(payload, value) if fault is None else Record(payload, None, *fault)
        return at

    def walk(self, at: int, path: list[str], state: dict[str, bool]) -> Walk:
        """The object that opens at `at`, key by key, down to the array. Returns where it closes."""
        text = self.text
        at = self.skip(at + 1)
        while True:
            if at < len(text) and text[at] == "}":
                return at + 1
            key, at = scan(text, at)
            at = self.skip(at)
            if not isinstance(key, str) or at >= len(text) or text[at] != ":":
                raise RefusedError("json", "an object's key is followed by no value")
            at = self.skip(at + 1)
            here = text[at] if at < len(text) else ""
            if key == path[0] and len(path) == 1 and here == "[":
                state["found"] = True
                at = yield from self.array(at)
            elif key == path[0] and len(path) > 1 and here == "{":
                at = yield from self.walk(at, path[1:], state)
            else:
                _, at = scan(text, at)
            at = self.skip(at)
            if at >= len(text):
                raise RefusedError("truncated", "the text ends inside an object")
            if text[at] == ",":
                at = self.skip(at + 1)
            elif text[at] != "}":
                raise RefusedError("json", f"{text[at]!r} between two keys")


def read_lines(text: str) -> Iterator[Record]:
    """JSON lines: one object a line. Only LF and CR LF end a line; an empty line is a separator."""
    for line in text.split("\n"):
        payload = line.removesuffix("\r")
        stripped = payload.strip(" \t\r")
        if not stripped:
            continue
        try:
            value, end = scan(stripped, 0)
        except RefusedError as refused:
            yield Record(payload, None, refused.reason, refused.detail)
            continue
        if end != len(stripped):
            yield Record(payload, None, *after(stripped, end))
            continue
        fault = judge(payload, value)
        yield Record(payload, value) if fault is None else Record(payload, None, *fault)


def after(line: str, end: int) -> tuple[str, str]:
    """What a line holds after its first value."""
    if line[end:].lstrip(" \t\r")[:1] in ("{", "["):
        return "shape", "two values on one line"
    return "json", f"text after the value: {line[end : end + 20]!r}"
