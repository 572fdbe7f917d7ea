"""The API as an ASGI application: routes, guards, and an answer to everything that goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from recommender.server.api.bodies import parse_query, read_body
from recommender.server.api.docs_page import PAGE_PATH, PAGE_POLICY, render_page
from recommender.server.api.document import DOCUMENT_PATH, build_document
from recommender.server.api.guard import Guard
from recommender.server.api.operation import Operation
from recommender.server.api.operations import OPERATIONS
from recommender.server.api.problems import Problem, ProblemKind, answer_problem
from recommender.server.observability import find_request_id
from recommender.service import Marquee

_LOGGER = logging.getLogger(__name__)

_THREADS = 8
"""At work at once; the pages have threads of their own."""

_POLICY = "default-src 'none'; frame-ancestors 'none'"
_SHARED = {"cache-control": "public, max-age=300"}


class ApiApplication:
    """Every operation, the document, and the page about them.

    Parameters
    ----------
    find_marquee
        Returns the process's Marquee.
    operations
        What is served.
    """

    def __init__(
        self,
        find_marquee: Callable[[], Marquee],
        *,
        operations: Sequence[Operation[Any]] = OPERATIONS,
    ) -> None:
        self._guard = Guard(find_marquee)
        self._threads = CapacityLimiter(_THREADS)
        document = build_document(operations)
        page = HTMLResponse(
            render_page(document), headers={**_SHARED, "content-security-policy": PAGE_POLICY}
        )
        fixed = {DOCUMENT_PATH: JSONResponse(document, headers=_SHARED), PAGE_PATH: page}
        routes = [Route(path, _always(answer), methods=["GET"]) for path, answer in fixed.items()]
        paths = dict.fromkeys(path for operation in operations for path in operation.paths)
        for path in paths:
            methods = {op.method: op for op in operations if path in op.paths}
            routes.append(Route(path, self._serve(methods), methods=list(methods)))
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            # With an application in it, the router raises what it would answer in plain text.
            await self._router({**scope, "app": self}, receive, send)
            return
        except Problem as problem:
            answer = answer_problem(problem)
        except HTTPException as error:
            answer = answer_problem(_of_router(error))
        except Exception:
            _LOGGER.exception("A request to the API failed.")
            answer = answer_problem(
                Problem(
                    ProblemKind.FAILURE,
                    f"That should not have happened. It has been noted as {find_request_id()}.",
                )
            )
        answer.headers["content-security-policy"] = _POLICY
        await answer(scope, receive, send)

    def _serve(self, methods: Mapping[str, Operation[Any]]) -> Callable[[Request], Any]:
        """Return what answers one path."""

        async def serve(request: Request) -> Response:
            operation = methods["GET" if request.method == "HEAD" else request.method]
            in_path = request.path_params
            asked = parse_query(request.scope["query_string"], lists=operation.list_fields)
            if asked.keys() & in_path.keys() or (asked and operation.has_body):
                raise Problem(ProblemKind.UNREADABLE, "What the query says has another place.")
            if operation.has_body:
                asked = await read_body(request)
            answer = await to_thread.run_sync(
                self._guard.answer, operation, request, asked | in_path, limiter=self._threads
            )
            answer.headers["content-security-policy"] = _POLICY
            return answer

        return serve


def _always(answer: Response) -> Callable[[Request], Any]:
    async def serve(request: Request) -> Response:
        return answer

    return serve


def _of_router(error: HTTPException) -> Problem:
    if error.status_code == ProblemKind.WRONG_METHOD.status:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
        return Problem(ProblemKind.WRONG_METHOD, f"It takes {allowed}.", headers={"allow": allowed})
    return Problem(ProblemKind.UNKNOWN_ADDRESS, f"{PAGE_PATH} has all addresses there are.")
