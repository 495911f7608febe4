"""The command line from end to end: what a newcomer types, and what must happen when the input is bad."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.explain import FIELDS, ON_REQUEST, explain

pytestmark = pytest.mark.xdist_group("cli")
Winnow = Callable[..., subprocess.CompletedProcess[str]]
TABLES = (
    "raw.captures", "raw.records", "curated.postings", "curated.versions", "curated.sightings", "curated.spells",
    "curated.jobs", "curated.companies", "audit.batches", "audit.quarantine", "audit.matches", "audit.changes",
    "marts.definitions", "marts.postings_monthly", "marts.shares_monthly",
)  # fmt: skip

SOURCE = """
name: tiny
title: A tiny feed
format: csv
key: id
columns: {title: title, company: company, locations: place, salary: pay, posted_on: posted}
required: [title]
"""
ROWS = "id,title,company,place,pay,posted\n"
GOOD = ROWS + (
    '1,Senior Data Engineer,Acme Inc.,"Austin, TX",$120k - $150k a year,2026-01-05\n'
    "2,Deep Learning Engineer,Bolt GmbH,Berlin,70.000 € im Jahr,2026-01-06\n"
    '3,Nurse,County Hospital,"Portland, ME",$38 an hour,2026-01-07\n'
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of source folders from outside the project."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "tiny").mkdir()
    (folder / "tiny" / "source.yml").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, winnow: Winnow, tiny: Path) -> Path:
    """A home in which the tiny feed was published once."""
    home = tmp_path_factory.mktemp("home")
    feed = home / "feed.csv"
    feed.write_text(GOOD, encoding="utf-8")
    done = winnow(home, "run", f"tiny={feed}", "--sources", str(tiny), "--as-of", "2026-01-10")
    assert done.returncode == 0, done.stderr
    assert "published 3 records: 3 new" in done.stdout
    return home


def warehouse(home: Path) -> Path:
    return home / "warehouse" / "winnow.duckdb"


def digest(home: Path) -> str:
    return hashlib.sha256(warehouse(home).read_bytes()).hexdigest()


def counted(home: Path) -> dict[str, int]:
    with duckdb.connect(str(warehouse(home)), read_only=True) as con:
        return {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in TABLES}


def test_contract_tables_are_there_and_filled(home: Path) -> None:
    counts = counted(home)
    assert counts["curated.postings"] == counts["raw.records"] == counts["curated.jobs"] == 3
    assert counts["marts.definitions"] > 1
    assert counts["audit.changes"] > 3


def test_cleaned_values_come_out(home: Path) -> None:
    with duckdb.connect(str(warehouse(home)), read_only=True) as con:
        rows = con.execute(
            """SELECT source_key, company, seniority, locations[1].city, locations[1].country, salary[1]."max", salary[1].currency,
                      salary[1].period, posted_on::VARCHAR FROM curated.postings ORDER BY source_key"""
        ).fetchall()
    assert rows == [
        ("1", "Acme", "senior", "Austin", "US", 150000.0, "USD", "year", "2026-01-05"),
        ("2", "Bolt", None, "Berlin", "DE", 70000.0, "EUR", "year", "2026-01-06"),
        ("3", "County Hospital", None, "Portland", "US", 38.0, "USD", "hour", "2026-01-07"),
    ]


def test_same_input_again_adds_no_row(home: Path, winnow: Winnow, tiny: Path) -> None:
    before, seen = digest(home), counted(home)
    done = winnow(home, "run", f"tiny={home / 'feed.csv'}", "--sources", str(tiny), "--as-of", "2026-01-10")
    assert done.returncode == 0
    assert "nothing new" in done.stdout
    assert (digest(home), counted(home)) == (before, seen)


def test_a_later_capture_changes_history(tmp_path: Path, winnow: Winnow, tiny: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(GOOD, encoding="utf-8")
    winnow(tmp_path, "run", f"tiny={feed}", "--sources", str(tiny), "--as-of", "2026-01-10")
    feed.write_text(GOOD.replace("$120k", "$130k"), encoding="utf-8")
    done = winnow(tmp_path, "run", f"tiny={feed}", "--sources", str(tiny), "--as-of", "2026-01-11")
    assert "0 new, 2 unchanged, 1 changed" in done.stdout
    with duckdb.connect(str(warehouse(tmp_path)), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM curated.versions WHERE valid_to IS NOT NULL").fetchall() == [(1,)]
        assert (
            con.execute("SELECT status, published FROM audit.runs ORDER BY started_at").fetchall()
            == [("published", True)] * 2
        )


CURATED = {
    "postings": "* EXCLUDE (change_ids)", "versions": "*", "spells": "*", "jobs": "*", "companies": "*",
    "sightings": "* EXCLUDE (outcome)",
}  # fmt: skip


def test_another_order_of_days_gives_the_same_curated_content(tmp_path: Path, winnow: Winnow, tiny: Path) -> None:
    days = {
        "2026-01-10": GOOD,
        "2026-01-11": GOOD.replace("$120k", "$130k"),
        "2026-01-12": GOOD + '4,Senior Data Engineer,Acme Inc.,"Austin, TX",$130k - $150k a year,2026-01-12\n',
    }
    found = []
    for order in (sorted(days), sorted(days, reverse=True)):
        home = tmp_path / "-".join(order)
        home.mkdir()
        for day in order:
            feed = tmp_path / "feed.csv"
            feed.write_text(days[day], encoding="utf-8")
            assert winnow(home, "run", f"tiny={feed}", "--sources", str(tiny), "--as-of", day).returncode == 0
        with duckdb.connect(str(warehouse(home)), read_only=True) as con:
            found.append(
                {t: con.execute(f"SELECT {c} FROM curated.{t} ORDER BY ALL").fetchall() for t, c in CURATED.items()}
            )
    for table in CURATED:
        assert found[0][table] == found[1][table], table


def test_explain_walks_from_value_to_bytes(home: Path, winnow: Winnow) -> None:
    with duckdb.connect(str(warehouse(home)), read_only=True) as con:
        posting = con.execute("SELECT posting_id FROM curated.postings WHERE source_key = '1'").fetchall()[0][0]
    text = winnow(home, "explain", posting).stdout
    for part in (
        "1. THE BYTES",
        "feed.csv, record 0",
        "Senior Data Engineer",
        "2. THE RULES",
        "SAL",
        "3. THE JOB",
        "4. WHERE IT IS COUNTED",
    ):
        assert part in text
    one = winnow(home, "explain", posting[:8], "salary").stdout
    assert "120,000 to 150,000 USD a year" in one
    assert "THE BYTES" not in one


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("title", ["titles = Senior Data Engineer"]),
        ("titles", ["titles = Senior Data Engineer"]),
        ("description", ["description = (not stated)"]),
        ("kind", ["kind = posting", "KIN"]),
    ],
)
def test_explain_takes_every_field_that_rules_change_and_ids_in_capitals(
    home: Path, field: str, parts: list[str]
) -> None:
    with duckdb.connect(str(warehouse(home)), read_only=True) as con:
        posting = con.execute("SELECT posting_id FROM curated.postings WHERE source_key = '1'").fetchall()[0][0]
        changed = {row[0] for row in con.execute("SELECT DISTINCT field FROM audit.changes").fetchall()}
    text = explain(warehouse(home), posting.upper(), field)
    assert text == explain(warehouse(home), posting, field)
    assert all(part in text for part in parts), text
    assert changed <= {*FIELDS, *ON_REQUEST}


def test_sql_formats(home: Path, winnow: Winnow) -> None:
    query = "SELECT source_key, title FROM curated.postings ORDER BY 1"
    assert list(csv.reader(io.StringIO(winnow(home, "sql", query, "--format", "csv").stdout)))[1] == [
        "1",
        "Senior Data Engineer",
    ]
    assert json.loads(winnow(home, "sql", query, "--format", "json").stdout)[1] == {
        "source_key": "2",
        "title": "Deep Learning Engineer",
    }
    assert "Senior Data Engineer" in winnow(home, "sql", query).stdout


def test_sql_csv_disarms_formulas(home: Path, winnow: Winnow) -> None:
    out = winnow(home, "sql", "SELECT '=1+1' AS a, '@x' AS b, -1 AS c, 'fine' AS d", "--format", "csv").stdout
    assert out.splitlines()[1] == "'=1+1,'@x,-1,fine"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'", "INSTALL httpfs",
        "SET enable_external_access = true", "DELETE FROM curated.postings", "CREATE TABLE curated.x (a INT)",
        "SELECT * FROM glob('/*')", "SELEC 1",
    ],
)  # fmt: skip
def test_sql_refuses(home: Path, winnow: Winnow, query: str) -> None:
    done = winnow(home, "sql", query)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(("winnow: query_failed", "winnow: query_refused"))


def test_sql_stops_a_long_query(home: Path, winnow: Winnow) -> None:
    done = winnow(home, "sql", "SELECT count(*) FROM range(100000000000) a", "--timeout", "1")
    assert (done.returncode, "query_timeout" in done.stderr) == (2, True)


def test_reading_commands_answer(home: Path, winnow: Winnow) -> None:
    assert Path(winnow(home, "report").stdout.strip()).is_file()
    assert "nyc" in winnow(home, "sources").stdout
    assert "Does:" in winnow(home, "rules", "SAL").stdout or winnow(home, "rules").returncode == 0
    done, told = winnow(home, "check"), winnow(home, "check", "--help").stdout
    assert done.returncode == 0
    suites = {line.split()[2] for line in done.stdout.splitlines()[1:-1] if not line.startswith("note:")}
    assert all(f"`{suite}` (" in told for suite in suites), "the help names what is run"
    assert f"of the suites {' and '.join(sorted(suites))}" in done.stdout
    assert winnow(home, "doctor").returncode == 0


# -- bad input: a named error, the exit code of the contract, no traceback, the published version intact


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["run", "glasdoor_us=x.csv"], "unknown_source"),
        (["run", "nyc=/no/such/file.csv"], "missing_file"),
        (["run", "nyc=x.csv", "--as-of", "yesterday"], "bad_time"),
        (["run", "nyc=x.csv", "--sources", "/no/such/folder"], "missing"),
        (["explain", "zz"], "bad_id"),
        (["explain", "0123456789abcdef"], "unknown_id"),
        (["rules", "XXX99"], "unknown_rule"),
    ],
)
def test_bad_usage_is_exit_2(home: Path, winnow: Winnow, args: list[str], code: str) -> None:
    before = digest(home)
    done = winnow(home, *args)
    assert done.returncode == 2
    assert done.stderr.startswith(f"winnow: {code}"), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert digest(home) == before


WEB_PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>" + "<p>hello</p>" * 50 + "</body></html>"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_batch"),
        (WEB_PAGE, "content_type"),
        ("id,name\n1,Nurse\n", "contract"),
    ],
    ids=["empty", "web page", "column missing"],
)  # fmt: skip
def test_a_source_that_fails_is_exit_3(
    home: Path, tmp_path: Path, winnow: Winnow, tiny: Path, text: str, code: str
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(text, encoding="utf-8")
    before = digest(home)
    done = winnow(home, "run", f"tiny={bad}", "--sources", str(tiny))
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"winnow: source tiny failed: {code}" in done.stderr
    assert "Traceback" not in done.stderr
    assert digest(home) == before


def test_blank_and_broken_rows_are_quarantined_and_the_rest_published(
    tmp_path: Path, winnow: Winnow, tiny: Path
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(GOOD + "\n" * 3 + ",,,,,\n" * 20 + "4,Cook\n", encoding="utf-8")
    done = winnow(tmp_path, "run", f"tiny={feed}", "--sources", str(tiny))
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(warehouse(tmp_path)), read_only=True) as con:
        reasons = dict(con.execute("SELECT reason, count(*) FROM audit.quarantine GROUP BY reason").fetchall())
        law = con.execute(
            'SELECT records = "new" + unchanged + changed + merged + quarantined FROM audit.batches'
        ).fetchall()
    assert reasons["ragged"] == 1
    assert reasons["blank"] >= 20
    assert law == [(True,)]


def test_replay_loads_what_is_good_now_as_of_its_first_sighting(tmp_path: Path, winnow: Winnow, tiny: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(GOOD + "4,Cook\n", encoding="utf-8")
    winnow(tmp_path, "run", f"tiny={feed}", "--sources", str(tiny), "--as-of", "2026-01-10")
    assert winnow(tmp_path, "replay", "--sources", str(tiny)).returncode == 0
    with duckdb.connect(str(warehouse(tmp_path)), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM audit.quarantine WHERE replayed_in IS NULL").fetchall() == [(1,)]


def test_two_runs_at_once_the_second_is_locked(tmp_path: Path, winnow: Winnow, tiny: Path) -> None:
    import fcntl

    (tmp_path / "warehouse").mkdir()
    feed = tmp_path / "feed.csv"
    feed.write_text(GOOD, encoding="utf-8")
    with (tmp_path / "warehouse" / ".lock").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = winnow(tmp_path, "run", f"tiny={feed}", "--sources", str(tiny))
    assert done.returncode == 1
    assert done.stderr.startswith("winnow: locked")
