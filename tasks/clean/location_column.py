"""The first rules of the field `locations`: a source's own location column, the header and opening of a notice.

The rules that go on from there, and the whole field, are in tasks/clean/location.py.
"""

from __future__ import annotations

from typing import Any

from tasks.clean.place_header import of_header
from tasks.clean.place_listed import evidence, read_listed, says_nothing
from tasks.clean.place_opening import opening
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.values import Place

FIELD = Field(
    "locations",
    ("locations", "header", "text", "is_notice", "title", "country_hint", "salary", "clean.language"),
    sql_type="PLACE[]",
    empty=(),
    remember=False,
)

SHOWN = 120  # characters of the text a place was read from, as shown in the change


def is_read(value: Any) -> bool:
    """Whether a value holds places already, not a source's words."""
    return bool(value) and isinstance(value[0], Place)


@FIELD.rule(
    "LOC05",
    "location.says_no_place",
    on="value",
    examples=(
        Example(("2 Locations",), None),
        Example(("Flexible / Remote", "Leeds, UK"), ("Leeds, UK",)),
        Example(("Multiple locations",), None),
        Example(("Not Used",), None),
    ),
    counter_examples=(Example(("Remote in USA",), ("Remote in USA",)), Example(("Remote, OR",), ("Remote, OR",))),
)
def says_no_place(value: Any, given: Given) -> Any:  # noqa: ARG001
    """Drop listed locations that name no place.

    Does: removes entries such as "3 Locations", "Multiple locations", "Flexible / Remote", "Not Used".
    Why: boards fill the column where there is nothing to say; "Remote" is a way of working (see workplace), no place.
    Leaves alone: an entry with a place in it, "Remote in USA" included.
    """
    if not value or is_read(value):
        return value
    kept = tuple([v for v in value if v and not says_nothing(v)])
    return value if kept == value else kept or None


@FIELD.rule(
    "LOC10",
    "location.listed",
    on="value",
    examples=(
        Example(("Waltham MA",), (Place("Waltham", "MA", "US"),)),
        Example(("US, CA, Santa Clara",), (Place("Santa Clara", "CA", "US"),)),
        Example(("07 - ACCONS",), (Place("Accons", None, "FR"),)),
        Example(("SF", "NYC"), (Place("San Francisco", "CA", "US"), Place("New York", "NY", "US"))),
        Example(("Remote - Canada",), (Place(None, None, "CA"),)),
        Example(("Cambridge",), (Place("Cambridge", None, "GB"),), {"salary": "£40,000"}),
        Example(("Orange County, CA",), (Place(None, "CA", "US"),)),
    ),
    counter_examples=(Example(("Cambridge",), None), Example(("Main Campus",), None), Example(("Europe",), None)),
)
def listed(value: Any, given: Given) -> Any:
    """Read the source's own location column.

    Does: turns each listed text into places, completing town, state and country from the gazetteer.
    Why: one office is written twenty ways ("NYC", "New York Ny", "US, NY, New York"); counting and matching need one.
    Leaves alone: what names no place, and a bare name that several towns share unless hint, currency or the other places
    listed decide it: then nothing is said rather than something wrong.
    """
    if not value or is_read(value):
        return value
    return read_listed(tuple(value), evidence(given)) or None


@FIELD.rule(
    "LOC20",
    "location.header",
    on="nothing",
    reads=("header", "is_notice"),
    examples=(
        Example(None, (Place("Lisbon", None, "PT"),), {"header": (("company", "Acme"), ("place", "Lisbon, Portugal"))}),
        Example(None, (Place(None, None, "US"),), {"header": (("workplace", "REMOTE (US only)"),)}),
        Example(
            None,
            (Place("Austin", "TX", "US"), Place(None, None, "US")),
            {"header": (("place", "Austin, TX"), ("workplace", "Remote (US)"))},
        ),
    ),
    counter_examples=(
        Example(None, None, {"header": (("company", "Boston Widgets"), ("workplace", "REMOTE (EU)"))}),
        Example((Place("Oslo", None, "NO"),), (Place("Oslo", None, "NO"),), {"header": (("place", "Austin, TX"),)}),
    ),
)
def header(value: Any, given: Given) -> Any:
    """Read the header of a free text notice.

    Does: takes the places of the first line (or the next short ones), of the segments that are places, and the limits
    of remote work.
    Why: by the convention of such notices the header says where the job is; the body names customers and headquarters.
    Leaves alone: a posting whose source lists its places; the company's name; "EU", "Europe", "anywhere", no country.
    """
    segments: tuple[tuple[str, str], ...] = given.get("header") or ()
    if value or not (segments or given.get("is_notice")):
        return value
    known = evidence(given)
    found, because = of_header(segments, given.get("text") or "", known)
    return Found(found, because[:SHOWN]) if found else value


@FIELD.rule(
    "LOC30",
    "location.opening_lines",
    on="nothing",
    notices=True,
    examples=(
        Example(
            None,
            (Place("San Francisco", "CA", "US"),),
            {"is_notice": True, "text": "Acme is hiring plumbers in San Francisco."},
        ),
        Example(
            None,
            (Place("Leuven", None, "BE"),),
            {"is_notice": True, "text": "Some words.\nLocation: Leuven, Belgium\n"},
        ),
        Example(
            None,
            (Place("Lyon", None, "FR"),),
            {"is_notice": True, "text": "Acme is a Lyon-based shop that wants more bakers to bake with."},
        ),
        Example(
            None,
            (Place("Boston", "MA", "US"), Place("Denver", "CO", "US")),
            {"is_notice": True, "text": "We bake bread, and a lot of it.\nBaker - Boston, MA\nSenior Baker (Denver)\n"},
        ),
    ),
    counter_examples=(
        Example(None, None, {"is_notice": True, "text": "Acme made renting simple, in NYC first.\nREMOTE"}),
        Example(None, None, {"is_notice": False, "text": "We are hiring in San Francisco."}),
    ),
)
def opening_lines(value: Any, given: Given) -> Any:
    """Read the first sentences of a notice whose header names no place.

    Does: looks for "Location:", for sentences that hire, look for people or work "in" a place the gazetteer knows, for a
    place at the very beginning, in parentheses or before "-based", then for towns at the ends of lines that list roles.
    Why: one notice in six has no header line; its first sentences say where the job is.
    Leaves alone: the headquarters of a company that offers remote work, and later paragraphs.
    """
    if value or not given.get("is_notice"):
        return value
    found, because = opening(given.get("text") or "", evidence(given))
    return Found(found, because[:SHOWN]) if found else value
