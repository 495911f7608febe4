"""Company: the hiring employer as its people would write it; and whether it is an agency that hires for others."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tasks.clean.company_text import company_in_text
from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Found, Given

FIELD = Field("company", ("company", "header", "text", "is_notice", "url"), sql_type="VARCHAR", remember=False)
IS_AGENCY = Field("is_agency", ("clean.company",), sql_type="BOOLEAN", empty=False)

LONGEST = 200
NOBODY = frozenset(
    """confidential|company confidential|confidentiel|unknown|n/a|na|none|null|nan|-|-1|.|private|undisclosed|anonymous|anonyme|not specified
    |see below|various|tbd|stealth|employer|company|my client|our client|hiring company|a confidential company
    |forum emploi-formation-alternance: talents handicap|talents handicap|france travail""".replace("\n    ", "").split(
        "|"
    )
)


@FIELD.rule(
    "COM01",
    "company.as_listed",
    examples=(
        Example("Acme Corp\n3.8", "Acme Corp"),
        Example("  Acme   Labs ", "Acme Labs"),
        Example("Confidential", None),
        Example("-1", None),
    ),
    counter_examples=(Example("Logic20/20", "Logic20/20"), Example("3M", "3M"), Example(None, None)),
)
def as_listed(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: takes the first line of the name as listed; words that stand for nobody ("Confidential") give none.

    Why: some boards glue a rating under the name, others name nobody.
    Leaves alone: numbers within a name.
    """
    lines = str(value or "")[:LONGEST].strip().splitlines()
    name = " ".join(lines[0].split()) if lines else ""
    return name if name.lower() not in NOBODY and has_letter(name) else None


def has_letter(text: str) -> bool:
    """Whether a letter or digit of any script is in it."""
    return any(map(str.isalnum, text))


RATING = re.compile(r"(?<=[a-z.)])\s?[1-5]\.\d$|\s[1-5]\.\d\s?(?:★|\*|stars?)?$")


@FIELD.rule(
    "COM02",
    "company.rating",
    examples=(Example("Acme Labs 3.8", "Acme Labs"), Example("Acme Labs4.1", "Acme Labs")),
    counter_examples=(Example("Web 2.0", "Web 2.0"), Example("Logic20/20", "Logic20/20"), Example("H1.co", "H1.co")),
)
def rating(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes a rating of one digit and one decimal glued to the end of the name.

    Why: scrapers of boards with stars take the stars along.
    Leaves alone: a short name that is versioned ("Web 2.0").
    """
    if not value or not value[-1:].isdigit() and "★" not in value:
        return value
    name = RATING.sub("", value).strip()
    return name if len(name) > 3 else value


@FIELD.rule(
    "COM03",
    "company.of_a_notice",
    examples=(
        Example(
            None, "Acme", {"is_notice": True, "header": (("company", "Acme"), ("place", "Oslo")), "text": "Acme | Oslo"}
        ),
        Example(
            None,
            "Acme",
            {"is_notice": True, "header": (("place", "Oslo"),), "text": "Oslo\nAcme is a small studio. See acme.io"},
        ),
        Example(None, "Acme", {"is_notice": False, "header": (), "text": "Acme recherche un comptable."}),
    ),
    counter_examples=(
        Example("Acme", "Acme", {"is_notice": False, "header": (), "text": "Boole is a client."}),
        Example(None, None, {"is_notice": True, "header": (), "text": "We are a small team."}),
    ),
)
def of_a_notice(value: Any, given: Given) -> Any:
    """Does: where no field names the employer, takes the header's company, else the name that the text introduces.

    Why: notices have no field for it, and boards leave it empty when the text says it.
    Leaves alone: a listed name, and texts that introduce nobody.
    """
    if value:
        return value
    header = given.get("header") or ()
    named = next((text for kind, text in header if kind == "company"), None)
    if named:
        return Found(named, named)
    found = company_in_text(given.get("text") or "", header, notice=bool(given.get("is_notice")))
    return Found(*found) if found else value


REMARK = re.compile(
    r"\s+[(\[{][^()\[\]{}]{0,120}[)\]}]?|\s*[(\[{](?:https?:|www\.|YC|NYSE|NASDAQ|formerly|fka|via|remote)[^()\[\]{}]{0,120}[)\]}]?",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\s*[-–—|,:]*\s*(?:https?://|www\.)\S{1,300}", re.IGNORECASE)
DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?([\w-]{2,60})\.[a-z.]{2,10}(?:/\S*)?$", re.IGNORECASE)


@FIELD.rule(
    "COM04",
    "company.remarks",
    examples=(
        Example("Acme (YC W14)", "Acme"),
        Example("Acme - https://acme.example/jobs", "Acme"),
        Example("https://www.acme.com/", "Acme"),
        Example("🚀 Acme", "Acme"),
        Example('"Acme"', "Acme"),
        Example("Acme, a Boole company", "Acme"),
    ),
    counter_examples=(
        Example("Collective[i]", "Collective[i]"),
        Example("O(1) Labs", "O(1) Labs"),
        Example("Tails.com", "Tails.com"),
        Example("Weee!", "Weee!"),
        Example("株式会社メルカリ", "株式会社メルカリ"),
        Example("AT&T", "AT&T"),
    ),
)
def remarks(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes bracketed remarks, addresses, emoji, quotes and what the company says it belongs to.

    Why: remarks change from month to month; the name does not.
    Leaves alone: brackets, dots and marks inside a name ("Collective[i]", "Tails.com", "Weee!").
    """
    if not value:
        return value
    bare = DOMAIN.match(value)
    if bare and (
        value.lower().startswith(("http", "www."))
        or value.islower()
        and "." in value
        and not value[0].isupper()
        and "/" in value
    ):
        return bare[1].capitalize()
    name = ADDRESS.sub("", value) if "/" in value or "www" in value else value
    name = REMARK.sub("", name) if "(" in name or "[" in name or "{" in name else name
    name = EMOJI.sub(" ", name) if not name.isascii() else name
    name = re.sub(
        r",? an? [\w& .'’-]{2,50} (?:company|insurer|business|subsidiary|brand|agency|startup)\b.*$",
        "",
        name,
        flags=re.I,
    )
    name = (
        " ".join(name.split()).strip(" \t,;:-–—|/*_~#>•").strip("\"'“”«»‘’ ")
        if name[:1] in "\"'“«‘"
        else " ".join(name.split()).strip(" \t,;:-–—|*_~#>•")
    )
    name = re.sub(r"(?:\s+[.,;])+$", "", name)
    return name if has_letter(name) else value


EMOJI = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200b\u200d\u2122\u00ae]+")

HIRING_TAIL = re.compile(
    r"\s*(?:[-–—:|,]\s*)?(?:\b(?:is|are)\s+)?(?:(?:we(?:'|’)re|we are|now|currently|always)\s+){0,2}\b(?:hiring|recruiting|looking for|seeking|expanding|growing)\b.*$|\s+(?:jobs|careers|team|- recrutement(?: externe)?)$",
    re.IGNORECASE,
)
JOIN_HEAD = re.compile(
    r"^(?i:(?:come )?join|work (?:at|for|with)|careers? at|jobs? at|here at|at|hiring at|company:|employer:)\s+(?=[A-Z0-9])"
)


@FIELD.rule(
    "COM05",
    "company.says_hiring",
    examples=(
        Example("Acme is hiring!", "Acme"),
        Example("Join Acme", "Acme"),
        Example("Acme: we're hiring cooks", "Acme"),
    ),
    counter_examples=(
        Example("Hiring Solved", "Hiring Solved"),
        Example("Acme Careers Network", "Acme Careers Network"),
    ),
)
def says_hiring(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: cuts "is hiring", "Join ..." and the like from a name.

    Why: headers of notices are sentences as often as they are lists.
    Leaves alone: names that begin with such a word or hold it in the middle.
    """
    if not value:
        return value
    name = JOIN_HEAD.sub("", HIRING_TAIL.sub("", value)).strip(" ,;:-–—|")
    return name if has_letter(name) else value


@cache
def suffixes() -> re.Pattern[str]:
    """A legal form at the end of a name, after a comma or a space."""
    forms = sorted((row["suffix"] for row in rows("company_suffixes")), key=len, reverse=True)
    return re.compile(r"(?:\s*,\s*|\s+)(?:" + "|".join(map(re.escape, forms)) + r")\.?$", re.IGNORECASE)


@FIELD.rule(
    "COM06",
    "company.legal_form",
    examples=(
        Example("Acme, Inc.", "Acme"),
        Example("Acme Software SA", "Acme Software"),
        Example("Acme Pvt. Ltd.", "Acme"),
        Example("Acme SE & Co. KGaA", "Acme"),
    ),
    counter_examples=(
        Example("Levi & Co.", "Levi & Co."),
        Example("Pacific Fish Co.", "Pacific Fish Co."),
        Example("Co-op", "Co-op"),
        Example("SAP AG Labs", "SAP AG Labs"),
        Example("Inc", "Inc"),
        Example("The Harbour Corporation", "The Harbour Corporation"),
    ),
)
def legal_form(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes the legal form at the end of a name: Inc, LLC, GmbH, SARL, Pty Ltd and their kin.

    Why: the same employer is written with and without it.
    Leaves alone: "& Co", a lone "Co." that belongs to a trade name, and legal words anywhere else.
    """
    if not value or value.isalpha():
        return value
    name = value
    for _ in range(3):
        shorter = suffixes().sub("", name)
        if shorter == name or not has_letter(shorter) or shorter.endswith("&"):
            break
        if (re.search(r"\s[Cc]o\.?$", name) and "," not in name[-6:]) or (
            shorter[:4].lower() == "the " and shorter.count(" ") == 1
        ):
            break
        name = shorter
    return name.rstrip(" ,") or value


@cache
def aliases() -> dict[str, str]:
    """Names as some source writes them -> the name in full."""
    return {row["raw"].lower(): row["company"] for row in rows("company_aliases")}


@cache
def abbreviations() -> dict[str, str]:
    """Abbreviations of names in capitals -> the word in full."""
    return {row["word"]: row["written"] for row in rows("company_abbreviations")}


@FIELD.rule(
    "COM07",
    "company.known_names",
    examples=(Example("DEPT OF HEALTH/MENTAL HYGIENE", "Department of Health and Mental Hygiene"),),
    counter_examples=(Example("Department of Finance", "Department of Finance"), Example("Acme", "Acme")),
)
def known_names(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: writes names out that a source cuts off or abbreviates (lookups/company_aliases.csv).

    Why: a column of 30 characters makes "DVLPMNT" of "Development".
    Leaves alone: every name that is not listed.
    """
    return aliases().get(value.lower(), value) if value else value


SHORT = frozenset(
    "law fox cub new old sun sea air one two red big art eau way web lab max pro bio top zen sud est bay box car cat dog day sky ski gym spa tax oil gas hub job net pet pub inn key ice hot eye ear arm leg fit fly for fun his her men mon nos our own pay pen pin sol son tea tel toy tri try use van vie vin war win".split()
)
SMALL = frozenset("of and the for in to de du des la le les et d l von und y".split())


@FIELD.rule(
    "COM08",
    "company.capitals",
    examples=(
        Example("DEPT OF DESIGN & CONSTRUCTION", "Department of Design & Construction"),
        Example("FOX CUB FILMS", "Fox Cub Films"),
        Example("DEENOVA FRANCE", "Deenova France"),
    ),
    counter_examples=(
        Example("NVIDIA", "NVIDIA"),
        Example("BNP PARIBAS SA", "BNP Paribas SA"),
        Example("TELUS Digital", "TELUS Digital"),
        Example("IBM", "IBM"),
    ),
)
def capitals(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: writes a name of several words in capitals with initial capitals, and its abbreviations out.

    Why: registers shout; the employer does not.
    Leaves alone: single words ("NVIDIA"), words of up to three letters, names in mixed case.
    """
    if not value or " " not in value or not value.isupper():
        return value
    words = []
    for i, word in enumerate(value.split(" ")):
        if word in abbreviations():
            words.append(abbreviations()[word])
        elif word.lower() in SMALL and i:
            words.append(word.lower())
        elif len(word.strip(".,'")) <= 3 and word.lower() not in SHORT:
            words.append(word)
        else:
            words.append(
                re.sub(
                    r"[^\W\d_]+",
                    lambda m: (
                        m[0].capitalize()
                        if len(m[0]) > 1 or m.start() == 0
                        else m[0].lower()
                        if word[m.start() - 1] in "'’"
                        else m[0]
                    ),
                    word,
                )
            )
    return " ".join(words)


AGENCY = re.compile(
    r"\b(?:staffing|recruit(?:ing|ment|ers?)|executive search|headhunt\w*|talent (?:solutions|agency|acquisition|partners)|employment (?:services|agency)|temp(?:orary)? (?:services|agency)|personnel services|int[ée]rim|emploi|rh|cabinet de recrutement|zeitarbeit|personaldienst\w*|manpower|workforce solutions)\b",
    re.IGNORECASE,
)


@cache
def agencies() -> re.Pattern[str]:
    """Names of agencies known by name only, at the start of a company's name."""
    return re.compile(
        r"^(?:the )?(?:" + "|".join(re.escape(row["name"]) for row in rows("agencies")) + r")(?![\w-])", re.IGNORECASE
    )


@IS_AGENCY.rule(
    "AGY01",
    "is_agency.by_name",
    examples=(Example("Robert Half", True), Example("Acme Staffing", True), Example("Acme Intérim", True)),
    counter_examples=(Example("Acme", False), Example("State Employment Department", False), Example(None, False)),
)
def by_name(value: Any, given: Given) -> bool:  # noqa: ARG001 - every rule has this shape
    """Does: calls a company an agency when its name says so or is on the list (lookups/agencies.csv).

    Why: an agency is not the employer; its postings must not be matched or counted as one company's.
    Leaves alone: every other name, and postings without one.
    """
    return bool(value) and bool(AGENCY.search(value) or agencies().match(value))
