"""Whether a record is a posting at all. A posting must never be lost, so a record stays unless it speaks against itself.

A record is refused only where something says that it is no offer (it is empty, it asks for work, it speaks about the
thread, it asks a question, it answers somebody) and nothing in it offers work.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.roles import has_head
from tasks.clean.rule import Example, Field, Given, Rejection

FIELD = Field("kind", ("is_notice", "title", "text", "header"), sql_type="VARCHAR", empty="posting", remember=False)

LOOKED_AT = 800  # characters: a notice that is no offer says so at its start, or is no longer (read in 28,000)
SHORT = 200
ONLINE = re.compile(r"https?://|www\.|@|\[at\]|\(at\)", re.I)
OFFER = re.compile(
    r"\b(?:(?:we|we'?re|we’re|we are|is|are|am|i'm|i’m|company|team|startup|always|now|currently|and)\s+(?:also\s+|still\s+|actively\s+|currently\s+|always\s+)?"
    r"(?:hiring|recruiting|looking (?:for|to (?:hire|add|grow|expand))|seeking|searching for|in search of|in need of|on the lookout)"
    r"|we (?:need|want|seek)|needs? (?:a|an|some|more)\b|hiring|join (?:us|our|the team|me)|come (?:work|join|and)|work with us|apply|send (?:us |me |your |a |in )|jobs? (?:at|@|here|details|description|openings?)|(?:jobs|careers|hr|hiring|recruiting|talent)\s?@"
    r"|careers?\b|remote\b|job openings?|open(?:ing|ings|\s(?:position|role)s?)|full[\s-]?time|part[\s-]?time|on-?site|interns?\b|relocat|salary|equity|competitive)",
    re.I,
)
SEEKS = re.compile(
    r"^\W{0,40}(?:\[[^\]\n]{1,30}\]\s*)?(?:seeking (?:work|employment|freelance(?: work)?|remote work|a (?:new )?(?:job|position|role|internship))\b|freelancer? available|available for (?:hire|work|freelance|remote|contract)|hire me\b"
    r"|looking for (?:a |an )?(?:new |remote |full[\s-]time |part[\s-]time |freelance |contract )?(?:work|jobs?|internships?|employment|opportunit\w+)\b"
    r"|(?:team|developer|designer|engineer)s? available for)"
    r"|\b(?:i am|i'm|i’m)\s+(?:currently |actively |also )?(?:looking for|seeking|searching for|interested in)\s+(?:a |an |any |some |my )?(?:\w+[\s-]){0,4}?(?:work|jobs?|position|internships?|employment|role|gig|opportunit\w+)\b"
    r"|\b(?:anyone|anybody|somebody|any company|is there any\w*)\b[^.\n?]{0,60}\b(?:want|need|looking|interested|amenable|hire|hiring)\b[^.\n]{0,60}\?"
    r"|^\W{0,5}i(?: am|'m|’m) an? (?:\w+[\s-]){0,6}(?:developer|engineer|designer|student|programmer|graduate|administrator)\b",
    re.I,
)
SELF = re.compile(
    r"\b(?:my (?:resume|résumé|cv|portfolio|skills|experience|background|github)|willing to relocate|resume\s?:|résumé\s?:|i have (?:\w+ ){0,4}(?:experience|years|ms|bs|phd|degree|worked)|i've (?:worked|been|recently)|i (?:recently|just) (?:graduated|finished)|hire me)\b",
    re.I,
)
ABOUT_THREAD = re.compile(
    r"\b(?:th(?:is|ese|e)|the monthly|hiring|hn|those|who(?:'s| is) hiring\??\"?)\s(?:monthly |hn |job |who(?:'s| is) hiring\??\"? |\"?who(?:'s| is) hiring\??\"? |hiring |entire |whole )?(?:thread|posts? (?:on|in) hn|post's|comments|listings)s?\b"
    r"|\b(?:up|down)-?vot(?:e|ed|es|ing)\b|\bctrl[\s-]?[/+]?\s?(?:cmd)?[\s+-]?f\b|\bchrome (?:plugin|extension|addon)\b|\bwho wants to be hired\b|\btop[\s-]level comments?\b|\bjob seekers\b"
    r"|\bi(?:'ve|’ve)?\s(?:also |just |once |recently )?(?:made|built|wrote|written|put together|created|scraped|parsed|extracted|threw together|hacked|compiled|indexed|mapped)\b[^.\n]{0,60}\b(?:script|tool|search\w*|front-?end|extension|map|plugin|addon|bookmarklet|list|listing|spreadsheet|page|form|site|board|filter|parser)\b"
    r"|\bposted here\b|\bsearch(?:able|ing)?\b[^.\n]{0,40}\b(?:threads?|postings|jobs|listings)\b|^\W{0,3}(?:meta|off-?topic|ot|psa|mods?)\b\W",
    re.I,
)
ASKS = re.compile(
    r"^\W{0,5}(?:is|are|do|does|did|can|could|would|will|should|what|when|where|which|who|why|how|any|anyone|anybody|has|have|curious|question)\b[^\n]{0,240}\?",
    re.I,
)
REMOVED = re.compile(
    r"\W{0,3}(?:\[?(?:removed|deleted|redacted|flagged|dead|edited|n/a|null|none|nan|test|asd+|deleted by \w+|removed by \w+)\b\W{0,6}){1,3}(?:by \w{1,20}\W{0,3})?",
    re.I,
)


def offers_by_header(header: tuple[tuple[str, str], ...]) -> bool:
    """Whether the header reads like a posting's: a company with anything else, or two telling segments."""
    kinds = {kind for kind, _ in header if kind != "other"}
    return len(kinds - {"url"}) >= 2 or "role" in kinds


def is_offer(text: str, header: tuple[tuple[str, str], ...]) -> bool:
    """Whether anything in the text offers work."""
    return offers_by_header(header) or bool(OFFER.search(text))


@FIELD.rule(
    "KIN01",
    "kind.empty",
    examples=(
        Example(True, Rejection("not_a_posting_empty", "no text"), {"text": "", "title": None}),
        Example(False, Rejection("not_a_posting_empty", "no title and no text"), {"text": " ", "title": ""}),
        Example(True, Rejection("not_a_posting_empty", "[removed]"), {"text": "[removed]", "title": None}),
    ),
    counter_examples=(
        Example(False, False, {"text": "", "title": "Data Engineer"}),
        Example(False, False, {"text": "We need a cook.", "title": None}),
    ),
)
def empty(value: Any, given: Given) -> Any:
    """Does: refuses a record with neither a title nor a letter of text, and a notice whose text was removed.

    Why: deleted comments and blank rows of spreadsheets come along with real postings.
    Leaves alone: a title without a body, and a body without a title.
    """
    text, title = given.get("text") or "", given.get("title") or ""
    if value is True:
        if not any(map(str.isalpha, text[:LOOKED_AT])):
            return Rejection("not_a_posting_empty", "no text")
        if len(text) < 60 and REMOVED.fullmatch(text):
            return Rejection("not_a_posting_empty", text[:60])
    elif not any(map(str.isalpha, title)) and not any(map(str.isalpha, text[:LOOKED_AT])):
        return Rejection("not_a_posting_empty", "no title and no text")
    return value


@FIELD.rule(
    "KIN02",
    "kind.seeks_work",
    examples=(
        Example(
            True,
            Rejection("not_a_posting_seeks_work", "SEEKING WORK"),
            {"text": "SEEKING WORK - remote. Skills: Go.", "header": ()},
        ),
        Example(
            True,
            Rejection("not_a_posting_seeks_work", "I am looking for a job"),
            {"text": "I am looking for a job in Lisbon. My resume: example.org", "header": ()},
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "I'm looking for a developer to work with me. Full time.", "header": ()}),
        Example(True, True, {"text": "We are seeking engineers who love their work.", "header": ()}),
        Example(
            True,
            True,
            {
                "text": "Acme | Cook | Lyon\nLooking for work that matters? Join us.",
                "header": (("company", "Acme"), ("role", "Cook")),
            },
        ),
    ),
)
def seeks_work(value: Any, given: Given) -> Any:
    """Does: refuses a notice whose writer offers himself: "SEEKING WORK", "I am looking for a position", "hire me".

    Why: people who look for work post into the threads of those who hire.
    Leaves alone: anything with a posting's header, and texts that also offer work.
    """
    if value is not True:
        return value
    header = given.get("header") or ()
    text = (given.get("text") or "")[: 60 if offers_by_header(header) else LOOKED_AT]
    found = SEEKS.search(text)
    if not found:
        return value
    opening = found.start() < 5 and found[0].lower().lstrip(" \t\n*-_~[(o=#").startswith(
        ("seeking", "hire me", "freelance", "available")
    )
    if (
        opening
        and re.match(r"\W*seeking (?:work|freelance|employment)\b", found[0], re.I)
        or (
            not any(kind == "company" for kind, _ in header)
            and (SELF.search(text) or not OFFER.search(text))
            and not re.search(r"\b(?:we are|we're|we’re|our) ", text, re.I)
        )
    ):
        return Rejection("not_a_posting_seeks_work", " ".join(found[0].split())[:80].strip(" -*_[]()~"))
    return value


@FIELD.rule(
    "KIN03",
    "kind.about_the_thread",
    examples=(
        Example(
            True,
            Rejection("not_a_posting_meta", "this thread"),
            {"text": "A friendly reminder that this thread can be searched by date.", "header": ()},
        ),
        Example(
            True,
            Rejection("not_a_posting_meta", "upvote"),
            {"text": "Please upvote everybody who names a figure.", "header": ()},
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "We met our best people in this thread and are hiring again.", "header": ()}),
        Example(
            True,
            True,
            {
                "text": "Acme | Nice\nSearch this thread for our other posts",
                "header": (("company", "Acme"), ("place", "Nice")),
            },
        ),
    ),
)
def about_the_thread(value: Any, given: Given) -> Any:
    """Does: refuses a notice that speaks about the thread, its search tools, votes or rules.

    Why: such comments stand among the postings and are not offers.
    Leaves alone: whatever has a posting's header, and a text that offers work besides.
    """
    text = (given.get("text") or "")[:LOOKED_AT]
    if value is not True or offers_by_header(given.get("header") or ()):
        return value
    found = ABOUT_THREAD.search(text)
    if found and not hires(text, found.start() < 30):
        return Rejection("not_a_posting_meta", " ".join(found[0].split())[:80].strip())
    return value


HIRES = re.compile(
    r"\b(?:we|we're|we’re|we are|is|i'm|i am|and|are|they)\s+(?:also |still |now |currently |always |actively )?(?:hiring|looking for|seeking|recruiting|(?:badly |really )?need)\b(?![\"'”’?]{0,2} (?:who|managers?|threads?|companies|criteria|process))|\b(?:join (?:us|our)|jobs@|careers@|(?:our|my) (?:team|company|office|startup|careers|product|stack)|on-?site|full[\s-]?time)\b",
    re.I,
)


def hires(text: str, opens_so: bool) -> bool:
    """Whether a text that speaks about the thread also offers work; one that opens with the thread must say so early."""
    return bool(HIRES.search(text[: 600 if opens_so else LOOKED_AT]))


@FIELD.rule(
    "KIN04",
    "kind.question",
    examples=(
        Example(
            True,
            Rejection("not_a_posting_question", "Do any of these take juniors?"),
            {"text": "Do any of these take juniors?", "header": ()},
        ),
        Example(
            True,
            Rejection("not_a_posting_question", "Is this still open?"),
            {"text": "Is this still open? I wrote last week.", "header": ()},
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "Do you like trains? We are hiring drivers: jobs@example.org", "header": ()}),
        Example(True, True, {"text": "Are you a cook?\nhttps://example.org/jobs", "header": ()}),
    ),
)
def question(value: Any, given: Given) -> Any:
    """Does: refuses a short notice that is a question and offers nothing.

    Why: readers ask the posters, and each other.
    Leaves alone: questions that open a posting: whatever names an address, a link or a word of hiring.
    """
    text = (given.get("text") or "")[:LOOKED_AT]
    if value is not True or len(text) > 300 or given.get("header") and offers_by_header(given["header"]):
        return value
    found = ASKS.match(text) or (re.search(r"\?\W*$", text) if len(text) < SHORT else None)
    if found and not ONLINE.search(text) and not strong_offer(text):
        return Rejection("not_a_posting_question", " ".join(text.split("?")[0].split())[:80] + "?")
    return value


def strong_offer(text: str) -> bool:
    """Whether a short text says in so many words that somebody hires."""
    return bool(
        re.search(
            r"\b(?:we(?:'re|’re| are)|is|i'm|i am) (?:\w+ )?(?:hiring|looking for|seeking|recruiting)\b|\bjoin us\b|\bapply (?:at|here|now)\b",
            text,
            re.I,
        )
    )


@FIELD.rule(
    "KIN05",
    "kind.reply",
    examples=(
        Example(True, Rejection("not_a_posting_reply", "Agreed, thanks!"), {"text": "Agreed, thanks!", "header": ()}),
        Example(
            True,
            Rejection("not_a_posting_reply", "I wrote to you twice and never heard back."),
            {"text": "I wrote to you twice and never heard back.", "header": ()},
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "Rust people wanted, Oslo. me@example.org", "header": ()}),
        Example(True, True, {"text": "Acme, Oslo", "header": (("company", "Acme"), ("place", "Oslo"))}),
        Example(True, True, {"text": "Cook, Oslo", "header": (("role", "Cook"), ("place", "Oslo"))}),
    ),
)
def reply(value: Any, given: Given) -> Any:
    """Does: refuses a notice of a line or two that names no role, no place, no link, no address and no word of hiring.

    Why: answers to other comments are flattened into the list of postings.
    Leaves alone: everything longer than 200 characters, and short notices with any of these.
    """
    text = given.get("text") or ""
    if value is not True or len(text) > SHORT:
        return value
    header = given.get("header") or ()
    if any(kind in ("role", "place", "workplace", "employment", "pay") for kind, _ in header):
        return value
    if (
        not ONLINE.search(text)
        and not OFFER.search(text)
        and not re.search(r"\bwanted\b|\bneeded\b|\brequired\b", text, re.I)
        and not has_head(text)
    ):
        return Rejection("not_a_posting_reply", " ".join(text.split())[:80])
    return value


@FIELD.rule(
    "KIN09",
    "kind.posting",
    examples=(
        Example(True, "posting", {"text": "Acme needs a cook.", "header": ()}),
        Example(False, "posting", {"title": "Cook", "text": ""}),
    ),
    counter_examples=(),
)
def posting(value: Any, given: Given) -> str:  # noqa: ARG001 - every rule has this shape
    """Does: calls whatever is left a posting.

    Why: nothing spoke against it, and losing a posting is worse than keeping a comment.
    Leaves alone: nothing; what is no posting was refused above.
    """
    return "posting"
