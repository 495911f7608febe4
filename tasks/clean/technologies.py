"""The technologies a posting names as used, required or wanted, out of its skill list, its title and its text.

The closed list of ids, the names they go by and how each name is to be read are data: lookups/technologies.csv. A name
is read as a `word` (it means nothing else), a `phrase` (a space in it stands for a space, hyphen, dot or nothing) or in
`context` (it is also a word of everyday language; lookups/technology_contexts.csv says where it is the technology).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.words import in_address, words

FIELD = Field(
    "technologies",
    ("skills", "text", "title", "clean.company"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
    sought=True,
)

NAMES = rows("technologies")
ORDER = {name: at for at, name in enumerate(dict.fromkeys(row["id"] for row in NAMES))}


def pattern(name: str) -> str:
    """The regular expression of a phrase: its spaces may be written as a space, a hyphen, a dot or nothing."""
    return re.escape(name).replace(r"\ ", "[ .-]?") + r"(?![a-z0-9+#])"


INSIDE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+#")
WORDS = {row["name"].encode(): row["id"] for row in NAMES if row["reading"] == "word"}
PHRASES: dict[bytes, list[tuple[frozenset[bytes], re.Pattern[str], str]]] = {}
for _row in NAMES:
    if _row["reading"] == "phrase":
        _tokens = re.findall("[a-z0-9]+", _row["name"])
        _pattern = re.compile(pattern(_row["name"]))
        PHRASES.setdefault(_tokens[0].encode(), []).append(
            (frozenset(each.encode() for each in _tokens), _pattern, _row["id"])
        )
        PHRASES.setdefault("".join(_tokens).encode(), []).append((frozenset(), _pattern, _row["id"]))


class Context(NamedTuple):
    """Where one spelling of an everyday word is a technology; see lookups/technology_contexts.csv."""

    id: str
    name: str
    written: re.Pattern[str]
    alone: bool
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


def compiled(text: str) -> re.Pattern[str] | None:
    """A pattern of the lookup, or None where the cell is empty."""
    return re.compile(text) if text else None


IDS = {row["name"]: row["id"] for row in NAMES if row["reading"] == "context"}
CONTEXTS: dict[bytes, list[Context]] = {}
for _row in rows("technology_contexts"):
    CONTEXTS.setdefault(_row["name"].encode(), []).append(
        Context(
            IDS[_row["name"]],
            _row["name"],
            re.compile(rf"(?:{_row['written']})(?![\w#@]|\+\+)"),
            _row["alone"] == "yes",
            *(compiled(_row[column]) for column in ("before", "after", "not_before", "not_after")),
        )
    )
HEADS = frozenset(WORDS) | frozenset(PHRASES) | frozenset(CONTEXTS)

# A neighbour in a list is the best witness: "Python, R, SQL", "C/C++", "Rust and Go".
NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "any")
CASED_NEIGHBOURS = frozenset(row["name"] for row in rows("technology_neighbours") if row["written"] == "so")
JOINT = (
    r"[)\]\"'*_`]{0,2}\s?(?:[,/|;&+·•]|,?\s(?:and|or|et|und|ou|oder|y|and/or)\b|\n[-*•\s]{0,4})"
    r"(?:\s?(?:and|or|etc|&)\b)?\s?[(\[\"'*_`]{0,2}"
)
BEFORE = re.compile(rf"(?<![\w+#.-])(\.?\w[\w.-]*[+#]{{0,2}})(?: ?\d{{1,2}}(?:\.\d{{1,2}}|\.x)?\+?)?{JOINT}\Z")
AFTER = re.compile(rf"{JOINT}(\.?\w[\w.-]*[+#]{{0,2}})")
GLUED_IDS = {row["name"]: row["id"] for row in rows("technology_glued")}
_glued = "|".join(sorted(GLUED_IDS, key=len, reverse=True))
GLUED = re.compile(
    rf"(?<!My)(?<!No)(?<!Postgre)(?:{_glued})(?=[A-Z][A-Za-z])(?<!Java(?=Script))(?<!SQL(?=Alchemy|L|Lite|Server|Azure|DB))(?<!React(?=Native|JS))"
    rf"|(?<=[a-z)])(?<!My)(?<!No)(?<!Postgre)(?<!Py)(?:{_glued})(?![a-z])"
)
LONG_LINE = 600
"""Characters a line on average from which a text is taken to have lost its line breaks, and words their gaps with them."""

REACH = 48  # characters looked at on either side


def ordered(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids once each, in the order of the closed list."""
    return tuple(sorted(set(ids), key=ORDER.__getitem__))


def named(text: str) -> Iterator[tuple[str, str]]:
    """Every technology that `text` names, as (id, the words it was read from)."""
    present = words(text)
    heads = present & HEADS
    if not heads:
        return
    low = text.lower()
    for head in heads:
        if head in WORDS and (found := as_word(low, head.decode())):
            yield WORDS[head], found
        for tokens, phrase, name in PHRASES.get(head, ()):
            if tokens <= present and (found := as_phrase(low, phrase)):
                yield name, found
        for context in CONTEXTS.get(head, ()):
            if found := in_context(text, low, context):
                yield context.id, found


def as_word(low: str, name: str) -> str | None:
    """`name` if it stands in `low` as a word of its own outside addresses."""
    at = low.find(name)
    while at >= 0:
        end = at + len(name)
        if (
            (at == 0 or low[at - 1] not in INSIDE)
            and (end == len(low) or low[end] not in INSIDE)
            and not in_address(low, at, end)
        ):
            return name
        at = low.find(name, end)
    return None


def as_phrase(low: str, phrase: re.Pattern[str]) -> str | None:
    """The first place where a phrase stands in `low`, outside words and addresses."""
    for found in phrase.finditer(low):
        at, end = found.span()
        if (at == 0 or low[at - 1] not in INSIDE) and not in_address(low, at, end):
            return found[0]
    return None


def places(text: str, low: str, context: Context) -> Iterator[tuple[int, int]]:
    """Where a name stands in `text` as written in one of its accepted ways, not inside a word."""
    name, last = context.name, 0
    if len(name) < 3 or len(low) != len(text):  # short names are everywhere: let the pattern look for their capitals
        yield from (found.span() for found in context.written.finditer(text))
        return
    while (at := low.find(name, last)) >= 0:
        last = at + len(name)
        if found := context.written.match(text, at):
            yield found.span()


def parted(text: str, start: int, length: int) -> bool:
    """Whether a name may begin at `start`: not inside a word, an address or, for a short name, a hyphenated word."""
    last = text[start - 1]
    if last == "-":
        return length > 3 or not text[start - 2 : start - 1].isalnum()
    return not (last.isalnum() or last in "_#@.")


def in_context(text: str, low: str, context: Context) -> str | None:
    """The first place where an everyday word is the technology, with the words around it; None where it never is."""
    for start, end in places(text, low, context):
        if start and not parted(text, start, len(context.name)):
            continue
        before, after = text[max(0, start - REACH) : start], text[end : end + REACH]
        if (context.not_before and context.not_before.search(before)) or (
            context.not_after and context.not_after.search(after)
        ):
            continue
        if (
            context.alone
            or (context.before and context.before.search(before))
            or (context.after and context.after.search(after))
            or is_neighbour(BEFORE.search(before))
            or is_neighbour(AFTER.match(after))
        ) and not in_address(text, start, end):
            return f"{before[-20:]}{text[start:end]}{after[:20]}".strip()
    return None


def is_neighbour(found: re.Match[str] | None) -> bool:
    """Whether the word of a match, the next in a list, is the name of a technology."""
    if found is None:
        return False
    name = found[1].rstrip(".-")
    return name in CASED_NEIGHBOURS or name.lower() in NEIGHBOURS


def with_found(value: tuple[str, ...], found: Iterable[tuple[str, str]]) -> tuple[str, ...] | Found:
    """`value` with what was found added, explained by the words of what is new."""
    new = {name: because for name, because in found if name not in value}
    return Found(ordered([*value, *new]), "; ".join(new.values())) if new else value


@FIELD.rule(
    "TEC01",
    "technologies.skill_list",
    examples=(
        Example((), ("python", "sql", "go"), {"skills": ("Python 3", "SQL", "Go")}),
        Example((), ("r", "aws"), {"skills": ("R", "AWS, EC2")}),
    ),
    counter_examples=(
        Example((), (), {"skills": ("Communication", "Tableau de bord")}),
        Example((), (), {"skills": None}),
    ),
)
def skill_list(value: tuple[str, ...], given: Given) -> tuple[str, ...] | Found:
    """Does: reads the skills or tags that the source lists apart; a whole entry such as "Go" or "R" needs no context.

    Why: in a list of skills an everyday word is the technology.
    Leaves alone: entries that name none of the closed list.
    """
    skills = given.get("skills")
    if not skills:
        return value
    found = [(IDS[skill.strip().lower()], skill) for skill in skills if skill.strip().lower() in IDS]
    return with_found(value, [*found, *named(" , ".join(skills))])


@FIELD.rule(
    "TEC02",
    "technologies.named_in_text",
    examples=(
        Example((), ("python", "postgresql"), {"text": "We use Python with Postgres."}),
        Example((), ("c++", "c#", "nodejs"), {"text": "C++ or C#, some Node.js"}),
        Example((), ("java", "scala", "go"), {"text": "languages such as Java, Scala, and Go."}),
        Example((), ("python", "r"), {"text": "Python/R is a plus"}),
        Example((), ("react",), {"text": "a front end in React Native"}),
        Example((), ("sqlserver",), {"text": "SQL Server"}),
        Example((), ("rust",), {"text": "Welcome", "title": "Rust Engineer"}),
    ),
    counter_examples=(
        Example((), (), {"text": "Go to our page, our R&D will react quickly and spark joy; Series C, C-level."}),
        Example((), (), {"text": "Write to https://python.example/java or jobs@scala.example"}),
    ),
)
def named_in_text(value: tuple[str, ...], given: Given) -> tuple[str, ...] | Found:
    """Does: finds names of technologies in title and text; everyday words only where their neighbours speak for it.

    Why: most sources list no skills, and Go, R, C, Spark, React, Excel are words of every posting.
    Leaves alone: web and mail addresses, R&D, Series C, "go to", "react to", Rust Belt and their like.
    """
    title, text = given.get("title") or "", given.get("text") or ""
    return with_found(value, [*named(title), *named(text)] if title else named(text))


@FIELD.rule(
    "TEC03",
    "technologies.glued_words",
    examples=(
        Example(
            (),
            ("mongodb", "kafka", "docker"),
            {"text": "Vous rejoignez une équipe. " * 30 + "DockerCamelDatabase :MongoDBBrokerKafkaIBM"},
        ),
    ),
    counter_examples=(
        Example((), (), {"text": "DockerCamel"}),
        Example(
            (),
            (),
            {"text": "We write much text without a line break in it. " * 20 + "DockersWear, SQLAlchemy, NoSQLStore"},
        ),
    ),
)
def glued_words(value: tuple[str, ...], given: Given) -> tuple[str, ...] | Found:
    """Does: finds names of technologies that are glued to the next word, in texts that have lost their line breaks.

    Why: some exports strip tags and leave nothing in their place: "PythonSalesforce", "DockerCamelKafka".
    Leaves alone: texts with lines, and names that are parts of other names (SQLAlchemy, JavaScript).
    """
    text = given.get("text") or ""
    if len(text) < LONG_LINE * (text.count("\n") + 1):
        return value
    return with_found(
        value, ((GLUED_IDS[found[0]], text[found.start() : found.end() + 12]) for found in GLUED.finditer(text))
    )


@FIELD.rule(
    "TEC04",
    "technologies.own_name",
    examples=(Example(("docker", "linux"), ("linux",), {"clean.company": "Docker"}),),
    counter_examples=(Example(("docker", "linux"), ("docker", "linux"), {"clean.company": "Dockyard"}),),
)
def own_name(value: tuple[str, ...], given: Given) -> tuple[str, ...]:
    """Does: takes out a technology that is called as the hiring company is.

    Why: the company's name stands in every posting of it and says nothing of the job.
    Leaves alone: companies whose names only contain the word.
    """
    company = given.get("clean.company")
    own = company.lower().encode() if isinstance(company, str) else b""
    ids = {WORDS.get(own), IDS.get(own.decode())}
    return tuple(name for name in value if name not in ids) if own in HEADS else value
