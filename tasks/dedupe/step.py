"""The matching step: which postings are one job."""

from __future__ import annotations

from dataclasses import asdict

import duckdb
import pyarrow as pa

from tasks.dedupe import match, verdicts
from tasks.ingest.step import all_sources
from tasks.load.journal import COUNTS
from tasks.load.publish import begin_build, disk_errors
from tasks.run import Run
from warehouse.connection import open_build
from warehouse.dictionary import create_all


def reopen_for_verdicts(run: Run) -> bool:
    """Where nothing came but people decided something: a private copy in which to match it; whether there is one."""
    if not run.warehouse.exists():
        return False
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        added, gone = verdicts.changed(con, verdicts.gather(run.home))
    if not added and not gone:
        return False
    begin_build(run.warehouse, run.run_id)
    with open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con:
        create_all(con)
        con.execute("CREATE OR REPLACE TABLE work.touched (posting_id VARCHAR)")
    run.counts = dict.fromkeys(COUNTS, 0)
    run.facts["verdicts"] = {"new": added, "taken_back": gone}
    return True


def match_jobs(run: Run) -> dict[str, object]:
    """Match the postings that this run touched; returns the matcher's own account of it."""
    with (
        disk_errors(run.build),
        open_build(run.build, run.scratch, memory_limit=run.memory_limit, threads=run.threads) as con,
    ):
        trust = [{"source": name, "trust": source.trust} for name, source in all_sources(run.sources_dir).items()]
        con.register("source_trust", pa.Table.from_pylist(trust))
        con.execute("CREATE OR REPLACE TABLE work.trust AS SELECT * FROM source_trust")
        con.unregister("source_trust")
        report = asdict(match(con, run.run_id, run.folder, home=run.home))
        follow_postings(con)
        note_blocks(con, run.run_id, report["overflow"])
    run.facts["matching"] = report
    return report


def note_blocks(con: duckdb.DuckDBPyConnection, run_id: str, overflow: dict[str, int]) -> None:
    """Keep what candidate search passed over where a reader can ask for it: pairs it hides are in no other table."""
    if overflow:  # nothing new to compare: no search was made
        con.executemany(
            "INSERT INTO audit.blocks VALUES ($1, $2, $3)", [[run_id, block, keys] for block, keys in overflow.items()]
        )


def follow_postings(con: duckdb.DuckDBPyConnection) -> None:
    """Jobs last as long as their postings: those merely seen again moved no job, but its dates.

    Where work.keys names the postings of this run's records, only their jobs are looked at.
    """
    known = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'work' AND schema_name = 'main' AND table_name = 'keys'"
    ).fetchall()[0][0]
    seen = "SEMI JOIN (SELECT job_id FROM curated.postings SEMI JOIN work.keys USING (posting_id)) AS s USING (job_id)"
    con.execute(
        f"""
        UPDATE curated.jobs AS j SET first_seen = n.first_seen, last_seen = n.last_seen
        FROM (
            SELECT job_id, min(first_seen) AS first_seen, max(last_seen) AS last_seen
            FROM curated.postings {seen if known else ""} GROUP BY job_id
        ) AS n
        WHERE n.job_id = j.job_id AND (j.first_seen, j.last_seen) IS DISTINCT FROM (n.first_seen, n.last_seen)
        """
    )
