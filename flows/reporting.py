"""After a run: its report, the index of all runs, Data Docs, and Prefect artifacts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from tasks.load import journal
from tasks.run import Run, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expectations.reports.matching import Told


def write_reports(run: Run) -> None:
    """reports/<run>/index.html with run.json beside it, and reports/index.html over all runs."""
    from expectations.reports.index import write_index
    from expectations.reports.run_report import write_run_report

    entry = {**run.entry(), "home": str(run.home), "warehouse_path": str(run.warehouse)}
    run.report.mkdir(parents=True, exist_ok=True)
    write_json(run.report / "run.json", entry)
    with shown_database(run) as con:
        write_run_report(con, entry, run.report, words_of)
    write_index(run.home, journal.read(run.warehouse))


def words_of(pair: dict[str, Any]) -> Told:
    """A decision of matching in the words of `winnow review`."""
    from expectations.reports.matching import Told
    from flows.review import AGAINST, DECIDED, in_words

    veto, decided_by = pair["veto"], str(pair["decided_by"])
    decided = AGAINST.get(veto, veto) if veto else DECIDED.get(decided_by, decided_by)
    return Told(str(decided), in_words(pair["evidence"] or {}))


@contextmanager
def shown_database(run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the report is about: the run's own copy where it was held back, else the published file, else nothing."""
    path = run.build if run.build.exists() else run.warehouse
    if path.exists() and not path.with_name(path.name + ".wal").exists():  # a log beside it belongs to nobody known
        with duckdb.connect(str(path), read_only=True) as con:
            yield con
    else:
        from warehouse.dictionary import create_all

        with duckdb.connect() as con:
            create_all(con)
            yield con


def create_artifacts(entry: dict[str, Any], home: Path) -> None:
    """Summary, checks and quarantine of a run as Prefect artifacts (inside a flow run only)."""
    from prefect.artifacts import create_markdown_artifact, create_table_artifact

    from expectations.reports.summary import checks_table, quarantine_table, run_markdown

    create_markdown_artifact(run_markdown(entry), key="winnow-run", description="What came in and what became of it")
    create_table_artifact(checks_table(entry), key="winnow-checks", description="Every check of this run")
    warehouse = home / "warehouse" / "winnow.duckdb"
    if warehouse.exists():
        with duckdb.connect(str(warehouse), read_only=True) as con:
            create_table_artifact(
                quarantine_table(con), key="winnow-quarantine", description="Records set aside, by source and reason"
            )
