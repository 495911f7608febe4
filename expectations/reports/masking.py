"""What of a posting may be shown in a report: contact details masked, length bounded, control characters made visible.

A report is mailed around; the payload of a record set aside is still as it was received. So this errs on the side of
masking, within reason: dates, pay and ids are what a person needs to see to judge why a record was set aside.
"""

from __future__ import annotations

import re

# "@" as written, as an HTML entity, as a JSON or URL escape, or spelled out. All repeats are bounded: linear time.
AT = (
    r"(?:@|&#0{0,4}64;|&#x0{0,4}40;|&commat;|\\u0040|%40| {0,2}[\[({<] {0,2}at {0,2}[\])}>] {0,2}"
    r"| at (?=[a-z0-9-]{1,60} (?:dot|\.) ))"
)
EMAIL = re.compile(
    rf"[\w.+%-]{{1,64}}{AT}[\w.-]{{0,200}}(?: {{0,2}}[\[(]?\bdot\b[\])]? {{0,2}}[a-z]{{2,10}}){{0,3}}", re.I
)
GROUPED = re.compile(
    r"(?<![\w.,/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?\d{2,4}|\d{2,4})(?:[ .-]\d{2,4}){1,5}(?![\w-])"
)
PLUS = re.compile(r"\+\d[\d .()-]{6,18}\d")
CALLED = re.compile(r"((?:tel|phone|call|fax|mobile|cell|whatsapp|sms)[^\d+\n]{0,12})\d{6,15}", re.I)
DATE = re.compile(r"(?:19|20)\d\d[-. ](?:0?[1-9]|1[0-2])[-. ]\d|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d")
READ = 4000  # characters looked at: more are never shown


def mask(text: str) -> str:
    """`text` with e-mail addresses as [e-mail] and telephone numbers as [telephone]."""
    text = EMAIL.sub("[e-mail]", text)
    text = PLUS.sub("[telephone]", text)
    text = GROUPED.sub(_telephone, text)
    return CALLED.sub(r"\1[telephone]", text)


def _telephone(found: re.Match[str]) -> str:
    """A telephone number has 9 to 15 digits in three groups or more, or an area code in brackets, and is no date."""
    number = found.group()
    digits = sum(c.isdigit() for c in number)
    groups = len(re.findall(r"\d+", number))
    if not 9 <= digits <= 15 or DATE.match(number) or (groups < 3 and "(" not in number):
        return number
    return "[telephone]"


def show(value: object, limit: int = 160) -> str:
    """A value from a record as a report may show it: one line, masked, at most `limit` characters, "" for nothing."""
    if value is None:
        return ""
    text = mask(str(value)[:READ])
    text = " ".join(
        "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split()
    )
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
