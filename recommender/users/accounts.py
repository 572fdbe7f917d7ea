"""Accounts: sign up, sign in, sign out, passwords, and API tokens.

Passwords are stored as argon2id hashes, session and API tokens as SHA-256. Every method may be
called from any thread, and raises PeopleError if the file cannot be read or written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from recommender.entities import User
from recommender.users.account_rows import get_account, insert_account, save_hash
from recommender.users.api_tokens import ApiTokens, end_api_tokens
from recommender.users.connections import Connections
from recommender.users.identities import Identities, end_identities
from recommender.users.merge_guest import merge_guest
from recommender.users.names import clean_name
from recommender.users.passwords import Passwords, PasswordVerifier, check_new_password
from recommender.users.sessions import (
    delete_old_sessions,
    end_sessions,
    find_session,
    insert_session,
    is_token,
    look_up,
    new_token,
    token_digest,
)
from recommender.users.throttle import count_try, sign_up_limits
from recommender.users.times import span_micros

SESSION_LIFETIME = timedelta(days=30)
SIGN_IN_CODE_LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """New session: its user, its token, and the number of likes merged from the guest."""

    user: User
    token: str
    moved_likes: int = 0


class Accounts(ApiTokens):
    """Store of accounts, sessions and API tokens in the user database.

    Parameters
    ----------
    connections
        Connections to user data.
    clock
        Returns the time, with a time zone.
    passwords
        Password hashing; ``Passwords()`` when None.

    Attributes
    ----------
    identities
        Identities of OpenID Connect.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        clock: Callable[[], datetime],
        passwords: Passwords | None = None,
    ) -> None:
        super().__init__(connections, clock=clock)
        self._passwords = passwords or Passwords()
        self._verifier = PasswordVerifier(connections, self._passwords, now=self._now)
        self.identities = Identities(connections, clock=clock)

    # Sign up, sign in, sign out

    def sign_up(
        self, name: str, password: str, *, address: str = "", guest_token: str | None = None
    ) -> SignedIn:
        """Create an account, begin its session and merge the guest's data into it.

        Parameters
        ----------
        name, password
            As entered.
        address
            IP address of the client, for the limit on new accounts; "" for none.
        guest_token
            Token of the guest cookie.

        Raises
        ------
        AccountError
            If the name or the password is refused (``field`` says which), or the name is taken.
        TooManyTries
            If too many accounts were created from this address.
        """
        name = clean_name(name)
        check_new_password(password, name=name)
        now = self._now()
        with self._passwords.queue():
            with self._connections.writing() as connection:
                count_try(connection, sign_up_limits(address), now=now)
            password_hash = self._passwords.hash(password)
        with self._connections.writing() as connection:
            user = insert_account(connection, name, password_hash=password_hash, now=now)
            return self._begin_session(connection, user, guest_token, now=now)

    def sign_in(
        self, name: str, password: str, *, address: str = "", guest_token: str | None = None
    ) -> SignedIn:
        """Verify the password, begin a session and merge the guest's data into the account.

        The parameters are those of `sign_up`.

        Raises
        ------
        SignInRefused
            If name and password do not match; an unknown name gives the same message after the
            same time.
        TooManyTries
            After 5 failures for this name or from this address; the wait doubles.
        """
        account = self._verifier.check(name, password, address=address)
        now = self._now()
        with self._connections.writing() as connection:
            current = get_account(connection, account.user.user_id)
            self._verifier.require_unchanged(account, current)
            return self._begin_session(connection, account.user, guest_token, now=now)

    def authenticate(self, name: str, password: str, *, address: str = "") -> User:
        """Return the user with this name and password; limits and errors as for `sign_in`."""
        return self._verifier.check(name, password, address=address).user

    def create_sign_in_code(self, user_id: int, guest_token: str) -> str:
        """Return a single-use code that signs one browser in; it expires after a minute.

        Parameters
        ----------
        user_id
            Account authenticated by an OpenID Connect provider.
        guest_token
            Token in the browser's guest cookie; the code is valid only with this token.
        """
        code, now = new_token(), self._now()
        with self._connections.writing() as connection:
            insert_session(
                connection,
                user_id,
                _code_digest(code, guest_token),
                now=now,
                until=now + span_micros(SIGN_IN_CODE_LIFETIME),
            )
        return code

    def redeem_sign_in_code(self, code: str, guest_token: str) -> SignedIn | None:
        """Begin a session for a code from `create_sign_in_code`; None if the code is invalid."""
        if not is_token(code) or not is_token(guest_token):
            return None
        digest, now = _code_digest(code, guest_token), self._now()
        with self._connections.writing() as connection:
            session = find_session(connection, digest, now=now)
            if session is None:
                return None
            connection.execute("DELETE FROM sessions WHERE token_digest = ?", (digest,))
            return self._begin_session(connection, session.user, guest_token, now=now)

    def sign_out(self, token: str | None) -> bool:
        """Revoke the session of a token; return False if the session does not exist."""
        user = self.find_user(token)
        if user is None or token is None:
            return False
        with self._connections.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE token_digest = ?", (token_digest(token),)
            )
        return True

    def sign_out_everywhere(self, user_id: int) -> int:
        """Revoke all sign-ins of an account and keep its API tokens; return their number."""
        now = self._now()
        with self._connections.writing() as connection:
            ended = end_sessions(connection, user_id)
            return ended + end_identities(connection, user_id, now=now)

    def find_user(self, token: str | None) -> User | None:
        """Return the account of a session token; None for a guest, unknown or expired token."""
        user = look_up(self._connections, token, now=self._now())
        return None if user is None or user.is_guest else user

    # Merging guests

    def take_over_guest(self, user_id: int, guest_token: str | None) -> int:
        """Merge a guest's data into a signed-in account; return the number of merged likes."""
        if guest_token is None or not is_token(guest_token):
            return 0
        digest, now = token_digest(guest_token), self._now()
        with self._connections.reading() as connection:
            session = find_session(connection, digest, now=now)
        if session is None or not session.user.is_guest:
            return 0
        with self._connections.writing() as connection:
            get_account(connection, user_id)
            return merge_guest(connection, digest, user_id, now=now)

    def take_moved_likes(self, token: str) -> int:
        """Return the number of likes merged at sign-in, once per session; later calls return 0."""
        digest = (token_digest(token),)
        count = "SELECT moved_likes FROM sessions WHERE token_digest = ? AND moved_likes > 0"
        with self._connections.reading() as connection:
            if connection.execute(count, digest).fetchone() is None:
                return 0
        with self._connections.writing() as connection:
            row = connection.execute(count, digest).fetchone()
            connection.execute("UPDATE sessions SET moved_likes = 0 WHERE token_digest = ?", digest)
        return 0 if row is None else int(row[0])

    # Password and deletion

    def has_password(self, user_id: int) -> bool:
        """Return whether an account has a password; raise AccountError if it does not exist."""
        with self._connections.reading() as connection:
            return get_account(connection, user_id).password_hash is not None

    def change_password(
        self, user_id: int, password: str, new_password: str, *, address: str = ""
    ) -> SignedIn:
        """Change the password, revoke all sessions and API tokens, and begin a new session.

        Raises
        ------
        AccountError
            If the new password is refused, or the account has no password.
        SignInRefused
            If the current password is wrong.
        TooManyTries
            As for `sign_in`.
        """
        account = self._verifier.check_signed_in(user_id, password, address=address)
        assert account.user.name is not None  # noqa: S101 - accounts have one
        check_new_password(new_password, name=account.user.name, field="new_password")
        new_hash, now = self._passwords.hash(new_password), self._now()
        with self._connections.writing() as connection:
            self._verifier.require_unchanged(account, get_account(connection, user_id))
            save_hash(connection, user_id, new_hash, instead_of=account.password_hash or "")
            end_sessions(connection, user_id)
            end_api_tokens(connection, user_id)
            end_identities(connection, user_id, now=now)
            return self._begin_session(connection, account.user, None, now=now)

    def delete_account(self, user_id: int, password: str | None, *, address: str = "") -> None:
        """Delete an account with all its data.

        Parameters
        ----------
        user_id
            The account.
        password
            Its password; None only for an account without a password.
        address
            IP address of the client.

        Raises
        ------
        SignInRefused
            If the password is wrong.
        TooManyTries
            As for `sign_in`.
        AccountError
            If there is no such account.
        """
        if self.has_password(user_id):
            self._verifier.check_signed_in(user_id, password or "", address=address)
        now = self._now()
        with self._connections.writing() as connection:
            end_identities(connection, user_id, now=now)
            connection.execute("DELETE FROM users WHERE user_id = ?", (user_id,))

    def _begin_session(
        self, connection: Connection, user: User, guest_token: str | None, *, now: int
    ) -> SignedIn:
        guest = token_digest(guest_token) if guest_token and is_token(guest_token) else None
        moved_likes = merge_guest(connection, guest, user.user_id, now=now)
        token = new_token()
        insert_session(
            connection,
            user.user_id,
            token_digest(token),
            now=now,
            until=now + span_micros(SESSION_LIFETIME),
            moved_likes=moved_likes,
        )
        delete_old_sessions(connection, user.user_id, now=now)
        return SignedIn(user=user, token=token, moved_likes=moved_likes)


def _code_digest(code: str, guest_token: str) -> bytes:
    # Session tokens contain no colon, so a sign-in code is never accepted as a session token.
    return token_digest(f"{code}:{guest_token}")
