"""Erases somebody's contact details from every file below the home: landing area, reports, journal, whatever lies there.

A file is replaced whole or not at all. In the landing area a payload gets a new file, then its manifest names it with the
new digest, then the old one goes: a crash between leaves a folder that still reads, and a second call finishes the work.
Ids stay: they are made from the digests received, which the folder's name keeps.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.errors import WinnowError
from tasks.ingest import identities, landing
from tasks.ingest.identities import TOKEN
from tasks.load.publish import is_full
from tasks.remove.bodies import (
    PARQUET_MAGIC,
    ZSTD_MAGIC,
    Body,
    erase_body,
    erase_text,
    head_of,
    packed,
    pieces_of,
    spool,
    unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.ingest.landing import Capture, LandedFile
    from tasks.remove.subject import Subject

PACKED = (landing.GZIP_MAGIC, ZSTD_MAGIC, PARQUET_MAGIC)  # what is damaged in there may hide anything
UNREADABLE = (OSError, ValueError, pa.ArrowInvalid, WinnowError)

Remember = Callable[["Capture", dict[str, str]], None]


@dataclass
class Found:
    """Files changed and mentions taken out, by place; and files that hold a mention which could not be."""

    files: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)

    def add(self, place: str, mentions: int) -> None:
        """One more file."""
        self.files[place] += 1
        self.mentions[place] += mentions


def new_name(subject: Subject, name: str) -> str:
    """A file's name without the mention: the token and a few digits that keep two such names apart."""
    cleared, count = subject.replace(name)
    return cleared.replace(TOKEN, f"{TOKEN}{blake2b(name.encode(), digest_size=3).hexdigest()}") if count else name


def erase_files(
    home: Path, subject: Subject, removal_id: str, apply: bool, remember: Remember = lambda *_: None
) -> Found:
    """Take every mention out of the files below `home`, the warehouse's own file aside; with `apply` false only count.

    `remember` is told of a landed capture, and of the new names of those of its files that will be others, while they are
    still the old ones.
    """
    found = Found()
    for path in list(walk(home)):
        if path.name == landing.MANIFEST and path.parent.parent.parent == home / "landing":
            erase_capture(path, subject, removal_id, found, apply, remember)
    for path in list(walk(home)):
        if not own_payload(home, path):
            erase_plain(home, path, subject, found, apply)
    return found


def walk(home: Path) -> Iterator[Path]:
    """Every regular file below `home` that a removal has to look at, by name; symbolic links lead elsewhere."""
    for folder, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(names):
            path = home.__class__(folder, name)
            if path.is_symlink() or path == home / "warehouse" / "winnow.duckdb" or name == ".lock":
                continue
            yield path


def own_payload(home: Path, path: Path) -> bool:
    """Whether a file belongs to a landed capture: its manifest, the ids kept beside it, or a payload it names."""
    manifest = path.parent / landing.MANIFEST
    if path.parent.parent.parent != home / "landing" or not manifest.is_file():
        return False
    if path.name in (landing.MANIFEST, identities.FILE):
        return True
    named = json.loads(manifest.read_text(encoding="utf-8"))
    return path.name in {each["stored"] for each in named["files"]}


def erase_capture(
    manifest: Path, subject: Subject, removal_id: str, found: Found, apply: bool, remember: Remember
) -> None:
    """One landed capture: payloads, names and addresses. Files of it that no manifest names are dead drafts and go."""
    capture = landing.from_json(json.loads(manifest.read_text(encoding="utf-8")))
    files, old, mentions = [], [], 0
    for file in capture.files:
        made, count = erased(manifest.parent, file, subject, removal_id, apply and not capture.expired, found)
        url, in_url = subject.replace(file.url or "")
        name = new_name(subject, file.name)
        mentions += in_url + (name != file.name)
        if count:
            found.add("landing", count)
            old.append(manifest.parent / file.stored)
        marked = count or name != file.name
        files.append(replace(made, name=name, url=url or None, erased_in=removal_id if marked else made.erased_in))
    url, in_url = subject.replace(capture.url)
    if mentions + in_url:
        found.add("landing manifests", mentions + in_url)
    if apply and (old or mentions + in_url):
        others = {was.name: now.name for was, now in zip(capture.files, files, strict=True) if was != now}
        remember(capture, others)
        kept = replace(capture, files=tuple(files), url=url)
        swap_in(manifest, json.dumps(landing.as_json(kept), ensure_ascii=False, indent=1).encode())
        for path in old:
            path.unlink()
        landing.fsync(manifest.parent)
    if apply:
        named = {file.stored for file in (files if old else capture.files)} | {landing.MANIFEST, identities.FILE}
        for path in manifest.parent.iterdir():
            if path.name not in named:
                path.unlink()


def erased(
    folder: Path, file: LandedFile, subject: Subject, removal_id: str, apply: bool, found: Found
) -> tuple[LandedFile, int]:
    """A payload file without the mentions, under a new stored name, and how many there were; as it is where none is."""
    path = folder / file.stored
    if not path.is_file():
        return file, 0
    ending = file.stored.partition(".")[2]
    with path.open("rb") as stored:
        try:
            with unpacked(stored) if ending == "zst" else nullcontext(stored) as body:
                made, count = erase_body(body, subject)
        except UNREADABLE as problem:
            not_erased(f"{folder.name}/{file.stored}", stored, subject, found, problem)
            return file, 0
    if made is None:
        return file, 0
    with made:
        digest, size = sha256(), 0
        for piece in pieces_of(made):
            digest.update(piece)
            size += len(piece)
        named = f"{file.stored.partition('.')[0].partition('-')[0]}-{removal_id[-6:]}.{ending}"
        if apply:
            with packed(made) if ending == "zst" else nullcontext(made) as whole:
                swap_in(folder / named, whole)
    return replace(file, stored=named, bytes=size, sha256=digest.hexdigest()), count


def not_erased(name: str, body: Body, subject: Subject, found: Found, problem: Exception) -> None:
    """Note a file that cannot be written anew, where it holds a mention or nobody can tell. Raises where the disk is full."""
    if isinstance(problem, OSError) and is_full(problem):
        raise problem
    if head_of(body).startswith(PACKED) or erase_text(body, subject)[1]:
        found.left.append(f"{subject.replace(name)[0]} ({type(problem).__name__})")


def erase_plain(home: Path, path: Path, subject: Subject, found: Found, apply: bool) -> None:
    """Any other file: rewritten; a page that a fetch had put aside, or a dead draft, is removed instead."""
    name = str(path.relative_to(home))
    if new_name(subject, name) != name:
        found.left.append("a file whose own name holds it")
    with path.open("rb") as body:
        try:
            made, count = erase_own(body, subject) if own_lines(home, path) else erase_body(body, subject)
        except UNREADABLE as problem:
            not_erased(name, body, subject, found, problem)
            return
    if made is None:
        return
    place = place_of(home, path)
    found.add(place, count)
    with made:
        if apply and place in ("spool", "drafts"):
            path.unlink()
        elif apply:
            swap_in(path, made)


def own_lines(home: Path, path: Path) -> bool:
    """Whether a file is JSON that Winnow writes: the journal, a receipt, the manifest of refused bytes."""
    parts = path.relative_to(home).parts
    if path.name == landing.MANIFEST:
        return parts[:2] == ("landing", "refused")
    return parts == ("warehouse", "journal.jsonl") or (parts[0] == "receipts" and path.suffix == ".json")


def erase_own(body: Body, subject: Subject) -> tuple[Body | None, int]:
    """Our own JSON, a value or a line each, without the mentions; a line that a crash tore is text like any other."""
    indented = head_of(body).startswith(b"{\n")
    made, total = spool(), 0
    for line in [body.read()] if indented else body:
        piece = line.removesuffix(b"\n")
        try:
            value, count = subject.replace_own(json.loads(piece))
            text = json.dumps(value, indent=1 if indented else None).encode() if count else piece
        except ValueError:
            text, count = subject.replace_bytes(piece)
        made.write(text + line[len(piece) :])
        total += count
    return (made, total) if total else (None, 0)


def place_of(home: Path, path: Path) -> str:
    """What a file below the home is, in a receipt's words."""
    parts = path.relative_to(home).parts
    if parts[0] == "landing":
        if any(part.startswith(".spool-") for part in parts):
            return "spool"
        return "refused" if parts[1] == "refused" else "drafts"
    if parts[0] == "reports":
        return "data docs" if "data_docs" in parts else "reports"
    return {"journal.jsonl": "journal", "decisions.csv": "verdict notes"}.get(path.name, "other files")


def swap_in(path: Path, body: bytes | Body) -> None:
    """Put a whole file in the place of another, on the disk before this returns."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("wb") as out:
            for piece in [body] if isinstance(body, bytes) else pieces_of(body):
                out.write(piece)
        landing.fsync(draft)
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    landing.fsync(path.parent)
