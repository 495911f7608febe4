"""Ids come from raw values only and are the same everywhere and always."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest import ids


def test_ids_never_change() -> None:
    """Warehouses hold these: a change here orphans every posting ever loaded."""
    assert ids.posting_id("feed", "007") == "4b86f036b806f5bc"
    assert ids.raw_id("c", "f.csv", 3) == "34f311998f734c23"
    assert ids.content_id(["\0title\0Clerk"]) == "048dd643760e08a0"
    assert ids.capture_id("feed", "", ["aa", "bb"]) == "1cb04a759b2dc773"


@given(st.text(max_size=30))
def test_composed_and_decomposed_keys_are_one(key: str) -> None:
    forms = {ids.posting_id("s", unicodedata.normalize(form, key)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), min_size=2
    )
)
def test_parts_of_a_key_do_not_run_together(parts: list[str]) -> None:
    cleaned = [ids.natural(part) for part in parts]
    assert ids.join_key(parts).split("\0") == cleaned


def test_kinds_of_keys_are_told_apart() -> None:
    assert ids.posting_id("s", "7") != ids.posting_id("s", "007")
    assert ids.posting_id("s", "7") != ids.posting_id("t", "7")
    assert ids.raw_id("c", "a", 11) != ids.raw_id("c", "a1", 1)


def test_order_of_files_does_not_make_another_capture() -> None:
    assert ids.capture_id("s", "", ["a", "b"]) == ids.capture_id("s", "", ["b", "a"])
    assert ids.capture_id("s", "2020-01-01", ["a"]) != ids.capture_id("s", "2020-01-02", ["a"])


def test_payload_id_is_a_64_bit_number() -> None:
    assert 0 <= ids.payload_id("é") < 2**64
