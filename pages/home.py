"""Home: a wall to start from, then a hero pick and rows with no film twice."""

import streamlit as st

from recommender.entities import InteractionKind, Profile
from recommender.ui.cached import Gallery, home_rows, recommend
from recommender.ui.ready import require_marquee
from recommender.ui.visitor import Visitor, load_visitor
from recommender.ui.wall import (
    build_card,
    build_feature_card,
    build_pick_card,
    render_live_wall,
    render_wall,
)
from recommender.ui.words import say_count

ONBOARDING_FILMS = 40

marquee = require_marquee()
visitor = load_visitor()
enough = marquee.settings.enough_likes


def show_numbers(gallery: Gallery) -> None:
    likes = say_count(visitor.count(InteractionKind.LIKE), "like", "likes")
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
def show_onboarding() -> None:
    likes = len(load_visitor().profile.likes)
    if likes < enough:
        st.progress(likes / enough, text=f"{likes} of {enough} films liked")
    else:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(f"**{likes} films liked.** That is enough to know your taste a little.")
        if right.button("See your picks", type="primary", width="stretch"):
            st.switch_page("pages/for_you.py")
    wall = recommend(Profile(), top_n=ONBOARDING_FILMS).picks
    cards = [build_card(pick.film) for pick in wall]
    render_wall(cards, key="home_onboarding", label="Films to start from")


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
    show_onboarding()


if visitor.problem:
    st.warning(visitor.problem)
if visitor.profile.likes:
    gallery = recommend(visitor.profile, top_n=marquee.settings.gallery_size)
    show_hero(gallery)
if len(visitor.profile.likes) < enough:
    show_welcome(visitor)
else:
    hero = frozenset({gallery.picks[0].film.tconst})
    for row in home_rows(visitor.profile, skip=hero):
        st.header(row.title, anchor=False)
        cards = [build_pick_card(pick, show_match=row.matched) for pick in row.picks]
        render_live_wall(cards, key=f"home_{row.key}", label=row.title, variant="row")
