"""What a request brings, read with limits: bodies as strict JSON, queries as names and values."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request

from recommender.server.api.problems import Problem, ProblemKind

MOST_BODY_BYTES = 16 * 1024
BODY_DEADLINE_S = 10.0
_MOST_PARAMETERS = 100


async def read_body(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body.

    Its length is counted as it arrives; what the request says of it is not believed.

    Parameters
    ----------
    request
        Whose body is read.

    Raises
    ------
    Problem
        If it is not said to be JSON, is too large or too slow, or is no JSON object.
    """
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    plain = request.headers.get("content-encoding", "identity").strip().lower() == "identity"
    is_json = content_type.strip().lower() == "application/json"
    if not (plain and is_json and charset in {"", "charset=utf-8"}):
        raise Problem(
            ProblemKind.NOT_JSON,
            "Please send it as Content-Type: application/json, in UTF-8 and not compressed.",
        )
    raw = bytearray()
    try:
        with anyio.fail_after(BODY_DEADLINE_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MOST_BODY_BYTES:
                    raise _closing(
                        ProblemKind.LARGE_BODY, f"A body has at most {MOST_BODY_BYTES} bytes."
                    )
    except TimeoutError as error:
        detail = f"A body has {BODY_DEADLINE_S:.0f} seconds to arrive."
        raise _closing(ProblemKind.SLOW_BODY, detail) from error
    except ClientDisconnect as error:
        raise Problem(ProblemKind.UNREADABLE, "The body ended too early.") from error
    return parse_object(bytes(raw))


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that some bytes are, read strictly.

    Parameters
    ----------
    raw
        A whole body.

    Raises
    ------
    Problem
        If it is no object in UTF-8, says a name twice, or holds what JSON has not.
    """
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise Problem(ProblemKind.UNREADABLE, "The body is not one JSON object.") from error
    if not isinstance(found, dict):
        raise Problem(ProblemKind.UNREADABLE, "The body is JSON, but not an object.")
    return found


def parse_query(raw: bytes, *, lists: frozenset[str]) -> dict[str, Any]:
    """Return a query's names and values.

    Parameters
    ----------
    raw
        What follows the question mark.
    lists
        Names that may come more than once; their values are lists.

    Raises
    ------
    Problem
        If another name comes twice, or there are too many.
    """
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise Problem(ProblemKind.UNREADABLE, "The query cannot be read.") from error
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in lists:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Problem(ProblemKind.UNREADABLE, f"The query says {name!a:.80} twice.")
        else:
            found[name] = value
    return found


def _closing(kind: ProblemKind, detail: str) -> Problem:
    """Return a problem after which the rest of the body is not waited for."""
    return Problem(kind, detail, headers={"connection": "close"})


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
