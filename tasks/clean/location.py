"""The field `locations`: every place where the job may be done, as (town, state of US/CA/AU, country).

A source's own location column is believed first, then a notice's header (both in tasks/clean/location_column.py), then
the title, then running text, which must say outright that the job is there. Reading one written place is
tasks/clean/place_text.py; here is decided what is read.
"""

from __future__ import annotations

from typing import Any

from tasks.clean.location_column import FIELD, SHOWN, is_read
from tasks.clean.place_cues import labelled, limits, of_the_job, title_towns
from tasks.clean.place_listed import evidence
from tasks.clean.place_opening import first_line
from tasks.clean.place_settle import Evidence, with_towns
from tasks.clean.rule import Example, Found, Given
from tasks.clean.values import Place

__all__ = ["FIELD"]


@FIELD.rule(
    "LOC40",
    "location.title",
    reads=("title",),
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
    "LOC45",
    "location.first_line",
    on="nothing",
    reads=("text",),
    notices=False,
    examples=(
        Example(None, (Place("Ghent", None, "BE"),), {"text": "Acme | Baker | Ghent, Belgium | Full-time\nWe bake."}),
        Example(None, (Place("Oslo", None, "NO"),), {"text": "Baker, Acme Bread, Oslo— The baker bakes."}),
        Example(
            None,
            (Place("Leeds", None, "GB"), Place("York", None, "GB")),
            {"text": "Acme is hiring bakers in Leeds and York. Our ovens come from Rome."},
        ),
    ),
    counter_examples=(
        Example(None, None, {"text": "Acme bakes for all of Paris.\nYou know ovens."}),
        Example(None, None, {"text": "Acme | Baker | Ghent, Belgium", "is_notice": True}),
        Example((Place("Leeds", None, "GB"),), (Place("Leeds", None, "GB"),), {"text": "Acme | Baker | Ghent"}),
    ),
)
def line_on_top(value: Any, given: Given) -> Any:
    """Read the line that a description begins with, where the source lists no place.

    Does: takes the places of a first line cut by bars or dashes, of a heading "role, employer, place", of a first
    sentence that hires somewhere.
    Why: boards that copy notices and bulletins leave the place in the text and the column empty.
    Leaves alone: postings with a place, and places in sentences about anything else.
    """
    body = given.get("text")
    if value or not body or given.get("is_notice"):
        return value
    found, because = first_line(body, evidence(given))
    return Found(found, because[:SHOWN]) if found else value


@FIELD.rule(
    "LOC50",
    "location.text",
    reads=("text",),
    notices=False,
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
    on="nothing",
    reads=("text",),
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
