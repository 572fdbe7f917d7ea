"""Search page: search as you type, with typo correction and filters stored in the URL."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recommender.catalogue import Filters, SearchPage, Sort
from recommender.errors import CatalogueError
from recommender.ui.error_banners import recover_catalogue, render_people_error
from recommender.ui.formatting import escape, format_count
from recommender.ui.fragment_refresh import read_context, rerun_if_context_changed
from recommender.ui.loading_gate import require_marquee
from recommender.ui.result_cache import filter_ranges, find_films
from recommender.ui.search_filters import FILTER_KEYS, render_search_filters
from recommender.ui.suggestions import render_suggestions
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, render_wall
from recommender.ui.widget_state import restore_widgets, save_widgets

PAGE_SIZE = 40
MOST_SHOWN = 400

require_marquee()

KEYS = ("q", *FILTER_KEYS)
MEMORY = "search_memory"


def render_query() -> str:
    query = st.text_input(
        "Search films and people",
        key="q",
        type="search",
        live="150ms",
        bind="query-params",
        placeholder="A title, a person, a year: heat 1995, nolan, amelie",
        label_visibility="collapsed",
        max_chars=10_000,
    )
    return query or ""


def format_result(query: str, page: SearchPage) -> str:
    count = format_count(page.total, "film", "films")
    if page.corrected_to:
        asked, found = escape(query.strip()), escape(page.corrected_to)
        return f"Nothing is called “{asked}”. Showing {count} for **{found}**."
    return count if query.strip() else f"{count}, the best known first"


def show_nothing(query: str) -> None:
    st.header("Nothing found", anchor=False)
    about = f" for “{escape(query.strip()[:80])}”" if query.strip() else ""
    st.markdown(f"Nothing{about}. Try fewer words, a director's name, or remove a filter.")
    render_suggestions(load_visitor())


@st.fragment
def show_found(place: DeltaGenerator, filters: Filters, sort: Sort) -> None:
    """Render the search box and the results, as a fragment that typing reruns."""
    rerun_if_context_changed(context)
    with place:
        query = render_query()
    st.session_state[MEMORY]["q"] = query
    asked = (query, filters, sort)
    if st.session_state.get("search_asked") != asked:
        st.session_state["search_asked"] = asked
        st.session_state["search_shown"] = PAGE_SIZE
    shown = st.session_state["search_shown"]
    try:
        page = find_films(query, filters, sort, limit=shown)
    except CatalogueError as error:
        recover_catalogue(error)  # a fragment does not pass its errors to the layout
        return
    if not page.total:
        show_nothing(query)
        return
    st.caption(format_result(query, page))
    render_wall([build_card(film) for film in page.films], load_visitor(), key="search_wall",
                label="Results")  # fmt: skip
    if page.total > shown and shown < MOST_SHOWN:
        st.button("Show more films", on_click=show_more, width="stretch")


def show_more() -> None:
    st.session_state["search_shown"] += PAGE_SIZE


context = read_context()
st.title("Search", anchor=False)
render_people_error(load_visitor().problem)
restore_widgets(MEMORY, KEYS)
place = st.container()
filters, sort = render_search_filters(filter_ranges())
save_widgets(MEMORY, FILTER_KEYS)
show_found(place, filters, sort)
