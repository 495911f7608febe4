"""Mutated records of every source through split, clean and the row mask: each is accounted for, none crashes, none stalls.

    python -m flows.fuzz --records 1000000 --seed 7

Starts from every source's own sample and from the made-up market. What is counted is every record that splitting
yields: it ends in exactly one of set aside by split, refused by a rule, set aside by the mask, or good. A failure keeps
the file that caused it under --keep, and the exit code is 1.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import click
import duckdb
import pyarrow as pa

from flows.fuzz_mutations import mutate_cells, mutate_json, mutate_text
from tasks.clean.engine import SCHEMA, Engine, clean_batches
from tasks.collector import rare_collections
from tasks.errors import WinnowError
from tasks.ingest.landing import Capture
from tasks.ingest.source import Source, registry, with_members
from tasks.ingest.split import Maker, SplitReport
from tasks.validate import apply_mask
from tasks.validate.step import stage
from warehouse.dictionary import create_all

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SLOWEST_SECONDS = 0.1  # of processor time for one record
MEGABYTE, TRIES = 2**20, 5
GROUP = 40  # records of a file; a group that takes longer than one record may is tried record by record
ROUND = 4_000  # records judged at once
MARKET_ROWS = 300
TABLE_COLUMNS = 6
TABLE_HEAD = "| Company | Position | Location | Salary | Posting | Age |\n|---|---|---|---|---|---|\n"

Mutate = Callable[[Random], bytes]


@dataclass(frozen=True)
class Feed:
    """A source that can be fed: a way to make a mutated record, and one to make a file of several."""

    source: Source
    seeds: tuple[Mutate, ...]
    pack: Callable[[list[bytes]], bytes]
    group: int = GROUP


@dataclass
class Tally:
    """What became of the records so far. `slowest` is (processor seconds, step, source) of the slowest up to 1 MB."""

    made: int = 0
    records: int = 0
    good: int = 0
    split: Counter[str] = field(default_factory=Counter)
    clean: Counter[str] = field(default_factory=Counter)
    mask: Counter[str] = field(default_factory=Counter)
    refused_files: Counter[str] = field(default_factory=Counter)
    refused_records: int = 0
    slowest: tuple[float, str, str] = (0.0, "", "")
    failures: list[str] = field(default_factory=list)

    def accounted(self) -> int:
        """Records with an outcome."""
        return self.good + self.split.total() + self.clean.total() + self.mask.total()


def sample_files(source: Source, market: Path) -> Iterator[Path]:
    """A source's own samples, and its pages of the made-up market."""
    yield from (p for p in sorted(source.folder.glob("sample*")) if p.is_file() and p.suffix not in (".py", ".yml"))
    yield from sorted(p for p in (market / source.name).rglob("*") if p.is_file())


def capture_of(source: Source) -> Capture:
    """A capture that was never landed: splitting asks for its id alone."""
    return Capture(
        capture_id="fuzz", source=source.name, url="", fetched_at=NOW, observed_at=NOW, status="file", bytes=0, sha256="",
        run_id="fuzz", coverage="partial", files=(),
    )  # fmt: skip


def split_file(source: Source, body: bytes, name: str) -> tuple[list[pa.RecordBatch], SplitReport]:
    """Split one file as the pipeline does, without landing it."""
    report = SplitReport()
    maker = Maker(capture_of(source), source, report)
    with rare_collections():
        batches = [*maker.file(name, body), *maker.flush()]
    return batches, report


def feed_of(source: Source, market: Path) -> Feed | None:
    """How to feed a source, from the good records of its samples; None where it has none."""
    if source.format == "csv":
        return csv_feed(source, market)
    if source.format in ("json", "jsonl"):
        rows = [
            row for path in sample_files(source, market)
            for batch in split_file(source, path.read_bytes(), path.name)[0]
            for row in batch.select(["payload", "reason"]).to_pylist()
        ]  # fmt: skip
        records = [json.loads(row["payload"]) for row in rows if row["reason"] is None]
        seeds = tuple(partial(mutate_json, record=record) for record in records)
        return Feed(source, seeds, partial(pack_json, source)) if seeds else None
    texts = [path.read_text(encoding="utf-8") for path in sample_files(source, market)]
    if source.name == "speedyapply":
        lines = [line.strip("| ").split(" | ") for text in texts for line in text.split("\n") if "<a" in line]
        rows_of = tuple(partial(mutate_cells, row=row, write=table_row) for row in lines if len(row) == TABLE_COLUMNS)
        return Feed(source, rows_of, lambda rows: TABLE_HEAD.encode() + b"\n".join(rows))
    whole = tuple(partial(mutate_text, text=text) for text in texts)
    return Feed(source, whole, b"".join, group=1) if whole else None


def table_row(cells: list[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def csv_feed(source: Source, market: Path) -> Feed | None:
    """Rows of CSV samples under the header of the first."""
    delimiter = source.options.get("delimiter", ",")
    header: list[str] = []
    rows: list[list[str]] = []
    for path in sample_files(source, market):
        table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=delimiter))
        header = header or table[0]
        rows += [row for row in table[1:] if len(row) == len(header)]

    def write(cells: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerow(cells)
        return out.getvalue().removesuffix("\r\n")

    def pack(lines: list[bytes]) -> bytes:
        return write(header).encode() + b"\n" + b"\n".join(lines) + b"\n"

    return Feed(source, tuple(partial(mutate_cells, row=row, write=write) for row in rows), pack) if rows else None


def pack_json(source: Source, records: list[bytes]) -> bytes:
    """Records in the envelope of their source."""
    if source.format == "jsonl":
        return b"\n".join(records)
    body = b"[" + b",\n".join(records) + b"]"
    for key in reversed(source.options.get("records_at", "").split(".")):
        body = b"{" + json.dumps(key).encode() + b": " + body + b"}" if key else body
    return body


class Fuzzer:
    """Takes files of mutated records through the three steps and keeps the tally."""

    def __init__(self, keep: Path | None) -> None:
        """`keep` is the folder for files that caused a failure."""
        self.keep, self.tally, self.engine = keep, Tally(), Engine()
        self.waiting: list[pa.RecordBatch] = []
        self.cleaned: list[pa.RecordBatch] = []
        self.files = 0

    def feed(self, feed: Feed, rng: Random, count: int) -> None:
        """One file of `count` mutated records."""
        records = [rng.choice(feed.seeds)(rng) for _ in range(count)]
        self.files += 1
        self.tally.made += count
        body = feed.pack(records)
        started = time.process_time()
        batches = self.split(feed, body)
        if time.process_time() - started > SLOWEST_SECONDS:
            for record in records:
                alone = feed.pack([record])
                self.clock(
                    "split", feed.source, partial(quietly, split_file, feed.source, alone, "alone"), alone, len(record)
                )
        for batch in batches:
            self.clean(feed.source, batch, body)
        if sum(batch.num_rows for batch in self.waiting) >= ROUND:
            self.judge()

    def split(self, feed: Feed, body: bytes) -> list[pa.RecordBatch]:
        """The records of a file; those of a file that is refused as a whole are its outcome."""
        name, tally = f"{feed.source.name}/{self.files}", self.tally
        try:
            batches, report = split_file(feed.source, body, name)
        except WinnowError as error:
            tally.refused_files[error.code] += 1
            tally.refused_records += body.count(b"\n") + 1
            return []
        except Exception:
            self.fail("split crashed", feed.source, body, traceback.format_exc())
            return []
        rows = sum(batch.num_rows for batch in batches)
        if not report.records == rows == report.good + report.reasons.total():
            self.fail("split lost count", feed.source, body, f"{rows} rows, {report}")
        if report.countable and report.landed_bytes != report.record_bytes + report.between_bytes:
            self.fail("split lost bytes", feed.source, body, str(report))
        tally.records += rows
        tally.split.update(report.reasons)
        return batches

    def clean(self, source: Source, batch: pa.RecordBatch, body: bytes) -> None:
        """Clean the good records of a batch; keep all of it for judging."""
        good = batch.filter(pa.compute.is_null(batch.column("reason")))
        self.waiting.append(batch)
        if good.num_rows == 0:
            return
        good = good.append_column("captured_on", pa.array([NOW.date().isoformat()] * good.num_rows))
        started = time.process_time()
        out = self.cleaned_batch(source, good, body)
        if time.process_time() - started > SLOWEST_SECONDS:
            for at in range(good.num_rows):
                one = good.slice(at, 1)
                self.clock(
                    "clean", source, partial(quietly, Engine().clean, one), body, len(one.column("payload")[0].as_py())
                )
        if out is not None:
            self.cleaned.append(out)
            self.tally.clean.update(reason for reason in out.column("reason").to_pylist() if reason is not None)

    def cleaned_batch(self, source: Source, good: pa.RecordBatch, body: bytes) -> pa.RecordBatch | None:
        """The batch through the rulebook, as the pipeline takes it."""
        try:
            [out] = list(clean_batches([good], self.engine))
        except Exception:
            self.fail("clean crashed", source, body, traceback.format_exc())
            return None
        if out.column("raw_id").to_pylist() != good.column("raw_id").to_pylist():
            self.fail("clean lost or moved records", source, body, f"{good.num_rows} in, {out.num_rows} out")
        return out

    def judge(self) -> None:
        """Mask everything that waits: each raw id comes out once, with one reason or none."""
        if not self.waiting:
            return
        records, postings = pa.Table.from_batches(self.waiting), pa.Table.from_batches(self.cleaned, SCHEMA)
        self.waiting, self.cleaned = [], []
        with duckdb.connect() as con:
            con.execute("ATTACH ':memory:' AS work; SET TimeZone = 'UTC'")
            create_all(con)
            con.register("records", records)
            con.register("postings", postings)
            con.execute("CREATE TABLE work.keys AS SELECT *, $1::TIMESTAMPTZ AS seen_at FROM records", [NOW])
            try:
                stage(con)
                masked = apply_mask(con)
            except duckdb.Error:
                self.fail("judge crashed", None, b"", traceback.format_exc())
                return
            [(rows, ids, good)] = con.execute(
                "SELECT count(*), count(DISTINCT raw_id), count(*) FILTER (reason IS NULL) FROM work.staging"
            ).fetchall()
        if not rows == ids == records.num_rows:
            self.fail("judge lost count", None, b"", f"{rows} rows, {ids} ids of {records.num_rows} records")
        self.tally.mask.update(masked)
        self.tally.good += good

    def clock(self, step: str, source: Source, call: Callable[[], None], body: bytes, size: int) -> None:
        """Note the processor time of one record of `size` bytes; too much of it is a failure.

        The best of a few: the first call may build a table or meet the collector, and a busy machine slows any. A record
        beyond the limit of 1 MB is set aside, but it has to be read: it may take as long for every megabyte.
        """
        allowed, seconds = SLOWEST_SECONDS * max(1, -(-size // MEGABYTE)), float("inf")
        for _ in range(TRIES):
            started = time.process_time()
            call()
            seconds = min(seconds, time.process_time() - started)
            if seconds <= allowed:
                break
        if size <= MEGABYTE:
            self.tally.slowest = max(self.tally.slowest, (seconds, step, source.name))
        if seconds > allowed:
            self.fail(f"{step} took {1000 * seconds:.0f} ms for one record of {size:,} bytes", source, body, "")

    def fail(self, what: str, source: Source | None, body: bytes, why: str) -> None:
        """Note a failure, and keep the file."""
        name = source.name if source else "all sources"
        told = f"{what} ({name}, file {self.files})"
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{len(self.tally.failures):04d}-{name.replace(' ', '-')}").write_bytes(body)
            (self.keep / f"{len(self.tally.failures):04d}.txt").write_text(f"{told}\n{why}", encoding="utf-8")
        self.tally.failures.append(f"{told}\n{why[-1500:]}".rstrip())


def quietly(call: Callable[..., object], *values: object) -> None:
    """Call for its time alone: what it raises was seen before."""
    try:
        call(*values)
    except Exception:
        return


def feeds(market: Path) -> list[Feed]:
    """Every source that has a sample."""
    found = [
        feed_of(source, market) for _, source in sorted(with_members(registry()).items()) if source.format != "group"
    ]
    return [feed for feed in found if feed is not None]


def fuzz(records: int, seed: int, keep: Path | None = None, tell: Callable[[Tally], None] | None = None) -> Tally:
    """Make `records` mutated records, a file of each source in turn, and say what became of them."""
    from tasks.ingest.sources.sample.generate import generate

    with tempfile.TemporaryDirectory() as folder:
        market = Path(folder) / "market"
        generate(rows=MARKET_ROWS, seed=seed, days=1, out=market)
        wanted = feeds(market)
    fuzzer, rng, turn = Fuzzer(keep), Random(seed), 0
    try:
        while fuzzer.tally.made < records:
            feed = wanted[turn % len(wanted)]
            fuzzer.feed(feed, rng, min(feed.group, records - fuzzer.tally.made))
            turn += 1
            if tell and turn % 500 == 0:
                tell(fuzzer.tally)
    except KeyboardInterrupt:  # what was done until then is judged and told
        fuzzer.tally.failures.append(f"interrupted after {fuzzer.tally.made:,} records")
    fuzzer.judge()
    tally = fuzzer.tally
    if tally.accounted() != tally.records:
        tally.failures.append(f"{tally.records} records, {tally.accounted()} with an outcome")
    return tally


def show(tally: Tally) -> str:
    """The tally for people."""
    lines = [
        f"{tally.made:,} mutated records made, {tally.records:,} split, {tally.accounted():,} accounted for",
        f"  good {tally.good:,}",
    ]
    for step in ("split", "clean", "mask"):
        counts: Counter[str] = getattr(tally, step)
        told = ", ".join(f"{reason} {n:,}" for reason, n in counts.most_common())
        lines.append(f"  set aside by {step} {counts.total():,}: {told}")
    told = ", ".join(f"{code} {n:,}" for code, n in tally.refused_files.most_common()) or "none"
    lines.append(f"  files refused as a whole: {told}")
    seconds, step, source = tally.slowest
    lines.append(f"  slowest record: {1000 * seconds:.0f} ms ({step}, {source})" if step else "  no record was slow")
    lines.append(f"  failures: {len(tally.failures)}")
    return "\n".join(lines + tally.failures[:20])


@click.command()
@click.option("--records", default=10_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the files of failures in this folder.")
def main(records: int, seed: int, keep: Path | None) -> None:
    """Take mutated records of every source through split, clean and the row mask."""
    started, cpu = time.perf_counter(), time.process_time()

    def tell(tally: Tally) -> None:
        click.echo(f"{tally.made:,} records, {len(tally.failures)} failures", err=True)

    tally = fuzz(records, seed, keep, tell)
    click.echo(show(tally))
    click.echo(f"  {time.perf_counter() - started:,.0f} s, {time.process_time() - cpu:,.0f} s of processor time")
    sys.exit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
