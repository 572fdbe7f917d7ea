"""Parsing and rendering of HTML forms that work without JavaScript."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from recommender.server.account_forms import Form

if TYPE_CHECKING:
    from jinja2 import Template

MAX_BODY_BYTES: Final = 8 * 1024  # a password of 256 characters of 12 bytes, and a name
_READ_TIMEOUT_S = 15
_FORM_TYPE = "application/x-www-form-urlencoded"
_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "form.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

FORM_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        # Stricter than for Streamlit's pages: no scripts or frames; forms post to Marquee only.
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; "
            "font-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }
)
"""Response headers of every page with a form."""


class InvalidForm(Exception):  # noqa: N818 - names the condition, as HTTP errors do
    """Exception for a request body that is not a valid form; ``status`` is the HTTP status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


async def read_form(request: Request, names: Collection[str]) -> dict[str, str]:
    """Parse a form from a request body; return its values by field name, "" if missing.

    Parameters
    ----------
    request
        Request whose body has not been read yet.
    names
        Names of the fields to read; other fields are ignored.

    Raises
    ------
    InvalidForm
        If the body is larger than 8 KiB, times out, is not a form in UTF-8, or repeats a field.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != _FORM_TYPE:
        raise InvalidForm("This is not a form. Please go back and use the page.", status=415)
    try:
        async with asyncio.timeout(_READ_TIMEOUT_S):
            body = await _read_body(request)
    except TimeoutError as error:
        raise InvalidForm("It took too long to arrive. Please try again.", status=408) from error
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=20,
        )
    except ValueError as error:
        message = "This could not be read. Please go back and try again."
        raise InvalidForm(message, status=400) from error
    found = [(name, value) for name, value in pairs if name in names]
    if len({name for name, _ in found}) != len(found):
        raise InvalidForm("A field was sent twice. Please go back and try again.", status=400)
    return dict.fromkeys(names, "") | dict(found)


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise InvalidForm("This is too large for a form.", status=413)
    return bytes(body)


def render_form(
    form: Form,
    *,
    values: Mapping[str, str] | None = None,
    problem: str = "",
    problem_field: str = "",
    notice: str = "",
    account_name: str = "",
) -> str:
    """Return the HTML page of a form; values are escaped.

    Parameters
    ----------
    form
        Form to render.
    values
        Initial values by field name; never passwords.
    problem
        Error message; "" if there is no error.
    problem_field
        Name of the invalid field, which gets the focus; "" if the error concerns no field.
    notice
        Message about the last action.
    account_name
        Name of the signed-in account, for password managers.
    """
    known = {field.name for field in form.fields}
    return _template().render(
        form=form,
        style=_safe_style(),
        values=values or {},
        problem=problem,
        problem_field=problem_field if problem_field in known else "",
        notice=notice,
        account_name=account_name,
    )


@cache
def _template() -> Template:
    # Imported at the first form, because the import takes 100 ms and few visits need it.
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415

    source = (_TEMPLATES / "form.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


@cache
def _safe_style() -> object:
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(_STYLE)  # noqa: S704 - a file of Marquee
