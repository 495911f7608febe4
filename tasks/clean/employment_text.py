"""What running text states of the kind of employment: labelled lines, marks that stand alone, sentences about the position.

Used by employment_type.py. Only the characters around telling words are looked at (near.py).
"""

from __future__ import annotations

import re

from tasks.clean.employment_hours import hours
from tasks.clean.employment_words import kinds
from tasks.clean.near import cues, has, near, table, unwrapped, watched_words

TEXT_LIMIT = 20_000  # characters of running text searched

# What is looked for in a text that has the word: few and telling, as each costs a microsecond in 2 kB.
CUES = table({
    b"full": cues("full t", "full-t", "full) t"), b"fulltime": cues("fulltime"), b"part": cues("part t", "part-t"),
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
ENGLISH_WORDS = frozenset(CUES)
FRENCH_WORDS = frozenset(FRENCH_CUES) - ENGLISH_WORDS
SURELY_FRENCH = frozenset((b"cdi", b"cdd", b"temps", b"contrat"))
# No labelled line and no sentence of a kind without one of these.
LABEL_NEEDS = (
    "type",
    "part time :",
    "part time:",
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
# No sentence of a kind in a text without one of these words.
NEEDS = {
    "contract": frozenset(
        b"contract contracts contracting contractor contractors freelance freelancer freelancers freelances".split()
    ),
    "temporary": frozenset(b"temporary term ongoing seasonal cdd int".split()),
    "internship": frozenset(b"stage stages stagiaire stagiaires internship internships summer".split()),
    "apprenticeship": frozenset(b"apprenti apprentis apprentie alternance contrat contrats apprenticeship".split()),
    "volunteer": frozenset(b"volunteer volunteers".split()),
}
LABELLED = re.compile(
    r"(?:^|[\n.;|])[ \t*#-]{0,6}(?:(?:employment|job|work|working|position|worker|contract|time|appointment)[ -]?"
    r"(?:type|status|category|sub-?type|schedule|pattern)|schedule|hours|term|type|shift|type de contrat|temps de travail|type d['’]emploi|"
    r"dur[ée]e du travail|contrat|vertragsart|arbeitszeit)s?\s{0,3}[:\n|-]\s{0,3}([^\n]{2,60})"
)
# Labels that are told by their colon wherever they stand: pages read by machine glue them to the line before.
GLUED_LABEL = re.compile(
    r"(?:(?:employment|job|position|contract|work) type|employment status|type de contrat|full[ -]?time ?/ ?part[ -]?time)"
    r"[ *]{0,4}:[ *]{0,5}([^\n:*]{2,60}?)(?=job (?:desc|title)|location|salary|$|[\n:*.])"
)
# A mark that is all there is between two ends of a line, bars, bullets or brackets.
ALONE = re.compile(
    r"(?:\A|[\n|•·*]|\n[^\n|]{0,120}\s[-–—|]\s|\n[^\n|.]{3,60},\s)[\s*_-]{0,4}(?:regular |permanent |employee |salaried |exempt |position |,){0,3}"
    r"(contract|internship)"
    r"(?: (?:regular|permanent|employee|exempt|position|on-?site|remote)){0,2}[\s*_]{0,4}(?:\Z|[\n|•·*]|[-–—,|] ?(?:on-?site|remote|hybrid|permanent|\d{1,3} ?%|\n)|\.?\n)"
)
_NOUN = (
    r"(?:position\b|role\b|job\b|gig\b|opportunity|employment\b|basis|work\b|hires?\b|vacanc|appointment|contract|"
    r"engagement|assignment|opening|commitment|\(|,? ?permanent\b|,? ?regular\b|,? ?exempt\b|fixed[ -]term)"
)
_MONTHS = r"(?:\d{1,2}\+?|one|two|three|six|nine|twelve|eighteen)[ -](?:month|year|week)s?"
_OTHERS = r"\s?[,/]|\s(?:et|ou)\b"  # an agency that lists all it places people in
SENTENCES = {
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

TORN = re.compile(r"(?<=[a-z,])\n\n(?=(?:position|role|job|contract|basis|time|part|employment)\b)")


def joined(part: str) -> str:
    """A part of a text whose wrapped lines are joined, those with a blank line between them where a telling word goes on."""
    return unwrapped(TORN.sub(" ", part) if "\n\n" in part else part)


def in_text(text: str, is_notice: bool) -> tuple[set[str], str]:
    """The kinds of employment that running text states of the position, and the words that say so."""
    words = watched_words(text)
    here = words & ENGLISH_WORDS
    if more := words & FRENCH_WORDS:
        here |= more if not SURELY_FRENCH.isdisjoint(words) or "é" in text else frozenset()
    if not here:
        return set(), ""
    parts = near(text, tuple({cue for word in here for cue in FRENCH_CUES[word]}), 80, 80)
    if not parts:
        return set(), ""
    parts = [joined(part).lower() for part in parts]
    found: set[str] = set()
    because = ""
    sentences = [(kind, SENTENCES[kind]) for kind, needs in NEEDS.items() if not needs.isdisjoint(words)]
    for part in parts:
        if not is_notice and has(part, ("contract", "internship")) and (alone := ALONE.search(part)):
            found.add(alone[1])
            because = because or alone[0].strip()
        if has(part, LABEL_NEEDS):
            for pattern in (GLUED_LABEL, LABELLED) if ":" in part else (LABELLED,):
                for match in pattern.finditer(part):
                    if stated := kinds(match[1]) - {"volunteer"}:
                        found |= stated
                        because = because or match[0].strip()
        for kind, said in hours(part):
            found.add(kind)
            because = because or said
        for kind, sentence in sentences:
            if kind not in found and (hit := sentence.search(part)):
                found.add(kind)
                because = because or part[max(0, hit.start() - 20) : hit.end() + 20]
    if not found and is_notice:
        plural = next((hit for part in parts if (hit := PLURAL.search(part))), None)
        if plural:
            return {"full_time"}, plural[0]
    return found, because.replace("\n", " ")
