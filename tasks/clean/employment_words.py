"""The words by which postings say what kind of employment is offered. Used by employment_type.py."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from tasks.clean.near import cues, near

ORDER = ("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer")
HOURS = frozenset({"full_time", "part_time"})
TEXT_LIMIT = 20_000  # characters of running text searched

VOCABULARY = {
    "full_time": r"full[\s_-]*time|fulltime|temps[\s_-]*(?:plein|complet)|vollzeit|tiempo completo|jornada completa|"
    r"tempo pieno|voltijds|heltid|\bft\b|\bf/t\b|\bfte\b",
    "part_time": r"part[\s_-]*time|parttime|temps[\s_-]*partiel|teilzeit|tiempo parcial|media jornada|deeltijds|deltid|"
    r"mi[- ]temps|\bp/t\b",
    "contract": r"\bcontract(?:or|ors|ing)?\b(?! (?:manage|admin|analyst|special|negot|employee|law|attorney))|"
    r"freelanc\w{0,4}|\bc2c\b|\bcorp[- ]to[- ]corp\b|\b1099\b|ind[ée]pendant",
    "temporary": r"temporary|\btemp\b|\bterm\b|fixed[\s_-]*term|limited[\s_-]*term|seasonal|saisonnier|\bcdd\b|"
    r"dur[ée]e d[ée]termin[ée]e|int[ée]rim\w{0,6}|befristet|non[\s-]*ongoing|per[\s_-]*diem\b|"
    r"\bcasual\b(?=$| (?:position|contract|role|employ|basis|work)|[,|/)])",
    "internship": r"\binterns?\b|internships?|\bstage\b|stagiaire|praktik\w{0,6}|\bco-?ops?\b|becario|pr[áa]cticas",
    "apprenticeship": r"apprentic\w{0,6}|alternance|apprentissage|apprenti\b|apprentie\b|professionnalisation|ausbildung",
    "volunteer": r"volunteer\w{0,6}|b[ée]n[ée]vol\w{0,4}",
}
KINDS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in VOCABULARY.items()), re.IGNORECASE)
KIND_CUES = (
    "time", "temps", "zeit", "tiempo", "jornada", "tempo", "tijds", "deltid", "heltid", "ft", "/t", "fte", "contract",
    "freelanc", "c2c", "corp", "1099", "ndant", "temp", "term", "season", "saison", "cdd", "rim", "befrist", "ongoing",
    "diem", "casual", "intern", "stag", "prakt", "op", "becari", "cticas", "apprent", "altern", "professionna", "ausbild",
    "volunt", "vol",
)  # fmt: skip
NEGATED = re.compile(r"\b(?:no|not|non|sans|pas d[e'’])\s{0,2}(?:\w{1,12} ){0,2}$", re.IGNORECASE)
NOT_IN_HEADERS = re.compile(r"\b(?:stage|term|casual|temp)\b", re.IGNORECASE)  # other words in English headers

TITLE = re.compile(
    r"(?P<internship>\binterns?\b|\binternships?\b|\bco-?op\b|\bstage\b(?! (?:manager|hand|tech|director))|"
    r"\bstagiaire\b|\bpraktik\w{0,6})"
    r"|(?P<part_time>\bpart\s?-?\s?time\b|\btemps partiel\b|\bteilzeit\b)"
    r"|(?P<full_time>\bfull\s?-?\s?time\b|\btemps plein\b|\bvollzeit\b)"
    r"|(?P<apprenticeship>\bapprentice(?:ship)?s?\b|\balternan(?:ce|te?)\b|\bapprenti(?:e|ssage)?\b)"
    r"|(?P<temporary>\btemporary\b|\bfixed[ -]term\b|\bcdd\b|\bint[ée]rim\b|\bseasonal\b|\(temp\)|[-–,] ?temp$)"
    r"|(?P<contract>\bfreelancer?\b|\bcontractor\b|\bcontract (?:worker|position|role|basis)\b|"
    r"[-–(,|/]\s?(?:\d{1,2}[ -]months? )?contract\b(?! (?:manage|admin|special|analyst))|\bcontract(?:$|\s?[)\]|]))"
    r"|(?P<volunteer>\bvolunteer\b(?! (?:manager|coordinator|services|engagement|program)))",
    re.IGNORECASE,
)
TITLE_CUES = (
    "intern", "op", "stag", "prakt", "time", "temp", "zeit", "alternan", "apprent", "term", "cdd", "rim", "season",
    "freelanc", "contract", "volunteer",
)  # fmt: skip
MARK_LINE = re.compile(
    r"(?:^|\n)[ \t*•-]{0,4}((?:(?:full|part)[ -]?time|interns?(?:hips?)?|contract(?:ors?)?|freelance|permanent|remote|"
    r"onsite|on-site|visa|h1b|anywhere|or|and|ok|[,/&|+ -]){1,12})[ .!]{0,3}(?=\n|$)",
    re.IGNORECASE,
)

# Few and telling: each costs a microsecond and a half in 2 kB, each part of the text they let through some twenty.
CUES = cues(
    "full t", "full-t", "part t", "part-t", "fulltime", "contrac", "freelanc", "temporar", "d term", "d-term", "non-ongoing",
    "seasonal", "internship", "summer intern",
)  # fmt: skip
IS_FRENCH = ("é", "CDI")
FRENCH_CUES = cues(
    "temps p", "temps complet", "contrat", "cdd", "intérim", "stage", "stagiaire", "alternance", "apprenti", "freelance",
)  # fmt: skip
LABELLED = re.compile(
    r"(?:^|[\n.;|])[ \t*#-]{0,6}(?:(?:employment|job|work|position|worker|contract|time|appointment)[ -]?"
    r"(?:type|status|category|sub-?type|schedule)|schedule|hours|type de contrat|temps de travail|type d['’]emploi|"
    r"dur[ée]e du travail|contrat|vertragsart|arbeitszeit)s?\s{0,3}[:\n|-]\s{0,3}([^\n]{2,60})"
)
_NOUN = (
    r"(?:position\b|role\b|job\b|gig\b|opportunity|employment\b|basis|work\b|hires?\b|vacanc|appointment|contract|"
    r"engagement|assignment|opening|commitment|\(|,? ?permanent\b|,? ?regular\b|,? ?exempt\b|fixed[ -]term)"
)
_MONTHS = r"(?:\d{1,2}\+?|one|two|three|six|nine|twelve|eighteen)[ -](?:month|year|week)s?"
SENTENCES = {
    "full_time": re.compile(
        rf"(?<!of )(?<!your )(?<!years )(?<!for )(?<!to )full[ -]?time,? (?:[\w-]{{1,14}},? )?{_NOUN}(?! experience)"
        r"|\b(?:is|be) (?:a )?full[ -]?time\b|\b(?:to work|will work|available|join (?:us|our team)) full[ -]?time\b"
        r"|\b(?:looking for|seeking|hiring|need)(?: an?)? full[ -]?time\b"
        r"|\b(?:cdi|cdd)\b[^\n.]{0,25}temps (?:plein|complet)"
        r"|\b(?:poste|emploi|contrat|travail)[^\n.]{0,25} temps (?:plein|complet)"
    ),
    "part_time": re.compile(
        rf"(?<!of )part[ -]?time,? (?:\w{{1,14}} )?{_NOUN}|\b(?:is|be) (?:a )?part[ -]?time\b"
        r"|\b(?:looking for|seeking|hiring)(?: an?)? part[ -]?time\b"
        r"|\b(?:cdi|cdd|poste|emploi|contrat)\b[^\n.]{0,25}temps partiel"
    ),
    "contract": re.compile(
        rf"\b{_MONTHS}(?: \w{{1,12}})? contract\b"
        r"|\b(?:is|as) an? (?:independent |freelance )?contract(?:or)?(?: \w{1,12})? (?:position|role|opportunit|job)"
        r"|\bindependent contractor (?:opportunit|position|role|agreement)"
        r"|\bcontract (?:position|role|opportunit|basis|job|to hire)"
        r"|\bfreelance (?:basis|position|role|contract|opportunit)"
        r"|\b(?:looking for|seeking)(?: an?)? (?:\w{1,12} )?freelance"
    ),
    "temporary": re.compile(
        r"\b(?:temporary|fixed[ -]term|limited[ -]term|non-ongoing|seasonal) (?:\w{1,12} )?"
        r"(?:position|role|contract|appointment|employment|opportunit|job|assignment|basis|vacanc)"
        r"|\b(?:en|type de contrat ?:|un|contrat) cdd\b|\bcdd (?:de|d['’]|-|\()"
        r"|\bmission (?:d['’])?int[ée]rim|\ben int[ée]rim\b|\bthis is a (?:limited|fixed) term\b"
    ),
    "internship": re.compile(
        r"\b(?:stage de \d|dur[ée]e du stage|offre de stage|ce stage|cadre d['’]un stage|this internship|"
        r"internship (?:position|opportunity)|summer intern\b|stagiaire \()"
    ),
    "apprenticeship": re.compile(
        r"\b(?:contrat d['’]apprentissage|contrat de professionnalisation|contrat en alternance|"
        r"(?:poste|recrute|recherche|recherchons|offre)[^.\n]{0,60} en alternance\b(?! (?:avec|ou))|this apprenticeship)"
    ),
}
PLURAL = re.compile(
    r"(?<!of )full[ -]?time,? (?:[\w-]{1,14},? ){0,2}"
    r"(?:positions|roles|jobs|openings|engineers|developers|designers|people|staff)\b"
)


@lru_cache(maxsize=8192)
def kinds(text: str) -> frozenset[str]:
    """The kinds of employment a short text names."""
    low = text.lower()
    if not any(cue in low for cue in KIND_CUES):
        return frozenset()
    found = set()
    for match in KINDS.finditer(text):
        if not NEGATED.search(text, max(0, match.start() - 24), match.start()):
            found.add(match.lastgroup or "")
    return frozenset(found)


def title_kinds(text: str) -> set[str]:
    """The kinds of employment a title states, the crafts that hold the word left out."""
    low = text.lower()
    if not any(cue in low for cue in TITLE_CUES):
        return set()
    return {match.lastgroup or "" for match in TITLE.finditer(text)}


def ordered(found: Set[str]) -> tuple[str, ...] | None:
    """The kinds in a fixed order; None for none, as for a record that does not say."""
    return tuple(k for k in ORDER if k in found) or None


def in_text(text: str, is_notice: bool) -> tuple[set[str], str]:
    """The kinds of employment that running text states of the position, and the words that say so."""
    found: set[str] = set()
    because = ""
    french = any(word in text for word in IS_FRENCH)
    parts = [part.lower() for part in near(text, FRENCH_CUES + CUES if french else CUES, 80, 80)]
    for part in parts:
        for match in LABELLED.finditer(part):
            if stated := kinds(match[1]) - {"volunteer"}:
                found |= stated
                because = because or match[0].strip()
        for kind, pattern in SENTENCES.items():
            if kind not in found and (hit := pattern.search(part)):
                found.add(kind)
                because = because or part[max(0, hit.start() - 20) : hit.end() + 20]
    if not found and is_notice:
        plural = next((hit for part in parts if (hit := PLURAL.search(part))), None)
        if plural:
            return {"full_time"}, plural[0]
    return found, because.replace("\n", " ")
