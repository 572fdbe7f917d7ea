"""Strict parsing of API requests: size limit, valid JSON, no repeated parameters or keys."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

import anyio
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from recommender.errors import MarqueeError
from recommender.server.api.errors import RESPONSE_HEADERS, Problem, ProblemKind
from recommender.server.observability import find_request_id

MAX_BODY_BYTES = 16 * 1024
BODY_DEADLINE_S = 10.0
_MAX_PARAMETERS = 100
_REPEATABLE = frozenset({"genre"})
_MAX_CONCURRENCY = 8
"""Maximum number of concurrent API requests; this leaves worker threads for the pages."""

_LOGGER = logging.getLogger(__name__)
_capacity = anyio.CapacityLimiter(_MAX_CONCURRENCY)


class StrictRoute(APIRoute):
    """FastAPI route that validates requests strictly, limits concurrency and logs failures."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's request handler, wrapped in validation and error logging."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            check_query(request)
            if request.method == "POST":
                body = await read_body(request)
                check_object(body)
                request = Request(request.scope, _replay(body))
            try:
                async with _capacity:
                    response = await handler(request)
            except (HTTPException, RequestValidationError, MarqueeError):
                raise
            except Exception as error:
                _LOGGER.exception("A request to the API failed.")
                detail = f"This is an error of Marquee. It is in the log as {find_request_id()}."
                raise Problem(ProblemKind.FAILURE, detail) from error
            for name, value in RESPONSE_HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return handle


async def read_body(request: Request) -> bytes:
    """Read the JSON body of a request; raise `Problem` if it is too large, too slow or not JSON."""
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    is_json = content_type.strip().lower() == "application/json"
    if not is_json or charset not in {"", "charset=utf-8"} or encoding != "identity":
        detail = "Send Content-Type: application/json, in UTF-8 and not compressed."
        raise Problem(ProblemKind.NOT_JSON, detail)
    raw = bytearray()
    close = {"connection": "close"}  # do not read the rest of the body
    try:
        with anyio.fail_after(BODY_DEADLINE_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MAX_BODY_BYTES:
                    detail = f"A body has at most {MAX_BODY_BYTES} bytes."
                    raise Problem(ProblemKind.LARGE_BODY, detail, headers=close)
    except TimeoutError as error:
        detail = f"A body has {BODY_DEADLINE_S:.0f} seconds to arrive."
        raise Problem(ProblemKind.SLOW_BODY, detail, headers=close) from error
    except ClientDisconnect as error:
        raise _unreadable("The body ended too early.") from error
    return bytes(raw)


def _replay(body: bytes) -> Receive:
    """Return an ASGI `receive` callable that yields an already read body to FastAPI."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def check_query(request: Request) -> None:
    """Check a query string: no repeated parameter, no path parameter, and empty for POST."""
    try:
        raw = request.scope["query_string"].decode("ascii")
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:
        raise _unreadable("The query cannot be read.") from error
    names = [name for name, _ in pairs if name not in _REPEATABLE]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise _unreadable(f"The query has {repeated!a:.80} twice.")
    if (pairs and request.method == "POST") or request.path_params.keys() & set(names):
        raise _unreadable("The query holds values that belong in the body or the path.")


def check_object(raw: bytes) -> None:
    """Check that a request body is one JSON object in UTF-8 without duplicate keys."""
    try:
        found = json.loads(
            raw.decode("utf-8-sig"),  # a byte order mark is ignored (RFC 8259, section 8.1)
            object_pairs_hook=_refuse_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise _unreadable("The body is nested too deeply.") from error
    except ValueError as error:
        raise _unreadable(f"The body is not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise _unreadable("The body is JSON, but not an object; send a JSON object.")


def _unreadable(detail: str) -> Problem:
    return Problem(ProblemKind.UNREADABLE, detail)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {repeated!a:.80} occurs twice in one object.")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number.")
