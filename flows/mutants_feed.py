"""A small made-up board that changes a little every day: what mutants of a batch are made from. Nobody's records."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

COLUMNS = (
    "id", "title", "company", "city", "type", "workplace", "pay_min", "pay_max", "currency", "period", "text", "url",
    "posted", "views",
)  # fmt: skip
FIRST_DAY = date(2026, 3, 2)
OPEN = 220  # postings that are open on a day: enough for every breaker, few enough to judge in a fraction of a second
CLOSE, EDIT = 0.03, 0.02  # the shares that close (and are replaced) and that are edited from one day to the next

LEVELS = ("", "Senior ", "Junior ", "Lead ", "Staff ")
ROLES = (
    "Data Engineer", "Backend Developer", "Frontend Developer", "Machine Learning Engineer", "Product Manager",
    "Data Analyst", "DevOps Engineer", "Nurse", "Accountant", "Warehouse Worker", "Sales Manager", "Teacher",
)  # fmt: skip
NAMES = ("Larch", "Quarry", "Tern", "Copper", "Mistral", "Juniper", "Basalt", "Heron", "Saffron", "Lantern", "Fathom")
FORMS = ("Works", "Labs", "Systems", "Group", "Partners")
# city as written, currency, pay a year in its unit, language of the texts
PLACES = (
    ("Austin, TX", "USD", 90_000, "en"), ("Chicago, IL", "USD", 95_000, "en"), ("Denver, CO", "USD", 88_000, "en"),
    ("London, UK", "GBP", 55_000, "en"), ("Berlin, Germany", "EUR", 60_000, "de"), ("Munich, Germany", "EUR", 66_000, "de"),
)  # fmt: skip
SENTENCES = {
    "en": (
        "You will join a team of six people who look after one product from the first sketch to the last bill.",
        "We care about plain words, short meetings and work that is finished before the next piece is begun.",
        "You have done this kind of work before and can tell us about a thing that went wrong and what you learned.",
        "Our offices are ten minutes from the river, and two days a week most of us are there.",
        "There are thirty days of leave, a yearly budget for courses, and a bicycle if you want one.",
        "In the first month you will meet our customers, in the second you will have changed something for them.",
        "We would like to hear from people who have taken another road into this trade than the usual one.",
        "Every quarter we decide together what to drop, and write down why, so that nobody has to ask twice.",
    ),
    "de": (
        "Du arbeitest in einem Team von sechs Menschen, die ein Produkt vom ersten Entwurf bis zur Rechnung betreuen.",
        "Uns sind klare Worte, kurze Besprechungen und fertige Arbeit wichtiger als große Pläne für das nächste Jahr.",
        "Du hast schon ähnlich gearbeitet und kannst von einem Fehler erzählen, aus dem du etwas gelernt hast.",
        "Unser Büro liegt zehn Minuten vom Fluss entfernt, und an zwei Tagen der Woche sind die meisten von uns dort.",
        "Es gibt dreißig Tage Urlaub, jedes Jahr Geld für Kurse und auf Wunsch ein Fahrrad für den Weg zur Arbeit.",
        "Im ersten Monat lernst du unsere Kunden kennen, im zweiten hast du für sie schon etwas verbessert.",
        "Wir freuen uns über Menschen, die auf einem anderen Weg als dem üblichen zu diesem Beruf gekommen sind.",
        "In jedem Vierteljahr entscheiden wir gemeinsam, was wir weglassen, und schreiben auf, warum wir es tun.",
    ),
}

Row = dict[str, str]


@dataclass
class Board:
    """The board on one day. The same seeds always give the same board."""

    day: date = FIRST_DAY
    rows: list[Row] = field(default_factory=list)
    issued: int = 0  # ids given out so far

    def tomorrow(self, seed: int) -> Board:
        """The board a day later: some postings gone, as many new, a few edited."""
        rng = random.Random(seed)
        day = self.day + timedelta(days=1)
        kept = [dict(row, views=str(int(row["views"]) + rng.randrange(9))) for row in self.rows if rng.random() > CLOSE]
        for row in kept:
            if rng.random() < EDIT:
                row["text"] += " This page was brought up to date."
        after = Board(day, kept, self.issued)
        after.fill(rng, age=1)
        return after

    def fill(self, rng: random.Random, age: int) -> None:
        """New postings, up to `age` days old, until there are OPEN."""
        while len(self.rows) < OPEN:
            self.issued += 1
            self.rows.append(posting(f"S-{self.issued:05d}", self.day - timedelta(days=rng.randrange(age)), rng))


def first_board(seed: int) -> Board:
    """A board on its first day."""
    board = Board()
    board.fill(random.Random(seed), age=40)
    return board


def posting(key: str, posted: date, rng: random.Random) -> Row:
    """One made-up posting."""
    city, currency, base, language = rng.choice(PLACES)
    low = base + 1000 * rng.randrange(30)
    role = rng.choice(LEVELS) + rng.choice(ROLES)
    company = f"{rng.choice(NAMES)} {rng.choice(FORMS)}"
    text = " ".join([f"{company}: {role}.", *rng.sample(SENTENCES[language], rng.randrange(4, 8))])
    return {
        "id": key, "title": role, "company": company, "city": city, "type": rng.choice(("Full-time", "Full-time", "Part-time")),
        "workplace": rng.choice(("Remote", "On-site", "Hybrid")), "pay_min": str(low), "pay_max": str(low + 20_000),
        "currency": currency, "period": "year", "text": text, "url": f"https://steady.example/jobs/{key.lower()}",
        "posted": posted.isoformat(), "views": str(rng.randrange(500)),
    }  # fmt: skip


def as_csv(rows: list[Row], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> bytes:
    """Rows as the bytes of a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
