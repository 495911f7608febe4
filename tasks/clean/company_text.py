"""The employer's name in running text: who is introduced, who hires, whose address is given."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tasks.clean.company_hires import employer_in_body
from tasks.clean.lookup import rows
from tasks.clean.near import has
from tasks.clean.notice import read_notice
from tasks.clean.notice_opening import TELLING
from tasks.clean.notice_pieces import cut, names_place
from tasks.clean.roles import has_head, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARS = 1_500  # of a text that introduce the employer
ADDRESS_CHARS = 6_000  # of a text in which its addresses are looked for
HEADER_CHARS = 300  # of a first line that may be a header
SHORT = 3  # letters of a word that is met by chance
TIMES = 2  # that an employer is named in a text which a header does not name
BOARD_LINE = re.compile(r" · .{0,80}(?:\bago\b|\bapplicants?\b)")  # "Acme · Oslo · 25 days ago": a board's own words
STATE = re.compile(r", ?[A-Z]{2}\b")  # behind a town
LABELS = 6  # domains that are tried

WORD = r"[A-Z0-9À-Ý][\w.&'’+-]{0,30}"
NAME = rf"(?P<name>{WORD}(?:[ ](?:{WORD}|&|of|de|du|des|la|et|and)){{0,4}}?)"
BEGIN = r"(?:^|[.!?:\n]\s{0,3})"
INTRODUCED = re.compile(
    rf"(?:{BEGIN}(?:(?:Le|La|The)\s)?|[*•]\s{{0,3}}|\b(?:[Aa]t|Here at|[Jj]oin|work (?:at|for)|Le|La|[Ll]e groupe|[Cc]hez|[Aa]bout|Company:)\s"
    rf"|\b[Ll]'entreprise\s){NAME}"
    r"(?:,? (?:Inc|LLC|Ltd|Corp|GmbH)\.?)?(?:\s?(?:\([^()\n]{0,60}\)|,[^,.\n]{0,90},)\s?)?"
    r"\s(?:is|was|are|est|recrute|recherche|has|helps|makes|builds|provides|offers|develops|connects|creates|specializes"
    r"|designs|works|seeks|needs|delivers|enables|allows|lets|powers|uses|runs|operates|gives|brings|combines|transforms"
    r"|wants|serves|aims|believes)\b"
    r"(?!\s(?:required|preferred|available|possible|ok|okay|welcome|a must|a plus|not|why|what|how|where|optional))"
)
AT_NAME = re.compile(
    rf"{BEGIN}(?:At|Here at|Chez|About|We're|We’re|We are|Join)\s{NAME}\s?(?:\([^()\n]{{0,60}}\))?\s?[,:.\n]"
)
OWNS = re.compile(
    rf"{BEGIN}{NAME}['’]s\s(?:\w+\s){{0,3}}(?:platform|products?|mission|teams?|engineers|technology|apps?|software|first"
    r"|goal|customers|office|engineering|services?)\b"
)
SPEAKS = re.compile(
    r"(?:^|[.!?:]? ?\n)\s{0,3}(?P<name>[A-Z][\w&'’-]{2,30}(?: [A-Z][\w&'’-]{1,30}){0,3})(?:,? (?:Inc|LLC|Ltd))?\. "
    r"(?:We|Our|We're|We’re)\s"
)
TITLED = re.compile(rf"\n\s{{0,3}}{NAME}\s(?:[-–—:|]|\([^()\n]{{0,60}}\)\s[-–—:|])\s")
# Where a sentence, line or item begins with a capital, and where a capital follows a blank: nothing that introduces a
# name begins elsewhere, and both are found a hundred times as fast as the name itself.
BEGINS = re.compile(r"[.!?:\n*•]\s{0,3}(?=[A-Z0-9À-Ý])")
CAPITAL = re.compile(r"\s(?=[A-Z0-9À-Ý])(?<=[aenprtz:]\s)")
# The first word of a sentence tells most that introduce nobody; these lead to a name in spite of standing there.
FIRST_WORD = re.compile(r"[.!?:\n*•]?\s{0,3}([\w'’]+)")
PREFIXES = frozenset(("the", "le", "la", "at", "here", "about", "join", "chez", "company", "a", "an", "our"))
SPOKEN = frozenset(("at", "here", "chez", "about", "join", "we", "we're", "we’re"))
WE_BEHIND = (". We ", ". We'", ". We’", ". Our ", ".\nWe", ".\nOur")
LEADS = (
    "le groupe", "Le groupe", "Here at", "work at", "work for", "Company:", "About", "about", "Chez", "chez", "Join",
    "join", "At", "at", "Le", "La", "l'entreprise", "L'entreprise",
)  # fmt: skip
HOST = re.compile(r"((?:[\w-]{1,40}\.){1,5}[a-z]{2,10})\b", re.IGNORECASE)
MARKS = ("://", "@", "www.", "WWW.")  # what a host stands behind
MOST_HOSTS = 40
SCHEME = re.compile(r"^(?:https?://)?(?:[^@/]{1,64}@)?", re.IGNORECASE)
SECOND_LEVEL = frozenset(("co", "com", "org", "ac", "gov", "net", "edu"))
CALLED_SO = re.compile(rf"\b{WORD}(?:\s{WORD})?")
KEY = re.compile(r"[\W_]+")
# What stands in a header, or in a sentence that hires, and in few names.
PARTED = re.compile(
    r"\s(?:[-–—|•:/]|--|//)\s|[—|•]|//|(?<=[a-z])/(?=[A-Z])|\s(?:is|are) (?:looking|hiring|seeking|growing)\b"
)
UNSPACED = b" \t\n-_.,'&+/|:;()!"  # what may stand within a name that a domain label spells
PRONOUN = re.compile(r"(?:we|you|i|it|there|that|here|who|what|let)['’]", re.IGNORECASE)
AROUND = re.compile(r"^(?:get|use|join|the|go|try)|(?:hq|app|inc|labs)$")


@cache
def not_names() -> frozenset[str]:
    """Words that begin no employer's name in running text, capital or not (lookups/not_names.csv)."""
    return frozenset(row["word"] for row in rows("not_names") if row["where"] != "header")


@cache
def hosts() -> frozenset[str]:
    """Domain labels that are nobody's own: boards, mail, newspapers (lookups/hosts.csv)."""
    return frozenset(row["host"] for row in rows("hosts"))


def company_in_text(text: str, header: tuple[tuple[str, str], ...], *, notice: bool) -> tuple[str, str] | None:
    """The employer a text introduces and the words it was read from, or None where nobody is introduced.

    A name that is also the domain of an address in the text is certain. In a notice the first name introduced is
    believed, then the domain itself; in other texts the name that weighs most (tasks/clean/company_hires.py).
    """
    if not notice:
        found = employer_in_body(text, is_employer)
        if found:
            return found
    head = text[:CHARS]
    own = [label for label in domains(header, text) if label not in hosts()][:LABELS]
    introduced = [(trimmed(m["name"]), m[0]) for m in introductions(head)]
    introduced = [(name, " ".join(words.split())) for name, words in introduced if is_employer(name)]
    for name, words in introduced:
        if any(same(name, label) for label in own):
            return name, words
    written = spelled(head, own)
    if written:
        return written, written
    if not notice:
        return None
    if introduced:
        return introduced[0]
    titled = TITLED.search(head) if header else None
    if titled and is_employer(trimmed(titled["name"])):
        return trimmed(titled["name"]), " ".join(titled[0].split())
    if own and (any(kind == "url" for kind, _ in header) or own[0] in text[:250].lower()):
        return own[0].capitalize(), own[0]
    return None


def rather(named: str, header: tuple[tuple[str, str], ...], text: str) -> tuple[str, str] | None:
    """Whom the text speaks of and gives the address of, where what the header seems to name is never named again.

    The first piece between bars is a name all the same; what stands elsewhere may be a quarter of a town or a remark.
    """
    first, own = named.split(None, 1)[0], squashed(named)
    if text.count(first if len(first) > SHORT else named) > 1 or not own:
        return None
    line = text[:HEADER_CHARS].split("\n", 1)[0]
    placed = names_place(first) or (text.startswith(named) and STATE.match(text, len(named)))
    leads = header[0][1] == named and not placed
    if leads and ("|" in line or "://" in line or "www." in line or ".com" in line):
        return None
    low = text.lower()
    if low.count(first.lower() if len(first) > SHORT else named.lower()) > 1:
        return None
    found = company_in_text(text, header, notice=True)
    name = squashed(found[0]) if found else ""
    if not found or not name or name in own or own in name or low.count(found[0].lower()) < TIMES:
        return None
    if leads and found[0] not in text:
        return None
    initials = "".join(word[0] for word in named.lower().removeprefix("the ").split())
    labels = [label for label in domains(header, text) if label not in hosts()][:LABELS]
    return found if name != initials and any(same(found[0], label) for label in labels) else None


def of_copied_header(listed: str, text: str) -> str | None:
    """The employer in the header that a text begins with, where what is listed is a piece of it that is no plain name."""
    line = text[:HEADER_CHARS].split("\n", 1)[0]
    if text[:3] != listed[:3] or len(line) == HEADER_CHARS or BOARD_LINE.search(line):
        return listed
    kinds = {kind for kind, _ in cut(listed)}
    if (TELLING.isdisjoint(kinds) and not PARTED.search(listed)) or not text.startswith(PARTED.split(listed, 1)[0]):
        return listed
    header = read_notice(text)
    if squashed(listed) in map(squashed, domains(header, text)):
        return listed
    named = next((words for kind, words in header if kind == "company"), None)
    if named or TELLING.isdisjoint(kinds):
        return (named or listed).rstrip(" /")
    found = company_in_text(text, header, notice=True)
    return found[0] if found and squashed(found[0]) != squashed(listed) else listed if found else None


def introductions(text: str) -> Iterator[re.Match[str]]:
    """Where a name is introduced: first who is said to be or do something, then "At Acme, we", then "Acme's team"."""
    begins, spoken = [], []
    for each in (0, *[m.start() for m in BEGINS.finditer(text)]):
        word = FIRST_WORD.match(text, each)
        low = word[1].lower() if word else ""
        if low in PREFIXES or low not in not_names():
            begins.append(each)
        if low in SPOKEN:
            spoken.append(each)
    yield from found_at(INTRODUCED, text, sorted([*begins, *leads(text)]))
    yield from found_at(AT_NAME, text, spoken)
    if "'s " in text or "’s " in text:
        yield from found_at(OWNS, text, begins)
    if has(text, WE_BEHIND):
        yield from found_at(SPEAKS, text, begins)


def found_at(pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    """What `finditer` would find of a pattern that can begin only at `starts`, which are in order."""
    end = -1
    for start in starts:
        match = pattern.match(text, start) if start >= end else None
        if match:
            end = match.end()
            yield match


def leads(text: str) -> list[int]:
    """Where a word stands that leads to a name: "at", "Join", "le groupe" with a capital behind it."""
    found = []
    for capital in CAPITAL.finditer(text):
        at = capital.start()
        if text.endswith(LEADS, 0, at):
            found += [at - len(lead) for lead in LEADS if text.endswith(lead, 0, at)]
    return found


def domains(header: tuple[tuple[str, str], ...], text: str) -> list[str]:
    """Domain labels of the addresses in header and text, in order."""
    labels = [label_of(re.split(r"[/?]", SCHEME.sub("", url.lower()))[0]) for kind, url in header if kind == "url"]
    if "@" in text or "http" in text or "www." in text:
        labels += [label_of(host) for host in addresses(text[:ADDRESS_CHARS])]
    return [label for label in dict.fromkeys(labels) if len(label) > 1]


def addresses(text: str) -> list[str]:
    """The hosts of the web and mail addresses in a text, in small letters, in order."""
    found: dict[int, str] = {}
    for mark in MARKS:
        at = text.find(mark)
        while at >= 0 and len(found) < MOST_HOSTS:
            host = HOST.match(text, at + len(mark))
            if host and host.end() not in found:
                found[host.end()] = host[1].lower()
            at = text.find(mark, at + len(mark))
    return [found[end] for end in sorted(found)]


def label_of(host: str) -> str:
    """The owner's part of a host name: "acme" of "jobs.acme.co.uk"."""
    parts = [p for p in host.strip(". ").split(".") if p]
    if len(parts) < 2 or not {"alum", "alumni"}.isdisjoint(parts):
        return ""
    return parts[-3] if len(parts) > 2 and parts[-2] in SECOND_LEVEL else parts[-2]


def squashed(text: str) -> str:
    """Letters and digits only, lower case: "Acme Labs" and "acmelabs" are one."""
    return KEY.sub("", text.lower())


def same(name: str, label: str) -> bool:
    """Whether a domain label is a name's: "acmelabs", "acme-labs", "getacme", "acmehq" for Acme Labs or Acme."""
    a, b = squashed(name), squashed(label)
    if " " in name and len(b) > 3 and squashed(name.split(" ", 1)[0]) == b:
        return True  # "Acme Systems" at acme.example
    return a == b or (len(a) > 2 and (AROUND.sub("", b) == a or f"the{b}" == a))


def spelled(text: str, labels: list[str]) -> str | None:
    """A capitalised word or two of the text that spell one of the domain labels."""
    keys = {squashed(label) for label in labels if len(label) > 2}
    if keys:
        low = text.encode("latin-1", "replace").translate(None, UNSPACED).lower()
        keys = {key for key in keys if key.encode("latin-1", "replace") in low}
    if not keys:
        return None
    firsts = {key[0] for key in keys if key}
    for match in CALLED_SO.finditer(text):
        if match[0][0].lower() not in firsts:
            continue
        for candidate in (match[0], match[0].split()[0]):
            name = trimmed(candidate)
            if squashed(name) in keys and is_employer(name):
                return name
    return None


def trimmed(name: str) -> str:
    """A name without what clung to it."""
    return name.strip(" .,;:'’&-").removesuffix("'s").removesuffix("’s").removesuffix(" and").strip()


def is_employer(name: str) -> bool:
    """Whether a capitalised phrase can be an employer: no pronoun, no role, no place, no common word."""
    first = name.split(" ", 1)[0].lower().strip(".,'’")
    if len(name) < 2 or first in not_names() or PRONOUN.match(name):
        return False
    if " " not in name and kind_of(name) in ("craft", "maybe", "level"):
        return False
    return not has_head(name) and not names_place(name)
