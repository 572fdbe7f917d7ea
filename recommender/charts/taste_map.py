"""Taste map: a scatter chart of films in which similar films are close and groups are labelled."""

from __future__ import annotations

import altair as alt
import pandas as pd

from recommender.charts.style import MIDDLE_GREY, build_selection, theme_scale

HEIGHT_PX = 580
_HEART = (
    "M0,0.95C-0.35,0.6,-1,0.15,-1,-0.4C-1,-0.8,-0.7,-1,-0.45,-1C-0.2,-1,-0.05,-0.8,0,-0.65"
    "C0.05,-0.8,0.2,-1,0.45,-1C0.7,-1,1,-0.8,1,-0.4C1,0.15,0.35,0.6,0,0.95Z"
)
_TARGET_PX2 = 620
"""Click target of a film: 28 pixels wide, larger than its mark."""
_SHEETS = (("wide", "width > 640"), ("narrow", "width <= 640"))
"""Two label layouts with Vega conditions on the chart width, known only in the browser."""


def taste_map(
    films: pd.DataFrame, outlines: pd.DataFrame, corners: pd.DataFrame, *, roles: tuple[str, ...]
) -> alt.LayerChart:
    """Return the taste map as a layered chart; a click selects the ``tconst`` of a film.

    Parameters
    ----------
    films
        One row per point. Columns ``tconst``, ``film`` (title), ``short`` (shortened title),
        ``role``, ``corner`` (name of the film group), ``genres``, ``people``, ``note`` (why the
        film is shown), ``x``, ``y`` (0 to 1), and ``wide``, ``narrow`` (``above`` or ``below``:
        title position in the wide and the narrow layout).
    outlines
        Vertices of the outline of each group. Columns ``corner``, ``x``, ``y``, ``order``.
    corners
        Labels of the groups. Columns ``corner`` (name), ``says`` (subtitle), and the label
        position in both layouts: ``wide_x``, ``wide_y``, ``narrow_x``, ``narrow_y``.
    roles
        The three values of ``role``, most important first; drawn as heart, diamond and dot.
    """
    ordered = films.assign(last=-films["role"].map(roles.index)).sort_values(
        ["last", "tconst"], kind="stable"
    )
    base = alt.Chart(ordered.drop(columns=["last"])).encode(x=_across("x"), y=_upwards("y"))
    return alt.LayerChart(
        layer=[
            _areas(outlines),
            *(layer for sheet, shown in _SHEETS for layer in _names(corners, sheet, shown)),
            _points(base, roles),
            *(
                _titles(base, f"datum.{sheet} == '{side}' && {shown}", step)
                for sheet, shown in _SHEETS
                for side, step in (("above", -15), ("below", 16))
            ),
            _click_targets(base),
        ],
        height=HEIGHT_PX,
    )


def _across(field: str) -> alt.X:
    return alt.X(f"{field}:Q", axis=None).scale(domain=[-0.07, 1.07], nice=False)


def _upwards(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None).scale(domain=[-0.12, 1.15], nice=False)


def _areas(outlines: pd.DataFrame) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(outlines)
        .mark_line(
            interpolate="linear-closed",
            fill=MIDDLE_GREY,
            fillOpacity=0.11,
            stroke=MIDDLE_GREY,
            strokeOpacity=0.35,
            strokeWidth=1,
            tooltip=None,
        )
        .encode(x=_across("x"), y=_upwards("y"), order="order:O", detail="corner:N")
    )
    return chart


def _points(base: alt.Chart, roles: tuple[str, ...]) -> alt.Chart:
    legend = alt.Legend(orient="bottom", title=None, values=list(roles), symbolSize=130)
    chart: alt.Chart = base.mark_point(filled=True, opacity=1).encode(
        shape=alt.Shape("role:N", legend=legend).scale(
            domain=list(roles), range=[_HEART, "diamond", "circle"]
        ),
        color=alt.Color("role:N", legend=legend).scale(
            theme_scale(strong=roles[0], other=roles[1], quiet=roles[2])
        ),
        size=alt.Size("role:N", legend=None).scale(domain=list(roles), range=[210, 120, 42]),
    )
    return chart


def _names(corners: pd.DataFrame, sheet: str, shown: str) -> list[alt.Chart]:
    named = alt.Chart(corners.drop(columns=["members", "tconsts"], errors="ignore"))
    named = named.transform_filter(shown).encode(x=_across(f"{sheet}_x"), y=_upwards(f"{sheet}_y"))
    if sheet == "narrow":
        return [named.mark_text(fontSize=13.5, fontWeight="bold").encode(text="corner:N")]
    return [
        named.mark_text(fontSize=15.5, fontWeight="bold", dy=-7).encode(text="corner:N"),
        named.mark_text(fontSize=11.5, dy=9).encode(text="says:N"),
    ]


def _titles(base: alt.Chart, shown: str, step: int) -> alt.Chart:
    chart: alt.Chart = (
        base.mark_text(fontSize=11.5, dy=step).encode(text="short:N").transform_filter(shown)
    )
    return chart


def _click_targets(base: alt.Chart) -> alt.Chart:
    chart: alt.Chart = (
        base.mark_point(filled=True, size=_TARGET_PX2, opacity=0, cursor="pointer", shape="circle")
        .encode(
            tooltip=[
                alt.Tooltip("film:N", title="Film"),
                alt.Tooltip("role:N", title="Role"),
                alt.Tooltip("note:N", title="Why it is here"),
                alt.Tooltip("people:N", title="People"),
                alt.Tooltip("genres:N", title="Genres"),
                alt.Tooltip("corner:N", title="Group"),
            ]
        )
        .add_params(build_selection("tconst"))
    )
    return chart
