"""Comparison charts: similarity heatmap, rank slope chart and reliability diagram."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import BAND_PX, MIDDLE_GREY, build_selection, name_axis, theme_scale

_LIKES_PX, _PICKS_PX = 150, 180
DOWN, UP, SAME = "falls or drops out", "rises or comes in", "stays"
_LINE_PX = 27
_RANK_STEP, _TITLE_STEP = 10, 36
"""Distances of ranks and titles from the ends of the lines, in pixels."""
_NAMES = 1.6
"""Width of the titles on either side, in widths of the slope."""


def similarity_heatmap(cells: pd.DataFrame) -> alt.Chart:
    """Return a heatmap of the similarity of each recommendation (row) to each like (column).

    A click selects the ``tconst`` of the recommendation. The single-hue scale is readable
    without colour vision.

    Parameters
    ----------
    cells
        One row per cell. Columns ``like``, ``pick`` (titles), ``like_order``, ``pick_order``,
        ``tconst`` (of the recommendation), ``similarity`` (0 to 1), and ``people`` and
        ``genres`` (text: shared people and genres).
    """
    chart: alt.Chart = (
        alt.Chart(cells)
        .mark_rect(cornerRadius=3, opacity=1, cursor="pointer")
        .encode(
            x=alt.X("like:N", sort=alt.SortField("like_order"), title=None)
            .axis(name_axis(_LIKES_PX, labelAngle=-90, orient="top"))
            .scale(paddingInner=0.08),
            y=alt.Y("pick:N", sort=alt.SortField("pick_order"), title=None)
            .axis(name_axis(_PICKS_PX))
            .scale(paddingInner=0.08),
            color=alt.Color("similarity:Q", title="Alike")
            .scale(domain=[0, 1])
            .legend(format="%", orient="bottom", gradientLength=110, tickCount=2),
            tooltip=[
                alt.Tooltip("pick:N", title="Pick"),
                alt.Tooltip("like:N", title="Like"),
                alt.Tooltip("similarity:Q", title="Alike", format=".0%"),
                alt.Tooltip("people:N", title="Same people"),
                alt.Tooltip("genres:N", title="Same genres"),
            ],
        )
        .add_params(build_selection("tconst"))
        .properties(height=BAND_PX * cells["pick"].nunique() + _LIKES_PX + 70)
    )
    return chart


def rank_slope(changes: pd.DataFrame, *, before: str, after: str) -> alt.LayerChart:
    """Return a slope chart of film ranks: one line per film, from old rank to new rank.

    Parameters
    ----------
    changes
        Columns ``title``, ``place_before``, ``place_after`` (vertical positions, from 1),
        ``rank_before``, ``rank_after`` (text: ``3`` or ``40+``) and ``fate`` (one of
        ``falls or drops out``, ``rises or comes in``, ``stays``).
    before, after
        Headings of the left and the right side.
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


def reliability_line(tenths: pd.DataFrame) -> alt.LayerChart:
    """Return a reliability diagram: observed share of likes by predicted match, in ten bins.

    The diagonal is perfect calibration.

    Parameters
    ----------
    tenths
        One row per bin. Columns ``promised`` (mean predicted match, percent), ``liked``
        (observed share of likes, percent) and ``films`` (count).
    """
    ends = [float(tenths[["promised", "liked"]].min().min()), 0.0]
    ends[1] = float(tenths[["promised", "liked"]].max().max())
    diagonal = (
        alt.Chart(pd.DataFrame({"promised": ends, "liked": ends}))
        .mark_line(strokeDash=[5, 5], color=MIDDLE_GREY)
        .encode(x="promised:Q", y="liked:Q")
    )
    points = (
        alt.Chart(tenths)
        .mark_line(point=alt.OverlayMarkDef(size=70))
        .encode(
            x=alt.X("promised:Q", title="Match promised, percent").scale(zero=False),
            y=alt.Y("liked:Q", title="Films liked, percent").scale(zero=False),
            tooltip=[
                alt.Tooltip("promised:Q", title="Promised", format=".0f"),
                alt.Tooltip("liked:Q", title="Liked", format=".0f"),
                alt.Tooltip("films:Q", title="Films", format=","),
            ],
        )
    )
    return alt.LayerChart(layer=[diagonal, points], height=300)


def _side(changes: pd.DataFrame, name: str, x: float) -> pd.DataFrame:
    return changes.assign(x=x, place=changes[f"place_{name}"], rank=changes[f"rank_{name}"])
