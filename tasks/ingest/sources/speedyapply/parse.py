"""Rows of the tables; a file may also begin in the middle of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.ingest.read_markdown import cell_link, cell_parts, cell_text, read_tables
from tasks.ingest.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.records import Record

KNOWN = {"Company", "Position", "Location", "Salary", "Posting", "Age"}
WITHOUT_HEADER = {
    5: ["Company", "Position", "Location", "Posting", "Age"],
    6: ["Company", "Position", "Location", "Salary", "Posting", "Age"],
}


def columns(header: list[str]) -> list[str] | None:
    """The columns that a header means; None for a table of something else."""
    if not any(header):
        return WITHOUT_HEADER.get(len(header))
    return header if set(header) <= KNOWN and {"Company", "Position"} <= set(header) else None


def split(payload: bytes, name: str) -> Iterator[Record]:  # noqa: ARG001  the name says nothing here
    """Every row of every table of jobs."""
    text, _ = decode(payload)
    yield from read_tables(text, columns)


def form(raw: dict[str, Any]) -> dict[str, Any]:
    """What cells hold inside their markup."""
    return {
        "company": cell_text(raw.get("Company", "")),
        "title": cell_text(raw.get("Position", "")),
        "locations": cell_parts(raw.get("Location", "")),
        "url": cell_link(raw.get("Posting", "")),
    }
