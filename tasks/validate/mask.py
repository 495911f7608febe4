"""The row mask: which ROWS cannot be loaded, decided in one pass over the slim staging table.

Great Expectations says whether a batch is good, not which rows are bad: `mostly` passes over failing rows and lists of
them are cut. So every row gets an integer whose bits are the rules it breaks. Rows with a rejecting bit go to
quarantine under the reason of the first; the others are kept, and their bits are there for the report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import duckdb

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# A date is the future where it lies further than this after the capture: a day for zones, a day for clocks. The
# rulebook refuses such dates already (POS rules); the mask holds whatever the rules become.
DAYS_AHEAD = 2
# The web's first job board opened in 1992; earlier dates are placeholders (1900-01-01, 1970-01-01).
FIRST_BOARD = "1992-01-01"
# Yearly pay above this is a number that lost its decimal point, its period or its currency.
YEARLY_USD = 10_000_000
# Longest title of the labelled set is well under; beyond it a description has slipped into the title.
TITLE_CHARS = 300


class MaskRule(NamedTuple):
    """A bit of the mask. `breaks` is SQL over the columns of work.staging; NULL counts as not broken."""

    bit: int
    reason: str
    breaks: str
    severity: Literal["reject", "note"]
    meaning: str
    shown: str


# Bits are stable: a stored mask must mean the same tomorrow. Take the next free one, never reuse one.
MASK: tuple[MaskRule, ...] = (
    MaskRule(
        0,
        "title_missing",
        "title IS NULL AND company IS NULL AND coalesce(description_chars, 0) = 0",
        "reject",
        "the posting says nothing: no title, no company, no text",
        "''",
    ),
    MaskRule(
        1,
        "url_unsafe",
        # browsers skip control characters and spaces inside a scheme
        r"NOT regexp_matches(url, '^https?://') AND regexp_matches("
        r"regexp_replace(left(url, 200), '[\x00-\x20]', '', 'g'), '(?i)^(javascript|vbscript|data|file|blob):')",
        "reject",
        "the link would run code or read a local file when clicked",
        "left(url, 80)",
    ),
    MaskRule(
        2,
        "future_date",
        f"posted_on > captured_on + {DAYS_AHEAD}",
        "reject",
        "the posting is dated after the day on which it was captured",
        "posted_on::VARCHAR || ' captured ' || captured_on::VARCHAR",
    ),
    MaskRule(
        3,
        "salary_reversed",
        "salary_min > salary_max",
        "reject",
        "the lowest pay is above the highest, and no rule could say which is right",
        "salary_min::VARCHAR || ' > ' || salary_max::VARCHAR",
    ),
    MaskRule(
        4,
        "salary_negative",
        "salary_min < 0 OR salary_max < 0 OR NOT isfinite(salary_min) OR NOT isfinite(salary_max)",
        "reject",
        "pay is below nothing, or not a number",
        "coalesce(salary_min::VARCHAR, '') || ' ' || coalesce(salary_max::VARCHAR, '')",
    ),
    MaskRule(
        5,
        "null_key",
        "posting_id IS NULL",
        "reject",
        "the posting has no identity, so it could never be recognised again",
        "''",
    ),
    MaskRule(
        6,
        "date_ancient",
        f"posted_on < DATE '{FIRST_BOARD}'",
        "note",
        "the date is older than job boards on the web: a placeholder",
        "posted_on::VARCHAR",
    ),
    MaskRule(
        7,
        "salary_beyond",
        f"salary_year_usd_max > {YEARLY_USD} OR salary_year_usd_min > {YEARLY_USD}",
        "note",
        "yearly pay beyond anything offered: a slipped decimal point, period or currency",
        "coalesce(salary_year_usd_max, salary_year_usd_min)::VARCHAR",
    ),
    MaskRule(
        8,
        "title_long",
        f"length(title) > {TITLE_CHARS}",
        "note",
        "the title is as long as a text",
        "length(title)::VARCHAR || ' characters'",
    ),
    MaskRule(
        9,
        "markup_left",
        "has_markup",
        "note",
        "the text still holds words of a script; it is shown escaped",
        "''",
    ),
)

REJECTING = tuple(rule for rule in MASK if rule.severity == "reject")
REASONS = tuple(rule.reason for rule in REJECTING)


def broken(mask: int) -> tuple[MaskRule, ...]:
    """The rules whose bits are set in a mask."""
    return tuple(rule for rule in MASK if mask >> rule.bit & 1)


def apply_mask(con: duckdb.DuckDBPyConnection, schema: str = "work") -> dict[str, int]:
    """Mask the good rows of `<schema>.staging`; set reason and detail of those that cannot be loaded.

    Leaves `<schema>.masked` (raw_id, mask, reason, detail): every row with a bit set, reason None for those that stay.
    Rows that already have a reason are not looked at, so a second call finds nothing new to reject. Returns rows set
    aside by reason, reasons without rows left out. Raises ValueError for a schema that is not a plain name.
    """
    if not IDENTIFIER.fullmatch(schema):
        raise ValueError(f"{schema!r} is not the name of a schema")
    rejecting = sum(1 << rule.bit for rule in REJECTING)
    reasons = " ".join(f"WHEN mask & {1 << r.bit} > 0 THEN '{r.reason}'" for r in REJECTING)
    details = " ".join(f"WHEN mask & {1 << r.bit} > 0 THEN {_text(r)}" for r in REJECTING)
    con.execute(f"ALTER TABLE {schema}.staging ADD COLUMN IF NOT EXISTS detail VARCHAR")
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {schema}.masked AS
        WITH judged AS (SELECT *, {mask_sql()} AS mask FROM {schema}.staging WHERE reason IS NULL)
        SELECT raw_id, mask, CASE {reasons} END AS reason, CASE {details} END AS detail
        FROM judged WHERE mask > 0
        """
    )
    con.execute(
        f"""
        UPDATE {schema}.staging AS s SET reason = m.reason, detail = m.detail
        FROM {schema}.masked AS m WHERE m.raw_id = s.raw_id AND m.mask & {rejecting} > 0 AND s.reason IS NULL
        """
    )
    counts = con.execute(
        f"SELECT reason, count(*) FROM {schema}.masked WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason"
    ).fetchall()
    return dict(counts)


def noted(con: duckdb.DuckDBPyConnection, schema: str = "work") -> dict[str, int]:
    """Rows that carry each noting bit after `apply_mask`, bits without rows left out."""
    if not IDENTIFIER.fullmatch(schema):
        raise ValueError(f"{schema!r} is not the name of a schema")
    notes = [rule for rule in MASK if rule.severity == "note"]
    counts = ", ".join(f"count(*) FILTER (mask & {1 << rule.bit} > 0)" for rule in notes)
    row = con.execute(f"SELECT {counts} FROM {schema}.masked WHERE reason IS NULL").fetchone() or ()
    return {rule.reason: n for rule, n in zip(notes, row, strict=True) if n}


def mask_sql() -> str:
    """The mask as one SQL expression over the columns of work.staging."""
    return " | ".join(f"CASE WHEN {rule.breaks} THEN {1 << rule.bit} ELSE 0 END" for rule in MASK)


def _text(rule: MaskRule) -> str:
    meaning = rule.meaning.replace("'", "''")
    return f"'{meaning}' || CASE WHEN {rule.shown} <> '' THEN ': ' || {rule.shown} ELSE '' END"
