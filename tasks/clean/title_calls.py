"""Calls and conditions in titles: "urgent", "- Immediate Start", "(Full-time)", what public employers file openings under.

Plain functions from text to text, linear in a title's length; tasks/clean/title_edges.py makes rules of them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.lookup import rows
from tasks.clean.pattern_starts import KNOWN, beginnings
from tasks.clean.title_text import REMEMBERED, cues, kept_or, tidy, words_in


@cache
def slogans() -> re.Pattern[str]:
    """A call or condition in small letters, whole (lookups/title_slogans.csv)."""
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows("title_slogans")))


CUT_MARKS = "-–—|:;?,"
LAST_CUT = re.compile(r"\s*(?:[-–—|:;?]+\s|[,|;:]|\s[-–—]+|--+|(?<=[a-z)])(?<!-to)-(?=[A-Z]))\s*(?=[^-–—,|:;?]*$)")
LONG_CUTS = (
    " - ",
    " – ",
    " — ",
    " | ",
    ": ",
)  # what is one call may hold marks: "12-month roster", "right to hire, no visas"
SLOGAN_CUT = re.compile(r"\s*[/,;&+]\s*|\s+(?:or|and|-|–)\s+")
SLOGAN_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,80}?)\s*[)\]]")
FIRST_PART = re.compile(
    r"^\s*(?:(?:urgent(?:ly)?(?: hire| hiring| need\w*| requirement)?|immediate (?:hire|need|opening)|hot job"
    r"|hiring now|now hiring|hiring|wanted|new|we'?re hiring|we are hiring|job opening|job title|position|role|vacancy"
    r"|direct client|direct hire|full[\s-]?time)"
    r"\s*[-–—:!|]+\s*(?:for\s+)?|(?:now |we(?:'re| are) )?(?:seeking|looking for|hiring an?)\s*[:!]?\s+(?:an?\s+)?"
    r"(?=\w)|(?-i:URGENT)\s+(?=\w)|(?-i:NEW)\s+(?=(?-i:[A-Z][a-z]))|\d{1,2}\s?x\s+|x\s?\d\s+"
    r"|(?:full|part)[\s-]time,? (?=freelance)"
    r"|(?:(?:urgent(?:ly)?|immediate|direct|full[\s-]?time|contract) )*"
    r"(?:hiring|requirements?|require[ds]?|vacanc(?:y|ies)|openings?|positions?|jobs?|opportunit(?:y|ies)|roles?|needs?)"
    r"(?: (?:position|opening|job|role|vacancy))? (?:for|of)(?: (?:the|an?))?(?: (?:position|post|role)(?: of)?)?:? "
    r"(?=\w)|(?-i:Required|Need(?:ed)?|Urgently? (?:required?|need(?:ed)?)):? (?:an? )?(?=(?-i:[A-Z.])))",
    re.IGNORECASE,
)
TAIL_WORD = re.compile(
    r"\s+(?:(?:is|are)\s)?(?:needed|required|wanted|urgent(?:ly)?|positions?|openings?|opportunit(?:y|ies)|vacanc(?:y|ies)|jobs?|roles?"
    r"|(?:for )?full[- ]time(?: nights| days)?|part[- ]time|\d{1,2}[- ]month (?:roster|register)"
    r"|['‘]?amended['’]?)(?:\s+(?:available|open|asap|now))?\s*[.!]*$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\s*[(\[]\s*[xX]\s?\d{1,2}(?:\s\w{4,9})?\s*[)\]]$|\s+x\s?\d{1,2}$|\s+[xX]\s?\d{1,2}\s(?:role|position|post|vacanc)\w{1,3}$"
)
COUNT_WORD = re.compile(r"x\d{0,2}")
FEDERAL_WORDS = frozenset(("nte", "gs", "gg", "gl", "fpl", "mbe", "mbmp", "msp", "fsn", "nb", "bil"))
FEDERAL = re.compile(
    r"[\s,(-]*(?:\b(?i:temp(?:orary)?|term|detail|prom(?:o|otion)?)\b[\w/. ]{0,24})?[\s(-]*\bN\.?T\.?E\b(?:[\s(-]{1,3}N\.?T\.?E\b){0,9}"
    r"(?=\W*$|\W+(?:\d|(?i:one|two|three|not|up|or|and|or|mbe|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))[^()]*\)?"
    r"(?:\s*\([^()]{1,40}\)[^()]{0,40})?$"
    r"|,?\s*\(?\bG[SGL]-?\d{3,4}-\d{1,2}(?:[/-]\d{1,2}){0,3}\)?|,?\s*\(?\bFPL:?\s*(?:is |of )?(?:G[SG]-)?\d{1,2}\)?"
    r"|,?\s+MBE(?: up to[^,()]{0,30})?,?\s+MBM?P\b|[\s,;(-]+(?:MSP|(?:NON-)?BIL)\)?$|[\s,(-]+NB-\d{3,4}-[IVX]+(?:\.\d)?\)?"
    r"|[\s,;]+FSN-?\s?\d{1,2}\b[\w\s;,*/-]{0,14}(?:\(steps [^()]{1,8}\))?$|[\s,;]+FP-\w{1,2}\*?[\s,;]+FSN-\d{1,2}$"
)


@cache
def slogan_starts() -> frozenset[str]:
    """The letters that calls begin with."""
    return frozenset(start for row in rows("title_slogans") for start in beginnings(row["pattern"]) if start)


@lru_cache(maxsize=REMEMBERED)
def is_slogan(text: str) -> bool:
    """Whether a text is nothing but calls and conditions: "Full-time, permanent"."""
    text = text.strip(" .!").lower()
    if text[:1].isalpha() and not any(text[:length] in slogan_starts() for length in range(1, KNOWN + 1)):
        return False
    if slogans().fullmatch(text):
        return True
    parts = [p for p in SLOGAN_CUT.split(text) if p]
    return len(parts) > 1 and all(map(slogans().fullmatch, parts))


CONTACT = re.compile(
    r"\s*[-–—|:,(\[]*\s*(?:\b(?:please |to )?(?:call|apply|contact|e-?mail|mail|send|tel|phone|visit|info|see|text)\b[\w ]{0,20}[:.]?\s*)?"
    r"(?:[\w.+]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|(?:https?://|www\.)[^\s()\[\]]{3,200}|\+?\d[\d ().-]{7,16}\d)\s*[)\]]?",
    re.IGNORECASE,
)
PHONE = re.compile(r"\+?\d(?:[ ().-]{0,2}\d){8,14}")


def without_contact(title: str) -> str:
    """A title without an address or a telephone number, and the call to use it."""
    if "@" in title or "://" in title or "www." in title or PHONE.search(title):
        return kept_or(title, tidy(CONTACT.sub(" ", title)))
    return title


@lru_cache(maxsize=REMEMBERED)
def without_slogans(title: str) -> str:
    """A title without calls and conditions at its edges and in brackets, as often as one is found."""
    words = words_in(title)
    if not FEDERAL_WORDS.isdisjoint(words):
        title = kept_or(title, tidy(FEDERAL.sub("", title)))
    if any(map(COUNT_WORD.fullmatch, words)):
        title = kept_or(title, tidy(COUNTED.sub("", title)))
    for _ in range(4):
        before = title
        if "(" in title or "[" in title:
            title = kept_or(title, SLOGAN_BRACKETS.sub(lambda m: " " if is_slogan(m[1]) else m[0], title))
        title = without_last(title)
        ends = title.lower().split()
        if ends and ends[-1].strip(".!'‘’").rpartition("-")[2] in cues("last"):
            title = kept_or(title, TAIL_WORD.sub("", title))
        if ends and may_call(ends[0]):
            title = kept_or(title, FIRST_PART.sub("", title))
        title = tidy(title)
        if title == before:
            break
    return title


QUALIFIERS = frozenset(("full", "part", "direct", "contract"))  # "full time position for ...": no call alone


@lru_cache(maxsize=REMEMBERED)
def may_call(word: str) -> bool:
    """Whether FIRST_PART may find something that begins with `word`."""
    bare = word.strip(":!-–,|")
    return bare in cues("first") or bare in QUALIFIERS or "'" in word or "-" in word or word[:1].isdigit()


def without_last(title: str) -> str:
    """A title without its last part, where that is a call: what stands behind the last mark, or the last dash."""
    cut = max(map(title.rfind, CUT_MARKS))
    if cut < 0:
        return title
    if is_slogan(title[cut + 1 :]):
        last = LAST_CUT.search(title)
        if last and is_slogan(title[last.end() :]):
            return kept_or(title, title[: last.start()])
    cut = max(map(title.rfind, LONG_CUTS))
    return kept_or(title, title[:cut].rstrip()) if cut > 0 and is_slogan(title[cut + 2 :]) else title
