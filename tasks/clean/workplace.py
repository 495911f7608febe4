"""The field `workplace`: which of onsite, remote and hybrid a posting says. A town alone is not onsite.

Said by a column, else by the location column ("Remote in USA"), else by a notice's header, the title, running text.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.near import has, says
from tasks.clean.notice_names import is_sentence
from tasks.clean.place_cues import opening_lines
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.workplace_text import TEXT_LIMIT, in_french, in_text, remote_too
from tasks.clean.workplace_words import (
    BESIDE,
    BESIDE_CUES,
    MARK_ALONE,
    MARK_WORDS,
    SHOUTED,
    SHOUTS,
    TITLE,
    TITLE_CUES,
    marks,
    marks_of,
    ordered,
)

FIELD = Field(
    "workplace",
    ("workplace", "locations", "header", "text", "title", "is_notice"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)


LINE_CUT = re.compile(r"\s*[|•·,;()]\s*|\s+(?:[-–—/]|--)\s+")  # between the pieces of a first line


@FIELD.rule(
    "WOR05",
    "workplace.listed",
    reads=("workplace",),
    examples=(
        Example("Hybrid", ("hybrid",)),
        Example("On-site", ("onsite",)),
        Example("true", ("remote",)),
        Example("Remote or on-site", ("onsite", "remote")),
    ),
    counter_examples=(Example("false", None), Example("Main building", None)),
)
def listed(value: Any, given: Given) -> Any:  # noqa: ARG001
    """Read the source's own workplace column.

    Does: reads its words; a bare "true" or "yes" is a remote flag, as boards name that column.
    Why: a field filled for this purpose beats anything the text lets one guess.
    Leaves alone: "false", which says only that a box was not ticked.
    """
    if not isinstance(value, str):
        return value
    if value.strip().lower() in ("true", "yes", "1", "y", "remote_ok"):
        return ("remote",)
    return ordered(marks(value[:300].replace("_", " ")))


@FIELD.rule(
    "WOR10",
    "workplace.in_location",
    on="nothing",
    reads=("locations",),
    examples=(
        Example(None, ("remote",), {"locations": ("Flexible / Remote", "Leeds, UK")}),
        Example(None, ("remote",), {"locations": ("Remote in USA",)}),
        Example(None, ("hybrid",), {"locations": ("Hybrid - Denver, CO",)}),
    ),
    counter_examples=(
        Example(None, None, {"locations": ("Remote, OR",)}),
        Example(("onsite",), ("onsite",), {"locations": ("Remote",)}),
    ),
)
def in_location(value: Any, given: Given) -> Any:
    """Read what the location column says of the way of working.

    Does: takes "Remote", "Flexible / Remote", "Hybrid - Denver" among the listed locations.
    Why: most boards have no workplace column and put it there.
    Leaves alone: a workplace already listed, and the town of Remote, Oregon.
    """
    if value or not given.get("locations"):
        return value
    found: set[str] = set()
    for place in given["locations"]:
        if place and place.strip().lower() not in ("remote, or", "remote, oregon"):
            found |= marks(place[:200])
    return Found(ordered(found), " · ".join(given["locations"])[:100]) if found else value


@FIELD.rule(
    "WOR20",
    "workplace.header",
    on="nothing",
    reads=("header", "is_notice"),
    examples=(
        Example(None, ("onsite",), {"header": (("place", "Oslo"), ("workplace", "ONSITE"))}),
        Example(None, ("onsite",), {"header": (("workplace", "No remote"),)}),
        Example(None, ("onsite", "remote"), {"header": (("workplace", "Onsite or REMOTE"),)}),
        Example(None, ("remote",), {"header": (("place", "New York (or remote)"),)}),
    ),
    counter_examples=(Example(None, None, {"header": (("company", "Remote Widgets"), ("place", "Oslo"))}),),
)
def header(value: Any, given: Given) -> Any:
    """Read the header of a free text notice.

    Does: takes ONSITE, REMOTE, "no remote", "partially remote" from every header segment but the company's; where they
    say nothing, from the first short lines, then from capitals further down.
    Why: by convention such notices say so in capitals at the top.
    Leaves alone: the company's name, and postings whose columns say it already.
    """
    if value or not (given.get("header") or given.get("is_notice")):
        return value
    said = [t for kind, t in given.get("header") or () if kind != "company" and kind != "url"]
    found = marks_of(said)
    body = given.get("text") or ""
    if not found and given.get("is_notice") and says(body, MARK_WORDS):
        said = list(opening_lines(body))
        found = marks_of(said)
        top = body[:1500]
        spoken = found or not has(top[:300].lower(), BESIDE_CUES)
        beside = () if spoken else BESIDE.finditer(top[:300])
        shouts = SHOUTED.finditer(top) if not found and has(top, SHOUTS) else ()
        for mark in (*beside, *shouts):
            said = [top[max(0, mark.start() - 25) : mark.end() + 25]]
            found |= marks(said[0])
    return Found(ordered(found), " | ".join(said)[:100]) if found else value


@FIELD.rule(
    "WOR30",
    "workplace.title",
    on="nothing",
    reads=("title",),
    examples=(
        Example(None, ("remote",), {"title": "Data Clerk (Remote)"}),
        Example(None, ("remote",), {"title": "Remote Plumber - US"}),
        Example(None, ("hybrid",), {"title": "Clerk - Hybrid"}),
    ),
    counter_examples=(
        Example(None, None, {"title": "Remote Sensing Scientist"}),
        Example(None, None, {"title": "Hybrid Cloud Engineer"}),
        Example(None, None, {"title": "Onsite Support Technician"}),
    ),
)
def title(value: Any, given: Given) -> Any:
    """Read what a title says of the way of working.

    Does: takes "Remote", "Hybrid", "Onsite" where it stands apart: in parentheses, after a dash, at either end.
    Why: boards without a column for it leave it in the title.
    Leaves alone: remote sensing, hybrid cloud, onsite support: there the word is part of the craft.
    """
    text = given.get("title")
    if value or not text:
        return value
    low = text.lower()
    if not has(low, TITLE_CUES):
        return value
    found = {m for match in TITLE.finditer(text[:300]) for m in marks(match[0])}
    return Found(ordered(found), text[:100]) if found else value


@FIELD.rule(
    "WOR35",
    "workplace.first_line",
    on="nothing",
    reads=("text",),
    notices=False,
    examples=(
        Example(None, ("onsite",), {"text": "Acme | Baker | Ghent | Full time, ONSITE\nWe bake bread."}),
        Example(None, ("onsite", "remote"), {"text": "Acme\nBaker | Remote or onsite\nWe bake bread."}),
        Example(None, ("hybrid",), {"text": "Acme - Leeds (Hybrid) - Bakers\nWe bake bread."}),
    ),
    counter_examples=(
        Example(None, None, {"text": "Acme bakes onsite.\nYou know ovens."}),
        Example(None, None, {"text": "Acme | Baker | ONSITE", "is_notice": True}),
        Example(("remote",), ("remote",), {"text": "Acme | Baker | ONSITE"}),
    ),
)
def line_on_top(value: Any, given: Given) -> Any:
    """Read the line that a description begins with.

    Does: takes the marks of a first line cut by bars, or that has one in capitals, as headers of notices do, and those
    that stand alone between its dashes, commas and brackets.
    Why: boards that copy notices keep their header in the text and have no column for it.
    Leaves alone: sentences, and postings of which the columns or the title say it.
    """
    body = given.get("text")
    if value or not body or given.get("is_notice") or not says(body, MARK_WORDS):
        return value
    lines = [line for line in opening_lines(body, 3) if "|" in line or has(line, SHOUTS)]
    found = marks_of([piece for line in lines for piece in line.split("|")])
    if not found:
        top = [line for line in opening_lines(body, 1) if not is_sentence(line)]
        lines = [piece for line in top for piece in LINE_CUT.split(line)[1:] if MARK_ALONE.fullmatch(piece)]
        found = marks_of(lines)
    return Found(ordered(found), " ".join(lines)[:100]) if found else value


@FIELD.rule(
    "WOR40",
    "workplace.text",
    reads=("text",),
    examples=(
        Example(None, ("hybrid",), {"text": "Vos avantages : 2 jours de télétravail par semaine."}),
        Example(None, ("onsite",), {"text": "Remote work is not an option."}),
        Example(None, ("remote",), {"text": "This position can be fully remote."}),
        Example(
            ("remote",),
            ("hybrid",),
            {"text": "Hybrid work: three days a week in the office.", "locations": ("Remote",)},
        ),
        Example(
            ("onsite",),
            ("onsite", "remote"),
            {"text": "We are open to remote bakers.", "header": (("workplace", "ONSITE"),)},
        ),
        Example(None, ("onsite",), {"text": "About us: ovens.\nLocation: Leeds (office-based)\n"}),
        Example(None, ("onsite", "hybrid", "remote"), {"text": "We support in-person, hybrid, and remote work."}),
    ),
    counter_examples=(
        Example(None, None, {"text": "Onsite interviews follow. Snacks onsite. Remote servers, hybrid cloud."}),
        Example(("onsite",), ("onsite",), {"text": "You may work from home on Fridays."}),
        Example(None, None, {"text": "Lets customers remotely connect to a device."}),
    ),
)
def text(value: Any, given: Given) -> Any:
    """Read what running text says outright of the way of working.

    Does: takes sentences and labels that speak of the position ("this role is on-site", "2 jours de télétravail"), and lets
    "hybrid" in the text replace a "Remote" that was only a location, and "open to remote" add to a notice's ONSITE.
    Why: half of the descriptions say it nowhere else; a board's "Flexible / Remote" is often three days in the office.
    Leaves alone: what columns and headers say; onsite gyms and interviews, remote servers, hybrid clouds.
    """
    body = given.get("text")
    if body and value == ("onsite",) and given.get("header"):
        because = remote_too(body[:TEXT_LIMIT])
        return Found(("onsite", "remote"), because) if because else value
    if not body or (value and not (value == ("remote",) and given.get("locations"))):
        return value
    body = body[:TEXT_LIMIT]
    found, because = in_french(body)
    if found:
        return value or Found(ordered(found), because)
    found, because = in_text(body)
    if value:
        return Found(ordered(found), because) if "hybrid" in found else value
    return Found(ordered(found), because) if found else value
