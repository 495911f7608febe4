"""Human verdicts: pairs of postings that are the same job, or not, whatever the evidence says.

A file has one line a verdict: `verdict` (same | different), the two posting ids, who, when, why. decisions.csv in this
folder holds the verdicts that everybody shares, decisions.csv in a home those of that home (`winnow review` writes them).
Both count alike: where they disagree nothing is guessed. A line taken out is a verdict taken back: the clusters it
touched are worked out anew in the next run.
"""

from __future__ import annotations

import csv
import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from tasks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import duckdb

DECISIONS = Path(__file__).parent / "decisions.csv"
COLUMNS = ("verdict", "posting_a", "posting_b", "decided_by", "decided_on", "why")
VERDICTS = ("same", "different")

Pair = tuple[str, str]


class Verdict(NamedTuple):
    """One line of a file, and where it stands."""

    verdict: str
    posting_a: str
    posting_b: str
    decided_by: str
    decided_on: str
    why: str
    where: str

    @property
    def pair(self) -> Pair:
        """Both ids, the lesser first."""
        return min(self.posting_a, self.posting_b), max(self.posting_a, self.posting_b)


def home_file(home: Path) -> Path:
    """Where a home keeps its own verdicts."""
    return home / "decisions.csv"


def read(path: Path) -> list[Verdict]:
    """The lines of a file. Raises UsageError naming the line that is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise UsageError(
                "decisions_header", "the header is not as expected", where=str(path), next_step=",".join(COLUMNS)
            )
        found = []
        for row in reader:
            where = f"{path} line {reader.line_num}"
            said = [(row[name] or "").strip() for name in COLUMNS]
            each = Verdict(said[0], said[1], said[2], said[3], said[4], said[5], where)
            if each.verdict not in VERDICTS:
                raise UsageError(
                    "decisions_verdict",
                    f"unknown verdict {each.verdict!r}",
                    where=where,
                    next_step=" or ".join(VERDICTS),
                )
            if not each.posting_a or not each.posting_b or each.posting_a == each.posting_b:
                raise UsageError("decisions_pair", "two different posting ids are needed", where=where)
            found.append(each)
    return found


def gather(home: Path | None = None, shared: Path | None = None) -> dict[Pair, Verdict]:
    """The verdicts of the shared file and of a home's own, each pair once.

    Raises UsageError `decisions_conflict` naming both lines where a pair has both verdicts.
    """
    own = home_file(home) if home else None
    lines = [*read(shared or DECISIONS), *(read(own) if own and own.exists() else ())]
    found: dict[Pair, Verdict] = {}
    for each in lines:
        first = found.setdefault(each.pair, each)
        if first.verdict != each.verdict:
            raise UsageError(
                "decisions_conflict",
                f"{first.verdict} and {each.verdict} for {each.posting_a} and {each.posting_b}",
                where=f"{first.where}; {each.where}",
                next_step="Take one of the two lines out",
            )
    return found


def contradicted(verdicts: Iterable[Verdict]) -> Verdict | None:
    """A pair told apart although other verdicts, taken together, make it one job."""
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    every = list(verdicts)
    for each in every:
        if each.verdict == "same":
            leader[lead(each.posting_a)] = lead(each.posting_b)
    return next((v for v in every if v.verdict == "different" and lead(v.posting_a) == lead(v.posting_b)), None)


def record(home: Path, verdict: Verdict, shared: Path | None = None) -> bool:
    """Add a verdict to the home's own file; False where it is in force already.

    Raises UsageError where the pair has the other verdict, or where all verdicts together could not be true.
    """
    with _held(home):
        known = gather(home, shared)
        before = known.get(verdict.pair)
        if before is not None and before.verdict == verdict.verdict:
            return False
        if before is not None:
            raise UsageError(
                "decided_otherwise", f"{before.verdict} was decided by {before.decided_by or 'somebody'}",
                where=before.where, next_step=_way_back(home, before),
            )  # fmt: skip
        clash = contradicted([*known.values(), verdict])
        if clash is not None and contradicted(known.values()) is None:
            raise UsageError(
                "decisions_contradict",
                "by this verdict and those before it, postings would be one job and two",
                where=clash.where or str(home_file(home)),
                next_step="Take back what is wrong: winnow review --undo A B",
            )
        _write(home, [*_own(home), verdict])
    return True


def take_back(home: Path, pair: Pair, shared: Path | None = None) -> Verdict:
    """Take a verdict out of the home's own file and return it. Raises UsageError where it is not there."""
    with _held(home):
        own = _own(home)
        gone = [each for each in own if each.pair == pair]
        if not gone:
            before = gather(home, shared).get(pair)
            if before is not None:
                raise UsageError(
                    "shared_verdict", "everybody shares this verdict", where=before.where, next_step=_way_back(home, before)
                )  # fmt: skip
            raise UsageError(
                "no_verdict", f"nothing was decided about {pair[0]} and {pair[1]}", where=str(home_file(home))
            )
        _write(home, [each for each in own if each.pair != pair])
    return gone[0]


def _way_back(home: Path, verdict: Verdict) -> str:
    if verdict.where.startswith(f"{home_file(home)} line"):
        return f"Take it back first: winnow review --undo {verdict.posting_a} {verdict.posting_b}"
    return "Take its line out of that file, which belongs to the project"


def _own(home: Path) -> list[Verdict]:
    path = home_file(home)
    return read(path) if path.exists() else []


@contextmanager
def _held(home: Path) -> Iterator[None]:
    """Hold the home's file against others who read it in order to write it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".decisions.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(home: Path, lines: Iterable[Verdict]) -> None:
    """Swap a whole new file in: a reader, or a crash, finds the old one or the new one."""
    path = home_file(home)
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(each[: len(COLUMNS)] for each in lines)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def clear_draft(home: Path) -> None:
    """Remove the draft of somebody who died writing. One who is alive holds the lock, and has renamed it by then."""
    draft = home_file(home).with_name(f".{home_file(home).name}.draft")
    if draft.exists():
        with _held(home):
            draft.unlink(missing_ok=True)


def changed(con: duckdb.DuckDBPyConnection, verdicts: Mapping[Pair, Verdict]) -> tuple[int, int]:
    """How many verdicts the warehouse has not taken up yet, and how many it holds that were taken back."""
    held = set(con.execute("SELECT posting_a, posting_b, verdict FROM audit.verdicts").fetchall())
    wanted = {(*pair, each.verdict) for pair, each in verdicts.items()}
    return len(wanted - held), len(held - wanted)


def take(con: duckdb.DuckDBPyConnection, verdicts: Mapping[Pair, Verdict], run_id: str) -> None:
    """Put verdicts into audit.verdicts; match_judged(posting_id) names the postings whose verdicts changed.

    match_separate(posting_id) names every posting that a verdict tells apart from another one.
    """
    rows = [(*pair, verdicts[pair].verdict) for pair in sorted(verdicts)]
    con.register("match_arrow", pa.table({n: pa.array([r[i] for r in rows], pa.string())
                                          for i, n in enumerate(("posting_a", "posting_b", "verdict"))}))  # fmt: skip
    con.execute("CREATE OR REPLACE TEMP TABLE match_verdicts AS SELECT * FROM match_arrow")
    con.unregister("match_arrow")
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_judged AS
        WITH old AS (SELECT posting_a, posting_b, verdict FROM audit.verdicts),
        changed AS ((FROM old EXCEPT FROM match_verdicts) UNION ALL (FROM match_verdicts EXCEPT FROM old))
        SELECT DISTINCT unnest([posting_a, posting_b]) AS posting_id FROM changed
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE match_separate AS
        SELECT DISTINCT unnest([posting_a, posting_b]) AS posting_id FROM match_verdicts WHERE verdict = 'different'
        """
    )
    con.execute("DELETE FROM audit.verdicts WHERE (posting_a, posting_b, verdict) NOT IN (FROM match_verdicts)")
    con.execute(
        """
        INSERT INTO audit.verdicts BY NAME
        SELECT *, $1 AS run_id FROM match_verdicts AS v
        ANTI JOIN audit.verdicts AS o ON o.posting_a = v.posting_a AND o.posting_b = v.posting_b
        """,
        [run_id],
    )
