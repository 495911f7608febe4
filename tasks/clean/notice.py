"""Free text notices and their first lines: `Company | Role | Place | REMOTE | Full-time`, in any order and any form.

`read_notice` is used by every field that a notice holds (company, titles, locations, workplace, pay). It cuts the
header lines into segments and says what each one is. What cannot be told is `other`; nothing is guessed from the body.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.gazetteer import aliases, countries, fold, is_place, subdivisions, towns
from tasks.clean.roles import WORD, has_head, kind_of

Segment = tuple[str, str]

HEADER_CHARS = 400  # of the first line; the longest header of 28,000 notices that is not running text is shorter
MORE_LINES = 4  # lines after the first that may go on with the header
MORE_CHARS = 110

URL = re.compile(
    r"(?:https?://|www\.)[^\s|<>()\[\]]{1,300}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|io|co|org|net|ai|me|de|fr|ly|tv|uk|dk|is|im|fm|jobs|us|eu|it|nl|se|ch|edu|gov|app|dev|xyz|tech|vc|ca|in|es|pl)\b(?:/[^\s|<>()\[\]]{0,300})?",
    re.I,
)
EMAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\)| at )\s?[\w-]{1,63}(?:\.|\s?\[dot\]\s?|\s?\(dot\)\s?)[\w.-]{2,63}", re.I
)
PAY = re.compile(
    r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD|R\$)\s?)\s?\d[\d.,]{0,12}\s?[kKmM]?\b|\b\d{2,3}\s?[kK]\b|\d\s?[€£]|\bequity\b|\bsalary\b|\bcompetitive\b|/\s?h(?:ou)?r\b",
    re.I,
)
EMPLOYMENT = re.compile(
    r"\b(?:full[\s-]?times?|part[\s-]?times?|contract(?:ors?|ing)?(?!\s+manage)|freelance(?:rs?)?|interns?(?:hips?)?|co-?ops?|perm(?:anent)?|temp(?:orary)?|volunteers?|FTE?s?|W2|1099|C2C|CDI|CDD|apprentice(?:ship)?s?|seasonal)\b",
    re.I,
)
WORKPLACE = re.compile(
    r"\b(?:(?:no|not|non|100%|fully|partial(?:ly)?|semi)[\s-]{0,3})?(?:remote(?:ly)?|on-?\s?site|in[\s-]office|in[\s-]house|hybrid|tele(?:commut\w{1,5}|work\w{0,3})|work from (?:home|anywhere)|wfh|distributed team|local only|locals only)\b",
    re.I,
)
NOISE = re.compile(
    r"\b(?:visas?|h-?1b1?s?(?:\s+transfers?)?|relocat\w{1,5}|sponsor\w{0,5}|hiring|now|we(?:'|’)re|multiple|several|various|many|numerous|open|positions?|roles?|openings?|jobs?|opportunit(?:y|ies)|YC\s?[SWF]'?\d{2,4}|Y ?Combinator|no recruiters?|no agencies|recruiters?|agencies|please|apply)\b",
    re.I,
)
GLUE = re.compile(
    r"\b(?:or|and|ok|okay|possible|preferred|only|available|welcome|friendly|considered|allowed|optional|also|a plus|for|the|right|candidates?|in|at|is|are|maybe|both|either|if|option|negotiable|possibility|us|to|work|some|can|be|within|with|type|of|based|position|as)\b|[&/+,;.:!()\[\]\-–—*]",
    re.I,
)
DASHES = re.compile(r"\s+(?:-{1,3}|–|—|~|:{1,2}|/{2,3}|·|•|\*|>)\s+|\s*(?:—|--+|•|·)\s*|\s+[-–]\s*|(?<=[a-zA-Z)])-\s+")
PIPES = re.compile(r"\s*(?:\|+|│|¦)\s*")
BRACKETS = re.compile(r"\(([^()]{0,160})\)?|\[([^\[\]]{0,160})\]?")
LABEL = re.compile(
    r"\s*(company|employer|location|position|job title|title|role|salary|compensation|type|job type|employment type|website|url|where|who)s?\s{0,2}:\s{0,3}",
    re.I,
)
LABELS = {
    "company": "company", "employer": "company", "location": "place", "where": "place", "position": "role", "role": "role",
    "job title": "role", "title": "role", "salary": "pay", "compensation": "pay", "website": "url", "url": "url",
    "type": "employment", "job type": "employment", "employment type": "employment", "who": "company",
}  # fmt: skip
SAYS_HIRING = re.compile(
    r"^\W{0,3}(?:(?:we(?:'|’)re|we are|come join|join|here at|at)\s+)?(?P<company>[^|,:;!?\n]{2,60}?(?:,? (?:Inc|LLC|Ltd|Corp|GmbH)\.?)?)\s*(?:\([^()]{0,120}\)\s*)?(?:,? (?:of|in|from|based in|based out of|at)\s[A-Z][^|:;!?\n]{2,50}?)?,?\s*(?:\s(?:is|are|was|has been)\s+(?:now |currently |also |still |always |actively |again |once again )?(?:hiring|looking|seeking|searching|growing|expanding|recruiting|on the lookout|in search)|\s(?:needs|wants|seeks)\b|\s(?:hiring|HIRING)\s*(?:$|[:!\-–]|for\b)|,\s(?:we|where)\s)"
)
ROLE_AT = re.compile(
    r"^(?P<role>[^|,;!?\n]{3,70}?)\s+(?:@|at|for|with)\s+(?P<company>[^|,;()!?\n–—]{2,50}?)\s*(?=$|[,|(–—;]|\s-|\.\s|\bin\b)"
)
RUNS_ON = re.compile(
    r"\W*(?:we|we're|we’re|i|i'm|looking|searching|hunting|currently|now|need|seeking|hiring|our|you|come|join|about|the|at|in|as|if|are|do|is|for|apply|email|contact|send|please|responsibilit\w+|requirements?|description|summary|overview|mission|what|who|why|how|tech|stack|open)\b(?!:?\s*(?:position|role)s?:\s*\S)",
    re.I,
)
ROLE_IN = re.compile(
    r"^(?P<role>[^|,;!?.\n]{3,70}?)\s+(?:in|based in|-)\s+(?P<place>[A-Z][^|;!?.\n()]{2,40}?)\s*(?=$|[|(–—;.:]|\s-)"
)
LEGAL = frozenset(
    "inc inc. llc ltd ltd. gmbh corp corp. co co. plc ag sa sas bv b.v. ab oy srl s.r.l. llp pty limited".split()
)
MARKS = (("employment", EMPLOYMENT), ("workplace", WORKPLACE))


def read_notice(text: str) -> tuple[Segment, ...]:
    """The header of a notice as (kind, text) segments in the order written; () where it begins with running text.

    Kinds: company, role, place, pay, workplace, employment, url, other. A segment that says two things ("REMOTE or
    Austin, TX") comes once under each kind, with all its words. At most one segment is the company. Typical cost is
    20 microseconds; only the first lines are looked at, so size does not matter.
    """
    lines = first_lines(text)
    if not lines:
        return ()
    found: list[Segment] = []
    for number, line in enumerate(lines):
        label = LABEL.match(line)
        if label and label.end() < len(line):
            found.append((LABELS[label[1].lower()], line[label.end() :].strip()))
            continue
        if not found:
            segments = first_line(line) if number == 0 or "|" in line else []
            if not segments and number > 1:
                return ()
        else:
            segments = next_line(line, named=any(kind == "company" for kind, _ in found))
            if not segments:
                break
        found += segments
    return name_company(found)


def first_lines(text: str) -> list[str]:
    """The lines a header may be in: those with letters among the first few, each cut to what a header needs."""
    lines: list[str] = []
    start = 0
    for _ in range(12):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else start + HEADER_CHARS]
        line = line[:HEADER_CHARS].strip(" \t\r*=_#~>")
        if any(map(str.isalnum, line)):
            lines.append(line)
            if len(lines) > MORE_LINES:
                break
        if end < 0 or (lines and len(text) <= end):
            break
        start = end + 1
    return lines


def first_line(line: str) -> list[Segment]:
    """The segments of the first line; [] when it is running text."""
    if "|" in line or "│" in line or "¦" in line:
        return [s for piece in PIPES.split(line) if piece for s in of_pipe(piece)]
    hiring = SAYS_HIRING.match(line)
    if hiring and is_name(hiring["company"]):
        return [("company", hiring["company"].strip()), *after_sentence(line[hiring.end() :])]
    at = ROLE_AT.match(line)
    if (
        at
        and has_head(at["role"])
        and len(at["role"].split()) < 7
        and is_name(at["company"])
        and at["company"][:1].isupper()
    ):
        rest = line[at.end() :].strip(" ,-–—|")
        more = (
            [s for piece in DASHES.split(rest) if piece for s in segments_of(piece)]
            if rest and not is_sentence(rest)
            else []
        )
        return [("role", at["role"].strip()), ("company", at["company"].strip()), *more]
    colon = line.find(": ")
    if 1 < colon < 50 and is_name(line[:colon]) and not is_sentence(line[:colon]) and has_head(line[colon:][:80]):
        line = f"{line[:colon]} - {line[colon + 2 :]}"
    pieces = [p for p in DASHES.split(line) if p]
    if len(pieces) > 1 and not is_sentence(pieces[0]):
        return [s for piece in pieces for s in segments_of(piece)]
    within = ROLE_IN.match(line)
    if within and has_head(within["role"]) and len(within["role"].split()) < 8 and is_place(within["place"]):
        return [("role", within["role"].strip()), ("place", within["place"].strip())]
    if is_sentence(line):
        name, _, rest = line.partition(",")
        place = rest.split(",")[0].split("/")[0].strip()
        known = rest and is_name(name) and len(name.split()) < 5 and is_place(place) and not only_a_small_town(place)
        return [("company", name.strip()), ("place", place)] if known else []
    return segments_of(line)


def of_pipe(piece: str) -> list[Segment]:
    """The segments of a piece between bars: cut at dashes too where that leaves more than a role and its team."""
    parts = [p for p in DASHES.split(piece) if p]
    if len(parts) < 2:
        return segments_of(piece)
    found = [s for part in parts for s in segments_of(part)]
    kinds = {kind for kind, _ in found[1:]}
    if (
        kinds & {"place", "workplace", "employment", "pay", "url"}
        or found[0][0] in ("place", "workplace", "employment")
        or (found and found[0][0] == "unknown" and "role" in kinds)
    ):
        return found
    return segments_of(piece)


def after_sentence(rest: str) -> list[Segment]:
    """What a header goes on with after "Acme is hiring": nothing but plain segments are believed."""
    if is_sentence(rest) or len(rest) > 160:
        return []
    return [
        s for piece in DASHES.split(rest.strip(" -–—:!.")) if piece for s in segments_of(piece) if s[0] != "unknown"
    ]


def next_line(line: str, *, named: bool) -> list[Segment]:
    """The segments of a further line, if it goes on with the header; [] ends the header."""
    piped = "|" in line
    if len(line) > (HEADER_CHARS if piped else MORE_CHARS) or (is_sentence(line) and not piped) or RUNS_ON.match(line):
        return []
    hiring = SAYS_HIRING.match(line)
    if hiring and not named and is_name(hiring["company"]):
        return [("company", hiring["company"].strip())]
    pieces = PIPES.split(line) if piped else DASHES.split(line)
    found = [s for piece in pieces if piece for s in segments_of(piece)]
    unknown = sum(kind in ("unknown", "other") for kind, _ in found)
    if unknown and (named or not piped) and not (piped and unknown < len(found)):
        if named or len(found) > 1 or not is_name(line):
            return []
    if line.lstrip()[:1] in "*•-–" and any(kind == "role" for kind, _ in found):
        return []
    return [("other" if kind == "unknown" and named else kind, text) for kind, text in found]


def is_sentence(text: str) -> bool:
    """Whether a piece is running text and not a name, a role or a place."""
    words = text.split()
    if len(words) < 6:
        return False
    small = sum(w.islower() and w not in ("and", "or", "in", "of", "the", "to", "for", "a", "at") for w in words)
    return len(words) > 12 if small * 3 < len(words) else small * 2 > len(words) or len(words) > 9


def is_name(text: str) -> bool:
    """Whether a text can be an organisation's name: short, no sentence, not a pronoun or a bare role."""
    text = text.strip()
    words = text.split()
    if not words or len(words) > 7 or len(text) > 60 or ": " in text or text[-1] in ":?":
        return False
    low = words[0].lower()
    if low in (
        "we",
        "i",
        "we're",
        "our",
        "my",
        "this",
        "the",
        "a",
        "an",
        "you",
        "it",
        "hi",
        "hello",
        "looking",
        "who",
        "they",
        "here",
        "location",
        "locations",
        "remote",
        "jobs",
        "job",
        "position",
        "hiring",
        "update",
        "edit",
        "early-stage",
        "startup",
        "start-up",
        "stealth",
        "equity",
        "profitable",
        "funded",
        "various",
        "all",
        "multiple",
        "many",
        "note",
        "ps",
    ) and len(words) < (3 if low in ("the", "a", "an") else 99):
        return low in ("the", "a") and len(words) > 1
    return any(w[:1].isupper() or w[:1].isdigit() or not w.isascii() for w in words) or len(words) < 3


def segments_of(piece: str) -> list[Segment]:
    """The segments of one piece between separators: bracketed remarks apart, then by kind."""
    piece = piece.strip(" \t-–—•*,;:").strip()
    if not piece:
        return []
    return list(cut(piece))


@lru_cache(maxsize=32_768)
def cut(piece: str) -> tuple[Segment, ...]:
    """`segments_of`, remembered: most pieces ("ONSITE", "San Francisco, CA") come again and again."""
    found: list[Segment] = []
    addresses = [m[0] for m in EMAIL.finditer(piece)] if "@" in piece or "at" in piece.lower() else []
    rest = EMAIL.sub(" ", piece) if addresses else piece
    if "." in rest:
        urls = [m[0].rstrip(".,;:") for m in URL.finditer(rest)]
        if urls and not lone_domain_name(rest, urls):
            addresses += urls
            rest = URL.sub(" ", rest)
    remarks: list[Segment] = []
    if "(" in rest or "[" in rest:
        for m in BRACKETS.finditer(rest):
            inner = (m[1] or m[2] or "").strip(" ,")
            if inner:
                remarks += [s if s[0] != "unknown" else ("other", s[1]) for s in cut(inner)]
        outer = BRACKETS.sub(" ", rest)
    else:
        outer = rest
    outer = " ".join(outer.replace("<", " ").replace(">", " ").split()).strip(" ,;:-–—")
    if outer:
        kind = kind_of_piece(outer)
        if kind in ("place", "workplace", "employment", "pay", "role") and remarks:
            found.append((kind, " ".join(rest.split()).strip(" ,;:-–—")))
            found += [r for r in remarks if r[0] in ("workplace", "employment", "pay", "url") and r[0] != kind]
            remarks = []
        elif kind == "mixed":
            found += mixed(outer)
        else:
            found.append((kind, outer))
    found += remarks
    found += [("url", a) for a in addresses]
    return tuple(found)


def lone_domain_name(text: str, urls: list[str]) -> bool:
    """Whether a domain stands for the company's name ("Booking.com"): alone, no scheme, no path."""
    return (
        len(urls) == 1
        and text.lstrip().startswith(urls[0])
        and "/" not in urls[0]
        and urls[0][:1].isupper()
        and urls[0][:4] != "Www."
    )


def kind_of_piece(text: str) -> str:
    """What one piece is: a kind, `mixed` where its parts differ, `unknown` where it may be a name."""
    employment, workplace = EMPLOYMENT.search(text), WORKPLACE.search(text)
    if not (employment or workplace):
        if PAY.search(text):
            return "pay" if "," not in text else "mixed"
        if "," not in text:
            return plain_kind(text)
        if is_place(text):
            return "place"
        parts = text.split(",")
        if parts[-1].strip().lower().rstrip(".") in LEGAL and len(parts) == 2:
            return "unknown"
        if place_from(parts):
            return "mixed"
        kinds = {plain_kind(p.strip()) for p in parts if p.strip()}
        return (
            "role"
            if kinds <= {"role", "craft"} and "role" in kinds
            else "mixed"
            if len(kinds) > 1
            else kinds.pop()
            if kinds
            else "other"
        )
    left = GLUE.sub(" ", NOISE.sub(" ", WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", text)))).split()
    if not left:
        return "mixed" if employment and workplace else "employment" if employment else "workplace"
    return "mixed"


def plain_kind(text: str) -> str:
    """The kind of a piece without a mark of pay, workplace or employment."""
    if is_place(text) and not only_a_small_town(text):
        return "place"
    short = NICKNAME.sub("", text)
    if short != text and is_place(short) and not only_a_small_town(short):
        return "place"
    if text[:3].lower() == "no ":
        return "other"
    if has_head(text):
        return "role" if len(text.split()) < 16 else "other"
    if NOISE.search(text) and not GLUE.sub(" ", NOISE.sub(" ", text)).split():
        return "other"
    words = WORD.findall(text)
    if words and all(kind_of(w) in ("craft", "level", "maybe") or w in ",&/+" for w in words):
        return "craft"
    return "unknown"


NICKNAME = re.compile(
    r"^(?:downtown|central|greater|near|based in|in|offices? in)\s+|\s+(?:NYC|USA|UK|SF|area|metro|only|based|downtown|region|office|HQ)$",
    re.I,
)
BIG = 150_000  # inhabitants: below it a lone word is likelier a company's name ("Purple", "Square") than a town


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
    parts = [p.strip() for p in re.split(r"[,;]", text)]
    start = place_from(parts)
    if start:
        return [*mixed(", ".join(p for p in parts[:start] if p)), ("place", ", ".join(p for p in parts[start:] if p))]
    for part in parts:
        if not part:
            continue
        if part.lower().rstrip(".") in LEGAL and found:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {part}")
            continue
        for kind, words in marked(part):
            if kind == "craft" and found and found[-1][0] == "role":
                kind = "role"
            if found and found[-1][0] == kind and kind in ("place", "role", "craft"):
                found[-1] = (kind, f"{found[-1][1]}, {words}")
            elif kind == "place" and found and found[-1][0] == "unknown" and len(found) > 1:
                found[-1] = ("place", f"{found[-1][1]}, {words}")
            else:
                found.append((kind, words))
    return found


def place_from(parts: list[str]) -> int:
    """Where the place begins that ends a list: 1 in "Acme, San Mateo, CA"; 0 where none does, or all of it is one."""
    for i in range(1, len(parts)):
        rest = ", ".join(p.strip() for p in parts[i:] if p.strip())
        if rest and is_place(rest) and (("," in rest and len(rest) > 4) or not only_a_small_town(rest)):
            return i
    return 0


def marked(part: str) -> list[Segment]:
    """One part: its marks of employment and workplace, then what is left when they are taken away."""
    kinds = [(kind, part) for kind, pattern in MARKS if pattern.search(part)]
    if not kinds:
        if PAY.search(part):
            return [("pay", part)]
        short = part.strip(" .")
        if len(short) == 2 and short.isupper() and short.lower() in subdivisions():
            return [("place", part)]
        return [(plain_kind(part), part)]
    left = " ".join(GLUE.sub(" ", NOISE.sub(" ", WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", part)))).split())
    if not left:
        return kinds
    if len(left) == 2 and left.isupper() and left.lower() in subdivisions():
        return [*kinds, ("place", part)]
    if has_head(left):
        role = WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", part)) if not has_intern_head(part) else WORKPLACE.sub(" ", part)
        return [*kinds, ("role", " ".join(role.split()).strip(" -–&/"))]
    if is_place(left):
        return [*kinds, ("place", part)]
    rest = " ".join(WORKPLACE.sub(" ", EMPLOYMENT.sub(" ", part)).split()).strip(" -–&/:")
    rest = re.sub(r"(?:\s+(?:or|and|&|/))+$", "", rest)
    return (
        [*kinds, ("unknown", rest)] if len(rest) > 2 and part.split()[0] == rest.split()[0] and is_name(rest) else kinds
    )


def has_intern_head(part: str) -> bool:
    """Whether "intern" is the role itself: "Data Science Intern"."""
    return bool(re.search(r"\b\w{3,20} interns?(?:hips?)?\b", part, re.I))


def name_company(found: list[Segment]) -> tuple[Segment, ...]:
    """The segments with one company among them: as labelled, else the first that may be a name."""
    named = any(kind == "company" for kind, _ in found)
    if (
        found
        and found[0][0] == "url"
        and not named
        and "/" not in found[0][1]
        and "@" not in found[0][1]
        and not any(k == "unknown" for k, _ in found)
    ):
        found[0], named = ("company", found[0][1]), True
    out: list[Segment] = []
    first = True
    for kind, text in found:
        if kind == "craft":
            kind = "role" if not first else "unknown" if "," not in text else "other"
        if kind == "unknown":
            if not named and is_name(text):
                kind, named = "company", True
            else:
                kind = "other"
        elif kind == "role" and first and not named and looks_like_company(text, found):
            kind, named = "company", True
        first = False
        out.append((kind, text))
    return tuple(out)


def looks_like_company(text: str, found: list[Segment]) -> bool:
    """Whether a first segment with a role word in it is a name: another role follows, and it does not end in one."""
    if not any(kind == "role" for kind, _ in found[1:]) or any(kind == "unknown" for kind, _ in found):
        return False
    words = WORD.findall(text)
    return bool(words) and (kind_of(words[-1]) != "head" or any(kind_of(w) == "" for w in words[:-1]))
