"""Which amounts in a text are offers of base pay: by their form and by the words beside them.

pay_text.py reads how amounts are written; here is decided what they are. The words that speak for and against pay are data:
lookups/pay_words.csv.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.clean.lookup import rows
from tasks.clean.pay_text import CODES, RATES, SIGNS, THOUSAND, THOUSANDS, Quote, plausible, quotes
from tasks.clean.values import Pay, Place
from tasks.clean.words import asked_for, words

if TYPE_CHECKING:
    from tasks.clean.rule import Given

CODE_WORDS = asked_for(frozenset(code.encode() for code in CODES))
asked_for(THOUSANDS)
OF_COUNTRY = {row["country"]: row["currency"] for row in rows("country_currency")}
DOLLARS = {row["country"]: row["dollar"] for row in rows("country_currency")}
KRONOR = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}


def pay_words(means: str) -> str:
    """An alternation of the patterns of lookups/pay_words.csv that mean this."""
    return "|".join(row["pattern"] for row in rows("pay_words") if row["means"] == means)


SAYS_PAY = re.compile(rf"\b(?:{pay_words('pay')})\b")
NOT_PAY = re.compile(rf"\b(?:{pay_words('not_pay_before')})\b")
NOT_PAY_AFTER = re.compile(rf"\)?\x20?(?:(?:{pay_words('between')})\x20?){{0,4}}(?:{pay_words('not_pay_after')})")
ROLE = re.compile(
    r"\b(?:engineer|developer|manager|analyst|accountant|specialist|lead|director|executive|reps?|associate|consultant|designer"
    r"|scientist|officer|assistant|coordinator|architect|administrator|marketer|hacker)s?\b",
)
SHARES_BEFORE = re.compile(r"\b(?:equity|stock|options|shares|rsus?)(?: of| worth|:| up to)? ?$")
PAY_AFTER = re.compile(
    r"\)?\s?(?:base |basic |starting |annual |gross |monthly )?(?:salar(?:y|ies)\b|compensation\b|wages?\b|pay\b|basic\b|base\b|d\.?o\.?e\b|pro rata|ctc\b)",
)
ENDS = re.compile(
    r"\)?\s?(?:$|[+,.;|)\n]|plus\b|depend|negotiable|to start|and up|according|based on|for the right)", re.I
)
SET_APART = re.compile(r"[|:(\[–-]\s?(?:à partir de |jusqu['’]?à |from |up to |ab )?$")
LABELLED = re.compile(r"\n[^\n:]{1,40}: $")
NEAR = re.compile(r"[^.;\n|]{0,28}")
SAME_AGAIN = re.compile(
    r"\s?(?:[(\[/=≈~]{1,2}\s?|\bsoit\b|\bi\.e\.)(?:almost|soit|equivalent to|about|approx\w{0,12}\.?|ca\.?|circa|roughly|~|≈|i\.e\.,?|or)?\s?",
)
REACH = 70
MOST_SIGNS = 300  # of money that are looked at in one text; real postings have fewer than 60


def resolved(code: str | None, given: Given) -> str | None:
    """The ISO code for what was written: `$` and `kr` by the place, then by the source's hint; nothing by both too."""
    if code not in (None, "$", "kr"):
        return code
    places: tuple[Place, ...] = given.get("clean.locations") or ()
    countries = list(dict.fromkeys(place.country for place in places if place.country))
    hint = given.get("currency_hint")
    if code == "kr":
        return next((KRONOR[country] for country in countries if country in KRONOR), hint or "SEK")
    if code == "$":
        if not countries:
            return hint or "USD"
        return "USD" if "US" in countries else DOLLARS.get(countries[0], "USD")
    if hint and (not countries or any(OF_COUNTRY.get(country) == hint for country in countries)):
        return str(hint)
    return OF_COUNTRY.get(countries[0]) if countries else hint


def period_by_size(amount: float, code: str) -> str | None:
    """The period of an amount that names none, in US dollars: below 200 an hour, from 12,000 a year; else unknown."""
    dollars = amount * RATES.get(code, 1.0)
    if dollars >= 9_000:
        return "year"
    return "hour" if 4 <= dollars <= 200 else None


def offer(quote: Quote, given: Given, period: str | None = None, by_size: bool = True) -> Pay | None:
    """A quote as `Pay`, or None where its currency or period cannot be told or it is no plausible pay."""
    code = resolved(quote.currency, given)
    ends = [end for end in (quote.low, quote.high) if end is not None]
    if code is None or not ends:
        return None
    period = quote.period or period or (period_by_size(max(ends), code) if by_size else None)
    if period is None or not plausible(quote, code, period):
        return None
    return Pay(quote.low, quote.high, code, period)


def in_text(given: Given) -> list[tuple[Pay, str]]:
    """Every offer of pay in the text, with the words it was read from."""
    text = given.get("text") or ""
    at = signs(text)[:MOST_SIGNS]
    if not at:
        return []
    low = lower(text)
    found: list[tuple[Pay, str]] = []
    done = 0  # where the last quote ended
    offered = -1  # where the last offer ended
    for sign in at:
        if sign < done:
            continue
        for quote in quotes(low, max(done, sign - 26), sign + 14):
            done = quote.end
            if not counts(quote, low) or (offered >= 0 and SAME_AGAIN.fullmatch(low, offered, quote.start)):
                continue
            if pay := offer(quote, given, by_size=quote.thousands):
                offered = quote.end
                found.append((pay, text[max(0, quote.start - 30) : quote.end + 20].strip()))
    return joined(found)


def lower(text: str) -> str:
    """`text` in lower case, character for character: the few letters that become two (İ) stay as they are.

    The narrow blanks that part thousands become plain ones: a pay column is read as it was sent.
    """
    if not text.isascii():
        text = text.replace("\xa0", " ").replace("\u202f", " ").replace("\u2009", " ")
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def joined(found: list[tuple[Pay, str]]) -> list[tuple[Pay, str]]:
    """Offers with "minimum" and "maximum" put together, and without single figures that an earlier range holds."""
    kept: list[tuple[Pay, str]] = []
    for pay, because in found:
        earlier = next((k for k in kept if k[0].currency == pay.currency and k[0].period == pay.period), None)
        if earlier and earlier[0].max is None and pay.min is None and pay.max is not None:
            kept[kept.index(earlier)] = (Pay(earlier[0].min, pay.max, pay.currency, pay.period), earlier[1])
        elif any(holds(other, pay) for other, _ in kept):
            continue
        else:
            kept.append((pay, because))
    return kept


def holds(offered: Pay, pay: Pay) -> bool:
    """Whether a single figure lies in a range that is already offered for the same period."""
    if (offered.currency, offered.period) != (pay.currency, pay.period) or offered.min is None or offered.max is None:
        return False
    figure = pay.min if pay.min is not None else pay.max
    return (pay.min is None or pay.max is None or pay.min == pay.max) and offered.min <= (figure or 0) <= offered.max


def signs(text: str) -> list[int]:
    """Where a sign or code of money stands in `text`, or a number of thousands, in order."""
    present, at = words(text), []
    for sign in SIGNS:
        place = text.find(sign)
        while place >= 0:
            at.append(place)
            place = text.find(sign, place + 1)
    if not present.isdisjoint(THOUSANDS):
        at += (found.start() for found in THOUSAND.finditer(lower(text)))
    if codes := present & CODE_WORDS:
        low = lower(text)
        for code in codes:
            at += (found.start() for found in re.finditer(code.decode(), low))
    return sorted(at)


def in_header(text: str, at: int) -> bool:
    """Whether `at` is on a line of three parts or more with bars between them, or on a first line with dashes."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = end if end >= 0 else len(text)
    return text.count("|", start, end) >= 2 or (start == 0 and end < 200 and text.count(" - ", start, end) >= 2)


def counts(quote: Quote, text: str) -> bool:
    """Whether a quote in lower-cased running text is an offer of pay, by its form and by the words beside it."""
    before, after = text[max(0, quote.start - REACH) : quote.start], text[quote.end : quote.end + REACH]
    if NOT_PAY_AFTER.match(after) or SHARES_BEFORE.search(before):
        return False
    says = last(SAYS_PAY, before)
    if speaks_against(before, says):
        return False
    marked = quote.currency is not None
    if says or PAY_AFTER.match(after):
        return marked or quote.thousands
    if quote.period is not None and marked and quote.ranged:
        return True
    if quote.ranged and quote.thousands:
        return marked or SET_APART.search(before) is not None or in_header(text, quote.start)
    if quote.thousands and marked and LABELLED.search(before) and after[:1] in ("", "\n"):
        return SAYS_PAY.search(text, max(0, quote.start - 400), quote.start) is not None
    if quote.thousands and in_header(text, quote.start):
        return marked or SET_APART.search(before) is not None
    if quote.period == "year" and marked and quote.thousands:
        return quote.low is None or ENDS.match(after) is not None
    return quote.period == "hour" and marked


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match in `text`, or None."""
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def speaks_against(before: str, says: re.Match[str] | None) -> bool:
    """Whether the last word near the amount is one of funding, prices, bonuses and their like, and none of pay comes after it."""
    against = last(NOT_PAY, before)
    if against is None or not NEAR.fullmatch(before, against.end()):
        return False
    if ROLE.search(before, against.end()):
        return False  # "Sales Engineer: $100k" is pay
    return says is None or says.start() < against.end()
