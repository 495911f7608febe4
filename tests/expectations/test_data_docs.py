"""Data Docs open offline, show every verdict, and run nothing of what postings say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pytest

from expectations.data_docs import ASSETS, POLICY, STATIC, SafeView, write_docs
from expectations.duckdb_engine import connect
from expectations.entry import CheckResult, Suite, Table
from expectations.run import SuiteRun, TableRun

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("data docs")  # what is made for all of them is made once

PAYLOADS = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "\"><svg onload=document.title='owned'>",
    "javascript:document.title='owned'",
    "</td></table><iframe srcdoc='<script>parent.document.title=1</script>'>",
    "$template ${html_success_icon} $PARAMETER $$styling",
    "{{ 7 * 7 }}{% include 'page.j2' %}",
    "' onmouseover='document.title=1' x='",
    "<style>*{display:none}</style><meta http-equiv=refresh content=0;url=//evil.example>",
    "<a href=javascript:document.title=1>x</a><base href=//evil.example><form action=//evil.example>",
)


class Page(HTMLParser):
    """What a browser would see: tags, attributes, text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.text += " " if tag == "td" else ""


def plant(con: duckdb.DuckDBPyConnection) -> SuiteRun:
    """A validation into which every payload got: as value, column name, observed value, parameter, exception, words."""
    columns = ", ".join('? AS "' + p.replace('"', '""') + '"' for p in PAYLOADS)
    con.execute(f"CREATE TABLE planted AS SELECT {columns}", list(PAYLOADS))
    expectations: list[Any] = []
    for p in PAYLOADS:
        expectations += [
            gxe.ExpectColumnValuesToBeInSet(column=p, value_set=["x", p + "?"], severity="critical"),
            gxe.ExpectColumnDistinctValuesToBeInSet(column=p, value_set=[p + "!"], severity="warning"),
            gxe.ExpectColumnPairValuesToBeEqual(column_A=p, column_B=PAYLOADS[-1], severity="info"),
            gxe.ExpectColumnMostCommonValueToBeInSet(column=p, value_set=[p + "-"], severity="info", notes=p),
            gxe.ExpectColumnValuesToBeUnique(column=p + " is missing", severity="info", description=p),
            gxe.ExpectColumnValuesToMatchRegex(column=p, regex="(" + p, severity="info"),
        ]
    expectations.append(gxe.ExpectTableColumnsToMatchSet(column_set=[p + "~" for p in PAYLOADS], severity="info"))
    batch = connect(con).add_query_asset("planted", query="SELECT * FROM planted").add_batch_definition_whole_table("b")
    validation = batch.get_batch().validate(
        gx.ExpectationSuite(PAYLOADS[0], expectations=expectations), result_format={"result_format": "COMPLETE"}
    )
    checks = [
        CheckResult("run<b>1</b>", "planted", p, p, severity, 1, 1, False, raised, p, p)
        for p in PAYLOADS
        for severity, raised in (("critical", False), ("warning", True), ("info", False))
    ]
    about = " ".join(PAYLOADS)
    return SuiteRun(Suite("planted", about, (Table(PAYLOADS[1], "", ()),)), [TableRun(PAYLOADS[1], checks, validation)])


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages made of the payloads; made once, as nothing changes it."""
    folder = tmp_path_factory.mktemp("planted")
    with duckdb.connect() as con:
        write_docs([plant(con)], folder)
    return folder


def test_nothing_that_a_posting_says_becomes_markup(planted: Path) -> None:
    for path in planted.glob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        tags = {tag for tag, _ in page.tags}
        assert not tags & {
            "script",
            "iframe",
            "svg",
            "img",
            "object",
            "embed",
            "form",
            "base",
            "style",
            "math",
            "video",
        }
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name.startswith(("on", "src"))], (tag, attributes)
            for name in ("href", "action", "data", "style", "content"):
                value = "".join((attributes.get(name) or "").split()).lower()
                assert "javascript:" not in value, (tag, attributes)
                assert "url(" not in value, (tag, attributes)


def test_payloads_are_shown_as_they_are(planted: Path) -> None:
    text = "".join(Page((planted / "planted.html").read_text(encoding="utf-8")).text.split())
    for payload in PAYLOADS:
        assert "".join(payload.split()) in text
    assert "49" not in Page(SafeView().page("winnow_index.j2", title="{{7*7}}", run_id="", pages=[])).text


def test_pages_fetch_nothing_and_allow_no_script(planted: Path) -> None:
    for path in planted.glob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        metas = [attributes for tag, attributes in page.tags if tag == "meta"]
        assert [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"] == [POLICY]
        assert not [m for m in metas if (m.get("http-equiv") or "").lower() == "refresh"]
        for tag, attributes in page.tags:
            for name in ("href", "src", "srcset", "poster", "background", "cite"):
                target = urlsplit(attributes.get(name) or "")
                assert (target.scheme, target.netloc) == ("", ""), (tag, attributes)
        styles = [attributes["href"] or "" for tag, attributes in page.tags if tag == "link"]
        assert styles
        assert all((path.parent / style).is_file() for style in styles)
    assert "script-src" not in POLICY
    assert "default-src 'none'" in POLICY


def test_vendored_assets_are_small_and_licensed() -> None:
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 300_000
    assert not [path for path in files if path.suffix == ".js"]
    assert "MIT" in (ASSETS / "bootstrap.LICENSE").read_text(encoding="utf-8")
    for name in STATIC:
        text = (ASSETS / name).read_text(encoding="utf-8")
        assert not re.search(r"url\((?!\"data:)|@import|sourceMappingURL", text), name


def test_every_verdict_is_on_its_page_with_its_severity(tmp_path: Path) -> None:
    def check(name: str, severity: str, *, passed: bool, raised: bool = False) -> CheckResult:
        return CheckResult("run1", "made_up", name, None, severity, 12345, 7, passed, raised, "seen", "it means this")

    checks = [
        check("alpha_ok", "critical", passed=True),
        check("beta_bad", "critical", passed=False),
        check("gamma_warns", "warning", passed=False),
        check("delta_told", "info", passed=False),
        check("epsilon_broke", "warning", passed=False, raised=True),
    ]
    write_docs([SuiteRun(Suite("made_up", "a suite", ()), [TableRun("things", checks, None)])], tmp_path)
    text = Page((tmp_path / "made_up.html").read_text(encoding="utf-8")).text
    rows = {
        row.split()[0]: " ".join(row.split()) for row in re.split(r"\n(?=alpha|beta|gamma|delta|epsilon)", text)[1:]
    }
    assert "it means this critical ✔ passed 12,345 7 seen" in rows["alpha_ok"]
    assert "critical ✘ failed" in rows["beta_bad"]
    assert "warning ✘ failed" in rows["gamma_warns"]
    assert "info noted" in rows["delta_told"]
    assert "warning ⚠ could not run" in rows["epsilon_broke"]
    index = " ".join(Page((tmp_path / "index.html").read_text(encoding="utf-8")).text.split())
    assert "made_up a suite 5 1 1 1 1" in index


def test_the_index_says_where_the_checks_of_sources_are(tmp_path: Path) -> None:
    write_docs([SuiteRun(Suite("made_up", "a suite", ()), [])], tmp_path)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    [told] = [part for part in re.findall(r"<p>.*?</p>", text) if "breakers" in part]
    assert "not counted here" in told
    assert 'href="../index.html#checks"' in told


def test_the_row_of_a_check_can_be_linked_to_and_leads_back(planted: Path, tmp_path: Path) -> None:
    check = CheckResult("run1", "made_up", "alpha_ok", None, "critical", 1, 0, True, False, "seen", "means")
    write_docs([SuiteRun(Suite("made_up", "a suite", ()), [TableRun("things", [check], None)])], tmp_path)
    page = Page((tmp_path / "made_up.html").read_text(encoding="utf-8"))
    assert "alpha_ok" in {attributes.get("id") for _, attributes in page.tags}
    assert {"../index.html#checks", "../../index.html"} <= {a["href"] for t, a in page.tags if t == "a"}
    for _, attributes in Page((planted / "planted.html").read_text(encoding="utf-8")).tags:
        assert re.fullmatch(r"[\w-]+", attributes.get("id") or "x", flags=re.ASCII)


def test_a_later_call_adds_to_the_index(tmp_path: Path) -> None:
    for name in ("raw", "jobs", "raw"):
        write_docs([SuiteRun(Suite(name, f"about {name}", ()), [])], tmp_path)
    index = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert [a["href"] for t, a in index.tags if t == "a" and (a["href"] or "").endswith(("raw.html", "jobs.html"))] == [
        "raw.html",
        "jobs.html",
    ]


def test_a_torn_list_of_pages_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pages.json").write_text("{", encoding="utf-8")
    write_docs([SuiteRun(Suite("raw", "about raw", ()), [])], tmp_path)
    assert "about raw" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_pages_hold_no_path_of_this_machine(planted: Path) -> None:
    text = (planted / "planted.html").read_text(encoding="utf-8")
    assert "site-packages" not in text
    assert "Traceback" not in text
