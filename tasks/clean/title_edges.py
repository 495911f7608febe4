"""Titles freed of what other fields say: places, workplace, pay, calls, the employer. Run after tasks/clean/title_marks.py."""

from __future__ import annotations

from typing import Any

from tasks.clean.rule import Example, Given
from tasks.clean.title_calls import without_slogans
from tasks.clean.title_marks import FIELD, each
from tasks.clean.title_parts import without_pay, without_workplace
from tasks.clean.title_places import place_keys, without_company, without_places
from tasks.clean.title_settled import NOWHERE, are_settled, settled
from tasks.clean.title_text import LONGEST, is_plain

__all__ = ["FIELD"]


def differ(value: Any, change: Any) -> Any:
    """The titles with `change` applied to each; the same object when nothing changed, empties left out."""
    changed = tuple([t for t in map(change, value) if t])
    return value if changed == value else changed


@FIELD.rule(
    "TIT15",
    "titles.places",
    on="value",
    examples=(
        Example(("Welder II - Porto",), ("Welder II",), {"locations": ("Porto, Portugal",)}),
        Example(("Technician - Boise, ID/ Salem, OR",), ("Technician",), {"locations": ("Reno, NV",)}),
        Example(("Optics Engineer (Madrid) - Lasers",), ("Optics Engineer - Lasers",), {"locations": ()}),
        Example(("Nurse in Leeds",), ("Nurse",), {"locations": ("Leeds",)}),
        Example(("Tester - GA",), ("Tester",), {"locations": ()}),
        Example(("Tester @ Reno NV",), ("Tester",), {"locations": ()}),
    ),
    counter_examples=(
        Example(("Data Analyst - Transport",), ("Data Analyst - Transport",), {"locations": ("Nantes",)}),
        Example(("Director, Paris Opera Archive",), ("Director, Paris Opera Archive",), {"locations": ("Paris",)}),
        Example(("Software Engineer - Java",), ("Software Engineer - Java",), {"locations": ()}),
        Example(("Nurse - OR",), ("Nurse - OR",), {"locations": ()}),
    ),
)
def places(value: Any, given: Given) -> Any:
    """Does: removes a part in brackets, after a dash or a bar, or "in X" at the end, that is a place and nothing else.

    Why: places are a field of their own.
    Leaves alone: places within the role, and names that are also something else ("Java") unless the record lists them.
    """
    if not value:
        return value
    own = own_places(given)
    if all(map(is_plain, value)) if own else are_settled(value):
        return value
    return differ(value, lambda title: without_places(title, own))


@FIELD.rule(
    "TIT16",
    "titles.workplace",
    on="value",
    calm=True,
    examples=(
        Example(("Data Scientist - REMOTE",), ("Data Scientist",)),
        Example(("Welder 4 (Remote)",), ("Welder 4",)),
        Example(("Remote: Support Agent",), ("Support Agent",)),
    ),
    counter_examples=(
        Example(("Remote Sensing Scientist",), ("Remote Sensing Scientist",)),
        Example(("Hybrid Cloud Architect",), ("Hybrid Cloud Architect",)),
    ),
)
def workplace(value: Any, _: Given) -> Any:
    """Does: removes "REMOTE", "(hybrid)", "- work from home" at the edges and in brackets.

    Why: where the work is done is a field of its own.
    Leaves alone: the words within a role ("Remote Sensing", "Hybrid Cloud").
    """
    return each(value, without_workplace)


@FIELD.rule(
    "TIT17",
    "titles.pay",
    on="value",
    calm=True,
    examples=(
        Example(("Cook - $21/hr",), ("Cook",)),
        Example(("Java Developer (£50k-£60k)",), ("Java Developer",)),
        Example(("Nurse $5,000 Sign-On Bonus",), ("Nurse",)),
    ),
    counter_examples=(
        Example(("Head of $ Products",), ("Head of $ Products",)),
        Example(("Developer 4K Video",), ("Developer 4K Video",)),
    ),
)
def pay(value: Any, _: Given) -> Any:
    """Does: removes figures of pay.

    Why: pay is a field of its own, and a title with a figure in it is another title every month.
    Leaves alone: numbers without a currency or "k".
    """
    return each(value, without_pay)


@FIELD.rule(
    "TIT18",
    "titles.slogans",
    on="value",
    calm=True,
    examples=(
        Example(("Baker - Immediate Start",), ("Baker",)),
        Example(("URGENT: Data Analyst",), ("Data Analyst",)),
        Example(("NEW Data Analyst",), ("Data Analyst",)),
        Example(("Beekeeper - Direct Hire",), ("Beekeeper",)),
        Example(("Bakers (All levels)",), ("Bakers",)),
        Example(("Baker required",), ("Baker",)),
        Example(("Cook (Full-time)",), ("Cook",)),
        Example(("3x Baker",), ("Baker",)),
        Example(("Baker (x2 roles)",), ("Baker",)),
        Example(("Baker - Build the best bread with us",), ("Baker",)),
        Example(("Urgent requirement for Baker",), ("Baker",)),
        Example(("Clerk, 9-Month Register (AMENDED)",), ("Clerk",)),
    ),
    counter_examples=(
        Example(("Hiring Manager",), ("Hiring Manager",)),
        Example(("New Business Manager",), ("New Business Manager",)),
        Example(("Job Developer",), ("Job Developer",)),
        Example(("Contract Manager",), ("Contract Manager",)),
        Example(("Part-Time Instructor",), ("Part-Time Instructor",)),
        Example(("Consultant Sage X3",), ("Consultant Sage X3",)),
    ),
)
def slogans(value: Any, _: Given) -> Any:
    """Does: removes calls and conditions at the edges: "urgent", "- Immediate Start", "(Full-time)", "wanted".

    Why: they sell or file the opening and are no part of the role.
    Leaves alone: the same words within a role ("Hiring Manager", "Contract Manager").
    """
    return each(value, without_slogans)


@FIELD.rule(
    "TIT19",
    "titles.own_company",
    on="value",
    examples=(
        Example(("Night Baker -- Crumb Labs",), ("Night Baker",), {"company": "Crumb Labs"}),
        Example(("Data Engineer at Acme",), ("Data Engineer",), {"company": "Acme Inc"}),
        Example(("Baker at Crumb",), ("Baker",), {"company": "Crumb GmbH & Co. KG"}),
        Example(("Acme - Data Analyst",), ("Data Analyst",), {"company": "Acme"}),
        Example(("Night baker at a growing company",), ("Night baker",), {"company": "Acme"}),
    ),
    counter_examples=(Example(("Data Engineer - Ads",), ("Data Engineer - Ads",), {"company": "Acme"}),),
)
def own_company(value: Any, given: Given) -> Any:
    """Does: removes the employer's own name at either end of the title, and "at a ... company".

    Why: the employer is a field of its own.
    Leaves alone: names of teams and products.
    """
    if not value:
        return value
    company = own_name(given)
    if all(map(is_plain, value)) if company else are_settled(value):
        return value
    return differ(value, lambda title: without_company(title, company))


def own_places(given: Given) -> frozenset[str]:
    """The folded names of the places that the record lists."""
    listed = given.get("locations")
    return frozenset(key for place in listed if place for key in place_keys(place)) if listed else NOWHERE


def own_name(given: Given) -> str:
    """The employer as listed, its first line."""
    company = given.get("company")
    return " ".join(company[:LONGEST].split("\n")[0].split()) if company else ""


@FIELD.rule(
    "TIT20",
    "titles.laid_bare",
    on="value",
    examples=(
        Example(("Baker 2027 - Urgent - Lyon",), ("Baker",), {"locations": ("Lyon",)}),
        Example(("Baker (Remote) - Acme - Full-time",), ("Baker",), {"company": "Acme"}),
    ),
    counter_examples=(Example(("Night Baker",), ("Night Baker",)), Example((), ())),
)
def laid_bare(value: Any, given: Given) -> Any:
    """Does: looks again at the edges that the rules before laid bare, for all that they take away.

    Why: they come in any order, and what is clean must stay as it is when it is cleaned again.
    Leaves alone: titles in which nothing more is found.
    """
    if not value:
        return value
    own, company = own_places(given), own_name(given)
    if all(map(is_plain, value)) if own or company else are_settled(value):
        return value
    return differ(value, lambda title: settled(title, own, company))
