"""Small things that the test files of this folder share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tasks.ingest.capture import capture
from tasks.ingest.source import load
from tasks.ingest.split import SplitReport, split

if TYPE_CHECKING:
    from tasks.ingest.source import Source

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COLUMNS = "columns: {title: title, company: company, description: text, locations: place, url: url, closed: closed}"
Rows = list[dict[str, Any]]


class MakeSource(Protocol):
    """Makes the source folder `feed` of a format, with more lines of source.yml."""

    def __call__(self, kind: str, more: str = "key: id\nrequired: [title]", columns: str = COLUMNS) -> Source: ...


class Read(Protocol):
    """Captures and splits bytes, or what lies at a path, of a source; checks what holds for every split."""

    def __call__(self, source: Source, given: bytes | Path, name: str = "data.txt") -> tuple[Rows, SplitReport]: ...


@pytest.fixture
def make_source(tmp_path: Path) -> MakeSource:
    def make(kind: str, more: str = "key: id\nrequired: [title]", columns: str = COLUMNS) -> Source:
        folder = tmp_path / "sources" / "feed"
        folder.mkdir(parents=True, exist_ok=True)
        text = f"name: feed\ntitle: A feed\nformat: {kind}\n{columns}\n{more}\n"
        (folder / "source.yml").write_text(text, encoding="utf-8")
        return load(folder)

    return make


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def read(tmp_path: Path, home: Path) -> Read:
    def go(source: Source, given: bytes | Path, name: str = "data.txt") -> tuple[Rows, SplitReport]:
        target = given
        if isinstance(target, bytes):
            target = tmp_path / "given" / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(given)  # type: ignore[arg-type]
        report = SplitReport()
        rows: Rows = []
        for landed in capture(source, str(target), home, None, "run", NOW):
            for batch in split(landed, source, home, report):
                batch.validate(full=True)
                rows += batch.to_pylist()
        assert report.records == len(rows) == report.good + report.reasons.total()
        assert len({row["raw_id"] for row in rows}) == len(rows)
        for row in rows:
            assert (row["posting_id"] is None) == (row["content_id"] is None) == (row["reason"] is not None)
        return rows, report

    return go


@pytest.fixture
def shared() -> Path:
    """The folder of real postings; the test is skipped where there is none."""
    folder = os.environ.get("WINNOW_SHARED")
    if not folder:
        pytest.skip("WINNOW_SHARED is not set: no real postings to read")
    return Path(folder)
