"""One piece of a notice's header: what kind of thing it says. `cut` is the entry; results are remembered.

A piece is what stands between two separators. It may hold a remark in brackets, an address, or several things at once
("Onsite, full time, Austin, TX"); it then gives several segments.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import aliases, countries, fold, is_place, subdivisions, towns
from tasks.clean.notice_marks import (
    CRAFTED,
    CRAFTS,
    EMPLOYMENT,
    GLUE,
    HEADED,
    MARKED,
    NICKNAMED,
    NOISE,
    NOISY,
    OPENING,
    WORKPLACE,
    bits_of,
    marks,
    says_employment,
    says_pay,
    says_workplace,
    unmarked,
)
from tasks.clean.roles import WORD, has_head, kind_of, narrow

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
BRACKETS = re.compile(r"\(([^()]{0,160})\)?|\[([^\[\]]{0,160})\]?")
NICKNAME = re.compile(
    r"^(?:downtown|central|greater|near|based in|in|offices? in)\s+"
    r"|\s+(?:NYC|USA|UK|SF|area|metro|only|based|downtown|region|office|HQ)$",
    re.IGNORECASE,
)
INTERN_ROLE = re.compile(r"\b\w{3,20} interns?(?:hips?)?\b", re.IGNORECASE)
NAME_AND_SITE = re.compile(  # "Acme (http://acme.example) Oslo": the address ends the name
    r"(?P<name>[^()\[\],]{2,40}?)\s*\(\s?(?P<url>(?:https?://|www\.)[^()\[\]\s]{3,200})\s?\)[.,]?\s+(?P<rest>\S.*)$"
)
AROUND_URL = re.compile(r"[\s<>()\[\]|@]")
ODD = re.compile(r"[\[\]()<>@.]")  # nothing but a piece with one of these has a remark or an address
LISTED = re.compile(r"[,;]")
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
    if not ODD.search(piece):
        outer = " ".join(piece.split()).strip(EDGE)
        kind = kind_of_piece(outer) if outer else ""
        return tuple(mixed(outer)) if kind == "mixed" else ((kind, outer),) if kind else ()
    if piece[:4] in ("http", "www.") and not AROUND_URL.search(piece):
        return (("url", piece.rstrip(".,;:")),)
    apart = NAME_AND_SITE.match(piece) if "(" in piece and ("://" in piece or "www." in piece) else None
    if apart:
        name, behind = cut(apart["name"].strip()), cut(apart["rest"].strip(EDGE + "."))
        if [kind for kind, _ in name] == ["unknown"] and behind and behind[0][0] in ("place", "role", "workplace"):
            return (*name, ("url", apart["url"]), *behind)
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
    if "@" in piece or " at " in piece or "[" in piece or "(" in piece or " AT " in piece:
        low = piece.lower()
        if "@" in piece or "(at)" in low or "[at]" in low or (" at " in low and ("." in piece or "dot" in low)):
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


def kind_of_piece(text: str) -> str:
    """What one piece is: a kind, `mixed` where its parts differ, `unknown` where it may be a name."""
    bits = bits_of(text)
    if bits & MARKED:
        employment, workplace = says_employment(text, bits), says_workplace(text, bits)
        if employment or workplace:
            if (employment and workplace) or unmarked(text):
                return "mixed"
            return "employment" if employment else "workplace"
    if says_pay(text, bits):
        return "mixed" if "," in text else "pay"
    if "," not in text:
        return plain_kind(text, bits)
    if bits & OPENING and lists_places(text):
        return "place"
    parts = [p for part in text.split(",") if (p := part.strip())]
    if len(parts) == 2 and parts[1].lower().rstrip(".") in LEGAL:
        return "unknown"
    if place_from(parts):
        return "mixed"
    kinds = {plain_kind(p, bits_of(p)) for p in parts}
    if kinds == {"role", "craft"}:
        return "role"
    return "mixed" if len(kinds) > 1 else next(iter(kinds), "other")


def plain_kind(text: str, bits: int) -> str:
    """The kind of a piece without a mark of pay, workplace or employment."""
    if bits & OPENING and (names_place(text) or ("/" in text and are_places(text))):
        return "place"
    if bits & NICKNAMED and " " in text and (short := NICKNAME.sub("", text)) != text and names_place(short):
        return "place"
    if text[:3] in ("no ", "No ", "NO "):
        return "other"
    if bits & HEADED and has_head(text):
        if text.count(" ") >= ROLE_WORDS or TEAM_OF.match(text):
            return "other"
        return "role"
    if bits & NOISY and NOISE.search(text) and not GLUE.sub(" ", NOISE.sub(" ", text)).split():
        return "other"
    return "craft" if bits & CRAFTED and are_crafts(text) else "unknown"


def are_crafts(text: str) -> bool:
    """Whether a text is words of crafts and levels only: "Mobile", "Senior Backend / Frontend"."""
    words = WORD.findall(text)
    for word in words:
        if word not in ",&/+" and kind_of(word) not in CRAFTS:
            return False
    return bool(words)


def may_be_place(text: str) -> bool:
    """Whether `is_place` may hold for a text; never wrongly no, and ten times as fast."""
    words = narrow(text[:80]).split()
    return not text.isascii() or (bool(words) and bool(marks().get(words[0], 0) & OPENING))


@lru_cache(maxsize=32_768)
def lists_places(text: str) -> bool:
    """Whether a text is a place or several: `is_place`, remembered."""
    return may_be_place(text) and is_place(text)


@lru_cache(maxsize=32_768)
def names_place(text: str) -> bool:
    """Whether a text is a place and not rather a name that a small town has as well."""
    return lists_places(text) and not only_a_small_town(text)


def are_places(text: str) -> bool:
    """Whether a text is two or more places between slashes: "London/Tunbridge Wells"."""
    parts = [p for part in text.split("/") if (p := part.strip())]
    return 1 < len(parts) < 6 and all(map(lists_places, parts)) and any(map(names_place, parts))


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
    parts = [p for part in LISTED.split(text) if (p := part.strip())]
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
        if lists_places(rest) and (i + 1 < len(parts) or not only_a_small_town(rest)):
            return i
    return 0


def marked(part: str) -> list[Segment]:
    """One part: its marks of employment and workplace, then what is left when they are taken away."""
    bits = bits_of(part)
    kinds: list[Segment] = []
    if bits & MARKED:
        kinds = [("employment", part)] if says_employment(part, bits) else []
        kinds += [("workplace", part)] if says_workplace(part, bits) else []
    if not kinds:
        if says_pay(part, bits):
            return [("pay", part)]
        return [("place", part)] if is_state(part.strip(" .")) else [(plain_kind(part, bits), part)]
    left = unmarked(part)
    if not left:
        return kinds
    if has_head(left):
        role = part if INTERN_ROLE.search(part) else EMPLOYMENT.sub(" ", part)
        return [*kinds, ("role", " ".join(WORKPLACE.sub(" ", role).split()).strip(" -–&/"))]
    if is_state(left) or lists_places(left):
        return [*kinds, ("place", part)]
    rest = " ".join(WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", part)).split()).strip(" -–&/:")
    rest = LOOSE_END.sub("", rest)
    begins = len(rest) > 2 and rest.count(" ") < 5 and ":" not in rest and part.split()[0] == rest.split()[0]
    return [*kinds, ("unknown", rest)] if begins else kinds


def is_state(text: str) -> bool:
    """Whether a text is the two-letter code of a state: "CA"."""
    return len(text) == 2 and text.isupper() and text.lower() in subdivisions()
