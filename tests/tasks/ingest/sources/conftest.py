"""One small made-up market for all tests of the sample, written once a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from tasks.ingest.sources.sample.generate import generate

ROWS, SEED, DAYS = 9_000, 5, 6


class Written(NamedTuple):
    """A market on disk, its summary and its answers."""

    out: Path
    summary: dict[str, Any]
    records: list[dict[str, Any]]
    versions: list[dict[str, Any]]
    spells: list[dict[str, Any]]
    jobs: list[dict[str, Any]]


def answers(out: Path, name: str) -> list[dict[str, Any]]:
    """One truth file as rows."""
    return list(pq.read_table(out / "truth" / f"{name}.parquet").to_pylist())


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A market of ROWS records."""
    out = tmp_path_factory.mktemp("sample") / "market"
    summary = generate(ROWS, SEED, DAYS, out)
    return Written(out, summary, *(answers(out, name) for name in ("records", "versions", "spells", "jobs")))
