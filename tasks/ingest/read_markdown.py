"""Markdown cut into records: tables with a row a posting, and files with front matter."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import yaml

from tasks.ingest.read_json import MAX_DEPTH
from tasks.ingest.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BARS = re.compile(r"(?<!\\)\|")
TAG = re.compile(r"<[^<>]{0,2000}>")
BREAK = re.compile(r"</?br\s*/?>", re.I)
HREF = re.compile(r'href\s{0,3}=\s{0,3}["\']([^"\']{1,2000})["\']', re.I)
LINK = re.compile(r"\[([^\[\]]{0,500})\]\(([^()\s]{1,2000}(?:\([^()\s]{0,200}\))?[^()\s]{0,2000})\)")
EMPHASIS = re.compile(r"\*\*|__|~~")
FENCE = "---"
MAX_FRONT_CHARS = 20_000


def cells(line: str) -> list[str]:
    r"""The cells of a table row; `\|` is a bar inside one."""
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith(r"\|"):
        line = line[:-1]
    return [cell.strip().replace(r"\|", "|") for cell in BARS.split(line)]


def is_rule(line: str) -> bool:
    """Whether a line is the row of dashes under a header."""
    return "-" in line and not line.strip("|-: \t\r")


def read_tables(text: str, names: Callable[[list[str]], list[str] | None]) -> Iterator[Record]:
    """Every row of every table whose header `names` knows, in order, with the heading above as `section`.

    `names` takes a header and returns the columns' names, or None for a table that holds no postings. Of rows without a
    header above them each is shown to it alone, as so many empty texts. A row with another number of cells is `ragged`.
    """
    columns: list[str] | None = None
    started = headed = False
    section = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare.startswith("|"):
            started = False
            if bare.startswith("#"):
                section = bare.lstrip("#").strip()
            continue
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if is_rule(bare):
            continue
        if "|" in below and is_rule(below.strip()):
            columns, started, headed = names(cells(bare)), True, True
            continue
        found = cells(bare)
        headed = headed and started
        started = True
        if not headed:
            columns = names([""] * len(found)) or []
        payload = line.removesuffix("\r")
        if columns is None:
            continue
        if len(found) != len(columns):
            yield Record(payload, None, "ragged", f"{len(found)} cells for {len(columns)} columns, line {number + 1}")
        else:
            yield Record(payload, {**dict(zip(columns, found, strict=True)), "section": section})


def cell_text(cell: str) -> str:
    """A cell without links, tags, emphasis and entities."""
    return html.unescape(EMPHASIS.sub("", TAG.sub("", LINK.sub(r"\1", cell)))).strip()


def cell_parts(cell: str) -> list[str]:
    """A cell's lines (`<br>`), each as text."""
    return [part for part in map(cell_text, BREAK.split(cell)) if part]


def cell_link(cell: str) -> str | None:
    """The first address that a cell links to."""
    found = HREF.search(cell)
    if found:
        return html.unescape(found[1])
    found = LINK.search(cell)
    return found[2] if found else None


# Makes text only and no object, ever. Python's own reader takes half a second for what libyaml reads in a hundredth.
TextLoader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class TooDeepError(yaml.YAMLError):
    """YAML nested deeper than MAX_DEPTH."""


def read_yaml(text: str) -> Any:
    """YAML in which every value is text and nothing refers to anything else. Raises yaml.YAMLError, TooDeepError too.

    What is too deep is seen while it is read: libyaml's time grows with the square of the depth.
    """
    depth = 0
    for event in yaml.parse(text, Loader=TextLoader):
        if isinstance(event, yaml.AliasEvent):  # a few lines of them unfold to gigabytes
            raise yaml.YAMLError("references are not read")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise TooDeepError(f"nested more than {MAX_DEPTH} deep")
    return yaml.load(text, Loader=TextLoader)  # noqa: S506  it makes text only


def read_front_matter(text: str, key: str) -> Record:
    """A file with YAML between two `---` lines and Markdown below (`body`); the first of the two may be missing.

    Anything else is set aside as `shape`.
    """
    lines = text.split("\n")
    if not lines[0].strip().startswith((FENCE, "title:")):
        return Record(text, None, "shape", "no front matter: the first line is neither --- nor a title", key)
    start = 1 if lines[0].strip() == FENCE else 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        return Record(text, None, "truncated", "the front matter never ends", key)
    front = "\n".join(lines[start:end])
    if len(front) > MAX_FRONT_CHARS:
        return Record(text, None, "oversize", f"front matter of {len(front):,} characters", key)
    try:
        values = read_yaml(front)
    except TooDeepError as problem:
        return Record(text, None, "depth", f"front matter: {problem}", key)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        return Record(text, None, "shape", f"front matter: {' '.join(str(problem).split())[:200]}", key)
    if not isinstance(values, dict):
        return Record(text, None, "shape", "the front matter is no mapping", key)
    return Record(text, {**{str(k): v for k, v in values.items()}, "body": "\n".join(lines[end + 1 :])}, key=key)
