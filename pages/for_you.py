"""Page "For you": gallery of recommendations with dials, filters and a random draw."""

import random

import streamlit as st

from recommender.engine import Dials, ItemFilter
from recommender.entities import Profile, Recommendation
from recommender.ui.error_banners import render_people_error
from recommender.ui.feedback_buttons import render_feedback_choice
from recommender.ui.fragment_refresh import read_context, rerun_if_context_changed
from recommender.ui.gallery_controls import render_gallery_controls, reset_gallery_controls
from recommender.ui.loading_gate import require_marquee
from recommender.ui.result_cache import filter_ranges, recommend, recommend_gallery
from recommender.ui.visitor import Visitor, load_visitor
from recommender.ui.wall import build_pick_card, render_wall

SURPRISE_POOL = 240
marquee = require_marquee()
ranges = filter_ranges()
size = marquee.settings.gallery_size


def choose(profile: Profile, dials: Dials, filters: ItemFilter) -> tuple[Recommendation, ...]:
    """Return the top recommendations or, after "Surprise me", a random sample of a larger pool."""
    seed = st.query_params.get("surprise", "")
    if not seed:
        return recommend_gallery(profile, dials=dials, filters=filters)
    pool = recommend(profile, top_n=SURPRISE_POOL, dials=dials, filters=filters, with_reasons=False)
    drawn = random.Random(seed).sample(pool, min(size, len(pool)))  # noqa: S311 - a shared draw
    return tuple(sorted(drawn, key=lambda pick: -pick.score))


def start_surprise() -> None:
    st.query_params["surprise"] = str(random.randrange(1, 10_000))  # noqa: S311 - not a secret


def end_surprise() -> None:
    st.query_params.pop("surprise", None)


def show_actions(picks: tuple[Recommendation, ...], visitor: Visitor) -> None:
    bar = st.container(horizontal=True)
    bar.button("Surprise me", icon=":material/casino:", on_click=start_surprise)
    if "surprise" in st.query_params:
        bar.button("Back to the best picks", on_click=end_surprise)
    choice = bar.popover("Fine-tune", icon=":material/tune:", key="fine_tune", on_change="rerun")
    if choice.open:
        with choice:
            render_feedback_choice([pick.film for pick in picks], visitor)


@st.fragment
def show_gallery(picks: tuple[Recommendation, ...], ranked_for: Profile) -> None:
    visitor = load_visitor()
    if visitor.profile != ranked_for:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown("**You liked something new.** Refresh your picks?")
        if right.button("Refresh picks", type="primary", width="stretch"):
            st.rerun()
    cards = [build_pick_card(pick) for pick in picks]
    render_wall(cards, visitor, key="for_you_wall", label="Recommended for you", rerun_on_save=True)


@st.fragment
def show_steered() -> None:
    """Render dials, filters and the gallery, as a fragment that a dial change reruns."""
    rerun_if_context_changed(context)
    visitor = load_visitor()
    dials, filters = render_gallery_controls(ranges)
    picks = choose(visitor.profile, dials, filters)
    show_actions(picks, visitor)
    if picks:
        show_gallery(picks, visitor.profile)
    else:
        st.header("Nothing left with these filters", anchor=False)
        st.markdown("Take a genre away or widen the years.")
        st.button("Clear dials and filters", on_click=reset_gallery_controls)


context = read_context()
visitor = load_visitor()
st.title("For you", anchor=False)
likes = len(visitor.profile.likes)
render_people_error(visitor.problem)
if not likes:
    st.markdown(
        "These are films nearly everybody likes. "
        "Tap the heart on a few, and the picks become yours."
    )
elif not marquee.knows_taste(visitor.profile):
    st.markdown("Your likes count already; a few more and the picks get sharper.")
show_steered()
