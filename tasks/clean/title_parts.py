"""What titles carry besides the role: numbers, dates, pay, where the work is done. Each function takes one away.

All are plain functions from text to text, linear in a title's length; tasks/clean/title*.py make rules of them. Places
and the employer are in title_places.py, calls and conditions in title_calls.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.roles import kind_of
from tasks.clean.title_text import REMEMBERED, cues, kept_or, tidy, words_in

DIGIT = re.compile(r"\d")

# --- requisition numbers ----------------------------------------------------------------------------------------------

NUMBERED = r"(?:req(?:uisition)?|job|posting|position|vacancy|ref(?:erence)?|réf(?:érence)?|announcement)"
REQUISITION = re.compile(
    rf"\s*[-–—,|:#(\[]*\s*\b(?i:{NUMBERED}\s?(?:id|code|no|num(?:ber)?|nr)?|id)\s?[.:#°-]{{1,3}}\s?[A-Z]{{0,6}}[-_]?\d[\w-]{{0,20}}"
    r"[)\]]?"
    r"|(?:\s+[-–—]+|[,|(\[#]+|\s[(\[#]+)\s*(?:JR|REQ|R|RQ|PD|VA|IRC|JO|DE|ID)?[-_ ]?\d{4,12}(?:[-_]\d{1,8})?\s*[)\]]?"
    r"(?=\s*$|\s+[-–—]|\s*[,|(])|\s*[(\[]\d{3,8}-[A-Z]{1,5}[)\]]|\s*[(\[]+[^()\[\]]*=(?:[^()\[\]]|\([^()]*\))*[)\]]+"
    r"|\s*[(\[]\s*(?i:req|ref|job|id)\.?\s?#?\s?\d{3,12}\s*[)\]]|\s*\(\d{1,6}\)\s*$|\s+#\s?\d{2,10}\b|\s+\b[A-Z]{1,8}\d{5,14}\b(?:-\d{1,4})?|\s+PD\d{2}[A-Z]\d{3,4}\b"
    r"|\s*[-–]\s?\d{4}-\d{3,6}\b|\s*[-–—,]\s*(?:19|20)\d\d\s?[/-]\s?\d{2,4}$|\s+\d{5,12}$|(?<=[a-zA-Z])-\d{4,8}$|^\d{3,8}\s*[-–:]\s+(?=[A-Z])"
    r"|^[A-Z]{1,4}-?(?:0\d{1,7}|\d{4,8})\s+[-–:]\s+(?=[A-Z])"
    r"|\s[-–]\s+[A-Z]{1,8}-?\d{3,8}(?:_\d{2,8})?$"
    r"|(?<=[a-z])\s+(?!20[0-4]\d|19\d\d|1099)[1-9]\d{3}$"  # "Welder 2131", not "Windows 2012"
    r"|^(?!20[0-4]\d|1099|401)\d{3,8}(?:\s*[-–:,_]\s*|(?<=\d{4})\s+)(?=[A-Za-z]{3})|^[A-Z]{2,5}-\d{3}-(?=[A-Z])"
)


@lru_cache(maxsize=REMEMBERED)
def without_requisition(title: str) -> str:
    """A title without the employer's own numbers."""
    return REQUISITION.sub("", title).strip() if DIGIT.search(title) else title


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
SEASONAL = frozenset(
    (
        "intern", "interns", "internship", "internships", "grad", "grads", "graduate", "graduates", "coop", "co", "ops",
        "trainee", "trainees", "student", "students", "start", "starting", "alternance", "alternant", "stage", "stagiaire",
        "undergraduate",
    )
)  # fmt: skip
SEASON_TAIL = re.compile(
    rf"\s*[-–—,|(\[]+\s*{SEASON}(?:\s?/\s?{SEASON}){{0,3}}(?:\s+(?:start|term|semester))?\s*[)\]]?\s*$"
    r"|\s*[-–—,|(]+\s*(?:bs/ms|phd|bs|ms|bachelors?|masters?)\s*[)]?\s*$",
    re.IGNORECASE,
)
GRADUATE = ("grad", "graduate", "vie", "intern")


@lru_cache(maxsize=REMEMBERED)
def without_dates(title: str) -> str:
    """A title without its dates; "Windows 2012 Administrator" keeps its year."""
    if "20" in title or "FY" in title or "AY" in title:
        for _ in range(3):
            title = kept_or(title, tidy(DATED.sub(dated, title)))
    if not SEASONAL.isdisjoint(words_in(title)):
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
    return kept_or(title, tidy(PAY.sub(" ", title))) if DIGIT.search(title) and PAY_HINT.search(title) else title


# --- where the work is done -------------------------------------------------------------------------------------------

WORKPLACE = (
    r"(?:(?:100\s?%|fully|full|partially|partly|mostly|us|usa|uk|eu|emea)?[\s-]{0,2}"
    r"(?:remote(?:ly)?|télétravail|teletravail|home[- ]?office|work(?:ing)? from home|wfh|work from anywhere"
    r"|telework(?:ing)?|telecommut(?:e|ing)|virtual|hybrid|on-?site|in[- ]office|home[- ]based|remoto|h[íi]brido|distanciel)"
    r"(?:\s?(?:ok|possible|only|eligible|friendly|option(?:al)?|position|role|work|job|within [\w ]{2,20}"
    r"|in [\w ]{2,20}|us|usa|uk|canada|europe|emea))?)"
)
WORKPLACE_PART = re.compile(
    rf"\s*[-–—,|:/]+\s*{WORKPLACE}(?:\s*[-–/,&]\s*[\w. ]{{2,30}})?(?:\s\d (?:days?|x)[\w /]{{0,20}})?(?:\s*\([^()]{{0,20}}\))?\s*$"
    rf"|\s*[(\[]\s*[^()\[\]]{{0,30}}{WORKPLACE}[^()\[\]]{{0,40}}[)\]]|^\s*[(\[]?{WORKPLACE}[)\]]?\s*[-–—:|,]+\s*"
    rf"|^\s*[(\[]{WORKPLACE}[)\]]\s*|\s+(?-i:REMOTE)\s*$|^(?-i:REMOTE)\s+(?=[a-zA-Z])"
    r"|^(?-i:Remote)\s+(?!sensing|pilot|control|access|desktop|monitoring)(?=(?-i:[A-Z])[a-z])",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def without_workplace(title: str) -> str:
    """A title without "REMOTE", "(hybrid)", "- work from home" at its edges and in brackets."""
    return (
        kept_or(title, tidy(WORKPLACE_PART.sub(" ", title)))
        if not cues("workplace").isdisjoint(words_in(title))
        else title
    )
