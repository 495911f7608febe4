"""Measures matching alone: CPU seconds by stage, memory and F1 at any number of made records of real length.

    python -m flows.bench_matching_speed run --rows 1000000 [--memory-limit 2GB]
    python -m flows.bench_matching_speed growth --rows 200000 --rows 1000000
    python -m flows.bench_matching_speed incremental --rows 1000000 --batch 10000
    uv run --with datasketch --with splink python -m flows.bench_matching_speed compare --rows 100000

Cleaning is left out: records come as cleaning would leave them (flows/bench_records.py), are made once and kept in
--records. Loading them into a warehouse is not counted. Every measured part is a process of its own, so that its memory
is its own. `compare` needs two packages that the project does not: matching, datasketch and Splink on the same records.
A million records take 0.2 GB, and their warehouse 1.2 GB.
"""

from __future__ import annotations

import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb
import pyarrow as pa

from flows.bench_records import make
from flows.bench_rivals import RIVALS
from tasks.dedupe import match
from tasks.dedupe.company_key import company_id
from tasks.dedupe.step import follow_postings
from warehouse.connection import one, open_build
from warehouse.dictionary import create_all

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = Path(tempfile.gettempdir()) / "winnow-bench-records"
DECISIONS = "verdict,posting_a,posting_b,decided_by,decided_on,why\n"  # nobody has decided anything

# The records of one bench as loading leaves them. A posting is first seen on the day on which it was put up.
LOAD = """
    INSERT INTO curated.postings BY NAME
    SELECT posting_id, posting_id AS raw_id, posting_id AS content_id, source, source_key, 'made' AS source_file,
           'https://made.example/' || source_key AS url, CASE WHEN {fields} THEN title_listed END AS title_listed, titles[1] AS title, titles, company, c.company_id, is_agency,
           CASE WHEN {fields} THEN company END AS company_listed, CASE WHEN {fields} THEN places_listed END AS places_listed,
           locations, [] AS salary, [] AS technologies, [] AS employment_type, [] AS workplace, language,
           description, requisition, posted_on, coalesce(posted_on, DATE '2020-08-31')::TIMESTAMPTZ AS first_seen,
           TIMESTAMPTZ '2020-08-31 00:00:00+00' AS last_seen, 'made' AS rulebook_version
    FROM arriving LEFT JOIN companies AS c USING (company)
"""
PAIRS = "coalesce(sum(n * (n - 1) // 2), 0)::BIGINT"


def load(warehouse: Path, files: list[Path], rows: int, *, batch: int = 0, part: str = "known") -> None:
    """Load `rows` records and `batch` more. Of all, chosen by chance, `batch` are the batch and the others `known`."""
    with open_bench(warehouse, "4GB", 2) as con:
        create_all(con)
        con.execute("CREATE TABLE IF NOT EXISTS main.truth (posting_id VARCHAR, job BIGINT, job_group BIGINT)")
        con.execute(
            """
            CREATE TEMP VIEW every AS
            SELECT *, printf('%016x', hash(source, source_key)) AS posting_id FROM read_parquet($files) LIMIT $rows
            """.replace("$files", str([str(f) for f in files])).replace("$rows", str(rows + batch))
        )
        chosen = f"(SELECT posting_id FROM every ORDER BY hash(posting_id) LIMIT {batch})"
        con.execute(f"CREATE TEMP TABLE chosen AS FROM {chosen}")
        con.execute(
            f"CREATE TEMP VIEW arriving AS FROM every {'SEMI' if part == 'batch' else 'ANTI'} JOIN chosen USING (posting_id)"
        )
        names = [row[0] for row in con.execute("SELECT DISTINCT company FROM arriving").fetchall()]
        con.register(
            "companies",
            pa.table({"company": pa.array(names, pa.string()), "company_id": [company_id(n) for n in names]}),
        )
        con.execute(LOAD.format(fields="source <> 'sample_notices'"))  # a thread's notices have no fields
        con.execute("INSERT INTO main.truth SELECT posting_id, job, job_group FROM arriving")
        for table in ("touched", "keys"):  # as a run leaves them
            con.execute(f"CREATE OR REPLACE TABLE work.{table} AS SELECT posting_id FROM arriving")


@contextmanager
def open_bench(warehouse: Path, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A run's connection, with its scratch beside the warehouse."""
    scratch = warehouse.with_suffix(".work")
    with open_build(warehouse, scratch, memory_limit=memory_limit, threads=threads) as con:
        yield con


def measure(warehouse: Path, memory_limit: str, threads: int) -> dict[str, Any]:
    """Match what waits in a loaded warehouse; to be called in a process of its own."""
    folder = warehouse.with_suffix(".folder")
    folder.mkdir(exist_ok=True)
    decisions = folder / "decisions.csv"
    decisions.write_text(DECISIONS, encoding="utf-8")
    size = warehouse.stat().st_size
    importlib.import_module("pandas")  # duckdb and pyarrow do so at first use, in a run long before matching
    wall, cpu = time.perf_counter(), time.process_time()
    with open_bench(warehouse, memory_limit, threads) as con:
        report = match(con, f"bench-{cpu}", folder, decisions=decisions)
        before = time.process_time()
        follow_postings(con)
        report.seconds["follow"] = round(time.process_time() - before, 2)
    spent = {"cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shutil.rmtree(folder)
    return {
        **spent,
        "peak_memory_mb": peak,
        "grown_mb": (warehouse.stat().st_size - size) / 1e6,
        "report": {
            name: getattr(report, name)
            for name in (
                "touched",
                "new_prints",
                "candidates",
                "likenesses",
                "regrouped",
                "overflow",
                "jobs",
                "seconds",
            )
        },
    }


def score(con: duckdb.DuckDBPyConnection, found: str) -> dict[str, float]:
    """Pairs of postings that table `found` (posting_id, job_id) puts together, against main.truth."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged AS SELECT job_id, job, job_group FROM {found} JOIN main.truth USING (posting_id)")  # fmt: skip
    pairs = {
        name: one(con, f"SELECT {PAIRS} FROM (SELECT count(*) AS n FROM judged GROUP BY {by})")[0]
        for name, by in (
            ("right", "job_id, job"),
            ("found", "job_id"),
            ("there", "job"),
            ("near", "job_id, job_group"),
            ("nearly", "job_group"),
        )
    }
    precision, recall = pairs["right"] / max(pairs["found"], 1), pairs["right"] / max(pairs["there"], 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "hard_negatives_merged": (pairs["near"] - pairs["right"]) / max(pairs["nearly"] - pairs["there"], 1),
    }


def digest(con: duckdb.DuckDBPyConnection) -> str:
    """One number for which posting is in which job: two versions of matching agree where it does."""
    return f"{one(con, 'SELECT bit_xor(hash(posting_id, job_id)) FROM curated.job_members')[0]:016x}"


def spawned(*arguments: object) -> dict[str, Any]:
    """What a command of this file says in its last line, run as a process of its own."""
    command = [sys.executable, "-m", "flows.bench_matching_speed", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  our own command
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def show(name: str, told: dict[str, Any]) -> None:
    """One measurement as lines for people."""
    report = told["report"]
    print(
        f"{name}: {told['cpu_seconds']:.1f} CPU s, {told['wall_seconds']:.1f} s, peak {told['peak_memory_mb']:,.0f} MB, "
        f"file +{told['grown_mb']:,.0f} MB; {report['touched']:,} touched, {report['candidates']:,} candidates, {report['jobs']:,} jobs"
    )
    print("  " + "  ".join(f"{stage} {seconds}" for stage, seconds in report["seconds"].items()))
    print("  keys passed over: " + "  ".join(f"{block} {keys:,}" for block, keys in report["overflow"].items() if keys))
    if "f1" in told:
        print(
            f"  P {told['precision']:.4f}  R {told['recall']:.4f}  F1 {told['f1']:.4f}  "
            f"hard negatives merged {told['hard_negatives_merged']:.3%}  jobs' digest {told['digest']}"
        )


@click.group()
def main() -> None:
    """The speed of matching; nothing here is a test."""


def _options(command: Any) -> Any:
    for option in (
        click.option(
            "--records", type=click.Path(path_type=Path), default=RECORDS, help="Where made records are kept."
        ),
        click.option("--keep", type=click.Path(path_type=Path), help="Keep the warehouses in this folder."),
        click.option("--memory-limit", default="4GB", show_default=True, help="DuckDB's; Python's comes on top."),
        click.option("--threads", default=2, show_default=True),
    ):
        command = option(command)
    return command


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        yield Path(folder)


def _whole(rows: int, folder: Path, records: Path, memory_limit: str, threads: int) -> dict[str, Any]:
    warehouse = folder / f"whole-{rows}.duckdb"
    spawned("load-part", warehouse, rows, "--records", records)
    told = spawned("match-part", warehouse, "--memory-limit", memory_limit, "--threads", threads)
    show(f"{rows:,} records", told)
    return told


@main.command()
@click.option("--rows", default=1_000_000, show_default=True)
@_options
def run(rows: int, records: Path, keep: Path | None, memory_limit: str, threads: int) -> None:
    """All records at once."""
    with _folder(keep) as folder:
        _whole(rows, folder, records, memory_limit, threads)


@main.command()
@click.option("--rows", multiple=True, type=int, default=(200_000, 1_000_000), show_default=True)
@_options
def growth(rows: tuple[int, ...], records: Path, keep: Path | None, memory_limit: str, threads: int) -> None:
    """How CPU seconds grow with the records."""
    with _folder(keep) as folder:
        spent = [_whole(n, folder, records, memory_limit, threads)["cpu_seconds"] for n in rows]
    print(f"{rows[-1] / rows[0]:.1f}x the records: {spent[-1] / spent[0]:.2f}x the CPU seconds")


@main.command()
@click.option("--rows", default=1_000_000, show_default=True)
@click.option("--batch", default=10_000, show_default=True)
@click.option("--times", default=3, show_default=True, help="The lowest of so many measurements counts.")
@_options
def incremental(
    rows: int, batch: int, times: int, records: Path, keep: Path | None, memory_limit: str, threads: int
) -> None:
    """A batch against a store of known postings, and the same batch against none."""
    with _folder(keep) as folder:
        store, empty = folder / f"store-{rows}.duckdb", folder / f"empty-{batch}.duckdb"
        limits = ("--memory-limit", memory_limit, "--threads", threads)
        if not store.exists():
            spawned("load-part", store, rows, "--records", records, "--batch", batch)
            show(f"{rows:,} known", spawned("match-part", store, *limits))
            spawned("load-part", store, rows, "--records", records, "--batch", batch, "--part", "batch")
        empty.unlink(missing_ok=True)
        spawned("load-part", empty, rows, "--records", records, "--batch", batch, "--part", "batch")
        spent: dict[Path, float] = {}
        for base, name in ((empty, f"{batch:,} against none"), (store, f"{batch:,} against {rows:,}")):
            for _ in range(times):
                copy = folder / "copy.duckdb"
                shutil.copy(base, copy)
                shutil.copy(base.with_suffix(".work"), copy.with_suffix(".work"))
                told = spawned("match-part", copy, *limits)
                show(name, told)
                spent[base] = min(spent.get(base, told["cpu_seconds"]), told["cpu_seconds"])
                copy.unlink()
    print(f"against {rows:,} known postings a batch costs {spent[store] / spent[empty]:.2f}x the same against none")


@main.command()
@click.option("--rows", default=50_000, show_default=True)
@_options
def compare(rows: int, records: Path, keep: Path | None, memory_limit: str, threads: int) -> None:
    """Matching beside datasketch and Splink on the same records, one after the other."""
    with _folder(keep) as folder:
        warehouse = folder / f"compared-{rows}.duckdb"
        warehouse.unlink(missing_ok=True)
        spawned("load-part", warehouse, rows, "--records", records)
        told = {name: spawned("rival-part", warehouse, name) for name in RIVALS}
        told["winnow"] = spawned("match-part", warehouse, "--memory-limit", memory_limit, "--threads", threads)
    print(f"{rows:,} records{'CPU s':>28}{'peak MB':>10}{'P':>8}{'R':>8}{'F1':>8}{'hard negatives merged':>24}")
    for name, each in told.items():
        print(
            f"{name:32}{each['cpu_seconds']:10.1f}{each['peak_memory_mb']:10,.0f}{each['precision']:8.3f}"
            f"{each['recall']:8.3f}{each['f1']:8.3f}{each['hard_negatives_merged']:24.2%}"
        )


@main.command(hidden=True)
@click.argument("warehouse", type=click.Path(path_type=Path))
@click.argument("name")
def rival_part(warehouse: Path, name: str) -> None:
    """Let another library match, and say what it took."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        start = time.process_time()
        jobs = RIVALS[name](con)
        told = {
            "cpu_seconds": time.process_time() - start,
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        con.register("theirs", pa.table({"posting_id": list(jobs), "job_id": list(jobs.values())}))
        con.execute(
            "CREATE TEMP TABLE found AS SELECT posting_id, coalesce(job_id, posting_id) AS job_id FROM main.truth LEFT JOIN theirs USING (posting_id)"
        )
        print(json.dumps(told | score(con, "found")))


@main.command(hidden=True)
@click.argument("warehouse", type=click.Path(path_type=Path))
@click.argument("rows", type=int)
@click.option("--records", type=click.Path(path_type=Path), required=True)
@click.option("--batch", default=0)
@click.option("--part", default="known")
def load_part(warehouse: Path, rows: int, records: Path, batch: int, part: str) -> None:
    """Load records that wait to be matched."""
    load(warehouse, make(rows + batch, records), rows, batch=batch, part=part)
    print("{}")


@main.command(hidden=True)
@click.argument("warehouse", type=click.Path(path_type=Path))
@click.option("--memory-limit", required=True)
@click.option("--threads", type=int, required=True)
def match_part(warehouse: Path, memory_limit: str, threads: int) -> None:
    """Match what waits and say what it took."""
    told = measure(warehouse, memory_limit, threads)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        told |= score(con, "curated.job_members") | {"digest": digest(con)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
