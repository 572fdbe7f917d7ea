"""What each form of accounts does, once it is known who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from recommender.entities import User
from recommender.server.forms import (
    CHANGE_PASSWORD,
    DELETE_ACCOUNT,
    SIGN_IN,
    SIGN_OUT,
    SIGN_OUT_EVERYWHERE,
    SIGN_UP,
    Form,
)
from recommender.users import Accounts, SignedIn

HOME_PATH, ACCOUNT_PATH = "/", "/account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What one request brings.

    Attributes
    ----------
    user, session_token
        Who is signed in, and by what; None where nobody is.
    guest_token
        Of the guest whose likes move at sign-in.
    address
        Where it came from.
    filled
        What was filled in, by field.
    """

    user: User | None
    session_token: str | None
    guest_token: str | None
    address: str
    filled: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Where the browser goes on, and what its cookie holds then; "" takes the cookie away."""

    path: str
    token: str = ""


def _sign_in(accounts: Accounts, asked: Asked) -> Done:
    return _come_in(accounts, asked, accounts.sign_in)


def _sign_up(accounts: Accounts, asked: Asked) -> Done:
    return _come_in(accounts, asked, accounts.sign_up)


def _come_in(accounts: Accounts, asked: Asked, way: Callable[..., SignedIn]) -> Done:
    signed_in = way(
        asked.filled["name"],
        asked.filled["password"],
        address=asked.address,
        guest_token=asked.guest_token,
    )
    accounts.sign_out(asked.session_token)  # one browser, one sign-in
    return Done(path=HOME_PATH, token=signed_in.token)


def _sign_out(accounts: Accounts, asked: Asked) -> Done:
    accounts.sign_out(asked.session_token)
    return Done(path=f"{SIGN_IN.path}?done=signed-out")


def _sign_out_everywhere(accounts: Accounts, asked: Asked) -> Done:
    accounts.sign_out_everywhere(_signed_in(asked).user_id)
    return Done(path=f"{SIGN_IN.path}?done=everywhere")


def _change_password(accounts: Accounts, asked: Asked) -> Done:
    signed_in = accounts.change_password(
        _signed_in(asked).user_id,
        asked.filled["password"],
        asked.filled["new_password"],
        address=asked.address,
    )
    return Done(path=f"{ACCOUNT_PATH}?done=password", token=signed_in.token)


def _delete_account(accounts: Accounts, asked: Asked) -> Done:
    accounts.delete_account(
        _signed_in(asked).user_id, asked.filled["password"], address=asked.address
    )
    return Done(path=f"{SIGN_UP.path}?done=deleted")


def _signed_in(asked: Asked) -> User:
    assert asked.user is not None  # noqa: S101 - the route sends everybody else to sign in
    return asked.user


ACTIONS: tuple[tuple[Form, Callable[[Accounts, Asked], Done]], ...] = (
    (SIGN_IN, _sign_in),
    (SIGN_UP, _sign_up),
    (SIGN_OUT, _sign_out),
    (SIGN_OUT_EVERYWHERE, _sign_out_everywhere),
    (CHANGE_PASSWORD, _change_password),
    (DELETE_ACCOUNT, _delete_account),
)
"""Every form and what it does."""
