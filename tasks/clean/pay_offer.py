"""Which amounts in a text are offers of base pay: by their form and by the words beside them.

pay_text.py reads how amounts are written; here is decided what they are. The words that speak for and against pay are data:
lookups/pay_words.csv.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tasks.clean.lookup import rows
from tasks.clean.pay_spot import spots
from tasks.clean.pay_text import MONTHLY, RATES, Quote, plausible, quotes
from tasks.clean.values import Pay, Place

if TYPE_CHECKING:
    from tasks.clean.rule import Given

OF_COUNTRY = {row["country"]: row["currency"] for row in rows("country_currency")}
DOLLARS = {row["country"]: row["dollar"] for row in rows("country_currency")}
A_DOLLAR = frozenset(DOLLARS.values())
YEARLY_FROM = {"INR": 2_500}  # US dollars; India counts by the year (lakhs per annum)
KRONOR = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}


def pay_words(means: str) -> str:
    """An alternation of the patterns of lookups/pay_words.csv that mean this."""
    return "|".join(row["pattern"] for row in rows("pay_words") if row["means"] == means)


class Words(NamedTuple):
    """The words that mean one thing, and the first three letters of each: few words of a text need the long pattern."""

    pattern: re.Pattern[str]
    begin: frozenset[str]


def words_meaning(means: str) -> Words:
    """The words of lookups/pay_words.csv that mean this, to be matched where a word begins."""
    patterns = [row["pattern"] for row in rows("pay_words") if row["means"] == means]
    literal = [re.match(r"[^\W\d_]+(?![?*])|[^\W\d_]*", each) for each in patterns]
    begin = frozenset(found[0][:3] for found in literal if found and found[0])
    return Words(re.compile(rf"(?:{'|'.join(patterns)})\b"), begin)


SAYS_PAY = words_meaning("pay")
NOT_PAY = words_meaning("not_pay_before")
SAYS_PAY_FAR = re.compile(rf"\b(?:{pay_words('pay')})\b")
WORD = re.compile(r"\w+")
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
# Pay of two weeks or of half a month, which is none of the periods.
NO_PERIOD = re.compile(
    r"[\s(,]{0,3}(?:(?:bi|semi)[- ]?(?:weekly|monthly)|fortnightly|(?:per|each|a) (?:pay period|fortnight))"
)
SET_APART = re.compile(r"[|:(\[–-]\s?(?:à partir de |jusqu['’]?à |from |up to |ab )?$")
LABELLED = re.compile(r"\n[^\n:]{1,40}: $")
NEAR = re.compile(r"[^.;\n|]{0,28}")
SAME_AGAIN = re.compile(
    r"\s?(?:[(\[/=≈~]{1,2}\s?|\bsoit\b|\bi\.e\.)(?:almost|soit|equivalent to|about|approx\w{0,12}\.?|ca\.?|circa|roughly|~|≈|i\.e\.,?|or)?\s?",
)
REACH = 70
FAR = 400  # characters before an amount in which the heading of a list of pay is looked for
YEARS = range(1980, 2040)  # numbers that are years rather than pay, where no sign of money stands beside them


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
            return hint if hint in A_DOLLAR else "USD"
        return "USD" if "US" in countries else DOLLARS.get(countries[0], "USD")
    if hint and (not countries or any(OF_COUNTRY.get(country) == hint for country in countries)):
        return str(hint)
    return OF_COUNTRY.get(countries[0]) if countries else hint


def by_the_month(code: str, given: Given) -> bool:
    """Whether pay is stated by the month where this currency or the first place of the posting is."""
    places: tuple[Place, ...] = given.get("clean.locations") or ()
    return code in MONTHLY or (bool(places) and OF_COUNTRY.get(places[0].country or "") in MONTHLY)


def period_by_size(low: float, high: float, monthly: bool, labelled: bool, yearly: float = 9_000) -> str | None:
    """The period of amounts in US dollars that name none: from `yearly` on a year.

    Below that a month where that is the custom, else an hour up to 200. Behind a label of pay a careful reader of any posting
    takes 3,200 to 9,000 for a month.
    """
    if high >= yearly and not (labelled and yearly > low and low < 8_000 and high < 20_000):
        return "year"
    if monthly or (labelled and low >= 3_200):
        return "month"
    return "hour" if low >= 4 and high <= 200 else None


def offer(
    quote: Quote, given: Given, period: str | None = None, by_size: bool = True, labelled: bool = False
) -> Pay | None:
    """A quote as `Pay`, or None where its currency or period cannot be told or it is no plausible pay."""
    code = resolved(quote.currency, given)
    ends = [end for end in (quote.low, quote.high) if end is not None]
    if code is None or not ends:
        return None
    rate, monthly = RATES.get(code, 1.0), by_the_month(code, given)
    period = quote.period or period
    if period is None and by_size:
        period = period_by_size(min(ends) * rate, max(ends) * rate, monthly, labelled, YEARLY_FROM.get(code, 9_000))
    if period is None or not plausible(quote, code, period, monthly):
        return None
    return Pay(quote.low, quote.high, code, period)


def in_text(given: Given) -> list[tuple[Pay, str]]:
    """Every offer of pay in the text, with the words it was read from."""
    text = given.get("text") or ""
    stretches, labels = spots(text)
    if not stretches:
        return []
    first, last_of = max(0, stretches[0][0] - FAR - REACH), stretches[-1][1] + 3 * REACH
    low = text[:first] + lower(text[first:last_of]) + text[last_of:]
    found: list[tuple[Pay, str]] = []
    done = 0  # where the last quote ended
    offered = -1  # where the last offer ended
    for start, end in stretches:
        if end <= done:
            continue
        for quote in quotes(low, max(done, start), end):
            done = quote.end
            labelled = quote.start in labels
            if not counts(quote, low, labelled) or (offered >= 0 and SAME_AGAIN.fullmatch(low, offered, quote.start)):
                continue
            if pay := offer(quote, given, by_size=quote.thousands or labelled, labelled=labelled):
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


def in_header(text: str, at: int) -> bool:
    """Whether `at` is on a line of three parts or more with bars between them, or on a first line with dashes."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = end if end >= 0 else len(text)
    return text.count("|", start, end) >= 2 or (start == 0 and end < 200 and text.count(" - ", start, end) >= 2)


def counts(quote: Quote, text: str, labelled: bool = False) -> bool:
    """Whether a quote in lower-cased running text is an offer of pay, by its form and by the words beside it."""
    after = text[quote.end : quote.end + REACH]
    if NOT_PAY_AFTER.match(after) or (labelled and after[:1] == "k" and not quote.thousands):
        return False  # the latter: "$45-52KSummary", a line glued to the next
    if quote.period is None and NO_PERIOD.match(after):
        return False
    before = text[max(0, quote.start - REACH) : quote.start]
    if SHARES_BEFORE.search(before):
        return False
    beginnings = [(found.start(), found[0][:3]) for found in WORD.finditer(before)]
    says = last(SAYS_PAY, before, beginnings)
    if speaks_against(before, says, beginnings):
        return False
    marked = quote.currency is not None
    if labelled and not marked and not quote.thousands:  # "Salary: 4,800"
        return quote.period is not None or (
            max_of(quote) >= 1000 and not (quote.low == quote.high and max_of(quote) in YEARS)
        )
    if says or labelled or PAY_AFTER.match(after):
        return marked or quote.thousands
    if quote.period is not None and marked and quote.ranged:
        return True
    if quote.ranged and quote.thousands:
        return marked or SET_APART.search(before) is not None or in_header(text, quote.start)
    if quote.thousands and marked and LABELLED.search(before) and after[:1] in ("", "\n"):
        return SAYS_PAY_FAR.search(text, max(0, quote.start - FAR), quote.start) is not None
    if quote.thousands and in_header(text, quote.start):
        return marked or SET_APART.search(before) is not None
    if quote.period == "year" and marked and quote.thousands:
        return quote.low is None or ENDS.match(after) is not None
    return quote.period == "hour" and marked


def max_of(quote: Quote) -> float:
    """The greater end of a quote."""
    return quote.high if quote.high is not None else quote.low or 0.0


Beginnings = list[tuple[int, str]]


def last(wanted: Words, text: str, beginnings: Beginnings) -> re.Match[str] | None:
    """The last of some words in `text`, whose words begin at `beginnings`, or None."""
    for start, begin in reversed(beginnings):
        if (begin in wanted.begin or begin.isdigit()) and (found := wanted.pattern.match(text, start)):
            return found
    return None


def speaks_against(before: str, says: re.Match[str] | None, beginnings: Beginnings | None = None) -> bool:
    """Whether the last word near the amount is one of funding, prices, bonuses and their like, and none of pay comes after it."""
    if beginnings is None:
        beginnings = [(found.start(), found[0][:3]) for found in WORD.finditer(before)]
    against = last(NOT_PAY, before, beginnings)
    if against is None or not NEAR.fullmatch(before, against.end()):
        return False
    if ROLE.search(before, against.end()):
        return False  # "Sales Engineer: $100k" is pay
    return says is None or says.start() < against.end()
