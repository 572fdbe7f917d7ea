"""Who asks: a bearer token, else a cookie of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request

from recommender.entities import User
from recommender.server.api.problems import Problem, ProblemKind
from recommender.server.cookies import find_guest_token, find_session_token
from recommender.server.security import is_own_origin
from recommender.service import Marquee

_REALM = 'Bearer realm="Marquee"'
CHALLENGE: Mapping[str, str] = MappingProxyType({"www-authenticate": _REALM})
"""What every 401 says of how to show who you are (RFC 6750)."""

_BEARER = "bearer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks.

    Attributes
    ----------
    user
        None for somebody unknown.
    by_cookie
        Whether a browser said so by itself, without the program's doing.
    """

    user: User | None = None
    by_cookie: bool = False


def find_caller(marquee: Marquee, request: Request) -> Caller:
    """Return who asks.

    A bearer token that is not valid is refused and never passed over for a cookie: the program
    believes to be somebody. A guest's cookie counts once the guest has said something of a film;
    before, it is a number anybody can make up.

    Parameters
    ----------
    marquee
        Knows people.
    request
        Brings a header or cookies.

    Raises
    ------
    Problem
        If there is an ``Authorization`` that is not that of anybody.
    """
    sent = request.headers.getlist("authorization")
    if sent:
        return Caller(user=_find_bearer(marquee, sent))
    people = marquee.people
    # Signed in goes before a guest, as on the pages.
    user = people.accounts.find_user(find_session_token(request.headers))
    user = user or people.find_user(find_guest_token(request.headers))
    return Caller(user=user, by_cookie=user is not None)


def ask_credentials() -> Problem:
    """Return what somebody unknown is told where only a person may ask."""
    detail = "Please send Authorization: Bearer and a token, or the cookie of somebody known."
    return Problem(ProblemKind.NO_CREDENTIALS, detail, headers=CHALLENGE)


def refuse_foreign(request: Request, *, by_cookie: bool) -> None:
    """Refuse what another site may have made a browser do.

    A cookie comes by itself, so with it the page's own origin has to be said. A token or a
    password does not: only where a browser says itself that another site asks is it refused.

    Parameters
    ----------
    request
        That changes something.
    by_cookie
        Whether a cookie says who asks.

    Raises
    ------
    Problem
        If the origin is another site, or with a cookie missing.
    """
    if is_own_origin(request.scope):
        return
    if not by_cookie and "origin" not in request.headers:
        return
    raise Problem(
        ProblemKind.FOREIGN_ORIGIN, "Please ask from a page of Marquee, or with a bearer token."
    )


def _find_bearer(marquee: Marquee, sent: list[str]) -> User:
    scheme, _, token = sent[0].partition(" ")
    user = None
    if len(sent) == 1 and scheme.lower() == _BEARER:
        user = marquee.people.accounts.find_user_by_api_token(token.strip())
    if user is None:
        raise Problem(
            ProblemKind.NO_CREDENTIALS,
            "This token is not valid, or not any more.",
            headers={"www-authenticate": f'{_REALM}, error="invalid_token"'},
        )
    return user
