"""Running text as sources send it (HTML, Markdown, plain, broken encodings) made into plain text with lines.

Two functions are used elsewhere: `plain_text` before any field reads a text, `mask_pii` before anybody is shown one.
Both are linear in the length of the text, never raise, and change nothing when they are applied a second time.
"""

from __future__ import annotations

import re
import unicodedata

from ftfy import fix_encoding

from tasks.clean.markup import ENTITY, ESCAPED_MARK, TEXT_LIMIT, decode, has_tags
from tasks.clean.personal_data import mask_pii

__all__ = ["TEXT_LIMIT", "mask_pii", "plain_text"]

LIMIT = 1_000_000
"""Characters of markup that are read of one text. Records above 1 MB are set aside when a capture is split."""

REPAIR_LIMIT = 30_000
"""Characters of broken lines that are repaired; ftfy takes 1 µs a character, and a text with more is not a posting."""

PLAIN_SPACE = str.maketrans("", "", "\xa0\r\t")
HARMLESS = str.maketrans("<&\\", "   ")
PASSES = 4
"""How often a text is decoded: once for the page, once where it was escaped twice, the rest against hostile nesting."""

COMMON = bytes([*range(0x20, 0x7F), 0x0A])
LEADS = "ÂÃâÐÑØÙÅÄÎÏãäåæçèéï"
BROKEN = re.compile(rf"[{LEADS}][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Format characters and controls that show nothing; the joiners of emoji and of Persian (200c, 200d) stay.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
COMBINING = re.compile(r"[\u0300-\u036f]")
DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}+")


def plain_text(raw: str, kind: str = "auto") -> str:
    """The text a reader sees: tags gone (a line break for a block), entities decoded, encoding repaired.

    `kind` is what the source says of its texts: `html`, `plain`, `markdown`, or `auto` to look. Markdown and plain
    text keep their marks and lines. Whitespace is one space within a line and at most one empty line between lines.
    """
    text = raw[:LIMIT]
    for _ in range(PASSES):
        text = decode(text, kind)[: 2 * TEXT_LIMIT]
        rare = unusual(text)
        # Where the few unusual characters, moved together, make no pair of a broken encoding, the text makes none, and will
        # make none unless something between two of them is taken out.
        whole = not rare or (BROKEN.search(rare) is None and is_simple(rare))
        if not whole:
            text = repair(text)
            rare = unusual(text)
        text = lines(text, rare)
        if settled(text, whole):
            break
    else:
        text = lines(text.translate(HARMLESS), unusual(text))
    return text


def settled(text: str, whole: bool) -> bool:
    """Whether there is nothing left in it that a further pass would decode or, if it may not be `whole`, repair."""
    if "&" in text and ENTITY.search(text):
        return False
    if "<" in text and has_tags(text):
        return False
    if "\\" in text and ESCAPED_MARK.search(text):
        return False
    return whole or not looks_broken(text) or repair(text) == text


def unusual(text: str) -> str:
    """The characters of `text` that are neither printable ASCII nor line feeds: few, so that they can be looked at closely."""
    return text.encode("utf-8", "surrogatepass").translate(None, COMMON).decode("utf-8", "surrogatepass")


def is_simple(rare: str) -> bool:
    """Whether unusual characters are letters, signs and the common kinds of blanks, so that none is taken out or composed."""
    return rare.translate(PLAIN_SPACE).isprintable() and COMBINING.search(rare) is None


def looks_broken(text: str) -> bool:
    """Whether it holds a pair of characters that UTF-8 read as another encoding leaves behind."""
    return not text.isascii() and BROKEN.search(unusual(text)) is not None and BROKEN.search(text) is not None


def repair(text: str) -> str:
    """UTF-8 that was read as Latin-1 or cp1252 put right, line by line, and only where its typical pairs are seen.

    ftfy's `fix_encoding` alone: it repairs 99.6% and touched none of 1,271 clean strings; its default touched 140.
    """
    if not looks_broken(text):
        return text
    whole = text.split("\n")
    broken = {line for line in whole if not line.isascii() and BROKEN.search(line)}
    if sum(len(line) for line in whole if line in broken) > REPAIR_LIMIT:
        return text
    return "\n".join(fix_encoding(line) if line in broken else line for line in whole)


def lines(text: str, rare: str) -> str:
    """Whitespace and invisible characters put in order: one space, no blanks at line ends, at most one empty line.

    `rare` are the unusual characters of `text`.
    """
    if rare:
        text = without_unusual(text, rare)
    while "  " in text:  # halves a run of blanks each time
        text = text.replace("  ", " ")
    if "\n" in text:
        whole = [line.strip(" ") for line in text.split("\n")]
        text = "\n".join(whole)
        while "" in whole and "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
    return text.strip()[:TEXT_LIMIT].rstrip()


def without_unusual(text: str, rare: str) -> str:
    """`text` with its accents composed, its kinds of blanks and line ends made one, and without what shows nothing."""
    if COMBINING.search(rare):
        text = DECOMPOSED.sub(lambda m: unicodedata.normalize("NFC", m[0]), text)
    if "\xa0" in rare:
        text = text.replace("\xa0", " ")
    if "\r" in rare:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in rare:
        text = text.replace("\t", " ")
    if rare.translate(PLAIN_SPACE).isprintable():
        return text
    out = []
    for line in text.splitlines():
        words = " ".join(line.split())
        out.append(words if words.isprintable() else UNSEEN.sub("", words))
    return "\n".join(out)
