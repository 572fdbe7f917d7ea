"""The guest's cookie: an opaque token that comes with the page itself.

The page's HTML brings the cookie, so it is in the jar before the page opens its websocket, and
scripts find it in ``st.context.cookies``. It says nothing and proves nothing but itself; the
person behind it is made on the first write.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.server.cookies import find_token, token_cookie
from recommender.users import GUEST_LIFETIME, new_token

GUEST_COOKIE = "marquee_guest"
# What browsers ask a page with; everything else that gets HTML (a missing picture, say) is not one.
_PAGE_DESTINATIONS = frozenset({"document", "iframe", "frame"})


class GuestCookieMiddleware:
    """Sets the guest's cookie on pages: a new one where there is none, else the same for longer.

    Only the headers of HTML pages are touched: never those of websockets, files or other routes.

    Parameters
    ----------
    app
        The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not asks_for_page(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(message):
                # A copy: an answer that is sent to many must not carry one visitor's cookie along.
                message = {**message, "headers": list(message["headers"])}
                headers = MutableHeaders(raw=message["headers"])
                # A stored copy would come back without this header, or with somebody else's.
                headers["cache-control"] = "no-store"
                token = find_guest_token(Headers(scope=scope)) or new_token()
                headers.append("set-cookie", guest_cookie(token, secure=scope["scheme"] == "https"))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def find_guest_token(headers: Headers) -> str | None:
    """Return the first well-formed guest token among a request's cookies; None without one.

    Parameters
    ----------
    headers
        Of the request.
    """
    return find_token(headers, GUEST_COOKIE)


def guest_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a token.

    Parameters
    ----------
    token
        From ``new_token``.
    secure
        True when the page came over HTTPS: then the cookie never travels without it.
    """
    return token_cookie(GUEST_COOKIE, token, lifetime=GUEST_LIFETIME, secure=secure)


def asks_for_page(scope: Scope) -> bool:
    """Return whether a request asks for a page to be shown, as far as its browser says so."""
    # Browsers say what they ask for only over HTTPS and on localhost.
    destination = Headers(scope=scope).get("sec-fetch-dest")
    return scope["method"] == "GET" and (destination is None or destination in _PAGE_DESTINATIONS)


def is_page(message: Message) -> bool:
    """Return whether the start of an answer is that of a page."""
    content_type = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == 200 and content_type.partition(";")[0].strip() == "text/html"
