"""API errors as problem details (RFC 9457), and exception handlers that return them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from recommender.errors import (
    AccountError,
    CatalogueError,
    MarqueeError,
    SignInRefused,
    TooManyTries,
    UnknownFilm,
)

PROBLEM_MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="Marquee"'
"""Value of ``WWW-Authenticate`` (RFC 6750)."""
RESPONSE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Default headers of API responses; a route may override each one."""
_RETRY_S = "5"
_MAX_ERRORS = 20
_MAX_NAME = 80

_LOGGER = logging.getLogger(__name__)


class ProblemKind(Enum):
    """Problem types of the API, each with its URL slug, HTTP status and title."""

    UNREADABLE = ("unreadable-request", 400, "The request cannot be read")
    NO_CREDENTIALS = ("no-credentials", 401, "Credentials are needed")
    WRONG_PASSWORD = ("wrong-password", 401, "The name or the password is wrong")
    FOREIGN_ORIGIN = ("foreign-origin", 403, "Another site may not do that for you")
    UNKNOWN_ADDRESS = ("unknown-address", 404, "There is nothing at this address")
    UNKNOWN_FILM = ("unknown-film", 404, "There is no such film")
    WRONG_METHOD = ("wrong-method", 405, "This address does not accept that method")
    SLOW_BODY = ("slow-body", 408, "The body took too long to arrive")
    LARGE_BODY = ("large-body", 413, "The body is too large")
    NOT_JSON = ("not-json", 415, "The body has to be JSON")
    INVALID = ("invalid-request", 422, "The request is not valid")
    TOO_MANY = ("too-many-requests", 429, "Too many requests")
    FAILURE = ("failure", 500, "Marquee failed")
    NOT_READY = ("not-ready", 503, "Marquee is not ready")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title


class FieldError(BaseModel):
    """Validation error of one parameter or body field."""

    field: str = Field(description="Name of the parameter or of the field of the body.")
    message: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """JSON body of an error response (problem details, RFC 9457)."""

    type: str = Field(description="Address of the description of this problem type.")
    title: str = Field(description="The problem type in words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened, and what can be done.")
    errors: list[FieldError] | None = Field(
        default=None, description="With 422: all invalid fields."
    )


class Problem(HTTPException):
    """Exception that the API returns as problem details; ``detail`` is its message."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.status, detail, headers=headers)
        self.kind = kind
        self.errors = list(errors)


def ask_to_retry(detail: str) -> Problem:
    """Return a 503 problem with a ``Retry-After`` header."""
    return Problem(ProblemKind.NOT_READY, detail, headers={"retry-after": _RETRY_S})


def describe_problems(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI ``responses`` entries of the given problem types."""
    headers = {
        401: ("WWW-Authenticate", "How to authenticate (RFC 6750).", "string"),
        429: ("Retry-After", "Seconds to wait.", "integer"),
        503: ("Retry-After", "Seconds to wait.", "integer"),
    }
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response: dict[str, Any] = {
            "description": kind.title,
            "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}},
        }
        if kind.status in headers:
            name, description, json_type = headers[kind.status]
            header = {"description": description, "schema": {"type": json_type}}
            response["headers"] = {name: header}
        described[kind.status] = response
    return described


def add_exception_handlers(app: FastAPI) -> None:
    """Add exception handlers to a FastAPI app that return every error as problem details."""

    @app.exception_handler(HTTPException)
    async def handle_http(request: Request, error: HTTPException) -> Response:
        if isinstance(error, Problem):
            return _render(error)
        if error.status_code == ProblemKind.WRONG_METHOD.status:
            allowed = ", ".join(_list_methods(app, request))
            detail = f"Allowed methods: {allowed}."
            return _render(Problem(ProblemKind.WRONG_METHOD, detail, headers={"allow": allowed}))
        if error.status_code == ProblemKind.UNKNOWN_ADDRESS.status:
            return _render(Problem(ProblemKind.UNKNOWN_ADDRESS, "/api/docs lists all addresses."))
        return _render(Problem(ProblemKind.UNREADABLE, "The request cannot be read."))

    @app.exception_handler(RequestValidationError)
    async def handle_invalid(request: Request, error: RequestValidationError) -> Response:
        # Omit the submitted values: they may be secret, or large.
        errors = [
            FieldError(field=_name_field(entry["loc"]), message=entry["msg"])
            for entry in error.errors()[:_MAX_ERRORS]
        ]
        names = ", ".join(dict.fromkeys(entry.field for entry in errors))
        return _render(Problem(ProblemKind.INVALID, f"Please check: {names}.", errors=errors))

    @app.exception_handler(MarqueeError)
    def handle_marquee(request: Request, error: MarqueeError) -> Response:
        match error:
            case UnknownFilm():
                return _render(Problem(ProblemKind.UNKNOWN_FILM, str(error)))
            case TooManyTries(retry_after_s=wait_s):
                headers = {"retry-after": str(wait_s)}
                return _render(Problem(ProblemKind.TOO_MANY, str(error), headers=headers))
            case SignInRefused():
                headers = {"www-authenticate": CHALLENGE}
                return _render(Problem(ProblemKind.WRONG_PASSWORD, str(error), headers=headers))
            case AccountError():
                errors = [FieldError(field=error.field or "name", message=str(error))]
                return _render(Problem(ProblemKind.INVALID, str(error), errors=errors))
            case CatalogueError():
                app.state.find_marquee().restart()
        # The message contains file paths of the server, so it is only logged.
        _LOGGER.warning("The API could not answer: %s", error)
        return _render(ask_to_retry("Data that Marquee needs cannot be read."))


def _render(problem: Problem) -> Response:
    details = ProblemDetails(
        type=f"/api/docs#{problem.kind.slug}",
        title=problem.kind.title,
        status=problem.kind.status,
        detail=problem.detail,
        errors=problem.errors or None,
    )
    # ASCII: a field name may contain a lone surrogate, which UTF-8 cannot encode.
    return Response(
        json.dumps(details.model_dump(exclude_none=True), ensure_ascii=True),
        status_code=problem.kind.status,
        headers={**RESPONSE_HEADERS, **(problem.headers or {})},
        media_type=PROBLEM_MEDIA_TYPE,
    )


def _list_methods(app: FastAPI, request: Request) -> list[str]:
    """Return the HTTP methods that the app accepts at the path of a request."""
    return [
        method
        for method in ("DELETE", "GET", "HEAD", "POST")
        for scope in [{**request.scope, "method": method.replace("HEAD", "GET")}]
        if any(route.matches(scope)[0] is Match.FULL for route in app.routes)
    ]


def _name_field(place: Sequence[int | str]) -> str:
    """Return the dotted name of an invalid field, without the prefix ``query`` or ``body``."""
    name = ".".join(str(part) for part in place[1:]) or "body"
    return name[:_MAX_NAME].encode("utf-8", "replace").decode("utf-8")
