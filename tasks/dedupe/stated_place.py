r"""The place that a board's own page repeats above an advert, for postings whose location field is empty.

Boards print a job's place beside the employer, above the advert ("Fennel Works · Boise, ID · 3 days ago"). What follows is
the employer's text, which names headquarters and sister offices too; so only these lines are read, and where one stands
it outweighs whatever cleaning concluded from the text below it.
"""

from __future__ import annotations

from functools import lru_cache

from tasks.clean.place_listed import read_listed
from tasks.clean.place_settle import NOTHING_KNOWN
from tasks.dedupe.place_key import PlaceKey, place_key

TOP = 500  # characters of a text that may be the board's

# Each has one group, the place; RE2 syntax, from the beginning of the text.
LINES = (
    r"^[^\n·]{1,120} · ([^·\n]{2,60}) · [^\n·]{0,30}(?:ago|applicant)",
    r"^locations\n+([^\n]{2,60})\n+time type",
    r"^[^\n]{1,120} is hiring an? [^\n]{1,150} in ([^\n]{2,60}?)\. Apply now",
    r"^[^\n]{1,150}\n(?:[^\n]{1,120}\n)?([^\n]{2,60})\nDice Id",
)


def stated_sql(description: str, listed: str) -> str:
    """SQL for what the board's page says of the place where `listed` is empty, else ''."""
    tries = ", ".join(f"nullif(regexp_extract(left({description}, {TOP}), '{line}', 1), '')" for line in LINES)
    return f"CASE WHEN coalesce({listed}, '') = '' THEN coalesce({tries}, '') ELSE '' END"


@lru_cache(maxsize=32768)
def stated_key(stated: str) -> PlaceKey:
    """The key of a place as a board's page states it."""
    return place_key([place._asdict() for place in read_listed((stated,), NOTHING_KNOWN)], stated)
