"""Likes by picks: how alike each two are."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import BAND_PX, choose_by, quiet_axis

_LIKES_PX, _PICKS_PX = 150, 180


def similarity_heatmap(cells: pd.DataFrame) -> alt.Chart:
    """Return picks x likes, each cell how alike two films are; a click reports the ``tconst``.

    One hue from pale to strong, so that it reads without colour vision; what the films share is
    in the tooltip.

    Parameters
    ----------
    cells
        Columns ``like``, ``pick`` (labels), ``like_order``, ``pick_order``, ``tconst`` (of the
        pick), ``similarity`` (0 to 1), ``people`` and ``genres`` (what they share, in words).
    """
    chart: alt.Chart = (
        alt.Chart(cells)
        .mark_rect(cornerRadius=3, opacity=1, cursor="pointer")
        .encode(
            x=alt.X("like:N", sort=alt.SortField("like_order"), title=None)
            .axis(quiet_axis(_LIKES_PX, labelAngle=-90, orient="top"))
            .scale(paddingInner=0.08),
            y=alt.Y("pick:N", sort=alt.SortField("pick_order"), title=None)
            .axis(quiet_axis(_PICKS_PX))
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
        .add_params(choose_by("tconst"))
        .properties(height=BAND_PX * cells["pick"].nunique() + _LIKES_PX + 70)
    )
    return chart
