"""Matching: which postings are the same job.

    from tasks.dedupe import match
    report = match(con, run_id, work_dir)                 # -> MatchReport (tasks/dedupe/report.py)
    report = match(con, run_id, work_dir, home=home)      # with the human verdicts of that home besides the shared ones
    report = match(con, run_id, work_dir, decisions=path) # another file of shared verdicts than the one in this folder

`con` is a connection to the copy being built: curated.postings is loaded, `work.touched(posting_id)` names the postings
that are new or changed in this run, `work.trust(source, trust)` may say how far each source is believed (50 where it
does not). Postings that have gone from curated.postings are noticed by themselves. `work_dir` takes one temporary file.
Nothing is written to `work` and no transaction is begun or ended here: match may run inside the caller's.

Afterwards
- curated.job_members has exactly one row a posting, and curated.postings.job_id agrees with it,
- curated.jobs holds every job's surviving values and where they came from, curated.companies every company,
- curated.fingerprints and curated.likenesses hold what the next run needs to match against,
- audit.matches has the pairs decided in this run, audit.job_moves the postings that changed their job,
- audit.verdicts the human verdicts in force.
A second call with nothing touched changes nothing.

    from tasks.dedupe.company_key import company_id, key   # vectorise over DISTINCT names: {name: company_id(name)}
"""

from __future__ import annotations

from tasks.dedupe.matching import match
from tasks.dedupe.report import MatchReport

__all__ = ["MatchReport", "match"]
