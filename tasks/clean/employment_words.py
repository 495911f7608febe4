"""The words by which postings say what kind of employment is offered. Used by employment_type.py."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from tasks.clean.near import has, watched, watched_words
from tasks.clean.words import narrow

ORDER = ("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer")
HOURS = frozenset({"full_time", "part_time"})

VOCABULARY = {
    "full_time": r"full[\s_-]*time|fulltime|full[\s-]?(?:/|or|and|&)\s?part[\s-]?time|temps[\s_-]*(?:plein|complet)|vollzeit|tiempo completo|jornada completa|"
    r"tempo pieno|voltijds?|heltid|\bft\b|\bf/t\b|\bfte\b",
    "part_time": r"part[\s_-]*time|parttime|part[\s-]{0,2}\(?(?:/|or|and|&)\s?full\)?[\s-]?time|temps[\s_-]*partiel|teilzeit|tiempo parcial|half[\s_-]time|media jornada|deeltijds?|deltid|"
    r"mi[- ]temps|\bp/t\b",
    "contract": r"\bcontract(?:or|ors|ing)?\b(?! (?:manage|admin|analyst|special|negot|employee|law|attorney))|"
    r"freelanc\w{0,4}|\bc2c\b|\bcorp[- ]to[- ]corp\b|\b1099\b|ind[ée]pendant",
    "temporary": r"temporary|\btemp\b|\bterm\b|fixed[\s_-]*term|limited[\s_-]*term|seasonal|saisonnier|\bcdd\b|"
    r"dur[ée]e d[ée]termin[ée]e|int[ée]rim\w{0,6}|\bbefristet|\bftc\b|non[\s-]*ongoing|per[\s_-]*diem\b|"
    r"\bcasual\b(?=$| (?:position|contract|role|employ|basis|work)|[,|/)])",
    "internship": r"\binterns?\b|internships?|\bstage\b|stagiaire|praktik\w{0,6}|\bco-?ops?\b|becario|pr[áa]cticas",
    "apprenticeship": r"apprentic\w{0,6}|alternance|apprentissage|apprenti\b|apprentie\b|professionnalisation|ausbildung",
    "volunteer": r"volunteer\w{0,6}|b[ée]n[ée]vol\w{0,4}",
}
# No words of a kind in a text without one of these: one pattern for all kinds costs 70 us in a header of 100 characters.
CUES = {
    "full_time": ("full", "temps", "vollzeit", "tiempo", "jornada", "tempo p", "voltijd", "heltid", " ft", "/ft", "(ft", "ft/", "f/t", "fte"),
    "part_time": ("part", "temps", "teilzeit", "tiempo", "half", "jornada", "deeltijd", "deltid", "p/t"),
    "contract": ("contract", "freelanc", "c2c", "corp", "1099", "pendant"),
    "temporary": (
        "temp", "term", "season", "saison", "cdd", "interim", "intérim", "befrist", "ftc", "ongoing", "diem", "casual",
    ),
    "internship": ("intern", "stag", "prakt", "coop", "co-op", "becari", "cticas"),
    "apprenticeship": ("apprent", "altern", "professionna", "ausbild"),
    "volunteer": ("volunt", "nevol", "névol"),
}  # fmt: skip
KIND_CUES = (
    "time", "temps", "zeit", "tiempo", "jornada", "tempo p", "tijd", "deltid", "heltid", " ft", "/ft", "(ft", "ft/", "f/t",
    "p/t", "fte", "contract", "freelanc", "c2c", "corp", "1099", "pendant", "temp", "term", "season", "saison", "cdd",
    "interim", "intérim", "befrist", "ongoing", "diem", "ftc", "casual", "intern", "stag", "prakt", "coop", "co-op",
    "becari", "cticas", "apprent", "altern", "professionna", "ausbild", "volunt", "nevol", "névol",
)  # fmt: skip
KINDS = tuple([(kind, CUES[kind], re.compile(pattern)) for kind, pattern in VOCABULARY.items()])
# A header or opening line names no kind in a text without one of these words, or "time" beside "full" or "part".
FULL_OR_PART = watched(b"full part")
watched(b"time cdi")
HEADER_WORDS = watched(
    b"fulltime parttime contract contracts contractor contractors contracting freelance freelancer freelancers freelancing c2c "
    b"corp 1099 temporary seasonal saisonnier ongoing diem intern interns internship internships stagiaire stagiaires coop coops "
    b"op ops ft fte ftes f p temps cdd interim int independant pendant alternance alternant apprenti apprentis apprentissage "
    b"apprentice apprentices apprenticeship apprenticeships volunteer volunteers volunteering benevole vollzeit teilzeit "
    b"befristet befristete praktikum praktikant werkstudent ausbildung tiempo jornada deeltijds voltijds heltid deltid"
)
SPELLED = {b"f": b"f/t", b"p": b"p/t", b"op": b"co-op", b"ops": b"co-op", b"int": "intérim".encode("latin-1")}
"""How words of one or two letters, or parted by an accent, stand in a text."""
NEGATED = re.compile(r"\b(?:no|not|non|sans|pas d[e'’])\s{0,2}(?:\w{1,12} ){0,2}$")
OTHER_WORDS = ("stage", "term", "casual", "temp")  # what they mean in English headers is something else
NOT_IN_HEADERS = re.compile(rf"\b(?:{'|'.join(OTHER_WORDS)})\b")

_TRADE = (
    r" (?:program(?:me)?s? )?(?:managers?|coordinators?|recruiters?|advis[eo]rs?|supervisors?|specialists?|officers?)\b"
)
IN_TITLES = {
    "internship": rf"\binterns?\b|\binternships?\b(?!{_TRADE})|\bco-?op\b|(?<!early[ -])(?<!late[ -])(?<!growth[ -])(?<!seed[ -])\bstage\b(?!,? (?:manager|hand|tech|director|startup|start-up|company))|\bstagiaire\b|\bpraktik\w{{0,6}}",
    "part_time": r"\bpart\s?-?\s?(?:(?:/|or|and|&)\s?full\s?-?\s?)?time\b|\btemps partiel\b|\bteilzeit\b",
    "full_time": r"\bfull\s?-?\s?(?:(?:/|or|and|&)\s?part\s?-?\s?)?time\b|\btemps plein\b|\bvollzeit\b",
    "apprenticeship": rf"\bapprentice(?:ship)?s?\b(?!{_TRADE})|\balternan(?:ce|te?)\b|\bapprenti(?:e|ssage)?\b|\bausbildung\b|\bauszubildende[rn]?\b",
    "temporary": r"\btemporary\b|\bfixed[ -]term\b|\bcdd\b|\bint[ée]rim\b|\bseasonal\b|\bftc\b|\b(?:day|week|month) temp\b|\(temp\)|[-–,] ?temp$",
    "contract": r"\bfreelancer?\b|\bcontractor\b|\bcontract (?:worker|position|role|basis)\b|"
    r"[-–(,|/]\s?(?:\d{1,2}[ -]months? )?contract\b(?! (?:manage|admin|special|analyst))|\bcontract(?:$|\s?[)\]|])",
    "volunteer": r"\bvolunteer\b(?! (?:manager|coordinator|services|engagement|program))",
}
TITLE_CUES = (
    "intern", "coop", "co-op", "stag", "prakt", "time", "temp", "zeit", "altern", "apprent", "ausbild", "auszub", "term", "cdd",
    "ftc", "intérim", "interim", "season", "freelanc", "contract", "volunteer",
)  # fmt: skip
TITLES = tuple(
    [
        (kind, CUES[kind] + ("auszub",) * (kind == "apprenticeship"), re.compile(each))
        for kind, each in IN_TITLES.items()
    ]
)
MARK_LINE = re.compile(
    r"[ \t*•-]{0,4}((?:(?:full|part)[ -]?time|interns?(?:hips?)?|contract(?:ors?)?|freelance|permanent|remote|"
    r"onsite|on-site|visa|h1b|anywhere|or|and|ok|[,/&|+ -]){1,12})[ .!]{0,3}",
    re.IGNORECASE,
)
LONGEST_MARK_LINE = 120  # characters
MARKS_WITHIN = 2000  # characters from the top in which lines of marks are looked for
NO_KIND: frozenset[str] = frozenset()


def may_name(text: str | None) -> bool:
    """Whether a notice has words that may name a kind of employment in its header; True where its text is not at hand."""
    if not text:
        return True
    said = watched_words(text)
    return not HEADER_WORDS.isdisjoint(said) or (b"time" in said and not FULL_OR_PART.isdisjoint(said))


def header_words(text: str) -> list[int]:
    """Where in the first part of a notice words stand that may name a kind of employment, in order."""
    said = watched_words(text)
    here = HEADER_WORDS & said
    if b"time" in said and (b"full" in said or b"part" in said):
        here |= FULL_OR_PART & said
    if not here:
        return []
    low = narrow(text)
    places: list[int] = []
    for word in here:
        cue = SPELLED.get(word, word)
        at = low.find(cue, 0, MARKS_WITHIN)
        while at >= 0:
            places.append(at)
            at = low.find(cue, at + len(cue), MARKS_WITHIN)
    places.sort()
    return places


def mark_lines(text: str, places: list[int]) -> tuple[str, ...]:
    """The lines around `places` that are nothing but marks of employment and the like."""
    said: dict[str, None] = {}
    for at in places:
        end = text.find("\n", at)
        line = text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else len(text)]
        if len(line) < LONGEST_MARK_LINE and (match := MARK_LINE.fullmatch(line)):
            said[match[1]] = None
    return tuple(said)


@lru_cache(maxsize=8192)
def kinds(text: str) -> frozenset[str]:
    """The kinds of employment a short text names."""
    low = text.lower()
    if not (low.startswith("ft") or has(low, KIND_CUES)):
        return NO_KIND
    found = []
    for kind, cues, pattern in KINDS:
        if has(low, cues) or (low.startswith("ft") and kind == "full_time"):
            for match in pattern.finditer(low):
                if not NEGATED.search(low, max(0, match.start() - 24), match.start()):
                    found.append(kind)
                    break
    return frozenset(found) if found else NO_KIND


@lru_cache(maxsize=8192)
def mark_kinds(text: str) -> frozenset[str]:
    """The kinds of employment a piece of a header names, without the words that mean something else there."""
    low = text.lower()
    return kinds(NOT_IN_HEADERS.sub(" ", low)) if has(low, OTHER_WORDS) else kinds(low)


@lru_cache(maxsize=8192)
def title_kinds(text: str) -> frozenset[str]:
    """The kinds of employment a title states, the crafts that hold the word left out."""
    low = text.lower()
    if not has(low, TITLE_CUES):
        return NO_KIND
    found = [kind for kind, cues, pattern in TITLES if has(low, cues) and pattern.search(low)]
    return frozenset(found) if found else NO_KIND


def ordered(found: Set[str]) -> tuple[str, ...] | None:
    """The kinds in a fixed order; None for none, as for a record that does not say."""
    return tuple(k for k in ORDER if k in found) or None
