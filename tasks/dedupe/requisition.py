"""The employer's requisition number of a posting: listed, named in its text, or named by an earlier version of it.

Boards show a number today and drop it tomorrow. What a posting said once of its opening holds until it says another
number, so that the numbers of each of its contents are kept (curated.requisitions) and the one named last holds. A content
that is read anew names what it is read as now: a number that was misread is forgotten.
"""

from __future__ import annotations

import re

from tasks.dedupe.shingles import ACCENTS, CJK, FOUR, PAIRS, REACH, REQUISITION_WORDS, SYMBOLS, number_behind, whole

GONE = b"\x01"  # stands where an accent stood, so that every letter stays in its place
# The announcing words of tasks/dedupe/shingles.py, written so that all begin alike: such a search is ten times as fast.
ANNOUNCED = re.compile(rb"re(?:q(?:uisition)?|ference)(?![a-z])")
ANNOUNCED_BARE = re.compile(
    rb"|".join(
        GONE.join(bytes([letter]) for letter in word.encode()).replace(GONE, GONE + b"*") for word in REQUISITION_WORDS
    )
)
ACCENTED = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xcc[\x80-\xbf]|\xcd[\x80-\xaf]")

# Numbers are compared without punctuation and case: "REQ-123" and "#req123" are one. What holds no digit but zeros, or is
# shorter than four characters, names nothing: boards give every opening "See Opening ID", "MULTI", "N/A" or "0".
BARE = "regexp_replace(upper({number}), '[^A-Z0-9]', '', 'g')"
PLAIN = f"CASE WHEN regexp_matches({{number}}, '[1-9]') AND length({BARE}) >= 4 THEN {BARE} END"

# The number that a posting named last; nothing where at that moment it named several. When a content was seen is looked up
# for the few that ever named two.
KNOWN = f"""
    WITH told AS (
        SELECT posting_id, content_id, {PLAIN.format(number="requisition")} AS number
        FROM curated.requisitions SEMI JOIN match_touched USING (posting_id) WHERE number IS NOT NULL
    ), several AS (
        SELECT posting_id FROM told GROUP BY posting_id HAVING count(DISTINCT number) > 1
    ), dated AS (
        SELECT t.posting_id, t.number, max((coalesce(s.seen_at, TIMESTAMPTZ '-infinity'), coalesce(s.recency, ''))) AS said_at
        FROM told AS t SEMI JOIN several USING (posting_id)
        LEFT JOIN (FROM curated.sightings SEMI JOIN several USING (posting_id)) AS s
        ON s.posting_id = t.posting_id AND s.content_id = t.content_id
        GROUP BY t.posting_id, t.number
    )
    SELECT posting_id, any_value(number) AS requisition
    FROM (
        SELECT posting_id, number FROM told ANTI JOIN several USING (posting_id)
        UNION ALL
        SELECT posting_id, number FROM dated QUALIFY rank() OVER (PARTITION BY posting_id ORDER BY said_at DESC) = 1
    )
    GROUP BY posting_id HAVING count(DISTINCT number) = 1
"""


def named_in(text: str) -> str | None:
    """The last requisition number of a text, as tasks/dedupe/shingles.py reads whole batches of them."""
    raw = text.encode()
    raw = raw[: whole(memoryview(raw), 0, len(raw))]
    plain, announced = raw.lower(), ANNOUNCED
    if not text.isascii() and ACCENTED.search(plain):
        plain, announced = ACCENTED.sub(_bare, raw.replace(GONE, b" ")).lower(), ANNOUNCED_BARE
    found: str | None = None
    read = 0
    for word in announced.finditer(plain):
        at = word.end()
        if at <= read or _letter_before(plain, word.start()) or _letter_behind(plain, at):
            continue
        if number := number_behind(raw, at, min(at + REACH, len(raw)), len(raw)):
            found, read = number[1].decode(), number.end()
    return found


def _bare(accented: re.Match[bytes]) -> bytes:
    """As many bytes with the letter under an accent in the place of its last one; none under a mark by itself."""
    first, second = accented[0]
    if first not in ACCENTS:
        return GONE + GONE
    if accented[0] in PAIRS:
        return PAIRS[accented[0]]
    letter = int(ACCENTS[first][second])
    return GONE + bytes([letter]) if letter else b"  "


def _letter_before(plain: bytes, at: int) -> bool:
    """Whether a word that begins here goes on before: "prereq"."""
    at -= 1
    while at >= 0 and plain[at] == GONE[0]:
        at -= 1
    if at < 0 or plain[at] < 0x80:
        return at >= 0 and chr(plain[at]).isalpha()
    while at > 0 and plain[at] < 0xC0:
        at -= 1
    return _is_letter(plain[at])


def _letter_behind(plain: bytes, at: int) -> bool:
    """Whether a word that ends here goes on: "requirement"."""
    while at < len(plain) and plain[at] == GONE[0]:
        at += 1
    if at == len(plain) or plain[at] < 0x80:
        return at < len(plain) and chr(plain[at]).isalpha()
    return _is_letter(plain[at])


def _is_letter(first: int) -> bool:
    """Whether the first byte of a character is that of a letter that may stand within a word of Latin letters."""
    return first < FOUR and first not in SYMBOLS and not CJK[0] <= first <= CJK[1]
