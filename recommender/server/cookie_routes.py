"""Routes that set cookies for a run of the script, which cannot set any itself.

A tour guest's clicks are kept apart from everybody's data, so every request has to know about the
tour: a cookie says so. For a sign-in by OpenID Connect, the run that sees who signed in creates a
one-time code, and the route exchanges it for our session cookie.
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
    """Return the routes that start and end a tour; both take POST from our own pages only."""
    return (
        Route(TOUR_START_PATH, _start, methods=["POST"]),
        Route(TOUR_END_PATH, _end, methods=["POST"]),
    )


def build_sign_in_route(find_accounts: Callable[[], Accounts]) -> Route:
    """Return the route ``GET /app/sign-in?code=...``, which redirects to Home.

    Parameters
    ----------
    find_accounts
        Returns the process's accounts; called in a thread.
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
    # Without a lifetime: the tour ends with the browser at the latest.
    response.set_cookie(
        TOUR_COOKIE,
        token,
        max_age=None if token else 0,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response
