"""Breaches of contract for tests: what must stop a source or a run, done to the last capture of a finished market.

None of them is part of the default market, and the truth files do not know them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Mishap(NamedTuple):
    """A breach: which board's last capture it is done to, and how."""

    member: str
    do: Callable[[list[Path]], None]
    about: str


def _rename_title(pages: list[Path]) -> None:
    for page in pages:
        page.write_bytes(page.read_bytes().replace(b"Job Title", b"Headline", 1))


def _collide(pages: list[Path]) -> None:
    for page in pages:
        page.write_bytes(page.read_bytes().replace(b",Rating,", b",job title,", 1))


def _halve(pages: list[Path]) -> None:
    for page in pages[1:]:
        page.unlink()
    lines = pages[0].read_bytes().split(b"\n")
    kept = lines[: max(2, len(lines) // 4)]
    pages[0].write_bytes(b"\n".join(kept).rstrip(b",") + b"\n]}\n")


def _empty(pages: list[Path]) -> None:
    pages[0].write_bytes(b"")


def _web_page(pages: list[Path]) -> None:
    pages[0].write_bytes(b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>")


def _ten_times(pages: list[Path]) -> None:
    for page in pages:
        page.write_bytes(re.sub(rb'"(m(?:in|ax)_cents)":(\d+)', rb'"\1":\g<2>0', page.read_bytes()))


def _no_titles(pages: list[Path]) -> None:
    for page in pages:
        page.write_bytes(re.sub(rb'"title":"(?:[^"\\]|\\.)*"', b'"title":null', page.read_bytes()))


def _odd_name(pages: list[Path]) -> None:
    pages[0].rename(pages[0].with_name("page-0001'; drop table postings; --.csv"))


MISHAPS: dict[str, Mishap] = {
    "missing_column": Mishap("sample_meridian", _rename_title, "the title's column has another name: contract"),
    "colliding_columns": Mishap("sample_meridian", _collide, "two columns that differ in case only: contract"),
    "half_board": Mishap("sample_harbor", _halve, "under a quarter of the postings: a breaker; closes nothing"),
    "empty_file": Mishap("sample_fjord", _empty, "a file without a byte: empty_batch"),
    "web_page": Mishap("sample_harbor", _web_page, "a sign-in page in place of the data: content_type"),
    "pay_times_ten": Mishap("sample_harbor", _ten_times, "all pay ten times as high: a breaker"),
    "no_titles": Mishap("sample_fjord", _no_titles, "all titles missing: a breaker on the null rate"),
    "odd_file_name": Mishap("sample_meridian", _odd_name, "SQL in a file name: kept, quoted, harmless"),
}


def apply(name: str, out: Path) -> None:
    """Do a mishap to the last capture below `out`. Raises KeyError for a name that is not in MISHAPS."""
    mishap = MISHAPS[name]
    last = max((out / mishap.member).iterdir())
    mishap.do(sorted(last.iterdir()))
