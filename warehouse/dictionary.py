"""What the warehouse holds: creates it from warehouse/<schema>/<table>.sql and describes it from <table>.yml.

One pair of files is one table, view or macro. The .sql says what it is made of, the .yml says what it means: grain,
meaning, and for every column its meaning, its unit where it has one, and where it comes from. Both end in the database
(`COMMENT ON`) and in docs/dictionary.md, so that neither can drift from the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

FOLDER = Path(__file__).parent
SCHEMAS = {
    "raw": "What was received: every record's own text, untouched, and the capture it came in.",
    "curated": "What cleaning made of it: one row a posting, its history, and the job behind it.",
    "audit": "Why: runs, rules, changes, rows set aside, pairs matched, checks.",
    "marts": "What is counted: definitions, months, shares with their uncertainty.",
}
KINDS = ("TABLE", "MACRO", "VIEW")  # in the order in which they are created
CREATE = re.compile(r"^CREATE (TABLE|MACRO|VIEW) (\w+)\.(\w+)")


@dataclass(frozen=True)
class Entry:
    """One pair of files. `columns` maps a column (or a macro's parameter) to meaning, unit and source, as text."""

    schema: str
    name: str
    kind: str
    sql: str
    grain: str
    meaning: str
    columns: dict[str, dict[str, str]]

    @property
    def full_name(self) -> str:
        """schema.name"""
        return f"{self.schema}.{self.name}"


@cache
def entries() -> tuple[Entry, ...]:
    """Every table, macro and view in the order in which it can be created. Raises ValueError on a malformed file."""
    found = [_read(path) for schema in SCHEMAS for path in sorted((FOLDER / schema).glob("*.sql"))]
    ordered: list[Entry] = [entry for kind in KINDS[:2] for entry in found if entry.kind == kind]
    waiting = [entry for entry in found if entry.kind == "VIEW"]
    while waiting:
        ready = [v for v in waiting if not any(_mentions(v, other) for other in waiting if other is not v)]
        if not ready:
            raise ValueError(f"views depend on each other in a circle: {', '.join(v.full_name for v in waiting)}")
        ordered += ready
        waiting = [v for v in waiting if v not in ready]
    return tuple(ordered)


def _read(path: Path) -> Entry:
    sql = path.read_text(encoding="utf-8").strip().removesuffix(";")
    head = CREATE.match(sql)
    if head is None or head.group(2, 3) != (path.parent.name, path.stem):
        raise ValueError(f"{path}: must begin with CREATE TABLE, MACRO or VIEW {path.parent.name}.{path.stem}")
    described = path.with_suffix(".yml")
    about: dict[str, Any] = yaml.safe_load(described.read_text(encoding="utf-8")) if described.exists() else {}
    return Entry(
        schema=path.parent.name,
        name=path.stem,
        kind=head.group(1),
        sql=sql,
        grain=" ".join(str(about.get("grain", "")).split()),
        meaning=" ".join(str(about.get("meaning", "")).split()),
        columns={
            name: {k: " ".join(str(v).split()) for k, v in told.items()}
            for name, told in (about.get("columns") or {}).items()
        },
    )


def _mentions(view: Entry, other: Entry) -> bool:
    return re.search(rf"\b{other.schema}\.{other.name}\b", view.sql) is not None


def create_all(con: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing and describe it; what is there keeps its rows. Safe to call on every run.

    Views and macros are replaced by their newest text. A table of an older release gains the columns it lacks, NULL in
    its old rows and last in order: insert by name. Raises duckdb.Error where the database refuses.
    """
    for schema in SCHEMAS:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    present = _columns_of(con)
    for entry in entries():
        if entry.kind != "TABLE":
            con.execute(entry.sql.replace("CREATE ", "CREATE OR REPLACE ", 1))
        elif entry.full_name not in present:
            con.execute(entry.sql)
        else:
            for name, sql_type in declared()[entry.full_name].items():
                if name not in present[entry.full_name]:
                    con.execute(f'ALTER TABLE {entry.full_name} ADD COLUMN "{name}" {sql_type}')
    _describe(con)


def _create_plain(con: duckdb.DuckDBPyConnection) -> None:
    for schema in SCHEMAS:
        con.execute(f"CREATE SCHEMA {schema}")
    for entry in entries():
        con.execute(entry.sql)


@cache
def declared() -> dict[str, dict[str, str]]:
    """The columns and types the .sql files declare: {schema.table: {column: type}}, read from an empty database."""
    with duckdb.connect() as con:
        _create_plain(con)
        return _columns_of(con)


def _columns_of(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, sql_type in con.execute(
        """SELECT table_schema || '.' || table_name, column_name, data_type FROM information_schema.columns
        WHERE table_catalog = current_database() AND table_schema IN (SELECT unnest(?))
        ORDER BY 1, ordinal_position""",
        [list(SCHEMAS)],
    ).fetchall():
        found.setdefault(table, {})[column] = sql_type
    return found


def _describe(con: duckdb.DuckDBPyConnection) -> None:
    """Apply the comments that differ: COMMENT ON takes no bound values, so the text is quoted here (it is our own)."""
    said = {
        (f"{schema}.{table}", column): comment
        for schema, table, column, comment in con.execute(
            "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    }
    for entry in entries():
        text = f"{entry.meaning} One row is {entry.grain}." if entry.grain else entry.meaning
        if entry.kind == "MACRO":
            con.execute(f"COMMENT ON MACRO {entry.full_name} IS {_quote(entry.meaning)}")
            continue
        con.execute(f"COMMENT ON {entry.kind} {entry.full_name} IS {_quote(text)}")
        for column, told in entry.columns.items():
            key, comment = (entry.full_name, column), _column_comment(told)
            if key in said and said[key] != comment:
                con.execute(f'COMMENT ON COLUMN {entry.full_name}."{column}" IS {_quote(comment)}')


def _column_comment(told: dict[str, str]) -> str:
    parts = [told.get("meaning", "")]
    parts += [f"Unit: {told['unit']}."] if told.get("unit") else []
    parts += [f"From: {told['source']}."] if told.get("source") else []
    return " ".join(parts)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def render_dictionary() -> str:
    """docs/dictionary.md as text: every schema, table and column with type, meaning, unit and source."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from `warehouse/*/*.sql` and `*.yml` by `warehouse/dictionary.py`; a test keeps it equal to them.",
        'The same text is in the database: `winnow sql "SELECT * FROM duckdb_columns()"`.',
    ]
    for schema, meaning in SCHEMAS.items():
        lines += ["", f"## {schema}", "", meaning]
        for entry in sorted((e for e in entries() if e.schema == schema), key=lambda e: e.name):
            lines += _render_entry(entry)
    return "\n".join(lines) + "\n"


def _render_entry(entry: Entry) -> list[str]:
    kind = "" if entry.kind == "TABLE" else f" ({entry.kind.lower()})"
    lines = ["", f"### {entry.full_name}{kind}", "", entry.meaning]
    if entry.kind == "MACRO":
        lines += ["", "| parameter | meaning | unit |", "|---|---|---|"]
        lines += [_row(f"`{name}`", told.get("meaning"), told.get("unit")) for name, told in entry.columns.items()]
        return lines
    lines += ["", f"One row is {entry.grain}.", ""]
    lines += ["| column | type | meaning | unit | source |", "|---|---|---|---|---|"]
    for name, sql_type in declared()[entry.full_name].items():
        told = entry.columns.get(name, {})
        lines.append(_row(f"`{name}`", f"`{sql_type}`", told.get("meaning"), told.get("unit"), told.get("source")))
    return lines


def _row(*cells: str | None) -> str:
    return "| " + " | ".join((cell or "").replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":  # `python -m warehouse.dictionary` renders docs/dictionary.md anew
    (FOLDER.parent / "docs" / "dictionary.md").write_text(render_dictionary(), encoding="utf-8")
