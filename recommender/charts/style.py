"""Sizes, colour scales, axes and selections shared by all charts."""

from __future__ import annotations

from typing import Any

import altair as alt

LABEL_PX = 200
BAND_PX = 30
AXIS_PX = 56
MIDDLE_GREY = "#8a7f74"
"""Contrast of 3:1 on light and dark backgrounds."""

CHOSEN = "chosen"
"""Name of the selection that a click sets."""

_THEME_COLOURS = 6
_MINUS = "\N{MINUS SIGN}"


def theme_scale(*, strong: str, other: str = "", quiet: str = "") -> alt.Scale:
    """Return a scale of the theme's first and second colour, and its grey.

    Streamlit assigns the theme's colours by position, so unused names fill the positions between.
    """
    names = [strong, other or " "]
    names += [" " * (place + 2) for place in range(_THEME_COLOURS - 3)]
    return alt.Scale(domain=[*names, quiet or " " * _THEME_COLOURS])


def name_axis(limit: int = LABEL_PX, **more: Any) -> alt.Axis:
    """Return an axis of labels only, at most ``limit`` pixels long."""
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
    """Return the selection of ``field`` by a click."""
    return alt.selection_point(name=CHOSEN, fields=[field], toggle="false", empty=False)


def format_signed(value: float) -> str:
    """Return ``+1.25`` or ``-0.50``, with a minus as wide as the plus."""
    return f"{value:+.2f}".replace("-", _MINUS)
