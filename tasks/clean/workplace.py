"""The field `workplace`: which of onsite, remote and hybrid a posting says. A town alone is not onsite.

Said by a column, else by the location column ("Remote in USA"), else by a notice's header, the title, running text.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.text import words

FIELD = Field(
    "workplace",
    ("workplace", "locations", "header", "text", "title", "is_notice"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)

ORDER = ("onsite", "hybrid", "remote")
_REMOTE = r"remote(?:ly)?|telecommut(?:e|ing)|telework(?:ing)?|work(?:ing)? from (?:home|anywhere)|wfh|home[- ]?(?:based|office)|virtual"
_ONSITE = r"on[- ]?site|in[- ](?:the[- ])?office|in[- ]person|local only|locals only"
NOT_REMOTE = re.compile(
    rf"\b(?:no|not|non|without|isn['’]t|aren['’]t|cannot|can['’]t|don['’]t|unable to|not able to|zero|sorry,? no)[ -]{{1,3}}(?:(?:a|be|do|offer|allow|support|currently|considering|open to|accept|"
    rf"interested in|able to|agencies or|recruiters or|any|for|looking for|hiring|ready to|take on|accommodate|team)[ -]){{0,4}}(?:{_REMOTE})\b"
    rf"|\b(?:{_REMOTE})(?: work(?:ing)?| position| role| candidate| option| employee)?s?(?: is| are|:)? ?(?:not|isn['’]t|aren['’]t|n['’]t|no\b|unavailable|never)",
    re.IGNORECASE,
)
PARTLY = re.compile(
    rf"\b(?:partial(?:ly)?|semi|partly|part[- ]time|some|occasional(?:ly)?|mostly|flexible)[ -](?:{_REMOTE})\b|\bhybrid\b",
    re.IGNORECASE,
)
IS_REMOTE = re.compile(rf"\b(?:{_REMOTE})\b|\bdistributed team\b|\banywhere\b", re.IGNORECASE)
IS_ONSITE = re.compile(rf"\b(?:{_ONSITE})\b", re.IGNORECASE)
NOT_ONSITE = re.compile(rf"\b(?:not|no|non|n['’]t need to be|or)[ -](?:{_ONSITE})\b(?! *only)", re.IGNORECASE)


def marks(text: str) -> set[str]:
    """What a short text that speaks of the workplace says: a header segment, a column, a title's remark."""
    found: set[str] = set()
    if NOT_REMOTE.search(text):
        found.add("onsite")
        text = NOT_REMOTE.sub(" ", text)
    if PARTLY.search(text):
        found.add("hybrid")
        text = PARTLY.sub(" ", text)
    if IS_REMOTE.search(text):
        found.add("remote")
    if IS_ONSITE.search(text):
        found.add("onsite")
    return found


def ordered(found: set[str]) -> tuple[str, ...] | None:
    """The marks in a fixed order; None for none, as for a record that does not say."""
    return tuple(m for m in ORDER if m in found) or None


@FIELD.rule(
    "WOR05",
    "workplace.listed",
    examples=(
        Example("Hybrid", ("hybrid",)),
        Example("On-site", ("onsite",)),
        Example("true", ("remote",)),
        Example("Remote or on-site", ("onsite", "remote")),
    ),
    counter_examples=(Example("false", None), Example("Main building", None)),
)
def listed(value: Any, given: Given) -> Any:
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
    examples=(
        Example(None, ("remote",), {"locations": ("Flexible / Remote", "Leeds, UK")}),
        Example(None, ("remote",), {"locations": ("Remote in USA",)}),
        Example(None, ("hybrid",), {"locations": ("Hybrid - Denver, CO",)}),
    ),
    counter_examples=(Example(None, None, {"locations": ("Remote, OR",)}), Example(("onsite",), ("onsite",), {"locations": ("Remote",)})),
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

    Does: takes ONSITE, REMOTE, "no remote", "partially remote" from every header segment but the company's.
    Why: by convention the header of such notices says so in capitals.
    Leaves alone: the company's name, and postings whose columns say it already.
    """
    if value or not given.get("header"):
        return value
    said = [t for kind, t in given["header"] if kind not in ("company", "url")]
    found: set[str] = set()
    for text in said:
        found |= marks(text)
    return Found(ordered(found), " | ".join(said)[:100]) if found else value


@FIELD.rule(
    "WOR30",
    "workplace.title",
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
    found = {m for match in TITLE.finditer(text[:300]) for m in marks(match[0])}
    return Found(ordered(found), text[:100]) if found else value


TITLE = re.compile(
    rf"(?:^|[-–—(\[|,/:]\s{{0,3}})(?:100% |fully )?(?:no )?(?:{_REMOTE}|hybrid|on[- ]?site)(?: or (?:{_REMOTE}|hybrid|on[- ]?site)| only| work| ok| possible)?\s{{0,3}}(?:$|[-–—)\]|,/:(])"
    r"|^Remote (?!sens|support|monitor|access|control|it\b|desktop|operat|pilot|hand|site|vehicle|infrastructure|deposit|patient|service|system|start)|\bfull remote\b|\bfully remote\b|\(remote\b",
    re.IGNORECASE,
)
CUES = frozenset(b"remote remotely site onsite hybrid travail telework teleworking telecommute telecommuting home wfh presence person office".split())
SAYS = {
    "hybrid": re.compile(
        r"#li-hybrid|\bhybrid (?:work|role|position|schedule|working|workplace|workweek|remote|arrangement|office|opportunit|job|setting|team)"
        r"|\b(?:role|position|job|work|working|workplace|this) (?:is|as) (?:a )?hybrid(?=[.,;)\n]| and| with| \()|workplace(?: type)?:? hybrid\b|\bhybrid,? (?:and|or) (?:remote|on-?site|in-person)"
        r"|\b(?:\d|one|two|three|four)(?:-\d| to \d)? days?(?: a| per|/| each) ?week (?:in|from|at|of) (?:the |our |an )?(?:office|home|remote)"
        r"|\b(?:partial(?:ly)?|occasional(?:ly)?|some|semi|limited) (?:remote(?:ly)?|telework|telecommuting|work(?:ing)? from home)\b"
        r"|\b(?:telework|remote work|work from home|remotely|from home|in[ -](?:the )?office|on-?site) (?:up to )?(?:\d|one|two|three|four)(?:-\d| to \d)? days?\b"
    ),
    "remote": re.compile(
        r"#li-remote|\b(?:fully|100%|completely|entirely|full|truly) (?:remote|distributed)\b"
        r"|\bremote (?:position|role|job|opportunit|candidate|employee|worker|applicant|work (?:is|available|possible|ok|option)|ok\b|is ok|welcome|possible|considered|friendly position)"
        r"|\b(?:open to|consider|considering|welcome|accept|hire|hiring|offer|support|prefer)(?: \w{1,12}){0,2} remote\b(?! (?:office|team|site|server|customer|system))"
        r"|\b(?:can|could|may|will|able to|allowed to|to) (?:be )?(?:(?:work(?:ing)?|completed|done|performed) (?:\w{1,12} )?(?:remotely|remote|from home|from anywhere)|(?:located |based )?(?:remotely|remote))\b(?! (?:connect|access|monitor|control|sens|manag|server|site))"
        r"|\bworking remotely\b|\b(?:can|may|will|you['’]ll|to) work from home(?=[.,;!\n]| (?:full|100%|or|if|every))"
        r"|(?:hybrid|in-person),? (?:and|or) remote\b"
    ),
    "onsite": re.compile(
        r"#li-onsite|\b(?:role|position|job|work|working|this) (?:is |must be performed |will be )?(?:strictly |fully |100% )?(?:on-?site|in-office|in-person)\b(?! (?:interview|and off))"
        r"|\b(?:on-?site|in-office) (?:only|position|role|job|at our|in our|in [a-z]{3,20}\b(?:[.,]| office))|\brequired to be on-?site\b|\bphysical presence\b|\bno remote\b"
        r"|\bin-person,? (?:and |or )?hybrid|\b(?:not(?! all| only| just| 100| fully)|n['’]t|no|unable|cannot)\b[^.\n,]{0,40}\bremote (?:work|position|candidate|employee|worker|at this)"
        r"|\bremote(?: work(?:ing)?| position| candidate)?s?(?: is| are)? ?(?:not|isn['’]t|aren['’]t) (?:\w{1,8} )?(?:an option|available|possible|offered|allowed|considered|accepted|supported)"
        r"|\bnot (?:\w{1,12} ){0,4}(?:interested in|looking for|considering|offering|open to|or) (?:\w{1,12} )?remote\b"
    ),
}
SAYS_ALL = re.compile(r"\b(?:on-?site|in-person|in-office|remote),? (?:and |or )?hybrid|\bhybrid,? (?:and |or )?(?:on-?site|in-person|in-office|remote)")
FRENCH = re.compile(
    r"(?P<no>(?:pas de|sans|aucun|non) t[ée]l[ée]travail)|(?P<full>100 ?% (?:en )?t[ée]l[ée]travail|t[ée]l[ée]travail (?:à )?(?:100 ?%|total|complet|int[ée]gral)|full ?remote)|t[ée]l[ée]travail"
)
TEXT_LIMIT = 20_000  # characters of running text searched; a posting says it long before


@FIELD.rule(
    "WOR40",
    "workplace.text",
    examples=(
        Example(None, ("hybrid",), {"text": "Vos avantages : 2 jours de télétravail par semaine."}),
        Example(None, ("onsite",), {"text": "Remote work is not an option."}),
        Example(None, ("remote",), {"text": "This position can be fully remote."}),
        Example(("remote",), ("hybrid",), {"text": "Hybrid work: three days a week in the office.", "locations": ("Remote",)}),
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

    Does: takes sentences that speak of the position ("this role is on-site", "2 jours de télétravail"), and lets
    "hybrid" in the text replace a "Remote" that was only a location.
    Why: half of the descriptions say it nowhere else; a board's "Flexible / Remote" is often three days in the office.
    Leaves alone: what columns and headers say; onsite gyms and interviews, remote servers, hybrid clouds.
    """
    body = given.get("text")
    if not body or (value and not (value == ("remote",) and given.get("locations"))):
        return value
    body = body[:TEXT_LIMIT]
    low = body.lower()
    if "travail" in low and ("télétravail" in low or "teletravail" in low or "full remote" in low):
        kinds = {m.lastgroup for m in FRENCH.finditer(low)}
        found = {"remote"} if "full" in kinds else {"hybrid"} if None in kinds else {"onsite"} if kinds else set()
        if found:
            return value if value else Found(ordered(found), "télétravail")
    if not (CUES & words(body)):
        return value
    found = {kind for kind, pattern in SAYS.items() if pattern.search(low)}
    if "hybrid" in found and not SAYS_ALL.search(low):
        found = {"hybrid"}
    elif "onsite" in found and "remote" in found and NOT_REMOTE.search(low):
        found.discard("remote")
    if value:
        return Found(ordered(found), "hybrid in the text") if "hybrid" in found else value
    return Found(ordered(found), because(low, found)) if found else value


def because(low: str, found: set[str]) -> str:
    """The words that the first mark was read from."""
    match = next(m for kind in ORDER if kind in found and (m := SAYS[kind].search(low)))
    return low[max(0, match.start() - 30) : match.end() + 30].replace("\n", " ")
