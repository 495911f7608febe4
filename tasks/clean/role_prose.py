"""Roles in running text: where a sentence asks for somebody, and which roles it names there."""

from __future__ import annotations

import re
from bisect import bisect_left

from tasks.clean.role_lists import BRACKETS, OF_HEADS, RULERS, Part, areas_of, is_general, names_craft, spread
from tasks.clean.roles import WORD, display, is_plural, kind_of, singular, words_of
from tasks.clean.words import asked_for, narrow, words

REACH = 160  # characters of a sentence that are read for one list of roles
MOST = 12  # roles read from sentences; a text that asks for more lists them
LATE = 40  # characters between a word for jobs and what its list begins with
NEAR_YOU = 90  # characters behind "As a Data Engineer" within which it says "you"
NEAR_JOIN = 50  # characters before "as a Data Engineer" within which it says "join"
PRAISE = 3  # unknown adjectives that are passed over before a title

LIST_MARKS = frozenset((",", ";", "&", "+", "/", "and", "or", "and/or", "as", "well", "plus"))
ENDS_SENTENCE = re.compile(r"[\n.!?:–—]| - ")
ADJECTIVE = re.compile(
    r"(?:ed|ing|ive|ous|ful|able|ible|ic|al|ant|ent|ary|ory|less|some|minded|oriented|driven|est|ier)$"
)
FULL_LEVELS = frozenset(("senior", "sr", "junior", "jr", "mid", "principal", "staff"))  # say as much without "level"
# Heads that are something else before a craft: "lead web developer", "expert Java programmers".
BEFORE_CRAFT = {
    "lead": "level", "associate": "level", "assistant": "level", "expert": "filler", "rockstar": "filler",
    "ninja": "filler", "guru": "filler", "generalist": "craft", "wizard": "filler",
}  # fmt: skip
ABBREVIATED = frozenset(("sr", "jr", "snr", "eng"))
SLASH = re.compile(r"\.?/|\.$")
COMPOUND = ("obsessed", "minded", "oriented", "driven", "focused", "inclined", "savvy")
NICKNAMES = frozenset(
    ("guru", "ninja", "rockstar", "expert", "wizard", "hacker", "generalist", "fellow", "leader", "advocate")
)

# Where a sentence goes on with the roles it asks for, under the word that a text must have for it to be looked for.
# Plain search is ten times faster here than a pattern.
ASKING: dict[bytes, tuple[bytes, ...]] = {
    b"looking": (b"looking ",),  # then what LOOKING says
    b"hiring": (b"hiring ", b"hiring: "),
    b"hire": (b"like to hire ", b"need to hire ", b"seeking to hire ", b"want to hire ", b"trying to hire "),
    b"board": (b"across the board. ", b"across the board: ", b"across the board, ", b"across the board - "),
    b"seeking": (b"seeking ", b"seeking: "),
    b"seek": (b"seek ",),
    b"seeks": (b"seeks ",),
    b"searching": (b"searching for ",),
    b"search": (b"in search of ",),
    b"need": (b"we need ", b"we need: ", b"need for ", b"currently need ", b"also need ", b"in need of "),
    b"needs": (b"needs ",),
    b"needing": (b"re needing ",),
    b"opening": (b"opening for ",),
    b"openings": (b"openings for ", b"openings available for "),
    b"position": (b"position for ", b"position as "),
    b"positions": (b"positions for ", b"positions open for ", b"positions available for "),
    b"role": (b"role of ", b"role for "),
    b"roles": (b"roles for ", b"roles of ", b"roles open for ", b"roles available for "),
    b"spot": (b"spot for ",),
    b"us": (b"join us as ", b"work with us as ", b"play us as "),
    b"add": (b"to add ", b"like to add "),
    b"adding": (b"adding ",),
    b"opportunities": (b"opportunities for ",),
    b"opportunity": (b"opportunity for ",),
    b"lookout": (b"lookout for ",),
    b"hunt": (b"hunt for ",),
    b"hunting": (b"hunting for ",),
    b"recruiting": (b"recruiting ",),
    b"bring": (b"bring on ",),
    b"want": (b"we want ",),
    b"priority": (b"priority is ", b"priority right now is "),
}
LISTED = (b"jobs", b"positions", b"roles", b"openings", b"opportunities", b"hiring", b"vacancies")  # then LIST_BEGINS
SOUGHT = asked_for(frozenset(ASKING) | frozenset(LISTED) | {b"as", b"join"})
LOOKING = re.compile(
    rb"(?:(?:\w+ly|right now|now|out|mostly|also|always) )?"
    rb"(?:for:? |to (?:hire|add|bring on|recruit|fill|find|expand our team with|grow our team with) )"
)
LIST_BEGINS = re.compile(r"[^.\n:?!]{0,40}?(?::(?!//)| (?:-|–|—|include|including|such as) )")
FOR_WHOM = re.compile(rb"for |to (?:hire|add|find|recruit|fill|bring on) ")  # "hiring for", "seeking to hire"
NOT_ASKED = (b"managers", b"manager ", b"process", b"compan", b"team ", b"thread", b"criteria", b"decision")
BEFORE_MANAGERS = (b"who is ", b"who's ", b"while ", b"when ")
YOU_WILL = re.compile(rb" you(?:[`'?]ll| will| would| get| can expect| work|[`'?]re going| are going)\b")
ARTICLE = re.compile(rb"(?:an?|our) ")


def from_sentences(text: str, heads: list[int]) -> tuple[list[str], str]:
    """The titles that sentences ask for, and the first of these sentences; `heads` are where words for roles stand."""
    titles: list[str] = []
    general: list[str] = []
    because = ""
    for start, end in asked(text):
        following = bisect_left(heads, end)
        if following == len(heads) or heads[following] > end + REACH:
            continue
        found = read_prose(text, end)
        if found:
            (general if all(map(is_general, found)) else titles).extend(found)
            because = because or text[start : end + 80].split("\n")[0]
        if len(titles) > MOST:
            break
    exact = [t for t in titles if singular(t.split()[-1].lower()) not in NICKNAMES]
    return exact or titles or general, because


def asked(text: str) -> list[tuple[int, int]]:
    """Where a text asks for somebody: (start of the words that ask, end of them), in order."""
    said = SOUGHT & words(text)
    if not said:
        return []
    low = narrow(text)
    found: list[tuple[int, int]] = []
    for word in said:
        for anchor in ASKING.get(word, ()):
            at = low.find(anchor)
            while at >= 0:
                end = asks(low, at, at + len(anchor), anchor)
                if end:
                    found.append((at, end))
                at = low.find(anchor, at + len(anchor))
    for word in said.intersection(LISTED):
        at = low.find(word)
        while at >= 0:
            begins = LIST_BEGINS.match(text, at + len(word), at + len(word) + LATE)
            if begins:
                found.append((at, begins.end()))
            at = low.find(word, at + len(word))
    if b"as" in said:
        found += introduced(text, low, joins=b"join" in said)
    return sorted(found)


def asks(low: bytes, at: int, end: int, anchor: bytes) -> int:
    """Where the roles begin that the anchor at `at` asks for; 0 where it asks for none ("the hiring process")."""
    if (at and low[at - 1 : at].isalpha()) or low.startswith(NOT_ASKED, end) or low.endswith(BEFORE_MANAGERS, 0, at):
        return 0
    if anchor == b"looking ":
        looking = LOOKING.match(low, end)
        return looking.end() if looking else 0
    whom = FOR_WHOM.match(low, end, end + LATE)
    return whom.end() if whom else end


def introduced(text: str, low: bytes, *, joins: bool) -> list[tuple[int, int]]:
    """Where a text speaks to the reader as to somebody: "As a Data Engineer you will", "join us in Oslo as a baker"."""
    found = []
    at = text.find("As ")
    while at >= 0:
        article = ARTICLE.match(low, at + 3)
        if article and YOU_WILL.search(low, article.end(), article.end() + NEAR_YOU):
            found.append((at, article.end()))
        at = text.find("As ", at + 3)
    at = low.find(b"join") if joins else -1
    while at >= 0:
        then = low.find(b" as a", at, at + NEAR_JOIN)
        article = ARTICLE.match(low, then + 4) if then >= 0 else None
        if article:
            found.append((then + 1, article.end()))
        at = low.find(b"join", at + 4)
    return found


def read_prose(text: str, start: int) -> list[str]:
    """The roles named right after `start` of a sentence, singular: "two talented iOS and Android engineers to ..." .

    Words that praise or count are passed over; the first word that can be no part of a title ends the reading. Nothing
    is returned where no head was met.
    """
    reader = Reader(text)
    end = start
    inside = False  # of brackets, which are passed over
    for match in WORD.finditer(text, start, start + REACH):
        word, gap = match[0].rstrip(".'’*-"), text[end : match.start()]
        end = match.end()
        if word in ("(", ")"):
            inside = word == "("
            if inside and reader.headed:
                reader.remark(match.start())
            continue
        if (gap != " " and ENDS_SENTENCE.search(gap)) or word == "|":
            break
        if inside or not word:
            continue
        if not reader.take(word, end):
            break
        if match[0].endswith(".") and word.lower() not in ABBREVIATED:
            if reader.headed:
                break
            reader.words = []  # "for several positions. Backend Engineers, ..."
    return [display(singular(title)) for title in reader.titles()]


class Reader:
    """Takes the words of a sentence one by one and says when roles have ended."""

    def __init__(self, text: str) -> None:
        """Begin with no word; `text` is looked into for the word that follows."""
        self.text = text
        self.parts: list[Part] = []
        self.words: list[str] = []
        self.headed = False
        self.skipped = 0

    def titles(self) -> list[str]:
        """The titles read, the last members without a head left out."""
        if self.words:
            self.parts.append((self.words, self.headed))
        while self.parts and not self.parts[-1][1]:
            self.parts.pop()
        return spread(self.parts, backwards=False)

    def remark(self, at: int) -> None:
        """What stands in brackets behind a head: areas that are each a role for themselves, or its specialty."""
        remark = BRACKETS.match(self.text, at)
        if not remark or not names_craft(remark[1]):
            return
        areas = areas_of(remark[1], " ".join(self.words)) if is_plural(self.words[-1]) else []
        self.parts += [([area, *self.words], True) for area in areas[:-1]]
        self.words = [areas[-1], *self.words] if areas else [*self.words, f"({display(remark[1].strip())})"]

    def take(self, word: str, end: int) -> bool:
        """Take the next word, which ends at `end` of the text; False where it can be no part of a list of roles."""
        low = word.lower()
        if low in LIST_MARKS:
            if self.words:
                self.parts.append((self.words, self.headed))
                self.words, self.headed = [], False
            return True
        kind = kind_of(word)
        if low in ("head", "chief") and self.text.startswith(" of ", end):
            kind = "head"
        if self.headed:
            return self.after_head(word, kind)
        if kind == "head" and low in BEFORE_CRAFT and self.goes_on(end):
            kind = BEFORE_CRAFT[low]
        if len(self.words) > 1 and "of" in (self.words[-1].lower(), self.words[-2].lower()):
            self.headed = kind in ("craft", "head")
            if self.headed:
                self.words.append(word)
            return self.headed
        return self.before_head(word, kind, end)

    def goes_on(self, end: int) -> bool:
        """Whether the next word but one blank away is one that stands before a head: "lead" + "web developer"."""
        following = WORD.match(self.text, end + 1) if self.text[end : end + 1] == " " else None
        return following is not None and kind_of(following[0].rstrip(".,;:!")) in ("craft", "level", "head")

    def after_head(self, word: str, kind: str) -> bool:
        """A word behind a head: another head, a level, "of", or what a VP is VP of."""
        low, last = word.lower(), self.words[-1].lower()
        if last.endswith(")"):
            return False
        ruled = last in RULERS and kind in ("craft", "maybe")
        if not (ruled or kind == "head" or (kind == "level" and low not in ("mid", "entry"))):
            if low != "of" or last not in OF_HEADS:
                return False
            self.headed = False
        self.words.append(word)
        return True

    def before_head(self, word: str, kind: str, end: int) -> bool:
        """A word before the head: craft and level are kept, praise is passed over, other small words end it."""
        low = word.lower()
        if kind == "head":
            self.headed = True
        elif low == "on" and self.words and self.words[-1].lower() == "ruby":
            pass  # "Ruby on Rails"
        elif low in ("level", "levels") and self.words and FULL_LEVELS.issuperset(SLASH.split(self.words[-1].lower())):
            return True  # "senior level developers", "Mid/Sr level"
        elif kind == "stop":  # "mid to senior" is a level
            return low == "to" and bool(self.words) and self.words[-1].lower() in words_of("level")
        elif kind == "filler":
            if low == "time" and self.words and self.words[-1].lower() in ("full", "part"):
                self.words.pop()
            return True
        elif kind not in ("craft", "level", "maybe") and not word[0].isupper() and word.isalpha():
            return self.unknown(word, end)
        self.words.append(word)
        return True

    def unknown(self, word: str, end: int) -> bool:
        """A small word the grammar does not know: an adjective is passed over, a noun right before a head is craft."""
        if self.words and word.endswith(COMPOUND):  # "design obsessed"
            self.words = []
            return True
        following = None if ADJECTIVE.search(word) else WORD.match(self.text, end + 1)
        kind = kind_of(following[0].rstrip(".,;:!")) if following else ""
        if self.words and kind in ("craft", "head") and self.skipped < PRAISE and not word.endswith("ly"):
            self.skipped = PRAISE  # one within a title: "Titanium appcelerator mobile developer"
            self.words.append(word)
            return True
        if self.words or self.skipped >= PRAISE or word.endswith("ly"):
            self.words, self.headed = [], False
            return False
        if kind == "head":
            self.words.append(word)
        else:
            self.skipped += 1
        return True
