"""Filter widgets of the search page, with their values stored in the URL."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recommender.catalogue import Filters, Sort
from recommender.ui.result_cache import Ranges
from recommender.ui.widget_state import is_changed

FILTER_KEYS: Final = ("genre", "sort", "all", "years", "rating", "runtime")
"""Keys of the search filters, in the URL query and in session state."""
_RUNTIMES: Final = (40, 300)
_SORTS = {
    "Best match": Sort.RELEVANCE,
    "Highest rated": Sort.RATING,
    "Most votes": Sort.VOTES,
    "Newest": Sort.YEAR,
}


def render_search_filters(ranges: Ranges) -> tuple[Filters, Sort]:
    """Render the filter widgets of the search page, and return the selected values.

    Parameters
    ----------
    ranges
        Selectable genres and years.
    """
    first_year, last_year = ranges.first_year, ranges.last_year
    bar = st.container(horizontal=True, vertical_alignment="center", key="search_filters")
    genres = bar.multiselect(
        "Genres",
        ranges.genres,
        key="genre",
        bind="query-params",
        placeholder="Any genre",
        label_visibility="collapsed",
        width=240,
    )
    sort = bar.selectbox(
        "Sort by",
        list(_SORTS),
        key="sort",
        bind="query-params",
        label_visibility="collapsed",
        width=160,
    )
    every, years, rating, runtime = _render_more(bar, first_year, last_year)
    filters = Filters(
        genres=tuple(genres),
        all_genres=every,
        year_from=years[0] if years[0] > first_year else None,
        year_to=years[1] if years[1] < last_year else None,
        min_rating=rating or None,
        min_runtime_min=runtime[0] if runtime[0] > _RUNTIMES[0] else None,
        max_runtime_min=runtime[1] if runtime[1] < _RUNTIMES[1] else None,
    )
    return filters, _SORTS[sort]


def _render_more(
    bar: DeltaGenerator, first_year: int, last_year: int
) -> tuple[bool, tuple[int, int], float, tuple[int, int]]:
    """Render the advanced search filters, if their popover is open or one of them is set."""
    whole = (first_year, last_year)
    drawer = bar.popover(
        "More filters", icon=":material/tune:", key="more_filters", on_change="rerun"
    )
    if not drawer.open and not is_changed(
        {"all": False, "years": whole, "rating": 0.0, "runtime": _RUNTIMES}
    ):
        return False, whole, 0.0, _RUNTIMES
    with drawer:
        every = st.toggle("Match all chosen genres", key="all", bind="query-params")
        years = st.slider("Years", *whole, whole, key="years", bind="query-params")
        rating = st.slider(
            "Rating at least", 0.0, 9.0, 0.0, 0.5, "%.1f", key="rating", bind="query-params"
        )
        runtime = st.slider(
            "Runtime in minutes", *_RUNTIMES, _RUNTIMES, 10, key="runtime", bind="query-params"
        )
    return every, years, rating, runtime
