"""Search: as you type, forgiving, with filters kept in the address."""

import streamlit as st

from recommender.catalogue import Filters, SearchPage, Sort
from recommender.ui.cached import filter_ranges
from recommender.ui.page_memory import recall, remember
from recommender.ui.ready import require_marquee
from recommender.ui.trouble import render_people_trouble
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, render_live_wall
from recommender.ui.words import escape, say_count

PAGE_SIZE = 40
MOST_SHOWN = 400
SORT_NAMES = {
    "Best match": Sort.RELEVANCE,
    "Highest rated": Sort.RATING,
    "Most votes": Sort.VOTES,
    "Newest": Sort.YEAR,
}

marquee = require_marquee()
ranges = filter_ranges()
first_year, last_year = ranges.first_year, ranges.last_year


KEYS = ("q", "genre", "sort", "all", "years", "rating", "runtime")
MEMORY = "search_memory"


def ask_query() -> str:
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


def ask_filters() -> tuple[Filters, Sort]:
    bar = st.container(horizontal=True, vertical_alignment="center")
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
        list(SORT_NAMES),
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
    return filters, SORT_NAMES[sort]


def say_result(query: str, page: SearchPage) -> str:
    count = say_count(page.total, "film", "films")
    if page.corrected_to:
        asked, found = escape(query.strip()), escape(page.corrected_to)
        return f"Nothing is called “{asked}”. Showing {count} for **{found}**."
    return count if query.strip() else f"{count}, the best known first"


def show_nothing(query: str) -> None:
    st.header("Nothing found", anchor=False)
    about = f" for “{escape(query.strip()[:80])}”" if query.strip() else ""
    st.markdown(
        f"No film{about} with these filters. Try fewer words, the original title, the name of "
        "somebody in it, or take a filter away."
    )


st.title("Search", anchor=False)
render_people_trouble(load_visitor().problem)
recall(MEMORY, KEYS)
query = ask_query()
filters, sort = ask_filters()
remember(MEMORY, KEYS)
asked = (query, filters, sort)
if st.session_state.get("search_asked") != asked:
    st.session_state["search_asked"] = asked
    st.session_state["search_shown"] = PAGE_SIZE
shown = st.session_state["search_shown"]
page = marquee.catalogue.search(query, filters=filters, sort=sort, limit=shown)
if not page.total:
    show_nothing(query)
else:
    st.caption(say_result(query, page))
    render_live_wall([build_card(film) for film in page.films], key="search_wall", label="Results")
    if page.total > shown and shown < MOST_SHOWN:

        def show_more() -> None:
            st.session_state["search_shown"] += PAGE_SIZE

        st.button("Show more films", on_click=show_more, width="stretch")
