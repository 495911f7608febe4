"""A company's name freed of what sources glue to it. Plain functions from text to text, linear in its length."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache

from tasks.clean.gazetteer import countries, fold
from tasks.clean.lookup import rows
from tasks.clean.near import has
from tasks.clean.notice_pieces import names_place

LONGEST = 200  # characters of a name that are read
WRAPPED = 60  # characters from which a line break is one of the source's text and not the end of the name
REMEMBERED = 8_192

RATING = re.compile(r"(?<=[a-z.)])\s?[1-5]\.\d$|\s[1-5]\.\d\s?(?:★|\*|stars?)?$")
REMARK = re.compile(
    r"\s+[(\[{][^()\[\]{}]{0,120}[)\]}]?"
    r"|\s*[(\[{](?:https?:|www\.|YC|NYSE|NASDAQ|formerly|fka|via|remote)[^()\[\]{}]{0,120}[)\]}]?",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\s*[-–—|,:]*\s*(?:https?://|www\.)\S{1,300}", re.IGNORECASE)
DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?([\w-]{2,60})\.[a-z.]{2,10}(?:/\S*)?$", re.IGNORECASE)
EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200b\u200d\u2122\u00ae]+")
BELONGS = re.compile(
    r",? an? [\w& .'’-]{2,50} (?:company|insurer|business|subsidiary|brand|agency|startup)\b.*$", re.IGNORECASE
)
WHERE = re.compile(r"(?<=\w)!?\s(?:(?:based )?in|@|/)\s(?:downtown |sunny )?([A-Z][^@/]{1,40})$")  # "Acme in Oslo"
LOOSE_END = re.compile(r"(?:\s+[.,;])+$")
EDGE = " \t,;:-–—|*_~#>•"
# A name in quotes with its legal form behind or before it: '"Acme" CJSC', 'OOO "Acme"'.
QUOTED = re.compile(
    r'^(?:(?:OOO|ZAO|OAO|PAO|CJSC|OJSC|JSC|LLC|Ltd\.?)\s*(?=["“„«]))?["“„«]\s*([^"“”„«»]{2,80}?)\s*["”“»](?=$|[\s,])'
)
TAGLINE = re.compile(r'(?<=\w)\s+["“«](?=[^"“”«»]*\b[a-z]+ [a-z]+)[^"“”«»]{8,100}["”»]$')  # Acme "ships for everyone"
QUOTES = "\"'“”«»‘’ "
HIRING_TAIL = re.compile(
    r"\s*(?:[-–—:|,]\s*)?(?:\b(?:is|are)\s+)?(?:(?:we(?:'|’)re|we are|now|currently|always)\s+){0,2}"
    r"\b(?:hiring|recruiting|looking for|seeking|expanding|growing)\b.*$|\s+(?:is|are)!?$"
    r"|\s+(?:jobs|careers|team|- recrutement(?: externe)?)$",
    re.IGNORECASE,
)
# The trade of an agency at the end of its name, which says nothing of the moment: "Boole Recruiting Partners".
AGENCY_TAIL = re.compile(
    r"(?<!\bis)(?<!\bare)(?<!\bnow)(?<!['’]re)(?<![-–—:|,])\s(?:Recruiting|RECRUITING)"
    r"(?:\s(?:Group|Partners|Services|Solutions|Agency|Consultants|Associates|International))?$"
)
JOIN_HEAD = re.compile(
    r"^(?i:(?:come )?join|work (?:at|for|with)|careers? at|jobs? at|here at|at|hiring at|company:|employer:)\s+(?=[A-Z0-9])"
)
# One of these is in every name that HIRING_TAIL or JOIN_HEAD cuts.
HIRING_TAILS = (
    "hiring", "recruiting", "looking for", "seeking", "expanding", "growing", " is", " are", "jobs", "careers", "team",
    "recrutement",
)  # fmt: skip
JOIN_HEADS = ("come join", "join", "work", "career", "job", "here at", "at ", "hiring at", "company:", "employer:")
TRADE_CO = re.compile(r"[^,]\s[Cc]o\.?$")
LETTERS = re.compile(r"(?<!['’])[^\W\d_]+|(?<=['’])[^\W\d_]{2,}")


def says_something(text: str) -> bool:
    """Whether a letter or digit of any script is in it."""
    return any(map(str.isalnum, text))


@cache
def nobody() -> frozenset[str]:
    """Names that stand for no employer: "Confidential", a job fair, the board itself (lookups/company_nobody.csv)."""
    return frozenset(row["name"] for row in rows("company_nobody"))


def first_line(listed: str) -> str | None:
    """The first line of a name as listed, on one line; None where it names nobody."""
    listed = listed[:LONGEST]
    if "&" in listed and ";" in listed:
        listed = html.unescape(html.unescape(listed))  # some sources escape twice
    line, _, rest = listed.strip().partition("\n")
    if rest and len(line) > WRAPPED:
        line += " " + rest.split("\n", 1)[0]
    name = " ".join(line.split())
    low = name.lower()
    known = low in nobody() or low.strip(EDGE + QUOTES + ".") in nobody()
    return name if says_something(name) and not known else None


def without_rating(name: str) -> str:
    """A name without "3.8" at its end."""
    if not name[-1:].isdigit() and "★" not in name:
        return name
    shorter = RATING.sub("", name).strip()
    return shorter if len(shorter) > 3 else name


@lru_cache(maxsize=REMEMBERED)
def without_remarks(name: str) -> str:
    """A name without brackets, addresses, emoji, quotes and what it belongs to; a bare address gives its owner."""
    bare = DOMAIN.match(name)
    if bare and name.lower().startswith(("http", "www.")):
        return bare[1].capitalize()
    shorter = name if name.isascii() else EMOJI.sub(" ", name)
    if "/" in shorter or "www" in shorter:
        shorter = ADDRESS.sub("", shorter)
    if "(" in shorter or "[" in shorter or "{" in shorter:
        shorter = REMARK.sub("", shorter)
    if " a " in shorter or " an " in shorter or " A" in shorter:
        shorter = BELONGS.sub("", shorter)
    shorter = " ".join(shorter.split()).strip(EDGE)
    if (" in " in shorter or " @ " in shorter or " / " in shorter) and (where := WHERE.search(shorter)):
        place = where[1]
        if names_place(place) and fold(place) not in countries() and not names_place(shorter[: where.start()]):
            shorter = shorter[: where.start()]
    if ", " in shorter and fold(shorter.rpartition(", ")[2]) in countries():
        shorter = shorter.rpartition(", ")[0]
    if shorter[-1:] in '"”»' and (tagline := TAGLINE.search(shorter)):
        shorter = shorter[: tagline.start()]
    quoted = QUOTED.match(shorter) if '"' in shorter or not shorter.isascii() else None
    if quoted:
        shorter = quoted[1] + shorter[quoted.end() :]
    elif shorter[:1] in QUOTES:
        shorter = shorter.strip(QUOTES + EDGE)
    if shorter[-1:] in (".", ",", ";"):
        shorter = LOOSE_END.sub("", shorter)
    return shorter if shorter is name or says_something(shorter) else name.strip(EDGE) or name


@lru_cache(maxsize=REMEMBERED)
def without_hiring(name: str) -> str:
    """A name without "is hiring", "Join ...", "... careers"; "Boole Recruiting" keeps its trade."""
    low = name.lower()
    shorter = name
    if has(low, HIRING_TAILS):
        agency = "ecruiting" in low and AGENCY_TAIL.search(without_legal_form(name))
        shorter = name if agency else HIRING_TAIL.sub("", name)
    if low.startswith(JOIN_HEADS):
        shorter = JOIN_HEAD.sub("", shorter)
    shorter = shorter.strip(" ,;:-–—|")
    return shorter if says_something(shorter) else name


@cache
def legal_forms() -> re.Pattern[str]:
    """A legal form at the end of a name, after a comma or a space (lookups/company_suffixes.csv)."""
    forms = sorted((row["suffix"] for row in rows("company_suffixes")), key=len, reverse=True)
    return re.compile(r"(?:\s*,\s*|\s+)(?:" + "|".join(map(re.escape, forms)) + r")\.?$", re.IGNORECASE)


@cache
def legal_ends() -> frozenset[str]:
    """The last word of every legal form, without the period behind it."""
    return frozenset(
        row["suffix"].lower().replace(",", " ").split()[-1].rstrip(".") for row in rows("company_suffixes")
    )


@lru_cache(maxsize=REMEMBERED)
def without_legal_form(name: str) -> str:
    """A name without its legal form; "& Co", "Fish Co." and "The Harbour Corporation" stay whole."""
    if " " not in name and "," not in name:
        return name
    if name.lower().replace(",", " ").split()[-1].rstrip(".") not in legal_ends():
        return name.rstrip(" ,") or name
    for _ in range(3):
        shorter = legal_forms().sub("", name)
        lone = shorter[:4].lower() == "the " and shorter.count(" ") == 1
        if shorter == name or not says_something(shorter) or shorter.endswith("&") or lone or TRADE_CO.search(name):
            break
        name = shorter
    return name.rstrip(" ,") or name


@cache
def aliases() -> dict[str, str]:
    """Names as some source writes them, in small letters -> the name in full (lookups/company_aliases.csv)."""
    return {row["raw"].lower(): row["company"] for row in rows("company_aliases")}


@cache
def abbreviations() -> dict[str, str]:
    """Abbreviations in names in capitals -> the word in full (lookups/company_abbreviations.csv)."""
    return {row["word"]: row["written"] for row in rows("company_abbreviations")}


@cache
def small_words() -> frozenset[str]:
    """Words that stay small within a name (lookups/small_words.csv)."""
    return frozenset(row["word"] for row in rows("small_words"))


@cache
def short_words() -> frozenset[str]:
    """Words of up to three letters that are words and no abbreviations (lookups/short_words.csv)."""
    return frozenset(row["word"] for row in rows("short_words"))


@lru_cache(maxsize=REMEMBERED)
def without_shouting(name: str) -> str:
    """A name of several words in capitals with initial capitals, its abbreviations written out; others as they are."""
    if " " not in name or not name.isupper():
        return name
    words = []
    for i, word in enumerate(name.split(" ")):
        low = word.lower()
        if word in abbreviations():
            words.append(abbreviations()[word])
        elif i and low in small_words():
            words.append(low)
        elif len(word.strip(".,'")) <= 3 and low not in short_words():
            words.append(word)
        else:
            words.append(LETTERS.sub(lambda m: m[0].capitalize(), word))
    return " ".join(words)


AGENCY = re.compile(
    r"\b(?:staffing|recruit(?:ing|ment|ers?)|recrutement|executive search|head-?hunt\w*|talent (?:solutions|agency|acquisition"
    r"|partners|group|search|services|recruit\w*|source)|employment (?:services|agency)|temp(?:orary)? (?:services|agency)"
    r"|personnel (?:services|group|solutions|consult\w*)|[\w&-]+ personnel$|int[ée]rim|emploi|rh|zeitarbeit|personal-?dienst\w*"
    r"|personal-?(?:vermittlung|service|beratung)|arbeitsvermittlung|uitzend\w*|werving|bemanning|rekryter\w*"
    r"|manpower|workforce solutions)\b",
    re.IGNORECASE,
)


# One of these stands in everything AGENCY finds; most names have none.
AGENCY_WORDS = (
    "recru", "staff", "talent", "personnel", "personal", "executive", "hunt", "employ", "emploi", "temp", "rim", "rh",
    "zeitarbeit", "vermittlung", "uitzend", "werving", "bemanning", "rekryter", "manpower", "workforce",
)  # fmt: skip


@cache
def agencies() -> re.Pattern[str]:
    """Names of agencies that do not say so, at the start of a company's name (lookups/agencies.csv)."""
    names = "|".join(re.escape(row["name"]) for row in rows("agencies"))
    return re.compile(rf"^(?:the )?(?:{names})(?![\w-])", re.IGNORECASE)


@cache
def agency_openings() -> frozenset[str]:
    """The first three letters of those names, to spare others the long pattern."""
    return frozenset(row["name"].lower().removeprefix("the ")[:3] for row in rows("agencies"))


@lru_cache(maxsize=REMEMBERED)
def is_agency(name: str) -> bool:
    """Whether a company hires for others, by its name."""
    low = name[:LONGEST].lower()
    if has(low, AGENCY_WORDS) and AGENCY.search(low):
        return True
    return low.removeprefix("the ")[:3] in agency_openings() and agencies().match(name) is not None
