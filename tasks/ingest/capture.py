"""Capture: bytes from a file, a folder, a pattern or an address, landed as received before anything looks at them."""

from __future__ import annotations

import glob
import hashlib
import itertools
import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from tasks.errors import SourceError, UsageError
from tasks.ingest import landing
from tasks.ingest.hosts import ADDRESS, safe_address
from tasks.ingest.landing import Capture, Draft, LandedFile, open_capture
from tasks.ingest.text import is_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.source import Source

__all__ = ["Capture", "LandedFile", "capture", "open_capture"]

log = logging.getLogger(__name__)
HEAD_BYTES = 4096  # how far `observed_in` looks into a file
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.I)


class Local(NamedTuple):
    """A file to capture: where it is, and its name relative to the parent of what was given."""

    path: Path
    name: str


def capture(
    source: Source, target: str | None, home: Path, as_of: datetime | None, run_id: str, now: datetime
) -> list[Capture]:
    """Land what `target` (file, folder, glob pattern, http address) holds for a source, one Capture an observation.

    `as_of` and `now` are aware. A capture that already landed is returned as it was, with `reused` set.

    Raises UsageError `missing_file`; SourceError `empty_batch`, `content_type`, `oversize`, `corrupt_file`, and for
    addresses those of tasks.ingest.http. Bytes that are no data of the source are kept under landing/refused.
    """
    if target is None:
        raise UsageError(
            "missing_target", f"nothing to read for {source.name}", next_step=f"Give {source.name}=PATH|URL"
        )
    if SCHEME.match(target):
        from tasks.ingest.remote import capture_address

        return capture_address(source, target, home, as_of, run_id, now)
    found: list[Capture] = []
    for observed, group in observations(source, local_files(source, target), as_of):
        found.append(capture_files(source, group, home, observed, run_id, now))
    return found


def local_files(source: Source, target: str) -> list[Local]:
    """The files that a path means, by name. A folder is searched with the source's `files` pattern, at any depth."""
    path = Path(target).expanduser()
    if path.is_file():
        return [Local(path, shown(path.resolve(), path.resolve().parent.parent))]
    if path.is_dir():
        root = path.resolve()
        files = [f for f in sorted(root.rglob(source.files)) if f.is_file() and not hidden(f, root)]
        if not files:
            raise empty(source, f"no file in {path.name}/ matches {source.files}")
        return [Local(f, shown(f, root.parent)) for f in files]
    if glob.has_magic(target):
        files = sorted(Path(f).resolve() for f in glob.glob(str(path), recursive=True) if Path(f).is_file())  # noqa: PTH207
        if files:
            root = Path(os.path.commonpath([f.parent for f in files]))
            return [Local(f, shown(f, root.parent)) for f in files]
    raise UsageError(
        "missing_file",
        f"nothing at {safe_address(target) if ADDRESS.match(target) else target}",
        where=source.name,
        next_step=f"Give {source.name}= a file, a folder, a pattern or an http address",
    )


def hidden(path: Path, root: Path) -> bool:
    """Whether the file or a folder on its way below root starts with a dot."""
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def shown(path: Path, root: Path) -> str:
    """A path relative to root as text that can be stored, whatever bytes the file name has."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")


def empty(source: Source, why: str) -> SourceError:
    """Nothing came: never the same as 'there are no postings'."""
    return SourceError("empty_batch", f"{source.name} brought nothing", why=why, next_step="Check the path or the feed")


def observations(
    source: Source, files: list[Local], as_of: datetime | None
) -> Iterator[tuple[datetime | None, list[Local]]]:
    """Files grouped into captures, oldest first, each with its explicit time of observation where there is one."""
    dated = [(moment_of(source, file.name, file.path) or as_of, file) for file in files]
    if source.capture_by == "folder":
        times = [moment for moment, _ in dated if moment is not None]
        yield (max(times) if times else None), [file for _, file in dated]
        return
    dated.sort(key=lambda each: (each[0] is not None, each[0] or datetime.min.replace(tzinfo=UTC), each[1].name))
    if source.capture_by == "file":
        yield from ((moment, [file]) for moment, file in dated)
        return
    for moment, group in itertools.groupby(dated, key=lambda each: each[0]):
        yield moment, [file for _, file in group]


def moment_of(source: Source, name: str, path: Path | None = None, body: bytes | None = None) -> datetime | None:
    """The time of observation that a file's name (`observed_at`) or its first 4 kB (`observed_in`) states, in UTC."""
    if source.observed_at and (found := re.search(source.observed_at, name)):
        return parse_moment(found[1], source)
    if source.observed_in:
        head = body if body is not None else head_of(path) if path else b""
        found = re.search(source.observed_in, head[:HEAD_BYTES].decode("utf-8", "replace"))
        return parse_moment(found[1], source) if found else None
    return None


def head_of(path: Path) -> bytes:
    """The first bytes of a file, unpacked where it is gzip."""
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
        if not head.startswith(landing.GZIP_MAGIC):
            return head
        handle.seek(0)
        pieces = landing.inflate(iter(lambda: handle.read(HEAD_BYTES), b""), path.name, landing.MAX_FILE_BYTES)
        return next(pieces, b"")[:HEAD_BYTES]


def parse_moment(text: str, source: Source) -> datetime:
    """A day, a month (its first day) or a moment, as UTC. Raises SourceError `bad_moment`.

    A day stays that day: it is midnight UTC wherever the source is. A moment without an offset is in the source's zone.
    """
    if re.fullmatch(r"\d{4}[-_.]\d{2}", text):
        text += "-01"
    text = re.sub(r"^(\d{4})[_.](\d{2})[_.](\d{2})", r"\1-\2-\3", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise SourceError(
            "bad_moment",
            f"{text!r} is no date",
            where=f"{source.name}/source.yml",
            why=str(problem),
            next_step="Correct observed_at or observed_in, or rename the file",
        ) from problem
    if moment.tzinfo is None:
        day_only = len(text) <= len("2020-02-01")
        moment = moment.replace(tzinfo=UTC if day_only else ZoneInfo(source.timezone or "UTC"))
    return moment.astimezone(UTC)


def capture_files(
    source: Source, files: list[Local], home: Path, observed: datetime | None, run_id: str, now: datetime
) -> Capture:
    """Land the files of one capture, or find them landed. One file is held in memory at a time."""
    moment = observed.isoformat() if observed else ""
    digests: list[str] = []
    single: bytes | None = None
    for file in files:
        body = read_checked(source, file, home)
        digests.append(hashlib.sha256(body).hexdigest())
        single = body if len(files) == 1 else None
    capture_id, sha256 = landing.identify(source.name, moment, digests)
    known = landing.find(home, source.name, capture_id)
    if known is not None:
        return known
    with Draft(home, source.name) as draft:
        for file, seen in zip(files, digests, strict=True):
            body = single if single is not None else read_checked(source, file, home)
            if draft.add(file.name, body).sha256 != seen:
                raise SourceError(
                    "changed_while_reading", f"{file.name} changed while it was read", next_step="Run again"
                )
        return draft.land(
            Capture(
                capture_id=capture_id,
                source=source.name,
                url=files[0].name if len(files) == 1 else os.path.commonpath([f.name for f in files]) + "/",
                fetched_at=now.astimezone(UTC),
                observed_at=(observed or now).astimezone(UTC),
                status="file",
                bytes=sum(f.bytes for f in draft.files),
                sha256=sha256,
                run_id=run_id,
                coverage=source.coverage,
                files=(),
            )
        )


def read_checked(source: Source, file: Local, home: Path) -> bytes:
    """A file's bytes, after checking that they can be data at all."""
    try:
        size = file.path.stat().st_size
        if size > landing.MAX_FILE_BYTES:
            raise landing.oversize(file.name, f"{size:,} bytes; one file is read in memory")
        body = file.path.read_bytes()
    except PermissionError as problem:
        raise UsageError("unreadable_file", f"{file.name} may not be read", why=str(problem.strerror)) from problem
    check_body(source, file.name, body, home)
    return body


def check_body(source: Source, name: str, body: bytes, home: Path) -> None:
    """Refuse what is empty or a web page where data is expected; refused bytes are kept."""
    text = landing.gunzip(body, name) if body.startswith(landing.GZIP_MAGIC) else body
    blank = b"\xef\xbb\xbf \t\r\n\0"
    if not text[:HEAD_BYTES].strip(blank) and not text.strip(blank):
        raise empty(source, f"{name} is empty")
    if source.format in ("csv", "json", "jsonl", "parquet") and is_html(text):
        kept = landing.refuse(home, source.name, name, body)
        raise SourceError(
            "content_type",
            f"{name} is a web page, not {source.format}",
            where=source.name,
            why="a login, consent or error page saved under the name of the data looks like this",
            next_step=f"Its bytes are in {kept}; fetch the data itself",
        )
