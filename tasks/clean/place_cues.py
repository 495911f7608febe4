"""Where running text says outright that the job is: the words before a place that make it the job's place.

Shared by field files. A company's customers, headquarters and history name places too; only the cues below count.
"""

from __future__ import annotations

import re

from tasks.clean.place_text import Evidence, read_places
from tasks.clean.values import Place

TEXT_LIMIT = 20_000  # characters of running text searched; a posting says it long before
MOST = 4  # cues tried in one text

_CAP = r"(?:[A-ZÀ-Ý](?:\.[A-Z]\.?|[\w'’-]{0,30})|St\.|Mt\.|Ft\.|of|the|upon|am|sur|sous|en|lès|de|la|le|les|del|do|di)"
PHRASE = re.compile(
    rf"[\s:*]{{0,4}}(?:our |the |either |downtown |central |beautiful |sunny |lovely |both )?({_CAP}(?:[ ]{_CAP}){{0,4}}"
    rf"(?:(?:\s?, ?|\s?/\s?|\s?; ?| or | and | & |, or |, and | et | ou |\s?\(){_CAP}(?:[ ]{_CAP}){{0,3}}\)?){{0,7}})"
)
HIRES_IN = re.compile(
    r"\b(?:hiring|looking for|seeking|join|wanted|needs?|positions?|roles?|jobs?|openings?|engineers?|developers?|designers?|"
    r"offices?|team|located|based|onsite|on-site|work|working|full[- ]time)\b[^.!?\n]{0,90}?\b(?:in|near|at|out of)"
    r"(?=\s+(?:the |our |downtown |central |beautiful |sunny |lovely )?[A-Z])"
)
ROLE_IS_AT = re.compile(
    r"\b(?:[Rr]ole|[Pp]osition|[Jj]ob|[Oo]pportunity|[Oo]pening|[Vv]acancy|[Ii]nternship|[Tt]his)\b[^.!?\n:;]{0,50}?\b(?:located|based|situated|is|are|office)"
    r"(?: primarily| fully| on-?site| onsite)? (?:in|at|out of|from)(?=\s+(?:our |the |either |downtown )?[A-Z])"
)
LABEL = re.compile(
    r"(?:^|\n|[.;|] {0,2})[ \t*#•-]{0,6}(?:(?:[Pp]rimary|[Ww]ork|[Jj]ob|[Oo]ffice|[Pp]osition) )?(?:[Ll]ocation|LOCATION|[Ll]ocalisation|Lieu(?: de travail| d['’]affectation)?|"
    r"[Ss]tandort|[Bb]ased|Where)(?:s|\(s\))?(?: of (?:[Pp]osition|[Ww]ork|[Jj]ob))?[ \t]{0,3}(?::|\n)"
)
FRENCH = re.compile(
    r"\b(?:(?:poste|mission|offre|stage|alternance|agence|client|clients|situé|contrat|équipe)\b[^.!?\n]{0,60}?\b(?:bas[ée]{1,2}|situ[ée]{1,2}|à pourvoir|localis[ée]{1,2})(?:\(e\)|\(es\)|e?s)?"
    r"|(?:bas[ée]{1,2}|localis[ée]{1,2})(?:\(e\)|e?s)?)\s{1,2}(?:à|au|aux|en|sur|près de|proche de)\b\s?:?(?=\s*[A-ZÀ-Ý])"
)
MUST_LIVE = re.compile(
    r"(?:\b(?:must|should|[Yy]ou|[Cc]andidates?|[Aa]pplicants?|needs? to|have to|required to|[Rr]emote(?:ly)?|[Oo]nly|open to)\b[^.\n]{0,40}?|[*•-]\s{0,3})"
    r"\b(?:[Ll]ocated|[Rr]esid(?:e|ing|ents?)|[Ll]iv(?:e|ing)|[Bb]ased|[Aa]vailable|[Ee]ligible|[Rr]emote(?:ly)?|[Hh]ire|[Cc]itizens?)\s+"
    r"(?:only |anywhere |to work |from |candidates |employees ){0,3}(?:with)?(?:in|of|from)(?=\s+(?:the )?[A-Z])"
)
MAY_WORK = re.compile(
    r"(?:[Aa]uthori[sz](?:ed|ation)|[Ee]ligib(?:le|ility)|[Ll]egally (?:able|allowed|permitted|authori[sz]ed)|[Rr]ight|[Pp]ermitted|[Aa]ble)\s+(?:to|for) (?:legally )?"
    r"(?:work|be employed|employment)\s+(?:full[- ]time |lawfully |permanently |legally )?(?:with)?in(?=\s+(?:the )?[A-Z])"
)
CITIZENS = re.compile(r"\b(US|U\.S\.|American|UK|Canadian|EU) (?:citizens?|residents?|persons?|work authori[sz]ation)\b[^.\n]{0,20}(?:only|required|must)|\b(US|U\.S\.|UK|USA|Canada|Germany|India)[- ]only\b")


def after(cue: re.Pattern[str], text: str, evidence: Evidence) -> tuple[tuple[Place, ...], str]:
    """The places written right after the first cue that has any, and the words they were read from."""
    for count, match in enumerate(cue.finditer(text)):
        if count == MOST:
            break
        phrase = PHRASE.match(text, match.end())
        if phrase and (found := read_places(phrase[1], evidence, True)):
            return found, text[max(0, match.end() - 50) : phrase.end()]
    return (), ""


def of_the_job(text: str, evidence: Evidence) -> tuple[tuple[Place, ...], str]:
    """The places of a sentence about the position: "This role can be located in Leeds or York"."""
    if " in " in text or " at " in text or " out of " in text:
        return after(ROLE_IS_AT, text[:TEXT_LIMIT], evidence)
    return (), ""


def labelled(text: str, evidence: Evidence) -> tuple[tuple[Place, ...], str]:
    """The places of a labelled line ("Location: Leeds") or of a French "basé à"."""
    text = text[:TEXT_LIMIT]
    for cue in (LABEL, FRENCH):
        found, because = after(cue, text, evidence)
        if found:
            return found, because
    return (), ""


def limits(text: str) -> tuple[tuple[Place, ...], str]:
    """The countries that remote work is limited to: where one must live, or be allowed to work."""
    text = text[:TEXT_LIMIT]
    for cue in (MAY_WORK, MUST_LIVE):
        found, because = after(cue, text, Evidence())
        countries = tuple(dict.fromkeys(Place(None, None, p.country) for p in found if p.country and not p.city))
        if countries:
            return countries, because
    if match := CITIZENS.search(text):
        word = next(g for g in match.groups() if g)
        found = read_places({"American": "US", "Canadian": "Canada"}.get(word, word))
        return tuple(p for p in found if not p.city), match[0]
    return (), ""
