"""The form in which cleaned postings leave the engine: Arrow types, and columns made of values without a detour.

Lists are built from one flat array of their members and the offsets where each begins: a quarter of the cost of lists
of dictionaries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

PLACE = pa.struct([("city", pa.string()), ("region", pa.string()), ("country", pa.string())])
PAY = pa.struct([("min", pa.float64()), ("max", pa.float64()), ("currency", pa.string()), ("period", pa.string())])
ARROW_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.string(),
    "PLACE[]": pa.list_(PLACE),
    "PAY[]": pa.list_(PAY),
}


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as an Arrow array of a type: text, numbers, or sequences of text, of numbers or of named tuples.

    Raises pyarrow.ArrowInvalid or ArrowTypeError where a value is not of the type.
    """
    if not pa.types.is_list(kind) or None in values:
        return pa.array(values, kind)
    flat = list(chain.from_iterable(values))
    offsets = pa.array(accumulate(map(len, values), initial=0), pa.int32())
    return pa.ListArray.from_arrays(offsets, members(flat, kind.value_type), kind)


def members(flat: list[Any], kind: pa.DataType) -> pa.Array:
    """The members of all lists of a column; those of several fields field by field."""
    if not pa.types.is_struct(kind):
        return pa.array(flat, kind)
    parts: list[Sequence[Any]] = list(zip(*flat, strict=True)) or [()] * kind.num_fields
    arrays = [pa.array(part, kind.field(i).type) for i, part in enumerate(parts)]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))
