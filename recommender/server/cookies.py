"""Guest cookie and session cookie, and the middleware that sets them on HTML pages.

Each cookie holds an opaque token. The HTML response sets the cookie before the page opens its
websocket, so page scripts can read it in ``st.context.cookies``.
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
    """ASGI middleware that sets the guest cookie on HTML pages, or extends its lifetime.

    A browser without a guest cookie gets a new token. The user record is created later, at the
    guest's first write.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; set the guest cookie if the response is an HTML page."""
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
    """ASGI middleware that extends the session cookie on each page, or deletes an invalid one.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    find_accounts
        Returns the process-wide `Accounts`; called in a worker thread.
    """

    def __init__(self, app: ASGIApp, *, find_accounts: Callable[[], Accounts]) -> None:
        self.app = app
        self._find_accounts = find_accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; extend or delete the session cookie if the response is a page."""
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
        """Return whether a session token is valid; None if user data cannot be read."""
        try:
            return self._find_accounts().find_user(token) is not None
        except MarqueeError as error:
            _LOGGER.warning("A session could not be read: %s", error)
            return None


def find_token(headers: Headers, name: str) -> str | None:
    """Return the token of a cookie: the first well-formed value if the name is repeated.

    Parameters
    ----------
    headers
        Headers of the request.
    name
        Name of the cookie.
    """
    for line in headers.getlist("cookie"):
        for pair in line.split(";"):
            found, _, value = pair.strip().partition("=")
            if found == name and is_token(value):
                return value
    return None


def find_guest_token(headers: Headers) -> str | None:
    """Return the guest token from the cookies of a request."""
    return find_token(headers, GUEST_COOKIE)


def find_session_token(headers: Headers) -> str | None:
    """Return the session token from the cookies of a request; its validity is not checked."""
    return find_token(headers, SESSION_COOKIE)


def token_cookie(name: str, token: str, *, lifetime: timedelta, secure: bool) -> str:
    """Return the ``Set-Cookie`` header value for a token.

    Parameters
    ----------
    name
        Name of the cookie.
    token
        From ``new_token``; "" with a lifetime of zero deletes the cookie.
    lifetime
        How long the browser keeps the cookie.
    secure
        Whether the page was served over HTTPS; if true, the cookie is sent over HTTPS only.
    """
    line = f"{name}={token}; Path=/; Max-Age={lifetime // _SECOND}; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line


def guest_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` header value for a guest token; see ``token_cookie``."""
    return token_cookie(GUEST_COOKIE, token, lifetime=GUEST_LIFETIME, secure=secure)


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` header value for a session token; "" deletes the cookie."""
    lifetime = SESSION_LIFETIME if token else timedelta(0)
    return token_cookie(SESSION_COOKIE, token, lifetime=lifetime, secure=secure)


def requests_page(scope: Scope) -> bool:
    """Return whether the headers of a request indicate that a browser loads a page."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    # Browsers send this header only over HTTPS and to localhost.
    destination = Headers(scope=scope).get("sec-fetch-dest")
    return destination is None or destination in _PAGE_DESTINATIONS


def is_page_start(message: Message) -> bool:
    """Return whether an ASGI message starts a response with an HTML page."""
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    content_type = Headers(raw=message["headers"]).get("content-type", "")
    return content_type.partition(";")[0].strip() == "text/html"


def _add_cookie(message: Message, line: str) -> Message:
    """Add a cookie to an ASGI start message, and forbid shared caches to store the response."""
    message = {**message, "headers": list(message["headers"])}
    headers = MutableHeaders(raw=message["headers"])
    headers["cache-control"] = "no-store"
    headers.append("set-cookie", line)
    return message


def _is_secure(scope: Scope) -> bool:
    return bool(scope["scheme"] == "https")
