"""What all charts share: sizes, how colours are asked of the theme, how a click is reported."""

from __future__ import annotations

from typing import Any

import altair as alt

LABEL_PX = 200
BAND_PX = 30
AXIS_PX = 56
MIDDLE_GREY = "#8a7f74"
"""Three to one on paper and on black."""

CHOSEN = "chosen"
"""The selection that a chart reports when one of its marks is clicked."""

_THEME_COLOURS = 6
_MINUS = "\N{MINUS SIGN}"


def theme_scale(*, strong: str, other: str = "", quiet: str = "") -> alt.Scale:
    """Return a colour scale of the theme's own: its first and second colour, and its grey.

    The theme's list of colours is filled in by the page, so a colour is asked for by its place:
    the places between hold names that no row has.
    """
    names = [strong, other or " "]
    names += [" " * (place + 2) for place in range(_THEME_COLOURS - 3)]
    return alt.Scale(domain=[*names, quiet or " " * _THEME_COLOURS])


def quiet_axis(limit: int = LABEL_PX, **more: Any) -> alt.Axis:
    """Return an axis of names and nothing else, the names at most ``limit`` pixels long."""
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


def choose_by(field: str) -> alt.Parameter:
    """Return the selection that reports ``field`` of the mark that is clicked."""
    return alt.selection_point(name=CHOSEN, fields=[field], toggle="false", empty=False)


def say_signed(value: float) -> str:
    """Return ``+1.25`` or ``-0.50``, the minus as wide as the plus."""
    return f"{value:+.2f}".replace("-", _MINUS)
