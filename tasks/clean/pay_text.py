"""Amounts of pay as people write them: `$120-150k`, `£45k–£60k`, `650€/day`, `EUR 3.200 brutto/Monat`, `12 LPA`.

`quotes` finds them in a text and says where each stands; whether a quote is an offer of pay is for the rules of
salary.py. The spellings of currencies and periods are data: lookups/currencies.csv and lookups/periods.csv.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.near import has

MULTIPLES = {
    "k": 1e3,
    "thousand": 1e3,
    "mille": 1e3,
    "tkm": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "lacs": 1e5,
    "lpa": 1e5,
}
MULTIPLES |= {
    "m": 1e6,
    "mm": 1e6,
    "mil": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}
MULTIPLES |= {"crore": 1e7, "crores": 1e7, "cr": 1e7, "trillion": 1e12, "md": 1e9}

CURRENCIES = {row["written"]: row["currency"] for row in rows("currencies")}
PERIODS = {row["written"]: row["period"] for row in rows("periods")}
ALONE = [row["written"] for row in rows("periods") if row["alone"] == "yes"]
RATES = {row["currency"]: float(row["usd"]) for row in rows("currency_rates")}
MONTHLY = frozenset(row["currency"] for row in rows("currency_rates") if row["stated"] == "monthly")
"""Currencies of countries where pay is customarily stated by the month."""

PLAUSIBLE = {
    "hour": (2.0, 600.0),
    "day": (20.0, 5_000.0),
    "week": (80.0, 20_000.0),
    "month": (150.0, 60_000.0),
    "year": (2_500.0, 950_000.0),
}
"""US dollars between which pay for a period lies: from the minimum wages of India to what boards list for executives."""


class Quote(NamedTuple):
    """One amount or range as written: full units, the ISO code or `$`/`kr` or None, the period or None, and its place."""

    low: float | None
    high: float | None
    currency: str | None
    period: str | None
    start: int
    end: int
    ranged: bool
    thousands: bool  # written with a k, or as a number of thousands


def any_of(written: Iterable[str]) -> str:
    """An alternation of spellings, the longest first; those of letters only where no letter stands beside them."""
    signs: list[str] = []
    names: list[str] = []
    for each in sorted(written, key=len, reverse=True):
        (names if each[0].isalpha() else signs).append(each)
    ended = [re.escape(each) for each in names]
    word = rf"(?<![^\W\d_])(?:{'|'.join(ended)})(?:(?<![^\W\d_])|(?![^\W\d_]))"
    return "|".join([*map(re.escape, signs), word]) if signs else word


# All patterns read lower-cased text: alternations are many times faster without re.I.
CURRENCY = any_of(CURRENCIES)
PER = any_of(PERIODS)
NUMBER = r"\d{1,2}(?:,\d\d){1,2},\d{3}(?!\d)|\d{1,3}(?:[,.'’\x20¿]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,8}(?:[.,]\d{1,2})?(?!\d)"
MULTIPLE = (
    r"\x20?(?:k|thousand|mille|lakhs?|lacs?|lpa|crores?|cr|millions?|mil|mm|mn|m|bn|billion|trillion|b|md)"
    r"(?!(?!(?:e|eur|euros?|usd|gbp|chf|cad|aud|nzd|sgd)\b)[^\W\d_])"  # no letter follows, but for "kEUR", "kUSD", "ke" (French, in haste)
)
CURRENCY_BEHIND = rf"{CURRENCY}|(?<=k)(?:eur|euros?|usd|gbp|chf|cad|aud|nzd|sgd|e)\b"
JOIN = r"\x20?(?:-{1,2}|–|—|‒|−|~|/|&|to|and|et|à|a|bis|und|up\x20to|jusqu'à|till|until|hasta|tot|\.{2,3}|…|->|→|thru|through)\x20?"
PREPOSITION = r"(?:/|\bper\b|\ban?\b|\bpar\b|\bpro\b|\bje\b|\bal\b|\bpor\b|\beach\b|\bl[’'])"
QUOTE = re.compile(
    rf"""
    (?P<n1>{NUMBER}) (?P<m1>{MULTIPLE})? \x20? (?P<c2>{CURRENCY_BEHIND})? (?P<cents>\d\d(?!\d))?
    (?:\x20?{PREPOSITION}\x20?(?P<p1>{PER})\.?)? (?P<plus1>(?<!\x20)\+(?!\w))?
    (?:\x20?(?:(?:gross|brut(?:s|to)?|p\.?a\.?|per\x20annum)\x20)? {JOIN}
       (?P<c3>{CURRENCY})? \x20? (?P<n2>{NUMBER}) (?P<m2>{MULTIPLE})? \x20? (?P<c4>{CURRENCY_BEHIND})? (?P<plus2>(?<!\x20)\+(?!\w))?
    )?""",
    re.X,
)
CURRENCY_BEFORE = re.compile(rf"(?:{CURRENCY})\x20?\Z")
LAST_SIGNS = frozenset(each[-1] for each in CURRENCIES)
STATE = re.compile(r"\A(?:ca|c|a)(?=\$)")
DIGIT = re.compile("[0-9]")
NO_DIGIT = re.compile(r"\D")
IN_THOUSANDS = re.compile(r"\d{1,3}(?:[,.'’ ¿]\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}")  # the second as in India: 12,00,000
PARTS_THOUSANDS = re.compile(r"[,.'’ ¿](?=\d{3})")
SIGNS = "$€£¥₹₽₪₩฿₱₫₴₺₦"
THOUSANDS = frozenset(b"%dk" % number for number in range(1, 1000) if number != 401) | {b"k"}
THOUSANDS |= {b"%dk%s" % (number, each) for number in range(10, 200) for each in (b"eur", b"euros", b"e")}
THOUSAND = re.compile(r"[0-9] k(?![^\W\d_])")
CODES = frozenset(row["written"] for row in rows("currencies") if row["announces"] == "yes")
CODES |= {"lpa", "lakh", "lakhs", "crore"}
FILLER = (
    r"(?:base|gross|net|brut(?:e|s|es|to)?|plus\x20super|salary|salaire|ctc|fixe|doe|dod|euros?|eur|usd|gbp|cad|aud|k€"
    r"|compensation|range|\(|en|de|on\x20target)"
)
AFTER = re.compile(
    rf"\)?[\x20,]{{0,2}}(?:{FILLER}\x20{{0,2}}){{0,3}}(?:{PREPOSITION}\x20?(?P<period>{PER})|(?P<adverb>{any_of(ALONE)}))"
)
BEFORE = re.compile(
    r"(?:\b(?P<hour>hourly|horaire|stundenlohn|taux horaire|per hour)|\b(?P<day>daily|day rate|tagessatz|tjm|journalier)"
    r"|\b(?P<week>weekly)|\b(?P<month>monthly|mensuel(?:le)?|monatlich\w*|per month)"
    r"|\b(?P<year>annual(?:ly|i[sz]ed)?|yearly|annuel(?:le)?|jahres\w+|jährlich\w*|per annum|per year|p\.a\.|ctc|anual))"
    r"\b[^\d\n.;|]{0,50}$"
)
BOUND = r"(?:\s(?:salary|pay|base))?\s?:?\s?$"
BOUND_REACH = 40  # characters that the longest words of a bound take
UP_TO = re.compile(
    r"(?:\bup\sto|\bupto|\bmax(?:imum)?\.?(?:\sof)?|\bjusqu[’']à|\bbis(?:\szu)?|\btot|\bhasta|<|≤|\bas high as|\bno more than"
    r"|(?:/\s?|\bper\s|\ban?\s)(?:hour|hr|day|week|wk|month|mo|year|yr)\.?\s(?:to|-|–|up\sto))" + BOUND
)
FROM = re.compile(
    r"(?:\bfrom|\bstarting\s(?:at|from|salary(?:\sof)?|pay)|\bstart(?:s|ing)?\s(?:at|from|with)|\bmin(?:imum)?\.?(?:\sof)?|\bà\spartir\sde"
    r"|\bdès|\bab|\bat least|\bdesde|\bvanaf|>|≥|\bupwards of|\bnorth of|\bda)" + BOUND
)

# None of the three without one of its cues: a pattern that begins with many words costs ten times as much.
BEFORE_CUES = (
    "hour", "horaire", "stundenlohn", "da", "tagess", "tjm", "journ", "week", "month", "mensuel", "monat", "annu", "year", "jahr",
    "jähr", "p.a", "ctc", "anual",
)  # fmt: skip
UP_TO_CUES = ("up", "max", "jusqu", "bis", "tot", "hasta", "<", "≤", "as high", "no more")
TO = (" to", "-", "–")
FROM_CUES = (
    "from", "start", "min", "partir", "dès", "ab", "least", "desde", "vanaf", ">", "≥", "upwards", "north", "da",
)  # fmt: skip


def number(text: str) -> float:
    """The value of digits as written: `3.200`, `3,200`, `3 200` are 3200; `3.20` and `3,2` are fractions."""
    if text.isdecimal():
        return float(text)
    if IN_THOUSANDS.fullmatch(text):
        return float(NO_DIGIT.sub("", text))
    whole = PARTS_THOUSANDS.sub("", text)
    return float(whole.replace(",", "."))


@cache
def currency(written: str | None) -> str | None:
    """The ISO code of a spelling; `$` and `kr` stay what they are until the place is known."""
    return (CURRENCIES.get(written.lower().strip()) or ("EUR" if written == "e" else None)) if written else None


def period_named(written: str) -> str | None:
    """The period a column's own wording names ("Hourly", "per annum", "1 YEAR"), or None."""
    low = " ".join(written.lower().replace("_", " ").split())
    if low in PERIODS:
        return PERIODS[low]
    for word in re.findall(r"[^\W\d_][\w.]*", low):
        if word in PERIODS and len(word) > 1:
            return PERIODS[word]
    return None


def quotes(text: str, start: int = 0, end: int | None = None) -> Iterator[Quote]:
    """Every amount or range in lower-cased `text` that begins between `start` and `end`, whatever it is paid for."""
    done = start
    for digit in DIGIT.finditer(text, start, len(text) if end is None else end):
        at = digit.start()
        if at < done or not begins(text, at):
            continue
        found = QUOTE.match(text, at)
        if found is None:
            continue
        marked = text[max(0, at - 2) : at].rstrip(" ")[-1:] in LAST_SIGNS
        sign = CURRENCY_BEFORE.search(text, max(done, at - 8), at) if marked else None
        quote = read(found, sign, text)
        done = quote.end if quote else found.end("n1")
        if quote and (quote.low is None or quote.high is None or quote.low <= quote.high):
            yield quote


def begins(text: str, at: int) -> bool:
    """Whether a number begins at `at`: behind a blank, a bracket, a sign or code of money, not inside a word or number."""
    last = text[at - 1] if at else " "
    if last.isalpha():
        return last == "r" or text[at - 3 : at] in CODES
    return not (last.isdigit() or last in "_.,#")


def read(found: re.Match[str], sign: re.Match[str] | None, text: str) -> Quote | None:
    """The quote of one match, with the period and the bounds that the words around it give."""
    if found["n1"] == "401" and found["m1"]:
        return None  # the American pension plan
    if found["c3"] and not (sign or found["c2"] or found["m1"] or len(found["n1"]) > 3):
        return None  # "Level 6 - $84,150": the first number is no money
    start, written = (sign.start(), sign[0]) if sign else (found.start(), None)
    if sign and text[start - 2 : start] == ", ":
        written = STATE.sub("", written or "")  # "San Mateo, CA$90k" is in California
    low, first = number(found["n1"]), (found["m1"] or "").strip()
    if found["cents"] and found["c2"] in ("€",) and not first:
        low += int(found["cents"]) / 100
    high, second = low, first
    ranged = found["n2"] is not None
    if ranged:
        high, second = number(found["n2"]), (found["m2"] or "").strip()
        low, high = scaled(low, first, high, second)
    elif first:
        low = high = low * MULTIPLES[first]
    stop = found.end()
    after = AFTER.match(text, stop)
    two = ranged and found["p1"] and after and PERIODS[after["period"] or after["adverb"]] != PERIODS[found["p1"]]
    if two:  # "$70/hour to $208,000/year": from one, up to the other; the second is read by itself
        ranged, after, second, stop = False, None, first, found.end("p1")
        low = high = number(found["n1"]) * MULTIPLES.get(first, 1.0)
    before = text[max(0, start - 60) : start]
    period = None
    if found["p1"]:
        period = PERIODS[found["p1"]]
    if after:
        period = PERIODS[after["period"] or after["adverb"]]
    if period is None and has(before, BEFORE_CUES) and (spoken := BEFORE.search(before)):
        period = spoken.lastgroup
    if "lpa" in (first, second):
        period = "year"
    code = next(
        (c for c in map(currency, (found["c4"], found["c2"], written, found["c3"])) if c not in (None, "$", "kr")),
        None,
    )
    code = code or next((c for c in map(currency, (written, found["c2"], found["c3"], found["c4"])) if c), None)
    if code is None and {"lpa", "lakh", "lakhs", "crore", "lac", "lacs"} & {first, second}:
        code = "INR"
    low_bound: float | None = low
    high_bound: float | None = high
    if not ranged:
        close = before[-BOUND_REACH:]
        if (has(close, UP_TO_CUES) or close.rstrip().endswith(TO)) and UP_TO.search(close):
            low_bound = None
        elif two or found["plus1"] or (has(close, FROM_CUES) and FROM.search(close)):
            high_bound = None
    end = after.end() if after else found.start() + len(text[found.start() : stop].rstrip())
    return Quote(
        low_bound, high_bound, code, period, start, end, ranged, first == "k" or second == "k" or high >= 10_000
    )


def scaled(low: float, first: str, high: float, second: str) -> tuple[float, float]:
    """Both ends of a range in full units: in `120-150k` the k is meant for both, in `$120-150,000` the thousands are."""
    if first:
        low *= MULTIPLES[first]
        if not second and high < 1000 <= low:
            high *= MULTIPLES[first]
    if second:
        high *= MULTIPLES[second]
        if not first and low < 1000 <= high:
            low *= MULTIPLES[second]
    if not first and not second and 10 <= low < 1000 and high >= 10_000 and low * 1000 <= high:
        low *= 1000
    return low, high


def plausible(quote: Quote, code: str, period: str, low_wages: bool = False) -> bool:
    """Whether both ends lie where pay for a period lies, at the rate of the currency, and are not too far apart."""
    rate = RATES.get(code, 1.0)
    least, most = PLAUSIBLE[period]
    least = least / 5 if low_wages else least
    ends = [end for end in (quote.low, quote.high) if end is not None]
    return all(least <= end * rate <= most for end in ends) and max(ends) <= 8 * min(ends)
