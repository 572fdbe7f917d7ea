"""My films: what was liked, kept for later and hidden; sort, undo, take it along."""

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.ui.library import clear_marks, export_csv, list_marked, restore_marks
from recommender.ui.ready import require_marquee
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, render_live_wall
from recommender.ui.words import say_count

SHELVES = {
    "Liked": InteractionKind.LIKE,
    "Watchlist": InteractionKind.WATCHLIST,
    "Hidden": InteractionKind.HIDE,
}
EMPTY = {
    InteractionKind.LIKE: "No likes yet. Press the heart on a film and it is kept here.",
    InteractionKind.WATCHLIST: "Nothing to watch later. The bookmark on a film puts it here.",
    InteractionKind.HIDE: "Nothing is hidden. What does not interest you can be found again here.",
}
ORDERS = {
    "Latest first": None,
    "By title": lambda film: film.primary_title.casefold(),
    "Newest films": lambda film: -film.start_year,
    "Highest rated": lambda film: -film.average_rating,
}

require_marquee()
visitor = load_visitor()


def ask_shelf() -> InteractionKind:
    chosen = st.segmented_control(
        "Shelf",
        list(SHELVES),
        default="Liked",
        required=True,
        key="shelf",
        bind="query-params",
        format_func=lambda name: f"{name}  {visitor.count(SHELVES[name])}",
        label_visibility="collapsed",
    )
    return SHELVES[chosen or "Liked"]


def ask_order(films: list[Film]) -> list[Film]:
    chosen = st.selectbox(
        "Sort by",
        list(ORDERS),
        key="order",
        bind="query-params",
        label_visibility="collapsed",
        width=180,
    )
    order = ORDERS[chosen]
    return films if order is None else sorted(films, key=order)


def show_shelf(kind: InteractionKind) -> None:
    films, missing = list_marked(kind)
    if not films:
        st.markdown(EMPTY[kind])
        st.page_link("pages/search.py", label="Find films", icon=":material/search:")
        return
    films = ask_order(films)
    count = say_count(len(films), "film", "films")
    gone = f"  ·  {missing} not in this catalogue any more" if missing else ""
    st.caption(count + gone)
    render_live_wall([build_card(film) for film in films], key=f"library_{kind}", label=count)


def show_take_along(kind: InteractionKind) -> None:
    bar = st.container(horizontal=True)
    if visitor.marks:
        bar.download_button(
            "Export all as CSV",
            export_csv,
            file_name="marquee.csv",
            mime="text/csv",
            on_click="ignore",
        )
        if visitor.count(kind):
            bar.button("Clear this shelf", on_click=clear_marks, args=(kind,))
    if st.session_state.get("library_removed"):
        removed = len(st.session_state["library_removed"])
        bar.button(
            f"Undo: bring back {say_count(removed, 'film', 'films')}",
            on_click=restore_marks,
            type="primary",
        )


st.title("My films", anchor=False)
if visitor.problem:
    st.warning(visitor.problem)
shelf = ask_shelf()
show_shelf(shelf)
show_take_along(shelf)
