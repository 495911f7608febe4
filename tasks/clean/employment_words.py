"""The words by which postings say what kind of employment is offered. Used by employment_type.py."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from tasks.clean.near import called, cues, has, near, table, unwrapped, watched, watched_words

ORDER = ("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer")
HOURS = frozenset({"full_time", "part_time"})
TEXT_LIMIT = 20_000  # characters of running text searched

VOCABULARY = {
    "full_time": r"full[\s_-]*time|fulltime|temps[\s_-]*(?:plein|complet)|vollzeit|tiempo completo|jornada completa|"
    r"tempo pieno|voltijds?|heltid|\bft\b|\bf/t\b|\bfte\b",
    "part_time": r"part[\s_-]*time|parttime|temps[\s_-]*partiel|teilzeit|tiempo parcial|half[\s_-]time|media jornada|deeltijds?|deltid|"
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
KINDS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in VOCABULARY.items()), re.IGNORECASE)
KIND_CUES = (
    "time", "temps", "zeit", "tiempo", "jornada", "tempo p", "tijd", "deltid", "heltid", " ft", "/ft", "(ft", "ft/", "f/t",
    "p/t", "fte", "contract", "freelanc", "c2c", "corp", "1099", "pendant", "temp", "term", "season", "saison", "cdd",
    "interim", "intérim", "befrist", "ongoing", "diem", "ftc", "casual", "intern", "stage", "stagiair", "prakt", "coop", "co-op",
    "becari", "cticas", "apprent", "altern", "professionna", "ausbild", "volunt", "nevol", "névol",
)  # fmt: skip
# A header or opening line names no kind in a text without one of these words, or "time" beside "full" or "part".
watched(b"full part time cdi")
HEADER_WORDS = watched(
    b"fulltime parttime contract contracts contractor contractors contracting freelance freelancer freelancers freelancing c2c "
    b"corp 1099 temporary seasonal saisonnier ongoing diem intern interns internship internships stagiaire stagiaires coop coops "
    b"op ops ft fte ftes f p temps cdd interim int independant pendant alternance alternant apprenti apprentis apprentissage "
    b"apprentice apprentices apprenticeship apprenticeships volunteer volunteers volunteering benevole vollzeit teilzeit "
    b"befristet befristete praktikum praktikant werkstudent ausbildung tiempo jornada deeltijds voltijds heltid deltid"
)
NEGATED = re.compile(r"\b(?:no|not|non|sans|pas d[e'’])\s{0,2}(?:\w{1,12} ){0,2}$", re.IGNORECASE)
NOT_IN_HEADERS = re.compile(r"\b(?:stage|term|casual|temp)\b", re.IGNORECASE)  # other words in English headers

TITLE = re.compile(
    r"(?P<internship>\binterns?\b|\binternships?\b|\bco-?op\b|\bstage\b(?! (?:manager|hand|tech|director))|"
    r"\bstagiaire\b|\bpraktik\w{0,6})"
    r"|(?P<part_time>\bpart\s?-?\s?time\b|\btemps partiel\b|\bteilzeit\b)"
    r"|(?P<full_time>\bfull\s?-?\s?time\b|\btemps plein\b|\bvollzeit\b)"
    r"|(?P<apprenticeship>\bapprentice(?:ship)?s?\b|\balternan(?:ce|te?)\b|\bapprenti(?:e|ssage)?\b|\bausbildung\b|\bauszubildende[rn]?\b)"
    r"|(?P<temporary>\btemporary\b|\bfixed[ -]term\b|\bcdd\b|\bint[ée]rim\b|\bseasonal\b|\bftc\b|\b(?:day|week|month) temp\b|\(temp\)|[-–,] ?temp$)"
    r"|(?P<contract>\bfreelancer?\b|\bcontractor\b|\bcontract (?:worker|position|role|basis)\b|"
    r"[-–(,|/]\s?(?:\d{1,2}[ -]months? )?contract\b(?! (?:manage|admin|special|analyst))|\bcontract(?:$|\s?[)\]|]))"
    r"|(?P<volunteer>\bvolunteer\b(?! (?:manager|coordinator|services|engagement|program)))",
    re.IGNORECASE,
)
TITLE_CUES = (
    "intern", "coop", "co-op", "stag", "prakt", "time", "temp", "zeit", "alternan", "apprent", "ausbild", "auszub", "term", "cdd", "ftc", "intérim", "interim",
    "season", "freelanc", "contract", "volunteer",
)  # fmt: skip
MARK_LINE = re.compile(
    r"[ \t*•-]{0,4}((?:(?:full|part)[ -]?time|interns?(?:hips?)?|contract(?:ors?)?|freelance|permanent|remote|"
    r"onsite|on-site|visa|h1b|anywhere|or|and|ok|[,/&|+ -]){1,12})[ .!]{0,3}",
    re.IGNORECASE,
)
LONGEST_MARK_LINE = 120  # characters

# What is looked for in a text that has the word: few and telling, as each costs a microsecond in 2 kB.
CUES = table({
    b"full": cues("full t", "full-t"), b"fulltime": cues("fulltime"), b"part": cues("part t", "part-t"),
    b"contract": cues("contrac"), b"contracts": cues("contrac"), b"contracting": cues("contrac"),
    b"contractor": cues("contrac"), b"contractors": cues("contrac"), b"freelance": cues("freelanc"),
    b"freelancer": cues("freelanc"), b"freelancers": cues("freelanc"), b"temporary": cues("temporar"),
    b"term": cues("d term", "d-term"), b"ongoing": cues("non-ongoing"), b"seasonal": cues("seasonal"),
    b"internship": cues("internship"), b"internships": cues("internship"), b"summer": cues("summer intern"), b"volunteers": cues("volunteers"),
    b"volunteer": cues("a volunteer"), b"pattern": cues("pattern"),
})  # fmt: skip
FRENCH_CUES = table(CUES | {
    b"temps": cues("temps p", "temps complet"), b"contrat": cues("contrat"), b"contrats": cues("contrat"), b"cdd": cues("cdd"),
    b"int": cues("intérim"), b"stage": cues("stage"), b"stages": cues("stage"), b"stagiaire": cues("stagiaire"),
    b"stagiaires": cues("stagiaire"), b"alternance": cues("alternance"), b"apprenti": cues("apprenti"),
    b"apprentis": cues("apprenti"), b"apprentie": cues("apprenti"), b"freelances": cues("freelanc"),
})  # fmt: skip
# No labelled line and no sentence of a kind without one of these.
LABEL_NEEDS = (
    "type",
    "term",
    "shift",
    "pattern",
    "status",
    "categor",
    "schedule",
    "hours",
    "contrat",
    "temps de",
    "durée",
    "duree",
    "vertrag",
    "arbeit",
)
NEEDS = {
    "full_time": ("full", "temps"),
    "part_time": ("part", "temps"),
    "contract": ("contract", "freelance"),
    "temporary": ("temporary", "term", "non-ongoing", "seasonal", "cdd", "intérim", "interim"),
    "internship": ("stage", "stagiaire", "intern"),
    "apprenticeship": ("apprenti", "professionna", "alternance"),
    "volunteer": ("volunteer",),
}
LABELLED = re.compile(
    r"(?:^|[\n.;|])[ \t*#-]{0,6}(?:(?:employment|job|work|working|position|worker|contract|time|appointment)[ -]?"
    r"(?:type|status|category|sub-?type|schedule|pattern)|schedule|hours|term|type|shift|type de contrat|temps de travail|type d['’]emploi|"
    r"dur[ée]e du travail|contrat|vertragsart|arbeitszeit)s?\s{0,3}[:\n|-]\s{0,3}([^\n]{2,60})"
)
_NOUN = (
    r"(?:position\b|role\b|job\b|gig\b|opportunity|employment\b|basis|work\b|hires?\b|vacanc|appointment|contract|"
    r"engagement|assignment|opening|commitment|\(|,? ?permanent\b|,? ?regular\b|,? ?exempt\b|fixed[ -]term)"
)
_MONTHS = r"(?:\d{1,2}\+?|one|two|three|six|nine|twelve|eighteen)[ -](?:month|year|week)s?"
_OTHERS = r"\s?[,/]|\s(?:et|ou)\b"  # an agency that lists all it places people in
SENTENCES = {
    "full_time": re.compile(
        r"full(?<!of full)(?<!your full)(?<!years full)(?<!for full)(?<!to full)"
        rf"[ -]?time,? (?:[\w-]{{1,14}},? )?{_NOUN}(?! experience)"
        r"|\b(?:(?:is|be) (?:a )?full[ -]?time\b|(?:to work|will work|available|join (?:us|our team)) full[ -]?time\b"
        r"|(?:looking for|seeking|hiring|need)(?: an?)? full[ -]?time\b"
        rf"|either full[ -]?time or part[ -]?time\b|full[ -]?time or part[ -]?time {_NOUN}"
        r"|(?:cdi|cdd)\b[^\n.]{0,25}temps (?:plein|complet)"
        r"|(?:poste|emploi|contrat|travail)[^\n.]{0,25} temps (?:plein|complet))"
    ),
    "part_time": re.compile(
        rf"part(?<!of part)[ -]?time,? (?:\w{{1,14}} )?{_NOUN}|\b(?:(?:is|be) (?:a )?part[ -]?time\b"
        r"|(?:looking for|seeking|hiring)(?: an?)? part[ -]?time\b|either full[ -]?time or part[ -]?time\b"
        r"|(?:cdi|cdd|poste|emploi|contrat)\b[^\n.]{0,25}temps partiel)"
    ),
    "contract": re.compile(
        rf"\b(?:{_MONTHS}(?: \w{{1,12}})? contract\b"
        r"|(?:is|as) an? (?:independent |freelance )?contract(?:or)?(?: \w{1,12})? (?:position|role|opportunit|job)"
        r"|independent contractor (?:opportunit|position|role|agreement)"
        r"|contract (?:position|role|opportunit|basis|job|to hire)"
        r"|freelance (?:basis|position|role|contract|opportunit)"
        r"|(?:looking for|seeking)(?: an?)? (?:\w{1,12} )?freelance)"
    ),
    "temporary": re.compile(
        r"\b(?:(?:temporary|fixed[ -]term|limited[ -]term|non-ongoing|seasonal) (?:\w{1,12} )?"
        r"(?:position|role|contract|appointment|employment|opportunit|job|assignment|basis|vacanc)"
        rf"|(?:en|type de contrat ?:|un|contrat) cdd\b(?!{_OTHERS})|cdd (?:de|d['’]|-(?! ?cdi)|\()"
        rf"|mission (?:d['’])?int[ée]rim|en int[ée]rim\b(?!{_OTHERS})|this is a (?:limited|fixed) term\b)"
    ),
    "internship": re.compile(
        r"\b(?:stage de \d|dur[ée]e du stage|offre de stage|ce stage|cadre d['’]un stage|this internship|"
        r"internship (?:position|opportunity)|summer intern\b|stagiaire \()"
    ),
    "apprenticeship": re.compile(
        r"\b(?:contrat d['’]apprentissage|contrat de professionnalisation|contrat en alternance|"
        r"(?:poste|recrute|recherche|recherchons|offre)[^.\n]{0,60} en alternance\b(?! (?:avec|ou))|this apprenticeship)"
    ),
    "volunteer": re.compile(
        r"\b(?:looking for|seeking|recruiting|we need) (?:\w{1,12} )?volunteers\b|\bthis is a volunteer\b"
    ),
}
PLURAL = re.compile(
    r"(?<!of )full[ -]?time,? (?:[\w-]{1,14},? ){0,2}"
    r"(?:positions|roles|jobs|openings|engineers|developers|designers|people|staff)\b"
)


def in_header(text: str) -> bool:
    """Whether a notice has words that may name a kind of employment at its top."""
    said = watched_words(text)
    return not HEADER_WORDS.isdisjoint(said) or (b"time" in said and (b"full" in said or b"part" in said))


@lru_cache(maxsize=8192)
def kinds(text: str) -> frozenset[str]:
    """The kinds of employment a short text names."""
    low = text.lower()
    if not (low.startswith("ft") or has(low, KIND_CUES)):
        return frozenset()
    found = set()
    for match in KINDS.finditer(text):
        if not NEGATED.search(text, max(0, match.start() - 24), match.start()):
            found.add(match.lastgroup or "")
    return frozenset(found)


def title_kinds(text: str) -> set[str]:
    """The kinds of employment a title states, the crafts that hold the word left out."""
    low = text.lower()
    if not has(low, TITLE_CUES):
        return set()
    return {match.lastgroup or "" for match in TITLE.finditer(text)}


def ordered(found: Set[str]) -> tuple[str, ...] | None:
    """The kinds in a fixed order; None for none, as for a record that does not say."""
    return tuple(k for k in ORDER if k in found) or None


def in_text(text: str, is_notice: bool) -> tuple[set[str], str]:
    """The kinds of employment that running text states of the position, and the words that say so."""
    found: set[str] = set()
    because = ""
    french = "é" in text or b"cdi" in watched_words(text)
    parts = [unwrapped(part).lower() for part in near(text, called(text, FRENCH_CUES if french else CUES), 80, 80)]
    for part in parts:
        for match in LABELLED.finditer(part) if has(part, LABEL_NEEDS) else ():
            if stated := kinds(match[1]) - {"volunteer"}:
                found |= stated
                because = because or match[0].strip()
        for kind, needs in NEEDS.items():
            if kind not in found and has(part, needs) and (hit := SENTENCES[kind].search(part)):
                found.add(kind)
                because = because or part[max(0, hit.start() - 20) : hit.end() + 20]
    if not found and is_notice:
        plural = next((hit for part in parts if (hit := PLURAL.search(part))), None)
        if plural:
            return {"full_time"}, plural[0]
    return found, because.replace("\n", " ")
