"""The employer's name in running text: who is introduced, who hires, whose address is given."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tasks.clean.lookup import rows
from tasks.clean.notice_pieces import names_place
from tasks.clean.roles import has_head

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARS = 1_500  # of a text that introduce the employer
ADDRESS_CHARS = 6_000  # of a text in which its addresses are looked for
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
TITLED = re.compile(rf"\n\s{{0,3}}{NAME}\s(?:[-–—:|]|\([^()\n]{{0,60}}\)\s[-–—:|])\s")
HIRES_IN_FRENCH = re.compile(
    rf"(?:{BEGIN}|,\s{{0,3}}|\b(?:[Ll]e groupe|[Ll]a société|Le|La)\s|\b[Ll]'(?:entreprise\s)?)?{NAME}"
    r"(?:,[^,.\n]{0,120},)?\s(?:recrute|recherche)\b"
)
# Where a sentence, line or item begins with a capital, and where a capital follows a blank: nothing that introduces a
# name begins elsewhere, and both are found a hundred times as fast as the name itself.
BEGINS = re.compile(r"[.!?:\n*•]\s{0,3}(?=[A-Z0-9À-Ý])")
CAPITAL = re.compile(r"\s(?=[A-Z0-9À-Ý])(?<=[aenprtz:]\s)")
LEADS = (
    "le groupe", "Le groupe", "Here at", "work at", "work for", "Company:", "About", "about", "Chez", "chez", "Join",
    "join", "At", "at", "Le", "La", "l'entreprise", "L'entreprise",
)  # fmt: skip
HOST = re.compile(r"((?:[\w-]{1,40}\.){1,5}[a-z]{2,10})\b", re.IGNORECASE)
BEFORE_HOST = re.compile(r"[:@wW](?:(?<=@)|(?<=:)//|(?<=[wW])[wW]{2}\.)")
SCHEME = re.compile(r"^(?:https?://)?(?:[^@/]{1,64}@)?", re.IGNORECASE)
SECOND_LEVEL = frozenset(("co", "com", "org", "ac", "gov", "net", "edu"))
CALLED_SO = re.compile(rf"\b{WORD}(?:\s{WORD})?")
KEY = re.compile(r"[\W_]+")
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
    believed, then the domain itself; in other texts only "X recrute" and its kin are.
    """
    head = text[:CHARS]
    own = [label for label in domains(header, text) if label not in hosts()][:LABELS]
    begins = [0, *(m.start() for m in BEGINS.finditer(head))]
    places = ((INTRODUCED, sorted([*begins, *leads(head)])), (AT_NAME, begins), (OWNS, begins))
    introduced = [(trimmed(m["name"]), m[0]) for pattern, starts in places for m in found_at(pattern, head, starts)]
    introduced = [(name, " ".join(words.split())) for name, words in introduced if is_employer(name)]
    for name, words in introduced:
        if any(same(name, label) for label in own):
            return name, words
    written = spelled(head, own)
    if written:
        return written, written
    if not notice:
        return hires(head, [name for name, _ in introduced])
    if introduced:
        return introduced[0]
    titled = TITLED.search(head) if header else None
    if titled and is_employer(trimmed(titled["name"])):
        return trimmed(titled["name"]), " ".join(titled[0].split())
    if own and (any(kind == "url" for kind, _ in header) or own[0] in text[:250].lower()):
        return own[0].capitalize(), own[0]
    return None


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


def hires(text: str, introduced: list[str]) -> tuple[str, str] | None:
    """Who "recrute" or "recherche" in a French text; the longer form where the text introduces it in full."""
    names = (trimmed(m["name"]) for m in HIRES_IN_FRENCH.finditer(text))
    name = next((name for name in names if is_employer(name)), None)
    if name is None:
        return None
    return max([name, *(n for n in introduced if n.startswith(name))], key=len), f"{name} recrute"


def domains(header: tuple[tuple[str, str], ...], text: str) -> list[str]:
    """Domain labels of the addresses in header and text, in order."""
    labels = [label_of(re.split(r"[/?]", SCHEME.sub("", url.lower()))[0]) for kind, url in header if kind == "url"]
    if "@" in text or "http" in text or "www." in text:
        labels += [label_of(host) for host in addresses(text[:ADDRESS_CHARS])]
    return [label for label in dict.fromkeys(labels) if len(label) > 1]


def addresses(text: str) -> Iterator[str]:
    """The hosts of the web and mail addresses in a text, in small letters."""
    end = -1
    for mark in BEFORE_HOST.finditer(text):
        host = HOST.match(text, mark.end()) if mark.start() >= end else None
        if host:
            end = host.end()
            yield host[1].lower()


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
    return a == b or (len(a) > 2 and (AROUND.sub("", b) == a or f"the{b}" == a))


def spelled(text: str, labels: list[str]) -> str | None:
    """A capitalised word or two of the text that spell one of the domain labels."""
    keys = {squashed(label) for label in labels if len(label) > 2}
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
    return name.strip(" .,;:'’&-").removesuffix("'s").removesuffix("’s").strip()


def is_employer(name: str) -> bool:
    """Whether a capitalised phrase can be an employer: no pronoun, no role, no place, no common word."""
    first = name.split(" ", 1)[0].lower().strip(".,'’")
    if len(name) < 2 or first in not_names() or PRONOUN.match(name):
        return False
    return not has_head(name) and not names_place(name)
