"""The landing area: payloads exactly as received, compressed, written once and never edited."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks.errors import SourceError
from tasks.ingest import ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_FILE_BYTES = 2 * 1024**3  # one file is read in memory
SMALL_BYTES = 64 * 1024**2  # below this size any compression ratio is harmless
MAX_RATIO = 200  # text rarely packs tighter than 20:1, a gzip bomb reaches 1000:1
GZIP_MAGIC = b"\x1f\x8b"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class LandedFile:
    """One payload file. `name` is the source_file of its records, `stored` the file in the capture's folder."""

    name: str
    stored: str
    bytes: int
    sha256: str
    url: str | None = None
    erased_in: str | None = None  # the removal that took somebody's contact details out: the digest is of what is left


@dataclass(frozen=True)
class Capture:
    """One fetch of a source, its bytes untouched. Times are UTC."""

    capture_id: str
    source: str
    url: str
    fetched_at: datetime
    observed_at: datetime
    status: str
    bytes: int
    sha256: str
    run_id: str
    coverage: str
    files: tuple[LandedFile, ...]
    expired: str | None = None  # the removal that took the payload files by age; the manifest stays
    reused: bool = False  # it lay there already: this run received the same bytes again

    @property
    def folder(self) -> str:
        """Where it lies, relative to WINNOW_HOME."""
        return f"landing/{self.source}/{self.capture_id}"


class Draft:
    """A capture being received: files go to a temporary folder of the landing area until `land` renames it."""

    def __init__(self, home: Path, source: str) -> None:
        """Make the temporary folder."""
        self.home, self.source = home, source
        self.area = home / "landing" / source
        self.folder = self.area / f".receiving-{os.getpid()}-{os.urandom(4).hex()}"
        self.folder.mkdir(parents=True)
        self.files: list[LandedFile] = []

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind; after `land` there is nothing left."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, name: str, body: bytes, url: str | None = None) -> LandedFile:
        """Write one payload file and make it durable."""
        stored = f"{len(self.files):05d}" + (".raw" if body.startswith(GZIP_MAGIC) else ".zst")
        path = self.folder / stored
        if stored.endswith(".raw"):
            path.write_bytes(body)
        else:
            with pa.CompressedOutputStream(str(path), "zstd") as out:
                out.write(body)
        fsync(path)
        landed = LandedFile(name, stored, len(body), hashlib.sha256(body).hexdigest(), url)
        self.files.append(landed)
        return landed

    def land(self, capture: Capture) -> Capture:
        """Write the manifest, make the folder durable and rename it into place; an equal capture there wins."""
        capture = replace(capture, files=tuple(self.files))
        manifest = self.folder / MANIFEST
        manifest.write_text(json.dumps(as_json(capture), ensure_ascii=False, indent=1), encoding="utf-8")
        fsync(manifest)
        fsync(self.folder)
        target = self.home / capture.folder
        try:
            self.folder.rename(target)
        except OSError:
            landed = find(self.home, capture.source, capture.capture_id)
            if landed is None:
                raise
            return landed
        fsync(self.area)
        return capture


def fsync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_json(capture: Capture) -> dict[str, Any]:
    """The manifest of a capture."""
    values = asdict(capture)
    del values["reused"]
    return values | {
        "fetched_at": capture.fetched_at.isoformat(),
        "observed_at": capture.observed_at.isoformat(),
        "files": [asdict(file) for file in capture.files],
    }


def from_json(values: dict[str, Any]) -> Capture:
    """A capture from its manifest, marked as reused."""
    times = {name: datetime.fromisoformat(values[name]).astimezone(UTC) for name in ("fetched_at", "observed_at")}
    files = tuple(LandedFile(**each) for each in values["files"])
    return Capture(**(values | times | {"files": files, "reused": True}))


def find(home: Path, source: str, capture_id: str) -> Capture | None:
    """A capture that has landed, or None."""
    path = home / "landing" / source / capture_id / MANIFEST
    if not path.is_file():
        return None
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def landed(home: Path, source: str | None = None, but: set[str] | frozenset[str] = frozenset()) -> Iterator[Capture]:
    """Every capture in the landing area, oldest observation first, without those of the ids `but`."""
    found = [
        from_json(json.loads(path.read_text(encoding="utf-8")))
        for path in (home / "landing").glob(f"{source or '*'}/[0-9a-f]*/{MANIFEST}")
        if path.parent.name not in but
    ]
    yield from sorted(found, key=lambda c: (c.observed_at, c.source, c.capture_id))


def open_capture(home: Path, capture: Capture) -> Iterator[tuple[str, bytes]]:
    """The files of a capture, one after the other: source_file and bytes, gzip already undone.

    Raises SourceError `corrupt_landing` where the stored bytes are not those received, `expired` where they were removed
    by age.
    """
    if capture.expired:
        raise SourceError(
            "expired", "the bytes of a capture were removed by age", where=capture.folder,
            why=f"removal {capture.expired}", next_step="Its ids and digests are kept; fetch the source anew for its content",
        )  # fmt: skip
    for file in capture.files:
        path = home / capture.folder / file.stored
        try:
            if file.stored.endswith(".zst"):
                with pa.input_stream(str(path), compression="zstd") as stream:
                    body = bytes(stream.read())
            else:
                body = path.read_bytes()
        except OSError as problem:
            raise corrupt_landing(capture, file, str(problem)) from problem
        if len(body) != file.bytes or hashlib.sha256(body).hexdigest() != file.sha256:
            raise corrupt_landing(capture, file, "the bytes are not those received")
        yield file.name, gunzip(body, file.name) if body.startswith(GZIP_MAGIC) else body


def corrupt_landing(capture: Capture, file: LandedFile, why: str) -> SourceError:
    """Stored bytes that cannot be trusted any more."""
    return SourceError(
        "corrupt_landing",
        f"{file.name} cannot be read back",
        where=f"{capture.folder}/{file.stored}",
        why=why,
        next_step="Restore the folder from a backup, or delete it and run again with the original file",
    )


def gunzip(body: bytes, name: str, limit: int = MAX_FILE_BYTES) -> bytes:
    """Undo gzip, stopping early at a bomb.

    Raises SourceError `oversize` beyond `limit` or a ratio no text reaches, `corrupt_file` where the stream is damaged.
    """
    return b"".join(inflate([body], name, limit))


def inflate(chunks: Iterable[bytes], name: str, limit: int) -> Iterator[bytes]:
    """Gzip members decompressed piece by piece, never holding more than a piece beyond the limit."""
    taken = given = 0
    engine = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        taken += len(chunk)
        rest = chunk
        while rest:
            try:
                piece = engine.decompress(rest, 1 << 20)
            except zlib.error as problem:
                raise SourceError("corrupt_file", f"{name} is damaged gzip", why=str(problem)) from problem
            given += len(piece)
            if given > limit or (given > SMALL_BYTES and given > taken * MAX_RATIO):
                raise oversize(name, f"it unpacks to more than {given:,} bytes")
            if piece:
                yield piece
            rest = engine.unconsumed_tail
            if engine.eof:
                rest = engine.unused_data
                if not rest.startswith(GZIP_MAGIC):  # padding after the last member is common and harmless
                    return
                engine = zlib.decompressobj(wbits=31)
            elif not piece and not rest:
                break
    if not engine.eof:
        raise SourceError("corrupt_file", f"{name} is cut-off gzip", why="the stream ends before its end mark")


def oversize(name: str, why: str) -> SourceError:
    """More bytes than one file may have."""
    return SourceError("oversize", f"{name} is too large", why=why, next_step="Split it, or fetch it in parts")


def refuse(home: Path, source: str, name: str, body: bytes) -> str:
    """Keep bytes that are not data of the source, for whoever looks into it. Returns where, relative to the home."""
    shown = f"landing/refused/{source}/{hashlib.sha256(body).hexdigest()[:16]}"
    folder = home / shown
    if not folder.is_dir():
        draft = folder.with_name(f".receiving-{os.getpid()}-{os.urandom(4).hex()}")
        draft.mkdir(parents=True)
        with pa.CompressedOutputStream(str(draft / "00000.zst"), "zstd") as out:
            out.write(body)
        note = {"source": source, "name": name, "bytes": len(body)}
        (draft / MANIFEST).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        for path in (draft / "00000.zst", draft / MANIFEST, draft):
            fsync(path)
        with contextlib.suppress(FileExistsError, OSError):
            draft.rename(folder)
        shutil.rmtree(draft, ignore_errors=True)
    return shown


def identify(source: str, moment: str, digests: list[str]) -> tuple[str, str]:
    """The id of a capture and the one digest of all its files."""
    whole = digests[0] if len(digests) == 1 else hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
    return ids.capture_id(source, moment, digests), whole
