"""The answers: what is true of every record, version, posting and company that the market writes down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

PLACE = pa.struct([("city", pa.string()), ("region", pa.string()), ("country", pa.string())])
PAY = pa.struct([("min", pa.float64()), ("max", pa.float64()), ("currency", pa.string()), ("period", pa.string())])

# one row a record, in the order in which a file holds them
RECORDS = pa.schema(
    [
        ("member", pa.string()),
        ("day", pa.date32()),  # the capture
        ("source_file", pa.string()),  # below the folder of the whole sample
        ("ordinal", pa.int64()),  # zero-based place in its file
        ("posting_key", pa.string()),  # None where the record cannot be read
        ("version", pa.int32()),  # None for records that are set aside
        ("outcome", pa.string()),  # new, unchanged, changed, merged, quarantined
        ("reason", pa.string()),  # of quarantine
        ("contested", pa.bool_()),  # other content under the same key in this capture: which one is merged is a choice
        ("trouble", pa.string()),  # which kind of dirt it is, None for a plain record
    ]
)
# one row a posting's content between two changes; the fields as gold/GUIDE.md defines them
VERSIONS = pa.schema(
    [
        ("member", pa.string()),
        ("posting_key", pa.string()),
        ("version", pa.int32()),
        ("first_day", pa.date32()),
        ("newest", pa.bool_()),
        ("job", pa.int64()),
        ("job_group", pa.int64()),
        ("language", pa.string()),
        ("company", pa.string()),
        ("is_agency", pa.bool_()),
        ("titles", pa.list_(pa.string())),
        ("seniority", pa.string()),
        ("role_family", pa.string()),
        ("employment_type", pa.list_(pa.string())),
        ("workplace", pa.list_(pa.string())),
        ("locations", pa.list_(PLACE)),
        ("salary", pa.list_(PAY)),
        ("technologies", pa.list_(pa.string())),
        ("deep_learning", pa.bool_()),
        ("machine_learning", pa.bool_()),
        ("posted_on", pa.date32()),
        ("requisition", pa.string()),
        ("personal", pa.list_(pa.string())),
        ("changes", pa.list_(pa.string())),  # how it differs from the employer's plain ad: the names of changes.CHANGES
        ("trouble", pa.string()),
    ]
)
# one row a stretch of captures in which a posting is listed; only boards that list everything close anything
SPELLS = pa.schema(
    [
        ("member", pa.string()),
        ("posting_key", pa.string()),
        ("spell", pa.int32()),
        ("opened", pa.date32()),
        ("last_seen", pa.date32()),
        ("closed", pa.date32()),  # the first capture without it; None if the last capture still lists it
    ]
)
# one row a job: what the market knows before any board writes it down
JOBS = pa.schema(
    [
        ("job", pa.int64()),
        ("job_group", pa.int64()),
        ("company", pa.string()),
        ("role_family", pa.string()),
        ("opened", pa.date32()),
        ("deep_learning", pa.bool_()),
        ("machine_learning", pa.bool_()),
        ("postings", pa.int32()),
        ("sibling", pa.string()),  # what alone tells it from the group's first job; None for that one
    ]
)


class Answers:
    """A Parquet file that takes rows as tuples and writes them in chunks, so that memory does not grow with it."""

    def __init__(self, path: Path, schema: pa.Schema, chunk: int = 20_000) -> None:
        """Open the file; `chunk` rows make a row group."""
        self.schema, self.chunk = schema, chunk
        self.writer = pq.ParquetWriter(path, schema, compression="zstd")
        self.rows: list[tuple[Any, ...]] = []
        self.count = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """One row, its values in the order of the schema."""
        self.rows.append(row)
        if len(self.rows) >= self.chunk:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        if self.rows:
            columns = zip(*self.rows, strict=True)
            arrays = [pa.array(column, f.type) for column, f in zip(columns, self.schema, strict=True)]
            self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
            self.count += len(self.rows)
            self.rows.clear()

    def close(self) -> None:
        """Write the rest and the footer."""
        self.flush()
        self.writer.close()
