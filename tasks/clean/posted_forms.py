"""The forms in which sources write the day of a posting, and its age. Read by posted_on.py."""

from __future__ import annotations

import re

ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:$|[T ]\d{2}:?\d{2})|(\d{4})(\d{2})(\d{2})$|(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:$|[T ])"
)
WRAPPING = re.compile(r"!!\w+\s*|[\"']")
ANNOUNCED = re.compile(
    r"(?:date )?(?:posted|published|publi[ée]e?|opened|listed|created)(?: date)?(?: on| le| am)?\s*:?\s+"
    r"(?=\d{1,4}[/.-]\d|[^\W\d_]{3,10}\.? \d|\d{1,2}(?:st|nd|rd|th|er|\.)? [^\W\d_]{3,10}\.?,? \d{4})",
    re.I,
)
NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:$|[ ,T])")
YEAR_APART = re.compile(r"(\d{2}|[^\W\d_]{3,9})-(\d{1,2}) (\d{4})$")
EPOCH = re.compile(r"-?\d{9,10}(?:\.\d{1,9})?|-?\d{12,13}(?:\.0)?")
WRITTEN = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,? )?(?:(?P<d1>\d{1,2})(?:st|nd|rd|th|er|\.)?(?: de| of)? (?P<m1>[^\W\d_]{3,12})\.?,?(?: de)? (?P<y1>\d{4})"
    r"|(?P<m2>[^\W\d_]{3,12})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4}))(?:$|[ ,T])"
)
DASHED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ](\d{4}|\d{2})(?:$|[ ,T])")
AGE = re.compile(
    r"(?:posted|reposted|active|published|updated|publi[ée]e?|vor|il y a|hace|hiring)?\s*(?:on|about|over|more than)?\s*-?\+?\d{1,3}\+?\s*"
    r"(?:s|m|h|d|w|mo|y|min(?:ute)?s?|hours?|hrs?|days?|weeks?|wks?|months?|years?|jours?|heures?|semaines?|mois|tage?n?|wochen?|monate?n?|d[ií]as?)"
    r"\b\+?(?:\s*(?:ago|old))?|(?:posted\s+|just\s+)?(?:today|yesterday|just now|just posted|new|aujourd'hui|hier|heute|gestern|hoy|ayer)",
    re.I,
)
