"""OpenID Connect identities, linked to accounts by issuer and subject.

Streamlit's signed identity cookie cannot be revoked. Therefore revoked sign-ins are stored here,
one by one or as all sign-ins of an identity up to a time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from recommender.entities import User
from recommender.errors import AccountError
from recommender.users.account_rows import free_name, insert_account
from recommender.users.connections import Connections
from recommender.users.times import span_micros, to_micros

_ENDS_KEPT = timedelta(days=400)  # the longest that browsers keep a cookie
_SECOND = span_micros(timedelta(seconds=1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Claims of an ID token.

    Attributes
    ----------
    issuer, subject
        ``iss`` and ``sub``; together they identify one user permanently.
    issued_at_s
        ``iat``: when the token was issued, in seconds since 1970.
    name
        Name at the provider; it becomes the name of a new account.
    """

    issuer: str
    subject: str
    issued_at_s: int
    name: str = ""


class Identities:
    """Store of OpenID Connect identities; methods raise PeopleError if the database is unusable."""

    def __init__(self, connections: Connections, *, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    def find_user(self, identity: Identity) -> User | None:
        """Return the user of an identity; None if it is unknown or the sign-in was revoked."""
        with self._connections.reading() as connection:
            if has_ended(connection, identity):
                return None
            return _select_user(connection, identity)

    def open_user(self, identity: Identity) -> User | None:
        """Return the user of an identity; create an account at the first sign-in.

        None if the sign-in was revoked.

        Raises
        ------
        AccountError
            If issuer or subject is empty.
        """
        if not identity.issuer or not identity.subject:
            raise AccountError("The sign-in service did not say who you are. Please try again.")
        user = self.find_user(identity)
        if user is not None:
            return user
        now = to_micros(self._clock())
        with self._connections.writing() as connection:
            if has_ended(connection, identity):
                return None
            found = _select_user(connection, identity)  # inserted by another tab meanwhile
            if found is not None:
                return found
            name = free_name(connection, identity.name)
            user = insert_account(connection, name, password_hash=None, now=now)
            connection.execute(
                "INSERT INTO identities (issuer, subject, user_id, created_at) VALUES (?, ?, ?, ?)",
                (identity.issuer, identity.subject, user.user_id, now),
            )
            return user

    def end_sign_in(self, identity: Identity) -> None:
        """Revoke one sign-in, in every browser that holds its identity cookie."""
        now = to_micros(self._clock())
        with self._connections.writing() as connection:
            _insert_end(connection, _sign_in_digest(identity), now=now)


def end_identities(connection: sqlite3.Connection, user_id: int, *, now: int) -> int:
    """Revoke all OpenID Connect sign-ins of a user; return the user's number of identities."""
    rows = connection.execute(
        "SELECT issuer, subject FROM identities WHERE user_id = ?", (user_id,)
    ).fetchall()
    for issuer, subject in rows:
        _insert_end(connection, _digest(issuer, subject), now=now)
    return len(rows)


def has_ended(connection: sqlite3.Connection, identity: Identity) -> bool:
    """Return whether a sign-in was revoked, by itself or by a cutoff for the whole identity."""
    return (
        connection.execute(
            "SELECT 1 FROM ended_identities "
            "WHERE digest = ?1 OR (digest = ?2 AND ended_at >= ?3) LIMIT 1",
            (
                _sign_in_digest(identity),
                _digest(identity.issuer, identity.subject),
                identity.issued_at_s * _SECOND,
            ),
        ).fetchone()
        is not None
    )


def _select_user(connection: sqlite3.Connection, identity: Identity) -> User | None:
    row = connection.execute(
        "SELECT user_id, name FROM identities JOIN users USING (user_id) "
        "WHERE issuer = ? AND subject = ?",
        (identity.issuer, identity.subject),
    ).fetchone()
    return None if row is None else User(user_id=row[0], name=row[1])


def _insert_end(connection: sqlite3.Connection, digest: bytes, *, now: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO ended_identities (digest, ended_at) VALUES (?, ?)", (digest, now)
    )
    connection.execute(
        "DELETE FROM ended_identities WHERE ended_at < ?", (now - span_micros(_ENDS_KEPT),)
    )


def _sign_in_digest(identity: Identity) -> bytes:
    return _digest(identity.issuer, identity.subject, str(identity.issued_at_s))


def _digest(*parts: str) -> bytes:
    # Length prefixes keep ("ab", "c") and ("a", "bc") from having the same digest.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
