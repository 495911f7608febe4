"""Mutations of raw records for `flows.fuzz`: of their structure (types, depth, keys, values) and of their bytes.

Everything is drawn from one seeded generator, so that a seed says which records were made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

HUGE = 1_100_000  # characters: over the limit of a record
LONG = 20_000
MUTATIONS = (0, 1, 1, 2, 3)  # of a record
DEEPEST = 200  # levels put on a value at once: a copy into itself doubles them, twice at most, and json ends near 1,000

# Values that have broken pipelines: numbers, words for nothing, names, dates, pay, scripts, formulas, bytes of no text.
ODD_TEXTS = (
    "", " ", "NA", "null", "None", "nan", "-1", "0", "007", "1e400", "9007199254740993", "18446744073709551616", "１２３", "٣٤",
    "2026-02-30", "0000-00-00", "9999-12-31", "03/04/2021", "31.12.1899", "2026-03-29T02:30:00", "2026-10-25T02:30:00+02:00",
    "-62135596800", "253402300800000", "yesterday", "il y a 5 jours", "tomorrow", "$1 - $999,999,999,999 a second", "€-5k",
    "120.000,50 € brut/an", "$$$", "10k-5k", "USD 1e9", "<script>alert(1)</script>", "javascript:alert(1)", "=HYPERLINK(1)",
    "'; DROP TABLE postings; --", "{{7*7}}", "%s%n", "../../etc/passwd", "a@b.example, +1 555 010 0100", "\u202egnirts",
    "e\u0301" * 40, "Z\u0351\u036b\u0343" * 60, "\ufeff", "\u0000", "\ud800", "\U0001f469\u200d\U0001f4bb", "ﷺ" * 30, "\u2028",
    "|", " | ".join(["Remote"] * 60), ", ".join(["Paris"] * 200), "Senior " * 80, "-" * 200, "https://" + "a." * 200,
)  # fmt: skip
# Text made to stall regular expressions: long runs of one class, and runs that almost match.
STALLS = (
    " ", "\n", "\t ", "a", "1", "1,", "$1", "(", "((a", "[", "<a ", "&amp;", "a@", "a.", "|", " | ", "- ", "\u00a0", "1-", "//", "+1 ",
    "é", "人", "#", "*_", "and ", "Senior ", "Paris, ", "remote ", "http://a", "<p>", "12/", "€1k-", "'", "\\",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53 + 1, 2**64, 10**40, 1.5, -0.0, 1e308, float("nan"), float("inf"), [], {}, [[]], [None], {"": ""},
    ["a", 1, None, {"b": []}], {"a": {"b": {"c": 1}}},
)  # fmt: skip
BYTES = (
    b"\x00",
    b"\xff",
    b"\xe9",
    b"\xc3",
    b"\xed\xa0\x80",
    b'"',
    b"\\",
    b"\n",
    b"\r",
    b",",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\xef\xbb\xbf",
    b"|",
    b";",
)

Place = tuple[Any, Any]  # a container and the key or index inside it


def places(value: Any) -> list[Place]:
    """Every place of a JSON value that can be written to."""
    found: list[Place] = []
    todo = [value]
    while todo:
        each = todo.pop()
        keys: list[Any] = list(each) if isinstance(each, dict) else list(range(len(each)))
        found += [(each, key) for key in keys]
        todo += [each[key] for key in keys if isinstance(each[key], dict | list)]
    return found


def copied(value: Any) -> Any:
    """A copy of a JSON value: without it a value may come to hold itself."""
    return json.loads(json.dumps(value))


def odd_text(rng: Random, before: str) -> str:
    """A text to put where `before` stood: odd, stalling, long, or the old one damaged."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(ODD_TEXTS)
    if kind < 0.6:
        times = rng.choice((60, 600, LONG // 4))
        return rng.choice(STALLS) * times + rng.choice(("", "!", "\x00", "z", "$"))
    if kind < 0.602:
        return "x" * HUGE
    if kind < 0.75:
        return before + rng.choice(ODD_TEXTS) + before
    if kind < 0.85:
        return before[: rng.randrange(len(before) + 1)]
    at = rng.randrange(len(before) + 1)
    return (
        before[:at]
        + rng.choice(("\u0301", "\u200b", "\u00ad", "Ã©", "\U0001f680", "\x1b[31m", "&#0;", "\r\n", "\t"))
        + before[at:]
    )


def deep(rng: Random, value: Any) -> Any:
    """A value nested deeper than is read, or nearly."""
    for _ in range(rng.choice((5, 60, 70, DEEPEST))):
        value = [value] if rng.random() < 0.7 else {"x": value}
    return value


def mutate_value(rng: Random, value: dict[str, Any]) -> None:
    """One mutation of a JSON record, in place."""
    found = places(value)
    if not found:
        value["x"] = copied(rng.choice(ODD_VALUES))
        return
    container, key = rng.choice(found)
    before = container[key]
    kind = rng.random()
    if kind < 0.5 and isinstance(before, str):
        container[key] = odd_text(rng, before)
    elif kind < 0.65:
        container[key] = copied(rng.choice(ODD_VALUES))
    elif kind < 0.72:
        del container[key]
    elif kind < 0.78:
        container[key] = deep(rng, before)
    elif kind < 0.84 and isinstance(container, dict):
        container[odd_text(rng, str(key))[:300]] = container.pop(key)
    elif kind < 0.9:
        container[key] = [before] * rng.choice((2, 50))
    else:
        other, there = rng.choice(found)
        if isinstance(other, dict) or there < len(other):
            container[key] = copied(other.get(there) if isinstance(other, dict) else other[there])


def as_json(rng: Random, value: Any) -> bytes:
    """A JSON text of a record, as one program or another would write it; a key may stand twice in it."""
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.01 and text.startswith("{") and len(text) > 2:
        text = '{"id": 1, "id": 2, ' + text[1:]
    return text.encode("utf-8", "surrogatepass")


def mutate_json(rng: Random, record: dict[str, Any]) -> bytes:
    """A JSON record mutated one to three times, as bytes."""
    value = copied(record)
    for _ in range(rng.choice(MUTATIONS)):
        mutate_value(rng, value)
    return damage(rng, as_json(rng, value))


def mutate_cells(rng: Random, row: list[str], write: Callable[[list[str]], str]) -> bytes:
    """A row of a table mutated one to three times, as bytes; `write` makes its line."""
    cells = list(row)
    for _ in range(rng.choice(MUTATIONS)):
        if not cells or rng.random() < 0.03:
            cells.append("x")
            continue
        at, kind = rng.randrange(len(cells)), rng.random()
        if kind < 0.85:
            cells[at] = odd_text(rng, cells[at])
        elif kind < 0.9:
            del cells[at]
        else:
            cells[at] = cells[rng.randrange(len(cells))]
    return damage(rng, write(cells).encode("utf-8", "surrogatepass"))


def mutate_text(rng: Random, text: str) -> bytes:
    """A free text with one to three of its lines mutated, as bytes."""
    lines = text.split("\n")
    for _ in range(rng.choice(MUTATIONS)):
        at = rng.randrange(len(lines))
        head, mark, tail = lines[at].partition(": ")
        lines[at] = head + mark + odd_text(rng, tail) if mark and rng.random() < 0.7 else odd_text(rng, lines[at])
    return damage(rng, "\n".join(lines).encode("utf-8", "surrogatepass"))


def damage(rng: Random, body: bytes) -> bytes:
    """Nine in ten as they are; else bytes flipped, cut out, put in, or another encoding."""
    if rng.random() > 0.1 or not body:
        return body
    at, kind = rng.randrange(len(body)), rng.random()
    if kind < 0.35:
        return body[:at] + bytes([body[at] ^ 1 << rng.randrange(8)]) + body[at + 1 :]
    if kind < 0.6:
        return body[:at] + rng.choice(BYTES) + body[at:]
    if kind < 0.75:
        return body[:at] + body[at + rng.randrange(1, 20) :]
    if kind < 0.85:
        return body[:at]
    if kind < 0.9:
        return body + b" " + body
    return body.decode("utf-8", "replace").encode(rng.choice(("cp1252", "utf-16", "latin-1", "shift_jis")), "replace")
