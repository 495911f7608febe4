"""What the rulebook remembers across runs: (rulebook version, field, inputs) to (value, changes).

A cache beside the warehouse, never the truth: losing it costs time only. It holds one rulebook version; a new version
starts it afresh. Only fields whose values repeat are kept (`Field.remember`); texts are not.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tasks.clean.rule import Change, Cleaned, Field, Rejection
from tasks.clean.values import Pay, Place
from warehouse.connection import one

Remembered = tuple[Cleaned, tuple[int, ...]]
LAYOUT = "2"  # 1 could hold results without the texts of their changes: it is begun anew
NOTHING = "\x00"  # stands for None in the text that an id is made of


def change_text(change: Change) -> bytes:
    """What a change says, as the bytes that its id is made of."""
    field, rule, before, after = change
    text = f"{field}\x1f{rule}\x1f{NOTHING if before is None else before}\x1f{NOTHING if after is None else after}"
    return text.encode("utf-8", "replace")


def change_id(text: bytes) -> int:
    """64-bit id of a change from its `change_text`, the same in every run."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def input_key(values: tuple[Any, ...]) -> bytes:
    """128-bit digest of one tuple of inputs: text, numbers, None and tuples of these."""
    return hashlib.blake2b(repr(values).encode("utf-8", "replace"), digest_size=16).digest()


def encode(cleaned: Cleaned) -> str:
    """A result as JSON."""
    return json.dumps([cleaned.value, cleaned.rejection])


def decode(text: str, field: Field) -> Cleaned:
    """The result back from JSON, with the field's own types. The changes are known by id and left out."""
    value, rejection = json.loads(text)
    if isinstance(value, list):
        kind = {"PLACE[]": Place, "PAY[]": Pay}.get(field.sql_type)
        value = tuple(kind(*each) for each in value) if kind else tuple(value)
    return Cleaned(value, (), Rejection(*rejection) if rejection else None)


class Memory:
    """The cache in a DuckDB file of its own. Use as a context manager; writes land when it closes."""

    def __init__(self, path: Path, version: str) -> None:
        """Open or begin the memory at `path`; one of another rulebook version, or a damaged one, is begun anew."""
        self.path = path
        version = f"{version} {LAYOUT}"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.con = self.open()
        except duckdb.Error:
            self.forget()
            self.con = self.open()
        if self.con.execute("SELECT version FROM meta").fetchall() != [(version,)]:
            self.con.close()
            self.forget()
            self.con = self.open()
            self.con.execute("INSERT INTO meta VALUES (?)", [version])
        self.had_rows = bool(one(self.con, "SELECT count(*) FROM remembered")[0])
        self.pending: list[tuple[str, bytes, str, tuple[int, ...]]] = []
        self.pending_changes: dict[int, Change] = {}

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection with the tables in place."""
        con = duckdb.connect(str(self.path), config={"threads": "1", "memory_limit": "512MB"})
        con.execute("CREATE TABLE IF NOT EXISTS meta (version VARCHAR)")
        con.execute(
            "CREATE TABLE IF NOT EXISTS remembered (field VARCHAR, key BLOB, value VARCHAR, change_ids UBIGINT[])"
        )
        con.execute(
            "CREATE TABLE IF NOT EXISTS changes"
            " (change_id UBIGINT, field VARCHAR, rule VARCHAR, before VARCHAR, after VARCHAR)"
        )
        return con

    def forget(self) -> None:
        """Remove the file and its log."""
        self.path.unlink(missing_ok=True)
        self.path.with_name(self.path.name + ".wal").unlink(missing_ok=True)

    def recall(self, field: Field, wanted: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], Remembered]:
        """What is remembered of these inputs of one field."""
        if not self.had_rows:
            return {}
        by_key = {input_key(values): values for values in wanted}
        keys = pa.table({"key": pa.array(list(by_key), pa.binary())})
        self.con.register("wanted", keys)
        rows = self.con.execute(
            "SELECT key, value, change_ids FROM remembered SEMI JOIN wanted USING (key) WHERE field = ?", [field.name]
        ).fetchall()
        self.con.unregister("wanted")
        return {by_key[key]: (decode(value, field), tuple(ids)) for key, value, ids in rows}

    def remember(self, field: Field, made: dict[tuple[Any, ...], Remembered]) -> None:
        """Keep new results of one field; written in large strokes. Their changes were handed to `keep_changes` before."""
        self.pending += [(field.name, input_key(v), encode(cleaned), ids) for v, (cleaned, ids) in made.items()]
        if len(self.pending) > 100_000:
            self.flush()

    def flush(self) -> None:
        """Write what is pending: results and the texts of their changes together, or neither."""
        self.con.execute("BEGIN")
        self.flush_changes()
        if self.pending:
            fields, keys, values, ids = zip(*self.pending, strict=True)
            table = pa.table(
                {
                    "field": pa.array(fields),
                    "key": pa.array(keys, pa.binary()),
                    "value": pa.array(values),
                    "change_ids": pa.array(ids, pa.list_(pa.uint64())),
                }
            )
            self.con.register("pending", table)
            self.con.execute("INSERT INTO remembered SELECT * FROM pending")
            self.con.unregister("pending")
        self.con.execute("COMMIT")
        self.pending = []

    def keep_changes(self, changes: dict[int, Change]) -> None:
        """Keep the text of new changes, so that the load and later runs can name them without cleaning again."""
        self.pending_changes.update(changes)
        if len(self.pending_changes) > 100_000:
            self.flush_changes()

    def flush_changes(self) -> None:
        """Write pending changes that are not there yet."""
        if self.pending_changes:
            self.con.register("fresh", change_table(self.pending_changes))
            self.con.execute("INSERT INTO changes SELECT * FROM fresh ANTI JOIN changes USING (change_id)")
            self.con.unregister("fresh")
            self.pending_changes = {}

    def close(self) -> None:
        """Write what is pending and let go of the file."""
        self.flush()
        self.con.close()

    def __enter__(self) -> Memory:
        """The memory itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def change_table(changes: dict[int, Change]) -> pa.Table:
    """Changes by id as an Arrow table with the columns of audit.change_values."""
    rows = list(changes.values())
    return pa.table(
        {
            "change_id": pa.array(list(changes), pa.uint64()),
            "field": pa.array([c.field for c in rows], pa.string()),
            "rule": pa.array([c.rule for c in rows], pa.string()),
            "before": pa.array([c.before for c in rows], pa.string()),
            "after": pa.array([c.after for c in rows], pa.string()),
        }
    )
