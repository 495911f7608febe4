"""What a batch costs follows the batch: the work done for it is the same however much is known that has nothing to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tasks.dedupe import fingerprints
from tasks.dedupe.text_lookup import Asked

from .conftest import place, posting, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import House, Posting


def openings(first: int, count: int, source: str) -> list[Posting]:
    """Postings that have nothing in common but the city."""
    return [
        posting(
            source=source, source_key=f"k{n}", company=f"Employer {n}", title=f"Engineer of kind{n}",
            locations=[place("Boston", "MA")], description=text(n),
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def work(house: House, known: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What matching a batch of 12 takes against so many known postings, 6 of which are of the same jobs."""
    house.add(openings(0, known, "board"))
    house.match()
    done = {"texts shingled": 0, "values looked up": 0}
    shingle, find = fingerprints.shingle, Asked.find

    def counted_shingle(texts: Any) -> Any:
        done["texts shingled"] += len(texts)
        return shingle(texts)

    def counted_find(self: Asked, values: Any) -> Any:
        done["values looked up"] += len(values)
        return find(self, values)

    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "shingle", counted_shingle)
        patch.setattr(Asked, "find", counted_find)
        house.add(openings(0, 6, "feed") + openings(10_000, 6, "feed"))
        report = house.match()
    assert report.touched == 12
    (searched,) = house.rows("SELECT sum(len(searched) * (1 + len(places))) FROM curated.fingerprints")[0]
    return done | {
        "values there": int(searched),
        "new": report.new_prints,
        "weighed": report.candidates,
        "accepted": report.likenesses,
        "regrouped": report.regrouped,
        "jobs": report.jobs - known,
    }


def test_the_work_for_a_batch_does_not_grow_with_what_is_known(
    new_house: Callable[[], House], monkeypatch: pytest.MonkeyPatch
) -> None:
    little, much = (work(new_house(), known, monkeypatch) for known in (60, 600))
    more = {name: much.pop(name) - little.pop(name) for name in ("values looked up", "values there")}
    assert little == much
    assert little["texts shingled"] == 12
    assert more["values looked up"] < 0.2 * more["values there"]  # most of them end at the sieve
