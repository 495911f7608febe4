"""Markup taken out of a text: the tags and entities of HTML, and the backslashes of Markdown."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from tasks.clean.lookup import rows

HOSTILE_LIMIT = 150_000
"""Characters that are read of markup the parser is not trusted with: no posting looks like that."""

TEXT_LIMIT = 100_000
"""Characters of plain text that are kept. The longest of 44,669 real postings has 13,144."""

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
ENTITY_NAME = re.compile(r"#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31}")
ENTITY = re.compile(rf"&(?:{ENTITY_NAME.pattern});")
NESTED_AMP = re.compile(r"&(?:amp;|#38;|#x26;)++(?=[a-zA-Z#])", re.I)
ESCAPED_MARK = re.compile(r"(?<!\\)\\++(?=[-_*.+#!&()\[\]{}~|`$%:])")  # Markdown writes `\-` for a hyphen
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
MOST_TAGS = 4000  # in a text that is read with care; real postings have fewer than 2,000
SIGNS = {
    "#x27": "'",
    "#x2F": "/",
    "quot": '"',
    "gt": ">",
    "lt": "<",
    "amp": "&",
    "#39": "'",
    "nbsp": "\xa0",
    "#x2f": "/",
}
"""What nearly all entities of pages are."""


def decode(text: str, kind: str) -> str:
    """Markup and entities taken out once. A text escaped as a whole (`&lt;p&gt;`, Greenhouse) is unescaped first."""
    if "\\" in text:
        text = ESCAPED_MARK.sub("", text)
    by_parser = kind not in ("markdown", "plain")
    tagged = "<" in text
    if tagged:
        easy = easily_parsed(text) if by_parser else None
        if easy is not None:
            return easy
        tagged = has_tags(text)
    if not tagged:
        text = text[: 4 * TEXT_LIMIT]
    if "&" in text:
        text = NESTED_AMP.sub("&", text)
        if not tagged and "&lt;" in text and any(m[1].lower() in READS_AS for m in ESCAPED_TAG.finditer(text)):
            text = unescaped(text)
            tagged = has_tags(text)
    if not tagged:
        return unescaped(text) if "&" in text and ENTITY.search(text) else text
    if by_parser and tame(text):
        return parsed(text)
    return unescaped(strip_tags(text[:HOSTILE_LIMIT]))


def has_tags(text: str) -> bool:
    """Whether it holds a tag of HTML; `vector<int>` and `a < b` are none."""
    return any(m[1] is None or m[1].lower() in READS_AS for m in TAG.finditer(text))


def unescaped(text: str) -> str:
    """Entities that end in a semicolon as characters; `?a=1&copy=2` is an address and not a sign."""
    first, *parts = text.split("&")
    out = [first]
    for part in parts:
        name, end, rest = part.partition(";")
        sign = SIGNS.get(name) if end else None
        if sign is None:
            out.append(unescape(f"&{name};") + rest if end and ENTITY_NAME.fullmatch(name) else f"&{part}")
        else:
            out += (sign, rest)
    return "".join(out)


def unescaped_page(text: str) -> str:
    """All entities of a page as characters, those escaped twice and those without a semicolon too."""
    first, *parts = text.split("&")
    out = [first]
    for part in parts:
        name, end, rest = part.partition(";")
        sign = SIGNS.get(name) if end else None
        if sign is None or (sign == "&" and (rest[:1].isalpha() or rest[:1] == "#")):
            return unescape(NESTED_AMP.sub("&", text))
        out += (sign, rest)
    return "".join(out)


def tame(html: str) -> bool:
    """Whether the parser can be trusted with it: its time is quadratic in nesting and in the attributes of one tag.

    Measured on selectolax 1.0: 10,000 nested tags 0.12 s, 50,000 2.9 s; 60,000 attributes in one tag 6 s. The bounds
    keep it below 0.05 s.
    """
    if html.count("<") > MOST_TAGS:
        return False
    size = len(html)
    return size * size < 3e8 or size * max(map(len, html.split("<"))) < 3e8


def parsed(html: str) -> str:
    """The text of a document by an HTML parser, with a line break put before every tag that begins or ends a block."""
    html = BLOCK_TAG.sub("\n<", on_one_line(html))
    if "<t" in html or "<T" in html:
        html = CELL_TAG.sub(" <", html)
    tree = LexborHTMLParser(html)
    if UNREAD_TAG.search(html):
        tree.strip_tags(UNREAD)
    body = tree.body
    return body.text() if body is not None else ""


def on_one_line(html: str) -> str:
    """`html` without its line breaks where tags lay it out: those of the source mean nothing then."""
    if "\n" in html and LAID_OUT.search(html) and "<pre" not in html:
        return html.replace("\n", " ")
    return html


class Marks(dict[str, str]):
    """What stands for the inside of a tag: a line break for a block, nothing for a span, `<` where a parser must tell."""

    def __missing__(self, tag: str) -> str:
        """Read one tag, and keep what was found for the next."""
        if tag[:2] == "a " and not tag.count('"') % 2 and "'" not in tag:
            return ""  # a link, which is ever new
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


def easily_parsed(html: str) -> str | None:
    """The text of a document of simple tags, just as the parser reads it, for a tenth of the cost; None for any other."""
    if "\0" in html or ("<pre>" in html and BARE_PRE.search(html)) or html.count("<") > MOST_TAGS:
        return None
    parts = ONE_TAG.split(on_one_line(html))
    parts[1::2] = [MARKS[tag] for tag in parts[1::2]]
    text = "".join(parts)
    if "<" in text:
        return None
    return unescaped_page(text[: 4 * TEXT_LIMIT]) if "&" in text else text


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
