"""Session tokens and the SQL queries for sessions.

A token is 256 random bits in a cookie; only its SHA-256 is stored. Times are in microseconds
since 1970, UTC.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from recommender.entities import User
from recommender.errors import PeopleError
from recommender.users.connections import Connections
from recommender.users.times import span_micros

TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in URL-safe base64 without padding
_RENEW_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A session that has not expired, with its user."""

    user: User
    last_seen_at: int


def new_token() -> str:
    """Return a new session token of 256 random bits, as 43 URL-safe characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str | None) -> bool:
    """Return whether a text has the format of a session token; the session may not exist."""
    return text is not None and _TOKEN.fullmatch(text) is not None


def token_digest(token: str) -> bytes:
    """Return the SHA-256 digest of a token, 32 bytes.

    A fast hash is enough, because 256 random bits cannot be guessed.
    """
    return hashlib.sha256(token.encode("ascii")).digest()


def look_up(connections: Connections, token: str | None, *, now: int) -> User | None:
    """Return the user of a session token and extend the session, at most once a day.

    None if the token is missing, malformed, unknown or expired.

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
        # A full or read-only disk must not sign the user out.
        with suppress(PeopleError), connections.writing() as connection:
            renew_session(connection, digest, now=now)
    return session.user


def find_session(connection: sqlite3.Connection, digest: bytes, *, now: int) -> Session | None:
    """Return the session of a token digest; None if the session is unknown or expired."""
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
    """Extend a session's expiry by the time since it was last used."""
    connection.execute(
        "UPDATE sessions SET expires_at = expires_at + ?1 - last_seen_at, last_seen_at = ?1 "
        "WHERE token_digest = ?2 AND last_seen_at < ?1",
        (now, digest),
    )


def insert_guest(connection: sqlite3.Connection, digest: bytes, *, now: int, until: int) -> User:
    """Insert a guest user and a session that expires at ``until``."""
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
    """Insert a session of a user that expires at ``until``."""
    # REPLACE, because a browser may send an expired token again.
    connection.execute(
        "INSERT OR REPLACE INTO sessions (token_digest, user_id, created_at, last_seen_at, "
        "expires_at, moved_likes) VALUES (?, ?, ?, ?, ?, ?)",
        (digest, user_id, now, now, until, moved_likes),
    )


def end_sessions(connection: sqlite3.Connection, user_id: int) -> int:
    """Delete all sessions of a user; return their number."""
    return connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,)).rowcount


def delete_old_sessions(connection: sqlite3.Connection, user_id: int, *, now: int) -> None:
    """Delete a user's expired sessions."""
    connection.execute("DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?", (user_id, now))
