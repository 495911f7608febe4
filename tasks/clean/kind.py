"""Whether a record is a posting at all. A posting must never be lost, so a record stays unless it speaks against itself.

A record is refused only where something says that it is no offer (it is empty, it asks for work, it speaks about the
thread, it asks a question, it answers somebody) and nothing in it offers work.
"""

from __future__ import annotations

from typing import Any

from tasks.clean.kind_words import (
    ASKS,
    ENDS_ASKING,
    HIRES,
    OFFER,
    ONLINE,
    REMOVED,
    SAYS_SO,
    SEEKS_AT_ONCE,
    SPEAKS_AS_MANY,
    SPEAKS_AS_ONE,
    WANTS,
    offers_by_header,
    seeks,
    shown,
    speaks_of_thread,
)
from tasks.clean.roles import has_head
from tasks.clean.rule import Example, Field, Given, Rejection

FIELD = Field("kind", ("is_notice", "title", "text", "header"), sql_type="VARCHAR", empty="posting", remember=False)

LOOKED_AT = 800  # characters: a notice that is no offer says so at its start, or is no longer (read in 28,000)
OPENING = 60  # characters in which a text with a posting's header may still say that it seeks work
SHORT = 200  # characters of an answer to somebody
ASKED = 300  # characters of a question


@FIELD.rule(
    "KIN01",
    "kind.empty",
    examples=(
        Example(True, Rejection("not_a_posting_empty", "no text"), {"text": "", "title": None}),
        Example(False, Rejection("not_a_posting_empty", "no title and no text"), {"text": " ", "title": ""}),
        Example(True, Rejection("not_a_posting_empty", "removed"), {"text": "[removed]", "title": None}),
    ),
    counter_examples=(
        Example(False, False, {"text": "", "title": "Data Engineer"}),
        Example(True, True, {"text": "We need a cook.", "title": None}),
    ),
)
def empty(value: Any, given: Given) -> Any:
    """Does: refuses a record with neither a title nor a letter of text, and a notice whose text was removed.

    Why: deleted comments and blank rows of spreadsheets come along with real postings.
    Leaves alone: a title without a body, and a body without a title.
    """
    text = given.get("text") or ""
    written = text[:1].isalpha() or any(map(str.isalpha, text[:LOOKED_AT]))
    if value is not True:
        return value if written or given.get("title") else Rejection("not_a_posting_empty", "no title and no text")
    if not written:
        return Rejection("not_a_posting_empty", "no text")
    return Rejection("not_a_posting_empty", shown(text)) if len(text) < 60 and REMOVED.fullmatch(text) else value


@FIELD.rule(
    "KIN02",
    "kind.seeks_work",
    on="value",
    notices=True,
    examples=(
        Example(
            True, Rejection("not_a_posting_seeks_work", "SEEKING WORK"), {"text": "SEEKING WORK - remote. Skills: Go."}
        ),
        Example(
            True,
            Rejection("not_a_posting_seeks_work", "I am looking for a job"),
            {"text": "I am looking for a job in Lisbon. My resume: example.org", "header": ()},
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "I'm looking for a developer to work with me. Full time."}),
        Example(True, True, {"text": "SEEKING FREELANCERS - we paint ships."}),
        Example(
            True, True, {"text": "Acme | Cook\nLooking for work?", "header": (("company", "Acme"), ("role", "Cook"))}
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
    text = (given.get("text") or "")[: OPENING if offers_by_header(header) else LOOKED_AT]
    found = seeks(text)
    if not found:
        return value
    alone = bool(SPEAKS_AS_ONE.search(text)) or not OFFER.search(text)
    named = any(kind == "company" for kind, _ in header)
    if SEEKS_AT_ONCE.match(found[0]) or (alone and not named and not SPEAKS_AS_MANY.search(text)):
        return Rejection("not_a_posting_seeks_work", shown(found[0]))
    return value


@FIELD.rule(
    "KIN03",
    "kind.about_the_thread",
    on="value",
    notices=True,
    examples=(
        Example(
            True,
            Rejection("not_a_posting_meta", "this thread"),
            {"text": "A friendly reminder that this thread can be searched by date."},
        ),
        Example(
            True,
            Rejection("not_a_posting_meta", "one post per company"),
            {"text": "A reminder: one post per company, please."},
        ),
        Example(
            True, Rejection("not_a_posting_meta", "upvote"), {"text": "Please upvote everybody who names a figure."}
        ),
    ),
    counter_examples=(
        Example(True, True, {"text": "We met our best people in this thread and are hiring again."}),
        Example(True, True, {"text": "Acme\nSearch this thread", "header": (("company", "Acme"), ("place", "Nice"))}),
    ),
)
def about_the_thread(value: Any, given: Given) -> Any:
    """Does: refuses a notice that speaks about the thread, its search tools, votes or rules.

    Why: such comments stand among the postings and are not offers.
    Leaves alone: whatever has a posting's header, and a text that offers work besides.
    """
    if value is not True or offers_by_header(given.get("header") or ()):
        return value
    text = (given.get("text") or "")[:LOOKED_AT]
    found = speaks_of_thread(text)
    if found and not HIRES.search(text):
        return Rejection("not_a_posting_meta", shown(found[0]))
    return value


@FIELD.rule(
    "KIN04",
    "kind.question",
    on="value",
    notices=True,
    examples=(
        Example(True, Rejection("not_a_posting_question", "Do any take juniors?"), {"text": "Do any take juniors?"}),
        Example(True, Rejection("not_a_posting_question", "Still open?"), {"text": "Still open?"}),
    ),
    counter_examples=(
        Example(True, True, {"text": "Do you like trains? We are hiring drivers: jobs@example.org"}),
        Example(True, True, {"text": "Are you a cook?\nhttps://example.org/jobs"}),
    ),
)
def question(value: Any, given: Given) -> Any:
    """Does: refuses a short notice that is a question and offers nothing.

    Why: readers ask the posters, and each other.
    Leaves alone: questions that open a posting: whatever names an address, a link or says that somebody hires.
    """
    text = given.get("text") or ""
    if value is not True or len(text) > ASKED or "?" not in text or offers_by_header(given.get("header") or ()):
        return value
    asks = ASKS.match(text) or (len(text) < SHORT and ENDS_ASKING.search(text))
    if asks and not ONLINE.search(text) and not SAYS_SO.search(text):
        return Rejection("not_a_posting_question", shown(text.split("?")[0]) + "?")
    return value


@FIELD.rule(
    "KIN05",
    "kind.reply",
    on="value",
    notices=True,
    examples=(
        Example(True, Rejection("not_a_posting_reply", "Agreed, thanks!"), {"text": "Agreed, thanks!"}),
        Example(True, Rejection("not_a_posting_reply", "I never heard back."), {"text": "I never heard back."}),
    ),
    counter_examples=(
        Example(True, True, {"text": "Rust people wanted, Oslo. me@example.org"}),
        Example(True, True, {"text": "Acme, Oslo", "header": (("company", "Acme"), ("place", "Oslo"))}),
        Example(True, True, {"text": "Night cook, Oslo"}),
    ),
)
def reply(value: Any, given: Given) -> Any:
    """Does: refuses a notice of a line or two that names no role, place, link or address and has no word of hiring.

    Why: answers to other comments are flattened into the list of postings.
    Leaves alone: everything longer than 200 characters, and short notices with any of these.
    """
    text = given.get("text") or ""
    if value is not True or len(text) > SHORT:
        return value
    if {kind for kind, _ in given.get("header") or ()} - {"company", "other", "url"}:
        return value
    if any(pattern.search(text) for pattern in (ONLINE, OFFER, WANTS)) or has_head(text):
        return value
    return Rejection("not_a_posting_reply", shown(text))


@FIELD.rule(
    "KIN09",
    "kind.posting",
    examples=(
        Example(True, "posting", {"text": "Acme needs a cook."}),
        Example(False, "posting", {"title": "Cook", "text": ""}),
    ),
)
def posting(value: Any, _: Given) -> Any:
    """Does: calls whatever is left a posting.

    Why: nothing spoke against it, and losing a posting is worse than keeping a comment.
    Leaves alone: nothing; what is no posting was refused above.
    """
    return "posting" if isinstance(value, bool) or value is None else value
