"""Splitting where a crash costs one source and never the run: native readers and foreign parsers in a process of their own.

Python code that fails raises; native code that meets a damaged file may take its whole process down. So Parquet files,
and sources whose records are cut by a `parse.py` (or that bring one from outside the project), are split by a child process that
lives as long as the step: it writes an Arrow file and says what it found. If it dies, its source fails with
`parser_crash`, and the next capture gets a new child. Everything else is split here: its readers are Python and the
standard library. A child costs about 0.4 s of processor time a step.

`python -m tasks.ingest.isolate` is the child: requests come in on standard input, one JSON line each; answers leave the
same way. What a parser prints goes to standard error.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks.arrow_files import write_batches
from tasks.errors import GateError, SourceError, UsageError, WinnowError
from tasks.ingest import landing
from tasks.ingest.form import SCHEMA
from tasks.ingest.source import HERE, Source, load
from tasks.ingest.split import SplitReport, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.landing import Capture

log = logging.getLogger(__name__)
PROJECT = Path(__file__).parent.parent.parent
ANSWER_SECONDS = 3600.0  # one capture; a parser that goes round in circles ends here
ERRORS: dict[str, type[WinnowError]] = {each.__name__: each for each in (GateError, SourceError, UsageError)}


def risky(source: Source) -> bool:
    """Whether a crash is possible that Python cannot catch: native readers, parsers that cut files, foreign code."""
    foreign = (source.folder / "parse.py").is_file() and not source.folder.is_relative_to(HERE)
    return source.format in ("parquet", "python") or foreign


class Reader:
    """Splits captures, risky ones through a child. A context manager; not for use by several threads."""

    def __init__(self, home: Path, scratch: Path) -> None:
        """`scratch` is a folder of this run; the child writes there."""
        self.home, self.scratch = home, scratch
        self.child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        """End the child: it stops when nothing can be asked of it any more."""
        if self.child is not None:
            self.stop(self.child)

    def split(self, capture: Capture, source: Source, report: SplitReport) -> Iterator[pa.RecordBatch]:
        """As tasks.ingest.split.split, and raises SourceError `parser_crash` where a parser fails or dies."""
        if not risky(source):
            try:
                yield from split(capture, source, self.home, report)
            except WinnowError:
                raise
            except Exception as problem:  # ours to mend, and no reason to hold the other sources back
                log.exception("%s cannot be parsed", source.name)
                raise crashed(source, capture, f"{type(problem).__name__}: {problem}") from problem
            return
        path = self.scratch / f"parsed-{capture.capture_id}.arrow"
        try:
            self.ask(capture, source, path, report)
            with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as batches:
                for number in range(batches.num_record_batches):
                    yield batches.get_batch(number)
        finally:
            path.unlink(missing_ok=True)

    def ask(self, capture: Capture, source: Source, path: Path, report: SplitReport) -> None:
        """Have the child split one capture into `path`, and fill the report."""
        child = self.child = self.child or self.start()
        request = {
            "home": str(self.home), "folder": str(source.folder), "source": source.name,
            "capture": capture.capture_id, "path": str(path),
        }  # fmt: skip
        answer = talk(child, json.dumps(request))
        if answer is None:
            self.child = None
            raise crashed(source, capture, how_it_ended(self.stop(child)))
        told: dict[str, Any] = json.loads(answer)
        fill(report, told["report"])
        if error := told["error"]:
            raise ERRORS[error.pop("kind")](error.pop("code"), error.pop("what"), **error)
        if unknown := sorted(report.unknown_columns):
            log.warning("%s: columns nobody knows: %s", source.name, ", ".join(unknown))

    def start(self) -> subprocess.Popen[str]:
        """A child that knows this project's code, wherever it was started from."""
        paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.Popen(
            [sys.executable, "-m", "tasks.ingest.isolate"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip

    def stop(self, child: subprocess.Popen[str]) -> int:
        """End a child and return its exit code, negative for a signal."""
        if child.stdin is not None:
            try:
                child.stdin.close()
            except BrokenPipeError:
                log.debug("the parser's process is gone already")
        try:
            code = child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        if child.stdout is not None:
            child.stdout.close()
        return code


def talk(child: subprocess.Popen[str], request: str) -> str | None:
    """The child's answer; None where it died or says nothing in time."""
    if child.stdin is None or child.stdout is None:
        return None
    try:
        child.stdin.write(request + "\n")
        child.stdin.flush()
    except BrokenPipeError:
        return None
    ready, _, _ = select.select([child.stdout], [], [], ANSWER_SECONDS)
    return (child.stdout.readline() or None) if ready else None


def how_it_ended(code: int) -> str:
    """An exit code for people."""
    if code >= 0:
        return f"its process ended with {code}"
    try:
        return f"its process was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"its process was ended by signal {-code}"


def crashed(source: Source, capture: Capture, why: str) -> SourceError:
    """A parser that did not live, or did not work."""
    return SourceError(
        "parser_crash", f"{source.name} cannot be parsed", where=capture.url, why=why[:300],
        next_step=f"Its bytes are in {capture.folder}; mend {source.folder.name}/parse.py or fetch the file again",
    )  # fmt: skip


def fill(report: SplitReport, told: dict[str, Any]) -> None:
    """Take over what the child found."""
    for name, value in told.items():
        setattr(report, name, value)
    report.reasons, report.unknown_columns = Counter(told["reasons"]), set(told["unknown_columns"])


def answer_to(request: dict[str, str]) -> dict[str, Any]:
    """Split what is asked for. Whatever a parser raises is an answer too."""
    report, error = SplitReport(), None
    source, home = load(Path(request["folder"])), Path(request["home"])
    capture = landing.find(home, request["source"], request["capture"])
    if capture is None:
        raise FileNotFoundError(f"{request['capture']} has not landed")
    try:
        write_batches(Path(request["path"]), SCHEMA, split(capture, source, home, report))
    except WinnowError as problem:
        error = as_json(problem)
    except Exception as problem:
        traceback.print_exc()
        error = as_json(crashed(source, capture, f"{type(problem).__name__}: {problem}"))
    return {"report": vars(report) | {"unknown_columns": sorted(report.unknown_columns)}, "error": error}


def as_json(problem: WinnowError) -> dict[str, str]:
    """An error as the parent makes it anew."""
    parts = ("code", "what", "where", "why", "next_step")
    return {"kind": type(problem).__name__, **{name: getattr(problem, name) for name in parts}}


def serve() -> None:
    """The child: answer until nothing more is asked."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a parser prints is no answer
    for line in sys.stdin:
        answers.write(json.dumps(answer_to(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
