"""The published file: one writer at a time, a private copy to build on, and a swap that readers never notice."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from tasks.errors import GateError, WinnowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writer_lock(warehouse: Path) -> Iterator[None]:
    """Hold the warehouse against other writers. Raises GateError `locked` where another run holds it.

    An operating-system lock dies with its process: nothing has to be cleaned up after a crash.
    """
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with (warehouse.parent / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read(200).strip() or "unknown"
            raise GateError(
                "locked", "another run is writing", where=str(warehouse), why=f"the lock is held by {holder}",
                next_step="Wait for it to end; nothing was changed",
            ) from error  # fmt: skip
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield


def begin_build(warehouse: Path, run_id: str) -> Path:
    """A private copy of the published file, or the path for a first one. Leftovers of dead runs are removed.

    Raises WinnowError `stale_wal` where a write-ahead log lies beside the published file: it was written by something
    else than a run, and replaying it onto another file would corrupt it.
    """
    for leftover in warehouse.parent.glob("build-*"):
        leftover.unlink()
    refuse_wal(warehouse)
    build = warehouse.parent / f"build-{run_id}.duckdb"
    if warehouse.exists():
        with disk_errors(build):
            shutil.copyfile(warehouse, build)
    return build


def refuse_wal(warehouse: Path) -> None:
    """Raise WinnowError `stale_wal` where a write-ahead log lies beside the published file. It is kept as it is."""
    wal = warehouse.with_name(warehouse.name + ".wal")
    if wal.exists():
        raise WinnowError(
            "stale_wal", "a write-ahead log lies beside the published warehouse", where=str(wal),
            why="something opened the published file for writing and did not close it",
            next_step=f"Move {wal.name} away and keep it; the published file itself is the last audited version",
        )  # fmt: skip


def publish_build(build: Path, warehouse: Path) -> None:
    """Swap the audited copy in. The caller has closed every connection to it.

    Raises WinnowError `stale_wal` where the copy was not checkpointed, or where a log came to lie beside the published
    file meanwhile, which would be replayed onto the new one; the published file stays as it was.
    """
    refuse_wal(warehouse)
    if build.with_name(build.name + ".wal").exists():
        raise WinnowError(
            "stale_wal", "the finished copy still has a write-ahead log", where=str(build),
            why="it was not checkpointed before it was closed", next_step="Run again; nothing was published",
        )  # fmt: skip
    with disk_errors(build):
        sync(build)
        build.replace(warehouse)
        sync(warehouse.parent)


def sync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """Name a full disk for what it is: WinnowError `disk_full`, nothing published."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_full(error):
            raise
        raise WinnowError(
            "disk_full", "the disk is full", where=str(where), why="a run needs room for what it lands, for its scratch and for a second copy of the warehouse",
            next_step="Free some space and run again; the published version is untouched",
        ) from error  # fmt: skip


def is_full(error: BaseException) -> bool:
    """Whether an error says that there is no room: on the disk, in a quota, or in the largest file that is allowed."""
    said = str(error)
    return getattr(error, "errno", None) in NO_ROOM or any(os.strerror(code) in said for code in NO_ROOM)
