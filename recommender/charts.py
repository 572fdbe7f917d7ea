"""Charts: a table in, an Altair chart out. Nothing here knows Streamlit.

Each chart's title says what is to be seen in it; colours come from the theme of the page.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

ACCENT_SCALE = "oranges"
_LABEL_LIMIT = 190


def similarity_heatmap(cells: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Return picks x likes, each cell how alike two films are.

    Parameters
    ----------
    cells
        Columns ``like``, ``pick`` (labels), ``like_order``, ``pick_order``, ``similarity``
        (0 to 1), ``people`` and ``genres`` (what they share, in words).
    title
        The finding.
    """
    base = alt.Chart(cells).encode(
        x=alt.X("like:N", sort=alt.SortField("like_order"), title="You liked").axis(
            labelAngle=-40, labelLimit=_LABEL_LIMIT, orient="top"
        ),
        y=alt.Y("pick:N", sort=alt.SortField("pick_order"), title=None).axis(
            labelLimit=_LABEL_LIMIT
        ),
        tooltip=[
            alt.Tooltip("pick:N", title="Pick"),
            alt.Tooltip("like:N", title="You liked"),
            alt.Tooltip("similarity:Q", title="Alike", format=".0%"),
            alt.Tooltip("people:N", title="Same people"),
            alt.Tooltip("genres:N", title="Same genres"),
        ],
    )
    squares = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("similarity:Q", title="Alike").scale(domain=[0, 1]).legend(format="%")
    )
    # The strongest cells say their number, so that nothing is told by colour alone.
    numbers = (
        base.mark_text(fontSize=11, fontWeight=600)
        .encode(
            text=alt.Text("similarity:Q", format=".0%"),
            color=alt.when(alt.datum.similarity > 0.62)  # noqa: PLR2004
            .then(alt.value("white"))
            .otherwise(alt.value("#4a4038")),
        )
        .transform_filter(alt.datum.similarity >= 0.4)  # noqa: PLR2004
    )
    picks, likes = cells["pick"].nunique(), cells["like"].nunique()
    return alt.layer(squares, numbers).properties(
        title=_title(title), height=34 * picks + 130, width=max(300, 46 * likes)
    )


def contribution_bars(parts: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Return what each term adds to one film's score, largest first.

    Parameters
    ----------
    parts
        Columns ``label``, ``contribution``, ``text`` (the reason in words).
    title
        The finding.
    """
    base = alt.Chart(parts).encode(
        y=alt.Y("label:N", sort=None, title=None).axis(labelLimit=_LABEL_LIMIT),
        tooltip=[
            alt.Tooltip("label:N", title="Part"),
            alt.Tooltip("contribution:Q", title="Adds", format="+.3f"),
            alt.Tooltip("text:N", title="Because"),
        ],
    )
    value = alt.X("contribution:Q", title="Adds to the score")
    bars = base.mark_bar(cornerRadiusEnd=3, height=18).encode(x=value)
    # beside the bar's end: right of a gain, left of a loss
    gains = base.mark_text(align="left", dx=5, fontSize=12).transform_filter("datum.contribution >= 0")
    losses = base.mark_text(align="right", dx=-5, fontSize=12).transform_filter("datum.contribution < 0")
    text = alt.Text("contribution:Q", format="+.2f")
    return alt.layer(
        bars, *(side.encode(x=value, text=text) for side in (gains, losses))
    ).properties(title=_title(title), height=28 * len(parts) + 20)


def alike_bars(parts: pd.DataFrame, *, title: str) -> alt.Chart:
    """Return films stacked by what makes each like one film.

    Parameters
    ----------
    parts
        Columns ``film``, ``order`` (of the film), ``label`` (the part), ``contribution``, ``text``.
    title
        The finding.
    """
    return (
        alt.Chart(parts)
        .mark_bar(height=18)
        .encode(
            y=alt.Y("film:N", sort=alt.SortField("order"), title=None).axis(
                labelLimit=_LABEL_LIMIT
            ),
            x=alt.X("contribution:Q", title="How alike").axis(format="%"),
            color=alt.Color("label:N", title=None).legend(orient="bottom", columns=3),
            order=alt.Order("contribution:Q", sort="descending"),
            tooltip=[
                alt.Tooltip("film:N", title="Film"),
                alt.Tooltip("label:N", title="Shared"),
                alt.Tooltip("contribution:Q", title="Adds", format=".0%"),
                alt.Tooltip("text:N", title="Which"),
            ],
        )
        .properties(title=_title(title), height=28 * parts["film"].nunique() + 70)
    )


def profile_bars(shares: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Return how often each genre is in the likes against the whole catalogue.

    Parameters
    ----------
    shares
        Columns ``genre``, ``yours`` and ``everyone`` (0 to 1), in the order to show.
    title
        The finding.
    """
    base = alt.Chart(shares).encode(
        y=alt.Y("genre:N", sort=None, title=None),
        tooltip=[
            alt.Tooltip("genre:N", title="Genre"),
            alt.Tooltip("yours:Q", title="Of your likes", format=".0%"),
            alt.Tooltip("everyone:Q", title="Of all films", format=".0%"),
        ],
    )
    yours = base.mark_bar(cornerRadiusEnd=3, height=16).encode(
        x=alt.X("yours:Q", title="Share of your likes; the tick is the share of all films").axis(
            format="%"
        )
    )
    everyone = base.mark_tick(thickness=3, height=22, color="#8a7f74").encode(x="everyone:Q")
    return alt.layer(yours, everyone).properties(
        title=_title(title), height=27 * len(shares) + 30
    )


def _title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", offset=14, limit=1000)
