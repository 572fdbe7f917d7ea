"""The cookie of a sign-in: kept alive with each page, taken away once it stands for nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.errors import MarqueeError
from recommender.server.cookies import find_session_token, session_cookie
from recommender.server.guest_cookie import asks_for_page, is_page
from recommender.users import Accounts

_LOGGER = logging.getLogger(__name__)


class SessionCookieMiddleware:
    """Sends the cookie of a sign-in again with each page, so that it slides like the session.

    A cookie whose session has ended is taken away. Nobody is signed in here: that is for the
    form alone.

    Parameters
    ----------
    app
        The application inside.
    find_accounts
        Returns the process's accounts; called in a thread of its own.
    """

    def __init__(self, app: ASGIApp, *, find_accounts: Callable[[], Accounts]) -> None:
        self.app = app
        self._find_accounts = find_accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_asked = scope["type"] == "http" and asks_for_page(scope)
        token = find_session_token(Headers(scope=scope)) if is_asked else None
        if token is None:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(message):
                counts = await run_in_threadpool(self._counts, token)
                if counts is not None:
                    message = {**message, "headers": list(message["headers"])}
                    headers = MutableHeaders(raw=message["headers"])
                    headers["cache-control"] = "no-store"
                    line = session_cookie(token if counts else "", secure=_is_secure(scope))
                    headers.append("set-cookie", line)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _counts(self, token: str) -> bool | None:
        """Return whether somebody is signed in by this token; None when that cannot be told."""
        try:
            return self._find_accounts().find_user(token) is not None
        except MarqueeError as error:
            _LOGGER.warning("A sign-in could not be looked up: %s", error)
            return None


def _is_secure(scope: Scope) -> bool:
    return bool(scope["scheme"] == "https")
