"""What an empty place shows: films to go on with."""

from __future__ import annotations

import streamlit as st

from recommender.service import get_marquee, list_first_wall
from recommender.ui.result_cache import recommend
from recommender.ui.visitor import load_visitor
from recommender.ui.wall import build_card, build_pick_card, render_wall

_ROW = 14


def render_suggestions() -> None:
    """Render a row of films where a page would be empty: somebody's picks, or films to begin with.

    Called within a fragment it belongs to that one, as it makes none.
    """
    marquee, profile = get_marquee(), load_visitor().profile
    if profile.likes:
        title = "Picked for you"
        # The gallery that Home and For you show, too: worked out once for all of them.
        gallery = recommend(profile, top_n=marquee.settings.gallery_size, with_reasons=False)
        cards = [build_pick_card(pick) for pick in gallery.picks[:_ROW]]
    else:
        title = "Films to begin with"
        cards = [build_card(film) for film in list_first_wall(marquee)[:_ROW]]
    if cards:
        st.header(title, anchor=False)
        render_wall(cards, key="suggestions", label=title, variant="row", retells=False)
