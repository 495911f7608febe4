"""A process that has everything imported and forks a run a request: a run begins at once, and dies as one on its own does.

Requests come as JSON lines. {"home": ..., "out": ...} starts a run and answers with its process; {"wait": pid} answers
with its exit code (negative: the signal that ended it). What the run came to is written to `out`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from flows.kill_points import POINTS, around
from flows.kill_stage import settle, warm_up


def main() -> None:
    warm_up()
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints is no answer
    from flows import pipeline, running

    first = json.loads(sys.stdin.readline())
    outcome = running.conduct(running.Request(first["targets"], first["home"], first["sources"]), pipeline.walk)
    settle()
    out.write(json.dumps({"code": outcome.exit_code}) + "\n")
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            out.write(json.dumps({"code": os.waitstatus_to_exitcode(status)}) + "\n")
            continue
        child = os.fork()
        if child == 0:
            code = 99
            try:
                code = run(asked)
            except BaseException:
                import traceback

                Path(asked["out"]).with_suffix(".traceback").write_text(traceback.format_exc(), encoding="utf-8")
            finally:
                os._exit(code)
        out.write(json.dumps({"pid": child}) + "\n")


def run(asked: dict[str, Any]) -> int:
    from flows import pipeline, replay, running

    arm(asked)
    walk = replay.walk if asked.get("replay") else pipeline.walk
    request = running.Request(asked.get("targets", []), asked["home"], asked.get("sources"), due=due(asked))
    outcome = running.conduct(request, walk)
    told = {"code": outcome.exit_code, "message": outcome.message, "entry": outcome.entry}
    Path(asked["out"]).write_text(json.dumps(told, default=str), encoding="utf-8")
    return outcome.exit_code


def due(asked: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(asked["due"]) if "due" in asked else None


def arm(asked: dict[str, Any]) -> None:
    """What shall happen on the way: a kill at a point, a wait before a step, a query without end, a small file limit."""
    from flows import steps

    if "point" in asked:
        POINTS[asked["point"]].arm(asked.get("nth", 1))
    if "hold" in asked:
        around(steps, asked["hold"], holding(Path(asked["out"])))
    if "endless" in asked:
        endless(asked["endless"], Path(asked["out"]))
    if "file_limit" in asked:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_limit"], asked["file_limit"]))


def holding(out: Path) -> Any:
    def wrapper(original: Any, args: Any, kwargs: Any) -> Any:
        out.with_suffix(".held").touch()
        while not out.with_suffix(".go").exists():
            time.sleep(0.01)
        return original(*args, **kwargs)

    return wrapper


def endless(where: str, out: Path) -> None:
    """Have DuckDB count to a hundred billion: in a query of the run's own, or in a check of Great Expectations."""
    import duckdb

    import expectations.run
    from expectations.entry import Table
    from flows import steps

    def query(original: Any, args: Any, kwargs: Any) -> Any:
        out.with_suffix(".held").touch()
        duckdb.connect().execute("SELECT count(*) FROM range(100000000000) AS a WHERE hash(a.range) % 7 = 3").fetchall()
        return original(*args, **kwargs)

    def check(original: Any, args: Any, kwargs: Any) -> Any:
        source, suite, table = args
        slow = f"SELECT t.* FROM ({table.query}) AS t, range(100000000000) AS a WHERE hash(a.range) % 7 = 3"
        out.with_suffix(".held").touch()
        return original(source, suite, Table(table.name, slow, table.entries), **kwargs)

    if where == "query":
        around(steps, "match", query)
    else:
        around(expectations.run, "_validate", check)


if __name__ == "__main__":
    main()
