"""Erases somebody's contact details from every file below the home: landing area, reports, journal, whatever lies there.

A file is replaced whole or not at all. In the landing area a payload gets a new file, then its manifest names it with the
new digest, then the old one goes: a crash between leaves a folder that still reads, and a second call finishes the work.
Ids stay: they are made from the digests received, which the folder's name keeps.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b, sha256
from math import isfinite
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest import landing
from tasks.remove.subject import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.ingest.landing import LandedFile
    from tasks.remove.subject import Subject

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PARQUET_MAGIC = b"PAR1"
DATABASE_MAGIC = b"DUCK"  # from the ninth byte on


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


def erase_files(home: Path, subject: Subject, removal_id: str, apply: bool) -> Found:
    """Take every mention out of the files below `home`, the warehouse's own file aside; with `apply` false only count."""
    found = Found()
    for path in list(walk(home)):
        if path.name == landing.MANIFEST and path.parent.parent.parent == home / "landing":
            erase_capture(path, subject, removal_id, found, apply)
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
    """Whether a file belongs to a landed capture: its manifest or one of the payloads it names."""
    manifest = path.parent / landing.MANIFEST
    if path.parent.parent.parent != home / "landing" or not manifest.is_file():
        return False
    if path == manifest:
        return True
    named = json.loads(manifest.read_text(encoding="utf-8"))
    return path.name in {each["stored"] for each in named["files"]}


def erase_capture(manifest: Path, subject: Subject, removal_id: str, found: Found, apply: bool) -> None:
    """One landed capture: payloads, names and addresses. Files of it that no manifest names are dead drafts and go."""
    capture = landing.from_json(json.loads(manifest.read_text(encoding="utf-8")))
    files, old, mentions = [], [], 0
    for file in capture.files:
        made, count = erased(manifest.parent, file, subject, removal_id, apply and not capture.expired)
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
        kept = replace(capture, files=tuple(files), url=url)
        swap_in(manifest, json.dumps(landing.as_json(kept), ensure_ascii=False, indent=1).encode())
        for path in old:
            path.unlink()
        landing.fsync(manifest.parent)
    if apply:
        named = {file.stored for file in (files if old else capture.files)} | {landing.MANIFEST}
        for path in manifest.parent.iterdir():
            if path.name not in named:
                path.unlink()


def erased(folder: Path, file: LandedFile, subject: Subject, removal_id: str, apply: bool) -> tuple[LandedFile, int]:
    """A payload file without the mentions, under a new stored name, and how many there were; as it is where none is."""
    path = folder / file.stored
    if not path.is_file():
        return file, 0
    body = unpack(path.read_bytes()) if file.stored.endswith(".zst") else path.read_bytes()
    made, count = erase_body(body, subject)
    if not count:
        return file, 0
    stem, _, ending = file.stored.partition(".")
    stored = f"{stem.partition('-')[0]}-{removal_id[-6:]}.{ending}"
    if apply:
        swap_in(folder / stored, pack(made) if ending == "zst" else made)
    return replace(file, stored=stored, bytes=len(made), sha256=sha256(made).hexdigest()), count


def erase_plain(home: Path, path: Path, subject: Subject, found: Found, apply: bool) -> None:
    """Any other file: rewritten; a page that a fetch had put aside, or a dead draft, is removed instead."""
    body = path.read_bytes()
    place = place_of(home, path)
    named = new_name(subject, str(path.relative_to(home))) != str(path.relative_to(home))
    try:
        made, count = erase_own(body, subject) if own_lines(home, path) else erase_body(body, subject)
    except (OSError, ValueError, pa.ArrowInvalid) as problem:
        made, count = body, 0
        if subject.replace_bytes(body)[1]:
            found.left.append(f"{path.relative_to(home)} ({type(problem).__name__})")
    if named:
        found.left.append("a file whose own name holds it")
    if not count:
        return
    found.add(place, count)
    if not apply:
        return
    if place in ("spool", "drafts"):
        path.unlink()
    else:
        swap_in(path, made)


def own_lines(home: Path, path: Path) -> bool:
    """Whether a file is JSON that Winnow writes: the journal, a receipt, the manifest of refused bytes."""
    parts = path.relative_to(home).parts
    if path.name == landing.MANIFEST:
        return parts[:2] == ("landing", "refused")
    return parts == ("warehouse", "journal.jsonl") or (parts[0] == "receipts" and path.suffix == ".json")


def erase_own(body: bytes, subject: Subject) -> tuple[bytes, int]:
    """Our own JSON, a value or a line each, without the mentions; a line that a crash tore is text like any other."""
    whole = [body] if body.startswith(b"{\n") else body.split(b"\n")  # indented, or a value a line
    made, total = [], 0
    for piece in whole:
        try:
            value, count = subject.replace_own(json.loads(piece))
            made.append(json.dumps(value, indent=1 if piece.startswith(b"{\n") else None).encode() if count else piece)
        except ValueError:
            text, count = subject.replace_bytes(piece)
            made.append(text)
        total += count
    return b"\n".join(made), total


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


def erase_body(body: bytes, subject: Subject) -> tuple[bytes, int]:
    """The bytes of a file without the mentions, whatever they are packed in, and how many there were.

    Raises ValueError, OSError or ArrowInvalid for what can be read but not written anew: a damaged archive, a database.
    """
    if body.startswith(landing.GZIP_MAGIC):
        made, count = erase_body(landing.gunzip(body, "payload"), subject)
        return (gzip.compress(made, mtime=0), count) if count else (body, 0)
    if body.startswith(ZSTD_MAGIC):
        made, count = erase_body(unpack(body), subject)
        return (pack(made), count) if count else (body, 0)
    if body.startswith(PARQUET_MAGIC) and body.endswith(PARQUET_MAGIC):
        return erase_parquet(body, subject)
    if body[8:12] == DATABASE_MAGIC:
        if subject.replace_bytes(body)[1]:
            raise ValueError("a database")
        return body, 0
    return subject.replace_bytes(body)


def erase_parquet(body: bytes, subject: Subject) -> tuple[bytes, int]:
    """A Parquet file written anew, rows in their order, where one of its values or names holds a mention.

    A number that is one becomes null: a column of numbers takes no token.
    """
    table = pq.read_table(io.BytesIO(body))
    total = 0
    for place, column in enumerate(table.schema):
        values, counts = (
            zip(*(erase_cell(value, subject) for value in table.column(place).to_pylist()), strict=True)
            if table.num_rows
            else ((), ())
        )
        name, renamed = subject.replace(column.name)
        if sum(counts) + renamed:
            total += sum(counts) + renamed
            plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
            table = table.set_column(place, pa.field(name, plain, metadata=column.metadata), pa.array(values, plain))
    metadata: dict[Any, Any] = dict(table.schema.metadata or {})
    cleared, noted = subject.replace_value(metadata)
    if not total + noted:
        return body, 0
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(cleared or None), out, compression="zstd")
    return out.getvalue(), total + noted


def erase_cell(value: Any, subject: Subject) -> tuple[Any, int]:
    """A value of a column without the mentions, and how many there were; numbers within lists and structures too."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return (None, 1) if is_number(value, subject) else (value, 0)
    if isinstance(value, list | tuple):
        made = [erase_cell(each, subject) for each in value]
        return type(value)(each for each, _ in made), sum(count for _, count in made)
    if isinstance(value, dict):
        cells = {name: erase_cell(each, subject) for name, each in value.items()}
        return {name: each for name, (each, _) in cells.items()}, sum(count for _, count in cells.values())
    return subject.replace_value(value)


def is_number(value: float | Decimal, subject: Subject) -> bool:
    """Whether a number's digits are the telephone number, also where it lost the zero that a national form begins with."""
    if not isfinite(value) or value != int(value):
        return False
    digits = str(abs(int(value)))
    return any(subject.pattern.fullmatch(form) for form in (digits, f"0{digits}"))


def unpack(body: bytes) -> bytes:
    """Undo zstd."""
    with pa.input_stream(io.BytesIO(body), compression="zstd") as stream:
        return bytes(stream.read())


def pack(body: bytes) -> bytes:
    """As the landing area keeps payloads."""
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(body)
    return bytes(out.getvalue())


def swap_in(path: Path, body: bytes) -> None:
    """Put a whole file in the place of another, on the disk before this returns."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(body)
    landing.fsync(draft)
    if path.exists():
        shutil.copymode(path, draft)
    draft.replace(path)
    landing.fsync(path.parent)
