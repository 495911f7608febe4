"""The field `employment_type`: which of seven kinds of employment a posting states. Permanent alone is none of them.

Said by a column, else by a notice's header, the title, a labelled line or an outright sentence of the text.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.text import words

FIELD = Field(
    "employment_type",
    ("employment_type", "header", "title", "text", "is_notice", "clean.titles", "category"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)

ORDER = ("full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer")
VOCABULARY = {
    "full_time": r"full[\s_-]*time|fulltime|temps[\s_-]*(?:plein|complet)|vollzeit|tiempo completo|jornada completa|tempo pieno|voltijds|heltid|\bft\b|\bfte\b",
    "part_time": r"part[\s_-]*time|parttime|temps[\s_-]*partiel|teilzeit|tiempo parcial|media jornada|deeltijds|deltid|mi[- ]temps",
    "contract": r"\bcontract(?:or|ors|ing)?\b(?! (?:manage|admin|analyst|special|negot|employee|law|attorney|to permanent))|freelanc\w{0,4}|\bc2c\b|\bcorp[- ]to[- ]corp\b|\b1099\b|\bw-?2 contract|\bconsultant contract|ind[ée]pendant",
    "temporary": r"temporary|\btemp\b|\bterm\b(?<!long-term)|fixed[\s_-]*term|limited[\s_-]*term|seasonal|saisonnier|\bcdd\b|dur[ée]e d[ée]termin[ée]e|int[ée]rim\w{0,6}|befristet|non[\s-]*ongoing|per[\s_-]*diem\b|\bcasual\b(?=$| (?:position|contract|role|employ|basis|work)|[,|/)])",
    "internship": r"\binterns?\b|internships?|\bstage\b|stagiaire|praktik\w{0,6}|\bco-?ops?\b|becario|pr[áa]cticas",
    "apprenticeship": r"apprentic\w{0,6}|alternance|apprentissage|apprenti\b|apprentie\b|professionnalisation|ausbildung",
    "volunteer": r"volunteer\w{0,6}|b[ée]n[ée]vol\w{0,4}",
}
KINDS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in VOCABULARY.items()), re.IGNORECASE)
NEGATED = re.compile(r"\b(?:no|not|non|sans|pas d[e'’])\s{0,2}(?:\w{1,12} ){0,2}$", re.IGNORECASE)


def kinds(text: str) -> set[str]:
    """The kinds of employment a short text names."""
    found = set()
    for match in KINDS.finditer(text):
        if not NEGATED.search(text, max(0, match.start() - 24), match.start()):
            found.add(match.lastgroup or "")
    return found


def ordered(found: set[str]) -> tuple[str, ...] | None:
    """The kinds in a fixed order; None for none, as for a record that does not say."""
    return tuple(k for k in ORDER if k in found) or None


LETTERS = {"f": ("full_time",), "p": ("part_time",), "ft": ("full_time",), "pt": ("part_time",), "c": ("contract",)}


@FIELD.rule(
    "EMP05",
    "employment_type.listed",
    examples=(
        Example("Full-time", ("full_time",)),
        Example("P", ("part_time",)),
        Example("CDD - 6 Mois | Contrat travail | 38H | Temps plein", ("full_time", "temporary")),
        Example("Contrat à durée déterminée - 24 Mois | Contrat apprentissage", ("temporary", "apprenticeship")),
        Example("FULL_TIME, CONTRACTOR", ("full_time", "contract")),
        Example("Mission intérimaire - 3 Mois", ("temporary",)),
    ),
    counter_examples=(
        Example("Contrat à durée indéterminée | Contrat travail", None),
        Example("permanent", None),
        Example("Other", None),
    ),
)
def listed(value: Any, given: Given) -> Any:
    """Read the source's own column of contract and hours.

    Does: reads its words in English, French, German, Dutch and Spanish, and the letters F and P.
    Why: columns mix contract, hours and duration in one text.
    Leaves alone: permanent, regular, CDI: they say neither hours nor a limit.
    """
    if not isinstance(value, str):
        return value
    if found := LETTERS.get(value.strip().lower()):
        return found
    return ordered(kinds(value[:500]))


NOT_IN_HEADERS = re.compile(r"\b(?:stage|term|casual|temp|early stage)\b", re.IGNORECASE)  # words of English headers
TITLE = re.compile(
    r"(?P<internship>\binterns?\b|\binternships?\b|\bco-?op\b|\bstage\b(?! (?:manager|hand|tech|director))|\bstagiaire\b|\bpraktik\w{0,6})"
    r"|(?P<part_time>\bpart\s?-?\s?time\b|\btemps partiel\b|\bteilzeit\b)|(?P<full_time>\bfull\s?-?\s?time\b|\btemps plein\b|\bvollzeit\b)"
    r"|(?P<apprenticeship>\bapprentice(?:ship)?s?\b|\balternan(?:ce|te?)\b|\bapprenti(?:e|ssage)?\b)"
    r"|(?P<temporary>\btemporary\b|\bfixed[ -]term\b|\bcdd\b|\bint[ée]rim\b|\bseasonal\b|\(temp\)|[-–,] ?temp$)"
    r"|(?P<contract>\bfreelancer?\b|\bcontractor\b|[-–(,|/]\s?(?:\d{1,2}[ -]months? )?contract\b(?! (?:manage|admin|special|analyst))|\bcontract(?:$|\s?[)\]|]))"
    r"|(?P<volunteer>\bvolunteer\b(?! (?:manager|coordinator|services|engagement|program)))",
    re.IGNORECASE,
)


@FIELD.rule(
    "EMP10",
    "employment_type.header",
    examples=(
        Example(None, ("full_time", "internship"), {"header": (("employment", "Full-time and INTERNS"),)}),
        Example(None, ("full_time",), {"header": (("place", "Oslo"), ("employment", "Fulltime, onsite"))}),
    ),
    counter_examples=(Example(None, None, {"header": (("company", "Contract Wrangler"), ("role", "Clerk"))}),),
)
def header(value: Any, given: Given) -> Any:
    """Read the header of a free text notice.

    Does: takes the kinds of employment from segments that speak of it and from the roles.
    Why: by convention the header says FULL-TIME, INTERNS, CONTRACT.
    Leaves alone: the company's name and the running text.
    """
    if value or not given.get("header"):
        return value
    said = [t for kind, t in given["header"] if kind in ("employment", "role", "workplace", "other")]
    found: set[str] = set()
    for kind, text in given["header"]:
        if kind in ("employment", "workplace"):
            found |= kinds(NOT_IN_HEADERS.sub(" ", text))
        elif kind in ("role", "other", "place"):
            found |= {m.lastgroup or "" for m in TITLE.finditer(text)}
    return Found(ordered(found), " | ".join(said)[:100]) if found else value


@FIELD.rule(
    "EMP20",
    "employment_type.title",
    examples=(
        Example(None, ("internship",), {"title": "Robotics Intern - Autumn"}),
        Example(None, ("part_time",), {"title": "Part - Time Instructor"}),
        Example(("part_time",), ("part_time", "contract"), {"title": "Part time freelance guru"}),
        Example(None, ("contract",), {"title": "Data Analyst (Contract)"}),
    ),
    counter_examples=(
        Example(None, None, {"title": "Contract Manager"}),
        Example(None, None, {"title": "Internal Auditor"}),
        Example(None, None, {"title": "Volunteer Coordinator"}),
        Example(None, None, {"title": "Internal Medicine Physician"}),
    ),
)
def title(value: Any, given: Given) -> Any:
    """Read the kind of employment that a title states.

    Does: adds internship, part time, apprenticeship and the like where the title says so.
    Why: "Intern" in the title is the only place where most boards say it.
    Leaves alone: crafts that hold the word: contract managers, internal auditors, volunteer coordinators.
    """
    text = given.get("title")
    if not text:
        return value
    found = {m.lastgroup or "" for m in TITLE.finditer(text[:300])}
    if not found or found <= set(value or ()):
        return value
    return Found(ordered(found | set(value or ())), text[:100])


CUES = frozenset(b"full fulltime part parttime temps contract contractor contractors cdd interim temporary term ongoing intern internship stage stagiaire alternance apprentissage freelance volunteer seasonal".split())
_LABEL = (
    r"(?:employment|job|work|position|worker|contract|time|appointment)[ -]?(?:type|status|category|sub-?type|schedule)|schedule|hours|"
    r"type de contrat|temps de travail|type d['’]emploi|dur[ée]e du travail|contrat|vertragsart|arbeitszeit"
)
LABELLED = re.compile(rf"(?:^|[\n.;|])[ \t*#-]{{0,6}}(?:{_LABEL})s?\s{{0,3}}[:\n|-]\s{{0,3}}([^\n]{{2,60}})")
_NOUN = r"(?:positions?|roles?|job\\b|opportunit|employ|basis|work\b|hire|vacanc|appointment|contract|engagement|assignment|staff position|opening|\(|,? ?permanent|,? ?regular|,? ?exempt|m/f|fixed[ -]term)"
SENTENCES = {
    "full_time": re.compile(
        rf"\bfull[ -]?time,? (?:\w{{1,14}} )?{_NOUN}|\b(?:is|be|are) (?:a )?full[ -]?time\b|\b(?:to work|will work|available|hiring|looking for an?|seeking an?|join (?:us|our team)) full[ -]?time\b"
        rf"|\b(?:looking for|seeking|hiring|need)(?: an?)? full[ -]?time\b|\b(?:cdi|cdd)\b[^\n.]{{0,25}}temps (?:plein|complet)|\b(?:poste|emploi|contrat|travail)[^\n.]{{0,25}} temps (?:plein|complet)"
    ),
    "part_time": re.compile(
        rf"\bpart[ -]?time,? (?:\w{{1,14}} )?{_NOUN}|\b(?:is|be) (?:a )?part[ -]?time\b|\b(?:looking for|seeking|hiring)(?: an?)? part[ -]?time\b|\b(?:cdi|cdd|poste|emploi|contrat)\b[^\n.]{{0,25}}temps partiel"
    ),
    "contract": re.compile(
        r"\b(?:\d{1,2}|one|two|three|six|nine|twelve|eighteen)[ -](?:month|year|week)s?(?: \w{1,12})? contract\b|\b(?:is|as) an? (?:independent |freelance )?contract(?:or)?(?: \w{1,12})? (?:position|role|opportunit|job)"
        r"|\bindependent contractor (?:opportunit|position|role|agreement)|\bcontract (?:position|role|opportunit|basis|job|to hire)|\bfreelance (?:basis|position|role|contract|opportunit)|\b(?:looking for|seeking)(?: an?)? (?:\w{1,12} )?freelance"
    ),
    "temporary": re.compile(
        r"\b(?:temporary|fixed[ -]term|limited[ -]term|non-ongoing|seasonal) (?:\w{1,12} )?(?:position|role|contract|appointment|employ|opportunit|job|assignment|basis|vacanc)|\b(?:en|type de contrat ?:|un|contrat) cdd\b|\bcdd (?:de|d['’]|-|\()"
        r"|\bmission (?:d['’])?int[ée]rim|\ben int[ée]rim\b|\bthis is a (?:limited|fixed) term\b"
    ),
    "internship": re.compile(r"\b(?:stage de \d|dur[ée]e du stage|offre de stage|ce stage|this internship|the internship|internship (?:position|opportunit|program)|summer intern\b|stagiaire \()"),
    "apprenticeship": re.compile(r"\b(?:contrat d['’]apprentissage|contrat en alternance|poste en alternance|en alternance\b(?! ou)|this apprenticeship)"),
}
TEXT_LIMIT = 20_000  # characters of running text searched
HOURS = frozenset({"full_time", "part_time"})


@FIELD.rule(
    "EMP30",
    "employment_type.text",
    examples=(
        Example(None, ("full_time",), {"text": "Work type: Full time\nLocation: Hobart"}),
        Example(None, ("full_time",), {"text": "This is a full-time position."}),
        Example(None, ("contract",), {"text": "One year contract with a chance of renewal."}),
        Example(None, ("full_time",), {"text": "Contrat de type CDI, temps plein."}),
    ),
    counter_examples=(
        Example(None, None, {"text": "Three years of full-time programming experience; long-term insurance."}),
        Example(None, None, {"text": "We manage contracts and have paid volunteer days."}),
        Example(("part_time",), ("part_time",), {"text": "This is a full-time position."}),
        Example(None, None, {"text": "Full time offers also include a bonus."}),
    ),
)
def text(value: Any, given: Given) -> Any:
    """Read what running text states of the kind of employment.

    Does: takes labelled lines ("Job type: Full time") and sentences about the position ("a fixed-term role").
    Why: a third of the boards have no column for it.
    Leaves alone: experience, benefits and salaries that mention full time; hours that a column or header gave already.
    """
    body = given.get("text")
    if not body or not (CUES & words(body[:TEXT_LIMIT])):
        return value
    low = body[:TEXT_LIMIT].lower()
    found: set[str] = set()
    because = ""
    if "type" in low or "temps" in low or "contrat" in low or "schedule" in low or "status" in low:
        for match in LABELLED.finditer(low):
            if said := kinds(match[1]) - {"volunteer"}:
                found |= said
                because = because or match[0].strip()
    for kind, pattern in SENTENCES.items():
        if kind not in found and (match := pattern.search(low)):
            found.add(kind)
            because = because or low[max(0, match.start() - 20) : match.end() + 20]
    if value:
        found -= HOURS
        if given.get("is_notice"):
            return value
    if found <= set(value or ()):
        return value
    return Found(ordered(found | set(value or ())), because.replace("\n", " "))
