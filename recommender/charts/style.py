"""Sizes, colour scales, axes and selections shared by all charts."""

from __future__ import annotations

from typing import Any

import altair as alt

LABEL_PX = 200
BAND_PX = 30
AXIS_PX = 56
MIDDLE_GREY = "#8a7f74"
"""Grey with a contrast of 3:1 on light and dark backgrounds."""

CHOSEN = "chosen"
"""Name of the Vega-Lite selection parameter that a click sets."""

_THEME_COLOURS = 6
_MINUS = "\N{MINUS SIGN}"


def theme_scale(*, strong: str, other: str = "", quiet: str = "") -> alt.Scale:
    """Return an Altair colour scale that maps up to three categories to theme colours.

    ``strong`` and ``other`` get the first two theme colours, ``quiet`` the grey. Streamlit
    assigns colours by position, so unused names fill the positions between them.
    """
    names = [strong, other or " "]
    names += [" " * (place + 2) for place in range(_THEME_COLOURS - 3)]
    return alt.Scale(domain=[*names, quiet or " " * _THEME_COLOURS])


def name_axis(limit: int = LABEL_PX, **more: Any) -> alt.Axis:
    """Return an Altair axis with labels only, truncated to ``limit`` pixels."""
    return alt.Axis(
        labelLimit=limit,
        labelFontSize=13,
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=False,
        title=None,
        **more,
    )


def build_selection(field: str) -> alt.Parameter:
    """Return an Altair point selection by click that holds the value of ``field``."""
    return alt.selection_point(name=CHOSEN, fields=[field], toggle="false", empty=False)


def format_signed(value: float) -> str:
    """Format a number with its sign and two decimals, such as ``+1.25``; use a true minus sign."""
    return f"{value:+.2f}".replace("-", _MINUS)
