"""The contact detail of a person that is to be erased, and every way in which sources write it.

An address is found in any case, with its signs spelled out ("name at host dot com", "[at]"), and as HTML, JSON and URLs
escape it; a number with any punctuation, in its international and its national form. Rather one mention too many than one
too few: a neighbour of the address (another name before it, a longer host behind it) is the only thing spared.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from tasks.clean.personal_data import TLD
from tasks.errors import UsageError
from tasks.ingest.identities import TOKEN
from tasks.ingest.text import WIDE_BOMS, looks_wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FEWEST_DIGITS, MOST_DIGITS = 7, 15  # ITU-T E.164 allows 15; under seven a number could be anything
DATES = ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%Y%m%d%H%M", "%Y%m%d%H%M%S")
YEARS = range(1900, 2101)
# What our own lines and tables hold that is nobody's text: times, run ids, digests. A mention is never looked for in them.
OWN_KEYS = frozenset(
    {
        "run_id", "started_at", "finished_at", "capture_id", "batch_id", "removal_id", "posting_id", "content_id", "raw_id", "job_id",
        "observed_at", "fetched_at", "removed_at", "accepted_at", "at", "day", "sha256", "digest", "salt",
        "rulebook_version", "asked", "replayed_in", "released_in", "expired_in", "erased_in",
    }
)  # fmt: skip
PIECE_BYTES, OVERLAP = 1024**2, 4096  # no mention is longer than the overlap
EMAIL = re.compile(r"[^\s@<>\",;:()\[\]\\]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
PHONE = re.compile(r"\+?[\d\s().\-/]{7,40}")

GAP = r"(?:\s|&nbsp;|&#160;|%20|\+|_|\\[nt]|\\u00a0){1,3}"
MAYBE = rf"(?:{GAP})?"
OPEN, CLOSE = r"[\[({<]", r"[\])}>]"
AT = (
    rf"(?:\s?[@＠]\s?|%40|%2540|\\u0040|&#0{{0,4}}64;|&#x0{{0,4}}40;|&commat;"
    rf"|{MAYBE}{OPEN}{MAYBE}(?:at|@){MAYBE}{CLOSE}{MAYBE}|{GAP}[-_*]?at[-_*]?{GAP})"
)
DOT = (
    rf"(?:\.|%2e|\\u002e|&#0{{0,4}}46;|&#x0{{0,4}}2e;|&period;"
    rf"|{MAYBE}{OPEN}{MAYBE}(?:dot|\.){MAYBE}{CLOSE}{MAYBE}|{GAP}[-_*]?dot[-_*]?{GAP})"
)
# Before a name stands no other part of one; but an escape in JSON or a URL ends in letters that belong to no name.
FREE = r"(?:(?<=\\[nrtbf])|(?<=\\u[0-9a-f]{4})|(?<=%[0-9a-f]{2})|(?<!\w)(?<!\w[.+%-]))"
# Behind a host stands no more of one; a capital after the dot is the next sentence, ".csv" the end of a file's name.
END = rf"(?!\w)(?!-\w+\.)(?!\.(?-i:{TLD}\b))"
BETWEEN = r"(?:[\s().\-/·•–—_\u00a0\u2007\u2011\u202f]|&nbsp;|&#160;|%20|\\u00a0|\\/){0,4}"
AREA = r"(?:\((?=\+?[\d ]{1,6}\)))?"  # a bracket before a number is part of it where it closes behind the area code
PLUS = r"(?:\+|%2b|&#43;|&plus;|\\u002b|00|011)"
# Country codes of one and two digits (ITU-T E.164, list of assigned codes); all others have three.
SHORT_CODES = frozenset(
    str(code)
    for code in (1, 7, 20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84,
                 86, *range(90, 96), 98)
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What is looked for. `coarse` is a wide pattern in RE2's syntax: what it does not match, `pattern` does not either."""

    kind: str
    name: str  # normalised: never stored, never logged
    pattern: re.Pattern[str]
    coarse: str

    def replace(self, text: str) -> tuple[str, int]:
        """`text` with every mention as TOKEN, and how many there were."""
        if not re.search(self.coarse, text):
            return text, 0
        return self.pattern.subn(self.token, text)

    def replace_pieces(self, pieces: Iterable[str]) -> Iterator[tuple[str, int]]:
        """The same for a text of any size that comes in pieces: what comes out, joined, is what the whole would give.

        Of the text, a piece and twice OVERLAP are in memory.
        """
        text, begin, quotes = "", 0, 0  # told up to `begin`; before `text`, its line has had so many quotation marks
        for piece in chain(pieces, [None]):
            text += piece or ""
            end = len(text) if piece is None else len(text) - OVERLAP
            if end < begin:
                continue
            made, told, count = [], begin, 0
            if re.search(self.coarse, text):
                for found in self.pattern.finditer(text, begin):
                    if found.start() >= end:
                        break
                    made += [text[told : found.start()], self.token(found, quotes)]
                    told, count = found.end(), count + 1
            upto = max(told, end)
            yield "".join([*made, text[told:upto]]), count
            gone = max(0, upto - OVERLAP)
            while gone and text[gone - 1] == "\\":  # what is escaped stays with its backslash
                gone -= 1
            if self.kind == "telephone":  # nothing else can stand bare
                line = text.rfind("\n", 0, gone)
                quotes = len(QUOTE.findall(text, line + 1, gone)) + (quotes if line < 0 else 0)
            text, begin = text[gone:], upto - gone

    def token(self, found: re.Match[str], quotes: int = 0) -> str:
        """TOKEN; in quotation marks where a number stood bare in JSON, which must stay JSON.

        `quotes` are the quotation marks of its line that stood before the text.
        """
        text, start, end = found.string, found.start(), found.end()
        if not found[0].isdigit():
            return TOKEN
        before, behind = text[max(0, start - 20) : start].rstrip()[-1:], text[end : end + 20].lstrip()[:1]
        bare = before in (":", "[", ",") and behind in (",", "]", "}")
        line = text.rfind("\n", 0, start)
        inside = (len(QUOTE.findall(text, line + 1, start)) + (quotes if line < 0 else 0)) % 2
        return f'"{TOKEN}"' if bare and not inside else TOKEN

    def replace_bytes(self, body: bytes) -> tuple[bytes, int]:
        """The same in bytes: UTF-8 or one of its relatives, or UTF-16 and UTF-32; bytes that are no text stay as they are."""
        wide = wide_encoding(body)
        encoding, errors = (wide, "surrogatepass") if wide else ("utf-8", "surrogateescape")
        try:
            text = body.decode(encoding, errors)
            replaced, count = self.replace(text)
            return (replaced.encode(encoding, errors), count) if count else (body, 0)
        except UnicodeError:
            text = body.decode("utf-8", "surrogateescape")
            replaced, count = self.replace(text)
            return (replaced.encode("utf-8", "surrogateescape"), count) if count else (body, 0)

    def in_file(self, path: Path) -> bool:
        """Whether the bytes of a file hold a mention; read piece by piece, as it may be large."""
        with path.open("rb") as handle:
            tail = b""
            while piece := handle.read(PIECE_BYTES):
                if self.pattern.search((tail + piece).decode("utf-8", "surrogateescape")):
                    return True
                tail = (tail + piece)[-OVERLAP:]
        return False

    def replace_value(self, value: Any) -> tuple[Any, int]:
        """The same in text, bytes, and lists and mappings of them."""
        if isinstance(value, str):
            return self.replace(value)
        if isinstance(value, bytes):
            return self.replace_bytes(value)
        if isinstance(value, list | tuple):
            made = [self.replace_value(each) for each in value]
            return type(value)(each for each, _ in made), sum(n for _, n in made)
        if isinstance(value, dict):
            pairs = [(self.replace_value(k), self.replace_value(v)) for k, v in value.items()]
            return {k: v for (k, _), (v, _) in pairs}, sum(a + b for (_, a), (_, b) in pairs)
        return value, 0

    def replace_own(self, value: Any) -> tuple[Any, int]:
        """The same in JSON of our own making, where OWN_KEYS stay at any depth."""
        if isinstance(value, dict):
            pairs = [(self.replace(k), (v, 0) if k in OWN_KEYS else self.replace_own(v)) for k, v in value.items()]
            return {k: v for (k, _), (v, _) in pairs}, sum(a + b for (_, a), (_, b) in pairs)
        if isinstance(value, list):
            made = [self.replace_own(each) for each in value]
            return [each for each, _ in made], sum(n for _, n in made)
        return self.replace_value(value)

    def digest(self, salt: bytes) -> str:
        """What a receipt says instead of the text: scrypt, as telephone numbers are few enough to try them all."""
        return hashlib.scrypt(self.name.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')


def new_salt() -> bytes:
    """Sixteen bytes that nobody has used."""
    return secrets.token_bytes(16)


def wide_encoding(body: bytes) -> str | None:
    """UTF-16 or UTF-32 where the bytes are that."""
    if body.startswith(WIDE_BOMS):
        wide = body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))
        little = body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF16_LE))
        return f"utf-{32 if wide else 16}-{'le' if little else 'be'}"
    if looks_wide(body):
        return "utf-16-be" if body[0] == 0 else "utf-16-le"
    return None


def read_subject(text: str) -> Subject:
    """An e-mail address or a telephone number. Raises UsageError `not_contact_details`, which does not repeat the text."""
    text = text.strip().removeprefix("mailto:").removeprefix("tel:").strip()
    if EMAIL.fullmatch(text):
        return email(text)
    digits = re.sub(r"\D", "", text)
    if not text.startswith("+") and looks_dated(digits):
        raise UsageError(
            "not_contact_details", "the number reads as a date, and would be erased wherever that date stands",
            next_step="Write it with its country code: +49 30 1234567",
        )  # fmt: skip
    if PHONE.fullmatch(text) and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS + 2:
        return phone(text, digits)
    raise UsageError(
        "not_contact_details", "the text is neither an e-mail address nor a telephone number",
        next_step="Write it whole: name@host.tld, or +49 30 1234567",
    )  # fmt: skip


def looks_dated(digits: str) -> bool:
    """Whether digits are a day, or a day and its time, as dates are written."""
    for form in DATES:
        try:
            moment = datetime.strptime(digits, form)  # noqa: DTZ007  no time is meant
        except ValueError:
            continue
        if moment.year in YEARS and moment.strftime(form) == digits:
            return True
    return False


def email(text: str) -> Subject:
    """An address."""
    name, _, host = text.lower().rpartition("@")
    whole = "".join(map(spelled, name)) + AT + "".join(map(spelled, host))
    # What cleaning leaves of "name [at] host [dot] tld" where it takes brackets for remarks.
    bare = r"\s{1,3}".join("".join(map(spelled, part)) for part in (name, *host.split(".")))
    pattern = f"{FREE}(?:{whole}|{bare}){END}"
    longest = max(re.split(r"[^a-z0-9]", name + "@" + host), key=len)
    return Subject("e-mail", f"{name}@{host}", re.compile(pattern, re.I), f"(?i){re.escape(longest)}|&#")


def spelled(sign: str) -> str:
    """One character of an address as sources may write it."""
    if sign == ".":
        return DOT
    code = ord(sign)
    ways = [re.escape(sign), f"&#0{{0,4}}{code};", f"&#x0{{0,4}}{code:x};"]
    if sign.isalnum() and sign.isascii():
        upper = ord(sign.upper())
        return f"(?:{'|'.join([*ways, *([f'&#0{{0,4}}{upper};'] if upper != code else [])])})"
    ways += ["".join(f"%{byte:02x}" for byte in sign.encode()), rf"\\u{code:04x}", r"\\{1,2}" + re.escape(sign)]
    if sign == "-":
        ways.append("\u2011")
    return f"(?:{'|'.join(ways)})"


def phone(text: str, digits: str) -> Subject:
    """A number, in its international and national forms as far as they can be told."""
    code, rest = parts_of(text, digits)
    ways = []
    if code == "1":
        ways = [rf"(?:(?:{PLUS}{BETWEEN})?1{BETWEEN})?{apart(rest)}"]
    elif code:
        ways = [
            rf"(?:{PLUS}{BETWEEN})?{apart(code)}{BETWEEN}(?:\(?0\)?{BETWEEN})?{apart(rest)}",
            rf"0{BETWEEN}{apart(rest)}",
        ]
    elif digits.startswith("0"):
        ways = [rf"(?:{PLUS}{BETWEEN}\d{{1,3}}{BETWEEN})?0\)?{BETWEEN}{apart(rest)}",
                rf"{PLUS}{BETWEEN}\d{{1,3}}{BETWEEN}{apart(rest)}"]  # fmt: skip
    else:
        ways = [apart(rest)]
    coarse = "[^0-9]{0,24}".join(rest[-FEWEST_DIGITS:])
    return Subject("telephone", f"{code}|{rest}", re.compile(rf"(?<!\d){AREA}(?:{'|'.join(ways)})(?!\d)", re.I), coarse)


def parts_of(text: str, digits: str) -> tuple[str, str]:
    """Country code and the rest without the zero before it; the code is empty where the text does not say."""
    if not text.startswith("+") and not digits.startswith("00"):
        if len(digits) == 10 and digits[0] in "23456789":  # as North America writes them
            return "1", digits
        return "", digits.removeprefix("0")
    digits = digits if text.startswith("+") else digits[2:]
    code = next((digits[:size] for size in (1, 2) if digits[:size] in SHORT_CODES), digits[:3])
    rest = re.sub(r"\D", "", re.sub(r"\(0\)", "", text)) if text.startswith("+") else digits
    return code, rest.removeprefix(code).removeprefix("0")


def apart(digits: str) -> str:
    """Digits with anything between them that people put there."""
    return BETWEEN.join(digits)
