"""The forms of accounts."""

from __future__ import annotations

from recommender.server.forms.form import Field, Form, Way
from recommender.users import LONGEST_NAME, SHORTEST_NAME, SHORTEST_PASSWORD

_TO_FILMS = Way(label="Back to the films", path="/")
_TO_ACCOUNT = Way(label="Back to your account", path="/account")

_NEW_PASSWORD_HINT = (
    f"{SHORTEST_PASSWORD} characters or more; a few words in a row are easy to remember."
)
_PRESENT_PASSWORD = Field(
    name="password",
    label="Your password",
    type="password",
    autocomplete="current-password",
)

SIGN_IN = Form(
    path="/sign-in",
    title="Sign in",
    button="Sign in",
    fields=(
        Field(name="name", label="Name", type="text", autocomplete="username"),
        Field(name="password", label="Password", type="password", autocomplete="current-password"),
    ),
    ways=(Way(before="No account yet?", label="Sign up", path="/sign-up"), _TO_FILMS),
)

SIGN_UP = Form(
    path="/sign-up",
    title="Sign up",
    button="Make an account",
    intro="Your likes come with you to any device. No e-mail address is asked for, so a lost "
    "password cannot be sent to you: let your browser remember it.",
    fields=(
        Field(
            name="name",
            label="Name",
            type="text",
            autocomplete="username",
            hint=f"{SHORTEST_NAME} to {LONGEST_NAME} characters. Only you see it.",
        ),
        Field(
            name="password",
            label="Password",
            type="password",
            autocomplete="new-password",
            hint=_NEW_PASSWORD_HINT,
        ),
    ),
    ways=(Way(before="You have an account?", label="Sign in", path="/sign-in"), _TO_FILMS),
)

SIGN_OUT = Form(
    path="/sign-out",
    title="Sign out",
    button="Sign out",
    intro="Your likes stay in your account.",
    ways=(_TO_ACCOUNT,),
)

SIGN_OUT_EVERYWHERE = Form(
    path="/sign-out-everywhere",
    title="Sign out everywhere",
    button="Sign out everywhere",
    intro="Every browser that is signed in to your account is signed out, this one too. Programs "
    "with a token go on; revoke their tokens on the page of your account.",
    ways=(_TO_ACCOUNT,),
)

CHANGE_PASSWORD = Form(
    path="/change-password",
    title="Change your password",
    button="Change it",
    intro="Every other browser is signed out, and the tokens of your programs end: whoever knew "
    "the old password may have made one.",
    fields=(
        _PRESENT_PASSWORD,
        Field(
            name="new_password",
            label="New password",
            type="password",
            autocomplete="new-password",
            hint=_NEW_PASSWORD_HINT,
        ),
    ),
    ways=(_TO_ACCOUNT,),
)

DELETE_ACCOUNT = Form(
    path="/delete-account",
    title="Delete your account",
    button="Delete it for good",
    intro="Your account goes, with everything you said of films and every token. This cannot be "
    "undone. Safety copies forget it within a week. My films can save your likes to a file first.",
    fields=(_PRESENT_PASSWORD,),
    ways=(Way(label="To My films", path="/library"), _TO_ACCOUNT),
    is_final=True,
)
