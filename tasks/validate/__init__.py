"""Judging: which rows cannot be loaded, whether a batch is good, whether a source is still itself.

- `mask.apply_mask(con, schema="work") -> dict[reason, rows]`: sets `reason` and `detail` of the good rows of
  work.staging that cannot be loaded; leaves work.masked (raw_id, mask, reason, detail). Call it before `judge`.
- `gates.judge(con, suite_names, run_id, docs_dir=None) -> list[CheckResult]`: suites raw, curated (before loading, over
  work.staging), jobs, marts (after loading). Sees committed data only: commit the load into the private copy first.
- `sources.judge_sources(con, contracts, run_id) -> list[CheckResult]`: breakers against each source's own past and the
  `checks:` of its source.yml (contracts: source name -> that dict). Before loading, over work.staging.
- `gates.stop_reason(results) -> str | None`: why nothing may be published.

`CheckResult` has the columns of audit.checks in their order: `dataclasses.astuple(check)` is a row of it.
"""

from __future__ import annotations

from expectations.entry import CheckResult
from tasks.validate.gates import judge, stop_reason, stops
from tasks.validate.mask import apply_mask

__all__ = ["CheckResult", "apply_mask", "judge", "stop_reason", "stops"]
