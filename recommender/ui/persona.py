"""Widgets to apply, change and remove a demo persona (a ready-made set of likes)."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from recommender.errors import PeopleError
from recommender.service import (
    PERSONAS,
    Persona,
    apply_persona,
    find_applied_persona,
    remove_persona,
)
from recommender.ui.formatting import format_count
from recommender.ui.identity import find_people, find_user, open_user
from recommender.ui.notifications import notify
from recommender.ui.visitor import Visitor, show_not_saved

_EXPLANATION = "Try on their likes; take them off any time."


def render_persona_choice() -> None:
    """Render one button per demo persona; a click adds the persona's likes, with an undo."""
    st.markdown(f"**Or try on a taste.** {_EXPLANATION}")
    bar = st.container(horizontal=True, gap="small", key="persona_choice")
    with bar:
        _draw_choice()


def render_folded_choice() -> None:
    """Render the demo personas in a popover, for users who already have likes."""
    fold = st.popover(
        "Try on a taste",
        icon=":material/theater_comedy:",
        key="persona_fold",
        on_change="rerun",
    )
    if fold.open:
        with fold:
            st.markdown(_EXPLANATION)
            _draw_choice(width="stretch")


def _draw_choice(*, width: Literal["content", "stretch"] = "content") -> None:
    for persona in PERSONAS:
        st.button(persona.name, help=persona.taste, key=f"persona_{persona.key}", on_click=_apply,
                  args=(persona,), width=width)  # fmt: skip


def render_applied_persona(visitor: Visitor) -> Persona | None:
    """Render the applied demo persona with a button to remove it; return it, or None."""
    applied = _find_applied(visitor)
    if applied is None:
        return None
    bar = st.container(horizontal=True, vertical_alignment="center", key="persona_applied")
    bar.markdown(f"Looking as **{applied.name}**. {applied.taste}.", width="content")
    with bar.popover("Change", icon=":material/theater_comedy:"):
        for persona in PERSONAS:
            st.button(persona.name, help=persona.taste, key=f"persona_to_{persona.key}",
                      disabled=persona == applied, on_click=_apply, args=(persona,),
                      width="stretch")  # fmt: skip
    bar.button("Remove", key="persona_off", on_click=_remove)
    return applied


def _find_applied(visitor: Visitor) -> Persona | None:
    if not visitor.profile.likes:
        return None
    try:
        people = find_people()
        user = find_user()
        if user is None:
            return None
        return find_applied_persona(people.list_interactions(user.user_id))
    except PeopleError:
        return None  # the page shows a banner, from load_visitor


def _apply(persona: Persona) -> None:
    try:
        people = find_people()
        added = apply_persona(people, open_user().user_id, persona)
    except PeopleError as error:
        show_not_saved(error)
        return
    if added:
        likes = format_count(added, "like joins", "likes join")
        notify(f"{persona.name}: {likes} yours.", undo=_remove)
    else:
        notify(f"You have liked everything {persona.name} likes already.")


def _remove() -> None:
    try:
        people = find_people()
        user = find_user()
        if user is not None:
            remove_persona(people, user.user_id)
    except PeopleError as error:
        show_not_saved(error)
