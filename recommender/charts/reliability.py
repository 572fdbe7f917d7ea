"""How honest a match is."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import MIDDLE_GREY


def reliability_line(tenths: pd.DataFrame) -> alt.LayerChart:
    """Return how many films were liked of those a match promised; the diagonal is honest.

    Parameters
    ----------
    tenths
        Columns ``promised``, ``liked`` (percent) and ``films``.
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
