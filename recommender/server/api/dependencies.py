"""FastAPI dependencies of the routes: readiness, authentication, rate limit and origin check.

Routers declare them, so FastAPI runs them before it validates parameters and bodies.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from recommender.entities import User
from recommender.server.api.errors import CHALLENGE, Problem, ProblemKind, ask_to_retry
from recommender.server.cookies import (
    GUEST_COOKIE,
    SESSION_COOKIE,
    find_guest_token,
    find_session_token,
)
from recommender.server.security import is_own_origin
from recommender.service import Marquee, Stage
from recommender.users import client_network

PATIENCE_S = 2.0
"""How long a request waits for the startup before it gets a 503 with ``Retry-After``."""


class RateLimiter:
    """In-memory rate limiter: fixed windows of one minute for each user or network."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._strategy = FixedWindowRateLimiter(MemoryStorage())

    def count(self, key: str) -> None:
        """Count one request of a key; raise `Problem` (429) above the limit."""
        if self._strategy.hit(self._limit, key):
            return
        reset_time = self._strategy.get_window_stats(self._limit, key).reset_time
        wait_s = max(1, math.ceil(reset_time - time.time()))
        detail = f"Please wait {wait_s} seconds."
        raise Problem(ProblemKind.TOO_MANY, detail, headers={"retry-after": str(wait_s)})


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Sender of a request: user (None if unauthenticated), way of authentication, IP address."""

    user: User | None
    by_cookie: bool
    address: str


async def find_ready_marquee(request: Request) -> Marquee:
    """Return the process-wide `Marquee`; raise `Problem` (503) if it has not started yet."""
    marquee: Marquee = request.app.state.find_marquee()
    startup = marquee.startup
    if startup.state.stage is Stage.IDLE:
        startup.start()
    if not startup.wait(0) and not await to_thread.run_sync(startup.wait, PATIENCE_S):
        raise ask_to_retry("Marquee is starting. Please retry in a moment.")
    return marquee


ReadyMarquee = Annotated[Marquee, Depends(find_ready_marquee)]


def find_caller(request: Request, marquee: ReadyMarquee) -> Caller:
    """Authenticate a request by token or cookie, and apply the rate limit.

    An invalid bearer token is refused even if a valid cookie is present. A guest cookie is
    accepted once the guest has an interaction; before that, anyone could invent its value.
    """
    address = request.client.host if request.client else ""
    limiter: RateLimiter = request.app.state.limiter
    sent = request.headers.getlist("authorization")
    people = marquee.people
    if sent:
        scheme, _, token = sent[0].partition(" ")
        is_bearer = len(sent) == 1 and scheme.lower() == "bearer"
        user = people.accounts.find_user_by_api_token(token.strip()) if is_bearer else None
    else:
        user = people.accounts.find_user(find_session_token(request.headers))
        user = user or people.find_user(find_guest_token(request.headers))
    limiter.count(f"user {user.user_id}" if user else f"network {client_network(address)}")
    if sent and user is None:
        headers = {"www-authenticate": f'{CHALLENGE}, error="invalid_token"'}
        raise Problem(
            ProblemKind.NO_CREDENTIALS, "This token is not valid, or expired.", headers=headers
        )
    return Caller(user=user, by_cookie=user is not None and not sent, address=address)


CurrentCaller = Annotated[Caller, Depends(find_caller)]
_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="A token from `POST /api/login` or from the account's page.",
    auto_error=False,
)
_SESSION = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description="The cookie of a user who signed in on a page. Requests that change something also "
    "need the page's own `Origin`.",
    auto_error=False,
)
_GUEST = APIKeyCookie(
    name=GUEST_COOKIE,
    scheme_name="guest",
    description="The cookie of a guest with at least one interaction; with `Origin`, as above.",
    auto_error=False,
)
SECURITY_SCHEMES = [Security(scheme) for scheme in (_BEARER, _SESSION, _GUEST)]
"""Security schemes for the OpenAPI document only; ``find_caller`` reads the credentials."""


async def require_user(caller: CurrentCaller) -> User:
    """Return the authenticated user of a request; raise `Problem` (401) if there is none."""
    if caller.user is None:
        detail = "Send Authorization: Bearer and a token, or the cookie of a known user."
        headers = {"www-authenticate": CHALLENGE}
        raise Problem(ProblemKind.NO_CREDENTIALS, detail, headers=headers)
    return caller.user


CurrentUser = Annotated[User, Depends(require_user)]


async def check_origin(request: Request, caller: CurrentCaller) -> None:
    """Refuse a cross-site request that changes data (CSRF protection).

    Requests with a cookie must have Marquee's own ``Origin``, because browsers send cookies
    automatically. Requests with a token or password may omit ``Origin``.
    """
    is_program = not caller.by_cookie and "origin" not in request.headers
    if not is_program and not is_own_origin(request.scope):
        detail = "Send it from a page of Marquee, or with a bearer token and no Origin."
        raise Problem(ProblemKind.FOREIGN_ORIGIN, detail)


async def share_response(response: Response) -> None:
    """Set ``Cache-Control: public`` on a response that is the same for all users."""
    response.headers["cache-control"] = "public, max-age=60"
