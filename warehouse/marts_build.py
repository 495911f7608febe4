"""Fills the marts from curated, set-wise: one scan of the text, then small keys only.

A definition of "a deep-learning job" is data (warehouse/marts/definitions.csv). Which definitions a posting meets is
worked out once a posting as a bit mask; months, shares and intervals are then counted from masks.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.dictionary import FOLDER

if TYPE_CHECKING:
    import duckdb

MARTS = FOLDER / "marts"
LISTS = ("phrases", "flags", "role_families", "technologies")
FLAGS = ("deep_learning", "machine_learning")
KINDS = ("denominator", "subject", "comparator")
TABLES = ("definitions", "posting_definitions", "postings_monthly", "shares_monthly", "breaks")
# Between the words of a phrase: white space, no-break space, any hyphen. RE2 syntax.
BETWEEN = r"[\s\x{00A0}\x{2010}\x{2011}-]+"


@dataclass(frozen=True)
class Definition:
    """One row of definitions.csv: a posting meets it by any of its terms; `all` is met by every posting."""

    definition: str
    version: int
    title: str
    description: str
    kind: str
    phrases: tuple[str, ...]
    flags: tuple[str, ...]
    role_families: tuple[str, ...]
    technologies: tuple[str, ...]


def definitions() -> list[Definition]:
    """The definitions in the file's order. Raises ValueError where a row is malformed or there are more than 64."""
    with (MARTS / "definitions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) > 64:
        raise ValueError("definitions.csv: more than 64 definitions do not fit the mask of 64 bits")
    found = []
    for row in rows:
        lists = {name: tuple(term for term in row[name].split("|") if term) for name in LISTS}
        if row["kind"] not in KINDS or not set(lists["flags"]) <= set(FLAGS):
            raise ValueError(f"definitions.csv: {row['definition']}: unknown kind or flag")
        if not any(lists.values()) and row["definition"] != "all":
            raise ValueError(f"definitions.csv: {row['definition']} has no term, so no posting can meet it")
        found.append(
            Definition(
                definition=row["definition"],
                version=int(row["version"]),
                title=row["title"],
                description=row["description"],
                kind=row["kind"],
                **lists,
            )
        )
    return found


def build_marts(con: duckdb.DuckDBPyConnection) -> None:
    """Rebuild every mart from curated and audit. `con` writes; create_all must have run.

    Everything happens in the caller's transaction if there is one. Cost at 1,000,000 postings of 2.1 kB text: 5.1
    CPU-seconds (6.7 from a cold file), of which reading the text alone is 1 to 2.4. Raises duckdb.Error.
    """
    for table in TABLES:
        con.execute(f"DELETE FROM marts.{table}")
    defined = definitions()
    con.executemany(
        "INSERT INTO marts.definitions BY NAME SELECT ? AS definition, ? AS version, ? AS title, ? AS description, "
        "? AS kind, ?::VARCHAR[] AS phrases, ?::VARCHAR[] AS flags, ?::VARCHAR[] AS role_families, "
        "?::VARCHAR[] AS technologies, ? AS position",
        [
            [d.definition, d.version, d.title, d.description, d.kind, *(list(getattr(d, name)) for name in LISTS), i]
            for i, d in enumerate(defined)
        ],
    )
    _find_phrases(con, sorted({phrase for d in defined for phrase in d.phrases}))
    for path in sorted((MARTS / "fill").glob("*.sql")):
        con.execute(path.read_text(encoding="utf-8"))
    with (MARTS / "breaks.csv").open(encoding="utf-8", newline="") as file:
        written = [[row["day"], row["source"] or None, row["kind"], row["what"]] for row in csv.DictReader(file)]
    con.executemany("INSERT INTO marts.breaks SELECT ?::DATE, ?, ?, ?", written)
    for table in ("mart_phrases", "mart_facts", "mart_cells"):
        con.execute(f"DROP TABLE temp.{table}")


def _find_phrases(con: duckdb.DuckDBPyConnection, phrases: list[str]) -> None:
    """The one scan of the text: mart_phrases(posting_id, phrases) for postings that say any of the phrases.

    A pattern that begins with letters lets RE2 skip ahead (0.7 CPU-s a million texts of 2 kB); one with a word boundary
    does not (5.9), so the boundary is asked for only where the phrase itself was found.
    """
    body = r"""CASE WHEN regexp_matches({text}, ?, 'i') THEN regexp_matches({text}, ?, 'i') ELSE false END"""
    said = " OR ".join(body.format(text=text) for text in ("coalesce(title, '')", "coalesce(description, '')"))
    parts = ", ".join(f"CASE WHEN {said} THEN ? END" for _ in phrases) or "NULL::VARCHAR"
    bound: list[str] = []
    for phrase in phrases:
        pattern = BETWEEN.join(re.escape(word) for word in phrase.split())
        bound += [pattern, rf"\b{pattern}\b"] * 2 + [phrase]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE mart_phrases AS
        SELECT * FROM (
            SELECT posting_id, list_filter([{parts}], lambda phrase: phrase IS NOT NULL) AS phrases
            FROM curated.postings
        ) WHERE len(phrases) > 0""",
        bound,
    )
