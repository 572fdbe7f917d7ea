"""The visitor's own shelves: listed, and cleared with an undo."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recommender.entities import Film, Interaction, InteractionKind
from recommender.errors import PeopleError
from recommender.service import get_marquee
from recommender.ui.formatting import format_count
from recommender.ui.identity import find_people, find_user
from recommender.ui.notifications import notify
from recommender.ui.visitor import show_not_saved

_REMOVED = "library_removed"
_MOST_LISTED = 200


def list_marked(kind: InteractionKind) -> tuple[list[Film], list[Interaction]]:
    """Return the films with a mark, latest first, and the marks whose film the catalogue lacks."""
    marks = _list_interactions(kind)
    films = get_marquee().films([mark.tconst for mark in marks])
    there = {film.tconst for film in films}
    return films, [mark for mark in marks if mark.tconst not in there]


def render_gone(marks: Sequence[Interaction]) -> None:
    """List marked films that the catalogue does not hold: their ids are all that is known."""
    if not marks:
        return
    films = format_count(len(marks), "film is", "films are")
    with st.expander(f"{films} not in this catalogue any more"):
        st.markdown(
            "Another catalogue was imported or built since. They are kept, count again as soon as "
            "a catalogue holds them, and go out with an export."
        )
        listed = [
            f"- [{mark.tconst}](https://www.imdb.com/title/{mark.tconst}/), marked on "
            f"{mark.created_at.day} {mark.created_at:%B %Y}"
            for mark in marks[:_MOST_LISTED]
        ]
        more = len(marks) - len(listed)
        st.markdown("\n".join([*listed, *([f"- and {more:,} more"] if more else [])]))


def clear_marks(kind: InteractionKind) -> None:
    """Take every mark of a kind back; what was taken can be brought back by `restore_marks`."""
    people = find_people()
    try:
        user = find_user()
        if user is not None:
            removed = people.clear_interactions(user.user_id, kind)
            st.session_state[_REMOVED] = removed
            films = format_count(len(removed), "film", "films")
            notify(f"Took {films} off this shelf.", undo=restore_marks)
    except PeopleError as error:
        show_not_saved(error)


def restore_marks() -> None:
    """Bring back what was last cleared."""
    people = find_people()
    removed: list[Interaction] = st.session_state.get(_REMOVED, [])
    try:
        user = find_user()
        if user is not None and removed:
            people.restore(user.user_id, removed)
    except PeopleError as error:
        show_not_saved(error)  # what was removed is kept, for another try
        return
    st.session_state.pop(_REMOVED, None)


def _list_interactions(kind: InteractionKind) -> list[Interaction]:
    people = find_people()
    try:
        user = find_user()
        return [] if user is None else people.list_interactions(user.user_id, kind)
    except PeopleError:
        return []  # the page says so already, from load_visitor
