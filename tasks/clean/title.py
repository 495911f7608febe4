"""Titles: each distinct role a posting offers, as a clean display title."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tasks.clean.gazetteer import fold, is_place
from tasks.clean.lookup import rows
from tasks.clean.notice import only_a_small_town
from tasks.clean.notice_roles import roles_in_notice
from tasks.clean.roles import has_head, is_plural, kind_of, singular, unique
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.text import plain_text

FIELD = Field(
    "titles",
    ("title", "header", "text", "is_notice", "locations", "company"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
)

LONGEST = 300  # characters of a title that are read; the longest of 60,000 real ones has 260


def each(value: Any, change: Callable[[str], str]) -> Any:
    """The titles with `change` applied to each; the same object when nothing changed, empties left out."""
    changed = tuple(t for t in (change(title) for title in value or ()) if t)
    if not value:
        return value
    return value if changed == value else changed


@lru_cache(maxsize=1)
def acronyms() -> dict[str, str]:
    """Words in capitals that stay as they are, by their capitals."""
    return {row["word"]: row["written"] for row in rows("acronyms")}


@FIELD.rule(
    "TIT01",
    "titles.as_listed",
    examples=(
        Example("Data  Engineer\n", ("Data Engineer",)),
        Example("R&amp;D Engineer", ("R&D Engineer",)),
        Example("  ", ()),
    ),
    counter_examples=(Example(("Data Engineer",), ("Data Engineer",)), Example(None, None)),
)
def as_listed(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: takes the title as the source lists it, on one line, entities decoded and encoding repaired, as the only title.

    Why: a source with a title field says there what is offered; lists in one title are cut by a later rule.
    Leaves alone: wording and case.
    """
    if value is None or isinstance(value, tuple):
        return value
    text = str(value or "")[:LONGEST]
    if "&" in text or "<" in text or not text.isascii():
        text = plain_text(text)
    text = " ".join(text.split())
    return (text,) if any(map(str.isalnum, text)) else ()


@FIELD.rule(
    "TIT02",
    "titles.of_a_notice",
    examples=(
        Example(
            (),
            ("Backend Engineer", "Frontend Engineer"),
            {
                "is_notice": True,
                "header": (("company", "Acme"), ("role", "Backend and Frontend Engineers")),
                "text": "Acme | ...",
            },
        ),
        Example(
            (),
            ("Front-end Developer",),
            {"is_notice": True, "header": (), "text": "We are looking for a talented front-end developer to join us."},
        ),
    ),
    counter_examples=(
        Example((), (), {"is_notice": True, "header": (), "text": "We need great people."}),
        Example((), (), {"is_notice": False, "header": (), "text": "We are looking for a cook."}),
    ),
)
def of_a_notice(value: Any, given: Given) -> Any:
    """Does: reads the roles of a notice from its header, else from its lists, else from sentences that ask for one.

    Why: a notice has no title field; its header names the roles by convention and its body by need.
    Leaves alone: sources with a title field, and vague wishes ("great people", "devops folks").
    """
    if value or not given.get("is_notice"):
        return value
    titles, because = roles_in_notice(given.get("header") or (), given.get("text") or "")
    return Found(titles, because) if titles else value


GENDERS = re.compile(
    r"\s*[-–—,|/]?\s*(?:[(\[]\s*(?:all genders?|gn|w/m|m/w|m/f|f/m|h/f|f/h|h-f|f-h|hf|fh|x/f/m|[mwfdhxiv](?:\s?[/|*,.:-]\s?[mwfdhxiv]){1,3}|alle? geschlechter)(?:[/|*-](?:d|x|divers|i|inter|non-binary))?\s*[)\]]"
    r"|(?<![\w/])(?:H\s?/\s?F(?:\s?/\s?[DX])?|F\s?/\s?H(?:\s?/\s?[DX])?|M\s?/\s?W(?:\s?/\s?[DX])?|W\s?/\s?M(?:\s?/\s?[DX])?|M\s?/\s?F(?:\s?/\s?[DX])?|F\s?/\s?M(?:\s?/\s?[DX])?|h/f|f/h|m/w/d|w/m/d|m/f/d|f/m/d|m/f/x|f/m/x|d/f/m|m/w/x|H-F|F-H)(?![\w/]))",
    re.IGNORECASE,
)


@FIELD.rule(
    "TIT10",
    "titles.gender_marks",
    examples=(
        Example(("Comptable (H/F)",), ("Comptable",)),
        Example(("INGÉNIEUR - H/F",), ("INGÉNIEUR",)),
        Example(("Entwickler (m/w/d) Backend",), ("Entwickler Backend",)),
        Example(("Data Analyst (F/H) en alternance (H/F)",), ("Data Analyst en alternance",)),
        Example(("Engineer (all genders)",), ("Engineer",)),
    ),
    counter_examples=(
        Example(("HF Radio Engineer",), ("HF Radio Engineer",)),
        Example(("M&A Analyst",), ("M&A Analyst",)),
        Example(("Engineer (D/A converters)",), ("Engineer (D/A converters)",)),
    ),
)
def gender_marks(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes "(H/F)", "(m/w/d)", "F/M/X" and their kin wherever they stand.

    Why: the law of France, Germany and others asks for them; they are no part of the role.
    Leaves alone: "HF", "M&A" and letters that belong to the work.
    """
    return each(
        value,
        lambda t: (
            " ".join(GENDERS.sub(" ", t).split()).strip(" -–—,|/")
            if ("/" in t or "-" in t or "(" in t or "[" in t) and GENDERS.search(t)
            else t
        ),
    )


DOUBLET = re.compile(r"\b([A-ZÀ-Ý]?[\w'’-]*?)(\w{2,20})\s*/\s*([A-ZÀ-Ý]?[\w'’-]+)")
FEMININE = (
    ("eur", "euse"),
    ("eur", "eure"),
    ("teur", "trice"),
    ("ien", "ienne"),
    ("er", "ère"),
    ("é", "ée"),
    ("ant", "ante"),
    ("ent", "ente"),
    ("if", "ive"),
    ("on", "onne"),
    ("eux", "euse"),
    ("el", "elle"),
    ("al", "ale"),
    ("ier", "ière"),
    ("at", "ate"),
    ("in", "ine"),
    ("", "e"),
)
BRACKET_FEMININE = re.compile(
    r"(?<=eur)-(?:rice|trice|euse)\b|(?<=[a-zé])(?:\((?:e|euse|trice|ne|ère|ive|s|es)\)|·e(?:·s)?|\.e(?:\.s)?\b)"
)


def masculine(title: str) -> str:
    """A title with French doublets in the masculine: "Développeur / Développeuse web" -> "Développeur web"."""
    title = BRACKET_FEMININE.sub("", title)
    if "/" not in title:
        return title
    out: list[str] = []
    words = re.split(r"(\s*/\s*|\s+)", title)
    i = 0
    while i < len(words):
        if i + 2 < len(words) and words[i + 1].strip() == "/" and is_feminine(words[i], words[i + 2]):
            words[i + 2] = words[i]
            i += 2
            continue
        out.append(words[i])
        i += 1
    return "".join(out)


def is_feminine(man: str, woman: str) -> bool:
    """Whether the second word is the feminine of the first: whole ("Agent / Agente") or its ending ("Administrateur/trice")."""
    a, b = man.lower().strip("(),"), woman.lower().strip("(),")
    if len(a) < 4 or a == b:
        return False
    if b in ("trice", "euse", "ère", "ive", "ienne", "ne", "e", "ée", "eure", "ière"):
        return True
    return any(a.endswith(m) and b == a[: len(a) - len(m)] + f for m, f in FEMININE)


@FIELD.rule(
    "TIT11",
    "titles.doublets",
    examples=(
        Example(("Développeur / Développeuse web",), ("Développeur web",)),
        Example(("Administrateur/trice réseaux",), ("Administrateur réseaux",)),
        Example(("Chargé(e) d'études",), ("Chargé d'études",)),
    ),
    counter_examples=(
        Example(("Data Scientist / Analyst",), ("Data Scientist / Analyst",)),
        Example(("Ingénieur système Windows / Microsoft",), ("Ingénieur système Windows / Microsoft",)),
    ),
)
def doublets(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: keeps the masculine of a role written in both genders.

    Why: French postings name the role twice; a title that comes in one form can be counted and compared.
    Leaves alone: slashes between different roles or subjects.
    """
    return each(value, lambda t: masculine(t) if "/" in t or "(" in t or "·" in t or "." in t or "-" in t else t)


ORNAMENT = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200d★☆►▶●■◆✔✓™®]+")
SHOUTS = re.compile(r"[!*~_#=]{2,}|(?<=\w)!+|^[^\w(\[.\"'«“]+|[\s:;,|/\\~*+=-]+$")


@FIELD.rule(
    "TIT12",
    "titles.ornaments",
    examples=(
        Example(("🚀 Data Engineer 🚀",), ("Data Engineer",)),
        Example(("*** Cook!! ***",), ("Cook",)),
        Example(("Data Analyst -",), ("Data Analyst",)),
    ),
    counter_examples=(
        Example((".NET Developer",), (".NET Developer",)),
        Example(("C++ Engineer",), ("C++ Engineer",)),
        Example(("Engineer, C++",), ("Engineer, C++",)),
        Example(("C#/F# Developer",), ("C#/F# Developer",)),
    ),
)
def ornaments(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes emoji, stars, exclamation marks and stray separators at both ends.

    Why: they catch the eye and say nothing.
    Leaves alone: marks that belong to a name: C++, C#, .NET.
    """
    return each(value, plain_marks)


def plain_marks(title: str) -> str:
    """A title without ornaments; "C++" at its end is kept."""
    if title.replace(" ", "").isalpha():
        return title
    title = ORNAMENT.sub(" ", title)
    ends_plus = bool(re.search(r"\b[cC]\+\+\s*$", title))
    title = SHOUTS.sub(" ", title.strip())
    title = " ".join(title.split())
    return title + "++" if ends_plus and title[-1:] in "cC" else title


REQUISITION = re.compile(
    r"\s*[-–—,|:#(\[]*\s*\b(?i:(?:req(?:uisition)?|job|posting|position|vacancy|ref(?:erence)?|réf(?:érence)?|announcement)\s?(?:id|code|no|num(?:ber)?|nr)?|id)\s?[.:#°-]{1,3}\s?[A-Z]{0,6}[-_]?\d[\w-]{1,20}[)\]]?"
    r"|(?:\s+[-–—]+|[,|(\[#]+|\s[(\[#]+)\s*(?:JR|REQ|R|RQ|PD|VA|IRC|JO|DE|ID)?[-_ ]?\d{4,12}(?:[-_]\d{1,8})?\s*[)\]]?(?=\s*$|\s*[-–—,|(])"
    r"|\s*\(\d{1,6}\)\s*$|\s+#\s?\d{2,10}\b|\s+\b[A-Z]{1,8}\d{5,14}\b(?:-\d{1,4})?|\s+PD\d{2}[A-Z]\d{3,4}\b|\s*[-–]\s?\d{4}-\d{3,6}\b|\s+\d{5,12}$|(?<=[a-zA-Z])-\d{4,8}$|^\d{3,8}\s*[-–:]\s+(?=[A-Z])|\s[-–]\s+[A-Z]{1,6}-?\d{3,8}$",
)


@FIELD.rule(
    "TIT13",
    "titles.requisition",
    examples=(
        Example(("Data Analyst (215520)",), ("Data Analyst",)),
        Example(("Software Engineer - JR0279638",), ("Software Engineer",)),
        Example(("Photographer #321",), ("Photographer",)),
        Example(("Nurse Req ID: 44-1802",), ("Nurse",)),
        Example(("Branch Chief PD20R098 - Relief",), ("Branch Chief - Relief",)),
    ),
    counter_examples=(
        Example(("Support Engineer Office 365",), ("Support Engineer Office 365",)),
        Example(("Data Scientist 2",), ("Data Scientist 2",)),
        Example(("Engineer (C++17)",), ("Engineer (C++17)",)),
        Example(("Windows 2012 Administrator",), ("Windows 2012 Administrator",)),
    ),
)
def requisition(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes the employer's own numbers: "(215520)", "JR0279638", "#321", "Req ID: 44-1802".

    Why: they make one role look like many; sources list them in a field of their own.
    Leaves alone: grades ("Scientist 2") and numbers of products ("Office 365", "Windows 2012").
    """
    return each(value, lambda t: REQUISITION.sub("", t).strip() if any(map(str.isdigit, t)) else t)


MONTHS = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
SEASON = rf"(?:summer|fall|spring|winter|autumn|été|{MONTHS})"
YEAR = r"(?:20[12]\d)(?:\s?[-/–]\s?(?:20)?\d\d)?"
DATED = re.compile(
    rf"\s*[-–—,|:(\[]*\s*(?:\b(?:(?:start(?:ing|s)?|begin(?:ning)?|class of|cohort|fy|ay)\s+)?(?:{SEASON}(?:\s?(?:/|or|and|&|-)\s?{SEASON})*[\s,]+)?{YEAR}(?:\s+{SEASON}(?:\s?/\s?{SEASON})*)?(?:\s+(?:start(?:s|ing)?(?: date)?|cohort|intake|class))?\b|\b(?:fy|ay)\s?\d\d\b)\s*[)\]]?",
    re.IGNORECASE,
)
SEASONAL = re.compile(r"intern|grad|co-?op|trainee|student|start|alternance", re.IGNORECASE)
SEASON_TAIL = re.compile(
    rf"\s*[-–—,|(\[]+\s*{SEASON}(?:\s?/\s?{SEASON})*(?:\s+(?:start|term|semester))?\s*[)\]]?\s*$|\s*[-–—,|(]+\s*(?:bs/ms|phd|bs|ms|bachelors?|masters?)\s*[)]?\s*$",
    re.IGNORECASE,
)


@FIELD.rule(
    "TIT14",
    "titles.dates",
    examples=(
        Example(("Data Intern - Summer 2025",), ("Data Intern",)),
        Example(("Instructor - FY 2026",), ("Instructor",)),
        Example(("Engineer - 2024 Nov/Dec Start",), ("Engineer",)),
        Example(("2025 Fall Internship - Police",), ("Internship - Police",)),
        Example(("Engineer – New Grad 2024",), ("Engineer – New Grad",)),
    ),
    counter_examples=(
        Example(("Windows 2012 Administrator",), ("Windows 2012 Administrator",)),
        Example(("Spring Developer",), ("Spring Developer",)),
        Example(("Developer (Spring)",), ("Developer (Spring)",)),
    ),
)
def dates(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes years, seasons with a year, and start dates.

    Why: they say when, not what; the same role comes back each season.
    Leaves alone: years of a product (a word before, a role after), and Spring the framework.
    """
    return each(value, undated)


def undated(title: str) -> str:
    """A title without its dates; "Windows 2012 Administrator" keeps its year."""
    if "20" in title or "FY" in title or "AY" in title:

        def cut(m: re.Match[str]) -> str:
            before, after = title[: m.start()].strip(), title[m.end() :].strip()
            inside = (
                bool(before)
                and after[:1].isalpha()
                and not m[0].lstrip().startswith(("-", "–", "—", "(", "[", "|", ","))
            )
            product = (
                inside
                and not re.search(rf"{SEASON}|start|cohort|class|fy|ay", m[0], re.I)
                and kind_of(before.split()[-1]) not in ("head", "level")
                and before.split()[-1].lower() not in ("grad", "graduate", "vie", "intern")
            )
            mark = re.search(r"[-–—|:]", m[0]) if before and after[:1].isalnum() else None
            return m[0] if product else f" {mark[0]} " if mark else " "

        shorter = DATED.sub(cut, title)
        if any(map(str.isalpha, shorter)):
            title = shorter
    if SEASONAL.search(title):
        title = kept_or(title, SEASON_TAIL.sub("", title))
    return tidy(title)


def tidy(title: str) -> str:
    """A title whose separators and brackets stand right after something was cut out."""
    title = " ".join(title.split())
    title = re.sub(r"[(\[]\s*[)\]]", " ", title)
    title = re.sub(r"(?:\s[-–—|:,]+)+(\s[-–—|]\s)", r"\1", title)
    title = re.sub(r"\s+([,)\]])", r"\1", title)
    title = re.sub(r",(?=[A-Za-z])", ", ", title)
    title = re.sub(r"(?:^[\s\-–—|,:;/)\]]+)|(?:[\s\-–—|,:;/(\[]+$)", "", title)
    if title.count("(") > title.count(")"):
        title = title[: title.rfind("(")].rstrip() if title.rfind("(") > len(title) - 4 else title + ")"
    return " ".join(title.split())


@FIELD.rule(
    "TIT15",
    "titles.places",
    examples=(
        Example(("Software Engineer I - Toronto",), ("Software Engineer I",), {"locations": ("Toronto, ON, Canada",)}),
        Example(("Technician - Boston, MA/ Salem, NH",), ("Technician",), {"locations": ("Rochester, NH",)}),
        Example(("Applied Engineer (Madrid) - Orbit",), ("Applied Engineer - Orbit",), {"locations": ()}),
        Example(("Nurse in Leeds",), ("Nurse",), {"locations": ("Leeds",)}),
    ),
    counter_examples=(
        Example(("Data Analyst - Transport",), ("Data Analyst - Transport",), {"locations": ("Nantes",)}),
        Example(("Director, Paris Opera Archive",), ("Director, Paris Opera Archive",), {"locations": ("Paris",)}),
        Example(("Software Engineer - Java",), ("Software Engineer - Java",), {"locations": ()}),
    ),
)
def places(value: Any, given: Given) -> Any:
    """Does: removes a part in brackets, after a dash or a bar, or "in X" at the end, that is a place and nothing else.

    Why: places are a field of their own.
    Leaves alone: places within the role, and names that are also something else ("Java") unless the record lists them.
    """
    own = frozenset(key for place in (given.get("locations") or ()) if place for key in place_keys(place))
    return each(value, lambda t: without_places(t, own))


@lru_cache(maxsize=16_384)
def place_keys(place: str) -> frozenset[str]:
    """The names in a listed place: whole, and between commas and dashes."""
    parts = [place, *re.split(r"[,;/()|]|\s-\s", place[:200])]
    return frozenset(key for part in parts if len(key := fold(part)) > 1)


AREAS = frozenset(
    "US USA U.S. UK EU UAE EMEA APAC LATAM NYC SF DC Americas Europe Worldwide Global Nationwide Statewide".split()
)
NOT_PLACES = frozenset(
    "java data mobile cloud reading nice enterprise media core growth platform security orange commerce marketing energy bath sandy media imaging progress delta phoenix mercury apollo atlas".split()
)
PARTS = re.compile(r"(\s+[-–—|•·]+\s*|\s*[-–—|•·]+\s+|\s*\|\s*)")
BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]")
COMMA_PLACE = re.compile(r",\s*([^,]{2,40}(?:,\s*[A-Z]{2})?)$")
IN_PLACE = re.compile(r"\s+(?:in|at|near|à|in der|bei)\s+([A-ZÀ-Ý][\w .,'’-]{2,50})$")


def names_place(text: str, own: frozenset[str]) -> bool:
    """Whether a part of a title is a place: one the record lists, or a known one that is no other word."""
    text = re.sub(
        r"^(?:onsite in|based in|in|based|location:?|site:?|sur)\s+|\s+(?:based|area|office|region|only|metro)$",
        "",
        text.strip(),
        flags=re.I,
    )
    key = fold(text)
    if not key or len(key) < 2:
        return False
    if key in own:
        return True
    if text in AREAS:
        return True
    if key in NOT_PLACES or text.islower() or len(text) < 4 or kind_of(text.split()[0]) in ("craft", "head", "level"):
        return False
    return is_place(text) and not only_a_small_town(text)


def without_places(title: str, own: frozenset[str]) -> str:
    """A title without the parts that are places."""
    before = title
    if "(" in title or "[" in title:
        title = BRACKETED.sub(lambda m: " " if names_place(m[1], own) else m[0], title)
    pieces = PARTS.split(title)
    if len(pieces) > 1:
        kept = [pieces[0]] if not names_place(pieces[0], own) else []
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if piece.strip() and not names_place(piece, own):
                kept += [mark, piece] if kept else [piece]
        title = "".join(kept) or title
    for pattern in (COMMA_PLACE, IN_PLACE):
        found = pattern.search(title)
        if found and names_place(found[1], own) and has_letters(title[: found.start()]):
            title = title[: found.start()]
    return before if title == before else kept_or(before, tidy(title))


def has_letters(text: str) -> bool:
    """Whether a letter is left."""
    return any(map(str.isalpha, text))


WORKPLACE_WORDS = r"(?:(?:100\s?%|fully|full|partially|partly|mostly|us|usa|uk|eu|emea)?[\s-]{0,2}(?:remote(?:ly)?|télétravail|teletravail|home[- ]?office|homeoffice|work(?:ing)? from home|wfh|work from anywhere|telework(?:ing)?|virtual|hybrid|on-?site|in[- ]office|home[- ]based|remoto|distanciel)(?:\s?(?:ok|possible|only|eligible|friendly|option(?:al)?|position|role|work|job|within [\w ]{2,20}|in [\w ]{2,20}|us|usa|uk|canada|europe|emea))?)"
WORKPLACE_PART = re.compile(
    rf"\s*[-–—,|:/]+\s*{WORKPLACE_WORDS}(?:\s*[-–/,&]\s*[\w. ]{{2,30}})?(?:\s\d (?:days?|x)[\w /]{{0,20}})?\s*$|\s*[(\[]\s*[^()\[\]]{{0,30}}{WORKPLACE_WORDS}[^()\[\]]{{0,40}}[)\]]|^\s*[(\[]?{WORKPLACE_WORDS}[)\]]?\s*[-–—:|,]+\s*|^\s*[(\[]{WORKPLACE_WORDS}[)\]]\s*|\s+(?-i:REMOTE)\s*$|^(?-i:REMOTE)\s+(?=[a-zA-Z])|^(?-i:Remote)\s+(?!sensing)(?=(?-i:[A-Z])[a-z])",
    re.IGNORECASE,
)


@FIELD.rule(
    "TIT16",
    "titles.workplace",
    examples=(
        Example(("Data Scientist - REMOTE",), ("Data Scientist",)),
        Example(("Data Engineer 4 (Remote)",), ("Data Engineer 4",)),
        Example(("Remote: Support Agent",), ("Support Agent",)),
    ),
    counter_examples=(
        Example(("Remote Sensing Scientist",), ("Remote Sensing Scientist",)),
        Example(("Hybrid Cloud Architect",), ("Hybrid Cloud Architect",)),
    ),
)
def workplace(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes "REMOTE", "(hybrid)", "- work from home" at the edges and in brackets.

    Why: where the work is done is a field of its own.
    Leaves alone: the words within a role ("Remote Sensing", "Hybrid Cloud").
    """
    return each(value, lambda t: kept_or(t, tidy(WORKPLACE_PART.sub(" ", t))) if WORKPLACE_HINT.search(t) else t)


WORKPLACE_HINT = re.compile(
    r"remot|travail|home|wfh|telework|virtual|hybrid|on-?site|in[- ]office|distanciel|anywhere", re.I
)


def kept_or(before: str, after: str) -> str:
    """`after` where it still says something, else `before`."""
    return after if sum(map(str.isalpha, after)) > 1 else before


PAY = re.compile(
    r"\s*[-–—,|:(\[@]*\s*(?:(?:up to|from|bis|ab)\s+)?(?:[$€£₹¥]\s?\d[\d.,]{0,12}\s?[kKmM]?|\d[\d.,]{1,12}\s?(?:[$€£]|(?:USD|EUR|GBP|CHF|CAD|AUD)\b)|\d{2,3}\s?[kK]\b)(?:\s?(?:-|–|to|/|à)\s?[$€£]?\s?\d[\d.,]{0,12}\s?[kK]?\s?[€£$]?)?\s*(?:(?:/|per|an?|par)\s?(?:h(?:ou)?r?|yr|year|annum|day|week|month|heure|jour|mois|an)\b)?(?:\s?(?:OTE|DOE|base|plus|\+)[^()\[\]|]{0,30})?(?:\s*\b(?:sign[- ]?on |signing |hiring |retention )?bonus)?\s*[)\]]?",
    re.IGNORECASE,
)


@FIELD.rule(
    "TIT17",
    "titles.pay",
    examples=(
        Example(("Cook - $21/hr",), ("Cook",)),
        Example(("Java Developer (£50k-£60k)",), ("Java Developer",)),
        Example(("Nurse $5,000 Sign-On Bonus",), ("Nurse",)),
    ),
    counter_examples=(
        Example(("Head of $ Products",), ("Head of $ Products",)),
        Example(("Developer 4K Video",), ("Developer 4K Video",)),
    ),
)
def pay(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes figures of pay.

    Why: pay is a field of its own, and a title with a figure in it is another title every month.
    Leaves alone: numbers without a currency or "k".
    """
    return each(
        value, lambda t: kept_or(t, tidy(PAY.sub(" ", t))) if any(map(str.isdigit, t)) and PAY_HINT.search(t) else t
    )


PAY_HINT = re.compile(r"[$€£₹¥]|\d{2,3}\s?[kK]\b|\d\s?(?:USD|EUR|GBP|CHF|CAD|AUD)\b")

SLOGAN = (
    r"(?:(?:very )?urgent(?:ly)?(?: hire| hiring| need| requirement| opening)?|immediate(?:ly)?(?: start| hire| need| opening| joiners?| interview)?|asap|hiring now|now hiring|we'?re hiring|we are hiring|hiring|hot(?: job)?|new(?: role)?"
    r"|apply (?:now|today)|join (?:us|our team|a [\w ]{2,40})|great (?:opportunity|benefits|pay)|excellent (?:opportunity|benefits)|amazing opportunity|top pay|(?:distinguished|leading|top|growing|great|global|large|major|exciting|fortune \d{2,4}|well[- ]known|established|fast[- ]growing|stable|prestigious|award[- ]winning|innovative)(?: [\w-]{2,20}){0,3} (?:company|firm|client|organi[sz]ation|startup|start-up|retailer|bank|employer|team)|(?:\$[\d,.]+k? )?(?:sign[- ]?on|signing|hiring|retention) bonus(?: available)?|bonus available|incentives? (?:may be )?(?:authorized|available|offered)|relocation(?: assistance| package)?(?: available| offered| provided)?"
    r"|no experience (?:needed|required|necessary)|will train|all levels|multiple levels|various levels|any level|all experience levels|multiple (?:positions|openings|locations|roles|vacancies)|several positions|various locations|positions?|roles?|openings?|jobs?|vacanc(?:y|ies)|opportunit(?:y|ies)|needed|required|wanted|f/t|p/t|ft|pt"
    r"|direct[- ]hire|esep/mp|esep|mp|amended|extended|readvertised?|re-advertised?|re-?post(?:ed)?|public notice(?: flyer)?|open (?:continuous|until filled)|cut-?off[^()]{0,40}|nte [^()]{1,40}|term(?: appt)?[^()]{0,40}nte[^()]{0,40}|ed only|de|mbe|mbmp|merit promotion|internal only|non-?citizens?|us citizens? only|usc/gc only|w2 only|c2c|c2h|corp to corp|contract[- ]to[- ]hire|temp[- ]to[- ](?:perm|hire)|visa sponsorship(?: available)?|h1b(?: ok)?|local(?:s|e)?(?: candidates)? only|locals? to \w{2,12}|local candidates|candidates only|day shift|night shift|nights|evenings|weekends?|shift work)"
)
HOURS = r"(?:full|part)[\s-]{0,3}time(?: (?:nights|days|evenings|position|role|job))?|permanent|perm|temporary|temp|contract(?:or)?|freelance|fixed[- ]term|\d{1,2}[- ]?months?(?: contract)?|\d{1,2}\+? ?mois|cdi|cdd|intérim|interim|w-?2|casual|seasonal|vollzeit|teilzeit|temps (?:plein|partiel)"
LAST_PART = re.compile(
    rf"\s*[-–—,|:;?]+\s*(?:{SLOGAN}|{HOURS})(?:\s*[-–/,&+]\s*(?:{SLOGAN}|{HOURS}))*\s*$", re.IGNORECASE
)
BRACKET_PART = re.compile(
    rf"\s*[(\[]\s*(?:{SLOGAN}|{HOURS})(?:\s*[-–/,;&+]?\s*(?:or |and )?(?:{SLOGAN}|{HOURS}))*\s*[)\]]", re.IGNORECASE
)
FIRST_PART = re.compile(
    rf"^\s*(?:(?:urgent(?:ly)?(?: hire| hiring| need\w*| requirement)?|immediate (?:hire|need|opening)|hot job|hiring now|now hiring|hiring|wanted|new|we'?re hiring|we are hiring|job opening|job title|position|role|vacancy)\s*[-–—:!|]+\s*(?:for\s+)?|(?:now |we(?:'re| are) )?(?:seeking|looking for|hiring an?)\s*[:!]?\s+(?:an?\s+)?(?=\w)|\d{{1,2}}\s?x\s+|(?:full|part)[\s-]time,? (?=freelance))",
    re.IGNORECASE,
)
TAIL_WORD = re.compile(
    r"\s+(?:needed|required|wanted|urgent(?:ly)?|position|positions|opening|openings|opportunity|opportunities|vacancy|vacancies|job|jobs|full[- ]time(?: nights| days)?|part[- ]time|role|roles)(?:\s+(?:available|open|asap|now))?\s*[.!]*$",
    re.IGNORECASE,
)


@FIELD.rule(
    "TIT18",
    "titles.slogans",
    examples=(
        Example(("Trader - Immediate Start",), ("Trader",)),
        Example(("URGENT: Data Analyst",), ("Data Analyst",)),
        Example(("Respiratory Therapist - ESEP/MP",), ("Respiratory Therapist",)),
        Example(("Development Engineers (All levels)",), ("Development Engineers",)),
        Example(("Python guru required",), ("Python guru",)),
        Example(("Cook (Full-time)",), ("Cook",)),
        Example(("4x Data Scientist",), ("Data Scientist",)),
    ),
    counter_examples=(
        Example(("Hiring Manager",), ("Hiring Manager",)),
        Example(("Job Developer",), ("Job Developer",)),
        Example(("Contract Manager",), ("Contract Manager",)),
        Example(("Part-Time Instructor",), ("Part-Time Instructor",)),
    ),
)
def slogans(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: removes calls and conditions at the edges: "urgent", "- Immediate Start", "(Full-time)", "wanted".

    Why: they sell or file the opening and are no part of the role.
    Leaves alone: the same words within a role ("Hiring Manager", "Contract Manager").
    """
    return each(value, without_slogans)


FEDERAL = re.compile(
    r"[\s,(-]*\b(?:temp(?:orary)?|term|detail|prom(?:otion)?)?[\w/. ]{0,24}\bN\.?T\.?E\b[^()]*\)?$|,?\s*\(?\bG[SGL]-?\d{3,4}-\d{1,2}(?:[/-]\d{1,2}){0,3}\)?|,?\s*\(?\bFPL:?\s*(?:is |of )?(?:G[SG]-)?\d{1,2}\)?|,?\s+MBE(?: up to[^,()]{0,30})?,?\s+MBM?P\b"
)


def without_slogans(title: str) -> str:
    """A title without calls and conditions at its edges, as often as one is found."""
    if "NTE" in title or "GS-" in title or "GG-" in title or "FPL" in title or "MB" in title:
        title = kept_or(title, tidy(FEDERAL.sub("", title)))
    for _ in range(4):
        before = title
        title = kept_or(title, BRACKET_PART.sub(" ", title)) if "(" in title or "[" in title else title
        title = kept_or(title, LAST_PART.sub("", title))
        title = kept_or(title, TAIL_WORD.sub("", title))
        title = kept_or(title, FIRST_PART.sub("", title))
        title = tidy(title)
        if title == before:
            break
    return title


@FIELD.rule(
    "TIT19",
    "titles.own_company",
    examples=(
        Example(("ML Tech Lead -- Duo Labs",), ("ML Tech Lead",), {"company": "Duo Labs"}),
        Example(("Data Engineer at Acme",), ("Data Engineer",), {"company": "Acme Inc"}),
        Example(("Acme - Data Analyst",), ("Data Analyst",), {"company": "Acme"}),
        Example(("Software developer at a fintech company",), ("Software developer",), {"company": "Acme"}),
    ),
    counter_examples=(Example(("Data Engineer - Ads",), ("Data Engineer - Ads",), {"company": "Acme"}),),
)
def own_company(value: Any, given: Given) -> Any:
    """Does: removes the employer's own name at either end of the title, and "at a ... company".

    Why: the employer is a field of its own.
    Leaves alone: names of teams and products.
    """
    company = " ".join((given.get("company") or "").split("\n")[0].split())
    return each(value, lambda t: without_company(t, company))


def without_company(title: str, company: str) -> str:
    """A title without its employer at the edges."""
    shorter = re.sub(
        r"\s+(?:at|for|with|@)\s+an?\s+[\w -]{2,50}?(?:company|startup|start-up|agency|firm|scale-?up|bank)\s*$",
        "",
        title,
        flags=re.I,
    )
    name = re.sub(r"[\s,]+(?:inc|llc|ltd|gmbh|corp|co|sa|sas|plc)\.?$", "", company, flags=re.I)
    if len(name) > 2 and name.lower() in shorter.lower():
        found = re.escape(name)
        shorter = re.sub(
            rf"\s*(?:[-–—|,@]+|\bat\b|\bfor\b|\bchez\b)\s*{found}[\w.,]{{0,6}}\s*$|^{found}\s*[-–—|:]+\s*",
            "",
            shorter,
            flags=re.I,
        )
    return kept_or(title, tidy(shorter)) if shorter != title else title


@FIELD.rule(
    "TIT20",
    "titles.headcount",
    examples=(
        Example(("DevOps Engineers",), ("DevOps Engineer",)),
        Example(("Software Engineers - Payments",), ("Software Engineer - Payments",)),
    ),
    counter_examples=(
        Example(("Sales Engineer",), ("Sales Engineer",)),
        Example(("Operations Manager",), ("Operations Manager",)),
        Example(("Head of Engineers",), ("Head of Engineers",)),
    ),
)
def headcount(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: puts the role into the singular.

    Why: "Engineers" says that several are wanted, not that the role is another one.
    Leaves alone: plurals that are no role ("Operations", "Sales"), and those behind "of" and "for".
    """
    return each(value, one)


def one(title: str) -> str:
    """A title with its own head in the singular; what follows "of", "for" or "to" is left alone."""
    words = title.split(" ")
    if not any(is_plural(w.strip("(),")) for w in words):
        return title
    stop = next(
        (i for i, w in enumerate(words) if w.lower() in ("of", "for", "to", "with", "de", "des", "and") and i),
        len(words),
    )
    return " ".join([singular(" ".join(words[:stop])), *words[stop:]])


@FIELD.rule(
    "TIT21",
    "titles.capitals",
    examples=(
        Example(("SENIOR DATA ANALYST",), ("Senior Data Analyst",)),
        Example(("INGÉNIEUR EXPERT CLOUD",), ("Ingénieur Expert Cloud",)),
        Example(("IT SUPPORT ENGINEER II",), ("IT Support Engineer II",)),
    ),
    counter_examples=(Example(("QA",), ("QA",)), Example(("SAP Consultant",), ("SAP Consultant",))),
)
def capitals(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: writes a title in capitals with initial capitals; known abbreviations and numerals stay.

    Why: capitals are shouting, not spelling.
    Leaves alone: single words that are abbreviations, and titles in mixed case.
    """
    return each(value, lower_case)


SMALL = frozenset(
    "of and the for in to a an or with by on at de des du la le les et en d' l' und für von y del".split()
)


def lower_case(title: str) -> str:
    """A title in capitals rewritten; other titles as they are."""
    letters = [c for c in title if c.isalpha()]
    if (
        len(letters) < 5
        or sum(c.isupper() for c in letters) < len(letters) * 0.9
        or not any(c.lower() != c for c in letters)
    ):
        return title
    words = []
    for i, word in enumerate(title.split(" ")):
        words.append(
            "/".join(cased(part, first=i == 0 and j == 0) for j, part in enumerate(word.split("/")))
            if word not in acronyms()
            else acronyms()[word]
        )
    return " ".join(words)


def cased(word: str, *, first: bool) -> str:
    """One word of a title in capitals."""
    bare = word.strip("().,:;\"'")
    if bare in acronyms():
        return word.replace(bare, acronyms()[bare])
    if any(map(str.isdigit, bare)):
        return word
    low = word.lower()
    if low in SMALL and not first:
        return low
    return "-".join(
        part[:1].upper() + part[1:] if part[:1].isalpha() else part[:1] + part[1:2].upper() + part[2:]
        for part in low.split("-")
    )


@FIELD.rule(
    "TIT22",
    "titles.distinct",
    examples=(
        Example(("Data Engineer", "data engineer", "Cook"), ("Data Engineer", "Cook")),
        Example(
            ("Site Reliability Engineer and Software Engineer",), ("Site Reliability Engineer", "Software Engineer")
        ),
    ),
    counter_examples=(
        Example(("Project Manager and Analyst",), ("Project Manager and Analyst",)),
        Example(("Research and Development Engineer",), ("Research and Development Engineer",)),
    ),
)
def distinct(value: Any, given: Given) -> Any:  # noqa: ARG001 - every rule has this shape
    """Does: cuts "X Engineer and Y Engineer" in two, and keeps each title once.

    Why: a title that is listed twice is one role; two whole titles are two.
    Leaves alone: a double role under one head ("Project Manager and Analyst").
    """
    cut: list[str] = []
    for title in value or ():
        halves = re.split(r"\s+(?:and|or|&)\s+", title)
        ends = [h.split()[-1].lower() if h.split() else "" for h in halves]
        if (
            len(halves) == 2
            and ends[0] == ends[1]
            and kind_of(ends[0]) == "head"
            and all(len(h.split()) > 1 and has_head(h) for h in halves)
        ):
            cut += halves
        else:
            cut.append(title)
    out = unique(cut)
    return value if out == (value or ()) else out
