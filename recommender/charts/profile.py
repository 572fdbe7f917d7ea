"""Charts that compare a user's likes with the whole catalogue: shares and lift."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from recommender.charts.style import AXIS_PX, BAND_PX, MIDDLE_GREY, name_axis, theme_scale

MORE, LESS = "more than usual", "less than usual"
_FARTHEST = 8.0
"""Bars are clipped at a lift of 1/8, because a logarithmic axis has no zero."""


def lift_bars(shares: pd.DataFrame) -> alt.LayerChart:
    """Return a bar chart of the lift of each genre, on a logarithmic axis.

    Lift is the genre's share of the likes divided by its share of the catalogue. Bars right of
    the zero line are genres the user likes more often than average.

    Parameters
    ----------
    shares
        Columns ``genre``, ``yours`` (share of the likes, 0 to 1), ``everyone`` (share of the
        catalogue, above 0) and ``lift``.
    """
    rows = shares.assign(
        name=[
            f"{g}  {_format_lift(v)}" for g, v in zip(shares["genre"], shares["lift"], strict=True)
        ],
        doublings=[math.log2(max(value, 1.0 / _FARTHEST)) for value in shares["lift"]],
        start=0.0,
        side=[MORE if value >= 1.0 else LESS for value in shares["lift"]],
    )
    bars = (
        alt.Chart(rows)
        .mark_bar(cornerRadius=3, height=16)
        .encode(
            y=alt.Y("name:N", sort=None, title=None).axis(name_axis()),
            x=alt.X("start:Q", axis=None),
            x2="doublings:Q",
            color=alt.Color("side:N", legend=None).scale(theme_scale(strong=MORE, other=LESS)),
            tooltip=[
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("yours:Q", title="Of the likes", format=".0%"),
                alt.Tooltip("everyone:Q", title="Of all films", format=".1%"),
            ],
        )
    )
    same = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=MIDDLE_GREY).encode(x="x:Q")
    return alt.LayerChart(layer=[bars, same], height=BAND_PX * len(rows) + 16)


def share_bars(shares: pd.DataFrame, *, what: str) -> alt.LayerChart:
    """Return a chart of each category's share of the likes (bars) and of all films (ticks).

    Parameters
    ----------
    shares
        One row per category, in display order. Columns ``kind`` (the category), ``yours`` (share
        of the likes, 0 to 1) and ``everyone`` (share of all films, 0 to 1).
    what
        Name of the categories in the tooltip, such as ``Decade``.
    """
    rows = shares.assign(
        name=[f"{k}  {v:.0%}" for k, v in zip(shares["kind"], shares["yours"], strict=True)]
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=None, title=None).axis(name_axis()),
        tooltip=[
            alt.Tooltip("kind:N", title=what),
            alt.Tooltip("yours:Q", title="Of the likes", format=".0%"),
            alt.Tooltip("everyone:Q", title="Of all films", format=".0%"),
        ],
    )
    share = alt.X("yours:Q", title="Of the likes (bar), of all films (tick)")
    yours = base.mark_bar(cornerRadiusEnd=3, height=16).encode(
        x=share.axis(format="%", tickCount=4)
    )
    everyone = base.mark_tick(thickness=3, height=24, color=MIDDLE_GREY).encode(x="everyone:Q")
    return alt.LayerChart(layer=[yours, everyone], height=BAND_PX * len(rows) + AXIS_PX)


def _format_lift(lift: float) -> str:
    if lift == 0.0:
        return "none"
    return f"{lift:.0f} times" if lift >= 9.95 else f"{lift:.1f} times"
