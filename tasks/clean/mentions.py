"""Whether a posting names deep learning, and whether it names machine learning, by definitions kept as data.

lookups/mentions.csv holds one line a term: where it counts (anywhere, in the title, in the text), words one of which must be
there and others one of which must be beside them before the pattern is tried, the pattern, what around it speaks against it, and the definition it belongs to:
`phrase` (the strict definition: the subject is named) or `framework` (a tool of deep learning is named).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.near import watch, watched_words
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.words import SHORT, narrow, words

FRAMEWORKS = frozenset(("tensorflow", "pytorch", "torch", "keras", "caffe", "jax"))
"""The technologies that are frameworks of deep learning; those outside the closed list stand in mentions.csv."""

REACH = 80  # characters on either side of an announcing word in which a pattern and its `unless` are looked for
MOST_PLACES = 60  # of one announcing word that are looked at in one text

DEEP_LEARNING = Field(
    "deep_learning",
    ("clean.technologies", "text", "title", "skills"),
    sql_type="BOOLEAN",
    empty=False,
    remember=False,
    sought=True,
)
MACHINE_LEARNING = Field(
    "machine_learning",
    ("clean.deep_learning", "text", "title", "skills", "clean.company"),
    sql_type="BOOLEAN",
    empty=False,
    remember=False,
)


class Term(NamedTuple):
    """One line of the definitions; `unless` is None where nothing speaks against it."""

    where: str
    beside: tuple[bytes, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    definition: str


def terms(field: str) -> dict[bytes, list[Term]]:
    """The terms of one field under each of the words that may announce them."""
    found: dict[bytes, list[Term]] = {}
    for row in rows("mentions"):
        if row["field"] == field:
            unless = re.compile(row["unless"]) if row["unless"] else None
            beside = tuple([each.encode() for each in row["beside"].split("|") if each])
            term = Term(row["where"], beside, re.compile(row["pattern"]), unless, row["definition"])
            for head in row["heads"].split():
                found.setdefault(head.encode("ascii", "ignore"), []).append(term)
    return found


def chosen(found: dict[bytes, list[Term]], where: str) -> dict[bytes, tuple[Term, ...]]:
    """The terms that count at one place."""
    kept = {head: tuple([term for term in each if term.where in ("any", where)]) for head, each in found.items()}
    return {head: each for head, each in kept.items() if each}


FIELDS = ("deep_learning", "machine_learning")
TERMS = {name: {where: chosen(terms(name), where) for where in ("title", "text")} for name in FIELDS}
HEADS = {name: watch(frozenset(TERMS[name]["title"]) | frozenset(TERMS[name]["text"])) for name in FIELDS}

# What a company says of its product: its name, perhaps a remark in brackets, and what it does by means of the subject.
OF_ITSELF = re.compile(
    r"(?:\.[a-z]{2,3})?(?:\s*\([^()]{1,80}\))?,?\s(?:also |currently |may )?(?:is (?:committed to )?(?:bringing|using)\b"
    r"|uses?\b|leverag\w+|brings?\b|combin\w+|appl(?:y|ies)\b|solves?\b|helps?\b|enables?\b|provides?\b|offers?\b|makes?\b|harness\w+|utiliz\w+"
    r"|is an? (?:[\w-]+ ){0,6}(?:platform|app|application|solution|service|marketplace|aggregator)\b)"
)
TO_YOU = re.compile(r"\b(?:you|your|team|join|engineers?|scientists?|researchers?)\b")  # then it is of the work, too
SENTENCE = 220  # characters before a mention in which the beginning of its sentence is looked for


def blurb(text: str, at: int, company: str | None) -> bool:
    """Whether the sentence before `at` is one in which the company, by its name, says what it does."""
    if not company:
        return False
    low = max(0, at - SENTENCE)
    name = text.rfind(company, low, at)
    if name < 0:
        return False
    end = name + len(company)
    rest = text[end:at]
    if "\n" in rest or ". " in rest or "! " in rest:
        return False
    return OF_ITSELF.match(rest + " ") is not None and not TO_YOU.search(rest)


def beside(part: bytes, words_beside: tuple[bytes, ...]) -> bool:
    """Whether one of some words stands in a part of a text; half the cost of `any` with a generator."""
    for each in words_beside:  # noqa: SIM110
        if each in part:
            return True
    return False


def mention(field: str, text: str, where: str, company: str | None = None) -> str | None:
    """The first words of `text` that name the subject of `field`, with a little around them; None where nothing does."""
    heads = (watched_words(text) if len(text) >= SHORT else words(text)) & HEADS[field]
    if not heads:
        return None
    low = narrow(text)
    of_head = TERMS[field][where]
    for head in sorted(heads):  # the same words every time: the order of a set of bytes changes from run to run
        wanted = of_head.get(head)
        at = low.find(head) if wanted else -1
        looked = 0
        while at >= 0 and looked < MOST_PLACES:
            here, after = at, at + len(head)
            at = low.find(head, after)
            if low[after : after + 1].isalnum() or (here and low[here - 1 : here].isalnum()):
                continue  # "ai" in "email"
            looked += 1
            start, end = max(0, here - REACH), after + REACH
            near_by = low[start:end]
            for term in wanted or ():
                if term.beside and not beside(near_by, term.beside):
                    continue
                around = text[start:end]
                if (
                    (found := term.pattern.search(around))
                    and not (term.unless and term.unless.search(around))
                    and not blurb(text, start + found.start(), company)
                ):
                    return around[max(0, here - start - 30) : after - start + 30].strip()
    return None


def mentioned(field: str, given: Given) -> str | None:
    """The words that name the subject of `field` in title, skills or text."""
    title, skills, text = given.get("title"), given.get("skills"), given.get("text")
    return (
        (mention(field, title, "title") if title else None)
        or (mention(field, ", ".join(skills), "title") if skills else None)
        or (mention(field, text, "text", given.get("clean.company")) if text else None)
    )


@DEEP_LEARNING.rule(
    "DLM01",
    "deep_learning.framework",
    on="nothing",
    reads=("clean.technologies",),
    examples=(
        Example(False, True, {"clean.technologies": ("python", "pytorch")}),
        Example(False, True, {"clean.technologies": ("keras",)}),
    ),
    counter_examples=(Example(False, False, {"clean.technologies": ("python", "scikit-learn")}),),
)
def framework(value: bool, given: Given) -> bool | Found:
    """Does: takes a framework of deep learning among the technologies as naming it.

    Why: who asks for PyTorch asks for deep learning, whether or not the words stand there.
    Leaves alone: libraries of classical machine learning, and CUDA, which draws pictures too.
    """
    if value:
        return value
    named = [name for name in given.get("clean.technologies") or () if name in FRAMEWORKS]
    return Found(True, ", ".join(named)) if named else value


@DEEP_LEARNING.rule(
    "DLM02",
    "deep_learning.phrase",
    on="nothing",
    examples=(
        Example(False, True, {"text": "You know deep learning."}),
        Example(False, True, {"text": "We train CNNs and an LSTM"}),
        Example(False, True, {"text": "", "title": "LLM Engineer"}),
        Example(False, True, {"text": "models built in Theano"}),
    ),
    counter_examples=(
        Example(False, False, {"text": "A place of deep thought and learning, seen on CNN news; generative AI."}),
        Example(False, False, {"text": "A JD or LLM degree; substation transformers"}),
    ),
)
def deep_phrase(value: bool, given: Given) -> bool | Found:
    """Does: finds deep learning, neural networks and their kinds, large language models, and frameworks of no id, by name.

    Why: this is the definition of the labelling guide; each term is a line of lookups/mentions.csv.
    Leaves alone: generative AI alone, the broadcaster CNN, the degree LLM, electrical transformers.
    """
    words_found = None if value else mentioned("deep_learning", given)
    return Found(True, words_found) if words_found else value


@MACHINE_LEARNING.rule(
    "MLM01",
    "machine_learning.phrase",
    on="nothing",
    examples=(
        Example(False, True, {"text": "We use machine learning to sort parcels."}),
        Example(False, True, {"text": "", "title": "AI Engineer"}),
        Example(False, True, {"text": "Experience with NLP and data mining"}),
        Example(False, True, {"text": "Build predictive models for churn"}),
    ),
    counter_examples=(
        Example(True, True, {"text": ""}),
        Example(False, False, {"text": "The AI-powered platform for dentists. Haskell, ML and OCaml. 10 ml."}),
        Example(False, False, {"text": "You learn how the machine is cleaned; you make recommendations."}),
        Example(False, False, {"text": "Acme uses machine learning to sort parcels.", "clean.company": "Acme"}),
    ),
)
def machine_phrase(value: bool, given: Given) -> bool | Found:
    """Does: finds machine learning and its branches by name, and AI where it is worked on or asked for.

    Why: this is the definition of the labelling guide. What names deep learning names machine learning: the value
    starts as that of deep_learning.
    Leaves alone: what a company says of its own product, by its name, AI that only praises it, the language ML,
    recommendations of people.
    """
    words_found = None if value else mentioned("machine_learning", given)
    return Found(True, words_found) if words_found else value
