"""The field `locations`: every place where the job may be done, as (town, state of US/CA/AU, country).

A source's own location column is believed first, then a notice's header, then the title, then running text, which must
say outright that the job is there. Reading one written place is tasks/clean/place_text.py; here is decided what is read.
"""

from __future__ import annotations

from typing import Any

from tasks.clean.near import says
from tasks.clean.place_cues import (
    HIRES_IN,
    LABEL,
    LABEL_WORDS,
    OPENING,
    after,
    labelled,
    limits,
    of_header,
    of_the_job,
    title_towns,
)
from tasks.clean.place_listed import evidence, read_listed, says_nothing
from tasks.clean.place_settle import Evidence, with_towns
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
    ),
    counter_examples=(
        Example(None, None, {"is_notice": True, "text": "Acme made renting simple, in NYC first.\nREMOTE"}),
        Example(None, None, {"is_notice": False, "text": "We are hiring in San Francisco."}),
    ),
)
def opening_lines(value: Any, given: Given) -> Any:
    """Read the first lines of a notice whose header names no place.

    Does: looks for "Location:" and for sentences that hire, look for people or work "in" a place the gazetteer knows.
    Why: one notice in six has no header line; its first sentences say where the job is.
    Leaves alone: notices that offer remote work (a place there is the headquarters) and later paragraphs.
    """
    if value or not given.get("is_notice"):
        return value
    text = (given.get("text") or "")[:OPENING]
    known = evidence(given)
    low = text.lower()
    if "remote" in low and not ("no remote" in low or "onsite" in low or "on-site" in low):
        return value
    for cue in (LABEL, HIRES_IN) if says(text, LABEL_WORDS) else (HIRES_IN,):
        found, because = after(cue, text, known)
        if found:
            return Found(found, because[:SHOWN])
    return value


@FIELD.rule(
    "LOC40",
    "location.title",
    examples=(
        Example(
            (Place(None, None, "FR"),), (Place("Nantes", None, "FR"),), {"title": "Data Engineer - Transport - Nantes"}
        ),
        Example(
            (Place("Tokyo", None, "JP"),),
            (Place("Tokyo", None, "JP"), Place("Madrid", None, "ES")),
            {"title": "Clerk (Madrid)"},
        ),
    ),
    counter_examples=(
        Example((Place("London", None, "GB"),), (Place("London", None, "GB"),), {"title": "Account Manager - Germany"}),
        Example(
            (Place("London", None, "GB"),), (Place("London", None, "GB"),), {"title": "Paris Hilton Brand Manager"}
        ),
    ),
)
def title(value: Any, given: Given) -> Any:
    """Read the towns that a title names apart from the role.

    Does: adds towns standing alone after a dash or in parentheses; a bare country or state listed gives way to its town.
    Why: boards list "France" and write the town in the title; a second town in the title is a second place of work.
    Leaves alone: countries in titles (a market, not a place) and towns that are part of a name.
    """
    text = given.get("title")
    if not text or (value and not is_read(value)):
        return value
    known = evidence(given)
    if value and not known.hint:
        known = Evidence(None, tuple(p.country for p in value if p.country))
    towns = title_towns(text[:200], known)
    if not towns:
        return value
    widened = with_towns(value or (), towns)
    return value if widened == (value or ()) else Found(widened, text[:SHOWN])


@FIELD.rule(
    "LOC50",
    "location.text",
    examples=(
        Example((Place(None, None, "FR"),), (Place("Niort", None, "FR"),), {"text": "Pour notre client basé à Niort."}),
        Example(
            (Place(None, "VA", "US"),),
            (Place("McLean", "VA", "US"),),
            {"text": "Details\nLocation of Position: McLean, VA\n"},
        ),
        Example(
            (Place("Leeds", None, "GB"),),
            (Place("Leeds", None, "GB"), Place("Glasgow", None, "GB")),
            {"text": "This role can be based in Glasgow, Scotland or Leeds, UK."},
        ),
    ),
    counter_examples=(
        Example(
            (Place("Leeds", None, "GB"),), (Place("Leeds", None, "GB"),), {"text": "We have offices in Paris and Rome."}
        ),
        Example((Place(None, None, "FR"),), (Place(None, None, "FR"),), {"text": "Notre siège, une tour à Berlin."}),
        Example(None, None, {"text": "This role is based in Leeds, UK.", "is_notice": True}),
    ),
)
def text(value: Any, given: Given) -> Any:
    """Read where running text says outright that the job is.

    Does: adds the places of a sentence about the position ("this role can be located in"); where only a country or state
    is listed, takes the town of a "Location:" line or of "basé à" inside it.
    Why: a board keeps one place of several, or only the country, and the employer's own text says the rest.
    Leaves alone: places of offices, customers and headquarters; a listed town is never replaced.
    """
    body = given.get("text")
    if not body or given.get("is_notice") or (value and not is_read(value)):
        return value
    known = evidence(given)
    if value and all(p.city is None for p in value) and len({p.country for p in value}) == 1:
        found, because = labelled(body, Evidence(value[0].country))
        found = tuple(
            f for f in found if f.city and any(f.country == p.country and p.region in (None, f.region) for p in value)
        )
        if found:
            return Found(with_towns(value, found), because[-SHOWN:])
    found, because = of_the_job(body, known)
    if not (value or found):
        found, because = labelled(body, known)
    if not found:
        return value
    widened = with_towns(value or (), found)
    return value if widened == (value or ()) else Found(widened, because[-SHOWN:])


@FIELD.rule(
    "LOC60",
    "location.remote_limit",
    examples=(
        Example(
            None, (Place(None, None, "BG"),), {"locations": ("Flexible / Remote",), "text": "* Located in Bulgaria\n"}
        ),
        Example(
            None,
            (Place(None, None, "US"),),
            {"header": (("workplace", "REMOTE"),), "text": "You must be authorized to work in the United States."},
        ),
        Example(
            None,
            (Place(None, None, "CA"), Place(None, None, "MY")),
            {"locations": ("Flexible / Remote",), "text": "Join us.\nLocation: Canada, Malaysia\n"},
        ),
    ),
    counter_examples=(
        Example(None, None, {"text": "You must be authorized to work in the United States."}),
        Example(None, None, {"locations": ("Remote",), "text": "Customers located in Germany love us."}),
    ),
)
def remote_limit(value: Any, given: Given) -> Any:
    """Read the country that remote work is limited to.

    Does: for remote work without a place, takes the places of a "Location:" line of the text, else the country where one
    must live or be allowed to work.
    Why: such a job can be done there and nowhere else.
    Leaves alone: jobs that have a place, jobs that are not said to be remote, and "EU", "Europe", "anywhere".
    """
    body = given.get("text")
    if value or not body:
        return value
    said = [*(given.get("locations") or ()), *(t for kind, t in given.get("header") or () if kind == "workplace")]
    if not any("remote" in s.lower() for s in said):
        return value
    if not given.get("is_notice"):
        found, because = labelled(body, evidence(given))
        if found:
            return Found(found, because[-SHOWN:])
    found, because = limits(body)
    return Found(found, because[-SHOWN:]) if found else value
