"""Home: a wall to start from, then a hero pick and rows with no film twice."""

from collections.abc import Sequence

import streamlit as st

from recommender.entities import InteractionKind
from recommender.service import Row
from recommender.ui.error_banners import render_people_error
from recommender.ui.formatting import format_count
from recommender.ui.loading_gate import require_marquee
from recommender.ui.persona import (
    render_applied_persona,
    render_folded_choice,
    render_persona_choice,
)
from recommender.ui.result_cache import Gallery, browse_rows, home_rows, onboarding_wall, recommend
from recommender.ui.run_cache import run_cache
from recommender.ui.visitor import Visitor, load_visitor
from recommender.ui.wall import (
    Strip,
    build_card,
    build_feature_card,
    build_pick_card,
    render_live_wall,
    render_rows,
    render_wall,
)

marquee = require_marquee()
visitor = load_visitor()
enough = marquee.settings.enough_likes


def show_numbers(gallery: Gallery) -> None:
    likes = format_count(visitor.count(InteractionKind.LIKE), "like", "likes")
    st.caption(
        f"{marquee.catalogue.count_films():,} films  ·  {likes} of yours  ·  "
        f"recommended in {gallery.took_ms:.0f} ms"
    )


def show_hero(gallery: Gallery) -> None:
    pick = gallery.picks[0]
    card = build_feature_card(
        pick.film,
        heading=2,
        kicker="Picked for you",
        because=pick.because,
        match=pick.match_percent,
    )
    render_live_wall([card], key="home_hero", label="Picked for you", variant="feature")
    show_numbers(gallery)


@st.fragment
@run_cache()
def show_onboarding() -> None:
    profile = load_visitor().profile
    likes = len(profile.likes)
    left, right = st.columns([3, 1], vertical_alignment="center")
    if likes < enough:
        left.progress(likes / enough, text=f"{likes} of {enough} films liked")
        if right.button("Skip and look around", type="tertiary", width="stretch"):
            st.session_state["home_skipped"] = True
            st.rerun()
    else:
        left.markdown(f"**{likes} films liked.** That is enough to know your taste a little.")
        if right.button("See your picks", type="primary", width="stretch"):
            st.switch_page("pages/for_you.py")
    wall = onboarding_wall(st.session_state.get("home_wall", ()), profile)
    st.session_state["home_wall"] = [film.tconst for film in wall]
    render_wall([build_card(film) for film in wall], key="home_onboarding",
                label="Films to start from")  # fmt: skip


def show_welcome(visitor: Visitor) -> None:
    if visitor.profile.likes:
        st.header("A few more, and your picks get sharper")
    else:
        st.title("Films you will like, and why")
        st.markdown(
            f"Like {enough} films you love. Marquee looks at who made them and what kind they "
            "are, finds others you will like among "
            f"{marquee.catalogue.count_films():,}, and tells you the reason for each."
        )
        render_persona_choice()
    show_onboarding()


def show_rows(rows: Sequence[Row]) -> None:
    strips = [
        Strip(
            key=row.key,
            title=row.title,
            label=row.title,
            cards=[build_pick_card(pick, show_match=row.matched) for pick in row.picks],
        )
        for row in rows
    ]
    render_rows(strips, key="home_rows")


def show_browsing() -> None:
    st.title("Look around", anchor=False)
    st.markdown("Press the heart on what you love; the rest follows.")
    if st.button("Back to choosing films", type="tertiary"):
        st.session_state["home_skipped"] = False
        st.rerun()
    show_rows(browse_rows())


render_people_error(visitor.problem)
worn = render_applied_persona()
skipped = st.session_state.get("home_skipped", False)
if visitor.profile.likes:
    gallery = recommend(visitor.profile, top_n=marquee.settings.gallery_size, with_reasons=False)
    show_hero(gallery)
if not marquee.knows_taste(visitor.profile) and not skipped:
    show_welcome(visitor)
elif visitor.profile.likes:
    show_rows(home_rows(visitor.profile, gallery_size=marquee.settings.gallery_size))
else:
    show_browsing()
if worn is None and (visitor.profile.likes or skipped):
    st.divider()
    render_folded_choice()
