"""Kills runs at named and at random moments and proves that nothing is lost, doubled or half-done: `python -m flows.kills`.

Each chain starts from a prepared home: nothing loaded yet, a further day of a market, records to replay, or a human
verdict. A run is forked from a warm parent and ends by SIGKILL; the run after it is killed as well, more often than not;
the last one ends. Everything of the pipeline is real but Prefect around the steps, and the one chart of a report, which
is left out (its engine does not survive a fork).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

GO_ON = 0.55  # chance that the run after a killed one is killed as well
LONGEST = 5  # kills in a row
LIMIT_SECONDS = 600.0  # a child that takes longer hangs
RECOVERY_SECONDS = 30.0  # of processor time: what the run after a kill may take
NO_CHART = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1"></svg>'
TICKS = os.sysconf("SC_CLK_TCK")
ROWS, DAYS = 300, 3

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


@dataclass
class Tally:
    """What came of it all: kills and misses by point, chains by scenario, the worst recovery, and what was broken."""

    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    chains: Counter[str] = field(default_factory=Counter)
    in_a_row: Counter[str] = field(default_factory=Counter)
    recoveries: int = 0
    worst_seconds: float = 0.0
    worst_cpu_seconds: float = 0.0
    broken: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another's figures in."""
        for name in ("kills", "missed", "chains", "in_a_row"):
            getattr(self, name).update(getattr(other, name))
        self.recoveries += other.recoveries
        self.worst_seconds = max(self.worst_seconds, other.worst_seconds)
        self.worst_cpu_seconds = max(self.worst_cpu_seconds, other.worst_cpu_seconds)
        self.broken += other.broken


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
        self.folder = folder
        self.days = [folder / "days" / str(n) for n in range(1, DAYS + 1)]
        self.sources, self.mended = folder / "sources", folder / "mended"
        self.input()
        warm_up()
        self.walk_once(folder / "warm")

    def input(self) -> None:
        """A market over three days, and a small feed with a record that only a mended source can read."""
        from tasks.ingest.sources.sample.generate import generate

        market = self.folder / "market"
        generate(rows=ROWS, seed=7, days=DAYS, out=market)
        for place, more in ((self.sources, ""), (self.mended, "options: {encoding: cp1252}\n")):
            (place / "tiny").mkdir(parents=True)
            (place / "tiny" / "source.yml").write_text(SOURCE + more, encoding="utf-8")
        (self.folder / "tiny-2026-01-10.csv").write_bytes(FEED.encode("ascii", "replace") + MENDED)

    def walk_once(self, home: Path) -> None:
        """A whole run in this very process: what it loads stays loaded in every fork."""
        self.run(home, ["sample=" + str(self.folder / "market")])

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

    import pyarrow as pa
    from prefect import Task

    from flows import steps
    from flows.kill_points import put

    logging.disable(logging.CRITICAL)
    pa.set_cpu_count(1)
    sys.modules["vl_convert"] = SimpleNamespace(vegalite_to_svg=lambda _: NO_CHART)  # type: ignore[assignment]
    for name, value in list(vars(steps).items()):
        if isinstance(value, Task):
            put(steps, name, value.fn)


def forked(act: Callable[[], int], log: Path, kill_at_cpu: float | None = None) -> tuple[int, float, float]:
    """Run `act` in a fork. Returns what waitpid says (a negative signal or the exit code), wall and CPU seconds.

    With `kill_at_cpu` the child is killed once it has used that much processor time.
    """
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1), os.dup2(out, 2)
            code = act()
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)
    while True:
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            seconds = used.ru_utime + used.ru_stime
            return os.waitstatus_to_exitcode(status), time.monotonic() - began, seconds
        if time.monotonic() - began > LIMIT_SECONDS or (kill_at_cpu is not None and cpu_of(child) >= kill_at_cpu):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            kill_at_cpu = None
        time.sleep(0.004)


def cpu_of(pid: int) -> float:
    """Processor seconds that a process has used so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def witnessed(act: Callable[[Path], int], home: Path, ledger: Path, arm: Callable[[], None] | None = None) -> int:
    """In the child: note which runs start and which files are audited, arm the kill, and act."""
    from flows import kill_laws, steps
    from flows.kill_points import around
    from tasks.load import step as load

    def say(*words: str) -> None:
        with ledger.open("a", encoding="utf-8") as file:
            file.write(" ".join(words) + "\n")

    passed: list[bool] = []

    def audit(original: Any, args: Any, kwargs: Any) -> Any:
        reason = original(*args, **kwargs)
        passed.append(reason is None)
        return reason

    def publish(original: Any, args: Any, kwargs: Any) -> Any:
        if passed == [True]:
            say("audited", kill_laws.digest(args[0]))
        return original(*args, **kwargs)

    def start(original: Any, args: Any, kwargs: Any) -> Any:
        say("started", args[0].run_id)
        return original(*args, **kwargs)

    around(steps, "audit", audit)
    around(load, "publish_build", publish)
    for name in ("capture", "split_waiting"):
        around(steps, name, start)
    if arm is not None:
        arm()
    return act(home)


def prepare(stage: Stage) -> list[Scenario]:
    """The scenarios, each with what an undisturbed run makes of it; the first is done twice, and both must agree."""
    from flows import kill_laws

    empty, loaded = stage.folder / "start-empty", stage.folder / "start-loaded"
    empty.mkdir()
    found = []
    for name, start, act in (
        ("first", empty, stage.first), ("second", loaded, stage.second),
        ("replay", loaded, stage.replay), ("verdict", loaded, stage.verdict),
    ):  # fmt: skip
        contents, seconds = [], 0.0
        for n in range(2 if name == "first" else 1):
            home = stage.folder / f"undisturbed-{name}-{n}"
            shutil.copytree(start, home)
            code, _, seconds = forked(partial(act, home), stage.folder / f"{home.name}.log")
            if code != 0:
                log = (stage.folder / f"{home.name}.log").read_text(encoding="utf-8")
                sys.exit(f"the undisturbed run {name} ended with {code}: {log}")
            contents.append(kill_laws.content(home / "warehouse" / "winnow.duckdb"))
            if name == "first" and n == 0:
                shutil.copytree(home, loaded)
        if contents[0] != contents[-1]:
            sys.exit(
                f"two undisturbed runs of {name} differ: {[t for t in contents[0] if contents[0][t] != contents[-1][t]]}"
            )
        found.append(Scenario(name, start, act, contents[0], seconds))
    return found


def worker(scenarios: list[Scenario], seed: int, kills: int, each: int, keep: Path) -> None:
    """Chains until there are `kills` kills and every point was hit `each` times; the tally so far is in tally-SEED.json."""
    from flows.kill_points import POINTS, RANDOM

    tally, dice = Tally(), random.Random(seed)
    number = 0
    while sum(tally.kills.values()) < kills or min(tally.kills[p] for p in [*POINTS, RANDOM]) < each:
        number += 1
        wanted = rarest(tally, dice)
        fitting = [s for s in scenarios if s.name in scenarios_of(wanted)]
        chain(dice.choice(fitting), wanted, dice, tally, keep / f"{seed}-{number}")
        (keep / f"tally-{seed}.json").write_text(json.dumps(vars(tally)), encoding="utf-8")
        if len(tally.broken) > 20:
            break


def scenarios_of(point: str) -> tuple[str, ...]:
    """The scenarios in which a point comes."""
    from flows.kill_points import AGAIN, ALL, POINTS

    named = POINTS[point].scenarios if point in POINTS else ALL
    return ALL if named == (AGAIN,) else named


def rarest(tally: Tally, dice: random.Random, scenario: str | None = None, *, again: bool = False) -> str:
    """The point that was hit least so far, of those that can come."""
    from flows.kill_points import AGAIN, POINTS, RANDOM

    names = [p for p in [*POINTS, RANDOM] if (scenario is None or scenario in scenarios_of(p))
             and (again or p not in POINTS or POINTS[p].scenarios != (AGAIN,))]  # fmt: skip
    dice.shuffle(names)
    return min(names, key=lambda p: tally.kills[p] + tally.missed[p] / 4)


def chain(scenario: Scenario, point: str, dice: random.Random, tally: Tally, place: Path) -> None:
    """Kills in a row, each looked at, and the run that ends; the folder stays where something is broken."""
    from flows import kill_laws

    home, ledger, log = place / "home", place / "ledger", place / "log"
    shutil.copytree(scenario.start, home)
    said = {"audited": {kill_laws.digest(home / "warehouse" / "winnow.duckdb")}, "started": set()}
    story, before = [], len(tally.broken)
    tally.chains[scenario.name] += 1
    while True:
        killed = kill(scenario, point, dice, tally, home, ledger, log)
        listen(ledger, said)
        story.append(point if killed else f"{point} (missed)")
        broken = kill_laws.broken_after_kill(home, said["audited"])
        tally.broken += [f"{place.name} {scenario.name} {story}: {what}" for what in broken]
        if not killed or len(story) >= LONGEST or dice.random() > GO_ON:
            break
        point = rarest(tally, dice, scenario.name, again=True)
    tally.in_a_row[str(len(story))] += 1
    code, wall, cpu = forked(lambda: witnessed(scenario.act, home, ledger), log)
    listen(ledger, said)
    tally.recoveries += 1
    tally.worst_seconds, tally.worst_cpu_seconds = max(tally.worst_seconds, wall), max(tally.worst_cpu_seconds, cpu)
    broken = [f"the run after it ended with {code}"] if code else []
    broken += [f"recovery took {cpu:.1f} s"] if cpu > RECOVERY_SECONDS else []
    broken += kill_laws.broken_after_kill(home, said["audited"])
    if (home / "warehouse" / "winnow.duckdb").exists():
        broken += kill_laws.broken_at_end(home, scenario.expected, said["started"])
    tally.broken += [f"{place.name} {scenario.name} {story}: {what}" for what in broken]
    if len(tally.broken) == before:
        shutil.rmtree(place)


def kill(
    scenario: Scenario, point: str, dice: random.Random, tally: Tally, home: Path, ledger: Path, log: Path
) -> bool:
    """Start a run and kill it at a point; False where the run ended before it came to it."""
    from flows.kill_points import POINTS, RANDOM

    if point == RANDOM:
        code, _, _ = forked(lambda: witnessed(scenario.act, home, ledger), log, dice.uniform(0, scenario.cpu_seconds))
    else:
        known = POINTS[point]
        nth = dice.randint(1, known.calls) if not tally.missed[point] or dice.random() < 0.5 else 1
        code, _, _ = forked(lambda: witnessed(scenario.act, home, ledger, lambda: known.arm(nth)), log)
    killed = code == -signal.SIGKILL
    (tally.kills if killed else tally.missed)[point] += 1
    if not killed and code != 0:
        tally.broken.append(f"{log.parent.name} {scenario.name} {point}: a run that was not killed ended with {code}")
    return killed


def listen(ledger: Path, said: dict[str, set[str]]) -> None:
    """What the children noted; a torn last line was not said."""
    for line in ledger.read_text(encoding="utf-8").split("\n")[:-1] if ledger.exists() else []:
        verb, _, value = line.partition(" ")
        said[verb].add(value)


def main() -> None:
    """Prepare, kill in as many processes as asked for, and print what came of it. Exit code 1 where a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--each", type=int, default=0, help="go on until every point was hit this often")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="keep what is broken here (default: a folder that is removed)")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="winnow-kills-") as scratch:
        stage = Stage(Path(scratch))
        scenarios = prepare(stage)
        keep = asked.out or Path(scratch) / "chains"
        keep.mkdir(parents=True, exist_ok=True)
        tally = share_out(scenarios, asked, keep)
    print_tally(tally, time.monotonic() - began)
    sys.exit(1 if tally.broken else 0)


def share_out(scenarios: list[Scenario], asked: argparse.Namespace, keep: Path) -> Tally:
    """The chains, divided among forks of this process."""
    children = []
    for n in range(asked.workers):
        seed = asked.seed * 100 + n
        out = keep / f"tally-{seed}.json"
        kills, each = (-(-wanted // asked.workers) for wanted in (asked.kills, asked.each))
        child = os.fork()
        if child == 0:
            code = 1
            try:
                worker(scenarios, seed, kills, each, keep)
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        children.append((child, out))
    total = Tally()
    for child, out in children:
        _, status = os.waitpid(child, 0)
        if status:
            total.broken.append("a worker failed: see above")
        else:
            total.add(tally_of(json.loads(out.read_text(encoding="utf-8"))))
    return total


def tally_of(told: dict[str, Any]) -> Tally:
    """A worker's tally from its JSON."""
    counters = {name: Counter(told[name]) for name in ("kills", "missed", "chains", "in_a_row")}
    return Tally(**{**told, **counters})


def print_tally(tally: Tally, seconds: float) -> None:
    """Counts by point and the verdict."""
    for point, count in sorted(tally.kills.items()):
        print(f"{count:6} {point}")
    print(f"{sum(tally.kills.values()):6} kills in {sum(tally.chains.values())} chains "
          f"({', '.join(f'{n} {name}' for name, n in sorted(tally.chains.items()))}), "
          f"{sum(tally.missed.values())} runs ended before the kill")  # fmt: skip
    print(
        f"{tally.recoveries:6} recoveries, the longest {tally.worst_seconds:.1f} s ({tally.worst_cpu_seconds:.1f} s CPU)"
    )
    print(f"       {seconds:.0f} s in all")
    for what in tally.broken:
        print(f"BROKEN {what}")
    print("nothing lost, doubled or half-done" if not tally.broken else f"{len(tally.broken)} BROKEN")


if __name__ == "__main__":
    main()
