"""Buttons for "more like this" and "less like this", each with an undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from recommender.entities import Film, InteractionKind
from recommender.errors import PeopleError
from recommender.service import get_marquee
from recommender.ui.formatting import escape
from recommender.ui.notifications import notify
from recommender.ui.visitor import Visitor, save_interactions, show_not_saved

_CHOSEN = {InteractionKind.LIKE: "more_film", InteractionKind.LESS: "less_film"}
_MOST_LISTED = 12


def render_feedback_buttons(film: Film, visitor: Visitor) -> None:
    """Render a film's buttons "more like this" and "less like this"; a second click undoes.

    Parameters
    ----------
    film
        Film of the buttons. "More" saves a like; "less" affects similar films, not this film.
    visitor
        Current user's interactions.
    """
    kinds = visitor.interactions.get(film.tconst, frozenset())
    bar = st.container(horizontal=True)
    for kind, ask, undo, icon in (
        (InteractionKind.LIKE, "More like this", "Liked. Undo", "add"),
        (InteractionKind.LESS, "Less like this", "Less like this. Undo", "remove"),
    ):
        on = kind in kinds
        bar.button(
            undo if on else ask,
            icon=f":material/{'undo' if on else icon}:",
            key=f"film_{kind.value}_{film.tconst}",
            on_click=partial(_save, film, kind, on=not on),
        )


def render_feedback_choice(films: Sequence[Film], visitor: Visitor) -> None:
    """Render a film selection with buttons "more" and "less", and an undo of each "less".

    Parameters
    ----------
    films
        Films on the page, from which the user selects.
    visitor
        Current user's interactions, with the feedback that can be undone.
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
            on_change=partial(_save_chosen, shown, kind),
        )
    for film in get_marquee().films(visitor.profile.less[:_MOST_LISTED]):
        st.button(
            f"Undo: less like {escape(film.label)}",
            icon=":material/undo:",
            key=f"less_back_{film.tconst}",
            width="stretch",
            on_click=partial(_save, film, InteractionKind.LESS, on=False),
        )


def _save_chosen(shown: dict[str, Film], kind: InteractionKind) -> None:
    chosen = st.session_state[_CHOSEN[kind]]
    st.session_state[_CHOSEN[kind]] = None
    if chosen in shown:
        _save(shown[chosen], kind, on=True)


def _save(film: Film, kind: InteractionKind, *, on: bool) -> None:
    try:
        save_interactions([(film.tconst, kind, on)])
    except PeopleError as error:
        show_not_saved(error)
        return
    if not on:
        notify("Undone.")
        return
    what = "more" if kind is InteractionKind.LIKE else "less"
    notify(f"You will see {what} like {film.label}.", undo=partial(_undo, film, kind))


def _undo(film: Film, kind: InteractionKind) -> None:
    try:
        save_interactions([(film.tconst, kind, False)])
    except PeopleError as error:
        show_not_saved(error)
