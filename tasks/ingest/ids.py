"""Ids of captures, records, postings and contents. Made from raw values only, so cleaning never changes one."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGEST_BYTES = 8  # 16 hex characters; at 100 million rows the chance of one collision is about 0.03 %
SEPARATOR = "\0"  # records that hold a NUL are set aside before they get an id, so this cannot occur inside a value


def digest(text: str) -> str:
    """16 hex characters of BLAKE2b over `text` as UTF-8."""
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def natural(text: str) -> str:
    """`text` in Unicode NFC, trimmed: one key written composed and decomposed is one key."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def join_key(parts: Iterable[str]) -> str:
    """Several native id columns as one key, in the order in which the source names them."""
    return SEPARATOR.join(natural(part) for part in parts)


def raw_id(capture_id: str, source_file: str, ordinal: int) -> str:
    """One record of one capture: its file and its zero-based place there."""
    return digest(f"{capture_id}{SEPARATOR}{source_file}{SEPARATOR}{ordinal}")


def posting_id(source: str, key: str) -> str:
    """One posting: the source and its native key (or the digest of the record where it has none)."""
    return digest(f"{source}{SEPARATOR}{natural(key)}")


def content_id(parts: Iterable[str]) -> str:
    """What a record says: the values of the form, each marked with its column, volatile ones left out."""
    return blake2b("".join(parts).encode(), digest_size=DIGEST_BYTES).hexdigest()


def capture_id(source: str, moment: str, digests: Iterable[str]) -> str:
    """One capture: the same bytes observed at the same moment are the same capture.

    `moment` is the day or time of observation where it is explicit (`--as-of`, the file name, the day of an HTTP
    fetch), else ''. `digests` are the SHA-256 of the files.
    """
    return digest(SEPARATOR.join([source, moment, *sorted(digests)]))


def payload_id(payload: str) -> int:
    """A 64-bit number for a payload's text: equal texts are kept once."""
    return int.from_bytes(blake2b(payload.encode(), digest_size=DIGEST_BYTES).digest(), "big")
