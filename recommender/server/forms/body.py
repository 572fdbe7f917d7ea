"""What a form sent: read up to a bound, and taken for a form only when it is one."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 8 * 1024  # a password of 256 characters, each written as twelve, and a name
_PATIENCE_S = 15
_FORM_TYPE = "application/x-www-form-urlencoded"


class FormFault(Exception):  # noqa: N818 - reads as what it says
    """What was sent is no form of ours; ``status`` is HTTP's word for it."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


async def read_form(request: Request, names: Collection[str]) -> dict[str, str]:
    """Return what was filled in, by name; "" for what is missing. Other names are passed over.

    Parameters
    ----------
    request
        With the body still unread.
    names
        Of the fields.

    Raises
    ------
    FormFault
        If it is larger than 8 KiB, too slow, not a form, not UTF-8, or has a field twice.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != _FORM_TYPE:
        raise FormFault("This is not a form. Please go back and use the page.", status=415)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            body = await _read_body(request)
    except TimeoutError as error:
        raise FormFault("It took too long to arrive. Please try again.", status=408) from error
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=20,
        )
    except ValueError as error:
        raise FormFault("This could not be read. Please go back and try again.", status=400) from (
            error
        )
    filled = dict.fromkeys(names, "")
    found = [(name, value) for name, value in pairs if name in filled]
    if len({name for name, _ in found}) != len(found):
        raise FormFault("A field was sent twice. Please go back and try again.", status=400)
    return filled | dict(found)


async def _read_body(request: Request) -> bytes:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MOST_BYTES:
            raise FormFault("This is far too much for a form.", status=413)
    return bytes(parts)
