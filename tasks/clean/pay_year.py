"""Pay of any period and currency as US dollars a year, so that offers can be compared. A comparison, not a fact."""

from __future__ import annotations

from tasks.clean.lookup import rows
from tasks.clean.values import Pay

A_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0, "day": 260.0, "hour": 2080.0}
"""Periods in a full-time year: 52 weeks of 5 days of 8 hours, the convention of US federal pay (5 U.S.C. 5504 uses 2,087
hours; boards and tax forms use 2,080). Holidays are paid in it; a thirteenth month is not counted, as it is seldom said."""

USD = {row["currency"]: float(row["usd"]) for row in rows("currency_rates")}
"""Average rates of 2024, rounded: one year for all postings, so that a change of pay is not a change of the rate."""


def year_usd(pay: Pay) -> tuple[float | None, float | None]:
    """Both bounds of `pay` in US dollars a year, rounded to a dollar; None where a bound, the currency or the period is.

    >>> year_usd(Pay(50, 60, "USD", "hour"))
    (104000.0, 124800.0)
    """
    periods, rate = A_YEAR.get(pay.period or ""), USD.get(pay.currency or "")
    if periods is None or rate is None:
        return None, None
    low, high = (None if bound is None else float(round(bound * periods * rate)) for bound in (pay.min, pay.max))
    return low, high
