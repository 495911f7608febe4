"""Python's garbage collector, kept out of the way of work that makes much and leaves no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rare_collections() -> Iterator[None]:
    """What is there already (lookups) out of the collector's sight, and its rounds far apart.

    Full rounds walk the gazetteer: they cost an eighth of cleaning, and of one record with 100,000 lists inside lists,
    which starts round after round, six parts of seven.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
