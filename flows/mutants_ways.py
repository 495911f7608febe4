"""Ways to corrupt a batch: functions of (rows, columns) in place, or of the bytes of the file. Named in mutants.toml."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from flows.mutants_feed import COLUMNS, SENTENCES, Board, Row, as_csv

Rows = list[Row]
MENU = "Home Jobs Companies Salaries Sign in Help Imprint Terms Cookies Languages Newsletter Blog Press Contact " * 40
PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><p>Please sign in.</p></body></html>"


def some(rows: Rows, share: float) -> Rows:
    """Every row of a share of them, spread evenly."""
    return [row for i, row in enumerate(rows) if int((i + 1) * share) > int(i * share)]


def each(change: Callable[..., str]) -> Callable[..., Rows]:
    """A way that changes the values of columns, in a share of the rows."""

    def way(rows: Rows, columns: Sequence[str], share: float = 1.0, **args: Any) -> Rows:
        for number, row in enumerate(some(rows, share)):
            for column in columns:
                row[column] = change(row[column], number, **args)
        return rows

    return way


def in_pairs(values: str) -> str:
    """Text as if its bytes had been read as another code page and written again, unmendable."""
    return values.encode("utf-16-le").decode("latin-1").replace("\0", "\u00b7")


def scaled(value: str, _: int, by: float) -> str:
    """A number times a factor."""
    return f"{float(value) * by:g}" if abs(float(value) * by) < 1e5 else str(int(float(value) * by))


def moved(value: str, _: int, days: int) -> str:
    """A date some days later."""
    return (date.fromisoformat(value) + timedelta(days=days)).isoformat()


def reformatted(value: str, _: int, form: str) -> str:
    """A date in another form."""
    return date.fromisoformat(value).strftime(form)


VALUES: dict[str, Callable[..., Rows]] = {
    "null": each(lambda __, _: ""),
    "set": each(lambda __, _, to: to),
    "one_of": each(lambda __, number, to: to[number % len(to)]),
    "scale": each(scaled),
    "move": each(moved),
    "date_form": each(reformatted),
    "cut": each(lambda value, _, to: value[:to]),
    "before": each(lambda value, _, put: put + value),
    "upper": each(lambda value, _: value.upper()),
    "reverse": each(lambda value, _: value[::-1]),
    "rot13": each(lambda value, _: codecs.encode(value, "rot13")),
    "base64": each(lambda value, _: base64.b64encode(value.encode()).decode()),
    "garble": each(lambda value, _: in_pairs(value)),
    "escape": each(lambda value, _: html.escape(f"<p>{value}</p>")),
    "in_page": each(lambda value, _: f"<html><body><nav>{MENU}</nav><p>{value}</p></body></html>"),
    "nul": each(lambda value, _: value[:3] + "\0" + value[3:]),
    "long": each(lambda value, _: value * 20_000),
    "german": each(lambda __, number: " ".join(SENTENCES["de"][number % 4 : number % 4 + 5])),
    "as_words": each(lambda value, _: f"about {value}"),
    "number": each(lambda __, number: str(number)),
    "modulo": each(lambda __, number, by: f"S-{number % by}"),
}


def swap(rows: Rows, columns: Sequence[str]) -> Rows:
    """Two columns in each other's place."""
    for row in rows:
        row[columns[0]], row[columns[1]] = row[columns[1]], row[columns[0]]
    return rows


def shift(rows: Rows, columns: Sequence[str], by: int = 1) -> Rows:
    """Values of columns moved along by so many, the last ones to the front."""
    for row in rows:
        values = [row[column] for column in columns]
        row.update(zip(columns, values[-by:] + values[:-by], strict=True))
    return rows


def roll(rows: Rows, columns: Sequence[str]) -> Rows:
    """Values of columns a row further down: each stands beside another's id."""
    for column in columns:
        values = [row[column] for row in rows]
        for row, value in zip(rows, values[-1:] + values[:-1], strict=True):
            row[column] = value
    return rows


def copy_down(rows: Rows, columns: Sequence[str]) -> Rows:
    """The first value over the upper two thirds."""
    for row in rows[: len(rows) * 2 // 3]:
        row.update({column: rows[0][column] for column in columns})
    return rows


ROWS: dict[str, Callable[..., Rows]] = {
    "swap": swap,
    "shift": shift,
    "roll": roll,
    "copy_down": copy_down,
    "keep": lambda rows, share: rows[: int(len(rows) * share)],
    "keep_where": lambda rows, column, value: [row for row in rows if value in row[column]],
    "newest": lambda rows, count: rows[-count:],
    "times": lambda rows, count: [dict(row) for row in rows for _ in range(count)],
    "more": lambda rows, count: rows + [dict(row, id=f"{row['id']}-{i}") for i in range(count) for row in rows],
    "blank": lambda rows, share: [
        row if row not in some(rows, share) else dict.fromkeys(row, "") | {"id": row["id"]} for row in rows
    ],
}


def lines(payload: bytes) -> list[bytes]:
    """The file's lines; no value of the board holds a line break."""
    return payload.rstrip(b"\n").split(b"\n")


BYTES: dict[str, Callable[..., bytes]] = {
    "cut_file": lambda payload, share: payload[: int(len(payload) * share)],
    "open_quote": lambda payload, line: b"\n".join(
        [*lines(payload)[:line], b'S-9,"' + lines(payload)[line], *lines(payload)[line + 1 :]]
    ),
    "no_header": lambda payload: b"\n".join(lines(payload)[1:]),
    "header_again": lambda payload, every: b"\n".join(
        line for i, each in enumerate(lines(payload)) for line in ([lines(payload)[0], each] if i and i % every == 0 else [each])
    ),
    "header_only": lambda payload: lines(payload)[0] + b"\n",
    "extra_commas": lambda payload, every: b"\n".join(
        each + b",,x" if i and i % every == 0 else each for i, each in enumerate(lines(payload))
    ),
    "empty": lambda _: b"",
    "spaces": lambda _: b" \n" * 100,
    "web_page": lambda _: PAGE.encode(),
    "encode": lambda payload, to: payload.decode().encode(to, "replace"),
    "as_json": lambda _: b'{"jobs": []}\n',
    "half_gzip": lambda payload: gzip.compress(payload)[:-200],
    "noise": lambda payload: bytes(b ^ 0xA5 for b in payload),
}  # fmt: skip


def corrupt(board: Board, ways: list[dict[str, Any]]) -> bytes:
    """The file of a board after some ways, one after the other. Raises KeyError for a way that is none."""
    rows, columns, delimiter = [dict(row) for row in board.rows], list(COLUMNS), ","
    after: list[tuple[Callable[..., bytes], dict[str, Any]]] = []
    for way in ways:
        args = dict(way)
        name = args.pop("way")
        if name == "drop":
            columns = [column for column in columns if column not in args["columns"]]
        elif name == "rename":
            columns = [args["to"] if column == args["column"] else column for column in columns]
            rows = [row | {args["to"]: row[args["column"]]} for row in rows]
        elif name == "add":
            columns.append(args["column"])
            rows = [row | {args["column"]: args["value"]} for row in rows]
        elif name == "delimiter":
            delimiter = args["to"]
        elif name in BYTES:
            after.append((BYTES[name], args))
        else:
            rows = (VALUES | ROWS)[name](rows, **args)
    payload = as_csv(rows, tuple(columns), delimiter)
    for change, args in after:
        payload = change(payload, **args)
    return payload
