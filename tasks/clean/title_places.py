"""Places in titles, and the employer: what other fields say. Plain functions from text to text, linear in its length."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tasks.clean import notice_pieces
from tasks.clean.company_name import without_legal_form
from tasks.clean.gazetteer import fold
from tasks.clean.lookup import rows
from tasks.clean.roles import has_head, has_letter, kind_of
from tasks.clean.title_text import REMEMBERED, kept_or, tidy, words_in

AROUND_PLACE = re.compile(
    r"^(?:onsite in|based in|in|based|location:?|site:?|sur)\s+|\s+(?:based|area|office|region|only|metro)$",
    re.IGNORECASE,
)
AROUND_HINT = re.compile(
    r"(?:ased|[Aa]rea|[Oo]ffice|[Rr]egion|[Oo]nly|[Mm]etro|ONLY|AREA)$|^(?:[Oo]ns|[Bb]as|[Ii]n |[Ll]oc|[Ss]ite|[Ss]ur )"
)
MARK = re.compile(r"\s[-–—|•·]|[-–—|•·]\s|\|")  # one of these stands in everything that PARTS cuts at
PARTS = re.compile(r"(\s+[-–—|•·]+\s*|\s*[-–—|•·]+\s+|\s*\|\s*)")
BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]")
GLUED_PLACE = re.compile(r"(?<=[a-z)])[-–]([A-ZÀ-Ý][\w .,'’]{2,50})$")  # "Technician-Leeds"
LAST_COMMA = re.compile(r",\s*([^,]{2,40}(?:,\s*[A-Z]{2})?)$")
IN_WORDS = frozenset(("in", "at", "near", "à", "der", "bei"))
LAST_IN = re.compile(r"\s+(?:in|at|near|à|in der|bei)\s+([A-ZÀ-Ý][\w .,'’-]{2,50})$")
# "@ Reno, NV", "// Reno NV", "for Reno, NV": a town with its state, behind a mark that PARTS does not cut at
TOWN_TAIL = re.compile(r"\s*(?:@|//|::?|_|\\|\b(?:at|in|for|near))\s*([A-Z][^@/:_,]{1,40}?),?\s+([A-Z]{2})\.?$")
STATE_TAIL = re.compile(r"(?:\s+[-–—|]\s*|(?<=[a-z])[-–_]|\s+[_@]\s?|,\s*|\s*(\())([A-Z]{2})\)?$")
IN_TOWN = re.compile(r"\s+(?:[Jj]ob )?(?:in|at|near|@|for)\s+([A-Z][\w.'’ -]{2,30}),\s+([A-Z]{2})$")
PLACE_CUT = re.compile(r"[,;/()|]|\s-\s|(?<=\b[A-Z]{2})-")


@cache
def listed_places(place: str) -> frozenset[str]:
    """Names that in a title are a place ("yes"), never one ("no"), or one at its end ("state"), whatever a gazetteer says."""
    return frozenset(row["name"] for row in rows("title_places") if row["place"].startswith(place))


@lru_cache(maxsize=REMEMBERED)
def place_keys(place: str) -> frozenset[str]:
    """The folded names in a listed place: whole, and between commas and dashes."""
    return frozenset(key for part in (place, *PLACE_CUT.split(place[:200])) if len(key := fold(part)) > 1)


@lru_cache(maxsize=REMEMBERED)
def names_place(text: str, own: frozenset[str]) -> bool:
    """Whether a part of a title is a place: one the record lists, or a known one that is no other word."""
    text = text.strip()
    if AROUND_HINT.search(text):
        text = AROUND_PLACE.sub("", text)
    if len(text) < 2:
        return False
    if text in listed_places("yes") or (own and fold(text) in own):
        return True
    if len(text) < 4 or text.islower() or kind_of(text.split()[0]) in ("craft", "head", "level"):
        return False
    return fold(text) not in listed_places("no") and notice_pieces.names_place(text)


@lru_cache(maxsize=REMEMBERED)
def without_places(title: str, own: frozenset[str]) -> str:
    """A title without the parts that are places; `own` are the folded names of the places that the record lists."""
    shorter = title
    if "(" in title or "[" in title:
        shorter = BRACKETED.sub(lambda m: " " if names_place(m[1], own) else m[0], title)
    pieces = PARTS.split(shorter) if MARK.search(shorter) else []
    if len(pieces) > 1:
        if len(pieces) > 3 and pieces[-1] in listed_places("state"):  # "- Reno - NV"
            pieces[-3:] = [f"{pieces[-3]}, {pieces[-1]}"]
        kept = [] if names_place(pieces[0], own) else [pieces[0]]
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if piece.strip() and not names_place(piece, own):
                kept += [mark, piece] if kept else [piece]
        shorter = "".join(kept) or shorter
    glued = GLUED_PLACE.search(shorter) if own and "-" in shorter else None
    if glued and fold(glued[1]) in own:
        shorter = shorter[: glued.start()]
    if "," in shorter:
        shorter = cut_last(shorter, LAST_COMMA, own)
    if not IN_WORDS.isdisjoint(words_in(shorter)):
        shorter = cut_last(shorter, LAST_IN, own)
    if shorter[-2:].isupper() or shorter[-1:] == ")":
        shorter = without_state(shorter)
    return title if shorter == title else kept_or(title, tidy(shorter))


def cut_last(title: str, pattern: re.Pattern[str], own: frozenset[str]) -> str:
    """A title without what `pattern` finds at its end, where that is a place and letters stand before it."""
    found = pattern.search(title)
    if found and names_place(found[1], own) and has_letter(title[: found.start()]):
        return title[: found.start()]
    return title


def without_state(title: str) -> str:
    """A title without a state's letters at its end: "Tester - GA", "Tester @ Reno NV"; "Nurse - OR" keeps them."""
    found = TOWN_TAIL.search(title)
    if found and names_place(f"{found[1]}, {found[2]}", frozenset()) and has_letter(title[: found.start()]):
        return title[: found.start()]
    found = IN_TOWN.search(title)  # no gazetteer has all of them, but what is in a state is a place
    if found and found[2] in listed_places("state") and not has_head(found[1]):
        return title[: found.start()]
    found = STATE_TAIL.search(title)
    if (
        found
        and found[2] in listed_places("state or bracketed" if found[1] else "state")
        and has_letter(title[: found.start()])
    ):
        return title[: found.start()]
    return title


UNNAMED_LAST = ("company", "startup", "start-up", "agency", "firm", "scaleup", "scale-up", "bank")
UNNAMED = re.compile(
    r"\s+(?:at|for|with|@)\s+an?\s+[\w -]{2,50}?(?:company|startup|start-up|agency|firm|scale-?up|bank)\s*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def without_company(title: str, company: str) -> str:
    """A title without its employer at the edges: "at Acme", "- Acme", "Acme:", "at a fintech company"."""
    shorter = UNNAMED.sub("", title) if title.rstrip().lower().endswith(UNNAMED_LAST) else title
    name = without_legal_form(company) if company else ""
    if len(name) > 2 and name.lower() in shorter.lower():
        found = re.escape(name)
        shorter = re.sub(
            rf"\s*(?:[-–—|,@]+|\bat\b|\bfor\b|\bchez\b)\s*{found}[\w.,]{{0,6}}\s*$|^{found}\s*[-–—|:]+\s*",
            "",
            shorter,
            flags=re.IGNORECASE,
        )
    return kept_or(title, tidy(shorter)) if shorter != title else title
