"""Mail addresses and telephone numbers in running text, put out of sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.clean.words import words

if TYPE_CHECKING:
    from collections.abc import Callable

MAIL_NAME = re.compile(r"(?:mailto:)?(?<![\w.%+-])[\w.%+-]{1,64} ?\Z", re.A)
MAIL_HOST = re.compile(r"@ ?(?:[a-zA-Z0-9-]{1,63}\.){1,5}[a-zA-Z]{2,24}(?![\w@])", re.A)
TLD = (
    "(?:com|org|net|io|co|ai|edu|gov|me|us|uk|de|fr|ca|in|is|it|es|nl|se|ch|eu|tv|ly|fm|im|dev|app|tech|info|biz|so|to|at|be"
    "|au|nz|jp|br|pl|dk|no|fi|ie)"
)
# "jobs [at] acme [dot] com", "jobs(at)acme.com", "jobs at acme dot com": brackets, or both words spelled out.
BRACKET_AT = r"\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?"
SPELLED = re.compile(
    rf"(?<![\w.%+-])[\w.%+-]{{1,64}}+(?:{BRACKET_AT}|\s?[@＠]\s?|\s[-_*]?at[-_*]?\s)"
    rf"[\w-]{{1,63}}+(?:(?:\s?[\[({{<]\s?(?:dot|\.)\s?[\])}}>]\s?|\s[-_*]?dot[-_*]?\s)[\w-]{{1,24}}+){{0,2}}"
    rf"(?:\s?[\[({{<]\s?(?:dot|\.)\s?[\])}}>]\s?|\s[-_*]?dot[-_*]?\s){TLD}\b"
    rf"|(?<![\w.%+-])[\w.%+-]{{1,64}}+{BRACKET_AT}[\w-]{{1,63}}+(?:\.[\w-]{{1,24}}+){{0,2}}\.{TLD}\b",
    re.I | re.A,
)
PHONE = re.compile(
    r"(?<![\w+.,$€£#/=-])(?:"
    r"\+[1-9]\d{0,2}(?:[ .\-/]{0,2}\(0?\d{0,4}\))?(?:[ .\-/]{0,2}\d){7,12}"  # international, +CC
    r"|(?:1[ .-])?\([2-9]\d\d\)[ .-]?[2-9]\d\d[ .-]\d{4}"  # (415) 555-0100
    r"|(?:1[ .-])?[2-9]\d\d([-. ])[2-9]\d\d\1\d{4}"  # 415-555-0100
    r"|0[1-9](?:([ .-])\d\d)(?:\2\d\d){3}"  # 01 02 03 04 05
    r"|0\d{2,4}[ ]\d{3,4}[ ]\d{3,4}"  # 020 7946 0100
    r")(?![\w%€$£]|[.,-]\d| ?(?:EUR|euros?|USD|k)\b)",
    re.A,
)
CALLED = re.compile(
    r"(?<!\[)\b(?:tel|tél|tel[ée]phone|t[ée]l[ée]phone|phone|call|mobile|cell|fax|whatsapp|sms|telefon|handy|ring)\b"
    r"[^\d\n\[+$€£]{0,14}(?P<number>\+?\(?\d(?:[ .()/-]{0,2}\d){6,14})(?!\d|[.,]\d|[ ]?[%€$£])",
    re.I,
)
LIKE_DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d")


AT_MARKS = ("at)", "at]", "AT)", "AT]")
SPELLED_SIGN = re.compile(r"\bdot\b|\bat\s?[\])}>]", re.I)
DIGIT_RUN = re.compile(r"[0-9](?:[ ().+/-]{0,3}[0-9]){6}")


def mask_pii(text: str) -> str:
    """`text` with e-mail addresses as [email] and telephone numbers as [phone]; spelled-out addresses too.

    Precise before complete: dates, pay, requisition numbers and years stay, so a bare run of digits is a telephone
    number only behind a word that says so.
    """
    present = words(text)
    if "@" in text:
        text = mask_mail(text)
    if b"dot" in present or (b"at" in present and spells_at(text)):
        text = by_line(SPELLED_SIGN, mask_spelled, text)
    return mask_phones(text)


def by_line(sign: re.Pattern[str], mask: Callable[[str], str], text: str) -> str:
    """`text` with those lines masked that have a sign of what is to be masked."""
    return "\n".join(mask(line) if sign.search(line) else line for line in text.split("\n"))


def spells_at(text: str) -> bool:
    """Whether there is an "at" in brackets."""
    for mark in AT_MARKS:  # noqa: SIM110  a generator costs ten times as much
        if mark in text:
            return True
    return False


def mask_spelled(line: str) -> str:
    """A line with the addresses masked whose signs are spelled out."""
    return SPELLED.sub("[email]", line)


def mask_phones(text: str) -> str:
    """`text` with its telephone numbers masked; only the surroundings of a run of seven digits are looked at."""
    kept: list[str] = []
    at = 0
    for run in DIGIT_RUN.finditer(text):
        if run.start() < at:
            continue
        start = max(at, text.rfind("\n", 0, run.start()) + 1, run.start() - 48)
        end = text.find("\n", run.end(), run.end() + 60)
        end = end if end >= 0 else min(len(text), run.end() + 60)
        masked = mask_numbers(text[start:end])
        if masked != text[start:end]:
            kept += (text[at:start], masked)
            at = end
    return "".join([*kept, text[at:]]) if at else text


def mask_numbers(piece: str) -> str:
    """A piece of a line with its telephone numbers masked; thrice, as one number may stand behind another."""
    for _ in range(3):
        masked = CALLED.sub(called, PHONE.sub("[phone]", piece))
        if masked == piece:
            break
        piece = masked
    return piece


def mask_mail(text: str) -> str:
    """`text` with each address around an @ masked; the @ is looked for first, as there are few of them."""
    kept: list[str] = []
    at = 0
    sign = text.find("@")
    while sign >= 0:
        host = MAIL_HOST.match(text, sign)
        name = MAIL_NAME.search(text, max(at, sign - 80), sign) if host else None
        if host and name:
            kept += (text[at : name.start()], "[email]")
            at = host.end()
        sign = text.find("@", max(at, sign + 1))
    return "".join([*kept, text[at:]]) if at else text


def called(found: re.Match[str]) -> str:
    """The words of a match of `CALLED` with its number masked, unless the number is a date."""
    number = found["number"]
    if LIKE_DATE.match(number):
        return found[0]
    return found[0][: -len(number)] + "[phone]"
