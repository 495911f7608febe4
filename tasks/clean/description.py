"""The text of a posting as people are shown it: plain lines, and nobody's address or telephone number in it."""

from __future__ import annotations

from tasks.clean.rule import Example, Field, Found, Given, Value
from tasks.clean.text import mask_pii, plain_text


def size(text: Value) -> str | None:
    """A text stood for by its length in steps of 100, so that the audit trail does not hold every text twice."""
    return f"text of about {round(len(text), -2):,} characters" if isinstance(text, str) and text else None


FIELD = Field("description", ("sent", "text"), sql_type="VARCHAR", remember=False, tell=size)


@FIELD.rule(
    "DES01",
    "description.readable",
    examples=(
        Example("<p>You build&nbsp;things.</p><p>We pay.</p>", "You build things.\n\nWe pay."),
        Example("  Two   words \n\n\n\n next ", "Two words\n\nnext"),
        Example("cafÃ© opens", "café opens"),
    ),
    counter_examples=(Example("a < b and vector<int>, R&D", "a < b and vector<int>, R&D"),),
)
def readable(value: str | None, given: Given) -> str | Found | None:
    """Does: takes out tags, entities, invisible characters and double spaces, and repairs UTF-8 read as Latin-1.

    Why: sources send HTML, some of it escaped twice, and people and rules read lines of text. The change that is recorded
    tells how long both are.
    Leaves alone: text that is plain already, its line breaks, Markdown marks and angle brackets that are no tags.
    """
    if not value:
        return None
    text = given["text"] if "text" in given else plain_text(value)  # which other fields read as well: made once
    return value if text == value else Found(text or None, f"as sent, {size(value)}")


@FIELD.rule(
    "DES02",
    "description.mask_personal_data",
    examples=(
        Example("Write to jane.doe@acme.example or call (415) 555-0100.", "Write to [email] or call [phone]."),
        Example("jobs at acme dot com", "[email]"),
    ),
    counter_examples=(
        Example(
            "$120,000 - 150,000 from 2019-01-17, req. 4155550100", "$120,000 - 150,000 from 2019-01-17, req. 4155550100"
        ),
        Example("Apply at acme.com/jobs", "Apply at acme.com/jobs"),
    ),
)
def mask_personal_data(value: str | None, given: Given) -> str | Found | None:  # noqa: ARG001
    """Does: puts [email] and [phone] in the place of mail addresses, spelled-out ones too, and telephone numbers.

    Why: postings name people, and a warehouse that many query must not hand out their addresses. The change that is
    recorded counts them and does not repeat them.
    Leaves alone: dates, pay, years, requisition numbers, and web addresses.
    """
    masked = mask_pii(value) if value else value
    if not value or not masked or masked == value:
        return value
    mails, phones = (masked.count(mark) - value.count(mark) for mark in ("[email]", "[phone]"))
    found = [
        f"{n} {what}{'' if n == 1 else ending}"
        for n, what, ending in ((mails, "mail address", "es"), (phones, "telephone number", "s"))
        if n
    ]
    return Found(masked, ", ".join(found))
