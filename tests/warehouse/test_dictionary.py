"""The .sql and .yml files agree with each other, with the database and with docs/dictionary.md."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.dictionary import SCHEMAS, create_all, declared, entries, render_dictionary

DOCS = Path(__file__).parents[2] / "docs" / "dictionary.md"
ALL = {entry.full_name: entry for entry in entries()}


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_column_is_described_and_no_other(name: str) -> None:
    entry = ALL[name]
    assert list(entry.columns) == list(declared()[name])
    assert entry.grain
    assert entry.meaning
    for column, told in entry.columns.items():
        assert set(told) <= {"meaning", "unit", "source"}, column
        assert told.get("meaning"), column
        assert told.get("source"), column


@pytest.mark.parametrize("name", sorted(name for name, entry in ALL.items() if entry.kind == "MACRO"))
def test_every_macro_is_described(name: str) -> None:
    assert ALL[name].meaning
    assert all(told.get("meaning") for told in ALL[name].columns.values())


def test_the_page_is_the_rendering() -> None:
    assert DOCS.read_text(encoding="utf-8") == render_dictionary(), (
        "docs/dictionary.md is stale: run `python -m warehouse.dictionary`"
    )


def test_create_all_twice_keeps_rows_and_describes_everything() -> None:
    with duckdb.connect() as con:
        create_all(con)
        con.execute("INSERT INTO raw.payloads VALUES (1, 'kept')")
        con.execute("DROP VIEW raw.records")
        create_all(con)
        assert con.execute("SELECT payload FROM raw.records JOIN raw.payloads USING (payload)").fetchall() == []
        assert con.execute("SELECT payload FROM raw.payloads").fetchall() == [("kept",)]
        silent = con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal AND schema_name IN (SELECT unnest(?)) AND coalesce(comment, '') = ''",
            [list(SCHEMAS)],
        ).fetchall()
        assert silent == []


def test_an_older_warehouse_gains_new_columns() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA raw")
        con.execute("CREATE TABLE raw.captures (capture_id VARCHAR, source VARCHAR)")
        con.execute("INSERT INTO raw.captures VALUES ('c', 's')")
        create_all(con)
        con.execute("INSERT INTO raw.captures BY NAME SELECT 'd' AS capture_id, 12 AS bytes")
        assert con.execute("SELECT capture_id, bytes FROM raw.captures ORDER BY 1").fetchall() == [
            ("c", None),
            ("d", 12),
        ]


def test_a_comment_says_what_the_page_says() -> None:
    with duckdb.connect() as con:
        create_all(con)
        row = con.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'shares_monthly' AND column_name = 'low'"
        ).fetchone()
        assert row is not None
        assert row[0].startswith("Lower end of the 95% interval.")
        assert "Unit: 0 to 1." in row[0]
