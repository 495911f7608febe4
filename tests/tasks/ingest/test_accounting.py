"""The account of a file's bytes holds for whatever comes, and does not hold where something is lost or made up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ingest.accounting import Account, countable

TEXT = '{"id": 1}\n\r\n{"id": "é"}\n'


def account(text: str, kind: str, *payloads: str, enveloped: bool = False) -> tuple[int, int, int]:
    """Bytes of all, of records, and between."""
    made = Account(text, kind, "utf-8", enveloped)
    for payload in payloads:
        made.take(payload)
    made.close()
    return len(text.encode()), made.records, made.between


@pytest.mark.parametrize(
    ("kind", "text", "payloads", "holds"),
    [
        ("jsonl", TEXT, ['{"id": 1}', '{"id": "é"}'], True),
        ("jsonl", TEXT, ['{"id": 1}'], False),  # one is lost
        ("jsonl", TEXT, ['{"id": "é"}', '{"id": 1}'], False),  # out of order
        ("jsonl", TEXT, ['{"id": 1}', '{"id": 1}', '{"id": "é"}'], True),  # the second is not in the file: not counted
        ("csv", "a,b\n1,2\r\n\n3,4", ["1,2", "3,4"], True),
        ("csv", "a,b\n1,2\n3,4\n", ["1,2"], False),
        ("csv", "a,b\nb\n3,4\n", ["b", "3,4"], True),  # the first record's text stands in the header too
        ("json", '[{"a": 1} , {"a": 2}]\n', ['{"a": 1}', '{"a": 2}'], True),
        ("json", '[{"a": 1}, 7, {"a": 2}]', ['{"a": 1}', '{"a": 2}'], False),
    ],
)
def test_what_is_lost_is_missed(kind: str, text: str, payloads: list[str], holds: bool) -> None:
    landed, records, between = account(text, kind, *payloads)
    assert (landed == records + between) is holds


def test_an_envelope_may_say_anything() -> None:
    landed, records, between = account('{"page": 1, "jobs": [{"a": 1}]}', "json", '{"a": 1}', enveloped=True)
    assert landed == records + between


def test_parts_add_up_in_some_encodings_only() -> None:
    assert countable("csv", "cp1252")
    assert not countable("csv", "utf-16")
    assert not countable("parquet", "utf-8")


PIECES = (
    '{"id": 1, "title": "a"}',
    '{"id": 2, "title": }',
    "7",
    "\n",
    "\r",
    " ",
    "é",
    '"',
    ",",
    "\ufeff",
    "\u2028",
    "\\",
    "{",
    "]",
    "\0",
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30), st.sampled_from(("csv", "jsonl"))
)
def test_bytes_add_up_for_whatever_comes(pieces: list[str], kind: str) -> None:
    """Splitting any text: every byte is of a record or a separator."""
    from flows.fuzz import split_file
    from tasks.errors import WinnowError
    from tasks.ingest.source import Source, registry

    base = registry()["simplify"]
    source = Source(
        name="feed", title="A feed", format=kind, folder=base.folder / "none", columns={"title": (("title",),)}
    )
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    try:
        _, report = split_file(source, body, "feed/data")
    except WinnowError:
        return
    assert report.landed_bytes == len(body)
    assert report.landed_bytes == report.record_bytes + report.between_bytes
