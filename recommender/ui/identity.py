"""Whom a run acts for: an account that is signed in, else the guest of this browser.

It is found anew on every run, from the cookies of the tab's connection and from ``st.user``, and
never from ``session_state``. A connection keeps the cookies it began with; so once its sign-in has
ended elsewhere, the tab acts as the browser's guest, which nobody else can read.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING

import streamlit as st

from recommender.entities import User
from recommender.errors import MarqueeError
from recommender.server import GUEST_COOKIE, SESSION_COOKIE, tag_visitor
from recommender.ui.run_cache import cached_for_run, clear_run_cache
from recommender.users import Identity, is_token, new_token

if TYPE_CHECKING:
    from recommender.users import People

_LOGGER = logging.getLogger(__name__)
_PROVIDER_COOKIE = "_streamlit_user"  # Streamlit's own; without it nobody can be signed in so
_REHEARSAL = "identity_rehearsal"
_DEFAULT_PROVIDER = "default"  # Streamlit's name for the one that is set without a name


def find_user() -> User | None:
    """Return whom this run acts for; None for somebody who has not said anything of films yet.

    Raises
    ------
    PeopleError
        If people's data cannot be read.
    """
    return find_account() or find_people().find_user(guest_token())


def open_user() -> User:
    """Return whom this run acts for, and make them a guest first when they are nobody yet.

    Raises
    ------
    PeopleError
        If people's data cannot be written.
    """
    return find_account() or find_people().open_guest(guest_token())


def find_account() -> User | None:
    """Return the account that is signed in; None for guests, and in a rehearsal.

    Raises
    ------
    PeopleError
        If people's data cannot be read.
    """
    return cached_for_run("account", _find_account)


def _find_account() -> User | None:
    if is_tour_guest():
        return None
    identity = find_identity()
    if identity is not None:
        user = _people().accounts.identities.open_user(identity)
        if user is not None:
            return user
    token = session_token()
    return None if token is None else _people().accounts.find_user(token)


def is_signed_out() -> bool:
    """Return whether this tab was signed in when it was opened, and is not any more.

    Raises
    ------
    PeopleError
        If people's data cannot be read.
    """
    if is_tour_guest():
        return False
    came_signed_in = session_token() is not None or find_identity() is not None
    return came_signed_in and find_account() is None


def find_identity() -> Identity | None:
    """Return whom a provider vouches for in this tab; None without one.

    Whether that still counts is for ``Identities`` to say.
    """
    if not st.context.cookies.get(_PROVIDER_COOKIE):
        return None  # what is below reads the secrets each time, for nobody
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        return None
    issuer, subject, issued_at = (claims.get(name) for name in ("iss", "sub", "iat"))
    if not (issuer and subject and isinstance(issued_at, int | float)):
        _LOGGER.warning("The sign-in service left out who it is, whom it means, or when.")
        return None
    named = (claims.get(name) for name in ("preferred_username", "name", "email"))
    name = next((text for text in named if isinstance(text, str) and text), "")
    return Identity(issuer=str(issuer), subject=str(subject), issued_at_s=int(issued_at), name=name)


def session_token() -> str | None:
    """Return the token of a sign-in that the tab came with; it may have ended."""
    return _cookie(SESSION_COOKIE)


def guest_token() -> str:
    """Return the token of the browser's guest: the cookie's, else the tab's own.

    In a rehearsal it is the rehearsal's.
    """
    if is_tour_guest():
        return str(st.session_state[_REHEARSAL])
    cookie = _cookie(GUEST_COOKIE)
    if cookie is not None:
        return cookie
    token: str = st.session_state.setdefault("visitor_token", new_token())
    return token


def find_tag() -> str:
    """Return what a wall shows when it posts marks by itself; empty where only this page can write.

    That is so for whom a provider vouches, in a rehearsal, and where no cookie can be set: a
    request alone does not say who they are.

    Raises
    ------
    PeopleError
        If people's data cannot be read.
    """
    if is_tour_guest() or find_identity() is not None:
        return ""
    token = session_token()
    if token is None or find_account() is None:
        token = _cookie(GUEST_COOKIE)
    return tag_visitor(token) if token else ""


def start_tour_guest() -> None:
    """Let the tab act for a new guest who is kept apart from everybody else: for a tour."""
    st.session_state[_REHEARSAL] = new_token()
    clear_run_cache()


def end_tour_guest() -> None:
    """Let the tab act again for whom it acted before."""
    st.session_state.pop(_REHEARSAL, None)
    clear_run_cache()


def is_tour_guest() -> bool:
    """Return whether the tab acts for a guest of a tour."""
    return cached_for_run("rehearsal", lambda: _REHEARSAL in st.session_state)


def find_people() -> People:
    """Return where it is kept who this run acts for, and what they say of films.

    Raises
    ------
    PeopleError
        If it cannot be opened.
    """
    from recommender.service import get_marquee  # noqa: PLC0415 - as in `_people`

    return get_marquee().tour_guests.people if is_tour_guest() else _people()


def take_over_guest(user: User) -> int:
    """Move what this browser's guest has said to an account; return how many likes came along.

    Those that moved at sign-in count too, the first time. Whoever only reads goes on when nothing
    can be written.
    """
    try:
        accounts = _people().accounts
        moved = accounts.take_over_guest(user.user_id, _cookie(GUEST_COOKIE))
        token = session_token()
        return moved + (accounts.take_moved_likes(token) if token else 0)
    except MarqueeError as error:
        _LOGGER.warning("What a guest said could not be moved: %s", error)
        return 0


def list_providers() -> list[str]:
    """Return the names of the sign-in services that secrets set up, for ``st.login``.

    Without Authlib there are none, and the log says why.
    """
    section = st.secrets.get("auth") if st.secrets.load_if_toml_exists() else None
    if not section:
        return []
    if find_spec("authlib") is None:
        _LOGGER.warning("[auth] is set, but not Authlib: pip install -r requirements-oidc.txt")
        return []
    named = [name for name, value in section.items() if hasattr(value, "items")]
    alone = [_DEFAULT_PROVIDER] if "client_id" in section else []
    return alone + [name for name in named if "client_id" in section[name]]


def _cookie(name: str) -> str | None:
    cookie = st.context.cookies.get(name)
    return cookie if isinstance(cookie, str) and is_token(cookie) else None


def _people() -> People:
    # Not with the module: the frame is drawn before the engine has been imported.
    from recommender.service import get_marquee  # noqa: PLC0415

    return get_marquee().people
