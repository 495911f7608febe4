"""What running text says outright of where the work is done. Used by workplace.py.

Only the surroundings of a few telling words are looked at; there a sentence must speak of the position, as offices with
gyms, remote servers and hybrid clouds are in every other posting.
"""

from __future__ import annotations

import re

from tasks.clean.near import called, cues, has, near, says, table, unwrapped, watched
from tasks.clean.workplace_words import NOT_REMOTE, TAKE, marks

TEXT_LIMIT = 20_000  # characters of running text searched; a posting says it long before

# What is looked for in a text that has the word: few and telling, as each costs a microsecond in 2 kB.
CUES = table({
    b"remote": cues("remote"), b"remotely": cues("remote"), b"onsite": cues("onsite"), b"site": cues("on-site", "on site"),
    b"hybrid": cues("hybrid"), b"telework": cues("telework"), b"teleworking": cues("telework"),
    b"telecommute": cues("telecommut"), b"telecommuting": cues("telecommut"), b"home": cues("from home"), b"homeoffice": cues("homeoffice"),
    b"anywhere": cues("from anywhere"), b"wherever": cues("from wherever"), b"office": cues("in-office", "in office", "office-based", "office based", "a week", "per week", "our office", "office and"), b"person": cues("in-person", "us in person"),
    b"presence": cues("physical presence", "ice presence"), b"distributed": cues("distributed team"), b"remotes": cues("remotes"),
    b"wfh": cues("wfh"), b"hybride": cues("hybride"), b"thuis": cues(" thuis"), b"thuiswerken": cues("thuiswerken"), b"thuiswerk": cues("thuiswerk"),
    b"mobiles": cues("mobiles arbeiten"), b"telecommuters": cues("telecommut"),
})  # fmt: skip
# A label and what it says, in lower case. A place may stand before the mark ("Location: Leeds (on-site)"), a role may not.
HYBRID = frozenset({"hybrid"})
LABELS = ("location", "type", "mode", "arrangement", "set", "environment", "style", "modality", "telework", "remote")
LABELLED = re.compile(
    r"\b(?:(?:(?:work|job|position|role|office|primary) ?)?locations?|(?:work|job|position|role|employment|workplace|engagement|contract) ?type)"
    r"(?: of work)?\*{0,2} ?[:–-]\*{0,2}\s{0,3}([^\n.;:]{0,45})"
    r"|\b(?:work(?:place|ing)?|job|location|office) (?:mode|model|arrangement|set-?up|environment|style|modality|type|policy)s?\*{0,2} ?"
    r"[:–-]\*{0,2}\s{0,3}((?:fully |100% )?(?:on-?site|remote|hybrid|in-person|in[- ]office|office-based|work from home)[^\n.;:]{0,25})"
)
OFFERED = re.compile(
    r"\b(?:telework(?:ing)?|remote(?: work)?|telecommut(?:e|ing))(?: eligible| available| allowed| option)?s?: ?(no|not?\b)"
)
# In a part of a text, none of a kind's sentences without one of its words; all sentences begin where a word begins.
_DAYS = r"(?:up to |at least |a minimum of |minimum |around |about )?(?:\d|one|two|three|four)(?:[-–]\d| to \d| or \w{3,5})? days?"
NEEDS = {
    "hybrid": ("hybrid", " day", "partial", "occasional", "some remote", "some tele", "some work", "semi", "limited", "thuis", "mobiles",
               "part-time", "part time", "flexib", "choose", "choice", "split", "option", " dag", " tage"),
    "remote": ("remote", "distributed", "anywhere", "wherever", "from home", "telecommut", "thuis"),
    "onsite": ("site", "office", "person", "presence"),
}  # fmt: skip
DENIALS = ("no ", "not", "n't", "n’t", "unable")
DENIED_OF = ("remote", "tele", "from home", "wfh")
SAYS = {
    "hybrid": re.compile(
        r"\b(?:(?<=#)li-hybrid|hybrid (?:work|role|position|schedule|working|workplace|workweek|remote|arrangement|office|"
        r"opportunit|setting|set-?up|basis|team(?! of))"
        r"|(?:is|are|this is) (?:a )?hybrid (?:-|–|\()|(?:poste|travail|mode|organisation) hybride\b|hybrid(?:es)? (?:arbeiten|werken)"
        r"|hybride (?:werken|werkplek|functie|baan)|\d (?:\w{2,4} \d )?dag(?:en)? (?:per week )?thuis|deels thuis\w*|mobiles arbeiten"
        r"|home-?office (?:ist )?(?:an )?\w{1,5} tagen?\b"
        r"|work(?:ing)? (?:in|on|to|with) an? hybrid (?:model|pattern|mode|set-?up|format|basis|environment)"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}hybrid\b|\d(?:-\d)? tage? (?:pro woche )?(?:im )?home-?office\b"
        r"|(?:role|position|job|work|working|workplace|this) (?:is|as) (?:a )?hybrid(?=[.,:;)\n]| and| with| \()"
        r"|hybrid,? (?:and|or) (?:remote|on-?site|in-person)"
        r"|remote,? (?:and|or|/) ?hybrid\b"
        rf"|{_DAYS}(?: a| per|/| each) ?week (?:in|from|at|of) (?:the |our |an )?(?:office|home|remote)"
        r"|work remote(?:ly)? part[- ]time\b|flexibility to work (?:remotely|from home)\b"
        r"|(?:flexibility|able|ability|option|choose|choice|split) [\w ,]{0,30}(?:in|from|between) (?:the |our |an )?office[\w ,]{0,15} (?:and|or|&) (?:partly |also |work )?(?:from |at )?home\b"
        r"|(?:telework|telecommut\w{1,3}(?: is)?(?: available| allowed| possible)?|remote work|work from home|remotely?|from home|wfh|in[ -](?:the )?office|in-person|on-?site) "
        rf"{_DAYS}\b"
        r"|(?:partial(?:ly)?|occasional(?:ly)?|some|semi|limited) "
        r"(?:remote(?:ly)?|telework|telecommuting|work(?:ing)? from home)\b)"
    ),
    "remote": re.compile(
        r"\b(?:(?<=#)li-remote|(?:fully|100%|completely|entirely|full|truly) remote\b"
        r"|distributed (?:team|company|workforce)\b"
        r"|remote (?:position|role|job|opportunit|candidate|employee|applicant|developer|engineer|worker|work (?:is|available|possible|ok|opportunit)|ok\b|"
        r"is (?:ok|fine|an option|a possibility)|okay|welcome|possible|considered|friendly|(?:and|or|and/or) interns?)"
        r"|remote(?:s|ly)?(?: work(?:ing)?| hiring)?(?: arrangements?)? (?:(?:is|are|may|might|can|could|would) (?:also )?(?:be )?)?"
        r"(?:possible|a possibility|considered|negotiable|welcome|encouraged|available|supported|acceptable)"
        r"|remotes (?:ok|welcome|and|or)|(?:all|mostly|largely|100%)[- ]remote\b|remote[- ](?:first|friendly)\b"
        r"|\((?:[\w ,/]{2,30} )?or remote\)|(?:area|located|office|nyc|sf|london|city) or remote\b"
        r"|(?:join|working with) (?:us|our team|the team) remotely|telecommut(?:ing|e) (?:is |are )?(?:ok|possible|available|welcome|an option|allowed)"
        r"|work from home (?:position|role|job|opportunity)|thuiswerk(?:en)? (?:is )?mogelijk|volledig (?:thuis|remote)"
        r"|remote (?:\([^()\n]{1,20}\) )?work (?:and [\w ]{3,25} )?(?:is |are )?(?:ok(?:ay)?|offered|welcome)\b"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}remote\b|remote m(?:ö|oe|o)glich\b|work from wherever\b"
        r"|(?:open to|consider|considering|welcome|accept|hire|hiring|prefer)(?: \w{1,12}){0,2} remote\b"
        r"(?! (?:office|team|site|server|customer|system))"
        r"|(?:can|could|may|will|able to|allowed to|to) (?:be )?(?:work(?:ing)?|completed|done|performed) "
        r"(?:\w{1,12} )?(?:remotely|remote\b|from anywhere)"
        r"(?! (?:connect|access|monitor|control|sens|manag|server|site|software))"
        r"|(?:can|could|may|will|to) be (?:\w{1,12} )?(?:located |based )?remote(?:ly)?\b(?! (?:location|site|area))"
        r"|working remotely\b|(?<=\n)work(?:ing)? from home(?=[,.\n]| (?:full|part)[- ]time)"
        r"|(?:can|may|will|you['’]ll|able to) work from home(?=[.,;!\n]| (?:full|100%|or|if|every|with))"
        r"|(?:hybrid|in-person),? (?:and|or) remote\b)"
    ),
    "onsite": re.compile(
        r"\b(?:(?<=#)li-onsite|(?:roles?|positions?|jobs?|work|working|this) (?:(?:is|are) |must be performed |will be )?(?:an? |all )?"
        r"(?:strictly |fully |100% |full[- ]time,? )?(?:on-?site|in-office|in-person)\b(?! (?:interview|and off|when|support|customer|client|meeting|event|training|visit))"
        r"|(?:full[- ]time|permanent|both|strictly|100%|fully),? (?:and |position )?(?:on-?site|in-office|in-person)(?=[.,;)\n]| in | at | only| position| role| developer| engineer)"
        r"|office[- ]based (?:position|role|job|only)|(?:an?|is|strictly|fully) office[- ]based\b|in-office presence\b|(?:work|working) with us in[- ]person"
        r"|(?:position|role|job|opportunity) (?:is |will be |will work |is based |based |is located |located )?(?:at|in|from|out of) our (?:[\w-]{2,15} ){0,3}offices?\b"
        r"|(?:role|position|job|this|these|positions|roles) (?:is|are) not (?:a )?remote\b|can ?(?:not|['’]t) be (?:\w{1,10} )?remote(?:ly)?\b"
        r"|no (?:remotes?|telecommut\w{1,4}|telework\w{0,3}|work from home|wfh)\b|(?:on-?site|in office|in-office) at our "
        r"|(?:on-?site|in-office) (?:only|position|role|job|at our|in our|in [a-z]{3,20}\b(?:[.,]| office))"
        r"|(?:role|work|job|workplace|location) type:?\s{1,2}on-?site\b"
        r"|work (?:is|will be|must be|has to be) (?:done|performed|carried out) on[- ]?site\b|required to be on-?site\b|physical presence\b|no remote\b|in-person,? (?:and |or )?hybrid"
        r"|(?:not(?! all| only| just| 100| fully)|no|unable|cannot)\b[^.\n,]{0,40}"
        r"\bremote (?:work|position|candidate|employee|worker|role|capability|at this)"
        r"|remote(?: work(?:ing)?| position| candidate)?s?(?: probably| currently| unfortunately)?(?: is| are)? ?(?:not|isn['’]t|aren['’]t) (?:\w{1,8} )?"
        r"(?:an option|a good|available|possible|offered|allowed|considered|accepted|supported)"
        rf"|not (?:\w{{1,12}} ){{0,4}}(?:{TAKE}|or) (?:\w{{1,12}} )?remote\b)"
        r"|(?:do|does|are|is|ca)n['’]t\b[^.\n,]{0,40}\bremote (?:work|position|candidate|employee|worker|role|capability|at this)"
    ),
}
SAYS_ALL = re.compile(
    r"\b(?:on-?site|in-person|in-office|remote),? (?:and |or )?hybrid"
    r"|\bhybrid,? (?:and |or )?(?:on-?site|in-person|in-office|remote)"
)
REMOTE_WORDS = watched(b"remote remotely remotes")
REMOTE_TOO = re.compile(
    r"\b(?:open to(?: \w{1,12}){0,2} remote|consider(?: \w{1,12})? remote|(?:some|others?) (?:are|may be)(?: available to)? remote|"
    r"(?:can|could|may)(?: also)? be (?:done |filled )?remote(?:ly)?|"
    r"remotes?(?: positions?| candidates?| work(?:ing)?)?(?: is| are)? (?:ok|okay|fine|possible|considered|welcome))\b",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(?:no|not|never|sorry|partial|partially|occasional|some|if)\b|n['’]t\b", re.IGNORECASE)
DENIED = re.compile(r"(?:\bnot|n['’]t|\bno)(?: an?| be)? $")  # right before a mark
FRENCH_CUES = cues("létravail", "letravail", "lé-travail", "full remote")
TELE_WORDS = watched(b"travail travailler travaillez travaillable teletravail")
FRENCH = re.compile(
    r"(?P<no>(?:pas de|sans|aucun|non) t[ée]l[ée]-?travail)"
    r"|(?P<full>100 ?% (?:en )?t[ée]l[ée]-?travail|t[ée]l[ée]-?travail (?:à )?(?:100 ?%|total|complet|int[ée]gral)"
    r"|full ?remote)|(?P<some>t[ée]l[ée]-?travail)"
)
FRENCH_MEANS = {"full": "remote", "some": "hybrid", "no": "onsite"}


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


def labelled(part: str) -> tuple[frozenset[str], str]:
    """What the labels in a part of a text in lower case say: "location: leeds (on-site)", "remote: no"."""
    for match in LABELLED.finditer(part):
        if found := marks(match[1] or match[2] or ""):
            return found & HYBRID or found, match[0]
    if offered := OFFERED.search(part):
        return frozenset({"onsite"}), offered[0]
    return frozenset(), ""


def remote_too(text: str) -> str:
    """The words by which a text opens an onsite job to remote work; "" where it does not."""
    if not says(text, REMOTE_WORDS):
        return ""
    for part in near(text, (b"remote",), 60, 60):
        if (match := REMOTE_TOO.search(part)) and not REFUSED.search(part, 0, match.start()):
            return unwrapped(part)
    return ""


def in_text(text: str) -> tuple[set[str], str]:
    """What running text says outright of the position's workplace, and the words that say so."""
    found: set[str] = set()
    because = ""
    parts = [unwrapped(part).lower() for part in near(text, called(text, CUES), 100, 100)]
    for part in parts:
        if has(part, LABELS) and (read := labelled(part))[0]:
            found |= read[0]
            because = because or read[1]
        for kind, needs in NEEDS.items():
            if kind in found or not (
                has(part, needs) or (kind == "onsite" and has(part, DENIALS) and has(part, DENIED_OF))
            ):
                continue
            if statement := said(kind, part):
                found.add(kind)
                because = because or part[max(0, statement.start() - 30) : statement.end() + 30].replace("\n", " ")
    if "hybrid" in found and not any(SAYS_ALL.search(part) for part in parts):
        found = {"hybrid"}
    elif {"onsite", "remote"} <= found and any(NOT_REMOTE.search(part) for part in parts):
        found.discard("remote")
    return found, because
