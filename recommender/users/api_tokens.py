"""Tokens for programs: made and revoked by a person, shown once, stored as SHA-256 only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from recommender.entities import User
from recommender.errors import AccountError, PeopleError
from recommender.users.account_rows import get_account
from recommender.users.connections import Connections
from recommender.users.times import from_micros, span_micros, to_micros
from recommender.users.tokens import new_token, token_digest

API_TOKEN_LIFETIME = timedelta(days=365)
MOST_API_TOKENS = 50
LONGEST_LABEL = 60
_PREFIX = "marquee_"  # tells a person, and a scanner of published code, what they have found
_NOTE_USE_EVERY = timedelta(hours=1)
_FORM = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A token as its owner sees it; the token itself is not known any more.

    ``last_used_at`` is None when it was never used, else right to within an hour.
    """

    token_id: int
    label: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


def new_api_token() -> str:
    """Return a fresh token of 256 random bits."""
    return _PREFIX + new_token()


def is_api_token(text: str | None) -> bool:
    """Return whether the text has the form of such a token."""
    return text is not None and _FORM.fullmatch(text) is not None


def clean_label(raw: str) -> str:
    """Return a label as it is shown.

    Raises
    ------
    AccountError
        If it is empty, too long or cannot be printed.
    """
    label = " ".join(raw.split())
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        raise AccountError(
            f"Please say in 1 to {LONGEST_LABEL} characters what the token is for.", field="label"
        )
    return label


class ApiTokens:
    """The API tokens of accounts.

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

    def create_token(
        self,
        user_id: int,
        label: str,
        *,
        lifetime: timedelta = API_TOKEN_LIFETIME,
        keep: int | None = None,
    ) -> str:
        """Return a new API token; only its digest is stored, so this is the one time it is seen.

        Parameters
        ----------
        user_id
            Of the account.
        label
            What it is for, 1 to 60 characters.
        lifetime
            How long it lasts.
        keep
            So many tokens of this label stay, this one included: older ones are revoked. None
            keeps all.

        Raises
        ------
        AccountError
            If the label will not do, or the person has too many tokens or no account.
        PeopleError
            If the file cannot be written.
        """
        label, token, now = clean_label(label), new_api_token(), self._now()
        with self._connections.writing() as connection:
            get_account(connection, user_id)
            _insert(
                connection,
                user_id,
                token,
                label=label,
                now=now,
                until=now + span_micros(lifetime),
                keep=keep,
            )
        return token

    def list_tokens(self, user_id: int) -> list[ApiToken]:
        """Return an account's tokens that have not expired, newest first.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        with self._connections.reading() as connection:
            return _select(connection, user_id, now=self._now())

    def revoke_token(self, user_id: int, token_id: int) -> bool:
        """Revoke one of an account's own tokens; False when it has none with this number.

        Raises
        ------
        PeopleError
            If the file cannot be written.
        """
        with self._connections.writing() as connection:
            cursor = connection.execute(
                "DELETE FROM api_tokens WHERE api_token_id = ? AND user_id = ?", (token_id, user_id)
            )
            return cursor.rowcount > 0

    def find_user_by_api_token(self, token: str | None) -> User | None:
        """Return whose API token it is; None when it is missing, malformed, unknown or expired.

        Raises
        ------
        PeopleError
            If the file cannot be read.
        """
        if token is None or not is_api_token(token):
            return None
        digest, now = token_digest(token), self._now()
        with self._connections.reading() as connection:
            found = _find(connection, digest, now=now)
        if found is None:
            return None
        user, last_used_at = found
        if last_used_at is None or now - last_used_at >= span_micros(_NOTE_USE_EVERY):
            with suppress(PeopleError), self._connections.writing() as connection:
                connection.execute(
                    "UPDATE api_tokens SET last_used_at = ? WHERE token_digest = ?", (now, digest)
                )
        return user

    def _now(self) -> int:
        return to_micros(self._clock())


def end_api_tokens(connection: sqlite3.Connection, user_id: int) -> None:
    """Revoke every API token of a person."""
    connection.execute("DELETE FROM api_tokens WHERE user_id = ?", (user_id,))


def _insert(
    connection: sqlite3.Connection,
    user_id: int,
    token: str,
    *,
    label: str,
    now: int,
    until: int,
    keep: int | None,
) -> None:
    """Store a token's digest. With ``keep``, older ones of the same label make room.

    Raises
    ------
    AccountError
        If the person has too many.
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
            f"You have {count} tokens. Please revoke one that is not needed any more first.",
            field="label",
        )
    connection.execute(
        "INSERT INTO api_tokens (user_id, token_digest, label, created_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (user_id, token_digest(token), label, now, until),
    )


def _select(connection: sqlite3.Connection, user_id: int, *, now: int) -> list[ApiToken]:
    """Return a person's tokens that have not expired, newest first."""
    rows = connection.execute(
        "SELECT api_token_id, label, created_at, last_used_at, expires_at FROM api_tokens "
        "WHERE user_id = ? AND expires_at > ? ORDER BY api_token_id DESC",
        (user_id, now),
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


def _find(
    connection: sqlite3.Connection, digest: bytes, *, now: int
) -> tuple[User, int | None] | None:
    """Return whose token it is and when it was last used; None when unknown or expired."""
    row = connection.execute(
        "SELECT user_id, name, last_used_at FROM api_tokens JOIN users USING (user_id) "
        "WHERE token_digest = ? AND expires_at > ?",
        (digest, now),
    ).fetchone()
    return None if row is None else (User(user_id=row[0], name=row[1]), row[2])
