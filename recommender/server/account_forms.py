"""Definitions of the account forms: sign up, sign in, sign out, change password, delete account."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.users import LONGEST_NAME, SHORTEST_NAME, SHORTEST_PASSWORD


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Input field of a form; ``autocomplete`` and ``type`` are its HTML attributes."""

    name: str
    label: str
    type: str
    autocomplete: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Link below a form, with optional text before it."""

    label: str
    path: str
    before: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Definition of a page with one form: title, fields, button and links.

    GET on ``path`` renders the form; POST runs its action. ``is_final`` marks an action that
    cannot be undone.
    """

    path: str
    title: str
    button: str
    intro: str = ""
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    is_final: bool = False


_TO_FILMS = Link(label="Back to the films", path="/")
_TO_ACCOUNT = Link(label="Back to your account", path="/account")

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
    links=(Link(before="No account yet?", label="Sign up", path="/sign-up"), _TO_FILMS),
)

SIGN_UP = Form(
    path="/sign-up",
    title="Sign up",
    button="Sign up",
    intro="Keep your likes on every device. Marquee asks for no e-mail address, so it cannot send "
    "you a lost password: let your browser remember it.",
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
    links=(Link(before="Already have an account?", label="Sign in", path="/sign-in"), _TO_FILMS),
)

SIGN_OUT = Form(
    path="/sign-out",
    title="Sign out",
    button="Sign out",
    intro="Your likes stay in your account.",
    links=(_TO_ACCOUNT,),
)

SIGN_OUT_EVERYWHERE = Form(
    path="/sign-out-everywhere",
    title="Sign out everywhere",
    button="Sign out everywhere",
    intro="This signs out every browser, this one too. Programs with a token keep working; revoke "
    "their tokens on your account page.",
    links=(_TO_ACCOUNT,),
)

CHANGE_PASSWORD = Form(
    path="/change-password",
    title="Change your password",
    button="Change password",
    intro="This signs out every other browser and revokes all tokens, as anyone who knew the old "
    "password may have created one.",
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
    links=(_TO_ACCOUNT,),
)

DELETE_ACCOUNT = Form(
    path="/delete-account",
    title="Delete your account",
    button="Delete my account",
    intro="This deletes your account with all your likes, lists and tokens, and cannot be undone. "
    "Backups are erased within a week. My films can save your likes to a file first.",
    fields=(_PRESENT_PASSWORD,),
    links=(Link(label="To My films", path="/library"), _TO_ACCOUNT),
    is_final=True,
)
