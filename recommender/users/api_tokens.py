"""API tokens: created and revoked by their owner, shown once, stored as SHA-256."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from recommender.entities import User
from recommender.errors import AccountError, PeopleError
from recommender.users.account_rows import get_account
from recommender.users.connections import Connections
from recommender.users.sessions import new_token, token_digest
from recommender.users.times import from_micros, span_micros, to_micros

API_TOKEN_LIFETIME = timedelta(days=365)
MOST_API_TOKENS = 50
LONGEST_LABEL = 60
_PREFIX = "marquee_"  # lets users and secret scanners recognise a token
_RECORD_USE_EVERY = timedelta(hours=1)
_TOKEN = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """Metadata of an API token; the token itself is not stored.

    ``last_used_at`` is accurate to an hour; None if the token was never used.
    """

    token_id: int
    label: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


def new_api_token() -> str:
    """Return a new API token of 256 random bits."""
    return _PREFIX + new_token()


def is_api_token(text: str | None) -> bool:
    """Return whether a text has the format of an API token."""
    return text is not None and _TOKEN.fullmatch(text) is not None


def clean_label(raw: str) -> str:
    """Return an API token's label with single spaces; raise AccountError if it is invalid."""
    label = " ".join(raw.split())
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        raise AccountError(
            f"Please say in 1 to {LONGEST_LABEL} characters what the token is for.", field="label"
        )
    return label


class ApiTokens:
    """Store of the API tokens of all accounts."""

    def __init__(self, connections: Connections, *, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    def create_token(
        self,
        user_id: int,
        label: str,
        *,
        lifetime: timedelta = API_TOKEN_LIFETIME,
        keep: int | None = None,
    ) -> str:
        """Create an API token and return it; only its digest is stored.

        Parameters
        ----------
        user_id
            The account.
        label
            Purpose of the token, 1 to 60 characters.
        lifetime
            Time until the token expires.
        keep
            Number of tokens with this label to keep, the new one included; older ones are
            revoked. None keeps all.

        Raises
        ------
        AccountError
            If the label is refused, or the user has too many tokens or no account.
        """
        label, token, now = clean_label(label), new_api_token(), self._now()
        with self._connections.writing() as connection:
            get_account(connection, user_id)
            _make_room(connection, user_id, label, now=now, keep=keep)
            connection.execute(
                "INSERT INTO api_tokens (user_id, token_digest, label, created_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (user_id, token_digest(token), label, now, now + span_micros(lifetime)),
            )
        return token

    def list_tokens(self, user_id: int) -> list[ApiToken]:
        """Return an account's unexpired API tokens, newest first."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT api_token_id, label, created_at, last_used_at, expires_at FROM api_tokens "
                "WHERE user_id = ? AND expires_at > ? ORDER BY api_token_id DESC",
                (user_id, self._now()),
            ).fetchall()
        return [
            ApiToken(
                token_id=token_id,
                label=label,
                created_at=from_micros(created_at),
                last_used_at=None if last_used_at is None else from_micros(last_used_at),
                expires_at=from_micros(expires_at),
            )
            for token_id, label, created_at, last_used_at, expires_at in rows
        ]

    def revoke_token(self, user_id: int, token_id: int) -> bool:
        """Revoke an API token of an account; return False if the account has no such token."""
        with self._connections.writing() as connection:
            cursor = connection.execute(
                "DELETE FROM api_tokens WHERE api_token_id = ? AND user_id = ?", (token_id, user_id)
            )
            return cursor.rowcount > 0

    def find_user_by_api_token(self, token: str | None) -> User | None:
        """Return the user of an API token; None if missing, malformed, unknown or expired."""
        if token is None or not is_api_token(token):
            return None
        digest, now = token_digest(token), self._now()
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT user_id, name, last_used_at FROM api_tokens JOIN users USING (user_id) "
                "WHERE token_digest = ? AND expires_at > ?",
                (digest, now),
            ).fetchone()
        if row is None:
            return None
        user_id, name, last_used_at = row
        if last_used_at is None or now - last_used_at >= span_micros(_RECORD_USE_EVERY):
            with suppress(PeopleError), self._connections.writing() as connection:
                connection.execute(
                    "UPDATE api_tokens SET last_used_at = ? WHERE token_digest = ?", (now, digest)
                )
        return User(user_id=user_id, name=name)

    def _now(self) -> int:
        return to_micros(self._clock())


def end_api_tokens(connection: Connection, user_id: int) -> None:
    """Revoke every API token of a user."""
    connection.execute("DELETE FROM api_tokens WHERE user_id = ?", (user_id,))


def _make_room(
    connection: Connection, user_id: int, label: str, *, now: int, keep: int | None
) -> None:
    """Delete a user's expired API tokens, and the oldest of the label beyond the limit.

    Raises AccountError if the user still has too many tokens.
    """
    connection.execute(
        "DELETE FROM api_tokens WHERE user_id = ? AND expires_at <= ?", (user_id, now)
    )
    if keep is not None:
        connection.execute(
            "DELETE FROM api_tokens WHERE api_token_id IN (SELECT api_token_id FROM api_tokens "
            "WHERE user_id = ? AND label = ? ORDER BY api_token_id DESC LIMIT -1 OFFSET ?)",
            (user_id, label, keep - 1),
        )
    (count,) = connection.execute(
        "SELECT count(*) FROM api_tokens WHERE user_id = ?", (user_id,)
    ).fetchone()
    if count >= MOST_API_TOKENS:
        raise AccountError(
            f"You have {count} tokens. Please revoke one that you no longer need.", field="label"
        )
