"""A record set aside keeps its bytes, also where no text can hold them."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("payload", "exact"),
    [
        (b"id,title\n1,Nurse\n2,K\xe9y \\xe9\n", [None, b"2,K\xe9y \\xe9"]),
        (b"id,title\n1,Nurse\n2,\xff\xfe\x80\n3,\xe2\x82\n", [None, b"2,\xff\xfe\x80", b"3,\xe2\x82"]),
        ("id,title\n1,Nurse\n".encode("utf-16"), ["id,title\n1,Nurse\n".encode("utf-16")]),
        (b"id,title\n1,Nurse\n2\n", [None, None]),  # ragged, and its text is its bytes
    ],
)
def test_what_is_set_aside_keeps_its_bytes(
    read: Any, make_source: Any, payload: bytes, exact: list[bytes | None]
) -> None:
    """Records whose invalid bytes differ never look the same: their text writes them as escapes, which may be text too."""
    rows, _ = read(make_source("csv"), payload, "data.csv")
    assert [row["payload_bytes"] for row in rows] == exact
