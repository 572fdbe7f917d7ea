"""What a component of the page has said of films, written in the order it was said."""

from __future__ import annotations

import streamlit as st

from recommender.errors import PeopleError
from recommender.ui.visitor import save_marks, show_not_saved
from recommender.users import read_operations


def save_new_marks(key: str) -> None:
    """Write what a component of this key has said in its state ``marks`` since the last time.

    Parameters
    ----------
    key
        Of the component; the highest number written is kept beside it.
    """
    ack = ack_key(key)
    state = st.session_state.get(key)
    marks = state.get("marks") if state is not None else None
    operations = read_operations(marks, after=st.session_state.get(ack, 0))
    if not operations:
        return
    try:
        save_marks((tconst, kind, on) for _, tconst, kind, on in operations)
    except PeopleError as error:
        # Answered all the same: the wall then shows what is really stored.
        show_not_saved(error)
    st.session_state[ack] = operations[-1].number


def go_on() -> None:
    """Be run again: there are new marks on the disk."""


def ack_key(key: str) -> str:
    """Return where the highest number written of a component is kept."""
    return f"{key}_ack"
