"""Mail addresses and telephone numbers in running text, put out of sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.clean.words import asked_for, narrow, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAIL_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%+-"
LONGEST_NAME = 64
MAIL_HOST = re.compile(r"@ ?(?:[a-zA-Z0-9-]{1,63}\.){1,5}[a-zA-Z]{2,24}(?![\w@])", re.A)
MAIL = re.compile(rf"(?:mailto:)?(?<![\w.%+-])[\w.%+-]{{1,{LONGEST_NAME}}}+ ?{MAIL_HOST.pattern}", re.A)
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
    r")(?![\w%€$£]|[.,-]\d| ?(?:EUR|euros?|USD|k)\b)",
    re.A,
)
# Behind a zero: "020 7946 0100", "030 23125 078", "08-465 004 31", "030-616528400"; `national` tells them from dates and ids.
NATIONAL = re.compile(
    r"(?<![\w+.,$€£#/=-])(?:0[1-9]\d{0,3}[ /-]\d{2,5}(?:[ -]\d{2,5}){1,3}|00[1-9]\d{0,2}(?:[ -]\d{1,5}){2,5}"
    r"|(?:0[1-9]\d{1,3}|\(0[1-9]\d{1,3}\))[ /-]\d{6,9})"
    r"(?![\w%€$£:]|[.,-]\d| ?(?:EUR|euros?|USD|k)\b)",
    re.A,
)
NUMBERED = re.compile(
    r"(?:\b(?:r[eé]f(?:[eé]rence)?s?|ids?|req|requisition|job|posting|vacancy|code|no|nr|num(?:ber)?|siret|siren|ein|vat|isbn)|n°|#)"
    r"[\W_]{0,4}\Z",
    re.I,
)
CALLED = re.compile(
    r"(?<!\[)\b(?:tel|tél|tel[ée]phone|t[ée]l[ée]phone|phone|call|mobile|cell|fax|whatsapp|sms|telefon|handy|ring)\b"
    r"[^\d\n\[+$€£]{0,14}(?P<number>\+?\(?\d(?:[ .()/-]{0,2}\d){6,14})(?!\d|[.,]\d|[ ]?[%€$£])",
    re.I,
)
LIKE_DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d")


BRACKETED_AT = re.compile(rb"(?<![a-z0-9])at[)\]]")
DOT = b"dot"
SPELLED_WORDS = asked_for(frozenset((DOT, b"at")))
SPELLED_SIGN = re.compile(r"\bdot\b|\bat\s?[\])}>]", re.I)
MANY_DIGITS = re.compile(r"[0-9](?:[ ().+/-]{0,3}+[0-9]){6,}+")
LONGEST_PIECE, MOST_NUMBERS, MOST_SIGNS = 2000, 1000, 2000
"""What no posting has in one line or text; beyond it all that looks like a number is masked, as there is no time to look."""

# Digits as zeros, what may stand between those of a telephone number taken out, all else as blanks.
DIGITS_ALONE = bytes(48 if 48 <= b < 58 else 32 for b in range(256))
BETWEEN_DIGITS = b" ().+/-"
SEVEN = b"0" * 7


def mask_pii(text: str) -> str:
    """`text` with e-mail addresses as [email] and telephone numbers as [phone]; spelled-out addresses too.

    Precise before complete: dates, pay, requisition numbers and years stay, so a bare run of digits is a telephone
    number only behind a word that says so.
    """
    low = narrow(text)
    masked = mask_mail(text) if b"@" in low else text
    said = SPELLED_WORDS & words(text)
    if said and (DOT in said or ((b"at)" in low or b"at]" in low) and BRACKETED_AT.search(low))):
        masked = by_line(SPELLED_SIGN, mask_spelled, masked)
    return mask_phones(masked) if SEVEN in low.translate(DIGITS_ALONE, BETWEEN_DIGITS) else masked


def by_line(sign: re.Pattern[str], mask: Callable[[str], str], text: str) -> str:
    """`text` with those lines masked that have a sign of what is to be masked."""
    return "\n".join(mask(line) if sign.search(line) else line for line in text.split("\n"))


def mask_spelled(line: str) -> str:
    """A line with the addresses masked whose signs are spelled out."""
    return SPELLED.sub("[email]", line)


def mask_phones(text: str) -> str:
    """`text` with its telephone numbers masked; only the surroundings of runs of seven digits are looked at."""
    kept: list[str] = []
    at = 0
    for count, (start, end) in enumerate(surroundings(text)):
        if count > MOST_NUMBERS:
            return "".join([*kept, MANY_DIGITS.sub("[phone]", text[at:])])
        masked = mask_numbers(text[start:end])
        if masked != text[start:end]:
            kept += (text[at:start], masked)
            at = end
    return "".join([*kept, text[at:]]) if at else text


def surroundings(text: str) -> Iterator[tuple[int, int]]:
    """Parts of lines around runs of seven digits; those that touch are one."""
    begin = end = 0
    for run in MANY_DIGITS.finditer(text):
        start = max(0, run.start() - 48)
        start = max(text.rfind("\n", start, run.start()) + 1, start)
        if start > end:
            if end:
                yield begin, end
            begin = start
        stop = text.find("\n", run.end(), run.end() + 60)
        end = stop if stop >= 0 else min(len(text), run.end() + 60)
    if end:
        yield begin, end


def mask_numbers(piece: str) -> str:
    """A piece of a line with its telephone numbers masked; thrice, as one number may stand behind another."""
    if len(piece) > LONGEST_PIECE:
        return MANY_DIGITS.sub("[phone]", piece)
    for _ in range(3):
        masked = CALLED.sub(called, NATIONAL.sub(national, PHONE.sub("[phone]", piece)))
        if masked == piece:
            break
        piece = masked
    return piece


def national(found: re.Match[str]) -> str:
    """[phone] for a match of `NATIONAL`, unless it is a date, has not the digits of a number or is the id of something."""
    number = found[0]
    digits = sum(map(str.isdigit, number))
    if (
        not 8 <= digits <= 12 + 2 * number.startswith("00")
        or LIKE_DATE.search(number)
        or NUMBERED.search(found.string, max(0, found.start() - 16), found.start())
    ):
        return number
    return "[phone]"


def mask_mail(text: str) -> str:
    """`text` with each address around an @ masked; the @ is looked for first, as there are few of them."""
    if text.count("@") > MOST_SIGNS:
        return MAIL.sub("[email]", text)
    kept: list[str] = []
    at = 0
    sign = text.find("@")
    while sign >= 0:
        host = MAIL_HOST.match(text, sign)
        start = start_of_name(text, at, sign) if host else -1
        if host and start >= 0:
            kept += (text[at:start], "[email]")
            at = host.end()
        sign = text.find("@", max(at, sign + 1))
    return "".join([*kept, text[at:]]) if at else text


def start_of_name(text: str, low: int, sign: int) -> int:
    """Where the name before an @ at `sign` begins, `mailto:` and a blank included; -1 where there is none."""
    head = text[max(low, sign - LONGEST_NAME - 10) : sign]
    if head[-1:] == " ":
        head, sign = head[:-1], sign - 1
    before = head.rstrip(MAIL_NAME)
    size = len(head) - len(before)
    if not 1 <= size <= LONGEST_NAME:
        return -1
    return sign - size - 7 * before.endswith("mailto:")


def called(found: re.Match[str]) -> str:
    """The words of a match of `CALLED` with its number masked, unless the number is a date."""
    number = found["number"]
    if LIKE_DATE.match(number):
        return found[0]
    return found[0][: -len(number)] + "[phone]"
