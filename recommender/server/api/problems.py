"""Everything that can go wrong, as problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

PROBLEM_TYPE = "application/problem+json"
_MOST_ERRORS = 20
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class _Words:
    """What a problem is called: ``slug`` in its address, ``status`` in HTTP, ``title`` in words."""

    slug: str
    status: int
    title: str


class ProblemKind(Enum):
    """The kinds of problems; each has its place on the page at ``/api/docs``."""

    UNREADABLE = _Words("unreadable-request", 400, "The request cannot be read")
    NO_CREDENTIALS = _Words("no-credentials", 401, "Credentials are needed")
    WRONG_PASSWORD = _Words("wrong-password", 401, "The name or the password is wrong")
    FOREIGN_ORIGIN = _Words("foreign-origin", 403, "This site may not do that for you")
    UNKNOWN_ADDRESS = _Words("unknown-address", 404, "There is nothing at this address")
    UNKNOWN_FILM = _Words("unknown-film", 404, "There is no such film")
    WRONG_METHOD = _Words("wrong-method", 405, "This address does not take that method")
    SLOW_BODY = _Words("slow-body", 408, "The body took too long to arrive")
    LARGE_BODY = _Words("large-body", 413, "The body is too large")
    NOT_JSON = _Words("not-json", 415, "The body has to be JSON")
    INVALID = _Words("invalid-request", 422, "The request does not fit")
    TOO_MANY = _Words("too-many-requests", 429, "Too many requests")
    FAILURE = _Words("failure", 500, "Marquee failed")
    NOT_READY = _Words("not-ready", 503, "Marquee is not ready")

    @property
    def slug(self) -> str:
        """The problem's name in its type's address."""
        return self.value.slug

    @property
    def status(self) -> int:
        """The HTTP status it is answered with."""
        return self.value.status

    @property
    def title(self) -> str:
        """What happened, the same words each time."""
        return self.value.title


class FieldError(BaseModel):
    """One thing that does not fit."""

    field: str = Field(description="Name of the parameter or of the field of the body.")
    message: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="Address of what is said of this kind of problem.")
    title: str = Field(description="The kind of problem in words, always the same.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened this time, and what can be done.")
    errors: list[FieldError] | None = Field(
        default=None, description="With 422: everything that does not fit."
    )


class Problem(Exception):  # noqa: N818 - it is what RFC 9457 calls it
    """Raised anywhere in the API, and answered as it is.

    Parameters
    ----------
    kind
        Which problem.
    detail
        What happened this time, in words for the person who wrote the program.
    errors
        Fields that do not fit.
    headers
        More headers of the answer.
    """

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def answer_problem(problem: Problem) -> Response:
    """Return a problem as an answer.

    Parameters
    ----------
    problem
        What happened.
    """
    kind = problem.kind
    details = ProblemDetails(
        type=f"/api/docs#{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=problem.detail,
        errors=list(problem.errors) or None,
    )
    # ASCII: a name that was sent may hold half a character, which UTF-8 cannot.
    text = json.dumps(details.model_dump(exclude_none=True), ensure_ascii=True)
    headers = {"cache-control": "no-store", **problem.headers}
    return Response(text, kind.status, headers=headers, media_type=PROBLEM_TYPE)


def refuse_invalid(error: ValidationError) -> Problem:
    """Return what pydantic found, without what was sent: it may be secret, or large.

    Parameters
    ----------
    error
        From a model of ``asked``.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    errors = [
        FieldError(field=_name(entry["loc"]), message=entry["msg"])
        for entry in found[:_MOST_ERRORS]
    ]
    named = ", ".join(dict.fromkeys(entry.field for entry in errors))
    return Problem(ProblemKind.INVALID, f"Please look at: {named}.", errors=errors)


def _name(place: Sequence[int | str]) -> str:
    name = ".".join(str(part) for part in place) or "body"
    # Half a character can be no text of a model.
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")
