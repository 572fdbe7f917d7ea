"""The way of a click on a wall to the disk: one small request, and no run of the page.

A run of the smallest Streamlit page takes longer than writing a like. So a wall posts what was
clicked here, and is answered when it is on the disk. Where that cannot be, it goes with the
page's own connection, as anything else a component says.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from recommender.errors import MarqueeError
from recommender.server.cookies import find_guest_token, find_session_token
from recommender.server.security import is_own_origin
from recommender.users import Operation, read_operations

if TYPE_CHECKING:
    from recommender.service import Marquee

_LOGGER = logging.getLogger(__name__)
_UNSTORED = {"cache-control": "no-store"}
_AT_ONCE: Final = 32
"""Threads that wait for the disk together; they write in one commit."""


def tag_visitor(token: str) -> str:
    """Return what a page says of whom it was drawn for, so that marks go to nobody else.

    Parameters
    ----------
    token
        Of the sign-in, or of the guest.
    """
    return hashlib.sha256(f"marks:{token}".encode()).hexdigest()[:16]


def build_interaction_route(find_marquee: Callable[[], Marquee]) -> Route:
    """Return the route that takes marks.

    Parameters
    ----------
    find_marquee
        Returns the process's Marquee; called in a thread of its own.
    """
    threads = CapacityLimiter(_AT_ONCE)

    async def take(request: Request) -> Response:
        """Take ``{"who": tag, "marks": {"tt0113277:like": [number, on], ...}}``."""
        from recommender.server.api.bodies import read_body  # noqa: PLC0415 - late, as the API
        from recommender.server.api.problems import Problem  # noqa: PLC0415

        if not is_own_origin(request.scope):
            return _refuse(HTTPStatus.FORBIDDEN)
        try:
            asked = await read_body(request)
        except Problem as problem:
            return _refuse(problem.kind.status)
        operations = read_operations(asked.get("marks"), after=0)
        if not operations:
            return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY)
        return await to_thread.run_sync(
            _write, find_marquee, request.headers, asked.get("who"), operations, limiter=threads
        )

    return Route("/marks", take, methods=["POST"])


def find_marquee() -> Marquee:
    """Return the process's one."""
    from recommender.service import get_marquee  # noqa: PLC0415 - brings the engine along

    return get_marquee()


def _write(
    find_marquee: Callable[[], Marquee],
    headers: Headers,
    who: object,
    operations: list[Operation],
) -> Response:
    try:
        marquee = find_marquee()
        people = marquee.people
        token = find_session_token(headers)
        user = people.accounts.find_user(token)
        if user is None:
            token = find_guest_token(headers)
        if token is None or who != tag_visitor(token):
            # Somebody signed in or out meanwhile: the page's own connection knows whom it is for.
            return _refuse(HTTPStatus.CONFLICT)
        user = user or people.open_guest(token)
        people.set_interactions(user.user_id, [(o.tconst, o.kind, o.on) for o in operations])
    except MarqueeError as error:
        _LOGGER.warning("Marks could not be written: %s", error)
        return _refuse(HTTPStatus.SERVICE_UNAVAILABLE)
    number = operations[-1].number
    marquee.deliveries.note(user.user_id, number)
    return JSONResponse({"ack": number}, headers=_UNSTORED)


def _refuse(status: int) -> Response:
    return Response(status_code=status, headers=_UNSTORED)
