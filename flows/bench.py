"""Measures a whole run against the floor: seconds and memory by step, sizes on disk, the share of judging.

    python -m flows.bench sample --rows 100000
    python -m flows.bench run hn=threads/

The floor is DuckDB reading the payload text of the same records from one Parquet file and writing it to a table, once.
Both are measured as processes of their own, one after the other, so that the ratio is of one machine in one mood.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import duckdb

FLOOR = """
import duckdb, sys
con = duckdb.connect(sys.argv[2], config={"threads": "2"})
con.execute("CREATE TABLE floor AS SELECT payload FROM read_parquet(?)", [sys.argv[1]])
con.close()
"""
JUDGING = ("judge", "audit")


def measured(command: list[str], env: dict[str, str]) -> dict[str, float]:
    """Wall and CPU seconds and the peak memory (MB) of one command and what it started. Exits where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own command lines
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    output, _ = process.communicate()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output[-3000:]}")
    return {
        "wall_seconds": wall,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_memory_mb": after.ru_maxrss / 1024,  # of the largest child so far
    }


def folder_mb(folder: Path) -> float:
    """Size of all files below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def bench(targets: list[str], home: Path, as_of: str | None = None) -> dict[str, Any]:
    """Run the pipeline on the targets into an empty home, then the floor on the same payloads."""
    env = {**os.environ, "WINNOW_HOME": str(home), "WINNOW_LOG_LEVEL": "WARNING"}
    moment = ["--as-of", as_of] if as_of else []
    whole = measured([sys.executable, "-m", "flows.cli", "run", *targets, *moment], env)
    warehouse = home / "warehouse" / "winnow.duckdb"
    entry = json.loads(max(home.glob("reports/*/run.json")).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(dir=home) as folder:
        payloads, table = Path(folder, "payloads.parquet"), Path(folder, "floor.duckdb")
        with duckdb.connect(str(warehouse), read_only=True) as con:
            con.execute(f"COPY (SELECT payload FROM raw.records) TO '{payloads}' (FORMAT parquet, COMPRESSION zstd)")
            text = con.execute("SELECT count(*), sum(strlen(payload)) FROM raw.records").fetchall()[0]
        floor = measured([sys.executable, "-c", FLOOR, str(payloads), str(table)], env)
    judging = sum(step["cpu_seconds"] for step in entry["steps"] if step["step"] in JUDGING)
    return {
        "records": text[0],
        "payload_mb": text[1] / 1e6,
        "counts": entry["counts"],
        "steps": entry["steps"],
        "run": whole,
        "floor": floor,
        "ratio_cpu": whole["cpu_seconds"] / floor["cpu_seconds"],
        "ratio_wall": whole["wall_seconds"] / floor["wall_seconds"],
        "judging_share": judging / whole["cpu_seconds"],
        "landing_mb": folder_mb(home / "landing"),
        "warehouse_mb": warehouse.stat().st_size / 1e6,
        "peak_memory_mb": max(step["peak_memory_mb"] for step in entry["steps"]),
    }


def show(result: dict[str, Any]) -> None:
    """The measurements as a table for people."""
    print(f"{result['records']:,} records, {result['payload_mb']:,.0f} MB of payload; {result['counts']}")
    print(f"{'step':12}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for step in result["steps"]:
        print(f"{step['step']:12}{step['wall_seconds']:9.1f}{step['cpu_seconds']:9.1f}{step['peak_memory_mb']:9}")
    for name in ("run", "floor"):
        print(f"{name:12}{result[name]['wall_seconds']:9.1f}{result[name]['cpu_seconds']:9.1f}")
    print(f"run / floor: CPU {result['ratio_cpu']:.1f}x, wall {result['ratio_wall']:.1f}x")
    print(f"judging (Great Expectations and marts): {result['judging_share']:.1%} of CPU")
    print(
        f"peak memory {result['peak_memory_mb']:,} MB; landing {result['landing_mb']:,.0f} MB, warehouse {result['warehouse_mb']:,.0f} MB"
    )


@click.group()
def main() -> None:
    """Benchmarks; nothing here is a test."""


@main.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--days", default=5, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the home in this folder.")
def sample(rows: int, seed: int, days: int, keep: Path | None) -> None:
    """The sample market of a given size."""
    home = keep or Path(tempfile.mkdtemp(prefix="winnow-bench-"))
    market = home / "market"
    home.mkdir(parents=True, exist_ok=True)
    made = measured(
        [sys.executable, "-m", "flows.cli", "sample", "--rows", str(rows), "--seed", str(seed), "--days", str(days), "--out", str(market)],
        dict(os.environ),
    )  # fmt: skip
    print(f"sample: {made['cpu_seconds']:.1f} CPU s, {folder_mb(market):,.0f} MB")
    show(bench([f"sample={market}"], home))
    if keep is None:
        shutil.rmtree(home)


@main.command()
@click.argument("targets", nargs=-1, required=True)
@click.option("--as-of")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the home in this folder.")
def run(targets: tuple[str, ...], as_of: str | None, keep: Path | None) -> None:
    """Real input: NAME=PATH arguments as for `winnow run`."""
    home = keep or Path(tempfile.mkdtemp(prefix="winnow-bench-"))
    show(bench(list(targets), home, as_of))
    if keep is None:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
