"""One piece of a notice's header: what kind of thing it says. `cut` is the entry; results are remembered.

A piece is what stands between two separators. It may hold a remark in brackets, an address, or several things at once
("Onsite, full time, Austin, TX"); it then gives several segments.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean.gazetteer import aliases, countries, fold, is_place, subdivisions, towns
from tasks.clean.lookup import rows
from tasks.clean.roles import WORD, has_head, kind_of

Segment = tuple[str, str]  # kind, text

EDGE = " \t,;:-–—"
BIG = 150_000  # inhabitants: below it a lone word is likelier a company's name ("Purple", "Square") than a town
TEAM_OF = re.compile(r"(?:an? )?(?:small |growing )?team of\b", re.IGNORECASE)  # who is there, not who is wanted
ROLE_WORDS = 15  # a piece of more words is a sentence that speaks of a role

TLD = (
    "com|io|co|org|net|ai|me|de|fr|ly|tv|uk|dk|is|im|fm|jobs|us|eu|it|nl|se|ch|edu|gov|app|dev|xyz|tech|vc|ca|in|es|pl"
)
URL = re.compile(
    r"(?:https?://|www\.)[^\s|<>()\[\]]{1,300}"
    rf"|\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,3}}\.(?:{TLD})\b(?:/[^\s|<>()\[\]]{{0,300}})?",
    re.IGNORECASE,
)
EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\)| at )\s?[\w-]{1,63}(?:\.|\s?\[dot\]\s?|\s?\(dot\)\s?)[\w.-]{2,63}",
    re.IGNORECASE,
)
PAY = re.compile(
    r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD|R\$)\s?)\s?\d[\d.,]{0,12}\s?[kKmM]?\b|\b\d{2,3}\s?[kK]\b|\d\s?[€£]"
    r"|\bequity\b|\bsalary\b|\bcompetitive\b|/\s?h(?:ou)?r\b",
    re.IGNORECASE,
)
FIGURE = re.compile(r"[\d/]")
EMPLOYMENT = re.compile(
    r"\b(?:full[\s-]?times?|part[\s-]?times?|contract(?:ors?|ing)?(?!\s+manage)|freelance(?:rs?)?|interns?(?:hips?)?"
    r"|co-?ops?|perm(?:anent)?|temp(?:orary)?|volunteers?|FTE?s?|W2|1099|C2C|CDI|CDD|apprentice(?:ship)?s?|seasonal)\b",
    re.IGNORECASE,
)
WORKPLACE = re.compile(
    r"\b(?:(?:no|not|non|100%|fully|partial(?:ly)?|semi)[\s-]{0,3})?(?:remote(?:ly)?|on-?\s?site|in[\s-]office|in[\s-]house"
    r"|hybrid|tele(?:commut\w{1,5}|work\w{0,3})|work from (?:home|anywhere)|wfh|distributed team|locals? only)\b",
    re.IGNORECASE,
)
# Without regard to case a pattern takes three times as long: texts are searched in small letters.
EMPLOYMENT_LOW, WORKPLACE_LOW = re.compile(EMPLOYMENT.pattern.lower()), re.compile(WORKPLACE.pattern.lower())
NOISE = re.compile(
    r"\b(?:visas?(?:\s+(?:help|support|assistance))?|h-?1b1?s?(?:\s+transfers?)?|relocat\w{1,5}|sponsor\w{0,5}|hiring|now|we(?:'|’)re|multiple|several|various"
    r"|many|numerous|open|positions?|roles?|openings?|jobs?|opportunit(?:y|ies)|YC\s?[SWF]'?\d{2,4}|Y ?Combinator"
    r"|no recruiters?|no agencies|recruiters?|agencies|please|apply)\b",
    re.IGNORECASE,
)
GLUE = re.compile(
    r"\b(?:or|and|ok|okay|possible|preferred|only|available|welcome|friendly|considered|allowed|optional|also|a plus"
    r"|for|the|right|candidates?|in|at|is|are|maybe|both|either|if|option|negotiable|possibility|us|to|work|some|can|be"
    r"|within|with|type|of|based|position|as)\b|[&/+,;.:!()\[\]\-–—*]",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\(([^()]{0,160})\)?|\[([^\[\]]{0,160})\]?")
NICKNAME = re.compile(
    r"^(?:downtown|central|greater|near|based in|in|offices? in)\s+"
    r"|\s+(?:NYC|USA|UK|SF|area|metro|only|based|downtown|region|office|HQ)$",
    re.IGNORECASE,
)
INTERN_ROLE = re.compile(r"\b\w{3,20} interns?(?:hips?)?\b", re.IGNORECASE)
SIMPLE_WORD = re.compile(r"[a-z0-9]+")
LOOSE_END = re.compile(r"(?:\s+(?:or|and|&|/))+$")
LEGAL = frozenset(
    (
        "inc",
        "llc",
        "ltd",
        "gmbh",
        "corp",
        "co",
        "plc",
        "ag",
        "sa",
        "sas",
        "bv",
        "b.v",
        "ab",
        "oy",
        "srl",
        "s.r.l",
        "llp",
    )
)


@lru_cache(maxsize=32_768)
def cut(piece: str) -> tuple[Segment, ...]:
    """The segments of one piece; most pieces ("ONSITE", "San Francisco, CA") come again and again.

    Kinds are those of `read_notice`, and `craft` for a craft without a role ("Mobile"), `unknown` for a possible name.
    """
    rest, addresses = without_addresses(piece)
    remarks: list[Segment] = []
    outer = rest
    if "(" in rest or "[" in rest:
        inner = [(m[1] or m[2] or "").strip(" ,") for m in BRACKETS.finditer(rest)]
        remarks = [s for text in inner if text for s in cut(text)]
        outer = BRACKETS.sub(" ", rest)
    outer = " ".join(outer.replace("<", " ").replace(">", " ").split()).strip(EDGE)
    found: list[Segment] = []
    if outer:
        kind = kind_of_piece(outer)
        if kind == "mixed":
            found = mixed(outer)
        elif remarks and kind in ("place", "workplace", "employment", "pay", "role"):
            found = [(kind, " ".join(rest.split()).strip(EDGE))]  # with its remark: "Los Angeles (Westwood)"
            remarks = [r for r in remarks if r[0] in ("workplace", "employment", "pay", "url") and r[0] != kind]
        else:
            found = [(kind, outer)]
    found += [("other", text) if kind == "unknown" else (kind, text) for kind, text in remarks]
    return (*found, *(("url", address) for address in addresses))


def without_addresses(piece: str) -> tuple[str, list[str]]:
    """A piece without e-mail addresses and URLs, and these. A domain that is the company's name stays."""
    addresses: list[str] = []
    low = piece.lower()
    if "@" in piece or " at " in low or "(at)" in low or "[at]" in low:
        addresses = [m[0] for m in EMAIL.finditer(piece)]
        piece = EMAIL.sub(" ", piece) if addresses else piece
    if "." in piece:
        urls = [m[0].rstrip(".,;:") for m in URL.finditer(piece)]
        kept = bool(urls) and is_name_of_a_site(urls[0], piece)
        if urls[kept:]:
            addresses += urls[kept:]
            piece = (urls[0] if kept else "") + URL.sub(" ", piece)
    return piece, addresses


def is_name_of_a_site(url: str, piece: str) -> bool:
    """Whether a domain is the company's name: first in its piece, no scheme, no path, with a capital ("Acme.com")."""
    return url[:1].isupper() and "/" not in url and url[:4] != "Www." and piece.lstrip().startswith(url)


@cache
def marking_words() -> frozenset[str]:
    """Words one of which stands in every mark of employment or workplace, to spare most pieces the patterns."""
    return frozenset(row["word"] for row in rows("header_words"))


def kind_of_piece(text: str) -> str:
    """What one piece is: a kind, `mixed` where its parts differ, `unknown` where it may be a name."""
    employment = workplace = None
    if not marking_words().isdisjoint(SIMPLE_WORD.findall(low := text.lower())) or "tele" in low:
        employment, workplace = EMPLOYMENT_LOW.search(low), WORKPLACE_LOW.search(low)
    if employment or workplace:
        if unmarked(text) or (employment and workplace):
            return "mixed"
        return "employment" if employment else "workplace"
    if says_pay(text):
        return "mixed" if "," in text else "pay"
    if "," not in text:
        return plain_kind(text)
    if is_place(text):
        return "place"
    parts = [p for part in text.split(",") if (p := part.strip())]
    if len(parts) == 2 and parts[1].lower().rstrip(".") in LEGAL:
        return "unknown"
    if place_from(parts):
        return "mixed"
    kinds = {plain_kind(p) for p in parts}
    if kinds == {"role", "craft"}:
        return "role"
    return "mixed" if len(kinds) > 1 else next(iter(kinds), "other")


def says_pay(text: str) -> bool:
    """Whether a piece speaks of pay. Most have neither a figure nor a word of it and are spared the pattern."""
    if not FIGURE.search(text):
        low = text.lower()
        if "equity" not in low and "salary" not in low and "competitive" not in low:
            return False
    return PAY.search(text) is not None


def unmarked(text: str) -> str:
    """What is left of a text when the words of workplace, employment and their company are taken away."""
    return " ".join(GLUE.sub(" ", NOISE.sub(" ", WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", text)))).split())


def plain_kind(text: str) -> str:
    """The kind of a piece without a mark of pay, workplace or employment."""
    if (
        names_place(text)
        or ("/" in text and are_places(text))
        or (" " in text and (short := NICKNAME.sub("", text)) != text and names_place(short))
    ):
        return "place"
    if text[:3].lower() == "no ":
        return "other"
    if has_head(text):
        if TEAM_OF.match(text):
            return "other"
        return "role" if text.count(" ") < ROLE_WORDS else "other"
    if NOISE.search(text) and not GLUE.sub(" ", NOISE.sub(" ", text)).split():
        return "other"
    words = WORD.findall(text)
    if words and all(kind_of(w) in ("craft", "level", "maybe") or w in ",&/+" for w in words):
        return "craft"
    return "unknown"


@lru_cache(maxsize=32_768)
def names_place(text: str) -> bool:
    """Whether a text is a place and not rather a name that a small town has as well."""
    return is_place(text) and not only_a_small_town(text)


def are_places(text: str) -> bool:
    """Whether a text is two or more places between slashes: "London/Tunbridge Wells"."""
    parts = [p for part in text.split("/") if (p := part.strip())]
    return 1 < len(parts) < 6 and all(map(is_place, parts)) and any(map(names_place, parts))


def only_a_small_town(text: str) -> bool:
    """Whether a lone name is known only as a town that few would name without its state or country."""
    key = fold(text)
    if "," in text or key in aliases() or key in countries() or key in subdivisions():
        return False
    known = towns(key)
    return bool(known) and known[0].population < BIG


def mixed(text: str) -> list[Segment]:
    """A piece that says several things, part by part; neighbouring parts of one kind stay together."""
    found: list[Segment] = []
    parts = [p for part in re.split(r"[,;]", text) if (p := part.strip())]
    start = place_from(parts)
    if start:
        return [*mixed(", ".join(parts[:start])), ("place", ", ".join(parts[start:]))]
    for part in parts:
        if part.lower().rstrip(".") in LEGAL and found:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {part}")
            continue
        for kind, words in marked(part):
            last = found[-1] if found else ("", "")
            if kind == "craft" and last[0] == "role":
                kind = "role"
            if last[0] == kind and kind in ("place", "role", "craft"):
                found[-1] = (kind, f"{last[1]}, {words}")
            elif kind == "place" and last[0] == "unknown" and len(found) > 1:
                found[-1] = ("place", f"{last[1]}, {words}")
            else:
                found.append((kind, words))
    return found


def place_from(parts: list[str]) -> int:
    """Where the place begins that ends a list: 1 in "Acme, San Mateo, CA"; 0 where none does, or all of it is one."""
    for i in range(max(1, len(parts) - 6), len(parts)):
        rest = ", ".join(parts[i:])
        if (i + 1 < len(parts) and is_place(rest)) or names_place(rest):
            return i
    return 0


def marked(part: str) -> list[Segment]:
    """One part: its marks of employment and workplace, then what is left when they are taken away."""
    kinds = [(kind, part) for kind, mark in (("employment", EMPLOYMENT), ("workplace", WORKPLACE)) if mark.search(part)]
    if not kinds:
        if says_pay(part):
            return [("pay", part)]
        return [("place", part)] if is_state(part.strip(" .")) else [(plain_kind(part), part)]
    left = unmarked(part)
    if not left:
        return kinds
    if has_head(left):
        role = part if INTERN_ROLE.search(part) else EMPLOYMENT.sub(" ", part)
        return [*kinds, ("role", " ".join(WORKPLACE.sub(" ", role).split()).strip(" -–&/"))]
    if is_state(left) or is_place(left):
        return [*kinds, ("place", part)]
    rest = " ".join(WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", part)).split()).strip(" -–&/:")
    rest = LOOSE_END.sub("", rest)
    begins = len(rest) > 2 and rest.count(" ") < 5 and ":" not in rest and part.split()[0] == rest.split()[0]
    return [*kinds, ("unknown", rest)] if begins else kinds


def is_state(text: str) -> bool:
    """Whether a text is the two-letter code of a state: "CA"."""
    return len(text) == 2 and text.isupper() and text.lower() in subdivisions()
