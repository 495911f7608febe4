"""The words by which a notice offers work, seeks it, or speaks of something else. Rules are made of them in kind.py."""

from __future__ import annotations

import re

from tasks.clean.near import has

Header = tuple[tuple[str, str], ...]

ONLINE = re.compile(r"https?://|www\.|@|\[at\]|\(at\)", re.IGNORECASE)
WE = r"(?:we|we'?re|we’re|we are|is|are|am|i'm|i’m|company|team|startup|always|now|currently|and|they)"
STILL = r"(?:also |still |actively |currently |always |now )?"
OFFER = re.compile(
    rf"\b(?:{WE}\s+{STILL}(?:hiring|recruiting|looking (?:for|to (?:hire|add|grow|expand))|seeking|searching for|in search of"
    r"|in need of|on the lookout)|we (?:need|want|seek)|needs? (?:a|an|some|more)\b|hiring|join (?:us|our|the team|me)"
    r"|come (?:work|join|and)|work with us|apply|send (?:us |me |your |a |in )|jobs? (?:at|@|here|details|description|openings?)"
    r"|(?:jobs|careers|hr|hiring|recruiting|talent)\s?@|careers?\b|remote\b|open(?:ing|ings|\s(?:position|role)s?)"
    r"|full[\s-]?time|part[\s-]?time|on-?site|interns?\b|relocat|salary|equity|competitive)",
    re.IGNORECASE,
)
HIRES = re.compile(
    rf"\b{WE}\s+{STILL}(?:hiring|looking for|seeking|recruiting|(?:badly |really )?need)\b"
    r"(?![\"'”’?]{0,2} (?:who|managers?|threads?|companies|criteria|process))"
    r"|\b(?:join (?:us|our)|jobs@|careers@|(?:our|my) (?:team|company|office|startup|careers|product|stack)|on-?site"
    r"|full[\s-]?time)\b",
    re.IGNORECASE,
)
SAYS_SO = re.compile(
    r"\b(?:we(?:'re|’re| are)|is|i'm|i am) (?:\w+ )?(?:hiring|looking for|seeking|recruiting)\b|\bjoin us\b"
    r"|\bapply (?:at|here|now)\b",
    re.IGNORECASE,
)
# Who seeks work, by how it begins. Each pattern is tried only where its words are; the leftmost one counts.
OFFERS_SELF = re.compile(
    r"\W{0,40}(?:\[[^\]\n]{1,30}\]\s*)?(?:seeking (?:work|employment|freelance(?: work)?|remote work"
    r"|a (?:new )?(?:job|position|role|internship))\b|freelancer? available"
    r"|available for (?:hire|work|freelance|remote|contract)|hire me\b"
    r"|looking for (?:an? )?(?:new |remote |full[\s-]time |part[\s-]time |freelance |contract )?"
    r"(?:work|jobs?|internships?|employment|opportunit\w+)\b|(?:team|developer|designer|engineer)s? available for)",
    re.IGNORECASE,
)
I_SEEK = re.compile(
    r"\b(?:i am|i'm|i’m)\s+(?:currently |actively |also )?(?:looking for|seeking|searching for|interested in)\s+"
    r"(?:an? |any |some |my )?(?:\w+[\s-]){0,4}?(?:work|jobs?|position|internships?|employment|role|gig|opportunit\w+)\b",
    re.IGNORECASE,
)
ASKS_ANYBODY = re.compile(
    r"\b(?:anyone|anybody|somebody|any company|is there any\w*)\b[^.\n?]{0,60}"
    r"\b(?:want|need|looking|interested|amenable|hire|hiring)\b[^.\n]{0,60}\?",
    re.IGNORECASE,
)
I_AM_A = re.compile(
    r"\W{0,5}i(?: am|'m|’m) an? (?:\w+[\s-]){0,6}(?:developer|engineer|designer|student|programmer|graduate"
    r"|administrator)\b",
    re.IGNORECASE,
)
ANYBODY = ("anyone", "anybody", "somebody", "any company", "is there any")
SEEKS_AT_ONCE = re.compile(r"\W*seeking (?:work|freelance|employment)\b", re.IGNORECASE)
SPEAKS_AS_ONE = re.compile(
    r"\b(?:my (?:resume|résumé|cv|portfolio|skills|experience|background|github)|willing to relocate|r[eé]sum[eé]\s?:"
    r"|i have (?:\w+ ){0,4}(?:experience|years|ms|bs|phd|degree|worked)|i've (?:worked|been|recently)"
    r"|i (?:recently|just) (?:graduated|finished)|hire me)\b",
    re.IGNORECASE,
)
SPEAKS_AS_MANY = re.compile(r"\b(?:we are|we're|we’re|our) ", re.IGNORECASE)
THREAD = r"(?:threads?|posts? (?:on|in) hn|comments|listings)"
ABOUT_THREAD = re.compile(
    r"\b(?:th(?:is|ese|e)|the monthly|hiring|hn|those|who(?:'s| is) hiring\??\"?)\s"
    rf"(?:monthly |hn |job |\"?who(?:'s| is) hiring\??\"? |hiring |entire |whole |earlier )?{THREAD}\b"
    r"|\b(?:up|down)-?vot(?:e|ed|es|ing)\b|\bctrl[\s-]?[/+]?\s?(?:cmd)?[\s+-]?f\b|\bchrome (?:plugin|extension|addon)\b"
    r"|\bwho wants to be hired\b|\btop[\s-]level comments?\b|\bjob[\s-](?:seekers|posters?)\b|\bjob board\b"
    r"|\bdear (?:companies|employers|recruiters)\b|\bpost(?:ing)? (?:your |their )?jobs\b|\bnews\.ycombinator\.com/"
    r"|\bi(?:'ve|’ve)?\s(?:also |just |once |recently )?(?:made|built|wrote|written|put together|created|scraped|parsed"
    r"|extracted|threw together|hacked|compiled|indexed|mapped)\b[^.\n]{0,60}\b(?:script|tool|search\w*|front-?end"
    r"|extension|map|plugin|addon|bookmarklet|list|listing|spreadsheet|page|form|site|board|filter|parser)\b"
    r"|\bposted here\b|\bsearch(?:able|ing)?\b[^.\n]{0,40}\b(?:threads?|postings|jobs|listings)\b"
    r"|\b(?:one|1|a single|two|multiple) (?:top[- ]level )?(?:comments?|posts?|postings?|listings?|entry|entries|ads?)"
    r" (?:per|for each|from each) (?:company|employer|firm|startup|month)\b"
    r"|\bpart of the hiring company\b"
    r"|\binterviewed (?:here|there|with them)\b|\bwould(?:n't|n’t| not) recommend\b",
    re.IGNORECASE,
)
ABOUT_ITSELF = re.compile(r"\W{0,3}(?:meta|off-?topic|ot|psa|mods?)\b\W", re.IGNORECASE)
# One of these stands in everything ABOUT_THREAD finds, or both words of a pair; most texts have none.
THREAD_WORDS = (
    "thread", "comment", "listings", " hn", "vote", "voting", "ctrl", "chrome", "who wants to be", "seekers", "poster",
    "job board", "dear ", "ycombinator", "posted here", "interviewed ", "recommend", " per ", " each ", "hiring company",
)  # fmt: skip
MADE_WORDS = (
    "made", "built", "wrote", "written", "put together", "created", "scraped", "parsed", "extracted", "threw together",
    "hacked", "compiled", "indexed", "mapped",
)  # fmt: skip
ASKS = re.compile(
    r"^\W{0,5}(?:is|are|do|does|did|can|could|would|will|should|what|when|where|which|who|why|how|any|anyone|anybody|has"
    r"|have|curious|question)\b[^\n]{0,240}\?",
    re.IGNORECASE,
)
ENDS_ASKING = re.compile(r"\?\W{0,10}$")
REMOVED = re.compile(
    r"\W{0,3}(?:\[?(?:removed|deleted|redacted|flagged|dead|edited|n/a|null|none|nan|test|asd+)\b\W{0,6}){1,3}"
    r"(?:by \w{1,20}\W{0,3})?",
    re.IGNORECASE,
)
WANTS = re.compile(r"\b(?:wanted|needed|required)\b", re.IGNORECASE)


# A title that is no work, and the words by which a text offers a post all the same.


def offers_by_header(header: Header) -> bool:
    """Whether the header reads like a posting's: it names a role, or says two different things."""
    first = None
    for kind, _ in header:
        if kind == "role" or (first not in (None, kind) and kind not in ("other", "url")):
            return True
        if kind not in ("other", "url"):
            first = kind
    return False


# One of these stands in everything by which a text says that its writer seeks work.
SELF_WORDS = ("seeking", "available", "hire me", "looking for ", "i am", "i'm", "i’m")


def seeks(text: str) -> re.Match[str] | None:
    """Where a text first says that its writer seeks work."""
    low = text.lower()
    asks = "?" in low and has(low, ANYBODY)
    if not asks and not has(low, SELF_WORDS):
        return None
    found = [OFFERS_SELF.match(text)]
    if "i am" in low or "i'm" in low or "i’m" in low:
        found += [I_SEEK.search(text), I_AM_A.match(text)]
    if asks:
        found.append(ASKS_ANYBODY.search(text))
    return min([match for match in found if match], key=lambda match: match.start(), default=None)


def speaks_of_thread(text: str) -> re.Match[str] | None:
    """Where a text first speaks of the thread, its tools, votes or rules."""
    itself = ABOUT_ITSELF.match(text)
    if itself:
        return itself
    low = text.lower()
    may = (
        has(low, THREAD_WORDS)
        or ("jobs" in low and ("post" in low or "search" in low))
        or ("search" in low and "postings" in low)
        or (("i " in low or "i\n" in low or "i've" in low or "i’ve" in low) and has(low, MADE_WORDS))
    )
    return ABOUT_THREAD.search(text) if may else None


def shown(text: str) -> str:
    """The words that spoke against a record, as people read them."""
    return " ".join(text.split())[:80].strip(" -*_[]()~")
