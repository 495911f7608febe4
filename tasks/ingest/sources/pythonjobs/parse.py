"""One file is one posting."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tasks.ingest.read_markdown import read_front_matter
from tasks.ingest.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.records import Record

VERSION = re.compile(r"__\d{8}T\d{6}Z_[0-9a-f]{7}(?=\.|$)")  # how archives of many versions mark a file's version


def split(payload: bytes, name: str) -> Iterator[Record]:
    """The post, under its file name."""
    text, _ = decode(payload)
    yield read_front_matter(text, VERSION.sub("", PurePosixPath(name).name))
