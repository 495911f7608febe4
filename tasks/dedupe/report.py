"""What a matching run did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class MatchReport:
    """Counts of one call of `match`. Postings unless said otherwise; seconds are of the CPU."""

    touched: int = 0
    gone: int = 0
    new_prints: int = 0  # distinct fingerprints not seen before
    candidates: int = 0  # pairs of fingerprints compared
    likenesses: int = 0  # pairs of fingerprints accepted
    vetoed: dict[str, int] = field(default_factory=dict)  # veto -> pairs
    overflow: dict[str, int] = field(default_factory=dict)  # block -> keys passed over because too many share them
    refused: int = 0  # merges refused because the clusters contradict each other
    expelled: int = 0  # fingerprints that resembled a neighbour but not their job's representative
    regrouped: int = 0  # fingerprints whose cluster was worked out anew
    merged: int = 0  # touched postings that share a job with an older posting
    moved: int = 0  # postings already known that changed their job
    jobs: int = 0  # jobs after the run
    labels: dict[str, int] = field(default_factory=dict)  # label -> pairs written to audit.matches
    contradictions: int = 0  # human verdicts that cannot all be true
    seconds: dict[str, float] = field(default_factory=dict)  # stage -> CPU seconds
