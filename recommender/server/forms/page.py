"""A form as a page of HTML in the house's look."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from recommender.server.forms.form import Form

if TYPE_CHECKING:
    from jinja2 import Template

_STYLE = (files("recommender.server.forms") / "form.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

FORM_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        # Stricter than for Streamlit's pages: no script at all, no frame around it, and the form
        # goes nowhere else.
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; "
            "font-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }
)
"""Headers of every page with a form."""


def render_form(
    form: Form,
    *,
    values: Mapping[str, str] | None = None,
    problem: str = "",
    problem_field: str = "",
    notice: str = "",
    account_name: str = "",
) -> str:
    """Return the page of a form; whatever comes from people is escaped.

    Parameters
    ----------
    form
        What is asked.
    values
        What was typed before, by field; passwords are never among it.
    problem
        Why it did not work and what to do; the field it is about has the focus.
    problem_field
        Name of that field; empty for none.
    notice
        What has just happened.
    account_name
        Whose password is asked for, so that a password manager knows.
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
    # Imported with the first form: most visits see none, and the start is sooner without.
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415

    source = (files("recommender.server.forms") / "form.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


@cache
def _safe_style() -> object:
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(_STYLE)  # noqa: S704 - our own file
