"""Where Winnow keeps its things and how much of the machine it may use."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """The home folder and the limits of one process. Every path Winnow writes is below `home`."""

    home: Path
    memory_limit: str = "1500MB"  # DuckDB's share; Python's batches come on top
    threads: int = 2
    retention_days: int | None = None  # how long raw payloads are kept where a source does not say; None: for ever

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

    def usable(self) -> None:
        """Make the home where it is not there. Raises UsageError `bad_home` where it can be no folder of ours."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError) as error:
            raise UsageError(
                "bad_home", "the home folder cannot be made", where=str(self.home), why=error.strerror or str(error),
                next_step="Name another with --home or WINNOW_HOME",
            ) from error  # fmt: skip

    def typed(self, command: str) -> str:
        """A command as a person has to type it here: with the home, where that is not the one a bare command looks in."""
        if self.home == load().home or not command.startswith("winnow "):
            return command
        return f"winnow --home {shlex.quote(str(self.home))}{command.removeprefix('winnow')}"


def load(home: str | None = None) -> Settings:
    """Settings from the argument, else WINNOW_HOME, else ./data; WINNOW_MEMORY and WINNOW_THREADS bound DuckDB.

    WINNOW_RETENTION_DAYS is the age at which `winnow retain` takes raw payloads. Raises UsageError where it is no number.
    """
    root = Path(home or os.environ.get("WINNOW_HOME") or "data").expanduser().resolve()
    return Settings(
        home=root,
        memory_limit=os.environ.get("WINNOW_MEMORY", "1500MB"),
        threads=int(os.environ.get("WINNOW_THREADS", str(min(4, os.cpu_count() or 2)))),
        retention_days=days(os.environ.get("WINNOW_RETENTION_DAYS", "")),
    )


def days(text: str) -> int | None:
    """A whole number of days, at least one; None where nothing is said."""
    if not text.strip():
        return None
    if not text.strip().isdigit() or int(text) < 1:
        raise UsageError(
            "bad_setting", f"WINNOW_RETENTION_DAYS is {text[:20]!r}", next_step="Write a whole number of days, from 1"
        )
    return int(text)


def sources_folder(sources_dir: str | None) -> Path | None:
    """The folder of --sources. Raises UsageError `missing_folder`."""
    folder = Path(sources_dir).expanduser().resolve() if sources_dir else None
    if folder is not None and not folder.is_dir():
        raise UsageError("missing_folder", "the folder of --sources does not exist", where=str(folder))
    return folder
