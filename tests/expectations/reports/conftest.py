"""A made-up warehouse of varied dirt, by SQL inserts: what the reports are written from and looked at with."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

from tasks.load import journal
from warehouse.dictionary import create_all, declared
from warehouse.marts_build import build_marts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
EVIL = [
    "<script>alert(1)</script>Data Clerk",
    'Engineer"><img src=x onerror=alert(2)>',
    "'; drop table x; --",
    "</pre></style><svg onload=alert(3)>",
    "Nurse {{ 7 * 7 }} {% raw %}",
    "Analyst \u202egnirts desrever \u0007 bell",
]
RUN = "20210415T054500Z-0c0ffe"
SOURCES = [
    "townboard", "threads", "careers-page", "city-open-data", "agency-feed", "old-board", "startup-list", "campus",
    EVIL[1],
]  # fmt: skip
TITLES = [
    "Data Scientist", "Backend Engineer", "Machine Learning Engineer", "Nurse", "Front End Developer",
    "Data Engineer", "Site Reliability Engineer", "Accountant", "iOS Developer", "Election Clerk",
    "Research Scientist",
]  # fmt: skip
FAMILIES = [
    "data_scientist", "backend_engineer", "ml_engineer", "healthcare", "frontend_engineer", "data_engineer",
    "devops_sre", "finance_legal_hr", "mobile_engineer", "elections_admin", "ai_researcher",
]  # fmt: skip
COMPANIES = [
    "Brook & Vale", "Norrland Data", "Hôpital Saint-Clair", "Kestrel Robotics", "Mercer Street Staffing",
    "Ōtani Works",
]  # fmt: skip
PLACES = [
    ("New York", "NY", "US"),
    ("Lyon", None, "FR"),
    ("Leeds", None, "GB"),
    (None, "CA", "US"),
    ("München", None, "DE"),
]
RULES = [
    ("KIN01", "kind.empty", "kind", "Refuses a record without any text."),
    ("KIN02", "kind.seeks_work", "kind", "Refuses somebody who looks for work."),
    ("TIT01", "title.entities", "titles", "Decodes HTML entities."),
    ("TIT02", "title.gender_marks", "titles", "Drops (m/w/d), (H/F) and their kin."),
    ("TIT05", "title.place_suffix", "titles", "Drops a place at the end of the title."),
    ("TIT09", "title.shouting", "titles", "Writes a title in capitals as a title."),
    ("TIT12", "title.requisition", "titles", "Drops a requisition number."),
    ("COM02", "company.legal_suffix", "company", "Drops the legal form at the end of the name."),
    ("COM04", "company.rating", "company", "Drops a rating glued to the name."),
    ("LOC01", "location.nicknames", "locations", "Writes out nicknames of cities."),
    ("LOC03", "location.country", "locations", "Infers the country from the region."),
    ("LOC07", "location.remote_within", "locations", "Reads the country out of a remote restriction."),
    ("SAL03", "salary.thousands_suffix", "salary", "Reads 120k as 120,000."),
    ("SAL05", "salary.from_text", "salary", "Finds the pay in running text."),
    ("SAL09", "salary.lakh", "salary", "Reads lakh and crore."),
    ("POS02", "posted_on.epoch", "posted_on", "Reads seconds since 1970."),
    ("POS06", "posted_on.relative", "posted_on", "Leaves a relative age out."),
    ("TEC01", "technologies.named", "technologies", "Finds technologies of the list in title and text."),
    ("DLM01", "deep_learning.phrase", "deep_learning", "Finds the words deep learning or neural network."),
    ("DES04", "description.contact", "description", "Masks e-mail addresses and telephone numbers."),
]
CHANGES = [
    ("TIT01", "R&amp;D Engineer", "R&D Engineer"),
    ("TIT01", "QA &lt;lead&gt;", "QA <lead>"),
    ("TIT02", "Data Engineer (m/w/d)", "Data Engineer"),
    ("TIT02", "Comptable H/F", "Comptable"),
    ("TIT05", "Nurse - Leeds", "Nurse"),
    ("TIT09", "REGISTERED NURSE", "Registered Nurse"),
    ("TIT09", EVIL[0], EVIL[1]),
    ("COM02", "Kestrel Robotics, Inc.", "Kestrel Robotics"),
    ("COM02", "Norrland Data AB", "Norrland Data"),
    ("COM04", "Brook & Vale\n3.8", "Brook & Vale"),
    ("LOC01", "NYC", "New York, NY, US"),
    ("LOC01", "SF", "San Francisco, CA, US"),
    ("LOC03", "Austin, TX", "Austin, TX, US"),
    ("SAL03", "$110k - $140k", "110000-140000 USD a year"),
    ("SAL05", "pays 55 an hour, write to jo.doe@brookvale.example or +44 20 7946 0018", "55 USD a hour"),
    ("POS02", "1580515200", "2020-02-01"),
    ("TEC01", None, "python · pytorch"),
    ("TEC01", None, "react"),
    ("DLM01", "our deep learning group", "yes"),
    ("DES04", "mail me: a.b@c.example", "mail me: [email]"),
    ("OLD99", "x", None),
]


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Rows into a table by name; types are the table's."""
    names = list(rows[0])
    types = declared()[table]
    con.register("rows", pa.table({name: pa.array([row[name] for row in rows]) for name in names}))
    con.execute(
        f"INSERT INTO {table} BY NAME SELECT {', '.join(f'{_q(n)}::{types[n]} AS {_q(n)}' for n in names)} FROM rows"
    )
    con.unregister("rows")


def _q(name: str) -> str:
    return '"' + name + '"'


def make_postings(rng: random.Random, count: int) -> list[Row]:
    rows: list[Row] = []
    for i in range(count):
        kind = rng.randrange(len(TITLES))
        day = date(2018, 9, 3) + timedelta(days=int(940 * rng.random() ** 0.75))
        deep = rng.random() < (0.55 if kind in (2, 10) else 0.06)
        again = i > 50 and rng.random() < 0.18
        title = rng.choice(EVIL) if rng.random() < 0.02 else rng.choice(["", "Senior ", "Junior "]) + TITLES[kind]
        place = dict(zip(("city", "region", "country"), rng.choice(PLACES), strict=True))
        rows.append(
            {
                "posting_id": f"{i:016x}",
                "job_id": rows[rng.randrange(i)]["job_id"] if again else f"{i:016x}",
                "raw_id": f"{i + 10**6:016x}",
                "content_id": f"c{i}",
                "source": rng.choice(SOURCES[:7]) if day.year > 2018 else "threads",
                "source_file": "f/page.json",
                "source_key": str(i),
                "url": "javascript:alert(4)" if i % 50 == 0 else "https://jobs.example/1",
                "title": title,
                "titles": [title],
                "company": EVIL[0] if rng.random() < 0.01 else rng.choice(COMPANIES),
                "locations": [place],
                "role_family": FAMILIES[kind] if rng.random() < 0.9 else None,
                "technologies": rng.sample(["python", "java", "react", "kubernetes", "kafka"], rng.randrange(3)),
                "deep_learning": deep,
                "machine_learning": deep or rng.random() < 0.1,
                "description": "We do deep learning." if deep and rng.random() < 0.5 else "Work with us.",
                "posted_on": day,
                "first_seen": datetime(2021, 4, 1, tzinfo=UTC),
                "last_seen": datetime(2021, 4, 15, 5, tzinfo=UTC),
                "change_ids": rng.sample(range(len(CHANGES)), rng.randrange(6)),
                "salary_year_usd_min": rng.choice([None, 40_000.0, 65_000.0, 120_000.0]),
                "rulebook_version": "b3f1c2d4",
            }
        )
    return rows


def make_matches(rng: random.Random, postings: list[Row]) -> list[Row]:
    rows = []
    for _ in range(160):
        a, b = (postings[i] for i in sorted(rng.sample(range(len(postings)), 2)))
        same = a["job_id"] == b["job_id"] or rng.random() < 0.3
        if same:
            b["job_id"] = a["job_id"]
        rows.append(
            {
                "posting_a": a["posting_id"],
                "posting_b": b["posting_id"],
                "label": rng.choice(["FULL", "SEMANTIC", "TEMPORAL"]) if same else rng.choice(["PARTIAL", "NON"]),
                "score": rng.uniform(0.7, 1.8) if same else rng.uniform(0.1, 1.2),
                "veto": None if same else rng.choice(["city", "level", "requisition", None]),
                "decided_by": rng.choice(["text", "fields_and_text", "decisions.csv"]),
                "run_id": RUN,
            }
        )
    return rows


def make_checks(run_id: str, failing: bool) -> list[Row]:
    rows = []
    for suite, name, column, severity, meaning in [
        ("raw", "records_present", None, "critical", "every source that was read holds records"),
        ("raw", "ids_unique", "raw_id", "critical", "no record is counted twice"),
        ("curated", "title_present", "title", "warning", "four postings in five have a title"),
        ("curated", "country_known", "locations", "warning", "nine places in ten have a country"),
        ("jobs", "member_once", "posting_id", "critical", "every posting belongs to exactly one job"),
        ("jobs", "cluster_sane", "job_id", "warning", "no job stands for more than 500 postings"),
        (
            "marts",
            "ledger_adds_up",
            None,
            "critical",
            "records = new + unchanged + changed + merged + quarantined, for every batch",
        ),
        ("marts", "shares_in_bounds", "share", "critical", "every share lies between its bounds"),
        ("marts", "months_grow", None, "info", "no closed month changed by more than a tenth"),
    ]:
        bad = (name == "country_known") or (failing and name == "ledger_adds_up")
        rows.append(
            {
                "run_id": run_id,
                "suite": suite,
                "expectation": name,
                "column_name": column,
                "severity": severity,
                "rows": 2400,
                "failing": 312 if bad else 0,
                "passed": not bad,
                "raised": False,
                "observed": "13% <b>null</b>" if bad else "0 of 2400",
                "meaning": meaning,
            }
        )
    return rows


def fill(con: duckdb.DuckDBPyConnection, *, postings: int = 2400, fail: bool = False) -> Row:
    """Fill a created warehouse; returns the run as the journal tells it."""
    rng = random.Random(20)
    rows = make_postings(rng, postings)
    matches = make_matches(rng, rows)
    insert(con, "curated.postings", rows)
    insert(con, "audit.matches", matches)
    con.execute(
        "UPDATE audit.matches SET evidence = "
        "MAP {'company_equal': 1.0, 'text_contained': round(score / 2, 2), 'title_equal': 0.5}"
    )
    insert(
        con,
        "audit.rules",
        [
            {"code": code, "name": name, "field": field, "position": i, "does": does, "why": "W.", "leaves_alone": "L."}
            for i, (code, name, field, does) in enumerate(RULES)
        ],
    )
    insert(
        con,
        "audit.change_values",
        [
            {"change_id": i, "field": rule[:3], "rule": rule, "before": before, "after": after}
            for i, (rule, before, after) in enumerate(CHANGES)
        ],
    )
    batches = make_batches(rng)
    insert(con, "audit.batches", batches)
    here = [batch for batch in batches if batch["run_id"] == RUN]
    insert(
        con,
        "curated.sightings",
        [
            {
                "posting_id": row["posting_id"],
                "capture_id": (here if i % 3 else batches)[i % len(here if i % 3 else batches)]["capture_id"],
                "raw_id": row["raw_id"],
                "source": row["source"],
                "content_id": row["content_id"],
                "seen_at": row["last_seen"],
                "listed_closed": False,
                "outcome": rng.choice(["new", "unchanged", "changed"]),
            }
            for i, row in enumerate(rows)
        ],
    )
    insert(con, "audit.quarantine", make_quarantine(rng, sum(batch["quarantined"] for batch in here), here))
    starts = {batch["run_id"]: batch["loaded_at"] for batch in batches}
    insert(
        con,
        "audit.runs",
        [
            {
                "run_id": run_id,
                "started_at": at,
                "finished_at": at,
                "status": "published",
                "published": True,
                "reason": None,
                **dict.fromkeys(("records", "new", "unchanged", "changed", "merged", "quarantined"), 10),
                "rulebook_version": "b3f1c2d4",
            }
            for run_id, at in starts.items()
            if run_id != RUN
        ],
    )
    insert(
        con,
        "audit.checks",
        [check for i, run_id in enumerate(starts) for check in make_checks(run_id, i % 7 == 3) if run_id != RUN],
    )
    con.execute(
        """INSERT INTO curated.versions BY NAME SELECT posting_id, content_id, raw_id, first_seen AS valid_from, title,
        company, locations, salary, posted_on, rulebook_version FROM curated.postings"""
    )
    build_marts(con)
    run = make_run(here, fail)
    if not fail:
        journal.insert_run(con, run)
        journal.insert_checks(con, run["checks"])
        overflow = run["matching"]["overflow"]
        insert(con, "audit.blocks", [{"run_id": RUN, "block": b, "passed_over": n} for b, n in overflow.items()])
    return run


def make_batches(rng: random.Random) -> list[Row]:
    rows = []
    for back in range(14, -1, -1):
        at = datetime(2021, 4, 15, 5, 45, tzinfo=UTC) - timedelta(days=back)
        run_id = RUN if back == 0 else f"{at:%Y%m%dT%H%M%SZ}-{back:06x}"
        for i, source in enumerate(SOURCES):
            records = max(3, round(900 / (i + 1) ** 1.4 * rng.uniform(0.7, 1.3)))
            merged, quarantined, changed = (round(records * p) for p in (0.02, 0.031, 0.05))
            new = round(records * 0.3)
            rows.append(
                {
                    "batch_id": f"{run_id}-{i}",
                    "run_id": run_id,
                    "capture_id": f"{run_id}-{i}",
                    "source": source,
                    "records": records,
                    "new": new,
                    "unchanged": records - new - merged - quarantined - changed,
                    "changed": changed,
                    "merged": merged,
                    "quarantined": quarantined,
                    "rulebook_version": "b3f1c2d4" if back < 5 else "a0a0a0a0",
                    "loaded_at": at,
                }
            )
    return rows


def make_quarantine(rng: random.Random, count: int, batches: list[Row]) -> list[Row]:
    kinds = [
        (
            "json",
            "split",
            "Expecting ',' delimiter at character 41",
            '{"title": "Welder", "company": "Brook & Vale" "city": "Leeds"}',
        ),
        (
            "not_a_posting_seeks_work",
            "clean",
            "SEEKING WORK",
            "SEEKING WORK | Remote | mail jo.doe [at] mail.example or (555) 010-4477",
        ),
        (
            "future",
            "judge",
            "2031-01-01 captured 2021-04-15",
            '{"title": "<img src=x onerror=alert(5)>", "contact": "jo@mail.example"}',
        ),
        ("ragged", "split", "11 values for 10 columns, line 77", "17,Clerk,Leeds,,,,,2020-02-01,25000,GBP,extra"),
        ("brand_new_reason", "judge", EVIL[3], "x" * 5000 + EVIL[0]),
    ]
    rows = []
    for i in range(count):
        reason, stage, detail, payload = rng.choices(kinds, [5, 9, 2, 2, 1])[0]
        batch = batches[i % len(batches)]
        rows.append(
            {
                "raw_id": f"{i + 5 * 10**6:016x}",
                "rule": {"clean": "KIN02", "judge": reason}.get(stage),
                "capture_id": batch["capture_id"],
                "source": batch["source"],
                "source_file": "f/page.json",
                "source_key": None,
                "ordinal": i,
                "reason": reason,
                "detail": detail,
                "stage": stage,
                "payload": payload,
                "first_seen": batch["loaded_at"],
                "run_id": RUN,
                "replayed_in": None,
            }
        )
    return rows


def make_run(batches: list[Row], fail: bool) -> Row:
    names = ("records", "new", "unchanged", "changed", "merged", "quarantined")
    steps = [
        ("capture", 1.2, 0.4),
        ("split", 0.8, 0.8),
        ("clean", 4.1, 7.6),
        ("judge", 2.2, 2.3),
        ("load", 1.4, 1.9),
        ("match", 1.1, 1.6),
        ("audit", 1.9, 2.2),
        ("publish", 0.3, 0.1),
    ]
    return {
        "run_id": RUN,
        "started_at": "2021-04-15T05:45:00+00:00",
        "finished_at": "2021-04-15T05:45:13+00:00",
        "status": "stopped" if fail else "published",
        "reason": "marts.ledger_adds_up failed: records = new + unchanged + ... (observed: 13% <b>null</b>)"
        if fail
        else None,
        "command": "winnow run",
        "home": "data",
        "rulebook_version": "b3f1c2d4",
        "counts": {name: sum(batch[name] for batch in batches) for name in names},
        "batches": batches,
        "steps": [{"step": s, "wall_seconds": w, "cpu_seconds": c, "peak_memory_mb": 210} for s, w, c in steps],
        "warnings": [
            "townboard: unknown column 'perks'",
            f"campus: unknown employment type {EVIL[0]}",
            "agency-feed: null rate of title 12% (usually 3%), drifted {{ 7 * 7 }}",
        ],
        "sources_failed": [
            {
                "source": "muse",
                "code": "source_unreachable",
                "message": "no answer after 3 tries <script>alert(6)</script>",
            }
        ],
        "checks": make_checks(RUN, fail),
        "matching": {"overflow": {"text_and_city": 12, "reading": 0, "<b>new block</b>": 3}},
    }


@pytest.fixture(scope="session")
def filled() -> Iterator[tuple[duckdb.DuckDBPyConnection, Row]]:
    """A filled warehouse and the run that published it. Read only."""
    with duckdb.connect() as con:
        create_all(con)
        run = fill(con)
        yield con, run


@pytest.fixture(scope="session")
def make() -> Callable[..., Row]:
    """`fill` for tests that need a warehouse of their own."""
    return fill
