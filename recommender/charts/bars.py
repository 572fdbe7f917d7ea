"""Bar charts: terms of a score, terms of a similarity, and people in most liked films."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import (
    AXIS_PX,
    BAND_PX,
    LABEL_PX,
    MIDDLE_GREY,
    build_selection,
    format_signed,
    name_axis,
    theme_scale,
)

ADDS, TAKES_AWAY, SCORE = "adds", "takes away", "score"


def contribution_bars(parts: pd.DataFrame) -> alt.LayerChart:
    """Return a waterfall chart of the terms of one film's score.

    Parameters
    ----------
    parts
        One row per term, in display order. Columns ``label``, ``contribution`` (signed),
        ``detail`` (inputs of the term) and ``text`` (the reason as a sentence).
    """
    score = float(parts["contribution"].sum())
    ends = parts["contribution"].cumsum()
    rows = parts.assign(
        start=ends - parts["contribution"],
        end=ends,
        side=[ADDS if value >= 0 else TAKES_AWAY for value in parts["contribution"]],
    )
    total = {"label": "Score", "contribution": score, "start": 0.0, "end": score, "side": SCORE}
    rows = pd.concat([rows, pd.DataFrame([total | {"detail": "All of it", "text": ""}])])
    rows["name"] = [
        f"{label}  {format_signed(value) if side != SCORE else format(value, '.2f')}"
        for label, value, side in zip(
            rows["label"], rows["contribution"], rows["side"], strict=True
        )
    ]
    rows["next"] = [*rows["name"].iloc[1:], rows["name"].iloc[-1]]
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=None, title=None).axis(name_axis(LABEL_PX + 60)),
        tooltip=[
            alt.Tooltip("label:N", title="Part"),
            alt.Tooltip("contribution:Q", title="Adds", format="+.2f"),
            alt.Tooltip("detail:N", title="Made of"),
            alt.Tooltip("text:N", title="Because"),
        ],
    )
    bars = base.mark_bar(cornerRadius=3, height=17).encode(
        x=alt.X("start:Q", axis=None),  # the numbers are in the labels
        x2="end:Q",
        color=alt.Color("side:N", legend=None).scale(
            theme_scale(strong=ADDS, other=TAKES_AWAY, quiet=SCORE)
        ),
    )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=MIDDLE_GREY).encode(x="x:Q")
    return alt.LayerChart(layer=[bars, zero], height=BAND_PX * len(rows) + 16)


_ALIKE_AXIS = alt.Axis(labelLimit=LABEL_PX, labelOverlap=False, ticks=False, domain=False)


def alike_bars(parts: pd.DataFrame) -> alt.Chart:
    """Return a stacked bar chart of the similarity of several films to one film, by term.

    Parameters
    ----------
    parts
        One row per film and term. Columns ``film`` (title), ``order`` (position of the film),
        ``label`` (the term), ``contribution`` (to the similarity) and ``text`` (the reason).
    """
    chart: alt.Chart = (
        alt.Chart(parts)
        .mark_bar(height=18)
        .encode(
            y=alt.Y("film:N", sort=alt.SortField("order"), title=None, axis=_ALIKE_AXIS),
            x=alt.X("contribution:Q", title="How alike", axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color("label:N", title=None, legend=alt.Legend(orient="bottom", columns=2)),
            order=alt.Order(
                "label:N"
            ),  # the same order in every bar, so that terms can be compared
            tooltip=[
                alt.Tooltip("film:N", title="Film"),
                alt.Tooltip("label:N", title="Shared"),
                alt.Tooltip("contribution:Q", title="Adds", format=".0%"),
                alt.Tooltip("text:N", title="Which"),
            ],
        )
        .properties(height=BAND_PX * parts["film"].nunique() + 2 * AXIS_PX)
    )
    return chart


def people_bars(people: pd.DataFrame) -> alt.Chart:
    """Return a bar chart of the number of liked films per person of the cast and crew.

    A click selects a ``person``.

    Parameters
    ----------
    people
        Columns ``person`` (name), ``likes`` and ``catalogue`` (the person's number of films among
        the likes and in the catalogue), ``films`` (titles of the liked films).
    """
    rows = people.assign(
        name=[f"{who}  {n}" for who, n in zip(people["person"], people["likes"], strict=True)]
    )
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(cornerRadiusEnd=3, height=16, cursor="pointer")
        .encode(
            y=alt.Y("name:N", sort=None, title=None).axis(name_axis()),
            x=alt.X("likes:Q", axis=None).scale(domainMin=0),
            tooltip=[
                alt.Tooltip("person:N", title="Who"),
                alt.Tooltip("likes:Q", title="Likes"),
                alt.Tooltip("catalogue:Q", title="Films here"),
                alt.Tooltip("films:N", title="Which"),
            ],
        )
        .add_params(build_selection("person"))
        .properties(height=BAND_PX * len(rows) + 16)
    )
    return chart
