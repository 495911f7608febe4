"""Where running text says outright that the job is: the words before a place that make it the job's place.

Shared by field files. A company's customers, headquarters and history name places too; only the cues below count.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.near import called, cues, near, says, table, watched
from tasks.clean.place_settle import NOTHING_KNOWN, Evidence
from tasks.clean.place_text import read_places
from tasks.clean.values import Place
from tasks.clean.words import BATCH

TEXT_LIMIT = 20_000  # characters of running text searched; a posting says it long before
OPENING = 700  # characters of a notice in which a place is looked for
MOST = 4  # cues tried in one text

Read = tuple[tuple[Place, ...], str]  # places, and the words they were read from
NOTHING: Read = ((), "")

_CAP = (
    r"(?:[A-ZÀ-Ý](?:\.[A-Z]\.?|(?:[\w-]|['’](?!s\b)){0,30})|St\.|Mt\.|Ft\.|of|the|upon|am|sur|sous|en|lès|de|la|le|les|del|"
    r"do|di)"
)
PHRASE = re.compile(
    r"[\s:*]{0,4}(?:anywhere (?:with)?in )?"
    r"(?:our |the |either |downtown |central |beautiful |sunny |lovely |both )?"
    rf"({_CAP}(?:[ ]{_CAP}){{0,4}}"
    rf"(?:(?:\s?, ?|\s?/\s?|\s?; ?| or | and | & |, or |, and | et | ou |\s?\(){_CAP}(?:[ ]{_CAP}){{0,3}}\)?){{0,7}})"
)
ROLE_CUES = table({
    b"located": cues(" located "), b"based": cues(" based "), b"situated": cues(" situated "), b"is": cues(" is in "),
    b"are": cues(" are in "),
})  # fmt: skip
ROLE_IS_AT = re.compile(
    r"\b(?:[Rr]ole|[Pp]osition|[Jj]ob|[Oo]pportunity|[Vv]acancy|[Ii]nternship|[Tt]his)\b(?![^.!?\n:;]{0,50}\breport)"
    r"[^.!?\n:;]{0,50}?\b(?:located|based|situated|is|are|office)(?: primarily| fully| on-?site| onsite)? "
    r"(?:in|at|out of|from)(?=\s+(?:our |the |either |downtown )?[A-Z])"
)
LABEL = re.compile(
    r"(?:^|\n|[.;|] {0,2})[ \t*#•-]{0,6}(?:(?:[Pp]rimary|[Ww]ork|[Jj]ob|[Oo]ffice|[Pp]osition) )?"
    r"(?:[Ll]ocation|LOCATION|[Ll]ocalisation|Lieu(?: de travail| d['’]affectation)?|[Ss]tandort|[Bb]ased|Where)(?:s|\(s\))?"
    r"(?: of (?:[Pp]osition|[Ww]ork|[Jj]ob))?[ \t]{0,3}(?::|\n)"
)
_BASED = r"(?:bas[ée]{1,2}|situ[ée]{1,2}|à pourvoir|localis[ée]{1,2})"
LABEL_WORDS = watched(b"location locations localisation localisations lieu lieux standort standorts based where")
FRENCH_WORDS = watched(b"bas basee based base situ situe situee pourvoir localis localise localisee")
FRENCH = re.compile(
    r"\b(?:(?:poste|mission|offre|stage|alternance|agence|client|clients|situé|contrat|équipe)\b[^.!?\n]{0,60}?"
    rf"\b{_BASED}(?:\(e\)|\(es\)|e?s)?|(?:bas[ée]{{1,2}}|localis[ée]{{1,2}})(?:\(e\)|e?s)?)"
    r"\s{1,2}(?:à|au|aux|en|sur|près de|proche de)\b\s?:?(?=\s*[A-ZÀ-Ý])"
)
_LIVING, _ALLOWED = cues("iving ", "ive in"), cues("uthoriz", "uthoris")
LIMIT_CUES = table({
    b"located": cues("ocated "), b"reside": cues("esid"), b"residing": cues("esid"), b"resident": cues("esid"), b"residents": cues("esid"),
    b"living": _LIVING, b"live": _LIVING, b"based": cues("ased "), b"available": cues("vailable "), b"eligible": cues("ligib"),
    b"eligibility": cues("ligib"), b"authorized": _ALLOWED, b"authorised": _ALLOWED, b"authorization": _ALLOWED, b"authorisation": _ALLOWED,
    b"legally": cues("egally"), b"right": cues("ight to"), b"citizen": cues("itizen"), b"citizens": cues("itizen"),
    b"only": cues("only"), b"permitted": cues("ermitted"), b"remote": cues("emote"), b"remotely": cues("emote"),
    b"work": cues("ork from ", "ork in"), b"hires": cues("ires in"), b"hire": cues("ire in"), b"able": cues("ble to work"),
    b"persons": cues("persons"), b"working": cues("orking in", "orking from"),
})  # fmt: skip
MUST_LIVE = re.compile(
    r"(?:\b(?:must|should|[Yy]ou|[Cc]andidates?|[Aa]pplicants?|needs? to|have to|required to|[Rr]emote(?:ly)?|[Oo]nly|"
    r"open to)\b[^.\n]{0,40}?|[*•-]\s{0,3})\b(?:[Ll]ocated|[Rr]esid(?:e|ing|ents?)|[Ll]iv(?:e|ing)|[Bb]ased|[Aa]vailable|"
    r"[Ee]ligible|[Rr]emote(?:ly)?|[Hh]ire|[Cc]itizens?|[Ww]ork(?:ing)?)\s+"
    r"(?:only |anywhere |to work |from |candidates |employees |remotely ){0,3}(?:with)?(?:in|of|from)"
    r"(?=\s+(?:the )?[A-Z])"
)
MAY_WORK = re.compile(
    r"(?:[Aa]uthori[sz](?:ed|ation)|[Ee]ligib(?:le|ility)|[Ll]egally (?:able|allowed|permitted|authori[sz]ed)|[Rr]ight|"
    r"[Pp]ermitted|[Aa]ble)\s+(?:to|for) (?:legally )?(?:work|be employed|employment)\s+"
    r"(?:full[- ]time |lawfully |permanently |legally )?(?:with)?in(?=\s+(?:the )?[A-Z])"
)
CITIZENS = re.compile(
    r"\b(US|U\.S\.|American|UK|Canadian|EU) (?:citizens?|residents?|persons?|work authori[sz]ation)\b[^.\n]{0,20}"
    r"(?:only|required|must)|\b(US|U\.S\.|UK|USA|Canada|Germany|India)[- ]only\b"
)
CITIZENSHIP = {"American": "US", "Canadian": "Canada"}


def after(cue: re.Pattern[str], text: str, evidence: Evidence) -> Read:
    """The places written right after the first cue that has any, and the words they were read from."""
    for count, match in enumerate(cue.finditer(text)):
        if count == MOST:
            break
        phrase = PHRASE.match(text, match.end())
        if phrase and (found := read_places(phrase[1], evidence, True)):
            return found, text[max(0, match.end() - 50) : phrase.end()]
    return NOTHING


def of_the_job(text: str, evidence: Evidence) -> Read:
    """The places of a sentence about the position: "This role can be located in Leeds or York"."""
    for part in near(text[:TEXT_LIMIT], called(text, ROLE_CUES), 70, 160):
        read = after(ROLE_IS_AT, part, evidence)
        if read[0]:
            return read
    return NOTHING


def labelled(text: str, evidence: Evidence) -> Read:
    """The places of a labelled line ("Location: Leeds") or of a French "basé à"."""
    text = text[:TEXT_LIMIT]
    for cue, needs in ((LABEL, LABEL_WORDS), (FRENCH, FRENCH_WORDS)):
        if not says(text, needs):
            continue
        read = after(cue, text, evidence)
        if read[0]:
            return read
    return NOTHING


def limits(text: str) -> Read:
    """The countries that remote work is limited to: where one must live, or be allowed to work."""
    for part in near(text[:TEXT_LIMIT], called(text, LIMIT_CUES), 70, 120):
        for cue in (MAY_WORK, MUST_LIVE):
            found, because = after(cue, part, NOTHING_KNOWN)
            countries = tuple(dict.fromkeys(Place(None, None, p.country) for p in found if p.country and not p.city))
            if countries:
                return countries, because
        if match := CITIZENS.search(part):
            word = match[1] or match[2]
            found = read_places(CITIZENSHIP.get(word, word))
            return tuple(p for p in found if not p.city), match[0]
    return NOTHING


def is_prose(line: str) -> bool:
    """Whether a line of a notice is a sentence: marks and places in it may be about anything."""
    return "|" not in line and " - " not in line and sum(map(str.islower, line.split())) >= 7


@lru_cache(maxsize=BATCH)
def opening_lines(text: str, most: int = 5) -> tuple[str, ...]:
    """The short lines at the top of a notice that are no sentences, where its marks stand when it has no header."""
    lines = [line for line in text[:900].split("\n", 12)[:12] if line.strip()][:most]
    return tuple([line for line in lines if len(line) < 200 and not is_prose(line)])


TITLE_PARTS = re.compile(
    r"\s+[-–—|/@]+\s+|\s*[()\[\]|•·]\s*|\s+(?:in|at|à)\s+(?=[A-Z])|\((?:H/F|F/H)\)|\b(?:H/F|F/H)\b"
)


@lru_cache(maxsize=32768)
def title_towns(title: str, known: Evidence) -> tuple[Place, ...]:
    """The towns that stand alone in parts of a title; within a part, words before a comma may be something else."""
    found: list[Place] = []
    for number, part in enumerate(p for p in TITLE_PARTS.split(title) if p.strip()):
        pieces = part.split(",")
        for at in range(0 if number else 1, len(pieces)):
            if read := read_places(",".join(pieces[at:]), known, True, True):
                found += [p for p in read if p.city and known.hint in (None, p.country)]
                break
    return tuple(found)
