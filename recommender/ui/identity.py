"""Identification of the current user by cookies: tour guest, signed-in account or guest.

Cookies come from the tab's websocket connection; session state is never trusted. If the session
was revoked in another tab, the tab's user is the browser's guest.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from recommender.entities import User
from recommender.errors import MarqueeError, PeopleError, SettingsError
from recommender.server import GUEST_COOKIE, SESSION_COOKIE, SIGN_IN_CODE_PATH, TOUR_COOKIE
from recommender.settings import wants_tour
from recommender.ui.secrets import read_secrets
from recommender.users import Identity, is_token

if TYPE_CHECKING:
    from recommender.users import People

NO_COOKIE = (
    "Marquee needs one cookie to remember your likes. Allow cookies for this site, then reload "
    "the page."
)
_LOGGER = logging.getLogger(__name__)
_PROVIDER_COOKIE = "_streamlit_user"  # set by Streamlit; st.user is empty without it
_DEFAULT_PROVIDER = "default"  # Streamlit's name for an unnamed provider


def find_user() -> User | None:
    """Return the current user; None for a guest without any saved data.

    Raises
    ------
    PeopleError
        If user data cannot be read.
    """
    return find_account() or find_people().find_user(_guest_token())


def open_user() -> User:
    """Return the current user; create the guest's user record if it does not exist.

    Raises
    ------
    PeopleError
        If user data cannot be written, or the browser keeps no cookies.
    """
    user = find_account()
    if user is not None:
        return user
    token = _guest_token()
    if token is None:
        raise PeopleError(NO_COOKIE)
    return find_people().open_guest(token)


def find_account() -> User | None:
    """Return the signed-in account; None for guests and during a tour.

    Raises
    ------
    PeopleError
        If user data cannot be read.
    """
    token = read_cookie(SESSION_COOKIE)
    if token is None or is_tour_guest():
        return None
    return _real_people().accounts.find_user(token)


def is_signed_out() -> bool:
    """Return whether this tab has a session cookie whose session has expired or was revoked.

    Raises
    ------
    PeopleError
        If user data cannot be read.
    """
    return (
        read_cookie(SESSION_COOKIE) is not None and not is_tour_guest() and find_account() is None
    )


def complete_sign_in() -> str:
    """Return the redirect URL that completes an OpenID Connect sign-in; "" if none is pending.

    The URL contains a one-time code, which the route exchanges for a session cookie.

    Raises
    ------
    PeopleError
        If user data cannot be written.
    """
    if is_tour_guest() or find_account() is not None:
        return ""
    identity, guest_token = find_identity(), read_cookie(GUEST_COOKIE)
    if identity is None or guest_token is None:
        return ""
    accounts = _real_people().accounts
    user = accounts.identities.open_user(identity)
    if user is None:  # this provider sign-in was revoked
        return ""
    code = accounts.create_sign_in_code(user.user_id, guest_token)
    return f".{SIGN_IN_CODE_PATH}?{urlencode({'code': code})}"


def find_identity() -> Identity | None:
    """Return the identity verified by an OpenID Connect provider; None without such a sign-in."""
    if not st.context.cookies.get(_PROVIDER_COOKIE):
        return None
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        return None
    issuer, subject, issued_at = (claims.get(name) for name in ("iss", "sub", "iat"))
    if not (issuer and subject and isinstance(issued_at, int | float)):
        _LOGGER.warning("The sign-in service sent no issuer, subject or time.")
        return None
    named = (claims.get(name) for name in ("preferred_username", "name", "email"))
    name = next((text for text in named if isinstance(text, str) and text), "")
    return Identity(issuer=str(issuer), subject=str(subject), issued_at_s=int(issued_at), name=name)


def is_tour_offered() -> bool:
    """Return whether the settings enable the demo tour."""
    try:
        return wants_tour(secrets=read_secrets())
    except SettingsError:
        return False  # opening Marquee reports the setting


def is_tour_guest() -> bool:
    """Return whether the browser is on a demo tour (has the tour cookie)."""
    return read_cookie(TOUR_COOKIE) is not None and is_tour_offered()


def find_people() -> People:
    """Return the user database of the current user; tour guests have a separate one.

    Raises
    ------
    PeopleError
        If the user database cannot be opened.
    """
    from recommender.service import get_marquee  # noqa: PLC0415 - imports the engine, over 100 ms

    return get_marquee().tour_guests.people if is_tour_guest() else get_marquee().people


def merge_guest(user: User) -> int:
    """Merge the browser's guest data into an account; return the number of merged likes.

    The first call after a sign-in also counts the likes merged at sign-in.
    """
    try:
        accounts = _real_people().accounts
        moved = accounts.take_over_guest(user.user_id, read_cookie(GUEST_COOKIE))
        token = read_cookie(SESSION_COOKIE)
        return moved + (accounts.take_moved_likes(token) if token else 0)
    except MarqueeError as error:
        _LOGGER.warning("A guest's data could not be moved: %s", error)
        return 0


def list_providers() -> list[str]:
    """Return the names of the OpenID Connect providers in the secrets, for ``st.login``.

    If Authlib is not installed, log a warning and return none.
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


def read_cookie(name: str) -> str | None:
    """Return the token in a cookie of the current tab; None if missing or malformed."""
    cookie = st.context.cookies.get(name)
    return cookie if isinstance(cookie, str) and is_token(cookie) else None


def _guest_token() -> str | None:
    return read_cookie(TOUR_COOKIE if is_tour_guest() else GUEST_COOKIE)


def _real_people() -> People:
    from recommender.service import get_marquee  # noqa: PLC0415 - imports the engine, over 100 ms

    return get_marquee().people
