"""Whether the order of arrival changes which postings are one job: matched at once, and batch by batch.

    python -m flows.bench_matching quality GOLD --keep FOLDER
    python -m flows.bench_order FOLDER/jobs_bench.duckdb --batches 10 --order shuffled --order newest-first

WAREHOUSE has been matched at once; its postings are matched anew in a warehouse of their own that gets them in batches.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click
import duckdb

from tasks.dedupe import match
from warehouse.connection import one
from warehouse.dictionary import create_all

ORDERS = {
    "as-seen": "first_seen, posting_id",
    "newest-first": "first_seen DESC, posting_id DESC",
    "shuffled": "hash(posting_id, 11)",
}
SAME = """
    WITH once AS (SELECT posting_id, m.job_id FROM whole.curated.job_members AS m),
    told AS (SELECT posting_id, o.job_id AS before, m.job_id AS after FROM once AS o JOIN curated.job_members AS m USING (posting_id)),
    whole_job AS (SELECT before, count(DISTINCT after) AS parts FROM told GROUP BY before),
    batch_job AS (SELECT after, count(DISTINCT before) AS parts FROM told GROUP BY after)
    SELECT count(*), count(*) FILTER (w.parts > 1 OR b.parts > 1), count(*) FILTER (before <> after)
    FROM told JOIN whole_job AS w USING (before) JOIN batch_job AS b USING (after)
"""


@click.command()
@click.argument("warehouse", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--batches", default=10, show_default=True)
@click.option("--order", "orders", multiple=True, type=click.Choice(list(ORDERS)), default=tuple(ORDERS))
def main(warehouse: Path, batches: int, orders: tuple[str, ...]) -> None:
    """How many postings are in another job when the same postings come in batches."""
    for order in orders:
        with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder, "batched.duckdb"))) as con:
            start = time.process_time()
            in_batches(con, warehouse, batches, ORDERS[order], Path(folder))
            every, other, renamed = one(con, SAME)
            click.echo(
                f"{order} in {batches} batches: {other:,} of {every:,} postings in a job of other members, "
                f"{renamed:,} under another job_id; {time.process_time() - start:.1f} CPU seconds"
            )


def in_batches(con: duckdb.DuckDBPyConnection, warehouse: Path, batches: int, order: str, folder: Path) -> None:
    """Match the postings of a warehouse in an empty one, batch by batch; `whole` stays attached."""
    con.execute("SET TimeZone = 'UTC'")
    create_all(con)
    path = str(warehouse).replace("'", "''")
    con.execute(f"ATTACH '{path}' AS whole (READ_ONLY); ATTACH ':memory:' AS work")
    con.execute("INSERT INTO curated.requisitions FROM whole.curated.requisitions")
    con.execute(
        f"CREATE TEMP TABLE turns AS SELECT posting_id, ntile({batches}) OVER (ORDER BY {order}) AS turn FROM whole.curated.postings"
    )
    for turn in range(1, batches + 1):
        con.execute(f"CREATE OR REPLACE TABLE work.touched AS SELECT posting_id FROM turns WHERE turn = {turn}")
        con.execute(
            "INSERT INTO curated.postings BY NAME SELECT * REPLACE (NULL AS job_id) FROM whole.curated.postings SEMI JOIN work.touched USING (posting_id)"
        )
        match(con, f"batch-{turn}", folder)


if __name__ == "__main__":
    main()
