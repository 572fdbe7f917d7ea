"""Cookies of guests and of sign-ins, and the middleware that sets them on pages.

Both hold an opaque token. The HTML of a page brings the cookie, so it is there before the page
opens its websocket, and scripts find it in ``st.context.cookies``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.errors import MarqueeError
from recommender.users import GUEST_LIFETIME, SESSION_LIFETIME, Accounts, is_token, new_token

GUEST_COOKIE = "marquee_guest"
SESSION_COOKIE = "marquee_session"
TOUR_COOKIE = "marquee_tour"

_LOGGER = logging.getLogger(__name__)
_SECOND = timedelta(seconds=1)
_PAGE_DESTINATIONS = frozenset({"document", "iframe", "frame"})


class GuestCookieMiddleware:
    """Sets the guest cookie on pages: a new token where there is none, else the same for longer.

    A guest's user record is created with the first write, not here.

    Parameters
    ----------
    app
        The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not requests_page(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if is_page_start(message):
                token = find_guest_token(Headers(scope=scope)) or new_token()
                message = _add_cookie(message, guest_cookie(token, secure=_is_secure(scope)))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


class SessionCookieMiddleware:
    """Extends the session cookie with each page, and deletes it once its session has ended.

    Parameters
    ----------
    app
        The application inside.
    find_accounts
        Returns the process's accounts; called in a worker thread.
    """

    def __init__(self, app: ASGIApp, *, find_accounts: Callable[[], Accounts]) -> None:
        self.app = app
        self._find_accounts = find_accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token = find_session_token(Headers(scope=scope)) if requests_page(scope) else None
        if token is None:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if is_page_start(message):
                is_valid = await run_in_threadpool(self._is_valid, token)
                if is_valid is not None:
                    kept = token if is_valid else ""
                    message = _add_cookie(message, session_cookie(kept, secure=_is_secure(scope)))
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _is_valid(self, token: str) -> bool | None:
        """Return whether the session of a token is open; None if the data cannot be read."""
        try:
            return self._find_accounts().find_user(token) is not None
        except MarqueeError as error:
            _LOGGER.warning("A session could not be read: %s", error)
            return None


def find_token(headers: Headers, name: str) -> str | None:
    """Return the first well-formed token among a request's cookies of a name.

    Parameters
    ----------
    headers
        Of the request.
    name
        Of the cookie.
    """
    for line in headers.getlist("cookie"):
        for pair in line.split(";"):
            found, _, value = pair.strip().partition("=")
            if found == name and is_token(value):
                return value
    return None


def find_guest_token(headers: Headers) -> str | None:
    """Return a request's guest token."""
    return find_token(headers, GUEST_COOKIE)


def find_session_token(headers: Headers) -> str | None:
    """Return a request's session token; ``Accounts`` knows whether it is valid."""
    return find_token(headers, SESSION_COOKIE)


def token_cookie(name: str, token: str, *, lifetime: timedelta, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a token.

    Parameters
    ----------
    name
        Of the cookie.
    token
        From ``new_token``; empty, with no lifetime, to delete the cookie.
    lifetime
        How long the browser keeps it.
    secure
        True when the page came over HTTPS: then the cookie is sent over HTTPS only.
    """
    line = f"{name}={token}; Path=/; Max-Age={lifetime // _SECOND}; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line


def guest_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a guest token; parameters as of ``token_cookie``."""
    return token_cookie(GUEST_COOKIE, token, lifetime=GUEST_LIFETIME, secure=secure)


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a session token; an empty token deletes the cookie."""
    lifetime = SESSION_LIFETIME if token else timedelta(0)
    return token_cookie(SESSION_COOKIE, token, lifetime=lifetime, secure=secure)


def requests_page(scope: Scope) -> bool:
    """Return whether a browser requests a page, as far as it says so."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    # Browsers send this header only over HTTPS and to localhost.
    destination = Headers(scope=scope).get("sec-fetch-dest")
    return destination is None or destination in _PAGE_DESTINATIONS


def is_page_start(message: Message) -> bool:
    """Return whether a message starts the answer of an HTML page."""
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    content_type = Headers(raw=message["headers"]).get("content-type", "")
    return content_type.partition(";")[0].strip() == "text/html"


def _add_cookie(message: Message, line: str) -> Message:
    """Return the start of an answer with a cookie; shared caches must not keep it."""
    message = {**message, "headers": list(message["headers"])}
    headers = MutableHeaders(raw=message["headers"])
    headers["cache-control"] = "no-store"
    headers.append("set-cookie", line)
    return message


def _is_secure(scope: Scope) -> bool:
    return bool(scope["scheme"] == "https")
