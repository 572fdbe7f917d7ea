"""Page "My films": lists Liked, Watchlist, Seen and Not interested; import and export."""

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.ui.error_banners import render_people_error
from recommender.ui.formatting import format_count
from recommender.ui.history import render_export, render_import, render_imports
from recommender.ui.library import clear_list, load_list, render_missing, restore_list
from recommender.ui.loading_gate import require_marquee
from recommender.ui.suggestions import render_suggestions
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, render_wall

LISTS = {
    "Liked": InteractionKind.LIKE,
    "Watchlist": InteractionKind.WATCHLIST,
    "Seen": InteractionKind.SEEN,
    "Not interested": InteractionKind.HIDE,
}
IN_AND_OUT = "Import and export"
VIEWS = [*LISTS, IN_AND_OUT]
EMPTY = {
    InteractionKind.LIKE: "No likes yet. Tap the heart on a film, and it appears here.",
    InteractionKind.WATCHLIST: "Nothing on your watchlist. The bookmark on a film puts it here.",
    InteractionKind.SEEN: "Films you have seen. They will not be recommended again. An import "
    "adds those you rated or watched elsewhere.",
    InteractionKind.HIDE: "Nothing here. Films you are not interested in can be found again here.",
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


def choose_list() -> str:
    def label(view: str) -> str:
        return f"{view}  {visitor.count(LISTS[view])}" if view in LISTS else view

    # Not bound to the URL, which would then contain the label with its film count.
    asked = st.query_params.get("list", st.session_state.get("library_list", ""))
    st.session_state.setdefault("list", asked if asked in VIEWS else VIEWS[0])
    chosen = st.pills(
        "List", VIEWS, required=True, key="list", format_func=label, label_visibility="collapsed"
    )
    st.query_params["list"] = st.session_state["library_list"] = chosen or VIEWS[0]
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


def show_list(kind: InteractionKind) -> None:
    films, missing = load_list(kind)
    if not films:
        render_missing(missing)
        st.markdown("None of these films is in the catalogue now." if missing else EMPTY[kind])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link("pages/search.py", label="Find films", icon=":material/search:")
            st.button("Import your history", icon=":material/upload:", on_click=open_import)
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
    render_missing(missing)


def show_more(kind: InteractionKind) -> None:
    st.session_state[f"library_shown_{kind}"] += AT_A_TIME


def open_import() -> None:
    st.session_state["list"] = IN_AND_OUT


def show_clearing(kind: InteractionKind) -> None:
    bar = st.container(horizontal=True)
    if visitor.count(kind):
        bar.button("Clear this list", on_click=clear_list, args=(kind,))
    if removed := st.session_state.get("library_removed"):
        films = format_count(len(removed), "film", "films")
        bar.button(f"Undo: restore {films}", on_click=restore_list, type="primary")


st.title("My films", anchor=False)
render_people_error(visitor.problem)
list_name = choose_list()
if list_name in LISTS:
    show_list(LISTS[list_name])
    show_clearing(LISTS[list_name])
else:
    render_import()
    render_imports()
    render_export()
