"""Charts: a table in, an Altair chart out. Nothing here knows Streamlit.

The finding a chart shows stands above it as text, where it wraps on a phone and follows the
theme. For the same reason numbers are part of axis labels and not marks of their own: labels
take the theme's colour.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

_LABEL_LIMIT = 200
_BAND = 30
_AXIS = 56


def similarity_heatmap(cells: pd.DataFrame) -> alt.Chart:
    """Return picks x likes, each cell how alike two films are: the darker or lighter, the more.

    One hue from pale to strong, so that it reads without colour vision; what the films share is
    in the tooltip.

    Parameters
    ----------
    cells
        Columns ``like``, ``pick`` (labels), ``like_order``, ``pick_order``, ``similarity``
        (0 to 1), ``people`` and ``genres`` (what they share, in words).
    """
    chart: alt.Chart = (
        alt.Chart(cells)
        .mark_rect(cornerRadius=3, opacity=1)
        .encode(
            x=alt.X("like:N", sort=alt.SortField("like_order"), title=None)
            .axis(
                labelAngle=-90,
                labelLimit=150,
                labelOverlap=False,
                orient="top",
                grid=False,
                ticks=False,
                domain=False,
            )
            .scale(paddingInner=0.08),
            y=alt.Y("pick:N", sort=alt.SortField("pick_order"), title=None)
            .axis(
                labelLimit=_LABEL_LIMIT, labelOverlap=False, grid=False, ticks=False, domain=False
            )
            .scale(paddingInner=0.08),
            color=alt.Color("similarity:Q", title="Alike")
            .scale(domain=[0, 1])
            .legend(format="%", orient="bottom", gradientLength=110, tickCount=2),
            tooltip=[
                alt.Tooltip("pick:N", title="Pick"),
                alt.Tooltip("like:N", title="You liked"),
                alt.Tooltip("similarity:Q", title="Alike", format=".0%"),
                alt.Tooltip("people:N", title="Same people"),
                alt.Tooltip("genres:N", title="Same genres"),
            ],
        )
        .properties(height=_BAND * cells["pick"].nunique() + 230)
    )
    return chart


def contribution_bars(parts: pd.DataFrame) -> alt.Chart:
    """Return what each term adds to one film's score, in the table's order.

    Parameters
    ----------
    parts
        Columns ``label``, ``contribution``, ``text`` (the reason in words).
    """
    said = parts.assign(
        name=[
            f"{label}  {value:+.2f}".replace("-", "\N{MINUS SIGN}")
            for label, value in zip(parts["label"], parts["contribution"], strict=True)
        ],
        side=["adds" if value >= 0 else "takes away" for value in parts["contribution"]],
    )
    chart: alt.Chart = (
        alt.Chart(said)
        .mark_bar(cornerRadiusEnd=3, height=16)
        .encode(
            y=alt.Y("name:N", sort=None, title=None).axis(
                labelLimit=_LABEL_LIMIT + 60, labelOverlap=False, ticks=False, domain=False
            ),
            x=alt.X("contribution:Q", axis=None),  # the numbers are in the labels
            color=alt.Color("side:N", legend=None).scale(domain=["adds", "takes away"]),
            tooltip=[
                alt.Tooltip("label:N", title="Part"),
                alt.Tooltip("contribution:Q", title="Adds", format="+.3f"),
                alt.Tooltip("text:N", title="Because"),
            ],
        )
        .properties(height=_BAND * len(parts) + _AXIS)
    )
    return chart


def alike_bars(parts: pd.DataFrame) -> alt.Chart:
    """Return films stacked by what makes each like one film.

    Parameters
    ----------
    parts
        Columns ``film``, ``order`` (of the film), ``label`` (the part), ``contribution``, ``text``.
    """
    chart: alt.Chart = (
        alt.Chart(parts)
        .mark_bar(height=18)
        .encode(
            y=alt.Y("film:N", sort=alt.SortField("order"), title=None).axis(
                labelLimit=_LABEL_LIMIT, labelOverlap=False, ticks=False, domain=False
            ),
            x=alt.X("contribution:Q", title="How alike").axis(format="%", tickCount=5),
            color=alt.Color("label:N", title=None).legend(orient="bottom", columns=2),
            order=alt.Order("label:N"),  # the same in every bar, so that parts can be compared
            tooltip=[
                alt.Tooltip("film:N", title="Film"),
                alt.Tooltip("label:N", title="Shared"),
                alt.Tooltip("contribution:Q", title="Adds", format=".0%"),
                alt.Tooltip("text:N", title="Which"),
            ],
        )
        .properties(height=_BAND * parts["film"].nunique() + 2 * _AXIS)
    )
    return chart


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
        .mark_line(strokeDash=[5, 5], color="#8a7f74")
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


def profile_bars(shares: pd.DataFrame) -> alt.LayerChart:
    """Return how often each genre is in the likes (bar) and in the whole catalogue (tick).

    Parameters
    ----------
    shares
        Columns ``genre``, ``yours`` and ``everyone`` (0 to 1), in the order to show.
    """
    base = alt.Chart(shares).encode(
        y=alt.Y("genre:N", sort=None, title=None).axis(
            labelOverlap=False, ticks=False, domain=False
        ),
        tooltip=[
            alt.Tooltip("genre:N", title="Genre"),
            alt.Tooltip("yours:Q", title="Of your likes", format=".0%"),
            alt.Tooltip("everyone:Q", title="Of all films", format=".0%"),
        ],
    )
    share = alt.X("yours:Q", title="Share of your likes (bar) and of all films (tick)")
    yours = base.mark_bar(cornerRadiusEnd=3, height=16).encode(
        x=share.axis(format="%", tickCount=5)
    )
    everyone = base.mark_tick(thickness=3, height=24, color="#8a7f74").encode(x="everyone:Q")
    return alt.LayerChart(layer=[yours, everyone], height=_BAND * len(shares) + _AXIS)
