"""Scores matching against known truth: real texts with known copies and near misses, and bare listings of three feeds.

    python -m flows.bench_matching quality GOLD_DIR [--erase 0.2] [--only jobs_bench] [--errors 20] [--keep FOLDER]

GOLD_DIR holds jobs_bench/ (records.parquet, truth.parquet) and duplicates/ (records.parquet). The records are cleaned by our
own rulebook, once a rulebook version (--cache), and matched by tasks.dedupe.match in a scratch warehouse. Pairs are counted
after clustering: precision, recall and F1 of pairs, and the share of hard negatives (pairs of a job and its near misses)
that were merged. Rows that nobody could tell apart are left out of the second line.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from tasks.dedupe import MatchReport

Codes = npt.NDArray[np.int64]
CLEANED_AT_ONCE = 1000
SEED = 7

# Where each field of the raw form stands in a set's records.
FORMS = {
    "jobs_bench": {
        "source_key": "source_job_id", "title": "title", "company": "company", "locations": "location",
        "description": "description", "salary": "salary", "requisition": "req_id", "posted_on": "posted_date",
    },
    "duplicates": {
        "source_key": "source_id", "title": "title", "company": "company", "locations": "location", "posted_on": "posted",
    },
}  # fmt: skip


class Score(NamedTuple):
    """Pairs of one reading of a set. `hard` and `hard_merged` are pairs of one family and two jobs."""

    name: str
    records: int
    true: int
    merged: int
    right: int
    hard: int
    hard_merged: int

    @property
    def precision(self) -> float:
        return self.right / self.merged if self.merged else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def line(self) -> str:
        """The score on one line."""
        hard = f"  hard negatives merged {self.hard_merged / self.hard:.3%} of {self.hard:,}" if self.hard else ""
        return (f"{self.name:24} records {self.records:7,}  pairs {self.true:8,}  P {self.precision:.4f}  "
                f"R {self.recall:.4f}  F1 {self.f1:.4f}{hard}")  # fmt: skip


def pairs(*columns: Codes) -> int:
    """How many pairs of rows agree in all columns."""
    if not len(columns[0]):
        return 0
    sizes = np.unique(np.stack(columns), axis=1, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def codes(values: Any) -> Codes:
    """Values as numbers: equal values, equal numbers."""
    out: Codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)[1].astype(np.int64)
    return out


def score(name: str, truth: Codes, made: Codes, family: Codes | None = None) -> Score:
    """Count one reading: what is one job, what was made one, and which rows are near misses of each other."""
    true, right = pairs(truth), pairs(truth, made)
    hard = merged = 0
    if family is not None:
        hard = pairs(family) - pairs(family, truth)
        merged = pairs(family, made) - pairs(family, truth, made)
    return Score(name, len(truth), true, pairs(made), right, hard, merged)


def score_listings(name: str, truth: Codes, made: Codes, reading: Codes, source: Codes | None = None) -> Score:
    """Count bare listings; two jobs that read the same cannot be told apart, so that merging them is not counted.

    With `source`, pairs across sources alone.
    """

    def count(*columns: Codes) -> int:
        return pairs(*columns) - (pairs(*columns, source) if source is not None else 0)

    excused = count(made, reading) - count(truth, made, reading)
    return Score(name, len(truth), count(truth), count(made) - excused, count(truth, made), 0, 0)


# Cleaning, once a rulebook version


def raw_forms(records: pa.Table, form: dict[str, str]) -> Iterator[pa.RecordBatch]:
    """Records as the engine wants them."""
    from tasks.ingest.form import FORM, LISTS
    from tasks.ingest.ids import posting_id

    for batch in records.to_batches(CLEANED_AT_ONCE):
        rows = batch.to_pylist()
        out: dict[str, Any] = {
            "raw_id": [str(row["row"]) for row in rows], "capture_id": ["bench"] * len(rows),
            "source": [row["source"] for row in rows], "content_id": [str(row["row"]) for row in rows],
            "posting_id": [posting_id(row["source"], str(row[form["source_key"]])) for row in rows],
            "captured_on": [str(row.get("fetched_at") or "2026-06-01") for row in rows],
        }  # fmt: skip
        for name in FORM:
            values = [None if row.get(form.get(name, "")) is None else str(row[form[name]]) for row in rows]
            if name in LISTS:
                out[name] = pa.array([[v] if v else None for v in values], pa.list_(pa.string()))
            else:
                out[name] = pa.array(values, pa.large_string())
        yield pa.record_batch(out)


def cleaned(records: pa.Table, form: dict[str, str], path: Path) -> Path:
    """What the rulebook makes of the records, as Parquet at `path`, where it is not there already."""
    import pyarrow.parquet as pq

    from tasks.clean.engine import SCHEMA, Engine, clean_batches

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer:
            for batch in clean_batches(raw_forms(records, form), Engine()):
                writer.write_batch(batch)
        draft.replace(path)
    return path


def read_records(gold: Path, name: str) -> pa.Table:
    """The records of a set with `row`, their place in it."""
    with duckdb.connect() as con:
        source = con.read_parquet(str(gold / name / "records.parquet"))
        return source.project("row_number() OVER () - 1 AS row, *").to_arrow_table()


def erase(records: pa.Table, share: float, seed: int) -> pa.Table:
    """The records in which a place or an employer is wiped out, each with the given probability; only those."""
    chooser = random.Random(seed)
    wiped = {name: [chooser.random() < share for _ in range(records.num_rows)] for name in ("location", "company")}
    for name, gone in wiped.items():
        kept = [None if lost else value for lost, value in zip(gone, records[name].to_pylist(), strict=True)]
        records = records.set_column(records.schema.get_field_index(name), name, pa.array(kept, pa.string()))
    return records.filter(pa.array([any(gone) for gone in zip(*wiped.values(), strict=True)]))


def prepare(gold: Path, name: str, cache: Path, share: float, seed: int) -> list[Path]:
    """The cleaned files of a set; a later one replaces rows of those before it."""
    from tasks.clean.engine import rulebook_version

    records, form, version = read_records(gold, name), FORMS[name], rulebook_version()
    identity = blake2b(str(gold.resolve()).encode(), digest_size=4).hexdigest()
    files = [cleaned(records, form, cache / f"{name}-{identity}-{version}.parquet")]
    if share:
        wiped = erase(records, share, seed)
        files.append(cleaned(wiped, form, cache / f"{name}-{identity}-{version}-erased-{share}-{seed}.parquet"))
    return files


# Matching


def match_all(con: duckdb.DuckDBPyConnection, gold: Path, name: str, files: list[Path], folder: Path) -> MatchReport:
    """Fill a new warehouse with the cleaned postings, the newest record of each, and match them; the matcher's report.

    Makes the temporary table bench_rows(row, posting_id).
    """
    from tasks.dedupe import match
    from warehouse.dictionary import create_all

    create_all(con)
    con.execute("CREATE TEMP TABLE bench_cleaned AS SELECT *, 0 AS turn FROM read_parquet(?)", [str(files[0])])
    for file in files[1:]:
        con.execute("DELETE FROM bench_cleaned WHERE raw_id IN (SELECT raw_id FROM read_parquet(?))", [str(file)])
        con.execute("INSERT INTO bench_cleaned SELECT *, 1 AS turn FROM read_parquet(?)", [str(file)])
    con.execute("CREATE TEMP TABLE bench_rows AS SELECT raw_id::BIGINT AS row, posting_id FROM bench_cleaned")
    records = read_records(gold, name)
    seen = "fetched_at::TIMESTAMPTZ" if "fetched_at" in records.schema.names else "TIMESTAMPTZ '2026-06-01'"
    con.register("bench_records", records)
    con.execute(
        f"""
        INSERT INTO curated.postings BY NAME
        SELECT DISTINCT ON (posting_id) c.posting_id, raw_id, content_id, c.source, 'bench' AS source_file,
               r.{FORMS[name]["source_key"]}::VARCHAR AS source_key, url, c.title AS title_listed, titles[1] AS title, titles, company_listed, c.company,
               company_id, is_agency, places_listed, locations, seniority, role_family, employment_type, workplace, c.salary,
               salary_year_usd_min, salary_year_usd_max, technologies, deep_learning, machine_learning, language, c.description,
               requisition, posted_on::DATE AS posted_on, min({seen}) OVER own AS first_seen, max({seen}) OVER own AS last_seen,
               change_ids, 'bench' AS rulebook_version
        FROM bench_cleaned AS c JOIN bench_records AS r ON r.row = c.raw_id::BIGINT
        WHERE c.reason IS NULL
        WINDOW own AS (PARTITION BY c.posting_id) ORDER BY posting_id, {seen} DESC, r.row DESC
        """
    )
    con.execute(
        f"""
        INSERT INTO curated.sightings BY NAME
        SELECT posting_id, 'bench' AS capture_id, raw_id, c.source, content_id, {seen} AS seen_at, false AS listed_closed, 'new' AS outcome
        FROM bench_cleaned AS c JOIN bench_records AS r ON r.row = c.raw_id::BIGINT WHERE c.reason IS NULL
        """
    )
    con.unregister("bench_records")
    con.execute(
        """
        INSERT INTO curated.requisitions BY NAME
        SELECT DISTINCT posting_id, content_id, requisition
        FROM (SELECT posting_id, content_id, unnest([requisition, requisition_named]) AS requisition FROM bench_cleaned WHERE reason IS NULL)
        WHERE requisition IS NOT NULL
        """
    )
    con.execute("ATTACH ':memory:' AS work; CREATE TABLE work.touched AS SELECT posting_id FROM curated.postings")
    return match(con, "bench", folder)


def jobs_of(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The job of each row of the set, in its order; a row whose record was refused is a job of its own."""
    rows = con.execute(
        """SELECT coalesce(job_id, 'alone-' || row) FROM bench_rows
           LEFT JOIN (SELECT posting_id, job_id FROM curated.postings) USING (posting_id) ORDER BY row"""
    ).fetchall()
    return [row[0] for row in rows]


def score_copies(gold: Path, made: list[str], halves: bool) -> list[Score]:
    """Scores of jobs_bench. Halves are those of the families: what is tuned on one is checked on the other."""
    with duckdb.connect() as con:
        truth = con.execute(
            """SELECT t.cluster_id, t.family_id, t.ambiguous FROM (
                   SELECT row_number() OVER () AS row, rec_id FROM read_parquet($1)) AS r
               JOIN read_parquet($2) AS t USING (rec_id) ORDER BY r.row""",
            [str(gold / "jobs_bench" / "records.parquet"), str(gold / "jobs_bench" / "truth.parquet")],
        ).fetchnumpy()
    job, family, ours = codes(truth["cluster_id"]), codes(truth["family_id"]), codes(made)
    clear = ~np.asarray(truth["ambiguous"], dtype=bool)
    parts = {"": np.ones(len(job), dtype=bool)}
    if halves:
        even = np.array([blake2b(str(f).encode(), digest_size=1).digest()[0] % 2 == 0 for f in truth["family_id"]])
        parts = {**parts, ", first half": even, ", second half": ~even}
    return [
        score(f"{name}{part}", job[keep & rows], ours[keep & rows], family[keep & rows])
        for part, rows in parts.items()
        for name, keep in (("all", np.ones(len(job), dtype=bool)), ("unambiguous", clear))
    ]


def score_feeds(gold: Path, made: list[str]) -> list[Score]:
    """Scores of duplicates: every pair, and pairs across sources. Rows without a requisition take part unscored."""
    records = read_records(gold, "duplicates").to_pylist()
    known = [i for i, row in enumerate(records) if row["job"] is not None]
    with duckdb.connect() as con:
        told = pa.table(
            {"text": [" | ".join(str(records[i][n] or "") for n in ("company", "title", "location")) for i in known]}
        )
        con.register("told", told)
        reading = con.execute(
            r"SELECT trim(regexp_replace(lower(text), '[^\pL\pN]+', ' ', 'g')) FROM told"
        ).fetchnumpy()
    truth, ours = codes([records[i]["job"] for i in known]), codes([made[i] for i in known])
    read, source = codes(next(iter(reading.values()))), codes([records[i]["source"] for i in known])
    return [
        score_listings("all pairs", truth, ours, read),
        score_listings("across sources", truth, ours, read, source),
    ]


@click.group()
def main() -> None:
    """Benchmarks of matching; nothing here is a test."""


@main.command()
@click.argument("gold", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", type=click.Choice(list(FORMS)), help="One set alone.")
@click.option(
    "--erase", "share", default=0.0, help="Wipe out this share of places and of employers of jobs_bench first."
)
@click.option("--seed", default=SEED, show_default=True, help="Which ones are wiped out.")
@click.option("--halves", is_flag=True, help="Scores of each half of the families as well.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    help="Where cleaned records are kept. [default: in the temporary folder]",
)
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the matched warehouses in this folder.")
def quality(
    gold: Path, only: str | None, share: float, seed: int, halves: bool, cache: Path | None, keep: Path | None
) -> None:
    """Precision and recall of jobs on records whose jobs are known."""
    cache = cache or Path(tempfile.gettempdir(), "winnow-bench-matching")
    for name in [only] if only else list(FORMS):
        files = prepare(gold, name, cache, share if name == "jobs_bench" else 0.0, seed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "scratch.duckdb")
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                path = keep / f"{name}{f'-erased-{share}' if share and name == 'jobs_bench' else ''}.duckdb"
                path.unlink(missing_ok=True)
            with duckdb.connect(str(path)) as con:
                con.execute("SET TimeZone = 'UTC'")
                start = time.process_time()
                report = match_all(con, gold, name, files, Path(folder))
                spent = time.process_time() - start
                made = jobs_of(con)
            click.echo(f"{name}: {report.touched:,} postings, {report.jobs:,} jobs, {spent:.1f} CPU seconds")
            scores = score_copies(gold, made, halves) if name == "jobs_bench" else score_feeds(gold, made)
            click.echo("\n".join(each.line() for each in scores))


if __name__ == "__main__":
    main()
