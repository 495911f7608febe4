"""Judging: which rows cannot be loaded, whether a batch is good, whether a source is still itself.

- `mask.apply_mask(con, schema="work") -> dict[reason, rows]`: sets `reason` and `detail` of the good rows of
  work.staging that cannot be loaded; leaves work.masked (raw_id, mask, reason, detail). Call it before `judge`.
  `mask.noted(con)` counts the rows that only carry a remark.
- `gates.judge(con, suite_names, run_id, docs_dir=None) -> list[CheckResult]`: suites raw and curated before loading
  (over work.keys, work.to_clean and work.staging), jobs and marts after it. A page a suite goes to `docs_dir`; a later
  call with the same folder adds its pages. It sees what is committed, on a cursor of `con`: commit the load into the
  private copy first. A read-only connection will do.
- `sources.judge_sources(con, contracts, run_id, accepted) -> Judgement`: breakers against each source's own past and the
  contract of its source.yml. Before loading, after the mask; not for a replay. `hold.hold` takes out what it holds.
- `gates.stop_reason(results) -> str | None`: why nothing may be published, in one line.

`CheckResult` has the columns of audit.checks in their order: `dataclasses.asdict(check)` is a row of it.
"""

from __future__ import annotations

from expectations.entry import CheckResult
from tasks.validate.gates import judge, stop_reason, stops
from tasks.validate.mask import apply_mask
from tasks.validate.sources import judge_sources

__all__ = ["CheckResult", "apply_mask", "judge", "judge_sources", "stop_reason", "stops"]
