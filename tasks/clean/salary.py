"""Base pay as offered: from fields of its own, from a pay column, from the header of a notice, from the text.

What is found is a tuple of `Pay`, one an offer. How amounts are written is read by pay_text.py; here stands what counts.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.lookup import rows
from tasks.clean.pay_text import (
    CODE,
    CODES,
    RATES,
    SIGNS,
    THOUSAND,
    THOUSANDS,
    Quote,
    currency,
    number,
    period_named,
    plausible,
    quotes,
)
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.text import words
from tasks.clean.values import Pay, Place

FIELD = Field(
    "salary",
    (
        "salary", "salary_min", "salary_max", "salary_currency", "salary_period", "text", "title", "clean.locations",
        "currency_hint", "header", "is_notice", "clean.language",
    ),
    sql_type="PAY[]",
    empty=(),
    remember=False,
    sought=True,
)  # fmt: skip

Offers = tuple[Pay, ...]
OF_COUNTRY = {row["country"]: row["currency"] for row in rows("country_currency")}
DOLLARS = {row["country"]: row["dollar"] for row in rows("country_currency")}
KRONOR = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}

SAYS_PAY = re.compile(
    r"\b(?:salar(?:y|ies)|compensation|wages?|base pay|basic pay|pay(?: range| rate| scale| band| grade)?|rate|remuneration|rémunération|remuneration"
    r"|salaire|gehalt|vergütung|jahresgehalt|stipendio|retribuzione|ral|salario|sueldo|salário|lön|løn|ctc|paying|earn(?:ing)?s?|base|budget of|taux|package|tarif|"
    r"range|offering|offer|we pay|paid)\b",
    re.I,
)
NOT_PAY_BEFORE = re.compile(
    r"\b(?:rais(?:ed?|ing)|fund(?:ed|ing|s|raising)?|seed|series [a-f]|round|valu(?:ed|ation)|revenues?|arr|mrr|gmv|aum|sales|market|industry|assets|manag(?:e|es|ing)"
    r"|transactions?|invest(?:ed|ment|ments|ors?)?|worth|customers|spen(?:d|ds|t|ding)|sav(?:e|es|ed|ing|ings)|costs?|pric(?:e|es|ed|ing)|loans?|debt|bonus(?:es)?|referrals?"
    r"|sign[- ]?(?:on|ing)|stipends?|reimburs\w*|allowances?|credits?|donat\w*|prizes?|grants?|awards?|deals?|relocation|equipment|laptop|education|training"
    r"|conferences?|learning|gym|wellness|fitness|commut\w*|phone|insurance|deductible|tuition|401\s?\(?k\)?|contribut\w*|match(?:ing)?|profits?|turnover|budgets?"
    r"|commissions?|ote|on[- ]target|total (?:cash|comp\w*|target|rewards|pay|package)|tc|sell(?:s|ing)?|sold|generat\w*|process(?:es|ed|ing)?|growth|grew|growing|from zero to|over|exceed\w*"
    r"|tickets?[- ]resto\w*|tickets?[- ]restaurants?|titres?[- ]restaurants?|primes?|indemnit\w*|panier|mutuelle|cooptation|parrainage|chèques?|intéressement|participation|transports?|forfait|capital|budget"
    r"|chiffre d['’]affaires|fee|fees|fine|penalty|equity|stock|options|rent|per user|users|households?|income|pages?|lines|retirement|superannuation|benefits? (?:of|worth)|discount)\b[^.;\n|]{0,28}$",
    re.I,
)
NOT_PAY_AFTER = re.compile(
    r"\)?\s?(?:(?:usd|dollars|euros?|of|in|an?|per|/|year|yr|annual(?:ly)?|monthly|for|towards?|worth|the|your|our|each|every|to|pre-?seed|seed|gross|net|employee)\s?){0,4}"
    r"(?:bonus|referral|stipend|fund|funding|raise[ds]?|round|series|seed|investment|revenue|arr|mrr|valuation|budget|sign[- ]?on|signing|relocation|allowance|reimburs|credit"
    r"|customers?|users?|downloads?|lines|companies|market|industry|in sales|sales|profit|assets|aum|savings?|loans?|match|deductible|premium|gift|grant|award|prize|equity|stock|options|rsu"
    r"|ote\b|on[- ]target|total comp|total package|total cash|tc\b|all[- ]in|training|education|learning|conference|equipment|home office|gym|wellness|fitness|fee|deposit|donation|people|members"
    r"|students|stars|followers|employees|subscribers|requests|events|page ?views|players|per (?:user|customer|seat|transaction|project|task|article|hire|referral)|including (?:bonus|super|commission|benefits)|incl\.? (?:bonus|super)|inclusive of)",
    re.I,
)
ESTIMATED = re.compile(r"\best\.|\bestimat|\bemployer provided\b", re.I)
SAME_AGAIN = re.compile(
    r"\s?[(\[/=≈~]{1,2}\s?(?:almost|about|approx\w{0,12}\.?|ca\.?|circa|roughly|~|≈|i\.e\.,?|or)?\s?", re.I
)
REACH = 70


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
    if hint and (not countries or OF_COUNTRY.get(countries[0]) == hint):
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


def distinct(offers: list[Pay]) -> Offers:
    """Offers once each, in order."""
    return tuple(dict.fromkeys(offers))


@FIELD.rule(
    "SAL01",
    "salary.columns",
    examples=(
        Example(
            (),
            (Pay(65783.0, 95270.0, "USD", "year"),),
            {"salary_min": "65783", "salary_max": "95270.00", "salary_period": "Annual", "currency_hint": "USD"},
        ),
        Example(
            (),
            (Pay(13.5, 17.9, "USD", "hour"),),
            {"salary_min": "13.5", "salary_max": "17.9", "salary_period": "Hourly", "salary_currency": "USD"},
        ),
        Example(
            (),
            (Pay(None, 50000.0, "EUR", "year"),),
            {"salary_min": "0", "salary_max": "50,000", "salary_currency": "EUR"},
        ),
    ),
    counter_examples=(
        Example((), (), {"salary_min": None, "salary_max": None}),
        Example((), (), {"salary_min": "0", "salary_max": "0", "salary_period": "Annual", "currency_hint": "USD"}),
    ),
)
def columns(value: Offers, given: Given) -> Offers | Found:
    """Does: reads pay that the source keeps in fields of its own; a missing period is told from the size.

    Why: such fields are filled by a form and mean what they say.
    Leaves alone: zeros, and amounts that nobody is paid for the period named.
    """
    written = [given.get("salary_min"), given.get("salary_max")]
    ends = [amount(each) for each in written]
    if value or ends == [None, None]:
        return value
    low, high = ends
    if low is not None and high is not None and low > high:
        low, high = high, low
    code = currency(given.get("salary_currency") or None)
    quote = Quote(low, high, code, period_named(given.get("salary_period") or ""), 0, 0, True, True)
    found = offer(quote, given)
    return (
        Found((found,), f"{written[0]} - {written[1]} {given.get('salary_period') or ''}".strip()) if found else value
    )


def amount(written: Any) -> float | None:
    """The number in a field of its own, or None where there is none above zero."""
    found = re.search(r"\d[\d,.' ]{0,18}", written[:40]) if isinstance(written, str) else None
    if not found:
        return None
    try:
        return number(found[0].strip(" ,.'")) or None
    except ValueError:
        return None


@FIELD.rule(
    "SAL02",
    "salary.pay_column",
    examples=(
        Example(
            (), (Pay(40000.0, 55000.0, "USD", "year"),), {"salary": "40K-55K (Board est.)", "currency_hint": "USD"}
        ),
        Example(
            (),
            (Pay(2500.0, 3000.0, "EUR", "month"),),
            {"salary": "Mensuel de 2500.0 Euros à 3000.0 Euros sur 12.0 mois"},
        ),
        Example((), (Pay(47.0, 47.0, "USD", "hour"),), {"salary": "$47/hr"}),
        Example((), (Pay(1200000.0, 1200000.0, "INR", "year"),), {"salary": "CTC 12 LPA"}),
        Example(
            (),
            (Pay(90000.0, 90000.0, "CAD", "year"),),
            {"salary": "$90,000", "clean.locations": (Place("Toronto", "ON", "CA"),)},
        ),
    ),
    counter_examples=(
        Example((), (), {"salary": "Competitive"}),
        Example((), (), {"salary": "Selon profil, tickets restaurant 9€"}),
    ),
)
def pay_column(value: Offers, given: Given) -> Offers | Found:
    """Does: reads the first amount or range of a pay column.

    Why: what stands there is pay, so no word need say so; a board's estimate counts.
    Leaves alone: words without an amount, amounts of vouchers and bonuses.
    """
    text = given.get("salary")
    if value or not text:
        return value
    text = text[:400]
    period = period_named(given.get("salary_period") or "")
    for quote in quotes(text):
        if not NOT_PAY_BEFORE.search(text[max(0, quote.start - REACH) : quote.start]) and (
            found := offer(quote, given, period)
        ):
            return Found((found,), text)
    return value


@FIELD.rule(
    "SAL03",
    "salary.exact_in_text",
    examples=(
        Example(
            (Pay(84000.0, 96000.0, "AUD", "year"),),
            (Pay(84150.0, 95543.0, "AUD", "year"),),
            {
                "salary": "$84K - $96K (Board est.)",
                "text": "Level 6 - $84,150 - $95,543 per annum plus superannuation",
                "clean.locations": (Place(None, None, "AU"),),
            },
        ),
    ),
    counter_examples=(
        Example(
            (Pay(84150.0, 95543.0, "AUD", "year"),),
            (Pay(84150.0, 95543.0, "AUD", "year"),),
            {"salary": "$84,150 - $95,543", "text": "$90,000 per year"},
        ),
    ),
)
def exact_in_text(value: Offers, given: Given) -> Offers | Found:
    """Does: puts the figures of the text in the place of the rounded ones of a board's estimate.

    Why: an estimate of a board is rounded to thousands; the employer's own figure is the offer.
    Leaves alone: pay columns that are no estimate, and texts that state no pay or pay far from it.
    """
    column = given.get("salary")
    if not value or not column or not ESTIMATED.search(column[:400]):
        return value
    stated = in_text(given)
    near = [pay for pay, _ in stated if pay.period == value[0].period and close(pay, value[0])]
    return Found(distinct(near[:1]), stated[0][1]) if near else value


def close(one: Pay, other: Pay) -> bool:
    """Whether two offers overlap within a tenth."""
    low, high = (one.min or one.max or 0.0), (one.max or one.min or 0.0)
    return low <= 1.1 * (other.max or other.min or 0.0) and high >= 0.9 * (other.min or other.max or 0.0)


@FIELD.rule(
    "SAL04",
    "salary.stated_in_text",
    examples=(
        Example(
            (),
            (Pay(100000.0, 130000.0, "USD", "year"),),
            {"text": "Acme | Engineer | Remote | $100k-$130k + equity\nWe build boats."},
        ),
        Example((), (Pay(45000.0, 45000.0, "EUR", "year"),), {"text": "Salaire : 45 000 € bruts annuels"}),
        Example(
            (), (Pay(25.0, 30.0, "USD", "hour"),), {"text": "The wage range for this role is $25.00 - $30.00 per hour."}
        ),
        Example((), (Pay(None, 60000.0, "GBP", "year"),), {"text": "Salary up to £60k"}),
    ),
    counter_examples=(
        Example(
            (),
            (),
            {"text": "We raised $20M and process $500k a day; 401k match, $2,000 sign-on bonus, $5,000 referral fee."},
        ),
        Example((), (), {"text": "Up to $1,600 a year for reimbursement of training; 10k users; OTE $200k"}),
    ),
)
def stated_in_text(value: Offers, given: Given) -> Offers | Found:
    """Does: finds offers of base pay in running text: amounts with words of pay before them, a period, or the form of a range.

    Why: most notices state pay only there.
    Leaves alone: funding, revenue, prices, bonuses, referral fees, allowances, equity, and totals that include a bonus.
    """
    if value:
        return value
    found = in_text(given)
    return Found(distinct([pay for pay, _ in found]), "; ".join(because for _, because in found)) if found else value


def in_text(given: Given) -> list[tuple[Pay, str]]:
    """Every offer of pay in the text, with the words it was read from."""
    text = given.get("text") or ""
    found: list[tuple[Pay, str]] = []
    done = 0  # where the last quote ended
    offered = -1  # where the last offer ended
    for sign in signs(text):
        if sign < done:
            continue
        for quote in quotes(text, max(done, sign - 26), sign + 14):
            done = quote.end
            before, after = text[max(0, quote.start - REACH) : quote.start], text[quote.end : quote.end + REACH]
            if not counts(quote, before, after, text) or (
                offered >= 0 and SAME_AGAIN.fullmatch(text[offered : quote.start])
            ):
                continue
            if pay := offer(quote, given, by_size=quote.thousands):
                offered = quote.end
                found.append((pay, text[max(0, quote.start - 30) : quote.end + 20].strip()))
    return found


def signs(text: str) -> list[int]:
    """Where a sign or code of money stands in `text`, or a number of thousands, in order."""
    present, at = words(text), []
    for sign in SIGNS:
        place = text.find(sign)
        while place >= 0:
            at.append(place)
            place = text.find(sign, place + 1)
    if not present.isdisjoint(THOUSANDS):
        at += (found.start() for found in THOUSAND.finditer(text))
    if not present.isdisjoint(CODES):
        at += (found.start() for found in CODE.finditer(text))
    return sorted(at)


def in_header(text: str, at: int) -> bool:
    """Whether `at` is on a line of at least three parts with bars between them, as the first line of a notice is."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text.count("|", start, end if end >= 0 else len(text)) >= 2


def counts(quote: Quote, before: str, after: str, text: str) -> bool:
    """Whether a quote in running text is an offer of pay, by what it looks like and by the words beside it."""
    if NOT_PAY_AFTER.match(after) or NOT_PAY_BEFORE.search(before):
        return False
    marked = quote.currency is not None
    if SAYS_PAY.search(before):
        return marked or quote.thousands
    if quote.period is not None and marked and quote.ranged:
        return True
    if quote.ranged and quote.thousands:
        return marked or in_header(text, quote.start)
    if marked and quote.thousands and in_header(text, quote.start):
        return True
    return quote.period == "hour" and marked
