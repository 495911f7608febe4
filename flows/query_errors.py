"""What `winnow sql` says of a query that DuckDB refuses: its first line and its hint, on one line."""

from __future__ import annotations

import re

import duckdb

from tasks.errors import UsageError

HEAD_WIDTH = 500
HINT_WIDTH = 300
PLACE = re.compile(r"\n\s*LINE \d+:.*", re.S)  # the query again, with a mark below it: of no use on one line
HINT = re.compile(r"^\s*(?:Did you mean|Candidate \w+:)", re.M)
UNKNOWN = re.compile(
    r"(?:Table|View|Schema) with name|Referenced (?:table|column)|a column named|Column \".*(?:not found|does not exist)"
)


def visible_line(text: str, width: int) -> str:
    """Text as one line of at most `width` visible characters: control characters could drive the terminal."""
    return "".join(c if c.isprintable() else " " for c in text[:width])


def first_line(error: Exception) -> str:
    """The first line of an error's text."""
    return str(error).strip().split("\n", 1)[0]


def hint(error: Exception) -> str:
    """What DuckDB proposes instead, as one line; empty where it proposes nothing."""
    _, _, rest = PLACE.sub("", str(error).strip()).partition("\n")
    found = HINT.search(rest)
    if found is None:
        return ""
    lines = [line.strip() for line in rest[found.start() :].splitlines() if line.strip()]
    lead = f"{lines[0]} " if lines[0].endswith(":") else ""  # a list of candidates, a line each
    return (lead + "; ".join(lines[1:] if lead else lines)).replace(": :", ":")


def next_step(error: Exception) -> str:
    """What to do about it: the dictionary helps where a name is unknown, and nowhere else."""
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return "Narrow the query"
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException) and UNKNOWN.search(first_line(error)):
        return "See docs/dictionary.md for the tables"
    return "Mend the query: it is DuckDB's SQL, read-only"


def query_failed(error: Exception) -> UsageError:
    """A query that is wrong, or asks for what there is not."""
    return UsageError(
        "query_failed", visible_line(first_line(error), HEAD_WIDTH).rstrip("!. "),
        why=visible_line(hint(error), HINT_WIDTH), next_step=next_step(error),
    )  # fmt: skip
