"""What stands before every operation: is it ready, who asks, how often, and does it fit."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Hashable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import CatalogueError, MarqueeError, UnknownFilm
from recommender.server.api.identity import Caller, ask_credentials, find_caller, refuse_foreign
from recommender.server.api.limiter import RateLimiter
from recommender.server.api.operation import Access, Desk, Operation
from recommender.server.api.problems import Problem, ProblemKind, refuse_invalid
from recommender.service import Marquee, Stage
from recommender.users import client_network

_LOGGER = logging.getLogger(__name__)

PATIENCE_S = 2.0
"""How long a request waits for the preparation before it is asked to come again."""

_RETRY_S = "5"


class Guard:
    """Lets requests through to operations; everything it does may wait, so it is run in a thread.

    Parameters
    ----------
    find_marquee
        Returns the process's Marquee.
    """

    def __init__(self, find_marquee: Callable[[], Marquee]) -> None:
        self._find_marquee = find_marquee
        self._limiter = RateLimiter(find_marquee().settings.api_per_minute)

    def answer(
        self, operation: Operation[Any], request: Request, asked: dict[str, Any]
    ) -> Response:
        """Return the answer to one request.

        Parameters
        ----------
        operation
            What is asked for.
        request
            Who asks, in its headers; its body has been read.
        asked
            Names and values of path, query or body, as they came.

        Raises
        ------
        Problem
            If it is not let through, or the operation refuses it.
        """
        try:
            return self._answer(operation, request, asked)
        except MarqueeError as error:
            # What it says is for who runs Marquee: it names files.
            _LOGGER.warning("The API could not answer: %s", error)
            if isinstance(error, CatalogueError) and not isinstance(error, UnknownFilm):
                self._find_marquee().restart()
            raise _not_ready("Something Marquee needs cannot be reached.") from error

    def _answer(
        self, operation: Operation[Any], request: Request, asked: dict[str, Any]
    ) -> Response:
        marquee = self._ready_marquee()
        address = request.client.host if request.client else ""
        try:
            caller = find_caller(marquee, request)
        except Problem:
            self._count(client_network(address))
            raise
        self._count(caller.user.user_id if caller.user else client_network(address))
        _let_in(operation, caller, request)
        try:
            fitting = operation.asks.model_validate(asked)
        except ValidationError as error:
            raise refuse_invalid(error) from error
        done = operation.run(Desk(marquee=marquee, user=caller.user, address=address), fitting)
        return Response(
            operation.adapter.dump_json(done.value, by_alias=True),
            headers={"cache-control": "no-store", **done.headers},
            media_type="application/json",
        )

    def _ready_marquee(self) -> Marquee:
        marquee = self._find_marquee()
        startup = marquee.startup
        if startup.state.stage is Stage.IDLE:
            startup.start()
        if not startup.wait(PATIENCE_S):
            raise _not_ready("Marquee is starting. Please come again in a moment.")
        return marquee

    def _count(self, key: Hashable) -> None:
        wait_s = self._limiter.take(key)
        if wait_s:
            seconds = math.ceil(wait_s)
            detail = f"Please wait {seconds} seconds. A burst is welcome, a flood is not."
            raise Problem(ProblemKind.TOO_MANY, detail, headers={"retry-after": str(seconds)})


def _let_in(operation: Operation[Any], caller: Caller, request: Request) -> None:
    if operation.access is Access.PERSON and caller.user is None:
        raise ask_credentials()
    if operation.changes:
        refuse_foreign(request, by_cookie=caller.by_cookie)


def _not_ready(detail: str) -> Problem:
    return Problem(ProblemKind.NOT_READY, detail, headers={"retry-after": _RETRY_S})
