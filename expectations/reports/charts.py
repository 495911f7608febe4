"""The chart that Winnow was built for, as static SVG: shares by month with their intervals.

Drawn by Vega-Lite through vl-convert, then inlined. Colours are fixed signal values that the style sheet maps to
the colours of light and dark; text takes the colour of the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = ("#0b6bcb", "#c2410c")  # style.css maps these two
GRID = "#d0d7de"
PANELS = {"jobs": "Jobs: reposts and copies counted once", "postings": "Postings: as advertised"}
CONFIG = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 12,
        "gridOpacity": 0.7,
    },
    "title": {"color": "currentColor", "fontSize": 13, "anchor": "start", "fontWeight": 600, "offset": 8},
}
ROOT = re.compile(r"<svg [^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>")


def share_chart(
    rows: Sequence[dict[str, Any]], titles: dict[str, str], breaks: Sequence[str], *, name: str, title: str, says: str
) -> Markup:
    """Shares by month for up to two definitions, a panel for jobs and one for postings; wide and narrow.

    `rows`: month (ISO text), definition, basis, share, low, high (0 to 1), complete. `titles`: definition to legend.
    `breaks`: months (ISO text) marked with a dashed line. `name` keeps the ids of this drawing apart from others'.
    """
    wide = inline(_spec(rows, titles, breaks, width=432, columns=2), f"{name}-w", title, says)
    narrow = inline(_spec(rows, titles, breaks, width=300, columns=1), f"{name}-n", title, says)
    key = Markup("").join(
        Markup('<li><span class="key series-{}"></span>{}</li>').format(letter, text)
        for letter, text in zip("ab", titles.values(), strict=False)
    )
    return Markup('<ul class="keys">{}</ul><div class="wide">{}</div><div class="narrow">{}</div>').format(
        key, wide, narrow
    )


def _spec(
    rows: Sequence[dict[str, Any]], titles: dict[str, str], breaks: Sequence[str], *, width: int, columns: int
) -> dict[str, Any]:
    """The Vega-Lite specification. Written out: built through altair's classes, a report took 3.6 s and not 1.2."""
    top = max((row["high"] for row in rows), default=0.01)
    several = len({row["month"] for row in rows}) > 1
    data = [{**row, "definition": titles[row["definition"]]} for row in rows]
    x = {
        "field": "month",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {"tickCount": 4 if columns == 1 else 6, "format": _format(rows), "grid": False},
    }
    scale = {"domain": [0, top * 1.05], "nice": True}
    y = {
        "type": "quantitative",
        "title": None,
        "scale": scale,
        "axis": {"format": ".1%" if top < 0.1 else ".0%", "tickCount": 5},
    }
    colour = {
        "field": "definition",
        "type": "nominal",
        "legend": None,  # the key is HTML: its text wraps and scales
        "scale": {"domain": list(titles.values()), "range": list(COLOURS[: len(titles)])},
    }
    interval = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour}
    share = {"x": x, "y": {**y, "field": "share"}, "color": colour}
    hollow = {**colour, "condition": {"test": "!datum.complete", "value": "transparent"}}
    layers: list[dict[str, Any]] = []
    if breaks:
        layers.append(
            {
                "data": {"values": [{"month": month} for month in breaks]},
                "mark": {"type": "rule", "color": GRID, "strokeDash": [3, 3], "strokeWidth": 1.5},
                "encoding": {"x": x},
            }
        )
    if several:
        layers.append({"mark": {"type": "area", "opacity": 0.16}, "encoding": interval})
        layers.append({"mark": {"type": "line", "strokeWidth": 2}, "encoding": share})
    else:
        layers.append({"mark": {"type": "rule", "strokeWidth": 2}, "encoding": interval})
    point = {"type": "point", "size": 26 if len(rows) < 160 else 12, "strokeWidth": 1.5, "opacity": 1}
    layers.append({"mark": point, "encoding": {**share, "fill": hollow}})
    panels = [
        {
            "title": heading,
            "width": width,
            "height": 210 if columns == 2 else 180,
            "data": {"values": [row for row in data if row["basis"] == basis]},
            "layer": layers,
        }
        for basis, heading in PANELS.items()
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "concat": panels,
        "columns": columns,
        "spacing": 28,
        "config": CONFIG,
    }


def _format(rows: Sequence[dict[str, Any]]) -> str:
    """Years alone where the months span many of them."""
    years = {row["month"][:4] for row in rows}
    return "%Y" if len(years) > 4 else "%b %Y"


def inline(spec: dict[str, Any], name: str, title: str, says: str) -> Markup:
    """The SVG with a title and description for those who do not see it, its ids made unique on the page."""
    import vl_convert

    text = str(vl_convert.vegalite_to_svg(spec))
    found = ROOT.search(text)
    if found is None:
        raise ValueError("the chart's SVG does not begin as expected; the version of vl-convert has changed")
    body = text[found.end() :]
    body = re.sub(r'\bid="([\w-]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([\w-]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    width, height = (round(float(v)) for v in found.groups())
    head = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>'
    )
    return head.format(width, height, width, title, title, says) + Markup(body)  # noqa: S704 - drawn from our own numbers
