"""Loading, clearing and restoring of the lists on the page My films."""

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


def load_list(kind: InteractionKind) -> tuple[list[Film], list[Interaction]]:
    """Return the films of a user's list, latest first, and the entries not in the catalogue."""
    interactions = _list_interactions(kind)
    films = get_marquee().films([each.tconst for each in interactions])
    known = {film.tconst for film in films}
    return films, [each for each in interactions if each.tconst not in known]


def render_missing(missing: Sequence[Interaction]) -> None:
    """Render the ids of listed films that are missing from the catalogue."""
    if not missing:
        return
    films = format_count(len(missing), "film is", "films are")
    with st.expander(f"{films} not in this catalogue any more"):
        st.markdown(
            "The catalogue has changed. These entries are kept, are exported, and count again as "
            "soon as a catalogue holds the films."
        )
        listed = [
            f"- [{each.tconst}](https://www.imdb.com/title/{each.tconst}/), added on "
            f"{each.created_at.day} {each.created_at:%B %Y}"
            for each in missing[:_MOST_LISTED]
        ]
        more = len(missing) - len(listed)
        st.markdown("\n".join([*listed, *([f"- and {more:,} more"] if more else [])]))


def clear_list(kind: InteractionKind) -> None:
    """Remove all the user's interactions of one kind; `restore_list` undoes this."""
    people = find_people()
    try:
        user = find_user()
        if user is not None:
            removed = people.clear_interactions(user.user_id, kind)
            st.session_state[_REMOVED] = removed
            films = format_count(len(removed), "film", "films")
            notify(f"Removed {films} from this list.", undo=restore_list)
    except PeopleError as error:
        show_not_saved(error)


def restore_list() -> None:
    """Restore the list that `clear_list` cleared last."""
    people = find_people()
    removed: list[Interaction] = st.session_state.get(_REMOVED, [])
    try:
        user = find_user()
        if user is not None and removed:
            people.restore(user.user_id, removed)
    except PeopleError as error:
        show_not_saved(error)  # the removed list stays in the session, for a retry
        return
    st.session_state.pop(_REMOVED, None)


def _list_interactions(kind: InteractionKind) -> list[Interaction]:
    people = find_people()
    try:
        user = find_user()
        return [] if user is None else people.list_interactions(user.user_id, kind)
    except PeopleError:
        return []  # the page shows a banner, from load_visitor
