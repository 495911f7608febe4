"""Arrow IPC files between the steps of a run: streamed out, scanned by DuckDB without copies into Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def write_batches(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write a stream of batches to one file and return the number of rows. A failure leaves no file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=OPTIONS) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return rows


def dataset(folder: Path, schema: pa.Schema) -> ds.Dataset:
    """All Arrow files of a folder as one dataset; an empty one where there are none."""
    files = sorted(str(p) for p in folder.glob("*.arrow"))
    if not files:
        return ds.dataset(schema.empty_table())
    return ds.dataset(files, schema=schema, format="ipc")
