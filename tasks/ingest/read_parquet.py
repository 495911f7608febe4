"""Parquet rows as records. Their payload is the row as canonical JSON, since a row has no text of its own."""

from __future__ import annotations

import io
import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import SourceError
from tasks.ingest.read_csv import column_names
from tasks.ingest.read_json import judge
from tasks.ingest.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH_ROWS = 4096


def read_parquet(payload: bytes, name: str) -> tuple[list[str], Iterator[Record]]:
    """The columns and the rows of one file. Raises SourceError `corrupt_file`, GateError `contract` (case)."""
    try:
        file = pq.ParquetFile(io.BytesIO(payload))
    except (pa.ArrowException, OSError) as problem:
        raise corrupt(name, problem) from problem
    columns = column_names(file.schema_arrow.names, name)
    return columns, rows(file, columns, name)


def corrupt(name: str, problem: Exception) -> SourceError:
    """A file that Parquet's own reader refuses."""
    return SourceError(
        "corrupt_file",
        f"{name} is no readable Parquet",
        why=" ".join(str(problem).split())[:200],
        next_step="Fetch it again; nothing of it was loaded",
    )


def rows(file: pq.ParquetFile, columns: list[str], name: str) -> Iterator[Record]:
    """Every row, in order."""
    try:
        for batch in file.iter_batches(BATCH_ROWS):
            table = [column.to_pylist() for column in batch.columns]
            for values in zip(*table, strict=True):
                raw = {column: plain(value) for column, value in zip(columns, values, strict=True)}
                payload = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
                if "Infinity" in payload and not all(map(finite, values)):
                    yield Record(payload.replace("\0", "\\u0000"), None, "nonfinite", "a number is infinite")
                    continue
                fault = judge(payload, raw)
                yield Record(payload, raw) if fault is None else Record(payload, None, *fault)
    except (pa.ArrowException, OSError) as problem:
        raise corrupt(name, problem) from problem


def plain(value: Any) -> Any:
    """A Parquet value as JSON has it: times as ISO text, decimals as text, bytes as hex, NaN (a null there) as null."""
    if value is None or value.__class__ in (str, int, bool):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return str(value)


def finite(value: Any) -> bool:
    """Whether a value is no infinite number."""
    return not (isinstance(value, float) and math.isinf(value))
