"""Scores cleaning against hand-made labels, compares it with an earlier revision, and measures what it costs.

    python -m flows.bench_gold GOLD_DIR [--by source] [--errors salary] [--compare REV] [--speed HN_ITEMS]

GOLD_DIR holds labels.jsonl (a line a record: source, file under raw/, key, labels), raw/ and score.py, whose definitions of
precision, recall and F1 are the only ones: it is called, never copied. No Prefect and no warehouse take part. A revision
is checked out beside the project for the time of the comparison, and the same loop runs there in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.clean.rule import Field

PROJECT = Path(__file__).parent.parent
# This file is run by path with the tree under test first on the module path, so that the tree may be older than it.
RUN_HERE = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
SPEED_FIELDS = ("cold", "memory", "known")

Scores = dict[tuple[str, str], dict[str, Any]]  # (group, field) to what score.py says of it


def records_of(source: str, target: Path, home: Path) -> Iterator[pa.RecordBatch]:
    """One source's records under `target`, with the day of observation, as the engine wants them."""
    import pyarrow as pa

    from tasks.ingest.capture import capture
    from tasks.ingest.source import registry
    from tasks.ingest.split import split

    known = registry(None)[source]
    for landed in capture(known, str(target), home, None, "bench", datetime.now(UTC)):
        day = landed.observed_at.strftime("%Y-%m-%d")
        for batch in split(landed, known, home):
            yield batch.append_column("captured_on", pa.array([day] * batch.num_rows, pa.string()))


def predict(gold: Path, out: Path) -> None:
    """Write what this tree's rulebook makes of every raw record, as JSON lines that score.py reads."""
    from tasks.clean.engine import FIELDS, Engine

    names = [field.name for field in FIELDS if field.name not in ("kind", "description", "is_agency")]
    labelled = [json.loads(line) for line in (gold / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    targets = sorted({(label["source"], label["file"].split("/")[0]) for label in labelled})
    engine = Engine()
    with tempfile.TemporaryDirectory() as home, out.open("w", encoding="utf-8") as file:
        for source, target in targets:
            for batch in records_of(source, gold / "raw" / target, Path(home)):
                for record, made in zip(batch.to_pylist(), engine.clean(batch).to_pylist(), strict=True):
                    good = record["reason"] is None and made["reason"] is None
                    labels = {"is_posting": good, **{name: made[name] if good else None for name in names}}
                    key = record["source_key"] or str(record["ordinal"])
                    file.write(json.dumps({"file": record["source_file"], "key": key, "labels": labels}) + "\n")


def score(tree: Path, gold: Path, by_source: bool, errors: str | None, folder: Path) -> tuple[Scores, list[str]]:
    """Predict with the code of `tree`, then ask score.py; the scores, and the misses of one field where asked for."""
    predictions = folder / "predictions.jsonl"
    run([sys.executable, "-c", RUN_HERE, __file__, "predict", str(gold), str(predictions)], tree)
    command = [sys.executable, str(gold / "score.py"), str(gold / "labels.jsonl"), "--predictions", str(predictions)]
    told = json.loads(run([*command, "--json", *(["--by", "source"] if by_source else [])], tree))
    if told["found"] != told["of"]:
        click.echo(f"only {told['found']} of {told['of']} labelled records have a row", err=True)
    misses = run([*command, "--errors", errors], tree).splitlines() if errors else []
    misses = misses[: next((i for i, line in enumerate(misses) if "gold records have a row" in line), 0)]
    return {(row["group"], row["field"]): row for row in told["fields"]}, misses


def run(command: list[str], tree: Path) -> str:
    """Run one of our own commands with `tree` as the working folder; its output. Exits with its complaint."""
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{' '.join(command[:4])} in {tree} failed:\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A detached worktree of `revision`, gone when the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        run(["git", "worktree", "add", "--detach", str(tree), revision], PROJECT)
        try:
            yield tree
        finally:
            run(["git", "worktree", "remove", "--force", str(tree)], PROJECT)


def table(scores: Scores, before: Scores | None) -> list[str]:
    """The scores as lines; with those of another revision, their F1 and the difference in points."""
    lines = [f"{'group':16}{'field':18}{'records':>8}{'precision':>11}{'recall':>9}{'F1':>9}{'exact':>9}"]
    lines[0] += f"{'F1 then':>10}{'points':>9}" if before is not None else ""
    for (group, field), now in scores.items():
        line = f"{group:16}{field:18}{now['records']:8}{now['precision']:11.3f}{now['recall']:9.3f}{now['f1']:9.3f}{now['exact']:9.3f}"
        then = (before or {}).get((group, field))
        if then is not None:
            line += f"{then['f1']:10.3f}{100 * (now['f1'] - then['f1']):+9.1f}"
        lines.append(line)
    groups = sorted({group for group, _ in scores}, key=lambda group: (group != "all", group))
    for group in groups:
        mean, then_mean = (mean_f1(each, group) for each in (scores, before or {}))
        more = f"{then_mean:10.3f}{100 * (mean - then_mean):+9.1f}" if before is not None else ""
        lines.append(f"{group:16}{'mean of fields':18}{'':8}{'':11}{'':9}{mean:9.3f}{'':9}{more}")
    return lines


def mean_f1(scores: Scores, group: str) -> float:
    """The plain mean of F1 over the fields of one group."""
    found = [row["f1"] for (name, _), row in scores.items() if name == group]
    return sum(found) / len(found) if found else 0.0


def measure(items: Path) -> dict[str, Any]:
    """CPU of cleaning a folder of Hacker News threads: first time, with memory, as a rerun; the floor; by field."""
    import pyarrow as pa

    from tasks.arrow_files import write_batches
    from tasks.clean.engine import Engine, clean_batches, rulebook_version
    from tasks.clean.memory import Memory
    from tasks.clean.step import BATCH_ROWS
    from tasks.ingest.form import SCHEMA as RECORDS

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        records = pa.Table.from_batches(list(records_of("hn", items, home)))
        write_batches(home / "records" / "all.arrow", RECORDS, records.drop_columns(["captured_on"]).to_batches())
        good = records.filter(pa.compute.is_null(records["reason"])).combine_chunks()
        batches = good.to_batches(BATCH_ROWS)
        cpu: dict[str, float] = {}
        for name in ("cold", "memory"):
            with Memory(home / "memory.duckdb", rulebook_version()) as memory:
                start = time.process_time()
                for _ in clean_batches(iter(batches), Engine(memory)):
                    pass
                cpu[name] = time.process_time() - start
        cpu["known"] = known_again(home, records)
        profile = profile_fields(batches)
        text = [payload for payload in records["payload"].to_pylist() if payload]
        return {
            "postings": good.num_rows, "payload_mb": sum(map(len, text)) / 1e6, "cpu": cpu, "floor": floor(home, records),
            "profile": profile, "peak_mib": {times: peak_mib(items, times) for times in (1, 4)},
        }  # fmt: skip


def known_again(home: Path, records: pa.Table) -> float:
    """CPU of the cleaning step's own work where the warehouse knows every content by this rulebook: keys, and no text."""
    import duckdb

    from tasks.arrow_files import dataset
    from tasks.clean.engine import rulebook_version
    from tasks.ingest.form import SCHEMA as RECORDS
    from tasks.load.plan import find_contents_to_clean, index_records
    from warehouse.dictionary import create_all

    with duckdb.connect(str(home / "known.duckdb"), config={"threads": "2"}) as con:
        con.execute(f"ATTACH '{home / 'scratch.duckdb'}' AS work")
        create_all(con)
        con.register("records", dataset(home / "records", RECORDS))
        con.execute(
            "CREATE TABLE work.captures AS SELECT DISTINCT capture_id, now() AS observed_at, source FROM records"
        )
        index_records(con)
        con.execute(
            """INSERT INTO curated.versions BY NAME
               SELECT DISTINCT ON (posting_id, content_id) posting_id, content_id, raw_id, seen_at AS valid_from,
                      $1 AS rulebook_version FROM work.keys WHERE reason IS NULL""",
            [rulebook_version()],
        )
        con.execute(
            """INSERT INTO curated.postings BY NAME
               SELECT DISTINCT ON (posting_id) posting_id, posting_id AS job_id, content_id, raw_id, source, source_file,
                      seen_at AS first_seen, seen_at AS last_seen, $1 AS rulebook_version
               FROM work.keys WHERE reason IS NULL ORDER BY posting_id, seen_at DESC, recency DESC, content_id DESC""",
            [rulebook_version()],
        )
        start = time.process_time()
        index_records(con)
        left = find_contents_to_clean(con, rulebook_version())
        spent = time.process_time() - start
    if left:
        raise click.ClickException(f"{left} of {records.num_rows} known contents would be cleaned again")
    return spent


def floor(home: Path, records: pa.Table) -> float:
    """CPU of DuckDB writing the same payloads from Parquet into a table, once."""
    import duckdb
    import pyarrow.parquet as pq

    pq.write_table(records.select(["payload"]), home / "payloads.parquet", compression="zstd")
    with duckdb.connect(str(home / "floor.duckdb"), config={"threads": "2"}) as con:
        start = time.process_time()
        con.execute("CREATE TABLE floor AS SELECT payload FROM read_parquet(?)", [str(home / "payloads.parquet")])
        con.execute("CHECKPOINT")
        return time.process_time() - start


def peak_mib(items: Path, copies: int) -> int:
    """Peak memory in MiB of a process that cleans the threads so many times over, every text made another by its number."""
    told = run([sys.executable, "-c", RUN_HERE, __file__, "grow", str(items), str(copies)], PROJECT)
    return int(told.split()[-1])


def grow(items: Path, copies: int) -> None:
    """Clean the threads `copies` times over as one stream into a file, and print the peak of this process in MiB."""
    import pyarrow as pa

    from tasks.arrow_files import write_batches
    from tasks.clean.engine import SCHEMA, Engine, clean_batches, rulebook_version
    from tasks.clean.memory import Memory

    def stream(home: Path) -> Iterator[pa.RecordBatch]:
        for copy in range(copies):
            for batch in records_of("hn", items, home):
                good = batch.filter(pa.compute.is_null(batch["reason"]))
                others = pa.array([f"{text} {copy}" for text in good["notice"].to_pylist()], pa.large_string())
                yield good.set_column(good.schema.get_field_index("notice"), "notice", others)

    with tempfile.TemporaryDirectory() as folder, Memory(Path(folder, "memory.duckdb"), rulebook_version()) as memory:
        write_batches(Path(folder, "out.arrow"), SCHEMA, clean_batches(stream(Path(folder)), Engine(memory)))
    # Not `ru_maxrss`: a child begins with what its parent had.
    told = Path("/proc/self/status").read_text(encoding="utf-8").split("VmHWM:", 1)[1]
    print(int(told.split()[0]) // 1024)


def profile_fields(batches: list[pa.RecordBatch]) -> dict[str, float]:
    """Microseconds a posting by field, first time and without memory; `(around)` is all that is no field's."""
    from tasks.clean.engine import Engine
    from tasks.collector import rare_collections

    spent: dict[str, float] = defaultdict(float)

    class Timed(Engine):
        """An engine with a clock."""

        def results_of(self, field: Field, columns: dict[str, list[Any]]) -> Any:
            start = time.process_time()
            results = super().results_of(field, columns)
            spent[field.name] += time.process_time() - start
            return results

    engine, start = Timed(), time.process_time()
    with rare_collections():
        for batch in batches:
            engine.clean(batch)
    spent["(around)"] = time.process_time() - start - sum(spent.values())
    rows = sum(batch.num_rows for batch in batches)
    return {name: 1e6 * seconds / rows for name, seconds in spent.items()}


def show_speed(found: dict[str, Any]) -> list[str]:
    """The measurements as lines."""
    words = {
        "cold": "first time",
        "memory": "new texts, known values (memory)",
        "known": "rerun: every content known, none cleaned",
    }
    rows = found["postings"]
    lines = [f"{rows:,} postings, {found['payload_mb']:.1f} million characters of payload"]
    lines.append(f"{'':42}{'CPU s':>9}{'postings/CPU s':>16}{'x floor':>9}")
    for name in SPEED_FIELDS:
        spent = found["cpu"][name]
        lines.append(f"{words[name]:42}{spent:9.3f}{rows / spent:16,.0f}{spent / found['floor']:9.1f}")
    lines.append(f"{'floor: DuckDB, Parquet to table':42}{found['floor']:9.3f}{rows / found['floor']:16,.0f}{1:9.1f}")
    peaks = ", ".join(f"{peak:,} MiB for {times * rows:,} postings" for times, peak in found["peak_mib"].items())
    lines += ["", f"peak memory: {peaks}"]
    lines += ["", "microseconds a posting, first time"]
    lines += [f"{name:20}{spent:9.1f}" for name, spent in sorted(found["profile"].items(), key=lambda kv: -kv[1])]
    return [*lines, f"{'all':20}{sum(found['profile'].values()):9.1f}"]


@click.command()
@click.argument("gold", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--compare", metavar="REV", help="Score this git revision too, and show the differences.")
@click.option("--by", type=click.Choice(["source"]), help="Scores by source as well.")
@click.option("--errors", metavar="FIELD", help="Print every miss of one field.")
@click.option("--speed", metavar="HN_ITEMS", type=click.Path(exists=True, path_type=Path), help="Measure the cost too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of tables.")
def main(
    gold: Path, compare: str | None, by: str | None, errors: str | None, speed: Path | None, as_json: bool
) -> None:
    """Score the rulebook against labelled records."""
    gold = gold.resolve()
    with tempfile.TemporaryDirectory() as folder:
        scores, misses = score(PROJECT, gold, by == "source", errors, Path(folder))
        before = None
        if compare:
            with checked_out(compare) as tree:
                before, _ = score(tree, gold, by == "source", None, Path(folder))
    cost = measure(speed) if speed else None
    if as_json:
        told = {"scores": list(scores.values()), "then": list(before.values()) if before else None, "speed": cost}
        click.echo(json.dumps(told, indent=1))
        return
    click.echo("\n".join([*misses, *table(scores, before), *(["", *show_speed(cost)] if cost else [])]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["predict"]:  # the call in a process of its own, see `score`
        sys.path.insert(0, str(Path.cwd()))
        predict(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["grow"]:  # and this one, see `peak_mib`
        sys.path.insert(0, str(Path.cwd()))
        grow(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
