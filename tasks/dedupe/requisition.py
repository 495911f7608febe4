"""The employer's requisition number of a posting: listed, named in its text, or named by an earlier version of it.

Boards show a number today and drop it tomorrow. What a posting said once of its opening holds until it says another
number, so that every number that any of its contents named is kept (curated.requisitions).
"""

from __future__ import annotations

import re

from tasks.dedupe.shingles import A_DATE, CUT_OFF, IN_ADDRESS, REQUISITION

REACH = 48  # bytes behind the announcing word in which the number ends
# The announcing words of tasks/dedupe/shingles.py, written so that all begin alike: such a search is ten times as fast.
ANNOUNCED = re.compile(rb"re(?:q(?:uisition)?|ference)(?![a-z])")

# Numbers are compared without punctuation and case: "REQ-123" and "#req123" are one. What holds no digit but zeros, or is
# shorter than four characters, names nothing: boards give every opening "See Opening ID", "MULTI", "N/A" or "0".
BARE = "regexp_replace(upper({number}), '[^A-Z0-9]', '', 'g')"
PLAIN = f"CASE WHEN regexp_matches({{number}}, '[1-9]') AND length({BARE}) >= 4 THEN {BARE} END"

# The one number that a posting ever named; nothing where it named several.
KNOWN = f"""
    SELECT posting_id, any_value({PLAIN.format(number="requisition")}) AS requisition FROM curated.requisitions
    SEMI JOIN match_touched USING (posting_id) GROUP BY posting_id
    HAVING count(DISTINCT {PLAIN.format(number="requisition")}) = 1
"""


def named_in(text: str) -> str | None:
    """The last requisition number of a text, as tasks/dedupe/shingles.py reads whole batches of them."""
    raw = text.encode()
    found: str | None = None
    read = 0
    for word in ANNOUNCED.finditer(raw.lower()):
        at = word.end()
        before = raw[word.start() - 1] if word.start() else 0
        within = before >= 0x80 or chr(before).isalpha()  # "prereq", also with an accent
        if within or at <= read or raw[max(at - 4, 0) : at].lower() == IN_ADDRESS:
            continue
        number = REQUISITION.match(raw, at, at + REACH)
        if number and not A_DATE.fullmatch(number[1]) and not raw.startswith(CUT_OFF, number.end()):
            found, read = number[1].decode(), number.end()
    return found
