"""A short fuzz with a fixed seed; `python -m flows.fuzz --records 1000000` is the long one."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from flows.fuzz import Fuzzer, feeds, fuzz, show
from flows.fuzz_mutations import DEEPEST, MUTATIONS, as_json, copied, deep, places

RECORDS = 3_000


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tasks.ingest.sources.sample.generate import generate

    folder = tmp_path_factory.mktemp("fuzz") / "market"
    generate(rows=100, seed=1, days=1, out=folder)
    return folder


def test_every_mutated_record_is_accounted_for(tmp_path: Path) -> None:
    tally = fuzz(RECORDS, seed=20, keep=tmp_path / "kept")
    assert tally.failures == [], show(tally)
    assert tally.made == RECORDS
    assert tally.accounted() == tally.records > RECORDS * 0.9
    assert min(tally.good, tally.split.total(), tally.clean.total(), tally.mask.total()) > 0


def test_every_source_is_fed(market: Path) -> None:
    from tasks.ingest.source import registry, with_members

    fed = {feed.source.name for feed in feeds(market)}
    assert fed == {name for name, source in with_members(registry()).items() if source.format != "group"}


def test_a_seed_says_which_records_are_made(market: Path) -> None:
    for feed in feeds(market):
        assert [seed(Random(3)) for seed in feed.seeds[:5]] == [seed(Random(3)) for seed in feed.seeds[:5]]


def test_the_deepest_record_can_be_written() -> None:
    """One level more than the mutations allow would end the fuzzer itself, hundreds of thousands of records in."""

    class Deepest(Random):
        def choice(self, seq: Any) -> Any:
            return max(seq)

    value: dict[str, Any] = {"a": deep(Deepest(1), "x")}
    for _ in range(max(MUTATIONS) - 1):
        container, key = places(value)[-1]
        container[key] = copied(value["a"])
    text = as_json(Random(1), copied(value))
    assert text.count(b"[") + text.count(b"{") == 4 * DEEPEST + 1


@pytest.mark.parametrize(
    ("step", "told"), [("split", "split crashed"), ("clean", "clean crashed"), ("count", "split lost count")]
)
def test_a_failure_is_seen(market: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, told: str) -> None:
    """The fuzzer is no check that cannot fail: a step that breaks is told, and its file kept."""
    from flows import fuzz as module

    [feed] = [feed for feed in feeds(market) if feed.source.name == "simplify"]
    real = module.split_file

    def broken(source: Any, body: bytes, name: str) -> Any:
        if step == "split":
            raise LookupError("lost")
        batches, report = real(source, body, name)
        return (batches[1:] if step == "count" else batches), report

    fuzzer = Fuzzer(tmp_path / "kept")
    monkeypatch.setattr(module, "split_file", broken)
    if step == "clean":
        monkeypatch.setattr(fuzzer.engine, "clean", lambda batch: 1 / 0)
    fuzzer.feed(feed, Random(1), 20)
    assert any(failure.startswith(told) for failure in fuzzer.tally.failures)
    assert list((tmp_path / "kept").iterdir())
