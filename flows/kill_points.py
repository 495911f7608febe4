"""The named moments at which flows.kills kills a run, and how each is brought about.

Nothing of this is in the pipeline: a forked child wraps the functions at whose call it is to die, and kills itself with
SIGKILL there. `nth` picks one of several calls.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, NoReturn

import duckdb
import pyarrow as pa

import expectations.run
from expectations.reports import run_report
from flows import running, steps
from tasks.clean.memory import Memory
from tasks.dedupe import verdicts
from tasks.ingest import landing
from tasks.ingest import step as ingest
from tasks.load import journal, publish
from tasks.load import step as load

EXECUTE = duckdb.DuckDBPyConnection.execute
Wrapper = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]


def die() -> NoReturn:
    """SIGKILL, to oneself: no handler, no finally, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def put(holder: Any, name: str, value: Any) -> None:
    """Set an attribute of a module or a class that is not ours to set: in a child that is about to die."""
    setattr(holder, name, value)


def around(holder: Any, name: str, wrapper: Wrapper) -> None:
    """Replace `holder.name` by `wrapper(original, args, kwargs)`."""
    original = getattr(holder, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return wrapper(original, args, kwargs)

    put(holder, name, wrapped)


def at(holder: Any, name: str, nth: int = 1, *, after: bool = False, when: Callable[..., bool] | None = None) -> None:
    """Die at the nth call of `holder.name` (of those for which `when(*args)` is true), before it or after it."""
    left = [nth]

    def wrapper(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        left[0] -= when is None or when(*args)
        if left[0] > 0 or (when is not None and not when(*args)):
            return original(*args, **kwargs)
        if after:
            original(*args, **kwargs)
        die()

    around(holder, name, wrapper)


def at_statement(step: Any, name: str, nth: int, *, within: bool = False) -> None:
    """Die before the nth statement which `step.name` has DuckDB execute (`within`: in its transaction), or at the end of these."""
    left, inside = [nth], [not within]

    def execute(con: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        left[0] -= inside[0]
        if inside[0] and (left[0] <= 0 or (within and query == "COMMIT")):
            die()
        inside[0] = inside[0] or query == "BEGIN"
        return EXECUTE(con, query, *args, **kwargs)

    def wrapper(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        put(duckdb.DuckDBPyConnection, "execute", execute)
        original(*args, **kwargs)
        die()

    around(step, name, wrapper)


def at_text(step: Any, name: str, text: str, *, after: bool = False) -> None:
    """Die before (or after) the statement `text` which `step.name` has DuckDB execute."""

    def execute(con: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if query != text or after:
            done = EXECUTE(con, query, *args, **kwargs)
        if query == text:
            die()
        return done

    def wrapper(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        put(duckdb.DuckDBPyConnection, "execute", execute)
        return original(*args, **kwargs)

    around(step, name, wrapper)


def mid_file(nth: int) -> None:
    """Die when half of a landed file is written."""
    left = [nth]

    class Half:
        def __init__(self, path: str, codec: str) -> None:
            self.stream = pa.CompressedOutputStream(path, codec)

        def __enter__(self) -> Half:
            return self

        def __exit__(self, *_: object) -> None:
            self.stream.close()

        def write(self, body: bytes) -> None:
            left[0] -= 1
            if left[0] > 0:
                self.stream.write(body)
                return
            self.stream.write(body[: len(body) // 2])
            self.stream.flush()
            die()

    put(landing, "pa", SimpleNamespace(CompressedOutputStream=Half, input_stream=pa.input_stream))


def mid_split(nth: int) -> None:
    """Die when a batch of records is written and its file is still open."""
    left = [nth]

    def wrapper(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        def cut() -> Iterator[Any]:
            for batch in args[2]:
                yield batch
                left[0] -= 1
                if left[0] <= 0:
                    die()

        return original(*args[:2], cut(), **kwargs)

    around(ingest, "write_batches", wrapper)


def mid_copy(_nth: int) -> None:
    """Die when half of the private copy is written."""

    def copyfile(source: Path, target: Path) -> None:
        half = source.stat().st_size // 2
        with source.open("rb") as read, target.open("wb") as written:
            written.write(read.read(half))
            written.flush()
            die()

    put(publish, "shutil", SimpleNamespace(copyfile=copyfile))


def torn_line(_nth: int) -> None:
    """Die when half of a journal line is on the disk."""

    def wrapper(_: Callable[..., Any], args: tuple[Any, ...], __: dict[str, Any]) -> Any:
        line = json.dumps(args[1], default=str).encode()
        with journal.journal_path(args[0]).open("ab") as file:
            file.write(line[: len(line) // 2])
            file.flush()
            os.fsync(file.fileno())
            die()

    around(journal, "append", wrapper)


def mid_report(_nth: int) -> None:
    """Die when half of the report is written."""

    def wrapper(_: Callable[..., Any], args: tuple[Any, ...], __: dict[str, Any]) -> Any:
        args[1].parent.mkdir(parents=True, exist_ok=True)
        args[1].with_name(args[1].name + ".draft").write_text("<!doctype html><html><head>", encoding="utf-8")
        die()

    around(run_report, "write_page", wrapper)


def in_verdicts(nth: int) -> None:
    """Die at the nth flush to the disk while verdicts are written: the draft's is the first, the folder's the second."""

    def wrapper(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        at(os, "fsync", nth)
        return original(*args, **kwargs)

    around(verdicts, "_write", wrapper)


def is_scratch(path: Path, *_: Any, **__: Any) -> bool:
    """Whether the scratch folder of a run is removed."""
    return path.parent.name == "work"


def is_manifest(path: Path) -> bool:
    """Whether the landing area makes a manifest durable."""
    return path.name == landing.MANIFEST


def is_area(path: Path) -> bool:
    """Whether the landing area makes a finished rename durable."""
    return path.parent.name == "landing"


class Point(NamedTuple):
    """A moment: how to die there, among how many calls to choose, and in which scenarios it comes."""

    arm: Callable[[int], None]
    calls: int
    scenarios: tuple[str, ...]


LANDS = ("first", "second")
LOADS = ("first", "second", "replay")
COPIES = ("second", "replay", "verdict")
ALL = ("first", "second", "replay", "verdict")
AGAIN = "again"  # comes only after an earlier kill
ONCE = ("landing: ", "verdict: ")  # moments that do not come again in a home

POINTS: dict[str, Point] = {
    "landing: in the middle of a file": Point(mid_file, 3, LANDS),
    "landing: before the manifest": Point(lambda n: at(landing.Draft, "land", n), 3, LANDS),
    "landing: before the rename": Point(lambda n: at(landing, "fsync", n, when=is_manifest, after=True), 3, LANDS),
    "landing: after the rename": Point(lambda n: at(landing, "fsync", n, when=is_area), 3, LANDS),
    "split: in the middle of a file": Point(mid_split, 3, LOADS[:2]),
    "build: in the middle of the copy": Point(mid_copy, 1, COPIES),
    "clean: between two fields": Point(lambda n: at(Memory, "remember", n), 8, LOADS),
    "clean: the memory half written": Point(lambda _: at(Memory, "flush_changes", after=True), 1, LOADS),
    "judge and audit: while checks run": Point(lambda n: at(expectations.run, "_validate", n), 18, LOADS),
    "load: in the transaction": Point(lambda n: at_statement(steps, "load", n, within=True), 24, LOADS),
    "load: before the commit": Point(lambda _: at_text(steps, "load", "COMMIT"), 1, LOADS),
    "load: after the commit": Point(lambda _: at_text(steps, "load", "COMMIT", after=True), 1, LOADS),
    "match: between two statements": Point(lambda n: at_statement(steps, "match", n), 60, ALL),
    "audit: while marts are built": Point(lambda n: at_statement(load, "build_marts", n), 12, ALL),
    "publish: in the ledger's transaction": Point(lambda _: at_text(steps, "publish", "COMMIT"), 1, ALL),
    "publish: before the checkpoint": Point(lambda _: at_text(steps, "publish", "CHECKPOINT"), 1, ALL),
    "publish: before the swap": Point(lambda _: at(publish, "sync", 1, after=True), 1, ALL),
    "publish: after the swap": Point(lambda _: at(publish, "sync", 2), 1, ALL),
    "journal: in the middle of a line": Point(torn_line, 1, ALL),
    "report: half written": Point(mid_report, 1, ALL),
    "end: before scratch is removed": Point(lambda _: at(running, "close_run"), 1, ALL),
    "recovery: before a dead run's scratch is removed": Point(
        lambda _: at(shutil, "rmtree", when=is_scratch), 1, (AGAIN,)
    ),
    "verdict: before the rename": Point(lambda _: in_verdicts(1), 1, ("verdict",)),
    "verdict: after the rename": Point(lambda _: in_verdicts(2), 1, ("verdict",)),
}
RANDOM = "at a random moment"
