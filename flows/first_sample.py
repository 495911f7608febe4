"""The made-up market of a home where no source is configured yet: so that there is something to see."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import duckdb

from tasks.errors import UsageError

if TYPE_CHECKING:
    from flows.running import Request
    from tasks.run import Run

log = logging.getLogger("winnow")

FIRST_ROWS, FIRST_SEED, FIRST_DAYS = 5_000, 7, 5


def refuse_to_mix(run: Run) -> None:
    """Raises UsageError where what was made up would join what is real: there, whoever wants it has to name it."""
    if (run.home / "sample").exists() or not run.warehouse.exists():
        return
    with duckdb.connect(str(run.warehouse), read_only=True) as con:
        held = [row[0] for row in con.execute("SELECT DISTINCT source FROM raw.captures ORDER BY ALL").fetchall()]
    if held:
        raise UsageError(
            "no_source", "no source is named, and the made-up market does not join real data unasked",
            where=f"{run.warehouse} holds {', '.join(held[:8])}", next_step="Try: winnow run NAME=PATH|URL. See: winnow sources",
        )  # fmt: skip


def make_first_sample(run: Run) -> None:
    """With nothing configured there is still something to see: a small made-up market, made once."""
    folder = run.home / "sample"
    if folder.exists():
        return
    from tasks.ingest.sources.sample.generate import generate

    draft = run.folder / "sample"
    with run.step("sample"):
        generate(rows=FIRST_ROWS, seed=FIRST_SEED, days=FIRST_DAYS, out=draft)
        draft.rename(folder)
    log.info("made a sample market in %s", folder)


def sample_targets(run: Run, request: Request) -> list[str]:
    """The targets, with `sample` pointed at the home's own market where no path is given."""
    here = f"sample={run.home / 'sample'}"
    return [here if target == "sample" else target for target in request.targets] or (
        [here] if not request.sources_dir else []
    )
