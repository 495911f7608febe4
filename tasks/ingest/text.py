"""Bytes to text without losing one: strict UTF-8 where it holds, a lossless stand-in where it does not."""

from __future__ import annotations

import codecs
import re

from tasks.errors import UsageError

BOM = "\ufeff"
WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NAME_CHARS = 80
SURROGATE = re.compile("[\ud800-\udfff]")
HTML = re.compile(rb"(?:<!--.{0,2000}?-->|<\?xml[^>]{0,200}>|\s)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


class UndecodableError(Exception):
    """A whole file in another encoding than the one declared."""


def decode(payload: bytes, encoding: str = "utf-8") -> tuple[str, bool]:
    """The text and whether bytes in it are invalid.

    An invalid byte stands in the text as a lone surrogate (PEP 383), one a byte, so that records can still be cut
    apart and only those with such bytes are set aside. A byte order mark is stripped once. UTF-16 and UTF-32 that
    nobody declared raise UndecodableError.
    """
    utf8 = codecs.lookup(encoding).name == "utf-8"
    if utf8 and (payload.startswith(WIDE_BOMS) or looks_wide(payload)):
        raise UndecodableError("the file is UTF-16 or UTF-32; declare it as options.encoding")
    try:
        text, dirty = payload.decode(encoding), False
    except UnicodeDecodeError as problem:
        try:
            text, dirty = payload.decode(encoding, "surrogateescape"), True
        except UnicodeDecodeError:
            raise UndecodableError(str(problem)) from problem
    return text.removeprefix(BOM), dirty


def looks_wide(payload: bytes) -> bool:
    """Whether every second byte at the start is NUL, as in UTF-16 of Latin text without a byte order mark."""
    head = payload[:400]
    return len(head) >= 8 and head.count(0) * 5 > len(head) * 2


def check_encoding(encoding: str) -> str:
    """The name if Python knows it. Raises UsageError `source_config`."""
    try:
        return codecs.lookup(encoding).name
    except LookupError as problem:
        raise UsageError(
            "source_config", f"unknown encoding {encoding!r}", next_step="Write utf-8, cp1252 ..."
        ) from problem


def printable(text: str, encoding: str = "utf-8") -> str:
    r"""Text with invalid bytes as `\xe9`, fit to be stored; valid text is returned as it is."""
    if SURROGATE.search(text) is None:
        return text
    try:
        raw = text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return raw.decode(encoding, "backslashreplace")


def shown_name(name: str) -> str:
    """A column's name on one line, bounded, what cannot be seen as an escape: it goes to logs and terminals."""
    text = printable(name[:NAME_CHARS])
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(name) <= NAME_CHARS else text + "…"


def exact_bytes(text: str, encoding: str = "utf-8") -> bytes | None:
    """The bytes that `decode` made this text of; None where the text did not come from it."""
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return None


def is_html(payload: bytes) -> bool:
    """Whether the bytes are a web page, whatever the name or the content type says."""
    return HTML.match(payload[:4096].removeprefix(codecs.BOM_UTF8)) is not None
