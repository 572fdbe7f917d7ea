"""What is around every page: navigation, name, width, who is signed in, where facts come from."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from recommender.entities import User
from recommender.errors import CatalogueError, MarqueeError
from recommender.ui.companion import render_companion
from recommender.ui.identity import find_account, is_signed_out, take_over_guest
from recommender.ui.posters import render_notice
from recommender.ui.run_memory import remember_run
from recommender.ui.tour import build_tour_card, follow_tour, is_offered
from recommender.ui.words import say_count

_LOGGER = logging.getLogger(__name__)
_MOVED = "frame_moved_likes"
_ASSETS = Path(__file__).parent / "assets"
_STYLE = (_ASSETS / "frame.css").read_text(encoding="utf-8")
_LOGO = str(_ASSETS / "marquee.svg")
_ICON = str(_ASSETS / "icon.png")


def run_page() -> None:
    """Run the page the address names, inside the frame."""
    touring = is_offered()
    if touring:
        follow_tour()
    user = _find_account()
    page = st.navigation(
        [
            st.Page("pages/home.py", title="Home", default=True),
            st.Page("pages/search.py", title="Search"),
            st.Page("pages/for_you.py", title="For you"),
            st.Page("pages/film.py", title="Film", visibility="hidden"),
            st.Page("pages/library.py", title="My films"),
            st.Page("pages/insights.py", title="Insights"),
            st.Page("pages/about.py", title="How it works"),
            st.Page("pages/account.py", title="Account" if user else "Sign in"),
        ],
        position="top",
    )
    name = "Marquee" if page.title == "Home" else f"{page.title} · Marquee"
    st.set_page_config(page_title=name, page_icon=_ICON, layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_LOGO, size="large", link=None)
    render_companion(tour=build_tour_card(page.url_path) if touring else None)
    _say_what_moved(user, page.url_path)
    _say_signed_out(user)
    try:
        with remember_run():
            page.run()
    except CatalogueError as error:
        from recommender.ui.trouble import recover_films  # noqa: PLC0415 - brings the engine along

        recover_films(error)
    st.caption(
        "Information courtesy of IMDb (https://www.imdb.com). Used with permission. "
        "For personal, non-commercial use."
    )
    render_notice(first_page=page.url_path == "")


def _find_account() -> User | None:
    try:
        return find_account()
    except MarqueeError as error:
        _LOGGER.warning("Who is signed in could not be found: %s", error)
        return None


def _say_what_moved(user: User | None, url_path: str) -> None:
    """Say once, on the page that was opened first, that a guest's likes came along."""
    moved = take_over_guest(user) if user else 0
    if moved:
        st.session_state[_MOVED] = (moved, url_path)
    count, where = st.session_state.get(_MOVED, (0, ""))
    if count and where == url_path and user:
        likes = say_count(count, "film", "films")
        st.success(f"{likes} you liked as a guest moved to your account.", icon=":material/check:")
    else:
        st.session_state.pop(_MOVED, None)


def _say_signed_out(user: User | None) -> None:
    if user is None and _was_signed_in():
        st.html(
            '<p class="signed-out" role="status">You are signed out. What you like now stays with '
            'this browser. <a href="/sign-in">Sign in</a></p>'
        )


def _was_signed_in() -> bool:
    try:
        return is_signed_out()
    except MarqueeError:
        return False
