"""Fault 71: text made to stall a regular expression costs no more than any other."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

pytestmark = pytest.mark.xdist_group("security")
Plainly = Callable[..., Any]

# -- 71: text made to stall a regular expression

LONG = 60_000
STALLS = {
    "spaces": " ", "spaces_between": "x  ", "digits": "1", "letters": "a", "brackets": "[", "parentheses": "(", "closing": ")",
    "tags": "<p>", "open_tag": '<a href="', "comment": "<!--", "entities": "&#", "named_entities": "&amp;", "at": "a@",
    "dots": "a.", "spelled_mail": "a dot b at ", "dashes": "- ", "commas": ", ", "pipes": "| ", "slashes": "/", "semicolons": ";",
    "stars": "**", "links": "[a](", "quotes": '"', "lines": "\n", "tabs": "\t", "nbsp": "\u00a0", "zero_width": "\u200b",
    "combining": "e\u0301", "han": "工", "override": "\u202e", "emoji": "\U0001f469\u200d\U0001f4bb", "pay": "$1,", "pay_k": "100k-",
    "pay_words": "USD per hour ", "numbers": "1,000 ", "phones": "+1 (2) ", "phones_zero": "030 12 ", "dates": "2020-01-01 ",
    "remote": "remote or ", "levels": "senior ", "titles": "engineer, ", "places": "Paris, France; ", "urls": "http://a.b/",
    "companies": "Inc. ", "technologies": "Python/", "camel": "aA", "mixed": "x1-", "escapes": "\\n", "hiring": "Acme | REMOTE | ",
}  # fmt: skip


def test_71(tmp_path: Path) -> None:
    """A record takes at most 100 ms of processor time in every field, with 60,000 characters of any such text in it."""
    from tasks.clean.engine import Engine, clean_batches
    from tasks.clean.memory import Memory
    from tasks.ingest.form import FORM, LISTS

    names = ("raw_id", "capture_id", "source", "posting_id", "content_id", *FORM, "captured_on")

    def batch(field: str, text: str) -> pa.RecordBatch:
        row: dict[str, Any] = dict.fromkeys(names)
        row |= {name: f"{field}{hash(text)}" for name in names[:5]} | {"captured_on": "2026-01-01"}
        row |= {} if field in ("title", "notice") else {"title": "Engineer"}
        row[field] = [text] if field in LISTS else text
        return pa.RecordBatch.from_pylist([row])

    slow = []
    with Memory(tmp_path / "memory.duckdb", "x") as memory:
        engine = Engine(memory)
        list(clean_batches(iter([batch("title", "warm"), batch("notice", "warm | up | remote")]), engine))
        for field in FORM:
            for name, piece in STALLS.items():
                given = batch(field, piece * (LONG // len(piece)))
                spent = []
                for _ in range(3):  # the machine's own hiccups are not ours: the best of three
                    began = time.process_time()
                    assert list(clean_batches(iter([given]), Engine(memory)))
                    spent.append(time.process_time() - began)
                    if spent[-1] <= 0.1:
                        break
                if min(spent) > 0.1:
                    slow.append((field, name, round(min(spent), 3)))
    assert not slow


@pytest.mark.parametrize("name", STALLS)
def test_71_around_cleaning(name: str) -> None:
    """The same where text is cut, shown, masked or compared."""
    from expectations.reports.masking import show
    from flows.query import printable
    from tasks.clean.text import mask_pii
    from tasks.dedupe import company_key
    from tasks.dedupe.title_key import title_key
    from tasks.ingest.hosts import safe_address
    from tasks.ingest.read_csv import read_csv
    from tasks.ingest.read_json import JsonReader, read_lines
    from tasks.ingest.text import is_html

    text = STALLS[name] * (LONG // len(STALLS[name]))
    for function in (
        show, printable, mask_pii, company_key.match_key, lambda t: title_key([t]), lambda t: safe_address("https://x.example/" + t),
        lambda t: is_html(t.encode()), lambda t: list(read_csv("a,b\n" + t, "x", ",", '"')[1]),
        lambda t: list(JsonReader(t, set(), None).read()), lambda t: list(read_lines(t.replace("\n", " "))),
    ):  # fmt: skip
        spent = []
        for _ in range(3):
            began = time.process_time()
            function(text)
            spent.append(time.process_time() - began)
            if spent[-1] <= 0.1:
                break
        assert min(spent) <= 0.2, function  # readers make thousands of records of it
