"""Home page: onboarding films for new users, else a hero recommendation and rows of films."""

from collections.abc import Sequence

import streamlit as st

from recommender.entities import InteractionKind, Recommendation
from recommender.service import Row
from recommender.ui.error_banners import render_people_error
from recommender.ui.formatting import format_count
from recommender.ui.loading_gate import require_marquee
from recommender.ui.persona import (
    render_applied_persona,
    render_folded_choice,
    render_persona_choice,
)
from recommender.ui.result_cache import (
    browse_rows,
    home_rows,
    onboarding_wall,
    recommend_gallery,
)
from recommender.ui.visitor import Visitor, load_visitor
from recommender.ui.wall import (
    Strip,
    build_card,
    build_feature_card,
    build_pick_card,
    render_rows,
    render_wall,
)

marquee = require_marquee()
visitor = load_visitor()
enough = marquee.settings.enough_likes


def show_hero(pick: Recommendation, visitor: Visitor) -> None:
    card = build_feature_card(
        pick.film,
        heading=2,
        kicker="Picked for you",
        because=pick.because,
        match=pick.match_percent,
    )
    render_wall([card], visitor, key="home_hero", label="Picked for you", variant="feature")
    films = format_count(marquee.catalogue.count_films(), "film", "films")
    likes = format_count(visitor.count(InteractionKind.LIKE), "like", "likes")
    st.caption(f"Picked from {films}, from your {likes}")


@st.fragment
def show_onboarding() -> None:
    visitor = load_visitor()
    profile = visitor.profile
    likes = len(profile.likes)
    left, right = st.columns([3, 1], vertical_alignment="center")
    if likes < enough:
        left.progress(likes / enough, text=f"{likes} of {enough} films liked")
        if right.button("Skip and look around", type="tertiary", width="stretch"):
            st.session_state["home_skipped"] = True
            st.rerun()
    else:
        left.markdown(f"**{likes} likes.** Here is what we make of you.")
        if right.button("See your picks", type="primary", width="stretch"):
            st.switch_page("pages/for_you.py")
    wall = onboarding_wall(tuple(st.session_state.get("home_wall", ())), profile)
    st.session_state["home_wall"] = [film.tconst for film in wall]
    render_wall([build_card(film) for film in wall], visitor, key="home_onboarding",
                label="Films to start with", rerun_on_save=True)  # fmt: skip


def show_welcome(visitor: Visitor) -> None:
    if visitor.profile.likes:
        st.header("A few more, and your picks get sharper")
    else:
        st.title("Films you will like, and why")
        st.markdown(
            f"Tap the heart on {enough} films you love. Marquee finds more among "
            f"{marquee.catalogue.count_films():,}, and tells you why for every one."
        )
        render_persona_choice()
    show_onboarding()


def show_rows(rows: Sequence[Row], visitor: Visitor) -> None:
    strips = [
        Strip(
            key=row.key,
            title=row.title,
            label=row.title,
            cards=[build_pick_card(pick, show_match=row.matched) for pick in row.picks],
        )
        for row in rows
    ]
    render_rows(strips, visitor, key="home_rows")


def show_browsing(visitor: Visitor) -> None:
    st.title("Look around", anchor=False)
    st.markdown("Tap the heart on what you love; the rest follows.")
    if st.button("Back to choosing films", type="tertiary"):
        st.session_state["home_skipped"] = False
        st.rerun()
    show_rows(browse_rows(), visitor)


render_people_error(visitor.problem)
worn = render_applied_persona(visitor)
skipped = st.session_state.get("home_skipped", False)
if visitor.profile.likes:
    show_hero(recommend_gallery(visitor.profile)[0], visitor)
if not marquee.knows_taste(visitor.profile) and not skipped:
    show_welcome(visitor)
elif visitor.profile.likes:
    show_rows(home_rows(visitor.profile), visitor)
else:
    show_browsing(visitor)
if worn is None and (visitor.profile.likes or skipped):
    st.divider()
    render_folded_choice()
