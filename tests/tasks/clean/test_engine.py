"""The engine: one result a row in order, distinct values once, the same with and without memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tasks.clean.engine import FIELDS, SCHEMA, Engine, clean_one, masked, rulebook_files, rulebook_version
from tasks.clean.memory import Memory, change_id, change_text
from tasks.clean.rule import Change, Example, Field
from tasks.ingest.form import SCHEMA as RECORDS

ROWS: list[dict[str, Any]] = [
    {"title": "Sr. Data Engineer (m/f/d)", "company": "Acme Inc.", "locations": ["Austin, TX"], "salary": "$120k - $140k"},
    {"title": "Nurse", "company": "County Hospital", "locations": ["Portland, ME"], "description": "<p>Call 555-123-4567</p>"},
    {"notice": "Acme | Backend Engineer | Berlin, Germany | ONSITE<p>We use Python and PostgreSQL."},
    {"notice": ""},
]  # fmt: skip


def batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Forms as the engine gets them."""
    table = pa.Table.from_pylist(
        [{**dict.fromkeys(RECORDS.names), "raw_id": str(i), "posting_id": f"p{i}", **r} for i, r in enumerate(rows)],
        RECORDS,
    )
    return table.append_column("captured_on", pa.array(["2026-01-31"] * len(rows))).combine_chunks().to_batches()[0]


def test_as_many_rows_out_as_in_and_in_order() -> None:
    out = Engine().clean(batch(ROWS))
    assert out.schema == SCHEMA
    assert out.column("raw_id").to_pylist() == ["0", "1", "2", "3"]
    assert out.column("titles").to_pylist()[:3] == [["Sr. Data Engineer"], ["Nurse"], ["Backend Engineer"]]
    assert out.column("reason").to_pylist()[:3] == [None, None, None]
    assert out.column("reason").to_pylist()[3] is not None


def test_a_batch_says_what_each_record_alone_says() -> None:
    out = Engine().clean(batch(ROWS)).to_pylist()
    for row, made in zip(ROWS, out, strict=True):
        alone = clean_one(
            {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()} | {"captured_on": "2026-01-31"}
        )
        for field in FIELDS:
            value = alone[field.name].value
            if field.sql_type in ("PLACE[]", "PAY[]"):
                value = tuple(tuple(each) for each in value)
                assert tuple(tuple(each.values()) for each in made[field.name]) == value
            else:
                assert (tuple(made[field.name]) if isinstance(made[field.name], list) else made[field.name]) == value, (
                    field.name
                )


def counting_field() -> tuple[Field, list[Any]]:
    """A field that notes every value its rule is asked about."""
    asked: list[Any] = []
    field = Field("made_up", ("title",), sql_type="VARCHAR")

    @field.rule("MAD01", "made_up.upper", examples=(Example("a", "A"),))
    def upper(value: str | None, _: object) -> str | None:
        """Does: capitals. Why: to test. Leaves alone: nothing."""
        asked.append(value)
        return value.upper() if value else value

    return field, asked


def test_distinct_values_are_cleaned_once_and_remembered_across_runs(tmp_path: Path) -> None:
    field, asked = counting_field()
    values = [("x",), ("y",), ("x",)]
    with Memory(tmp_path / "m.duckdb", "v1") as memory:
        engine = Engine(memory, (field,))
        first = engine.run_field(field, values)
        engine.take_changes()
    assert sorted(asked) == ["x", "y"]
    with Memory(tmp_path / "m.duckdb", "v1") as memory:
        again = Engine(memory, (field,)).run_field(field, values)
    assert sorted(asked) == ["x", "y"]
    assert [(c.value, ids) for c, ids in again] == [(c.value, ids) for c, ids in first]
    with duckdb.connect(str(tmp_path / "m.duckdb")) as con:
        assert con.execute("SELECT before, after FROM changes ORDER BY 1").fetchall() == [("x", "X"), ("y", "Y")]


def test_a_rule_sees_the_inputs_of_its_field_and_no_others() -> None:
    seen: list[dict[str, Any]] = []
    field = Field("made_up", ("title", "text"), sql_type="VARCHAR", remember=False)

    @field.rule("MAD01", "made_up.looks", examples=(Example("a", "b"),))
    def looks(value: str | None, given: Any) -> str | None:
        """Does: looks. Why: to test. Leaves alone: all."""
        seen.append(dict(given))
        return value

    columns = {"title": ["Cook", None], "text": ["We cook.", ""], "company": ["Acme", "Acme"]}
    Engine(None, (field,)).results_of(field, columns)
    assert seen == [{"title": "Cook", "text": "We cook."}, {"title": None, "text": ""}]


def test_another_rulebook_version_begins_afresh(tmp_path: Path) -> None:
    field, asked = counting_field()
    for version in ("v1", "v2"):
        with Memory(tmp_path / "m.duckdb", version) as memory:
            Engine(memory, (field,)).run_field(field, [("x",)])
    assert asked == ["x", "x"]


def test_what_is_remembered_can_be_told_whatever_interrupts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end in the middle of a batch, and a write that fails half-way: no result is kept without its changes."""

    def full() -> None:
        raise InterruptedError

    field, _ = counting_field()
    with Memory(tmp_path / "m.duckdb", "v1") as memory:  # leaving it, by an error or not, writes what there is
        Engine(memory, (field,)).run_field(field, [("x",)])
    memory = Memory(tmp_path / "m.duckdb", "v1")
    Engine(memory, (field,)).run_field(field, [("y",)])
    monkeypatch.setattr(memory, "flush_changes", full)
    with pytest.raises(InterruptedError):
        memory.close()
    memory.con.close()
    with duckdb.connect(str(tmp_path / "m.duckdb")) as con:
        kept = con.execute("SELECT unnest(change_ids) FROM remembered ORDER BY 1").fetchall()
        assert kept == con.execute("SELECT change_id FROM changes ORDER BY 1").fetchall()
        assert len(kept) == 1


def test_a_damaged_memory_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "m.duckdb"
    path.write_bytes(b"not a database" * 1000)
    field, asked = counting_field()
    with Memory(path, "v1") as memory:
        Engine(memory, (field,)).run_field(field, [("x",)])
    assert asked == ["x"]


@pytest.mark.parametrize("index", range(3))
def test_memory_changes_no_value(tmp_path: Path, index: int) -> None:
    rows = [ROWS[index]] * 3
    without = Engine().clean(batch(rows))
    for _ in range(2):
        with Memory(tmp_path / "m.duckdb", rulebook_version()) as memory:
            assert Engine(memory).clean(batch(rows)).equals(without)


def test_the_trail_holds_no_contact_details_and_no_texts() -> None:
    engine = Engine()
    engine.clean(
        batch(
            [
                {
                    "title": "Cook, write to jane.doe@example.org",
                    "description": "Call 555-123-4567 or jane@example.org. " * 40,
                }
            ]
        )
    )
    trail = " ".join(f"{c.before} {c.after}" for c in engine.take_changes().values())
    assert "example.org" not in trail
    assert "555-123" not in trail
    assert len(trail) < 2000


def test_change_ids_depend_on_the_text_alone() -> None:
    assert change_id(change_text(Change("a", "AAA01", None, "x"))) == change_id(
        change_text(Change("a", "AAA01", None, "x"))
    )
    assert change_id(change_text(Change("a", "AAA01", None, "x"))) != change_id(
        change_text(Change("a", "AAA01", "", "x"))
    )


def test_the_rulebook_version_covers_rules_and_lookups() -> None:
    names = {path.name for path in rulebook_files()}
    assert {"salary.py", "rule.py", "places.csv"} <= names
    assert len(rulebook_version()) == 12


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to jane@acme.example today", "write to [email] today"),
        ("write to jane.doe@acm", "write to [email]"),  # an excerpt's end in the middle of an address
        ("write to jane.doe@", "write to [email]"),
        ("call 415-555-0123", "call [phone]"),
        ("2019-01-17 to 2020-01-17, 120,000", "2019-01-17 to 2020-01-17, 120,000"),
        ("Engineer @ Acme", "Engineer @ Acme"),
        (None, None),
    ],
)
def test_what_people_are_shown_of_a_change_holds_no_address(text: str | None, shown: str | None) -> None:
    assert masked(text) == shown
