"""Pages: one file each, no script, nothing loaded from elsewhere, everything from outside escaped."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from expectations.reports.masking import show

TEMPLATES = Path(__file__).parent / "templates"


def number(value: Any) -> str:
    """12345 as 12,345; an en dash for nothing."""
    return "–" if value is None else f"{value:,.0f}"


def percent(part: float | None, whole: float | None = 1) -> str:
    """Part of whole as a percentage of two or three figures; an en dash where there is no whole."""
    if part is None or not whole:
        return "–"
    share = 100 * part / whole
    if share in (0, 100):
        return f"{share:.0f}%"
    if 0 < share < 0.01:
        return "<0.01%"
    return f"{share:.2f}%" if share < 1 else f"{share:.1f}%" if share < 99.95 else ">99.9%"


def seconds(value: Any) -> str:
    """A duration as people say it: 0.42 s, 12 s, 3 min 20 s, 2 h 5 min."""
    if value is None:
        return "–"
    if value < 10:
        return f"{value:.2f} s"
    if value < 120:
        return f"{value:.0f} s"
    minutes = round(value / 60)
    return f"{int(value // 60)} min {int(value % 60)} s" if value < 3600 else f"{minutes // 60} h {minutes % 60} min"


def score(value: Any) -> str:
    """A score with two decimals; an en dash for nothing."""
    return "–" if value is None else f"{value:.2f}"


def plural(n: Any, word: str, words: str | None = None) -> str:
    """The word for n of something: 1 record, 2 records."""
    return word if n == 1 else words or f"{word}s"


def moment(value: Any) -> datetime | None:
    """A time from a journal (ISO text) or a query; None for nothing or for what is no time."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def when(value: Any) -> str:
    """A time as 2026-03-01 14:05 UTC."""
    at = moment(value)
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "–"


def shell(query: str) -> str:
    """The command line that asks a query. Queries quote with single quotes only; a test runs every one."""
    return f'winnow sql "{query}"'


@cache
def environment() -> Environment:
    """The templates, escaping everything, failing on names that are not given."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        number=number,
        percent=percent,
        seconds=seconds,
        when=when,
        show=show,
        shell=shell,
        plural=plural,
        named=str.isidentifier,
    )
    found.globals["style"] = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return found


def write_page(template: str, path: Path, **values: Any) -> Path:
    """Render and write so that a reader sees the old page or the new one. Returns `path`. Raises OSError."""
    text = environment().get_template(template).render(**values)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return path
