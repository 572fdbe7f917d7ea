"""Layout around every page: navigation, title, overlay, account messages and footer notices."""

from __future__ import annotations

import logging

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from recommender.entities import User
from recommender.errors import CatalogueError, MarqueeError, SettingsError
from recommender.server import ASSETS_FOLDER, PAGE_TITLES, SITE_NAME
from recommender.ui.error_banners import recover_catalogue
from recommender.ui.formatting import format_count
from recommender.ui.identity import (
    complete_sign_in,
    find_account,
    is_signed_out,
    is_tour_offered,
    merge_guest,
)
from recommender.ui.overlay import Redirect, render_overlay
from recommender.ui.posters import format_notice
from recommender.ui.tour import build_tour_card, follow_tour

_LOGGER = logging.getLogger(__name__)
_MOVED = "layout_moved_likes"
_IMDB = (
    'Information courtesy of IMDb (<a href="https://www.imdb.com" target="_blank" '
    'rel="noopener noreferrer">https://www.imdb.com</a>). Used with permission. '
    "For personal, non-commercial use."
)
_TABS = {name: PAGE_TITLES[name] for name in ("", "search", "for_you", "library", "insights")}
_PICTURES = ASSETS_FOLDER / "pictures"


def run_page() -> None:
    """Render the layout, and run the page of the current URL inside it."""
    try:
        _run_in_layout()
    except SettingsError as error:
        # The name of the setting is for the operator only.
        _LOGGER.error("Settings cannot be read: %s", error)
        st.error(
            "**Marquee's settings cannot be read.** The log names the setting.",
            icon=":material/warning:",
        )


def _run_in_layout() -> None:
    redirect = _complete_sign_in()
    touring = is_tour_offered()
    if touring and redirect is None:
        redirect = follow_tour()
    user = _find_account()
    page = st.navigation(_list_pages(user), position="top")
    name = SITE_NAME if page.title == "Home" else f"{page.title} · {SITE_NAME}"
    st.set_page_config(page_title=name, page_icon=_PICTURES / "icon-32.png", layout="wide")
    st.logo(_PICTURES / "wordmark.svg", size="large", link=None)
    if user is not None:
        _merge_guest(user, page.url_path)
    render_overlay(
        tour=build_tour_card(page.url_path) if touring and redirect is None else None,
        tabs=_TABS,
        current=page.url_path,
        redirect=redirect,
    )
    if redirect is not None:
        st.stop()
    # The page fills at least the window's height, so that the footer does not move.
    with st.container(key="page"):
        _render_moved_likes(user, page.url_path)
        _render_signed_out(user)
        try:
            page.run()
        except CatalogueError as error:
            recover_catalogue(error)
    notices = (_IMDB, format_notice(first_page=page.url_path == ""))
    paragraphs = "".join(f"<p>{notice}</p>" for notice in notices if notice)
    st.html(f'<footer class="colophon">{paragraphs}</footer>')


def _list_pages(user: User | None) -> list[StreamlitPage]:
    titles = {**PAGE_TITLES, "account": "Account" if user else "Sign in"}
    return [
        st.Page(
            f"pages/{name or 'home'}.py",
            title=title,
            default=not name,
            visibility="hidden" if name == "film" else "visible",
        )
        for name, title in titles.items()
    ]


def _complete_sign_in() -> Redirect | None:
    try:
        address = complete_sign_in()
    except MarqueeError as error:
        _LOGGER.warning("A sign-in could not be completed: %s", error)
        return None
    return Redirect(to=address) if address else None


def _find_account() -> User | None:
    try:
        return find_account()
    except MarqueeError as error:
        _LOGGER.warning("The account could not be read: %s", error)
        return None


def _merge_guest(user: User, url_path: str) -> None:
    """Merge the guest's data into the account; save the number of merged likes in the session."""
    moved = merge_guest(user)
    if moved:
        st.session_state[_MOVED] = (moved, url_path)


def _render_moved_likes(user: User | None, url_path: str) -> None:
    """Render the number of merged likes, on the first page opened after sign-in only."""
    count, page = st.session_state.get(_MOVED, (0, ""))
    if count and page == url_path and user:
        likes = format_count(count, "like", "likes")
        st.success(f"{likes} from before you signed in moved to your account.",
                   icon=":material/check:")  # fmt: skip
    else:
        st.session_state.pop(_MOVED, None)


def _render_signed_out(user: User | None) -> None:
    try:
        signed_out = user is None and is_signed_out()
    except MarqueeError:
        return
    if signed_out:
        st.html(
            '<p class="signed-out" role="status">You are signed out. Your likes now stay in this '
            'browser. <a href="/sign-in">Sign in</a></p>'
        )
