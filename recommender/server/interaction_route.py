"""HTTP route that saves clicks on the Like, Watchlist and Not interested buttons of film cards.

Cookies identify the user: a tour guest, a signed-in account, or the browser's guest. Status 200
means that the interactions are committed to disk.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from recommender.entities import InteractionKind, User
from recommender.errors import MarqueeError
from recommender.server.cookies import GUEST_COOKIE, SESSION_COOKIE, TOUR_COOKIE, find_token
from recommender.server.security import is_own_origin

if TYPE_CHECKING:
    from recommender.service import Marquee
    from recommender.users import People

INTERACTIONS_PATH: Final = "/app/interactions"
CLICKED_KINDS: Final = (InteractionKind.LIKE, InteractionKind.WATCHLIST, InteractionKind.HIDE)
"""Interaction kinds that a film card has buttons for."""
_LOGGER = logging.getLogger(__name__)
_NO_STORE = {"cache-control": "no-store"}
_THREADS: Final = 32
_MAX_BODY_BYTES: Final = 64 * 1024
_MAX_NUMBER: Final = 2**53


class InteractionUpdate(NamedTuple):
    """One click: sequence number (browser time in ms), film, interaction kind and new state."""

    number: int
    tconst: str
    kind: InteractionKind
    on: bool


def build_interaction_route(find_marquee: Callable[[], Marquee]) -> Route:
    """Build the route ``POST /app/interactions``, which saves clicks on film cards.

    The body is ``{"interactions": {"tt0113277:like": [number, on], ...}}``. The response holds
    ``ack`` (highest sequence number saved), ``saved_at`` (server time in ms after the commit) and
    ``counts`` (number of films of each kind).

    Parameters
    ----------
    find_marquee
        Returns the process-wide `Marquee`; called in a worker thread.
    """
    threads = CapacityLimiter(_THREADS)

    async def save(request: Request) -> Response:
        if not is_own_origin(request.scope):
            return _refuse(HTTPStatus.FORBIDDEN, "origin")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "content-type")
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _MAX_BODY_BYTES:
                    return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size")
        except ClientDisconnect:
            return _refuse(HTTPStatus.BAD_REQUEST, "body")
        updates = read_updates(bytes(body))
        if not updates:
            return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "body")
        return await to_thread.run_sync(
            _save, find_marquee, request.headers, updates, limiter=threads
        )

    return Route(INTERACTIONS_PATH, save, methods=["POST"])


def read_updates(body: bytes) -> list[InteractionUpdate]:
    """Parse the interaction updates of a request body, in order of number; skip invalid ones."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found: Any = read.get("interactions") if isinstance(read, dict) else None
    updates = []
    for key, value in found.items() if isinstance(found, dict) else ():
        tconst, _, kind = key.partition(":")
        match value:
            case [int() as number, bool() as on] if (
                kind in set(CLICKED_KINDS) and 0 < number < _MAX_NUMBER
            ):
                updates.append(InteractionUpdate(number, tconst, InteractionKind(kind), on))
            case _:
                continue
    return sorted(updates)


def _save(
    find_marquee: Callable[[], Marquee], headers: Headers, updates: list[InteractionUpdate]
) -> Response:
    try:
        user, people = _open_user(find_marquee(), headers)
        if user is None:
            return _refuse(HTTPStatus.UNAUTHORIZED, "cookie")
        people.set_interactions(user.user_id, [(u.tconst, u.kind, u.on) for u in updates])
        saved_at = time.time() * 1000
        counts = {kind.value: count for kind, count in people.counts(user.user_id).items()}
    except MarqueeError as error:
        _LOGGER.warning("Interactions could not be saved: %s", error)
        return _refuse(HTTPStatus.SERVICE_UNAVAILABLE, "storage")
    content = {"ack": updates[-1].number, "saved_at": saved_at, "counts": counts}
    return JSONResponse(content, headers=_NO_STORE)


def _open_user(marquee: Marquee, headers: Headers) -> tuple[User | None, People]:
    tour_token = find_token(headers, TOUR_COOKIE) if marquee.settings.demo else None
    if tour_token is not None:
        people = marquee.tour_guests.people
        return people.open_guest(tour_token), people
    people = marquee.people
    session_token = find_token(headers, SESSION_COOKIE)
    user = None if session_token is None else people.accounts.find_user(session_token)
    if user is None:
        guest_token = find_token(headers, GUEST_COOKIE)
        user = None if guest_token is None else people.open_guest(guest_token)
    return user, people


def _refuse(status: int, reason: str) -> Response:
    return JSONResponse({"reason": reason}, status_code=status, headers=_NO_STORE)
