"""The words by which postings say where the work is done, and what only looks like them. Used by workplace.py."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from tasks.clean.near import called, cues, has, near, says, table, unwrapped, watched

ORDER = ("onsite", "hybrid", "remote")
TEXT_LIMIT = 20_000  # characters of running text searched; a posting says it long before

_REMOTE = (
    r"remote(?:ly)?|telecommut(?:e|ing)|telework(?:ing)?|work(?:ing)? from (?:home|anywhere)|wfh|home[- ]?(?:based|office)|"
    r"virtual"
)
_ONSITE = r"on[- ]?site|in[- ](?:the[- ])?office|in[- ]person|local only|locals only"
_DAYS = r"(?:up to |at least |a minimum of |minimum )?(?:\d|one|two|three|four)(?:-\d| to \d| or \w{3,5})? days?"
_TAKE = r"interested in|looking for|considering|offering|open to"

NOT_REMOTE = re.compile(
    r"\b(?:no|not|non|without|isn['’]t|aren['’]t|cannot|can['’]t|don['’]t|unable to|not able to|zero|sorry,? no)[ -]{1,3}"
    r"(?:(?:a|be|do|offer|allow|support|currently|accept|able to|agencies or|recruiters or|any|for|hiring|ready to|take on|"
    rf"accommodate|team|{_TAKE})[ -]){{0,4}}(?:{_REMOTE})\b"
    rf"|\b(?:{_REMOTE})(?: work(?:ing)?| position| role| candidate| option| employee)?s?(?: is| are|:)? ?"
    r"(?:not|isn['’]t|aren['’]t|n['’]t|no\b|unavailable|never)",
    re.IGNORECASE,
)
PARTLY = re.compile(
    rf"\b(?:partial(?:ly)?|semi|partly|part[- ]time|some|occasional(?:ly)?|mostly|flexible)[ -](?:{_REMOTE})\b|\bhybrid\b"
    rf"|\b\d(?:-\d)? (?:tage?|days?)(?: a| per| pro)?(?: week| woche)? (?:im |of )?(?:{_REMOTE})\b",
    re.IGNORECASE,
)
IS_REMOTE = re.compile(rf"\b(?:{_REMOTE})\b|\bdistributed team\b|\banywhere\b", re.IGNORECASE)
IS_ONSITE = re.compile(rf"\b(?:{_ONSITE})\b", re.IGNORECASE)
MARK_CUES = (
    "remote", "tele", "from home", "wfh", "home", "virtual", "anywhere", "site", "office", "person", "local", "hybrid",
    "distributed",
)  # fmt: skip
NOT_OF_THE_JOB = re.compile(
    r"\bon-?site (?:interview|train|massage|gym|meal|food|lunch|parking|visit|day)\w{0,3}"
    r"|\bremote (?:sens|server|monitor|access|control)\w{0,4}",
    re.IGNORECASE,
)
SHOUTS = ("REMOTE", "ONSITE", "ON-SITE")
SHOUTED = re.compile(r"\b(?:ON-?SITE|REMOTE)\b")  # as notices write it by convention
TITLE_CUES = ("remote", "telecommut", "telework", "work", "wfh", "home", "virtual", "hybrid", "site")
_EITHER = rf"(?:{_REMOTE}|hybrid|on[- ]?site)"
TITLE = re.compile(
    rf"(?:^|[-–—(\[|,/:]\s{{0,3}})(?:100% |fully )?(?:no )?{_EITHER}(?: or {_EITHER}| only| work| ok| possible)?\s{{0,3}}"
    r"(?:$|[-–—)\]|,/:(])|^Remote (?!sens|support|monitor|access|control|it\b|desktop|operat|pilot|hand|site|vehicle|"
    r"infrastructure|deposit|patient|service|system|start)|\bfull remote\b|\bfully remote\b|\(remote\b",
    re.IGNORECASE,
)
# What is looked for in a text that has the word: few and telling, as each costs a microsecond in 2 kB.
CUES = table({
    b"remote": cues("remote"), b"remotely": cues("remote"), b"onsite": cues("onsite"), b"site": cues("on-site", "on site"),
    b"hybrid": cues("hybrid"), b"telework": cues("telework"), b"teleworking": cues("telework"),
    b"telecommute": cues("telecommut"), b"telecommuting": cues("telecommut"), b"home": cues("from home"), b"homeoffice": cues("homeoffice"),
    b"anywhere": cues("from anywhere"), b"wherever": cues("from wherever"), b"office": cues("in-office", "a week", "per week"), b"person": cues("in-person"),
    b"presence": cues("physical presence"), b"distributed": cues("distributed team"),
})  # fmt: skip
# Whatever a short text may say of the workplace, `marks` finds nothing in a text without any of these words.
MARK_WORDS = watched(
    b"remote remotely onsite site offsite hybrid telework teleworking telecommute telecommuting home homebased homeoffice wfh "
    b"virtual anywhere office person local locals distributed"
)
# In a part of a text, none of a kind's sentences without one of its words; all sentences begin where a word begins.
NEEDS = {
    "hybrid": ("hybrid", "day", "home", "partial", "occasional", "some", "semi", "limited"),
    "remote": ("remote", "distributed", "anywhere", "wherever", "from home"),
    "onsite": ("site", "office", "person", "presence", "remote"),
}
SAYS = {
    "hybrid": re.compile(
        r"\b(?:(?<=#)li-hybrid|hybrid (?:work|role|position|schedule|working|workplace|workweek|remote|arrangement|office|"
        r"opportunit|setting|team)"
        r"|work(?:ing)? (?:in|on|to|with) an? hybrid (?:model|pattern|mode|set-?up|format|basis)"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}hybrid\b|\d(?:-\d)? tage? (?:pro woche )?(?:im )?home-?office\b"
        r"|(?:role|position|job|work|working|workplace|this) (?:is|as) (?:a )?hybrid(?=[.,;)\n]| and| with| \()"
        r"|hybrid,? (?:and|or) (?:remote|on-?site|in-person)"
        r"|remote,? (?:and|or|/) ?hybrid\b"
        rf"|{_DAYS}(?: a| per|/| each) ?week (?:in|from|at|of) (?:the |our |an )?(?:office|home|remote)"
        r"|(?:telework|remote work|work from home|remotely|from home|in[ -](?:the )?office|in-person|on-?site) "
        rf"{_DAYS}\b"
        r"|(?:partial(?:ly)?|occasional(?:ly)?|some|semi|limited) "
        r"(?:remote(?:ly)?|telework|telecommuting|work(?:ing)? from home)\b)"
    ),
    "remote": re.compile(
        r"\b(?:(?<=#)li-remote|(?:fully|100%|completely|entirely|full|truly) remote\b"
        r"|distributed (?:team|company|workforce)\b"
        r"|remote (?:position|role|job|opportunit|candidate|employee|applicant|work (?:is|available|possible|ok)|ok\b|"
        r"is ok|welcome|possible|considered|friendly position)"
        r"|remote (?:\([^()\n]{1,20}\) )?work (?:and [\w ]{3,25} )?(?:is |are )?(?:ok(?:ay)?|offered|welcome)\b"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}remote\b|remote m(?:ö|oe|o)glich\b|work from wherever\b"
        r"|(?:open to|consider|considering|welcome|accept|hire|hiring|prefer)(?: \w{1,12}){0,2} remote\b"
        r"(?! (?:office|team|site|server|customer|system))"
        r"|(?:can|could|may|will|able to|allowed to|to) (?:be )?(?:work(?:ing)?|completed|done|performed) "
        r"(?:\w{1,12} )?(?:remotely|remote\b|from anywhere)"
        r"(?! (?:connect|access|monitor|control|sens|manag|server|site|software))"
        r"|(?:can|could|may|will|to) be (?:\w{1,12} )?(?:located |based )?remote(?:ly)?\b(?! (?:location|site|area))"
        r"|working remotely\b"
        r"|(?:can|may|will|you['’]ll|able to) work from home(?=[.,;!\n]| (?:full|100%|or|if|every|with))"
        r"|(?:hybrid|in-person),? (?:and|or) remote\b)"
    ),
    "onsite": re.compile(
        r"\b(?:(?<=#)li-onsite|(?:role|position|job|work|working|this) (?:is |must be performed |will be )?"
        r"(?:strictly |fully |100% )?(?:on-?site|in-office|in-person)\b(?! (?:interview|and off|when))"
        r"|(?:on-?site|in-office) (?:only|position|role|job|at our|in our|in [a-z]{3,20}\b(?:[.,]| office))"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}on-?site\b"
        r"|work (?:is|will be|must be|has to be) (?:done|performed|carried out) on[- ]?site\b|required to be on-?site\b|physical presence\b|no remote\b|in-person,? (?:and |or )?hybrid"
        r"|(?:not(?! all| only| just| 100| fully)|no|unable|cannot)\b[^.\n,]{0,40}"
        r"\bremote (?:work|position|candidate|employee|worker|role|capability|at this)"
        r"|remote(?: work(?:ing)?| position| candidate)?s?(?: probably| currently| unfortunately)?(?: is| are)? ?(?:not|isn['’]t|aren['’]t) (?:\w{1,8} )?"
        r"(?:an option|a good|available|possible|offered|allowed|considered|accepted|supported)"
        rf"|not (?:\w{{1,12}} ){{0,4}}(?:{_TAKE}|or) (?:\w{{1,12}} )?remote\b)"
        r"|(?:do|does|are|is|ca)n['’]t\b[^.\n,]{0,40}\bremote (?:work|position|candidate|employee|worker|role|capability|at this)"
    ),
}
SAYS_ALL = re.compile(
    r"\b(?:on-?site|in-person|in-office|remote),? (?:and |or )?hybrid"
    r"|\bhybrid,? (?:and |or )?(?:on-?site|in-person|in-office|remote)"
)
DENIED = re.compile(r"(?:\bnot|n['’]t|\bno)(?: an?| be)? $")  # right before a mark
FRENCH_CUES = cues("létravail", "letravail", "lé-travail", "full remote")
TELE_WORDS = watched(b"travail travailler travaillez travaillable teletravail")
FRENCH = re.compile(
    r"(?P<no>(?:pas de|sans|aucun|non) t[ée]l[ée]-?travail)"
    r"|(?P<full>100 ?% (?:en )?t[ée]l[ée]-?travail|t[ée]l[ée]-?travail (?:à )?(?:100 ?%|total|complet|int[ée]gral)"
    r"|full ?remote)|(?P<some>t[ée]l[ée]-?travail)"
)
FRENCH_MEANS = {"full": "remote", "some": "hybrid", "no": "onsite"}


@lru_cache(maxsize=8192)
def marks(text: str) -> frozenset[str]:
    """What a short text that speaks of the workplace says: a header segment, a column, a title's remark."""
    low = text.lower()
    if not has(low, MARK_CUES):
        return frozenset()
    found: set[str] = set()
    text = NOT_OF_THE_JOB.sub(" ", text)
    if NOT_REMOTE.search(text):
        found.add("onsite")
        text = NOT_REMOTE.sub(" ", text)
    if PARTLY.search(text):
        found.add("hybrid")
        text = PARTLY.sub(" ", text)
    if IS_REMOTE.search(text):
        found.add("remote")
    if IS_ONSITE.search(text):
        found.add("onsite")
    return frozenset(found)


def ordered(found: Set[str]) -> tuple[str, ...] | None:
    """The marks in a fixed order; None for none, as for a record that does not say."""
    return tuple(m for m in ORDER if m in found) or None


def said(kind: str, text: str) -> re.Match[str] | None:
    """The first place where a text in lower case says a kind and does not deny it."""
    for match in SAYS[kind].finditer(text):
        if not DENIED.search(text, max(0, match.start() - 12), match.start()):
            return match
    return None


def in_french(text: str) -> tuple[set[str], str]:
    """What a French text says of telework, and the words; some days of it are hybrid."""
    if not says(text, TELE_WORDS):
        return set(), ""
    for part in near(text, FRENCH_CUES, 20, 60):
        kinds = {match.lastgroup: match[0] for match in FRENCH.finditer(part.lower())}
        for name, meaning in FRENCH_MEANS.items():
            if name in kinds:
                return {meaning}, part.replace("\n", " ")
    return set(), ""


def in_text(text: str) -> tuple[set[str], str]:
    """What running text says outright of the position's workplace, and the words that say so."""
    found: set[str] = set()
    because = ""
    parts = [unwrapped(part).lower() for part in near(text, called(text, CUES), 100, 100)]
    for part in parts:
        for kind, needs in NEEDS.items():
            if kind not in found and has(part, needs) and (match := said(kind, part)):
                found.add(kind)
                because = because or part[max(0, match.start() - 30) : match.end() + 30].replace("\n", " ")
    if "hybrid" in found and not any(SAYS_ALL.search(part) for part in parts):
        found = {"hybrid"}
    elif {"onsite", "remote"} <= found and any(NOT_REMOTE.search(part) for part in parts):
        found.discard("remote")
    return found, because
