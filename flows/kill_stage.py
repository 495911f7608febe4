"""What flows.kills starts from: input, prepared homes, and a process that has everything imported and forks runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROWS, DAYS = 300, 3
# Rewriting expressions takes a tenth of a run over so few rows, and changes no result.
PLAIN_PLANS = "SET disabled_optimizers = 'expression_rewriter,common_subexpressions,statistics_propagation'"
NO_CHART = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1"></svg>'

FEED = (
    "id,title,company,place,pay,posted\n"
    '1,Senior Data Engineer,Acme Inc.,"Austin, TX",$120k - $150k a year,2026-01-05\n'
    "2,Deep Learning Engineer,Bolt GmbH,Berlin,70.000 € im Jahr,2026-01-06\n"
    '3,Nurse,County Hospital,"Portland, ME",$38 an hour,2026-01-07\n'
)
MENDED = "4,Chef de Cuisine à Lyon,Café Brûlé,Lyon,,2026-01-08\n".encode("cp1252")
SOURCE = """
name: tiny
title: A tiny feed
format: csv
key: id
observed_at: '(\\d{4}-\\d{2}-\\d{2})'
columns: {title: title, company: company, locations: place, salary: pay, posted_on: posted}
required: [title]
"""


@dataclass(frozen=True)
class Scenario:
    """Where a chain starts, and what is run: the home is copied from `start`; `expected` is the undisturbed content."""

    name: str
    start: Path
    act: Callable[[Path], int]
    expected: Any
    cpu_seconds: float


class Stage:
    """A warm process: prepared homes, and forks of runs in them."""

    def __init__(self, folder: Path) -> None:
        """Make the input, import everything, and run once in this process so that forks are warm."""
        from expectations import data_docs
        from flows.kill_points import put

        self.folder = folder
        self.days = [folder / "days" / str(n) for n in range(1, DAYS + 1)]
        self.sources, self.mended = folder / "sources", folder / "mended"
        self.input()
        warm_up()
        put(data_docs, "write_docs", lambda *_: None)
        self.warm = folder / "warm"
        if self.first(self.warm) != 0:
            sys.exit("the first run of all did not end well")
        settle()

    def input(self) -> None:
        """A market over three days, and a small feed with a record that only a mended source can read."""
        from tasks.ingest.sources.sample.generate import generate

        market = self.folder / "market"
        generate(rows=ROWS, seed=7, days=DAYS, out=market)
        for place, more in ((self.sources, ""), (self.mended, "options: {encoding: cp1252}\n")):
            (place / "tiny").mkdir(parents=True)
            (place / "tiny" / "source.yml").write_text(SOURCE + more, encoding="utf-8")
        (self.folder / "tiny-2026-01-10.csv").write_bytes(FEED.encode("ascii", "replace") + MENDED)

    def run(self, home: Path, targets: list[str]) -> int:
        """The pipeline over targets."""
        from flows import pipeline, running

        request = running.Request(targets, str(home), str(self.sources), command="winnow run")
        return told(running.conduct(request, pipeline.walk))

    def first(self, home: Path) -> int:
        """The market and the feed."""
        return self.run(home, [f"sample={self.folder / 'market'}", f"tiny={self.folder / 'tiny-2026-01-10.csv'}"])

    def second(self, home: Path) -> int:
        """The same feed two days later, with a posting more and one gone."""
        later = self.folder / "tiny-2026-01-12.csv"
        if not later.exists():
            later.write_text("".join(FEED.splitlines(keepends=True)[:3]).replace("$120k", "$130k")
                             + "5,Baker,Crumb Ltd,Leeds,,2026-01-11\n", encoding="utf-8")  # fmt: skip
        return self.run(home, [f"tiny={self.folder / 'tiny-2026-01-10.csv'}", f"tiny={later}"])

    def replay(self, home: Path) -> int:
        """What waits in quarantine, read by the mended source."""
        from flows import replay, running

        request = running.Request([], str(home), str(self.mended), command="winnow replay")
        return told(running.conduct(request, replay.walk))

    def verdict(self, home: Path) -> int:
        """A person says that two postings are one job, and the same input comes again."""
        import duckdb

        from tasks.dedupe import verdicts

        with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
            a, b = (r[0] for r in con.execute(
                "SELECT posting_id FROM curated.postings WHERE source = 'tiny' ORDER BY source_key LIMIT 2").fetchall())  # fmt: skip
        verdicts.record(home, verdicts.Verdict("same", a, b, "somebody", "2026-01-11", "one opening", ""))
        return self.first(home)


def told(outcome: Any) -> int:
    """The exit code of a run, after its message: a fork prints into its log."""
    print(outcome.message, flush=True)
    return int(outcome.exit_code)


def warm_up() -> None:
    """Take Prefect off the steps and the chart off the report, and let nothing start threads that a fork would lose."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ["WINNOW_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import logging

    import duckdb
    import pyarrow as pa
    from great_expectations.data_context import AbstractDataContext
    from prefect import Task

    from flows import steps
    from flows.kill_points import put

    logging.disable(logging.WARNING)  # an error, as of a report that cannot be written, goes into a chain's log
    pa.set_cpu_count(1)
    sys.modules["vl_convert"] = SimpleNamespace(vegalite_to_svg=lambda _: NO_CHART)  # type: ignore[assignment]
    for name, value in list(vars(steps).items()):
        if isinstance(value, Task):
            put(steps, name, value.fn)
    # Great Expectations writes its settings, which nobody reads again, as YAML for every table it looks at
    put(AbstractDataContext, "_save_project_config", lambda _: None)
    configure_once()
    connect = duckdb.connect

    def connect_plainly(*args: Any, **kwargs: Any) -> Any:
        con = connect(*args, **kwargs)
        con.execute(PLAIN_PLANS)
        return con

    put(duckdb, "connect", connect_plainly)


def configure_once() -> None:
    """Let Great Expectations make an expectation's configuration once a question, not once for each of its twenty keys.

    It is the same configuration; making it takes a seventh of a run as small as these.
    """
    from great_expectations.expectations import expectation

    from flows.kill_points import put

    kind = expectation.Expectation
    make, ask = kind.configuration.fget, kind._get_runtime_kwargs
    asked: list[tuple[Any, Any]] = []

    def configuration(self: Any) -> Any:
        return asked[-1][1] if asked and asked[-1][0] is self else make(self)

    def runtime_kwargs(self: Any, runtime_configuration: Any = None) -> Any:
        asked.append((self, make(self)))
        try:
            return ask(self, runtime_configuration)
        finally:
            asked.pop()

    put(kind, "configuration", property(configuration))
    put(kind, "_get_runtime_kwargs", runtime_kwargs)
    put(expectation, "camel_to_snake", cache(expectation.camel_to_snake))


def settle() -> None:
    """No garbage collections in a fork: they would copy the pages of what is loaded, and a fork lives for seconds."""
    gc.collect()
    gc.freeze()
    gc.disable()
