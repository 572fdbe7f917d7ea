"""Who a token belongs to, as rows: the SQL behind ``People``, inside its transactions.

All times are in microseconds since 1970, UTC.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from recommender.entities import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A token that is known and has not expired, and whose it is."""

    user: User
    last_seen_at: int


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
    # REPLACE: a token that has expired begins anew.
    connection.execute(
        "INSERT OR REPLACE INTO sessions "
        "(token_digest, user_id, created_at, last_seen_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (digest, cursor.lastrowid, now, now, until),
    )
    return User(user_id=cursor.lastrowid)
