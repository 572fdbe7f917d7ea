"""Dials and filters of the recommendation gallery, stored in the URL and in session state.

With values in the URL, a page can be shared and Back restores it. A navigation link has no
query; the session then restores the last values.
"""

from __future__ import annotations

import streamlit as st

from recommender.engine import Dials, ItemFilter
from recommender.ui.result_cache import Ranges
from recommender.ui.widget_state import is_changed, restore_widgets, save_widgets

_KNOWN = {
    "Big hits": 0.0,
    "Well known": 0.25,
    "Balanced": 0.5,
    "Lesser known": 0.75,
    "Hidden gems": 1.0,
}
_VARIED = {
    "Close to my likes": 0.0,
    "Familiar": 0.25,
    "In between": 0.5,
    "Varied": 0.75,
    "Every side of my taste": 1.0,
}
_AGE = {
    "Classics": 0.0,
    "Rather old": 0.25,
    "Any age": 0.5,
    "Rather new": 0.75,
    "New films": 1.0,
}
_KEYS = ("known", "varied", "age", "genre", "years")
_MEMORY = "for_you_controls"


def render_gallery_controls(ranges: Ranges) -> tuple[Dials, ItemFilter]:
    """Render the dials and filters of the gallery, and return the selected values.

    Parameters
    ----------
    ranges
        Selectable genres and years.
    """
    restore_widgets(_MEMORY, _KEYS)
    with st.container(key="gallery_controls", horizontal=True, vertical_alignment="bottom"):
        gems = _dial("How well known", _KNOWN, "Balanced", key="known")
        spread = _dial("How varied", _VARIED, "In between", key="varied")
        age = _dial("How new", _AGE, "Any age", key="age")
        candidates = _render_filters(ranges)
    save_widgets(_MEMORY, _KEYS)
    return Dials(hidden_gems=gems, diversity=spread, newness=age), candidates


def reset_gallery_controls() -> None:
    """Reset every dial and filter of the gallery to its default value."""
    for key in _KEYS:
        st.query_params.pop(key, None)
        st.session_state.pop(key, None)
    st.session_state.pop(_MEMORY, None)


def _dial(label: str, steps: dict[str, float], middle: str, *, key: str) -> float:
    chosen = st.select_slider(label, list(steps), value=middle, key=key, bind="query-params")
    return steps[chosen]


def _render_filters(ranges: Ranges) -> ItemFilter:
    """Render the gallery filters, if their popover is open or one of them is set."""
    first, last = ranges.first_year, ranges.last_year
    drawer = st.popover("Filters", icon=":material/tune:", key="filters", on_change="rerun")
    if not drawer.open and not is_changed({"genre": [], "years": (first, last)}):
        return ItemFilter()
    with drawer:
        genres = st.multiselect("Genres", ranges.genres, key="genre", bind="query-params")
        years = st.slider("Years", first, last, (first, last), key="years", bind="query-params")
    return ItemFilter(
        genres=tuple(genres),
        year_from=years[0] if years[0] > first else None,
        year_to=years[1] if years[1] < last else None,
    )
