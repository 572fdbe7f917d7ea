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
_JSON_TYPES = {
    list: "a JSON array",
    str: "a JSON string",
    int: "a JSON number",
    float: "a JSON number",
    bool: "a JSON boolean",
    type(None): "null",
}


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
    """Return the JSON object that some bytes are, read strictly; a byte order mark is ignored.

    Parameters
    ----------
    raw
        A whole body.

    Raises
    ------
    Problem
        If it is not a JSON object in UTF-8, or a name occurs twice in one object.
    """
    try:
        found = json.loads(
            # RFC 8259, section 8.1, allows a parser to ignore the mark.
            raw.decode("utf-8-sig"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise _unreadable(f"The body is not UTF-8: see byte {error.start + 1}.") from error
    except json.JSONDecodeError as error:
        if not error.doc.strip():
            raise _unreadable("The body is empty; send a JSON object.") from error
        place = f"line {error.lineno}, column {error.colno}"
        raise _unreadable(f"The body is not valid JSON: {error.msg} at {place}.") from error
    except RecursionError as error:
        raise _unreadable("The body is nested too deeply.") from error
    except ValueError as error:  # Python's limit on digits
        raise _unreadable("A number in the body has too many digits.") from error
    if not isinstance(found, dict):
        raise _unreadable(f"The body is {_JSON_TYPES[type(found)]}; send a JSON object.")
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


def _unreadable(detail: str) -> Problem:
    return Problem(ProblemKind.UNREADABLE, detail)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _unreadable(f"The name {name!a:.80} occurs twice in one object of the body.")
        found[name] = value
    return found


def _refuse_constant(name: str) -> None:
    raise _unreadable(f"The body is not valid JSON: {name} is not a JSON number.")
