"""Counts how often each breaker trips on the ordinary days of real feeds: what its threshold costs in false alarms.

    python -m flows.bench_gates FOLDER --source NAME [--show 20]

Every day of the folder goes through the tasks up to judging, in one run, and each is judged by the days before it. A day
that trips counts as accepted afterwards, as an operator would who looked and found it good.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.bench_history import new_run

if TYPE_CHECKING:
    from tasks.ingest.contract import Contract
    from tasks.run import Run
    from tasks.validate.profile import Day


def profile_folder(folder: Path, source: str, run: Run, sources: Path | None = None) -> list[Day]:
    """The days of a folder of one source with all their measures, oldest first."""
    from tasks.clean.step import clean_records
    from tasks.ingest.step import all_sources, capture_source, split_captures
    from tasks.validate import apply_mask
    from tasks.validate.profile import describe_batch, profile_days
    from tasks.validate.step import open_staged, set_aside
    from tasks.validate.turnover import compared_with_neighbours

    known = all_sources(sources)[source]
    kept = split_captures(run, [(known, capture) for capture in capture_source(run, known, str(folder))])
    if not kept:
        raise click.ClickException(run.failed[0]["message"])
    clean_records(run)
    with open_staged(run) as con:
        apply_mask(con)
        set_aside(con, run.rulebook)
        describe_batch(con)
        days = profile_days(con, run.run_id)
        before = None
        for day in days:
            if day.measures["whole"].value == 1.0:
                day.measures |= compared_with_neighbours(con, source, day.day, before)
                before = day.day
    return days


def count_alarms(days: list[Day], contract: Contract) -> tuple[Counter[str], Counter[str], list[str]]:
    """Days judged and days tripped by breaker, and a line for each trip."""
    from tasks.validate.breakers import BREAKERS, judge_day
    from tasks.validate.sources import nearest

    judged, tripped, lines = Counter[str](), Counter[str](), list[str]()
    for i, day in enumerate(days):
        past = nearest(days[:i], day.day)
        for breaker in BREAKERS:
            finding = judge_day(breaker, day, past)
            judged[breaker.name] += finding.judged
            tripped[breaker.name] += bool(finding.out)
            severity = contract.severity(breaker.name, breaker.severity)
            day.accepted |= bool(finding.out)
            for name, verdict in finding.out:
                told = f"{day.day} {breaker.name} ({severity}) {name}: expected {verdict.expected}, came {verdict.came}"
                lines.append(told)
    return judged, tripped, lines


@click.command(help=(__doc__ or "").split("\n")[0])
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--source", required=True, help="The source whose files these are.")
@click.option("--show", "first", default=20, show_default=True, help="Alarms to show.")
def main(folder: Path, source: str, first: int) -> None:
    """Replay, judge and print."""
    from tasks.ingest.step import all_sources
    from tasks.validate.breakers import BREAKERS

    start = time.process_time()
    with tempfile.TemporaryDirectory(prefix="winnow-gates-") as home:
        days = profile_folder(folder, source, new_run(Path(home)))
    judged, tripped, lines = count_alarms(days, all_sources(None)[source].checks)
    click.echo(f"{len(days)} days of {source}\n{'breaker':16}{'severity':10}{'judged':>8}{'tripped':>8}")
    for breaker in BREAKERS:
        click.echo(f"{breaker.name:16}{breaker.severity:10}{judged[breaker.name]:8}{tripped[breaker.name]:8}")
    click.echo("\n".join(lines[:first]))
    click.echo(f"{time.process_time() - start:.0f} CPU s")


if __name__ == "__main__":
    main()
