"""Whether a posting names deep learning, and whether it names machine learning, by definitions kept as data.

lookups/mentions.csv holds one line a term: where it counts (anywhere, in the title, in the text), words one of which must be
there before the pattern is tried, the pattern, what around it speaks against it, and the definition it belongs to:
`phrase` (the strict definition: the subject is named) or `framework` (a tool of deep learning is named).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.words import asked_for, words

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
    ("clean.deep_learning", "text", "title", "skills"),
    sql_type="BOOLEAN",
    empty=False,
    remember=False,
)


class Term(NamedTuple):
    """One line of the definitions; `unless` is None where nothing speaks against it."""

    where: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    definition: str


def terms(field: str) -> dict[bytes, list[Term]]:
    """The terms of one field under each of the words that may announce them."""
    found: dict[bytes, list[Term]] = {}
    for row in rows("mentions"):
        if row["field"] == field:
            unless = re.compile(row["unless"]) if row["unless"] else None
            term = Term(row["where"], re.compile(row["pattern"]), unless, row["definition"])
            for head in row["heads"].split():
                found.setdefault(head.encode("ascii", "ignore"), []).append(term)
    return found


TERMS = {name: terms(name) for name in ("deep_learning", "machine_learning")}
HEADS = {name: asked_for(frozenset(each)) for name, each in TERMS.items()}


def mention(field: str, text: str, where: str) -> str | None:
    """The first words of `text` that name the subject of `field`, with a little around them; None where nothing does."""
    heads = words(text) & HEADS[field]
    if not heads:
        return None
    low = text.lower()
    for head in heads:
        wanted = [term for term in TERMS[field][head] if term.where in ("any", where)]
        spelled = head.decode()
        at = low.find(spelled) if wanted else -1
        looked = 0
        while at >= 0 and looked < MOST_PLACES:
            looked += 1
            start = max(0, at - REACH)
            around = text[start : at + len(spelled) + REACH]
            for term in wanted:
                if term.pattern.search(around) and not (term.unless and term.unless.search(around)):
                    return around[max(0, at - start - 30) : at - start + len(spelled) + 30].strip()
            at = low.find(spelled, at + len(spelled))
    return None


def mentioned(field: str, given: Given) -> str | None:
    """The words that name the subject of `field` in title, skills or text."""
    title, skills, text = given.get("title"), given.get("skills"), given.get("text")
    return (
        (mention(field, title, "title") if title else None)
        or (mention(field, ", ".join(skills), "title") if skills else None)
        or (mention(field, text, "text") if text else None)
    )


@DEEP_LEARNING.rule(
    "DLM01",
    "deep_learning.framework",
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
    ),
)
def machine_phrase(value: bool, given: Given) -> bool | Found:
    """Does: finds machine learning and its branches by name, and AI where it is worked on or asked for.

    Why: this is the definition of the labelling guide. What names deep learning names machine learning: the value
    starts as that of deep_learning.
    Leaves alone: AI that only praises the company, the language ML, recommendations of people.
    """
    words_found = None if value else mentioned("machine_learning", given)
    return Found(True, words_found) if words_found else value
