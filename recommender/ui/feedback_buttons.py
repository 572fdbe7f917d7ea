"""More like this, less like this: asked for with a button, taken back with the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.errors import PeopleError
from recommender.service import get_marquee
from recommender.ui.formatting import escape
from recommender.ui.notifications import notify
from recommender.ui.visitor import Visitor, load_visitor, save_marks, show_not_saved

_CHOSEN = {InteractionKind.LIKE: "more_film", InteractionKind.LESS: "less_film"}
_MOST_LISTED = 12


def render_feedback_buttons(film: Film) -> None:
    """Render the two buttons of a film; pressed again, each takes back what it said.

    Parameters
    ----------
    film
        What more or less is asked of. More is a like; less leaves the film itself alone.
    """
    said = load_visitor().marks.get(film.tconst, frozenset())
    bar = st.container(horizontal=True)
    for kind, ask, take_back, icon in (
        (InteractionKind.LIKE, "More like this", "Liked: take it back", "add"),
        (InteractionKind.LESS, "Less like this", "Asked for less: take it back", "remove"),
    ):
        on = kind in said
        bar.button(
            take_back if on else ask,
            icon=f":material/{'undo' if on else icon}:",
            key=f"film_{kind.value}_{film.tconst}",
            on_click=partial(_say, film, kind, on=not on),
        )


def render_choice(films: Sequence[Film], visitor: Visitor) -> None:
    """Render the choice of a shown film to see more or less like, and what can be taken back.

    Parameters
    ----------
    films
        The films on the page.
    visitor
        Who asks.
    """
    shown = {film.tconst: film for film in films}
    for kind, label in ((InteractionKind.LIKE, "more"), (InteractionKind.LESS, "less")):
        st.selectbox(
            f"Show me {label} like",
            list(shown),
            index=None,
            key=_CHOSEN[kind],
            format_func=lambda tconst: shown[tconst].label,
            placeholder="Choose one of these films",
            on_change=partial(_say_chosen, shown, kind),
        )
    for film in get_marquee().films(visitor.profile.less[:_MOST_LISTED]):
        st.button(
            f"Take back: less like {escape(film.label)}",
            icon=":material/undo:",
            key=f"less_back_{film.tconst}",
            width="stretch",
            on_click=partial(_say, film, InteractionKind.LESS, on=False),
        )


def _say_chosen(shown: dict[str, Film], kind: InteractionKind) -> None:
    chosen = st.session_state[_CHOSEN[kind]]
    st.session_state[_CHOSEN[kind]] = None
    if chosen in shown:
        _say(shown[chosen], kind, on=True)


def _say(film: Film, kind: InteractionKind, *, on: bool) -> None:
    try:
        save_marks([(film.tconst, kind, on)])
    except PeopleError as error:
        show_not_saved(error)
        return
    if not on:
        notify("Taken back: as it was before.")
        return
    what = "more" if kind is InteractionKind.LIKE else "less"
    notify(f"You will see {what} like {film.label}.", undo=partial(_take_back, film, kind))


def _take_back(film: Film, kind: InteractionKind) -> None:
    try:
        save_marks([(film.tconst, kind, False)])
    except PeopleError as error:
        show_not_saved(error)
