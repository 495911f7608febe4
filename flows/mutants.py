"""Corrupts a good batch in a hundred ways, and takes a hundred good ones of other seeds: what is stopped, and by what.

    python -m flows.mutants [--clean 100] [--only TEXT] [--quick]

Every batch comes the day after a week of a made-up board's history and goes through capture, split, clean and judge. The
corruptions, and the check that is meant for each, are data: tests/tasks/validate/mutants/mutants.toml.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.bench_history import new_run
from flows.mutants_feed import Board, as_csv, first_board
from flows.mutants_ways import corrupt

if TYPE_CHECKING:
    from tasks.run import Run

DATA = Path(__file__).parent.parent / "tests" / "tasks" / "validate" / "mutants"
SOURCE = "steady"
HISTORY_DAYS, HISTORY_SEED = 8, 7
UNEXPLAINED = "nobody says why"
# Records set aside by reason: while splitting, by a rule or by the row mask.
REFUSED = """
SELECT coalesce(k.reason, r.reason) AS reason, count(*) FROM work.keys AS k
LEFT JOIN (SELECT DISTINCT ON (posting_id, content_id) * FROM work.rejected) AS r
  ON r.posting_id = k.posting_id AND r.content_id = k.content_id
WHERE coalesce(k.reason, r.reason) IS NOT NULL GROUP BY ALL
"""


@dataclass
class Outcome:
    """What became of one batch: whether it was stopped, by which checks, and the records set aside by reason."""

    stopped: bool = False
    checks: set[str] = field(default_factory=set)
    quarantined: Counter[str] = field(default_factory=Counter)

    @property
    def caught(self) -> set[str]:
        """Everything that spoke against the batch."""
        return self.checks | {f"quarantine.{reason}" for reason in self.quarantined}


def mutants() -> list[dict[str, Any]]:
    """The corruptions: name, `do` (ways with their arguments), `caught` (the check meant for it)."""
    found: list[dict[str, Any]] = tomllib.loads((DATA / "mutants.toml").read_text(encoding="utf-8"))["mutant"]
    return found


def silent() -> dict[str, str]:
    """Checks that no mutant sets off, and why."""
    told = tomllib.loads((DATA / "mutants.toml").read_text(encoding="utf-8"))["silent"]
    return {name: group["why"] for group in told for name in group["checks"]}


def make_history(home: Path) -> Board:
    """A home whose warehouse holds HISTORY_DAYS of the board; returns the board on its last day."""
    from tasks.clean.step import clean_records
    from tasks.load.step import finish_build, load_batch
    from tasks.validate.step import judge_records

    board = first_board(HISTORY_SEED)
    for number in range(HISTORY_DAYS):
        board = board.tomorrow(HISTORY_SEED + number) if number else board
        write_day(home, board, as_csv(board.rows))
    run = captured(home, home / "feed")
    clean_records(run)
    reason = judge_records(run)
    if reason or run.held:
        raise click.ClickException(f"the history itself is stopped: {reason or run.held[0]['reason']}")
    load_batch(run)
    finish_build(run)
    shutil.rmtree(run.folder)
    return board


def write_day(home: Path, board: Board, payload: bytes) -> Path:
    """A day's file of the board."""
    path = home / "feed" / f"steady-{board.day}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(payload)
    return path


def captured(home: Path, target: Path) -> Run:
    """A run with a target captured and split; failures are in run.failed."""
    from tasks.errors import SourceError
    from tasks.ingest.step import all_sources, capture_source, fail_source, split_captures

    run = new_run(home)
    run.sources_dir = DATA
    source = all_sources(DATA)[SOURCE]
    try:
        split_captures(run, [(source, each) for each in capture_source(run, source, str(target))])
    except SourceError as error:
        fail_source(run, source.name, error)
    return run


def judge_batch(history: Path, board: Board, payload: bytes, home: Path, *, suites: bool = True) -> Outcome:
    """One batch on a copy of the history: capture, split, clean, judge. `home` is made and must not exist."""
    from tasks.clean.step import clean_records
    from tasks.validate import apply_mask, judge, stop_reason
    from tasks.validate.step import judge_each_source, open_staged, set_aside

    for part in ("warehouse", "work"):
        shutil.copytree(history / part, home / part)
    run = captured(home, write_day(home, board, payload))
    if run.failed:
        return Outcome(True, {f"source.{failure['code']}" for failure in run.failed})
    clean_records(run)
    with open_staged(run) as con:
        apply_mask(con)
        set_aside(con, run.rulebook)
        refused = con.execute(REFUSED).fetchall()
        judge_each_source(run, con)
        results = judge(con, ("raw", "curated"), run.run_id) if suites and run.facts["captures"] else []
    checks = [*run.checks, *map(asdict, results)]
    against = {
        f"{check['suite']}.{check['expectation']}" for check in checks
        if not check["passed"] and (check["raised"] or check["severity"] in ("critical", "warning"))
    }  # fmt: skip
    stopped = bool(run.held or (results and stop_reason(results)))
    return Outcome(stopped, against, Counter(dict(refused)))


@click.command(help=(__doc__ or "").split("\n")[0])
@click.option("--clean", default=100, show_default=True, help="Good batches of other seeds.")
@click.option("--only", default="", help="Only mutants whose name holds this text.")
@click.option("--quick", is_flag=True, help="Without the suites of Great Expectations.")
def main(clean: int, only: str, quick: bool) -> None:
    """Run everything and print; exit code 1 where a mutant passed its check or a good batch was stopped."""
    start = time.process_time()
    wrong: list[str] = []
    caught_by: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="winnow-mutants-") as scratch:
        history = Path(scratch) / "history"
        board = make_history(history)
        for number, mutant in enumerate(each for each in mutants() if only in each["name"]):
            payload = corrupt(board.tomorrow(1000 + number), mutant["do"])
            outcome = judge_batch(history, board.tomorrow(0), payload, Path(scratch) / "home", suites=not quick)
            shutil.rmtree(Path(scratch) / "home")
            caught_by.update(outcome.caught)
            good = mutant["caught"] in outcome.caught
            others = sorted(outcome.caught - {mutant["caught"]})
            click.echo(f"{'ok  ' if good else 'LOST'} {mutant['name']:58} {mutant['caught']:38} {' '.join(others)}")
            wrong += [] if good else [mutant["name"]]
        stopped = 0
        for seed in range(2000, 2000 + clean):
            after = board.tomorrow(seed)
            outcome = judge_batch(history, after, as_csv(after.rows), Path(scratch) / "home", suites=not quick)
            shutil.rmtree(Path(scratch) / "home")
            stopped += outcome.stopped
            wrong += [f"clean batch {seed}: {sorted(outcome.checks)}"] if outcome.stopped else []
    click.echo(f"\n{len(mutants())} mutants, {clean} clean batches, {stopped} of them stopped")
    click.echo("\n".join(["caught by:", *(f"  {n:4} {name}" for name, n in caught_by.most_common())]))
    if not only and not quick:
        lines = never(caught_by)
        wrong += [line for line in lines if line.endswith(UNEXPLAINED)]
        click.echo("\n".join(["never caught anything:", *lines]))
    click.echo(
        "\n".join(["", "wrong:", *wrong] if wrong else ["", "every mutant was caught by the check meant for it"])
    )
    click.echo(f"{time.process_time() - start:.0f} CPU s")
    sys.exit(1 if wrong else 0)


def every_check() -> list[str]:
    """Every check that a batch meets before it is loaded, as Outcome names them."""
    from tasks.ingest.step import all_sources
    from tasks.validate.breakers import BREAKERS
    from tasks.validate.gates import load_suite
    from tasks.validate.mask import REASONS

    contract = all_sources(DATA)[SOURCE].checks
    promises = ["source_usable", "contract_rows", "contract_freshness"]
    promises += [f"contract_null_rate_{name}" for name in contract.null_rate]
    promises += [f"contract_type_{name}" for name in contract.types]
    return [
        *(f"sources.{name}" for name in (*promises, *(breaker.name for breaker in BREAKERS))),
        *(f"{suite}.{entry.name}" for suite in ("raw", "curated") for entry in load_suite(suite).entries),
        *(f"quarantine.{reason}" for reason in REASONS),
    ]


def never(caught_by: Counter[str]) -> list[str]:
    """A line for each check that no mutant set off, with the reason why none does."""
    told = silent()
    return [f"  {name}: {told.get(name, UNEXPLAINED)}" for name in every_check() if not caught_by[name]]


if __name__ == "__main__":
    main()
