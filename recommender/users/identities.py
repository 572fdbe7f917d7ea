"""People whom a provider of OpenID Connect vouches for, linked by issuer and subject.

The provider's word reaches Marquee in a signed cookie of Streamlit's, which cannot be taken back.
So signing out is noted here: for one sign-in, or for all sign-ins up to a moment.
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

_ENDS_KEPT = timedelta(days=400)  # no browser keeps a cookie for longer
_SECOND = span_micros(timedelta(seconds=1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whom a provider vouches for, as its ID token says.

    Attributes
    ----------
    issuer, subject
        Its ``iss`` and ``sub``: together they are one person, for good.
    issued_at_s
        Its ``iat``: when it was made, in seconds since 1970.
    name
        What the person is called there; only the first time it becomes the account's name.
    """

    issuer: str
    subject: str
    issued_at_s: int
    name: str = ""


class Identities:
    """Accounts by the word of a provider.

    Parameters
    ----------
    connections
        To people's data.
    clock
        Says what time it is, with a time zone.
    """

    def __init__(self, connections: Connections, *, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    def find_user(self, identity: Identity) -> User | None:
        """Return whose identity it is; None when it is new here or the sign-in has ended.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            if has_ended(connection, identity):
                return None
            return _select_user(connection, identity)

    def open_user(self, identity: Identity) -> User | None:
        """Return whose identity it is, with a new account the first time; None when it has ended.

        Raises
        ------
        AccountError
            If issuer or subject is empty.
        PeopleError
            If the file cannot be written.
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
            found = _select_user(connection, identity)  # another tab was quicker
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
        """Let this one sign-in count no more, wherever its cookie still is.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        now = to_micros(self._clock())
        with self._connections.writing() as connection:
            _note_end(connection, _sign_in_digest(identity), now=now)


def end_identities(connection: sqlite3.Connection, user_id: int, *, now: int) -> int:
    """End every sign-in by a provider that a person has; return how many identities they have."""
    rows = connection.execute(
        "SELECT issuer, subject FROM identities WHERE user_id = ?", (user_id,)
    ).fetchall()
    for issuer, subject in rows:
        _note_end(connection, _digest(issuer, subject), now=now)
    return len(rows)


def has_ended(connection: sqlite3.Connection, identity: Identity) -> bool:
    """Return whether this sign-in, or all of this person's up to a later moment, has ended."""
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


def _note_end(connection: sqlite3.Connection, digest: bytes, *, now: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO ended_identities (digest, ended_at) VALUES (?, ?)", (digest, now)
    )
    connection.execute(
        "DELETE FROM ended_identities WHERE ended_at < ?", (now - span_micros(_ENDS_KEPT),)
    )


def _sign_in_digest(identity: Identity) -> bytes:
    return _digest(identity.issuer, identity.subject, str(identity.issued_at_s))


def _digest(*parts: str) -> bytes:
    # Lengths in front: no two lists of parts look alike.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
