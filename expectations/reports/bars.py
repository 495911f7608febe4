"""Stacked bars, a bar a run, as static SVG by Vega-Lite: what came in over many runs, and of what kinds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from expectations.reports.charts import CONFIG, inline
from expectations.reports.masking import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Fixed signal values that style.css maps to the colours of light and dark, by the class of their key.
TONES = {
    "series-a": "#0b6bcb",
    "series-b": "#c2410c",
    "series-c": "#0f766e",
    "series-d": "#7c3aed",
    "series-e": "#be185d",
    "series-f": "#4d7c0f",
    "series-g": "#92620a",
    "series-h": "#57606b",
    "series-i": "#aab2bb",
    "new": "#1a7f38",
    "unchanged": "#8c95a0",
    "changed": "#b7791e",
    "merged": "#7c4dcd",
    "quarantined": "#c11220",
    "bad": "#c11221",
    "warn": "#9a5b01",
}


def stacked(
    runs: Sequence[tuple[str, Mapping[str, float]]], tones: Mapping[str, str], *, name: str, title: str, says: str,
    shares: bool = False, unit: str = "", width: int = 300, height: int = 130,
) -> Markup:  # fmt: skip
    """A bar for each run, oldest first: `runs` is (label, part -> amount), `tones` part -> class, bottom part first.

    `shares` stretches every bar to the whole. `unit` is written after each number of the axis.
    """
    data = [
        {"run": f"{place:05d} {label}", "part": part, "n": amounts.get(part, 0), "order": order}
        for place, (label, amounts) in enumerate(runs)
        for order, part in enumerate(tones)
        if amounts.get(part)
    ]
    axis: dict[str, Any] = {"tickCount": 3, "tickMinStep": 0.25 if shares else 1, "format": ".0%" if shares else "~s"}
    if unit:
        axis |= {"labelExpr": f"datum.label + '{unit}'"}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "title": title,
        "data": {"values": data},
        "mark": {"type": "bar", "width": {"band": 0.8 if len(runs) < 40 else 1}},
        "encoding": {
            "x": {
                "field": "run", "type": "ordinal", "title": None,
                "scale": {"domain": [f"{place:05d} {label}" for place, (label, _) in enumerate(runs)]},
                "axis": {"labelExpr": "slice(datum.label, 6)", "labelAngle": 0, "labelOverlap": "greedy",
                         "labelSeparation": 12, "ticks": False, "grid": False},
            },
            "y": {"field": "n", "type": "quantitative", "title": None, "axis": axis,
                  "stack": "normalize" if shares else "zero"},
            "color": {"field": "part", "type": "nominal", "legend": None,
                      "scale": {"domain": list(tones), "range": [TONES[tone] for tone in tones.values()]}},
            "order": {"field": "order"},
        },
        "config": CONFIG,
    }  # fmt: skip
    return inline(spec, name, title, says)


def keys(tones: Mapping[str, str], words: Mapping[str, str] | None = None) -> Markup:
    """What the colours mean, as text beside a chart."""
    return Markup('<ul class="keys">{}</ul>').format(
        Markup("").join(
            Markup('<li><span class="key {}"></span>{}</li>').format(tone, (words or {}).get(part, part))
            for part, tone in tones.items()
        )
    )


def labels_of(runs: Sequence[str]) -> list[str]:
    """Short names of runs for an axis: the day in each id, or the time where all are of one day."""
    one_day = len({run[:8] for run in runs}) == 1
    found = []
    for run in runs:
        try:
            began = datetime.strptime(run[:13], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        except ValueError:  # named by somebody else
            found.append(show(run, 8))
        else:
            found.append(f"{began:%H:%M}" if one_day else f"{began.day} {began:%b}")
    return found
