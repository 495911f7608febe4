"""`winnow sql`: no column and no hint is lost, what is called JSON is JSON, and nothing is printed that was not asked for."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.query import print_rows, run_query, unlike
from flows.query_errors import query_failed
from tasks.errors import UsageError

PROJECT = Path(__file__).parent.parent.parent
DICTIONARY = "See docs/dictionary.md"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse has a table and a view."""
    home = tmp_path_factory.mktemp("home")
    (home / "warehouse").mkdir()
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb")) as con:
        con.execute("CREATE SCHEMA curated; CREATE TABLE curated.postings (title VARCHAR, company VARCHAR)")
        con.execute("COMMENT ON TABLE curated.postings IS 'The cleaned postings.'")
        con.execute("CREATE VIEW curated.gold AS FROM curated.postings")
    return home


def asked(home: Path, query: str, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    print_rows(home / "warehouse" / "winnow.duckdb", query, form, 10.0, home)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "names",
    [["a", "a"], ["a", "a", "A", "a_1", "a"], ["a_1", "a", "a"], ["x", "y"], ["B", "b", "B"]],
    ids=" ".join,
)
def test_repeated_columns_are_named_as_duckdb_names_them(names: list[str]) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t AS SELECT " + ", ".join(f'1 AS "{name}"' for name in names))
        assert unlike(names) == [row[0] for row in con.execute("DESCRIBE t").fetchall()]


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("SELECT 1 a, 2 a", {"a": 1, "a_1": 2}),
        ("SELECT 'inf'::DOUBLE x, '-inf'::FLOAT y, 'nan'::DOUBLE z, 1.5::DOUBLE n", {"x": None, "y": None, "z": None, "n": 1.5}),
        ("SELECT ['nan'::DOUBLE, 2.5] l, {'a': 'inf'::DOUBLE} s", {"l": [None, 2.5], "s": {"a": None}}),
        ("SELECT MAP {'nan'::DOUBLE: 'inf'::DOUBLE} m", {"m": {"nan": None}}),
    ],
)  # fmt: skip
def test_json_holds_every_column_and_only_what_json_knows(
    home: Path, capsys: pytest.CaptureFixture[str], query: str, row: dict[str, object]
) -> None:
    def refuse(word: str) -> None:
        pytest.fail(f"{word} is not JSON")

    assert json.loads(asked(home, query, "json", capsys), parse_constant=refuse) == [row]


def test_table_and_csv_show_both_columns_of_a_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(home, "SELECT 1 a, 2 a", "csv", capsys) == "a,a\n1,2\n"
    assert asked(home, "SELECT 1 a, 2 a", "table", capsys).split() == ["a", "a", "-", "-", "1", "2"]


def test_parquet_holds_every_column_and_nothing_is_said_beside_it(home: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "sql", "SELECT 1 a, 2 a, 'x' b", "--format", "parquet"]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, "WINNOW_HOME": str(home)}, capture_output=True, check=True
    )
    assert pq.read_table(io.BytesIO(done.stdout)).to_pylist() == [{"a": 1, "a_1": 2, "b": "x"}]
    assert done.stderr == b""


@pytest.mark.parametrize("query", ["SHOW TABLES", "  show\n tables ; -- all", "/* which */ Show Tables"])
def test_show_tables_lists_those_of_every_schema(home: Path, capsys: pytest.CaptureFixture[str], query: str) -> None:
    assert json.loads(asked(home, query, "json", capsys)) == [
        {"name": "curated.gold", "kind": "view", "meaning": None},
        {"name": "curated.postings", "kind": "table", "meaning": "The cleaned postings."},
    ]


def test_many_comments_before_a_query_cost_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(home, "/* a */ " * 200 + "SELECT 1 AS n", "json", capsys) == '[{"n": 1}]\n'


@pytest.mark.parametrize("timeout", [-1.0, 0.0, float("nan"), float("inf"), float("-inf")])
def test_a_time_limit_is_a_finite_number_above_zero(home: Path, timeout: float) -> None:
    with pytest.raises(UsageError) as error:
        run_query(home / "warehouse" / "winnow.duckdb", "SELECT 1", "table", timeout)
    assert error.value.code == "bad_timeout"


def test_a_very_long_time_limit_is_one(home: Path) -> None:
    run_query(home / "warehouse" / "winnow.duckdb", "SELECT 1", "table", 1e300)


@pytest.mark.parametrize(
    ("query", "parts", "dictionary"),
    [
        ("FROM curated.posting", ["posting does not exist", 'Did you mean "postings"?'], True),
        ("SELECT titel FROM curated.postings", ['"titel" not found', 'Candidate bindings: "title"'], True),
        ("SELECT p.nix FROM curated.postings p", ['column named "nix"', "Candidate bindings: "], True),
        ("SELECT x.title FROM curated.postings p", ['table "x" not found', 'Candidate tables: "p"'], True),
        ("FROM nosuch.postings", ['schema "nosuch" does not exist'], True),
        ("SELECT lenght('a')", ["lenght does not exist", 'Did you mean "length"?'], False),
        ("SELECT length(1, 2, 3)", ["Candidate functions: length(string VARCHAR) -> BIGINT; "], False),
        ("SELEC 1", ['syntax error at or near "SELEC"'], False),
        ("SELECT 'a'::INT", ["Could not convert"], False),
        ("SELECT error(E'evil\\nDid you mean \\x1b[2J this')", ["evil", "Did you mean"], False),
    ],
)  # fmt: skip
def test_what_duckdb_proposes_is_told_on_one_line(home: Path, query: str, parts: list[str], dictionary: bool) -> None:
    with pytest.raises(UsageError) as error:
        print_rows(home / "warehouse" / "winnow.duckdb", query, "table", 10.0, home)
    text = error.value.message()
    assert all(part in text for part in parts), text
    assert (DICTIONARY in text) is dictionary, text
    assert text.isprintable()
    assert "LINE 1" not in text
    assert not [twice for twice in ("!.", "?.", "..", ": :", "!:") if twice in text], text


def test_a_refusal_is_bounded() -> None:
    long = "x" * 5000
    told = query_failed(duckdb.BinderException(f'Binder Error: {long}\nCandidate bindings: "{long}"'))
    assert len(told.message()) < 1000
    assert "Candidate bindings" in told.message()
