"""Cookies that hold an opaque token: found in a request, written into an answer."""

from __future__ import annotations

from datetime import timedelta

from starlette.datastructures import Headers

from recommender.users import SESSION_LIFETIME, is_token

SESSION_COOKIE = "marquee_session"
"""Who is signed in; the page's websocket brings it along too."""

_SECOND = timedelta(seconds=1)


def find_token(headers: Headers, name: str) -> str | None:
    """Return the first well-formed token among a request's cookies of a name; None without one.

    Parameters
    ----------
    headers
        Of the request.
    name
        Of the cookie.
    """
    for line in headers.getlist("cookie"):
        for pair in line.split(";"):
            found, _, value = pair.strip().partition("=")
            if found == name and is_token(value):
                return value
    return None


def find_session_token(headers: Headers) -> str | None:
    """Return the token of a request's sign-in; whether it still counts is for ``Accounts``.

    Parameters
    ----------
    headers
        Of the request.
    """
    return find_token(headers, SESSION_COOKIE)


def token_cookie(name: str, token: str, *, lifetime: timedelta, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a token.

    Parameters
    ----------
    name
        Of the cookie.
    token
        From ``new_token``; empty, with no lifetime, to take the cookie away.
    lifetime
        How long the browser keeps it.
    secure
        True when the page came over HTTPS: then the cookie never travels without it.
    """
    line = f"{name}={token}; Path=/; Max-Age={lifetime // _SECOND}; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the ``Set-Cookie`` line of a sign-in's token, for as long as the sign-in lasts.

    Parameters
    ----------
    token
        As ``Accounts.sign_in`` returns it; empty to take the cookie away.
    secure
        As for ``token_cookie``.
    """
    lifetime = SESSION_LIFETIME if token else timedelta(0)
    return token_cookie(SESSION_COOKIE, token, lifetime=lifetime, secure=secure)
