"""What the market pays, and the many ways in which boards and texts write it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tasks.ingest.sources.sample.technologies import table

if TYPE_CHECKING:
    from tasks.ingest.sources.sample.grammar import Draw

COUNTRIES = table("countries")
CURRENCY = {row["country"]: row["currency"] for row in COUNTRIES}
LEVEL = {row["country"]: float(row["pay_level"]) for row in COUNTRIES}  # a US salary of 1 in local money
MONTHLY = {row["country"]: float(row["monthly"]) for row in COUNTRIES}  # share of offers a month
GRADE = {"intern": 0.45, "junior": 0.75, "senior": 1.25, "lead": 1.4, "manager": 1.3, "director": 1.7, "executive": 1.6}
SIGN = {"USD": "$", "GBP": "£", "EUR": "€", "CAD": "CA$", "AUD": "A$"}
SINGLE, UP_TO, FROM = 0.12, 0.16, 0.21  # cumulative shares of one figure, "up to" and "from"


class Pay(NamedTuple):
    """One offer in full units; a bound that the offer leaves open is None."""

    min: float | None
    max: float | None
    currency: str
    period: str


def offer(base: float, country: str, seniority: str | None, hourly: bool, draw: Draw) -> Pay:
    """An offer for a post whose usual pay in the US is `base` thousand dollars a year."""
    year = base * 1000 * LEVEL[country] * GRADE.get(seniority or "", 1.0) * (0.85 + draw() * 0.3)
    period, unit, grain = "year", 1.0, 1000.0
    if hourly:
        period, unit, grain = "hour", 2080.0, 0.5
    elif draw() < MONTHLY[country]:
        period, unit, grain = "month", 12.0, 500.0 if country in ("SE", "DK") else 50.0
    low = max(grain, round(year / unit / grain) * grain)
    high = max(low + grain, round(low * (1.1 + draw() * 0.25) / grain) * grain)
    shape = draw()
    if shape < SINGLE:
        high = low
    bounds: tuple[float | None, float | None] = (low, high)
    if SINGLE <= shape < UP_TO:
        bounds = (None, high)
    elif UP_TO <= shape < FROM:
        bounds = (low, None)
    return Pay(*bounds, CURRENCY[country], period)


def raised(pay: Pay) -> Pay:
    """The offer after a raise of about a tenth, on the same grain."""
    grain = 0.5 if pay.period == "hour" else 1000.0 if pay.period == "year" else 50.0

    def up(amount: float | None) -> float | None:
        return None if amount is None else max(amount + grain, round(amount * 1.1 / grain) * grain)

    return pay._replace(min=up(pay.min), max=up(pay.max))


def _amount(amount: float, comma: str) -> str:
    whole = f"{amount:,.2f}" if amount % 1 else f"{amount:,.0f}"
    return whole.replace(",", comma) if comma != "," else whole


def _span(low: str | None, high: str | None, join: str, from_: str, up_to: str) -> str:
    if low is None:
        return f"{up_to} {high}"
    if high is None:
        return f"{from_} {low}"
    return low if low == high else f"{low}{join}{high}"


def english(pay: Pay, draw: Draw) -> str:
    """The offer as an English text writes it: "$120,000 - $150,000 per year", "SEK 42,000 to SEK 48,000 per month"."""
    sign = SIGN.get(pay.currency, pay.currency + " ")
    short = pay.period == "year" and draw() < 0.3

    def one(amount: float | None) -> str | None:
        if amount is None:
            return None
        return f"{sign}{amount / 1000:.0f}k" if short and amount % 1000 == 0 else sign + _amount(amount, ",")

    annual = "per annum" if pay.currency == "GBP" else "per year"
    join = (" - ", " to ", "-")[int(draw() * 3)]
    tail = {"year": annual, "month": "per month", "hour": "per hour"}[pay.period]
    return f"{_span(one(pay.min), one(pay.max), join, 'from', 'up to')} {tail}"


def french(pay: Pay, draw: Draw) -> str:
    """The offer in French: "45 000 € - 52 000 € brut par an", "3 200 € brut par mois"."""
    space = "\N{NO-BREAK SPACE}" if draw() < 0.5 else " "

    def one(amount: float | None) -> str | None:
        return None if amount is None else f"{_amount(amount, space).replace('.', ',')} €"

    tail = {"year": "brut par an", "month": "brut par mois", "hour": "brut de l'heure"}[pay.period]
    return f"{_span(one(pay.min), one(pay.max), ' - ', 'à partir de', 'jusqu’à')} {tail}"


def german(pay: Pay, draw: Draw) -> str:
    """The offer in German: "45.000 € - 52.000 € brutto/Jahr", "ab 3.800 € brutto/Monat"."""
    join = " - " if draw() < 0.5 else " bis "

    def one(amount: float | None) -> str | None:
        if amount is None:
            return None
        return f"{amount:.2f} €".replace(".", ",") if amount % 1 else f"{_amount(amount, '.')} €"

    tail = {"year": "brutto/Jahr", "month": "brutto/Monat", "hour": "brutto/Stunde"}[pay.period]
    return f"{_span(one(pay.min), one(pay.max), join, 'ab', 'bis zu')} {tail}"


WRITTEN = {"en": english, "fr": french, "de": german}


def estimate(pay: Pay, draw: Draw) -> tuple[str, Pay] | None:
    """A board's own rounded guess, "$80K-$95K (Board est.)", and what it says; none for an open-ended offer."""
    if pay.min is None or pay.max is None:
        return None
    spread = 0.03 + draw() * 0.05
    if pay.period == "hour":
        low, high = int(pay.min * (1 - spread)), int(pay.max * (1 + spread)) + 1
        return f"${low}-${high} Per Hour (Board est.)", Pay(low, high, pay.currency, "hour")
    low, high = int(pay.min * (1 - spread) / 1000), int(pay.max * (1 + spread) / 1000) + 1
    return f"${low}K-${high}K (Board est.)", Pay(low * 1000.0, high * 1000.0, pay.currency, "year")
