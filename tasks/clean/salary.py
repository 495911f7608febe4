"""Base pay as offered: from fields of its own, from a pay column, from the header of a notice, from the text.

What is found is a tuple of `Pay`, one an offer. How amounts are written is read by pay_text.py; here stands what counts.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.clean.pay_offer import NOT_PAY_AFTER, REACH, in_text, lower, offer, speaks_against
from tasks.clean.pay_text import RATES, SIGNS, Quote, currency, number, period_named, quotes
from tasks.clean.rule import Example, Field, Found, Given
from tasks.clean.values import Pay, Place

FIELD = Field(
    "salary",
    (
        "salary", "salary_min", "salary_max", "salary_currency", "salary_period", "text", "title", "clean.locations",
        "currency_hint",
    ),
    sql_type="PAY[]",
    empty=(),
    remember=False,
    sought=True,
)  # fmt: skip

Offers = tuple[Pay, ...]
AMOUNT = re.compile(r"\d[\d,.' ]{0,18}", re.A)
ESTIMATED = re.compile(r"\best\.|\bestimat|\bemployer provided\b", re.I)


def distinct(offers: list[Pay]) -> Offers:
    """Offers once each, in order."""
    return tuple(dict.fromkeys(offers))


@FIELD.rule(
    "SAL01",
    "salary.columns",
    on="nothing",
    reads=("salary_min", "salary_max"),
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
    return from_columns(value, given, 1.0)


@FIELD.rule(
    "SAL02",
    "salary.cents",
    on="nothing",
    reads=("salary_min", "salary_max"),
    examples=(
        Example(
            (),
            (Pay(120000.0, 150000.0, "USD", "year"),),
            {"salary_min": "12000000", "salary_max": "15000000", "salary_currency": "USD", "salary_period": "year"},
        ),
    ),
    counter_examples=(
        Example((), (), {"salary_min": "12000001", "salary_currency": "USD", "salary_period": "year"}),
        Example((), (), {"salary_min": "12000000", "salary_currency": "JPY", "salary_period": "hour"}),
    ),
)
def cents(value: Offers, given: Given) -> Offers | Found:
    """Does: reads fields of their own as cents where they are no pay otherwise, and both end in two zeros.

    Why: Greenhouse and payroll systems give whole cents so as to need no fraction.
    Leaves alone: amounts that are pay as they stand, and currencies whose unit is worth less than ten US cents.
    """
    if value or not (given.get("salary_min") or given.get("salary_max")):
        return value
    code = currency(given.get("salary_currency") or None) or given.get("currency_hint") or "USD"
    if RATES.get("USD" if code == "$" else code, 0.0) < 0.1:
        return value
    return from_columns(value, given, 0.01)


def from_columns(value: Offers, given: Given, unit: float) -> Offers | Found:
    """The offer that the fields of their own hold, counted in `unit`s; `value` where they hold none."""
    written = [given.get("salary_min"), given.get("salary_max")]
    if written == [None, None]:
        return value
    ends = [amount(each) for each in written]
    if value or ends == [None, None] or (unit != 1.0 and any(end is not None and end % 100 for end in ends)):
        return value
    low, high = (end if end is None else end * unit for end in ends)
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
    found = AMOUNT.search(written[:40]) if isinstance(written, str) else None
    if not found:
        return None
    digits = found[0].strip(" ,.'")
    try:
        # A point in a field of its own is a decimal point, however many digits follow: 50.462 is an hourly rate.
        return (float(digits) if digits.count(".") == 1 and "," not in digits else number(digits)) or None
    except ValueError:
        return None


@FIELD.rule(
    "SAL03",
    "salary.pay_column",
    on="nothing",
    reads=("salary",),
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
    text = lower(text[:400])
    period = period_named(given.get("salary_period") or "")
    for quote in quotes(text):
        if not speaks_against(text[max(0, quote.start - REACH) : quote.start], None) and (
            found := offer(quote, given, period)
        ):
            return Found((found,), text)
    return value


@FIELD.rule(
    "SAL04",
    "salary.exact_in_text",
    on="value",
    reads=("salary",),
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
    if not near and len(stated) == 1 and stated[0][0].min != stated[0][0].max:
        near = [stated[0][0]]
    return Found(distinct(near[:1]), stated[0][1]) if near else value


def close(one: Pay, other: Pay) -> bool:
    """Whether two offers overlap within a tenth."""
    low, high = (one.min or one.max or 0.0), (one.max or one.min or 0.0)
    return low <= 1.1 * (other.max or other.min or 0.0) and high >= 0.9 * (other.min or other.max or 0.0)


@FIELD.rule(
    "SAL05",
    "salary.stated_in_text",
    on="nothing",
    reads=("text",),
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


@FIELD.rule(
    "SAL06",
    "salary.in_title",
    on="nothing",
    reads=("title",),
    examples=(
        Example(
            (), (Pay(90000.0, 90000.0, "USD", "year"),), {"title": "Data Analyst - $90K - Great Company", "text": ""}
        ),
        Example((), (Pay(30.0, 35.0, "USD", "hour"),), {"title": "Driver ($30-35/hr)", "text": ""}),
    ),
    counter_examples=(
        Example((), (), {"title": "Account Manager ($2M quota, $5k bonus)", "text": ""}),
        Example((), (), {"title": "Program Lead, $1B Fund", "text": ""}),
    ),
)
def in_title(value: Offers, given: Given) -> Offers | Found:
    """Does: reads pay out of the title where no other part of the record states it.

    Why: agencies advertise with it.
    Leaves alone: quotas, funds and bonuses.
    """
    title = given.get("title")
    if value or not title or not any(sign in title for sign in SIGNS):
        return value
    low = lower(title[:300])
    for quote in quotes(low):
        before, after = low[: quote.start], low[quote.end :]
        if quote.currency is None or speaks_against(before, None) or NOT_PAY_AFTER.match(after):
            continue
        if found := offer(quote, given, by_size=quote.thousands):
            return Found((found,), title)
    return value
