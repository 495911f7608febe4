"""The market's year: how much is hired when, how much of it is deep learning, and how long a posting stays up.

The made-up year is 2020 on purpose: all hiring halves in spring and comes back in part, and deep learning's share falls
by a third. A raw count therefore says "down by half" where the share does not, which is the question Winnow answers.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tasks.ingest.sources.sample.grammar import Draw

LAST_DAY = date(2020, 8, 31)
EPOCH = date(1970, 1, 1).toordinal()
REACH = 240  # days before the first capture in which a posting may have been put up

# month of 2020: postings put up against January, deep learning's share against January; before 2020 both are 1
MONTHS: dict[int, tuple[float, float]] = {
    1: (1.0, 1.0),
    2: (1.0, 1.0),
    3: (0.85, 0.95),
    4: (0.50, 0.82),
    5: (0.50, 0.74),
    6: (0.60, 0.68),
    7: (0.70, 0.66),
    8: (0.75, 0.66),
}
LIVES = ((0.45, 14.0), (0.85, 45.0), (1.0, 120.0))  # cumulative share of postings, mean days that they stay up


class Window(NamedTuple):
    """The captures: their dates, `step` days apart, the last one on LAST_DAY."""

    days: int
    step: int

    def date(self, capture: int) -> date:
        """The day of a capture, counted from 0."""
        return LAST_DAY - timedelta(days=(self.days - 1 - capture) * self.step)

    def first_ordinal(self) -> int:
        """Proleptic ordinal of the first capture's day."""
        return self.date(0).toordinal()


def month_of(ordinal: int) -> tuple[float, float]:
    """Hiring and deep-learning factors of a day."""
    day = date.fromordinal(ordinal)
    return MONTHS[day.month] if day.year == LAST_DAY.year and day.month in MONTHS else (1.0, 1.0)


def life(draw: Draw) -> int:
    """Days that a posting stays up, at least one."""
    kind = draw()
    mean = next(mean for share, mean in LIVES if kind < share)
    return 1 + int(-log(1.0 - draw()) * mean)


class Year:
    """Opening days drawn so that the number of open postings and their ages fit the calendar."""

    def __init__(self, window: Window) -> None:
        """Look the months up once."""
        self.window = window
        self.start = window.first_ordinal()
        self.span = (window.days - 1) * window.step + 1
        self.factors = [month_of(self.start + n) for n in range(-REACH, self.span)]

    def opening(self, draw: Draw) -> tuple[int, int]:
        """(opened, closed) in days relative to the first capture, of a posting that at least one capture can see."""
        while True:
            at = int(draw() * (REACH + self.span))
            if draw() > self.factors[at][0]:
                continue
            opened = at - REACH
            closed = opened + life(draw)
            if closed > 0 and self.captures(opened, closed):
                return opened, closed

    def captures(self, opened: int, closed: int) -> range:
        """The captures that see a posting which is up from `opened` until before `closed`."""
        step = self.window.step
        return range(max(0, -(-opened // step)), min(self.window.days, -(-closed // step)))

    def deep(self, opened: int) -> float:
        """Deep learning's factor on an opening day."""
        return self.factors[opened + REACH][1] if 0 <= opened + REACH < len(self.factors) else 1.0
