"""Writes synthetic.jsonl: combinations of forms whose meaning is known by construction.

    python tests/tasks/clean/labelled/make_synthetic.py

Expectations are put together from the parts that a case was made of; nothing of the rulebook is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

Made = tuple[str, str, dict[str, Any], dict[str, Any]]  # group, note, inputs, expectations

CURRENCIES = (("$", "USD", "US"), ("£", "GBP", "GB"), ("€", "EUR", "DE"), ("CHF ", "CHF", "CH"), ("A$", "AUD", "AU"))
PERIODS = (("a year", "year", 84000, 96000), ("per month", "month", 4200, 5300), ("per week", "week", 1100, 1300),
           ("per day", "day", 320, 410), ("an hour", "hour", 27, 34))  # fmt: skip
PLACES = (("Denver", "CO", "Colorado", "US", "USA"), ("Tampa", "FL", "Florida", "US", "United States"),
          ("Calgary", "AB", "Alberta", "CA", "Canada"), ("Halifax", "NS", "Nova Scotia", "CA", "Canada"),
          ("Adelaide", "SA", "South Australia", "AU", "Australia"), ("Hobart", "TAS", "Tasmania", "AU", "Australia"))  # fmt: skip
CITIES = (("Bergen", "NO", "Norway"), ("Leipzig", "DE", "Germany"), ("Nantes", "FR", "France"), ("Leeds", "GB", "UK"),
          ("Ghent", "BE", "Belgium"), ("Porto", "PT", "Portugal"), ("Graz", "AT", "Austria"), ("Pune", "IN", "India"),
          ("Tampere", "FI", "Finland"), ("Osaka", "JP", "Japan"))  # fmt: skip
LEVELS = (("Senior", "senior"), ("Sr.", "senior"), ("Junior", "junior"), ("Jr.", "junior"), ("Lead", "lead"),
          ("Principal", "lead"), ("Staff", "lead"), ("Mid-Level", "mid"), ("Entry Level", "junior"), ("Associate", "junior"))  # fmt: skip
ROLES = (("Data Engineer", "data_engineer"), ("Software Engineer", "software_engineer"), ("Backend Engineer", "backend_engineer"),
         ("DevOps Engineer", "devops_sre"), ("QA Engineer", "qa_engineer"), ("Data Analyst", "data_analyst"),
         ("Machine Learning Engineer", "ml_engineer"))  # fmt: skip
LATER = (
    ("Senior", "senior"),
    ("Junior", "junior"),
    ("Intern", "intern"),
    ("II", "mid"),
    ("III", "senior"),
    ("I", "junior"),
)
HOURS = {
    "full_time": ("Full-time", "Full time", "Fulltime", "FULL_TIME", "Temps plein", "Vollzeit"),
    "part_time": ("Part-time", "Part time", "PART_TIME", "Temps partiel", "Teilzeit"),
}
BONDS = {
    "contract": ("Contract", "Freelance"),
    "temporary": ("Temporary", "CDD", "Befristet"),
    "internship": ("Internship", "Praktikum"),
}
NEGATED = ("This role is not remote.", "Remote work is not possible.", "No remote work.", "Sorry, no remote.",
           "We do not offer remote work.", "This is not a remote role.", "This position is not eligible for remote work.")  # fmt: skip
AFFIRMED = (("This is a remote role.", "remote"), ("The position is fully remote.", "remote"), ("You will work remotely.", "remote"),
            ("This is a hybrid role.", "hybrid"), ("We work in a hybrid model.", "hybrid"), ("The role is hybrid.", "hybrid"),
            ("This is an on-site role.", "onsite"), ("This position is on-site.", "onsite"), ("The role is onsite.", "onsite"))  # fmt: skip
AROUND = ("{}", "We count boats. {}", "{} We count boats.", "<p>We count boats.</p><ul><li>{}</li></ul>")
WORDS = (("Go", "go"), ("R", "r"), ("C", "c"), ("Swift", "swift"), ("Rust", "rust"), ("Spark", "spark"), ("React", "react"),
         ("Excel", "excel"), ("Julia", "julia"), ("Flask", "flask"), ("Oracle", "oracle"), ("Spring", "spring"))  # fmt: skip
TECHNICAL = (("Requirements: Python, {}, SQL.", ("python", "sql")), ("You know Java, {} or Scala.", ("java", "scala")),
             ("Programming skills: {}, PHP.", ("php",)))  # fmt: skip
ORDINARY = ("You go home at five.", "You react quickly.", "Swift service counts.", "Rust must be removed from the hull.",
            "Spark plugs are replaced.", "You excel at cooking.", "Julia leads the kitchen.", "Empty every flask.",
            "We open in spring.", "Grade C eggs are sold.", "R. Holm is our founder.")  # fmt: skip
DAYS = ((2023, 1, 31), (2024, 2, 29), (2024, 12, 1), (2025, 7, 14), (2019, 10, 30))
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def pay() -> Iterator[Made]:
    """Every form of an amount in every currency and period."""
    for (sign, code, country), (words, period, low, high) in product(CURRENCIES, PERIODS):
        forms = {
            f"{sign}{low:,} - {sign}{high:,} {words}": (low, high),
            f"{sign}{low:,} to {sign}{high:,} {words}": (low, high),
            f"{sign}{low:,} {words}": (low, low),
            f"Up to {sign}{high:,} {words}": (None, high),
            f"From {sign}{low:,} {words}": (low, None),
        }
        for form, (least, most) in forms.items():
            inputs = {"title": "Clerk", "salary": form, "country_hint": country}
            yield "pay-forms", "form x currency x period", inputs, {"salary": [[least, most, code, period]]}
    for (sign, code, country), (low, high), form in product(
        CURRENCIES, ((70, 85), (120, 145)), ("{s}{a}k-{s}{b}k", "{s}{a}K - {s}{b}K", "{s}{a}k to {s}{b}k")
    ):
        inputs = {"title": "Clerk", "salary": form.format(s=sign, a=low, b=high), "country_hint": country}
        yield "pay-thousands", "thousands by suffix", inputs, {"salary": [[low * 1000, high * 1000, code, "year"]]}


def places() -> Iterator[Made]:
    """Every way of writing a city with its region or country."""
    for city, code, region, country, name in PLACES:
        for form in (f"{city}, {code}", f"{city}, {region}", f"{city}, {code}, {name}", f"{city}, {region}, {name}",
                     f"{city.upper()}, {code}", f"{city}, {code} (Hybrid)"):  # fmt: skip
            yield (
                "place-regions",
                "city and region",
                {"title": "Clerk", "locations": [form]},
                {"locations": [[city, code, country]]},
            )
    for city, country, name in CITIES:
        for form in (
            f"{city}, {name}",
            f"{city.upper()}, {name.upper()}",
            f"{city} ({name})",
            f"{city} - {name}",
            f"{name} - {city}",
        ):
            yield (
                "place-countries",
                "city and country",
                {"title": "Clerk", "locations": [form]},
                {"locations": [[city, None, country]]},
            )
        for form in (f"Remote ({name})", f"Remote - {name}", f"Remote, {name}"):
            made = {"title": "Clerk", "locations": [form]}
            yield (
                "place-remote",
                "remote within a country",
                made,
                {"locations": [[None, None, country]], "workplace": ["remote"]},
            )
    for (a, x, _), (b, y, _) in pairwise(CITIES):
        made = {"title": "Clerk", "locations": [a, b]}
        yield "place-two", "two places", made, {"locations": [[a, None, x], [b, None, y]]}


def workplaces() -> Iterator[Made]:
    """Statements and negations, alone and among other text."""
    for said, around in product(NEGATED, AROUND):
        made = {"title": "Clerk", "description": around.format(said)}
        yield "workplace-negated", "a negated remote is on-site", made, {"workplace": ["onsite"]}
    for (said, mode), around in product(AFFIRMED, AROUND):
        yield (
            "workplace-said",
            "a stated mode",
            {"title": "Clerk", "description": around.format(said)},
            {"workplace": [mode]},
        )


def titles() -> Iterator[Made]:
    """Level words before and after a role, with gender marks, places and modes that are dropped."""
    for (word, level), (role, family) in product(LEVELS, ROLES):
        yield "title-level-first", "level before the role", {"title": f"{word} {role}"}, {
            "titles": [f"{word} {role}"], "seniority": level, "role_family": family}  # fmt: skip
    for (word, level), (role, family) in product(LATER, ROLES):
        yield (
            "title-level-last",
            "level after the role",
            {"title": f"{role} {word}"},
            {"seniority": level, "role_family": family},
        )
    for (role, family), mark in product(
        ROLES, ("(m/w/d)", "(H/F)", "(f/m/x)", "- Remote", "(Remote)", "- Denver, CO", "(all genders)")
    ):
        yield (
            "title-marks",
            "marks after the role",
            {"title": f"{role} {mark}"},
            {"titles": [role], "role_family": family},
        )


def employment() -> Iterator[Made]:
    """Hours and bonds in three languages, alone and together."""
    for hours, forms in HOURS.items():
        for form in forms:
            yield "employment-hours", "hours", {"title": "Clerk", "employment_type": form}, {"employment_type": [hours]}
            for bond, others in BONDS.items():
                for other in others:
                    made = {"title": "Clerk", "employment_type": f"{form}, {other}"}
                    yield "employment-both", "hours and bond", made, {"employment_type": [hours, bond]}


def technologies() -> Iterator[Made]:
    """Ambiguous words in technical lists and in ordinary sentences."""
    for (word, name), (sentence, others) in product(WORDS, TECHNICAL):
        made = {"title": "Engineer", "description": sentence.format(word)}
        yield "tech-listed", "an ambiguous word among technologies", made, {"technologies": sorted({name, *others})}
    for sentence, title in product(ORDINARY, ("Clerk", "Cook")):
        yield "tech-ordinary", "an ordinary word", {"title": title, "description": sentence}, {"technologies": []}


def dates() -> Iterator[Made]:
    """One day in every unambiguous form."""
    for year, month, day in DAYS:
        name = MONTHS[month - 1]
        iso = f"{year}-{month:02}-{day:02}"
        forms = [iso, f"{iso}T23:30:00Z", f"{iso} 06:00:00", f"{year}/{month:02}/{day:02}", f"{name} {day}, {year}",
                 f"{day} {name} {year}", f"{name[:3]} {day}, {year}", f"{day:02}-{name[:3]}-{year}"]  # fmt: skip
        forms += [f"{month:02}/{day:02}/{year}", f"{day:02}.{month:02}.{year}"] if day > 12 else []
        for form in forms:
            yield "dates", "forms of a day", {"title": "Clerk", "posted_on": form}, {"posted_on": iso}


def main() -> None:
    """Write the file beside this one."""
    counts: dict[str, int] = {}
    with Path(__file__).with_name("synthetic.jsonl").open("w", encoding="utf-8") as file:
        for maker in (pay, places, workplaces, titles, employment, technologies, dates):
            for group, note, inputs, expect in maker():
                counts[group] = counts.get(group, 0) + 1
                case = {"id": f"{group}-{counts[group]:03}", "note": note, "inputs": inputs, "expect": expect}
                file.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
