"""What the records of a payload were called before somebody was forgotten in it, kept beside the payload.

Ids are made from raw values, and forgetting changes these: read anew, a record would be another posting, or the same one
changed. So its posting and content ids are written down first, and hold whenever the payload is split again.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

FILE = "identities.arrow"
TOKEN = "[forgotten]"  # noqa: S105  what stands where a mention was, the same for everybody: it must not tell people apart
COLUMNS = ("raw_id", "posting_id", "content_id")


class Identities(NamedTuple):
    """Ids as numbers, ordered by raw id: 24 bytes a record, as there may be millions."""

    raw_id: NDArray[np.uint64]
    posting_id: NDArray[np.uint64]
    content_id: NDArray[np.uint64]


def made(raw_ids: list[str], posting_ids: list[str], content_ids: list[str]) -> Identities:
    """Identities from ids as text; of a raw id that stands twice the first counts."""
    columns = [
        np.fromiter((int(each, 16) for each in ids), np.uint64, len(ids)) for ids in (raw_ids, posting_ids, content_ids)
    ]
    _, first = np.unique(columns[0], return_index=True)
    return Identities(*(column[first] for column in columns))


def joined(one: Identities, other: Identities) -> Identities:
    """Both; `one` counts where both know a record."""
    columns = [np.concatenate(pair) for pair in zip(one, other, strict=True)]
    _, first = np.unique(columns[0], return_index=True)
    return Identities(*(column[first] for column in columns))


def read(folder: Path) -> Identities:
    """The identities kept in a capture's folder; none where there is no file of them."""
    path = folder / FILE
    if not path.is_file():
        return made([], [], [])
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as kept:
        table = kept.read_all()
    return Identities(*(table[name].to_numpy() for name in COLUMNS))


def write(folder: Path, identities: Identities) -> None:
    """Keep identities in a capture's folder, on the disk before this returns."""
    table = pa.table(dict(zip(COLUMNS, identities, strict=True)))
    draft = folder / f".{FILE}.draft"
    with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table)
    for path, after in ((draft, draft.replace), (folder, None)):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if after is not None:
            after(folder / FILE)


def restored(batches: Iterator[pa.RecordBatch], kept: Identities) -> Iterator[pa.RecordBatch]:
    """Batches of records in which those that are known here have the ids that they had. Records set aside have none."""
    if not len(kept.raw_id):
        yield from batches
        return
    for batch in batches:
        asked = np.fromiter((int(each, 16) for each in batch.column("raw_id").to_pylist()), np.uint64, batch.num_rows)
        place = np.minimum(np.searchsorted(kept.raw_id, asked), len(kept.raw_id) - 1)
        known = kept.raw_id[place] == asked
        for name in COLUMNS[1:]:
            at = batch.schema.get_field_index(name)
            numbers = getattr(kept, name)
            values = [
                f"{numbers[spot]:016x}" if there and value is not None else value
                for there, spot, value in zip(known, place, batch.column(at).to_pylist(), strict=True)
            ]
            batch = batch.set_column(at, batch.schema.field(at), pa.array(values, batch.schema.field(at).type))
        yield batch
