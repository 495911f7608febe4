"""Texts as sets of hashed word 4-grams, one in eight kept, computed on whole batches of bytes at once.

Shingling in SQL cost 42 CPU-seconds for the normalisation of a million texts alone (measured when this was designed);
here a batch is one byte buffer: a table folds it to lower-case letters, words are found by comparing neighbouring bytes,
and a word's hash is made of its first 24 bytes and its length. Digits and punctuation separate words, so that dates,
amounts and bullets do not count. Latin accents are folded; a Chinese, Japanese or Korean character is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

WORDS = 4  # words in a shingle
KEPT = 8  # one shingle in so many is kept: recall of candidates .998 at 1 in 8 on jobs_bench
LONGEST = 40_000  # bytes of a text that count; the longest real postings have 20,000

Bytes = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

SPACE = 32
PAD = 32  # spaces behind the buffer, so that words at its end can be read in whole steps of 8 bytes
# First bytes of UTF-8 sequences that hold punctuation and symbols, and how long the sequence is. Those of four bytes begin
# with FOUR or more.
FOUR = 0xF0
SYMBOLS = {0xC2: 2, 0xE2: 3, 0xEF: 3, FOUR: 4}
FIRST_LEAD = 0xC2  # the lowest first byte of a UTF-8 sequence
CJK = (0xE3, 0xED)  # first bytes of kana, ideographs, hangul

# The words after which an employer's own requisition number stands. "Job ID" and "Ref" are the boards' and left alone.
REQUISITION_WORDS = ("requisition", "req", "reference")
REQUISITION = re.compile(
    rb"[ \t]{0,3}(?:(?:[Ii][Dd]|[Nn]umber|[Nn][Oo]|[Nn][Rr]|[Cc]ode)\b)?[.:# \t\xc2\xa0]{0,6}"
    rb"([A-Za-z]{0,4}-?[0-9](?:[A-Z0-9_-]{3,14}|[a-z0-9_-]{3,14}))(?![A-Za-z0-9])",
)
REACH = 48  # bytes behind the announcing word in which the number ends
CUT_OFF = (b"...", "…".encode())  # a number that a board cut short is not the number
IN_ADDRESS = b"/req"  # jobs/req-1190-engineer
A_DATE = re.compile(rb"(?:19|20)[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?")


class Shingled(NamedTuple):
    """Facts of a batch of texts, one element a text; `values` holds all shingles, cut by `offsets` (length n + 1)."""

    words: npt.NDArray[np.int32]
    text_hash: Hashes
    requisition: list[str | None]
    offsets: npt.NDArray[np.int32]
    values: npt.NDArray[np.uint32]


def _fold_table() -> bytes:
    table = bytearray([SPACE] * 256)
    for code in range(ord("a"), ord("z") + 1):
        table[code] = table[code - 32] = code
    for code in range(0x80, FOUR):  # bytes of letters beyond ASCII
        table[code] = code
    return bytes(table)


def _accent_tables() -> dict[int, bytes]:
    """For each first byte of accented Latin letters: second byte -> the letter underneath, 0 where there is none."""
    special = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
    tables = {}
    for lead in (0xC3, 0xC4, 0xC5):
        table = bytearray(256)
        for second in range(0x80, 0xC0):
            letter = bytes([lead, second]).decode().lower()
            base = special.get(letter, unicodedata.normalize("NFKD", letter)[0])
            table[second] = ord(base) if base.isascii() and base.isalpha() else 0
        tables[lead] = bytes(table)
    return tables


FOLD = _fold_table()
ACCENTS = {lead: np.frombuffer(table, np.uint8) for lead, table in _accent_tables().items()}
PAIRS = {b"\xc3\x9f": b"ss", b"\xc3\xa6": b"ae", b"\xc3\x86": b"ae", b"\xc5\x93": b"oe", b"\xc5\x92": b"oe"}
MASKS = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [(1 << 64) - 1], np.uint64)
ODD = np.uint64(0x9E3779B97F4A7C15)


def mix(values: Hashes) -> Hashes:
    """A 64-bit finaliser (splitmix64) in place: every bit of the input moves half the bits of the output."""
    part = np.empty_like(values)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        np.right_shift(values, np.uint64(shift), out=part)
        values ^= part
        if factor > 1:
            values *= np.uint64(factor)
    return values


def keep_freed_memory() -> None:
    """Let the C library keep what small batches free, up to 64 MB, instead of giving it back and asking again.

    Freeing one block of just under 32 MB moves glibc's thresholds there (mallopt(3), M_MMAP_THRESHOLD). Until then a third
    of the time of shingling goes into pages that the kernel takes away and brings back. Elsewhere it does nothing.
    """
    np.empty((32 << 20) - 8192, np.uint8)


def _plain(texts: pa.Array) -> tuple[bytes, Index]:
    """The bytes of all texts, each bounded, and where each begins and ends."""
    array = texts.cast(pa.large_binary())
    bounds = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    data = array.buffers()[2]
    if data is None or len(bounds) < 2:
        return b"", np.zeros(len(array) + 1, np.int64)
    lengths = np.diff(bounds)
    view = memoryview(data)
    if lengths.max(initial=0) <= LONGEST:
        return bytes(view[bounds[0] : bounds[-1]]), bounds - bounds[0]
    spans = [
        (start, whole(view, start, length))
        for start, length in zip(bounds[:-1].tolist(), lengths.tolist(), strict=True)
    ]
    return b"".join(view[start:end] for start, end in spans), np.cumsum([0, *(end - start for start, end in spans)])


def whole(view: memoryview, start: int, length: int) -> int:
    """Where a text that may be too long is cut: never inside a letter."""
    end = start + min(length, LONGEST)
    while length > LONGEST and view[end] & 0xC0 == 0x80:
        end -= 1
    return end


def _fold(raw: bytes, bounds: Index) -> tuple[Bytes, Index, Index]:
    """Letters and spaces only, the bounds in that, and the places of `raw` that were taken out (sorted)."""
    text = _padded(raw.translate(FOLD))
    if raw.isascii():
        return text, bounds, np.empty(0, np.int64)
    source, folded = np.frombuffer(raw, np.uint8), text[: len(raw)]
    gone = []
    at = np.flatnonzero(source >= FIRST_LEAD)
    lead = np.minimum(source[at], FOUR)
    for first, length in SYMBOLS.items():
        here = at[lead == first]
        for step in range(length):
            folded[np.minimum(here + step, len(folded) - 1)] = SPACE
    for first, table in ACCENTS.items():
        gone.append(_bare(source, folded, at[lead == first], first, table))
    marks = at[(lead == 0xCC) | (lead == 0xCD)]
    marks = marks[(source[marks] == 0xCC) | (source[marks + 1] < 0xB0)]  # combining accents, U+0300 to U+036F
    gone += [marks, marks + 1]
    out = np.sort(np.concatenate(gone))
    if len(out):
        stays = np.ones(len(source), np.bool_)
        stays[out] = False
        left = len(source) - len(out)
        folded[:left] = folded[stays]
        text = text[: left + PAD]
        text[left:] = SPACE
    return text, bounds - np.searchsorted(out, bounds), out


def _bare(source: Bytes, folded: Bytes, at: Index, first: int, table: Bytes) -> Index:
    """Put the letter under an accent in the place of its second byte; what comes back is to be taken out."""
    second = source[at + 1]
    base = table[second]
    folded[at + 1] = np.where(base > 0, base, SPACE)
    folded[at] = SPACE
    gone: npt.NDArray[np.bool_] = base > 0
    for pair, letters in PAIRS.items():
        if pair[0] == first and len(both := at[second == pair[1]]):
            folded[both], folded[both + 1] = letters
            gone &= second != pair[1]
    out: Index = at[gone]
    return out


def _padded(text: bytes) -> Bytes:
    return np.frombuffer(bytearray(text + bytes([SPACE]) * PAD), np.uint8)


def _words(text: Bytes, bounds: Index) -> tuple[Index, Index]:
    """Where words begin and end. A text's end ends its last word, and a character of CJK is a word."""
    letter = text != SPACE
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    if letter[0]:
        edges = np.concatenate(([0], edges))
    cuts = bounds[1:-1]
    if text.max(initial=0) >= CJK[0]:
        own = np.flatnonzero((text >= CJK[0]) & (text <= CJK[1]))
        cuts = np.unique(np.concatenate((cuts, own, own + 3)))
    cuts = cuts[letter[cuts] & letter[cuts - 1] & (cuts > 0)]
    if len(cuts):  # an end and a beginning at one place
        twice = np.repeat(np.unique(cuts), 2)
        edges = np.insert(edges, np.searchsorted(edges, twice), twice)
    return np.ascontiguousarray(edges[::2]), np.ascontiguousarray(edges[1::2])


def _word_hashes(text: Bytes, starts: Index, ends: Index) -> Hashes:
    eight: Hashes = np.ndarray((len(text) - 7,), np.uint64, buffer=text.data, strides=(1,))
    length = ends - starts
    out = eight[starts]
    out &= MASKS.take(length, mode="clip")
    out ^= length.view(np.uint64) << np.uint64(57)
    out *= ODD
    mix(out)
    for skip in (8, 16):
        long = np.flatnonzero(length > skip)
        part = eight[starts[long] + skip] & MASKS.take(length[long] - skip, mode="clip")
        part *= ODD
        part += out[long]
        out[long] = mix(part)
    return out


def word_hash(word: str) -> np.uint64:
    """The hash of one lower-case ASCII word, as in `shingle`."""
    text = _padded(word.encode())
    return np.uint64(_word_hashes(text, np.array([0]), np.array([len(word)]))[0])


ANNOUNCE = np.array([word_hash(w) for w in REQUISITION_WORDS], np.uint64)


def _requisitions(raw: bytes, bounds: Index, ends: Index, owner: npt.NDArray[np.int32]) -> list[str | None]:
    """The last requisition number of each text, read from the bytes behind the words that announce one: what a board adds
    is about this very posting, what stands before it may have been copied from another one's.
    """
    found: list[str | None] = [None] * (len(bounds) - 1)
    close = bounds[1:].tolist()
    read = 0  # up to where: "REQ-1234" announces itself and is not to be read from its "REQ" on
    for at, text in zip(ends.tolist(), owner.tolist(), strict=True):
        if at > read and (number := number_behind(raw, at, min(at + REACH, close[text]), close[text])):
            found[text] = number[1].decode()
            read = number.end()
    return found


def number_behind(raw: bytes, at: int, until: int, close: int) -> re.Match[bytes] | None:
    """The requisition number (group 1) behind an announcing word that ends at `at`, which is read up to `until`; the text
    ends at `close`.
    """
    if raw[max(at - 4, 0) : at].lower() == IN_ADDRESS:
        return None
    number = REQUISITION.match(raw, at, until)
    cut = number is None or A_DATE.fullmatch(number[1]) or raw.startswith(CUT_OFF, number.end(), close)
    return None if cut else number


def shingle(texts: pa.Array) -> Shingled:
    """Fingerprints of a batch of texts (Arrow string array, nulls count as empty; up to about 50 MB at once)."""
    raw, raw_bounds = _plain(texts.fill_null(""))
    n = len(raw_bounds) - 1
    text, bounds, out = _fold(raw, raw_bounds)
    starts, ends = _words(text, bounds)
    hashes = _word_hashes(text, starts, ends)
    cuts = np.searchsorted(starts, bounds)
    grams = _grams(hashes)
    owner = np.repeat(np.arange(n, dtype=np.int32), np.diff(cuts))
    shift = out - np.arange(len(out))  # where the folded text had lost so many bytes
    announced = np.flatnonzero(np.isin(hashes, ANNOUNCE))
    raw_ends = ends[announced] + np.searchsorted(shift, ends[announced] - 1, side="right")
    requisitions = _requisitions(raw, raw_bounds, raw_ends, owner[announced])
    offsets, values = _sampled(grams, owner, n)
    return Shingled(np.diff(cuts).astype(np.int32), _text_hashes(hashes, grams, cuts), requisitions, offsets, values)


def _grams(hashes: Hashes) -> Hashes:
    """The hash of the WORDS words from each word on, without regard to where a text ends."""
    usable = max(len(hashes) - WORDS + 1, 0)
    grams = hashes[:usable].copy()
    for step in range(1, WORDS):
        grams *= np.uint64(0x10000000233)
        grams += hashes[step : usable + step]
    return mix(grams)


def _text_hashes(hashes: Hashes, grams: Hashes, cuts: Index) -> Hashes:
    """One hash a text: the sum of its 4-grams, so that order counts; of its words where it has fewer than four."""
    first, last = cuts[:-1], cuts[1:] - (WORDS - 1)
    short = last <= first
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(grams)))
    out = sums[np.minimum(np.maximum(last, first), len(grams))] - sums[np.minimum(first, len(grams))]
    for at in np.flatnonzero(short).tolist():
        own = hashes[cuts[at] : cuts[at + 1]]
        places: Hashes = np.arange(1, len(own) + 1).astype(np.uint64)
        out[at] = mix(own * places * ODD).sum()
    return out


def _sampled(
    grams: Hashes, owner: npt.NDArray[np.int32], n: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint32]]:
    """Sorted distinct shingles of each text, one in KEPT of them."""
    pick = np.flatnonzero((grams >> np.uint64(61)) == 0)  # KEPT = 8: the three highest bits
    pick = pick[owner[pick] == owner[pick + WORDS - 1]]
    keyed = np.sort((owner[pick].astype(np.uint64) << np.uint64(32)) | (grams[pick] & np.uint64(0xFFFFFFFF)))
    keyed = keyed[np.diff(keyed, prepend=~keyed[:1]) != 0]
    counts = np.bincount((keyed >> np.uint64(32)).astype(np.int64), minlength=n)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return offsets, (keyed & np.uint64(0xFFFFFFFF)).astype(np.uint32)
