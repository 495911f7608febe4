"""A small warehouse to match in, and postings to put into it. All texts are made up."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tasks.dedupe import MatchReport, match
from tasks.dedupe.company_key import company_id
from warehouse.dictionary import create_all

Posting = dict[str, Any]

WORD_LIST = """ability account advice agree answer balance batch begin board branch bridge build calm careful carry chart
check choose clean clear climb coast collect common compare count craft cycle daily deliver depend detail draft early
engine enough equal event exact expect extend factor field figure finish follow forest frame gather gentle grain growth
handle harbour honest improve inform island join keep kind ladder large learn letter level light listen local maintain
manage market measure meadow method minor model morning mountain narrow north number office open order paper pattern
people place plain plan point practice prepare produce prove quality quick quiet raise reach read record reduce region
reply report rest result river road room round sample season second select serve settle share signal simple small smooth
solve sound spare stable stage steady store stream strong study supply support system table target teach team test thick
thought timber touch track trade travel trust turn unit useful value village visit walk water weather weekly width window
winter wood work world write yard year young"""
WORDS = WORD_LIST.split()


def text(seed: int, words: int = 240) -> str:
    """Made-up prose: two seeds share hardly a run of four words."""
    chooser = random.Random(seed)
    sentences = []
    while words > 0:
        n = chooser.randint(6, 14)
        sentences.append(" ".join(chooser.choice(WORDS) for _ in range(n)).capitalize() + ".")
        words -= n
    return " ".join(sentences)


def place(city: str | None, region: str | None = None, country: str | None = "US") -> dict[str, str | None]:
    """One place of a posting."""
    return {"city": city, "region": region, "country": country}


AUSTIN = place("Austin", "TX")


def posting(**given: Any) -> Posting:
    """A posting as curated.postings holds it; what is not given is a usual one."""
    row: Posting = {
        "source": "board", "source_key": "1", "title": "Data Engineer", "company": "Marlow Mills", "locations": [AUSTIN],
        "description": text(1), "requisition": None, "url": None, "posted_on": dt.date(2026, 3, 2),
        "first_seen": dt.datetime(2026, 3, 3, tzinfo=dt.UTC), "salary": [], "is_agency": False,
    }  # fmt: skip
    row.update(given)
    identity = f"{row['source']}|{row['source_key']}"
    row.setdefault("posting_id", hashlib.blake2b(identity.encode(), digest_size=8).hexdigest())
    row.setdefault("titles", [row["title"]] if row["title"] else [])
    row.setdefault("last_seen", row["first_seen"])
    if row.get("title_listed"):  # a source with fields lists the employer as well
        row.setdefault("company_listed", row["company"])
    row.setdefault("company_id", company_id(row["company"]))
    return row


class House:
    """A warehouse under test: add postings, match, look at the jobs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'; SET threads = 1; SET preserve_insertion_order = false")
        create_all(self.con)
        self.con.execute("ATTACH ':memory:' AS work; CREATE TABLE work.touched (posting_id VARCHAR)")
        self.runs = 0
        self.decisions = folder / "decisions.csv"
        self.decide()

    def decide(self, *rows: tuple[str, str, str]) -> None:
        """Write the human verdicts: (verdict, posting_a, posting_b)."""
        lines = ["verdict,posting_a,posting_b,decided_by,decided_on,why"]
        lines += [f"{verdict},{a},{b},a tester,2026-04-01,because" for verdict, a, b in rows]
        self.decisions.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def add(self, postings: Iterable[Posting]) -> None:
        """Load postings as a run does, replacing those already there, and name them as touched."""
        rows = [{"raw_id": "r", "content_id": "c", "source_file": "f", "rulebook_version": "v", **p} for p in postings]
        schema = self.con.sql("SELECT * FROM curated.postings LIMIT 0").to_arrow_table().schema
        table = pa.Table.from_pylist(rows, schema=pa.schema([schema.field(name) for name in schema.names]))
        self.con.register("new_rows", table)
        self.con.execute("DELETE FROM curated.postings WHERE posting_id IN (SELECT posting_id FROM new_rows)")
        self.con.execute("INSERT INTO curated.postings BY NAME FROM new_rows")
        self.con.execute("INSERT INTO work.touched SELECT posting_id FROM new_rows")
        self.con.unregister("new_rows")

    def match(self) -> MatchReport:
        """One run of matching over what was added since the last."""
        self.runs += 1
        report = match(self.con, f"run {self.runs}", self.folder / "work", decisions=self.decisions)
        self.con.execute("DELETE FROM work.touched")
        return report

    def jobs(self) -> dict[str, str]:
        """posting_id -> job_id."""
        return dict(self.con.execute("SELECT posting_id, job_id FROM curated.postings").fetchall())

    def groups(self) -> set[frozenset[str]]:
        """The jobs as sets of posting ids."""
        return {frozenset(p for p, job in self.jobs().items() if job == j) for j in set(self.jobs().values())}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that matching keeps, in a fixed order."""
        tables = (
            "curated.job_members",
            "curated.jobs",
            "curated.companies",
            "curated.likenesses",
            "curated.fingerprints",
        )
        return {t: self.rows(f"SELECT * FROM {t} ORDER BY ALL") for t in tables}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty warehouse."""
    made = House(tmp_path)
    yield made
    made.con.close()


@pytest.fixture
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], House]:
    """More of them, for tests that compare two histories."""
    return lambda: House(tmp_path_factory.mktemp("house"))
