"""The technologies a posting names as used, required or wanted, out of its skill list, its title and its text.

The closed list of ids, the names they go by and how each name is to be read are data: lookups/technologies.csv. A name
is read as a `word` (it means nothing else), a `phrase` (a space in it stands for a space, hyphen, dot or nothing) or in
`context` (it is also a word of everyday language; lookups/technology_contexts.csv says where it is the technology).
"""

from __future__ import annotations

import re

from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.technology_names import HEADS, IDS, LONG_LINE, WORDS, glued, named, ordered

FIELD = Field(
    "technologies",
    ("skills", "text", "title", "clean.company"),
    sql_type="VARCHAR[]",
    empty=(),
    remember=False,
    sought=True,
)


ENTRY = re.compile(r"[,;|•]")  # some sources put the whole list into one entry


def with_found(value: tuple[str, ...], found: dict[str, str]) -> tuple[str, ...] | Found:
    """`value` with what was found added, explained by the words of what is new."""
    new = ordered(found.keys() - set(value)) if value else ordered(found)
    if not new:
        return value
    return Found(ordered([*value, *new]) if value else new, "; ".join([found[name] for name in new]))


@FIELD.rule(
    "TEC01",
    "technologies.skill_list",
    examples=(
        Example((), ("python", "sql", "go"), {"skills": ("Python 3", "SQL", "Go")}),
        Example((), ("r", "sas", "aws"), {"skills": ("R; SAS; ATO", "AWS, EC2")}),
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
    entries = [entry.strip() for skill in skills for entry in ENTRY.split(skill[:2000])]
    found = {IDS[entry.lower()]: entry for entry in entries if entry.lower() in IDS}
    return with_found(value, {**named(" , ".join(skills), level=2), **found})


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
    title, text = given.get("title"), given.get("text")
    found = named(text) if text else {}
    if title:
        of_title = named(title, level=min(len(found), 2))
        found = {**of_title, **found} if found else of_title
    return with_found(value, found) if found else value


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
    text = given.get("text")
    if not text or len(text) < LONG_LINE or len(text) < LONG_LINE * (text.count("\n") + 1):
        return value
    return with_found(value, dict(glued(text)))


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
    if not value or not company:
        return value
    own = company.lower().encode() if isinstance(company, str) else b""
    ids = {WORDS.get(own), IDS.get(own.decode())}
    return tuple(name for name in value if name not in ids) if own in HEADS else value
