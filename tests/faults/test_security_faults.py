"""Faults 65 to 72 of the catalogue: hostile input, each caused for real, with what must come of it.

Lists of attacks are in hostile/: one a line, so that one more is one line. Chromium opens the reports where it is
installed; the pages are parsed as a browser parses them in any case.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
pytestmark = pytest.mark.xdist_group("security")
Plainly = Callable[..., Any]

BOOM = "document.documentElement.dataset.owned=1"
SCRIPTS = [
    line.replace("BOOM", BOOM) for line in (HERE / "hostile" / "scripts.txt").read_text("utf-8").split("\n") if line
]
FIELDS = (
    "title", "company", "locations", "description", "url", "employment_type", "workplace", "seniority", "salary",
    "salary_min", "salary_currency", "salary_period", "skills", "category", "requisition", "posted_on", "language",
)  # fmt: skip


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


# -- 65 and 67: one run over a source in which everything is hostile

NAMES = [  # of files: nothing of it may lead anywhere, and each must come back as it was
    "'; DROP TABLE raw.records; --.csv", "a\nb.csv", "x..%2f..%2fetc%2fpasswd.csv", "\u202egnp.csv", "-rf.csv", "$(id).csv",
    "%s%n{0}.csv", "<img src=x onerror=" + BOOM + ">.csv", "x" * 240 + ".csv", "\x1b[2Jclear.csv", "C:\\con.csv", "é".encode("latin-1"),
]  # fmt: skip
COLUMNS = ["'; DROP TABLE x; --", 'a"b', "a\nb", SCRIPTS[0], "=1+1", "\u202ecol", "x" * 3000, "../../x", "{{ 7 * 7 }}"]


def hostile_source(root: Path) -> Path:
    """A source folder whose every column is mapped to a field of its own."""
    (root / "hostile").mkdir(parents=True)
    columns = "".join(f"  {name}: {name}\n" for name in FIELDS)
    title = json.dumps("feed " + SCRIPTS[0] + SCRIPTS[18])
    (root / "hostile" / "source.yml").write_text(
        f"name: hostile\ntitle: {title}\nabout: {title}\nformat: csv\nfiles: '*'\nkey: id\ncolumns:\n{columns}required: [title]\n",
        encoding="utf-8",
    )
    return root


def hostile_feed(folder: Path) -> None:
    """One file with every attack in every field, and one small file under each hostile name."""
    folder.mkdir()
    rows = []
    for number, script in enumerate(SCRIPTS):
        rows.append([f"all-{number}", *[script] * len(FIELDS)])  # everything says it
        rows += [
            [
                f"{script}-{number}",
                "Engineer",
                script,
                "Paris",
                f"Work. {script}",
                "https://x.example/" + script,
                *[""] * 12,
            ]
        ]
        rows.append(
            [
                f"sal-{number}",
                f"Nurse {script}",
                "Clinic",
                script,
                script,
                "",
                *[""] * 7,
                f"{script}, python",
                *[""] * 4,
            ]
        )
        rows.append([script])  # ragged: set aside with its bytes
    for row in rows:
        row += [SCRIPTS[len(row) % len(SCRIPTS)]] * (len(COLUMNS) if len(row) > 1 else 0)
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", *FIELDS, *COLUMNS], *rows])
    for number, name in enumerate(NAMES):
        path = folder / (os.fsdecode(name) if isinstance(name, bytes) else name)
        with path.open("w", encoding="utf-8") as file:
            file.write(f"id,{','.join(FIELDS)}\nf{number},Cook,Galley {number},Oslo{',' * 14}\nragged{number}\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {"root": tmp_path_factory.mktemp("hostile")}


@pytest.fixture
def attacked(made: dict[str, Any], plainly: Plainly) -> Path:
    """A home that has read the hostile source and written its reports."""
    home = Path(made["root"]) / "home"
    if "done" not in made:
        hostile_feed(made["root"] / "feed")
        sources = hostile_source(made["root"] / "sources")
        made["done"] = plainly(
            home, f"hostile={made['root'] / 'feed'}", sources_dir=sources, as_of="2026-01-10", reports=True,
            command=f"winnow run {SCRIPTS[0]}",
        )  # fmt: skip
    assert made["done"].exit_code == 0, made["done"].message
    return home


LEADS = re.compile(r"#[\w-]*|(?:\.{1,2}/)*(?:[\w.-]+/)*[\w.-]+\.(?:html|css)(?:#[\w-]*)?")


def lively(page: str) -> list[str]:
    """What could run in a page, or lead out of it, as a browser parses it."""
    tree = LexborHTMLParser(page)
    found = [
        node.html or "" for node in tree.css("script, iframe, object, embed, base, form, frame, portal, foreignObject, animate, set")
    ]  # fmt: skip
    policies = [str(node.attributes.get("content")) for node in tree.css("meta[http-equiv=Content-Security-Policy]")]
    if len(policies) != 1 or "default-src 'none'" not in policies[0] or "script-src" in policies[0]:
        found.append(f"policy: {policies}")
    if "base-uri 'none'" not in str(policies) or "form-action 'none'" not in str(policies):
        found.append(f"policy: {policies}")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            told = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or ("javascript:" in told and name not in ("content", "title", "aria-label")):
                found.append(f"{node.tag} {name}={value}")
            if name in ("href", "src", "xlink:href", "action", "data", "srcdoc", "formaction", "poster") and not (
                LEADS.fullmatch(value or "") or (node.tag in ("img", "image") and told.startswith("data:image/"))
            ):
                found.append(f"{node.tag} {name}={value}")
            if name == "http-equiv" and told != "content-security-policy":
                found.append(f"{node.tag} {name}={value}")
    return found


def browser(page: Path, profile: Path) -> str | None:
    """The page's DOM after Chromium has opened it for a while; None where there is no Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        return None
    done = subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--allow-file-access-from-files",
         "--virtual-time-budget=2000", "--dump-dom", page.as_uri()],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace")


def test_65(attacked: Path, tmp_path: Path) -> None:
    """Scripts in every field, column, file name and source are text in the reports and in Data Docs."""
    pages = sorted(attacked.glob("reports/**/*.html"))
    assert {page.parent.name for page in pages} >= {"reports", "data_docs"}
    assert len(SCRIPTS) >= 50
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    assert sum("dataset.owned" in text for text in texts.values()) >= 1  # the attacks did come so far
    for page, text in texts.items():
        assert not lively(text), page
        assert "49" not in re.findall(r">([^<]*7 \* 7[^<]*|49)<", text), page
    open_in_browser(texts, tmp_path)


def open_in_browser(texts: dict[Path, str], folder: Path) -> None:
    """Chromium finds no script to run, even where the pages' own policy is taken away; and would have, were there one."""
    control = folder / "control.html"
    control.write_text(f"<!doctype html><html><body>{SCRIPTS[18]}</body></html>", encoding="utf-8")
    dom = browser(control, folder / "profile")
    if dom is None:
        warnings.warn("no Chromium on this machine: pages were parsed, not opened", stacklevel=1)
        return
    assert "data-owned" in dom
    # One document of all bodies is one start of the browser; the bodies were parsed one by one above.
    policy = re.compile(r"<meta http-equiv=.?Content-Security-Policy[^>]*>", re.I)
    for page, text in texts.items():
        if "dataset.owned" in text:
            bare = folder / "bare.html"
            bare.write_text(policy.sub("", text), encoding="utf-8")
            dom = browser(bare, folder / "profile")
            assert dom is not None
            assert "</html>" in dom
            assert "data-owned" not in dom, page


def test_67(attacked: Path) -> None:
    """Hostile names of files and columns are text: they come back as they were, and nothing else happened."""
    stored = {
        Path(name).name if "/" in name else name
        for (name,) in query(attacked, "SELECT DISTINCT source_file FROM raw.records")
    }
    for name in NAMES:
        shown = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
        assert shown in stored
    assert query(attacked, "SELECT count(*) FROM curated.postings WHERE title = 'Cook'") == [(len(NAMES),)]
    assert query(attacked, "SELECT count(*) FROM audit.quarantine WHERE source_file LIKE '%DROP TABLE%'") == [(1,)]
    warned = " ".join(json.loads(next(attacked.glob("reports/*/run.json")).read_text("utf-8"))["warnings"])
    assert "DROP TABLE x" in warned
    assert warned.isprintable()
    assert len(warned) < 1500
    below = {path.relative_to(attacked).parts[0] for path in attacked.rglob("*")}
    assert below <= {"landing", "warehouse", "reports", "work", "sample"}  # nothing was written elsewhere
    records = query(attacked, "SELECT payload FROM raw.records WHERE payload LIKE '%all-0,%'")[0][0]
    assert next(csv.reader(io.StringIO(records)))[1] == SCRIPTS[0]  # byte for byte as received


# -- 66: formulas, and escape sequences of a terminal

FORMULAS = [
    "=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "\u00a0=1", "'=1", '"=1', "＝1+1", "＋1", "－1", "＠x",
    "=HYPERLINK(\"http://x.example?\"&A1)", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\x00=1", "\ufeff=1", "\u200b=1", ";=1",
    ",=1", "\x0b=1", "%0A=1", "|x",
]  # fmt: skip
EMIT = """
import sys
from flows import query
import duckdb
con = duckdb.connect()
con.execute("CREATE TABLE t AS SELECT unnest(?) AS v", [FORMULAS])
query.WRITERS[sys.argv[1]](con.execute(sys.argv[2]))
"""
RUNS = (*tuple("=+-@\t\r|%"), "＝", "＋", "－", "＠")


def emit(form: str, sql: str) -> str:
    script = EMIT.replace("FORMULAS", repr(FORMULAS))
    done = subprocess.run([sys.executable, "-c", script, form, sql], cwd=PROJECT, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_66() -> None:
    """No cell and no column name of an export starts like a formula; lists and structs neither; JSON keeps the values."""
    names = ", ".join('1 AS "' + name.replace('"', '""').replace("\x00", "0") + '"' for name in FORMULAS)
    sql = f"SELECT v, [v] AS l, {{'a': v}} AS s, {names} FROM t"
    head, *rows = list(csv.reader(io.StringIO(emit("csv", sql), newline="")))
    assert len(rows) == len(FORMULAS)
    for row, formula in zip(rows, FORMULAS, strict=True):
        for cell in (*head, *row):
            plain = cell.lstrip(" \u00a0\ufeff\u200b\x00\n\x0b\"';,")
            assert not (plain.startswith(RUNS) and not cell.startswith("'")), (cell, formula)
        assert formula in row[0]  # nothing of it is lost
    assert rows[FORMULAS.index(";=1")][0].startswith("'")
    told = json.loads(emit("json", "SELECT v FROM t"))
    assert [row["v"] for row in told] == FORMULAS  # on export only


def test_66_terminal() -> None:
    """A table on a terminal holds no character that drives it, in cells, names or lists."""
    evil = "a\x1b[2J\x1b]0;title\x07\x9b31m\u202eb\r\nc\x08\u2028\u200b"
    name = evil.replace('"', "")
    sql = f"SELECT '{evil}' AS v, ['{evil}'] AS l, 1 AS \"{name}\""
    text = emit("table", sql)
    assert all(c.isprintable() for line in text.split("\n") for c in line)


# -- 70: personal data


PEOPLE = [
    "jo.doe@pier.example.com", "JO.DOE@PIER.EXAMPLE.COM", "jo dot doe at pier dot com", "jo.doe [at] pier [dot] com",
    "mailto:jo.doe@pier.com", "jo.doe(at)pier.com", "+49 30 91827364", "(415) 555-0100", "415-555-0100", "01 02 03 04 05",
    "call 4155550100",
]  # fmt: skip


def test_70(made: dict[str, Any], plainly: Plainly, tmp_path: Path) -> None:
    """Addresses and numbers are masked in curated tables, reports and what commands print, and kept raw until they
    expire or their person asks for erasure: tests/flows/test_removals.py looks at both in every place.
    """
    from flows import settings as settings_module
    from flows.explain import explain
    from flows.forgetting import forget
    from flows.quarantine import quarantine

    sources = hostile_source(tmp_path / "sources")
    feed = tmp_path / "people.csv"
    rows = [[str(n), "Nurse", "Clinic", "Oslo", f"Ask {who} about it.", *[""] * 13] for n, who in enumerate(PEOPLE)]
    with feed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", *FIELDS], *rows, *[[f"ragged {who}"] for who in PEOPLE]])
    home = tmp_path / "home"
    done = plainly(home, f"hostile={feed}", sources_dir=sources, as_of="2026-01-10", reports=True)
    assert done.exit_code == 0, done.message
    warehouse = home / "warehouse" / "winnow.duckdb"
    [(posting,)] = query(home, "SELECT posting_id FROM curated.postings WHERE source_key = '0'")
    shown = {
        "postings": str(query(home, "SELECT description FROM curated.postings")),
        "changes": str(query(home, "SELECT * FROM audit.change_values WHERE field <> 'description'")),
        "quarantine": quarantine(warehouse, None, None, 20, "table") + quarantine(warehouse, None, None, 20, "json"),
        "explain": explain(warehouse, posting, None),
        **{page.name: page.read_text("utf-8") for page in home.glob("reports/**/*.html")},
        "journal": (home / "warehouse" / "journal.jsonl").read_text("utf-8"),
    }
    for place, text in shown.items():
        for who in PEOPLE:
            assert who.lower() not in text.lower(), (place, who)
    assert PEOPLE[0] in str(query(home, "SELECT payload FROM raw.records"))
    receipt = forget(settings_module.load(str(home)), PEOPLE[0])
    assert receipt["complete"]
    assert PEOPLE[0] not in str(
        query(home, "SELECT payload FROM raw.records UNION ALL SELECT payload FROM audit.quarantine")
    )


# -- 72: hostile SQL

RUN_ALL = """
import csv, json, sys
from pathlib import Path
from flows.query import run_query
from tasks.errors import UsageError

secret = "python_scan_must_not_see_this"
warehouse, seconds = Path(sys.argv[1]), float(sys.argv[2])
for row in json.load(sys.stdin):
    try:
        run_query(warehouse, row["statement"], row.get("form", "table"), seconds)
        outcome = ["RAN", ""]
    except UsageError as error:
        outcome = [error.code, error.message()]
    print(chr(10) + json.dumps([row["name"], *outcome]), file=sys.stderr)
"""
BOMBS = [
    {"name": "deep", "statement": "SELECT " + "(" * 200_000 + "1" + ")" * 200_000},
    {"name": "deep_case", "statement": "SELECT " + "CASE WHEN true THEN " * 20_000 + "1" + " END" * 20_000},
    {"name": "wide", "statement": "SELECT " + "+".join(["1"] * 200_000)},
    {"name": "output", "statement": "SELECT repeat('x', 100000) FROM range(1000000000)", "form": "csv"},
    {"name": "output_json", "statement": "SELECT range AS x FROM range(100000000000)", "form": "json"},
    {"name": "cell", "statement": "SELECT list(range) FROM range(30000000)"},
]


def test_72(attacked: Path, tmp_path: Path) -> None:
    """Every statement that is more than reading is refused; whatever takes too long is ended; nothing is left behind."""
    with (HERE / "hostile" / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 40
    warehouse = attacked / "warehouse" / "winnow.duckdb"
    before = warehouse.read_bytes()
    planted = (
        Path("/tmp/winnow-out.csv"),
        Path("/tmp/winnow-out"),
        Path("/tmp/winnow-profile.json"),
        Path("/tmp/winnow-log"),
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    limit = 1.0

    def told(statements: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
        done = subprocess.run(
            [sys.executable, "-c", RUN_ALL, str(warehouse), str(limit)], cwd=PROJECT, env=env, text=True, check=True,
            input=json.dumps(statements), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        found = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
        return {name: (code, message) for name, code, message in found}

    denied = told([row for row in rows if row["outcome"] == "denied"])
    for name, (code, message) in denied.items():
        assert code in ("query_refused", "query_failed"), (name, code)
        assert len(message) < 1000, name
        assert "root:" not in message, name
    stopped = [row for row in rows if row["outcome"] == "stopped"] + BOMBS
    began = time.monotonic()
    for name, (code, _) in told(stopped).items():
        assert code in ("query_timeout", "query_failed", "query_broke"), (name, code)
    assert len(denied) + len(stopped) == len(rows) + len(BOMBS)
    assert time.monotonic() - began < len(stopped) * (limit + 30)
    assert warehouse.read_bytes() == before
    assert not [path for path in planted if path.exists()]
    assert not list(tmp_path.iterdir())  # temporary files are gone with the query
    assert not list(warehouse.parent.glob("*.tmp*"))


def test_72_the_command(attacked: Path) -> None:
    """What a person sees: exit code 2 and one line; the time limit is ten seconds where nothing else is said."""
    env = {**os.environ, "WINNOW_HOME": str(attacked)}

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", "sql", *args],
            cwd=PROJECT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run("COPY (SELECT 1) TO '/tmp/winnow-out.csv'")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("winnow: query_refused: COPY is not allowed here: the warehouse can only be read")
    began = time.monotonic()
    done = run("SELECT levenshtein(repeat('ab', 400000), repeat('ba', 400000))")
    assert (done.returncode, done.stderr) == (
        2,
        "winnow: query_timeout: the query was stopped after 10 s. Narrow it, or raise --timeout\n",
    )
    assert 10 <= time.monotonic() - began < 30
