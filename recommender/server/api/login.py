"""Signing in a program: a name and a password for a bearer token."""

from __future__ import annotations

from datetime import timedelta

from recommender.errors import AccountError, SignInRefused, TooManyTries
from recommender.server.api.answers import AccessToken
from recommender.server.api.asked import LoginBody
from recommender.server.api.identity import CHALLENGE
from recommender.server.api.operation import Answer, Desk
from recommender.server.api.problems import FieldError, Problem, ProblemKind

TOKEN_LABEL = "Signed in over the API"  # noqa: S105 - what people read on their account's page
TOKEN_LIFETIME = timedelta(days=30)
TOKENS_KEPT = 10
"""So many sign-ins of one account go on at once; the oldest makes room."""


def sign_in(desk: Desk, asked: LoginBody) -> Answer:
    """Return a bearer token for a name and a password.

    Raises
    ------
    Problem
        If they do not belong together, or there were too many tries; the limits are those of the
        page to sign in.
    """
    accounts = desk.marquee.people.accounts
    try:
        user = accounts.authenticate(asked.name, asked.password, address=desk.address)
        token = accounts.create_token(
            user.user_id, TOKEN_LABEL, lifetime=TOKEN_LIFETIME, keep=TOKENS_KEPT
        )
    except TooManyTries as error:
        raise Problem(
            ProblemKind.TOO_MANY, str(error), headers={"retry-after": str(error.retry_after_s)}
        ) from error
    except SignInRefused as error:
        raise Problem(ProblemKind.WRONG_PASSWORD, str(error), headers=CHALLENGE) from error
    except AccountError as error:
        errors = [FieldError(field=error.field or "name", message=str(error))]
        raise Problem(ProblemKind.INVALID, str(error), errors=errors) from error
    lasts = AccessToken(
        access_token=token,
        token_type="bearer",  # noqa: S106 - OAuth's name for a kind of token
        expires_in=TOKEN_LIFETIME // timedelta(seconds=1),
    )
    return Answer(lasts)
