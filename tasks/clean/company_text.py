"""The employer's name in running text: who is introduced, who hires, whose address is given."""

from __future__ import annotations

import re
from functools import cache

from tasks.clean.gazetteer import is_place
from tasks.clean.lookup import rows
from tasks.clean.notice import only_a_small_town
from tasks.clean.roles import has_head

CHARS = 1_500
WORD = r"[A-Z0-9À-Ý][\w.&'’+-]{0,30}"
NAME = rf"(?P<name>{WORD}(?:[ ](?:{WORD}|&|of|de|du|des|la|et|and)){{0,4}}?)"
INTRODUCED = re.compile(
    rf"(?:^|[.!?:\n*•]\s{{0,3}}|\b[Aa]t\s|\bHere at\s|\b[Jj]oin\s|\bwork (?:at|for)\s|\bl'entreprise\s|L'entreprise\s|\bLe\s|\bLa\s|\bLe groupe\s|\b[Cc]hez\s|\b[Aa]bout\s|\bCompany:\s){NAME}"
    r"(?:,? (?:Inc|LLC|Ltd|Corp|GmbH)\.?)?(?:\s?(?:\([^()\n]{0,60}\)|,[^,.\n]{0,90},)\s?)?"
    r"\s(?:is|was|are|est|recrute|recherche|has|helps|makes|builds|provides|offers|develops|connects|creates|specializes|designs|works|seeks|needs|delivers|enables|allows|lets|powers|uses|runs|operates|gives|brings|combines|transforms|wants|serves|aims|believes)\b(?!\s(?:required|preferred|available|possible|ok|okay|welcome|a must|a plus|not|why|what|how|where|optional|possible))"
)
AT_NAME = re.compile(
    rf"(?:^|[.!?:\n]\s{{0,3}})(?:At|Here at|Chez|About|We're|We’re|We are|Join)\s{NAME}\s?(?:\([^()\n]{{0,60}}\))?\s?[,:.\n]"
)
OWNS = re.compile(
    rf"(?:^|[.!?:\n]\s{{0,3}}){NAME}['’]s\s(?:\w+\s){{0,3}}(?:platform|products?|mission|teams?|engineers|technology|app|apps|software|first|goal|customers|office|engineering|services?)\b"
)
TITLED = re.compile(rf"\n\s{{0,3}}{NAME}\s(?:[-–—:|]|\([^()\n]{{0,60}}\)\s[-–—:|])\s")
FRENCH = re.compile(
    rf"(?:^|[.!?:\n,]\s{{0,3}}|\b[Ll]'entreprise\s|\b[Ll]e groupe\s|\b[Ll]a société\s|\bLe\s|\bLa\s|\bL')?{NAME}(?:,[^,.\n]{{0,120}},)?\s(?:recrute|recherche)\b"
)
ADDRESS = re.compile(r"(?:https?://|www\.|@)((?:[\w-]{1,40}\.){1,5}[a-z]{2,10})\b", re.I)
SECOND_LEVEL = frozenset("co com org ac gov net edu".split())
NOT_NAMES = frozenset(
    """we you i it this that they he she our your my the a an there here what who where when how why if and but or so as for to in on at of with from by
    everyone someone anyone nobody candidate candidates position role job team company startup work working location remote onsite full part experience knowledge bonus
    mission culture product engineering software development stack technology requirements responsibilities salary compensation equity benefits visa contact email
    apply please note also today now currently founded based backed our team developers engineers engineer developer python java ruby javascript django rails react node
    nous vous notre votre le la les un une client clients entreprise société groupe poste offre mission missions description profil cabinet agence établissement ce cette il elle
    everything something nothing each every all both most many some one two three looking hiring hi hello hey yes no not web data design front back stack ios android mobile
    building culture process ideal successful right main being having understanding tout toute dans pour avec sous afin depuis implanté présente tu vos nos son sa ses en au aux du de""".split()
)


@cache
def hosts() -> frozenset[str]:
    """Domain labels that are nobody's own: boards, mail, newspapers (lookups/hosts.csv)."""
    return frozenset(row["host"] for row in rows("hosts"))


def squashed(text: str) -> str:
    """Letters and digits only, lower case: "Acme Labs" and "acmelabs" are one."""
    return re.sub(r"[\W_]+", "", text.lower())


def company_in_text(text: str, header: tuple[tuple[str, str], ...], *, notice: bool) -> tuple[str, str] | None:
    """The employer a text introduces and the words it was read from, or None where nobody is introduced.

    A name that is also the domain of an address in the text is certain. In a notice the first name introduced is
    believed; in other texts only "X recrute" and its kin are.
    """
    head = text[:CHARS]
    own = [label for label in domains(header, text) if label not in hosts()]
    found = [(m["name"], m[0]) for pattern in (INTRODUCED, AT_NAME, OWNS) for m in pattern.finditer(head)]
    found = [(trimmed(name), words) for name, words in found]
    found = [(name, words) for name, words in found if is_employer(name)]
    for name, words in found:
        if any(same(name, label) for label in own):
            return name, " ".join(words.split())
    written = spelled(head, own)
    if written:
        return written
    if not notice:
        hires = [trimmed(m["name"]) for m in FRENCH.finditer(head)]
        hires = [name for name in hires if is_employer(name)]
        longer = [n for n, _ in found if hires and n.startswith(hires[0])]
        name = max([*hires[:1], *longer], key=len, default="")
        return (name, f"{name} recrute") if name else None
    if found:
        return found[0][0], " ".join(found[0][1].split())
    titled = TITLED.search(head)
    if titled and header and is_employer(trimmed(titled["name"])):
        return trimmed(titled["name"]), " ".join(titled[0].split())
    urls = [t for kind, t in header if kind == "url"]
    if own and (urls or own[0] in text[:250].lower()):
        return own[0].capitalize(), own[0]
    return None


def domains(header: tuple[tuple[str, str], ...], text: str) -> list[str]:
    """Domain labels of the addresses in header and text, in order."""
    hosts_of = [segment.lower() for kind, segment in header if kind == "url"]
    labels = [
        label_of(re.sub(r"^(?:https?://)?(?:[^@/]{1,64}@)?", "", host).split("/")[0].split("?")[0]) for host in hosts_of
    ]
    if "@" in text or "http" in text or "www." in text:
        labels += [label_of(m[1].lower()) for m in ADDRESS.finditer(text[:6_000])]
    return [label for label in dict.fromkeys(labels) if len(label) > 1]


def label_of(host: str) -> str:
    """The owner's part of a host name: "acme" of "jobs.acme.co.uk"."""
    parts = [p for p in host.strip(". ").split(".") if p]
    if len(parts) < 2:
        return ""
    return parts[-3] if len(parts) > 2 and parts[-2] in SECOND_LEVEL else parts[-2]


def same(name: str, label: str) -> bool:
    """Whether a domain label is a name's: "acmelabs", "acme-labs", "getacme", "acmehq" for Acme Labs or Acme."""
    a, b = squashed(name), squashed(label)
    if len(a) < 3 or len(b) < 3:
        return a == b
    return (
        a == b
        or b
        in (
            f"get{a}",
            f"{a}hq",
            f"{a}app",
            f"use{a}",
            f"join{a}",
            f"{a}inc",
            f"{a}labs",
            f"the{a}",
            f"go{a}",
            f"try{a}",
        )
        or a == f"the{b}"
    )


def spelled(text: str, labels: list[str]) -> tuple[str, str] | None:
    """A capitalised word or two of the text that spell one of the domain labels."""
    for label in labels[:6]:
        key = squashed(label)
        if len(key) < 3:
            continue
        for match in re.finditer(rf"\b{WORD}(?:\s{WORD})?", text):
            for candidate in (match[0], match[0].split()[0]):
                name = trimmed(candidate)
                if squashed(name) == key and is_employer(name):
                    return name, name
    return None


def trimmed(name: str) -> str:
    """A name without what clung to it."""
    return re.sub(r"(?:['’]s)$", "", name.strip(" .,;:'’&-")).strip()


def is_employer(name: str) -> bool:
    """Whether a capitalised phrase can be an employer: no pronoun, no role, no place, no common word."""
    words = name.split()
    if (
        not words
        or len(name) < 2
        or words[0].lower().strip(".,'’") in NOT_NAMES
        or words[0]
        .lower()
        .startswith(("we'", "we’", "you'", "i'", "it'", "there'", "that'", "here'", "who'", "what'", "let'"))
    ):
        return False
    return not has_head(name) and not (is_place(name) and not only_a_small_town(name))
