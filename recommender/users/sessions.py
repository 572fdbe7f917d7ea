"""Who a token belongs to, as rows: the SQL behind ``People``, inside its transactions.

All times are in microseconds since 1970, UTC.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from recommender.entities import User
from recommender.errors import PeopleError
from recommender.users.connections import Connections
from recommender.users.times import span_micros
from recommender.users.tokens import is_token, token_digest

_RENEW_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A token that is known and has not expired, and whose it is."""

    user: User
    last_seen_at: int


def look_up(connections: Connections, token: str | None, *, now: int) -> User | None:
    """Return whom a token belongs to, and let it last longer, at most once a day.

    None when it is missing, malformed, unknown or old.

    Raises
    ------
    PeopleError
        If the file cannot be read.
    """
    if token is None or not is_token(token):
        return None
    digest = token_digest(token)
    with connections.reading() as connection:
        session = find_session(connection, digest, now=now)
    if session is None:
        return None
    if now - session.last_seen_at >= span_micros(_RENEW_EVERY):
        # Who only reads must be able to go on when nothing can be written.
        with suppress(PeopleError), connections.writing() as connection:
            renew_session(connection, digest, now=now)
    return session.user


def find_session(connection: sqlite3.Connection, digest: bytes, *, now: int) -> Session | None:
    """Return the session of a token's digest; None when it is unknown or has expired."""
    row = connection.execute(
        "SELECT user_id, name, last_seen_at FROM sessions JOIN users USING (user_id) "
        "WHERE token_digest = ? AND expires_at > ?",
        (digest, now),
    ).fetchone()
    if row is None:
        return None
    user_id, name, last_seen_at = row
    return Session(user=User(user_id=user_id, name=name), last_seen_at=last_seen_at)


def renew_session(connection: sqlite3.Connection, digest: bytes, *, now: int) -> None:
    """Let the session last as long again as it was to last when it was last seen."""
    connection.execute(
        "UPDATE sessions SET expires_at = expires_at + ?1 - last_seen_at, last_seen_at = ?1 "
        "WHERE token_digest = ?2 AND last_seen_at < ?1",
        (now, digest),
    )


def insert_guest(connection: sqlite3.Connection, digest: bytes, *, now: int, until: int) -> User:
    """Make a person without a name, known by this token until then."""
    cursor = connection.execute("INSERT INTO users (created_at) VALUES (?)", (now,))
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT always sets it
    insert_session(connection, cursor.lastrowid, digest, now=now, until=until)
    return User(user_id=cursor.lastrowid)


def insert_session(
    connection: sqlite3.Connection,
    user_id: int,
    digest: bytes,
    *,
    now: int,
    until: int,
    moved_likes: int = 0,
) -> None:
    """Let a token stand for a person until then."""
    # REPLACE: a token that has expired begins anew.
    connection.execute(
        "INSERT OR REPLACE INTO sessions (token_digest, user_id, created_at, last_seen_at, "
        "expires_at, moved_likes) VALUES (?, ?, ?, ?, ?, ?)",
        (digest, user_id, now, now, until, moved_likes),
    )


def end_sessions(connection: sqlite3.Connection, user_id: int) -> int:
    """End all sessions of a person; return how many there were."""
    return connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,)).rowcount


def delete_old_sessions(connection: sqlite3.Connection, user_id: int, *, now: int) -> None:
    """Forget a person's sessions that have expired."""
    connection.execute("DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?", (user_id, now))
