"""Every way of writing a contact detail is found, its neighbours are spared, and what is left is still what it was."""

from __future__ import annotations

import json
import time

import pytest

from tasks.errors import UsageError
from tasks.remove.subject import TOKEN, read_subject

WHO = "Jo.Doe@pier-nine.example"
FOUND = {
    WHO: [
        "jo.doe@pier-nine.example", "JO.DOE@PIER-NINE.EXAMPLE", "jo.doe @ pier-nine.example", "jo.doe＠pier-nine.example",
        "jo dot doe at pier-nine dot example", "jo.doe[at]pier-nine[dot]example", "jo.doe (at) pier-nine (dot) example",
        "jo.doe -at- pier-nine -dot- example", "jo.doe%40pier-nine.example", "jo.doe\\u0040pier-nine.example",
        "jo.doe&#64;pier-nine&#46;example", "&#106;&#111;.doe&commat;pier-nine.example", "jo.doe&#x40;pier-nine.example",
        "jo.doe@pier%2dnine.example", "jo.doe@pier\u2011nine.example", "jo.doe pier-nine example",
    ],
    "+49 (0)30 1234-567": [
        "+49301234567", "+49 30 1234567", "+49 (0)30 1234567", "0049 30 1234567", "030 1234567", "030/12 34 567",
        "(030) 1234567", "030 - 1234 567", "+49.30.1234567", "+49&nbsp;30&nbsp;1234567", "49301234567", "030\u00a01234567",
    ],
    "(415) 555-0100": ["+1 415 555 0100", "415.555.0100", "1-415-555-0100", "4155550100", "(415)555-0100"],
    "030 1234567": ["030 1234567", "+49 30 1234567", "+49 (0) 30 1234567", "0301234567"],
}  # fmt: skip
AROUND = [
    ("", ""), ("mail ", " now"), ("mailto:", "?subject=x"), ("<", ">"), ("\\n", "\\n"), ("\\u003e", "."), ("(", ")"),
    ("tel:", ";"), ('"', '"'), ("%3A", "&x=1"), ("...", ". Call"), ("é ", "\n"),
]  # fmt: skip
SPARED = {
    WHO: [
        "mary-jo.doe@pier-nine.example", "mary.jo.doe@pier-nine.example", "ajo.doe@pier-nine.example",
        "jo.doe@pier-nine.example.org", "jo.doe@pier-nine.examples", "jo.doe@pier-nine.example-site.org",
        "jo doe at the pier", "jo.doe@pier-ten.example",
    ],
    "+49 (0)30 1234-567": ["+49 30 12345678", "1030 1234567", "030 1234568", "2030-12-34", "49 30 123456"],
    "(415) 555-0100": ["415-555-01000", "2415-555-0100", "415-555-0101"],
}  # fmt: skip


@pytest.mark.parametrize(("who", "text"), [(who, text) for who, texts in FOUND.items() for text in texts])
def test_every_way_of_writing_is_found(who: str, text: str) -> None:
    subject = read_subject(who)
    for before, behind in AROUND:
        assert subject.replace(before + text + behind) == (before + TOKEN + behind, 1), (before, behind)
        for encoding in ("utf-8", "utf-16"):
            body, count = subject.replace_bytes(("ü " * 300 + before + text + behind).encode(encoding))
            assert (body.decode(encoding), count) == ("ü " * 300 + before + TOKEN + behind, 1)


@pytest.mark.parametrize(("who", "text"), [(who, text) for who, texts in SPARED.items() for text in texts])
def test_neighbours_are_spared(who: str, text: str) -> None:
    assert read_subject(who).replace(f"a {text} b") == (f"a {text} b", 0)


def test_bytes_that_are_no_text_stay() -> None:
    body = b"\xff\xfe\x00\x81" * 3 + WHO.encode() + b"\xe9\x00\xff"
    assert read_subject(WHO).replace_bytes(b"a" + body) == (b"a" + body.replace(WHO.encode(), TOKEN.encode()), 1)


@pytest.mark.parametrize(
    "value",
    [{"a": 4155550100}, {"a": [1, 4155550100, 2]}, {"a": "4155550100, 2"}, {"a": "x: 4155550100"}, [4155550100]],
)
def test_json_stays_json(value: object) -> None:
    text, count = read_subject("415 555 0100").replace(json.dumps(value))
    assert count == 1
    assert TOKEN in str(json.loads(text))


@pytest.mark.parametrize(
    "text", ["", "jane", "a@b", "12345", "x" * 10_000, "@@@", "+1 (2) 3", "1" * 40, "a b@c.example"]
)
def test_other_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_subject(text)
    assert raised.value.code == "not_contact_details"
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("who", FOUND)
@pytest.mark.parametrize("text", ["jo.", "&#106;", " ", "030 ", "415-", "at ", "[", "\\n", "+49 (0)"])
def test_hostile_text_takes_no_time(who: str, text: str) -> None:
    subject = read_subject(who)
    began = time.process_time()
    subject.replace(text * (200_000 // len(text)) + "&#")
    assert time.process_time() - began < 2
