"""The day a posting was posted, out of whatever a source calls a date. What is not a whole date is None."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tasks.clean.lookup import rows
from tasks.clean.posted_forms import AGE, ANNOUNCED, DASHED, EPOCH, ISO, NUMBERS, WRAPPING, WRITTEN, YEAR_APART
from tasks.clean.posted_text import EARLIEST, MONTHS, by_deadline, day, stated
from tasks.clean.rule import Example, Field, Found, Given, Rejection
from tasks.clean.values import Place

FIELD = Field(
    "posted_on",
    ("posted_on", "captured_on", "country_hint", "text", "is_notice", "clean.locations"),
    sql_type="DATE",
    remember=False,
)

TOLERANCE = timedelta(days=2)
"""A posting may be dated this long after its capture: a day for time zones, a day for clocks and embargoes."""

MONTH_FIRST = frozenset(("US",))
DAY_FIRST = frozenset(row["country"] for row in rows("day_first_countries"))


@lru_cache(maxsize=4096)  # few days are met often, and five rules ask
def is_day(value: str | None) -> bool:
    """Whether an earlier rule has already made an ISO day of it."""
    if value is None or len(value) != 10 or not value.isascii() or value[4] != "-" or value[7] != "-":
        return False
    parts = value.split("-")
    return all(part.isdigit() for part in parts) and day(*map(int, parts)) is not None


@FIELD.rule(
    "POS01",
    "posted_on.unwrap",
    reads=("posted_on",),
    examples=(
        Example("!!timestamp '2016-06-10'", "2016-06-10"),
        Example(" 2020-01-02 ", "2020-01-02"),
        Example("", None),
        Example("Posted on May 7, 2019", "May 7, 2019"),
    ),
    counter_examples=(Example("Posted 3 days ago", "Posted 3 days ago"),),
)
def unwrap(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: takes off YAML type marks, quotes, blanks and "Posted on" around a date; nothing left is None.

    Why: front matter, hand-made files and pages read by machine carry them.
    Leaves alone: everything inside.
    """
    if value is None or is_day(value):
        return value
    return ANNOUNCED.sub("", WRAPPING.sub("", value[:200]).strip(), count=1) or None


@FIELD.rule(
    "POS02",
    "posted_on.iso",
    reads=("posted_on",),
    examples=(
        Example("2019-01-17T00:00:00.000", "2019-01-17"),
        Example("2024-09-25T10:11:12Z", "2024-09-25"),
        Example("2024-09-25 23:30:00-08:00", "2024-09-25"),
        Example("20240925", "2024-09-25"),
        Example("2024/9/5", "2024-09-05"),
    ),
    counter_examples=(
        Example("2024-02-30", "2024-02-30"),
        Example("2024-09", "2024-09"),
        Example("0001-01-01", "0001-01-01"),
    ),
)
def iso(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: reads year, month, day in this order, with or without a time behind it; the day is the one written.

    Why: it is what most programs write; the zone a time was written in is the poster's own.
    Leaves alone: days that are not in the calendar and months without a day.
    """
    if value is None or is_day(value) or not (found := ISO.match(value)):
        return value
    parts = [int(part) for part in found.groups() if part is not None]
    return day(*parts) or value


@FIELD.rule(
    "POS03",
    "posted_on.epoch",
    reads=("posted_on",),
    examples=(
        Example("1719520362", "2024-06-27"),
        Example("1719520362000", "2024-06-27"),
        Example("1719520362.5", "2024-06-27"),
    ),
    counter_examples=(
        Example("0", "0"),
        Example("20240925", "20240925"),
        Example("14155550100123456", "14155550100123456"),
    ),
)
def epoch(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: reads seconds or milliseconds since 1970, in UTC.

    Why: feeds made for programs give nothing else.
    Leaves alone: numbers of other lengths, which are days run together, ids or ages.
    """
    if value is None or is_day(value) or not EPOCH.fullmatch(value):
        return value
    number = float(value)
    found = datetime.fromtimestamp(number / 1000 if abs(number) >= 1e11 else number, UTC).date()
    return found.isoformat() if found >= EARLIEST else value


@FIELD.rule(
    "POS04",
    "posted_on.written",
    reads=("posted_on",),
    examples=(
        Example("June 10, 2016", "2016-06-10"),
        Example("10 juin 2016", "2016-06-10"),
        Example("Fri, 10 Jun 2016 08:00:00 GMT", "2016-06-10"),
        Example("10-Jun-16", "2016-06-10"),
        Example("02-07 2023", "2023-02-07"),
        Example("Sep-30 2022", "2022-09-30"),
    ),
    counter_examples=(Example("June 2016", "June 2016"), Example("Smarch 13, 2016", "Smarch 13, 2016")),
)
def written(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: reads a day whose month is a word, in English, French, German, Spanish, Italian, Dutch or Portuguese, or month and
    day with a hyphen and the year apart.

    Why: pages write dates for people, and a month in words can be read one way only; who joins two numbers with a hyphen and
    leaves the year alone puts the month first, as ISO does.
    Leaves alone: a month without a day, and words that are no month.
    """
    if value is None or is_day(value):
        return value
    low = value.lower()
    if found := YEAR_APART.match(low):
        month = int(found[1]) if found[1].isdigit() else MONTHS.get(found[1], 0)
        return day(int(found[3]), month, int(found[2])) or value
    if found := DASHED.match(low):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return day(year, MONTHS.get(found[2], 0), int(found[1])) or value
    if found := WRITTEN.match(low):
        month = MONTHS.get(found["m1"] or found["m2"], 0)
        return day(int(found["y1"] or found["y2"]), month, int(found["d1"] or found["d2"])) or value
    return value


@FIELD.rule(
    "POS05",
    "posted_on.day_and_month",
    reads=("posted_on",),
    examples=(
        Example("12/25/2021", "2021-12-25"),
        Example("25.12.2021", "2021-12-25"),
        Example("04.08.2021", "2021-08-04"),
        Example("04/04/2021", "2021-04-04"),
        Example("03/04/2021", "2021-03-04", {"country_hint": "US"}),
        Example("03/04/2021", "2021-04-03", {"country_hint": "FR"}),
        Example("10/05/2021", "2021-05-10", {"text": "APPLICATION DEADLINE: 30 June 2021"}),
        Example(
            "03/04/2021",
            Rejection("ambiguous_date", "03/04/2021 is 2021-03-04 or 2021-04-03, and the source does not say which"),
        ),
    ),
    counter_examples=(Example("13/13/2021", "13/13/2021"), Example("3/4", "3/4")),
)
def day_and_month(value: str | None, given: Given) -> str | Rejection | None:
    """Does: reads day, month and year in numbers where there is one way to read them, dots are used, the source's country
    has a habit, or the text bears one reading out: it states the day in words, or a deadline that comes after one only.

    Why: 03/04/2021 is a month apart in two countries; a wrong day is worse than a record that waits for a human.
    Leaves alone: numbers that are no date either way.
    """
    if value is None or is_day(value) or not (found := NUMBERS.match(value)):
        return value
    first, second = int(found[1]), int(found[2])
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    month_first, day_first = day(year, first, second), day(year, second, first)
    if month_first is None or day_first is None or month_first == day_first:
        return month_first or day_first or value
    country = given.get("country_hint")
    if country in MONTH_FIRST:
        return month_first
    if country in DAY_FIRST or found[0].count(".") == 2:  # dots are written by people who put the day first
        return day_first
    if found_in_text := by_deadline(given.get("text") or "", (month_first, day_first)):
        return found_in_text
    return Rejection(
        "ambiguous_date", f"{found[0].strip(' ,T')} is {month_first} or {day_first}, and the source does not say which"
    )


@FIELD.rule(
    "POS06",
    "posted_on.relative_age",
    reads=("posted_on",),
    examples=(
        Example("3 days ago", None),
        Example("14d", None),
        Example("30+ days ago", None),
        Example("il y a 5 jours", None),
    ),
    counter_examples=(Example("2021-12-25", "2021-12-25"),),
)
def relative_age(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: makes nothing of an age.

    Why: an age moves with every fetch and is rounded; the day we saw a posting is kept as first_seen.
    Leaves alone: dates.
    """
    return None if value is not None and not is_day(value) and AGE.fullmatch(value) else value


@FIELD.rule(
    "POS07",
    "posted_on.unreadable",
    reads=("posted_on",),
    examples=(Example("soon", None), Example("2024-09", None), Example("0", None)),
    counter_examples=(Example("2021-12-25", "2021-12-25"),),
)
def unreadable(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: makes nothing of what no rule could read as a day.

    Why: an unknown date is not a date; the raw text stays in the record.
    Leaves alone: days.
    """
    return value if is_day(value) else None


@FIELD.rule(
    "POS08",
    "posted_on.future",
    reads=("posted_on",),
    examples=(
        Example(
            "2021-12-25",
            Rejection("future_date", "2021-12-25 is after the capture of 2021-06-01"),
            {"captured_on": "2021-06-01"},
        ),
    ),
    counter_examples=(
        Example("2021-06-03", "2021-06-03", {"captured_on": "2021-06-01"}),
        Example("2021-12-25", "2021-12-25", {"captured_on": None}),
    ),
)
def future(value: str | None, given: Given) -> str | Rejection | None:
    """Does: sets aside a posting dated more than two days after it was fetched.

    Why: nothing is posted after it was seen, so the date, or the parser of the source, is wrong.
    Leaves alone: the two days that time zones and clocks may make, and records whose capture has no date.
    """
    captured = given.get("captured_on")
    if value is None or captured is None or value[:10] <= str(captured)[:10]:
        return value
    if date.fromisoformat(value) - date.fromisoformat(str(captured)[:10]) > TOLERANCE:
        return Rejection("future_date", f"{value} is after the capture of {str(captured)[:10]}")
    return value


@FIELD.rule(
    "POS09",
    "posted_on.stated_in_text",
    on="nothing",
    reads=("text",),
    notices=False,
    examples=(
        Example(None, "2019-03-14", {"text": "Posted: Mar 14, 2019\nDeckhand"}),
        Example(None, "2004-06-29", {"text": "OPENING DATE: 29 June 2004"}),
        Example(None, "2018-07-15", {"text": "Schedule: Full-time Job Posting07/15/2018, 5:32 PM"}),
        Example(None, "2021-10-07", {"text": "Posted 07/10/2021", "clean.locations": (Place("Perth", "WA", "AU"),)}),
    ),
    counter_examples=(
        Example(None, None, {"text": "Our office opened in May 2003."}),
        Example(None, None, {"text": "Posted 07/10/2021"}),
        Example("2020-01-01", "2020-01-01", {"text": "Posted: Mar 14, 2019"}),
        Example(None, None, {"text": "Posted: Mar 14, 2019", "captured_on": "2018-01-01"}),
    ),
)
def stated_in_text(value: str | None, given: Given) -> str | Found | None:
    """Does: takes the day that the text of a posting without a date says it was posted or opened on; the order of numbers is
    told by the source's country, else by the posting's.

    Why: pages read by machine keep the date in their text.
    Leaves alone: numbers that can be read two ways, days after the capture, and notices, whose text is the poster's own.
    """
    text = given.get("text")
    if value is not None or not text or given.get("is_notice"):
        return value
    countries = {given.get("country_hint") or place.country for place in given.get("clean.locations") or ()}
    countries = countries or {given.get("country_hint")}
    found = stated(text, countries <= MONTH_FIRST, countries <= DAY_FIRST)
    if found is None or found[0] > str(given.get("captured_on") or "9999"):
        return value
    return Found(found[0], found[1])
