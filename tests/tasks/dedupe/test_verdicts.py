"""The files of human verdicts: read together, written whole, never silently at odds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.dedupe.verdicts import Verdict, contradicted, gather, home_file, read, record, take_back
from tasks.errors import UsageError

from .conftest import House, place, posting, text

HEADER = "verdict,posting_a,posting_b,decided_by,decided_on,why\n"


def verdict(verb: str, a: str, b: str) -> Verdict:
    return Verdict(verb, a, b, "Ada", "2026-04-01", "because, as they say", "")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The project's file, with one verdict in it."""
    path = tmp_path / "shared.csv"
    path.write_text(HEADER + "same,a,b,Bo,2026-03-01,one team\n", encoding="utf-8")
    return path


def test_both_files_count(tmp_path: Path, shared: Path) -> None:
    home = tmp_path / "home"
    assert record(home, verdict("different", "d", "c"), shared)
    assert {pair: each.verdict for pair, each in gather(home, shared).items()} == {
        ("a", "b"): "same", ("c", "d"): "different",
    }  # fmt: skip
    assert read(home_file(home))[0].why == "because, as they say"


def test_what_is_in_force_is_not_written_twice(tmp_path: Path, shared: Path) -> None:
    home = tmp_path / "home"
    assert not record(home, verdict("same", "b", "a"), shared)
    assert record(home, verdict("same", "x", "y"), shared)
    assert not record(home, verdict("same", "y", "x"), shared)
    assert len(read(home_file(home))) == 1


def test_files_that_disagree_are_both_named(tmp_path: Path, shared: Path) -> None:
    home_file(tmp_path).write_text(HEADER + "\ndifferent,b,a,Ada,,\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        gather(tmp_path, shared)
    assert caught.value.code == "decisions_conflict"
    assert f"{shared} line 2" in str(caught.value)
    assert f"{home_file(tmp_path)} line 3" in str(caught.value)


def test_the_other_verdict_must_be_taken_back_first(tmp_path: Path, shared: Path) -> None:
    record(tmp_path, verdict("same", "x", "y"), shared)
    for pair, way in (("xy", "winnow review --undo x y"), ("ab", "belongs to the project")):
        with pytest.raises(UsageError) as caught:
            record(tmp_path, verdict("different", *pair), shared)
        assert caught.value.code == "decided_otherwise"
        assert way in str(caught.value)
    assert take_back(tmp_path, ("x", "y"), shared).why == "because, as they say"
    assert record(tmp_path, verdict("different", "y", "x"), shared)


@pytest.mark.parametrize(("pair", "code"), [(("a", "b"), "shared_verdict"), (("p", "q"), "no_verdict")])
def test_only_own_verdicts_are_taken_back(tmp_path: Path, shared: Path, pair: tuple[str, str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        take_back(tmp_path, pair, shared)
    assert caught.value.code == code


def test_verdicts_that_cannot_all_be_true_are_refused(tmp_path: Path, shared: Path) -> None:
    record(tmp_path, verdict("same", "b", "c"), shared)
    with pytest.raises(UsageError) as caught:
        record(tmp_path, verdict("different", "a", "c"), shared)
    assert caught.value.code == "decisions_contradict"
    record(tmp_path, verdict("different", "c", "z"), shared)
    with pytest.raises(UsageError) as caught:
        record(tmp_path, verdict("same", "z", "a"), shared)
    assert f"{home_file(tmp_path)} line 3" in str(caught.value)
    assert contradicted(gather(tmp_path, shared).values()) is None


def test_many_at_once_lose_nothing(tmp_path: Path, shared: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: record(tmp_path, verdict("same", f"x{n}", f"y{n}"), shared), range(40)))
    assert all(done)
    assert len(read(home_file(tmp_path))) == 40
    assert {p.name for p in tmp_path.iterdir()} == {"shared.csv", "decisions.csv", ".decisions.lock"}


def test_a_crash_while_writing_leaves_the_old_file(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path, verdict("same", "x", "y"), shared)
    before = home_file(tmp_path).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        record(tmp_path, verdict("same", "v", "w"), shared)
    assert home_file(tmp_path).read_bytes() == before


def test_what_a_person_puts_together_is_no_veto_outvoted(house: House) -> None:
    here, there = (posting(source_key=key, locations=[place(city)]) for key, city in (("1", "Austin"), ("2", "Boise")))
    twin = posting(source_key="3", locations=[place("Boise")], description=text(1) + " And a word more.")
    house.decide(("same", here["posting_id"], there["posting_id"]))
    house.add([here, there, twin])
    house.match()
    rows = house.rows(
        "SELECT decided_by, label, veto FROM audit.matches WHERE label IN ('FULL', 'SEMANTIC', 'TEMPORAL')"
    )
    assert ("human", "FULL", None) in rows
    assert all(veto is None for _, _, veto in rows)
    assert house.jobs()[here["posting_id"]] == house.jobs()[there["posting_id"]]
