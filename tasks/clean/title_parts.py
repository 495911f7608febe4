"""What titles carry besides the role: numbers, dates, pay, places, calls, the employer. Each function takes one away.

All are plain functions from text to text, linear in a title's length; tasks/clean/title*.py make rules of them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean import notice_pieces
from tasks.clean.company_name import without_legal_form
from tasks.clean.gazetteer import fold
from tasks.clean.lookup import rows
from tasks.clean.roles import has_letter, kind_of
from tasks.clean.title_text import REMEMBERED, kept_or, tidy

# --- requisition numbers ----------------------------------------------------------------------------------------------

NUMBERED = r"(?:req(?:uisition)?|job|posting|position|vacancy|ref(?:erence)?|réf(?:érence)?|announcement)"
REQUISITION = re.compile(
    rf"\s*[-–—,|:#(\[]*\s*\b(?i:{NUMBERED}\s?(?:id|code|no|num(?:ber)?|nr)?|id)\s?[.:#°-]{{1,3}}\s?[A-Z]{{0,6}}[-_]?\d[\w-]{{1,20}}"
    r"[)\]]?"
    r"|(?:\s+[-–—]+|[,|(\[#]+|\s[(\[#]+)\s*(?:JR|REQ|R|RQ|PD|VA|IRC|JO|DE|ID)?[-_ ]?\d{4,12}(?:[-_]\d{1,8})?\s*[)\]]?"
    r"(?=\s*$|\s*[-–—,|(])"
    r"|\s*\(\d{1,6}\)\s*$|\s+#\s?\d{2,10}\b|\s+\b[A-Z]{1,8}\d{5,14}\b(?:-\d{1,4})?|\s+PD\d{2}[A-Z]\d{3,4}\b"
    r"|\s*[-–]\s?\d{4}-\d{3,6}\b|\s+\d{5,12}$|(?<=[a-zA-Z])-\d{4,8}$|^\d{3,8}\s*[-–:]\s+(?=[A-Z])"
    r"|^[A-Z]{1,4}-?(?:0\d{1,7}|\d{4,8})\s+[-–:]\s+(?=[A-Z])"
    r"|\s[-–]\s+[A-Z]{1,6}-?\d{3,8}$"
)


@lru_cache(maxsize=REMEMBERED)
def without_requisition(title: str) -> str:
    """A title without the employer's own numbers."""
    return REQUISITION.sub("", title).strip() if any(map(str.isdigit, title)) else title


# --- dates ------------------------------------------------------------------------------------------------------------

MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
SEASON = rf"(?:summer|fall|spring|winter|autumn|été|{MONTHS})"
YEAR = r"(?:20[12]\d)(?:\s?[-/–]\s?(?:20)?\d\d)?"
DATED = re.compile(
    r"\s*[-–—,|:(\[]*\s*(?:\b(?:(?:start(?:ing|s)?|begin(?:ning)?|class of|cohort|fy|ay)\s+)?"
    rf"(?:{SEASON}(?:\s?(?:/|or|and|&|-)\s?{SEASON}){{0,3}}[\s,]+)?{YEAR}(?:\s+{SEASON}(?:\s?/\s?{SEASON}){{0,3}})?"
    r"(?:\s+(?:start(?:s|ing)?(?: date)?|cohort|intake|class))?\b|\b(?:fy|ay)\s?\d\d\b)\s*[)\]]?",
    re.IGNORECASE,
)
DATE_WORD = re.compile(rf"{SEASON}|start|cohort|class|fy|ay", re.IGNORECASE)
SEASONAL = re.compile(r"intern|grad|co-?op|trainee|student|start|alternance", re.IGNORECASE)
SEASON_TAIL = re.compile(
    rf"\s*[-–—,|(\[]+\s*{SEASON}(?:\s?/\s?{SEASON}){{0,3}}(?:\s+(?:start|term|semester))?\s*[)\]]?\s*$"
    r"|\s*[-–—,|(]+\s*(?:bs/ms|phd|bs|ms|bachelors?|masters?)\s*[)]?\s*$",
    re.IGNORECASE,
)
GRADUATE = ("grad", "graduate", "vie", "intern")


@lru_cache(maxsize=REMEMBERED)
def without_dates(title: str) -> str:
    """A title without its dates; "Windows 2012 Administrator" keeps its year."""
    for _ in range(3):
        if "20" not in title and "FY" not in title and "AY" not in title:
            break
        title = kept_or(title, tidy(DATED.sub(dated, title)))
    if SEASONAL.search(title):
        title = kept_or(title, SEASON_TAIL.sub("", title))
    return tidy(title)


def dated(found: re.Match[str]) -> str:
    """What stands for a date: nothing, the separator before it where the title goes on, a product's year itself."""
    before, after = found.string[: found.start()].strip(), found.string[found.end() :].strip()
    mark = re.search(r"[-–—|:(\[,]", found[0])
    if before and after[:1].isalpha() and not mark and not DATE_WORD.search(found[0]):
        last = before.split()[-1].lower()
        if kind_of(last) not in ("head", "level") and last not in GRADUATE:
            return found[0]
    return f" {mark[0]} " if mark and mark[0] not in "([," and before and after[:1].isalnum() else " "


# --- pay --------------------------------------------------------------------------------------------------------------

PAY_HINT = re.compile(r"[$€£₹¥]|\d{2,3}\s?[kK]\b|\d\s?(?:USD|EUR|GBP|CHF|CAD|AUD)\b")
PAY = re.compile(
    r"\s*[-–—,|:(\[@]*\s*(?:(?:up to|from|bis|ab)\s+)?"
    r"(?:[$€£₹¥]\s?\d[\d.,]{0,12}\s?[kKmM]?|\d[\d.,]{1,12}\s?(?:[$€£]|(?:USD|EUR|GBP|CHF|CAD|AUD)\b)|\d{2,3}\s?[kK]\b)"
    r"(?:\s?(?:-|–|to|/|à)\s?[$€£]?\s?\d[\d.,]{0,12}\s?[kK]?\s?[€£$]?)?"
    r"\s*(?:(?:/|per|an?|par)\s?(?:h(?:ou)?r?|yr|year|annum|day|week|month|heure|jour|mois|an)\b)?"
    r"(?:\s?(?:OTE|DOE|base|plus|\+)[^()\[\]|]{0,30})?"
    r"(?:\s*\b(?:sign[- ]?on |signing |hiring |retention )?bonus)?\s*[)\]]?",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def without_pay(title: str) -> str:
    """A title without figures of pay."""
    return kept_or(title, tidy(PAY.sub(" ", title))) if PAY_HINT.search(title) else title


# --- where the work is done -------------------------------------------------------------------------------------------

WORKPLACE_HINT = re.compile(
    r"remot|travail|home|wfh|telework|virtual|hybrid|on-?site|in[- ]office|distanciel|anywhere", re.IGNORECASE
)
WORKPLACE = (
    r"(?:(?:100\s?%|fully|full|partially|partly|mostly|us|usa|uk|eu|emea)?[\s-]{0,2}"
    r"(?:remote(?:ly)?|télétravail|teletravail|home[- ]?office|work(?:ing)? from home|wfh|work from anywhere"
    r"|telework(?:ing)?|virtual|hybrid|on-?site|in[- ]office|home[- ]based|remoto|distanciel)"
    r"(?:\s?(?:ok|possible|only|eligible|friendly|option(?:al)?|position|role|work|job|within [\w ]{2,20}"
    r"|in [\w ]{2,20}|us|usa|uk|canada|europe|emea))?)"
)
WORKPLACE_PART = re.compile(
    rf"\s*[-–—,|:/]+\s*{WORKPLACE}(?:\s*[-–/,&]\s*[\w. ]{{2,30}})?(?:\s\d (?:days?|x)[\w /]{{0,20}})?\s*$"
    rf"|\s*[(\[]\s*[^()\[\]]{{0,30}}{WORKPLACE}[^()\[\]]{{0,40}}[)\]]|^\s*[(\[]?{WORKPLACE}[)\]]?\s*[-–—:|,]+\s*"
    rf"|^\s*[(\[]{WORKPLACE}[)\]]\s*|\s+(?-i:REMOTE)\s*$|^(?-i:REMOTE)\s+(?=[a-zA-Z])"
    r"|^(?-i:Remote)\s+(?!sensing)(?=(?-i:[A-Z])[a-z])",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def without_workplace(title: str) -> str:
    """A title without "REMOTE", "(hybrid)", "- work from home" at its edges and in brackets."""
    return kept_or(title, tidy(WORKPLACE_PART.sub(" ", title))) if WORKPLACE_HINT.search(title) else title


AROUND_PLACE = re.compile(
    r"^(?:onsite in|based in|in|based|location:?|site:?|sur)\s+|\s+(?:based|area|office|region|only|metro)$",
    re.IGNORECASE,
)
MARK = re.compile(r"[-–—|•·]")  # one of these stands in everything that PARTS cuts at
PARTS = re.compile(r"(\s+[-–—|•·]+\s*|\s*[-–—|•·]+\s+|\s*\|\s*)")
BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]")
GLUED_PLACE = re.compile(r"(?<=[a-z)])[-–]([A-ZÀ-Ý][\w .,'’]{2,50})$")  # "Technician-Leeds"
LAST_PLACE = (
    (re.compile(","), re.compile(r",\s*([^,]{2,40}(?:,\s*[A-Z]{2})?)$")),
    (re.compile(r"[ntrài]\s+[A-ZÀ-Ý]"), re.compile(r"\s+(?:in|at|near|à|in der|bei)\s+([A-ZÀ-Ý][\w .,'’-]{2,50})$")),
)
PLACE_CUT = re.compile(r"[,;/()|]|\s-\s")


@cache
def listed_places(place: str) -> frozenset[str]:
    """Names that in a title are a place ("yes") or never one ("no"), whatever the gazetteer says."""
    return frozenset(row["name"] for row in rows("title_places") if row["place"] == place)


@lru_cache(maxsize=REMEMBERED)
def place_keys(place: str) -> frozenset[str]:
    """The folded names in a listed place: whole, and between commas and dashes."""
    return frozenset(key for part in (place, *PLACE_CUT.split(place[:200])) if len(key := fold(part)) > 1)


def names_place(text: str, own: frozenset[str]) -> bool:
    """Whether a part of a title is a place: one the record lists, or a known one that is no other word."""
    text = AROUND_PLACE.sub("", text.strip())
    key = fold(text)
    if len(key) < 2 or not text:
        return False
    if key in own or text in listed_places("yes"):
        return True
    if key in listed_places("no") or len(text) < 4 or text.islower():
        return False
    return kind_of(text.split()[0]) not in ("craft", "head", "level") and notice_pieces.names_place(text)


@lru_cache(maxsize=REMEMBERED)
def without_places(title: str, own: frozenset[str]) -> str:
    """A title without the parts that are places; `own` are the folded names of the places that the record lists."""
    shorter = title
    if "(" in title or "[" in title:
        shorter = BRACKETED.sub(lambda m: " " if names_place(m[1], own) else m[0], title)
    pieces = PARTS.split(shorter) if MARK.search(shorter) else []
    if len(pieces) > 1:
        kept = [] if names_place(pieces[0], own) else [pieces[0]]
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if piece.strip() and not names_place(piece, own):
                kept += [mark, piece] if kept else [piece]
        shorter = "".join(kept) or shorter
    glued = GLUED_PLACE.search(shorter) if own and "-" in shorter else None
    if glued and fold(glued[1]) in own:
        shorter = shorter[: glued.start()]
    for mark, pattern in LAST_PLACE:
        found = pattern.search(shorter) if mark.search(shorter) else None
        if found and names_place(found[1], own) and has_letter(shorter[: found.start()]):
            shorter = shorter[: found.start()]
    return title if shorter == title else kept_or(title, tidy(shorter))


# --- calls, conditions, the employer ----------------------------------------------------------------------------------


@cache
def slogans() -> re.Pattern[str]:
    """A call or condition, whole (lookups/title_slogans.csv)."""
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows("title_slogans")), re.IGNORECASE)


CUT_MARK = re.compile(r"[-–—|:;?,]")  # one of these stands in everything that LAST_CUT finds
LAST_CUT = re.compile(r"\s*(?:[-–—|:;?]+\s|[,|;:]|\s[-–—]+|--+)\s*(?=[^-–—,|:;?]*$)")
SLOGAN_CUT = re.compile(r"\s*[/,;&+]\s*|\s+(?:or|and|-|–)\s+")
SLOGAN_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,80}?)\s*[)\]]")
FIRST_PART = re.compile(
    r"^\s*(?:(?:urgent(?:ly)?(?: hire| hiring| need\w*| requirement)?|immediate (?:hire|need|opening)|hot job"
    r"|hiring now|now hiring|hiring|wanted|new|we'?re hiring|we are hiring|job opening|job title|position|role|vacancy)"
    r"\s*[-–—:!|]+\s*(?:for\s+)?|(?:now |we(?:'re| are) )?(?:seeking|looking for|hiring an?)\s*[:!]?\s+(?:an?\s+)?"
    r"(?=\w)|(?-i:URGENT)\s+(?=\w)|(?-i:NEW)\s+(?=(?-i:[A-Z][a-z]))|\d{1,2}\s?x\s+|(?:full|part)[\s-]time,? (?=freelance))",
    re.IGNORECASE,
)
TAIL_WORD = re.compile(
    r"\s+(?:(?:is|are)\s)?(?:needed|required|wanted|urgent(?:ly)?|positions?|openings?|opportunit(?:y|ies)|vacanc(?:y|ies)|jobs?|roles?"
    r"|full[- ]time(?: nights| days)?|part[- ]time)(?:\s+(?:available|open|asap|now))?\s*[.!]*$",
    re.IGNORECASE,
)
FEDERAL_HINT = ("NTE", "GS-", "GG-", "FPL", "MB")
FEDERAL = re.compile(
    r"[\s,(-]*(?:\b(?i:temp(?:orary)?|term|detail|prom(?:otion)?)\b[\w/. ]{0,24})?\bN\.?T\.?E\b[^()]*\)?$"
    r"|,?\s*\(?\bG[SGL]-?\d{3,4}-\d{1,2}(?:[/-]\d{1,2}){0,3}\)?|,?\s*\(?\bFPL:?\s*(?:is |of )?(?:G[SG]-)?\d{1,2}\)?"
    r"|,?\s+MBE(?: up to[^,()]{0,30})?,?\s+MBM?P\b"
)


def is_slogan(text: str) -> bool:
    """Whether a text is nothing but calls and conditions: "Full-time, permanent"."""
    parts = [p for p in SLOGAN_CUT.split(text.strip(" .!")) if p]
    return bool(parts) and (bool(slogans().fullmatch(text.strip(" .!"))) or all(map(slogans().fullmatch, parts)))


@lru_cache(maxsize=REMEMBERED)
def without_slogans(title: str) -> str:
    """A title without calls and conditions at its edges and in brackets, as often as one is found."""
    if any(hint in title for hint in FEDERAL_HINT):
        title = kept_or(title, tidy(FEDERAL.sub("", title)))
    for _ in range(4):
        before = title
        if "(" in title or "[" in title:
            title = kept_or(title, SLOGAN_BRACKETS.sub(lambda m: " " if is_slogan(m[1]) else m[0], title))
        last = LAST_CUT.search(title) if CUT_MARK.search(title) else None
        if last and is_slogan(title[last.end() :]):
            title = kept_or(title, title[: last.start()])
        title = kept_or(title, TAIL_WORD.sub("", title))
        title = tidy(kept_or(title, FIRST_PART.sub("", title)))
        if title == before:
            break
    return title


UNNAMED = re.compile(
    r"\s+(?:at|for|with|@)\s+an?\s+[\w -]{2,50}?(?:company|startup|start-up|agency|firm|scale-?up|bank)\s*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def without_company(title: str, company: str) -> str:
    """A title without its employer at the edges: "at Acme", "- Acme", "Acme:", "at a fintech company"."""
    shorter = UNNAMED.sub("", title)
    name = without_legal_form(company)
    if len(name) > 2 and name.lower() in shorter.lower():
        found = re.escape(name)
        shorter = re.sub(
            rf"\s*(?:[-–—|,@]+|\bat\b|\bfor\b|\bchez\b)\s*{found}[\w.,]{{0,6}}\s*$|^{found}\s*[-–—|:]+\s*",
            "",
            shorter,
            flags=re.IGNORECASE,
        )
    return kept_or(title, tidy(shorter)) if shorter != title else title
