"""The employer's name in the body of a posting whose source lists none: who hires, who introduces itself, who is joined.

Every place where a capitalised name stands beside one of a few cues gives the name some weight; the weightiest name is
the employer, if it weighs enough. A name is read out around its cue only, so that long bodies cost little.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tasks.clean.company_name import AGENCY, agencies, nobody
from tasks.clean.gazetteer import is_place, subdivisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHARS = 12_000  # of a body that are read
BEFORE = 240  # characters ahead of a cue that hold the name and what stands in apposition to it
MOST = 60  # cues of a body that are looked at
APPOSITION = 2.5  # what a name weighs by "Acme, a leading ..."
OPENS = 30  # characters within which a body that begins with the employer's full name names it
ENOUGH = 2.5  # what the employer's name weighs at least

UPPER = "A-ZÀ-ÖØ-Þ0-9"
WORD = rf"[{UPPER}](?:[\w&’'+/-]|\.(?=[a-z0-9]))*"
LINK = r"(?:&|of|and|for|de|du|des|d|et|en)"
NAME = rf"(?P<name>{WORD}(?: (?:{LINK} (?:(?:la|the) )?)?{WORD}){{0,5}})"
FORM = r"(?:,? (?:Inc|LLC|Ltd|Corp|GmbH|PLC|Pty Ltd|SAS|SA)\b\.?)?"
START = r"(?:^|[.!?:;\n•*>\"“(–—]\s{0,3}|(?<=[a-zé])(?=[A-Z]))"
LEAD_WORDS = (
    r"(?:groupe|société|entreprise|cabinet(?: de (?:recrutement|conseil))?|association|marque|filiale|ESN|enseigne|équipe"
    r"|start-?up|agence(?: d['’](?:emploi|intérim))?|établissement|organisme|company|firm)"
)
LEAD = rf"(?:(?:(?:[Ll]e|[Ll]a|[Ll]es|[Nn]otre|[Vv]otre|[Tt]he|[Oo]ur) |[Ll]['’]))?(?:{LEAD_WORDS} (?:de )?)?"
BEHIND = rf"{FORM}(?: ?(?:\([^()\n]{{0,80}}\)|, [^.\n]{{0,160}}?,)| [-–—] [^.\n]{{0,120}}? [-–—])?,?"
ENDS_SO = re.compile(rf"(?:{START}|, |\b(?={LEAD_WORDS} )){LEAD}{NAME}{BEHIND}$")
ENDS_HERE = re.compile(rf"(?:{START}|, |\b(?={LEAD_WORDS} )){LEAD}{NAME}{FORM},$")

# Verbs behind a name, by what they say of it. Each is tried behind a capitalised word, a bracket or a comma only.
OFTEN = r"(?:(?:now|currently|also|actively|presently|always|urgently|actuellement) )?"
HIRES = re.compile(
    rf"(?:is|are) {OFTEN}(?:hiring|seeking|looking (?:for|to)|recruiting|searching|in search of|inviting|accepting)\b"
    rf"|(?:urgently |now |currently )?(?:seeks|announces|invites applic)|{OFTEN}(?:recrute|recherche)\b|vous (?:propose|présente)\b"
    rf"|est {OFTEN}à la recherche\b|(?:has|have) (?:an? (?:\w+ ){{0,3}})?(?:opening|opportunity|vacanc|partnered)"
)
EQUAL = re.compile(
    r"(?:is|are) (?:proud to be )?(?:committed to )?(?:an? )?(?:\w+ )?(?:[Ee]qual|EEO|EOE|[Aa]ffirmative|drug)"
)
IS = re.compile(
    r"(?:is|was) (?:an?|the|one of|committed|dedicated|proud|headquartered|leading|transforming|building|on a mission)\b"
    r"|est (?:une? |l[ea] |l['’]|spécialis|présent|aujourd|reconnu|implant)"
    r"|(?:provides|offers|delivers|helps|develops|builds|operates|specializes|accompagne|développe|compte|conçoit)\b"
)
NOT_IS = re.compile(
    r"\w+ (?:an? |the |une? )?(?:plus|must|bonus|asset|atout|prérequis|following|key|responsibility|role)\b"
)
APPOSED = re.compile(
    r"(?:leader|cabinet|agence|acteur|filiale|spécialis|expert|entreprise|société|groupe|numéro|n°|réseau d|premi|créée?\b"
    r"|fondée?\b|ESN|une? (?:acteur|société|entreprise|cabinet|agence|leader|groupe|association)|bureau|organisme"
    r"|établissement|association|an? (?:leading|leader|global|company|division|subsidiary))"
)
CUE = re.compile(
    rf"[{UPPER}][\w&’'+/.-]{{0,40}}(?:(?: ?\([^()\n]{{0,80}}\))?,? "
    r"(?=is |are |was |seeks|now |currently |urgently |announces|invites|recrute|recherche|vous |est |actuellement |has |have "
    r"|provides|offers|delivers|helps|develops|builds|operates|specializes|accompagne|développe|compte|conçoit)"
    r"|, (?=[a-zéèEn]))"
)

JOINED = r"(?=\s*[,:.!?\n]|,? (?:as|and|c['’]est|en tant|est|team|today)\b|$)"

# What stands ahead of a name, and how much it says.
AHEAD: tuple[tuple[str, float, re.Pattern[str]], ...] = tuple(
    (literal, weight, re.compile(pattern))
    for literals, weight, pattern in (
        (
            ("About ", "ABOUT ", "À propos d", "A propos d"), 2.5,
            rf"(?:About|ABOUT|[ÀA] propos (?:de |d['’]))\s?{LEAD}{NAME}(?=\s*(?:[:.\n?!]|$)|{FORM}[:\n.?!]| {WORD} (?:is|est)\b)",
        ),
        (
            ("At ", "Here at ", "Chez ", "Within "), 2.5,
            rf"(?:At|Here at|Chez|Within) {NAME}{FORM},? (?:we|our|you|nous|vous|notre|on|tu|chaque|your)\b",
        ),
        (
            ("oin ", "oining ", "ejoindre ", "ejoignant ", "ejoignez ", "hoisir ", "ork at ", "ork for ", "areers at ",
             "Why ", "ourquoi "), 2.5,
            rf"\w+(?: at| for)? (?:le |l['’]|la |the )?(?:{LEAD_WORDS} )?{NAME}{JOINED}",
        ),
        (("chez ",), 1.5, rf"chez {NAME}"),
        (("roupe ",), 1.0, rf"roupe {NAME}"),
        (
            ("Company:", "Company Name:", "Employer:", "Organization:", "Entreprise :", "Société :", "Employeur :",
             "Firma:", "Unternehmen:", "Arbeitgeber:"), 3.0,
            rf"[\w ]+ ?:\s{{0,3}}{NAME}(?=\s*(?:\n|$|[.,;(]| \w))",
        ),
        (
            ("publiée par ", "présentée par ", "proposée par ", "abinet de recrutement ", "gence d'emploi ", "posted by ",
             "on behalf of "), 3.0,
            rf"[\w' ’]+? {NAME}",
        ),
    )
    for literal in literals
)  # fmt: skip

# The public bodies of a country in which they are called by kind and place, in whatever case.
LETTERS = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
PUBLIC = re.compile(
    r"\b(?P<name>(?i:communauté de communes|communauté d['’]agglomération|communauté urbaine|conseil (?:départemental"
    r"|régional)|centre hospitalier(?: universitaire)?|mairie|ville|commune)"
    rf"(?: (?:de la|de|du|des) | d['’]| de l['’]| ){LETTERS}(?:[ -](?:(?:et|en|sur|sous|de|du|la|les|le|des) ){{0,2}}{LETTERS}){{0,4}})"
)
PUBLIC_WORDS = ("ommunauté ", "onseil ", "entre hospitalier", "entre Hospitalier", "mairie ", "Mairie ", "commune d")
OF_ONE = re.compile(
    r"^(?:Direction|Service|Pôle|Département|Équipe|Equipe|Région|Site|Centre de Compétence|Agence|Infrastructures?)\b.*?"
    r" (?:de la|de|du|chez|d['’])\s?(?=[A-Z])"
)
# A heading that lost its line break: "Job DescriptionAcme is", and names that are none.
HEADING = re.compile(
    r"^.*(?:Role|Employer|Information|Description|Overview|Summary|Us|Position|Job|Opportunit(?:y|ies)|Statement|Practices"
    r"|Benefits|Requirements|Type|Company|Analyst|Scientist|Engineer|Manager|Team|entreprise|poste|profil)(?=[A-Z][a-z])"
)
NO_NAME = re.compile(
    r"[a-z](?:We|This|It|You|Our|Your|They|The)$|^[LlDdJjCcNnQq]['’][a-zà-ÿ]+$|(?:Team|Department|Division|Headquarters)$"
    r"|^[A-Z] |^(?:Direction|Service|Pôle|Département|Équipe|Equipe)\b"
    r"|^(?:\d+|LLC|Inc|Ltd|C[DI]D?I?\b.*|University|Agency|Hospital|County|City|State|Board|Center|Centre|School|District"
    r"|Bank|Group|Groupe|Institute|Ministry|Corporation|Commission|Company|College|Foundation|Firm|Hotel)$"
)
ELIDED = re.compile(rf"^(?:[LlDd]['’](?:(?:entreprise|agence|équipe) )?(?=[{UPPER}])|{LEAD_WORDS} )")


def employer_in_body(text: str, is_employer: Callable[[str], bool]) -> tuple[str, str] | None:
    """The employer a body speaks of and the words it was read from; None where no name stands out."""
    text = text[:CHARS]
    weights: dict[str, float] = defaultdict(float)
    read: dict[str, str] = {}
    for name, weight, words in mentions(text):
        name = shortened(name)
        if name and is_employer(name):
            weights[name] += weight
            read.setdefault(name, words)
    if not weights:
        return None
    for name in weights:
        weights[name] += (0.0, 0.0, 0.5, 1.0)[min(3, text.count(name))]
        weights[name] += 1.0 if agencies().match(name) else 0.0
    best = max(weights, key=lambda name: weights[name])  # the first one named where two weigh the same
    if weights[best] < ENOUGH:
        return None
    best = next((name for name in read if name.startswith(best + " ") and text.find(name) < OPENS), best)
    return in_full(best, text), " ".join(read[best].split())


def in_full(name: str, text: str) -> str:
    """An abbreviation as the body writes it out once: "Northern Kelp Works (NKW)" for "NKW"; other names as they are."""
    at = text.find(f"({name})") if name.isupper() and name.isalpha() and 2 < len(name) < 8 else -1
    if at < 0:
        return name
    words = text[max(0, at - 100) : at].split("\n")[-1].split()
    for i in range(len(words) - 1, -1, -1):
        if "".join(w[0] for w in words[i:] if w[0].isupper()) == name:
            return " ".join(words[i:]).strip(" .,;:'’&-")
    return name


def mentions(text: str) -> Iterator[tuple[str, float, str]]:
    """Names beside a cue, in order of kind of cue: (name, weight, the words around it)."""
    end = count = 0
    for cue in CUE.finditer(text):
        at = cue.end()
        weight = weight_of(text, at, comma=text[at - 2] == ",")
        if not weight:
            continue
        low = max(end, at - BEFORE)
        named = (ENDS_HERE if weight == APPOSITION else ENDS_SO).search(text[low : at - 1])
        if named:
            opens = not text[max(0, at - BEFORE) : low + named.start("name")].strip() or low + named.start() < 3
            yield named["name"], weight + (0.5 if opens else 0), named[0] + text[at - 1 : at + 30]
        count += 1
        if count > MOST:
            break
    for literal, weight, pattern in AHEAD:
        at = text.find(literal)
        for _ in range(4):
            if at < 0:
                break
            named = pattern.match(text, at)
            if named:
                yield named["name"], weight, named[0]
            at = text.find(literal, at + len(literal))
    if any(word in text for word in PUBLIC_WORDS):
        for named in PUBLIC.finditer(text):
            name = named["name"]
            lone = name[:4].lower() in ("vill", "comm", "mair") and not name.lower().startswith("communauté")
            yield name[:1].upper() + name[1:], 2.0 if lone else 3.0, named[0]


def weight_of(text: str, at: int, *, comma: bool) -> float:
    """How much the words behind a name say that it is the employer's."""
    if HIRES.match(text, at) or EQUAL.match(text, at):
        return 3.0
    if IS.match(text, at):
        return 0.0 if NOT_IS.match(text, at) else 2.0
    return APPOSITION if comma and APPOSED.match(text, at) else 0.0


def shortened(name: str) -> str:
    """A name without the heading, article, kind of body, department or branch it was read with; "" where nothing is left."""
    name = ELIDED.sub("", OF_ONE.sub("", HEADING.sub("", name).strip(" .,;:'’&-")))
    name = name.removesuffix("'s").removesuffix("’s").strip()
    low = name.lower()
    if NO_NAME.search(name) or low in nobody() or (len(name) == 2 and low in subdivisions()):
        return ""
    known = agencies().match(name) or AGENCY.search(name)  # a branch is called by its town: "Boole Intérim NANTES"
    branch = name[known.end() :].strip(" 0123456789") if known else ""
    if known and branch and (branch.isupper() or is_place(branch.removeprefix("de "))):
        return name[: known.end()]
    return name
