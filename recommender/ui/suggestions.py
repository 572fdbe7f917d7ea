"""Row of suggested films for pages without content of their own."""

from __future__ import annotations

import streamlit as st

from recommender.service import get_marquee, list_first_wall
from recommender.ui.result_cache import recommend_gallery
from recommender.ui.visitor import Visitor
from recommender.ui.wall import build_card, build_pick_card, render_wall

_FILMS = 14


def render_suggestions(visitor: Visitor, *, rerun_on_save: bool = False) -> None:
    """Render a row of recommendations, or of popular films if the user has no likes.

    Parameters
    ----------
    visitor
        Current user's profile and interactions.
    rerun_on_save
        Whether to rerun the page after a click is saved; see `render_wall`.
    """
    if visitor.profile.likes:
        title = "Picked for you"
        cards = [build_pick_card(pick) for pick in recommend_gallery(visitor.profile)[:_FILMS]]
    else:
        title = "Films to start with"
        cards = [build_card(film) for film in list_first_wall(get_marquee())[:_FILMS]]
    if cards:
        st.header(title, anchor=False)
        render_wall(cards, visitor, key="suggestions", label=title, variant="row",
                    rerun_on_save=rerun_on_save)  # fmt: skip
