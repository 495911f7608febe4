"""Measures what the gates cost inside a whole run: their share of its processor time.

    python -m flows.bench_share --rows 100000

A gate is whatever may hold or stop a batch: contracts and breakers of each source, the suites before loading, the suites of
the audit; their Data Docs are rendered within. The row mask sorts records and stops nothing: it is shown, and not counted.
The run is a real one from a made-up market to the published file and its report, without Prefect, whose own seconds would
only make the share smaller.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tasks.run import cpu_seconds

WANTED = 0.1  # of a run's processor time
GATES = {
    "contracts and breakers": ("tasks.validate.step", "judge_each_source"),
    "suites before loading": ("tasks.validate.step", "judge"),
    "suites of the audit": ("tasks.load.step", "judge"),
}
BESIDE = {
    "of these, Data Docs": ("expectations.data_docs", "write_docs"),
    "the row mask": ("tasks.validate.step", "apply_mask"),
}


def timed(name: str, place: tuple[str, str], spent: Counter[str]) -> None:
    """Note the processor time of every call of a function, of this process and of children that ended."""
    import importlib

    holder: Any = importlib.import_module(place[0])
    original = getattr(holder, place[1])

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        began = cpu_seconds()
        try:
            return original(*args, **kwargs)
        finally:
            spent[name] += cpu_seconds() - began  # type: ignore[assignment]  # a Counter of seconds

    setattr(holder, place[1], wrapped)


def run_once(market: Path, home: Path) -> tuple[dict[str, Any], float, Counter[str]]:
    """A whole run over a market: its journal entry, its processor seconds, and those of each gate."""
    from prefect import Task

    from flows import pipeline, running, steps

    spent: Counter[str] = Counter()
    for name, place in (GATES | BESIDE).items():
        timed(name, place, spent)
    for name, step in list(vars(steps).items()):
        if isinstance(step, Task):
            setattr(steps, name, step.fn)
    began = cpu_seconds()
    outcome = running.conduct(running.Request([f"sample={market}"], str(home), command="winnow run"), pipeline.walk)
    if outcome.exit_code != 0:
        sys.exit(outcome.message)
    return outcome.entry, cpu_seconds() - began, spent


def show(entry: dict[str, Any], whole: float, spent: Counter[str]) -> str:
    """The figures for people."""
    gates = sum(spent[name] for name in GATES)
    lines = [f"{entry['counts']['records']:,} records, {whole:,.1f} CPU seconds for the whole run"]
    lines += [f"  {step['step']:28}{step['cpu_seconds']:10,.1f}" for step in entry["steps"]]
    lines.append("gates")
    lines += [f"  {name:28}{spent[name]:10,.1f}{spent[name] / whole:8.1%}" for name in GATES]
    lines.append(f"  {'all':28}{gates:10,.1f}{gates / whole:8.1%}  (wanted: at most {WANTED:.0%})")
    lines += [f"  {name:28}{spent[name]:10,.1f}{spent[name] / whole:8.1%}" for name in BESIDE]
    return "\n".join(lines)


@click.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--days", default=5, show_default=True)
def main(rows: int, seed: int, days: int) -> None:
    """The share of a run of so many rows that the gates take."""
    from tasks.ingest.sources.sample.generate import generate

    folder = Path(tempfile.mkdtemp(prefix="winnow-gates-"))
    try:
        generate(rows=rows, seed=seed, days=days, out=folder / "market")
        (folder / "home").mkdir()
        click.echo(show(*run_once(folder / "market", folder / "home")))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
