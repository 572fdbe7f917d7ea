"""Ranks before and after: which picks rise and fall when a like is left out."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import theme_scale

DOWN, UP, SAME = "falls or drops out", "rises or comes in", "stays"
_LINE_PX = 27
_RANK_STEP, _TITLE_STEP = 10, 36
"""How far ranks and titles stand from the ends of the slopes, in pixels."""
_NAMES = 1.6
"""Room for the names on either side, in widths of the slope itself."""


def rank_slope(changes: pd.DataFrame, *, before: str, after: str) -> alt.LayerChart:
    """Return a line a film from its place before to its place after.

    Parameters
    ----------
    changes
        Columns ``title``, ``place_before``, ``place_after`` (lines of the chart, from 1),
        ``rank_before``, ``rank_after`` (what to say: ``3`` or ``40+``) and ``fate`` (one of
        ``falls or drops out``, ``rises or comes in``, ``stays``).
    before, after
        What stands above the two sides.
    """
    lines = int(changes[["place_before", "place_after"]].max().max())
    ends = pd.concat([_side(changes, "before", 0.0), _side(changes, "after", 1.0)])
    x = alt.X("x:Q", axis=None).scale(domain=[-_NAMES, 1.0 + _NAMES], nice=False)
    y = alt.Y("place:Q", axis=None).scale(domain=[lines + 0.6, -0.2], nice=False)
    tooltip = [
        alt.Tooltip("title:N", title="Film"),
        alt.Tooltip("rank_before:N", title="Before"),
        alt.Tooltip("rank_after:N", title="After"),
    ]
    colour = alt.Color("fate:N", legend=None).scale(theme_scale(strong=DOWN, other=UP, quiet=SAME))
    base = alt.Chart(ends).encode(x=x, y=y, tooltip=tooltip)
    slopes = base.mark_line(strokeWidth=2.5).encode(color=colour, detail="tconst:N")
    points = base.mark_point(filled=True, size=60, opacity=1).encode(color=colour)
    heads = pd.DataFrame({"x": [0.0, 1.0], "place": [0.0, 0.0], "says": [before, after]})
    layers: list[alt.Chart] = [slopes]
    for table, field, bold, step in (
        (ends, "rank", False, _RANK_STEP),
        (ends, "title", False, _TITLE_STEP),
        (heads, "says", True, _RANK_STEP),
    ):
        for side in (0.0, 1.0):
            text = alt.Chart(table[table["x"] == side]).mark_text(
                align="left" if side else "right",
                dx=step if side else -step,
                limit=alt.expr(f"width * {_NAMES / (1 + 2 * _NAMES):.3f} - {step + 2}"),
                fontSize=13,
                fontWeight="bold" if bold else "normal",
                baseline="middle",
            )
            layers.append(text.encode(x=x, y=y, text=f"{field}:N"))
    return alt.LayerChart(layer=[*layers, points], height=_LINE_PX * (lines + 1))


def _side(changes: pd.DataFrame, name: str, x: float) -> pd.DataFrame:
    return changes.assign(x=x, place=changes[f"place_{name}"], rank=changes[f"rank_{name}"])
