"""Company: the hiring employer as its people would write it; and whether it is an agency that hires for others."""

from __future__ import annotations

from typing import Any

from tasks.clean.company_name import (
    aliases,
    first_line,
    is_agency,
    without_hiring,
    without_legal_form,
    without_rating,
    without_remarks,
    without_shouting,
)
from tasks.clean.company_text import company_in_text, of_copied_header, rather
from tasks.clean.rule import Example, Field, Found, Given

FIELD = Field("company", ("company", "header", "text", "is_notice"), sql_type="VARCHAR", remember=False)
IS_AGENCY = Field("is_agency", ("clean.company",), sql_type="BOOLEAN", empty=False)


@FIELD.rule(
    "COM01",
    "company.as_listed",
    reads=("company",),
    examples=(
        Example("Acme Corp\n3.8", "Acme Corp"),
        Example("  Acme   Labs ", "Acme Labs"),
        Example("Confidential", None),
        Example("-1", None),
    ),
    counter_examples=(Example("Ratio 20/20", "Ratio 20/20"), Example("3M", "3M"), Example(None, None)),
)
def as_listed(value: Any, _: Given) -> Any:
    """Does: takes the first line of the name as listed; words that stand for nobody ("Confidential") give none.

    Why: some boards glue a rating under the name, others name nobody.
    Leaves alone: numbers within a name.
    """
    return first_line(value) if value else None


@FIELD.rule(
    "COM02",
    "company.rating",
    on="value",
    examples=(Example("Acme Labs 3.8", "Acme Labs"), Example("Acme Labs4.1", "Acme Labs")),
    counter_examples=(
        Example("Web 2.0", "Web 2.0"),
        Example("Ratio 20/20", "Ratio 20/20"),
        Example("A1.co", "A1.co"),
        Example(None, None),
    ),
)
def rating(value: Any, _: Given) -> Any:
    """Does: removes a rating of one digit and one decimal glued to the end of the name.

    Why: scrapers of boards with stars take the stars along.
    Leaves alone: a short name that is versioned ("Web 2.0").
    """
    return value and without_rating(value)


@FIELD.rule(
    "COM03",
    "company.in_the_text",
    examples=(
        Example(
            None, "Acme", {"is_notice": True, "header": (("company", "Acme"), ("place", "Oslo")), "text": "Acme | Oslo"}
        ),
        Example(
            None, "Zorgle", {"is_notice": True, "header": (), "text": "Oslo\nZorgle is a small studio. See zorgle.io"}
        ),
        Example(None, "Zorgle", {"is_notice": False, "header": (), "text": "Zorgle recherche un comptable."}),
        Example(
            None,
            "Zorgle",
            {
                "is_notice": True,
                "header": (("role", "Cook"), ("company", "Harbour Side")),
                "text": "Cook - Harbour Side\nZorgle is a kitchen. Mail jobs@zorgle.example",
            },
        ),
        Example("Oslo", "Acme", {"is_notice": False, "header": (), "text": "Oslo | Acme | Cook | ONSITE\nWe cook."}),
    ),
    counter_examples=(
        Example("Acme", "Acme", {"is_notice": False, "header": (), "text": "Boole is a client."}),
        Example("Oslo", "Oslo", {"is_notice": False, "header": (), "text": "Oslo · Bergen · 25 days ago\nWe cook."}),
        Example(None, None, {"is_notice": True, "header": (), "text": "We are a small team."}),
        Example(None, None, {"is_notice": False, "header": (), "text": "Notre client recherche un comptable."}),
    ),
)
def in_the_text(value: Any, given: Given) -> Any:
    """Does: where no field names the employer, takes the header's company, else the name that the text introduces.

    A listed name that is a place, a role or a whole header, and begins the text, is read as the header it was cut from.
    What no first piece of a header names, and the text never again, gives way to whom it speaks of and gives the address.
    Why: notices have no field for it, boards leave it empty when the text says it, and boards that copy notices list
    whatever stands first.
    Leaves alone: a listed name, and texts that introduce nobody.
    """
    if value:
        return value if given.get("is_notice") else of_copied_header(value, given.get("text") or "")
    header = given.get("header") or ()
    named = next((text for kind, text in header if kind == "company"), None)
    if named:
        return Found(*(rather(named, header, given.get("text") or "") or (named, named)))
    found = company_in_text(given.get("text") or "", header, notice=bool(given.get("is_notice")))
    return Found(*found) if found else value


@FIELD.rule(
    "COM04",
    "company.remarks",
    on="value",
    examples=(
        Example("Acme (YC W14)", "Acme"),
        Example("Acme - https://acme.example/jobs", "Acme"),
        Example("https://www.acme.com/", "Acme"),
        Example("🚀 Acme", "Acme"),
        Example('"Acme"', "Acme"),
        Example("Acme, a Boole company", "Acme"),
        Example("Acme in downtown Toronto", "Acme"),
        Example("Acme Harbour Relief, Armenia", "Acme Harbour Relief"),
    ),
    counter_examples=(
        Example("Rows[i]", "Rows[i]"),
        Example("F(x) Labs", "F(x) Labs"),
        Example("Shoes.com", "Shoes.com"),
        Example("Whee!", "Whee!"),
        Example("株式会社サクラ", "株式会社サクラ"),
        Example("B&B", "B&B"),
        Example("Boys in Green", "Boys in Green"),
        Example(None, None),
    ),
)
def remarks(value: Any, _: Given) -> Any:
    """Does: removes bracketed remarks, addresses, emoji, quotes, the town and what the company says it belongs to.

    Why: remarks change from month to month; the name does not.
    Leaves alone: brackets, dots and marks inside a name ("Rows[i]", "Shoes.com", "Whee!").
    """
    return value and without_remarks(value)


@FIELD.rule(
    "COM05",
    "company.says_hiring",
    on="value",
    examples=(
        Example("Acme is hiring!", "Acme"),
        Example("Join Acme", "Acme"),
        Example("Acme: we're hiring cooks", "Acme"),
    ),
    counter_examples=(
        Example("Hiring Helpers", "Hiring Helpers"),
        Example("Boole Recruiting", "Boole Recruiting"),
        Example("Acme Careers Network", "Acme Careers Network"),
        Example(None, None),
    ),
)
def says_hiring(value: Any, _: Given) -> Any:
    """Does: cuts "is hiring", "Join ..." and the like from a name.

    Why: headers of notices are sentences as often as they are lists.
    Leaves alone: names that begin with such a word or hold it in the middle, and the trade of an agency.
    """
    return value and without_hiring(value)


@FIELD.rule(
    "COM06",
    "company.legal_form",
    on="value",
    examples=(
        Example("Acme, Inc.", "Acme"),
        Example("Acme Software SA", "Acme Software"),
        Example("Acme Pvt. Ltd.", "Acme"),
        Example("Acme SE & Co. KGaA", "Acme"),
    ),
    counter_examples=(
        Example("Boole & Co.", "Boole & Co."),
        Example("Northern Kelp Co.", "Northern Kelp Co."),
        Example("The Harbour Corporation", "The Harbour Corporation"),
        Example("Co-op", "Co-op"),
        Example("Inc", "Inc"),
        Example(None, None),
    ),
)
def legal_form(value: Any, _: Given) -> Any:
    """Does: removes the legal form at the end of a name: Inc, LLC, GmbH, SARL, Pty Ltd and their kin.

    Why: the same employer is written with and without it.
    Leaves alone: "& Co", a lone "Co." that belongs to a trade name, and legal words anywhere else.
    """
    return value and without_legal_form(value)


@FIELD.rule(
    "COM07",
    "company.known_names",
    on="value",
    examples=(Example("DEPT OF HEALTH/MENTAL HYGIENE", "Department of Health and Mental Hygiene"),),
    counter_examples=(
        Example("Department of Finance", "Department of Finance"),
        Example("Acme", "Acme"),
        Example(None, None),
    ),
)
def known_names(value: Any, _: Given) -> Any:
    """Does: writes names out that a source cuts off or abbreviates (lookups/company_aliases.csv).

    Why: a column of 30 characters makes "DVLPMNT" of "Development".
    Leaves alone: every name that is not listed.
    """
    return value and aliases().get(value.lower(), value)


@FIELD.rule(
    "COM08",
    "company.capitals",
    on="value",
    examples=(
        Example("DEPT OF DESIGN & CONSTRUCTION", "Department of Design & Construction"),
        Example("RED FERN FILMS", "Red Fern Films"),
        Example("BQN LOGISTIQUE DE L'OUEST", "BQN Logistique de L'Ouest"),
    ),
    counter_examples=(
        Example("NVIDIA", "NVIDIA"),
        Example("ACME Digital", "ACME Digital"),
        Example("IBM", "IBM"),
        Example(None, None),
    ),
)
def capitals(value: Any, _: Given) -> Any:
    """Does: writes a name of several words in capitals with initial capitals, and its abbreviations out.

    Why: registers shout; the employer does not.
    Leaves alone: single words ("NVIDIA"), abbreviations of up to three letters, names in mixed case.
    """
    return value and without_shouting(value)


@IS_AGENCY.rule(
    "AGY01",
    "is_agency.by_name",
    on="value",
    examples=(
        Example("Robert Half", True),
        Example("Acme Staffing", True),
        Example("Acme Intérim", True),
        Example("Acme Recruiting", True),
    ),
    counter_examples=(Example("Acme", "Acme"), Example("State Employment Department", "State Employment Department")),
)
def by_name(value: Any, _: Given) -> Any:
    """Does: calls a company an agency when its name says so or is on the list (lookups/agencies.csv).

    Why: an agency is not the employer; its postings must not be matched or counted as one company's.
    Leaves alone: every other name, and postings without one.
    """
    return True if value and is_agency(value) else value


@IS_AGENCY.rule(
    "AGY02",
    "is_agency.employer",
    examples=(Example("Acme", False), Example(None, False)),
    counter_examples=(Example(True, True),),
)
def employer(value: Any, _: Given) -> bool:
    """Does: takes every other company for an employer of its own.

    Why: most are, and an agency that hides cannot be told from its name.
    Leaves alone: agencies.
    """
    return value is True
