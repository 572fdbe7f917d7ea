"""The visitor's own shelves: listed, cleared with an undo, and taken along as CSV."""

from __future__ import annotations

import csv
import io

import streamlit as st

from recommender.entities import Film, Interaction, InteractionKind
from recommender.errors import PeopleError
from recommender.service import get_marquee
from recommender.ui.identity import find_user
from recommender.ui.visitor import say_not_saved

_REMOVED = "library_removed"


def list_marked(kind: InteractionKind) -> tuple[list[Film], int]:
    """Return the films with a mark, latest first, and how many the catalogue has no more."""
    ids = [interaction.tconst for interaction in _list_interactions(kind)]
    films = get_marquee().films(ids)
    return films, len(ids) - len(films)


def clear_marks(kind: InteractionKind) -> None:
    """Take every mark of a kind back; what was taken can be brought back by `restore_marks`."""
    people = get_marquee().people
    try:
        user = find_user()
        if user is not None:
            st.session_state[_REMOVED] = people.clear_interactions(user.user_id, kind)
    except PeopleError as error:
        say_not_saved(error)


def restore_marks() -> None:
    """Bring back what was last cleared."""
    people = get_marquee().people
    removed: list[Interaction] = st.session_state.get(_REMOVED, [])
    try:
        user = find_user()
        if user is not None and removed:
            people.restore(user.user_id, removed)
    except PeopleError as error:
        say_not_saved(error)  # what was removed is kept, for another try
        return
    st.session_state.pop(_REMOVED, None)


def export_csv() -> str:
    """Return everything the visitor said of films as CSV, latest first.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.
    """
    interactions = _list_interactions(None)
    films = {film.tconst: film for film in get_marquee().films([i.tconst for i in interactions])}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["tconst", "kind", "date", "title", "year"])
    for interaction in interactions:
        film = films.get(interaction.tconst)
        title = film.primary_title if film else ""
        year = film.start_year if film else ""
        date = interaction.created_at.isoformat(timespec="seconds")
        writer.writerow(
            [interaction.tconst, interaction.kind.value, date, _formula_safe(title), year]
        )
    return file.getvalue()


def _formula_safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _list_interactions(kind: InteractionKind | None) -> list[Interaction]:
    people = get_marquee().people
    try:
        user = find_user()
        return [] if user is None else people.list_interactions(user.user_id, kind)
    except PeopleError:
        return []  # the page says so already, from load_visitor
