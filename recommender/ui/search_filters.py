"""The filters of Search, in the address."""

from __future__ import annotations

from typing import Final

import streamlit as st

from recommender.catalogue import Filters, Sort
from recommender.ui.cached import Ranges

FILTER_KEYS: Final = ("genre", "sort", "all", "years", "rating", "runtime")
"""Of the controls, in the address and in the session."""
_SORTS = {
    "Best match": Sort.RELEVANCE,
    "Highest rated": Sort.RATING,
    "Most votes": Sort.VOTES,
    "Newest": Sort.YEAR,
}


def ask_filters(ranges: Ranges) -> tuple[Filters, Sort]:
    """Render the filters of Search, and return what they say.

    Parameters
    ----------
    ranges
        What the filters offer.
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
    with bar.popover("More filters", icon=":material/tune:"):
        every = st.toggle("Films with all chosen genres", key="all", bind="query-params")
        years = st.slider(
            "Years",
            first_year,
            last_year,
            (first_year, last_year),
            key="years",
            bind="query-params",
        )
        rating = st.slider("Rating at least", 0.0, 9.0, 0.0, 0.5, key="rating", bind="query-params")
        runtime = st.slider(
            "Runtime in minutes", 40, 300, (40, 300), 10, key="runtime", bind="query-params"
        )
    filters = Filters(
        genres=tuple(genres),
        all_genres=every,
        year_from=years[0] if years[0] > first_year else None,
        year_to=years[1] if years[1] < last_year else None,
        min_rating=rating or None,
        min_runtime_min=runtime[0] if runtime[0] > 40 else None,
        max_runtime_min=runtime[1] if runtime[1] < 300 else None,
    )
    return filters, _SORTS[sort]
