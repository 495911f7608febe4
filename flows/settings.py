"""Where Winnow keeps its things and how much of the machine it may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The home folder and the limits of one process. Every path Winnow writes is below `home`."""

    home: Path
    memory_limit: str = "1500MB"  # DuckDB's share; Python's batches come on top
    threads: int = 2

    @property
    def landing(self) -> Path:
        """Payloads as received."""
        return self.home / "landing"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file."""
        return self.home / "warehouse" / "winnow.duckdb"

    @property
    def reports(self) -> Path:
        """Run reports and Data Docs."""
        return self.home / "reports"

    @property
    def work(self) -> Path:
        """Scratch of running and failed runs."""
        return self.home / "work"


def load(home: str | None = None) -> Settings:
    """Settings from the argument, else WINNOW_HOME, else ./data; WINNOW_MEMORY and WINNOW_THREADS bound DuckDB."""
    root = Path(home or os.environ.get("WINNOW_HOME") or "data").expanduser().resolve()
    return Settings(
        home=root,
        memory_limit=os.environ.get("WINNOW_MEMORY", "1500MB"),
        threads=int(os.environ.get("WINNOW_THREADS", str(min(4, os.cpu_count() or 2)))),
    )
