"""Made records for the benchmark of matching: curated.postings as cleaning would leave them, and which job each is of.

The sample market (tasks/ingest/sources/sample) says what is posted where, with its copies, edits, reposts and near-identical
siblings. What cleaning would conclude is taken from the market's truth, what the boards wrote from their records. A market
of a million takes minutes and is made once; more records than MARKET are further markets recombined from it: other
letters in the employers' names and in their texts but for the closing section (what everybody says of equality and
applying), other digits in numbers and ids. So titles, places and closings stay common to all, as they are in life.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import string
import tempfile
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest.sources.sample.generate import JOBS_PER_COMPANY, POSTINGS_PER_JOB, RENDER, Market
from tasks.ingest.sources.sample.truth import PLACE, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.ingest.sources.sample.postings import Posting

MARKET = 1_010_000  # records made one by one, a million and a batch; more are recombined
SLICE = 50_000  # rows a file
MONTHS = 8  # captures, a month apart: reposts stand beside what they repeat
SEED = 11

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("source_key", pa.string()),
        ("title_listed", pa.string()),
        ("titles", pa.list_(pa.string())),
        ("company", pa.string()),
        ("is_agency", pa.bool_()),
        ("places_listed", pa.string()),
        ("locations", pa.list_(PLACE)),
        ("language", pa.string()),
        ("description", pa.large_string()),
        ("requisition", pa.string()),
        ("posted_on", pa.date32()),
        ("job", pa.int64()),  # the truth
        ("job_group", pa.int64()),  # jobs that share a text: two of one group are a hard negative
    ]
)
FIELDS = VERSIONS.names[VERSIONS.names.index("job_group") :]
TAG = re.compile(r"</?[a-z][^>]*>")
ANNOUNCED = re.compile(rb"(?i)\b(?:requisition|reference|req)\b(?:[ \t]{1,3}(?:id|number|no|nr|code)\b)?")
Row = tuple[Any, ...]


class Records(Market):
    """The market, written as one row a posting: what it shows last."""

    def __init__(self, rows: int, seed: int, folder: Path, scratch: Path) -> None:
        """`folder` gets the slices; the market's own files (a few headers) go to `scratch`."""
        super().__init__(rows, seed, MONTHS, 31, scratch)
        # as many jobs an employer as in the market itself, which counts a posting once a day
        self.company_count = max(30, min(25_000, int(rows / POSTINGS_PER_JOB / JOBS_PER_COMPANY)))
        self.folder = folder
        self.waiting: list[Row] = []
        self.made = self.files = 0

    def left(self) -> int:
        """Records still to be made."""
        return self.rows - self.made

    def posting(self, posting: Posting) -> None:
        """The last state of a posting."""
        state = posting.states[-1][1]
        shown = RENDER[posting.member](posting, state, self.seed, self.start)
        self.waiting.append(row_of(posting, shown.head.decode(), dict(zip(FIELDS, shown.truth, strict=False))))
        self.made += 1
        if len(self.waiting) == SLICE:
            self.flush()

    def flush(self) -> None:
        """Write what is held as one file."""
        if self.waiting:
            columns = zip(*self.waiting, strict=True)
            arrays = [pa.array(column, f.type) for column, f in zip(columns, SCHEMA, strict=True)]
            write(pa.Table.from_arrays(arrays, schema=SCHEMA), self.folder, self.files)
            self.files += 1
            self.waiting.clear()

    def close(self) -> None:
        """Write the rest."""
        self.flush()
        super().close()


def write(table: pa.Table, folder: Path, number: int) -> None:
    """One slice."""
    pq.write_table(table, folder / f"records-{number:04d}.parquet", compression="zstd")


def row_of(posting: Posting, head: str, truth: dict[str, Any]) -> Row:
    """A record in the order of SCHEMA: what the board wrote where matching asks for that, else what is true."""
    title, place, text = _WRITTEN[posting.member](head)
    return (
        posting.member, posting.key, title or truth["titles"][0], truth["titles"], truth["company"], truth["is_agency"],
        place, truth["locations"], truth["language"], text, truth["requisition"], truth["posted_on"],
        posting.job.number, posting.job.group,
    )  # fmt: skip


def _plain(html: str) -> str:
    return unescape(TAG.sub("\n", html)).replace("\n\n\n", "\n\n").strip()


def _harbor(head: str) -> tuple[str, str, str]:
    told = json.loads(head if head.endswith("}") else head.rpartition(",")[0] + "}")
    places = "\n".join(", ".join(v for v in place.values() if v) for place in told["locations"])
    return told["title"], places, _plain(told["description_html"])


def _meridian(head: str) -> tuple[str, str, str]:
    row = next(csv.reader([*head.splitlines(keepends=True)]))
    return row[1], row[6], row[3]


def _fjord(head: str) -> tuple[str, str, str]:
    told = json.loads(head)
    return told["title"], ", ".join(v for v in (told["city"], told["country"]) if v), told["text"]


def _notices(head: str) -> tuple[str, str, str]:
    return "", "", _plain(json.loads(head)["text"])


_WRITTEN = {
    "sample_harbor": _harbor, "sample_meridian": _meridian, "sample_fjord": _fjord, "sample_notices": _notices,
}  # fmt: skip


def recombined(table: pa.Table, copy: int) -> pa.Table:
    """The same postings in market number `copy` (1 and up), in which nobody of another market posts.

    What announces a requisition number in a text stays as it is, so that it goes on being one.
    """
    swap = _letters(copy)
    words = bytes.maketrans(*(side.encode() for side in swap))
    texts = []
    for text in table.column("description").to_pylist():
        written = text.encode()
        closing = written.rfind(b"\n\n")  # a notice has none, and is its employer's own down to its end
        head = written if closing < 0 else written[:closing]
        moved = bytearray(head.translate(words) + written[len(head) :])
        for announced in ANNOUNCED.finditer(written):
            moved[announced.start() : announced.end()] = announced[0]
        texts.append(bytes(moved))
    plain = str.maketrans(*swap)
    changed = {
        "source_key": [f"{copy}-{key}" for key in table.column("source_key").to_pylist()],
        "company": [name and name.translate(plain) for name in table.column("company").to_pylist()],
        "requisition": [number and number.translate(plain) for number in table.column("requisition").to_pylist()],
        "description": pa.array(texts, pa.large_binary()).cast(pa.large_string()),
    }
    for name in ("job", "job_group"):
        changed[name] = pa.compute.add(table.column(name), copy << 32)
    for name, values in changed.items():
        at = SCHEMA.names.index(name)
        table = table.set_column(at, SCHEMA.field(at), pa.array(values, SCHEMA.field(at).type) if isinstance(values, list) else values)  # fmt: skip
    return table


def _letters(copy: int) -> tuple[str, str]:
    """Which letters and digits stand for which in market number `copy`."""
    moving = "abcdfghklmpvwy"
    step = 1 + copy % (len(moving) - 1)
    turned = moving[step:] + moving[:step]
    digits = string.digits[copy % 10 :] + string.digits[: copy % 10]
    return moving + moving.upper() + string.digits, turned + turned.upper() + digits


def make(rows: int, folder: Path, seed: int = SEED) -> list[Path]:
    """The files of `rows` records in `folder`, made where they are not there yet."""
    base = folder / f"market-{min(rows, MARKET)}-{seed}"
    if not base.exists():
        _make_market(min(rows, MARKET), seed, base)
    files = sorted(base.glob("records-*.parquet"))
    for copy in range(1, -(-rows // MARKET)):
        files += _make_copy(files, base.with_name(f"{base.name}-{copy}"), copy)
    return files


def _make_market(rows: int, seed: int, into: Path) -> None:
    draft = into.with_name(into.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        market = Records(rows, seed, draft, Path(scratch, "market"))
        market.fill()
        market.close()
    draft.rename(into)


def _make_copy(files: list[Path], into: Path, copy: int) -> list[Path]:
    if not into.exists():
        draft = into.with_name(into.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for number, table in enumerate(_tables(files[: MARKET // SLICE])):
            write(recombined(table, copy), draft, number)
        draft.rename(into)
    return sorted(into.glob("records-*.parquet"))


def _tables(files: list[Path]) -> Iterator[pa.Table]:
    for path in files:
        yield pq.read_table(path)
