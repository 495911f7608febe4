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
    """A named amount in a column; `tone` is its CSS class, `says` the second line of its label, `shown` the amount."""

    name: str
    amount: int
    tone: str
    says: str = ""
    shown: Markup | None = None


class Ribbon(NamedTuple):
    """An amount that goes from a node on the left to one on the right, by their places."""

    left: int
    right: int
    amount: int
    says: str


def flow(left: Sequence[Node], right: Sequence[Node], ribbons: Sequence[Ribbon], *, title: str, says: str) -> Markup:
    """A flow of counts from what is on the left to what is on the right, for wide screens and for narrow ones.

    A narrow screen has no room for two columns of labels: there everything on the left is one.
    """
    whole = Node("records in", sum(node.amount for node in left), "ink")
    sums = [Ribbon(0, i, sum(r.amount for r in ribbons if r.right == i), node.name) for i, node in enumerate(right)]
    wide = _draw(left, right, ribbons, width=960, columns=(250, 640), title=title, says=says)
    narrow = _draw([whole], right, sums, width=360, columns=(0, 96), title=title, says=says)
    return Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(wide, narrow)


def _draw(
    left: Sequence[Node], right: Sequence[Node], ribbons: Sequence[Ribbon], *, width: int, columns: tuple[int, int],
    title: str, says: str,
) -> Markup:  # fmt: skip
    scale = 230 / max(sum(node.amount for node in left), 1)
    labelled = columns[0] > 0
    height = max(_height(left if labelled else left[:1], scale), _height(right, scale)) + (8 if labelled else 34)
    tops = [_tops(nodes, scale, height, 0 if labelled else 26) for nodes in (left, right)]
    leaving, coming = list(tops[0]), list(tops[1])
    drawn = []
    for each in ribbons:
        if each.amount:
            thick = _thickness(each.amount, scale)
            drawn.append(
                _ribbon(columns[0] + 14, leaving[each.left], columns[1], coming[each.right], thick, right[each.right].tone, each.says)
            )  # fmt: skip
            leaving[each.left] += each.amount * scale
            coming[each.right] += each.amount * scale
    for side, nodes in enumerate((left, right)):
        for node, top in zip(nodes, tops[side], strict=True):
            thick = _thickness(node.amount, scale)
            drawn.append(_box(columns[side], top, thick, node.tone))
            if side == 1:
                drawn.append(_label(columns[1] + 22, top + thick / 2, node, anchor="start"))
            elif labelled:
                drawn.append(_label(columns[0] - 8, top + thick / 2, node, anchor="end"))
            else:
                drawn.append(_label(0, 16, node, anchor="start"))
    return Markup(
        '<svg class="flow" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(width, round(height + 8), title, title, says, Markup("").join(drawn))


def _tops(nodes: Sequence[Node], scale: float, height: float, above: int) -> list[float]:
    """Where each node of a column begins, the column in the middle."""
    y = (height - above - _height(nodes, scale)) / 2 + above + 4
    tops = []
    for node in nodes:
        thick = _thickness(node.amount, scale)
        slot = max(thick, ROW)
        tops.append(y + (slot - thick) / 2)
        y += slot + GAP
    return tops


def _thickness(amount: int, scale: float) -> float:
    return max(amount * scale, THIN) if amount else 0


def _height(nodes: Sequence[Node], scale: float) -> float:
    return sum(max(_thickness(node.amount, scale), ROW) for node in nodes) + GAP * max(len(nodes) - 1, 0)


def _box(x: float, y: float, height: float, tone: str) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="14" height="{:.1f}" rx="2"/>').format(
        tone, x, y, max(height, 0)
    )


def _ribbon(x1: float, y1: float, x2: float, y2: float, h: float, tone: str, says: str) -> Markup:
    m = (x1 + x2) / 2
    path = (
        f"M{x1:.1f},{y1:.1f} C{m:.1f},{y1:.1f} {m:.1f},{y2:.1f} {x2:.1f},{y2:.1f} L{x2:.1f},{y2 + h:.1f} "
        f"C{m:.1f},{y2 + h:.1f} {m:.1f},{y1 + h:.1f} {x1:.1f},{y1 + h:.1f} Z"
    )
    return Markup('<path class="ribbon {}" d="{}"><title>{}</title></path>').format(tone, path, says)


def _label(x: float, y: float, node: Node, *, anchor: str) -> Markup:
    second = Markup('<tspan class="quiet" x="{:.1f}" dy="17">{}</tspan>').format(x, node.says) if node.says else ""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"><tspan class="strong">{}</tspan> {}{}</text>').format(
        x, y - 2 if node.says else y + 5, anchor, node.shown or number(node.amount), node.name, second
    )


def past(results: Sequence[str], *, says: str) -> Markup:
    """Earlier results of a check, the oldest first: a low mark for `yes`, a faint one for `told`, a tall one for `no`."""
    marks = dict.fromkeys(("yes", "told", "no"), "")
    for i, result in enumerate(results):
        marks[result] += f"M{4 * i + 2},{2 if result == 'no' else 8}V18"
    paths = Markup("").join(Markup('<path class="{}" d="{}"/>').format(name, d) for name, d in marks.items() if d)
    width = 4 * max(len(results), 1)
    return Markup(
        '<svg class="past" viewBox="0 0 {} 20" width="{}" role="img" aria-label="{}"><title>{}</title>{}</svg>'
    ).format(width, width, says, says, paths)


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
            part.tone, part.shown or number(part.amount), part.name, percent(part.amount, total)
        )
        for part in parts
        if part.amount
    )
    return Markup('<div class="stack" role="img" aria-label="{}">{}</div><ul class="keys">{}</ul>').format(
        escape(title), bar, key
    )
