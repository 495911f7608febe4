"""What a splitter yields: one record of a payload, as received."""

from __future__ import annotations

from typing import Any, NamedTuple


class Record(NamedTuple):
    """One raw record. `payload` is its own text exactly as received; `raw` is None where it is set aside (`reason`).

    `exact` are the bytes, where the text cannot hold them: invalid ones in it, or a file in an encoding nobody declared.
    """

    payload: str
    raw: dict[str, Any] | None
    reason: str | None = None
    detail: str | None = None
    key: str | None = None
    exact: bytes | None = None
