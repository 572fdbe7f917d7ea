"""Routes that set the tour and session cookies, because Streamlit page runs cannot set cookies.

A cookie marks a browser as tour guest, whose clicks are stored apart from all other user data.
After an OpenID Connect sign-in, the page run creates a one-time code, and a route exchanges the
code for a session cookie.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.errors import MarqueeError
from recommender.server.cookies import GUEST_COOKIE, TOUR_COOKIE, find_token, session_cookie
from recommender.server.security import is_own_origin
from recommender.users import Accounts, SignedIn, new_token

TOUR_START_PATH, TOUR_END_PATH = "/app/tour/start", "/app/tour/end"
SIGN_IN_CODE_PATH: Final = "/app/sign-in"
_LOGGER = logging.getLogger(__name__)


def build_tour_routes() -> tuple[Route, Route]:
    """Build the routes that start and end a tour; both accept POST from Marquee's pages only."""
    return (
        Route(TOUR_START_PATH, _start, methods=["POST"]),
        Route(TOUR_END_PATH, _end, methods=["POST"]),
    )


def build_sign_in_route(find_accounts: Callable[[], Accounts]) -> Route:
    """Build the route ``GET /app/sign-in?code=...``, which sets the session cookie.

    The response redirects to Home.

    Parameters
    ----------
    find_accounts
        Returns the process-wide `Accounts`; called in a worker thread.
    """

    def redeem(code: str, guest_token: str) -> SignedIn | None:
        try:
            return find_accounts().redeem_sign_in_code(code, guest_token)
        except MarqueeError as error:
            _LOGGER.warning("A sign-in could not be completed: %s", error)
            return None

    async def sign_in(request: Request) -> Response:
        code = request.query_params.get("code", "")
        guest_token = find_token(request.headers, GUEST_COOKIE) or ""
        signed_in = await run_in_threadpool(redeem, code, guest_token)
        path = "/" if signed_in else "/account?failed=sign-in"
        response = RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})
        if signed_in:
            line = session_cookie(signed_in.token, secure=request.url.scheme == "https")
            response.headers.append("set-cookie", line)
        return response

    return Route(SIGN_IN_CODE_PATH, sign_in, methods=["GET"])


async def _start(request: Request) -> Response:
    return _set_cookie(request, new_token())


async def _end(request: Request) -> Response:
    return _set_cookie(request, "")


def _set_cookie(request: Request, token: str) -> Response:
    if not is_own_origin(request.scope):
        return Response(status_code=403)
    response = Response(status_code=204, headers={"cache-control": "no-store"})
    # A session cookie without a lifetime: the tour ends when the browser is closed.
    response.set_cookie(
        TOUR_COOKIE,
        token,
        max_age=None if token else 0,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response
