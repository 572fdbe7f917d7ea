"""My films: what was liked, kept for later, seen and hidden; one's history in and out."""

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.ui.error_banners import render_people_error
from recommender.ui.formatting import format_count
from recommender.ui.history import render_export, render_import, render_imports
from recommender.ui.library import clear_marks, list_marked, render_gone, restore_marks
from recommender.ui.loading_gate import require_marquee
from recommender.ui.suggestions import render_suggestions
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, render_wall

SHELVES = {
    "Liked": InteractionKind.LIKE,
    "Watchlist": InteractionKind.WATCHLIST,
    "Seen": InteractionKind.SEEN,
    "Hidden": InteractionKind.HIDE,
}
IN_AND_OUT = "Import and export"
VIEWS = [*SHELVES, IN_AND_OUT]
EMPTY = {
    InteractionKind.LIKE: "No likes yet. Press the heart on a film and it is kept here.",
    InteractionKind.WATCHLIST: "Nothing to watch later. The bookmark on a film puts it here.",
    InteractionKind.SEEN: "Nothing here yet. Films that you rated or watched elsewhere, and did "
    "not love, come here with an import; they are not recommended.",
    InteractionKind.HIDE: "Nothing is hidden. What does not interest you can be found again here.",
}
ORDERS = {
    "Latest first": None,
    "By title": lambda film: film.primary_title.casefold(),
    "Newest films": lambda film: -film.start_year,
    "Highest rated": lambda film: -film.average_rating,
}
AT_A_TIME = 60

require_marquee()
visitor = load_visitor()


def ask_shelf() -> str:
    def name(shelf: str) -> str:
        return f"{shelf}  {visitor.count(SHELVES[shelf])}" if shelf in SHELVES else shelf

    # Not bound to the address: that would put the label there, with a number that changes.
    asked = st.query_params.get("shelf", st.session_state.get("library_shelf", ""))
    st.session_state.setdefault("shelf", asked if asked in VIEWS else VIEWS[0])
    chosen = st.pills(
        "Shelf", VIEWS, required=True, key="shelf", format_func=name, label_visibility="collapsed"
    )
    st.query_params["shelf"] = st.session_state["library_shelf"] = chosen or VIEWS[0]
    return chosen or VIEWS[0]


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
    films, gone = list_marked(kind)
    if not films:
        render_gone(gone)
        st.markdown("None of them can be shown here now." if gone else EMPTY[kind])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link("pages/search.py", label="Find films", icon=":material/search:")
            st.button("Bring your history", icon=":material/upload:", on_click=open_import)
        if kind is not InteractionKind.HIDE:
            render_suggestions(visitor, rerun_on_save=True)
        return
    films = ask_order(films)
    count = format_count(len(films), "film", "films")
    st.caption(count)
    shown = st.session_state.setdefault(f"library_shown_{kind}", AT_A_TIME)
    cards = [build_card(film) for film in films[:shown]]
    render_wall(cards, visitor, key=f"library_{kind}", label=count, rerun_on_save=True)
    if shown < len(films):
        st.button("Show more films", on_click=show_more, args=(kind,))
    render_gone(gone)


def show_more(kind: InteractionKind) -> None:
    st.session_state[f"library_shown_{kind}"] += AT_A_TIME


def open_import() -> None:
    st.session_state["shelf"] = IN_AND_OUT


def show_clearing(kind: InteractionKind) -> None:
    bar = st.container(horizontal=True)
    if visitor.count(kind):
        bar.button("Clear this shelf", on_click=clear_marks, args=(kind,))
    if removed := st.session_state.get("library_removed"):
        films = format_count(len(removed), "film", "films")
        bar.button(f"Undo: bring back {films}", on_click=restore_marks, type="primary")


st.title("My films", anchor=False)
render_people_error(visitor.problem)
shelf = ask_shelf()
if shelf in SHELVES:
    show_shelf(SHELVES[shelf])
    show_clearing(SHELVES[shelf])
else:
    render_import()
    render_imports()
    render_export()
