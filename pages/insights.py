"""Insights page: taste map, similarity, score terms, profile statistics and what-if analysis."""

import streamlit as st

from recommender.entities import Profile
from recommender.service import PERSONAS, Persona
from recommender.ui.error_banners import render_people_error
from recommender.ui.insights import SECTIONS, Insight
from recommender.ui.loading_gate import require_marquee
from recommender.ui.result_cache import recommend
from recommender.ui.visitor import load_visitor

marquee = require_marquee()
visitor = load_visitor()


def ask_example() -> Persona:
    """Render a notice that the page shows an example, and a selection; return the demo persona."""
    personas = {persona.name: persona for persona in PERSONAS}
    st.info(
        "**This is an example.** Like a film or two, and this page shows your own taste.",
        icon=":material/theater_comedy:",
    )
    st.page_link("pages/home.py", label="Choose some films", icon=":material/favorite:")
    chosen = st.selectbox(
        "Whose taste",
        list(personas),
        key="example",
        bind="query-params",
    )
    st.caption(personas[chosen].taste)
    return personas[chosen]


def look_at(profile: Profile, *, whose: str) -> Insight | None:
    """Return the `Insight` of a profile; None if it has no liked films or recommendations."""
    likes = marquee.films(profile.likes[: marquee.settings.profile_size])
    picks = recommend(profile, top_n=marquee.settings.gallery_size)
    if not likes or not picks:
        return None
    return Insight(profile=profile, likes=tuple(likes), picks=picks, whose=whose, visitor=visitor)


st.title("Insights", anchor=False)
render_people_error(visitor.problem)
insight = look_at(visitor.profile, whose="Your")
if insight is None:
    persona = ask_example()
    insight = look_at(Profile(likes=persona.likes), whose=f"{persona.name}'s")
if insight is None:
    st.markdown("The catalogue has none of the example's films. Like a film of yours to begin.")
else:
    tabs = st.tabs(list(SECTIONS), key="section", bind="query-params")
    for tab, show in zip(tabs, SECTIONS.values(), strict=True):
        if tab.open:
            with tab:
                show(insight)
