"""A file's body without somebody's contact details, whatever it is packed in and however large it is.

A body is a binary file that can be read again. It is read piece by piece, unpacked into a spool and packed again: in memory
are a piece of it, and spools up to SPOOL_BYTES; what is larger lies in the folder for temporary files, without a name.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
from collections import Counter
from decimal import Decimal
from math import isfinite
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest import landing
from tasks.remove.subject import PIECE_BYTES, wide_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.remove.subject import Subject

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PARQUET_MAGIC = b"PAR1"
DATABASE_MAGIC = b"DUCK"  # from the ninth byte on
HEAD_BYTES = 1024
SPOOL_BYTES = 8 * 1024**2
BATCH_ROWS = 500

Body = IO[bytes]


class Lent:
    """A body for pyarrow's streams, which would close it with themselves."""

    closed = False

    def __init__(self, body: Body) -> None:
        """Lend `body`."""
        self.read, self.write, self.flush = body.read, body.write, body.flush

    def close(self) -> None:
        """Give it back."""


def spool() -> Body:
    """An empty body of our own, gone when it is closed or its process is."""
    return cast("Body", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))


def head_of(body: Body) -> bytes:
    """The first bytes; the body stands at its start again."""
    body.seek(0)
    head = body.read(HEAD_BYTES)
    body.seek(0)
    return head


def pieces_of(body: Body) -> Iterator[bytes]:
    """A body from its start."""
    body.seek(0)
    while piece := body.read(PIECE_BYTES):
        yield piece


def erase_body(body: Body, subject: Subject) -> tuple[Body | None, int]:
    """A body without the mentions, and how many there were; None where it holds none.

    Raises ValueError, OSError, ArrowInvalid or SourceError for what can be read but not written anew: a damaged archive,
    a database.
    """
    head = head_of(body)
    if head.startswith(landing.GZIP_MAGIC):
        return erase_packed(body, subject, gunzipped, gzipped)
    if head.startswith(ZSTD_MAGIC):
        return erase_packed(body, subject, unpacked, packed)
    if head.startswith(PARQUET_MAGIC) and tail_of(body, len(PARQUET_MAGIC)) == PARQUET_MAGIC:
        return erase_parquet(body, subject)
    if head[8:12] == DATABASE_MAGIC:
        if erase_text(body, subject)[1]:
            raise ValueError("a database")
        return None, 0
    return erase_text(body, subject)


def erase_packed(body: Body, subject: Subject, unpack: Any, pack: Any) -> tuple[Body | None, int]:
    """A body whose content is packed."""
    with unpack(body) as content:
        made, count = erase_body(content, subject)
    if made is None:
        return None, 0
    with made:
        return pack(made), count


def tail_of(body: Body, size: int) -> bytes:
    """The last bytes."""
    body.seek(0, 2)
    body.seek(max(0, body.tell() - size))
    return body.read()


def erase_text(body: Body, subject: Subject) -> tuple[Body | None, int]:
    """A text: UTF-8 or one of its relatives, or UTF-16 and UTF-32; bytes that are no text stay as they are."""
    wide = wide_encoding(head_of(body))
    if wide:
        try:
            return erase_encoded(body, subject, wide, "surrogatepass")
        except UnicodeError:  # it only began like that
            pass
    return erase_encoded(body, subject, "utf-8", "surrogateescape")


def erase_encoded(body: Body, subject: Subject, encoding: str, errors: str) -> tuple[Body | None, int]:
    """A text of one encoding: looked through, and written anew where that is needed. Raises UnicodeError."""
    count = sum(found for _, found in subject.replace_pieces(texts_of(body, encoding, errors)))
    if not count:
        return None, 0
    made = spool()
    for text, _ in subject.replace_pieces(texts_of(body, encoding, errors)):
        made.write(text.encode(encoding, errors))
    return made, count


def texts_of(body: Body, encoding: str, errors: str) -> Iterator[str]:
    """A body as text, piece by piece. Raises UnicodeError."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for piece in pieces_of(body):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def erase_parquet(body: Body, subject: Subject) -> tuple[Body | None, int]:
    """A Parquet file written anew, rows in their order, where one of its values or names holds a mention.

    A number that is one becomes null: a column of numbers takes no token.
    """
    body.seek(0)
    file = pq.ParquetFile(body, pre_buffer=False)
    schema = file.schema_arrow
    found = Counter[int]()
    for batch in file.iter_batches(BATCH_ROWS):
        for place, column in enumerate(batch.columns):
            found[place] += sum(erase_cell(value.as_py(), subject)[1] for value in column)
    fields, total = [], found.total()
    for place, field in enumerate(schema):
        name, renamed = subject.replace(field.name)
        plain = found[place] and pa.types.is_dictionary(field.type)
        fields.append(pa.field(name, field.type.value_type if plain else field.type, metadata=field.metadata))
        total += renamed
    metadata: dict[Any, Any] = dict(schema.metadata or {})
    cleared, noted = subject.replace_value(metadata)
    if not total + noted:
        return None, 0
    made = spool()
    with pq.ParquetWriter(made, pa.schema(fields, cleared or None), compression="zstd") as out:
        for batch in file.iter_batches(BATCH_ROWS):
            columns = [
                pa.array([erase_cell(value.as_py(), subject)[0] for value in column], fields[place].type)
                if found[place] else column
                for place, column in enumerate(batch.columns)
            ]  # fmt: skip
            out.write_batch(pa.record_batch(columns, schema=out.schema))
    return made, total + noted


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


def gunzipped(body: Body) -> Body:
    """Undo gzip. Raises SourceError."""
    content = spool()
    for piece in landing.inflate(pieces_of(body), "payload", landing.MAX_FILE_BYTES):
        content.write(piece)
    return content


def gzipped(content: Body) -> Body:
    """A body as gzip, the same at any time."""
    made = spool()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as out:
        for piece in pieces_of(content):
            out.write(piece)
    return made


def unpacked(body: Body) -> Body:
    """Undo zstd. Raises OSError."""
    content = spool()
    body.seek(0)
    with pa.CompressedInputStream(pa.PythonFile(Lent(body), "r"), "zstd") as stream:
        while piece := stream.read(PIECE_BYTES):
            content.write(piece)
    return content


def packed(content: Body) -> Body:
    """As the landing area keeps payloads."""
    made = spool()
    with pa.CompressedOutputStream(pa.PythonFile(Lent(made), "w"), "zstd") as out:
        for piece in pieces_of(content):
            out.write(piece)
    return made
