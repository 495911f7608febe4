"""How well a warehouse tells the truth about a made-up market: records, jobs, fields, spells, personal data.

    python -m tasks.ingest.sources.sample.score WAREHOUSE.duckdb DIR/truth

Reads the published tables only and compares them with the truth files that `generate` wrote.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from tasks.ingest.sources.sample.changes import CHANGES
from tasks.ingest.sources.sample.compare import FIELDS, items

if TYPE_CHECKING:
    import pyarrow as pa

MEMBERS = "('sample_harbor', 'sample_meridian', 'sample_fjord', 'sample_notices')"
SHOWN = 20  # examples kept of every kind of mistake


@dataclass(frozen=True)
class Share:
    """Hits against what was found and what was there."""

    hits: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is there."""
        return self.hits / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Scores:
    """All results. Lists named `wrong_*` hold examples, at most SHOWN of each."""

    records: int = 0  # of the truth
    loaded: int = 0  # of these in the warehouse
    outcomes_wrong: int = 0  # records whose outcome differs, exact copies in one capture being interchangeable
    wrong_outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    quarantine: Share = Share(0, 0, 0)  # file, place and reason must agree
    wrong_quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    jobs: Share = Share(0, 0, 0)  # pairs of postings
    by_change: dict[str, Share] = field(default_factory=dict)  # the same, of pairs that differ by this
    siblings_merged: Share = Share(0, 0, 0)  # hits: pairs of near-identical ads of different jobs put into one job
    hard_negatives: dict[str, Share] = field(default_factory=dict)  # the same, by what tells the jobs apart
    fields: dict[str, Share] = field(default_factory=dict)
    wrong_fields: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    spells: Share = Share(0, 0, 0)
    wrong_spells: list[tuple[Any, ...]] = field(default_factory=list)
    leaks: int = 0  # e-mail addresses and phone numbers that curated.postings still shows

    def text(self) -> str:
        """The results as lines for a person."""
        lines = [
            f"records            {self.loaded} of {self.records} loaded, {self.outcomes_wrong} with another outcome",
            _line("quarantine", self.quarantine),
            _line("jobs (pairs)", self.jobs),
            *(_line(f"  {name}", share) for name, share in self.by_change.items()),
            _merged("hard negatives", self.siblings_merged),
            *(_merged(f"  {name}", share) for name, share in self.hard_negatives.items()),
            _line("spells", self.spells),
            f"personal data      {self.leaks} left in descriptions",
        ]
        return "\n".join([*lines, *(_line(name, share) for name, share in self.fields.items())])


def _line(name: str, share: Share) -> str:
    return f"{name:18} P {share.precision:.4f}  R {share.recall:.4f}  F1 {share.f1:.4f}  of {share.there}"


def _merged(name: str, share: Share) -> str:
    return f"{name:18} {share.hits} of {share.there} pairs merged ({share.recall if share.there else 0:.4%})"


def score(con: duckdb.DuckDBPyConnection, truth_dir: Path) -> Scores:
    """Compare the warehouse behind `con` (read-only will do) with the truth in `truth_dir`."""
    with duckdb.connect() as work:
        for name in ("records", "versions", "spells", "jobs"):
            work.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet($1)", [str(truth_dir / f"{name}.parquet")])
        _fetch(con, work)
        scores = Scores()
        _score_records(work, scores)
        _score_quarantine(work, scores)
        _score_jobs(work, scores)
        _score_spells(work, scores)
        _score_fields(work, scores)
        return scores


def _fetch(con: duckdb.DuckDBPyConnection, work: duckdb.DuckDBPyConnection) -> None:
    """Copy what is looked at from the warehouse, as Arrow, so that the warehouse stays read-only."""
    wanted = {
        "got_records": f"""
            SELECT i.source, i.source_file, i.ordinal, i.source_key, s.outcome, q.reason
            FROM raw.record_index AS i
            LEFT JOIN curated.sightings AS s USING (raw_id)
            LEFT JOIN (SELECT raw_id, reason FROM audit.quarantine WHERE replayed_in IS NULL) AS q USING (raw_id)
            WHERE i.source IN {MEMBERS}""",
        "got_postings": f"""
            SELECT source, source_key, posting_id, job_id, {", ".join(FIELDS)}, description
            FROM curated.postings WHERE source IN {MEMBERS}""",
        "got_spells": """
            SELECT posting_id, opened_at AT TIME ZONE 'UTC' AS opened_at, last_seen AT TIME ZONE 'UTC' AS last_seen,
                   closed_at AT TIME ZONE 'UTC' AS closed_at
            FROM curated.spells""",
    }
    for name, query in wanted.items():
        table: pa.Table = con.sql(query).to_arrow_table()
        work.register("arrived", table)
        work.execute(f"CREATE TABLE {name} AS SELECT * FROM arrived")
        work.unregister("arrived")


def _one(work: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = work.execute(query).fetchone()
    return row if row is not None else ()


def _score_records(work: duckdb.DuckDBPyConnection, scores: Scores) -> None:
    """Outcomes of good records, as a multiset by capture and key: which of two copies is the merged one is a choice."""
    work.execute(
        """
        CREATE TABLE both_ AS
        SELECT t.*, g.source IS NOT NULL AS loaded, CASE WHEN g.reason IS NOT NULL THEN 'quarantined' ELSE g.outcome END
               AS got, g.reason AS got_reason, g.source_key AS got_key
        FROM records AS t LEFT JOIN got_records AS g
          ON g.source = t.member AND g.source_file = t.source_file AND g.ordinal = t.ordinal
        """
    )
    scores.records, scores.loaded = _one(work, "SELECT count(*), count(*) FILTER (loaded) FROM both_")
    groups = """
        SELECT member, day, posting_key, count(*) AS n, list(outcome ORDER BY outcome) AS want,
               list(coalesce(got, 'missing') ORDER BY got) AS got
        FROM both_ WHERE outcome <> 'quarantined' GROUP BY ALL HAVING want <> got"""
    scores.outcomes_wrong = int(_one(work, f"SELECT coalesce(sum(n), 0) FROM ({groups})")[0])
    scores.wrong_outcomes = work.execute(f"{groups} ORDER BY ALL LIMIT {SHOWN}").fetchall()


def _score_quarantine(work: duckdb.DuckDBPyConnection, scores: Scores) -> None:
    """Records set aside; `not_a_posting` stands for every reason that begins so."""
    right = """outcome = 'quarantined' AND got = 'quarantined'
        AND (got_reason = reason OR reason = 'not_a_posting' AND got_reason LIKE 'not_a_posting%')"""
    hits, found, there = _one(
        work,
        f"""SELECT count(*) FILTER ({right}), count(*) FILTER (got = 'quarantined'),
                   count(*) FILTER (outcome = 'quarantined') FROM both_""",
    )
    scores.quarantine = Share(hits, found, there)
    scores.wrong_quarantine = work.execute(
        f"""SELECT source_file, ordinal, trouble, outcome, reason, got, got_reason FROM both_
            WHERE (outcome = 'quarantined' OR got = 'quarantined') AND NOT coalesce({right}, false)
            ORDER BY ALL LIMIT {SHOWN}"""
    ).fetchall()


def _score_jobs(work: duckdb.DuckDBPyConnection, scores: Scores) -> None:
    """Pairs of postings in one job, and pairs of siblings (one text, different jobs) that were put together.

    Pairs are counted by the sizes of groups, never made: a market may have millions.
    """
    work.execute(
        """
        CREATE TABLE pairs AS
        SELECT v.job, v.job_group, v.member, v.changes, g.sibling, j.company, coalesce(p.job_id, v.member || v.posting_key) AS got
        FROM versions AS v JOIN jobs AS j USING (job)
        LEFT JOIN (SELECT job_group, max(sibling) AS sibling FROM jobs GROUP BY job_group) AS g ON g.job_group = v.job_group
        LEFT JOIN got_postings AS p ON p.source = v.member AND p.source_key = v.posting_key
        WHERE v.newest
        """
    )

    def count(columns: str, number: str = "n * (n - 1) // 2", which: str = "true", those: str = "true") -> int:
        """Pairs within groups of `columns` among rows `those`; `number` may use n and m, the rows that are `which`."""
        sizes = f"SELECT count(*) AS n, count(*) FILTER ({which}) AS m FROM pairs WHERE {those} GROUP BY {columns}"
        return int(_one(work, f"SELECT coalesce(sum({number}), 0)::BIGINT FROM ({sizes})")[0])

    def share(number: str, which: str) -> Share:
        return Share(*(count(columns, number, which) for columns in ("job, got", "got", "job")))

    scores.jobs = share("n * (n - 1) // 2", "true")
    unlike = "member <> 'sample_harbor' AND member <> 'sample_notices'"
    scores.by_change = {
        "html or text": share("m * (n - m)", unlike),
    }
    either = "n * (n - 1) // 2 - (n - m) * (n - m - 1) // 2"
    for name in CHANGES:
        if name != "html":
            scores.by_change[name] = share(either, f"list_contains(changes, '{name}')")
    for name in ("city", "level", "requisition", "role"):
        those = f"sibling = '{name}'"
        merged = count("job_group, got", those=those) - count("job, got", those=those)
        there = count("job_group", those=those) - count("job", those=those)
        scores.hard_negatives[name] = Share(merged, merged, there)
    merged = sum(each.hits for each in scores.hard_negatives.values())
    scores.siblings_merged = Share(merged, merged, sum(each.there for each in scores.hard_negatives.values()))
    merged = count("company, got") - count("job_group, got")
    scores.hard_negatives["company"] = Share(merged, merged, count("company") - count("job_group"))


def _score_spells(work: duckdb.DuckDBPyConnection, scores: Scores) -> None:
    """Spells of boards that list everything: the posting, the day it opened and the day it was gone must agree."""
    work.execute(
        """
        CREATE TABLE got_days AS
        SELECT p.source AS member, p.source_key AS posting_key, s.opened_at::DATE AS opened,
               s.last_seen::DATE AS last_seen, s.closed_at::DATE AS closed
        FROM got_spells AS s JOIN got_postings AS p USING (posting_id) WHERE p.source <> 'sample_notices'
        """
    )
    columns = "member, posting_key, opened, last_seen, closed"
    hits = f"SELECT count(*) FROM (SELECT {columns} FROM spells INTERSECT SELECT {columns} FROM got_days)"
    row = _one(work, f"SELECT ({hits}), (SELECT count(*) FROM got_days), (SELECT count(*) FROM spells)")
    scores.spells = Share(*row)
    scores.wrong_spells = work.execute(
        f"""(SELECT 'missing', {columns} FROM spells EXCEPT SELECT 'missing', {columns} FROM got_days)
            UNION ALL (SELECT 'extra', {columns} FROM got_days EXCEPT SELECT 'extra', {columns} FROM spells)
            ORDER BY ALL LIMIT {SHOWN}"""
    ).fetchall()


def _score_fields(work: duckdb.DuckDBPyConnection, scores: Scores) -> None:
    """Every field of every posting's newest version, as sets of comparable items; a lost posting has found nothing."""
    names = list(FIELDS)
    result = work.execute(
        f"""SELECT v.member, v.posting_key, v.trouble, {", ".join(f"v.{n}, g.{n}" for n in names)}
            FROM versions AS v LEFT JOIN got_postings AS g ON g.source = v.member AND g.source_key = v.posting_key
            WHERE v.newest ORDER BY v.member, v.posting_key"""
    )
    counts = {name: [0, 0, 0] for name in names}
    scores.wrong_fields = {name: [] for name in names}
    while rows := result.fetchmany(10_000):
        for row in rows:
            for n, name in enumerate(names):
                want, got = items(name, row[3 + 2 * n]), items(name, row[4 + 2 * n])
                tally = counts[name]
                tally[0] += len(want & got)
                tally[1] += len(got)
                tally[2] += len(want)
                if want != got and len(scores.wrong_fields[name]) < SHOWN:
                    scores.wrong_fields[name].append((*row[:3], row[3 + 2 * n], row[4 + 2 * n]))
    scores.fields = {name: Share(*counts[name]) for name in names}
    scores.leaks = int(
        _one(
            work,
            """SELECT count(*)
               FROM (SELECT member, posting_key, unnest(personal) AS secret FROM versions WHERE newest) AS v
               JOIN got_postings AS g ON g.source = v.member AND g.source_key = v.posting_key
               WHERE contains(lower(g.description), lower(v.secret))""",
        )[0]
    )


def main(arguments: list[str]) -> None:
    """Print the scores of a warehouse, then examples of what is wrong."""
    with duckdb.connect(arguments[0], read_only=True) as con:
        scores = score(con, Path(arguments[1]))
    out = [scores.text(), "", *map(str, scores.wrong_quarantine + scores.wrong_outcomes + scores.wrong_spells)]
    for name, wrong in scores.wrong_fields.items():
        out += ["", name, *map(str, wrong)]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
