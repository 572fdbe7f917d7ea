"""What is around every page: navigation, name, width, who is signed in, where facts come from."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from recommender.entities import User
from recommender.errors import CatalogueError, MarqueeError
from recommender.server import PAGE_TITLES, SITE_NAME
from recommender.ui.companion import render_companion
from recommender.ui.identity import find_account, is_signed_out, take_over_guest
from recommender.ui.posters import render_notice
from recommender.ui.run_memory import remember_run
from recommender.ui.tour import build_tour_card, follow_tour, is_offered
from recommender.ui.turns import take_turn
from recommender.ui.words import say_count

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_LOGGER = logging.getLogger(__name__)
_MOVED = "frame_moved_likes"
_PICTURES = Path(str(files("recommender.server.front") / "pictures"))
_LOGO = str(_PICTURES / "wordmark.svg")
_ICON = str(_PICTURES / "icon-32.png")
_TABS = ("", "search", "for_you", "library", "insights")


def run_page() -> None:
    """Run the page the address names, inside the frame."""
    touring = is_offered()
    if touring:
        follow_tour()
    user = _find_account()
    pages = _list_pages(user)
    page = st.navigation(list(pages.values()), position="top")
    name = SITE_NAME if page.title == "Home" else f"{page.title} · {SITE_NAME}"
    st.set_page_config(page_title=name, page_icon=_ICON, layout="wide")
    st.logo(_LOGO, size="large", link=None)
    render_companion(tour=build_tour_card(page.url_path) if touring else None)
    # The page has at least the window's height, so that what stands below never has to jump.
    with st.container(key="page"):
        _say_what_moved(user, page.url_path)
        _say_signed_out(user)
        _run(page)
    with st.container(key="colophon"):
        st.caption(
            "Information courtesy of IMDb (https://www.imdb.com). Used with permission. "
            "For personal, non-commercial use."
        )
        render_notice(first_page=page.url_path == "")
    _render_tab_bar(pages, now=page)


def _run(page: StreamlitPage) -> None:
    try:
        with take_turn(), remember_run():
            page.run()
    except CatalogueError as error:
        from recommender.ui.trouble import recover_films  # noqa: PLC0415 - brings the engine along

        recover_films(error)


def _list_pages(user: User | None) -> dict[str, StreamlitPage]:
    titles = {**PAGE_TITLES, "account": "Account" if user else "Sign in"}
    return {
        name: st.Page(
            f"pages/{name or 'home'}.py",
            title=title,
            default=not name,
            visibility="hidden" if name == "film" else "visible",
        )
        for name, title in titles.items()
    }


def _render_tab_bar(pages: dict[str, StreamlitPage], *, now: StreamlitPage) -> None:
    """Render the ways to the pages used most, for thumbs: the style shows them on phones only."""
    with st.container(key="tab_bar", horizontal=True):
        for name in _TABS:
            title = pages[name].title
            st.page_link(pages[name], label=f"**{title}**" if pages[name] == now else title)


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
