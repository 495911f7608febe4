"""Kills runs at named and at random moments and proves that nothing is lost, doubled or half-done: `python -m flows.kills`.

Each chain starts from a prepared home: nothing loaded yet, a further day of a market, records to replay, or a human
verdict. A run is forked from a warm parent and ends by SIGKILL; the run after it is killed as well, more often than not;
the last one ends. Everything of the pipeline is real but Prefect around the steps, Data Docs (every check runs, nobody
renders them), and the one chart of a report, which is left out (its engine does not survive a fork).
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
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from flows.kill_stage import Scenario, Stage
from flows.kill_tally import Reach, Tally, print_tally, tally_of

GO_ON = 0.85  # chance that the run after a killed one is killed as well
LONGEST = 8  # kills in a row
LIMIT_SECONDS = 600.0  # a child that takes longer hangs
RECOVERY_SECONDS = 30.0  # of processor time: what the run after a kill may take
TICKS = os.sysconf("SC_CLK_TCK")


def forked(act: Callable[[], int], log: Path, kill_at_cpu: float | None = None) -> tuple[int, float, float]:
    """Run `act` in a fork. Returns what waitpid says (a negative signal or the exit code), wall and CPU seconds.

    With `kill_at_cpu` the child is killed once it has used that much processor time.
    """
    return waited(fork_off(act, log), kill_at_cpu)


def fork_off(act: Callable[[], int], log: Path) -> int:
    """The process id of a fork that runs `act`; what it prints goes to `log`, and its exit code is what `act` returns."""
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
    return child


def waited(child: int, kill_at_cpu: float | None = None) -> tuple[int, float, float]:
    """What became of a fork: see `forked`."""
    began = time.monotonic()
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
    """The scenarios, each with what an undisturbed run makes of it. The first was done before, and both must agree."""
    from flows import kill_laws

    empty, loaded = stage.folder / "start-empty", stage.folder / "start-loaded"
    empty.mkdir()
    [first] = undisturbed(stage.folder, {"first": stage.first}, empty)
    shutil.copytree(stage.folder / "undisturbed-first", loaded)
    before = kill_laws.content(stage.warm / "warehouse" / "winnow.duckdb")
    if differ := [table for table in first.expected if first.expected[table] != before.get(table)]:
        sys.exit(f"two undisturbed runs of first differ: {differ}")
    more: dict[str, Callable[[Path], int]] = {"second": stage.second, "replay": stage.replay, "verdict": stage.verdict}
    return [first, *undisturbed(stage.folder, more, loaded)]


def undisturbed(folder: Path, acts: dict[str, Callable[[Path], int]], start: Path) -> list[Scenario]:
    """Scenarios from one start, run in peace and at the same time."""
    from flows import kill_laws

    homes = {name: folder / f"undisturbed-{name}" for name in acts}
    for home in homes.values():
        shutil.copytree(start, home)
    logs = {name: folder / f"undisturbed-{name}.log" for name in acts}
    children = {name: fork_off(partial(act, homes[name]), logs[name]) for name, act in acts.items()}
    found = []
    for name, child in children.items():
        code, _, seconds = waited(child)
        if code != 0:
            sys.exit(f"the undisturbed run {name} ended with {code}: {logs[name].read_text(encoding='utf-8')}")
        expected = kill_laws.content(homes[name] / "warehouse" / "winnow.duckdb")
        found.append(Scenario(name, start, acts[name], expected, seconds))
    return found


def worker(scenarios: list[Scenario], seed: int, kills: int, each: int, keep: Path) -> None:
    """Chains until there are `kills` kills and every point was hit `each` times; the tally so far is in tally-SEED.json."""
    from flows.kill_points import POINTS, RANDOM

    tally, dice, reach = Tally(), random.Random(seed), Reach()
    number = 0
    while sum(tally.kills.values()) < kills or min(tally.kills[p] for p in [*POINTS, RANDOM]) < each:
        number += 1
        wanted = rarest(tally, dice, reach)
        fitting = [s for s in scenarios if s.name in scenarios_of(wanted)]
        fitting = [s for s in fitting if not reach.hopeless((s.name, wanted, False))] or fitting
        chain(dice.choice(fitting), wanted, dice, tally, reach, keep / f"{seed}-{number}")
        (keep / f"tally-{seed}.json").write_text(json.dumps(vars(tally)), encoding="utf-8")
        if len(tally.broken) > 20:
            break


def scenarios_of(point: str) -> tuple[str, ...]:
    """The scenarios in which a point comes."""
    from flows.kill_points import AGAIN, ALL, POINTS

    named = POINTS[point].scenarios if point in POINTS else ALL
    return ALL if named == (AGAIN,) else named


def rarest(
    tally: Tally, dice: random.Random, reach: Reach, scenario: str | None = None, story: Sequence[str] = ()
) -> str:
    """The point that was hit least so far, of those that can come after the kills of `story`."""
    from flows.kill_points import POINTS, RANDOM

    names = [p for p in [*POINTS, RANDOM] if comes(p, scenario, reach, story)]
    dice.shuffle(names)
    return min(names, key=lambda p: tally.kills[p] + tally.missed[p] / 4)


def comes(point: str, scenario: str | None, reach: Reach, story: Sequence[str]) -> bool:
    """Whether a run may come to a point, as far as is known: of a scenario, if one is named, after the kills of `story`.

    What has landed is not landed again, and a verdict is written once: a kill behind that leaves nothing to be killed there.
    """
    from flows.kill_points import AGAIN, ONCE, POINTS

    if point in POINTS and POINTS[point].scenarios == (AGAIN,):
        return bool(story)
    if point.startswith(ONCE) and not all(earlier.startswith(ONCE) for earlier in story):
        return False
    return scenario is None or (scenario in scenarios_of(point) and not reach.hopeless((scenario, point, bool(story))))


def chain(scenario: Scenario, point: str, dice: random.Random, tally: Tally, reach: Reach, place: Path) -> None:
    """Kills in a row, each looked at, and the run that ends; the folder stays where something is broken."""
    from flows import kill_laws

    home, ledger, log = place / "home", place / "ledger", place / "log"
    shutil.copytree(scenario.start, home)
    said = {"audited": {kill_laws.digest(home / "warehouse" / "winnow.duckdb")}, "started": set()}
    story: list[str] = []
    before = len(tally.broken)
    tally.chains[scenario.name] += 1
    while True:
        killed = kill(scenario, point, dice, tally, reach, bool(story), home, ledger, log)
        listen(ledger, said)
        story.append(point if killed else f"{point} (missed)")
        broken = kill_laws.broken_after_kill(home, said["audited"])
        tally.broken += [f"{place.name} {scenario.name} {story}: {what}" for what in broken]
        if not killed or len(story) >= LONGEST or dice.random() > GO_ON:
            break
        point = rarest(tally, dice, reach, scenario.name, story)
    tally.in_a_row[str(len(story))] += 1
    broken = []
    if killed:  # a run that ended before its kill was the recovery itself
        code, wall, cpu = forked(lambda: witnessed(scenario.act, home, ledger), log)
        listen(ledger, said)
        tally.recoveries += 1
        tally.worst_seconds, tally.worst_cpu_seconds = max(tally.worst_seconds, wall), max(tally.worst_cpu_seconds, cpu)
        broken += [f"the run after it ended with {code}"] if code else []
        broken += [f"recovery took {cpu:.1f} s"] if cpu > RECOVERY_SECONDS else []
        broken += kill_laws.broken_after_kill(home, said["audited"])
    if (home / "warehouse" / "winnow.duckdb").exists():
        broken += kill_laws.broken_at_end(home, scenario.expected, said["started"])
    else:
        broken.append("nothing was published in the end")
    tally.broken += [f"{place.name} {scenario.name} {story}: {what}" for what in broken]
    if len(tally.broken) == before:
        shutil.rmtree(place)


def kill(
    scenario: Scenario, point: str, dice: random.Random, tally: Tally, reach: Reach, again: bool, home: Path, ledger: Path, log: Path,
) -> bool:  # fmt: skip
    """Start a run and kill it at a point; False where the run ended before it came to it."""
    from flows.kill_points import POINTS, RANDOM

    place = (scenario.name, point, again)
    if point == RANDOM:
        code, _, _ = forked(lambda: witnessed(scenario.act, home, ledger), log, dice.uniform(0, scenario.cpu_seconds))
    else:
        known = POINTS[point]
        nth = reach.draw(place, known.calls, dice)
        code, _, _ = forked(lambda: witnessed(scenario.act, home, ledger, lambda: known.arm(nth)), log)
        reach.note(place, nth, killed=code == -signal.SIGKILL)
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


if __name__ == "__main__":
    main()
