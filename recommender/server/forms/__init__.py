"""Forms of accounts, as pages of plain HTML: password managers know them, no script is needed."""

from recommender.server.forms.body import FormFault, read_form
from recommender.server.forms.form import Field, Form, Way
from recommender.server.forms.kinds import (
    CHANGE_PASSWORD,
    DELETE_ACCOUNT,
    SIGN_IN,
    SIGN_OUT,
    SIGN_OUT_EVERYWHERE,
    SIGN_UP,
)
from recommender.server.forms.page import FORM_HEADERS, render_form

__all__ = [
    "CHANGE_PASSWORD",
    "DELETE_ACCOUNT",
    "FORM_HEADERS",
    "SIGN_IN",
    "SIGN_OUT",
    "SIGN_OUT_EVERYWHERE",
    "SIGN_UP",
    "Field",
    "Form",
    "FormFault",
    "Way",
    "read_form",
    "render_form",
]
