"""What is around every page: navigation, name, width, who is signed in, where facts come from."""

from __future__ import annotations

import base64
import copy
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from recommender.entities import User
from recommender.errors import CatalogueError, MarqueeError, SettingsError
from recommender.server import ASSETS_FOLDER, PAGE_TITLES, SITE_NAME
from recommender.ui.formatting import format_count
from recommender.ui.identity import find_account, is_signed_out, take_over_guest
from recommender.ui.overlay import render_overlay
from recommender.ui.posters import say_notice
from recommender.ui.run_cache import run_cache
from recommender.ui.tour import build_tour_card, follow_tour, is_offered

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_LOGGER = logging.getLogger(__name__)
_MOVED = "frame_moved_likes"
_PICTURES = ASSETS_FOLDER / "pictures"
_IMDB = (
    'Information courtesy of IMDb (<a href="https://www.imdb.com" target="_blank" '
    'rel="noopener noreferrer">https://www.imdb.com</a>). Used with permission. '
    "For personal, non-commercial use."
)
_TABS = {name: PAGE_TITLES[name] for name in ("", "search", "for_you", "library", "insights")}


def _embed(name: str, media_type: str) -> str:
    """Return a picture as an address: Streamlit would open and hash the file for each run."""
    packed = base64.b64encode((_PICTURES / name).read_bytes()).decode("ascii")
    return f"data:{media_type};base64,{packed}"


_LOGO = _embed("wordmark.svg", "image/svg+xml")
_ICON = _embed("icon-32.png", "image/png")


def run_page() -> None:
    """Run the page the address names, inside the frame."""
    with run_cache():
        try:
            _run_in_frame()
        except SettingsError as error:
            # Which one is nobody's business but theirs who run it.
            _LOGGER.error("Settings cannot be read: %s", error)
            st.error(
                "**Marquee's settings cannot be read.** Which one it is stands in its log.",
                icon=":material/warning:",
            )


def _run_in_frame() -> None:
    touring = is_offered()
    if touring:
        follow_tour()
    user = _find_account()
    page = st.navigation(_list_pages(user), position="top")
    name = SITE_NAME if page.title == "Home" else f"{page.title} · {SITE_NAME}"
    st.set_page_config(page_title=name, page_icon=_ICON, layout="wide")
    st.logo(_LOGO, size="large", link=None)
    _take_along(user, page.url_path)  # before anybody asks what this visitor likes
    render_overlay(
        tour=build_tour_card(page.url_path) if touring else None,
        tabs=_TABS,
        now=page.url_path,
    )
    # The page has at least the window's height, so that what stands below never has to jump.
    with st.container(key="page"):
        _say_what_moved(user, page.url_path)
        _say_signed_out(user)
        _run(page)
    # One piece of HTML: each element more is a third of a millisecond of every run.
    notices = (_IMDB, say_notice(first_page=page.url_path == ""))
    words = "".join(f"<p>{notice}</p>" for notice in notices if notice)
    st.html(f'<footer class="colophon">{words}</footer>')


def _run(page: StreamlitPage) -> None:
    try:
        page.run()
    except CatalogueError as error:
        from recommender.ui.error_banners import recover_catalogue  # noqa: PLC0415 - brings the engine along

        recover_catalogue(error)


def _list_pages(user: User | None) -> list[StreamlitPage]:
    # Streamlit looks for each page's file when it makes one, and writes into them in a run.
    return [copy.copy(page) for page in _make_pages("Account" if user else "Sign in")]


@lru_cache(maxsize=2)
def _make_pages(account: str) -> tuple[StreamlitPage, ...]:
    titles = {**PAGE_TITLES, "account": account}
    return tuple(
        st.Page(
            f"pages/{name or 'home'}.py",
            title=title,
            default=not name,
            visibility="hidden" if name == "film" else "visible",
        )
        for name, title in titles.items()
    )


def _find_account() -> User | None:
    try:
        return find_account()
    except MarqueeError as error:
        _LOGGER.warning("Who is signed in could not be found: %s", error)
        return None


def _take_along(user: User | None, url_path: str) -> None:
    """Move to an account what its owner said as a guest."""
    moved = take_over_guest(user) if user else 0
    if moved:
        st.session_state[_MOVED] = (moved, url_path)


def _say_what_moved(user: User | None, url_path: str) -> None:
    """Say once, on the page that was opened first, that a guest's likes came along."""
    count, where = st.session_state.get(_MOVED, (0, ""))
    if count and where == url_path and user:
        likes = format_count(count, "film", "films")
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
