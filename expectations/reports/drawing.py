"""Small drawings made by hand as SVG. Colours are classes of the style sheet, so that dark mode reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from expectations.reports.page import number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 14  # between nodes
ROW = 34  # least height of a node's slot: two lines of its label
THIN = 1.5  # least height of a ribbon that carries anything


class Node(NamedTuple):
    """A named amount in a column; `tone` is its CSS class, `says` the second line of its label."""

    name: str
    amount: int
    tone: str
    says: str = ""


def flow(sources: Sequence[Node], middle: Node, outcomes: Sequence[Node], *, title: str, says: str) -> Markup:
    """A flow of counts, drawn twice: with the sources for wide screens, without them for narrow ones."""
    total = max(middle.amount, 1)
    wide = _draw(sources, middle, outcomes, total, width=960, title=title, says=says)
    narrow = _draw((), middle, outcomes, total, width=360, title=title, says=says)
    return Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(wide, narrow)


def _draw(
    sources: Sequence[Node], middle: Node, outcomes: Sequence[Node], total: int, *, width: int, title: str, says: str
) -> Markup:
    scale = 190 / total
    left, centre, right = (236, 440, 660) if sources else (0, 2, 96)
    heights = [max(_total_height(nodes, scale), _thickness(middle.amount, scale)) for nodes in (sources, outcomes)]
    height = max(heights) + 46
    thick = _thickness(middle.amount, scale)
    top = (height - 46 - thick) / 2 + 38
    parts = [
        _label(
            centre + (7 if sources else -2),
            top - 20 if sources else 14,
            middle,
            anchor="middle" if sources else "start",
        )
    ]
    ribbons: list[Markup] = []
    for column, x, side in ((sources, left, -1), (outcomes, right, 1)):
        y = (height - 46 - _total_height(column, scale)) / 2 + 38
        along = top
        for node in column:
            h = _thickness(node.amount, scale)
            slot = max(h, ROW)
            y0 = y + (slot - h) / 2
            if node.amount:
                x1, x2 = (x + 14, centre) if side < 0 else (centre + 14, x)
                a, b = (y0, along) if side < 0 else (along, y0)
                ribbons.append(_ribbon(x1, a, x2, b, h, node.tone))
            parts.append(_box(x, y0, h, node.tone))
            parts.append(
                _label(x - 8 if side < 0 else x + 22, y + slot / 2, node, anchor="end" if side < 0 else "start")
            )
            along += node.amount * scale
            y += slot + GAP
    parts.append(_box(centre, top, thick, middle.tone))
    return Markup(
        '<svg class="flow" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}{}</svg>'
    ).format(width, round(height + 8), title, title, says, Markup("").join(ribbons), Markup("").join(parts))


def _thickness(amount: int, scale: float) -> float:
    return max(amount * scale, THIN) if amount else 0


def _total_height(nodes: Sequence[Node], scale: float) -> float:
    return sum(max(_thickness(node.amount, scale), ROW) for node in nodes) + GAP * max(len(nodes) - 1, 0)


def _box(x: float, y: float, height: float, tone: str) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="14" height="{:.1f}" rx="2"/>').format(
        tone, x, y, max(height, 0)
    )


def _ribbon(x1: float, y1: float, x2: float, y2: float, h: float, tone: str) -> Markup:
    m = (x1 + x2) / 2
    path = (
        f"M{x1:.1f},{y1:.1f} C{m:.1f},{y1:.1f} {m:.1f},{y2:.1f} {x2:.1f},{y2:.1f} L{x2:.1f},{y2 + h:.1f} "
        f"C{m:.1f},{y2 + h:.1f} {m:.1f},{y1 + h:.1f} {x1:.1f},{y1 + h:.1f} Z"
    )
    return Markup('<path class="ribbon {}" d="{}"/>').format(tone, path)


def _label(x: float, y: float, node: Node, *, anchor: str) -> Markup:
    second = Markup('<tspan class="quiet" x="{:.1f}" dy="17">{}</tspan>').format(x, node.says) if node.says else ""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"><tspan class="strong">{}</tspan> {}{}</text>').format(
        x, y - 2 if node.says else y + 5, anchor, number(node.amount), node.name, second
    )


def spark(values: Sequence[float | None], *, says: str, low: float | None = 0) -> Markup:
    """A sparkline of at most the last 40 values, the newest as a dot; nothing for fewer than two known values."""
    shown = list(values)[-40:]
    known = [v for v in shown if v is not None]
    if len(known) < 2:
        return Markup("")
    bottom = min(known) if low is None else low
    span = (max(known) - bottom) or 1
    points = [
        (3 + 94 * i / (len(shown) - 1), 21 - 18 * (v - bottom) / span) for i, v in enumerate(shown) if v is not None
    ]
    return Markup(
        '<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{}"><title>{}</title>'
        '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg>'
    ).format(says, says, " ".join(f"{x:.1f},{y:.1f}" for x, y in points), *points[-1])


def stack(parts: Sequence[Node], *, title: str) -> Markup:
    """One bar in parts, with its key below; parts of nothing are left out."""
    total = sum(part.amount for part in parts) or 1
    bar = Markup("").join(
        Markup('<span class="{}" style="width:{:.2f}%"></span>').format(part.tone, 100 * part.amount / total)
        for part in parts
        if part.amount
    )
    key = Markup("").join(
        Markup('<li><span class="key {}"></span><b>{}</b> {} <span class="quiet">{}</span></li>').format(
            part.tone, number(part.amount), part.name, percent(part.amount, total)
        )
        for part in parts
        if part.amount
    )
    return Markup('<div class="stack" role="img" aria-label="{}">{}</div><ul class="keys">{}</ul>').format(
        escape(title), bar, key
    )
