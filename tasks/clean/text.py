"""Running text as sources send it (HTML, Markdown, plain, broken encodings) made into plain text with lines.

Two functions are used elsewhere: `plain_text` before any field reads a text, `mask_pii` before anybody is shown one.
Both are linear in the length of the text, never raise, and change nothing when they are applied a second time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

from ftfy import fix_encoding
from selectolax.lexbor import LexborHTMLParser

from tasks.clean.lookup import rows
from tasks.clean.personal_data import mask_pii

__all__ = ["mask_pii", "plain_text", "settled"]

LIMIT = 1_000_000
"""Characters of markup that are read of one text. Records above 1 MB are set aside when a capture is split."""

HOSTILE_LIMIT = 150_000
"""Characters that are read of markup the parser is not trusted with: no posting looks like that."""

TEXT_LIMIT = 100_000
"""Characters of plain text that are kept. The longest of 44,669 real postings has 13,144."""

REPAIR_LIMIT = 30_000
"""Characters of broken lines that are repaired; ftfy takes 1 µs a character, and a text with more is not a posting."""

PLAIN_SPACE = str.maketrans("", "", "\xa0\r\t")
HARMLESS = str.maketrans("<&\\", "   ")
PASSES = 4
"""How often a text is decoded: once for the page, once where it was escaped twice, the rest against hostile nesting."""

READS_AS = {row["tag"]: row["reads_as"] for row in rows("html_tags")}
"""What stands for a tag in the text: a line break, a space, nothing, or its whole content is dropped."""

BLOCKS = "|".join(tag for tag, reads_as in READS_AS.items() if reads_as == "line")
UNREAD = [tag for tag, reads_as in READS_AS.items() if reads_as == "dropped"]
TAG = re.compile(r"<(?:/?([a-z][a-z0-9:]{0,9}+)(?:[\s/][^<>]*+)?>|!--|!doctype)", re.I)
ESCAPED_TAG = re.compile(
    r"&lt;/?([a-z][a-z0-9:]{0,9}+)(?:[\s/][^<>&]{0,300}+)?(?:&quot;[^<>&]{0,300}+){0,20}&gt;", re.I
)
BLOCK_TAG = re.compile(rf"<(?=/?(?:{BLOCKS})[\s/>])", re.I)
CELL_TAG = re.compile(r"<(?=t[dh][\s/>])", re.I)
LAID_OUT = re.compile(r"<(?:br|li|div|tr|h[1-6])[\s/>]", re.I)
UNREAD_TAG = re.compile(rf"<(?:{'|'.join(UNREAD)})[\s/>]", re.I)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
NESTED_AMP = re.compile(r"&(?:amp;|#38;|#x26;)++(?=[a-zA-Z#])", re.I)
COMMON = bytes([*range(0x20, 0x7F), 0x0A])
LEADS = "ÂÃâÐÑØÙÅÄÎÏãäåæçèéï"
BROKEN = re.compile(rf"[{LEADS}][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Format characters and controls that show nothing; the joiners of emoji and of Persian (200c, 200d) stay.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
ESCAPED_MARK = re.compile(r"\\++(?=[-_*.+#!&()\[\]{}~|`$%:])")  # Markdown writes `\\-` for a hyphen
COMBINING = re.compile(r"[\u0300-\u036f]")
DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}+")
EASY_TAG = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,9})(?:[\s/].*)?", re.S)
BARE_PRE = re.compile(r"<pre>(?!<code>)", re.I)  # a line break right behind it is no part of the text
ONE_TAG = re.compile(r"<([^<>]*)>")
EASY = frozenset(
    (
        "p", "br", "a", "i", "b", "em", "strong", "u", "s", "ul", "ol", "li", "div", "span", "font", "small", "big", "sub",
        "sup", "tt", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote",
    )
)  # fmt: skip
"""Tags whose text stands where it is written, so that no parser is needed to read it: unlike that of tables and forms."""

MOST_MARKS = 5000  # tags whose meaning is kept; those with addresses in them are ever new


@lru_cache(maxsize=8)
def plain_text(raw: str, kind: str = "auto") -> str:
    """The text a reader sees: tags gone (a line break for a block), entities decoded, encoding repaired.

    `kind` is what the source says of its texts: `html`, `plain`, `markdown`, or `auto` to look. Markdown and plain
    text keep their marks and lines. Whitespace is one space within a line and at most one empty line between lines.
    """
    text = raw[:LIMIT]
    for _ in range(PASSES):
        text = lines(repair(decode(text, kind)[: 2 * TEXT_LIMIT]))
        if settled(text):
            return text
    return lines(text.translate(HARMLESS))


def settled(text: str) -> bool:
    """Whether there is nothing left in it that a further pass would decode or repair."""
    if "&" in text and ENTITY.search(text):
        return False
    if "<" in text and has_tags(text):
        return False
    if "\\" in text and ESCAPED_MARK.search(text):
        return False
    return not looks_broken(text) or repair(text) == text


def unusual(text: str) -> str:
    """The characters of `text` that are neither printable ASCII nor line feeds: few, so that they can be looked at closely."""
    return text.encode("utf-8", "surrogatepass").translate(None, COMMON).decode("utf-8", "surrogatepass")


def looks_broken(text: str) -> bool:
    """Whether it holds a pair of characters that UTF-8 read as another encoding leaves behind."""
    # Where the few unusual characters, moved together, make no such pair, the text makes none.
    return not text.isascii() and BROKEN.search(unusual(text)) is not None and BROKEN.search(text) is not None


def has_tags(text: str) -> bool:
    """Whether it holds a tag of HTML; `vector<int>` and `a < b` are none."""
    return any(m[1] is None or m[1].lower() in READS_AS for m in TAG.finditer(text))


def decode(text: str, kind: str) -> str:
    """Markup and entities taken out once. A text escaped as a whole (`&lt;p&gt;`, Greenhouse) is unescaped first."""
    if "\\" in text:
        text = ESCAPED_MARK.sub("", text)
    tagged = "<" in text and has_tags(text)
    if not tagged:
        text = text[: 4 * TEXT_LIMIT]
    if "&" in text:
        text = NESTED_AMP.sub("&", text)
        if not tagged and "&lt;" in text and any(m[1].lower() in READS_AS for m in ESCAPED_TAG.finditer(text)):
            text = unescaped(text)
            tagged = has_tags(text)
    if not tagged:
        return unescaped(text) if "&" in text else text
    if kind in ("markdown", "plain") or not tame(text):
        return unescaped(strip_tags(text[:HOSTILE_LIMIT]))
    return parsed(text)


def unescaped(text: str) -> str:
    """Entities that end in a semicolon as characters; `?a=1&copy=2` is an address and not a sign."""
    return ENTITY.sub(lambda m: unescape(m[0]), text)


def tame(html: str) -> bool:
    """Whether the parser can be trusted with it: its time is quadratic in nesting and in the attributes of one tag.

    Measured on selectolax 1.0: 10,000 nested tags 0.12 s, 50,000 2.9 s; 60,000 attributes in one tag 6 s. The bounds
    keep it below 0.05 s; real postings have fewer than 2,000 tags.
    """
    if html.count("<") > 4000:
        return False
    size = len(html)
    return size * size < 3e8 or size * max(map(len, html.split("<"))) < 3e8


def parsed(html: str) -> str:
    """The text of a document by an HTML parser, with a line break put before every tag that begins or ends a block."""
    if "\n" in html and LAID_OUT.search(html) and "<pre" not in html:
        html = html.replace("\n", " ")  # laid out by tags: a line break of the source means nothing
    easy = without_easy_tags(html)
    if easy is not None:
        return easy
    html = BLOCK_TAG.sub("\n<", html)
    if "<t" in html or "<T" in html:
        html = CELL_TAG.sub(" <", html)
    tree = LexborHTMLParser(html)
    if UNREAD_TAG.search(html):
        tree.strip_tags(UNREAD)
    body = tree.body
    return body.text() if body is not None else ""


class Marks(dict[str, str]):
    """What stands for the inside of a tag: a line break for a block, nothing for a span, `<` where a parser must tell."""

    def __missing__(self, tag: str) -> str:
        """Read one tag, and keep what was found for the next."""
        found = EASY_TAG.fullmatch(tag)
        name = found[1].lower() if found else ""
        known = name in EASY and not tag.count('"') % 2 and not tag.count("'") % 2
        mark = (
            ("\n" if READS_AS[name] == "line" else "") if known and (name != "pre" or tag in ("pre", "/pre")) else "<"
        )
        if len(self) < MOST_MARKS and "=" not in tag:
            self[tag] = mark
        return mark


MARKS = Marks()


def without_easy_tags(html: str) -> str | None:
    """The text of a document of simple tags, just as the parser reads it, for a tenth of the cost; None for any other."""
    if "\0" in html or BARE_PRE.search(html):
        return None
    parts = ONE_TAG.split(html)
    parts[1::2] = [MARKS[tag] for tag in parts[1::2]]
    text = "".join(parts)
    if "<" in text:
        return None
    return unescape(text) if "&" in text else text


def strip_tags(text: str) -> str:
    """The same without a parser, for Markdown with some tags and for documents made to choke a parser."""
    text = dropped(text, "<!--", "-->")
    for name in ("script", "style"):
        text = dropped(text, f"<{name}", f"</{name}>")
    return TAG.sub(replaced, text)


def replaced(tag: re.Match[str]) -> str:
    """What stands for a tag: a line break for a block, a space for a cell, nothing for the rest; unknown ones stay."""
    return {"line": "\n", "space": " ", "": tag[0]}.get(READS_AS.get((tag[1] or "b").lower(), ""), "")


def dropped(text: str, start: str, end: str) -> str:
    """`text` without what stands between `start` and `end`; an unclosed one ends the text, as in a browser."""
    if start not in text:
        return text
    kept, at = [], 0
    while (begin := text.find(start, at)) >= 0:
        kept.append(text[at:begin])
        close = text.find(end, begin)
        if close < 0:
            break
        at = close + len(end)
    else:
        kept.append(text[at:])
    return " ".join(kept)


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


def lines(text: str) -> str:
    """Whitespace and invisible characters put in order: one space, no blanks at line ends, at most one empty line."""
    if rare := unusual(text):
        text = without_unusual(text, rare)
    while "  " in text:  # halves a run of blanks each time
        text = text.replace("  ", " ")
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    while "\n\n\n" in text:
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
